package section

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/job"
	"lede/paper"
)

// Moved says that a section stands under another one than before; what is listed under those above it must be filed anew.
const Moved = job.Event("section.moved")

// Change keeps a section's names, kind and address as they are in sec; where and under what it stands Arrange says. sec.Version must
// be the version the change was made from, else it is a fault.Conflict. The former address leads to the new one.
func (s *Store) Change(ctx context.Context, sec Section, now time.Time) error {
	sec.Names = named(sec.Names)
	if err := sec.check(); err != nil {
		return err
	}
	names, err := json.Marshal(sec.Names)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		former, err := inTree(ctx, q, sec.ID)
		if err != nil {
			return err
		}
		if former.Version != sec.Version {
			return fault.Conflict
		}
		if former.Slug != sec.Slug {
			if err := paper.Readdress(ctx, q, former.Path(), sec.Path(), paper.KindSection, sec.ID, now); err != nil {
				return err
			}
		}
		done, err := q.ExecContext(ctx, `update section set version = version + 1, slug = $1, kind = $2, names = $3, sponsor = $6 where id = $4 and version = $5`,
			sec.Slug, sec.Kind, string(names), sec.ID, sec.Version, sec.Sponsor)
		if err := one(done, err); err != nil {
			return err
		}
		if err := audit.Add(ctx, q, now, "section.set", "section", sec.ID, told(former.NameIn("en"), former.Path(), sec.NameIn("en"), sec.Path())); err != nil {
			return err
		}
		return Changed.Add(ctx, q, sec.ID)
	})
}

// named are names by language without the empty ones.
func named(names map[string]string) map[string]string {
	names = paper.Lines(names)
	for lang, name := range names {
		if name == "" {
			delete(names, lang)
		}
	}
	return names
}

// told says what a thing was and is.
func told(was, at, is, now string) string {
	if was == is && at == now {
		return is
	}
	return fmt.Sprintf("%s (%s) is %s (%s)", was, at, is, now)
}

func inTree(ctx context.Context, q db.Q, id int64) (Section, error) {
	tree, err := Within(ctx, q)
	if err != nil {
		return Section{}, err
	}
	sec, ok := tree.Get(id)
	if !ok {
		return sec, fault.NotFound
	}
	return sec, nil
}

// one wants exactly one row to have changed; none means that somebody else saved first.
func one(done sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, fault.Conflict)
	}
	return nil
}

// Arrange puts a section under parent (0 for the top), before the section of that id among those there (0 for last). A section
// cannot stand under itself or what is below it.
func (s *Store) Arrange(ctx context.Context, id, version, parent, before int64, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		tree, err := Within(ctx, q)
		if err != nil {
			return err
		}
		sec, ok := tree.Get(id)
		if !ok {
			return fault.NotFound
		}
		if sec.Version != version {
			return fault.Conflict
		}
		if err := tree.mayStand(id, parent); err != nil {
			return err
		}
		if err := place(ctx, q, tree, sec, parent, before); err != nil {
			return err
		}
		above := "at the top"
		if up, ok := tree.Get(parent); ok {
			above = "under " + up.NameIn("en")
		}
		if err := audit.Add(ctx, q, now, "section.move", "section", id, sec.NameIn("en")+" "+above); err != nil {
			return err
		}
		if sec.Parent != parent {
			if err := Moved.Add(ctx, q, id); err != nil {
				return err
			}
		}
		return Changed.Add(ctx, q, id)
	})
}

func (t Tree) mayStand(id, parent int64) error {
	if parent == 0 {
		return nil
	}
	if _, ok := t.Get(parent); !ok {
		return fault.Form{"parent": "The section above it is no longer there."}
	}
	if slices.ContainsFunc(t.Line(parent), func(s Section) bool { return s.ID == id }) {
		return fault.Form{"parent": "A section cannot stand under itself."}
	}
	return nil
}

// place numbers the neighbours anew, with sec among them.
func place(ctx context.Context, q db.Q, tree Tree, sec Section, parent, before int64) error {
	var row []int64
	for _, s := range tree.Below(parent) {
		if s.ID == sec.ID {
			continue
		}
		if s.ID == before {
			row = append(row, sec.ID)
		}
		row = append(row, s.ID)
	}
	if !slices.Contains(row, sec.ID) {
		row = append(row, sec.ID)
	}
	for n, id := range row {
		up := sql.NullInt64{Int64: parent, Valid: parent != 0}
		_, err := q.ExecContext(ctx, `update section set place = $1, parent_id = $2, version = version + case when id = $4 then 1 else 0 end where id = $3`, n, up, id, sec.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

// Filled is how many articles stand in each section, drafts too.
func (s *Store) Filled(ctx context.Context) (map[int64]int, error) {
	return s.counted(ctx, `select section_id, count(*) from article_section group by section_id`)
}

func (s *Store) counted(ctx context.Context, query string) (map[int64]int, error) {
	rows, err := s.db.Read().QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	counts := map[int64]int{}
	for rows.Next() {
		var id int64
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return nil, err
		}
		counts[id] = n
	}
	return counts, rows.Err()
}

// Package staff keeps the people who make the paper: as they sign in, what they may do, and as they are printed over articles.
package staff

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/job"
	"lede/paper"
)

// Changed says that a byline changed; Merged that one became part of another.
const (
	Changed = job.Event("byline.changed")
	Merged  = job.Event("byline.merged")
)

// Byline is a name as it is printed over an article. It needs no account behind it.
type Byline struct {
	ID      int64
	Version int64
	Slug    string
	Name    string
	Names   map[string]string // the name in other scripts
	About   string
	Picture int64 // of media; 0 without one
}

// NameIn is the name as printed in lang.
func (b Byline) NameIn(lang string) string { return paper.In(b.Names, lang, b.Name) }

// Path is the address of what this person wrote.
func (b Byline) Path() string { return "/by/" + b.Slug }

// Add keeps a new byline and claims its address.
func (s *Store) Add(ctx context.Context, b Byline, now time.Time) (Byline, error) {
	b.Name, b.Names, b.About = paper.Line(b.Name), paper.Lines(b.Names), paper.Line(b.About)
	if err := b.check(); err != nil {
		return b, err
	}
	b.ID, b.Version = db.NewID(), 1
	names, err := json.Marshal(b.Names)
	if err != nil {
		return b, err
	}
	return b, s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if err := paper.Claim(ctx, q, b.Path(), paper.KindByline, b.ID, now); err != nil {
			return err
		}
		_, err := q.ExecContext(ctx, `insert into byline (id, version, slug, name, names, about, picture_id) values ($1, 1, $2, $3, $4, $5, $6)`,
			b.ID, b.Slug, b.Name, string(names), b.About, b.Picture)
		if err != nil {
			return err
		}
		if err := audit.Add(ctx, q, now, "byline.add", "byline", b.ID, b.Name); err != nil {
			return err
		}
		return Changed.Add(ctx, q, b.ID)
	})
}

func (b Byline) check() error {
	f := fault.Form{}
	if !paper.IsSlug(b.Slug) {
		f["slug"] = "An address is made of small letters, figures and hyphens."
	}
	if says := checkName(b.Name); says != "" {
		f["name"] = "A byline needs a name of at most 100 letters."
	}
	if utf8.RuneCountInString(b.About) > maxAbout {
		f["about"] = fmt.Sprintf("At most %d letters about a person.", maxAbout)
	}
	return f.Err()
}

// maxAbout is the most letters that are said about a person beside the articles.
const maxAbout = 1000

// Edit keeps how somebody is printed. b.Version must be the version it was made from, else it is a fault.Conflict. Another address
// leads on from the old one.
func (s *Store) Edit(ctx context.Context, b Byline, now time.Time) error {
	b.Name, b.Names, b.About = paper.Line(b.Name), paper.Lines(b.Names), paper.Line(b.About)
	if err := b.check(); err != nil {
		return err
	}
	names, err := json.Marshal(b.Names)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		was, err := edited(ctx, q, b)
		if err != nil {
			return err
		}
		if err := b.moveFrom(ctx, q, was, now); err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `update byline set version = version + 1, slug = $2, name = $3, names = $4, about = $5, picture_id = $6 where id = $1`,
			b.ID, b.Slug, b.Name, string(names), b.About, b.Picture)
		if err != nil {
			return err
		}
		if err := audit.Add(ctx, q, now, "byline.edit", "byline", b.ID, was.Name+" → "+b.Name); err != nil {
			return err
		}
		return Changed.Add(ctx, q, b.ID)
	})
}

// edited is the byline as it stands, of which b is the new state.
func edited(ctx context.Context, q db.Q, b Byline) (Byline, error) {
	var was Byline
	err := q.QueryRowContext(ctx, `select version, slug, name from byline where id = $1 and into_id = 0`, b.ID).Scan(&was.Version, &was.Slug, &was.Name)
	if isNoRow(err) {
		return was, fmt.Errorf("byline %d: %w", b.ID, fault.NotFound)
	}
	if err == nil && was.Version != b.Version {
		err = fmt.Errorf("byline %d: %w", b.ID, fault.Conflict)
	}
	return was, err
}

// moveFrom claims the byline's address, if it is another one, and leads there from the old one.
func (b Byline) moveFrom(ctx context.Context, q db.Q, was Byline, now time.Time) error {
	if b.Slug == was.Slug {
		return nil
	}
	if err := paper.Claim(ctx, q, b.Path(), paper.KindByline, b.ID, now); err != nil {
		return err
	}
	return paper.Merge(ctx, q, was.Path(), b.Path(), now)
}

// Merge makes a byline part of another: its address leads there, and so do its articles and its people.
func (s *Store) Merge(ctx context.Context, from, into int64, now time.Time) error {
	two, err := s.Bylines(ctx, from, into)
	if err != nil {
		return err
	}
	if len(two) != 2 || two[0].ID == two[1].ID {
		return fault.Form{"into": "Choose another byline that this one becomes part of."}
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if err := merge(ctx, q, two[0].ID, two[1].ID); err != nil {
			return err
		}
		if err := paper.Merge(ctx, q, two[0].Path(), two[1].Path(), now); err != nil {
			return err
		}
		if err := audit.Add(ctx, q, now, "byline.merge", "byline", two[0].ID, two[0].Name+" into "+two[1].Name); err != nil {
			return err
		}
		if err := Merged.Add(ctx, q, two[0].ID); err != nil {
			return err
		}
		return Changed.Add(ctx, q, two[1].ID)
	})
}

func merge(ctx context.Context, q db.Q, from, into int64) error {
	res, err := q.ExecContext(ctx, `update byline set into_id = $2, version = version + 1 where id = $1 and into_id = 0
		and exists (select 1 from byline where id = $2 and into_id = 0)`, from, into)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, fmt.Errorf("byline %d: %w", from, fault.Conflict))
	}
	for _, along := range []string{`update byline set into_id = $2 where into_id = $1`, `update person set byline_id = $2 where byline_id = $1`} {
		if _, err := q.ExecContext(ctx, along, from, into); err != nil {
			return err
		}
	}
	return nil
}

// Current are the bylines for which ids stand now, in that order and each once: one that was merged stands for the other.
func Current(ctx context.Context, q db.Q, ids []int64) ([]int64, error) {
	if len(ids) == 0 {
		return ids, nil
	}
	rows, err := q.QueryContext(ctx, `select id, into_id from byline where into_id <> 0 and id in (`+db.Places(1, len(ids))+`)`, db.Args(ids)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	into := map[int64]int64{}
	for rows.Next() {
		var id, to int64
		if err := rows.Scan(&id, &to); err != nil {
			return nil, err
		}
		into[id] = to
	}
	var now []int64
	for _, id := range ids {
		if to, merged := into[id]; merged {
			id = to
		}
		if !slices.Contains(now, id) {
			now = append(now, id)
		}
	}
	return now, rows.Err()
}

// All are the bylines of the paper, by name; those that became part of another are left out.
func (s *Store) All(ctx context.Context) ([]Byline, error) {
	ids, err := db.Column[int64](ctx, s.db.Read(), `select id from byline where into_id = 0 order by name, id`)
	if err != nil {
		return nil, err
	}
	return s.bylines(ctx, ids)
}

// ByName is the byline printed as name, if there is one.
func (s *Store) ByName(ctx context.Context, name string) (Byline, bool, error) {
	ids, err := db.Column[int64](ctx, s.db.Read(), `select id from byline where name = $1 and into_id = 0 order by id limit 1`, name)
	if err != nil {
		return Byline{}, false, err
	}
	found, err := s.Bylines(ctx, ids...)
	if err != nil || len(found) == 0 {
		return Byline{}, false, err
	}
	return found[0], true, nil
}

// Bylines are those of ids, in that order; one that does not exist is left out, one that was merged stands for the other.
func (s *Store) Bylines(ctx context.Context, ids ...int64) ([]Byline, error) {
	now, err := Current(ctx, s.db.Read(), ids)
	if err != nil {
		return nil, err
	}
	return s.bylines(ctx, now)
}

func (s *Store) bylines(ctx context.Context, ids []int64) ([]Byline, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := s.db.Read().QueryContext(ctx, `select id, version, slug, name, names, about, picture_id from byline where id in (`+db.Places(1, len(ids))+`)`, db.Args(ids)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[int64]Byline{}
	for rows.Next() {
		var b Byline
		var names string
		if err := rows.Scan(&b.ID, &b.Version, &b.Slug, &b.Name, &names, &b.About, &b.Picture); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(names), &b.Names); err != nil {
			return nil, err
		}
		found[b.ID] = b
	}
	return db.InOrder(ids, found), rows.Err()
}

// Faces tells whether the medium is the picture of a byline.
func (s *Store) Faces(ctx context.Context, media int64) (bool, error) {
	var n int
	err := s.db.Read().QueryRowContext(ctx, `select count(*) from byline where picture_id = $1`, media).Scan(&n)
	return n > 0, err
}

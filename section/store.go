package section

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/job"
	"lede/paper"
)

// Changed says that a section changed; TopicChanged that a topic did.
const (
	Changed      = job.Event("section.changed")
	TopicChanged = job.Event("topic.changed")
)

// Store keeps sections and topics.
type Store struct{ db *db.DB }

// NewStore keeps sections and topics in d.
func NewStore(d *db.DB) *Store { return &Store{d} }

// Found makes the one section of an empty paper, News.
func (s *Store) Found(ctx context.Context, now time.Time) error {
	tree, err := s.Tree(ctx)
	if err != nil || len(tree) > 0 {
		return err
	}
	_, err = s.Add(ctx, Section{Slug: "news", Kind: News, Names: map[string]string{"en": "News", "es": "Noticias", "ar": "أخبار"}}, now)
	return err
}

// Add keeps a new section and claims its address.
func (s *Store) Add(ctx context.Context, sec Section, now time.Time) (Section, error) {
	sec.Names = named(sec.Names)
	if err := sec.check(); err != nil {
		return sec, err
	}
	sec.ID, sec.Version = db.NewID(), 1
	names, err := json.Marshal(sec.Names)
	if err != nil {
		return sec, err
	}
	return sec, s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if err := paper.Claim(ctx, q, sec.Path(), paper.KindSection, sec.ID, now); err != nil {
			return err
		}
		_, err := q.ExecContext(ctx, `insert into section (id, version, parent_id, place, slug, kind, names, sponsor) values ($1, 1, $2, $3, $4, $5, $6, $7)`,
			sec.ID, sql.NullInt64{Int64: sec.Parent, Valid: sec.Parent != 0}, sec.Place, sec.Slug, sec.Kind, string(names), sec.Sponsor)
		if err != nil {
			return err
		}
		if err := audit.Add(ctx, q, now, "section.add", "section", sec.ID, sec.NameIn("en")+" ("+sec.Path()+")"); err != nil {
			return err
		}
		return Changed.Add(ctx, q, sec.ID)
	})
}

// Remove takes away a section that has no articles and none below it; its address leads to the front from then on.
func (s *Store) Remove(ctx context.Context, id int64, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		var path string
		err := q.QueryRowContext(ctx, `select slug from section where id = $1
			and not exists (select 1 from article_section where section_id = $1) and not exists (select 1 from section below where below.parent_id = $1)`, id).Scan(&path)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.Invalid("The section is not empty: move its articles and the sections below it first.")
		}
		if err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, `delete from section where id = $1`, id); err != nil {
			return err
		}
		if err := paper.Merge(ctx, q, "/"+path, "/", now); err != nil {
			return err
		}
		if err := audit.Add(ctx, q, now, "section.remove", "section", id, "/"+path); err != nil {
			return err
		}
		return Changed.Add(ctx, q, id)
	})
}

// Tree is every section, in the order of the paper.
func (s *Store) Tree(ctx context.Context) (Tree, error) { return Within(ctx, s.db.Read()) }

// Within is every section as a transaction sees them.
func Within(ctx context.Context, q db.Q) (Tree, error) {
	rows, err := q.QueryContext(ctx, `select id, version, coalesce(parent_id, 0), place, slug, kind, names, sponsor from section order by place, id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var tree Tree
	for rows.Next() {
		var sec Section
		var names string
		if err := rows.Scan(&sec.ID, &sec.Version, &sec.Parent, &sec.Place, &sec.Slug, &sec.Kind, &names, &sec.Sponsor); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(names), &sec.Names); err != nil {
			return nil, err
		}
		tree = append(tree, sec)
	}
	return tree, rows.Err()
}

// AddTopic keeps a new topic and claims its address.
func (s *Store) AddTopic(ctx context.Context, t Topic, now time.Time) (Topic, error) {
	t = t.tidy()
	if err := t.check(); err != nil {
		return t, err
	}
	t.ID, t.Version = db.NewID(), 1
	names, err := json.Marshal(t.Names)
	if err != nil {
		return t, err
	}
	others, err := json.Marshal(t.OtherNames)
	if err != nil {
		return t, err
	}
	return t, s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if err := paper.Claim(ctx, q, t.Path(), paper.KindTopic, t.ID, now); err != nil {
			return err
		}
		_, err := q.ExecContext(ctx, `insert into topic (id, version, slug, kind, names, other_names) values ($1, 1, $2, $3, $4, $5)`,
			t.ID, t.Slug, t.Kind, string(names), string(others))
		if err != nil {
			return err
		}
		if err := audit.Add(ctx, q, now, "topic.add", "topic", t.ID, t.NameIn("en")+" ("+t.Path()+")"); err != nil {
			return err
		}
		return TopicChanged.Add(ctx, q, t.ID)
	})
}

// Topics are the topics of ids, in that order; one that was merged is the one it became part of, one that does not exist is left out.
func (s *Store) Topics(ctx context.Context, ids ...int64) ([]Topic, error) {
	ids, err := Current(ctx, s.db.Read(), ids)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	rows, err := s.db.Read().QueryContext(ctx, topicColumns+` where id in (`+db.Places(1, len(ids))+`)`, db.Args(ids)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[int64]Topic{}
	for rows.Next() {
		t, _, err := scanTopic(rows)
		if err != nil {
			return nil, err
		}
		found[t.ID] = t
	}
	return db.InOrder(ids, found), rows.Err()
}

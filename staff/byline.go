// Package staff keeps the people who make the paper: as they are printed over articles, and, with the
// newsroom, as they sign in.
package staff

import (
	"context"
	"encoding/json"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/job"
	"lede/paper"
)

// Changed says that a byline changed.
const Changed = job.Event("byline.changed")

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

// Store keeps bylines.
type Store struct{ db *db.DB }

// NewStore keeps bylines in d.
func NewStore(d *db.DB) *Store { return &Store{d} }

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
		return Changed.Add(ctx, q, b.ID)
	})
}

func (b Byline) check() error {
	f := fault.Form{}
	if !paper.IsSlug(b.Slug) {
		f["slug"] = "An address is made of small letters, figures and hyphens."
	}
	if b.Name == "" {
		f["name"] = "A byline needs a name."
	}
	return f.Err()
}

// ByName is the byline printed as name, if there is one.
func (s *Store) ByName(ctx context.Context, name string) (Byline, bool, error) {
	var id int64
	rows, err := s.db.Read().QueryContext(ctx, `select id from byline where name = $1 order by id limit 1`, name)
	if err != nil {
		return Byline{}, false, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&id); err != nil {
			return Byline{}, false, err
		}
	}
	if err := rows.Err(); err != nil || id == 0 {
		return Byline{}, false, err
	}
	found, err := s.Bylines(ctx, id)
	if err != nil || len(found) == 0 {
		return Byline{}, false, err
	}
	return found[0], true, nil
}

// Bylines are those of ids, in that order; one that does not exist is left out.
func (s *Store) Bylines(ctx context.Context, ids ...int64) ([]Byline, error) {
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

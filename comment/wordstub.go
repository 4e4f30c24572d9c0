package comment

import (
	"context"
	"strings"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
)

// SetWordList keeps a new list (of ID 0), or another state of one.
func (s *Store) SetWordList(ctx context.Context, l WordList, now time.Time) (WordList, error) {
	if l.Name == "" {
		return l, fault.Form{"name": "A word list needs a name."}
	}
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		l.Version++
		if l.ID == 0 {
			l.ID = db.NewID()
			_, err := q.ExecContext(ctx, `insert into word_list (id, version, name, act, terms) values ($1, $2, $3, $4, $5)`, l.ID, l.Version, l.Name, l.Act, strings.Join(l.Terms, "\n"))
			return err
		}
		return changed(q.ExecContext(ctx, `update word_list set version = $1, name = $2, act = $3, terms = $4 where id = $5 and version = $6`, l.Version, l.Name, l.Act, strings.Join(l.Terms, "\n"), l.ID, l.Version-1))
	})
	s.Forget()
	return l, err
}

// RemoveWordList takes a list away.
func (s *Store) RemoveWordList(ctx context.Context, id, version int64, now time.Time) error {
	defer s.Forget()
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		return changed(q.ExecContext(ctx, `delete from word_list where id = $1 and version = $2`, id, version))
	})
}

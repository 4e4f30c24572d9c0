package comment

import (
	"context"
	"fmt"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
)

// Kept is a comment with what the paper alone knows of it.
type Kept struct {
	Comment
	Mail string // as it was given, "" for none
}

// Discussed are the articles under which anything was ever written.
func (s *Store) Discussed(ctx context.Context) ([]int64, error) {
	return db.Column[int64](ctx, s.db.Read(), `select distinct article_id from comment order by article_id`)
}

// Under gives every comment under an article to take, in whatever state, the oldest first.
func (s *Store) Under(ctx context.Context, article int64, take func(Kept) error) error {
	for last := (Comment{}); ; {
		some, err := s.pageUnder(ctx, article, last)
		if err != nil || len(some) == 0 {
			return err
		}
		for _, k := range some {
			if err := take(k); err != nil {
				return err
			}
		}
		last = some[len(some)-1].Comment
	}
}

// pageUnder reads what follows a comment: no statement stays open while somebody slow is given what it found.
func (s *Store) pageUnder(ctx context.Context, article int64, last Comment) ([]Kept, error) {
	at := int64(-1 << 62)
	if !last.At.IsZero() {
		at = db.Micros(last.At)
	}
	rows, err := s.db.Read().QueryContext(ctx, `select `+columns+`, mail_sealed from comment
		where article_id = $1 and (at > $2 or at = $2 and id > $3) order by at, id limit 500`, article, at, last.ID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Kept
	for rows.Next() {
		var k Kept
		var sealed string
		if k.Comment, err = scan(further{rows, &sealed}); err != nil {
			return nil, err
		}
		if sealed != "" {
			mail, err := s.key.Unseal(sealed, mailPlace(k.ID))
			if err != nil {
				return nil, fmt.Errorf("the address of comment %d: %w", k.ID, err)
			}
			k.Mail = string(mail)
		}
		list = append(list, k)
	}
	return list, rows.Err()
}

// further is a row with one more column than a comment has.
type further struct {
	row
	last any
}

func (f further) Scan(into ...any) error { return f.row.Scan(append(into, f.last)...) }

// Handed records that all comments are handed to whoever asked, with the addresses of those who wrote them.
func (s *Store) Handed(ctx context.Context, as string, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		return audit.Add(ctx, q, now, "comment.export", "paper", 0, "all comments, as "+as)
	})
}

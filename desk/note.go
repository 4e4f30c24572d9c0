package desk

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/mail"
	"lede/paper"
)

// Note is what somebody says of an article or of a passage in it, to those who work on it. Readers never see one.
type Note struct {
	ID      int64
	Article int64
	Under   int64  // the note it replies to; 0 for none
	Block   string // the id of the block with the passage; "" for the whole article
	Quote   string // the passage
	Text    string
	By      int64
	At      time.Time
	Done    time.Time
	DoneBy  int64
}

// longest texts of a note, in characters.
const (
	longestNote  = 4000
	longestQuote = 500
)

// Stray tells whether the passage that the note is about is not in the text any more as it was quoted.
func (n Note) Stray(blocks map[string]string) bool {
	if n.Block == "" {
		return false
	}
	text, there := blocks[n.Block]
	return !there || !strings.Contains(squeeze(text), squeeze(n.Quote))
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

func (n Note) check() error {
	f := fault.Form{}
	if n.Text == "" {
		f["text"] = "Write what the note says."
	}
	if len([]rune(n.Text)) > longestNote {
		f["text"] = "A note has up to 4,000 characters."
	}
	return f.Err()
}

// tidyText keeps the lines of what was typed, without what surrounds it and without characters that nobody can see.
func tidyText(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\uFFFD")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s))
}

func cutRunes(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// AddNote keeps a note, and sends letters to those who are named in it. A reply stands under the first note of its thread.
func (s *Store) AddNote(ctx context.Context, n Note, letters []mail.Message, now time.Time) (Note, error) {
	n.Text, n.Quote = tidyText(n.Text), cutRunes(paper.Line(n.Quote), longestQuote)
	if err := n.check(); err != nil {
		return n, err
	}
	if n.Block != "" && !goodTab(n.Block) {
		n.Block = ""
	}
	n.ID, n.At = db.NewID(), now
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		var id int64
		if err := q.QueryRowContext(ctx, `select id from article where id = $1`, n.Article).Scan(&id); err != nil {
			return missing(err)
		}
		if n.Under != 0 {
			above, err := noteOf(ctx, q, n.Article, n.Under)
			if err != nil {
				return err
			}
			if above.Under != 0 {
				n.Under = above.Under
			}
		}
		_, err := q.ExecContext(ctx, `insert into note (id, article_id, under, block, quote, text, by_id, at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			n.ID, n.Article, n.Under, n.Block, n.Quote, n.Text, n.By, db.Micros(now))
		if err != nil {
			return err
		}
		return s.send(ctx, q, letters, now)
	})
	return n, err
}

// Settle marks a note as done, or as not done after all.
func (s *Store) Settle(ctx context.Context, article, note int64, done bool, by int64, now time.Time) (Note, error) {
	var n Note
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) (err error) {
		if n, err = noteOf(ctx, q, article, note); err != nil {
			return err
		}
		if n.Done.IsZero() != done {
			return nil
		}
		n.Done, n.DoneBy = time.Time{}, 0
		if done {
			n.Done, n.DoneBy = now, by
		}
		_, err = q.ExecContext(ctx, `update note set done_at = $2, done_by = $3 where id = $1`, n.ID, db.MicrosOrNil(n.Done), n.DoneBy)
		return err
	})
	return n, err
}

// Notes are the notes of an article in the order in which they were written.
func (s *Store) Notes(ctx context.Context, article int64) ([]Note, error) {
	return notesOf(ctx, s.db.Read(), article)
}

const noteColumns = `id, article_id, under, block, quote, text, by_id, at, done_at, done_by`

func scanNote(from interface{ Scan(...any) error }) (n Note, err error) {
	var at int64
	var done sql.NullInt64
	err = from.Scan(&n.ID, &n.Article, &n.Under, &n.Block, &n.Quote, &n.Text, &n.By, &at, &done, &n.DoneBy)
	n.At = db.Time(at)
	if done.Valid {
		n.Done = db.Time(done.Int64)
	}
	return n, err
}

func noteOf(ctx context.Context, q db.Q, article, note int64) (Note, error) {
	n, err := scanNote(q.QueryRowContext(ctx, `select `+noteColumns+` from note where id = $1 and article_id = $2`, note, article))
	if errors.Is(err, sql.ErrNoRows) {
		return n, fault.NotFound
	}
	return n, err
}

func notesOf(ctx context.Context, q db.Q, article int64) ([]Note, error) {
	rows, err := q.QueryContext(ctx, `select `+noteColumns+` from note where article_id = $1 order by at, id`, article)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Note
	for rows.Next() {
		n, err := scanNote(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, rows.Err()
}

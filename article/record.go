package article

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
)

// Version is one saved state of an article, as staff see it listed.
type Version struct {
	N          int64
	At         time.Time
	Kind       string // Draft, Filed, Ready; Embargoed, Leaving; First, Update …, Withdrew, Redaction
	Note       string // what readers were told
	By         int64  // of the staff; 0 for what was brought in, below 0 for the clock
	Words      int
	Public     bool  // it was before the public, or is to be
	Taken      bool  // the law took something out of it
	Supersedes int64 // the change that it took the place of
}

// Versions are all saved states of an article, the newest first.
func (s *Store) Versions(ctx context.Context, id int64) ([]Version, error) {
	rows, err := s.db.Read().QueryContext(ctx, `select n, at, kind, note, by_id, words, digest <> '', salt = '', supersedes, case when words < 0 then body else '' end
		from article_version where article_id = $1 order by n desc`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Version
	for rows.Next() {
		var v Version
		var at int64
		var unsalted bool
		var body string
		if err := rows.Scan(&v.N, &at, &v.Kind, &v.Note, &v.By, &v.Words, &v.Public, &unsalted, &v.Supersedes, &body); err != nil {
			return nil, err
		}
		if v.Words < 0 { // of a time when they were not counted
			var r record
			if err := json.Unmarshal([]byte(body), &r); err != nil {
				return nil, fmt.Errorf("version %d of article %d: %w", v.N, id, err)
			}
			v.Words = r.Text.Body.Words()
		}
		v.At, v.Taken = db.Time(at), v.Public && unsalted
		list = append(list, v)
	}
	return list, rows.Err()
}

// TextOf is the text of an article as its version n has it; fault.NotFound without one.
func (s *Store) TextOf(ctx context.Context, id, n int64) (Text, error) {
	return textOf(ctx, s.db.Read(), id, n)
}

// TextWithin is TextOf as a transaction sees it.
func TextWithin(ctx context.Context, q db.Q, id, n int64) (Text, error) { return textOf(ctx, q, id, n) }

func textOf(ctx context.Context, q db.Q, id, n int64) (Text, error) {
	var body string
	err := q.QueryRowContext(ctx, `select body from article_version where article_id = $1 and n = $2`, id, n).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return Text{}, fmt.Errorf("version %d of article %d: %w", n, id, fault.NotFound)
	}
	if err != nil {
		return Text{}, err
	}
	var r record
	if err := json.Unmarshal([]byte(body), &r); err != nil {
		return Text{}, fmt.Errorf("version %d of article %d: %w", n, id, err)
	}
	return r.Text, nil
}

// Newest is an article in whatever stage, for staff, with its newest text, which may wait beside the one that stands.
func (s *Store) Newest(ctx context.Context, id int64) (Article, error) {
	a, err := s.Get(ctx, id)
	if err != nil || a.Stands == a.Version {
		return a, err
	}
	a.Text, err = s.TextOf(ctx, id, a.Version)
	a.Words = a.Body.Words()
	return a, err
}

// Uses are the articles that use a medium, in whatever stage, in the text that stands or in one that waits beside it.
func (s *Store) Uses(ctx context.Context, media int64) ([]int64, error) {
	return db.Column[int64](ctx, s.db.Read(), `select article_id from article_media where media_id = $1 union select article_id from article_beside where media_id = $1`, media)
}

// Owns tells whether an article is somebody's own: they began it, or one of the bylines is theirs.
func (a Article) Owns(person int64, bylines ...int64) bool {
	if person != 0 && a.Owner == person {
		return true
	}
	for _, id := range a.Bylines {
		for _, theirs := range bylines {
			if id == theirs {
				return true
			}
		}
	}
	return false
}

package article

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"lede/internal/db"
)

// Unseen gives each article that the public does not see at now to take, with the newest text that waits beside it, if one does; and
// each that it sees, whose newest text waits: then a is the article as the public sees it.
func (s *Store) Unseen(ctx context.Context, now time.Time, take func(a Article, waits *Text) error) error {
	waiting, err := s.waiting(ctx)
	if err != nil {
		return err
	}
	var list []Article
	rows, err := s.db.Read().QueryContext(ctx, `select `+columns+` from article a where a.published_at is null or not (`+sight+`) or a.version > a.stands`, db.Micros(now))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		a, err := scan(rows)
		if err != nil {
			return err
		}
		list = append(list, a)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, a := range list {
		if err := take(a, waiting[a.ID]); err != nil {
			return err
		}
	}
	return nil
}

// waiting are the newest texts that stand beside an article's own, by article.
func (s *Store) waiting(ctx context.Context) (map[int64]*Text, error) {
	rows, err := s.db.Read().QueryContext(ctx, `select v.article_id, v.body from article_version v join article a on a.id = v.article_id where v.n = a.version and a.version > a.stands`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	texts := map[int64]*Text{}
	for rows.Next() {
		var id int64
		var r record
		if err := scanRecord(rows, &id, &r); err != nil {
			return nil, err
		}
		texts[id] = &r.Text
	}
	return texts, rows.Err()
}

// Said gives to take every text that the public has seen, or could see in a history, of the articles it sees at now.
func (s *Store) Said(ctx context.Context, now time.Time, take func(t Text, note string)) error {
	rows, err := s.db.Read().QueryContext(ctx, `select v.article_id, v.body from article_version v join article a on a.id = v.article_id
		where v.digest <> '' and v.at <= $1 and `+sight, db.Micros(now))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var r record
		if err := scanRecord(rows, &id, &r); err != nil {
			return err
		}
		take(r.Text, r.Note)
	}
	return rows.Err()
}

func scanRecord(r row, id *int64, into *record) error {
	var body string
	if err := r.Scan(id, &body); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(body), into); err != nil {
		return fmt.Errorf("a version of article %d: %w", *id, err)
	}
	return nil
}

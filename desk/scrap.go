package desk

import (
	"context"
	"encoding/json"
	"time"

	"lede/internal/db"
)

// Scrap is a text that could not become a version, as it was, and why; or one that stood beside and was merged.
type Scrap struct {
	ID      int64
	Article int64
	Part    string
	By      int64
	At      time.Time
	Value   json.RawMessage
	Why     string
	Beside  bool
}

const scrapColumns = `id, article_id, part, by_id, at, value, why, beside`

// Scraps are the scraps of an article, newest first.
func (s *Store) Scraps(ctx context.Context, article int64) ([]Scrap, error) {
	return scraps(ctx, s.db.Read(), `where article_id = $1 order by at desc, id desc`, article)
}

// Unversioned are the scraps that say of which articles no version can be cut as they now are, newest first, without what they say.
func (s *Store) Unversioned(ctx context.Context) ([]Scrap, error) {
	return scrapsOf(ctx, s.db.Read(), `id, article_id, part, by_id, at, '', why, beside`, `where seen = 0 and exists (select 1 from working w where w.article_id = scrap.article_id and w.part = scrap.part and w.seq > w.cut)
		order by at desc, id desc limit 20`)
}

// AllAsides are the asides of all articles, oldest first, without what they say.
func (s *Store) AllAsides(ctx context.Context) ([]Aside, error) {
	return asidesOf(ctx, s.db.Read(), `article_id, part, tab, by_id, base, '', at`, `order by at, tab limit 50`)
}

func scraps(ctx context.Context, q db.Q, where string, args ...any) ([]Scrap, error) {
	return scrapsOf(ctx, q, scrapColumns, where, args...)
}

func scrapsOf(ctx context.Context, q db.Q, columns, where string, args ...any) ([]Scrap, error) {
	rows, err := q.QueryContext(ctx, `select `+columns+` from scrap `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Scrap
	for rows.Next() {
		var sc Scrap
		var value string
		var at, beside int64
		if err := rows.Scan(&sc.ID, &sc.Article, &sc.Part, &sc.By, &at, &value, &sc.Why, &beside); err != nil {
			return nil, err
		}
		sc.Value, sc.At, sc.Beside = json.RawMessage(value), db.Time(at), beside != 0
		list = append(list, sc)
	}
	return list, rows.Err()
}

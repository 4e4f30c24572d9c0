package desk

import (
	"context"
	"encoding/json"

	"lede/article"
)

// Working is an article for staff as it is being written: its newest version, with what was typed since in place of it. A part that
// cannot be part of an article yet stands as the version has it. Nothing is kept.
func (s *Store) Working(ctx context.Context, id int64) (article.Article, error) {
	a, err := s.articles.Newest(ctx, id)
	if err != nil {
		return a, err
	}
	rows, err := rowsOf(ctx, s.db.Read(), id)
	if err != nil {
		return a, err
	}
	for _, r := range rows {
		t := a.Text
		if r.open() && join(&t, r.part, json.RawMessage(r.value)) == nil {
			a.Text = t
		}
	}
	a.Words = a.Body.Words()
	return a, nil
}

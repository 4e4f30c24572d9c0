package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"lede/article"
	"lede/internal/db"
)

// Restore puts the text of version n into the parts, as the tab's writing. What it replaces is cut first. While another window holds a
// part that would change, it is Held, and nothing changes; fault.NotFound without such a version.
func (s *Store) Restore(ctx context.Context, id, n int64, tab string, by int64, now time.Time) error {
	w := Writing{Article: id, Part: Body, Tab: tab, Value: json.RawMessage(`null`)}
	if err := w.check(); err != nil {
		return err
	}
	if _, err := s.articles.TextOf(ctx, id, n); err != nil {
		return err
	}
	if _, err := s.Cut(ctx, id, now); err != nil {
		return err
	}
	err := s.settled(ctx, id, now, func() error {
		return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
			// Read here, so that what the law takes out meanwhile does not come back.
			t, err := article.TextWithin(ctx, q, id, n)
			if err != nil {
				return err
			}
			return restore(ctx, q, id, t, tab, by, now)
		})
	})
	if err != nil {
		return err
	}
	_, err = s.Cut(ctx, id, now)
	return err
}

func restore(ctx context.Context, q db.Q, id int64, t article.Text, tab string, by int64, now time.Time) error {
	for _, part := range Parts() {
		r, err := current(ctx, q, id, part)
		if err != nil {
			return err
		}
		value, err := split(t, part)
		if err != nil {
			return fmt.Errorf("restoring article %d: %w", id, err)
		}
		if string(value) == r.value {
			continue
		}
		if r.lost() {
			return errUncut // the tab's own words too
		}
		w := Writing{Article: id, Part: part, Tab: tab, By: by, Base: r.seq, Value: value}
		if r.tab == tab {
			w.N = r.n + 1
		}
		if _, _, err := write(ctx, q, w, now); err != nil {
			return err
		}
	}
	return nil
}

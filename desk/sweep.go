package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lede/internal/db"
)

// Sweep cuts versions of what was written and left for a minute, and forgets windows that are long gone. It may run twice.
func (s *Store) Sweep(ctx context.Context, now time.Time) error {
	ids, err := s.left(ctx, now)
	if err != nil {
		return err
	}
	var failed error
	for _, id := range ids {
		if _, err := s.Cut(ctx, id, now); err != nil {
			failed = errors.Join(failed, fmt.Errorf("cutting a version of article %d: %w", id, err))
		}
	}
	return errors.Join(failed, s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if _, err := q.ExecContext(ctx, `delete from presence where at < $1`, db.Micros(now.Add(-time.Hour))); err != nil {
			return err
		}
		_, err := q.ExecContext(ctx, `delete from hold where at < $1`, db.Micros(now.Add(-24*time.Hour)))
		return err
	}))
}

// left are the articles with words that stand in no version nor scrap, and were not added to for a minute.
func (s *Store) left(ctx context.Context, now time.Time) ([]int64, error) {
	return db.Column[int64](ctx, s.db.Read(), `select distinct article_id from working where seq > cut and seq > kept and at <= $1 limit 200`, db.Micros(now.Add(-Every)))
}

package article

import (
	"context"
	"time"

	"lede/internal/db"
)

// noted puts into the audit log what was done to an article, where that is of note.
func noted(ctx context.Context, q db.Q, now time.Time, a Article, k kept) error {
	return nil
}

package press

import (
	"context"
	"time"

	"lede/comment"
	"lede/internal/job"
)

// tendReaders tells those who follow, and says what goes by itself of what is kept of readers.
func (p *Press) tendReaders() {
	p.Comments.Accounts(p.Readers.Address)
	job.On(p.Jobs, comment.Answered, "follow", func(ctx context.Context, id int64) error { return p.Comments.Tell(ctx, id, p.Clock()) })
	job.On(p.Jobs, comment.Vanished, "scrub", func(ctx context.Context, _ int64) error { return p.DB.Scrub(ctx) })
	job.Every(p.Jobs, "reader.sweep", time.Hour, func(ctx context.Context, _ time.Time) error { return p.Readers.Sweep(ctx, p.Clock()) })
}

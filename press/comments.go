package press

import (
	"context"
	"time"

	"lede/comment"
	"lede/internal/job"
	"lede/paper"
	"lede/section"
	"lede/staff"
)

// tendComments has the guard look anew at what changed around it.
func (p *Press) tendComments() {
	for _, e := range []job.Event{comment.RulesChanged, section.Changed, paper.Changed, staff.Changed} {
		job.Watch(p.Jobs, e, func(context.Context, int64, time.Time) { p.Comments.Forget() })
	}
	job.Every(p.Jobs, "comment.sweep", time.Hour, func(ctx context.Context, _ time.Time) error { return p.Comments.Sweep(ctx, p.Clock()) })
	job.On(p.Jobs, comment.NoticeDecided, "mail", func(ctx context.Context, id int64) error { return p.Comments.TellReporter(ctx, id, p.Clock()) })
	job.Every(p.Jobs, "comments.digest", 10*time.Minute, func(ctx context.Context, _ time.Time) error { return p.Comments.SendDigest(ctx, p.Clock()) })
	job.On(p.Jobs, comment.Ruled, "mail", func(ctx context.Context, id int64) error { return p.Comments.TellWriter(ctx, id, p.Clock()) })
}

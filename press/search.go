package press

import (
	"context"
	"time"

	"lede/article"
	"lede/internal/db"
	"lede/internal/job"
	"lede/search"
	"lede/section"
	"lede/staff"
)

// tendSearch keeps the index as the public has the paper: what is shown is taken in, what is hidden is taken out, and what the law takes
// out of an article goes in the same transaction. An index that is empty or of an older make is made anew beside all that.
func (p *Press) tendSearch() {
	for _, e := range []job.Event{article.Shown, article.Hidden} {
		job.On(p.Jobs, e, "search", func(ctx context.Context, id int64) error { return p.Finder.Take(ctx, id, p.Clock()) })
	}
	for _, e := range []job.Event{staff.Changed, staff.Merged, section.TopicChanged, section.Merged} {
		job.On(p.Jobs, e, "search names", func(ctx context.Context, id int64) error { return p.Finder.Renamed(ctx, id, p.Clock()) })
	}
	p.Articles.OnRedact(func(ctx context.Context, q db.Q, id int64, _ article.Blanking) error { return search.Drop(ctx, q, id) })
	job.Watch(p.Jobs, article.Shown, func(context.Context, int64, time.Time) { p.Finder.Stale() })
	job.Watch(p.Jobs, article.Hidden, func(context.Context, int64, time.Time) { p.Finder.Forget() })
	job.Every(p.Jobs, "search.rebuild", time.Minute, func(ctx context.Context, _ time.Time) error {
		return p.Finder.Rebuild(ctx, p.Clock, p.Log)
	})
}

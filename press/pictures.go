package press

import (
	"context"
	"errors"
	"time"

	"lede/article"
	"lede/internal/fault"
	"lede/internal/job"
	"lede/media"
)

// tendPictures says what becomes of pictures after they came in: what is made of them, and what goes.
func (p *Press) tendPictures() {
	p.Media.Besides(p.Papers.Shows)
	job.On(p.Jobs, media.Added, "renditions", p.Media.Render)
	job.On(p.Jobs, media.Rendered, "formats", p.Media.Enrich)
	job.On(p.Jobs, article.Blanked, "destroy", func(ctx context.Context, id int64) error {
		if err := p.Media.Redact(ctx, id, 0, p.Clock()); !errors.Is(err, fault.NotFound) {
			return err
		}
		return nil
	})
	job.On(p.Jobs, media.Redacted, "destroy", p.Media.Destroy)
	job.On(p.Jobs, media.Redacted, "scrub", func(ctx context.Context, _ int64) error { return p.DB.Scrub(ctx) })
	job.Every(p.Jobs, "media.library", time.Hour, func(ctx context.Context, _ time.Time) error {
		return errors.Join(p.Media.IndexOlder(ctx), p.Media.Empty(ctx, p.Clock()))
	})
	job.Every(p.Jobs, "media.formats", time.Minute, func(ctx context.Context, _ time.Time) error { return p.Media.EnrichOlder(ctx) })
	job.Every(p.Jobs, "media.sweep", 24*time.Hour, func(ctx context.Context, _ time.Time) error { return p.Media.Sweep(ctx, p.Clock()) })
}

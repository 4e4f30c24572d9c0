package press

import (
	"context"
	"time"

	"lede/ad"
	"lede/internal/job"
	"lede/paper"
	"lede/section"
)

// tendAds has positions decided anew when something around them changed, and their pace set each minute, also while nobody reads.
func (p *Press) tendAds() {
	for _, e := range []job.Event{ad.Changed, section.Changed, paper.Changed} {
		job.Watch(p.Jobs, e, func(context.Context, int64, time.Time) { p.Ads.Forget() })
	}
	job.Every(p.Jobs, "ads.minute", time.Minute, func(ctx context.Context, _ time.Time) error { return p.Ads.Minute(ctx, p.Clock()) })
}

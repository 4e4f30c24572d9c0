package press

import (
	"context"
	"time"

	"lede/internal/job"
)

// tendReaders says what goes by itself of what is kept of readers.
func (p *Press) tendReaders() {
	job.Every(p.Jobs, "reader.sweep", time.Hour, func(ctx context.Context, _ time.Time) error { return p.Readers.Sweep(ctx, p.Clock()) })
}

package press

import (
	"context"

	"lede/internal/job"
	"lede/staff"
)

// tendStaff does what follows when people ask to come in, and when a byline becomes part of another.
func (p *Press) tendStaff() {
	job.On(p.Jobs, staff.Merged, "lists", p.Articles.MergeByline)
	job.On(p.Jobs, staff.Asked, "mail", func(ctx context.Context, id int64) error { return p.Staff.Answer(ctx, id, p.Clock()) })
	job.On(p.Jobs, staff.Alarmed, "mail", func(ctx context.Context, id int64) error { return p.Staff.Alarm(ctx, id, p.Clock()) })
}

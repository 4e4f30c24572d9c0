package article

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/paper"
)

// clock is who did what nobody of the staff did at that moment, as versions keep it.
const clock = -1

// byClock is ctx in which the clock does things.
func byClock(ctx context.Context) context.Context {
	return audit.As(ctx, audit.Actor{Name: "the clock"})
}

// noted puts into the audit log what was done to an article, where that is of note. It names no headline: what the law takes out of
// an article must not stand here. What is brought in in bulk is recorded by whoever brings it.
func noted(ctx context.Context, q db.Q, now time.Time, a Article, k kept) error {
	if k.By == 0 && audit.Who(ctx) == audit.Who(context.Background()) {
		return nil
	}
	act, wall := deed(a, k)
	if act == "" {
		return nil
	}
	detail := []string{fmt.Sprintf("version %d", a.Version)}
	if k.Kind == Redaction {
		k.Said = k.Note // the ground is public, and was looked through for what it must not say
	}
	for _, more := range []string{wall, k.Said} {
		if more != "" {
			detail = append(detail, more)
		}
	}
	if k.To != "" {
		detail = append(detail, "readers are sent to "+k.To)
	}
	if len(k.Passed) > 0 {
		detail = append(detail, "passed over: "+strings.Join(k.Passed, ", "))
	}
	return audit.Add(ctx, q, now, "article."+act, "article", a.ID, strings.Join(detail, "; "))
}

// deed is what was done as the log calls it, and for when; "" for what is not of note.
func deed(a Article, k kept) (act, wall string) {
	switch k.Kind {
	case First:
		if a.Stage == Scheduled {
			return "schedule", forWall(a.Wall.Publication)
		}
		return "publish", ""
	case Embargoed:
		if a.Embargo.IsZero() {
			return "lift-embargo", ""
		}
		return "embargo", forWall(a.Wall.Embargo)
	case Leaving:
		return "schedule-withdrawal", forWall(a.Wall.Withdrawal)
	case Withdrew:
		return "withdraw", ""
	case Redaction:
		return "redact", ""
	case Update, Clarification, Correction, Minor:
		return "amend", k.Kind
	}
	if k.Unscheduled {
		return "unschedule", ""
	}
	return "", ""
}

func forWall(w paper.Wall) string {
	if w.IsZero() {
		return ""
	}
	return w.Long() + ", " + w.Zone
}

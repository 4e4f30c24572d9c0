package comment

import (
	"context"
	"fmt"
	"time"

	"lede/internal/db"
)

// What a measure is about.
const (
	OfReader  = "reader"  // an account
	OfMail    = "mail"    // an e-mail address
	OfBrowser = "browser" // whoever holds the owner's cookie
	OfPrefix  = "prefix"  // a network
)

// What a measure does.
const (
	Ban        = "ban"
	Suspend    = "suspend" // until a day
	Warn       = "warn"
	HoldAlways = "hold"
)

// Measure is what the paper has decided about somebody who writes.
type Measure struct {
	ID      int64
	Kind    string
	Mark    string // the account's id, or a digest
	Act     string
	At      time.Time
	Until   time.Time // zero for good
	By      int64
	Comment int64 // on account of which
	Reason  string
	Note    string // for whoever it is about
	Lifted  time.Time
}

// Says is the measure in words for moderators.
func (m Measure) Says() string {
	who := map[string]string{OfReader: "This account", OfMail: "This e-mail address", OfBrowser: "This browser", OfPrefix: "This network"}[m.Kind]
	switch m.Act {
	case HoldAlways:
		return who + " is always held."
	case Suspend:
		return fmt.Sprintf("%s is suspended until %s.", who, m.Until.Format("2 January 2006"))
	}
	if m.Act == Warn {
		return who + " was warned."
	}
	return who + " is banned."
}

// isInForce is the condition under which a measure about any of the marks of a person holds; its arguments are those of inForceArgs,
// from the placeholder of that number on.
func isInForce(first int) string {
	return fmt.Sprintf(`lifted_at is null and (until is null or until > $%d) and
		(kind = 'reader' and mark = $%d or kind = 'mail' and mark = $%d or kind = 'browser' and mark = $%d or kind = 'prefix' and mark = $%d)`,
		first, first+1, first+2, first+3, first+4)
}

func inForceArgs(w writer, now time.Time) []any {
	return []any{db.Micros(now), w.readerMark(), w.mail, w.owner, w.prefix}
}

// inForce are the measures about any of the marks of a person at now.
func inForce(ctx context.Context, q db.Q, w writer, now time.Time) ([]Measure, error) {
	return measures(ctx, q, isInForce(1)+` order by case kind when 'prefix' then 1 else 0 end, at desc`, inForceArgs(w, now)...)
}

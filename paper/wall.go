package paper

import (
	"fmt"
	"slices"
	"time"

	"lede/internal/fault"
)

// Wall is a time as people agree on it: what the clock on the wall says in a zone. The moment it means is derived, and derived
// anew when the zone's rules change. Where clocks are put back some times come twice; Second means the later one.
type Wall struct {
	Says   string `json:"says"` // "2026-03-08T02:30"
	Zone   string `json:"zone"` // an IANA name
	Second bool   `json:"second,omitempty"`
}

// WallLayout is how Wall.Says is written.
const WallLayout = "2006-01-02T15:04"

// wallSeconds is how a Wall says a moment that is not on the minute.
const wallSeconds = "2006-01-02T15:04:05.999999"

// WallOf is what the clock says at a moment, in the zone at is in; in otherwise, if that has no name others know.
func WallOf(at time.Time, otherwise *time.Location) Wall {
	if zone := at.Location(); zone == time.UTC || zone == time.Local || !named(zone) {
		at = at.In(otherwise)
	}
	layout := WallLayout
	if at.Truncate(time.Minute) != at {
		layout = wallSeconds
	}
	w := Wall{Says: at.Format(layout), Zone: at.Location().String()}
	if all := w.moments(); len(all) > 1 && !at.Before(all[1]) {
		w.Second = true
	}
	return w
}

func named(zone *time.Location) bool {
	_, err := time.LoadLocation(zone.String())
	return err == nil && zone.String() != ""
}

// IsZero tells whether no time is said.
func (w Wall) IsZero() bool { return w.Says == "" }

// At is the moment meant. A time that does not exist, because clocks are put over it, is a fault.Invalid that says so and names
// the times on either side.
func (w Wall) At() (time.Time, error) {
	says, zone, err := w.read()
	if err != nil {
		return time.Time{}, err
	}
	all := w.moments()
	switch {
	case len(all) == 0:
		return time.Time{}, missing(says, zone)
	case w.Second:
		return all[len(all)-1], nil
	}
	return all[0], nil
}

// Near is At; for a time that does not exist, the moment at which clocks are put over it. It is zero for what is no time at all.
func (w Wall) Near() time.Time {
	if at, err := w.At(); err == nil {
		return at
	}
	says, zone, err := w.read()
	if err != nil {
		return time.Time{}
	}
	gap, _, _ := gapAt(says, zone)
	return gap
}

// Twice tells whether the time comes twice, and both moments.
func (w Wall) Twice() (first, second time.Time, twice bool) {
	all := w.moments()
	if len(all) < 2 {
		return first, second, false
	}
	return all[0], all[len(all)-1], true
}

// read gives what the clock says as if it were UTC, and the zone.
func (w Wall) read() (says time.Time, zone *time.Location, err error) {
	zone, err = time.LoadLocation(w.Zone)
	if err != nil || w.Zone == "" {
		return says, nil, fault.Invalid("%q is not the name of a time zone, such as Europe/Madrid.", w.Zone)
	}
	says, err = time.ParseInLocation(WallLayout, w.Says, time.UTC)
	if err != nil {
		says, err = time.ParseInLocation(wallSeconds, w.Says, time.UTC)
	}
	if err != nil || says.Year() < 1970 || says.Year() > 9000 {
		return says, nil, fault.Invalid("A day and a time are written as 2026-11-24 and 07:00.")
	}
	return says, zone, nil
}

// apart is more than any zone ever put its clocks by (Samoa left out a day).
const apart = 36 * time.Hour

// moments are all at which the clock says this, the earliest first.
func (w Wall) moments() []time.Time {
	says, zone, err := w.read()
	if err != nil {
		return nil
	}
	var all []time.Time
	for _, offset := range offsets(says, zone) {
		at := says.Add(-offset).In(zone)
		if _, there := at.Zone(); time.Duration(there)*time.Second == offset {
			all = append(all, at)
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	return slices.CompactFunc(all, time.Time.Equal)
}

// offsets are by how much the zone is off UTC at some time near says.
func offsets(says time.Time, zone *time.Location) []time.Duration {
	var all []time.Duration
	for at, end := says.Add(-apart).In(zone), says.Add(apart); ; {
		_, off := at.Zone()
		if offset := time.Duration(off) * time.Second; !slices.Contains(all, offset) {
			all = append(all, offset)
		}
		_, next := at.ZoneBounds()
		if next.IsZero() || next.After(end) {
			return all
		}
		at = next
	}
}

// gapAt is the moment at which clocks are put over what they would say, and what they say just before and then.
func gapAt(says time.Time, zone *time.Location) (at, from, to time.Time) {
	for at := says.Add(-apart).In(zone); ; {
		_, next := at.ZoneBounds()
		if next.IsZero() || next.After(says.Add(apart)) {
			return time.Time{}, from, to
		}
		_, before := at.Zone()
		_, after := next.Zone()
		from, to = next.UTC().Add(time.Duration(before)*time.Second), next.UTC().Add(time.Duration(after)*time.Second)
		if !says.Before(from) && says.Before(to) {
			return next, from, to
		}
		at = next
	}
}

// missing says why there is no such time, and which there are.
func missing(says time.Time, zone *time.Location) error {
	_, from, to := gapAt(says, zone)
	layout, when := "15:04", "that night"
	switch {
	case from.YearDay() != to.YearDay():
		layout, when = "2 January 15:04", "there"
	case from.Hour() >= 6 && from.Hour() < 22:
		when = "that day"
	}
	said := func(t time.Time) string { return t.Format(layout) }
	return fault.Invalid("%s does not exist %s: clocks go from %s to %s. Take %s or %s.",
		said(says), when, said(from), said(to), said(from.Add(-time.Minute)), said(to))
}

// Says24 is the time of day of a Wall as staff read it, with its zone's abbreviation where the time comes twice.
func (w Wall) Says24() string {
	at := w.Near()
	if _, _, twice := w.Twice(); twice {
		return at.Format("15:04 MST")
	}
	return at.Format("15:04")
}

// TwiceSays says of a time that comes twice which one is meant; "" for any other.
func (w Wall) TwiceSays() string {
	first, second, twice := w.Twice()
	if !twice {
		return ""
	}
	meant, other, which := first, second, "first"
	if w.Second {
		meant, other, which = second, first, "second"
	}
	return fmt.Sprintf("%s comes twice: clocks are put back. This is the %s, %s; the other is %s.",
		meant.Format("15:04"), which, meant.Format("15:04 MST"), other.Format("15:04 MST"))
}

// Long is the time with its day as staff read it, "07:00 on Tuesday 24 November 2026".
func (w Wall) Long() string { return w.Says24() + w.Near().Format(" on Monday 2 January 2006") }

package paper

import "time"

// Midnight is the first moment of a day in a zone. Some days have no midnight, because the clock was put over it, and some
// have two: it is then the first moment at which the calendar there says that day. A day that a zone left out altogether
// begins with the one after it.
func Midnight(year int, month time.Month, day int, zone *time.Location) time.Time {
	at := time.Date(year, month, day, 0, 0, 0, 0, zone)
	begun, ends := at.ZoneBounds()
	if at.Day() != time.Date(year, month, day, 12, 0, 0, 0, time.UTC).Day() {
		return ends
	}
	if former := begun.Add(-time.Nanosecond); !begun.IsZero() && sameDay(former, at) {
		_, now := at.Zone()
		_, before := former.Zone()
		return at.Add(time.Duration(now-before) * time.Second)
	}
	return at
}

// NextMidnight is when the day after at begins in at's zone.
func NextMidnight(at time.Time) time.Time {
	return Midnight(at.Year(), at.Month(), at.Day()+1, at.Location())
}

// Day is the first moment of a day written in the layout, such as time.DateOnly; ok is false for what is no day of that zone.
func Day(layout, text string, zone *time.Location) (begins time.Time, ok bool) {
	at, err := time.ParseInLocation(layout, text, time.UTC)
	if err != nil {
		return time.Time{}, false
	}
	begins = Midnight(at.Year(), at.Month(), at.Day(), zone)
	return begins, begins.Format(layout) == text
}

func sameDay(a, b time.Time) bool { return a.Year() == b.Year() && a.YearDay() == b.YearDay() }

package tongue

import "time"

// Ago is how long before now something was, or how long after it will be, in the largest unit that fits: "3 months ago", "in 2 days".
// Within a day it counts hours and minutes that really passed; from there on days, months and years of the calendar in the zone of now.
func (t *Tongue) Ago(from, now time.Time) string {
	forms := func(r relative) map[string]string { return r.Past }
	if from.After(now) {
		forms = func(r relative) map[string]string { return r.Future }
		zone := now.Location()
		from, now = now, from.In(zone)
	}
	n, unit := distance(from, now)
	if n == 0 {
		return t.cldr.Now
	}
	return t.form(forms(t.cldr.Relative[unit]), n)
}

// distance is the largest unit that fits between two times, and how often it does; 0 minutes are none.
func distance(from, to time.Time) (int, string) {
	passed := to.Sub(from)
	years, months, days := Elapsed(from, to)
	switch {
	case passed < time.Hour:
		return int(passed / time.Minute), "minute"
	case passed < 24*time.Hour || years+months+days == 0:
		return int(passed / time.Hour), "hour"
	case years > 0:
		return years, "year"
	case months > 0:
		return months, "month"
	}
	return days, "day"
}

// Elapsed is the time between two days of the calendar, in the zone of now: whole years, then whole months (0 to 11), then days (0 to 30).
// The time of day does not count. A month is full on the same day of the next one, or on its last day if that has no such day: from
// February 29 a year is full on February 28. Nothing has elapsed before from.
func Elapsed(from, now time.Time) (years, months, days int) {
	a, b := midnightUTC(from.In(now.Location())), midnightUTC(now)
	if !a.Before(b) {
		return 0, 0, 0
	}
	n := (b.Year()-a.Year())*12 + int(b.Month()) - int(a.Month())
	if monthsAfter(a, n).After(b) {
		n--
	}
	days = int(b.Sub(monthsAfter(a, n)) / (24 * time.Hour))
	return n / 12, n % 12, days
}

// midnightUTC is the day of at as a midnight of UTC, where all days have 24 hours.
func midnightUTC(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
}

// monthsAfter is the same day n months later, or the last of that month.
func monthsAfter(day time.Time, n int) time.Time {
	first := time.Date(day.Year(), day.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(day.Day(), last)-1)
}

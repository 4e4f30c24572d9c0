package paper_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"lede/paper"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestDayBeginsWhenItsCalendarSaysSo(t *testing.T) {
	for _, c := range []struct{ zone, day, begins, ends string }{
		{"America/New_York", "2025-06-17", "2025-06-17T04:00:00Z", "2025-06-18T04:00:00Z"},
		{"America/New_York", "2025-03-09", "2025-03-09T05:00:00Z", "2025-03-10T04:00:00Z"},  // 23 hours
		{"America/New_York", "2025-11-02", "2025-11-02T04:00:00Z", "2025-11-03T05:00:00Z"},  // 25 hours
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"}, // no midnight, west
		{"America/Sao_Paulo", "2018-11-03", "2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z"},
		{"America/Havana", "2025-03-09", "2025-03-09T05:00:00Z", "2025-03-10T04:00:00Z"},
		{"America/Havana", "2025-11-02", "2025-11-02T04:00:00Z", "2025-11-03T05:00:00Z"}, // two midnights
		{"Asia/Beirut", "2025-03-30", "2025-03-29T22:00:00Z", "2025-03-30T21:00:00Z"},    // no midnight, east
		{"Asia/Amman", "2021-10-29", "2021-10-28T21:00:00Z", "2021-10-29T22:00:00Z"},     // two midnights, east
		{"Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"},   // the day after was left out
		{"UTC", "2024-02-29", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"},
	} {
		begins, ok := paper.Day(time.DateOnly, c.day, zone(t, c.zone))
		if !ok || begins.UTC().Format(time.RFC3339) != c.begins {
			t.Errorf("%s begins in %s at %v (%v), wanted %s", c.day, c.zone, begins.UTC(), ok, c.begins)
		}
		if got := paper.NextMidnight(begins).UTC().Format(time.RFC3339); got != c.ends {
			t.Errorf("%s ends in %s at %s, wanted %s", c.day, c.zone, got, c.ends)
		}
	}
}

func TestEveryMomentIsInItsDayInEveryZone(t *testing.T) {
	for _, name := range []string{"America/Santiago", "America/Havana", "America/Asuncion", "America/Sao_Paulo", "Asia/Beirut", "Asia/Amman", "Africa/Cairo",
		"Atlantic/Azores", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns", "Asia/Kolkata", "UTC"} {
		z := zone(t, name)
		for at := time.Date(2010, 1, 1, 0, 17, 0, 0, time.UTC); at.Year() < 2026; at = at.Add(7 * time.Hour) {
			here := at.In(z)
			begins, ends := paper.Midnight(here.Year(), here.Month(), here.Day(), z), paper.NextMidnight(here)
			if begins.After(here) || !ends.After(here) || begins.Day() != here.Day() || begins.Add(-time.Microsecond).Day() == here.Day() || ends.Add(-time.Microsecond).Day() != here.Day() {
				t.Fatalf("%v is said to be in the day from %v to %v", here, begins, ends)
			}
		}
	}
}

func TestWhatIsNoDayIsNone(t *testing.T) {
	for _, day := range []string{"2025-02-29", "2025-13-01", "2025-00-10", "", "tomorrow", "2025-6-1", "2011-12-30"} {
		if at, ok := paper.Day(time.DateOnly, day, zone(t, "Pacific/Apia")); ok {
			t.Errorf("%q is taken for the day that begins at %v", day, at)
		}
	}
}

package paper

import (
	"testing"
	"time"

	"lede/internal/fault"
)

func TestClockOnTheWall(t *testing.T) {
	for _, c := range []struct{ zone, says, first, second, refused string }{
		{"America/New_York", "2026-03-08T01:59", "2026-03-08T06:59:00Z", "", ""},
		{"America/New_York", "2026-03-08T02:00", "", "", "02:00 does not exist that night: clocks go from 02:00 to 03:00. Take 01:59 or 03:00."},
		{"America/New_York", "2026-03-08T02:30", "", "", "02:30 does not exist that night: clocks go from 02:00 to 03:00. Take 01:59 or 03:00."},
		{"America/New_York", "2026-03-08T03:00", "2026-03-08T07:00:00Z", "", ""},
		{"America/New_York", "2026-11-01T00:59", "2026-11-01T04:59:00Z", "", ""},
		{"America/New_York", "2026-11-01T01:00", "2026-11-01T05:00:00Z", "2026-11-01T06:00:00Z", ""},
		{"America/New_York", "2026-11-01T01:59", "2026-11-01T05:59:00Z", "2026-11-01T06:59:00Z", ""},
		{"America/New_York", "2026-11-01T02:00", "2026-11-01T07:00:00Z", "", ""},
		{"Europe/Madrid", "2026-03-29T02:59", "", "", "02:59 does not exist that night: clocks go from 02:00 to 03:00. Take 01:59 or 03:00."},
		{"Europe/Madrid", "2026-03-29T03:00", "2026-03-29T01:00:00Z", "", ""},
		{"Europe/Madrid", "2026-10-25T02:30", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", ""},
		{"Europe/Madrid", "2026-10-25T03:00", "2026-10-25T02:00:00Z", "", ""},
		{"Australia/Lord_Howe", "2026-10-04T02:15", "", "", "02:15 does not exist that night: clocks go from 02:00 to 02:30. Take 01:59 or 02:30."},
		{"Australia/Lord_Howe", "2026-10-04T02:30", "2026-10-03T15:30:00Z", "", ""},
		{"Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z", ""},
		{"Australia/Lord_Howe", "2026-04-05T02:00", "2026-04-04T15:30:00Z", "", ""},
		{"Pacific/Apia", "2011-12-30T12:00", "", "", "30 December 12:00 does not exist there: clocks go from 30 December 00:00 to 31 December 00:00. Take 29 December 23:59 or 31 December 00:00."},
		{"UTC", "2026-03-08T02:30", "2026-03-08T02:30:00Z", "", ""},
		{"Mars/Base", "2026-03-08T02:30", "", "", `"Mars/Base" is not the name of a time zone, such as Europe/Madrid.`},
		{"UTC", "tomorrow", "", "", "A day and a time are written as 2026-11-24 and 07:00."},
		{"UTC", "2026-02-30T10:00", "", "", "A day and a time are written as 2026-11-24 and 07:00."},
	} {
		w := Wall{Says: c.says, Zone: c.zone}
		at, err := w.At()
		if c.refused != "" {
			if !fault.IsInvalid(err) || err.Error() != c.refused {
				t.Errorf("%s in %s: %v, want %q", c.says, c.zone, err, c.refused)
			}
			continue
		}
		if err != nil || at.UTC().Format(time.RFC3339) != c.first {
			t.Errorf("%s in %s is %v (%v), want %s", c.says, c.zone, at.UTC(), err, c.first)
		}
		_, second, twice := w.Twice()
		if twice != (c.second != "") || twice && second.UTC().Format(time.RFC3339) != c.second {
			t.Errorf("%s in %s comes twice: %v, %v; want %q", c.says, c.zone, twice, second.UTC(), c.second)
		}
	}
}

// TestEveryMomentComesBackFromItsWall walks several years in steps that meet both directions of the change: what the clock says at
// a moment means that moment again.
func TestEveryMomentComesBackFromItsWall(t *testing.T) {
	for _, name := range []string{"America/New_York", "Europe/Madrid", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca", "Asia/Kathmandu", "Pacific/Apia"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for at := time.Date(2010, 1, 1, 0, 7, 0, 0, time.UTC); at.Year() < 2013; at = at.Add(23 * time.Minute) {
			if begins, ends := at.In(zone).ZoneBounds(); at.Sub(begins) > 40*time.Hour && ends.Sub(at) > 40*time.Hour {
				at = at.Add(31 * time.Hour)
			}
			w := WallOf(at, zone)
			back, err := w.At()
			if err != nil || !back.Equal(at) || !w.Near().Equal(at) {
				t.Fatalf("%s at %v: the wall says %+v, which means %v (%v)", name, at, w, back, err)
			}
		}
	}
}

// TestEveryWallIsOnceTwiceOrNotAtAll walks every minute around the changes of clocks: each is one moment, two that are an hour or less
// apart, or none and refused with two neighbours that exist.
func TestEveryWallIsOnceTwiceOrNotAtAll(t *testing.T) {
	for name, days := range map[string][]string{
		"America/New_York":    {"2026-03-08", "2026-11-01"},
		"Europe/Madrid":       {"2026-03-29", "2026-10-25"},
		"Australia/Lord_Howe": {"2026-10-04", "2026-04-05"},
	} {
		once, twice, never := 0, 0, 0
		for _, day := range days {
			says, _ := time.Parse(time.DateOnly, day)
			for end := says.AddDate(0, 0, 1); says.Before(end); says = says.Add(time.Minute) {
				w := Wall{Says: says.Format(WallLayout), Zone: name}
				at, err := w.At()
				if first, second, two := w.Twice(); two {
					twice++
					if apart := second.Sub(first); apart <= 0 || apart > time.Hour || first.Format(WallLayout) != w.Says || second.Format(WallLayout) != w.Says {
						t.Errorf("%s in %s: %v and %v", w.Says, name, first, second)
					}
				} else if err != nil {
					never++
					if _, err := (Wall{Says: w.Near().Format(WallLayout), Zone: name}).At(); err != nil {
						t.Errorf("%s in %s is led to %v: %v", w.Says, name, w.Near(), err)
					}
				} else if once++; at.Format(WallLayout) != w.Says {
					t.Errorf("%s in %s is %v", w.Says, name, at)
				}
			}
		}
		if want := map[string]int{"Australia/Lord_Howe": 30}[name]; want == 0 && (twice != 60 || never != 60) || want != 0 && (twice != want || never != want) {
			t.Errorf("%s: %d once, %d twice, %d never", name, once, twice, never)
		}
	}
}

func TestWallTakesThePapersZoneWhereNoneIsNamed(t *testing.T) {
	madrid, _ := time.LoadLocation("Europe/Madrid")
	york, _ := time.LoadLocation("America/New_York")
	at := time.Date(2026, 6, 1, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		at   time.Time
		want Wall
	}{
		{at, Wall{Says: "2026-06-01T12:00", Zone: "Europe/Madrid"}},
		{at.In(time.FixedZone("", 3600)), Wall{Says: "2026-06-01T12:00", Zone: "Europe/Madrid"}},
		{at.In(york), Wall{Says: "2026-06-01T06:00", Zone: "America/New_York"}},
		{at.Add(1500 * time.Millisecond), Wall{Says: "2026-06-01T12:00:01.5", Zone: "Europe/Madrid"}},
	} {
		if got := WallOf(c.at, madrid); got != c.want {
			t.Errorf("%v is %+v on the wall, want %+v", c.at, got, c.want)
		}
	}
}

func TestTimeThatComesTwiceIsSaid(t *testing.T) {
	w := Wall{Says: "2026-11-01T01:30", Zone: "America/New_York"}
	if got, want := w.TwiceSays(), "01:30 comes twice: clocks are put back. This is the first, 01:30 EDT; the other is 01:30 EST."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	w.Second = true
	if got := w.Says24(); got != "01:30 EST" {
		t.Errorf("the second is %q", got)
	}
}

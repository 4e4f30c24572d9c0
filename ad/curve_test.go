package ad

import (
	"math"
	"slices"
	"testing"
	"time"

	"lede/internal/db"
	"lede/internal/db/dbtest"
)

func zoned(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestHoursAreThoseOfThePapersClock(t *testing.T) {
	for _, c := range []struct{ zone, at, want string }{
		{"UTC", "2026-03-01T10:59:59.9Z", "2026-03-01T10:00:00Z"},
		{"Asia/Kolkata", "2026-03-01T10:29:00Z", "2026-03-01T09:30:00Z"},
		{"Asia/Kolkata", "2026-03-01T10:30:00Z", "2026-03-01T10:30:00Z"},
		{"Asia/Kathmandu", "2026-03-01T10:20:00Z", "2026-03-01T10:15:00Z"},
		{"America/New_York", "2026-03-08T07:10:00Z", "2026-03-08T07:00:00Z"}, // the first after the clock was put forward
		{"America/New_York", "2026-11-01T06:10:00Z", "2026-11-01T06:00:00Z"}, // one o'clock, the second time
	} {
		at, err := time.Parse(time.RFC3339Nano, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := HourOf(at, zoned(t, c.zone)).Format(time.RFC3339); got != c.want {
			t.Errorf("%s in %s is in the hour from %s, want %s", c.at, c.zone, got, c.want)
		}
	}
}

func noLine(id int64) []int64 { return nil }

// counted are so many hours from a moment on, in each of which the front was asked for as often as n says.
func counted(from, to time.Time, n func(at time.Time) int64) (rows []Traffic) {
	for at := from; at.Before(to); at = at.Add(time.Hour) {
		rows = append(rows, Traffic{Hour: at, Place: Top, Kind: FrontPage, Lang: "en", Device: Phone, Asked: n(at), Rendered: n(at), Viewed: n(at) / 2})
	}
	return rows
}

func TestACourseKnowsLongAndShortDaysAndLeavesOutWhatWasUnusual(t *testing.T) {
	for _, name := range []string{"America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"} {
		zone := zoned(t, name)
		now := time.Date(2026, 12, 1, 0, 0, 0, 0, zone)
		derby := now.AddDate(0, 0, -10).YearDay()
		rows := counted(HourOf(now.AddDate(0, 0, -56), zone), now, func(at time.Time) int64 {
			n := int64(100 + 10*at.In(zone).Hour())
			if at.In(zone).YearDay() == derby {
				n *= 4
			}
			return n
		})
		c := NewCurve(zone, rows, noLine, now)
		if want := []string{now.AddDate(0, 0, -10).Format(time.DateOnly)}; !slices.Equal(c.Outliers, want) || c.Weeks != 8 && c.Weeks != 7 {
			t.Errorf("%s: outliers %v of %d weeks, want %v", name, c.Outliers, c.Weeks, want)
		}
		from := time.Date(2027, 1, 4, 0, 0, 0, 0, zone)
		b := Booking{ID: 1, Place: Top, From: from, Until: from.AddDate(0, 0, 1)}
		if got, want := c.course(b).by(b.Until), float64(24*100+10*276); math.Abs(got-want) > want/200 {
			t.Errorf("%s: a day has %v, want %v", name, got, want)
		}
	}
	zone := newYork
	now := time.Date(2026, 12, 1, 0, 0, 0, 0, zone)
	c := NewCurve(zone, counted(now.AddDate(0, 0, -28), now, func(time.Time) int64 { return 100 }), noLine, now)
	for day, hours := range map[time.Time]float64{time.Date(2027, 3, 14, 0, 0, 0, 0, zone): 23, time.Date(2027, 11, 7, 0, 0, 0, 0, zone): 25, time.Date(2027, 6, 1, 0, 0, 0, 0, zone): 24} {
		if got := c.course(Booking{ID: day.Unix(), Place: Top, From: day, Until: day.AddDate(0, 0, 1)}).by(day.AddDate(0, 0, 2)); got != 100*hours {
			t.Errorf("%s has %v, not %v hours of 100", day.Format(time.DateOnly), got, hours)
		}
	}
}

func TestTrafficIsCountedOnceAndKeptByTheHour(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		keep(t, d, shows(1, Top, Flat, 1))
		offers, err := s.Choose(t.Context(), article, []Place{Top}, visit())
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			s.Asked(article, []Place{Top}, visit())
		}
		s.Seen(offers[0], Rendered)
		s.Seen(offers[0], Viewed)
		for range 2 {
			if err := s.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		s.Asked(article, []Place{Top}, visit())
		if err := s.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, err := s.traffics(t.Context(), noon.Add(-time.Hour), noon.Add(time.Hour))
		if want := (Traffic{noon, Top, ArticlePage, 12, "en", Desk, 4, 1, 1, 0}); err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("counted: %+v, %v; want %+v", got, err, want)
		}
	})
}

// steady is a paper with 1,000 positions an hour at the top, of eight weeks.
func steady() (*Curve, time.Time) {
	now := time.Date(2026, 12, 1, 0, 0, 0, 0, newYork)
	return NewCurve(newYork, counted(HourOf(now.AddDate(0, 0, -56), newYork), now, func(time.Time) int64 { return 1000 }), noLine, now), now
}

func forDays(id int64, p Promise, now time.Time, days int) Booking {
	b := Booking{ID: id, Version: 1, Place: Top, Promise: p, Measure: Viewed, From: now, Until: now.AddDate(0, 0, days), Pace: Even, Pricing: PerThousand}
	b.First, b.Last = b.From.Format(time.DateOnly), b.Until.AddDate(0, 0, -1).Format(time.DateOnly)
	return b
}

func TestAForecastTellsWhatIsFreeAndWhoIsDisplaced(t *testing.T) {
	c, now := steady()
	half := forDays(1, Share, now, 10)
	half.Share = 2
	fits, over := forDays(2, Goal, now, 10), forDays(3, Goal, now, 10)
	fits.Goal, over.Goal = 50_000, 80_000
	f := c.Foresee(fits, []Booking{half}, nil, now)
	if f.Views != 240_000 || f.Sold != 120_000 || !f.Enough || f.Viewed != 50_000 || f.Thin || len(f.Displace) > 0 {
		t.Errorf("what fits: %+v", f)
	}
	if f := c.Foresee(over, []Booking{half}, nil, now); f.Enough || f.Viewed < 50_000 || f.Viewed > 60_000 || len(f.Displace) > 0 {
		t.Errorf("what does not fit: %+v", f)
	}
	if f := c.Foresee(over, []Booking{half}, map[int64]map[Measure]int64{3: {Viewed: 40_000}}, now); !f.Enough {
		t.Errorf("of which half was given already: %+v", f)
	}
	fits.Forecast = Forecast{Enough: true}
	if f := c.Foresee(forDays(4, Flat, now.AddDate(0, 0, 2), 3), []Booking{half, fits}, nil, now); !slices.Equal(f.Displace, []int64{1, 2}) || f.Enough && f.Sold == 0 {
		t.Errorf("flat over both: %+v", f)
	}
	if f := c.Foresee(over, []Booking{half, fits}, nil, now); f.Enough || len(f.Displace) > 0 {
		t.Errorf("a goal beside another takes nothing from it: %+v", f)
	}
	empty := NewCurve(newYork, nil, nil, now)
	if f := empty.Foresee(fits, nil, nil, now); !f.Thin || f.Views != 0 {
		t.Errorf("without readers: %+v", f)
	}
	rooms := c.month(over, []Booking{half}, nil, now, now)
	if len(rooms) != 31 || rooms[0].Taken != 2 || rooms[0].Parts != 3 || rooms[0].Views != 24_000 || !slices.Equal(rooms[0].By, []int64{1}) || !rooms[9].Mine || rooms[10].Mine || rooms[10].Taken != 0 {
		t.Errorf("the month: %+v", rooms)
	}
}

func TestAGoalEndsWithinTwoPercentAndEachDayAlongTheCurve(t *testing.T) {
	c, now := steady()
	even, fast, lost := forDays(1, Goal, now, 3), forDays(2, Goal, now, 3), forDays(3, Goal, now, 3)
	even.Goal, fast.Goal, lost.Goal = 12_000, 9_000, 90_000
	fast.Pace = Fast
	even.Forecast.Enough, fast.Forecast.Enough = true, true
	var all []Running
	for _, b := range []Booking{even, fast, lost} {
		all = append(all, Running{Booking: b, Shown: []Ad{{ID: b.ID, Version: 1, Form: NativeForm}}})
	}
	plan := NewPlan(newYork, NewRules(), all, c)
	var pc Pacer
	given := map[int64]map[Measure]int64{1: {}, 2: {}, 3: {}}
	page := Page{Kind: FrontPage, Lang: "en"}
	day := make([]int64, 4)
	seed := uint64(1)
	quickly := now
	for at := now; at.Before(now.AddDate(0, 0, 3)); at = at.Add(time.Minute) {
		table := pc.Table(plan, at, given)
		for range 17 {
			seed++
			v := Visit{At: at, View: seed, Device: Phone}
			pick := table.Choose(page, []Place{Top}, v, mix(7, seed))[0]
			table.Asked(page, []Place{Top}, v)
			if pick.Booking > 0 && mix(8, seed)%2 == 0 {
				given[pick.Booking][Viewed]++
				if pick.Booking == 1 {
					day[int(at.Sub(now).Hours()/24)]++
				}
				if given[2][Viewed] < fast.Goal {
					quickly = at
				}
			}
		}
	}
	for _, b := range []Booking{even, fast} {
		if n := given[b.ID][Viewed]; n < b.Goal || n > b.Goal*102/100 {
			t.Errorf("booking %d was given %d of %d", b.ID, n, b.Goal)
		}
	}
	for n, got := range day[:3] {
		if math.Abs(float64(got)-4000) > 200 {
			t.Errorf("on day %d it was given %d, not about 4,000", n+1, got)
		}
	}
	if quickly.Sub(now) > 50*time.Hour {
		t.Errorf("what should go as fast as it can took %s", quickly.Sub(now))
	}
}

package tongue

import (
	"testing"
	"time"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestADayIsWrittenAsItsRegionWritesIt(t *testing.T) {
	at := time.Date(2025, 6, 17, 14, 5, 0, 0, time.UTC)
	for _, c := range []struct {
		tag   string
		style Style
		want  string
	}{
		{"en", Full, "Tuesday, June 17, 2025"},
		{"en", Long, "17 June 2025"},
		{"en", Short, "17 June"},
		{"en", Day, "Tuesday, June 17"},
		{"en", Month, "June 2025"},
		{"en", Numeric, "6/17/2025"},
		{"en", Weekday, "Tuesday"},
		{"en-US", Full, "Tuesday, June 17, 2025"},
		{"en-GB", Full, "Tuesday, 17 June 2025"},
		{"en-GB", Long, "17 June 2025"},
		{"en-GB", Numeric, "17/06/2025"},
		{"en-CA", Numeric, "2025-06-17"},
		{"es", Full, "martes, 17 de junio de 2025"},
		{"es", Long, "17 de junio de 2025"},
		{"es", Short, "17 de junio"},
		{"es", Month, "junio de 2025"},
		{"es-MX", Full, "martes, 17 de junio de 2025"},
		{"ar", Full, "الثلاثاء، ١٧ يونيو ٢٠٢٥"},
		{"ar", Long, "١٧ يونيو ٢٠٢٥"},
		{"ar", Short, "١٧ يونيو"},
		{"ar", Month, "يونيو ٢٠٢٥"},
		{"ar-SY", Long, "١٧ حزيران ٢٠٢٥"},
		{"ar-DZ", Long, "17 جوان 2025"},
	} {
		if got := For(c.tag).Date(at, c.style); got != c.want {
			t.Errorf("%s, style %d: %q, want %q", c.tag, c.style, got, c.want)
		}
	}
}

func TestTheClockIsTheRegionsOrThePapers(t *testing.T) {
	night, noon, afternoon := time.Date(2025, 6, 17, 0, 5, 0, 0, time.UTC), time.Date(2025, 6, 17, 12, 0, 0, 0, time.UTC), time.Date(2025, 6, 17, 14, 5, 0, 0, time.UTC)
	for _, c := range []struct {
		t    *Tongue
		at   time.Time
		want string
	}{
		{For("en"), night, "12:05\u202fAM"},
		{For("en"), noon, "12:00\u202fPM"},
		{For("en"), afternoon, "2:05\u202fPM"},
		{For("en").Hours24(true), night, "00:05"},
		{For("en").Hours24(true), afternoon, "14:05"},
		{For("en-GB"), afternoon, "14:05"},
		{For("en-GB").Hours24(false), afternoon, "2:05\u202fpm"},
		{For("es"), night, "0:05"},
		{For("es"), afternoon, "14:05"},
		{For("ar"), afternoon, "٢:٠٥ م"},
		{For("ar").Hours24(true), afternoon, "١٤:٠٥"},
	} {
		if got := c.t.Time(c.at); got != c.want {
			t.Errorf("%s at %v: %q, want %q", c.t.Tag, c.at, got, c.want)
		}
	}
	if got, want := For("ar").Hours24(true).DateTime(afternoon), "١٧ يونيو ٢٠٢٥، ١٤:٠٥"; got != want {
		t.Errorf("date and time %q, want %q", got, want)
	}
	if got, want := For("en-GB").DateTimeIn(Short, afternoon), "17 June, 14:05"; got != want {
		t.Errorf("short date and time %q, want %q", got, want)
	}
}

// The line in the header: today where the paper is, whatever the server's clock says.
func TestTodayIsThatOfThePapersZone(t *testing.T) {
	for _, c := range []struct{ utc, zone, want string }{
		{"2025-06-17T03:59:59Z", "America/New_York", "Monday, June 16, 2025"},
		{"2025-06-17T04:00:00Z", "America/New_York", "Tuesday, June 17, 2025"},
		{"2025-06-17T09:59:59Z", "Pacific/Kiritimati", "Tuesday, June 17, 2025"},
		{"2025-06-17T10:00:00Z", "Pacific/Kiritimati", "Wednesday, June 18, 2025"},
		{"2025-06-16T18:14:59Z", "Asia/Kathmandu", "Monday, June 16, 2025"},
		{"2025-06-16T18:15:00Z", "Asia/Kathmandu", "Tuesday, June 17, 2025"},
		{"2025-03-09T04:59:59Z", "America/New_York", "Saturday, March 8, 2025"},
		{"2025-03-09T05:00:00Z", "America/New_York", "Sunday, March 9, 2025"},    // 23 hours long
		{"2025-03-10T03:59:59Z", "America/New_York", "Sunday, March 9, 2025"},    //
		{"2025-03-10T04:00:00Z", "America/New_York", "Monday, March 10, 2025"},   //
		{"2025-11-02T04:00:00Z", "America/New_York", "Sunday, November 2, 2025"}, // 25 hours long
		{"2025-11-03T04:59:59Z", "America/New_York", "Sunday, November 2, 2025"},
		{"2025-11-03T05:00:00Z", "America/New_York", "Monday, November 3, 2025"},
		{"2024-03-31T22:00:00Z", "Africa/Cairo", "Monday, April 1, 2024"},
		{"2024-04-25T22:00:00Z", "Africa/Cairo", "Friday, April 26, 2024"}, // a day without a midnight: it begins at 1
		{"2024-02-29T12:00:00Z", "Europe/Madrid", "Thursday, February 29, 2024"},
		{"2011-12-30T10:00:00Z", "Pacific/Apia", "Saturday, December 31, 2011"}, // after a Thursday
	} {
		at, err := time.Parse(time.RFC3339, c.utc)
		if err != nil {
			t.Fatal(err)
		}
		if got := For("en").Date(at.In(zone(t, c.zone)), Full); got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.utc, c.zone, got, c.want)
		}
	}
}

func TestACardSaysAsLittleAsItCan(t *testing.T) {
	zone := zone(t, "America/New_York")
	now := time.Date(2025, 6, 17, 15, 0, 0, 0, zone)
	en := For("en").Hours24(true)
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{time.Date(2025, 6, 17, 4, 0, 0, 0, time.UTC), "00:00"},
		{time.Date(2025, 6, 17, 3, 59, 0, 0, time.UTC), "16 June"},
		{time.Date(2025, 1, 1, 12, 0, 0, 0, zone), "1 January"},
		{time.Date(2025, 1, 1, 4, 59, 0, 0, time.UTC), "31 December 2024"},
	} {
		if got := en.Brief(c.at, now); got != c.want {
			t.Errorf("%v seen at %v: %q, want %q", c.at, now, got, c.want)
		}
	}
}

func TestAgoIsThatOfTheCalendar(t *testing.T) {
	for _, c := range []struct{ tag, from, now, want string }{
		{"en", "2025-06-17 12:00:00", "2025-06-17 12:00:59", "now"},
		{"en", "2025-06-17 12:00:00", "2025-06-17 12:01:00", "1 minute ago"},
		{"en", "2025-06-17 12:00:00", "2025-06-17 13:59:00", "1 hour ago"},
		{"en", "2025-06-16 23:00:00", "2025-06-17 01:00:00", "2 hours ago"},
		{"en", "2025-06-15 23:00:00", "2025-06-17 00:30:00", "2 days ago"},
		{"en", "2025-05-17 12:00:00", "2025-06-16 23:00:00", "30 days ago"},
		{"en", "2025-05-17 23:00:00", "2025-06-17 01:00:00", "1 month ago"},
		{"en", "2025-03-17 12:00:00", "2025-06-17 12:00:00", "3 months ago"},
		{"en", "2025-01-31 12:00:00", "2025-02-27 13:00:00", "27 days ago"},
		{"en", "2025-01-31 12:00:00", "2025-02-28 13:00:00", "1 month ago"},
		{"en", "2024-02-29 12:00:00", "2025-02-27 12:00:00", "11 months ago"},
		{"en", "2024-02-29 12:00:00", "2025-02-28 12:00:00", "1 year ago"},
		{"en", "2024-02-29 12:00:00", "2028-02-28 12:00:00", "3 years ago"},
		{"en", "2024-02-29 12:00:00", "2028-02-29 12:00:00", "4 years ago"},
		{"en", "2023-06-18 00:00:00", "2025-06-17 23:59:00", "1 year ago"},
		{"en", "2023-06-17 23:59:00", "2025-06-17 00:00:00", "2 years ago"},
		{"en", "2025-06-19 12:00:00", "2025-06-17 12:00:00", "in 2 days"},
		{"en", "2025-03-08 12:00:00", "2025-03-09 12:00:00", "23 hours ago"}, // the clock went forward
		{"en", "2025-11-02 00:00:00", "2025-11-02 23:30:00", "24 hours ago"}, // the clock went back
		{"en", "2025-11-01 12:00:00", "2025-11-02 12:00:00", "1 day ago"},
		{"es", "2023-06-17 12:00:00", "2025-06-17 12:00:00", "hace 2 años"},
		{"es", "2025-06-17 12:00:00", "2025-06-18 12:00:00", "hace 1 día"},
		{"ar", "2023-06-17 12:00:00", "2025-06-17 12:00:00", "قبل سنتين"},
		{"ar", "2022-06-17 12:00:00", "2025-06-17 12:00:00", "قبل ٣ سنوات"},
		{"ar", "2010-06-17 12:00:00", "2025-06-17 12:00:00", "قبل ١٥ سنة"},
	} {
		zone := zone(t, "America/New_York")
		from, err1 := time.ParseInLocation(time.DateTime, c.from, zone)
		now, err2 := time.ParseInLocation(time.DateTime, c.now, zone)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if got := For(c.tag).Ago(from.UTC(), now); got != c.want {
			t.Errorf("%s: %s seen at %s is %q, want %q", c.tag, c.from, c.now, got, c.want)
		}
	}
}

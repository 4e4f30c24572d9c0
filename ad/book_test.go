package ad_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"lede/ad"
	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/ledetest"
)

// shop is a paper that sells: a hardware store and an order of theirs.
type shop struct {
	*ledetest.Paper
	buyer ad.Advertiser
	order ad.Order
}

func each(t *testing.T, fn func(t *testing.T, s *shop)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := &shop{Paper: ledetest.Open(t, d)}
		var err error
		s.buyer, err = s.Ads.SaveAdvertiser(t.Context(), ad.Advertiser{Name: "Bellamy’s Hardware", Contacts: []ad.Contact{{Name: "June Bellamy", Mail: "june@bellamys.example"}}}, 7, s.Now())
		if err != nil {
			t.Fatal(err)
		}
		if s.order, err = s.Ads.SaveOrder(t.Context(), ad.Order{Advertiser: s.buyer.ID}, 7, s.Now()); err != nil {
			t.Fatal(err)
		}
		fn(t, s)
	})
}

// top is the top of a section's pages for ten days from tomorrow.
func (s *shop) top() ad.Booking {
	return ad.Booking{Order: s.order.ID, Place: ad.Top, Promise: ad.Share, Share: 3, First: "2025-06-18", Last: "2025-06-27", Price: 400_00, Aim: ad.Aim{Sections: []int64{s.World.ID}}}
}

func (s *shop) save(t *testing.T, b ad.Booking, why string) ad.Booking {
	t.Helper()
	b, err := s.Ads.SaveBooking(t.Context(), b, 7, why, s.Now())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (s *shop) book(t *testing.T) {
	t.Helper()
	o, err := s.Ads.Order(t.Context(), s.order.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Ads.BookOrder(t.Context(), o.ID, o.Version, 7, s.Now()); err != nil {
		t.Fatal(err)
	}
}

func (s *shop) read(t *testing.T, id int64) ad.Booking {
	t.Helper()
	b, err := s.Ads.Booking(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAnOrderIsBookedWithAllItHolds(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		first := s.save(t, s.top(), "")
		goal := s.top()
		goal.Place, goal.Promise, goal.Goal, goal.Measure = ad.Text, ad.Goal, 20_000, ad.Viewed
		second := s.save(t, goal, "")
		if running, err := s.Ads.Running(t.Context(), s.Now()); err != nil || len(running) != 0 {
			t.Errorf("before it is booked %d bookings run (%v)", len(running), err)
		}
		s.book(t)
		all, err := s.Ads.Bookings(t.Context(), s.order.ID)
		if err != nil || len(all) != 2 || all[0].Stage != ad.Booked || all[1].Stage != ad.Booked {
			t.Fatalf("booked: %+v, %v", all, err)
		}
		if got := all[0]; got.ID != first.ID || got.Advertiser != s.buyer.ID || got.Share != 3 || !slices.Equal(got.Aim.Sections, []int64{s.World.ID}) {
			t.Errorf("the first is %+v", got)
		}
		if got := all[1]; got.ID != second.ID || got.Goal != 20_000 || got.Measure != ad.Viewed || got.Pace != ad.Even || got.Share != 0 {
			t.Errorf("the second is %+v", got)
		}
		o, err := s.Ads.Order(t.Context(), s.order.ID)
		if err != nil || o.Stage != ad.Booked || o.BookedBy != 7 || !o.Booked.Equal(s.Now()) {
			t.Errorf("the order is %+v, %v", o, err)
		}
		running, err := s.Ads.Running(t.Context(), s.Now())
		if err != nil || len(running) != 2 {
			t.Errorf("%d bookings run (%v), want 2", len(running), err)
		}
		if err := s.Ads.BookOrder(t.Context(), o.ID, o.Version, 7, s.Now()); !fault.IsInvalid(err) {
			t.Errorf("booked twice: %v", err)
		}
	})
}

func TestNothingIsHalfBooked(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		early := s.top()
		early.Last = "2025-06-18"
		early = s.save(t, early, "")
		late := s.save(t, s.top(), "")
		s.Pass(30 * time.Hour)
		o, err := s.Ads.Order(t.Context(), s.order.ID)
		if err != nil {
			t.Fatal(err)
		}
		later := s.top()
		later.ID, later.Version, later.First = late.ID, late.Version, "2025-06-25"
		if _, err := s.Ads.SaveBooking(t.Context(), later, 7, "", s.Now()); err != nil {
			t.Fatal(err)
		}
		if err := s.Ads.BookOrder(t.Context(), o.ID, o.Version, 7, s.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("an order that somebody changed meanwhile: %v, want a conflict", err)
		}
		s.Pass(24 * time.Hour)
		if o, err = s.Ads.Order(t.Context(), s.order.ID); err != nil {
			t.Fatal(err)
		}
		var f fault.Form
		if err := s.Ads.BookOrder(t.Context(), o.ID, o.Version, 7, s.Now()); !errors.As(err, &f) {
			t.Fatalf("a booking of yesterday: %v, want a form", err)
		}
		if at := itoa(early.ID) + ".first"; f[at] == "" {
			t.Errorf("the form says %q, want %s in it", f, at)
		}
		for _, id := range []int64{early.ID, late.ID} {
			if b := s.read(t, id); b.Stage != ad.Draft {
				t.Errorf("booking %d is %s", id, b.Stage)
			}
		}
		if o, _ := s.Ads.Order(t.Context(), s.order.ID); o.Stage != ad.Draft {
			t.Errorf("the order is %s", o.Stage)
		}
	})
}

func TestABookingThatMakesNoSenseIsRefusedWithItsField(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t))
	p := ledetest.Open(t, d)
	s := &shop{Paper: p}
	var err error
	if s.buyer, err = p.Ads.SaveAdvertiser(t.Context(), ad.Advertiser{Name: "Alder Motors"}, 7, p.Now()); err != nil {
		t.Fatal(err)
	}
	if s.order, err = p.Ads.SaveOrder(t.Context(), ad.Order{Advertiser: s.buyer.ID}, 7, p.Now()); err != nil {
		t.Fatal(err)
	}
	text := p.Text("Harbor closed")
	text.Sections = []int64{p.Harbor.ID}
	harbor := p.Publish(text)
	hidden := p.Write(p.Text("Not out yet"))
	for _, c := range []struct {
		name, field string
		change      func(b *ad.Booking)
	}{
		{"no place", "place", func(b *ad.Booking) { b.Place = "ceiling" }},
		{"no promise", "promise", func(b *ad.Booking) { b.Promise = "luck" }},
		{"no share", "share", func(b *ad.Booking) { b.Share = 0 }},
		{"a share of nothing", "share", func(b *ad.Booking) { b.Share = 1000 }},
		{"no goal", "goal", func(b *ad.Booking) { b.Promise = ad.Goal }},
		{"a goal below nothing", "goal", func(b *ad.Booking) { b.Promise, b.Goal = ad.Goal, -5 }},
		{"a goal of what was rendered", "measure", func(b *ad.Booking) { b.Promise, b.Goal, b.Measure = ad.Goal, 5, ad.Rendered }},
		{"a price below nothing", "price", func(b *ad.Booking) { b.Price = -1 }},
		{"no first day", "first", func(b *ad.Booking) { b.First = "" }},
		{"no day of the calendar", "first", func(b *ad.Booking) { b.First = "2025-06-31" }},
		{"a day in words", "last", func(b *ad.Booking) { b.Last = "Christmas" }},
		{"yesterday", "first", func(b *ad.Booking) { b.First = "2025-06-16" }},
		{"ended before it begins", "last", func(b *ad.Booking) { b.Last = "2025-06-17" }},
		{"for ever", "last", func(b *ad.Booking) { b.Last = "2099-06-17" }},
		{"far ahead", "first", func(b *ad.Booking) { b.First, b.Last = "2029-06-17", "2029-06-18" }},
		{"a section that is not there", "sections", func(b *ad.Booking) { b.Aim.Sections = []int64{4711} }},
		{"a topic that is not there", "topics", func(b *ad.Booking) { b.Aim.Topics = []int64{4711} }},
		{"an article that is not there", "articles", func(b *ad.Booking) { b.Aim.Articles = []int64{4711} }},
		{"an article before its time", "articles", func(b *ad.Booking) { b.Aim = ad.Aim{Articles: []int64{hidden.ID}} }},
		{"an article of another section", "articles", func(b *ad.Booking) { b.Aim.Articles = []int64{harbor.ID} }},
		{"a section of the front", "sections", func(b *ad.Booking) { b.Aim.Pages = []ad.PageKind{ad.FrontPage} }},
		{"the text of a front", "pages", func(b *ad.Booking) { b.Place, b.Aim.Pages = ad.Text, []ad.PageKind{ad.FrontPage} }},
		{"between the cards of an article", "articles", func(b *ad.Booking) { b.Place, b.Aim = ad.Between, ad.Aim{Articles: []int64{harbor.ID}} }},
		{"a page that is none", "pages", func(b *ad.Booking) { b.Aim.Pages = []ad.PageKind{"horoscope"} }},
		{"a language that is not the paper's", "langs", func(b *ad.Booking) { b.Aim.Langs = []string{"fi"} }},
		{"a screen that is none", "devices", func(b *ad.Booking) { b.Aim.Devices = []ad.Device{"fridge"} }},
		{"a Sunday that does not come", "days", func(b *ad.Booking) {
			b.First, b.Last, b.Aim.Days = "2025-06-18", "2025-06-19", []time.Weekday{time.Sunday}
		}},
		{"an hour that is none", "hours", func(b *ad.Booking) { b.Aim.Hours = []int{24} }},
		{"the hour that is left out in March", "hours", func(b *ad.Booking) {
			b.First, b.Last, b.Aim.Hours = "2026-03-08", "2026-03-08", []int{2}
		}},
		{"a country that is none", "countries", func(b *ad.Booking) { b.Aim.Countries = []string{"XQ"} }},
		{"a country in small letters", "countries", func(b *ad.Booking) { b.Aim.Countries = []string{"us"} }},
		{"a region that is none", "regions", func(b *ad.Booking) { b.Aim.Regions = []string{"New York"} }},
		{"an ad that is not there", "ads", func(b *ad.Booking) { b.Ads = []int64{4711} }},
		{"what was missed by nobody", "good-of", func(b *ad.Booking) { b.GoodOf = 4711 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := s.top()
			c.change(&b)
			_, err := p.Ads.SaveBooking(t.Context(), b, 7, "", p.Now())
			var f fault.Form
			if !errors.As(err, &f) || f[c.field] == "" {
				t.Errorf("got %v, want a word at %q", err, c.field)
			}
		})
	}
	if all, err := p.Ads.Bookings(t.Context(), s.order.ID); err != nil || len(all) != 0 {
		t.Errorf("%d bookings were kept (%v), want none", len(all), err)
	}
	good := s.top()
	good.Aim = ad.Aim{Articles: []int64{harbor.ID}, Sections: []int64{p.Harbor.ID}, Days: []time.Weekday{time.Sunday}, Hours: []int{7, 8}, Countries: []string{"US"}, Regions: []string{"US-NY"}}
	if _, err := p.Ads.SaveBooking(t.Context(), good, 7, "", p.Now()); err != nil {
		t.Errorf("what makes sense: %v", err)
	}
}

func TestABookingChangedWhileItRunsKeepsItsHistory(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		b := s.save(t, s.top(), "")
		s.book(t)
		s.Pass(48 * time.Hour)
		b = s.read(t, b.ID)
		b.Last, b.Price = "2025-06-30", 450_00
		var f fault.Form
		if _, err := s.Ads.SaveBooking(t.Context(), b, 8, "", s.Now()); !errors.As(err, &f) || f["why"] == "" {
			t.Errorf("changed without a reason: %v", err)
		}
		b = s.save(t, b, "June wants three days more")
		for field, change := range map[string]func(b *ad.Booking){
			"place": func(b *ad.Booking) { b.Place = ad.Foot }, "promise": func(b *ad.Booking) { b.Promise = ad.Flat },
			"first": func(b *ad.Booking) { b.First = "2025-06-20" }, "pricing": func(b *ad.Booking) { b.Pricing = ad.PerClick },
		} {
			other := b
			change(&other)
			if _, err := s.Ads.SaveBooking(t.Context(), other, 8, "why not", s.Now()); !errors.As(err, &f) || f[field] == "" {
				t.Errorf("%s of what runs: %v", field, err)
			}
		}
		versions, err := s.Ads.BookingVersions(t.Context(), b.ID)
		if err != nil || len(versions) != 3 {
			t.Fatalf("%d versions (%v), want 3", len(versions), err)
		}
		newest, before := versions[0], versions[1]
		if newest.Why != "June wants three days more" || newest.Last != "2025-06-30" || newest.Price != 450_00 || before.Last != "2025-06-27" || before.Price != 400_00 || before.Stage != ad.Booked {
			t.Errorf("the history is %+v", versions)
		}
		undone, err := s.Ads.Undo(t.Context(), b.ID, b.Version, 7, s.Now())
		if err != nil || undone.Last != "2025-06-27" || undone.Version != b.Version+1 {
			t.Errorf("undone it is %+v, %v", undone, err)
		}
		if got := s.read(t, b.ID); got.Last != "2025-06-27" || got.Stage != ad.Booked || !got.Until.Equal(undone.Until) {
			t.Errorf("undone it stands as %+v", got)
		}
		if _, err := s.Ads.Undo(t.Context(), b.ID, b.Version, 7, s.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("undone twice from the same page: %v", err)
		}
		s.Pass(30 * 24 * time.Hour)
		if _, err := s.Ads.SaveBooking(t.Context(), s.read(t, b.ID), 7, "too late", s.Now()); !fault.IsInvalid(err) {
			t.Errorf("changed when it was over: %v", err)
		}
	})
}

func TestTwoWhoChangeABookingDoNotOverwriteEachOther(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		b := s.save(t, s.top(), "")
		mine, theirs := b, b
		mine.Share, theirs.Share = 2, 4
		s.save(t, theirs, "")
		if _, err := s.Ads.SaveBooking(t.Context(), mine, 7, "", s.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("got %v, want a conflict", err)
		}
		if got := s.read(t, b.ID); got.Share != 4 {
			t.Errorf("1 in %d stands, want theirs", got.Share)
		}
	})
}

func TestPauseGoOnCancelUndo(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		b := s.save(t, s.top(), "")
		if _, err := s.Ads.SetStage(t.Context(), b.ID, b.Version, ad.Booked, "", 7, s.Now()); !fault.IsInvalid(err) {
			t.Errorf("a draft booked by itself: %v", err)
		}
		s.book(t)
		b = s.read(t, b.ID)
		runs := func() bool {
			all, err := s.Ads.Running(t.Context(), s.Now())
			if err != nil {
				t.Fatal(err)
			}
			return len(all) == 1
		}
		for _, step := range []struct {
			to   ad.Stage
			runs bool
		}{{ad.Paused, false}, {ad.Booked, true}, {ad.Cancelled, false}} {
			if _, err := s.Ads.SetStage(t.Context(), b.ID, b.Version-1, step.to, "", 7, s.Now()); !errors.Is(err, fault.Conflict) {
				t.Errorf("%s from an older page: %v", step.to, err)
			}
			var err error
			if b, err = s.Ads.SetStage(t.Context(), b.ID, b.Version, step.to, "the shop is closed", 7, s.Now()); err != nil {
				t.Fatal(err)
			}
			if got := runs(); got != step.runs {
				t.Errorf("%s: runs %v, want %v", step.to, got, step.runs)
			}
		}
		if _, err := s.Ads.SetStage(t.Context(), b.ID, b.Version, ad.Booked, "", 7, s.Now()); !fault.IsInvalid(err) {
			t.Errorf("a cancelled one goes on: %v", err)
		}
		if _, err := s.Ads.SaveBooking(t.Context(), b, 7, "after all", s.Now()); !fault.IsInvalid(err) {
			t.Errorf("a cancelled one is changed: %v", err)
		}
		b, err := s.Ads.Undo(t.Context(), b.ID, b.Version, 7, s.Now())
		if err != nil || b.Stage != ad.Booked || !runs() {
			t.Errorf("undone it is %s, %v", b.Stage, err)
		}
	})
}

func TestACancelledOrderComesBackAsItWas(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		stays, gone := s.save(t, s.top(), ""), s.save(t, s.top(), "")
		s.book(t)
		gone = s.read(t, gone.ID)
		if _, err := s.Ads.SetStage(t.Context(), gone.ID, gone.Version, ad.Cancelled, "", 7, s.Now()); err != nil {
			t.Fatal(err)
		}
		s.Pass(time.Minute)
		draft := s.save(t, s.top(), "")
		o, err := s.Ads.Order(t.Context(), s.order.ID)
		if err != nil {
			t.Fatal(err)
		}
		s.Pass(time.Minute)
		if err := s.Ads.CancelOrder(t.Context(), o.ID, o.Version, "they went bankrupt", 7, s.Now()); err != nil {
			t.Fatal(err)
		}
		for _, id := range []int64{stays.ID, gone.ID, draft.ID} {
			if b := s.read(t, id); b.Stage != ad.Cancelled {
				t.Errorf("booking %d is %s", id, b.Stage)
			}
		}
		if o, err = s.Ads.Order(t.Context(), o.ID); err != nil || o.Stage != ad.Cancelled {
			t.Fatalf("the order is %s, %v", o.Stage, err)
		}
		if _, err := s.Ads.SaveBooking(t.Context(), s.top(), 7, "", s.Now()); !fault.IsInvalid(err) {
			t.Errorf("a booking in a cancelled order: %v", err)
		}
		if err := s.Ads.ReviveOrder(t.Context(), o.ID, o.Version, 7, s.Now()); err != nil {
			t.Fatal(err)
		}
		for id, want := range map[int64]ad.Stage{stays.ID: ad.Booked, gone.ID: ad.Cancelled, draft.ID: ad.Draft} {
			if b := s.read(t, id); b.Stage != want {
				t.Errorf("booking %d is %s, want %s", id, b.Stage, want)
			}
		}
		if o, err = s.Ads.Order(t.Context(), o.ID); err != nil || o.Stage != ad.Booked {
			t.Errorf("the order is %s, %v", o.Stage, err)
		}
	})
}

func TestTheHouseNeedsNoOrder(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		b := s.top()
		b.Order, b.Promise, b.Price = 0, ad.House, 100
		b = s.save(t, b, "")
		if b.Stage != ad.Booked || b.Advertiser != 0 || b.Price != 0 {
			t.Errorf("it is %+v", b)
		}
		if all, err := s.Ads.Bookings(t.Context(), 0); err != nil || len(all) != 1 {
			t.Errorf("%d of the house, %v", len(all), err)
		}
	})
}

func TestDaysAreThePapersAlsoWhenItsClockMoves(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		b := s.top()
		b.First, b.Last = "2025-11-02", "2025-11-02"
		b = s.save(t, b, "")
		if got := b.Until.Sub(b.From); got != 25*time.Hour {
			t.Errorf("the day that clocks are put back lasts %s", got)
		}
		now, err := s.Papers.Get(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		now.Zone = "Asia/Kolkata"
		if err := s.Papers.Set(t.Context(), now, s.Now()); err != nil {
			t.Fatal(err)
		}
		s.Settle()
		got := s.read(t, b.ID)
		if want := time.Date(2025, 11, 1, 18, 30, 0, 0, time.UTC); !got.From.Equal(want) || got.Until.Sub(got.From) != 24*time.Hour {
			t.Errorf("it lasts from %s to %s, want from %s", got.From, got.Until, want)
		}
	})
}

func TestWhatIsSoldStandsInTheAuditLog(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		b := s.save(t, s.top(), "")
		s.book(t)
		b = s.read(t, b.ID)
		if _, err := s.Ads.SetStage(t.Context(), b.ID, b.Version, ad.Paused, "no stock", 7, s.Now()); err != nil {
			t.Fatal(err)
		}
		list, err := s.Audit.List(t.Context(), audit.Filter{Limit: 20})
		if err != nil {
			t.Fatal(err)
		}
		var acts []string
		for _, e := range list {
			if strings.HasPrefix(e.Act, "ad.") {
				acts = append(acts, e.Act)
			}
			if e.Act == "ad.booking.pause" && (!strings.Contains(e.Detail, "2025-1") || !strings.Contains(e.Detail, "no stock") || e.Of != b.ID) {
				t.Errorf("the entry says %q of %d", e.Detail, e.Of)
			}
		}
		want := []string{"ad.booking.pause", "ad.order.book", "ad.booking.book", "ad.booking.add", "ad.order.add", "ad.buyer.add"}
		if !slices.Equal(acts, want) {
			t.Errorf("the log has %q, want %q", acts, want)
		}
	})
}

func TestTwoBookingsCrowdEachOtherWhereBothCanBeSeen(t *testing.T) {
	flat := ad.Booking{Place: ad.Top, Promise: ad.Flat, First: "2025-06-18", Last: "2025-06-27"}
	with := func(change func(b *ad.Booking)) ad.Booking {
		b := flat
		change(&b)
		return b
	}
	for name, c := range map[string]struct {
		other ad.Booking
		want  bool
	}{
		"the same":         {flat, true},
		"one day together": {with(func(b *ad.Booking) { b.First, b.Last = "2025-06-27", "2025-06-30" }), true},
		"the day after":    {with(func(b *ad.Booking) { b.First, b.Last = "2025-06-28", "2025-06-30" }), false},
		"another place":    {with(func(b *ad.Booking) { b.Place = ad.Foot }), false},
		"a share beside":   {with(func(b *ad.Booking) { b.Promise, b.Share = ad.Share, 10 }), true},
		"a goal":           {with(func(b *ad.Booking) { b.Promise, b.Goal = ad.Goal, 10 }), false},
		"bulk":             {with(func(b *ad.Booking) { b.Promise = ad.Bulk }), false},
		"within a section": {with(func(b *ad.Booking) { b.Aim.Sections = []int64{3} }), true},
	} {
		if flat.Crowds(c.other) != c.want || c.other.Crowds(flat) != c.want {
			t.Errorf("%s: want %v", name, c.want)
		}
	}
	half := with(func(b *ad.Booking) { b.Promise, b.Share = ad.Share, 2 })
	if half.Crowds(half) {
		t.Error("two halves are too much")
	}
	phone, desk := with(func(b *ad.Booking) { b.Aim.Devices = []ad.Device{ad.Phone} }), with(func(b *ad.Booking) { b.Aim.Devices = []ad.Device{ad.Desk} })
	if phone.Crowds(desk) {
		t.Error("a phone and a desk are the same")
	}
}

package ad_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"lede/ad"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/ledetest"
	"lede/paper"
)

// zoned is a paper with a clock.
func zoned(t *testing.T, d *db.DB, zone string) *ledetest.Paper {
	t.Helper()
	p := ledetest.Open(t, d)
	now, err := p.Papers.Get(t.Context())
	if err == nil {
		now.Zone = zone
		err = p.Papers.Set(t.Context(), now, p.Now())
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestInEveryGroupingBilledAndRejectedAreWhatWasReceived(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := zoned(t, d, "America/New_York")
		r := rand.New(rand.NewPCG(1, 2))
		from := time.Date(2026, 10, 30, 4, 0, 0, 0, time.UTC)
		var events []ad.Event
		for range 2000 {
			at := from.Add(time.Duration(r.IntN(5*24*3600)) * time.Second)
			o := offered(int64(1+r.IntN(4)), at)
			o.Ad, o.Place, o.Section = int64(1+r.IntN(3)), ad.Places()[r.IntN(5)], int64(r.IntN(4))
			reason := ""
			if r.IntN(5) == 0 {
				reason = ad.Reasons()[r.IntN(len(ad.Reasons()))]
			}
			for _, m := range ad.Measures()[:1+r.IntN(3)] {
				events = append(events, ad.Event{Offer: o, Measure: m, At: at, Reason: reason})
			}
		}
		record(t, p.Ads, events...)
		report, err := p.Ads.Report(t.Context(), ad.Scope{}, false)
		if err != nil || !report.Checked || !report.AddsUp() {
			t.Fatalf("checked %t, adds up %t, %v", report.Checked, report.AddsUp(), err)
		}
		var received int64
		for _, m := range ad.Measures() {
			received += report.All[m].Received
		}
		if received != int64(len(events)) {
			t.Errorf("received %d, want %d", received, len(events))
		}
		for _, g := range ad.Groupings() {
			var together int64
			for _, row := range report.By(g) {
				for m, tally := range row.Of {
					if !tally.AddsUp() {
						t.Errorf("%s %s, %s: %+v does not add up", g, row.Key, m, tally)
					}
					together += tally.Received
				}
			}
			if together != received {
				t.Errorf("by %s: %d, want %d", g, together, received)
			}
		}
		one, err := p.Ads.Report(t.Context(), ad.Scope{Booking: 2, Ad: 1, Place: ad.Top, Section: 3, From: from, Until: from.Add(48 * time.Hour)}, true)
		if err != nil || !one.AddsUp() || len(one.By(ad.ByBooking)) != 1 || one.All[ad.Rendered].Received == 0 {
			t.Errorf("one booking: %+v, %v", one.All, err)
		}

		spoil(t, d, `update ad_count set n = n - 1 where booking_id = 2 and measure = 'rendered' and reason = ''`)
		if report, err = p.Ads.Report(t.Context(), ad.Scope{}, false); err != nil || report.AddsUp() {
			t.Errorf("with a wrong sum it adds up: %v", err)
		}
	})
}

func spoil(t *testing.T, d *db.DB, statement string) {
	t.Helper()
	if err := d.Tx(t.Context(), func(ctx context.Context, q db.Q) error { _, err := q.ExecContext(ctx, statement); return err }); err != nil {
		t.Fatal(err)
	}
}

func TestDaysAndHoursAreThoseOfThePapersClock(t *testing.T) {
	for _, c := range []struct {
		zone, day string
		hours     int
		says      string // of some hours of that day
	}{
		{"America/New_York", "2026-03-08", 23, "01:00-05:00 03:00-04:00"},
		{"America/New_York", "2026-11-01", 25, "01:00-04:00 01:00-05:00"},
		{"Europe/Berlin", "2026-10-25", 25, "02:00+02:00 02:00+01:00"},
		{"Asia/Kolkata", "2026-11-01", 24, "00:00+05:30 23:00+05:30"},
		{"Asia/Kathmandu", "2026-11-01", 24, "00:00+05:45 23:00+05:45"},
		{"Australia/Lord_Howe", "2026-04-05", 25, "01:00+11:00 01:30+10:30 02:00+10:30"}, // 24 and a half: half an hour comes twice
		{"Australia/Lord_Howe", "2026-10-04", 24, "01:00+10:30 02:30+11:00 03:00+11:00"},
	} {
		t.Run(c.zone+" "+c.day, func(t *testing.T) {
			p := zoned(t, dbtest.Open(t, dbtest.SQLite(t)), c.zone)
			zone, err := time.LoadLocation(c.zone)
			if err != nil {
				t.Fatal(err)
			}
			begins, _ := paper.Day(time.DateOnly, c.day, zone)
			ends := paper.NextMidnight(begins)
			// One each five minutes, from an hour before the day to an hour after it.
			var events []ad.Event
			for at := begins.Add(-time.Hour); at.Before(ends.Add(time.Hour)); at = at.Add(5 * time.Minute) {
				events = append(events, ad.Event{Offer: offered(1, at), Measure: ad.Rendered, At: at})
			}
			record(t, p.Ads, events...)
			r, err := p.Ads.Report(t.Context(), ad.Scope{}, true)
			if err != nil {
				t.Fatal(err)
			}
			want := int64(ends.Sub(begins) / (5 * time.Minute))
			if got := r.Days(begins, ends); len(got) != 1 || got[0].Key != c.day || got[0].Of[ad.Rendered].Billed != want {
				t.Errorf("the day: %+v, want %d", got, want)
			}
			hours := r.Hours(begins, ends)
			if len(hours) != c.hours {
				t.Errorf("%d hours, want %d", len(hours), c.hours)
			}
			var together int64
			says := ""
			for _, h := range hours {
				together += h.Of[ad.Rendered].Billed
				at, err := time.Parse(time.RFC3339, h.Key)
				if err != nil || h.Of == nil {
					t.Errorf("the hour %s: %+v, %v", h.Key, h.Of, err)
				}
				says += " " + at.Format("15:04-07:00")
			}
			if together != want {
				t.Errorf("the hours have %d together, want %d", together, want)
			}
			if !strings.Contains(says+" ", " "+c.says[:11]) || !contains(says, strings.Fields(c.says)) {
				t.Errorf("the hours are%s, want %s among them", says, c.says)
			}
		})
	}
}

func contains(says string, parts []string) bool {
	for _, part := range parts {
		at := strings.Index(says, part)
		if at < 0 {
			return false
		}
		says = says[at+len(part):]
	}
	return true
}

// over lets the shop's time go by until its bookings are over.
func (s *shop) over() { s.Pass(60 * 24 * time.Hour) }

// give has so much of a booking billed, an hour after it began.
func (s *shop) give(t *testing.T, b ad.Booking, m ad.Measure, n int) {
	t.Helper()
	at := b.From.Add(time.Hour)
	var events []ad.Event
	for range n {
		o := offered(b.ID, at)
		for _, measure := range ad.Measures() {
			events = append(events, ad.Event{Offer: o, Measure: measure, At: at})
			if measure == m {
				break
			}
		}
	}
	record(t, s.Ads, events...)
}

func TestAGoalThatWasMissedIsMadeGood(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		goal := s.top()
		goal.Promise, goal.Goal, goal.Measure = ad.Goal, 100, ad.Viewed
		b := s.save(t, goal, "")
		s.book(t)
		s.give(t, b, ad.Viewed, 60)
		if _, err := s.Ads.MakeGood(t.Context(), b.ID, b.First, b.Last, 7, s.Now()); !fault.IsInvalid(err) {
			t.Errorf("made good before it is over: %v", err)
		}
		s.over()
		if d, err := s.Ads.Debts(t.Context(), s.Now()); err != nil || len(d) != 1 || d[0].Missing() != 40 {
			t.Fatalf("owed: %+v, %v", d, err)
		}
		if _, err := s.Ads.MakeGood(t.Context(), b.ID, b.First, b.Last, 7, s.Now()); !fault.IsInvalid(err) {
			t.Errorf("made good in the past: %v", err)
		}
		day := s.Now().AddDate(0, 0, 3).Format(time.DateOnly)
		good, err := s.Ads.MakeGood(t.Context(), b.ID, day, day, 7, s.Now())
		if err != nil || good.Goal != 40 || good.GoodOf != b.ID || good.Price != 0 || good.Place != b.Place || good.Stage != ad.Draft || good.Order == b.Order {
			t.Fatalf("the make-good: %+v, %v", good, err)
		}
		if d, err := s.Ads.Debts(t.Context(), s.Now()); err != nil || len(d) != 0 {
			t.Errorf("owed afterwards: %+v, %v", d, err)
		}
		if _, err := s.Ads.MakeGood(t.Context(), b.ID, day, day, 7, s.Now()); !fault.IsInvalid(err) {
			t.Errorf("made good twice: %v", err)
		}
	})
}

func TestChargesOfTimesThatFollowEachOtherAddUpToThePrice(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		flat := s.top()
		flat.Promise, flat.Pricing, flat.Price = ad.Flat, ad.PerTime, 40_001
		one := s.save(t, flat, "")
		goal := s.top()
		goal.Promise, goal.Goal, goal.Measure, goal.Pricing, goal.Price = ad.Goal, 90, ad.Viewed, ad.PerThousand, 1337
		two := s.save(t, goal, "")
		clicks := s.top()
		clicks.Promise, clicks.Pricing, clicks.Price = ad.Bulk, ad.PerClick, 35
		three := s.save(t, clicks, "")
		s.book(t)
		s.give(t, two, ad.Viewed, 100)
		s.give(t, three, ad.Clicked, 3)
		charges := func(from, until time.Time) map[int64]ad.Charge {
			all, err := s.Ads.Charges(t.Context(), ad.Scope{Order: s.order.ID, From: from, Until: until})
			if err != nil {
				t.Fatal(err)
			}
			of := map[int64]ad.Charge{}
			for _, c := range all {
				of[c.ID] = c
			}
			return of
		}
		whole := charges(time.Time{}, time.Time{})
		want := fmt.Sprint(map[int64][2]int64{one.ID: {whole[one.ID].Units, 40_001}, two.ID: {90, 120}, three.ID: {3, 105}})
		got := map[int64][2]int64{}
		for id, c := range whole {
			got[id] = [2]int64{c.Units, c.Amount}
		}
		if fmt.Sprint(got) != want || whole[two.ID].Above != 10 {
			t.Errorf("the whole costs %v, want %v; above the goal %d", got, want, whole[two.ID].Above)
		}
		together := map[int64]int64{}
		for at := one.From; at.Before(one.Until); at = at.Add(24 * time.Hour) {
			for id, c := range charges(at, at.Add(24*time.Hour)) {
				together[id] += c.Amount
			}
		}
		for id, c := range whole {
			if together[id] != c.Amount {
				t.Errorf("booking %d costs %d by days, %d as a whole", id, together[id], c.Amount)
			}
		}
	})
}

func TestABuyersLinkLeadsToThemUntilItIsChanged(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		link := s.Ads.BuyerLink(s.buyer)
		if a, err := s.Ads.ByLink(t.Context(), link); err != nil || a.ID != s.buyer.ID {
			t.Fatalf("the link leads to %+v, %v", a, err)
		}
		if err := s.Ads.NewLink(t.Context(), s.buyer.ID, s.Now()); err != nil {
			t.Fatal(err)
		}
		for _, none := range []string{link, "", s.buyer.Link, link + "x"} {
			if _, err := s.Ads.ByLink(t.Context(), none); err == nil {
				t.Errorf("%q leads somewhere", none)
			}
		}
	})
}

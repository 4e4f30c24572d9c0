package main

import (
	"fmt"
	"time"

	"lede/ad"
	"lede/internal/secret"
)

// What is decided among, and how often.
const (
	active  = 500
	decided = 20_000
)

// ads measures how long it takes to decide what stands in the positions of an article, among so many active bookings of all kinds, with all
// of its offers sealed, and the readers counted.
func (b *bench) ads() error {
	now := time.Date(2026, time.March, 17, 12, 0, 0, 0, zone)
	plan := ad.NewPlan(zone, ad.NewRules(), manyBookings(now), ad.NewCurve(zone, nil, nil, now))
	var pacer ad.Pacer
	table := pacer.Table(plan, now, nil)
	s := ad.NewStore(nil, secret.New(), nil, nil, nil)
	spots := []ad.Place{ad.Top, ad.Text, ad.Text, ad.Beside}
	took := make([]time.Duration, 0, decided)
	shown := 0
	for n := range uint64(decided) {
		page := ad.Page{Kind: ad.ArticlePage, ID: int64(n % 1000), Sections: []int64{int64(n % 20), 100}, Topics: []int64{int64(n % 50)}, Lang: "en"}
		v := ad.Visit{At: now, View: n + 1, Device: ad.Devices()[n%3], Country: "US"}
		began := time.Now()
		for i, p := range table.Choose(page, spots, v, n*0x9e3779b97f4a7c15) {
			if p.Booking != 0 {
				shown++
			}
			s.Seal(ad.Offer{At: now, Booking: p.Booking, Ad: p.Ad, AdVersion: p.Version, Place: spots[i], N: i, Kind: page.Kind, Page: page.ID, Section: page.Section(), Lang: page.Lang, Device: v.Device})
		}
		table.Asked(page, spots, v)
		took = append(took, time.Since(began))
	}
	if shown < decided {
		return fmt.Errorf("of %d positions only %d were filled", decided*len(spots), shown)
	}
	p99 := quantile(took, .99)
	b.say(figure{fmt.Sprintf("Deciding four positions among %d active bookings, and sealing the offers, p50 and p99 of %d", active, decided), "p99 ≤ 2 ms",
		ms(quantile(took, .5)) + ", " + ms(p99), holds(p99 <= 2*time.Millisecond)})
	return nil
}

// manyBookings are all kinds of bookings, aimed in all ways, a hundred and more in each place of an article.
func manyBookings(now time.Time) (all []ad.Running) {
	places := []ad.Place{ad.Top, ad.Text, ad.Beside, ad.Foot}
	for n := range int64(active) {
		b := ad.Booking{ID: n + 1, Version: 1, Place: places[n%4], Promise: ad.Goal, Measure: ad.Viewed, Goal: 100_000 + n*1000, Pace: ad.Even, Pricing: ad.PerThousand,
			From: now.AddDate(0, 0, -10), Until: now.AddDate(0, 0, 20), Stage: ad.Booked, Forecast: ad.Forecast{Enough: n%7 > 0}}
		switch n % 10 {
		case 0:
			b.Promise, b.Goal, b.Share = ad.Share, 0, 50
		case 1:
			b.Promise, b.Goal = ad.Bulk, 0
		case 2:
			b.Promise, b.Goal, b.Aim.Sections = ad.Flat, 0, []int64{200 + n}
		case 3:
			b.Aim = ad.Aim{Sections: []int64{n % 20, 100}, Devices: []ad.Device{ad.Phone, ad.Desk}}
		case 4:
			b.Aim = ad.Aim{Topics: []int64{n % 50, n % 49, n % 48}, Langs: []string{"en", "es"}}
		case 5:
			b.Aim = ad.Aim{Pages: []ad.PageKind{ad.ArticlePage}, Hours: []int{8, 9, 10, 11, 12}, Countries: []string{"US", "CA"}}
		}
		r := ad.Running{Booking: b}
		for i := range int64(3) {
			r.Shown = append(r.Shown, ad.Ad{ID: n*10 + i + 1, Version: 1, Form: ad.NativeForm})
		}
		all = append(all, r)
	}
	return all
}

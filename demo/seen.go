package demo

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"lede/ad"
)

// hourly is how much of a day's reading falls into each hour, of a thousand.
var hourly = [24]int{8, 5, 4, 4, 6, 14, 38, 66, 72, 60, 52, 50, 58, 56, 48, 46, 48, 54, 62, 66, 68, 60, 38, 17}

// weekly is how much is read on each day, Sunday first, of a hundred.
var weekly = [7]int{82, 108, 104, 102, 104, 106, 88}

// weeksKnown is for how many days positions were counted before today.
const weeksKnown = 56

// readAds lets readers have come in the last weeks: what of each booking was rendered, viewed and clicked. What was counted before stands.
func (f *filler) readAds(ctx context.Context) error {
	for i, b := range f.shop.sold {
		if b.told.Day == 0 {
			continue
		}
		known, err := f.Ads.Delivered(ctx, b.ID)
		if err != nil {
			return err
		}
		if known[b.ID][ad.Rendered] > 0 {
			continue
		}
		if err := f.Ads.Record(ctx, f.events(i, b)); err != nil {
			return err
		}
	}
	return nil
}

// traffic is how often positions were asked for in the last weeks, hour by hour: what forecasts are made of.
func (f *filler) traffic() []ad.Traffic {
	r := rand.New(rand.NewPCG(14, 9))
	pages := []struct {
		kind    ad.PageKind
		section string
		places  []ad.Place
		day     int
	}{
		{ad.FrontPage, "", []ad.Place{ad.Top, ad.Between, ad.Foot}, 420}, {ad.SectionPage, "harbor", []ad.Place{ad.Top, ad.Between, ad.Beside}, 90},
		{ad.SectionPage, "culture", []ad.Place{ad.Top, ad.Between, ad.Beside}, 60}, {ad.ArticlePage, "harbor", []ad.Place{ad.Top, ad.Text, ad.Beside, ad.Foot}, 310},
		{ad.ArticlePage, "city", []ad.Place{ad.Top, ad.Text, ad.Beside, ad.Foot}, 260}, {ad.ArticlePage, "world", []ad.Place{ad.Top, ad.Text, ad.Beside, ad.Foot}, 140},
		{ad.ArticlePage, "sport", []ad.Place{ad.Top, ad.Text, ad.Beside, ad.Foot}, 160}, {ad.ArticlePage, "culture", []ad.Place{ad.Top, ad.Text, ad.Beside, ad.Foot}, 120},
	}
	var all []ad.Traffic
	for n := -weeksKnown; n <= 0; n++ {
		day := f.day(n)
		for h, part := range hourly {
			at := ad.HourOf(time.Date(day.Year(), day.Month(), day.Day(), h, 0, 0, 0, f.zone), f.zone)
			if at.After(f.now.Add(-time.Hour)) {
				return all
			}
			for _, p := range pages {
				for _, place := range p.places {
					for i, device := range []ad.Device{ad.Phone, ad.Desk} {
						asked := int64(p.day * part * weekly[day.Weekday()] * []int{64, 36}[i] / 10_000_000)
						asked += r.Int64N(asked/4 + 2)
						if asked == 0 {
							continue
						}
						rendered := asked * 9 / 10
						all = append(all, ad.Traffic{Hour: at, Place: place, Kind: p.kind, Section: f.sections[p.section], Lang: "en", Device: device,
							Asked: asked, Rendered: rendered, Viewed: rendered * 6 / 10, Clicked: rendered / 120})
					}
				}
			}
		}
	}
	return all
}

// events are what happened to a booking up to now: what was rendered, most of it viewed, some of it clicked, and some of it by no person.
func (f *filler) events(n int, b soldOf) []ad.Event {
	r := rand.New(rand.NewPCG(7, uint64(n)))
	var all []ad.Event
	for d := b.told.From; d <= min(b.told.To, 0); d++ {
		day := f.day(d)
		for h, part := range hourly {
			wanted := float64(b.told.Day*part*weekly[day.Weekday()]) / 100_000
			for i := 0; float64(i) < wanted; i++ {
				if float64(i)+r.Float64() > wanted {
					break
				}
				at := time.Date(day.Year(), day.Month(), day.Day(), h, r.IntN(60), r.IntN(50), 0, f.zone)
				if at.Before(f.now.Add(-time.Minute)) {
					all = append(all, f.seen(r, n, len(all), b, at)...)
				}
			}
		}
	}
	return all
}

// seen is what happened to one offer.
func (f *filler) seen(r *rand.Rand, booking, n int, b soldOf, at time.Time) []ad.Event {
	id := sha256.Sum256(fmt.Append(nil, booking, ":", n))
	o := ad.Offer{ID: base64.RawURLEncoding.EncodeToString(id[:16]), At: at, Booking: b.ID, Ad: b.Ads[r.IntN(len(b.Ads))], AdVersion: 1, Place: b.Place,
		Kind: ad.ArticlePage, Lang: "en", Device: []ad.Device{ad.Phone, ad.Phone, ad.Phone, ad.Tablet, ad.Desk, ad.Desk}[r.IntN(6)], Scripted: true}
	f.placeSeen(r, &o, b)
	e := ad.Event{Offer: o, Measure: ad.Rendered, At: at.Add(time.Second)}
	if r.IntN(18) == 0 {
		e.Reason = []string{ad.Robot, ad.Robot, ad.Headless, ad.TooFast, ad.OurStaff}[r.IntN(5)]
		v := ad.Event{Offer: o, Measure: ad.Viewed, At: at.Add(4 * time.Second), Reason: e.Reason}
		return []ad.Event{e, v}[:1+r.IntN(2)]
	}
	all := []ad.Event{e}
	if r.IntN(100) < 64 {
		all = append(all, ad.Event{Offer: o, Measure: ad.Viewed, At: at.Add(time.Duration(2+r.IntN(9)) * time.Second)})
	}
	if r.IntN(1000) < b.told.Clicks {
		c := ad.Event{Offer: o, Measure: ad.Clicked, At: at.Add(time.Duration(12+r.IntN(20)) * time.Second)}
		if r.IntN(9) == 0 {
			c.Reason = ad.Fetched
		}
		all = append(all, c)
	}
	return all
}

// placeSeen says on which page an offer stood: in one of the sections that are aimed at, else in any; between cards there is no article.
func (f *filler) placeSeen(r *rand.Rand, o *ad.Offer, b soldOf) {
	if slices.Contains([]ad.Place{ad.Between, ad.Top}, b.Place) && len(b.told.Sections) == 0 && r.IntN(2) == 0 {
		o.Kind = ad.FrontPage
		return
	}
	sections := b.told.Sections
	if len(sections) == 0 {
		sections = []string{"harbor", "harbor", "city", "city", "world", "sport", "culture"}
	}
	o.Section = f.sections[sections[r.IntN(len(sections))]]
	if o.Page = o.Section; b.Place == ad.Between {
		o.Kind = ad.SectionPage
		return
	}
	var stories []int64
	for _, s := range f.stories {
		stories = append(stories, s.id)
	}
	slices.Sort(stories)
	if len(stories) > 0 {
		o.Page = stories[r.IntN(len(stories))]
	}
}

package main

import (
	"math"
	"math/rand/v2"
	"time"

	"lede/ad"
)

// The month has a day of 23 hours, and a breaking story in the middle.
var (
	zone = func() *time.Location {
		z, err := time.LoadLocation("America/New_York")
		if err != nil {
			panic(err)
		}
		return z
	}()
	begins = time.Date(2026, time.March, 1, 0, 0, 0, 0, zone)
	ends   = time.Date(2026, time.April, 1, 0, 0, 0, 0, zone)
	broke  = time.Date(2026, time.March, 17, 14, 10, 0, 0, zone)
)

// remembered is how far back the paper has counted its readers.
const remembered = 8 * 7

// part is a kind of page with the part of all page views it has.
type part struct {
	page  ad.Page
	spots []ad.Place
	of    float64
}

// The paper's sections; the last is below Sport.
const (
	news = iota + 1
	sport
	culture
	business
	juniors
)

var (
	parts = func() (list []part) {
		above := map[int64][]int64{news: {news}, sport: {sport}, culture: {culture}, business: {business}, juniors: {juniors, sport}}
		of := map[int64]float64{news: .40, sport: .20, culture: .15, business: .15, juniors: .10}
		for _, lang := range []struct {
			name string
			of   float64
		}{{"en", .88}, {"es", .12}} {
			list = append(list, part{ad.Page{Kind: ad.FrontPage, Lang: lang.name}, []ad.Place{ad.Top, ad.Between, ad.Between, ad.Foot}, .25 * lang.of})
			for id := int64(news); id <= juniors; id++ {
				list = append(list,
					part{ad.Page{Kind: ad.SectionPage, ID: id, Sections: above[id], Lang: lang.name}, []ad.Place{ad.Top, ad.Between, ad.Foot}, .15 * lang.of * of[id]},
					part{ad.Page{Kind: ad.ArticlePage, ID: 100 + id, Sections: above[id], Lang: lang.name}, []ad.Place{ad.Top, ad.Text, ad.Text, ad.Foot, ad.Beside}, .60 * lang.of * of[id]})
			}
		}
		return list
	}()
	screens = []struct {
		device ad.Device
		of     float64
	}{{ad.Phone, .62}, {ad.Tablet, .08}, {ad.Desk, .30}}
)

// usual is how many come in an hour of a day, as a part of the whole day: few at night, many in the morning and the evening.
func usual(clock time.Time) float64 {
	h := float64(clock.Hour())
	n := .25 + 1.1*math.Exp(-sq(h-8)/5) + .9*math.Exp(-sq(h-13)/8) + 1.2*math.Exp(-sq(h-20.5)/7)
	return n / 17.2 * [7]float64{.85, 1.08, 1.06, 1.05, 1.04, 1.0, .82}[clock.Weekday()]
}

func sq(x float64) float64 { return x * x }

// spike is how many times as many come to a page while a story breaks: eight times to the news, a half more elsewhere, for three hours and
// less and less after.
func spike(p ad.Page, at time.Time) float64 {
	since := at.Sub(broke).Hours()
	if since < 0 || since > 12 {
		return 1
	}
	more := .5
	if p.Section() == news {
		more = 7
	}
	if since > 3 {
		more *= math.Exp(-(since - 3))
	}
	return 1 + more
}

// world is the paper, its readers and what was booked.
type world struct {
	rand     *rand.Rand
	views    float64 // on a usual day
	rows     map[rowKey]*ad.Traffic
	bookings []*booked
	measured []*booked // by their part of what was asked for: flat, and shares
	every    int       // days after which the table is printed meanwhile
	by       map[int64]*booked
	given    map[int64]map[ad.Measure]int64
	later    map[int64][]event // by the minute in which it will be counted
	moods    map[int]float64   // how many more or fewer come on a day
	seen     int
	timed    int
	deciding time.Duration
}

type rowKey struct {
	hour    int64
	place   ad.Place
	kind    ad.PageKind
	section int64
	lang    string
	device  ad.Device
}

// event is something that will be counted.
type event struct {
	row     rowKey
	booking int64
	measure ad.Measure
}

func newWorld(views int, seed uint64) *world {
	return &world{rand: rand.New(rand.NewPCG(seed, 7)), views: float64(views), rows: map[rowKey]*ad.Traffic{}, by: map[int64]*booked{},
		given: map[int64]map[ad.Measure]int64{}, later: map[int64][]event{}, moods: map[int]float64{}}
}

// comes is how many page views an hour there are of a part at a moment, in truth: days and hours differ by chance.
func (w *world) comes(p part, at time.Time) float64 {
	clock := at.In(zone)
	day := int(at.Sub(begins).Hours()/24 + 1000)
	if _, ok := w.moods[day]; !ok {
		w.moods[day] = math.Exp(.04 * w.rand.NormFloat64())
	}
	return w.views * p.of * usual(clock) * w.moods[day]
}

func (w *world) row(k rowKey) *ad.Traffic {
	r := w.rows[k]
	if r == nil {
		r = &ad.Traffic{Hour: time.UnixMicro(k.hour).UTC(), Place: k.place, Kind: k.kind, Section: k.section, Lang: k.lang, Device: k.device}
		w.rows[k] = r
	}
	return r
}

// What comes of an offer in a place: almost all are rendered, and of these so many viewed, and so many clicked.
var (
	rendered = .97
	viewed   = map[ad.Place]float64{ad.Top: .58, ad.Beside: .52, ad.Text: .66, ad.Between: .55, ad.Foot: .41}
	clicked  = map[ad.Place]float64{ad.Top: .002, ad.Beside: .001, ad.Text: .003, ad.Between: .0015, ad.Foot: .001}
)

// remember fills the weeks before with what was counted, one of them with a day on which far more came.
func (w *world) remember() {
	derby := begins.AddDate(0, 0, -24)
	for at := begins.AddDate(0, 0, -remembered); at.Before(begins); at = at.Add(time.Hour) {
		for _, p := range parts {
			n := w.comes(p, at) * math.Exp(.05*w.rand.NormFloat64())
			if at.YearDay() == derby.YearDay() {
				n *= 2.2
			}
			for _, s := range screens {
				for _, place := range p.spots {
					if place == ad.Beside && s.device != ad.Desk {
						continue
					}
					asked := w.poisson(n * s.of)
					r := w.row(rowKey{ad.HourOf(at, zone).UnixMicro(), place, p.page.Kind, p.page.Section(), p.page.Lang, s.device})
					r.Asked += asked
					r.Rendered += int64(float64(asked) * rendered)
					r.Viewed += int64(float64(asked) * rendered * viewed[place])
					r.Clicked += w.poisson(float64(asked) * rendered * clicked[place])
				}
			}
		}
	}
}

// poisson is a number as chance gives it for a mean.
func (w *world) poisson(mean float64) int64 {
	if mean > 60 {
		return max(0, int64(mean+math.Sqrt(mean)*w.rand.NormFloat64()+.5))
	}
	n, p := int64(-1), 1.0
	for limit := math.Exp(-mean); p > limit; n++ {
		p *= w.rand.Float64()
	}
	return n
}

func (w *world) curve(now time.Time) *ad.Curve {
	oldest := now.AddDate(0, 0, -remembered-2)
	var rows []ad.Traffic
	for k, r := range w.rows {
		if r.Hour.Before(oldest) {
			delete(w.rows, k)
		} else if r.Hour.Before(now) {
			rows = append(rows, *r)
		}
	}
	return ad.NewCurve(zone, rows, func(id int64) []int64 {
		switch id {
		case 0:
			return nil
		case juniors:
			return []int64{juniors, sport}
		}
		return []int64{id}
	}, now)
}

package main

import (
	"fmt"
	"os"
	"time"

	"lede/ad"
)

// live lets the month go by, minute by minute.
func (w *world) live() {
	var pacer ad.Pacer
	var plan *ad.Plan
	for now := begins; now.Before(ends); now = now.Add(time.Minute) {
		if clock := now.In(zone); plan == nil || clock.Hour() == 0 && clock.Minute() == 0 {
			plan = ad.NewPlan(zone, ad.NewRules(), w.running(), w.curve(now))
			fmt.Fprintf(os.Stderr, "%s, %d page views\n", clock.Format("2 January"), w.seen)
			if w.every > 0 && clock.Day()%w.every == 0 {
				w.report()
			}
		}
		w.count(now)
		w.minute(pacer.Table(plan, now, w.given), now)
	}
	w.count(ends)
}

// minute has readers come.
func (w *world) minute(t *ad.Table, now time.Time) {
	hour := ad.HourOf(now, zone).UnixMicro()
	for _, p := range parts {
		rate := w.comes(p, now) / 60 * spike(p.page, now)
		for range w.poisson(rate) {
			w.view(t, p, hour, now.Add(time.Duration(w.rand.Int64N(int64(time.Minute)))))
		}
	}
}

// view is one page view: its positions are decided at once, and what comes of them is counted a little later.
func (w *world) view(t *ad.Table, p part, hour int64, at time.Time) {
	v := ad.Visit{At: at, View: w.rand.Uint64() | 1, Device: w.device()}
	spots := p.spots
	if v.Device != ad.Desk && spots[len(spots)-1] == ad.Beside {
		spots = spots[:len(spots)-1]
	}
	w.seen++
	var began time.Time
	if w.seen%64 == 0 {
		began = time.Now()
	}
	picks := t.Choose(p.page, spots, v, v.View)
	if w.seen%64 == 0 {
		w.deciding += time.Since(began)
		w.timed++
	}
	t.Asked(p.page, spots, v)
	for n, spot := range spots {
		k := rowKey{hour, spot, p.page.Kind, p.page.Section(), p.page.Lang, v.Device}
		w.row(k).Asked++
		for _, b := range w.measured {
			b.could(p.page, spot, v)
		}
		if picks[n].Booking != 0 {
			w.by[picks[n].Booking].offered++
			w.show(k, picks[n].Booking, spot, at)
		}
	}
}

func (w *world) device() ad.Device {
	n := w.rand.Float64()
	for _, s := range screens {
		if n -= s.of; n < 0 {
			return s.device
		}
	}
	return ad.Desk
}

// show says what becomes of an offer, and when that is counted: most within the minute, some when the reader comes back to the tab.
func (w *world) show(k rowKey, booking int64, spot ad.Place, at time.Time) {
	if w.rand.Float64() >= rendered {
		return
	}
	w.put(k, booking, ad.Rendered, at.Add(time.Second))
	if w.rand.Float64() < viewed[spot] {
		wait := time.Duration(w.rand.ExpFloat64() * float64(20*time.Second))
		if w.rand.IntN(20) == 0 {
			wait += time.Duration(w.rand.Int64N(int64(20 * time.Minute)))
		}
		w.put(k, booking, ad.Viewed, at.Add(wait))
	}
	if w.rand.Float64() < clicked[spot] {
		w.put(k, booking, ad.Clicked, at.Add(time.Duration(w.rand.Int64N(int64(2*time.Minute)))))
	}
}

func (w *world) put(k rowKey, booking int64, m ad.Measure, at time.Time) {
	minute := at.Unix()/60 + 1
	w.later[minute] = append(w.later[minute], event{k, booking, m})
}

// count is the ledger: what happened until now is in it.
func (w *world) count(now time.Time) {
	minute := now.Unix() / 60
	for _, e := range w.later[minute] {
		r, b := w.row(e.row), w.by[e.booking]
		switch e.measure {
		case ad.Rendered:
			r.Rendered++
		case ad.Viewed:
			r.Viewed++
		case ad.Clicked:
			r.Clicked++
		}
		if w.given[e.booking] == nil {
			w.given[e.booking] = map[ad.Measure]int64{}
		}
		w.given[e.booking][e.measure]++
		if e.measure == b.Measure {
			b.days[now.Add(-time.Minute).In(zone).Day()]++
		}
	}
	delete(w.later, minute)
}

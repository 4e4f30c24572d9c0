package main

import (
	"fmt"
	"math"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"lede/ad"
)

// booked is a booking, and what became of it.
type booked struct {
	ad.Running
	asked   int64 // positions in its place that fit its aim
	offered int64
	days    [32]int64 // what was counted of it, by day
}

// could counts a position that a flat booking or a share is for.
func (b *booked) could(page ad.Page, spot ad.Place, v ad.Visit) {
	if spot == b.Place && !v.At.Before(b.From) && v.At.Before(b.Until) && b.Aim.OnPage(page) && b.Aim.At(v, v.At.In(zone)) {
		b.asked++
	}
}

// sold is what the thirty have booked, in this order: from one day of March to another.
func sold() []ad.Booking {
	flat := func(p ad.Place, first, last int, aim ad.Aim) ad.Booking {
		return ad.Booking{Place: p, Promise: ad.Flat, Pricing: ad.PerTime, From: day(first), Until: day(last + 1), Aim: aim}
	}
	share := func(p ad.Place, of, first, last int, aim ad.Aim) ad.Booking {
		b := flat(p, first, last, aim)
		b.Promise, b.Share = ad.Share, of
		return b
	}
	goal := func(p ad.Place, m ad.Measure, n int64, pace ad.Pace, first, last int, aim ad.Aim) ad.Booking {
		b := flat(p, first, last, aim)
		b.Promise, b.Measure, b.Goal, b.Pace, b.Pricing = ad.Goal, m, n, pace, ad.PerThousand
		if m == ad.Clicked {
			b.Pricing = ad.PerClick
		}
		return b
	}
	rest := func(p ad.Place, promise ad.Promise) ad.Booking {
		b := flat(p, 1, 31, ad.Aim{})
		b.Promise = promise
		return b
	}
	all := ad.Aim{}
	in := func(ids ...int64) ad.Aim { return ad.Aim{Sections: ids} }
	return []ad.Booking{
		flat(ad.Foot, 9, 15, all),
		flat(ad.Beside, 1, 31, in(sport)),
		share(ad.Top, 3, 1, 31, all),
		share(ad.Top, 4, 1, 31, in(sport)),
		share(ad.Foot, 2, 16, 31, all),
		share(ad.Text, 5, 1, 31, all),
		share(ad.Between, 3, 1, 20, all),
		goal(ad.Top, ad.Viewed, 12_000*31, ad.Even, 1, 31, all),
		goal(ad.Text, ad.Viewed, 15_000*31, ad.Even, 1, 31, all),
		goal(ad.Top, ad.Rendered, 15_000*31, ad.Even, 1, 31, ad.Aim{Devices: []ad.Device{ad.Phone}}),
		goal(ad.Text, ad.Viewed, 14_000*20, ad.Even, 4, 23, in(news)),
		goal(ad.Between, ad.Viewed, 14_000*31, ad.Even, 1, 31, all),
		goal(ad.Foot, ad.Rendered, 20_000*16, ad.Even, 16, 31, all),
		goal(ad.Top, ad.Viewed, 12_000*14, ad.Even, 2, 19, ad.Aim{Days: []time.Weekday{1, 2, 3, 4, 5}, Hours: []int{7, 8, 9, 10, 11, 12, 13}}),
		goal(ad.Text, ad.Viewed, 300_000, ad.Fast, 2, 20, all),
		goal(ad.Top, ad.Rendered, 250_000, ad.Fast, 10, 31, all),
		goal(ad.Text, ad.Clicked, 3_000, ad.Even, 1, 31, all),
		goal(ad.Top, ad.Clicked, 900, ad.Even, 1, 31, in(sport)),
		goal(ad.Foot, ad.Viewed, 18_000*8, ad.Even, 1, 8, all),
		goal(ad.Beside, ad.Viewed, 13_000*24, ad.Even, 3, 26, in(news, culture, business)),
		goal(ad.Text, ad.Viewed, 13_000*31, ad.Even, 1, 31, ad.Aim{Langs: []string{"es"}}),
		goal(ad.Top, ad.Viewed, 13_000*31, ad.Even, 1, 31, ad.Aim{Pages: []ad.PageKind{ad.FrontPage}}),
		goal(ad.Beside, ad.Viewed, 25_000*21, ad.Even, 5, 25, all),
		goal(ad.Between, ad.Rendered, 30_000*31, ad.Even, 1, 31, in(sport)),
		goal(ad.Text, ad.Clicked, 50_000, ad.Even, 1, 31, all),
		goal(ad.Top, ad.Viewed, 13_000*3, ad.Even, 16, 18, in(news)),
		goal(ad.Between, ad.Viewed, 40_000*10, ad.Fast, 21, 30, all),
		rest(ad.Top, ad.Bulk),
		rest(ad.Text, ad.Bulk),
		rest(ad.Foot, ad.House),
	}
}

func day(n int) time.Time { return time.Date(2026, time.March, n, 0, 0, 0, 0, zone) }

// book books all, each foreseen beside those before it, on the eve of the month.
func (w *world) book() {
	c := w.curve(begins)
	var before []ad.Booking
	for i, b := range sold() {
		b.ID, b.Version, b.Stage = int64(i+1), 1, ad.Booked
		b.First, b.Last = b.From.Format(time.DateOnly), b.Until.AddDate(0, 0, -1).Format(time.DateOnly)
		var beside []ad.Booking
		for _, o := range before {
			if o.Place == b.Place {
				beside = append(beside, o)
			}
		}
		b.Forecast = c.Foresee(b, beside, nil, begins)
		before = append(before, b)
		one := &booked{Running: ad.Running{Booking: b}}
		for n := range int64(4) {
			one.Shown = append(one.Shown, ad.Ad{ID: b.ID*100 + n, Version: 1, Form: ad.NativeForm})
		}
		w.bookings = append(w.bookings, one)
		w.by[b.ID] = one
		if b.Promise == ad.Flat || b.Promise == ad.Share {
			w.measured = append(w.measured, one)
		}
	}
}

func (w *world) running() (all []ad.Running) {
	for _, b := range w.bookings {
		all = append(all, b.Running)
	}
	return all
}

// What is wanted.
const (
	least     = 1.00 // of a goal
	most      = 1.02
	worst     = .05 // from the curve, on any day
	offBy     = .01 // a share
	judgeable = 10_000
)

// report prints the month, and gives how many figures were missed.
func (w *world) report() (wrong int) {
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "no\tplace\tpromise\tdays\tgoal\tgiven\tof it\tworst day against the curve\tshare, error\twhen booked\t")
	for _, b := range w.bookings {
		l := b.judge(w)
		for _, miss := range l.missed {
			if miss {
				wrong++
			}
		}
		fmt.Fprintln(out, l.text)
	}
	out.Flush()
	return wrong
}

type verdict struct {
	text   string
	missed []bool
}

func (b *booked) judge(w *world) (l verdict) {
	goal, given, of, day, share, told := "", fmt.Sprint(b.offered), "", "", "", ""
	mark := func(wrong bool) string {
		l.missed = append(l.missed, wrong)
		if wrong {
			return " MISSED"
		}
		return ""
	}
	if b.Promise == ad.Goal {
		n := w.given[b.ID][b.Measure]
		goal, given = fmt.Sprintf("%d %s", b.Goal, b.Measure), fmt.Sprint(n)
		part := float64(n) / float64(b.Goal)
		told = "will reach it"
		if !b.Forecast.Enough {
			told = fmt.Sprintf("flagged: %.0f %%", 100*float64(max(b.Forecast.Viewed*b2i(b.Measure != ad.Clicked), b.Forecast.Clicked*b2i(b.Measure == ad.Clicked)))/float64(b.Goal))
		}
		of = fmt.Sprintf("%.2f %%", 100*part) + mark(b.Forecast.Enough && (part < least || part > most) || part > most)
		if at, off := b.worst(w); b.Pace == ad.Even && b.Forecast.Enough {
			day = fmt.Sprintf("%+.1f %% on %d", 100*off, at)
			if float64(b.Goal)/float64(b.length()) >= judgeable {
				day += mark(math.Abs(off) > worst)
			} else {
				day += " (too few to judge)"
			}
		}
	}
	if b.Promise == ad.Share || b.Promise == ad.Flat {
		want := 1 / float64(max(1, b.Booking.Share))
		got := float64(b.offered) / float64(max(1, b.asked))
		share = fmt.Sprintf("%.2f %%, %+.2f", 100*got, 100*(got-want)) + mark(b.Forecast.Enough && math.Abs(got-want) > offBy)
		told = "free"
		if !b.Forecast.Enough {
			told = "flagged"
		}
	}
	if len(b.Forecast.Displace) > 0 {
		told += fmt.Sprintf(", displaces %v", b.Forecast.Displace)
	}
	promise := string(b.Promise)
	if b.Promise == ad.Share {
		promise = fmt.Sprintf("1 in %d", b.Booking.Share)
	} else if b.Promise == ad.Goal {
		promise = "goal, " + string(b.Pace)
	}
	l.text = fmt.Sprintf("%d\t%s\t%s\t%d–%d\t%s\t%s\t%s\t%s\t%s\t%s\t", b.ID, b.Place, promise, b.From.Day(), b.Until.Add(-time.Hour).In(zone).Day(), goal, given, of, day, share, told)
	return l
}

func b2i(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// length is on how many days it is shown.
func (b *booked) length() (n int) {
	for at := b.From; at.Before(b.Until); at = at.AddDate(0, 0, 1) {
		if len(b.Aim.Days) == 0 || slices.Contains(b.Aim.Days, at.Weekday()) {
			n++
		}
	}
	return n
}

// worst is the day that differs most from the curve as it truly is, without chance and the breaking story.
func (b *booked) worst(w *world) (day int, off float64) {
	var of [32]float64
	sum := 0.0
	for at := b.From; at.Before(b.Until); at = at.Add(time.Hour) {
		clock := at.In(zone)
		if (len(b.Aim.Days) > 0 && !slices.Contains(b.Aim.Days, clock.Weekday())) || (len(b.Aim.Hours) > 0 && !slices.Contains(b.Aim.Hours, clock.Hour())) {
			continue
		}
		of[clock.Day()] += usual(clock)
		sum += usual(clock)
	}
	for d, part := range of {
		if part == 0 {
			continue
		}
		want := float64(b.Goal) * part / sum
		if o := float64(b.days[d])/want - 1; math.Abs(o) > math.Abs(off) {
			day, off = d, o
		}
	}
	return day, off
}

package newsroom

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"lede/ad"
	"lede/internal/fault"
	"lede/paper"
)

// reportAsk is what a report is asked for, as its address says it.
type reportAsk struct {
	ad.Scope
	By          ad.Grouping
	Measure     ad.Measure
	First, Last string // days, both included
	Check       bool
}

// values are the ask as an address; what is as it is without saying is left out.
func (a reportAsk) values() url.Values {
	q := url.Values{}
	for name, n := range map[string]int64{"advertiser": a.Advertiser, "order": a.Order, "booking": a.Booking, "ad": a.Ad, "section": a.Section} {
		if n != 0 {
			q.Set(name, strconv.FormatInt(n, 10))
		}
	}
	for name, text := range map[string]string{"position": string(a.Place), "by": string(a.By), "measure": string(a.Measure), "first": a.First, "last": a.Last} {
		if text != "" && text != string(ad.ByDay) && text != string(ad.Viewed) {
			q.Set(name, text)
		}
	}
	return q
}

// at is the address of a page for the ask.
func (a reportAsk) at(path string) string {
	if q := a.values().Encode(); q != "" {
		return path + "?" + q
	}
	return path
}

// reportAsk reads what is asked for. What a report cannot be about is fault.NotFound, days that are none a fault.Form.
func (v *visit) reportAsk() (reportAsk, error) {
	q := v.r.URL.Query()
	a := reportAsk{By: ad.Grouping(cmp.Or(q.Get("by"), string(ad.ByDay))), Measure: ad.Measure(cmp.Or(q.Get("measure"), string(ad.Viewed))), First: q.Get("first"), Last: q.Get("last"), Check: q.Get("check") != ""}
	a.Place = ad.Place(q.Get("position"))
	for name, into := range map[string]*int64{"advertiser": &a.Advertiser, "order": &a.Order, "booking": &a.Booking, "ad": &a.Ad, "section": &a.Section} {
		*into = number(q.Get(name))
	}
	if !slices.Contains(ad.Groupings(), a.By) || !slices.Contains(ad.Measures(), a.Measure) || a.Place != "" && !slices.Contains(ad.Places(), a.Place) {
		return a, fault.NotFound
	}
	f := fault.Form{}
	zone := v.now.Location()
	if a.First != "" {
		at, ok := paper.Day(time.DateOnly, a.First, zone)
		if a.From = at; !ok {
			f["first"] = "Give a day, as 2026-12-01."
		}
	}
	if a.Last != "" {
		at, ok := paper.Day(time.DateOnly, a.Last, zone)
		if a.Until = paper.NextMidnight(at); !ok {
			f["last"] = "Give a day, as 2026-12-31."
		}
	}
	if len(f) == 0 && a.First != "" && a.Last != "" && a.Last < a.First {
		f["last"] = "The last day is before the first."
	}
	return a, f.Err()
}

// soldThing is what a report is about, where it is about one order, booking or advertiser.
type soldThing struct {
	name, what string
	bookings   []ad.Booking
	back       string
}

// soldThing finds what the ask is about.
func (v *visit) soldThing(a reportAsk) (soldThing, error) {
	switch {
	case a.Booking != 0:
		b, err := v.Ads.Booking(v.ctx(), a.Booking)
		if err != nil {
			return soldThing{}, err
		}
		s := soldThing{what: bookingSays(b), bookings: []ad.Booking{b}, back: "/newsroom/sales/house"}
		if b.Order != 0 {
			s.back = fmt.Sprintf("/newsroom/sales/orders/%d", b.Order)
		}
		s.name, err = v.buyerName(b.Advertiser)
		return s, err
	case a.Order != 0:
		o, err := v.Ads.Order(v.ctx(), a.Order)
		if err != nil {
			return soldThing{}, err
		}
		s := soldThing{what: "order " + o.Number, back: fmt.Sprintf("/newsroom/sales/orders/%d", o.ID)}
		if s.name, err = v.buyerName(o.Advertiser); err != nil {
			return s, err
		}
		s.bookings, err = v.Ads.Bookings(v.ctx(), o.ID)
		return s, err
	case a.Advertiser != 0:
		s := soldThing{back: fmt.Sprintf("/newsroom/sales/buyers/%d", a.Advertiser)}
		var err error
		if s.name, err = v.buyerName(a.Advertiser); err != nil {
			return s, err
		}
		s.bookings, err = v.Ads.BookingsOf(v.ctx(), a.Advertiser)
		return s, err
	}
	return soldThing{name: "All that was shown", back: "/newsroom/sales"}, nil
}

func (v *visit) buyerName(id int64) (string, error) {
	if id == 0 {
		return "The house", nil
	}
	a, err := v.Ads.Advertiser(v.ctx(), id)
	return a.Name, err
}

// bookingSays names a booking: "Top, 1 Dec 2026 to 19 Dec 2026, 1 in 3 views".
func bookingSays(b ad.Booking) string {
	says := placeSays(b.Place) + ", " + daySays(b.First)
	if b.Last != b.First {
		says += " to " + daySays(b.Last)
	}
	switch b.Promise {
	case ad.Share:
		return fmt.Sprintf("%s, 1 in %d views", says, b.Share)
	case ad.Goal:
		return fmt.Sprintf("%s, %s %s", says, many(b.Goal), b.Measure)
	}
	return says + ", " + string(b.Promise)
}

var placesSay = map[ad.Place]string{ad.Top: "Top", ad.Beside: "Beside", ad.Text: "In the text", ad.Between: "Between cards", ad.Foot: "Foot"}

func placeSays(p ad.Place) string { return cmp.Or(placesSay[p], string(p)) }

func daySays(text string) string {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return text
	}
	return at.Format("2 Jan 2006")
}

// many writes a number with commas.
func many(n int64) string { return thousands(int(n)) }

// reportTime is the time a report shows: what was asked, else that of its bookings until now, else the last thirty days.
func (v *visit) reportTime(a reportAsk, s soldThing) (from, until time.Time) {
	tomorrow := paper.NextMidnight(v.now)
	from, until = a.From, a.Until
	for _, b := range s.bookings {
		if b.Stage == ad.Draft {
			continue
		}
		if a.From.IsZero() && (from.IsZero() || b.From.Before(from)) {
			from = b.From
		}
		if a.Until.IsZero() && (until.IsZero() || b.Until.After(until)) {
			until = b.Until
		}
	}
	if until.IsZero() || a.Until.IsZero() && until.After(tomorrow) {
		until = tomorrow
	}
	if from.IsZero() {
		local := until.In(v.now.Location())
		from = paper.Midnight(local.Year(), local.Month(), local.Day()-30, v.now.Location())
	}
	return from.In(v.now.Location()), until.In(v.now.Location())
}

// lineSold is a row of a grouping as people read it.
type lineSold struct {
	Name, Href                          string
	Received, Rejected, Billed, Clicked string
	Bad                                 bool
	tally                               ad.Tally
}

// names tells what the keys of a grouping are called.
func (v *visit) names(by ad.Grouping) (func(key string) string, error) {
	switch by {
	case ad.ByAdvertiser:
		all, err := v.Ads.Advertisers(v.ctx(), "")
		of := map[string]string{"0": "The house"}
		for _, a := range all {
			of[digits(a.ID)] = a.Name
		}
		return calledBy(of), err
	case ad.ByOrder:
		all, err := v.Ads.Orders(v.ctx(), ad.OrderFilter{})
		of := map[string]string{"0": "The house"}
		for _, o := range all {
			of[digits(o.ID)] = "Order " + o.Number
		}
		return calledBy(of), err
	case ad.BySection:
		tree, err := v.Sections.Tree(v.ctx())
		of := map[string]string{"0": "In no section"}
		for _, s := range tree {
			of[digits(s.ID)] = s.NameIn("en")
		}
		return calledBy(of), err
	case ad.ByPlace:
		return func(key string) string { return placeSays(ad.Place(key)) }, nil
	case ad.ByBooking:
		return func(key string) string {
			b, err := v.Ads.Booking(v.ctx(), number(key))
			if err != nil {
				return "Booking " + key
			}
			return bookingSays(b)
		}, nil
	case ad.ByAd:
		return func(key string) string {
			a, err := v.Ads.Ad(v.ctx(), number(key))
			if err != nil || a.Name == "" {
				return "Ad " + key
			}
			return a.Name
		}, nil
	case ad.ByHour:
		return hourSays, nil
	}
	return daySays, nil
}

func calledBy(of map[string]string) func(string) string {
	return func(key string) string { return cmp.Or(of[key], "Number "+key) }
}

func digits(n int64) string { return strconv.FormatInt(n, 10) }

// hourSays is an hour with its offset, by which the two are told apart that a clock shows twice.
func hourSays(key string) string {
	at, err := time.Parse(time.RFC3339, key)
	if err != nil {
		return key
	}
	return at.Format("2 Jan 2006, 15:04 (-07:00)")
}

// reportRows are the rows of the ask's grouping; of days and hours all, also those without anything.
func reportRows(r ad.Report, by ad.Grouping, from, until, now time.Time) []ad.Row {
	if until.After(now) && by == ad.ByHour {
		until = now
	}
	switch by {
	case ad.ByDay:
		return r.Days(from, until)
	case ad.ByHour:
		return r.Hours(from, until)
	}
	rows := r.By(by)
	slices.SortStableFunc(rows, func(a, b ad.Row) int { return cmp.Compare(received(b), received(a)) })
	return rows
}

func received(r ad.Row) (n int64) {
	for _, t := range r.Of {
		n += t.Received
	}
	return n
}

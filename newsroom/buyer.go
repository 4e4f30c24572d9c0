package newsroom

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"lede/ad"
	"lede/internal/fault"
	"lede/paper"
	"lede/staff"
)

// buyerPath leads to the page of an advertiser of their own. It is open: the link itself tells who may read it, and nothing is changed there.
const buyerPath = "/newsroom/buyer/"

func (n *Newsroom) buyerRoutes() []route {
	return []route{
		{pattern: "GET " + buyerPath + "{link}", open: true, handle: buyersOwnPage},
		{pattern: "GET " + buyerPath + "{link}/{booking}", open: true, handle: buyersOwnBooking},
		{pattern: "GET " + buyerPath + "{link}/{booking}/report.csv", open: true, handle: buyersOwnCSV},
		{pattern: "POST /newsroom/sales/buyers/{buyer}/link", act: staff.Write, on: staff.Ads, handle: newBuyerLink},
	}
}

// buyerLink is the whole address of an advertiser's own page.
func (v *visit) buyerLink(a ad.Advertiser) string { return v.base() + buyerPath + v.Ads.BuyerLink(a) }

// ownView is what an advertiser sees of what they have bought.
type ownView struct {
	frame
	Name, Here string
	Bookings   []ownLine
	One        *ownOne
}

// ownLine is a booking as its buyer reads it.
type ownLine struct {
	Order, What, Stage, Href            string
	Promised, Rendered, Viewed, Clicked string
	Part                                int64 // percent of the promise
}

// ownOne is one of them, day by day.
type ownOne struct {
	ownLine
	Sum    lineSold
	AddsUp bool
	Chart  *barChart
	Lines  []lineSold
	Whys   []whyLine
	CSV    string
}

// byLink finds whose page it is. Of a link that leads nowhere it says no more than that.
func (v *visit) byLink() (ad.Advertiser, error) { return v.Ads.ByLink(v.ctx(), v.r.PathValue("link")) }

func buyersOwnPage(v *visit) error {
	a, err := v.byLink()
	if errors.Is(err, fault.NotFound) {
		return v.showLost()
	}
	if err != nil {
		return err
	}
	page, err := v.ownView(a)
	if err != nil {
		return err
	}
	return v.show("buyersown", page)
}

// showLost is for a link that leads nowhere any more.
func (v *visit) showLost() error {
	page := ownView{frame: v.frame("This link serves no longer", "")}
	page.Bare = true
	return v.showAs(http.StatusNotFound, "buyersown", page)
}

func (v *visit) ownView(a ad.Advertiser) (ownView, error) {
	page := ownView{frame: v.frame("Ads of "+a.Name, ""), Name: a.Name, Here: buyerPath + v.r.PathValue("link")}
	page.Bare = true
	bookings, err := v.Ads.BookingsOf(v.ctx(), a.ID)
	if err != nil {
		return page, err
	}
	for _, b := range bookings {
		if b.Stage == ad.Draft {
			continue
		}
		line, err := v.ownLine(b, page.Here)
		if err != nil {
			return page, err
		}
		page.Bookings = append(page.Bookings, line)
	}
	return page, nil
}

func (v *visit) ownLine(b ad.Booking, here string) (ownLine, error) {
	given, err := v.Ads.Delivered(v.ctx(), b.ID)
	if err != nil {
		return ownLine{}, err
	}
	o, err := v.Ads.Order(v.ctx(), b.Order)
	if err != nil {
		return ownLine{}, err
	}
	got := given[b.ID]
	line := ownLine{Order: o.Number, What: bookingSays(b), Stage: v.ownStage(b), Href: fmt.Sprintf("%s/%d", here, b.ID), Rendered: many(got[ad.Rendered]), Viewed: many(got[ad.Viewed]), Clicked: many(got[ad.Clicked])}
	if b.Promise == ad.Goal {
		line.Promised = many(b.Goal) + " " + string(b.Measure)
		line.Part = min(100, 100*got[b.Measure]/max(1, b.Goal))
	}
	return line, nil
}

func (v *visit) ownStage(b ad.Booking) string {
	switch {
	case b.Stage == ad.Booked && b.Over(v.now):
		return "ended"
	case b.Stage == ad.Booked && b.From.After(v.now):
		return "begins " + daySays(b.First)
	case b.Stage == ad.Booked:
		return "running"
	}
	return string(b.Stage)
}

// ownBooking is the booking of the address, if it was sold to whoever holds the link.
func (v *visit) ownBooking() (ad.Advertiser, ad.Booking, error) {
	a, err := v.byLink()
	if err != nil {
		return a, ad.Booking{}, err
	}
	b, err := v.Ads.Booking(v.ctx(), number(v.r.PathValue("booking")))
	if err == nil && (b.Advertiser != a.ID || b.Order == 0 || b.Stage == ad.Draft) {
		err = fault.NotFound
	}
	return a, b, err
}

// ownReport is a booking's report from its first day until now.
func (v *visit) ownReport(b ad.Booking) (r ad.Report, from, until time.Time, err error) {
	from, until = b.From.In(v.now.Location()), b.Until.In(v.now.Location())
	if tomorrow := paper.NextMidnight(v.now); until.After(tomorrow) {
		until = tomorrow
	}
	r, err = v.Ads.Report(v.ctx(), ad.Scope{Booking: b.ID}, false)
	return r, from, until, err
}

func buyersOwnBooking(v *visit) error {
	a, b, err := v.ownBooking()
	if errors.Is(err, fault.NotFound) {
		return v.showLost()
	}
	if err != nil {
		return err
	}
	r, from, until, err := v.ownReport(b)
	if err != nil {
		return err
	}
	page := ownView{frame: v.frame("Ads of "+a.Name, ""), Name: a.Name, Here: buyerPath + v.r.PathValue("link")}
	page.Bare = true
	one := &ownOne{Sum: lineOf("", r.All, ad.Viewed), AddsUp: r.AddsUp(), CSV: v.r.URL.Path + "/report.csv"}
	if one.ownLine, err = v.ownLine(b, page.Here); err != nil {
		return err
	}
	for _, row := range r.Days(from, until) {
		one.Lines = append(one.Lines, lineOf(daySays(row.Key), row.Of, ad.Viewed))
	}
	one.Chart = chartOf(one.Lines)
	var of salesReportView
	of.whys(r.All[ad.Viewed])
	one.Whys, page.One = of.Whys, one
	return v.show("buyersown", page)
}

func buyersOwnCSV(v *visit) error {
	_, b, err := v.ownBooking()
	if errors.Is(err, fault.NotFound) {
		return v.showLost()
	}
	if err != nil {
		return err
	}
	r, from, until, err := v.ownReport(b)
	if err != nil {
		return err
	}
	if !r.AddsUp() {
		return fault.Invalid("The paper is counting again. Please ask later.")
	}
	return v.csv("ads", reportCells(r, reportAsk{By: ad.ByDay}, daySays, from, until, v.now))
}

// newBuyerLink gives an advertiser another link.
func newBuyerLink(v *visit) error {
	id := number(v.r.PathValue("buyer"))
	if err := v.Ads.NewLink(v.ctx(), id, v.now); err != nil {
		return err
	}
	return v.tell(fmt.Sprintf("/newsroom/sales/buyers/%d", id), nil, "Another link. The one before leads nowhere now.")
}

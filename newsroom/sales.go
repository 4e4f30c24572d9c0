package newsroom

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"lede/ad"
	"lede/internal/fault"
	"lede/paper"
	"lede/staff"
)

func (n *Newsroom) salesRoutes() []route {
	return []route{
		{pattern: "GET /newsroom/sales", act: staff.Read, on: staff.Ads, handle: salesPage},
		{pattern: "GET /newsroom/sales/orders", act: staff.Read, on: staff.Ads, handle: ordersPage},
		{pattern: "POST /newsroom/sales/orders", act: staff.Write, on: staff.Ads, handle: newOrder},
		{pattern: "GET /newsroom/sales/orders/{id}", act: staff.Read, on: staff.Ads, handle: orderPage},
		{pattern: "POST /newsroom/sales/orders/{id}", act: staff.Write, on: staff.Ads, handle: setOrder},
		{pattern: "POST /newsroom/sales/orders/{id}/bookings", act: staff.Write, on: staff.Ads, handle: setBooking},
		{pattern: "POST /newsroom/sales/orders/{id}/booked", act: staff.Write, on: staff.Ads, handle: bookOrder},
		{pattern: "POST /newsroom/sales/orders/{id}/cancellation", act: staff.Write, on: staff.Ads, handle: cancelOrder},
		{pattern: "GET /newsroom/sales/orders/{id}/confirmation", act: staff.Read, on: staff.Ads, handle: confirmation},
		{pattern: "GET /newsroom/sales/house", act: staff.Read, on: staff.Ads, handle: housePage},
		{pattern: "POST /newsroom/sales/house/bookings", act: staff.Write, on: staff.Ads, handle: setBooking},
		{pattern: "GET /newsroom/sales/bookings/{id}", act: staff.Read, on: staff.Ads, handle: bookingHistory},
		{pattern: "POST /newsroom/sales/bookings/{id}/stage", act: staff.Write, on: staff.Ads, handle: setBookingStage},
		{pattern: "GET /newsroom/sales/buyers", act: staff.Read, on: staff.Ads, handle: buyersPage},
		{pattern: "POST /newsroom/sales/buyers", act: staff.Write, on: staff.Ads, handle: newBuyer},
		{pattern: "GET /newsroom/sales/buyers/{id}", act: staff.Read, on: staff.Ads, handle: buyerPage},
		{pattern: "POST /newsroom/sales/buyers/{id}", act: staff.Write, on: staff.Ads, handle: setBuyer},
	}
}

const (
	salesPath  = "/newsroom/sales"
	ordersPath = salesPath + "/orders"
	buyersPath = salesPath + "/buyers"
	housePath  = salesPath + "/house"
)

// maySell tells whether the person may sell.
func (v *visit) maySell() bool { return v.person.May(staff.Write, staff.Ads, true) }

func orderAt(id int64) string {
	if id == 0 {
		return housePath
	}
	return ordersPath + "/" + strconv.FormatInt(id, 10)
}

func buyerAt(id int64) string { return buyersPath + "/" + strconv.FormatInt(id, 10) }

// bookingAt is where a booking is seen in its order.
func bookingAt(b ad.Booking) string {
	return orderAt(b.Order) + "?booking=" + strconv.FormatInt(b.ID, 10)
}

// soonDays is how far the overview looks ahead.
const soonDays = 7

// salesView is the overview of what is sold.
type salesView struct {
	frame
	Tabs   []tab
	Saved  string
	May    bool
	Form   newOrderForm
	Wrong  fault.Form
	Todo   []todoRow
	Runs   []runRow
	Soon   []runRow // begins within some days
	Buyers []string
	Empty  bool // nothing was ever sold
	Days   int
	Switch string // why no position shows anything; "" where they do
}

// newOrderForm is an order that is begun: for whom.
type newOrderForm struct{ Buyer string }

// todoRow is something that waits for somebody.
type todoRow struct {
	Kind       string // "", "warn" or "stop"
	Says, Why  string
	Href, Link string
}

// runRow is one booking of the overview.
type runRow struct {
	Name, Href       string
	Buyer, BuyerHref string
	Number           string
	When, Left       string
	Promise          string
	Stage            tag
	Aimed            string
	Got              string // of its goal
	Percent, Due     int    // of the goal delivered, and of the time gone; Due is 0 where there is no goal
	Ends             bool   // within some days
	Price            string
	ID               int64
}

func salesPage(v *visit) error {
	page, err := v.salesView()
	if err != nil {
		return err
	}
	return v.show("sales", page)
}

func (v *visit) salesView() (salesView, error) {
	page := salesView{frame: v.frame("Ads", "sales"), Tabs: v.adTabs(salesPath), Saved: v.told(), May: v.maySell(), Wrong: fault.Form{}, Days: soonDays}
	s, err := v.shop()
	if err != nil {
		return page, err
	}
	if s.rules.Off {
		page.Switch = "All positions are switched off. Nothing that is booked is shown."
	}
	running, err := v.Ads.Running(v.ctx(), v.now)
	if err != nil {
		return page, err
	}
	if page.Runs, page.Soon, err = v.runRows(s, running); err != nil {
		return page, err
	}
	if page.Todo, err = v.todo(s, running); err != nil {
		return page, err
	}
	page.Buyers = s.buyerNames()
	if len(running) == 0 && len(page.Todo) == 0 {
		orders, err := v.Ads.Orders(v.ctx(), ad.OrderFilter{Limit: 1})
		page.Empty = len(orders) == 0
		return page, err
	}
	return page, nil
}

// buyerNames are the names of all advertisers.
func (s shop) buyerNames() []string {
	var names []string
	for id, name := range s.buyers {
		if id != 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// runRows are what runs now, what ends first on top, and what begins within some days.
func (v *visit) runRows(s shop, running []ad.Booking) (runs, soon []runRow, err error) {
	numbers, err := v.orderNumbers(running)
	if err != nil {
		return nil, nil, err
	}
	var ids []int64
	for _, b := range running {
		ids = append(ids, b.ID)
	}
	got, err := v.Ads.Delivered(v.ctx(), ids...)
	if err != nil {
		return nil, nil, err
	}
	for _, b := range running {
		row := s.runRow(b, numbers[b.Order], got[b.ID])
		switch {
		case b.Runs(v.now):
			runs = append(runs, row)
		case b.From.Before(v.now.AddDate(0, 0, soonDays)):
			soon = append(soon, row)
		}
	}
	return runs, soon, nil
}

func (s shop) runRow(b ad.Booking, number string, got map[ad.Measure]int64) runRow {
	row := runRow{ID: b.ID, Name: s.position(b), Href: bookingAt(b), Buyer: s.buyers[b.Advertiser], Number: number, When: s.when(b), Promise: s.promise(b), Stage: s.stage(b),
		Aimed: s.aimed(b.Aim), Ends: b.Until.Before(s.now.AddDate(0, 0, soonDays)), Left: s.left(b), Price: s.price(b)}
	if b.Advertiser != 0 {
		row.BuyerHref = buyerAt(b.Advertiser)
	}
	if b.Promise == ad.Goal && b.Goal > 0 {
		row.Got = thousands(int(got[b.Measure])) + " of " + thousands(int(b.Goal))
		row.Percent = int(min(got[b.Measure]*100/b.Goal, 100))
		if whole := b.Until.Sub(b.From); whole > 0 && s.now.After(b.From) {
			row.Due = int(min(s.now.Sub(b.From)*100/whole, 100))
		}
	} else if n := got[ad.Viewed]; n > 0 {
		row.Got = thousands(int(n)) + " viewed"
	}
	return row
}

// left says how long a booking still runs.
func (s shop) left(b ad.Booking) string {
	last, ok := paper.Day(time.DateOnly, b.Last, s.clock)
	today, _ := paper.Day(time.DateOnly, s.now.In(s.clock).Format(time.DateOnly), s.clock)
	if !ok {
		return ""
	}
	switch days := int(last.Sub(today).Hours()+12) / 24; days {
	case 0:
		return "ends tonight"
	case 1:
		return "ends tomorrow"
	default:
		return fmt.Sprintf("%d days left", days+1)
	}
}

// orderNumbers are what the orders of bookings are called.
func (v *visit) orderNumbers(all []ad.Booking) (map[int64]string, error) {
	numbers := map[int64]string{0: "house"}
	for _, b := range all {
		if numbers[b.Order] != "" {
			continue
		}
		o, err := v.Ads.Order(v.ctx(), b.Order)
		if err != nil {
			return nil, err
		}
		numbers[b.Order] = o.Number
	}
	return numbers, nil
}

// todo is what waits for somebody: orders that are not booked, bookings that have nothing to show.
func (v *visit) todo(s shop, running []ad.Booking) ([]todoRow, error) {
	rows, err := v.adsToJudge(s)
	if err != nil {
		return nil, err
	}
	soon := v.now.AddDate(0, 0, soonDays)
	for _, b := range running {
		if len(b.Ads) == 0 && b.From.Before(soon) {
			row := todoRow{Kind: "warn", Says: s.buyers[b.Advertiser] + ": " + s.position(b) + " has no ad", Why: "It begins on " + b.From.In(s.clock).Format("2 Jan") + ".", Href: bookingAt(b), Link: "Add one"}
			if b.Runs(v.now) {
				row.Kind, row.Why = "stop", "It runs since "+b.From.In(s.clock).Format("2 Jan")+" and shows nothing."
			}
			rows = append(rows, row)
		}
	}
	drafts, err := v.Ads.Drafts(v.ctx())
	if err != nil {
		return nil, err
	}
	seen := map[int64]bool{}
	for _, b := range drafts {
		if seen[b.Order] {
			continue
		}
		seen[b.Order] = true
		o, err := v.Ads.Order(v.ctx(), b.Order)
		if err != nil {
			return nil, err
		}
		row := todoRow{Says: s.buyers[o.Advertiser] + ": order " + o.Number + " is not booked", Why: "Made on " + o.Made.In(s.clock).Format("2 Jan") + ".", Href: orderAt(o.ID), Link: "Look"}
		if b.First < v.now.Format(time.DateOnly) {
			row.Kind, row.Why = "warn", "Its first day, "+s.when(b)+", is past."
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b todoRow) int { return cmp.Compare(urgency[a.Kind], urgency[b.Kind]) })
	return rows, nil
}

var urgency = map[string]int{"stop": 0, "warn": 1, "": 2}

// adsToJudge are the ads that wait for somebody to approve them.
func (v *visit) adsToJudge(s shop) ([]todoRow, error) {
	waiting, err := v.Ads.AdsWaiting(v.ctx())
	var rows []todoRow
	for _, a := range waiting {
		row := todoRow{Kind: "warn", Says: s.buyers[a.Advertiser] + ": “" + a.Name + "” is to be approved", Why: "Until then readers do not get it.", Href: adAt(a.ID), Link: "Look"}
		if a.ShownVersion > 0 {
			row.Why = "Until then readers get the version before."
		}
		rows = append(rows, row)
	}
	return rows, err
}

// newOrder begins an order for an advertiser by name; one that nobody knows is added.
func newOrder(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	form := newOrderForm{Buyer: paper.Line(sent.Get("buyer"))}
	o, err := v.beginOrder(form.Buyer)
	var wrong fault.Form
	if errors.As(err, &wrong) {
		page, err := v.salesView()
		if err != nil {
			return err
		}
		page.Form, page.Wrong = form, wrong
		if says := cmp.Or(wrong["advertiser"], wrong["name"]); says != "" {
			page.Wrong["buyer"] = says
		}
		return v.showAs(http.StatusUnprocessableEntity, "sales", page)
	}
	if err != nil {
		return err
	}
	return v.seeOther(orderAt(o.ID))
}

func (v *visit) beginOrder(name string) (ad.Order, error) {
	if name == "" {
		return ad.Order{}, fault.Form{"name": "Say who the order is for."}
	}
	found, err := v.Ads.AdvertiserNamed(v.ctx(), name)
	if errors.Is(err, fault.NotFound) {
		found, err = v.Ads.SaveAdvertiser(v.ctx(), ad.Advertiser{Name: name}, v.person.ID, v.now)
	}
	if err != nil {
		return ad.Order{}, err
	}
	return v.Ads.SaveOrder(v.ctx(), ad.Order{Advertiser: found.ID}, v.person.ID, v.now)
}

// ordersView is the list of orders.
type ordersView struct {
	frame
	Tabs   []tab
	Saved  string
	May    bool
	Stages []tab
	Rows   []orderRow
	Buyers []string
}

// orderRow is one order of a list.
type orderRow struct {
	Number, Href     string
	Buyer, BuyerHref string
	Made             string
	Stage            tag
	What, When       string
	Sum              string
}

// ordersAtOnce bounds a list of orders.
const ordersAtOnce = 500

func ordersPage(v *visit) error {
	s, err := v.shop()
	if err != nil {
		return err
	}
	stage := ad.Stage(v.r.URL.Query().Get("stage"))
	list, err := v.Ads.Orders(v.ctx(), ad.OrderFilter{Stage: stage, Limit: ordersAtOnce})
	if err != nil {
		return err
	}
	page := ordersView{frame: v.frame("Orders", "sales"), Tabs: v.adTabs(ordersPath), Saved: v.told(), May: v.maySell(), Buyers: s.buyerNames()}
	for _, t := range []tab{{Name: "All", Href: ordersPath}, {Name: "Not booked", Href: ordersPath + "?stage=draft"}, {Name: "Booked", Href: ordersPath + "?stage=booked"}, {Name: "Cancelled", Href: ordersPath + "?stage=cancelled"}} {
		t.Here = t.Href == ordersPath+map[bool]string{true: "?stage=" + string(stage)}[stage != ""]
		page.Stages = append(page.Stages, t)
	}
	if page.Rows, err = v.orderRows(s, list); err != nil {
		return err
	}
	return v.show("orders", page)
}

func (v *visit) orderRows(s shop, list []ad.Order) ([]orderRow, error) {
	var rows []orderRow
	for _, o := range list {
		bookings, err := v.Ads.Bookings(v.ctx(), o.ID)
		if err != nil {
			return nil, err
		}
		row := orderRow{Number: o.Number, Href: orderAt(o.ID), Buyer: s.buyers[o.Advertiser], BuyerHref: buyerAt(o.Advertiser), Made: o.Made.In(s.clock).Format("2 Jan 2006"), Stage: orderTag(o)}
		row.What, row.When = s.whatOf(bookings)
		row.Sum, _ = s.together(bookings)
		rows = append(rows, row)
	}
	return rows, nil
}

func orderTag(o ad.Order) tag {
	return map[ad.Stage]tag{ad.Draft: {"", "not booked"}, ad.Booked: {"good", "booked"}, ad.Cancelled: {"stop", "cancelled"}}[o.Stage]
}

// whatOf says in short what an order holds, and from when until when.
func (s shop) whatOf(all []ad.Booking) (what, when string) {
	all = slices.DeleteFunc(slices.Clone(all), func(b ad.Booking) bool { return b.Stage == ad.Cancelled && len(all) > 1 })
	if len(all) == 0 {
		return "nothing yet", ""
	}
	what = s.position(all[0])
	if len(all) > 1 {
		what += fmt.Sprintf(" and %d more", len(all)-1)
	}
	first := slices.MinFunc(all, func(a, b ad.Booking) int { return cmp.Compare(a.First, b.First) })
	last := slices.MaxFunc(all, func(a, b ad.Booking) int { return cmp.Compare(a.Last, b.Last) })
	return what, s.when(ad.Booking{First: first.First, Last: last.Last})
}

// together is what bookings cost; about tells that it depends on what is delivered.
func (s shop) together(all []ad.Booking) (sum string, about bool) {
	var n int64
	for _, b := range all {
		if b.Stage == ad.Cancelled {
			continue
		}
		worth, fixed := b.Worth()
		n += worth
		about = about || !fixed
	}
	sum = ad.Amount(n, s.rules.Currency)
	if about {
		sum = "about " + sum
	}
	return sum, about
}

// runList are bookings under a name, and orderList orders with or without whom they are for, for their templates.
type (
	runList struct {
		Name string
		Rows []runRow
	}
	orderList struct {
		Rows  []orderRow
		Buyer bool
	}
)

func runsNamed(name string, rows []runRow) runList { return runList{name, rows} }

func ordersListed(rows []orderRow, buyer bool) orderList { return orderList{rows, buyer} }

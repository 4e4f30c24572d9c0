package newsroom

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"lede/ad"
	"lede/internal/fault"
	"lede/paper"
)

// buyersView is the list of advertisers.
type buyersView struct {
	frame
	Tabs  []tab
	Saved string
	May   bool
	Find  string
	Rows  []buyerRow
	Form  buyerForm
	Wrong fault.Form
	Any   bool
}

// buyerRow is one advertiser of the list.
type buyerRow struct {
	Name, Href string
	Contact    string
	Runs       int
	Last       string // the last order
	LastHref   string
	Over       bool
}

// buyerForm is an advertiser as it is typed.
type buyerForm struct {
	ad.Advertiser
	Rows []contactRow
}

// contactRow is one person as it is typed; At is its place in the form, "contact-1-".
type contactRow struct {
	ad.Contact
	At    string
	N     int
	Empty bool
	Wrong fault.Form
}

// contactRows are the people of an advertiser, and an empty row to add another.
func contactRows(list []ad.Contact, wrong fault.Form) []contactRow {
	var rows []contactRow
	for i, c := range append(slices.Clone(list), ad.Contact{}) {
		row := contactRow{Contact: c, At: fmt.Sprintf("contact-%d-", i), N: i + 1, Empty: i == len(list), Wrong: fault.Form{}}
		for _, field := range []string{"name", "mail", "phone", "about"} {
			row.Wrong[field] = wrong[row.At+field]
		}
		rows = append(rows, row)
	}
	return rows
}

func buyerTyped(sent url.Values) ad.Advertiser {
	a := ad.Advertiser{Version: number(sent.Get("version")), Name: sent.Get("name"), Address: sent.Get("address"), Tax: sent.Get("tax"), Note: sent.Get("note"), Over: sent.Get("over") != ""}
	for i := range 21 {
		at := fmt.Sprintf("contact-%d-", i)
		c := ad.Contact{Name: paper.Line(sent.Get(at + "name")), Mail: paper.Line(sent.Get(at + "mail")), Phone: paper.Line(sent.Get(at + "phone")), About: paper.Line(sent.Get(at + "about"))}
		if c != (ad.Contact{}) {
			a.Contacts = append(a.Contacts, c)
		}
	}
	return a
}

func buyersPage(v *visit) error { return v.showBuyers(http.StatusOK, ad.Advertiser{}, fault.Form{}) }

func (v *visit) showBuyers(status int, form ad.Advertiser, wrong fault.Form) error {
	s, err := v.shop()
	if err != nil {
		return err
	}
	find := paper.Line(v.r.URL.Query().Get("find"))
	list, err := v.Ads.Advertisers(v.ctx(), find)
	if err != nil {
		return err
	}
	page := buyersView{frame: v.frame("Advertisers", "sales"), Tabs: v.adTabs(buyersPath), Saved: v.told(), May: v.maySell(), Find: find,
		Form: buyerForm{form, contactRows(form.Contacts, wrong)}, Wrong: wrong, Any: len(list) > 0 || find != ""}
	runs := map[int64]int{}
	running, err := v.Ads.Running(v.ctx(), v.now)
	if err != nil {
		return err
	}
	for _, b := range running {
		if b.Runs(v.now) {
			runs[b.Advertiser]++
		}
	}
	last, err := v.lastOrders()
	if err != nil {
		return err
	}
	for _, a := range list {
		row := buyerRow{Name: a.Name, Href: buyerAt(a.ID), Runs: runs[a.ID], Over: a.Over}
		if o, ok := last[a.ID]; ok {
			row.Last, row.LastHref = o.Number+", "+o.Made.In(s.clock).Format("2 Jan 2006"), orderAt(o.ID)
		}
		page.Rows = append(page.Rows, row)
	}
	return v.showAs(status, "buyers", page)
}

// lastOrders are the newest order of each advertiser.
func (v *visit) lastOrders() (map[int64]ad.Order, error) {
	all, err := v.Ads.Orders(v.ctx(), ad.OrderFilter{})
	last := map[int64]ad.Order{}
	for _, o := range slices.Backward(all) {
		last[o.Advertiser] = o
	}
	return last, err
}

func newBuyer(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	typed := buyerTyped(sent)
	typed.Version = 0
	a, err := v.Ads.SaveAdvertiser(v.ctx(), typed, v.person.ID, v.now)
	var wrong fault.Form
	if errors.As(err, &wrong) {
		return v.showBuyers(http.StatusUnprocessableEntity, typed, wrong)
	}
	if err != nil {
		return err
	}
	return v.tell(buyerAt(a.ID), nil, a.Name+" is added.")
}

// buyerView is one advertiser.
type buyerView struct {
	frame
	Tabs   []tab
	Saved  string
	May    bool
	Form   buyerForm
	Wrong  fault.Form
	Name   string
	Since  string
	Action string
	Orders []orderRow
	Runs   []runRow
	Alert  string
	Link   string // their own page
	Report string
}

func buyerPage(v *visit) error {
	a, err := v.advertiserHere()
	if err != nil {
		return err
	}
	return v.showBuyer(http.StatusOK, a, a, fault.Form{}, "")
}

func (v *visit) advertiserHere() (ad.Advertiser, error) {
	id, err := v.id("id")
	if err != nil {
		return ad.Advertiser{}, err
	}
	return v.Ads.Advertiser(v.ctx(), id)
}

func (v *visit) showBuyer(status int, a, form ad.Advertiser, wrong fault.Form, alert string) error {
	s, err := v.shop()
	if err != nil {
		return err
	}
	page := buyerView{frame: v.frame(a.Name, "sales"), Tabs: v.adTabs(buyersPath), Saved: v.told(), May: v.maySell(), Form: buyerForm{form, contactRows(form.Contacts, wrong)},
		Wrong: wrong, Name: a.Name, Since: a.Since.In(s.clock).Format("January 2006"), Action: buyerAt(a.ID), Alert: alert, Link: v.buyerLink(a), Report: reportAsk{Scope: ad.Scope{Advertiser: a.ID}}.at(salesReportPath)}
	orders, err := v.Ads.Orders(v.ctx(), ad.OrderFilter{Advertiser: a.ID, Limit: ordersAtOnce})
	if err != nil {
		return err
	}
	if page.Orders, err = v.orderRows(s, orders); err != nil {
		return err
	}
	bookings, err := v.Ads.BookingsOf(v.ctx(), a.ID)
	if err != nil {
		return err
	}
	page.Runs, _, err = v.runRows(s, slices.DeleteFunc(bookings, func(b ad.Booking) bool { return !b.Runs(v.now) }))
	if err != nil {
		return err
	}
	return v.showAs(status, "buyer", page)
}

func setBuyer(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	a, err := v.advertiserHere()
	if err != nil {
		return err
	}
	form := buyerTyped(sent)
	form.ID, form.Since, form.Link = a.ID, a.Since, a.Link
	if sent.Get("do") == "order" {
		o, err := v.Ads.SaveOrder(v.ctx(), ad.Order{Advertiser: a.ID}, v.person.ID, v.now)
		var wrong fault.Form
		if errors.As(err, &wrong) {
			return v.showBuyer(http.StatusUnprocessableEntity, a, a, fault.Form{}, wrong["advertiser"])
		}
		if err != nil {
			return err
		}
		return v.seeOther(orderAt(o.ID))
	}
	_, err = v.Ads.SaveAdvertiser(v.ctx(), form, v.person.ID, v.now)
	var wrong fault.Form
	switch {
	case errors.As(err, &wrong):
		return v.showBuyer(http.StatusUnprocessableEntity, a, form, wrong, "")
	case errors.Is(err, fault.Conflict):
		form.Version = a.Version
		return v.showBuyer(http.StatusConflict, a, form, fault.Form{}, "Somebody changed this while you looked. What you typed is still there; save again to keep yours, or load the page anew for theirs.")
	case err != nil:
		return err
	}
	return v.tell(buyerAt(a.ID), nil, "Saved.")
}

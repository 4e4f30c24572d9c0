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
)

// orderView is an order as it is made, or what the house runs for itself.
type orderView struct {
	frame
	Tabs      []tab
	Saved     string
	Undo      *bookedRow // what Undo beside Saved puts back
	May       bool
	House     bool
	Order     ad.Order
	Stage     tag
	At        string // the address of the order
	Buyer     ad.Advertiser
	BuyerHref string
	Past      string // what the advertiser had before
	Rows      []bookedRow
	Sum       string
	Drafts    int
	Form      *bookingForm // the booking in hand, nil for none
	Choices   offerings
	Kept      *bookedRow // the same as it is kept, nil for a new one
	Heading   string
	Begun     bool
	Month     *monthView
	Cast      *castView
	Notes     []castNote // what is foreseen for every booking that is not booked
	Rate      string     // a first price
	Ads       []adTick
	AddAd     string
	OnPage    *onPage
	Report    string
	Wrong     fault.Form
	Alert     string // what stands against booking it, beyond the fields
	Sure      bool   // it can be booked all the same
	Clashes   []clash
	ByWhom    string
	Text      orderText
	TextWrong fault.Form
}

// orderText is what an order says beside its bookings, as it is typed.
type orderText struct{ Reference, Terms, Note string }

// bookedRow is one booking of an order.
type bookedRow struct {
	ID, Version   int64
	Position      string
	Aimed         string
	When          string
	Promise       string
	Price         string
	Stage         tag
	Href, History string
	Here          bool
	Pause, GoOn   bool
	Cancel, Undo  bool
	Got           string
	Proof         string // where its proof of delivery is, once it has begun
}

// onPage is an ad of the booking on the paper's own page.
type onPage struct{ Name, Src, Large string }

// adTick is one ad that a booking may show.
type adTick struct {
	ID         int64
	Name, Href string
	On         bool
	Stage      tag
	Sizes      string
}

func orderPage(v *visit) error {
	page, _, err := v.orderView()
	if err != nil {
		return err
	}
	return v.show("order", page)
}

func housePage(v *visit) error { return orderPage(v) }

// orderID is the order of the address; 0 for what the house runs.
func (v *visit) orderID() (int64, error) {
	if v.r.PathValue("id") == "" {
		return 0, nil
	}
	return v.id("id")
}

// orderView is the page as it stands, with the booking that the address names in hand.
func (v *visit) orderView() (orderView, shop, error) {
	page := orderView{Saved: v.told(), May: v.maySell(), Wrong: fault.Form{}, TextWrong: fault.Form{}}
	s, err := v.shop()
	if err != nil {
		return page, s, err
	}
	id, err := v.orderID()
	if err != nil {
		return page, s, err
	}
	if err := v.fillOrder(&page, s, id); err != nil {
		return page, s, err
	}
	bookings, err := v.Ads.Bookings(v.ctx(), id)
	if err != nil {
		return page, s, err
	}
	chosen := v.r.URL.Query().Get("booking")
	here, form := v.inHand(s, page, bookings, chosen)
	if err := v.nameTopics(&s, bookings); err != nil {
		return page, s, err
	}
	if err := v.fillRows(&page, s, bookings, here.ID); err != nil {
		return page, s, err
	}
	if here.ID != 0 {
		if form, err = v.bookingForm(s, here); err != nil {
			return page, s, err
		}
	}
	if here.ID == 0 && !form.Shown {
		return page, s, v.castNotes(&page, s, bookings)
	}
	return page, s, v.fillForm(&page, s, here, form, v.monthAsked(here))
}

// inHand chooses the booking that is looked at: the one that was asked for, a new one where there is none yet, else the first.
func (v *visit) inHand(s shop, page orderView, bookings []ad.Booking, chosen string) (ad.Booking, bookingForm) {
	if i := slices.IndexFunc(bookings, func(b ad.Booking) bool { return strconv.FormatInt(b.ID, 10) == chosen }); i >= 0 {
		return bookings[i], bookingForm{}
	}
	open := page.May && page.Order.Stage != ad.Cancelled
	if open && (chosen == "new" || len(bookings) == 0 && !page.House) {
		form := s.newForm(page.House)
		form.Shown = true
		return ad.Booking{}, form
	}
	if len(bookings) > 0 && chosen == "" && !page.House {
		return bookings[0], bookingForm{}
	}
	return ad.Booking{}, bookingForm{}
}

// fillOrder puts the order and whom it is for on the page.
func (v *visit) fillOrder(page *orderView, s shop, id int64) error {
	page.At = orderAt(id)
	if id == 0 {
		page.House = true
		page.frame, page.Tabs = v.frame("House ads", "sales"), v.adTabs(housePath)
		return nil
	}
	var err error
	if page.Order, err = v.Ads.Order(v.ctx(), id); err != nil {
		return err
	}
	if page.Buyer, err = v.Ads.Advertiser(v.ctx(), page.Order.Advertiser); err != nil {
		return err
	}
	page.frame, page.Tabs = v.frame(page.Buyer.Name+", order "+page.Order.Number, "sales"), v.adTabs(ordersPath)
	page.BuyerHref, page.Stage = buyerAt(page.Buyer.ID), orderTag(page.Order)
	page.Report = reportAsk{Scope: ad.Scope{Order: id}}.at(salesReportPath)
	page.Text = orderText{page.Order.Reference, page.Order.Terms, page.Order.Note}
	page.Past, err = v.past(s, page.Buyer, id)
	return err
}

// past says since when somebody advertises here, and what they had last.
func (v *visit) past(s shop, a ad.Advertiser, but int64) (string, error) {
	orders, err := v.Ads.Orders(v.ctx(), ad.OrderFilter{Advertiser: a.ID, Stage: ad.Booked})
	if err != nil {
		return "", err
	}
	orders = slices.DeleteFunc(orders, func(o ad.Order) bool { return o.ID == but })
	says := "Customer since " + a.Since.In(s.clock).Format("January 2006") + "."
	if len(orders) == 0 {
		return says + " No order before this one.", nil
	}
	bookings, err := v.Ads.Bookings(v.ctx(), orders[0].ID)
	if err != nil || len(bookings) == 0 {
		return says, err
	}
	b := bookings[0]
	return says + fmt.Sprintf(" Last: %s, %s, %s.", s.position(b), s.when(b), s.price(b)), nil
}

// nameTopics has the shop know the names of the topics that bookings are aimed at.
func (v *visit) nameTopics(s *shop, bookings []ad.Booking) error {
	var ids []int64
	for _, b := range bookings {
		ids = append(ids, b.Aim.Topics...)
	}
	if len(ids) == 0 {
		return nil
	}
	topics, err := v.Sections.Topics(v.ctx(), ids...)
	for _, t := range topics {
		s.topics[t.ID] = t.NameIn("en")
	}
	return err
}

func (v *visit) fillRows(page *orderView, s shop, bookings []ad.Booking, here int64) error {
	var ids []int64
	for _, b := range bookings {
		ids = append(ids, b.ID)
	}
	got, err := v.Ads.Delivered(v.ctx(), ids...)
	if err != nil {
		return err
	}
	for _, b := range bookings {
		row := s.bookedRow(b, page.Order.Stage)
		row.Got = s.runRow(b, "", got[b.ID]).Got
		if b.ID == here {
			row.Here = true
			if row.Undo, err = v.undoable(b, row.Undo); err != nil {
				return err
			}
			page.Kept = &row
			if v.r.URL.Query().Get("to") == strconv.FormatInt(b.Version, 10) && page.Saved != "" && row.Undo {
				page.Undo = &row
			}
		}
		if b.Stage == ad.Draft {
			page.Drafts++
		}
		page.Rows = append(page.Rows, row)
	}
	page.Sum, _ = s.together(bookings)
	return nil
}

// undoable tells whether the last change of a booking can be taken back; that it was booked cannot.
func (v *visit) undoable(b ad.Booking, open bool) (bool, error) {
	if !open {
		return false, nil
	}
	versions, err := v.Ads.BookingVersions(v.ctx(), b.ID)
	return len(versions) > 1 && (versions[1].Stage != ad.Draft || b.Stage == ad.Draft || b.Stage == ad.Cancelled), err
}

func (s shop) bookedRow(b ad.Booking, order ad.Stage) bookedRow {
	open := order != ad.Cancelled && (b.Stage == ad.Draft || !b.Over(s.now))
	return bookedRow{ID: b.ID, Version: b.Version, Position: s.position(b), Aimed: s.aimed(b.Aim), When: s.when(b), Promise: s.promise(b), Price: s.price(b), Stage: s.stage(b),
		Href: bookingAt(b), History: salesPath + "/bookings/" + strconv.FormatInt(b.ID, 10),
		Proof: proofOf(b, s.now), Pause: open && b.Stage == ad.Booked, GoOn: open && b.Stage == ad.Paused, Cancel: open && b.Stage != ad.Cancelled, Undo: open && b.Version > 1}
}

func proofOf(b ad.Booking, now time.Time) string {
	if !b.Begun(now) {
		return ""
	}
	return salesPath + "/proof/" + strconv.FormatInt(b.ID, 10)
}

// fillForm puts a booking in hand on the page: here is what is kept, form what is typed.
func (v *visit) fillForm(page *orderView, s shop, here ad.Booking, form bookingForm, month time.Time) error {
	page.Form = &form
	page.Choices = v.offerings(s, form, page.House)
	page.Begun = here.Begun(v.now)
	b, _, err := v.booking(s, here, form)
	if err != nil {
		return err
	}
	b.Order, b.Advertiser = page.Order.ID, page.Buyer.ID
	b = b.Tidy(s.clock)
	if err := v.nameTopics(&s, []ad.Booking{b}); err != nil {
		return err
	}
	page.Heading = s.position(b)
	if page.Ads, err = v.adTicks(b, form.Ads); err != nil {
		return err
	}
	if page.OnPage, err = v.onPage(b, page.Ads); err != nil {
		return err
	}
	page.AddAd = salesPath + "/ads/new?" + url.Values{"buyer": {strconv.FormatInt(b.Advertiser, 10)}, "booking": {strconv.FormatInt(here.ID, 10)}}.Encode()
	if page.Month, err = v.monthOf(s, b, month); err != nil {
		return err
	}
	if page.Cast, err = v.cast(s, b); err != nil {
		return err
	}
	if page.Cast != nil && s.rules.Rates[b.Place] > 0 && b.Pricing == ad.PerTime && b.Promise != ad.House {
		views := cmp.Or(map[bool]int64{true: b.Goal}[b.Measure == ad.Viewed], page.Cast.Viewed)
		if sum := views * s.rules.Rates[b.Place] / 1000; sum > 0 {
			page.Rate = ad.Amount(sum, s.rules.Currency)
		}
	}
	bookings, err := v.Ads.Bookings(v.ctx(), page.Order.ID)
	if err != nil {
		return err
	}
	return v.castNotes(page, s, slices.DeleteFunc(bookings, func(o ad.Booking) bool { return o.ID == here.ID }))
}

// castNotes say of every booking that is not booked yet whether it will get what it is promised.
func (v *visit) castNotes(page *orderView, s shop, bookings []ad.Booking) error {
	for _, b := range bookings {
		if b.Stage != ad.Draft {
			continue
		}
		cast, err := v.cast(s, b)
		if err != nil {
			return err
		}
		if cast == nil {
			continue
		}
		for _, n := range cast.Notes {
			if n.Kind == "maybe" {
				n.Says = s.position(b) + ": " + n.Says
				page.Notes = append(page.Notes, n)
			}
		}
	}
	return nil
}

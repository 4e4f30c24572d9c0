package newsroom

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
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

// setOrder keeps what an order says beside its bookings.
func setOrder(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	id, err := v.orderID()
	if err != nil {
		return err
	}
	o, err := v.Ads.Order(v.ctx(), id)
	if err != nil {
		return err
	}
	o.Version, o.Reference, o.Terms, o.Note = number(sent.Get("version")), sent.Get("reference"), sent.Get("terms"), sent.Get("note")
	_, err = v.Ads.SaveOrder(v.ctx(), o, v.person.ID, v.now)
	var wrong fault.Form
	if errors.As(err, &wrong) || errors.Is(err, fault.Conflict) {
		page, _, err := v.orderView()
		if err != nil {
			return err
		}
		page.Text, page.TextWrong = orderText{o.Reference, o.Terms, o.Note}, wrong
		if wrong == nil {
			page.Alert = "Somebody changed this order while you looked. What you typed is still there: look what is new, and save again."
			return v.showAs(http.StatusConflict, "order", page)
		}
		return v.showAs(http.StatusUnprocessableEntity, "order", page)
	}
	if err != nil {
		return err
	}
	return v.tell(orderAt(id), nil, "Saved.")
}

// setBooking keeps a booking of an order, shows what it will get ("look", a click in the month), or books the order with it ("book").
func setBooking(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	page, s, err := v.orderView()
	if err != nil {
		return err
	}
	form := bookingTyped(sent)
	form.Shown = true
	here, err := v.bookingHere(form.ID, page.Order.ID)
	if err != nil {
		return err
	}
	do := sent.Get("do")
	if day := sent.Get("day"); day != "" {
		form = form.dayClicked(day)
	}
	month := v.monthAsked(here)
	if typed, err := time.ParseInLocation("2006-01", cmp.Or(sent.Get("turn"), sent.Get("month")), s.clock); err == nil {
		month = typed
	}
	again := func(status int, wrong fault.Form) error {
		page.Wrong = wrong
		if err := v.fillForm(&page, s, here, form, month); err != nil {
			return err
		}
		return v.showAs(status, "order", page)
	}
	if do != "save" && do != "book" {
		return again(http.StatusOK, fault.Form{})
	}
	if do == "book" && form.ID == 0 && form.blank() && page.Drafts > 0 {
		return v.bookNow(page, s, page.Order.Version, sent.Get("sure") != "", nil)
	}
	b, wrong, err := v.booking(s, here, form)
	if err != nil {
		return err
	}
	b.Order = page.Order.ID
	changed := here.ID == 0 || len(s.differing(here, b.Tidy(s.clock))) > 0
	if changed || len(wrong) > 0 || here.Version != form.Version {
		saved, err := v.keepTyped(b, form.Why, wrong)
		var mend fault.Form
		switch {
		case errors.As(err, &mend):
			return again(http.StatusUnprocessableEntity, mend)
		case errors.Is(err, fault.Conflict):
			page.Clashes, page.ByWhom = s.differing(here, b.Tidy(s.clock)), v.lastToBook(here.ID)
			form.Version = here.Version
			return again(http.StatusConflict, fault.Form{})
		case fault.IsInvalid(err):
			page.Alert = err.Error()
			return again(http.StatusUnprocessableEntity, fault.Form{})
		case err != nil:
			return err
		}
		here = saved
	}
	if do == "book" {
		return v.bookAfter(here, number(sent.Get("order-version")), changed, sent.Get("sure") != "")
	}
	return v.tell(page.At, v.besides(here, month), s.keptSays(here, changed))
}

// keepTyped keeps a booking unless something that was typed cannot be read; then it says all that is wrong at once.
func (v *visit) keepTyped(b ad.Booking, why string, wrong fault.Form) (ad.Booking, error) {
	if len(wrong) == 0 {
		return v.Ads.SaveBooking(v.ctx(), b, v.person.ID, why, v.now)
	}
	more, err := v.Ads.CheckBooking(v.ctx(), b, v.now)
	if err != nil {
		return b, err
	}
	maps.Copy(more, wrong)
	return b, more
}

// besides is what the address of a page says after a booking was kept.
func (v *visit) besides(b ad.Booking, month time.Time) url.Values {
	q := url.Values{"booking": {strconv.FormatInt(b.ID, 10)}, "to": {strconv.FormatInt(b.Version, 10)}}
	if !month.IsZero() {
		q.Set("month", month.Format("2006-01"))
	}
	return q
}

func (s shop) keptSays(b ad.Booking, changed bool) string {
	switch {
	case !changed:
		return "Nothing was to be changed."
	case b.Stage == ad.Draft:
		return s.position(b) + " stands in the order. It is not booked yet."
	}
	return s.position(b) + " is changed, and in force. What it was stays in its history."
}

// bookingHere is the booking of that id in the order, or none for 0.
func (v *visit) bookingHere(id, order int64) (ad.Booking, error) {
	if id == 0 {
		return ad.Booking{}, nil
	}
	b, err := v.Ads.Booking(v.ctx(), id)
	if err == nil && b.Order != order {
		err = fault.NotFound
	}
	return b, err
}

// lastToBook is who changed a booking last.
func (v *visit) lastToBook(id int64) string {
	versions, err := v.Ads.BookingVersions(v.ctx(), id)
	if err != nil || len(versions) == 0 {
		return "Somebody"
	}
	f, err := v.faces()
	if err != nil {
		return "Somebody"
	}
	return f.who(versions[0].By).Name
}

// bookOrder books an order whose bookings are all kept.
func bookOrder(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	page, s, err := v.orderView()
	if err != nil {
		return err
	}
	return v.bookNow(page, s, number(sent.Get("version")), sent.Get("sure") != "", nil)
}

// bookAfter books an order after a booking of it was kept, from the version of it that the person saw.
func (v *visit) bookAfter(b ad.Booking, version int64, changed, sure bool) error {
	if changed {
		version++
	}
	page, s, err := v.orderView()
	if err != nil {
		return err
	}
	return v.bookNow(page, s, version, sure, &b)
}

// bookNow books an order as it was seen. Where it would oversell it says so first, and wants to be told again.
func (v *visit) bookNow(page orderView, s shop, version int64, sure bool, here *ad.Booking) error {
	again := func(status int, in int64, wrong fault.Form) error {
		b, err := v.bookingHere(in, page.Order.ID)
		if err != nil {
			return err
		}
		form, err := v.bookingForm(s, b)
		if err != nil {
			return err
		}
		page.Wrong = wrong
		if in != 0 {
			if err := v.fillForm(&page, s, b, form, v.monthAsked(b)); err != nil {
				return err
			}
		}
		return v.showAs(status, "order", page)
	}
	var in int64
	if here != nil {
		in = here.ID
	} else if page.Kept != nil {
		in = page.Kept.ID
	}
	over, err := v.oversells(s, page.Order.ID)
	if err != nil {
		return err
	}
	if over != "" && !sure {
		page.Alert, page.Sure = over, true
		return again(http.StatusConflict, in, fault.Form{})
	}
	err = v.Ads.BookOrder(v.ctx(), page.Order.ID, version, v.person.ID, v.now)
	var wrong fault.Form
	switch {
	case errors.As(err, &wrong):
		id, fields := firstWrong(wrong)
		page.Alert = "Nothing is booked yet: " + strings.Join(slices.Sorted(maps.Values(fields)), " ")
		return again(http.StatusUnprocessableEntity, cmp.Or(id, in), fields)
	case errors.Is(err, fault.Conflict):
		page.Alert = "Somebody changed this order while you looked. Nothing is booked yet: look at what it holds now, and book it again."
		return again(http.StatusConflict, in, fault.Form{})
	case fault.IsInvalid(err):
		page.Alert = err.Error()
		return again(http.StatusUnprocessableEntity, in, fault.Form{})
	case err != nil:
		return err
	}
	return v.tell(orderAt(page.Order.ID), nil, "Order "+page.Order.Number+" is booked. What it holds is shown from its first day on; the confirmation is ready to be printed.")
}

// firstWrong is one booking of what cannot be booked, and what is wrong with it.
func firstWrong(wrong fault.Form) (id int64, fields fault.Form) {
	keys := slices.Sorted(maps.Keys(wrong))
	first, _, _ := strings.Cut(keys[0], ".")
	fields = fault.Form{}
	for _, k := range keys {
		if of, field, _ := strings.Cut(k, "."); of == first {
			fields[field] = wrong[k]
		}
	}
	return number(first), fields
}

// oversells says what booking an order does to others and to itself; "" where all is well.
func (v *visit) oversells(s shop, order int64) (string, error) {
	bookings, err := v.Ads.Bookings(v.ctx(), order)
	if err != nil {
		return "", err
	}
	var says []string
	for _, b := range bookings {
		if b.Stage != ad.Draft {
			continue
		}
		cast, err := v.cast(s, b)
		if err != nil {
			return "", err
		}
		if cast == nil {
			continue
		}
		for _, n := range cast.Notes {
			if n.Kind == "maybe" && n.Over {
				says = append(says, s.position(b)+": "+n.Says)
			}
		}
	}
	return strings.Join(append(says, s.crowded(bookings)...), " "), nil
}

// crowded says which bookings of one order want more of a position than there is: none of them is booked yet, so that no forecast knows.
func (s shop) crowded(bookings []ad.Booking) []string {
	var says []string
	for i, b := range bookings {
		for _, o := range bookings[i+1:] {
			if b.Stage == ad.Draft && o.Stage == ad.Draft && b.Crowds(o) {
				says = append(says, fmt.Sprintf("Two bookings of this order are promised more of one position than there is: %s, %s (%s), and %s, %s (%s).",
					s.position(b), s.when(b), s.promise(b), s.position(o), s.when(o), s.promise(o)))
			}
		}
	}
	return says
}

// cancelOrder takes an order back, or takes that back.
func cancelOrder(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	id, err := v.orderID()
	if err != nil {
		return err
	}
	version, says := number(sent.Get("version")), "The order is cancelled, with all of it that was not over."
	if sent.Get("do") == "revive" {
		says = "The order is again what it was."
		err = v.Ads.ReviveOrder(v.ctx(), id, version, v.person.ID, v.now)
	} else {
		err = v.Ads.CancelOrder(v.ctx(), id, version, sent.Get("why"), v.person.ID, v.now)
	}
	if err != nil {
		return err
	}
	return v.tell(orderAt(id), nil, says)
}

// setBookingStage pauses a booking, lets it go on, cancels it, or takes the last change of it back.
func setBookingStage(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	id, err := v.id("id")
	if err != nil {
		return err
	}
	version := number(sent.Get("version"))
	var b ad.Booking
	var says string
	switch do := sent.Get("do"); do {
	case "pause":
		b, err = v.Ads.SetStage(v.ctx(), id, version, ad.Paused, sent.Get("why"), v.person.ID, v.now)
		says = "Paused. It is not shown until it goes on."
	case "resume":
		b, err = v.Ads.SetStage(v.ctx(), id, version, ad.Booked, sent.Get("why"), v.person.ID, v.now)
		says = "It goes on."
	case "cancel":
		b, err = v.Ads.SetStage(v.ctx(), id, version, ad.Cancelled, sent.Get("why"), v.person.ID, v.now)
		says = "Cancelled. What was delivered stays in the reports."
	case "undo":
		b, err = v.Ads.Undo(v.ctx(), id, version, v.person.ID, v.now)
		says = "Taken back. It is again what it was."
	default:
		return fault.Invalid("A booking is paused, goes on, is cancelled, or its last change is taken back.")
	}
	if err != nil {
		return err
	}
	return v.tell(orderAt(b.Order), v.besides(b, time.Time{}), says)
}

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

package newsroom

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"lede/ad"
	"lede/paper"
)

// confirmView is an order as it is printed, signed and kept.
type confirmView struct {
	frame
	PaperName string
	Order     ad.Order
	Buyer     ad.Advertiser
	Lines     []string // of the address
	Contact   string
	Mailto    string
	Back      string
	Date      string
	Rows      []confirmRow
	Sum       string
	Currency  string
	Booked    bool
	Cancelled bool
	By        string
	Counted   string
	Terms     []string
}

// confirmRow is one booking as it is confirmed.
type confirmRow struct {
	Position, Sizes string
	When            string
	Promise, Expect string
	Price           string
}

func confirmation(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	o, err := v.Ads.Order(v.ctx(), id)
	if err != nil {
		return err
	}
	s, err := v.shop()
	if err != nil {
		return err
	}
	bookings, err := v.Ads.Bookings(v.ctx(), id)
	if err != nil {
		return err
	}
	if err := v.nameTopics(&s, bookings); err != nil {
		return err
	}
	page := confirmView{frame: v.frame("Confirmation of order "+o.Number, "sales"), PaperName: v.paper.NameIn("en"), Order: o, Back: orderAt(id), Booked: o.Stage == ad.Booked, Cancelled: o.Stage == ad.Cancelled, Currency: s.rules.Currency, Counted: s.rules.Counted}
	page.Bare = true
	if page.Buyer, err = v.Ads.Advertiser(v.ctx(), o.Advertiser); err != nil {
		return err
	}
	if err := v.fillConfirmation(&page, s, bookings); err != nil {
		return err
	}
	return v.show("confirmation", page)
}

func (v *visit) fillConfirmation(page *confirmView, s shop, bookings []ad.Booking) error {
	at := page.Order.Booked
	if at.IsZero() {
		at = v.now
	}
	page.Date = at.In(s.clock).Format("2 January 2006")
	page.Lines, page.Terms = linesOf(page.Buyer.Address), linesOf(page.Order.Terms)
	if len(page.Buyer.Contacts) > 0 {
		page.Contact = page.Buyer.Contacts[0].Name
		page.Mailto = v.mailto(page)
	}
	f, err := v.faces()
	if err != nil {
		return err
	}
	page.By = f.who(page.Order.BookedBy).Name
	var counted []ad.Booking
	for _, b := range bookings {
		if b.Stage == ad.Cancelled || page.Booked && b.Stage == ad.Draft {
			continue
		}
		counted = append(counted, b)
		page.Rows = append(page.Rows, v.confirmRow(s, b))
	}
	page.Sum, _ = s.together(counted)
	return nil
}

// mailto begins a letter to whom one speaks to there.
func (v *visit) mailto(page *confirmView) string {
	c := page.Buyer.Contacts[0]
	if c.Mail == "" {
		return ""
	}
	return "mailto:" + url.PathEscape(c.Mail) + "?subject=" + strings.ReplaceAll(url.QueryEscape("Confirmation of order "+page.Order.Number+", "+page.PaperName), "+", "%20")
}

func (v *visit) confirmRow(s shop, b ad.Booking) confirmRow {
	row := confirmRow{Position: s.position(b), Sizes: boxesOf(b.Place, b.Aim.Devices), When: s.whenWholly(b, v.paper.PlaceIn("en")), Price: s.price(b)}
	if more := s.aimed(b.Aim); more != "" {
		row.Position += "; " + more
	}
	row.Promise = upperFirst(s.promise(b))
	switch f := b.Forecast; b.Promise {
	case ad.Share, ad.Flat:
		if where := s.where(b.Aim); where != "" {
			row.Promise += " of " + where
		}
		if b.Promise == ad.Flat {
			row.Promise = "The position, alone, for this time"
		}
		if f.Viewed > 0 && !f.Thin {
			row.Expect = "We expect about " + thousands(int(f.Viewed)) + " viewed; not promised."
		}
	case ad.Goal:
		if b.Pace == ad.Even {
			row.Promise += ", evenly"
		}
		last, _ := paper.Day(time.DateOnly, b.Last, s.clock)
		row.Expect = "What is missing on " + last.Format("2 January") + " is made good."
	case ad.Bulk:
		row.Promise = "What nobody else bought; no number is promised"
	}
	row.Promise += "."
	return row
}

// whenWholly says the days of a booking with the clock they are meant by.
func (s shop) whenWholly(b ad.Booking, place string) string {
	first, ok1 := paper.Day(time.DateOnly, b.First, s.clock)
	last, ok2 := paper.Day(time.DateOnly, b.Last, s.clock)
	if !ok1 || !ok2 {
		return s.when(b)
	}
	clock := s.clock.String() + " time"
	if place != "" {
		clock = place + " time"
	}
	return first.Format("2 January 2006") + ", 00:00, to " + last.Format("2 January 2006") + ", 24:00, " + clock
}

// boxesOf are the sizes of a place, the widest screen first: "970 × 250; phone 320 × 100".
func boxesOf(p ad.Place, devices []ad.Device) string {
	var all []string
	var former ad.Box
	names := map[ad.Device]string{ad.Phone: "phone ", ad.Tablet: "tablet "}
	for _, d := range []ad.Device{ad.Desk, ad.Tablet, ad.Phone} {
		box := p.Box(d)
		if box == former || len(devices) > 0 && !slices.Contains(devices, d) {
			continue
		}
		former = box
		name := names[d]
		if len(all) == 0 {
			name = ""
		}
		all = append(all, fmt.Sprintf("%s%d × %d", name, box.Width, box.Height))
	}
	return strings.Join(all, "; ")
}

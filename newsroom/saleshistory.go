package newsroom

import (
	"strconv"

	"lede/ad"
)

// historyView is what became of a booking.
type historyView struct {
	frame
	Tabs   []tab
	Saved  string
	May    bool
	Row    bookedRow
	Buyer  string
	Order  string
	Back   string
	States []historyRow
}

// historyRow is one state of a booking, and what differs from the one before.
type historyRow struct {
	N       int64
	At      string
	Machine string
	By      string
	What    string
	Why     string
	Differs []clash
	Stands  bool
}

func bookingHistory(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	b, err := v.Ads.Booking(v.ctx(), id)
	if err != nil {
		return err
	}
	versions, err := v.Ads.BookingVersions(v.ctx(), id)
	if err != nil {
		return err
	}
	s, err := v.shop()
	if err != nil {
		return err
	}
	f, err := v.faces()
	if err != nil {
		return err
	}
	page := historyView{frame: v.frame("History of "+s.position(b), "sales"), Tabs: v.adTabs(ordersPath), Saved: v.told(), May: v.maySell(), Row: s.bookedRow(b, ad.Booked),
		Buyer: s.buyers[b.Advertiser], Order: "house", Back: bookingAt(b)}
	if b.Order == 0 {
		page.Tabs = v.adTabs(housePath)
	} else {
		o, err := v.Ads.Order(v.ctx(), b.Order)
		if err != nil {
			return err
		}
		page.Order, page.Row = o.Number, s.bookedRow(b, o.Stage)
	}
	if page.Row.Undo, err = v.undoable(b, page.Row.Undo); err != nil {
		return err
	}
	if err := v.nameTopics(&s, bookingsOf(versions)); err != nil {
		return err
	}
	for i, one := range versions {
		at := one.At.In(s.clock)
		row := historyRow{N: one.Version, At: day(at) + ", " + at.Format("15:04:05"), Machine: one.At.Format("2006-01-02T15:04:05Z07:00"), By: f.who(one.By).Name, Why: one.Why, Stands: one.Version == b.Version, What: "It was made: " + s.promise(one.Booking) + ", " + s.when(one.Booking) + ", " + s.price(one.Booking) + "."}
		if i+1 < len(versions) {
			row.Differs, row.What = s.differing(versions[i+1].Booking, one.Booking), stageStep(versions[i+1].Stage, one.Stage)
		}
		page.States = append(page.States, row)
	}
	return v.show("bookinghistory", page)
}

func bookingsOf(versions []ad.BookingVersion) []ad.Booking {
	var all []ad.Booking
	for _, one := range versions {
		all = append(all, one.Booking)
	}
	return all
}

// stageStep says what a change of the stage was.
func stageStep(was, is ad.Stage) string {
	switch {
	case was == is:
		return "It was changed."
	case was == ad.Draft && is == ad.Booked:
		return "It was booked."
	case is == ad.Paused && was == ad.Booked:
		return "It was paused."
	case is == ad.Cancelled:
		return "It was cancelled."
	case was == ad.Cancelled:
		return "That it was cancelled was taken back."
	case is == ad.Booked:
		return "It went on."
	}
	return "The last change was taken back."
}

// differing are the things in which two states of a booking differ.
func (s shop) differing(was, is ad.Booking) []clash {
	var all []clash
	for _, one := range []struct {
		label string
		of    func(ad.Booking) string
	}{
		{"Position", func(b ad.Booking) string { return s.position(b) }},
		{"Aimed at", func(b ad.Booking) string { return s.aimedWholly(b.Aim) }},
		{"When", func(b ad.Booking) string { return s.when(b) }},
		{"Promise", func(b ad.Booking) string { return s.promise(b) }},
		{"Price", func(b ad.Booking) string { return s.price(b) }},
		{"Ads", func(b ad.Booking) string { return adsIn(b.Ads) }},
		{"Makes good", func(b ad.Booking) string { return strconv.FormatInt(b.GoodOf, 10) }},
	} {
		if before, after := one.of(was), one.of(is); before != after {
			all = append(all, clash{Label: one.label, Was: before, Theirs: before, Mine: after})
		}
	}
	return all
}

// aimedWholly says all of an aim, so that two that differ say something else.
func (s shop) aimedWholly(a ad.Aim) string {
	says := s.where(a)
	if more := s.aimed(a); more != "" {
		if says != "" {
			says += "; "
		}
		says += more
	}
	if len(a.Articles) > 0 {
		says += " (" + joinInts(a.Articles) + ")"
	}
	if says == "" {
		return "everybody"
	}
	return says
}

func adsIn(ads []int64) string {
	if len(ads) == 0 {
		return "none"
	}
	return joinInts(ads)
}

func joinInts(list []int64) string {
	says := ""
	for i, n := range list {
		if i > 0 {
			says += ", "
		}
		says += strconv.FormatInt(n, 10)
	}
	return says
}

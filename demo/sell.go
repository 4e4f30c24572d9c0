package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"lede/ad"
	"lede/internal/audit"
)

// sales is sales.json: who advertises, with what, and what they booked. Days are counted from today.
type sales struct {
	Buyers  []buyerOf   `json:"buyers"`
	Ads     []adOf      `json:"ads"`
	Orders  []orderOf   `json:"orders"`
	House   []bookingOf `json:"house"`
	Sellers string      `json:"sellers"`
}

type buyerOf struct {
	Slug     string `json:"slug"`
	Name     string `json:"name"`
	Address  string `json:"address"`
	Tax      string `json:"tax"`
	Note     string `json:"note"`
	Contacts []struct {
		Name  string `json:"name"`
		Mail  string `json:"mail"`
		Phone string `json:"phone"`
		About string `json:"about"`
	} `json:"contacts"`
}

type adOf struct {
	Slug     string      `json:"slug"`
	Buyer    string      `json:"buyer"`
	Form     ad.Form     `json:"form"`
	Name     string      `json:"name"`
	Link     string      `json:"link"`
	Alt      string      `json:"alt"`
	Headline string      `json:"headline"`
	Line     string      `json:"line"`
	Verb     string      `json:"verb"`
	Draw     *posterOf   `json:"draw"`
	Page     string      `json:"page"`
	Waits    bool        `json:"waits"` // nobody approved it yet
	Swap     *ad.Content `json:"swap"`  // another version, which waits
}

type orderOf struct {
	Slug      string      `json:"slug"`
	Buyer     string      `json:"buyer"`
	Made      int         `json:"made"`
	Booked    bool        `json:"booked"`
	Reference string      `json:"reference"`
	Terms     string      `json:"terms"`
	Bookings  []bookingOf `json:"bookings"`
}

type bookingOf struct {
	Place    ad.Place      `json:"place"`
	Promise  ad.Promise    `json:"promise"`
	Share    int           `json:"share"`
	Goal     int64         `json:"goal"`
	Measure  ad.Measure    `json:"measure"`
	Pace     ad.Pace       `json:"pace"`
	Pricing  ad.Pricing    `json:"pricing"`
	Price    int64         `json:"price"`
	From     int           `json:"from"`
	To       int           `json:"to"`
	Sections []string      `json:"sections"`
	Pages    []ad.PageKind `json:"pages"`
	Ads      []string      `json:"ads"`
	Day      int           `json:"day"`    // about so often rendered a day
	Clicks   int           `json:"clicks"` // of a thousand rendered
}

// The people who sell, and who looks at what is made.
const (
	seller   = "noor-vandermeer"
	approver = "adaeze-holm"
)

// shop is what was sold, by the names of the file.
type shop struct {
	sales
	buyers map[string]int64
	ads    map[string]int64
	sold   []soldOf
}

// soldOf is a booking as it is kept, with what is to come of it.
type soldOf struct {
	ad.Booking
	told bookingOf
}

// readSales reads sales.json.
func readSales() (shop, error) {
	k := shop{buyers: map[string]int64{}, ads: map[string]int64{}}
	text, err := files.ReadFile("sales.json")
	if err != nil {
		return k, err
	}
	if err := json.Unmarshal(text, &k.sales); err != nil {
		return k, fmt.Errorf("sales.json: %w", err)
	}
	return k, nil
}

// sell brings in advertisers, their ads and orders, and the house's own.
func (f *filler) sell(ctx context.Context, _ settings) error {
	k, err := readSales()
	if err != nil {
		return err
	}
	f.shop = k
	ctx = audit.As(ctx, audit.Actor{ID: f.staff[seller], Name: "Noor Vandermeer"})
	if err := f.Ads.AddTraffic(ctx, f.traffic()); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{f.sellingRules, f.sellers, f.advertisers, f.makeAds, f.orders, f.houseBookings} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("what is sold: %w", err)
		}
	}
	return nil
}

func (f *filler) sellingRules(ctx context.Context) error {
	r, err := f.Ads.Rules(ctx)
	if err != nil || r.Version > 0 {
		return err
	}
	r.Approve, r.Currency = true, "USD"
	r.Rates = map[ad.Place]int64{ad.Top: 1800, ad.Beside: 1200, ad.Text: 1400, ad.Between: 1000, ad.Foot: 600}
	r.Counted = "Viewed is half of the pixels for one second in a visible tab, counted by the paper itself. Robots and our own staff are not billed."
	return f.Ads.SetRules(ctx, r, f.day(-90))
}

func (f *filler) sellers(ctx context.Context) error {
	l, err := f.Ads.Sellers(ctx)
	if err != nil || l.Version > 0 {
		return err
	}
	l.Text = f.shop.Sellers
	_, err = f.Ads.SetSellers(ctx, l, "", f.staff[seller], f.day(-90))
	return err
}

// day is noon of a day, counted from today, by the paper's clock.
func (f *filler) day(n int) time.Time {
	y, m, d := f.now.In(f.zone).Date()
	return time.Date(y, m, d+n, 12, 0, 0, 0, f.zone)
}

func (f *filler) advertisers(ctx context.Context) error {
	there, err := f.Ads.Advertisers(ctx, "")
	if err != nil {
		return err
	}
	for _, b := range f.shop.Buyers {
		if i := slices.IndexFunc(there, func(a ad.Advertiser) bool { return a.Name == b.Name }); i >= 0 {
			f.shop.buyers[b.Slug] = there[i].ID
			continue
		}
		a := ad.Advertiser{Name: b.Name, Address: b.Address, Tax: b.Tax, Note: b.Note}
		for _, c := range b.Contacts {
			a.Contacts = append(a.Contacts, ad.Contact{Name: c.Name, Mail: c.Mail, Phone: c.Phone, About: c.About})
		}
		if a, err = f.Ads.SaveAdvertiser(ctx, a, f.staff[seller], f.day(-70)); err != nil {
			return fmt.Errorf("%s: %w", b.Slug, err)
		}
		f.shop.buyers[b.Slug] = a.ID
	}
	return nil
}

func (f *filler) makeAds(ctx context.Context) error {
	for _, one := range f.shop.Ads {
		there, err := f.Ads.Ads(ctx, f.shop.buyers[one.Buyer])
		if err != nil {
			return err
		}
		i := slices.IndexFunc(there, func(a ad.Ad) bool { return a.Name == one.Name })
		if i >= 0 {
			f.shop.ads[one.Slug] = there[i].ID
			err = f.judgeAd(ctx, one, there[i])
		} else {
			err = f.makeAd(ctx, one)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", one.Slug, err)
		}
	}
	return nil
}

func (f *filler) makeAd(ctx context.Context, one adOf) error {
	a := ad.Ad{Advertiser: f.shop.buyers[one.Buyer], Name: one.Name, Form: one.Form,
		Content: ad.Content{Link: one.Link, Headline: one.Headline, Line: one.Line, Verb: one.Verb, Alt: one.Alt}}
	var sent []ad.Sent
	switch {
	case one.Page != "":
		text, err := files.ReadFile("ads/" + one.Page)
		if err != nil {
			return err
		}
		sent = append(sent, ad.Sent{Name: one.Page, File: bytes.NewReader(text)})
	case one.Draw != nil:
		name, b, err := one.Draw.file()
		if err != nil {
			return err
		}
		sent = append(sent, ad.Sent{Name: name, File: bytes.NewReader(b)})
	}
	made, err := f.Ads.MakeAd(ctx, a, sent, f.staff[seller], f.day(-65))
	if err != nil {
		return err
	}
	f.shop.ads[one.Slug] = made.ID
	return f.judgeAd(ctx, one, made)
}

// judgeAd has an ad approved by somebody else than who made it, and then swapped, as far as that is not done yet.
func (f *filler) judgeAd(ctx context.Context, one adOf, a ad.Ad) error {
	if a.Judgement == ad.Waiting && a.Version == 1 && !one.Waits {
		as := audit.As(ctx, audit.Actor{ID: f.staff[approver], Name: "Adaeze Holm"})
		var err error
		if a, err = f.Ads.JudgeAd(as, a.ID, a.Version, true, "", f.staff[approver], f.day(-64)); err != nil {
			return err
		}
	}
	if one.Swap == nil || a.Version > 1 {
		return nil
	}
	a.Headline, a.Line, a.Verb = one.Swap.Headline, one.Swap.Line, one.Swap.Verb
	_, err := f.Ads.MakeAd(ctx, a, nil, f.staff[seller], f.now.Add(-3*time.Hour))
	return err
}

func (f *filler) orders(ctx context.Context) error {
	for _, one := range f.shop.Orders {
		if err := f.order(ctx, one); err != nil {
			return fmt.Errorf("%s: %w", one.Slug, err)
		}
	}
	return nil
}

// order makes an order and books it; what of that was done before stands. Each advertiser has one here.
func (f *filler) order(ctx context.Context, one orderOf) error {
	at := f.day(one.Made)
	there, err := f.Ads.Orders(ctx, ad.OrderFilter{Advertiser: f.shop.buyers[one.Buyer]})
	if err != nil {
		return err
	}
	var o ad.Order
	if len(there) > 0 {
		o = there[0]
	} else if o, err = f.Ads.SaveOrder(ctx, ad.Order{Advertiser: f.shop.buyers[one.Buyer], Reference: one.Reference, Terms: one.Terms}, f.staff[seller], at); err != nil {
		return err
	}
	booked, err := f.bookings(ctx, o.ID, one.Bookings, at)
	if err != nil {
		return err
	}
	f.shop.sold = append(f.shop.sold, booked...)
	if !one.Booked || o.Stage != ad.Draft {
		return nil
	}
	if o, err = f.Ads.Order(ctx, o.ID); err != nil {
		return err
	}
	return f.Ads.BookOrder(ctx, o.ID, o.Version, f.staff[seller], at.Add(time.Hour))
}

// bookings are those of an order, made as far as they are not there.
func (f *filler) bookings(ctx context.Context, order int64, want []bookingOf, at time.Time) ([]soldOf, error) {
	there, err := f.Ads.Bookings(ctx, order)
	if err != nil {
		return nil, err
	}
	var all []soldOf
	for _, one := range want {
		first, last := f.day(one.From).Format(time.DateOnly), f.day(one.To).Format(time.DateOnly)
		i := slices.IndexFunc(there, func(b ad.Booking) bool { return b.Place == one.Place && b.Promise == one.Promise && b.First == first })
		if i >= 0 {
			all = append(all, soldOf{there[i], one})
			continue
		}
		b := ad.Booking{Order: order, Place: one.Place, Promise: one.Promise, Share: one.Share, Goal: one.Goal, Measure: one.Measure, Pace: one.Pace, Pricing: one.Pricing, Price: one.Price, First: first, Last: last}
		for _, slug := range one.Sections {
			b.Aim.Sections = append(b.Aim.Sections, f.sections[slug])
		}
		b.Aim.Pages = one.Pages
		for _, slug := range one.Ads {
			b.Ads = append(b.Ads, f.shop.ads[slug])
		}
		if b, err = f.Ads.SaveBooking(ctx, b, f.staff[seller], "", at); err != nil {
			return nil, fmt.Errorf("%s: %w", one.Place, err)
		}
		all = append(all, soldOf{b, one})
	}
	return all, nil
}

func (f *filler) houseBookings(ctx context.Context) error {
	booked, err := f.bookings(ctx, 0, f.shop.House, f.day(-61))
	f.shop.sold = append(f.shop.sold, booked...)
	return err
}

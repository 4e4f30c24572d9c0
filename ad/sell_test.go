package ad_test

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"lede/ad"
	"lede/internal/fault"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func TestAnAdvertiserIsFoundAgain(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		a, err := s.Ads.Advertiser(t.Context(), s.buyer.ID)
		if err != nil || a.Name != "Bellamy’s Hardware" || len(a.Contacts) != 1 || a.Contacts[0].Mail != "june@bellamys.example" || len(a.Link) != 26 {
			t.Fatalf("it is %+v, %v", a, err)
		}
		for _, find := range []string{"bellamy's", "HARDWARE", "", "my’s  h"} {
			if list, err := s.Ads.Advertisers(t.Context(), find); err != nil || len(list) != 1 {
				t.Errorf("%q finds %d, %v", find, len(list), err)
			}
		}
		if list, err := s.Ads.Advertisers(t.Context(), "motors"); err != nil || len(list) != 0 {
			t.Errorf("motors finds %d, %v", len(list), err)
		}
		var f fault.Form
		if _, err := s.Ads.SaveAdvertiser(t.Context(), ad.Advertiser{Name: "BELLAMY'S  hardware"}, 7, s.Now()); !errors.As(err, &f) || f["name"] == "" {
			t.Errorf("the same name again: %v", err)
		}
		older := a
		a.Contacts = append(a.Contacts, ad.Contact{Name: "Ray", Phone: "555 0142"})
		if a, err = s.Ads.SaveAdvertiser(t.Context(), a, 7, s.Now()); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Ads.SaveAdvertiser(t.Context(), older, 7, s.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("from an older page: %v", err)
		}
		if got, err := s.Ads.Advertiser(t.Context(), a.ID); err != nil || len(got.Contacts) != 2 || got.Contacts[1].Name != "Ray" || got.Link != older.Link {
			t.Errorf("changed it is %+v, %v", got, err)
		}
	})
}

func TestAnAdvertiserThatMakesNoSenseIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		for field, a := range map[string]ad.Advertiser{
			"name":            {Name: " "},
			"contact-0-mail":  {Name: "A", Contacts: []ad.Contact{{Name: "B", Mail: "not an address"}}},
			"contact-1-name":  {Name: "A", Contacts: []ad.Contact{{Name: "B"}, {Mail: "c@example.org"}}},
			"contact-0-phone": {Name: "A", Contacts: []ad.Contact{{Name: "B", Phone: "<script>"}}},
		} {
			var f fault.Form
			if _, err := s.Ads.SaveAdvertiser(t.Context(), a, 7, s.Now()); !errors.As(err, &f) || f[field] == "" {
				t.Errorf("want a word at %s: %v", field, err)
			}
		}
	})
}

func TestOrdersAreNumberedByYear(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		next := func() string {
			o, err := s.Ads.SaveOrder(t.Context(), ad.Order{Advertiser: s.buyer.ID}, 7, s.Now())
			if err != nil {
				t.Fatal(err)
			}
			return o.Number
		}
		if got := []string{s.order.Number, next(), next()}; got[0] != "2025-1" || got[1] != "2025-2" || got[2] != "2025-3" {
			t.Errorf("numbered %q", got)
		}
		s.Pass(time.Date(2026, 1, 1, 4, 59, 0, 0, time.UTC).Sub(s.Now()))
		if got := next(); got != "2025-4" {
			t.Errorf("the last minute of the year by the paper's clock has %s", got)
		}
		s.Pass(time.Minute)
		if got := next(); got != "2026-1" {
			t.Errorf("the new year has %s", got)
		}
		orders, err := s.Ads.Orders(t.Context(), ad.OrderFilter{Advertiser: s.buyer.ID, Stage: ad.Draft, Limit: 2})
		if err != nil || len(orders) != 2 || orders[0].Number != "2026-1" {
			t.Errorf("the newest orders are %+v, %v", orders, err)
		}
		var f fault.Form
		if _, err := s.Ads.SaveOrder(t.Context(), ad.Order{Advertiser: 4711}, 7, s.Now()); !errors.As(err, &f) || f["advertiser"] == "" {
			t.Errorf("an order of nobody: %v", err)
		}
	})
}

func TestNothingMoreIsSoldToWhoIsOver(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		a, err := s.Ads.Advertiser(t.Context(), s.buyer.ID)
		if err != nil {
			t.Fatal(err)
		}
		a.Over = true
		if _, err := s.Ads.SaveAdvertiser(t.Context(), a, 7, s.Now()); err != nil {
			t.Fatal(err)
		}
		var f fault.Form
		if _, err := s.Ads.SaveOrder(t.Context(), ad.Order{Advertiser: a.ID}, 7, s.Now()); !errors.As(err, &f) || f["advertiser"] == "" {
			t.Errorf("an order of theirs: %v", err)
		}
	})
}

package ad_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"lede/ad"
	"lede/internal/fault"
)

func TestEachLineOfAdsTxtIsChecked(t *testing.T) {
	good := "\ufeff# who sells\r\ngoogle.com, pub-123, DIRECT, f08c47fec0942fa0 # ours\r\nexchange.example,7,reseller;x=1\nCONTACT=ads@paper.example\ncontact=https://paper.example/ads\n" +
		"OWNERDOMAIN=paper.example\nMANAGERDOMAIN=agency.example\nMANAGERDOMAIN=agency.example,US\nSUBDOMAIN=sport.paper.example\nINVENTORYPARTNERDOMAIN=partner.example\n"
	if said := ad.CheckSellers(good, "www.paper.example"); len(said) > 0 {
		t.Errorf("a good text: %+v", said)
	}
	for line, want := range map[string]string{
		"google.com, pub-1": "this one has 2", "google.com": "this one has 1", "google.com,1,DIRECT,a,b": "this one has 5",
		"https://google.com, 1, DIRECT": "leave out https://", "google.com/x, 1, DIRECT": "after the domain", "google, 1, DIRECT": "is none", "ads@google.com,1,DIRECT": "an e-mail address",
		"google .com,1,DIRECT": "spaces", "münchen.example,1,DIRECT": "xn--", ",1,DIRECT": "it is empty", "-x.example,1,DIRECT": "is none", "google.com,,DIRECT": "the account there",
		"google.com,1,BOTH": "not \"BOTH\"", "google.com,1,DIRECT,": "certification", "google.com,1,DIRECT,<b>": "certification", "OWNER=x.example": "is nothing that ads.txt knows",
		"CONTACT=": "has no value", "CONTACT=call us": "e-mail address", "OWNERDOMAIN=https://x.example": "leave out", "OWNERDOMAIN=www.x.example": "as it is registered",
		"SUBDOMAIN=sport.other.example": "something.paper.example", "SUBDOMAIN=www.paper.example": "in a circle", "MANAGERDOMAIN=a.example,USA": "two letters", "MANAGERDOMAIN=a": "is none",
		"INVENTORYPARTNERDOMAIN=x": "is none", "goo\u200b\u202egle.com,1,DIRECT": "hidden characters", "google.com;1,1,DIRECT": "this one has 1",
	} {
		said := ad.CheckSellers("OWNERDOMAIN\n"+line, "www.paper.example")
		found := false
		for _, r := range said {
			found = found || r.Line == 2 && r.Wrong && strings.Contains(r.Says, want)
		}
		if !found {
			t.Errorf("%q: %+v, want %q", line, said, want)
		}
	}
	twice := "OWNERDOMAIN=a.example\nOWNERDOMAIN=b.example\nMANAGERDOMAIN=a.example\nMANAGERDOMAIN=b.example\nx.example,1,DIRECT\nX.example, 1, direct\nx.example,1,RESELLER\n"
	if got := fmt.Sprint(ad.CheckSellers(twice, "")); got != "[{0 false CONTACT is not said: whom to write to when something in it is wrong.} {2 true OWNERDOMAIN stands on line 1 already; there is one.} "+
		"{4 true MANAGERDOMAIN stands on line 3 already.} {6 false The same stands on line 5.} {7 false This account is DIRECT on line 5. Both are allowed; one is seldom meant.}]" {
		t.Error(got)
	}
	if said := ad.CheckSellers("", ""); len(said) > 0 {
		t.Errorf("an empty text: %+v", said)
	}
	if said := ad.CheckSellers("# nobody", ""); len(said) != 3 || said[0].Wrong {
		t.Errorf("a text without records: %+v", said)
	}
}

func FuzzSellers(f *testing.F) {
	f.Add("google.com, pub-1, DIRECT\nCONTACT=x", "paper.example")
	f.Fuzz(func(t *testing.T, text, host string) {
		for _, r := range ad.CheckSellers(text, host) {
			if r.Line < 0 || r.Line > strings.Count(text, "\n")+1 || r.Says == "" {
				t.Errorf("%+v", r)
			}
		}
	})
}

func TestAdsTxtIsSavedWhenNothingInItIsWrong(t *testing.T) {
	eachStudio(t, func(t *testing.T, k studio) {
		l, err := k.Ads.Sellers(t.Context())
		if err != nil || l.Version != 0 || l.Text != "" {
			t.Fatalf("%+v, %v", l, err)
		}
		l.Text = "google.com, 1\r\nCONTACT=x"
		if _, err := k.Ads.SetSellers(t.Context(), l, "", 7, k.Now()); !strings.Contains(mend(err)["text"], "line 1, 2") {
			t.Errorf("%v", err)
		}
		l.Text = " google.com, 1, DIRECT\r\n\r\n"
		saved, err := k.Ads.SetSellers(t.Context(), l, "", 7, k.Now())
		if err != nil || saved.Version != 1 || saved.Text != "google.com, 1, DIRECT\n" {
			t.Fatalf("%+v, %v", saved, err)
		}
		if _, err := k.Ads.SetSellers(t.Context(), l, "", 8, k.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("%v, want a conflict", err)
		}
		if got, err := k.Ads.Sellers(t.Context()); err != nil || got != saved {
			t.Errorf("%+v, %v, want %+v", got, err, saved)
		}
	})
}

package newsroom

import (
	"crypto/rand"
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lede/ad"
	"lede/staff"
)

// soldRoom is a newsroom in which something is sold and was delivered.
type soldRoom struct {
	*room
	buyer   ad.Advertiser
	booking ad.Booking
}

func openSold(t *testing.T) soldRoom {
	t.Helper()
	s := soldRoom{room: open(t)}
	s.be(staff.AdManager)
	var err error
	must := func() {
		if t.Helper(); err != nil {
			t.Fatal(err)
		}
	}
	s.buyer, err = s.Ads.SaveAdvertiser(t.Context(), ad.Advertiser{Name: "=Bellamy’s Hardware"}, 7, s.Now())
	must()
	o, err := s.Ads.SaveOrder(t.Context(), ad.Order{Advertiser: s.buyer.ID}, 7, s.Now())
	must()
	first := s.Now().AddDate(0, 0, 1)
	made, err := s.Ads.MakeAd(t.Context(), ad.Ad{Advertiser: s.buyer.ID, Name: "Winter tools", Form: ad.NativeForm, Content: ad.Content{Link: "https://bellamy.example/", Headline: "Winter tools", Line: "Shovels and salt", Verb: "See the shop"}}, nil, 7, s.Now())
	must()
	s.booking, err = s.Ads.SaveBooking(t.Context(), ad.Booking{Order: o.ID, Place: ad.Top, Promise: ad.Goal, Goal: 50, Measure: ad.Viewed, First: first.Format(time.DateOnly), Last: first.AddDate(0, 0, 4).Format(time.DateOnly),
		Pricing: ad.PerThousand, Price: 120_00, Ads: []int64{made.ID}}, 7, "", s.Now())
	must()
	o, err = s.Ads.Order(t.Context(), o.ID)
	must()
	if err = s.Ads.BookOrder(t.Context(), o.ID, o.Version, 7, s.Now()); err != nil {
		t.Fatal(err)
	}
	for day := range 3 {
		for n := range 10 {
			at := s.booking.From.Add(time.Duration(day)*24*time.Hour + 10*time.Hour + time.Duration(n)*time.Minute)
			reason := ""
			if n == 0 {
				reason = ad.Robot
			}
			of := ad.Offer{ID: rand.Text(), At: at, Booking: s.booking.ID, Ad: made.ID, AdVersion: 1, Place: ad.Top, Kind: ad.SectionPage, Page: s.World.ID, Section: s.World.ID, Lang: "en", Device: ad.Desk}
			if err = s.Ads.Record(t.Context(), []ad.Event{{Offer: of, Measure: ad.Rendered, At: at, Reason: reason}, {Offer: of, Measure: ad.Viewed, At: at, Reason: reason}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.Pass(30 * 24 * time.Hour)
	s.be(staff.AdManager)
	return s
}

func (a answer) has(t *testing.T, wants ...string) {
	t.Helper()
	if a.StatusCode != http.StatusOK {
		t.Errorf("status %d", a.StatusCode)
	}
	for _, want := range wants {
		if !strings.Contains(a.body, want) {
			t.Errorf("%q is not in the page", want)
		}
	}
}

func (a answer) rows(t *testing.T) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
	if err != nil || a.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Fatalf("no CSV: %v, %s", err, a.body)
	}
	return rows
}

func TestAReportBeginsWithTheSumAndSaysWhyTheRestIsNotBilled(t *testing.T) {
	s := openSold(t)
	at := reportAsk{Scope: ad.Scope{Booking: s.booking.ID}}.at(salesReportPath)
	s.page(at).has(t, "<b>27</b><small>billed</small>", "<b>3</b><small>rejected</small>", "<b>30</b><small>received</small>", "Known robots", "Adds up in every day", "Viewed, day by day", "23 are missing", "Proof of delivery", "Promised: 50 viewed")
	for _, g := range ad.Groupings() {
		s.page(at+"&by="+string(g)).has(t, "Adds up in every day", ">27<")
	}
	for _, whole := range []string{salesReportPath + "?first=2025-06-01&last=2025-07-20", reportAsk{Scope: ad.Scope{Order: s.booking.Order}}.at(salesReportPath), reportAsk{Scope: ad.Scope{Advertiser: s.buyer.ID, Place: ad.Top, Section: s.World.ID}}.at(salesReportPath)} {
		s.page(whole).has(t, "<b>27</b><small>billed</small>")
	}
	if got := s.page(salesReportPath + "?first=yesterday&last=2025-06-30"); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Give a day, as") || !strings.Contains(got.body, `value="2025-06-30"`) {
		t.Errorf("a day that is none: %d", got.StatusCode)
	}
	for _, none := range []string{"?booking=1", "?by=moon", "?measure=eaten", "?position=roof"} {
		if got := s.page(salesReportPath + none); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", none, got.StatusCode)
		}
	}
}

func TestAReportIsAFileInWhichNothingIsAFormula(t *testing.T) {
	s := openSold(t)
	rows := s.page(salesReportPath + ".csv?by=advertiser&first=2025-06-01").rows(t)
	if len(rows) != 4 || rows[2][1] != "'=Bellamy’s Hardware" || rows[2][2] != "viewed" || rows[2][3] != "30" || rows[2][4] != "27" || rows[2][5] != "3" {
		t.Errorf("the file: %q", rows)
	}
	invoice := s.page("/newsroom/sales/invoice.csv?order=" + digits(s.booking.Order)).rows(t)
	want := "'=Bellamy’s Hardware,a thousand viewed,120.00,27,0,3.24,EUR"
	if got := strings.Join([]string{invoice[1][2], invoice[1][12], invoice[1][13], invoice[1][14], invoice[1][15], invoice[1][16], invoice[1][17]}, ","); len(invoice) != 2 || got != want {
		t.Errorf("the invoice: %q, want %q", got, want)
	}
}

func TestWhatWasMissedIsMadeGoodByADraft(t *testing.T) {
	s := openSold(t)
	s.page("/newsroom/sales/owed").has(t, "23 are missing")
	at := "/newsroom/sales/owed/" + digits(s.booking.ID)
	if got := s.send(at, url.Values{"first": {"2020-01-01"}, "last": {"2020-01-02"}}); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.body, "2020-01-01") || !strings.Contains(got.body, "past") {
		t.Errorf("days of the past: %d", got.StatusCode)
	}
	day := s.Now().AddDate(0, 0, 2).Format(time.DateOnly)
	got := s.send(at, url.Values{"first": {day}, "last": {day}})
	if to := got.Header.Get("Location"); got.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/newsroom/sales/orders/") {
		t.Fatalf("made good: %d to %q", got.StatusCode, to)
	}
	s.page("/newsroom/sales/owed").has(t, "Nothing is owed.")
}

func TestAProofNamesEachDayAndThePageOnWhichTheAdStood(t *testing.T) {
	s := openSold(t)
	at := "/newsroom/sales/proof/" + digits(s.booking.ID)
	got := s.page(at)
	got.has(t, "Proof of delivery", "<b>27</b><small>billed</small>", "Top of World", `src="`+at+`/1/world"`, "on a desktop")
	if n := strings.Count(got.body, "Top of World</a>"); n != 3 {
		t.Errorf("%d pages are named, want 3", n)
	}
}

func TestABuyerReadsTheirOwnByALinkAndNothingElse(t *testing.T) {
	s := openSold(t)
	link := buyerPath + s.Ads.BuyerLink(s.buyer)
	other, err := s.Ads.SaveAdvertiser(t.Context(), ad.Advertiser{Name: "Alder Motors"}, 7, s.Now())
	if err != nil {
		t.Fatal(err)
	}
	s.be()
	own := s.page(link)
	own.has(t, "=Bellamy", "50 viewed", ">27<")
	if own.Header.Get("Cache-Control") != "no-store" || own.Header.Get("X-Robots-Tag") != "noindex" || strings.Contains(own.body, "/newsroom/sales") {
		t.Error("the page is kept, found, or leads into the newsroom")
	}
	one := link + "/" + digits(s.booking.ID)
	s.page(one).has(t, "<b>30</b><small>received</small>", "Known robots", "Viewed, day by day")
	if rows := s.page(one + "/report.csv").rows(t); len(rows) != 1+3*5 {
		t.Errorf("%d rows", len(rows))
	}
	for _, none := range []string{buyerPath + "guess", buyerPath + s.Ads.BuyerLink(other) + "/" + digits(s.booking.ID), link + "/1", link + "x"} {
		if got := s.page(none); got.StatusCode != http.StatusNotFound || strings.Contains(got.body, "Bellamy") {
			t.Errorf("%s: %d", none, got.StatusCode)
		}
	}
	if got := Logged(one); strings.Contains(got, s.Ads.BuyerLink(s.buyer)) {
		t.Errorf("the log has the link: %s", got)
	}
	s.be(staff.AdManager)
	if got := s.send("/newsroom/sales/buyers/"+digits(s.buyer.ID)+"/link", nil); got.StatusCode != http.StatusSeeOther {
		t.Errorf("another link: %d", got.StatusCode)
	}
	s.be()
	if got := s.page(link); got.StatusCode != http.StatusNotFound {
		t.Errorf("the former link: %d", got.StatusCode)
	}
}

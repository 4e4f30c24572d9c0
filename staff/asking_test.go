package staff_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/ledetest"
	"lede/staff"
)

func ledetestDevice(t testing.TB) *ledetest.Device {
	return ledetest.NewDevice(t, here.Origin, here.Host)
}

func (r *room) ask(email string) string {
	r.t.Helper()
	browser, err := r.Staff.Ask(r.t.Context(), email, "http://localhost:8080", netip.Addr{}, r.Now())
	r.must(err)
	return browser
}

func TestMailedLinkSignsInTheBrowserThatAsked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := open(t, d)
		e := r.found()
		browser := r.ask("mara@paper.example")
		mails := r.post()
		if len(mails) != 1 || mails[0].To != "mara@paper.example" {
			t.Fatalf("%+v", mails)
		}
		link := linkIn.FindStringSubmatch(mails[0].Text)[1]
		if _, err := r.Staff.Confirm(t.Context(), staff.Mailed{Browser: "another", Link: link}, r.Now()); !fault.IsInvalid(err) {
			t.Errorf("in another browser: %v", err)
		}
		if ok, err := r.Staff.IsAsked(t.Context(), staff.Mailed{Browser: browser, Link: link}, r.Now()); err != nil || !ok {
			t.Errorf("the browser that asked is not known: %v", err)
		}
		in, err := r.Staff.Confirm(t.Context(), staff.Mailed{Browser: browser, Link: link}, r.Now())
		r.must(err)
		if in.Person.ID != e.Person.ID {
			t.Errorf("in as %+v", in.Person)
		}
		if _, err := r.Staff.Confirm(t.Context(), staff.Mailed{Browser: browser, Link: link}, r.Now()); !fault.IsInvalid(err) {
			t.Errorf("a second time: %v", err)
		}
	})
}

func TestMailedCodeIsTypedWhereItWasAskedFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := open(t, d)
		r.found()
		browser := r.ask("mara@paper.example")
		code := codeIn.FindString(r.post()[0].Text)
		for range 4 {
			if _, err := r.Staff.Confirm(t.Context(), staff.Mailed{Browser: browser, Code: "aaaaa-aaaaa"}, r.Now()); !fault.IsInvalid(err) {
				t.Errorf("a wrong code: %v", err)
			}
		}
		if _, err := r.Staff.Confirm(t.Context(), staff.Mailed{Browser: browser, Code: " " + strings.ToUpper(code)}, r.Now()); err != nil {
			t.Errorf("the code: %v", err)
		}
		browser = r.ask("mara@paper.example")
		code = codeIn.FindString(r.post()[0].Text)
		for range 5 {
			_, _ = r.Staff.Confirm(t.Context(), staff.Mailed{Browser: browser, Code: "aaaaa-aaaaa"}, r.Now())
		}
		if _, err := r.Staff.Confirm(t.Context(), staff.Mailed{Browser: browser, Code: code}, r.Now()); !fault.IsInvalid(err) {
			t.Errorf("after five wrong ones: %v", err)
		}
	})
}

func TestMailedLinkServesAQuarterOfAnHour(t *testing.T) {
	r := open(t, dbtest.Open(t, dbtest.SQLite(t)))
	r.found()
	browser := r.ask("mara@paper.example")
	link := linkIn.FindStringSubmatch(r.post()[0].Text)[1]
	r.Pass(15 * time.Minute)
	if _, err := r.Staff.Confirm(t.Context(), staff.Mailed{Browser: browser, Link: link}, r.Now()); !fault.IsInvalid(err) {
		t.Errorf("after 15 minutes: %v", err)
	}
}

func TestMailAloneIsNotEnoughBesideASecondFactor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := open(t, d)
		a := r.app(r.found())
		browser := r.ask("mara@paper.example")
		m := staff.Mailed{Browser: browser, Link: linkIn.FindStringSubmatch(r.post()[0].Text)[1]}
		if _, err := r.Staff.Confirm(t.Context(), m, r.Now()); !errors.Is(err, staff.ErrNeedsCode) {
			t.Errorf("the link alone: %v", err)
		}
		m.Second = "123456"
		if _, err := r.Staff.Confirm(t.Context(), m, r.Now()); !errors.Is(err, staff.ErrWrongCode) {
			t.Errorf("with a wrong code: %v", err)
		}
		m.Second = shows(t, a.secret, r.Now())
		if _, err := r.Staff.Confirm(t.Context(), m, r.Now()); err != nil {
			t.Errorf("with the code: %v", err)
		}
	})
}

func TestNobodyIsAnsweredTheSameAndSentNothing(t *testing.T) {
	r := open(t, dbtest.Open(t, dbtest.SQLite(t)))
	r.found()
	for range 8 {
		if r.ask("nobody@paper.example") == "" {
			t.Error("nobody is told so")
		}
	}
	if mails := r.post(); len(mails) != 0 {
		t.Errorf("mail to nobody: %+v", mails)
	}
	for range 8 {
		r.ask("mara@paper.example")
	}
	if mails := r.post(); len(mails) != 5 {
		t.Errorf("%d mails in an hour, want 5", len(mails))
	}
}

func TestMailNamesThePapersAddressOnceItHasOne(t *testing.T) {
	r := open(t, dbtest.Open(t, dbtest.SQLite(t)))
	r.found()
	if _, err := r.Staff.Ask(t.Context(), "mara@paper.example", "", netip.Addr{}, r.Now()); err != nil {
		t.Fatal(err)
	}
	if text := r.post()[0].Text; strings.Contains(text, "http") || codeIn.FindString(text) == "" {
		t.Errorf("without an address: %s", text)
	}
	p, err := r.Papers.Get(t.Context())
	r.must(err)
	p.Address = "https://paper.example"
	r.must(r.Papers.Set(t.Context(), p, r.Now()))
	r.ask("mara@paper.example")
	if text := r.post()[0].Text; !strings.Contains(text, "\nhttps://paper.example/newsroom/sign-in/") {
		t.Errorf("with an address: %s", text)
	}
}

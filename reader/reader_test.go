package reader_test

import (
	"errors"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/ledetest"
	"lede/reader"
)

const origin = "https://narrows.example"

// each is told about a paper whose mail is sent to a server that the test reads.
func each(t *testing.T, fn func(t *testing.T, p *ledetest.Paper, box *ledetest.Mailbox)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := ledetest.Open(t, d)
		fn(t, p, p.Mailbox())
	})
}

var link = regexp.MustCompile(`/reader/link/([\w-]+)`)

// ask asks for a link and gives it, with what the browser holds.
func ask(t *testing.T, p *ledetest.Paper, box *ledetest.Mailbox, a reader.Asking) (token, browser string) {
	t.Helper()
	a.Lang, a.Origin, a.From = "en", origin, netip.MustParseAddr("203.0.113.7")
	browser, err := p.Readers.Ask(t.Context(), a, p.Now())
	if err != nil {
		t.Fatal(err)
	}
	p.Settle()
	mails := box.To(a.Mail)
	if len(mails) == 0 {
		t.Fatalf("%s got no mail", a.Mail)
	}
	found := link.FindStringSubmatch(mails[len(mails)-1])
	if found == nil {
		t.Fatalf("no link in %q", mails[len(mails)-1])
	}
	return found[1], browser
}

func TestAReaderComesInByMailAndIsTheSameTheNextTime(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper, box *ledetest.Mailbox) {
		enter := func() reader.Entry {
			token, browser := ask(t, p, box, reader.Asking{Kind: reader.SignIn, Mail: "Nora@Example.org"})
			e, err := p.Readers.Enter(t.Context(), token, browser, "Firefox on Linux", p.Now())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.Readers.Enter(t.Context(), token, browser, "", p.Now()); !errors.Is(err, fault.NotFound) {
				t.Errorf("the link serves twice: %v", err)
			}
			return e
		}
		one := enter()
		r, _, err := p.Readers.Guest(t.Context(), one.Token, p.Now())
		if err != nil || r.Mail != "Nora@Example.org" || r.Name != "" {
			t.Fatalf("signed in is %+v, %v", r, err)
		}
		if err := p.Readers.SetName(t.Context(), r.ID, r.Version, "Nora B."); err != nil {
			t.Fatal(err)
		}
		if err := p.Readers.SetName(t.Context(), r.ID, r.Version, "Other"); !errors.Is(err, fault.Conflict) {
			t.Errorf("a name made from an older version: %v", err)
		}
		if two := enter(); two.Reader.ID != r.ID || two.Reader.Name != "Nora B." {
			t.Errorf("the second time it is %+v", two.Reader)
		}
		all, err := p.Readers.Sessions(t.Context(), r.ID, p.Now())
		if err != nil || len(all) != 2 {
			t.Fatalf("%d sessions, %v", len(all), err)
		}
		for _, s := range all {
			if err := p.Readers.SignOut(t.Context(), r.ID, s.ID); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := p.Readers.Guest(t.Context(), one.Token, p.Now()); !errors.Is(err, fault.NotFound) {
			t.Errorf("an ended session serves: %v", err)
		}
	})
}

func TestALinkServesOnlyItsBrowserItsTimeAndItsKind(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper, box *ledetest.Mailbox) {
		token, browser := ask(t, p, box, reader.Asking{Kind: reader.SignIn, Mail: "nora@example.org"})
		for name, try := range map[string]func() error{
			"in another browser": func() error { _, err := p.Readers.Enter(t.Context(), token, "x", "", p.Now()); return err },
			"without a browser":  func() error { _, err := p.Readers.Enter(t.Context(), token, "", "", p.Now()); return err },
			"as another kind":    func() error { _, err := p.Readers.Prove(t.Context(), token, browser, p.Now()); return err },
			"late": func() error {
				_, err := p.Readers.Enter(t.Context(), token, browser, "", p.Now().Add(15*time.Minute))
				return err
			},
			"made up": func() error {
				_, err := p.Readers.Enter(t.Context(), "AAAAAAAAAAAAAAAAAAAAAA", browser, "", p.Now())
				return err
			},
		} {
			if err := try(); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s it gives %v", name, err)
			}
		}
		if _, err := p.Readers.Enter(t.Context(), token, browser, "", p.Now()); err != nil {
			t.Errorf("after all that it does not serve: %v", err)
		}
	})
}

func TestWhoAsksTooOftenGetsNoMoreMailAndTheSameAnswer(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper, box *ledetest.Mailbox) {
		asks := func(address string, from string) error {
			_, err := p.Readers.Ask(t.Context(), reader.Asking{Kind: reader.SignIn, Mail: address, Origin: origin, Lang: "en", From: netip.MustParseAddr(from)}, p.Now())
			return err
		}
		for range 8 {
			if err := asks("nora@example.org", "203.0.113.7"); err != nil {
				t.Fatal(err)
			}
		}
		p.Settle()
		if n := len(box.To("nora@example.org")); n != 5 {
			t.Errorf("one address got %d mails in an hour, want 5", n)
		}
		p.Pass(61 * time.Minute)
		if err := p.Readers.Sweep(t.Context(), p.Now()); err != nil {
			t.Fatal(err)
		}
		if err := asks("nora@example.org", "203.0.113.7"); err != nil {
			t.Fatal(err)
		}
		p.Settle()
		if n := len(box.To("nora@example.org")); n != 6 {
			t.Errorf("after an hour there are %d mails, want 6", n)
		}
		var wait reader.Wait
		for range 40 {
			if err := asks("others@example.org", "198.51.100.1"); err != nil && !errors.As(err, &wait) {
				t.Fatal(err)
			}
		}
		if wait.For == 0 {
			t.Error("one network may ask 40 times at once")
		}
		var form fault.Form
		if err := asks("nora@example.org\r\nBcc: a@b.c", "192.0.2.1"); !errors.As(err, &form) {
			t.Errorf("an address with a header in it: %v", err)
		}
	})
}

func TestAnAddressIsProvedBeforeItTakesTheOldOnesPlace(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper, box *ledetest.Mailbox) {
		enter := func(mail string) reader.Entry {
			token, browser := ask(t, p, box, reader.Asking{Kind: reader.SignIn, Mail: mail})
			e, err := p.Readers.Enter(t.Context(), token, browser, "", p.Now())
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		first, here := enter("nora@example.org"), enter("nora@example.org")
		_, session, err := p.Readers.Guest(t.Context(), here.Token, p.Now())
		if err != nil {
			t.Fatal(err)
		}
		token, browser := ask(t, p, box, reader.Asking{Kind: reader.Change, Mail: "new@example.org", Reader: here.Reader.ID})
		if err := p.Readers.Move(t.Context(), token, browser, here.Reader.ID, session.ID, p.Now()); err != nil {
			t.Fatal(err)
		}
		if r, _, err := p.Readers.Guest(t.Context(), here.Token, p.Now()); err != nil || r.Mail != "new@example.org" {
			t.Errorf("here it is %q, %v", r.Mail, err)
		}
		if _, _, err := p.Readers.Guest(t.Context(), first.Token, p.Now()); !errors.Is(err, fault.NotFound) {
			t.Errorf("another session outlives the change: %v", err)
		}
		other := enter("other@example.org")
		token, browser = ask(t, p, box, reader.Asking{Kind: reader.Change, Mail: "other@example.org", Reader: here.Reader.ID})
		var form fault.Form
		if err := p.Readers.Move(t.Context(), token, browser, here.Reader.ID, session.ID, p.Now()); !errors.As(err, &form) {
			t.Errorf("the address of another account: %v", err)
		}
		if err := p.Readers.Delete(t.Context(), other.Reader.ID, p.Now()); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Readers.ByMail(t.Context(), "other@example.org"); !errors.Is(err, fault.NotFound) {
			t.Errorf("a deleted account is found: %v", err)
		}
	})
}

func TestAProofOfAnAddressLastsAQuarterOfAnHour(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper, box *ledetest.Mailbox) {
		token, browser := ask(t, p, box, reader.Asking{Kind: reader.Data, Mail: "guest@example.org"})
		held, err := p.Readers.Prove(t.Context(), token, browser, p.Now())
		if err != nil {
			t.Fatal(err)
		}
		if mail, err := p.Readers.Proved(t.Context(), held, p.Now()); err != nil || mail != "guest@example.org" {
			t.Errorf("proved is %q, %v", mail, err)
		}
		if _, err := p.Readers.Prove(t.Context(), token, browser, p.Now()); !errors.Is(err, fault.NotFound) {
			t.Errorf("the link serves twice: %v", err)
		}
		if _, err := p.Readers.Proved(t.Context(), held, p.Now().Add(15*time.Minute)); !errors.Is(err, fault.NotFound) {
			t.Errorf("the proof lasts too long: %v", err)
		}
	})
}

func TestMailInTheReadersLanguageSaysNothingOfAnAccount(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper, box *ledetest.Mailbox) {
		_, err := p.Readers.Ask(t.Context(), reader.Asking{Kind: reader.SignIn, Mail: "nora@example.org", Origin: origin, Lang: "ar"}, p.Now())
		if err != nil {
			t.Fatal(err)
		}
		p.Settle()
		if mails := box.To("nora@example.org"); len(mails) != 1 || !strings.Contains(mails[0], "المضيق") {
			t.Errorf("the mail is %q", mails)
		}
	})
}

package reader

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/mail"
	"lede/internal/tongue"
)

// Kind is what a mailed link is for.
type Kind string

// The kinds.
const (
	SignIn Kind = "sign-in" // to come in, the first time too
	Change Kind = "change"  // to prove another address of an account
	Data   Kind = "data"    // to see, take along or erase what is kept about an address

	proof Kind = "proof" // a data link that was confirmed
)

const (
	serves  = 15 * time.Minute // how long a link serves, and a proof after it
	counted = time.Hour        // how long it is known that one was asked for
	most    = 5                // mails to one address in that time
)

// Asking is what somebody asks for.
type Asking struct {
	Kind   Kind
	Mail   string // as it was typed
	Reader int64  // whose address it shall be, of a Change
	Lang   string // of the mail
	Origin string // where the paper is, while it has no address of its own
	From   netip.Addr
}

// Wait says that there were too many tries, and when the next one is taken.
type Wait struct{ For time.Duration }

func (w Wait) Error() string { return "too many tries; the next in " + w.For.String() }

// Unwrap makes it a fault.Forbidden.
func (w Wait) Unwrap() error { return fault.Forbidden }

// Ask mails a link to an address. What comes back stays in the asking browser: without it the link does not serve. The answer is the
// same for every address: whether it has an account, and whether it has got too many mails already and gets none. Somebody who asks too
// fast hears Wait; what is no address is a fault.Form for "mail".
func (s *Store) Ask(ctx context.Context, a Asking, now time.Time) (browser string, err error) {
	if d := s.crowd.Admit(a.From, now); d > 0 {
		return "", Wait{d}
	}
	if a.Mail, err = checkMail(a.Mail); err != nil {
		return "", err
	}
	p, err := s.papers.Get(ctx)
	if err != nil {
		return "", err
	}
	if p.Address != "" {
		a.Origin = strings.TrimSuffix(p.Address, "/")
	}
	if a.Origin == "" {
		return "", fault.Invalid("The paper has no address yet, so that no link can lead to it.")
	}
	id, link, mark := db.NewID(), secretBytes(16), s.mark(a.Mail)
	browser = secretBytes(16)
	return browser, s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		var n int
		err := q.QueryRowContext(ctx, `select count(*) from reader_link where mail = $1 and asked_at > $2`, mark, db.Micros(now.Add(-counted))).Scan(&n)
		if err != nil || n >= most {
			return err
		}
		_, err = q.ExecContext(ctx, `insert into reader_link (id, hash, browser, kind, reader_id, mail, sealed, lang, asked_at, ends_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, id, hashed(link), hashed(browser), a.Kind, a.Reader, mark,
			s.key.Seal([]byte(a.Mail), linkAs(id)), a.Lang, db.Micros(now), db.Micros(now.Add(serves)))
		if err != nil {
			return err
		}
		return s.mail.Add(ctx, q, letter(a, p.NameIn(a.Lang), a.Origin+"/reader/link/"+link), now)
	})
}

func linkAs(id int64) string { return fmt.Sprintf("reader link %d", id) }

// letter is the mail with a link.
func letter(a Asking, paper, link string) mail.Message {
	t := tongue.For(a.Lang)
	m := mail.Message{To: a.Mail}
	var says string
	switch a.Kind {
	case Change:
		m.Subject = t.T("Your new address at {0}", paper)
		says = t.T("Somebody, you we hope, wants this to be the address of their account at {0}.", paper)
	case Data:
		m.Subject = t.T("What {0} keeps about you", paper)
		says = t.T("Somebody, you we hope, asked {0} what it keeps about this address.", paper)
	default:
		m.Subject = t.T("Sign in to {0}", paper)
		says = t.T("Somebody, you we hope, asked to sign in to {0}.", paper)
	}
	m.Text = says + "\n\n" + t.T("In the browser in which you asked, open") + "\n" + link + "\n\n" +
		t.T("It works once, for 15 minutes, and nowhere else. If it was not you, do nothing.") + "\n"
	return m
}

// Link is a mailed link that serves.
type Link struct {
	Kind   Kind
	Mail   string // which it proves
	Reader int64
	Lang   string

	id int64
}

// Look tells what a link is for, in the browser that asked for it, and does not use it up; fault.NotFound when it does not serve here.
func (s *Store) Look(ctx context.Context, token, browser string, now time.Time) (Link, error) {
	return s.look(ctx, s.db.Read(), token, browser, now)
}

func (s *Store) look(ctx context.Context, q db.Q, token, browser string, now time.Time) (Link, error) {
	var l Link
	var sealed string
	err := q.QueryRowContext(ctx, `select id, kind, reader_id, sealed, lang from reader_link where hash = $1 and browser = $2 and kind <> $3 and ends_at > $4`,
		hashed(token), hashed(browser), proof, db.Micros(now)).Scan(&l.id, &l.Kind, &l.Reader, &sealed, &l.Lang)
	if errors.Is(err, sql.ErrNoRows) {
		return l, fmt.Errorf("link: %w", fault.NotFound)
	}
	if err != nil {
		return l, err
	}
	address, err := s.key.Unseal(sealed, linkAs(l.id))
	l.Mail = string(address)
	return l, err
}

// spend uses a link of a kind up.
func (s *Store) spend(ctx context.Context, q db.Q, kind Kind, token, browser string, now time.Time) (Link, error) {
	l, err := s.look(ctx, q, token, browser, now)
	if err == nil && l.Kind != kind {
		err = fmt.Errorf("link: %w", fault.NotFound)
	}
	if err != nil {
		return l, err
	}
	_, err = q.ExecContext(ctx, `update reader_link set hash = null, sealed = '', ends_at = $2 where id = $1`, l.id, db.Micros(now))
	return l, err
}

// Enter signs in with a link, and makes the account of an address that has none.
func (s *Store) Enter(ctx context.Context, token, browser, device string, now time.Time) (Entry, error) {
	var e Entry
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		l, err := s.spend(ctx, q, SignIn, token, browser, now)
		if err != nil {
			return err
		}
		r, err := s.byMail(ctx, q, l.Mail)
		if errors.Is(err, fault.NotFound) {
			r, err = s.join(ctx, q, l.Mail, l.Lang, now)
		}
		if err != nil {
			return err
		}
		e, err = begin(ctx, q, r, device, now)
		return err
	})
	return e, err
}

// Move gives an account the address that a link proves, and ends all its sessions but this one. Where the address has an account of
// its own it is a fault.Form for "mail".
func (s *Store) Move(ctx context.Context, token, browser string, reader, session int64, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		l, err := s.spend(ctx, q, Change, token, browser, now)
		if err != nil {
			return err
		}
		if l.Reader != reader {
			return fmt.Errorf("link: %w", fault.NotFound)
		}
		has, err := s.byMail(ctx, q, l.Mail)
		if err == nil && has.ID != reader {
			return fault.Form{"mail": tongue.Word("This address has an account of its own.")}
		}
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		_, err = q.ExecContext(ctx, `update reader set mail = $2, sealed = $3, version = version + 1 where id = $1`,
			reader, s.mark(l.Mail), s.key.Seal([]byte(l.Mail), sealedAs(reader)))
		if err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `delete from reader_session where reader_id = $1 and id <> $2`, reader, session)
		return err
	})
}

// Prove confirms a link for data. What comes back stays in the browser and proves the address for a quarter of an hour.
func (s *Store) Prove(ctx context.Context, token, browser string, now time.Time) (string, error) {
	held := secretBytes(32)
	return held, s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		l, err := s.look(ctx, q, token, browser, now)
		if err != nil {
			return err
		}
		if l.Kind != Data {
			return fmt.Errorf("link: %w", fault.NotFound)
		}
		_, err = q.ExecContext(ctx, `update reader_link set hash = $2, browser = '', kind = $3, ends_at = $4 where id = $1`, l.id, hashed(held), proof, db.Micros(now.Add(serves)))
		return err
	})
}

// Proved is the address that a browser has proved lately; fault.NotFound if it has not.
func (s *Store) Proved(ctx context.Context, held string, now time.Time) (string, error) {
	var id int64
	var sealed string
	err := s.db.Read().QueryRowContext(ctx, `select id, sealed from reader_link where hash = $1 and kind = $2 and ends_at > $3`, hashed(held), proof, db.Micros(now)).Scan(&id, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("proof: %w", fault.NotFound)
	}
	if err != nil {
		return "", err
	}
	address, err := s.key.Unseal(sealed, linkAs(id))
	return string(address), err
}

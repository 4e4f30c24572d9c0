package staff

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/job"
	"lede/internal/mail"
)

// Asked says that somebody asked to sign in by mail; its id is the asking's. Who it is, if anybody, is looked up by whoever
// listens, so that the answer to the asking takes as long for nobody as for somebody.
const Asked = job.Event("staff.asked")

const (
	askedFor  = 15 * time.Minute // how long a mailed link or code serves
	codeWrong = 5                // how many wrong codes one browser may type
)

// errMailed is what everyone hears of a mailed link or code that does not serve.
var errMailed = fault.Invalid("This link or code does not serve here. It works once, for 15 minutes, in the browser that asked for it. Ask for another one.")

// Ask has a link and a code sent to that address, if it is somebody's. The token that comes back stays in the asking browser:
// without it neither serves. origin is where the link leads while the paper has no address, "" for nowhere.
func (s *Store) Ask(ctx context.Context, email, origin string, from netip.Addr, now time.Time) (string, error) {
	if err := s.admit(from, now); err != nil {
		return "", err
	}
	browser, email := secretBytes(16), Fold(email)
	if says := checkEmail(email); says != "" {
		return "", fault.Form{"email": says}
	}
	id := db.NewID()
	what := strings.Replace(s.account(email), "account", "asking", 1)
	return browser, s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		may, err := tryFew(ctx, q, what, askTries, time.Hour, now)
		if err != nil || !may {
			return err
		}
		_, err = q.ExecContext(ctx, `insert into asking (id, browser, email, origin, ends_at) values ($1, $2, $3, $4, $5)`,
			id, hashed(browser), s.key.Seal([]byte(email), askingOf(id)), origin, db.Micros(now.Add(askedFor)))
		if err != nil {
			return err
		}
		return Asked.Add(ctx, q, id)
	})
}

func askingOf(id int64) string { return fmt.Sprintf("asking %d", id) }

// Answer mails the link and the code for which somebody asked, if the address is somebody's who is here.
func (s *Store) Answer(ctx context.Context, id int64, now time.Time) error {
	var sealed, origin string
	err := s.db.Read().QueryRowContext(ctx, `select email, origin from asking where id = $1 and link is null`, id).Scan(&sealed, &origin)
	if err != nil {
		return ignoreNoRow(err)
	}
	email, err := s.key.Unseal(sealed, askingOf(id))
	if err != nil {
		return fmt.Errorf("asking %d: %w", id, err)
	}
	if base := s.address(ctx); base != "" {
		origin = base
	}
	link, code := secretBytes(16), randomCode(2)
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		p, _, err := s.waysOf(ctx, q, string(email))
		if err != nil || p.ID == 0 {
			return err
		}
		res, err := q.ExecContext(ctx, `update asking set person_id = $2, link = $3, code = $4 where id = $1 and link is null`, id, p.ID, hashed(link), s.mailCode(id, code))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err // answered already
		}
		return s.write(ctx, q, p.Email, "Sign in to "+s.paperName(ctx), s.answerText(ctx, origin, link, code), now)
	})
}

func (s *Store) answerText(ctx context.Context, origin, link, code string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Somebody, you we hope, asked to sign in to %s.\n\n", s.paperName(ctx))
	if origin != "" {
		fmt.Fprintf(&b, "In the browser in which you asked, open\n%s/newsroom/sign-in/%s\n\nor type this code there: %s\n", origin, link, code)
	} else {
		fmt.Fprintf(&b, "In the browser in which you asked, type this code: %s\n", code)
	}
	b.WriteString("\nIt works once, for 15 minutes, and nowhere else. If it was not you, do nothing, and tell the code to nobody.\n")
	return b.String()
}

func (s *Store) mailCode(asking int64, code string) string {
	return fmt.Sprintf("%x", s.key.MAC("mailed", fmt.Append(nil, asking, " "), []byte(plainCode(code))))
}

// Mailed is a link or a code that came by mail, and the browser that asked.
type Mailed struct {
	Browser string // the token that Ask gave
	Link    string // "" when the code was typed
	Code    string
	Second  string // the code of the app or a recovery code, where a second factor is set up
	Device  string
}

// IsAsked tells whether this browser asked, and for this link; a link that was opened elsewhere is not spent by that.
func (s *Store) IsAsked(ctx context.Context, m Mailed, now time.Time) (bool, error) {
	var n int
	err := s.db.Read().QueryRowContext(ctx, `select count(*) from asking where browser = $1 and link = $2 and ends_at > $3`, hashed(m.Browser), hashed(m.Link), db.Micros(now)).Scan(&n)
	return n > 0, err
}

// Confirm signs in with what came by mail. Where a second factor is set up it is asked for too, and the mail serves on until it fits.
func (s *Store) Confirm(ctx context.Context, m Mailed, now time.Time) (Entry, error) {
	id, err := s.askedBy(ctx, m, now)
	if err != nil {
		return Entry{}, err
	}
	var e Entry
	var p Person
	err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		var w ways
		if p, w, err = s.mailedTo(ctx, q, id, now); err != nil {
			return err
		}
		if err := s.takeSecond(ctx, q, p, w, m.Second, now); err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, `delete from asking where person_id = $1`, p.ID); err != nil {
			return err
		}
		if e, err = begin(ctx, q, p, m.Device, now); err != nil {
			return err
		}
		ctx = audit.As(ctx, audit.Actor{ID: p.ID, Name: p.Name})
		return audit.Add(ctx, q, now, "staff.signin", "staff", p.ID, "by mail, "+m.Device)
	})
	return e, s.counted(ctx, p, err, now)
}

// mailedTo is the person to whom the asking's mail went, if it still serves.
func (s *Store) mailedTo(ctx context.Context, q db.Q, asking int64, now time.Time) (Person, ways, error) {
	var email string
	err := q.QueryRowContext(ctx, `select p.email from asking a join person p on p.id = a.person_id where a.id = $1 and a.ends_at > $2`, asking, db.Micros(now)).Scan(&email)
	if isNoRow(err) {
		return Person{}, ways{}, errMailed
	}
	if err != nil {
		return Person{}, ways{}, err
	}
	p, w, err := s.waysOf(ctx, q, email)
	if err == nil && p.ID == 0 {
		err = errMailed
	}
	return p, w, err
}

// askedBy is the asking to which the browser and the link or code belong. A code is counted before it is compared.
func (s *Store) askedBy(ctx context.Context, m Mailed, now time.Time) (id int64, err error) {
	if m.Browser == "" || m.Link == "" && m.Code == "" {
		return 0, errMailed
	}
	fits := false
	err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		var link, code string
		var wrong int
		err := q.QueryRowContext(ctx, `select id, coalesce(link, ''), code, wrong from asking where browser = $1 and ends_at > $2`,
			hashed(m.Browser), db.Micros(now)).Scan(&id, &link, &code, &wrong)
		if err != nil {
			return ignoreNoRow(err)
		}
		if m.Link != "" {
			fits = same(link, hashed(m.Link))
			return nil
		}
		if fits = wrong < codeWrong && same(code, s.mailCode(id, m.Code)); !fits {
			_, err = q.ExecContext(ctx, `update asking set wrong = wrong + 1 where id = $1`, id)
		}
		return err
	})
	if err == nil && !fits {
		err = errMailed
	}
	return id, err
}

// same compares what is secret in a time that tells nothing.
func same(kept, given string) bool {
	return kept != "" && subtle.ConstantTimeCompare([]byte(kept), []byte(given)) == 1
}

func ignoreNoRow(err error) error {
	if isNoRow(err) {
		return nil
	}
	return err
}

// address is the paper's, "" until it is set.
func (s *Store) address(ctx context.Context) string {
	p, err := s.papers.Get(ctx)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(p.Address, "/")
}

// write has a mail sent to a person.
func (s *Store) write(ctx context.Context, q db.Q, to, subject, text string, now time.Time) error {
	return s.mail.Add(ctx, q, mail.Message{To: to, Subject: subject, Text: text}, now)
}

// Post mails a link to its person. base is where the newsroom is.
func (s *Store) Post(ctx context.Context, l Link, base, token string, now time.Time) error {
	if base == "" {
		return errors.New("the paper's address is not known")
	}
	subject, text := "A way back in to "+s.paperName(ctx), "Here is a way back in to the newsroom of "+s.paperName(ctx)+". It works once, for 24 hours:\n"
	if l.Kind == Invitation {
		subject = "Come and work with us at " + s.paperName(ctx)
		text = l.Person.Name + ",\n\nyou are asked in to the newsroom of " + s.paperName(ctx) + ", as " + rolesInWords(l.Person.Roles) + ". This link works once, for seven days:\n"
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		return s.write(ctx, q, l.Person.Email, subject, text+base+l.Path(token)+"\n\nWhoever has it can sign in as you: keep it to yourself.\n", now)
	})
}

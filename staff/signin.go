package staff

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/job"
)

// Alarmed says that many passwords in a row were wrong for a person; its id is the person's, or 0 where there is none.
const Alarmed = job.Event("staff.alarmed")

// Try is a try to sign in with a password.
type Try struct {
	Email, Password string
	Code            string // from the person's app, or a recovery code; "" until it is asked for
	From            netip.Addr
	Device          string
}

// What a person who signs in may have to mend. They are the same for somebody, for nobody, and for whoever has left.
var (
	ErrWrong = fault.Invalid("This address and this password do not belong together.")
	// ErrNeedsCode: the password is right and a second factor is set up.
	ErrNeedsCode = fault.Invalid("Now the code from your app, or a recovery code.")
	ErrWrongCode = fault.Invalid("This code does not fit. Codes change every 30 seconds, and each serves once.")
	// ErrNoCodes: too many codes were wrong.
	ErrNoCodes = fault.Invalid("Too many codes were wrong. Sign in with a passkey, or ask a publisher for a way back in.")
	// ErrNeedsKey: the password is right, and the second factor is a passkey.
	ErrNeedsKey = fault.Invalid("Sign in with your passkey: a password alone is not enough once there is one. If it is lost, a recovery code serves in place of the code.")
)

// SignIn signs in with a password, and with a code once a second factor is set up.
func (s *Store) SignIn(ctx context.Context, t Try, now time.Time) (Entry, error) {
	p, w, err := s.prove(ctx, t, now)
	if err != nil {
		return Entry{}, err
	}
	var e Entry
	err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		ctx = audit.As(ctx, audit.Actor{ID: p.ID, Name: p.Name})
		if err := s.take(ctx, q, p, w, t.Code, now); err != nil {
			return err
		}
		if e, err = begin(ctx, q, p, t.Device, now); err != nil {
			return err
		}
		return audit.Add(ctx, q, now, "staff.signin", "staff", p.ID, "with a password, "+t.Device)
	})
	return e, s.counted(ctx, p, err, now)
}

// ProveAgain proves with a password, and a code where one is set up, that it is still the same person. The session gets another token.
func (s *Store) ProveAgain(ctx context.Context, p Person, se Session, t Try, now time.Time) (Entry, error) {
	t.Email = p.Email
	p, w, err := s.prove(ctx, t, now)
	if err != nil {
		return Entry{}, err
	}
	var e Entry
	err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if err := s.take(ctx, q, p, w, t.Code, now); err != nil {
			return err
		}
		e, err = renew(ctx, q, p, se, now)
		return err
	})
	return e, s.counted(ctx, p, err, now)
}

// prove finds out whose password this is; all that is done for somebody is done for nobody too.
func (s *Store) prove(ctx context.Context, t Try, now time.Time) (Person, ways, error) {
	if err := s.admit(t.From, now); err != nil {
		return Person{}, ways{}, err
	}
	email := Fold(t.Email)
	p, w, err := s.orNobody(ctx, email)
	if err != nil {
		return p, w, err
	}
	if err := s.tried(ctx, s.account(email), p, now); err != nil {
		return p, w, err
	}
	fits, again, err := s.fits(ctx, t.Password, w.password)
	if err != nil {
		return p, w, err
	}
	if !fits || p.ID == 0 {
		return p, w, ErrWrong
	}
	if again {
		w.again, err = s.kept(ctx, t.Password)
	}
	return p, w, err
}

// orNobody finds a person who is here by e-mail address and how the password is kept. Where there is no such person, or no password,
// something of the same form stands in, so that it takes as long; a Person who is nobody has no ID.
func (s *Store) orNobody(ctx context.Context, email string) (Person, ways, error) {
	var w ways
	p, err := scanPerson(s.db.Read().QueryRowContext(ctx, `select coalesce(nullif(p.password, ''), $2), coalesce(p.id, 0), coalesce(p.version, 0),
		coalesce(p.email, $1), coalesce(p.name, 'Nobody Atall'), coalesce(p.roles, '["reporter"]'), coalesce(p.byline_id, 0), coalesce(p.lang, ''),
		coalesce(p.added_at, 0), coalesce(p.joined_at, 0), p.left_at
		from (select 1 as one) one left join person p on p.email = $1 and p.left_at is null and p.joined_at is not null`, email, s.nobodys()), &w.password)
	return p, w, err
}

// account is under what tries at an address are counted, without the address.
func (s *Store) account(email string) string {
	return fmt.Sprintf("account %x", s.key.MAC("tried", []byte(email))[:16])
}

// tried counts the try, and raises the alarm once many were wrong.
func (s *Store) tried(ctx context.Context, what string, p Person, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		wrong, err := try(ctx, q, what, now)
		if err != nil || wrong != alarming {
			return err
		}
		return Alarmed.Add(ctx, q, p.ID)
	})
}

// ways are how a person can sign in.
type ways struct {
	password string
	totp     string
	step     int64
	keys     int
	codes    int
	again    string // the password as it is to be kept from now on; "" to leave it
}

// second tells whether a second factor is set up.
func (w ways) second() bool { return w.totp != "" || w.keys > 0 }

// waysOf finds a person who is here by e-mail address; nobody is the zero Person and has no ways, and that is no error.
func (s *Store) waysOf(ctx context.Context, q db.Q, email string) (Person, ways, error) {
	var w ways
	p, err := scanPerson(q.QueryRowContext(ctx, `select p.password, p.totp, p.totp_step,
		(select count(*) from passkey k where k.person_id = p.id), (select count(*) from recovery r where r.person_id = p.id), `+personColumns+`
		from person p where p.email = $1 and p.left_at is null and p.joined_at is not null`, email), &w.password, &w.totp, &w.step, &w.keys, &w.codes)
	if isNoRow(err) {
		return Person{}, ways{}, nil
	}
	return p, w, err
}

// take takes the second factor, as things stand inside the transaction, and forgets the wrong tries before it.
func (s *Store) take(ctx context.Context, q db.Q, p Person, before ways, code string, now time.Time) error {
	p, w, err := s.waysOf(ctx, q, p.Email)
	if err != nil {
		return err
	}
	if p.ID == 0 || w.password != before.password {
		return ErrWrong // left, or chose another password, while this one was worked on
	}
	if err := s.takeSecond(ctx, q, p, w, code, now); err != nil {
		return err
	}
	if before.again != "" {
		if _, err := q.ExecContext(ctx, `update person set password = $2 where id = $1`, p.ID, before.again); err != nil {
			return err
		}
	}
	return forget(ctx, q, s.account(p.Email))
}

// counted counts a code that was wrong, which its own transaction could not, having failed.
func (s *Store) counted(ctx context.Context, p Person, err error, now time.Time) error {
	if !errors.Is(err, ErrWrongCode) {
		return err
	}
	return errors.Join(err, s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := tryFew(ctx, q, codesOf(p.ID), codeTries, forgotten, now)
		return err
	}))
}

// Alarm tells a person that many wrong passwords were tried.
func (s *Store) Alarm(ctx context.Context, id int64, now time.Time) error {
	if id == 0 {
		return nil
	}
	p, err := s.Person(ctx, id)
	if err != nil || !p.Here() {
		return ignoreNobody(err)
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if err := audit.Add(ctx, q, now, "staff.alarm", "staff", id, fmt.Sprintf("%s: %d wrong passwords", p.Name, alarming)); err != nil {
			return err
		}
		return s.write(ctx, q, p.Email, "Somebody tries to sign in as you", "Ten wrong passwords were tried for your account at "+s.paperName(ctx)+".\n\n"+
			"If it was not you, nothing is lost: the password was not found, and each further try must wait longer.\n"+
			"A passkey, set up under Your account, cannot be guessed at all.\n", now)
	})
}

func ignoreNobody(err error) error {
	if isNobody(err) {
		return nil
	}
	return err
}

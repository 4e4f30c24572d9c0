package staff

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
)

// Joining is what somebody gives who follows a link that works once.
type Joining struct {
	Name     string
	Email    string  // at the setup only; an invitation has it already
	Password string  // "" with a passkey
	Key      *NewKey // nil with a password
	Device   string
}

// check tells what to mend.
func (j Joining) check(l Link, about ...string) error {
	wrong := map[string]string{"name": checkName(j.Name)}
	if l.Kind == Setup {
		wrong["email"] = checkEmail(j.Email)
	}
	if j.Key == nil {
		wrong["password"] = checkPassword(j.Password, false, append(about, j.Name, j.Email)...)
	}
	return mended(wrong)
}

// Join signs in whoever holds a setup link or an invitation, and keeps name and way to sign in; the link is used up with it.
// What is to be mended is a fault.Form and leaves the link as it was; a link that serves no longer is fault.NotFound.
func (s *Store) Join(ctx context.Context, token string, j Joining, now time.Time) (Entry, error) {
	l, err := s.Look(ctx, token, now)
	if err != nil {
		return Entry{}, err
	}
	if l.Kind == Return {
		return Entry{}, errSpent
	}
	j.Name, j.Email = tidy(j.Name), Fold(j.Email)
	if err := j.check(l, l.Person.Email, s.paperName(ctx)); err != nil {
		return Entry{}, err
	}
	password := ""
	if j.Key == nil {
		if password, err = s.kept(ctx, j.Password); err != nil {
			return Entry{}, err
		}
	}
	var e Entry
	err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		p, err := s.arrive(ctx, q, token, j, password, now)
		if err != nil {
			return err
		}
		ctx = audit.As(ctx, audit.Actor{ID: p.ID, Name: p.Name})
		if e, err = begin(ctx, q, p, j.Device, now); err != nil {
			return err
		}
		return tell(ctx, q, now, "staff.come", p, rolesInWords(p.Roles))
	})
	return e, err
}

// arrive uses the link up and makes its person one who is here.
func (s *Store) arrive(ctx context.Context, q db.Q, token string, j Joining, password string, now time.Time) (Person, error) {
	l, err := spend(ctx, q, token, now)
	if err != nil {
		return Person{}, err
	}
	handle := secretBytes(32)
	if j.Key != nil {
		handle = j.Key.handle
	}
	if l.Kind == Setup {
		if l.Person, err = first(ctx, q, j, handle, now); err != nil {
			return Person{}, err
		}
	}
	_, err = q.ExecContext(ctx, `update person set version = version + 1, name = $2, password = $3, handle = $4, joined_at = $5 where id = $1`,
		l.Person.ID, j.Name, password, handle, db.Micros(now))
	if err != nil {
		return Person{}, err
	}
	if j.Key != nil {
		if err := j.Key.add(ctx, q, l.Person.ID, now); err != nil {
			return Person{}, err
		}
	}
	return person(ctx, q, `p.id = $1`, l.Person.ID)
}

// first makes the first person of the paper its publisher. Whoever was invited from the command line but never came gives way.
func first(ctx context.Context, q db.Q, j Joining, handle string, now time.Time) (Person, error) {
	if none, err := empty(ctx, q); err != nil || !none {
		return Person{}, errors.Join(err, errSpent)
	}
	roles, err := json.Marshal([]Role{Publisher})
	if err != nil {
		return Person{}, err
	}
	_, err = q.ExecContext(ctx, `insert into person (id, version, email, name, roles, byline_id, lang, handle, added_at) values ($1, 1, $2, $3, $4, 0, '', $5, $6)
		on conflict (email) do update set roles = excluded.roles`, db.NewID(), j.Email, j.Name, string(roles), handle, db.Micros(now))
	if err != nil {
		return Person{}, err
	}
	return person(ctx, q, `p.email = $1`, j.Email)
}

// ComeBack signs in whoever holds a way back in, without any other proof: a publisher or whoever runs the machine vouched.
// All other sessions end.
func (s *Store) ComeBack(ctx context.Context, token, device string, now time.Time) (Entry, error) {
	var e Entry
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		l, err := spend(ctx, q, token, now)
		if err != nil {
			return err
		}
		if l.Kind != Return {
			return errSpent
		}
		ctx = audit.As(ctx, audit.Actor{ID: l.Person.ID, Name: l.Person.Name})
		if err := signOutOthers(ctx, q, l.Person.ID, 0); err != nil {
			return err
		}
		if e, err = begin(ctx, q, l.Person, device, now); err != nil {
			return err
		}
		return audit.Add(ctx, q, now, "staff.signin", "staff", l.Person.ID, "by a way back in, "+device)
	})
	return e, err
}

// isNobody tells a stranger from a failure.
func isNobody(err error) bool { return errors.Is(err, fault.NotFound) }

// paperName is what the paper is called, as far as it is known.
func (s *Store) paperName(ctx context.Context) string {
	p, err := s.papers.Get(ctx)
	if err != nil {
		return ""
	}
	return p.Name
}

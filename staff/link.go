package staff

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
)

// Kind is what a link that works once is for.
type Kind string

// The kinds.
const (
	Setup      Kind = "setup"      // the first person of an empty paper
	Invitation Kind = "invitation" // somebody asked in
	Return     Kind = "return"     // somebody locked out, let in by a publisher or from the command line
)

// lasts is how long a link of each kind serves. A setup link is remade at each start and ends with the first person.
var lasts = map[Kind]time.Duration{Setup: 365 * 24 * time.Hour, Invitation: 7 * 24 * time.Hour, Return: 24 * time.Hour}

// Link is one that works once.
type Link struct {
	Kind   Kind
	Person Person // zero for a setup
}

// newLink keeps a link, and ends the earlier ones of that kind to that person.
func newLink(ctx context.Context, q db.Q, token string, kind Kind, person int64, now time.Time) error {
	if _, err := q.ExecContext(ctx, `delete from link where person_id = $1 and kind = $2`, person, kind); err != nil {
		return err
	}
	_, err := q.ExecContext(ctx, `insert into link (hash, kind, person_id, ends_at) values ($1, $2, $3, $4)`, hashed(token), kind, person, db.Micros(now.Add(lasts[kind])))
	return err
}

// errSpent is what everyone hears of a link that does not serve: used, ended, replaced or never made.
var errSpent = fmt.Errorf("link: %w", fault.NotFound)

// Look tells what a link is for, and does not use it up; fault.NotFound when it serves no longer.
func (s *Store) Look(ctx context.Context, token string, now time.Time) (Link, error) {
	return look(ctx, s.db.Read(), token, now)
}

func look(ctx context.Context, q db.Q, token string, now time.Time) (Link, error) {
	var l Link
	var id int64
	err := q.QueryRowContext(ctx, `select kind, person_id from link where hash = $1 and ends_at > $2`, hashed(token), db.Micros(now)).Scan(&l.Kind, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return l, errSpent
	}
	if err != nil {
		return l, err
	}
	if l.Kind == Setup {
		none, err := empty(ctx, q)
		if err == nil && !none {
			err = errSpent
		}
		return l, err
	}
	l.Person, err = person(ctx, q, `p.id = $1`, id)
	if err == nil && !l.serves() {
		return l, errSpent
	}
	return l, err
}

// serves tells whether the link still fits how things stand with its person.
func (l Link) serves() bool {
	return l.Kind == Invitation && l.Person.Invited() || l.Kind == Return && l.Person.Here()
}

// spend uses a link up.
func spend(ctx context.Context, q db.Q, token string, now time.Time) (Link, error) {
	l, err := look(ctx, q, token, now)
	if err != nil {
		return l, err
	}
	_, err = q.ExecContext(ctx, `delete from link where hash = $1`, hashed(token))
	return l, err
}

// SetUp makes the link by which the first person comes in, in place of an earlier one; "" when somebody is here already.
func (s *Store) SetUp(ctx context.Context, now time.Time) (string, error) {
	token := secretBytes(16)
	var had bool
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		none, err := empty(ctx, q)
		if had = !none; err != nil || had {
			return err
		}
		return newLink(ctx, q, token, Setup, 0, now)
	})
	if err != nil || had {
		return "", err
	}
	return token, nil
}

// Renew makes a new link for the person of that address: an invitation for one who has not come yet, a way back in for one who has.
// It is fault.NotFound for whoever is not of the staff.
func (s *Store) Renew(ctx context.Context, email string, now time.Time) (Link, string, error) {
	token := secretBytes(16)
	var l Link
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		p, err := person(ctx, q, `p.email = $1`, Fold(email))
		if err != nil {
			return err
		}
		if l = (Link{Kind: Return, Person: p}); p.Invited() {
			l.Kind = Invitation
		}
		if !l.serves() {
			return fmt.Errorf("person: %w", fault.NotFound)
		}
		if err := newLink(ctx, q, token, l.Kind, p.ID, now); err != nil {
			return err
		}
		return audit.Add(ctx, q, now, "staff.link", "staff", p.ID, p.Name+": "+string(l.Kind))
	})
	return l, token, err
}

// Path is where a link of this kind leads.
func (l Link) Path(token string) string {
	if l.Kind == Setup {
		return "/newsroom/setup/" + token
	}
	return "/newsroom/welcome/" + token
}

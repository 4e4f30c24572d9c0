package staff

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
)

// Session is a person signed in on one device.
type Session struct {
	ID    int64
	Began time.Time
	Seen  time.Time
	// Proved is when the person last proved to be the one: by passkey, password or code.
	Proved time.Time
	Device string
}

const (
	idle      = 12 * time.Hour      // a session unused for so long has ended
	absolute  = 30 * 24 * time.Hour // every session has ended after it
	provedFor = 10 * time.Minute    // how long a proof serves for dangerous acts
	seenEvery = time.Minute         // how exactly it is known when a session was used
)

// Fresh tells whether the person proved lately enough for a dangerous act.
func (s Session) Fresh(now time.Time) bool { return now.Sub(s.Proved) <= provedFor }

// Entry is a person just signed in: Token is what the browser keeps, and nobody else has.
type Entry struct {
	Token   string
	Person  Person
	Session Session
}

// secretBytes makes n random bytes that fit an address.
func secretBytes(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashed is how a token is kept: a stolen database opens no door.
func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Guest is who holds the session of this token. It is fault.NotFound once the session ended, was revoked, or the person left.
func (s *Store) Guest(ctx context.Context, token string, now time.Time) (Person, Session, error) {
	row := s.db.Read().QueryRowContext(ctx, `select s.id, s.began_at, s.seen_at, s.proved_at, s.device, `+personColumns+`
		from session s join person p on p.id = s.person_id
		where s.hash = $1 and s.seen_at > $2 and s.began_at > $3 and p.left_at is null and p.joined_at is not null`,
		hashed(token), db.Micros(now.Add(-idle)), db.Micros(now.Add(-absolute)))
	var se Session
	var began, seen, proved int64
	p, err := scanPerson(row, &se.ID, &began, &seen, &proved, &se.Device)
	if errors.Is(err, sql.ErrNoRows) {
		return Person{}, Session{}, fmt.Errorf("session: %w", fault.NotFound)
	}
	if err != nil {
		return Person{}, Session{}, err
	}
	se.Began, se.Seen, se.Proved = db.Time(began), db.Time(seen), db.Time(proved)
	return p, se, s.touch(ctx, se, now)
}

// touch notes that a session is in use. A database that cannot be written keeps nobody out.
func (s *Store) touch(ctx context.Context, se Session, now time.Time) error {
	if now.Sub(se.Seen) < seenEvery {
		return nil
	}
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `update session set seen_at = $2 where id = $1 and seen_at < $2`, se.ID, db.Micros(now))
		return err
	})
	if errors.Is(err, db.ErrUnwritable) {
		return nil
	}
	return err
}

// begin signs a person in, inside the transaction that saw the proof, and sweeps away what has ended.
func begin(ctx context.Context, q db.Q, p Person, device string, now time.Time) (Entry, error) {
	e := Entry{Token: secretBytes(32), Person: p, Session: Session{ID: db.NewID(), Began: now, Seen: now, Proved: now, Device: device}}
	_, err := q.ExecContext(ctx, `insert into session (id, hash, person_id, device, began_at, seen_at, proved_at) values ($1, $2, $3, $4, $5, $5, $5)`,
		e.Session.ID, hashed(e.Token), p.ID, device, db.Micros(now))
	if err != nil {
		return e, err
	}
	return e, sweep(ctx, q, now)
}

// sweep removes what has ended.
func sweep(ctx context.Context, q db.Q, now time.Time) error {
	if _, err := q.ExecContext(ctx, `delete from session where seen_at <= $1 or began_at <= $2`, db.Micros(now.Add(-idle)), db.Micros(now.Add(-absolute))); err != nil {
		return err
	}
	for _, of := range []string{`delete from link where ends_at <= $1`, `delete from asking where ends_at <= $1`, `delete from spent where ends_at <= $1`} {
		if _, err := q.ExecContext(ctx, of, db.Micros(now)); err != nil {
			return err
		}
	}
	return nil
}

// renew gives a session another token, since its person proved who it is once more.
func renew(ctx context.Context, q db.Q, p Person, se Session, now time.Time) (Entry, error) {
	e := Entry{Token: secretBytes(32), Person: p, Session: se}
	e.Session.Proved, e.Session.Seen = now, now
	res, err := q.ExecContext(ctx, `update session set hash = $2, proved_at = $3, seen_at = $3 where id = $1 and person_id = $4`, se.ID, hashed(e.Token), db.Micros(now), p.ID)
	if err != nil {
		return e, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return e, errors.Join(err, fmt.Errorf("session: %w", fault.NotFound))
	}
	return e, nil
}

// Sessions are where the person is signed in, the one used last first.
func (s *Store) Sessions(ctx context.Context, person int64, now time.Time) ([]Session, error) {
	rows, err := s.db.Read().QueryContext(ctx, `select id, device, began_at, seen_at, proved_at from session
		where person_id = $1 and seen_at > $2 and began_at > $3 order by seen_at desc, id`, person, db.Micros(now.Add(-idle)), db.Micros(now.Add(-absolute)))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Session
	for rows.Next() {
		var se Session
		var began, seen, proved int64
		if err := rows.Scan(&se.ID, &se.Device, &began, &seen, &proved); err != nil {
			return nil, err
		}
		se.Began, se.Seen, se.Proved = db.Time(began), db.Time(seen), db.Time(proved)
		list = append(list, se)
	}
	return list, rows.Err()
}

// SignOut ends one session of the person.
func (s *Store) SignOut(ctx context.Context, person, session int64, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		res, err := q.ExecContext(ctx, `delete from session where id = $1 and person_id = $2`, session, person)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err // ended already, which is what was wanted
		}
		return audit.Add(ctx, q, now, "staff.signout", "staff", person, "")
	})
}

// SignOutOthers ends all sessions of the person but this one.
func (s *Store) SignOutOthers(ctx context.Context, person, but int64, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if err := signOutOthers(ctx, q, person, but); err != nil {
			return err
		}
		return audit.Add(ctx, q, now, "staff.signout", "staff", person, "everywhere else")
	})
}

func signOutOthers(ctx context.Context, q db.Q, person, but int64) error {
	_, err := q.ExecContext(ctx, `delete from session where person_id = $1 and id <> $2`, person, but)
	return err
}

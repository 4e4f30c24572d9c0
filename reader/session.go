package reader

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"time"

	"lede/internal/db"
)

const (
	idle      = 90 * 24 * time.Hour  // a session unused for so long has ended
	absolute  = 365 * 24 * time.Hour // every session has ended after it
	seenEvery = time.Hour            // how exactly it is known when a session was used
)

// Lasts is how long a browser may keep a session.
const Lasts = absolute

// Entry is a reader just signed in: Token is what the browser keeps, and nobody else has.
type Entry struct {
	Token  string
	Reader Reader
}

// secretBytes makes n random bytes that fit an address.
func secretBytes(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashed is how a token is kept: a stolen database opens no door.
func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Guest is who holds the session of this token; fault.NotFound once it ended or was ended.
func (s *Store) Guest(ctx context.Context, token string, now time.Time) (Reader, Session, error) {
	var se Session
	var began, seen int64
	r, err := s.scan(s.db.Read().QueryRowContext(ctx, `select s.id, s.device, s.began_at, s.seen_at, `+columns+`
		from reader_session s join reader r on r.id = s.reader_id where s.hash = $1 and s.seen_at > $2 and s.began_at > $3`,
		hashed(token), db.Micros(now.Add(-idle)), db.Micros(now.Add(-absolute))), &se.ID, &se.Device, &began, &seen)
	if err != nil {
		return r, se, err
	}
	se.Began, se.Seen = db.Time(began), db.Time(seen)
	return r, se, s.touch(ctx, se, now)
}

// touch notes that a session is in use. A database that cannot be written keeps nobody out.
func (s *Store) touch(ctx context.Context, se Session, now time.Time) error {
	if now.Sub(se.Seen) < seenEvery {
		return nil
	}
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `update reader_session set seen_at = $2 where id = $1 and seen_at < $2`, se.ID, db.Micros(now))
		return err
	})
	if errors.Is(err, db.ErrUnwritable) {
		return nil
	}
	return err
}

// begin signs a reader in, inside the transaction that saw the proof.
func begin(ctx context.Context, q db.Q, r Reader, device string, now time.Time) (Entry, error) {
	e := Entry{Token: secretBytes(32), Reader: r}
	_, err := q.ExecContext(ctx, `insert into reader_session (id, hash, reader_id, device, began_at, seen_at) values ($1, $2, $3, $4, $5, $5)`,
		db.NewID(), hashed(e.Token), r.ID, device, db.Micros(now))
	return e, err
}

// Sessions are where a reader is signed in, the one used last first.
func (s *Store) Sessions(ctx context.Context, reader int64, now time.Time) ([]Session, error) {
	rows, err := s.db.Read().QueryContext(ctx, `select id, device, began_at, seen_at from reader_session
		where reader_id = $1 and seen_at > $2 and began_at > $3 order by seen_at desc, id`, reader, db.Micros(now.Add(-idle)), db.Micros(now.Add(-absolute)))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Session
	for rows.Next() {
		var se Session
		var began, seen int64
		if err := rows.Scan(&se.ID, &se.Device, &began, &seen); err != nil {
			return nil, err
		}
		se.Began, se.Seen = db.Time(began), db.Time(seen)
		all = append(all, se)
	}
	return all, rows.Err()
}

// SignOut ends one session of a reader; one that ended already is what was wanted.
func (s *Store) SignOut(ctx context.Context, reader, session int64) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `delete from reader_session where id = $1 and reader_id = $2`, session, reader)
		return err
	})
}

// Sweep takes away sessions and links that have ended.
func (s *Store) Sweep(ctx context.Context, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `delete from reader_session where seen_at <= $1 or began_at <= $2`, db.Micros(now.Add(-idle)), db.Micros(now.Add(-absolute)))
		if err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `delete from reader_link where ends_at <= $1 and asked_at <= $2`, db.Micros(now), db.Micros(now.Add(-counted)))
		return err
	})
}

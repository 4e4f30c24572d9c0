// Package audit records what was done and by whom, for good: entries are only added, and each is chained to the one before it, so
// that one that was changed, taken out or slipped in is found.
package audit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"lede/internal/db"
)

// Actor is who does something: a person of the staff, or, with ID 0, what Name says ("the clock", "the command line").
type Actor struct {
	ID   int64
	Name string
}

type actorKey struct{}

// As is ctx in which a does things.
func As(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, actorKey{}, a) }

// Who does things in ctx; the paper itself, if nobody else was named.
func Who(ctx context.Context) Actor {
	if a, ok := ctx.Value(actorKey{}).(Actor); ok {
		return a
	}
	return Actor{Name: "the paper"}
}

// Entry is one thing that was done.
type Entry struct {
	N      int64 // counted from 1
	At     time.Time
	Act    string // "article.publish"
	Kind   string // of what it was done to: "article"
	Of     int64  // its id; 0 where there is none
	Who    Actor
	Detail string // in words, for people
	Digest string

	salt, bodyDigest string
}

// link is the digest of an entry: SHA-256 over the digest before it and all that it says. Names and details go in only through
// a salted digest, so that a person can be taken out by law and the chain still verifies.
func (e Entry) link(former string) string {
	return digestOf(former, fmt.Sprint(e.N), fmt.Sprint(db.Micros(e.At)), e.Act, e.Kind, fmt.Sprint(e.Of), fmt.Sprint(e.Who.ID), e.bodyDigest)
}

// blank tells that what the entry says was taken out.
func (e Entry) blank() bool { return e.salt == "" && e.Detail == "" }

func (e Entry) body() string { return digestOf(e.salt, e.Who.Name, e.Detail) }

// digestOf is the hexadecimal SHA-256 of parts, each preceded by its length so that none runs into the next.
func digestOf(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Add records that whoever acts in ctx did act to the thing of kind and id. It belongs inside the transaction that did it.
// Nothing secret goes into detail.
func Add(ctx context.Context, q db.Q, now time.Time, act, kind string, of int64, detail string) error {
	var former string
	e := Entry{At: db.Time(db.Micros(now)), Act: act, Kind: kind, Of: of, Who: Who(ctx), Detail: clean(detail), salt: rand.Text()}
	e.Who.Name = clean(e.Who.Name)
	// The head is taken by writing to it: of two that add at once on PostgreSQL, one is undone and tried again.
	err := q.QueryRowContext(ctx, `update audit_head set n = n + 1 where id = 1 returning n, digest`).Scan(&e.N, &former)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	e.bodyDigest = e.body()
	e.Digest = e.link(former)
	_, err = q.ExecContext(ctx, `insert into audit (n, at, act, kind, of_id, actor_id, actor, detail, salt, body_digest, digest)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		e.N, db.Micros(e.At), e.Act, e.Kind, e.Of, e.Who.ID, e.Who.Name, e.Detail, e.salt, e.bodyDigest, e.Digest)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	_, err = q.ExecContext(ctx, `update audit_head set digest = $1 where id = 1`, e.Digest)
	return err
}

// Blanking is the act of an entry which says that details of what was done to its thing before were taken out.
const Blanking = "audit.blank"

// Blank takes out by law what the entries about a thing say, and adds one that says so. Who did what when stays, and the chain holds.
func Blank(ctx context.Context, q db.Q, now time.Time, kind string, of int64) error {
	res, err := q.ExecContext(ctx, `update audit set detail = '', salt = '' where kind = $1 and of_id = $2 and act <> $3 and salt <> ''`, kind, of, Blanking)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return Add(ctx, q, now, Blanking, kind, of, "")
}

// most is how much of a detail is kept, in bytes.
const most = 2000

// clean makes a detail one that every database keeps.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
	for len(s) > most {
		_, last := utf8.DecodeLastRuneInString(s[:most+1])
		s = s[:most+1-last]
	}
	return s
}

// Package mail sends what the paper writes to people: kept sealed inside the transaction that wrote it, and sent later through any
// SMTP server, again until it is taken. A paper without one finds its mail in the log.
package mail

import (
	"context"
	"crypto/x509"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"strings"
	"time"

	"lede/internal/db"
	"lede/internal/job"
	"lede/internal/secret"
)

// Queued says that a mail waits to be sent; its id is the mail's.
const Queued = job.Event("mail.queued")

// Message is one mail to one person, in plain text.
type Message struct {
	To      string `json:"to"` // an address
	Subject string `json:"subject"`
	Text    string `json:"text"`
	Off     string `json:"off,omitempty"` // where one POST ends mail like this (RFC 8058); "" for a mail that comes once
}

// Box takes mail and has it sent.
type Box struct {
	db    *db.DB
	key   *secret.Key
	setup func(context.Context) (Settings, error)
	log   *slog.Logger
	roots *x509.CertPool // whom to believe; nil for the machine's own
}

// New makes a box that sends as setup says at the time.
func New(d *db.DB, key *secret.Key, setup func(context.Context) (Settings, error), log *slog.Logger) *Box {
	return &Box{db: d, key: key, setup: setup, log: log}
}

// Add keeps m to be sent once the transaction has committed. An address that is none is an error.
func (b *Box) Add(ctx context.Context, q db.Q, m Message, now time.Time) error {
	if _, err := netmail.ParseAddress(m.To); err != nil {
		return fmt.Errorf("a mail to no address: %w", err)
	}
	plain, err := json.Marshal(m)
	if err != nil {
		return err
	}
	id := db.NewID()
	_, err = q.ExecContext(ctx, `insert into mail (id, sealed, at) values ($1, $2, $3)`, id, b.key.Seal(plain, what(id)), db.Micros(now))
	if err != nil {
		return err
	}
	return Queued.Add(ctx, q, id)
}

func what(id int64) string { return fmt.Sprint("mail ", id) }

// Deliver sends the mail of id, if it still waits. An error means that it must be tried again; what will never be taken is
// logged without its text, and goes.
func (b *Box) Deliver(ctx context.Context, id int64) error {
	m, err := b.waiting(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if errors.Is(err, secret.ErrSealed) {
		b.log.Error("a mail cannot be sent: it was written under another key", "mail", id)
		return b.drop(ctx, id)
	}
	if err != nil {
		return err
	}
	settings, err := b.setup(ctx)
	if err != nil {
		return err
	}
	if settings.Host == "" {
		b.log.Warn("mail is not set up; this would have been sent", "to", m.To, "subject", m.Subject, "text", m.Text)
		return b.drop(ctx, id)
	}
	if err := b.send(ctx, settings, m, id); err != nil {
		if !forGood(err) {
			return err
		}
		b.log.Error("a mail was refused for good", "mail", id, "to", m.To, "subject", m.Subject, "error", err)
	}
	return b.drop(ctx, id)
}

func (b *Box) waiting(ctx context.Context, id int64) (Message, error) {
	var m Message
	var sealed string
	if err := b.db.Read().QueryRowContext(ctx, `select sealed from mail where id = $1`, id).Scan(&sealed); err != nil {
		return m, err
	}
	plain, err := b.key.Unseal(sealed, what(id))
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(plain, &m)
}

func (b *Box) drop(ctx context.Context, id int64) error {
	return b.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `delete from mail where id = $1`, id)
		return err
	})
}

// keptLong is how long mail waits for a server that takes it; what it says is stale then.
const keptLong = 3 * 24 * time.Hour

// Clear drops what has waited too long.
func (b *Box) Clear(ctx context.Context, now time.Time) error {
	return b.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `delete from mail where at < $1`, db.Micros(now.Add(-keptLong)))
		return err
	})
}

// Forget drops what waits for an address.
func (b *Box) Forget(ctx context.Context, address string) error {
	ids, err := b.all(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		m, err := b.waiting(ctx, id)
		if errors.Is(err, sql.ErrNoRows) || errors.Is(err, secret.ErrSealed) {
			continue
		}
		if err == nil && strings.EqualFold(m.To, address) {
			err = b.drop(ctx, id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *Box) all(ctx context.Context) ([]int64, error) {
	return db.Column[int64](ctx, b.db.Read(), `select id from mail`)
}

// Waiting is how many mails wait to be sent.
func (b *Box) Waiting(ctx context.Context) (n int, err error) {
	err = b.db.Read().QueryRowContext(ctx, `select count(*) from mail`).Scan(&n)
	return n, err
}

// Try sends m at once through settings, without keeping it, and gives what the server said if it did not take it.
func (b *Box) Try(ctx context.Context, settings Settings, m Message) error {
	return b.send(ctx, settings, m, db.NewID())
}

// oneLine keeps a header a header.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

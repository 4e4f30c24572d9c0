package desk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
)

// Write keeps what a window wrote of a part; when it returns, it is durable. It takes the hold of the part if that is free.
// The same write again is answered as the first was, and one that comes after a later write of its tab changes nothing.
//
// It is Held while another window holds the part, Stands when somebody else's text stands there since Base, ErrWhole when a patch
// does not fit. Before one tab's words stand where another's stood, a version is cut of those.
func (s *Store) Write(ctx context.Context, w Writing, now time.Time) (k Kept, err error) {
	if err := w.check(); err != nil {
		return k, err
	}
	var due bool
	err = s.settled(ctx, w.Article, now, func() error {
		return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
			k, due, err = write(ctx, q, w, now)
			return err
		})
	})
	if err == nil && due {
		// The words are kept whatever becomes of the version; the next write, or the sweep, tries again.
		_, _ = s.Cut(ctx, w.Article, now)
	}
	return k, err
}

// settled does what do asks to be done first, and tries it again, until it is done.
func (s *Store) settled(ctx context.Context, article int64, now time.Time, do func() error) error {
	for range 16 {
		err := do()
		switch {
		case errors.Is(err, errUnaligned):
			err = s.align(ctx, article, now)
		case errors.Is(err, errUncut):
			_, err = s.Cut(ctx, article, now)
		default:
			return err
		}
		if err != nil {
			return err
		}
	}
	return fmt.Errorf("article %d changes faster than it can be written: %w", article, fault.Conflict)
}

func (w *Writing) check() error {
	if !slices.Contains(Parts(), w.Part) {
		return fault.NotFound
	}
	if !goodTab(w.Tab) {
		return fault.Invalid("A window says which it is: 1 to 64 letters and figures.")
	}
	if w.Value == nil && (w.Patch == nil || w.Part != Body) {
		return fault.Invalid("There is no value in what was sent.")
	}
	if w.Value == nil {
		return nil
	}
	value, err := tidy(w.Value)
	w.Value = value
	return err
}

func goodTab(tab string) bool {
	for _, c := range []byte(tab) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return tab != "" && len(tab) <= 64
}

// tidy is a value as it can be kept: JSON, not too large, in UTF-8.
func tidy(value json.RawMessage) (json.RawMessage, error) {
	value = bytes.ToValidUTF8(bytes.TrimSpace(value), []byte("\uFFFD"))
	if len(value) > MaxValue {
		return nil, fault.Invalid("This is larger than %d MB.", MaxValue>>20)
	}
	if !json.Valid(value) {
		return nil, fault.Invalid("This is not JSON.")
	}
	return value, nil
}

// row is a working part as it is kept.
type row struct {
	seq         int64
	value       string
	tab         string
	by, at      int64
	base, n     int64
	sent        string
	cut, cutAt  int64
	kept        int64
	version     int64
	canon, part string
}

const rowColumns = `seq, value, tab, by_id, at, base, n, sent, cut, cut_at, kept, version, canon, part`

func scanRow(from interface{ Scan(...any) error }) (r row, err error) {
	err = from.Scan(&r.seq, &r.value, &r.tab, &r.by, &r.at, &r.base, &r.n, &r.sent, &r.cut, &r.cutAt, &r.kept, &r.version, &r.canon, &r.part)
	return r, err
}

// open tells whether there are words in it that stand in no version.
func (r row) open() bool { return r.seq > r.cut }

// lost tells whether somebody's words would be gone if others stood in their place.
func (r row) lost() bool { return r.seq > max(r.cut, r.kept) }

func (r row) stands() Stands {
	return Stands{Part{Seq: r.seq, Value: json.RawMessage(r.value), By: r.by, Tab: r.tab, At: db.Time(r.at), Open: r.open()}}
}

// current is the row of a part, compared with the article's present version; fault.NotFound without the article.
func current(ctx context.Context, q db.Q, article int64, part string) (r row, err error) {
	var version int64
	err = q.QueryRowContext(ctx, `select version from article where id = $1`, article).Scan(&version)
	if errors.Is(err, sql.ErrNoRows) {
		return r, fault.NotFound
	}
	if err != nil {
		return r, err
	}
	r, err = scanRow(q.QueryRowContext(ctx, `select `+rowColumns+` from working where article_id = $1 and part = $2`, article, part))
	if errors.Is(err, sql.ErrNoRows) || err == nil && r.version != version {
		return r, errUnaligned
	}
	return r, err
}

func write(ctx context.Context, q db.Q, w Writing, now time.Time) (k Kept, due bool, err error) {
	r, err := current(ctx, q, w.Article, w.Part)
	if err != nil {
		return k, false, err
	}
	sent := w.digest()
	if r.tab == w.Tab && (r.sent == sent || w.N > 0 && w.N <= r.n) {
		return Kept{r.seq, db.Time(r.at)}, false, nil
	}
	if err := hold(ctx, q, w.Article, w.Part, w.Tab, w.By, r, now); err != nil {
		return k, false, err
	}
	value, err := w.onto(r)
	if err != nil {
		return k, false, err
	}
	if r.tab != w.Tab && r.lost() {
		return k, false, errUncut
	}
	base := w.Base
	k = Kept{r.seq + 1, now}
	_, err = q.ExecContext(ctx, `update working set seq = $3, value = $4, tab = $5, by_id = $6, at = $7, base = $8, n = $9, sent = $10
		where article_id = $1 and part = $2`, w.Article, w.Part, k.Seq, string(value), w.Tab, w.By, db.Micros(now), base, w.N, sent)
	return k, now.Sub(db.Time(r.cutAt)) >= Every, err
}

// onto is the value the part has after the write. A tab goes on from what stands, or, when it never heard of its own last writes,
// from where those began; then only with the whole value.
func (w Writing) onto(r row) (json.RawMessage, error) {
	unheard := r.tab == w.Tab && r.base == w.Base && r.seq > r.base
	switch {
	case w.Base != r.seq && !unheard:
		return nil, r.stands()
	case w.Value != nil:
		return w.Value, nil
	case unheard && w.Base != r.seq:
		return nil, ErrWhole
	}
	value, err := w.Patch.apply(json.RawMessage(r.value))
	if err != nil {
		return nil, err
	}
	return tidy(value)
}

// digest tells one thing sent from another.
func (w Writing) digest() string {
	h := sha256.New()
	fmt.Fprintf(h, "%d:%d:", w.Base, w.N)
	if w.Value != nil {
		h.Write(w.Value)
	} else {
		_ = json.NewEncoder(h).Encode(w.Patch) // made of what was read from JSON
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

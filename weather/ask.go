package weather

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lede/internal/db"
	"lede/internal/fetch"
	"lede/paper"
)

const (
	// claimed is how long a node that asks keeps all others from it: longer than it ever waits, so that one that dies is followed.
	claimed = 5 * time.Minute
	// soonest is when a provider is asked again at the earliest that says it may be asked at once.
	soonest = 10 * time.Minute
	// longest is how far off the next question may be set; what lies farther off was set by a clock that was wrong.
	longest = 24 * time.Hour
	// wholly is how long a report may be confirmed by 304 alone, before the whole is asked for again.
	wholly = 24 * time.Hour
)

// Asked is how a question ended, for the log.
type Asked struct {
	Done   bool // it was asked; else somebody else does, or it is not the time
	Status int
	Fault  string
}

// Ask asks for the weather at p's place, if it is time and no other node does it. By hand it may be asked before its own time, but
// never before the provider's. What it said is kept, and so is when it is asked next; the error is about our own database alone.
func (s *Store) Ask(ctx context.Context, p paper.Paper, now time.Time, byHand bool) (Asked, error) {
	of, on, err := s.source(p)
	if err != nil || !on {
		return Asked{}, nil
	}
	if !byHand && now.Minute() == 0 { // everybody else's clock strikes too
		return Asked{}, s.at(ctx, later(now))
	}
	mine, err := s.claim(ctx, of.row(), now, byHand)
	if err != nil || !mine {
		return Asked{}, err
	}
	was, err := get(ctx, s.db.Read(), of.row())
	if err != nil {
		return Asked{}, err
	}
	k, fresh := s.put(ctx, of, was, now)
	return Asked{Done: true, Status: k.status, Fault: k.fault}, s.keep(context.WithoutCancel(ctx), of.row(), k, fresh)
}

// at has somebody look at that moment.
func (s *Store) at(ctx context.Context, at time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error { return Due.AddAt(ctx, q, 1, at) })
}

// later is up to two minutes after at, so that the papers of the world do not ask together, and never in the first minute of an hour.
func later(at time.Time) time.Time {
	at = at.Add(5*time.Second + rand.N(115*time.Second))
	if at.Minute() == 0 {
		at = at.Add(time.Minute + rand.N(time.Minute))
	}
	return at
}

// claim makes the question the caller's: exactly one of all nodes moves the row on.
func (s *Store) claim(ctx context.Context, row string, now time.Time, byHand bool) (mine bool, err error) {
	ready := `next_at`
	if byHand {
		ready = `free_at`
	}
	err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		mine = false
		if err := begin(ctx, q, row); err != nil {
			return err
		}
		done, err := q.ExecContext(ctx, `update weather set free_at = $2, next_at = $2, asked_at = $3
			where source = $1 and ((free_at <= $3 and `+ready+` <= $3) or free_at > $4)`,
			row, db.Micros(now.Add(claimed)), db.Micros(now), db.Micros(now.Add(longest+time.Hour)))
		if err != nil {
			return err
		}
		n, err := done.RowsAffected()
		if err != nil || n == 0 {
			return err
		}
		mine = true
		return Due.AddAt(ctx, q, 1, later(now.Add(claimed))) // for the case that this node does not live to say when
	})
	return mine && err == nil, err
}

// begin makes the row of a source that nobody has asked.
func begin(ctx context.Context, q db.Q, row string) error {
	_, err := q.ExecContext(ctx, `insert into weather (source, report, whole_at, good_at, modified, free_at, next_at, asked_at, status, fault, fails)
		values ($1, '', 0, 0, '', 0, 0, 0, 0, '', 0) on conflict (source) do nothing`, row)
	return err
}

// put puts the question and makes of the answer what is to be kept; fresh tells that readers see another report by it.
func (s *Store) put(ctx context.Context, of source, was kept, now time.Time) (k kept, fresh bool) {
	k = was
	if now.Sub(was.whole) > wholly {
		k.modified = ""
	}
	a, err := s.client.Ask(ctx, of.question(s.base, k.modified))
	k.status, k.asked = 0, now
	if a != nil {
		k.status = a.Status
	}
	if err == nil {
		err = k.take(a, of, now)
	}
	k.fault = ""
	if err == nil {
		k.fails = 0
		k.free = expiry(a.Header, of, now)
		k.next = later(k.free)
		return k, k.whole.Equal(now)
	}
	k.fails++
	k.fault = said(err, of.key)
	k.free, k.next = again(a, k.fails, of, now)
	return k, false
}

// take puts a good answer in the place of the former one.
func (k *kept) take(a *fetch.Answer, of source, now time.Time) error {
	switch a.Status {
	case http.StatusNotModified:
		if _, known := k.report.at(now); !known || k.modified == "" {
			return errors.New("it says that nothing has changed since an answer we do not have")
		}
		k.good = now
		return nil
	case http.StatusOK, http.StatusNonAuthoritativeInfo:
	default:
		return refusal(a)
	}
	r, err := of.read(a.Body, of)
	if err == nil {
		err = r.tidy(now)
	}
	if err != nil {
		return fmt.Errorf("the answer cannot be used: %w", err)
	}
	k.report, k.whole, k.good, k.modified = r, now, now, ""
	if at := a.Header.Get("Last-Modified"); of.id == "met" && len(at) < 100 {
		k.modified = visible(at)
	}
	return nil
}

// refusal is an answer that holds no weather, in words.
func refusal(a *fetch.Answer) error {
	means := map[int]string{
		http.StatusBadRequest:          "it does not understand the question",
		http.StatusUnauthorized:        "it does not take the key",
		http.StatusForbidden:           "it refuses this paper: the contact address or the key may be wrong",
		http.StatusNotFound:            "it does not know this address any more",
		http.StatusUnprocessableEntity: "it knows no weather for this place",
		http.StatusTooManyRequests:     "it was asked too often",
		http.StatusServiceUnavailable:  "it has too much to do",
	}[a.Status]
	if means == "" {
		means = http.StatusText(a.Status)
	}
	var told struct{ Reason, Message string }
	if json.Unmarshal(a.Body, &told) == nil && told.Reason+told.Message != "" {
		return fmt.Errorf("%d, %s: %.200s", a.Status, means, told.Reason+told.Message)
	}
	return fmt.Errorf("%d, %s", a.Status, means)
}

// said is an error as staff may read it and the database can hold it.
func said(err error, key string) string {
	text := err.Error()
	if key != "" {
		text = strings.ReplaceAll(text, key, "…")
	}
	text = paper.Line(text)
	if r := []rune(text); len(r) > 400 {
		text = string(r[:400]) + "…"
	}
	return text
}

// expiry is until when an answer holds: what it says itself, by its own clock too where that differs from ours, else what is usual.
func expiry(h http.Header, of source, now time.Time) time.Time {
	until := now.Add(of.every)
	if says, err := http.ParseTime(h.Get("Expires")); err == nil && of.id == "met" {
		until = says
		if date, err := http.ParseTime(h.Get("Date")); err == nil && now.Add(says.Sub(date)).After(until) {
			until = now.Add(says.Sub(date))
		}
	}
	return within(until, now.Add(soonest), now.Add(longest))
}

func within(at, from, to time.Time) time.Time {
	switch {
	case at.Before(from):
		return from
	case at.After(to):
		return to
	}
	return at
}

// again is when a provider may be asked after it failed for the n-th time in a row, and when it is. What came with a date of expiry
// has one, whatever was wrong with it.
func again(a *fetch.Answer, n int, of source, now time.Time) (free, next time.Time) {
	pause := min(30*time.Minute, time.Minute<<min(n, 10))
	free = now.Add(time.Minute)
	if a == nil {
		return free, later(now.Add(pause))
	}
	switch {
	case a.Status == http.StatusOK, a.Status == http.StatusNonAuthoritativeInfo, a.Status == http.StatusNotModified:
		free = expiry(a.Header, of, now)
	case a.Status == http.StatusTooManyRequests, a.Status == http.StatusServiceUnavailable:
		free = within(retryAfter(a.Header, now), now.Add(max(pause, soonest)), now.Add(longest))
	case a.Status < http.StatusInternalServerError:
		pause = time.Hour // it will say the same until somebody changes something
	}
	next = now.Add(pause)
	if next.Before(free) {
		next = free
	}
	return free, later(next)
}

// retryAfter is the moment a header Retry-After names, as seconds or as a date; zero for none.
func retryAfter(h http.Header, now time.Time) time.Time {
	says := h.Get("Retry-After")
	if n, err := strconv.Atoi(says); err == nil && n >= 0 && n <= int(longest.Seconds()) {
		return now.Add(time.Duration(n) * time.Second)
	}
	at, err := http.ParseTime(says)
	if err != nil {
		return time.Time{}
	}
	return at
}

func (s *Store) keep(ctx context.Context, row string, k kept, fresh bool) error {
	report, err := json.Marshal(k.report)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `update weather set report = $2, whole_at = $3, good_at = $4, modified = $5, free_at = $6, next_at = $7, status = $8, fault = $9, fails = $10
			where source = $1`, row, string(report), micros(k.whole), micros(k.good), k.modified, micros(k.free), micros(k.next), k.status, k.fault, k.fails)
		if err != nil {
			return err
		}
		if fresh {
			if err := Changed.Add(ctx, q, 1); err != nil {
				return err
			}
		}
		return Due.AddAt(ctx, q, 1, k.next)
	})
}

// micros is a moment as it is kept: 0 for none.
func micros(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return db.Micros(at)
}

// Tend sees to it that somebody asks: after p's settings changed, whoever failed before is tried again soon; else only a question that
// nobody asked though its time is over is put again.
func (s *Store) Tend(ctx context.Context, p paper.Paper, now time.Time, changed bool) error {
	of, on, err := s.source(p)
	if err != nil || !on {
		return nil // there is nobody to ask
	}
	k, err := get(ctx, s.db.Read(), of.row())
	if err != nil {
		return err
	}
	late := k.next.Before(now.Add(-claimed)) || k.next.After(now.Add(longest+time.Hour))
	mended := changed && k.fails > 0 && !k.free.After(now)
	if !late && !mended {
		return nil
	}
	soon := later(now)
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if err := begin(ctx, q, of.row()); err != nil {
			return err
		}
		if mended {
			if _, err := q.ExecContext(ctx, `update weather set next_at = $2 where source = $1 and free_at <= $3 and next_at > $2`, of.row(), db.Micros(soon), db.Micros(now)); err != nil {
				return err
			}
		}
		return Due.AddAt(ctx, q, 1, soon)
	})
}

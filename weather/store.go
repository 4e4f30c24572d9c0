package weather

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"lede/internal/db"
	"lede/internal/fetch"
	"lede/internal/job"
	"lede/internal/secret"
	"lede/paper"
)

const (
	// Changed says that there is another report; its id is always 1.
	Changed = job.Event("weather.changed")
	// Due says that it may be time to ask; whoever hears it looks. Its id is always 1.
	Due = job.Event("weather.due")
)

// Store keeps what was said of the weather.
type Store struct {
	db     *db.DB
	key    *secret.Key
	client *fetch.Client
	base   string // where all providers are, in tests; "" for where they are
}

// patience is how long an answer may take.
const patience = 20 * time.Second

// NewStore keeps the weather in d; key opens the key of a provider.
func NewStore(d *db.DB, key *secret.Key) *Store {
	return &Store{db: d, key: key, client: fetch.New(fetch.Options{Timeout: patience})}
}

// Reach has all providers asked at one base address ("http://127.0.0.1:9000"), through another client: for tests, which must not ask
// the true ones. It must be called before anybody asks.
func (s *Store) Reach(client *fetch.Client, base string) { s.client, s.base = client, base }

// kept is a row of the table.
type kept struct {
	report                         Report
	whole, good, free, next, asked time.Time
	modified, fault                string
	status, fails                  int
}

// get is what is kept of a source; fault.NotFound is not its business: a source nobody asked is a zero kept.
func get(ctx context.Context, q db.Q, row string) (k kept, err error) {
	var report string
	var whole, good, free, next, asked int64
	err = q.QueryRowContext(ctx, `select report, whole_at, good_at, modified, free_at, next_at, asked_at, status, fault, fails from weather where source = $1`, row).
		Scan(&report, &whole, &good, &k.modified, &free, &next, &asked, &k.status, &k.fault, &k.fails)
	if errors.Is(err, sql.ErrNoRows) {
		return kept{}, nil
	}
	if err != nil {
		return k, err
	}
	for into, at := range map[*time.Time]int64{&k.whole: whole, &k.good: good, &k.free: free, &k.next: next, &k.asked: asked} {
		if at != 0 {
			*into = db.Time(at)
		}
	}
	if report == "" {
		return k, nil
	}
	if err := json.Unmarshal([]byte(report), &k.report); err != nil {
		return k, fmt.Errorf("the weather of %s: %w", row, err)
	}
	return k, nil
}

// Shown is the weather as it may be shown.
type Shown struct {
	Now      Point
	Report   Report
	Forecast bool // Now was foretold, not measured
	Credit   Credit
	Until    time.Time // when it is to be looked at again
}

// Shown is what may be shown at now; ok is false where nothing is known that holds. It asks nobody but the database.
func (s *Store) Shown(ctx context.Context, p paper.Paper, now time.Time) (sh Shown, ok bool, err error) {
	of, on, err := s.source(p)
	if err != nil || !on {
		return sh, false, nil // what is missing is said to staff
	}
	k, err := get(ctx, s.db.Read(), of.row())
	if err != nil {
		return sh, false, err
	}
	return k.shown(of, now)
}

// ahead is how far other clocks may be before ours.
const ahead = 10 * time.Minute

func (k kept) shown(of source, now time.Time) (sh Shown, ok bool, err error) {
	at, known := k.report.at(now)
	if !known || now.Sub(at.At) > stale || now.Sub(k.good) > stale || k.good.After(now.Add(ahead)) {
		return sh, false, nil
	}
	sh = Shown{Now: at, Report: k.report, Forecast: of.forecast, Credit: of.credit, Until: k.good.Add(stale)}
	if over := at.At.Add(stale); over.Before(sh.Until) {
		sh.Until = over
	}
	if next := k.report.Ahead(now, 1); len(next) > 0 && next[0].At.Before(sh.Until) {
		sh.Until = next[0].At
	}
	sh.Until = sh.Until.Add(time.Microsecond) // at its last moment it still holds
	return sh, true, nil
}

// State is how it stands with a source, for staff. Zero times are moments there were not.
type State struct {
	On      bool
	Missing string // what stands in the way, where the weather is wanted
	Name    string // of the provider
	Credit  Credit
	Asked   time.Time // the last time
	Good    time.Time // when the last good answer came, or was confirmed
	Free    time.Time // the provider does not want to be asked before
	Next    time.Time // when it is asked next
	Status  int       // of the last answer; 0: there was none
	Fault   string    // what was wrong with it
	Fails   int       // how often in a row
	Known   bool
	Shown   Shown // where Known
}

// State is how it stands with the source that p asks.
func (s *Store) State(ctx context.Context, p paper.Paper, now time.Time) (st State, err error) {
	of, on, err := s.source(p)
	if err != nil {
		return State{Missing: err.Error()}, nil
	}
	if !on {
		return st, nil
	}
	k, err := get(ctx, s.db.Read(), of.row())
	if err != nil {
		return st, err
	}
	st = State{On: true, Name: of.name, Credit: of.credit, Asked: k.asked, Good: k.good, Free: k.free, Next: k.next, Status: k.status, Fault: k.fault, Fails: k.fails}
	st.Shown, st.Known, err = k.shown(of, now)
	return st, err
}

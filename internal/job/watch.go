package job

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"lede/internal/db"
)

// How far back the log of events is read again, by the database's clock. A transaction may become visible after one that began
// later; none lasts longer than a minute, so the wide look, twice a second, misses nothing. The narrow one follows a commit here.
// SQLite has one writer: what it commits later also happened later, unless the clock was set back, so its narrow look begins at the last
// event told.
const (
	narrow = 2 * time.Second
	single = 50 * time.Millisecond
	wide   = 90 * time.Second
)

// atMost is the part of the time that wide looks may take: after a flood of events they come less often.
const atMost = 20

// Watcher is told of an event on every node.
type Watcher = func(ctx context.Context, id int64, at time.Time)

// watchLog is how far this node has read.
type watchLog struct {
	mu   sync.Mutex
	fns  map[Event][]Watcher
	now  int64           // the database's clock at the last look
	last int64           // when the latest event that was told happened
	seen map[int64]int64 // events told, and when they happened
}

// Watch has fn told of every e on every node: after a commit here within a millisecond or two, after one elsewhere at once by
// PostgreSQL's notification and within half a second without. at is when it happened (a scheduled event's due time).
// fn must be quick; it is called in the order events happened, as far as that is known, and once for each while the process runs.
// What happened more than 90 seconds before Start is not told: a node begins with empty caches.
func Watch(r *Runner, e Event, fn Watcher) {
	r.watched.fns[e] = append(r.watched.fns[e], fn)
}

// logged is an event as a watcher is told of it.
type logged struct {
	happened
	ready int64
}

// look reads what happened, once more as far back as asked, and tells what was not yet told.
func (r *Runner) look(ctx context.Context, far bool) (told int, err error) {
	w := &r.watched
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.fns) == 0 {
		return 0, nil
	}
	fresh, err := w.read(ctx, r.d, far || w.now == 0)
	if err != nil {
		return 0, err
	}
	for _, e := range fresh {
		at := e.ready
		if e.due > 0 {
			at = e.due
		}
		for _, fn := range w.fns[e.name] {
			r.show(ctx, fn, e, db.Time(at))
		}
	}
	return len(fresh), nil
}

// since is from when on the log is read.
func (w *watchLog) since(kind db.Kind, far bool) int64 {
	switch {
	case far || w.last == 0:
		return w.now - wide.Microseconds()
	case kind == db.Postgres:
		return w.now - narrow.Microseconds()
	}
	return w.last - single.Microseconds()
}

// read gives the events not seen yet, the earliest first.
func (w *watchLog) read(ctx context.Context, d *db.DB, far bool) ([]logged, error) {
	clock := clockOf(d.Kind())
	if w.now == 0 {
		w.seen = map[int64]int64{}
		if err := d.Read().QueryRowContext(ctx, `select `+clock).Scan(&w.now); err != nil {
			return nil, err
		}
	}
	rows, err := d.Read().QueryContext(ctx, `select 0, '', 0, 0, `+clock+` as ready union all
		select id, name, about, due, ready from event where ready > $1 order by ready`, w.since(d.Kind(), far))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var fresh []logged
	var now int64
	for rows.Next() {
		var e logged
		if err := rows.Scan(&e.id, &e.name, &e.about, &e.due, &e.ready); err != nil {
			return nil, err
		}
		if e.id == 0 {
			now = e.ready
		} else if _, ok := w.seen[e.id]; !ok {
			fresh = append(fresh, e)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for _, e := range fresh {
		w.seen[e.id] = e.ready
		w.last = max(w.last, e.ready)
	}
	w.now = max(w.now, now)
	if far {
		w.forget()
	}
	return fresh, nil
}

// forget drops what no look will reach again.
func (w *watchLog) forget() {
	for id, ready := range w.seen {
		if ready < w.now-2*wide.Microseconds() {
			delete(w.seen, id)
		}
	}
}

func (r *Runner) show(ctx context.Context, fn Watcher, e logged, at time.Time) {
	defer func() {
		if p := recover(); p != nil {
			r.log.Error("a watcher panicked", "event", e.name, "about", e.about, "error", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
	}()
	fn(ctx, e.about, at)
}

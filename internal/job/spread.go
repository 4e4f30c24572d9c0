package job

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"lede/internal/db"
)

// everyEvent is the name under which regular tasks are kept.
const everyEvent = Event("every")

// regular is something done once a period.
type regular struct {
	name   string
	period int64 // microseconds
	seen   int64 // the beginning of the last period this node knows to have been begun
}

// due asks, in one read, when the first event (under "") and the first task of each lane is due. A lane with nothing is left out.
func (r *Runner) due(ctx context.Context) (map[string]int64, error) {
	if r.plan == "" {
		r.plan = planFor(len(r.names))
	}
	args := []any{db.Micros(r.clock())}
	for _, n := range r.names {
		args = append(args, n)
	}
	rows, err := r.d.Read().QueryContext(ctx, r.plan, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	due := map[string]int64{}
	for rows.Next() {
		var name string
		var at sql.NullInt64
		if err := rows.Scan(&name, &at); err != nil {
			return nil, err
		}
		if at.Valid {
			due[name] = at.Int64
		}
	}
	return due, rows.Err()
}

// planFor is the statement of due for n lanes: $1 is now, then their names. Each part is one step into an index.
func planFor(n int) string {
	var b strings.Builder
	b.WriteString(`select cast('' as text), (select min(due) from event where open = 1)`)
	for i := range n {
		fmt.Fprintf(&b, ` union all select cast($%d as text), (select due from task where listener = $%[1]d and gave_up = 0 and lease <= $1 order by due limit 1)`, i+2)
	}
	return b.String()
}

// happened is an event as it is spread.
type happened struct {
	id, about, due int64
	name           Event
}

// spread makes of each event that is due one task for each of its listeners, and tells whether there was any.
func (r *Runner) spread(ctx context.Context) (any bool, err error) {
	now := db.Micros(r.clock())
	err = r.d.Tx(ctx, func(ctx context.Context, q db.Q) error {
		any = false
		events, err := open(ctx, q, now)
		if err != nil || len(events) == 0 {
			return err
		}
		any = true
		return r.divide(ctx, q, events, now)
	})
	return any, err
}

// open claims events that are due, by their state.
func open(ctx context.Context, q db.Q, now int64) ([]happened, error) {
	rows, err := q.QueryContext(ctx, `select id, name, about, due from event where open = 1 and due <= $1 order by due limit 200`+skipLocked(db.KindOf(q)), now)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []happened
	for rows.Next() {
		var h happened
		if err := rows.Scan(&h.id, &h.name, &h.about, &h.due); err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return all, rows.Err()
}

func (r *Runner) divide(ctx context.Context, q db.Q, events []happened, now int64) error {
	ids := make([]any, len(events))
	scheduled := false
	for i, h := range events {
		ids[i] = h.id
		scheduled = scheduled || h.due > 0
		for _, listener := range r.heard[h.name] {
			if err := put(ctx, q, h, listener, now); err != nil {
				return err
			}
		}
	}
	_, err := q.ExecContext(ctx, `update event set open = 0, ready = coalesce(ready, `+clockOf(db.KindOf(q))+`) where id in (`+db.Places(1, len(ids))+`)`, ids...)
	if err != nil || !scheduled || db.KindOf(q) != db.Postgres {
		return err
	}
	_, err = q.ExecContext(ctx, `select pg_notify('`+db.Channel+`', '')`) // a scheduled event has just happened: the other nodes' watchers
	return err
}

func put(ctx context.Context, q db.Q, h happened, listener string, now int64) error {
	_, err := q.ExecContext(ctx, `insert into task (id, event, name, about, listener, due) values ($1, $2, $3, $4, $5, $6) on conflict (event, listener) do nothing`,
		db.NewID(), h.id, string(h.name), h.about, listener, now)
	return err
}

// regularly begins each period that has come, unless another node did, and tells when the next one comes.
func (r *Runner) regularly(ctx context.Context) (next int64, err error) {
	now := db.Micros(r.clock())
	next = now + poll.Microseconds()
	for _, g := range r.regulars {
		at := now - now%g.period
		if at > g.seen {
			if err := r.d.Tx(ctx, func(ctx context.Context, q db.Q) error { return g.begin(ctx, q, at, now) }); err != nil {
				return 0, err
			}
			g.seen = at
		}
		next = min(next, at+g.period)
	}
	return next, nil
}

// begin makes the task of the period that began at; tasks of earlier periods that still wait are superseded.
func (g *regular) begin(ctx context.Context, q db.Q, at, now int64) error {
	res, err := q.ExecContext(ctx, `insert into regular (name, last) values ($1, $2)
		on conflict (name) do update set last = excluded.last where regular.last < excluded.last`, g.name, at)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	if _, err := q.ExecContext(ctx, `delete from task where listener = $1 and lease <= $2`, g.name, now); err != nil {
		return err
	}
	return put(ctx, q, happened{id: at, about: at, name: everyEvent}, g.name, now)
}

// clear takes away events told more than a day ago, and what gave up more than thirty days ago.
func (r *Runner) clear(ctx context.Context, _ time.Time) error {
	kind := r.d.Kind()
	return r.d.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `delete from event where open = 0 and ready < `+clockOf(kind)+` - $1`, (24 * time.Hour).Microseconds())
		if err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `delete from task where gave_up = 1 and due < $1`, db.Micros(r.clock().AddDate(0, 0, -30)))
		return err
	})
}

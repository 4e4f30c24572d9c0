package job

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
)

// Task is what one listener still has to do.
type Task struct {
	ID       int64
	Event    Event
	About    int64 // the id the event is about
	Listener string
	Tries    int       // begun so often
	Due      time.Time // when it is tried next
	Fault    string    // how the last try ended
	GaveUp   bool      // it is not tried again by itself
}

const taskColumns = `id, name, about, listener, tries, due, fault, gave_up`

// Failing lists the tasks whose last try failed, those that gave up first, then by when they are tried next; at most a thousand.
func (r *Runner) Failing(ctx context.Context) ([]Task, error) {
	rows, err := r.d.Read().QueryContext(ctx, `select `+taskColumns+` from task where fault <> '' order by gave_up desc, due limit 1000`)
	if err != nil {
		return nil, err
	}
	return scanTasks(rows)
}

// Again has a failing task tried at once, with all its tries before it. fault.NotFound when there is no such task.
func (r *Runner) Again(ctx context.Context, id int64) error {
	return r.d.Tx(ctx, func(ctx context.Context, q db.Q) error {
		res, err := q.ExecContext(ctx, `update task set gave_up = 0, tries = 0, due = $2 where id = $1 and fault <> ''`, id, db.Micros(r.clock()))
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err == nil && n == 0 {
			err = fmt.Errorf("task %d: %w", id, fault.NotFound)
		}
		return err
	})
}

func scanTasks(rows *sql.Rows) ([]Task, error) {
	defer rows.Close()
	var all []Task
	for rows.Next() {
		var t Task
		var due, gaveUp int64
		if err := rows.Scan(&t.ID, &t.Event, &t.About, &t.Listener, &t.Tries, &due, &t.Fault, &gaveUp); err != nil {
			return nil, err
		}
		t.Due, t.GaveUp = db.Time(due), gaveUp == 1
		all = append(all, t)
	}
	return all, rows.Err()
}

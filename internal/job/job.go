// Package job does later what can be later: whoever changes something says so in the same transaction, and whoever
// listens is told, once or on every node, also when a process dies in between.
//
//	const Published = job.Event("article.published")     // article/article.go
//	return Published.Add(ctx, q, a.ID)                   // article/store.go, inside db.Tx
//	job.On(p.Jobs, article.Published, "feeds", p.refresh) // press/press.go
//
// An event carries an id and nothing else: a listener reads how things stand now. It may run twice.
package job

import (
	"context"
	"fmt"
	"time"

	"lede/internal/db"
)

// Event is a kind of thing that happens, named by the word it happens to: "article.published".
type Event string

// Add says that e happened to id. It belongs inside the transaction that made it so: it is told if and only if that commits.
func (e Event) Add(ctx context.Context, q db.Q, id int64) error { return e.add(ctx, q, id, 0) }

// AddAt says that e will happen to id at due, by the runner's clock. If nothing runs then, it is told once as soon as something does.
// It cannot be called back: the listener looks whether it still holds.
func (e Event) AddAt(ctx context.Context, q db.Q, id int64, due time.Time) error {
	return e.add(ctx, q, id, max(1, db.Micros(due)))
}

func (e Event) add(ctx context.Context, q db.Q, id, due int64) error {
	ready := "null"
	if due == 0 {
		ready = clockOf(db.KindOf(q))
	}
	insert := `insert into event (id, name, about, due, ready) values ($1, $2, $3, $4, ` + ready + `)`
	if db.KindOf(q) == db.Postgres {
		insert = `with said as (` + insert + ` returning id) select pg_notify('` + db.Channel + `', '') from said`
	}
	if _, err := q.ExecContext(ctx, insert, db.NewID(), string(e), id, due); err != nil {
		return fmt.Errorf("event %s: %w", e, err)
	}
	return nil
}

// clockOf is the database's own clock in microseconds, which all nodes agree on: when an event became one is told by it.
func clockOf(k db.Kind) string {
	if k == db.Postgres {
		return `cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)`
	}
	return `cast(unixepoch('subsec') * 1000000 as integer)`
}

// skipLocked lets nodes on PostgreSQL claim side by side; SQLite has one writer and needs no such word.
func skipLocked(k db.Kind) string {
	if k == db.Postgres {
		return ` for update skip locked`
	}
	return ""
}

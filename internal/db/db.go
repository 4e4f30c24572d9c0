// Package db keeps what the paper knows: in one SQLite file, or in a PostgreSQL database, behind the same promises.
// Whatever a Tx has acknowledged is durable; whatever it refused has left no trace.
//
//	d, err := db.Open(ctx, "/srv/paper/paper.db")
//	err = d.Tx(ctx, func(ctx context.Context, q db.Q) error {
//		_, err := q.ExecContext(ctx, `insert into section (id, slug) values ($1, $2)`, db.NewID(), "harbor")
//		return err
//	})
//	row := d.Read().QueryRowContext(ctx, `select id from section where slug = $1`, "harbor")
//
// Text handed to a statement must be valid UTF-8 without NUL; a time.Time is refused (use Micros).
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
)

// Kind tells which of the two databases stands behind a DB or a Q.
type Kind int

// The two databases.
const (
	SQLite Kind = iota
	Postgres
)

func (k Kind) String() string {
	if k == Postgres {
		return "PostgreSQL"
	}
	return "SQLite"
}

var (
	// ErrNewer: the database was written by a newer Lede than this one.
	ErrNewer = errors.New("the database is newer than this lede")
	// ErrUnwritable: the database cannot be written now (disk full, an I/O error, no connection). Reading may still work.
	// Whether the refused write happened is not known; it must be safe to repeat.
	ErrUnwritable = errors.New("the database cannot be written now")
	// ErrClosed: the database was closed.
	ErrClosed = errors.New("the database is closed")
)

// Q is what a statement runs on: the readers, or the transaction in hand.
type Q interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// handle is a Q that knows which database it speaks to.
type handle struct {
	Q
	kind Kind
}

// KindOf tells which database q speaks to; it is exact for what Read and Tx hand out, and SQLite for anything else.
func KindOf(q Q) Kind {
	if h, ok := q.(handle); ok {
		return h.kind
	}
	return SQLite
}

// DB is one paper's database, open. All methods may be called from many goroutines.
type DB struct {
	kind  Kind
	where string // file or URL, as given
	log   *slog.Logger
	read  *sql.DB // SQLite: the readers, which cannot write; PostgreSQL: the one pool
	w     *writer // SQLite only
	wakes wakes
	stats counters

	closed atomic.Bool
	close  sync.Once
}

// Stats counts what was written since the database was opened.
type Stats struct {
	Commits int64 // commits made durable
	Writes  int64 // calls of Tx that those commits acknowledged
	Failed  int64 // commits or batches that failed as a whole
}

type counters struct{ commits, writes, failed atomic.Int64 }

// Option changes how a database is opened.
type Option func(*DB)

// Log sends what an operator should know (a writer reopened, a connection for wake-ups lost) to log instead of slog.Default.
func Log(log *slog.Logger) Option { return func(d *DB) { d.log = log } }

// Open opens the database at where and brings its schema up to this binary: a path is an SQLite file, made when absent
// (its folder must exist); postgres://… is PostgreSQL. A schema with steps this binary does not know is ErrNewer.
// A database that only misses nothing is opened without a write.
func Open(ctx context.Context, where string, opts ...Option) (*DB, error) {
	d := &DB{where: where, log: slog.Default()}
	for _, o := range opts {
		o(d)
	}
	var err error
	switch {
	case where == "":
		return nil, errors.New("no database named: give a file, or postgres://user@host/name")
	case strings.HasPrefix(where, "postgres://"), strings.HasPrefix(where, "postgresql://"):
		d.kind = Postgres
		err = d.openPostgres(ctx)
	case strings.Contains(where, "://"):
		return nil, fmt.Errorf("database %q: give a file, or postgres://user@host/name", where)
	default:
		err = d.openSQLite(ctx)
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Kind tells which database this is.
func (d *DB) Kind() Kind { return d.kind }

// Read gives the readers. Each statement sees what was committed when it began; cancelling its context interrupts it.
func (d *DB) Read() Q { return handle{d.read, d.kind} }

// Stats tells what was written so far.
func (d *DB) Stats() Stats {
	return Stats{d.stats.commits.Load(), d.stats.writes.Load(), d.stats.failed.Load()}
}

// inside marks the context of a transaction, so that one inside another is refused instead of waiting for itself.
type inside struct{}

// Tx runs fn, and returns nil once all it wrote through q is durable. An error or a panic in fn undoes what that fn did
// and is returned. Transactions happen as if one after another, on both databases.
//
// fn must be short, use nothing but its q and its ctx, and close its rows. It may be run again after its work was undone,
// so it sets what it captures and never appends to it. Its ctx keeps the values of the caller's, and no request can cancel it:
// a caller may give up while it still waits for its turn (ctx.Err()); once begun, its work is carried out.
//
// ErrUnwritable in the error means that nothing was acknowledged, and that it is not known whether it happened.
func (d *DB) Tx(ctx context.Context, fn func(ctx context.Context, q Q) error) error {
	if ctx.Value(inside{}) != nil {
		return errors.New("a transaction was begun inside another")
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if d.closed.Load() {
		return ErrClosed
	}
	if d.kind == Postgres {
		return d.txPostgres(ctx, fn)
	}
	return d.w.do(ctx, fn)
}

// Close waits for the write in hand and closes all connections. Later calls answer ErrClosed.
func (d *DB) Close() error {
	var err error
	d.close.Do(func() {
		d.closed.Store(true)
		d.wakes.stop()
		if d.w != nil {
			d.w.stop()
		}
		err = d.read.Close()
		if d.w != nil {
			err = errors.Join(err, d.w.closeConn()) // last, since the last one out empties the log into the file
		}
	})
	return err
}

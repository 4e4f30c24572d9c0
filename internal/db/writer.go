package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// A batch takes what waits, up to this many and this long; nothing waits for a batch to fill.
const (
	batchMost = 128
	batchLong = 20 * time.Millisecond
)

// writer is the one connection that writes. Its goroutine takes what waits, gives each its turn inside a savepoint,
// commits once, and only then answers them all.
type writer struct {
	d       *DB
	file    string
	queue   chan *write
	closing chan struct{}
	done    chan struct{}

	mu    sync.Mutex // guards pool, for Close after the goroutine has ended
	pool  *sql.DB    // of one connection; nil until it is opened anew
	conn  *sql.Conn
	lite  *liteConn
	doubt error // why the connection was dropped; the next one is checked before anything is acknowledged
	sick  func(query string) error
}

// write is one call of Tx. Its fn runs in the goroutine of whoever called, when the writer gives it the turn.
type write struct {
	state  atomic.Int32 // waiting, begun or gone
	turn   chan Q
	ran    chan error
	answer chan error
}

const (
	waiting int32 = iota
	begun
	gone
)

var errEnded = errors.New("the goroutine ended in the middle of its transaction")

func startWriter(ctx context.Context, file string, d *DB) (*writer, error) {
	w := &writer{d: d, file: file, queue: make(chan *write, 4*batchMost), closing: make(chan struct{}), done: make(chan struct{})}
	if err := w.open(ctx); err != nil {
		return nil, err
	}
	go w.loop()
	return w, nil
}

// do carries one Tx through, in the caller's goroutine.
func (w *writer) do(ctx context.Context, fn func(context.Context, Q) error) error {
	wr := &write{turn: make(chan Q, 1), ran: make(chan error, 1), answer: make(chan error, 1)}
	select {
	case <-w.closing:
		return ErrClosed
	case w.queue <- wr:
	case <-ctx.Done():
		return ctx.Err()
	}
	within := context.WithValue(context.WithoutCancel(ctx), inside{}, true)
	giveUp := ctx.Done()
	for {
		select {
		case q := <-wr.turn:
			wr.run(within, q, fn)
		case err := <-wr.answer:
			return err
		case <-giveUp:
			if wr.state.CompareAndSwap(waiting, gone) {
				return ctx.Err()
			}
			giveUp = nil
		case <-w.done:
			// The writer has ended; it may have answered just before.
			select {
			case err := <-wr.answer:
				return err
			default:
				return ErrClosed
			}
		}
	}
}

// run tells the writer how fn ended, also when fn ends its goroutine (as t.Fatal does).
func (wr *write) run(ctx context.Context, q Q, fn func(context.Context, Q) error) {
	err := errEnded
	defer func() { wr.ran <- err }()
	err = call(ctx, q, fn)
}

// call is fn with a panic made an error.
func call(ctx context.Context, q Q, fn func(context.Context, Q) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a transaction: %v\n%s", p, debug.Stack())
		}
	}()
	return fn(ctx, q)
}

func (w *writer) loop() {
	defer close(w.done)
	for {
		select {
		case <-w.closing:
			return
		case wr := <-w.queue:
			w.batch(wr)
		}
	}
}

// batch is one transaction: first, and what else waits.
func (w *writer) batch(first *write) {
	start := time.Now()
	next := func(taken int) *write {
		if taken == 0 {
			return first
		}
		if taken >= batchMost || time.Since(start) > batchLong {
			return nil
		}
		select {
		case wr := <-w.queue:
			return wr
		default:
			return nil
		}
	}
	again := w.transact(next)
	// A constraint checked only at commit refused all of them; alone, each is judged for itself.
	for _, wr := range again {
		w.transact(func(taken int) *write {
			if taken == 0 {
				return wr
			}
			return nil
		})
	}
}

// outcome is how one savepoint ended.
type outcome struct {
	*write
	err error
}

// transact runs what next gives (until it gives nil) and answers it, but for what should be tried again alone.
func (w *writer) transact(next func(taken int) *write) (again []*write) {
	ctx := context.Background()
	err := w.ready(ctx)
	if err == nil {
		err = w.exec(ctx, `begin immediate`)
	}
	if err != nil {
		var all []outcome
		if wr := next(0); wr.begin() {
			all = append(all, outcome{wr, err})
		}
		w.fail(all, err)
		return nil
	}
	var all []outcome
	good := 0
	for taken := 0; w.lite.fatal == nil; taken++ {
		wr := next(taken)
		if wr == nil {
			break
		}
		if !wr.begin() {
			continue
		}
		err := w.one(ctx, wr)
		all = append(all, outcome{wr, err})
		if err == nil {
			good++
		}
	}
	if w.lite.fatal != nil {
		w.fail(all, w.lite.fatal)
		return nil
	}
	if good == 0 {
		if err := w.exec(ctx, `rollback`); err != nil {
			w.fail(all, err)
			return nil
		}
		tellAll(all)
		return nil
	}
	return w.commit(ctx, all, good)
}

// begin takes the write from whoever could still give up. What is tried again has begun already.
func (wr *write) begin() bool {
	return wr.state.CompareAndSwap(waiting, begun) || wr.state.Load() == begun
}

// one gives one write its turn in a savepoint, and releases or undoes that one.
func (w *writer) one(ctx context.Context, wr *write) error {
	if err := w.exec(ctx, `savepoint one`); err != nil {
		return err
	}
	wr.turn <- handle{w.conn, SQLite}
	err := <-wr.ran
	if left := w.lite.closeRows(); left && err == nil {
		err = errors.New("a transaction left its rows open")
	}
	if err == nil {
		if end := w.exec(ctx, `release one`); end != nil {
			w.ended(end)
			return w.lite.fatal
		}
		return nil
	}
	if end := w.exec(ctx, `rollback to one`); end != nil {
		w.ended(end)
	} else if end := w.exec(ctx, `release one`); end != nil {
		w.ended(end)
	}
	return err
}

// ended notes that the savepoint was gone: the transaction was rolled back or ended under us, and the connection is in autocommit.
func (w *writer) ended(err error) {
	if w.lite.fatal == nil {
		w.lite.fatal = fmt.Errorf("the transaction ended before its commit: %w", err)
	}
}

func (w *writer) commit(ctx context.Context, all []outcome, good int) (again []*write) {
	err := w.exec(ctx, `commit`)
	if err == nil {
		w.d.stats.commits.Add(1)
		w.d.stats.writes.Add(int64(good))
		w.d.wakes.tell()
		tellAll(all)
		return nil
	}
	if code(err) != sqlite3.SQLITE_CONSTRAINT || w.exec(ctx, `rollback`) != nil {
		w.fail(all, err)
		return nil
	}
	for _, o := range all {
		switch {
		case o.err != nil:
			o.answer <- o.err
		case good == 1:
			o.answer <- err
		default:
			again = append(again, o.write)
		}
	}
	return again
}

func tellAll(all []outcome) {
	for _, o := range all {
		o.answer <- o.err
	}
}

// fail drops the connection, which undoes all that was not committed, and answers everyone.
func (w *writer) fail(all []outcome, why error) {
	w.d.stats.failed.Add(1)
	w.drop(why)
	w.d.log.Error("a batch of writes failed; nothing more is acknowledged until the database is opened anew",
		"writes", len(all), "error", why)
	for _, o := range all {
		if o.err == nil || errors.Is(o.err, why) || dooms(o.err) {
			o.err = fmt.Errorf("%w: %w", ErrUnwritable, why)
		}
		o.answer <- o.err
	}
}

func (w *writer) exec(ctx context.Context, query string) error {
	_, err := w.conn.ExecContext(ctx, query)
	return err
}

// ready makes sure that there is a connection to trust.
func (w *writer) ready(ctx context.Context) error {
	if w.conn != nil {
		return nil
	}
	doubt := w.doubt
	if err := w.open(ctx); err != nil {
		return err
	}
	if err := w.check(ctx, doubt); err != nil {
		w.drop(err)
		return err
	}
	w.doubt = nil
	w.d.log.Warn("the database was opened anew for writing", "after", doubt)
	return nil
}

// check proves that a database opened after a failure can be written again: it is whole (asked only when it was said to be
// damaged, since this reads all of it), its log can be brought into the file, and a commit reaches the disk.
func (w *writer) check(ctx context.Context, doubt error) error {
	if c := code(doubt); c == sqlite3.SQLITE_CORRUPT || c == sqlite3.SQLITE_NOTADB {
		if err := integrity(ctx, w.conn, `pragma quick_check(1)`); err != nil {
			return err
		}
	}
	var busy, log, moved int
	if err := w.conn.QueryRowContext(ctx, `pragma wal_checkpoint(passive)`).Scan(&busy, &log, &moved); err != nil {
		return err
	}
	for _, s := range []string{`begin immediate`, `update schema_step set at = at`, `commit`} {
		if err := w.exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) open(ctx context.Context) error {
	base, err := sqlite.NewConnector(dsn(w.file, url.Values{"mode": {"rw"}}))
	if err != nil {
		return err
	}
	pool := sql.OpenDB(connector{Connector: base, writer: true})
	pool.SetMaxOpenConns(1)
	conn, err := pool.Conn(ctx)
	if err != nil {
		return errors.Join(err, pool.Close())
	}
	err = conn.Raw(func(c any) error {
		w.lite = c.(*liteConn)
		w.lite.sick = w.sick
		return nil
	})
	w.mu.Lock()
	w.pool, w.conn = pool, conn
	w.mu.Unlock()
	return err
}

// drop closes the connection for good; the next write opens another.
func (w *writer) drop(why error) {
	w.doubt = why
	if w.lite != nil {
		w.lite.fatal = nil
	}
	if err := w.closeConn(); err != nil {
		w.d.log.Warn("closing the writing connection", "error", err)
	}
}

func (w *writer) closeConn() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conn == nil {
		return nil
	}
	err := w.conn.Raw(func(c any) error { return c.(*liteConn).Close() })
	// database/sql waits here for rows that a fn never closed, maybe for ever; the connection itself is closed already.
	go func(conn *sql.Conn, pool *sql.DB) { conn.Close(); pool.Close() }(w.conn, w.pool)
	w.conn, w.pool = nil, nil
	return err
}

// stop ends the goroutine after the batch in hand. What still waits is answered ErrClosed.
func (w *writer) stop() {
	close(w.closing)
	<-w.done
}

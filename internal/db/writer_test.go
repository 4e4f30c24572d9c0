package db

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

var ctx = context.Background()

// lite opens a fresh SQLite database with a table of notes.
func lite(t *testing.T) *DB {
	t.Helper()
	d, err := Open(ctx, filepath.Join(t.TempDir(), "paper ?#%20é.db"), Log(slog.New(slog.NewTextHandler(io.Discard, nil))))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	must(t, d, `create table remark (id integer primary key, said text not null unique)`)
	return d
}

func must(t *testing.T, d *DB, query string, args ...any) {
	t.Helper()
	if err := d.Tx(ctx, say(query, args...)); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func say(query string, args ...any) func(context.Context, Q) error {
	return func(ctx context.Context, q Q) error {
		_, err := q.ExecContext(ctx, query, args...)
		return err
	}
}

func said(t *testing.T, d *DB) string {
	t.Helper()
	var s string
	if err := d.Read().QueryRowContext(ctx, `select coalesce(group_concat(said, ' ' order by said), '') from remark`).Scan(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

// together runs the fns in one batch: the writer is held by a first transaction until all of them wait.
func together(t *testing.T, d *DB, fns ...func(context.Context, Q) error) []error {
	t.Helper()
	hold, held := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		d.Tx(ctx, func(context.Context, Q) error { close(held); <-hold; return errors.New("only in the way") })
	})
	<-held
	errs := make([]error, len(fns))
	for i, fn := range fns {
		wg.Go(func() { errs[i] = d.Tx(ctx, fn) })
		for len(d.w.queue) <= i { // in this order
			time.Sleep(50 * time.Microsecond)
		}
	}
	time.Sleep(batchLong + time.Millisecond) // the one in the way has used up its batch
	close(hold)
	wg.Wait()
	return errs
}

func TestWhatWaitsIsCommittedTogether(t *testing.T) {
	d := lite(t)
	before := d.Stats()
	var fns []func(context.Context, Q) error
	for _, s := range strings.Fields("a b c d e f g h") {
		fns = append(fns, say(`insert into remark (said) values ($1)`, s))
	}
	fns[3] = say(`insert into remark (said) values ('a')`) // refused: a is there by then
	for i, err := range together(t, d, fns...) {
		if (err != nil) != (i == 3) {
			t.Errorf("write %d: got %v", i, err)
		}
	}
	after := d.Stats()
	if after.Commits-before.Commits != 1 || after.Writes-before.Writes != 7 {
		t.Errorf("%d commits for %d writes, want 1 for 7", after.Commits-before.Commits, after.Writes-before.Writes)
	}
	if got := said(t, d); got != "a b c e f g h" {
		t.Errorf("got %q", got)
	}
}

func TestWhoGivesUpWaitingWritesNothing(t *testing.T) {
	d := lite(t)
	hold, held := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		d.Tx(ctx, func(context.Context, Q) error { close(held); <-hold; return nil })
	})
	<-held
	request, cancel := context.WithCancel(ctx)
	wg.Go(func() {
		if err := d.Tx(request, say(`insert into remark (said) values ('late')`)); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		close(hold)
	})
	for len(d.w.queue) == 0 {
		time.Sleep(50 * time.Microsecond)
	}
	cancel()
	wg.Wait()
	must(t, d, `insert into remark (said) values ('next')`)
	if got := said(t, d); got != "next" {
		t.Errorf("got %q", got)
	}
}

// failing makes every statement fail that starts with prefix, as long as broken is true.
func failing(d *DB, prefix string, err error) (broken *bool) {
	broken = new(bool)
	*broken = true
	d.w.sick = func(query string) error {
		if *broken && strings.HasPrefix(query, prefix) {
			return err
		}
		return nil
	}
	d.w.lite.sick = d.w.sick
	return broken
}

func TestAfterACommitThatFailedNothingIsAcknowledgedUntilOpenedAnew(t *testing.T) {
	d := lite(t)
	must(t, d, `insert into remark (said) values ('before')`)
	disk := errors.New("fsync: input/output error")
	broken := failing(d, "commit", disk)
	errs := together(t, d, say(`insert into remark (said) values ('one')`), say(`insert into remark (said) values ('two')`))
	for _, err := range errs {
		if !errors.Is(err, ErrUnwritable) || !errors.Is(err, disk) {
			t.Errorf("got %v, want everyone in the batch refused", err)
		}
	}
	for range 2 { // its own check commits too, and fails
		if err := d.Tx(ctx, say(`insert into remark (said) values ('three')`)); !errors.Is(err, ErrUnwritable) {
			t.Errorf("got %v, want the writer to refuse while the disk fails", err)
		}
	}
	if got := said(t, d); got != "before" {
		t.Errorf("readers see %q", got)
	}
	*broken = false
	must(t, d, `insert into remark (said) values ('after')`)
	if got := said(t, d); got != "after before" {
		t.Errorf("got %q", got)
	}
}

func TestAFullDiskFailsTheWholeBatchThoughItsFnLooksAway(t *testing.T) {
	d := lite(t)
	must(t, d, `pragma max_page_count = 60`)
	look := func(ctx context.Context, q Q) error {
		q.ExecContext(ctx, `insert into remark (said) values ($1)`, strings.Repeat("x", 300_000))
		_, err := q.ExecContext(ctx, `insert into remark (said) values ('in autocommit')`)
		if err == nil {
			t.Error("a statement ran after the transaction was lost")
		}
		return nil
	}
	errs := together(t, d, say(`insert into remark (said) values ('first')`), look)
	for i, err := range errs {
		if !errors.Is(err, ErrUnwritable) || code(err) != sqlite3.SQLITE_FULL {
			t.Errorf("write %d: got %v, want a full disk", i, err)
		}
	}
	must(t, d, `insert into remark (said) values ('room again')`)
	if got := said(t, d); got != "room again" {
		t.Errorf("got %q", got)
	}
}

func TestATransactionEndedUnderItsFnIsNotAcknowledged(t *testing.T) {
	d := lite(t)
	errs := together(t, d, say(`insert into remark (said) values ('first')`), say(`rollback`))
	for i, err := range errs {
		if !errors.Is(err, ErrUnwritable) {
			t.Errorf("write %d: got %v", i, err)
		}
	}
	must(t, d, `insert into remark (said) values ('next')`)
	if got := said(t, d); got != "next" {
		t.Errorf("got %q", got)
	}
}

func TestNoContextOfAFnInterruptsTheWriter(t *testing.T) {
	d := lite(t)
	own, cancel := context.WithCancel(ctx)
	cancel()
	err := d.Tx(ctx, func(_ context.Context, q Q) error {
		_, err := q.ExecContext(own, `insert into remark (said) values ('kept')`)
		return err
	})
	if err != nil || said(t, d) != "kept" {
		t.Errorf("got %v, %q", err, said(t, d))
	}
}

func TestAConstraintCheckedAtCommitRefusesOnlyWhoBrokeIt(t *testing.T) {
	d := lite(t)
	must(t, d, `create table reply (remark bigint references remark (id) deferrable initially deferred)`)
	errs := together(t, d, say(`insert into remark (said) values ('good')`), say(`insert into reply values (404)`))
	if errs[0] != nil || code(errs[1]) != sqlite3.SQLITE_CONSTRAINT {
		t.Errorf("got %v", errs)
	}
	if got := said(t, d); got != "good" {
		t.Errorf("got %q", got)
	}
}

func TestRowsLeftOpenAreSaidToBe(t *testing.T) {
	d := lite(t)
	must(t, d, `insert into remark (said) values ('a'), ('b')`)
	err := d.Tx(ctx, func(ctx context.Context, q Q) error {
		rows, err := q.QueryContext(ctx, `select said from remark`)
		if err == nil {
			rows.Next()
		}
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "rows open") {
		t.Errorf("got %v", err)
	}
	must(t, d, `insert into remark (said) values ('c')`)
}

func TestOneStatementMayBeReadTwiceAtOnce(t *testing.T) {
	d := lite(t)
	must(t, d, `insert into remark (said) values ('a'), ('b')`)
	pairs := ""
	err := d.Tx(ctx, func(ctx context.Context, q Q) error {
		pairs = ""
		return each(ctx, q, func(a string) error {
			return each(ctx, q, func(b string) error { pairs += a + b + " "; return nil })
		})
	})
	if err != nil || pairs != "aa ab ba bb " {
		t.Errorf("got %q, %v", pairs, err)
	}
}

func each(ctx context.Context, q Q, fn func(string) error) error {
	rows, err := q.QueryContext(ctx, `select said from remark order by said`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return err
		}
		if err := fn(s); err != nil {
			return err
		}
	}
	return rows.Err()
}

func TestAReaderCannotWrite(t *testing.T) {
	d := lite(t)
	if _, err := d.Read().ExecContext(ctx, `insert into remark (said) values ('x')`); err == nil {
		t.Error("a reader wrote")
	}
}

func TestTheSettingsThatKeepWordAreOn(t *testing.T) {
	d := lite(t)
	want := map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1"}
	for pragma, w := range want {
		var writer, reader string
		err := d.Tx(ctx, func(ctx context.Context, q Q) error { return q.QueryRowContext(ctx, `pragma `+pragma).Scan(&writer) })
		if err != nil || writer != w {
			t.Errorf("writer's %s is %q, want %q (%v)", pragma, writer, w, err)
		}
		if err := d.Read().QueryRowContext(ctx, `pragma `+pragma).Scan(&reader); err != nil || reader != w {
			t.Errorf("reader's %s is %q, want %q (%v)", pragma, reader, w, err)
		}
	}
}

func TestWhichErrorsDoomABatch(t *testing.T) {
	d := lite(t)
	_, own := d.Read().QueryContext(ctx, `select nothing`)
	var e *sqlite.Error
	if !errors.As(own, &e) || dooms(own) {
		t.Errorf("%v is the statement's own mistake", own)
	}
	for _, err := range []error{context.Canceled, context.DeadlineExceeded} {
		if !dooms(err) {
			t.Errorf("%v dooms the batch", err)
		}
	}
	if dooms(nil) || dooms(errors.New("what a fn says")) {
		t.Error("nothing and what a fn says doom nothing")
	}
}

func TestAStepIsCutAtTheEndsOfStatements(t *testing.T) {
	s := step{"x", "-- a; comment;\ncreate table a (\n  id $ID, -- the id; and more\n  b text\n);\r\n\n  create index i on a (b);\ninsert into a values (1, 'x;y')"}
	got := s.statements(Postgres)
	if len(got) != 3 || !strings.Contains(got[0], "id bigint primary key") || got[2] != "insert into a values (1, 'x;y')" {
		t.Errorf("got %q", got)
	}
	if got := s.statements(SQLite); !strings.Contains(got[0], "id integer primary key") {
		t.Errorf("got %q", got[0])
	}
}

func TestStepsComeInTheOrderOfTheirNames(t *testing.T) {
	steps, err := schemaSteps(fstest.MapFS{"schema/0002-b.sql": {}, "schema/0010-c.sql": {}, "schema/0001-a.sql": {}, "schema/x.txt": {}})
	if err != nil || len(steps) != 3 || steps[0].name != "0001-a" || steps[2].name != "0010-c" {
		t.Errorf("got %v, %v", steps, err)
	}
	if _, err := fs.ReadFile(schemaFiles, "schema/0001-job.sql"); err != nil {
		t.Error(err)
	}
	todo, err := missing(steps, []string{"0002-b"})
	if err != nil || len(todo) != 2 || todo[0].name != "0001-a" {
		t.Errorf("got %v, %v", todo, err)
	}
}

package db_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"lede/internal/db"
	"lede/internal/db/dbtest"
)

var ctx = context.Background()

// notes makes a table of notes, for tests to write into.
func notes(t *testing.T, d *db.DB) {
	t.Helper()
	write(t, d, `create table remark (id bigint primary key, said text not null)`)
}

func write(t *testing.T, d *db.DB, query string, args ...any) {
	t.Helper()
	err := d.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, query, args...)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func remark(id int, said string) func(context.Context, db.Q) error {
	return func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `insert into remark (id, said) values ($1, $2)`, id, said)
		return err
	}
}

func count(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	if err := d.Read().QueryRowContext(ctx, `select count(*) from remark`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhatIsAcknowledgedIsReadByEveryoneAndWhatFailedLeftNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		notes(t, d)
		no := errors.New("changed my mind")
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				err := d.Tx(ctx, func(ctx context.Context, q db.Q) error {
					if err := remark(i, "ferry")(ctx, q); err != nil {
						return err
					}
					if i%4 == 0 {
						return no
					}
					return nil
				})
				if want := i%4 == 0; errors.Is(err, no) != want || (err != nil) != want {
					t.Errorf("remark %d: got %v", i, err)
				}
			})
		}
		wg.Wait()
		if n := count(t, d); n != 75 {
			t.Errorf("%d notes are there, want the 75 that were acknowledged", n)
		}
	})
}

func TestAStatementThatFailsCanBeHandledInsideASavepoint(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		notes(t, d)
		err := d.Tx(ctx, func(ctx context.Context, q db.Q) error {
			for _, s := range []string{`insert into remark values (1, 'a')`, `savepoint mine`} {
				if _, err := q.ExecContext(ctx, s); err != nil {
					return err
				}
			}
			if _, err := q.ExecContext(ctx, `insert into remark values (1, 'again')`); err == nil {
				return errors.New("the same key went in twice")
			}
			_, err := q.ExecContext(ctx, `rollback to savepoint mine`)
			return err
		})
		if err != nil || count(t, d) != 1 {
			t.Errorf("got %v and %d notes, want the first to stay", err, count(t, d))
		}
	})
}

func TestTransactionsHappenAsIfOneAfterAnother(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		notes(t, d)
		write(t, d, `insert into remark values (1, '')`)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				err := d.Tx(ctx, func(ctx context.Context, q db.Q) error {
					var said string
					if err := q.QueryRowContext(ctx, `select said from remark where id = 1`).Scan(&said); err != nil {
						return err
					}
					_, err := q.ExecContext(ctx, `update remark set said = $1 where id = 1`, said+"x")
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		var said string
		if err := d.Read().QueryRowContext(ctx, `select said from remark where id = 1`).Scan(&said); err != nil || said != "xxxxxxxx" {
			t.Errorf("got %q, %v; want eight, none lost", said, err)
		}
	})
}

func TestAPanicUndoesItsTransactionAndIsAnError(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		notes(t, d)
		err := d.Tx(ctx, func(ctx context.Context, q db.Q) error {
			if err := remark(1, "lost")(ctx, q); err != nil {
				return err
			}
			panic("ink")
		})
		if err == nil || !strings.Contains(err.Error(), "ink") {
			t.Errorf("got %v, want the panic as an error", err)
		}
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			d.Tx(ctx, func(ctx context.Context, q db.Q) error { runtime.Goexit(); return nil })
		}()
		<-gone
		write(t, d, `insert into remark values (2, 'kept')`)
		if n := count(t, d); n != 1 {
			t.Errorf("%d notes, want only the one after the panic", n)
		}
	})
}

func TestATransactionOnceBegunIsCarriedOutThoughItsCallerWentAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		notes(t, d)
		request, cancel := context.WithCancel(ctx)
		err := d.Tx(request, func(inner context.Context, q db.Q) error {
			cancel()
			if inner.Err() != nil {
				return errors.New("the transaction was cancelled with its request")
			}
			return remark(1, "kept")(inner, q)
		})
		if err != nil || count(t, d) != 1 {
			t.Errorf("got %v and %d notes", err, count(t, d))
		}
		if err := d.Tx(request, remark(2, "never begun")); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want a cancelled caller to be told so", err)
		}
	})
}

func TestATransactionInsideAnotherIsRefusedInsteadOfWaitingForItself(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		notes(t, d)
		err := d.Tx(ctx, func(ctx context.Context, q db.Q) error { return d.Tx(ctx, remark(1, "x")) })
		if err == nil || !strings.Contains(err.Error(), "inside another") {
			t.Errorf("got %v", err)
		}
	})
}

func TestNeitherNULNorBrokenTextNorClockTimesComeIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		notes(t, d)
		for _, said := range []any{"a\x00b", "a\xff", time.Unix(0, 0)} {
			err := d.Tx(ctx, func(ctx context.Context, q db.Q) error {
				_, err := q.ExecContext(ctx, `insert into remark (id, said) values ($1, $2)`, 1, said)
				return err
			})
			var n int
			read := d.Read().QueryRowContext(ctx, `select count(*) from remark where said = $1`, said).Scan(&n)
			if err == nil || read == nil {
				t.Errorf("%q: written with %v, looked for with %v; want both refused", said, err, read)
			}
		}
	})
}

func TestTextIsOrderedByCodePointOnBoth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		notes(t, d)
		for i, s := range []string{"é", "b", "a", "B", "ا", "_", "Z"} {
			write(t, d, `insert into remark values ($1, $2)`, i, s)
		}
		rows, err := d.Read().QueryContext(ctx, `select said from remark order by said`)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var got string
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				t.Fatal(err)
			}
			got += s
		}
		if got != "BZ_abéا" {
			t.Errorf("got %q", got)
		}
	})
}

func TestWhoWantsToKnowIsToldOfEachCommitAlsoOfAnotherNodes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		notes(t, d)
		told := make(chan struct{}, 100)
		stop := d.OnCommit(func() { told <- struct{}{} })
		defer stop()
		write(t, d, `insert into remark values (1, 'here')`)
		await(t, told, "of a commit here")
		if d.Kind() != db.Postgres {
			return
		}
		for len(told) > 0 {
			<-told
		}
		time.Sleep(50 * time.Millisecond) // the listening connection says hello once
		for len(told) > 0 {
			<-told
		}
		if _, err := d.Read().ExecContext(ctx, `select pg_notify($1, '')`, db.Channel); err != nil {
			t.Fatal(err)
		}
		await(t, told, "by another node")
	})
}

func await(t *testing.T, c <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(5 * time.Second):
		t.Fatalf("nobody was told %s", what)
	}
}

func TestAReaderInterruptedLeavesTheOthersAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		notes(t, d)
		short, cancel := context.WithTimeout(ctx, 30*time.Millisecond)
		defer cancel()
		var n int
		err := d.Read().QueryRowContext(short, `with recursive c (n) as (select 1 union all select n + 1 from c where n < 100000000) select count(*) from c`).Scan(&n)
		if err == nil {
			t.Fatal("a hundred million rows were counted in 30 ms")
		}
		for i := range 20 {
			write(t, d, `insert into remark values ($1, 'x')`, i)
			if got := count(t, d); got != i+1 {
				t.Fatalf("%d notes, want %d", got, i+1)
			}
		}
	})
}

func TestAClosedDatabaseSaysSo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		notes(t, d)
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if err := d.Tx(ctx, remark(1, "late")); !errors.Is(err, db.ErrClosed) {
			t.Errorf("got %v", err)
		}
	})
}

func TestIdsAreUniqueAndGrow(t *testing.T) {
	var mu sync.Mutex
	seen := map[int64]bool{}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			last := int64(0)
			for range 20000 {
				id := db.NewID()
				if id <= last {
					t.Errorf("%d after %d", id, last)
				}
				last = id
				mu.Lock()
				if seen[id] {
					t.Errorf("%d twice", id)
				}
				seen[id] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

func TestTimesAreKeptInMicroseconds(t *testing.T) {
	at := time.Date(2025, 6, 17, 9, 30, 0, 123456789, time.FixedZone("", 7200))
	if got := db.Time(db.Micros(at)); !got.Equal(at.Truncate(time.Microsecond)) || got.Location() != time.UTC {
		t.Errorf("got %v", got)
	}
	if db.MicrosOrNil(time.Time{}) != nil || db.MicrosOrNil(at) != db.Micros(at) {
		t.Error("the zero time is kept as null, any other in microseconds")
	}
}

func TestAnAddressThatIsNoneIsRefusedWithAWord(t *testing.T) {
	for where, want := range map[string]string{"": "no database named", "mysql://x": "postgres://", "postgres://%zz": "database address", t.TempDir() + "/no/such/x.db": "no such file"} {
		if _, err := db.Open(ctx, where); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q in it", where, err, want)
		}
	}
}

func ExampleDB_Tx() {
	d, err := db.Open(ctx, "/nonexistent/paper.db")
	if err != nil {
		fmt.Println("the folder must exist")
		return
	}
	defer d.Close()
	err = d.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `insert into remark (id, said) values ($1, $2)`, db.NewID(), "ferry")
		return err
	})
	fmt.Println(err)
	// Output: the folder must exist
}

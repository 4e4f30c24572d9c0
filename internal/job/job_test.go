package job_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/internal/job"
)

const (
	published = job.Event("article.published")
	withdrawn = job.Event("article.withdrawn")
)

var (
	ctx   = context.Background()
	quiet = slog.New(slog.NewTextHandler(io.Discard, nil))
)

// clock is a pinned clock that tests move.
type clock struct{ us atomic.Int64 }

func pinned() *clock {
	c := &clock{}
	c.us.Store(db.Micros(time.Date(2025, 6, 17, 9, 0, 0, 0, time.UTC)))
	return c
}

func (c *clock) now() time.Time       { return db.Time(c.us.Load()) }
func (c *clock) move(d time.Duration) { c.us.Add(d.Microseconds()) }

// told collects what listeners were told.
type told struct {
	mu  sync.Mutex
	ids []int64
}

func (l *told) listen(_ context.Context, id int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ids = append(l.ids, id)
	return nil
}

func (l *told) watch(ctx context.Context, id int64, _ time.Time) { l.listen(ctx, id) }

func (l *told) is(t *testing.T, what string, want ...int64) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	got := slices.Sorted(slices.Values(l.ids))
	if !slices.Equal(got, want) {
		t.Errorf("%s: told %v, want %v", what, got, want)
	}
}

func add(t *testing.T, d *db.DB, e job.Event, ids ...int64) {
	t.Helper()
	err := d.Tx(ctx, func(ctx context.Context, q db.Q) error {
		for _, id := range ids {
			if err := e.Add(ctx, q, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func drain(t *testing.T, rs ...*job.Runner) {
	t.Helper()
	for _, r := range rs {
		if err := r.Drain(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEachListenerIsToldOnceAndOnlyOfWhatWasCommitted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := pinned()
		var feeds, search, gone told
		var nodes []*job.Runner
		for range 2 {
			r := job.New(d, quiet, c.now)
			job.On(r, published, "feeds", feeds.listen)
			job.On(r, published, "search", search.listen)
			job.On(r, withdrawn, "feeds", gone.listen)
			nodes = append(nodes, r)
		}
		add(t, d, published, 1, 2)
		add(t, d, withdrawn, 3)
		no := errors.New("no")
		if err := d.Tx(ctx, func(ctx context.Context, q db.Q) error { return errors.Join(published.Add(ctx, q, 4), no) }); !errors.Is(err, no) {
			t.Fatal(err)
		}
		drain(t, nodes...)
		drain(t, nodes...)
		feeds.is(t, "feeds", 1, 2)
		search.is(t, "search", 1, 2)
		gone.is(t, "feeds of withdrawals", 3)
	})
}

func TestTwoNodesAtWorkTellEachTaskOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var feeds told
		var wg sync.WaitGroup
		var want []int64
		for id := range int64(60) {
			want = append(want, id+1)
		}
		add(t, d, published, want...)
		for range 3 {
			r := job.New(d, quiet, time.Now)
			job.On(r, published, "feeds", feeds.listen)
			wg.Go(func() {
				if err := r.Drain(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		feeds.is(t, "feeds", want...)
	})
}

func TestAFailureIsTriedAgainAfterAGrowingPauseAndGivenUpVisibly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := pinned()
		r := job.New(d, quiet, c.now)
		tries := 0
		down := true
		job.On(r, published, "mail", func(context.Context, int64) error {
			tries++
			if !down {
				return nil
			}
			if tries%2 == 0 {
				panic("the mail server\x00 is on fire")
			}
			return errors.New("no mail server")
		})
		add(t, d, published, 7)
		drain(t, r)
		drain(t, r)
		if tries != 1 {
			t.Fatalf("%d tries before the pause is over, want 1", tries)
		}
		var last time.Duration
		for range 40 {
			failing, err := r.Failing(ctx)
			if err != nil || len(failing) != 1 || failing[0].About != 7 || failing[0].Listener != "mail" || failing[0].Fault == "" {
				t.Fatalf("failing: %+v, %v", failing, err)
			}
			if failing[0].GaveUp {
				break
			}
			pause := failing[0].Due.Sub(c.now())
			if pause < last || pause > 66*time.Minute {
				t.Fatalf("pause of %s after one of %s", pause, last)
			}
			last = pause.Truncate(time.Hour)
			c.move(pause)
			drain(t, r)
		}
		if tries != 20 {
			t.Errorf("gave up after %d tries, want 20", tries)
		}
		c.move(48 * time.Hour)
		drain(t, r)
		failing, err := r.Failing(ctx)
		if err != nil || tries != 20 || len(failing) != 1 || !failing[0].GaveUp {
			t.Fatalf("after giving up: %d tries, %+v, %v", tries, failing, err)
		}
		down = false
		if err := r.Again(ctx, failing[0].ID); err != nil {
			t.Fatal(err)
		}
		drain(t, r)
		if failing, _ := r.Failing(ctx); len(failing) != 0 || tries != 21 {
			t.Errorf("after Again: %d tries, failing %v", tries, failing)
		}
		if err := r.Again(ctx, 404); !errors.Is(err, fault.NotFound) {
			t.Errorf("got %v", err)
		}
	})
}

func TestEveryNodesWatcherIsToldOnceAlsoOfWhatIsReadAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := pinned()
		var pages [2]told
		var nodes []*job.Runner
		for i := range pages {
			r := job.New(d, quiet, c.now)
			job.Watch(r, published, pages[i].watch)
			nodes = append(nodes, r)
		}
		add(t, d, published, 1)
		drain(t, nodes...)
		add(t, d, published, 2)
		add(t, d, withdrawn, 9)
		drain(t, nodes...)
		drain(t, nodes...)
		for i := range pages {
			pages[i].is(t, "watcher", 1, 2)
		}
	})
}

func TestALateCommitIsStillSeenByWatchers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if d.Kind() != db.Postgres {
			return // one writer: no transaction commits behind a later one
		}
		var pages told
		r := job.New(d, quiet, time.Now)
		job.Watch(r, published, pages.watch)
		err := d.Tx(ctx, func(inner context.Context, q db.Q) error {
			if err := published.Add(inner, q, 1); err != nil {
				return err
			}
			add(t, d, published, 2)
			drain(t, r)
			pages.is(t, "before the first commits", 2)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		drain(t, r)
		pages.is(t, "after", 1, 2)
	})
}

func TestAScheduledEventHappensWhenItIsDueOnceAlsoAfterAServerWasDown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := pinned()
		due := c.now().Add(time.Hour)
		node := func() (*job.Runner, *told, *told, *time.Time) {
			var feeds, pages told
			var at time.Time
			r := job.New(d, quiet, c.now)
			job.On(r, published, "feeds", feeds.listen)
			job.Watch(r, published, func(ctx context.Context, id int64, when time.Time) { at = when; pages.watch(ctx, id, when) })
			return r, &feeds, &pages, &at
		}
		err := d.Tx(ctx, func(ctx context.Context, q db.Q) error { return published.AddAt(ctx, q, 5, due) })
		if err != nil {
			t.Fatal(err)
		}
		r, feeds, pages, _ := node()
		c.move(time.Hour - time.Microsecond)
		drain(t, r)
		feeds.is(t, "too early")
		pages.is(t, "too early")
		c.move(24 * time.Hour) // nobody was there when it came
		r, feeds, pages, at := node()
		other, feeds2, pages2, _ := node()
		drain(t, r, other, r)
		feeds.is(t, "feeds", 5)
		feeds2.is(t, "feeds elsewhere")
		pages.is(t, "watcher", 5)
		pages2.is(t, "watcher elsewhere", 5)
		if !at.Equal(due) {
			t.Errorf("the watcher was told it happened at %v, want %v", at, due)
		}
	})
}

func TestARegularTaskRunsOnceAPeriodAcrossNodes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := pinned()
		var ran told
		down := false
		var nodes []*job.Runner
		for range 2 {
			r := job.New(d, quiet, c.now)
			job.Every(r, "backup", 24*time.Hour, func(_ context.Context, at time.Time) error {
				if down {
					return errors.New("disk full")
				}
				return ran.listen(ctx, int64(at.Day()))
			})
			nodes = append(nodes, r)
		}
		drain(t, nodes...)
		c.move(14 * time.Hour)
		drain(t, nodes...)
		ran.is(t, "on the 17th", 17)
		down = true
		c.move(24 * time.Hour)
		drain(t, nodes...)
		if failing, err := nodes[0].Failing(ctx); err != nil || len(failing) != 1 {
			t.Errorf("failing: %v, %v", failing, err)
		}
		down = false
		c.move(2 * time.Second)
		drain(t, nodes[1], nodes[0])
		ran.is(t, "retried on the 18th", 17, 18)
		c.move(5 * 24 * time.Hour)
		drain(t, nodes[1], nodes[0])
		ran.is(t, "after days without a server only the day at hand", 17, 18, 23)
	})
}

func TestATaskWhoseProcessDiedIsDoneByAnotherWhenItsLeaseHasRunOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := pinned()
		dying := job.New(d, quiet, c.now)
		job.On(dying, published, "feeds", func(context.Context, int64) error { runtime.Goexit(); return nil })
		add(t, d, published, 1)
		gone := make(chan struct{})
		go func() { defer close(gone); dying.Drain(ctx) }() // ends in the middle of the task, and nothing is saved
		<-gone
		var feeds told
		r := job.New(d, quiet, c.now)
		job.On(r, published, "feeds", feeds.listen)
		c.move(29 * time.Second)
		drain(t, r)
		feeds.is(t, "while the lease runs")
		c.move(2 * time.Second)
		drain(t, r)
		feeds.is(t, "after the lease", 1)
	})
}

func TestAStartedRunnerIsWokenByACommitAndStopsWhenItsTasksHaveEnded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := job.New(d, quiet, time.Now)
		began, end, ended := make(chan struct{}), make(chan struct{}), atomic.Bool{}
		watched := make(chan time.Time, 100)
		job.On(r, published, "slow", func(context.Context, int64) error { close(began); <-end; ended.Store(true); return nil })
		job.Watch(r, withdrawn, func(context.Context, int64, time.Time) { watched <- time.Now() })
		r.Start(ctx)
		var waits []time.Duration
		for id := range int64(15) {
			add(t, d, withdrawn, id+1)
			start := time.Now()
			select {
			case at := <-watched:
				waits = append(waits, at.Sub(start))
			case <-time.After(5 * time.Second):
				t.Fatal("the watcher was not told")
			}
		}
		slices.Sort(waits)
		t.Logf("from the commit to the watcher: median %s, worst %s", waits[7], waits[14])
		if waits[7] > 50*time.Millisecond { // a poll would take 250 ms; how fast it is on an idle machine the log says
			t.Errorf("a watcher is told %s after the commit", waits[7])
		}
		add(t, d, published, 1)
		<-began
		stopped := make(chan error)
		go func() { stopped <- r.Stop(ctx) }()
		close(end)
		if err := <-stopped; err != nil || !ended.Load() {
			t.Errorf("stopped with %v, task ended: %v", err, ended.Load())
		}
		var left int
		if err := d.Read().QueryRowContext(ctx, `select count(*) from task where lease > 0`).Scan(&left); err != nil || left != 0 {
			t.Errorf("%d leases left, %v", left, err)
		}
	})
}

func TestAStopThatCannotWaitGivesTheTasksBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := pinned()
		r := job.New(d, quiet, c.now)
		began := make(chan struct{}, 9)
		job.On(r, published, "slow", func(ctx context.Context, _ int64) error { began <- struct{}{}; <-ctx.Done(); return ctx.Err() })
		add(t, d, published, 1, 2, 3)
		r.Start(ctx)
		<-began
		soon, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
		defer cancel()
		if err := r.Stop(soon); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		var next told
		other := job.New(d, quiet, c.now)
		job.On(other, published, "slow", next.listen)
		drain(t, other)
		next.is(t, "the next node, at once", 1, 2, 3)
	})
}

func TestAnIdlePaperWritesNothing(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t))
	r := job.New(d, quiet, pinned().now)
	var feeds told
	job.On(r, published, "feeds", feeds.listen)
	job.Watch(r, published, feeds.watch)
	drain(t, r)
	before := d.Stats()
	r.Start(ctx)
	time.Sleep(1200 * time.Millisecond) // two polls and more
	if err := r.Stop(ctx); err != nil {
		t.Error(err)
	}
	if after := d.Stats(); after != before {
		t.Errorf("%d commits with nothing to do", after.Commits-before.Commits)
	}
}

func TestWhatIsDoneIsClearedAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := pinned()
		r := job.New(d, quiet, c.now)
		var feeds told
		job.On(r, published, "feeds", feeds.listen)
		add(t, d, published, 1, 2)
		drain(t, r)
		err := d.Tx(ctx, func(ctx context.Context, q db.Q) error {
			_, err := q.ExecContext(ctx, `update event set ready = 1 where about = 1`) // long ago
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		c.move(time.Hour)
		drain(t, r)
		var events, tasks int
		if err := d.Read().QueryRowContext(ctx, `select (select count(*) from event), (select count(*) from task)`).Scan(&events, &tasks); err != nil {
			t.Fatal(err)
		}
		if events != 1 || tasks != 0 {
			t.Errorf("%d events and %d tasks are kept, want the one of today and none", events, tasks)
		}
	})
}

package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"lede/internal/db"
)

// poll is how often a runner looks when nobody wakes it: for other nodes, for leases that ran out.
const poll = 500 * time.Millisecond

// Runner tells one node's listeners. What a listener is told is kept in the database until it has returned nil.
// Listeners are declared before Start or Drain.
type Runner struct {
	d     *db.DB
	log   *slog.Logger
	clock func() time.Time
	id    int64 // owner of what this runner has claimed

	lanes    map[string]*lane
	names    []string // of the lanes, in the order they were declared
	heard    map[Event][]string
	regulars []*regular
	plan     string // the statement that asks which lanes have something due
	watched  watchLog

	workWake, watchWake chan struct{}
	stopping            chan struct{}
	cancel              context.CancelFunc // ends what runs, the hard way
	running             sync.WaitGroup
	once                sync.Once
}

// New makes a runner over d. clock says what time it is for scheduled events, retries, leases and periods.
func New(d *db.DB, log *slog.Logger, clock func() time.Time) *Runner {
	r := &Runner{d: d, log: log, clock: clock, id: db.NewID(), lanes: map[string]*lane{}, heard: map[Event][]string{},
		workWake: make(chan struct{}, 1), watchWake: make(chan struct{}, 1), stopping: make(chan struct{}), cancel: func() {}}
	r.watched.fns = map[Event][]Watcher{}
	Every(r, "jobs.clear", time.Hour, r.clear)
	return r
}

// On has fn told of every e once, on whichever node comes first. name is the listener's, kept with the task: it must not change
// between releases, and is unique for an event. Tasks of one name run one after another on a node; an error or a panic is
// tried again after a growing pause, and given up after about nine hours (see Failing).
func On(r *Runner, e Event, name string, fn func(ctx context.Context, id int64) error) {
	l := r.lane(name)
	if l.fns[e] != nil {
		panic(fmt.Sprintf("job: two listeners named %q on %s", name, e))
	}
	l.fns[e] = func(ctx context.Context, t Task) error { return fn(ctx, t.About) }
	r.heard[e] = append(r.heard[e], name)
}

// Every has fn run once in each period, on whichever node comes first: periods are counted from 1970 UTC, at is the beginning
// of the one meant. A period in which nothing ran is not made up for, except the current one. A failure is retried as in On
// until the next period begins.
func Every(r *Runner, name string, period time.Duration, fn func(ctx context.Context, at time.Time) error) {
	if period < time.Second {
		panic(fmt.Sprintf("job: %q every %s; a second is the shortest", name, period))
	}
	g := &regular{name: "every." + name, period: period.Microseconds()}
	l := r.lane(g.name)
	if l.fns[everyEvent] != nil {
		panic(fmt.Sprintf("job: two regular tasks named %q", name))
	}
	l.fns[everyEvent] = func(ctx context.Context, t Task) error { return fn(ctx, db.Time(t.About)) }
	r.regulars = append(r.regulars, g)
}

// Start begins to work, in goroutines of its own, until Stop. When ctx ends, running tasks are cancelled.
func (r *Runner) Start(ctx context.Context) {
	ctx, r.cancel = context.WithCancel(ctx)
	quiet := r.d.OnCommit(func() { wake(r.workWake); wake(r.watchWake) })
	r.running.Go(func() {
		defer quiet()
		r.loop(ctx, r.workWake, r.work)
	})
	if len(r.watched.fns) > 0 {
		next := time.Time{}
		r.running.Go(func() {
			r.loop(ctx, r.watchWake, func(ctx context.Context) (time.Duration, error) {
				began := time.Now()
				wide := !began.Before(next)
				_, err := r.look(ctx, wide)
				if wide {
					next = began.Add(max(poll, atMost*time.Since(began)))
				}
				return poll, err
			})
		})
	}
}

// Stop claims nothing more and waits for the running tasks. When ctx ends first they are cancelled and given back for another
// node, and the error says so.
func (r *Runner) Stop(ctx context.Context) error {
	r.once.Do(func() { close(r.stopping) })
	done := make(chan struct{})
	go func() { r.running.Wait(); close(done) }()
	defer r.cancel()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	r.cancel()
	select {
	case <-done:
	case <-time.After(time.Second):
		return fmt.Errorf("tasks still run and did not heed that they were cancelled: %w", ctx.Err())
	}
	return fmt.Errorf("tasks were cancelled, to be done again: %w", ctx.Err())
}

// Drain tells everything that is due now, and what comes of it, in the caller's goroutine, and returns when nothing is left.
// Tasks that fail wait for their time as always: see Failing. For tests and for commands that end.
func (r *Runner) Drain(ctx context.Context) error {
	for {
		told, err := r.look(ctx, true)
		if err != nil {
			return err
		}
		more, err := r.spread(ctx)
		if err != nil {
			return err
		}
		if _, err := r.regularly(ctx); err != nil {
			return err
		}
		for _, name := range r.names {
			n, err := r.lanes[name].run(ctx)
			if err != nil {
				return err
			}
			more = more || n > 0
		}
		if told == 0 && !more {
			return nil
		}
	}
}

// loop runs turn whenever it is woken, and when the pause it asked for is over, but at least twice a second.
func (r *Runner) loop(ctx context.Context, woken <-chan struct{}, turn func(context.Context) (pause time.Duration, err error)) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	wrong := false
	for {
		select {
		case <-r.stopping:
			return
		case <-ctx.Done():
			return
		case <-woken:
		case <-timer.C:
		}
		pause, err := turn(ctx)
		if err != nil {
			pause = poll
			if !wrong && ctx.Err() == nil && !errors.Is(err, db.ErrClosed) {
				r.log.Error("jobs wait: the database does not answer", "error", err)
			}
		}
		wrong = err != nil
		timer.Reset(min(pause, poll))
	}
}

// work makes tasks of what happened and sets the lanes running that have something due. It tells how long nothing else is.
func (r *Runner) work(ctx context.Context) (time.Duration, error) {
	next, err := r.regularly(ctx)
	if err != nil {
		return 0, err
	}
	due, err := r.due(ctx)
	if err != nil {
		return 0, err
	}
	now := db.Micros(r.clock())
	if at, ok := due[""]; ok && at <= now {
		more, err := r.spread(ctx)
		if err != nil {
			return 0, err
		}
		if more {
			return 0, nil // look again: there are tasks now
		}
		return poll, nil // another node has it in hand
	}
	for name, at := range due {
		if name != "" && at <= now {
			r.running.Go(func() { r.lanes[name].start(ctx) })
			continue
		}
		next = min(next, at)
	}
	return time.Duration(next-now) * time.Microsecond, nil
}

func wake(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// stopped tells whether Stop was called.
func (r *Runner) stopped() bool {
	select {
	case <-r.stopping:
		return true
	default:
		return false
	}
}

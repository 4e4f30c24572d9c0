package job

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"lede/internal/db"
)

const (
	claimMost = 16                     // tasks a lane takes at a time
	leaseLong = 30 * time.Second       // a claim not renewed for so long is anyone's
	saveAfter = 250 * time.Millisecond // results wait at most so long for company
	triesMost = 20                     // then a task gives up
	pauseMost = time.Hour
)

// lane runs the tasks of one listener, one after another.
type lane struct {
	r    *Runner
	name string
	fns  map[Event]func(context.Context, Task) error
	mu   sync.Mutex // held while it runs
}

func (r *Runner) lane(name string) *lane {
	l := r.lanes[name]
	if l == nil {
		l = &lane{r: r, name: name, fns: map[Event]func(context.Context, Task) error{}}
		r.lanes[name], r.names, r.plan = l, append(r.names, name), ""
	}
	return l
}

// start runs the lane unless it runs already.
func (l *lane) start(ctx context.Context) {
	if !l.mu.TryLock() {
		return
	}
	n, err := l.runLocked(ctx)
	l.mu.Unlock()
	if err != nil && ctx.Err() == nil {
		l.r.log.Error("tasks wait: the database does not answer", "listener", l.name, "error", err)
		return
	}
	if n > 0 {
		wake(l.r.workWake) // something may have come while it still held the lane
	}
}

func (l *lane) run(ctx context.Context) (n int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.runLocked(ctx)
}

func (l *lane) runLocked(ctx context.Context) (n int, err error) {
	for !l.r.stopped() && ctx.Err() == nil {
		tasks, err := l.claim(ctx)
		if err != nil || len(tasks) == 0 {
			return n, err
		}
		n += len(tasks)
		if err := l.work(ctx, tasks); err != nil {
			return n, err
		}
	}
	return n, ctx.Err()
}

// claim takes tasks that are due and that nobody holds, for as long as the lease runs.
func (l *lane) claim(ctx context.Context) (tasks []Task, err error) {
	now := l.r.clock()
	err = l.r.d.Tx(ctx, func(ctx context.Context, q db.Q) error {
		var err error
		tasks, err = l.free(ctx, q, db.Micros(now))
		if err != nil || len(tasks) == 0 {
			return err
		}
		args := []any{l.r.id, db.Micros(now.Add(leaseLong))}
		for _, t := range tasks {
			args = append(args, t.ID)
		}
		_, err = q.ExecContext(ctx, `update task set owner = $1, lease = $2, tries = tries + 1 where id in (`+db.Places(3, len(tasks))+`)`, args...)
		return err
	})
	return tasks, err
}

func (l *lane) free(ctx context.Context, q db.Q, now int64) ([]Task, error) {
	rows, err := q.QueryContext(ctx, `select `+taskColumns+` from task where listener = $1 and gave_up = 0 and due <= $2 and lease <= $2
		order by due limit $3`+skipLocked(db.KindOf(q)), l.name, now, claimMost)
	if err != nil {
		return nil, err
	}
	tasks, err := scanTasks(rows)
	for i := range tasks {
		tasks[i].Tries++ // as claim writes it
	}
	return tasks, err
}

// result is how a try ended. One that was never begun, or was cancelled by Stop, is given back.
type result struct {
	Task
	err   error
	began bool
}

// work runs claimed tasks and keeps their lease alive. Results are saved together, since each save is a commit.
func (l *lane) work(ctx context.Context, tasks []Task) error {
	defer l.hold(ctx, tasks)()
	var results []result
	saved := time.Now()
	for _, t := range tasks {
		if l.r.stopped() || ctx.Err() != nil {
			results = append(results, result{Task: t})
			continue
		}
		err := l.try(ctx, t)
		results = append(results, result{t, err, err == nil || ctx.Err() == nil})
		if time.Since(saved) > saveAfter {
			if err := l.save(ctx, results); err != nil {
				return err
			}
			results, saved = nil, time.Now()
		}
	}
	return l.save(ctx, results)
}

// hold renews the lease of tasks until release is called.
func (l *lane) hold(ctx context.Context, tasks []Task) (release func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(leaseLong / 3)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if err := l.renew(ctx, tasks); err != nil && ctx.Err() == nil {
					l.r.log.Warn("a lease could not be renewed; the tasks may run twice", "listener", l.name, "error", err)
				}
			}
		}
	}()
	return func() { cancel(); <-done }
}

func (l *lane) renew(ctx context.Context, tasks []Task) error {
	args := []any{l.r.id, db.Micros(l.r.clock().Add(leaseLong))}
	for _, t := range tasks {
		args = append(args, t.ID)
	}
	return l.r.d.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `update task set lease = $2 where owner = $1 and lease > 0 and id in (`+db.Places(3, len(tasks))+`)`, args...)
		return err
	})
}

// try runs one task; a panic is an error like any other.
func (l *lane) try(ctx context.Context, t Task) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if t.Tries > triesMost {
		return fmt.Errorf("the process ended during the task, %d times", triesMost)
	}
	fn := l.fns[t.Event]
	if fn == nil {
		return fmt.Errorf("no listener %q on %s in this version", l.name, t.Event)
	}
	return fn(ctx, t)
}

// save writes how tasks ended: done is deleted, failed waits for its next try or gives up, and what was not begun is given back.
// A task whose lease was lost to another node is left to that node.
func (l *lane) save(ctx context.Context, results []result) error {
	if len(results) == 0 {
		return nil
	}
	now := l.r.clock()
	for _, res := range results {
		l.tell(res)
	}
	return l.r.d.Tx(context.WithoutCancel(ctx), func(ctx context.Context, q db.Q) error {
		for _, res := range results {
			if err := l.saveOne(ctx, q, res, now); err != nil {
				return err
			}
		}
		return nil
	})
}

func (l *lane) saveOne(ctx context.Context, q db.Q, res result, now time.Time) error {
	var err error
	switch {
	case !res.began:
		_, err = q.ExecContext(ctx, `update task set owner = null, lease = 0, tries = tries - 1 where id = $1 and owner = $2`, res.ID, l.r.id)
	case res.err == nil:
		_, err = q.ExecContext(ctx, `delete from task where id = $1 and owner = $2`, res.ID, l.r.id)
	default:
		gaveUp := 0
		if res.Tries >= triesMost {
			gaveUp = 1
		}
		_, err = q.ExecContext(ctx, `update task set owner = null, lease = 0, due = $3, fault = $4, gave_up = $5 where id = $1 and owner = $2`,
			res.ID, l.r.id, db.Micros(now.Add(pause(res.Tries, res.ID))), faultText(res.err), gaveUp)
	}
	return err
}

// tell logs a failed try.
func (l *lane) tell(res result) {
	if !res.began || res.err == nil {
		return
	}
	args := []any{"listener", l.name, "event", res.Event, "about", res.About, "try", res.Tries, "error", res.err}
	if res.Tries >= triesMost {
		l.r.log.Error("a task gave up", args...)
		return
	}
	l.r.log.Warn("a task failed and will be tried again", args...)
}

// pause before the next try: a second, doubled each time, at most an hour; and up to a tenth more by the task's id,
// so that what failed together does not return together.
func pause(tries int, id int64) time.Duration {
	p := pauseMost
	if tries < 13 {
		p = min(p, time.Second<<(tries-1))
	}
	return p + p*time.Duration(id%100)/1000
}

// faultText is an error as it may be kept: valid text, not too long.
func faultText(err error) string {
	s := strings.ReplaceAll(err.Error(), "\x00", "")
	if s == "" {
		s = "an error without words"
	}
	return strings.ToValidUTF8(s[:min(len(s), 2000)], "")
}

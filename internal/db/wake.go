package db

import (
	"maps"
	"slices"
	"sync"
)

// wakes holds who wants to know that something was committed.
type wakes struct {
	mu     sync.Mutex
	next   int
	called map[int]func()
	listen func() (stop func()) // PostgreSQL: starts listening to the other nodes; run once, by the first who wants to know
	hush   func()
}

// OnCommit has fn called after each commit made here and, on PostgreSQL, soon after a commit elsewhere that told its channel
// (see Channel). fn is called from the writer: it must return at once and must not call the database. stop ends it.
func (d *DB) OnCommit(fn func()) (stop func()) {
	w := &d.wakes
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.called == nil {
		w.called = map[int]func(){}
	}
	n := w.next
	w.next++
	w.called[n] = fn
	if w.listen != nil {
		w.hush, w.listen = w.listen(), nil
	}
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.called, n)
	}
}

// tell calls everyone who wants to know.
func (w *wakes) tell() {
	w.mu.Lock()
	called := slices.Collect(maps.Values(w.called))
	w.mu.Unlock()
	for _, fn := range called {
		fn()
	}
}

func (w *wakes) stop() {
	w.mu.Lock()
	hush := w.hush
	w.hush, w.listen, w.called = nil, nil, nil
	w.mu.Unlock()
	if hush != nil {
		hush()
	}
}

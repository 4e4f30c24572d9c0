package web

import (
	"bytes"
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// sharedTag marks copies of shared segments on disk: they have no tags of their own, so every Forget forgets them all.
const sharedTag = "\x00shared"

const sharedTimeout = 2 * time.Second

// sharedSegments are the pieces that many pages show (today's date, Latest). gen is raised whenever one of them may have
// changed; a page joined in this very generation needs no look at its pieces.
type sharedSegments struct {
	c    *Cache
	make func(ctx context.Context, name string, now time.Time) ([]byte, time.Time, error)
	same func(name string) string // the piece that serves for name too
	gen  atomic.Uint64
	due  atomic.Int64 // unix nanoseconds when the next one is over

	mu   sync.RWMutex
	byID map[string]*slot
}

// slot is one shared piece. epoch counts the wishes to have it anew.
type slot struct {
	name string
	now  atomic.Pointer[slotValue]

	mu     sync.Mutex
	epoch  uint64
	flight *slotFlight
}

type slotValue struct {
	seg   *segment
	until int64 // unix nanoseconds; math.MaxInt64: until refreshed
	dirty atomic.Bool
}

type slotFlight struct {
	done  chan struct{}
	epoch uint64
	value *slotValue
}

func newSharedSegments(c *Cache) *sharedSegments {
	s := &sharedSegments{c: c, byID: map[string]*slot{}}
	s.make = func(context.Context, string, time.Time) ([]byte, time.Time, error) {
		return nil, time.Time{}, errors.New("nobody makes shared segments")
	}
	s.same = func(name string) string { return name }
	s.gen.Store(1)
	s.due.Store(math.MaxInt64)
	return s
}

// generation is the current one, raised first if a piece's time is over at now.
func (s *sharedSegments) generation(now int64) uint64 {
	if now >= s.due.Load() {
		s.reckon(now)
	}
	return s.gen.Load()
}

// reckon raises the generation and finds when the next piece is over.
func (s *sharedSegments) reckon(now int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now < s.due.Load() {
		return
	}
	due := int64(math.MaxInt64)
	for _, sl := range s.byID {
		if v := sl.now.Load(); v != nil && v.until > now {
			due = min(due, v.until)
		}
	}
	s.due.Store(due)
	s.gen.Add(1)
}

func (s *sharedSegments) slot(name string) *slot {
	s.mu.RLock()
	sl := s.byID[name]
	s.mu.RUnlock()
	if sl != nil {
		return sl
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if sl = s.byID[name]; sl == nil {
		sl = &slot{name: name}
		s.byID[name] = sl
	}
	return sl
}

// named returns the piece that serves for name. What serves for it may change as the piece is made.
func (s *sharedSegments) named(ctx context.Context, name string, now int64) (*segment, error) {
	for {
		serves := s.same(name)
		seg, err := s.segment(ctx, serves, now)
		if err != nil || s.same(name) == serves {
			return seg, err
		}
	}
}

// segment returns the piece of that name as of now. Whoever comes while it is being made waits for it.
func (s *sharedSegments) segment(ctx context.Context, name string, now int64) (*segment, error) {
	sl := s.slot(name)
	for {
		if v := sl.now.Load(); v != nil && !v.dirty.Load() && now < v.until {
			return v.seg, nil
		}
		f, wish := s.board(ctx, sl)
		select {
		case <-f.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if f.epoch >= wish {
			return f.value.seg, nil
		}
	}
}

func (s *sharedSegments) board(ctx context.Context, sl *slot) (*slotFlight, uint64) {
	sl.mu.Lock()
	defer sl.mu.Unlock()
	if sl.flight == nil {
		sl.flight = &slotFlight{done: make(chan struct{}), epoch: sl.epoch}
		go s.fly(context.WithoutCancel(ctx), sl, sl.flight)
	}
	return sl.flight, sl.epoch
}

// fly makes one piece and tells all who wait.
func (s *sharedSegments) fly(ctx context.Context, sl *slot, f *slotFlight) {
	ctx, cancel := context.WithTimeout(ctx, sharedTimeout)
	defer cancel()
	seq, now := s.c.forgets.Load(), s.c.o.Clock()
	body, until, err := s.call(ctx, sl.name, now)
	sl.mu.Lock()
	last := sl.now.Load()
	switch {
	case err == nil:
		f.value = newSlotValue(body, until, now, last)
	case last != nil:
		f.value = &slotValue{seg: last.seg, until: now.Add(retryAfter).UnixNano()}
	default:
		f.value = &slotValue{seg: s.fromDisk(sl.name), until: now.Add(retryAfter).UnixNano()}
	}
	f.value.dirty.Store(sl.epoch != f.epoch)
	if s.c.forgets.Load() == seq { // else it may show what was forgotten, and must not stay as last good
		sl.now.Store(f.value)
	}
	sl.flight = nil
	sl.mu.Unlock()
	s.note(f.value.until)
	if err != nil {
		s.c.o.Log.Error("a shared segment could not be made; the last good one is served", "segment", sl.name, "error", err)
	} else if s.c.kept != nil && (last == nil || last.seg != f.value.seg) {
		s.c.kept.put(keptSegment(sl.name, body, seq))
	}
	close(f.done)
}

// note makes the generation rise at until, if nothing makes it rise before.
func (s *sharedSegments) note(until int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if until < s.due.Load() {
		s.due.Store(until)
	}
}

func (s *sharedSegments) call(ctx context.Context, name string, now time.Time) (body []byte, until time.Time, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicked(v)
		}
	}()
	return s.make(ctx, name, now)
}

// newSlotValue compresses body, or keeps the last segment when it says the same: pages then need no joining.
// A time that is over already would have it made for every request; it holds a second.
func newSlotValue(body []byte, until, now time.Time, last *slotValue) *slotValue {
	v := &slotValue{until: math.MaxInt64}
	if !until.IsZero() {
		v.until = until.UnixNano()
	}
	if !until.IsZero() && !until.After(now) {
		v.until = now.Add(retryAfter).UnixNano()
	}
	seg := newSegment(string(body))
	if last != nil && last.seg.digest == seg.digest && last.seg.raw == seg.raw {
		v.seg = last.seg
	} else {
		v.seg = seg
	}
	return v
}

// newSegment compresses a text that stands alone.
func newSegment(text string) *segment {
	var buf bytes.Buffer
	s := compress(&buf, text)
	s.deflate = bytes.Clone(buf.Bytes())
	return &s
}

func (s *sharedSegments) fromDisk(name string) *segment {
	if s.c.kept != nil {
		if e := s.c.kept.load(sharedTag + "/" + name); e != nil && len(e.segs) == 1 {
			return &e.segs[0]
		}
	}
	return newSegment("")
}

// keptSegment is a shared piece in the form in which pages are kept on disk.
func keptSegment(name string, body []byte, seq uint64) *entry {
	e := newEntry(sharedTag+"/"+name, Page{Tags: []string{sharedTag}}, seq)
	var buf bytes.Buffer
	buf.WriteString(gzipHead)
	e.segs = []segment{compress(&buf, string(body))}
	e.lay(buf.Bytes(), []int{buf.Len()})
	return e
}

func (s *sharedSegments) refresh(prefix string) { s.each(prefix, func(*slot) {}) }

// forget refreshes everything and does not keep the last good either: nobody knows which piece showed what was forgotten.
func (s *sharedSegments) forget() { s.each("", func(sl *slot) { sl.now.Store(nil) }) }

func (s *sharedSegments) each(prefix string, also func(*slot)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, sl := range s.byID {
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		sl.mu.Lock()
		sl.epoch++
		if v := sl.now.Load(); v != nil {
			v.dirty.Store(true)
		}
		also(sl)
		sl.mu.Unlock()
	}
	s.gen.Add(1)
}

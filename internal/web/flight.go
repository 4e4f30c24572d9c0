package web

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lede/internal/fault"
)

// flight is one render on its way; all who want its key meanwhile wait for it.
type flight struct {
	done  chan struct{}
	start uint64 // epoch when it began
	stale bool   // what it made was purged before it was done
	entry *entry
	err   error
}

// miss returns a page that was made after the caller arrived, or before and not purged since.
func (c *Cache) miss(ctx context.Context, key string, render func(context.Context) (Page, error)) (*entry, error) {
	c.meas.misses.Inc()
	for {
		f, arrived := c.board(ctx, key, render)
		select {
		case <-f.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if f.stale && arrived > f.start {
			continue
		}
		return f.entry, f.err
	}
}

// board joins the flight for key or starts it, and says in which epoch that was.
func (c *Cache) board(ctx context.Context, key string, render func(context.Context) (Page, error)) (*flight, uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f := c.flights[key]; f != nil {
		c.meas.joins.Inc()
		return f, c.epoch
	}
	f := &flight{done: make(chan struct{}), start: c.epoch}
	if e := c.pages.get(key); e != nil && e.fresh(c.o.Clock().UnixNano()) {
		f.entry = e // it landed between the look and the lock
		close(f.done)
		return f, c.epoch
	}
	c.flights[key] = f
	go c.fly(context.WithoutCancel(ctx), f, key, c.forgets.Load(), render)
	return f, c.epoch
}

// fly renders, files the result and tells all who wait.
func (c *Cache) fly(ctx context.Context, f *flight, key string, seq uint64, render func(context.Context) (Page, error)) {
	ctx, cancel := context.WithTimeout(ctx, c.o.RenderTimeout)
	defer cancel()
	began := time.Now()
	page, err := c.call(ctx, render)
	c.meas.render.UpdateDuration(began)
	switch {
	case err == nil:
		c.land(f, newEntry(key, page, seq))
	case isFault(err):
		c.turnAway(f, key, err)
	default:
		c.makeDo(f, key, err)
	}
	close(f.done)
}

// call renders; a panic of the render comes back as an error.
func (c *Cache) call(ctx context.Context, render func(context.Context) (Page, error)) (p Page, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicked(v)
		}
	}()
	return render(ctx)
}

// land keeps a page that was made. One that was purged meanwhile is kept as last good page, where there is no other and nothing had
// to be forgotten since.
func (c *Cache) land(f *flight, e *entry) {
	c.mu.Lock()
	f.entry = e
	f.stale = c.purgedSince(f.start, e.tags)
	switch {
	case !f.stale:
		c.pages.put(e)
		c.absent.drop(e.key)
	case c.pages.get(e.key) == nil && c.forgets.Load() == e.seq:
		e.stale.Store(true)
		c.pages.put(e)
	}
	delete(c.flights, e.key)
	c.mu.Unlock()
	if c.kept != nil && e.keep && e.status < 400 && !f.stale {
		c.kept.put(e)
	}
}

func (c *Cache) purgedSince(start uint64, tags []string) bool {
	if start < c.floor {
		return true
	}
	for _, tag := range tags {
		if c.purged[tag] > start {
			return true
		}
	}
	return false
}

// turnAway notes a refusal: what is not there, or not for the public, must not come back as a last good page either.
func (c *Cache) turnAway(f *flight, key string, err error) {
	c.mu.Lock()
	f.err = err
	f.stale = c.epoch != f.start
	if !f.stale && isAbsence(err) {
		e := &entry{key: key, err: err, until: c.o.Clock().Add(absentFor).UnixNano(), bytes: int64(2*len(key)) + 300}
		c.absent.put(e)
	}
	leaves := isAbsence(err) || errors.Is(err, fault.Forbidden)
	if leaves {
		c.pages.drop(key)
	}
	delete(c.flights, key)
	c.mu.Unlock()
	if leaves && c.kept != nil {
		c.kept.drop(key)
	}
}

func isAbsence(err error) bool {
	_, moved := movedTo(err)
	return moved || errors.Is(err, fault.NotFound) || errors.Is(err, fault.Gone)
}

// makeDo looks for the last good page after a render failed.
func (c *Cache) makeDo(f *flight, key string, err error) {
	good := c.pages.get(key)
	if good == nil && c.kept != nil {
		good = c.kept.load(key)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.flights, key)
	f.stale = c.epoch != f.start
	if in := c.pages.get(key); in != nil {
		good = in
	} else if c.kept == nil || good != nil && c.kept.forgotten(good) {
		good = nil // forgotten while we looked
	} else if good != nil {
		good.stale.Store(true)
		c.pages.put(good)
	}
	if good == nil {
		f.err = fmt.Errorf("render %s: %w", key, err)
		return
	}
	c.meas.lastGood.Inc()
	good.retry.Store(c.o.Clock().Add(retryAfter).UnixNano())
	f.entry = good
	c.o.Log.Error("a page could not be made; the last good one is served", "page", key, "error", err)
}

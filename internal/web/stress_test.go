package web

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Readers never see anything older than what had been published when they asked, whatever is purged, refreshed and forgotten
// meanwhile and however little room there is.
func TestNobodySeesThePast(t *testing.T) {
	c := NewCache(CacheOptions{Bytes: 40_000, Dir: t.TempDir(), Log: quiet()})
	defer c.Close()
	var articles, published [20]atomic.Int64
	var latest atomic.Int64
	c.Shared(func(context.Context, string, time.Time) ([]byte, time.Time, error) {
		return fmt.Appendf(nil, "%d", latest.Load()), time.Time{}, nil
	})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 1500 {
				i := rand.IntN(len(articles))
				was, wasLatest := published[i].Load(), latest.Load()
				w := ask(c, fmt.Sprint("/", i), func(context.Context) (Page, error) {
					n := articles[i].Load()
					runtime.Gosched()
					return Page{Body: fmt.Appendf(nil, "%d %s", n, Slot("latest")), Tags: []string{fmt.Sprint(i), "all"}, Keep: true}, nil
				})
				var is, isLatest int64
				if _, err := fmt.Sscan(w.Body.String(), &is, &isLatest); err != nil || is < was || isLatest < wasLatest {
					t.Errorf("article %d: %q, but %d %d had been published", i, w.Body, was, wasLatest)
					return
				}
			}
		})
	}
	for range 300 {
		i := rand.IntN(len(articles))
		next := articles[i].Add(1)
		if i == 0 {
			_ = c.Forget(fmt.Sprint(i))
		} else {
			c.Purge(fmt.Sprint(i))
		}
		published[i].Store(next) // what counts is who asks after the purge has returned
		runtime.Gosched()
	}
	wg.Wait()
	latest.Add(1)
	c.RefreshShared("lat")
	w := ask(c, "/1", func(context.Context) (Page, error) { return Page{Body: []byte("x " + Slot("latest"))}, nil })
	if want := fmt.Sprintf("%d %d", articles[1].Load(), latest.Load()); w.Body.String() != want && w.Body.String() != fmt.Sprintf("x %d", latest.Load()) {
		t.Errorf("got %q, want %q", w.Body, want)
	}
	c.kept.flush()
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.flights) != 0 || c.pages.bytes > 40_000 {
		t.Errorf("%d renders left over, %d bytes", len(c.flights), c.pages.bytes)
	}
}

func TestPagesTakeAboutTheirBytes(t *testing.T) {
	c := benchCache()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var stream int64
	w, r := nowhere{make(map[string][]string)}, benchRequest("/1")
	const pages = 500
	for i := range pages {
		if err := c.Serve(w, r, fmt.Sprint("/", i), func(context.Context) (Page, error) { return article(i), nil }); err != nil {
			t.Fatal(err)
		}
	}
	c.mu.Lock()
	for e := c.pages.head; e != nil; e = e.next {
		for i := range e.segs {
			stream += int64(len(e.segs[i].deflate))
		}
	}
	c.mu.Unlock()
	runtime.GC()
	runtime.GC() // the second empties the pools of compressors
	runtime.ReadMemStats(&after)
	_, weighed := c.Size()
	heap := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	t.Logf("a page: %d bytes packed, %d in memory, %d as the bound counts it", stream/pages, heap/pages, weighed/pages)
	if heap > stream*14/10 || heap > weighed*12/10 {
		t.Errorf("%d bytes of memory for %d bytes packed, counted as %d", heap, stream, weighed)
	}
}

package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lede/internal/fault"
)

// clock is a time that stands still until it is set.
type clock struct{ at atomic.Int64 }

func newClock() *clock {
	c := new(clock)
	c.at.Store(time.Date(2025, 6, 17, 23, 59, 0, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) now() time.Time            { return time.Unix(0, c.at.Load()).UTC() }
func (c *clock) pass(d time.Duration)      { c.at.Add(int64(d)) }
func quiet() *slog.Logger                  { return slog.New(slog.NewTextHandler(io.Discard, nil)) }
func text(p Page, s string, a ...any) Page { p.Body = fmt.Appendf(nil, s, a...); return p }

// counting is a render that counts how often it ran and says so.
func counting(n *atomic.Int64, p Page) func(context.Context) (Page, error) {
	return func(context.Context) (Page, error) { return text(p, "%d", n.Add(1)), nil }
}

func failing(err error) func(context.Context) (Page, error) {
	return func(context.Context) (Page, error) { return Page{}, err }
}

func wantBody(t *testing.T, w *httptest.ResponseRecorder, want string) {
	t.Helper()
	if got := w.Body.String(); got != want {
		t.Fatalf("got %q (status %d), want %q", got, w.Code, want)
	}
}

func TestHerdRendersOnce(t *testing.T) {
	c := NewCache(CacheOptions{})
	var n atomic.Int64
	hold := make(chan struct{})
	render := func(ctx context.Context) (Page, error) {
		<-hold
		return counting(&n, Page{})(ctx)
	}
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			if got := ask(c, "/", render).Body.String(); got != "1" {
				t.Errorf("got %q, want the one render", got)
			}
		})
	}
	for c.meas.misses.Get() < 100 {
		time.Sleep(time.Millisecond)
	}
	close(hold)
	wg.Wait()
}

func TestFirstReaderGoesAndTheRenderGoesOn(t *testing.T) {
	c := NewCache(CacheOptions{})
	var n atomic.Int64
	began, hold := make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
	left := make(chan error)
	go func() {
		left <- c.Serve(httptest.NewRecorder(), r, "/", func(ctx context.Context) (Page, error) {
			close(began)
			<-hold
			return counting(&n, Page{})(ctx)
		})
	}()
	<-began
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	close(hold)
	wantBody(t, ask(c, "/", counting(&n, Page{})), "1")
}

func TestPurgedPageIsRenderedAnew(t *testing.T) {
	c := NewCache(CacheOptions{})
	var n, other atomic.Int64
	ask(c, "/a", counting(&n, Page{Tags: []string{"article/1", "section/2"}}))
	ask(c, "/b", counting(&other, Page{Tags: []string{"article/2"}}))
	c.Purge("article/1")
	wantBody(t, ask(c, "/a", counting(&n, Page{})), "2")
	wantBody(t, ask(c, "/b", counting(&other, Page{})), "1")
}

// A page whose article was published while it was being made is not what those see who ask afterwards.
func TestPurgeDuringRender(t *testing.T) {
	c := NewCache(CacheOptions{})
	var n atomic.Int64
	began, hold := make(chan struct{}), make(chan struct{})
	first := make(chan string)
	page := Page{Tags: []string{"article/1"}}
	go func() {
		first <- ask(c, "/", func(ctx context.Context) (Page, error) {
			close(began)
			<-hold
			return counting(&n, page)(ctx)
		}).Body.String()
	}()
	<-began
	c.Purge("article/1")
	later := make(chan string)
	go func() { later <- ask(c, "/", counting(&n, page)).Body.String() }()
	for c.meas.joins.Get() == 0 {
		time.Sleep(time.Millisecond)
	}
	close(hold)
	if a, b := <-first, <-later; a != "1" || b != "2" {
		t.Errorf("who asked before the purge saw %q, want 1; who asked after it %q, want 2", a, b)
	}
	wantBody(t, ask(c, "/", counting(&n, page)), "2")
}

// A page that was purged while it was made serves when no other can be made; one of which something had to be forgotten does not.
func TestPagePurgedInTheMakingIsBetterThanNone(t *testing.T) {
	for want, told := range map[string]func(*Cache){
		"1":                              func(c *Cache) { c.Purge("article/1") },
		"render /: the database is gone": func(c *Cache) { _ = c.Forget("article/1") },
	} {
		c := NewCache(CacheOptions{Log: slog.New(slog.DiscardHandler)})
		var n atomic.Int64
		ask(c, "/", func(ctx context.Context) (Page, error) {
			told(c)
			return counting(&n, Page{Tags: []string{"article/1"}})(ctx)
		})
		got := ask(c, "/", func(context.Context) (Page, error) { return Page{}, errors.New("the database is gone") })
		wantBody(t, got, want)
	}
}

func TestPageHoldsUntilItsTime(t *testing.T) {
	now := newClock()
	c := NewCache(CacheOptions{Clock: now.now})
	var n atomic.Int64
	render := counting(&n, Page{Until: now.now().Add(time.Minute)})
	ask(c, "/", render)
	now.pass(59 * time.Second)
	wantBody(t, ask(c, "/", render), "1")
	now.pass(time.Second)
	wantBody(t, ask(c, "/", render), "2")
}

func TestDateTurnsAtMidnightOnCachedPages(t *testing.T) {
	now := newClock()
	c := NewCache(CacheOptions{Clock: now.now})
	c.Shared(func(_ context.Context, _ string, at time.Time) ([]byte, time.Time, error) {
		return []byte(at.Format(time.DateOnly)), at.Truncate(24 * time.Hour).Add(24 * time.Hour), nil
	})
	var n atomic.Int64
	render := func(context.Context) (Page, error) {
		n.Add(1)
		return Page{Body: []byte("Today is " + Slot("today/en") + ".")}, nil
	}
	before := ask(c, "/", render)
	wantBody(t, before, "Today is 2025-06-17.")
	now.pass(time.Minute)
	after := ask(c, "/", render)
	wantBody(t, after, "Today is 2025-06-18.")
	if n.Load() != 1 {
		t.Errorf("the page was rendered %d times, want once", n.Load())
	}
	if before.Header().Get("Etag") == after.Header().Get("Etag") {
		t.Error("the ETag stayed although the bytes changed")
	}
}

func TestSharedPieceRefreshed(t *testing.T) {
	c := NewCache(CacheOptions{Log: quiet()})
	var latest, date atomic.Int64
	var broken atomic.Bool
	c.Shared(func(_ context.Context, name string, _ time.Time) ([]byte, time.Time, error) {
		if broken.Load() {
			return nil, time.Time{}, errors.New("database gone")
		}
		if name == "latest/en" {
			return fmt.Appendf(nil, "latest %d", latest.Add(1)), time.Time{}, nil
		}
		return fmt.Appendf(nil, "date %d", date.Add(1)), time.Time{}, nil
	})
	render := func(context.Context) (Page, error) {
		return Page{Body: []byte(Slot("date/en") + ", " + Slot("latest/en"))}, nil
	}
	wantBody(t, ask(c, "/a", render), "date 1, latest 1")
	gen := c.shared.gen.Load()
	c.RefreshShared("latest/")
	if c.shared.gen.Load() == gen {
		t.Error("the generation stayed")
	}
	wantBody(t, ask(c, "/a", render), "date 1, latest 2")
	wantBody(t, ask(c, "/b", render), "date 1, latest 2")
	broken.Store(true)
	c.RefreshShared("")
	wantBody(t, ask(c, "/a", render), "date 1, latest 2")
}

func TestETagIsOfTheBytes(t *testing.T) {
	a, b := NewCache(CacheOptions{}), NewCache(CacheOptions{})
	render := func(context.Context) (Page, error) { return Page{Body: []byte("the same")}, nil }
	packed, plain := ask(a, "/", render, "Accept-Encoding", "gzip"), ask(a, "/", render)
	if packed.Header().Get("Etag") == plain.Header().Get("Etag") {
		t.Error("packed and plain have one ETag")
	}
	if got := ask(b, "/", render).Header().Get("Etag"); got != plain.Header().Get("Etag") {
		t.Errorf("another process says %s, want %s", got, plain.Header().Get("Etag"))
	}
	for _, match := range []string{plain.Header().Get("Etag"), `"x", W/` + plain.Header().Get("Etag"), "*"} {
		w := ask(a, "/", render, "If-None-Match", match)
		if w.Code != http.StatusNotModified || w.Body.Len() != 0 || w.Header().Get("Etag") == "" {
			t.Errorf("If-None-Match %s: %d with %d bytes", match, w.Code, w.Body.Len())
		}
	}
	if w := ask(a, "/", render, "If-None-Match", packed.Header().Get("Etag")); w.Code != http.StatusOK {
		t.Errorf("the packed ETag matched the plain page: %d", w.Code)
	}
}

func TestHeadHasNoBody(t *testing.T) {
	c := NewCache(CacheOptions{})
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodHead, "/", nil)
	modified := time.Date(2025, 6, 17, 0, 0, 0, 0, time.UTC)
	render := func(context.Context) (Page, error) { return Page{Body: []byte("12345"), Modified: modified}, nil }
	if err := c.Serve(w, r, "/", render); err != nil {
		t.Fatal(err)
	}
	if w.Body.Len() != 0 || w.Header().Get("Content-Length") != "5" {
		t.Errorf("%d bytes, length %q", w.Body.Len(), w.Header().Get("Content-Length"))
	}
	if w := ask(c, "/", render, "If-Modified-Since", w.Header().Get("Last-Modified")); w.Code != http.StatusNotModified {
		t.Errorf("not modified since, but %d", w.Code)
	}
}

func TestNotFoundIsBelievedUntilSomethingIsPublished(t *testing.T) {
	c := NewCache(CacheOptions{})
	var n atomic.Int64
	render := func(context.Context) (Page, error) {
		n.Add(1)
		return Page{}, fmt.Errorf("article: %w", fault.NotFound)
	}
	for range 3 {
		if w := ask(c, "/none", render); w.Code != 599 {
			t.Fatal("found")
		}
	}
	if n.Load() != 1 {
		t.Errorf("asked %d times, want once", n.Load())
	}
	c.Purge("front")
	wantBody(t, ask(c, "/none", counting(&n, Page{})), "2")
}

func TestWithdrawnPageDoesNotComeBackWhenTheDatabaseFails(t *testing.T) {
	c := NewCache(CacheOptions{Dir: t.TempDir(), Log: quiet()})
	defer c.Close()
	var n atomic.Int64
	ask(c, "/a", counting(&n, Page{Tags: []string{"a"}, Keep: true}))
	c.Purge("a")
	ask(c, "/a", failing(fault.Gone))
	c.Purge("a")
	c.kept.flush()
	if w := ask(c, "/a", failing(errors.New("database gone"))); w.Code != 599 {
		t.Errorf("got %q, want an error", w.Body)
	}
}

func TestPagesKeepTheirBound(t *testing.T) {
	c := NewCache(CacheOptions{Bytes: 100_000})
	for i := range 500 {
		ask(c, fmt.Sprint("/", i), func(context.Context) (Page, error) {
			return Page{Body: []byte("page"), Tags: []string{"all", fmt.Sprint("article/", i)}}, nil
		})
		ask(c, "/front", func(context.Context) (Page, error) { return Page{Body: []byte("front")}, nil })
	}
	pages, bytes := c.Size()
	if bytes > 100_000 || pages < 50 {
		t.Errorf("%d pages of %d bytes", pages, bytes)
	}
	if c.pages.get("/front") == nil {
		t.Error("the page everybody reads was dropped for pages read once")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := len(c.pages.tags["all"].at); n != pages-1 || len(c.pages.tags) != pages {
		t.Errorf("the index knows %d of %d pages and %d tags", n, pages, len(c.pages.tags))
	}
}

func TestForgetLeavesNothingInMemory(t *testing.T) {
	c := NewCache(CacheOptions{Log: quiet()})
	var n atomic.Int64
	ask(c, "/a", counting(&n, Page{Tags: []string{"x", "y", "x"}}))
	ask(c, "/b", counting(&n, Page{Tags: []string{"y"}}))
	if err := c.Forget("x"); err != nil {
		t.Fatal(err)
	}
	if w := ask(c, "/a", failing(errors.New("database gone"))); w.Code != 599 || !strings.Contains(w.Body.String(), "database gone") {
		t.Errorf("got %q", w.Body)
	}
	wantBody(t, ask(c, "/b", counting(&n, Page{})), "2")
}

func TestRenderThatPanicsOrFailsServesLastGood(t *testing.T) {
	now := newClock()
	c := NewCache(CacheOptions{Clock: now.now, Log: quiet()})
	var n atomic.Int64
	ask(c, "/", counting(&n, Page{Tags: []string{"a"}}))
	c.Purge("a")
	wantBody(t, ask(c, "/", failing(errors.New("database gone"))), "1")
	c.Purge("a")
	wantBody(t, ask(c, "/", func(context.Context) (Page, error) { panic("bug") }), "1")
	wantBody(t, ask(c, "/", counting(&n, Page{})), "1") // for a second it is not tried again
	now.pass(time.Second)
	wantBody(t, ask(c, "/", counting(&n, Page{})), "2")
}

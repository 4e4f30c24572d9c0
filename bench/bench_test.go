package main

import (
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestLoadCountsWholeAnswers(t *testing.T) {
	served := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(strings.Repeat("news ", 40_000)))
	}))
	defer served.Close()
	addr := served.Listener.Addr().String()
	got, err := load(addr, 4, 2, 200*time.Millisecond, func(int) []byte { return request("/", addr) })
	if err == nil && got.requests > 0 {
		t.Fatal("an answer without a length was counted")
	}
	lengthy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "200000")
		_, _ = w.Write([]byte(strings.Repeat("news ", 40_000)))
	}))
	defer lengthy.Close()
	addr = lengthy.Listener.Addr().String()
	if got, err = load(addr, 4, 2, 200*time.Millisecond, func(int) []byte { return request("/", addr) }); err != nil || got.requests == 0 {
		t.Fatalf("load counted %d answers (%v), want some", got.requests, err)
	}
}

func TestAnswerInPiecesIsOne(t *testing.T) {
	whole := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello"
	w := &wire{rest: -1}
	done := 0
	for rest := []byte(strings.Repeat(whole, 3)); len(rest) > 0; {
		n := min(1+rand.IntN(9), len(rest), len(whole)-w.read(whole))
		ended, err := w.take(rest[:n])
		if err != nil {
			t.Fatal(err)
		}
		if ended {
			done++
		}
		rest = rest[n:]
	}
	if done != 3 {
		t.Errorf("counted %d answers, want 3", done)
	}
	if _, err := (&wire{rest: -1}).take([]byte("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")); err == nil {
		t.Error("an error page is taken for a page")
	}
}

// read is how much of an answer has come.
func (w *wire) read(whole string) int {
	if w.rest < 0 {
		return len(w.head)
	}
	return len(whole) - w.rest
}

func TestQuantiles(t *testing.T) {
	list := []time.Duration{5, 1, 4, 2, 3}
	if m := median(list); m != 3 {
		t.Errorf("the median is %d, want 3", m)
	}
	if q := quantile(list, .99); q != 5 {
		t.Errorf("the 99th percentile is %d, want 5", q)
	}
	if !slices.Equal(list, []time.Duration{5, 1, 4, 2, 3}) {
		t.Error("the list was put in another order")
	}
}

func TestProcessorTimeIsReadBehindAnyName(t *testing.T) {
	got, err := cpuOf("7 (a) b (c) S 1 7 7 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 8 0 100 1 1")
	if err != nil || got != 3*time.Second {
		t.Errorf("read %s (%v), want 3s", got, err)
	}
}

func TestFurtherRequestsOfAPage(t *testing.T) {
	html := `<link rel="icon" href="data:,"><link rel="canonical" href="http://x/"><link rel="stylesheet" href="/assets/a.css">` +
		`<script type="module" src="/assets/b.js"></script><script type="application/ld+json">{}</script>`
	if got := further(html); !slices.Equal(got, []string{"/assets/a.css", "/assets/b.js"}) {
		t.Errorf("the page asks for %q", got)
	}
}

func TestTableTakesItsPlaceInTheDocument(t *testing.T) {
	file := filepath.Join(t.TempDir(), "performance.md")
	if err := os.WriteFile(file, []byte("Before\n"+tableBegins+"\nold\n"+tableEnds+"\nafter\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := write(file, table([]figure{{"article", "≥ 0.85", "0.91", held}})); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Before\n", "| article | ≥ 0.85 | 0.91     | held |", "\nafter\n"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in the document:\n%s", want, text)
		}
	}
	if strings.Contains(string(text), "old") {
		t.Error("the old table is still there")
	}
}

func TestPublishedOrderReachesThePaper(t *testing.T) {
	dir := t.TempDir()
	p, done, err := open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := fill(t.Context(), p, 40, func(string, ...any) {}); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := p.DB.Read().QueryRowContext(t.Context(), `select count(*) from article where stage = 'published'`).Scan(&n); err != nil || n != 40 {
		t.Errorf("%d articles are published (%v), want 40", n, err)
	}
	if err := done(); err != nil {
		t.Fatal(err)
	}
}

func TestFreeAddressIsFree(t *testing.T) {
	addr, err := freeAddr()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
}

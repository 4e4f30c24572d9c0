package web

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// article is a page of about 15 KB, 5 KB packed, with three shared pieces.
func article(i int) Page {
	r := rand.New(rand.NewPCG(1, uint64(i)))
	var b strings.Builder
	words := func(n int) {
		for range n {
			b.WriteString(strconv.FormatInt(r.Int64N(40_000), 36))
			b.WriteByte(' ')
		}
	}
	b.WriteString("<!doctype html><html><header>" + Slot("today/en"))
	words(200)
	b.WriteString(Slot("weather/en"))
	words(1800)
	b.WriteString(Slot("latest/en"))
	words(100)
	return Page{Body: []byte(b.String()), Tags: []string{"paper", fmt.Sprint("article/", i), "section/1"}}
}

func benchCache() *Cache {
	c := NewCache(CacheOptions{Bytes: 256 << 20, Log: quiet()})
	c.Shared(func(_ context.Context, name string, at time.Time) ([]byte, time.Time, error) {
		return []byte(strings.Repeat("<li>"+name+"</li>", 10) + at.String()), at.Add(time.Hour), nil
	})
	return c
}

func benchSite(c *Cache) http.Handler {
	wb := New(Options{Address: func() string { return "http://paper.example" }, Log: quiet()})
	mux := http.NewServeMux()
	mux.Handle("GET /{n}", wb.Route("article", func(w http.ResponseWriter, r *http.Request) error {
		return c.Serve(w, r, wb.Key(r), func(context.Context) (Page, error) {
			i, err := strconv.Atoi(r.PathValue("n"))
			return article(i), err
		})
	}))
	return wb.Door(mux)
}

// bare writes the same bytes with the same headers from memory.
func bare(site http.Handler) http.Handler {
	w := httptest.NewRecorder()
	site.ServeHTTP(w, benchRequest("/1"))
	type kv struct {
		k string
		v []string
	}
	var headers []kv
	for k, v := range w.Header() {
		headers = append(headers, kv{k, v})
	}
	body := w.Body.Bytes()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		for _, f := range headers {
			h[f.k] = f.v
		}
		_, _ = w.Write(body)
	})
}

func benchRequest(path string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Host = "paper.example"
	r.Header.Set("Accept-Encoding", "gzip, deflate, br")
	return r
}

// nowhere is a ResponseWriter that allocates nothing.
type nowhere struct{ h http.Header }

func (n nowhere) Header() http.Header         { return n.h }
func (n nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (n nowhere) WriteHeader(int)             {}

func TestHitAllocatesNextToNothing(t *testing.T) {
	c := benchCache()
	render := func(context.Context) (Page, error) { return article(1), nil }
	w, r := nowhere{http.Header{}}, benchRequest("/1")
	if n := testing.AllocsPerRun(500, func() { _ = c.Serve(w, r, "/1", render) }); n > 0 {
		t.Errorf("a hit allocates %v times, want none", n)
	}
	site := benchSite(c)
	if n := testing.AllocsPerRun(500, func() { site.ServeHTTP(w, r) }); n > 4 {
		t.Errorf("the whole way through door and mux allocates %v times, want at most 4 (the mux takes its share)", n)
	}
}

func BenchmarkHit(b *testing.B) {
	c := benchCache()
	render := func(context.Context) (Page, error) { return article(1), nil }
	w, r := nowhere{http.Header{}}, benchRequest("/1")
	for b.Loop() {
		_ = c.Serve(w, r, "/1", render)
	}
}

func BenchmarkMiss(b *testing.B) {
	p := article(1)
	for b.Loop() {
		newEntry("/1", p, 0)
	}
}

func BenchmarkRejoin(b *testing.B) {
	c := benchCache()
	w, r := nowhere{http.Header{}}, benchRequest("/1")
	e := newEntry("/1", article(1), 0)
	for b.Loop() {
		e.form.Store(nil)
		_ = c.write(w, r, e, c.o.Clock().UnixNano())
	}
}

// The three below are to be compared: requests/s and CPU per request (client included, the same for all) over real connections.

func BenchmarkNetBare(b *testing.B) { overNet(b, bare(benchSite(benchCache())), 1, nil) }
func BenchmarkNetHit(b *testing.B)  { overNet(b, benchSite(benchCache()), 1, nil) }
func BenchmarkNetRandom(b *testing.B) {
	c := benchCache()
	overNet(b, benchSite(c), 10_000, nil)
}
func BenchmarkNetRandomPurging(b *testing.B) {
	c := benchCache()
	overNet(b, benchSite(c), 10_000, func() {
		c.Purge("article/" + strconv.Itoa(rand.IntN(10_000)))
		c.RefreshShared("latest/")
	})
}

// overNet plays GETs of pages different addresses over 32 connections; every is called each second.
func overNet(b *testing.B, h http.Handler, pages int, every func()) {
	s := NewServer(ServerOptions{Handler: h, Log: quiet(), Linger: time.Millisecond})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = s.Serve(l) }()
	w := nowhere{http.Header{}}
	for i := range pages {
		h.ServeHTTP(w, benchRequest("/"+strconv.Itoa(i)))
	}
	done := make(chan struct{})
	if every != nil {
		go func() {
			for tick := time.NewTicker(time.Second); ; {
				select {
				case <-tick.C:
					every()
				case <-done:
					return
				}
			}
		}()
	}
	b.ResetTimer()
	before := cpu()
	var served atomic.Int64
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			b.Error(err)
			return
		}
		defer conn.Close()
		in := bufio.NewReaderSize(conn, 16<<10)
		for pb.Next() {
			if err := get(conn, in, rand.IntN(pages)); err != nil {
				b.Error(err)
				return
			}
			served.Add(1)
		}
	})
	b.ReportMetric(float64((cpu()-before).Nanoseconds())/float64(served.Load()), "cpu-ns/op")
	b.ReportMetric(float64(served.Load())/b.Elapsed().Seconds(), "req/s")
	close(done)
	_ = s.Stop(b.Context())
}

func get(conn net.Conn, in *bufio.Reader, page int) error {
	req := append([]byte("GET /"), strconv.Itoa(page)...)
	req = append(req, " HTTP/1.1\r\nHost: paper.example\r\nAccept-Encoding: gzip, deflate, br\r\n\r\n"...)
	if _, err := conn.Write(req); err != nil {
		return err
	}
	length := 0
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if n, ok := strings.CutPrefix(string(line), "Content-Length: "); ok {
			if length, err = strconv.Atoi(strings.TrimSpace(n)); err != nil {
				return err
			}
		}
	}
	_, err := io.CopyN(io.Discard, in, int64(length))
	return err
}

func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

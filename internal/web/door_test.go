package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"lede/internal/fault"
)

func enter(wb *Web, h Handler, method, target string, change func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://paper.example/", nil)
	path, query, _ := strings.Cut(target, "?")
	u := *r.URL
	u.RawQuery = query
	if p, err := r.URL.Parse(path); err == nil && !strings.HasPrefix(path, "//") {
		u.Path, u.RawPath = p.Path, p.RawPath
	} else {
		u.Path = path
	}
	r.URL = &u
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	wb.Door(wb.Handle(h)).ServeHTTP(w, r)
	return w
}

func says(s string) Handler {
	return func(w http.ResponseWriter, _ *http.Request) error { _, err := w.Write([]byte(s)); return err }
}

func TestErrorsBecomeAnswers(t *testing.T) {
	var log bytes.Buffer
	wb := New(Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	for _, c := range []struct {
		err    error
		status int
	}{
		{fmt.Errorf("a: %w", fault.NotFound), 404}, {fault.Gone, 410}, {fault.Forbidden, 403}, {fault.Conflict, 409},
		{fault.Form{"name": "Please"}.Err(), 422}, {fault.Invalid("Say %s.", "it"), 400},
		{&http.MaxBytesError{Limit: 1}, 413}, {fmt.Errorf("b: %w", context.DeadlineExceeded), 503}, {errors.New("secret detail"), 500},
	} {
		log.Reset()
		w := enter(wb, func(http.ResponseWriter, *http.Request) error { return c.err }, "GET", "/x", nil)
		if w.Code != c.status || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%v: %d %v, want %d", c.err, w.Code, w.Header(), c.status)
		}
		if strings.Contains(w.Body.String(), "detail") {
			t.Errorf("%v: the reader sees %q", c.err, w.Body)
		}
		_, number, _ := strings.Cut(strings.TrimSpace(w.Body.String()), "(")
		number = strings.TrimSuffix(number, ")")
		if logged := strings.Contains(log.String(), "number="+number); c.status >= 500 != (number != "" && logged) {
			t.Errorf("%v: number %q, log %q", c.err, number, log.String())
		}
	}
}

func TestMovedSendsTheReaderOn(t *testing.T) {
	wb := New(Options{Log: quiet()})
	for to, want := range map[string]string{"/2025/06/x": "/2025/06/x", "//evil.example/": "/", `/\evil.example`: "/evil.example",
		"javascript:alert(1)": "/", "https://other.example/a": "https://other.example/a"} {
		h := func(http.ResponseWriter, *http.Request) error { return fmt.Errorf("x: %w", fault.Moved{To: to}) }
		if w := enter(wb, h, "GET", "/old", nil); w.Code != 301 || w.Header().Get("Location") != want {
			t.Errorf("%s: %d to %q, want 301 to %q", to, w.Code, w.Header().Get("Location"), want)
		}
		if w := enter(wb, h, "POST", "/old", nil); w.Code != 308 {
			t.Errorf("POST: %d, want 308", w.Code)
		}
	}
}

func TestPanicIsOneRequestsOwn(t *testing.T) {
	wb := New(Options{Log: quiet(), Draw: func(w http.ResponseWriter, _ *http.Request, status int, _ error, number string) { panic("again") }})
	if w := enter(wb, func(http.ResponseWriter, *http.Request) error { panic("bug") }, "GET", "/", nil); w.Code != 500 || strings.Contains(w.Body.String(), "bug") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for name, h := range map[string]Handler{
		"abort": func(http.ResponseWriter, *http.Request) error { panic(http.ErrAbortHandler) },
		"half written": func(w http.ResponseWriter, _ *http.Request) error {
			_, _ = w.Write([]byte("half"))
			return errors.New("x")
		},
	} {
		func() {
			defer func() {
				if v := recover(); v != http.ErrAbortHandler {
					t.Errorf("%s: recovered %v, want the connection cut", name, v)
				}
			}()
			enter(wb, h, "GET", "/", nil)
		}()
	}
}

func TestDoorRefuses(t *testing.T) {
	wb := New(Options{Address: func() string { return "https://Paper.example:443" }, Log: quiet()})
	set := func(host string) func(*http.Request) { return func(r *http.Request) { r.Host = host } }
	tls := func(r *http.Request) { r.Host = "paper.example" }
	for _, c := range []struct {
		method, target string
		change         func(*http.Request)
		status         int
	}{
		{"GET", "/", tls, 200}, {"GET", "/", set("PAPER.example"), 200}, {"GET", "/", set("evil.example"), 421},
		{"GET", "/", set("paper.example."), 200}, {"GET", "/", set("a b"), 400}, {"GET", "/", set(""), 400},
		{"TRACE", "/", nil, 405}, {"CONNECT", "/", nil, 405}, {"BREW", "/", nil, 405},
		{"GET", "/a%00b", nil, 400}, {"GET", "/a%ffb", nil, 400}, {"GET", "/a%5Cb", nil, 400}, {"GET", "/a%2Fb", nil, 400},
		{"GET", "/a%0ab", nil, 400}, {"GET", "/caf%c3%a9", nil, 200}, {"GET", "/%61", nil, 200}, {"GET", "/.well-known/x", nil, 200},
		{"GET", "/?q=%00", nil, 400}, {"GET", "/?q=%ff", nil, 400}, {"GET", "/?q=%5c", nil, 400}, {"GET", "/?q=%zz", nil, 400},
		{"GET", "/?q=a;b", nil, 200}, {"GET", "/?q=%C3%A9+x", nil, 200},
		{"GET", "//evil.example/a", nil, 301}, {"POST", "/a//b/", nil, 308}, {"GET", "/" + strings.Repeat("a", 3000), nil, 414},
	} {
		if w := enter(wb, says("ok"), c.method, c.target, c.change); w.Code != c.status {
			t.Errorf("%s %s: %d, want %d", c.method, c.target, w.Code, c.status)
		}
	}
	if w := enter(wb, says(""), "GET", "//evil.example/../a//b/?x=1", nil); w.Header().Get("Location") != "/a/b/?x=1" {
		t.Errorf("sent to %q", w.Header().Get("Location"))
	}
}

func TestSecurityHeadersOnEveryAnswer(t *testing.T) {
	wb := New(Options{Log: quiet(), Proxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}})
	for _, target := range []string{"/", "/a%00b"} {
		h := enter(wb, says("ok"), "GET", target, nil).Header()
		for _, f := range security {
			if h.Get(f.name) != f.values[0] {
				t.Errorf("%s: %s is %q", target, f.name, h.Get(f.name))
			}
		}
		if h.Get("Server") != "" || h.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s: %v", target, h)
		}
	}
	https := func(r *http.Request) { r.Header.Set("X-Forwarded-Proto", "https") }
	if enter(wb, says(""), "GET", "/", https).Header().Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS although the proxy says https")
	}
	if csp := framed([]string{"www.youtube-nocookie.com", "https://x.example", "a; script-src *"}, false); len(csp) != 1 ||
		!strings.Contains(csp[0], "frame-src https://www.youtube-nocookie.com https://x.example;") || strings.Contains(csp[0], "*") {
		t.Errorf("policy with frames: %q", csp)
	}
}

func TestOnlyTrustedProxiesAreBelieved(t *testing.T) {
	wb := New(Options{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}})
	r := httptest.NewRequest("GET", "http://paper.example/", nil)
	r.Header.Set("X-Forwarded-For", "6.6.6.6, 203.0.113.9, 10.0.0.7")
	r.Header.Set("X-Forwarded-Host", "evil.example")
	for peer, want := range map[string]string{"192.0.2.1:5": "192.0.2.1", "10.0.0.1:5": "203.0.113.9", "[::ffff:10.0.0.1]:5": "203.0.113.9"} {
		r.RemoteAddr = peer
		if got := wb.Client(r).String(); got != want {
			t.Errorf("from %s: client %s, want %s", peer, got, want)
		}
	}
	r.RemoteAddr = "192.0.2.1:5"
	if wb.Origin(r) != "http://paper.example" {
		t.Errorf("origin %s", wb.Origin(r))
	}
}

func TestKeyHoldsOnlyWhatIsAllowed(t *testing.T) {
	address := ""
	wb := New(Options{Address: func() string { return address }})
	r := httptest.NewRequest("GET", "http://paper.example/news?utm_source=x&page=2&page=3&b=;", nil)
	if got := wb.Key(r, "page"); got != "http://paper.example/news?page=2" {
		t.Errorf("key without an address: %s", got)
	}
	address = "https://paper.example"
	if got := wb.Key(r); got != "/news" {
		t.Errorf("key: %s", got)
	}
}

func TestBodyHasABound(t *testing.T) {
	wb := New(Options{Log: quiet()})
	read := func(_ http.ResponseWriter, r *http.Request) error { return r.ParseForm() }
	post := func(h http.Handler) int {
		r := httptest.NewRequest("POST", "/", strings.NewReader("a="+strings.Repeat("x", 100_000)))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		wb.Door(h).ServeHTTP(w, r)
		return w.Code
	}
	if got := post(wb.Handle(read)); got != 413 {
		t.Errorf("%d, want 413", got)
	}
	if got := post(wb.Route("upload", read, MaxBody(1<<20))); got != 200 {
		t.Errorf("%d, want 200", got)
	}
}

func TestMetricsNameNoPath(t *testing.T) {
	wb := New(Options{Log: quiet()})
	h := wb.Door(wb.Route("article", func(w http.ResponseWriter, _ *http.Request) error { return fault.NotFound }))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/secret-path", nil))
	var b bytes.Buffer
	wb.Metrics(&b)
	if !strings.Contains(b.String(), `lede_requests_total{kind="article",class="4xx"} 1`) || strings.Contains(b.String(), "secret") {
		t.Error(b.String())
	}
}

func FuzzConditions(f *testing.F) {
	for _, s := range []string{"gzip, br;q=0", "*;q=0.0, gzip;q=1", `"a", W/"b,c"`, "*", `W/`, `"`, ";;q=", ","} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		acceptsBrotli([]string{s})
		if acceptsGzip([]string{s}) && !strings.Contains(strings.ToLower(s), "gzip") && !strings.Contains(s, "*") {
			t.Error("gzip accepted by who never named it")
		}
		if noneMatch([]string{s}, `"tag"`) && !strings.Contains(s, `"tag"`) && !strings.Contains(s, "*") {
			t.Error("a tag matched that is not there")
		}
	})
}

func FuzzDoor(f *testing.F) {
	for _, s := range []string{"/", "//a", "/a/../b", "/%2e%2e/x", "/a?b=%00", "/a%2Fb", "/\\x", "/a;b", "*"} {
		f.Add(s, "paper.example", "1.2.3.4, x")
	}
	wb := New(Options{Log: quiet(), Proxies: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}})
	f.Fuzz(func(t *testing.T, target, host, forwarded string) {
		r := httptest.NewRequest("GET", "/", nil)
		u, err := r.URL.Parse(target)
		if err != nil {
			return
		}
		r.URL, r.Host = u, host
		r.Header["X-Forwarded-For"] = []string{forwarded}
		r.Header["X-Forwarded-Host"] = []string{host}
		r.Header["X-Forwarded-Proto"] = []string{forwarded}
		wb.Client(r)
		w := httptest.NewRecorder()
		wb.Door(wb.Handle(says("ok"))).ServeHTTP(w, r)
		if l := w.Header().Get("Location"); w.Code == 500 || strings.HasPrefix(l, "//") || strings.HasPrefix(l, `/\`) {
			t.Errorf("%d %q", w.Code, l)
		}
	})
}

func TestWhoAcceptsGzip(t *testing.T) {
	for s, want := range map[string]bool{"gzip": true, "GZIP;q=0.1": true, "gzip;q=0": false, "gzip; q=0.000": false, "br, *": true,
		"*;q=0": false, "*, gzip;q=0": false, "identity": false, "": false, "deflate, x-gzip": true, "gzipped": false} {
		if acceptsGzip([]string{s}) != want {
			t.Errorf("%q: want %v", s, want)
		}
	}
}

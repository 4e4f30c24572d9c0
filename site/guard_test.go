package site

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lede/article"
	"lede/front"
	"lede/internal/doc"
)

// canary is a word that stands only in what the public must not see.
const canary = "zanzibarcanary"

// secret is an article that says the canary word wherever an article can say anything.
func (s *stand) secret() article.Text {
	m := s.add(canary)
	t := s.Text(canary + " headline")
	t.Kicker, t.Dateline, t.Sources = canary, canary, []article.Source{{Name: canary, URL: "https://" + canary + ".example/"}}
	t.Lead = article.Picture{Media: m.ID, Alt: canary, Caption: canary, Credit: canary}
	t.Body = doc.New(doc.P(canary), doc.Fact(canary, doc.P(canary)))
	t.Group = 4242
	return t
}

func TestNothingTellsOfWhatIsNotPublic(t *testing.T) {
	s := open(t)
	about := s.topic("tides", "Tides")
	plain := s.Text("Plain")
	plain.Group = 4242
	known := s.Publish(plain)
	draft := s.secret()
	draft.Topics = []int64{about.ID}
	hidden := []article.Article{s.Write(draft)}
	due := s.Now().Add(time.Hour)
	coming := s.PublishAt(draft, due)
	hidden = append(hidden, coming)
	gone := s.Publish(draft)
	s.Settle()
	media := s.mediaOf(gone)
	if s.get(media).status != 200 {
		t.Fatal("the picture of a published article is not seen")
	}
	paths := append(s.kinds(known), "/tides", "/tides/rss.xml", "/nowhere", "/ar/nowhere", "/opinion", known.Path, gone.Path, gone.Path+"/history", "/world/atom.xml", "/world/feed.json", "/sitemap/ar-2025-06.xml")
	for _, path := range paths {
		s.get(path) // while it is public, so that the caches know it
	}
	s.withdraw(gone.ID, "Withdrawn for a reason.")
	cut := s.Publish(draft)
	s.Settle()
	for _, path := range append(paths, cut.Path, cut.Path+"/history") {
		s.get(path)
	}
	s.must(s.Articles.Redact(t.Context(), cut.ID, cut.Version, article.Blanking{Passages: []string{canary}, Note: "By order of a court."}, 0, s.Now()))
	s.must(s.Fronts.Pick(t.Context(), "en", []front.Pick{{Article: hidden[0].ID, Headline: canary}, {Article: coming.ID, Headline: canary}}, 0, s.Now()))
	s.Settle()
	paths = append(paths, coming.Path, coming.Path+"/history", "/ar"+coming.Path, s.mediaOf(hidden[0]), s.mediaOf(coming))
	crawl := func() {
		t.Helper()
		for _, path := range paths {
			for _, method := range []string{"GET", "HEAD", "POST"} {
				got := s.ask(method, path)
				said := got.body + fmt.Sprint(got.header)
				said = strings.ReplaceAll(said, cut.Path, "") // the address of what was published is for ever
				if strings.Contains(said, canary) && !strings.Contains(path, canary) {
					t.Errorf("at %v %s %s tells of what is not public", s.Now(), method, path)
				}
				if slices.Contains([]string{coming.Path, coming.Path + "/history", "/ar" + coming.Path}, path) && got.status != 404 && method == "GET" {
					t.Errorf("%s answers %d before its time", path, got.status)
				}
			}
		}
	}
	crawl()
	for range 3 { // every so often, up to the edge
		s.Pass(19 * time.Minute)
		crawl()
	}
	s.at(due.Add(-time.Microsecond).Format(time.RFC3339Nano))
	crawl()
	s.Pass(time.Microsecond)
	s.Settle()
	s.shows(coming.Path, canary)
	s.shows("/", canary)
	s.is(200, s.mediaOf(coming), "")
}

// mediaOf is the address of an article's picture.
func (s *stand) mediaOf(a article.Article) string {
	s.t.Helper()
	found, err := s.Media.Get(context.Background(), a.Lead.Media)
	s.must(err)
	return file(found[a.Lead.Media])
}

// unkeyed are request headers by which caches were poisoned, and others that a page must not care about.
var unkeyed = strings.Fields(`X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto X-Forwarded-Scheme X-Forwarded-Port X-Forwarded-Server X-Forwarded-Prefix X-Forwarded-Path
	X-Forwarded-Uri X-Forwarded-By X-Forwarded-Ssl X-Forwarded-Protocol X-Forwarded-Method X-Forwarded X-Forward-For X-Forward-Host X-Forward-Proto Forwarded Forwarded-For
	X-Original-URL X-Original-URI X-Original-Host X-Original-Method X-Original-Path X-Rewrite-URL X-Rewrite-Uri X-Override-URL X-Request-URI X-Host X-HTTP-Host X-HTTP-Host-Override
	X-Http-Method X-HTTP-Method-Override X-Method-Override X-Method X-HTTP-DestinationURL X-Real-IP X-Client-IP X-Cluster-Client-IP X-Originating-IP X-Remote-IP X-Remote-Addr
	X-Remote-User True-Client-IP CF-Connecting-IP CF-Visitor CF-IPCountry CF-RAY Fastly-Client-IP Fastly-SSL Fastly-FF Akamai-Origin-Hop Client-IP X-Azure-ClientIP X-Azure-SocketIP
	X-ProxyUser-Ip X-Proxy-URL X-Proxy-Host X-Backend-Host X-Backend-Server X-Custom-IP-Authorization X-Wap-Profile X-Arbitrary X-Scheme X-URL-Scheme X-Url X-Uri X-Path
	X-Accel-Redirect X-Accel-Internal X-Sendfile Front-End-Https X-Frame-Options X-Requested-With X-Csrf-Token X-Api-Version X-Debug X-Middleware-Subrequest X-Nextjs-Data
	X-Invoke-Path X-Invoke-Status X-Prefetch Purpose Sec-Purpose Sec-Fetch-Site Sec-Fetch-Mode Sec-Fetch-Dest Sec-Fetch-User Sec-Ch-Ua Sec-Ch-Ua-Mobile Sec-Ch-Prefers-Color-Scheme
	Save-Data Viewport-Width Width Dpr Device-Memory Ect Rtt Downlink Accept Accept-Language Accept-Charset Accept-Datetime Authorization Proxy-Authorization Cookie Cookie2
	Origin Referer Referrer User-Agent Range If-Range If-Match If-Unmodified-Since Cache-Control Pragma Expect-Ct Content-Type Content-Length Content-Encoding Content-Language Content-Disposition
	Date Via Warning Max-Forwards Te Trailer Upgrade Upgrade-Insecure-Requests Destination Depth Overwrite Translate Profile X-Timer-Country X-Country-Code X-Geo-Country
	X-Language X-Locale X-Lang X-Theme X-User-Agent X-Device X-Mobile X-UA-Device X-Correlation-Id X-Request-Id X-Amz-Cf-Id X-Amz-Website-Redirect-Location X-Oss-Process Traceparent Dnt Sec-Gpc Priority Early-Data`)

func TestNoHeaderOfOneReaderChangesThePageOfAnother(t *testing.T) {
	if len(unkeyed) < 120 {
		t.Fatalf("%d headers are tried, wanted 120", len(unkeyed))
	}
	s := open(t)
	a := s.Publish(s.Text("One"))
	s.Settle()
	fresh := open(t) // asked with the header first, so that it would be poisoned
	b := fresh.Publish(fresh.Text("One"))
	fresh.Settle()
	paths := append(s.kinds(a), "/nowhere", "/world/", "/ar"+a.Path, "/world?page=2", "/sitemap/none.xml", "/media/none/1-640.jpg")
	want := map[string]answer{}
	for _, path := range paths {
		want[path] = s.get(path)
		if strings.HasPrefix(want[path].header.Get("Vary"), "Accept-Encoding,") {
			t.Errorf("%s varies by %s", path, want[path].header.Get("Vary"))
		}
	}
	values := []string{"evil.example", "https", "/ar", "ar", "1", "bytes=0-9", "DELETE"}
	for i, name := range unkeyed {
		for j, path := range paths {
			if strings.HasSuffix(want[path].header.Get("Content-Type"), "png") && (strings.HasPrefix(name, "If-") || strings.HasSuffix(name, "Range")) {
				continue // a file, of which a reader may ask for a part
			}
			value := values[(i+j)%len(values)]
			if name == "Range" || name == "If-Range" {
				value = "items=0-9"
			}
			same(t, name+": "+value, path, s.get(path, name, value), want[path])
		}
	}
	for i, path := range paths {
		name := unkeyed[i*7%len(unkeyed)]
		fresh.get(path, name, "evil.example", "Cookie", "session=1", "Accept-Language", "ar", "X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "https")
		if clean := fresh.get(path); strings.Contains(clean.body+fmt.Sprint(clean.header), "evil.example") || strings.Contains(clean.body, "https://narrows.example") {
			t.Errorf("%s was poisoned by a reader before", path)
		}
	}
	_ = b
}

// same wants two answers to be one in body and headers, without a cookie.
func same(t *testing.T, by, path string, got, want answer) {
	t.Helper()
	if got.status != want.status || got.body != want.body {
		t.Errorf("%s with %s is another page (%d, %d bytes; wanted %d, %d bytes)", path, by, got.status, len(got.body), want.status, len(want.body))
	}
	if g, w := fmt.Sprint(got.header), fmt.Sprint(want.header); g != w {
		t.Errorf("%s with %s has other headers:\n%s\nwanted\n%s", path, by, g, w)
	}
	if got.header.Get("Set-Cookie") != "" {
		t.Errorf("%s sets a cookie", path)
	}
}

// hostile are targets of requests as they stand on the wire.
var hostile = []string{
	"/../../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/media/../../etc/passwd", "/media/..%5c..%5c/x", "/assets/../site.go", "/assets/%2e%2e/lede.db", "/icon/../../x.png",
	"/sitemap/..%2fnews.xml", "/%00", "/a%00b", "/world%00.css", "/%ff%fe", "/%c0%af", "/%ed%a0%80", "//evil.example", "//evil.example/", "//evil.example/%2f..", "///evil.example", "/\\evil.example", "/%5cevil.example", "/%5c%5cevil.example/",
	"/%2f%2fevil.example/", "/%09/evil.example/", "/.evil.example/", "/evil.example%2f%2e%2e/", "/https://evil.example/", "/https:evil.example/", "/@evil.example/", "/%0d%0aSet-Cookie:%20a=b", "/%0d%0aSet-Cookie:%20a=b/", "/x%0aLocation:%20//evil.example/",
	"/?page=%0d%0aSet-Cookie:a=b", "/?%0d%0aSet-Cookie:a=b", "/?page=%00", "/?%ff", "/?page=2%5c", "/?" + strings.Repeat("a&", 4000), "/?page=" + strings.Repeat("9", 4000), "/world/?page=2&x=//evil.example",
	"/<script>alert(1)</script>", "/%3Cscript%3Ealert(1)%3C/script%3E", "/%22onload=alert(1)%22", "/%3Cscript%3Ealert(1)%3C/script%3E/", "/world?page=<script>alert(1)</script>", "/ar/%3Csvg/onload=alert(1)%3E",
	"/account/x.css", "/world/x.css", "/world;x.css", "/world%3bx.css", "/world%0ax.css", "/world.css", "/2025/06/17;a", "/ar;/world", "/%61%72/world", "/.git/config", "/.env", "/wp-login.php", "/lede.db", "/api/v1", "/newsroom", "/metrics", "/healthz", "/debug/pprof/",
	"/" + strings.Repeat("a", 10_000), "/" + strings.Repeat("a/", 1_000), "/" + strings.Repeat("../", 600), "/world/history/history/history", "/rss.xml/rss.xml", "/history/history", "/ar/ar/ar", "/rss.xml/", "/0000/00/00", "/9999/99/99", "/2025/06/31",
	"http://evil.example/", "http://evil.example/world/", "http:///x", "*", "x", "evil.example:443", "/ world",
}

func TestHostileRequestsAreAnsweredPlainly(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("One"))
	s.Settle()
	server := httptest.NewServer(s.door)
	defer server.Close()
	methods := []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "X-Y"}
	targets := append(slices.Clone(hostile), s.kinds(a)...)
	targets = append(targets, s.mediaOf(s.Article(a.ID)))
	var wg sync.WaitGroup
	for _, method := range methods {
		wg.Go(func() {
			for _, target := range targets {
				s.strike(t, server.Listener.Addr().String(), method, target)
			}
		})
	}
	wg.Wait()
	for i := range 20 {
		s.strike(t, server.Listener.Addr().String(), "GET", "/", "X-Long: "+strings.Repeat("x", i*2000))
		s.strike(t, server.Listener.Addr().String(), "GET", "/", "Accept-Encoding: "+strings.Repeat("gzip;q=0,", i*100), "If-None-Match: "+strings.Repeat(`"`, i*50), "Range: bytes="+strings.Repeat("0-0,", i*50))
	}
}

// strike sends one request as it stands and looks at the answer: never our fault, never elsewhere, nothing reflected.
func (s *stand) strike(t *testing.T, addr, method, target string, headers ...string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	_, _ = fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: narrows.example\r\nConnection: close\r\n%s\r\n", method, target, strings.Join(append(headers, ""), "\r\n"))
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		if !errors.Is(err, io.ErrUnexpectedEOF) || method != "HEAD" {
			t.Errorf("%s %.60q: no answer: %v", method, target, err)
		}
		return
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if resp.StatusCode >= 500 && resp.StatusCode != http.StatusNotImplemented {
		t.Errorf("%s %.60q: %d", method, target, resp.StatusCode)
	}
	if method != "GET" && method != "HEAD" && resp.StatusCode < 300 && target != "*" { // net/http itself answers OPTIONS *
		t.Errorf("%s %.60q: %d, wanted a refusal", method, target, resp.StatusCode)
	}
	if to := resp.Header.Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, "/\\")) {
		t.Errorf("%s %.60q leads to %q", method, target, to)
	}
	if resp.Header.Get("Set-Cookie") != "" || resp.Header.Get("Server") != "" {
		t.Errorf("%s %.60q: %v", method, target, resp.Header)
	}
	for _, trace := range []string{"<script>alert", "<svg/onload", `"onload=`, "goroutine ", "evil.example", "root:"} {
		if strings.Contains(string(body), trace) && !strings.HasPrefix(target, "http://"+trace) { // there it is the host
			t.Errorf("%s %.60q is answered with %q", method, target, trace)
		}
	}
}

func FuzzAnyRequestIsAnswered(f *testing.F) {
	s := open(f)
	s.Publish(s.Text("One"))
	s.Settle()
	for _, target := range hostile {
		path, query, _ := strings.Cut(target, "?")
		f.Add(path, query, "narrows.example", "x")
	}
	f.Fuzz(func(t *testing.T, path, query, host, value string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path, r.URL.RawQuery, r.Host = path, query, host
		r.Header["Accept-Encoding"], r.Header["If-None-Match"], r.Header["X-Forwarded-Host"] = []string{value}, []string{value}, []string{value}
		w := httptest.NewRecorder()
		s.door.ServeHTTP(w, r)
		if to := w.Header().Get("Location"); w.Code >= 500 || to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//")) {
			t.Errorf("%q ? %q at %q: %d to %q", path, query, host, w.Code, to)
		}
	})
}

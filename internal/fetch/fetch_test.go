package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// trap is a listener that nobody may reach.
type trap struct {
	net.Listener
	hits atomic.Int64
}

func newTrap(t *testing.T, addr string) *trap {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Logf("no trap at %s: %v", addr, err)
		return nil
	}
	tr := &trap{Listener: l}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			tr.hits.Add(1)
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close() })
	return tr
}

func addrPort(t *testing.T, l net.Listener) netip.AddrPort {
	t.Helper()
	return netip.MustParseAddrPort(l.Addr().String())
}

// opened is a client that may ask this one test server.
func opened(t *testing.T, s *httptest.Server, o Options) *Client {
	o.Open = append(o.Open, addrPort(t, s.Listener))
	return New(o)
}

func TestPublicPageIsRead(t *testing.T) {
	var agent, referer string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" {
			http.Redirect(w, r, "/new", http.StatusFound)
			return
		}
		agent, referer = r.UserAgent(), r.Referer()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<p>news")
	}))
	defer s.Close()
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	got, err := opened(t, s, Options{Agent: "Lede test"}).Get(t.Context(), s.URL+"/old", 0)
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Body) != "<p>news" || got.URL != s.URL+"/new" || got.Type != "text/html; charset=utf-8" || agent != "Lede test" || referer != "" {
		t.Errorf("%+v asked by %q from %q", got, agent, referer)
	}
}

func TestLongSlowAndFailingAnswers(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/long":
			for range 100 {
				_, _ = w.Write(make([]byte, 1000))
			}
		case "/says-long":
			w.Header().Set("Content-Length", "100000")
		case "/slow":
			w.WriteHeader(200)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	}))
	defer s.Close()
	c := opened(t, s, Options{Timeout: 300 * time.Millisecond})
	for path, want := range map[string]error{"/long": TooLarge, "/says-long": TooLarge, "/slow": context.DeadlineExceeded, "/round": Refused} {
		if _, err := c.Get(t.Context(), s.URL+path, 50_000); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
	var status StatusError
	if _, err := c.Get(t.Context(), s.URL+"/none", 0); !errors.As(err, &status) || status.Status != 404 {
		t.Errorf("/none: %v", err)
	}
}

// Whatever way an address of this machine or its network is written, no connection is made.
func TestNothingPrivateIsEverReached(t *testing.T) {
	traps := []*trap{newTrap(t, "127.0.0.1:0"), newTrap(t, "[::1]:0"), newTrap(t, "0.0.0.0:0")}
	if low := newTrap(t, "127.0.0.1:80"); low != nil {
		traps = append(traps, low)
	}
	redirector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", r.URL.Query().Get("to"))
		w.WriteHeader(http.StatusTemporaryRedirect)
	}))
	defer redirector.Close()
	open := []netip.AddrPort{addrPort(t, redirector.Listener)}
	for _, tr := range traps {
		if tr != nil { // the port is allowed, so that the address alone is what stands in the way
			open = append(open, netip.AddrPortFrom(netip.MustParseAddr("203.0.113.1"), addrPort(t, tr).Port()))
		}
	}
	c := New(Options{Open: open, Resolver: resolver(t), Timeout: 2 * time.Second})
	for _, tr := range traps {
		if tr == nil {
			continue
		}
		for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "127.1", "2130706433",
			"0x7f000001", "0177.0.0.1", "127.0.0.2", "169.254.169.254", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1%25lo]",
			"private.test", "mixed.test", "mapped.test", "metadata.test"} {
			address := fmt.Sprintf("http://%s:%d/", host, addrPort(t, tr).Port())
			for _, a := range []string{address, redirector.URL + "/?to=" + url.QueryEscape(address)} {
				if got, err := c.Get(t.Context(), a, 0); err == nil {
					t.Errorf("%s answered %q", a, got.Body)
				}
			}
		}
	}
	for _, tr := range traps {
		if tr != nil && tr.hits.Load() > 0 {
			t.Errorf("%s was reached %d times", tr.Addr(), tr.hits.Load())
		}
	}
}

// resolver answers from a server of our own: names that stand for private addresses.
func resolver(t *testing.T) *net.Resolver {
	t.Helper()
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pc.Close() })
	go answerNames(pc)
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", pc.LocalAddr().String())
	}}
}

var names = map[string][]string{
	"private.test.":  {"127.0.0.1", "::1"},
	"mixed.test.":    {"203.0.113.200", "127.0.0.1"},
	"mapped.test.":   {"::ffff:127.0.0.1"},
	"metadata.test.": {"169.254.169.254", "100.100.100.200"},
}

func answerNames(pc net.PacketConn) {
	buf := make([]byte, 1500)
	for {
		n, from, err := pc.ReadFrom(buf)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
			continue
		}
		m.Response, m.Additionals = true, nil
		q := m.Questions[0]
		for _, text := range names[q.Name.String()] {
			ip := netip.MustParseAddr(text)
			h := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}
			if q.Type == dnsmessage.TypeA && ip.Is4() {
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AResource{A: ip.As4()}})
			} else if q.Type == dnsmessage.TypeAAAA && ip.Is6() {
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AAAAResource{AAAA: ip.As16()}})
			}
		}
		if out, err := m.Pack(); err == nil {
			_, _ = pc.WriteTo(out, from)
		}
	}
}

// The trap works: a client for whom the address is open reaches it.
func TestTrapWouldNotice(t *testing.T) {
	tr := newTrap(t, "127.0.0.1:0")
	c := New(Options{Open: []netip.AddrPort{addrPort(t, tr)}, Resolver: resolver(t)})
	_, _ = c.Get(t.Context(), fmt.Sprintf("http://private.test:%d/", addrPort(t, tr).Port()), 0)
	for range 500 {
		if tr.hits.Load() > 0 {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Error("the trap was not reached by a name that leads to it")
}

func TestAddressesThatAreNotAsked(t *testing.T) {
	c := New(Options{Timeout: time.Second})
	for _, a := range []string{"", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org", "http://user:pw@example.org/", "http:///x",
		"http://example.org:22/", "https://example.org:8443/", "javascript:alert(1)", "http://a%00b/", "http://[fe80::1%25eth0]/", "http:example.org",
		"http://example.org/" + strings.Repeat("a", 9000), "//example.org/"} {
		if _, err := c.Get(t.Context(), a, 0); !errors.Is(err, Refused) {
			t.Errorf("%.40q: %v, want refused", a, err)
		}
	}
}

func TestWhatIsPublic(t *testing.T) {
	public := []string{"1.1.1.1", "93.184.215.14", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "172.15.0.1", "172.32.0.1", "100.128.0.1"}
	private := []string{"0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
		"192.168.1.1", "192.0.0.192", "198.18.0.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16", "203.0.113.9",
		"::", "::1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1", "::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:a00:1::", "2002:7f00:1::1", "fe80::1",
		"fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001::1", "2001:db8::1", "100::1", "5f00::1", "3fff::1", "4000::1",
		"2606:4700::5efe:a00:1", "2606:4700::200:5efe:a00:1", "fe80::1%lo"}
	for _, a := range public {
		if !Public(netip.MustParseAddr(a)) {
			t.Errorf("%s is public", a)
		}
	}
	for _, a := range private {
		if Public(netip.MustParseAddr(a)) {
			t.Errorf("%s is not public", a)
		}
	}
	if Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}

func FuzzAllow(f *testing.F) {
	for _, s := range []string{"http://127.0.0.1/", "http://[::1]:80", "http://a@b", "https://x:443/..", "http://0x7f.1"} {
		f.Add(s)
	}
	c := New(Options{})
	f.Fuzz(func(t *testing.T, s string) {
		u, err := url.Parse(s)
		if err != nil || c.allow(u) != nil {
			return
		}
		if u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
			t.Errorf("%q is allowed", s)
		}
	})
}

func TestQuestionIsAskedAsItIsAndEveryAnswerIsGiven(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/same?appid=hidden", http.StatusFound)
		case "/same":
			if r.UserAgent() != "narrows.example desk@narrows.example" || r.Header.Get("If-Modified-Since") != "Tue, 17 Jun 2025 16:00:00 GMT" {
				t.Errorf("asked with %v", r.Header)
			}
			w.Header().Set("Expires", "Tue, 17 Jun 2025 17:00:00 GMT")
			w.WriteHeader(http.StatusNotModified)
		case "/cut":
			w.Header().Set("Content-Length", "100")
			w.Header().Set("Expires", "soon")
			_, _ = io.WriteString(w, "{")
		case "/gone":
			panic(http.ErrAbortHandler)
		default:
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = io.WriteString(w, "wait")
		}
	}))
	defer s.Close()
	c := opened(t, s, Options{Agent: "Lede test"})
	header := http.Header{"User-Agent": {"narrows.example desk@narrows.example"}, "If-Modified-Since": {"Tue, 17 Jun 2025 16:00:00 GMT"}}
	a, err := c.Ask(t.Context(), Question{URL: s.URL + "/moved", Header: header})
	if err != nil || a.Status != 304 || a.Header.Get("Expires") == "" {
		t.Errorf("304 is given as %+v, %v", a, err)
	}
	if a, err := c.Ask(t.Context(), Question{URL: s.URL + "/many"}); err != nil || a.Status != 429 || string(a.Body) != "wait" {
		t.Errorf("429 is given as %+v, %v", a, err)
	}
	if a, err := c.Ask(t.Context(), Question{URL: s.URL + "/cut?appid=hidden"}); err == nil || a == nil || a.Header.Get("Expires") != "soon" || strings.Contains(err.Error(), "hidden") {
		t.Errorf("half an answer is given as %+v, %v", a, err)
	}
	if a, err := c.Ask(t.Context(), Question{URL: s.URL + "/gone?appid=hidden"}); err == nil || a != nil || strings.Contains(err.Error(), "hidden") {
		t.Errorf("no answer is given as %+v, %v", a, err)
	}
}

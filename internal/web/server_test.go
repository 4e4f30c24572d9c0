package web

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func serveOn(t *testing.T, l net.Listener, h http.HandlerFunc, change func(*Server)) *Server {
	t.Helper()
	s := NewServer(ServerOptions{Handler: h, Log: quiet(), Linger: 100 * time.Millisecond})
	if change != nil {
		change(s)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s
}

func listen(t *testing.T) *net.TCPListener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l.(*net.TCPListener)
}

// Readers who ask without a pause notice nothing when one server stops and another takes over the socket. They do not ask
// twice: each request that gets no answer counts.
func TestHandoverLosesNoRequest(t *testing.T) {
	parent := listen(t)
	defer parent.Close()
	handDown := func() net.Listener {
		f, err := parent.File()
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		l, err := net.FileListener(f)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	body := strings.Repeat("news ", 2000)
	start := func() *Server {
		return serveOn(t, handDown(), func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }, nil)
	}
	old := start()
	var stop atomic.Bool
	var asked, failed atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for !stop.Load() {
				if err := session(parent.Addr().String(), len(body), &stop, &asked); err != nil {
					failed.Add(1)
					t.Error(err)
				}
			}
		})
	}
	for range 3 {
		waitFor(&asked, 500)
		next := start()
		if err := old.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		old = next
	}
	waitFor(&asked, 500)
	stop.Store(true)
	wg.Wait()
	if failed.Load() > 0 {
		t.Errorf("%d of %d requests failed", failed.Load(), asked.Load())
	}
}

func waitFor(n *atomic.Int64, more int64) {
	for from := n.Load(); n.Load() < from+more; {
		time.Sleep(time.Millisecond)
	}
}

// session asks on one connection until the server says that it closes it.
func session(addr string, length int, stop *atomic.Bool, asked *atomic.Int64) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	for !stop.Load() {
		if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			return err
		}
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			return err
		}
		n, err := io.Copy(io.Discard, resp.Body)
		if err != nil || n != int64(length) {
			return fmt.Errorf("%d bytes: %w", n, err)
		}
		asked.Add(1)
		if resp.Close {
			return nil
		}
	}
	return nil
}

func TestRunningRequestEndsBeforeTheServerDoes(t *testing.T) {
	l := listen(t)
	began, hold := make(chan struct{}), make(chan struct{})
	s := serveOn(t, l, func(w http.ResponseWriter, _ *http.Request) {
		close(began)
		<-hold
		_, _ = io.WriteString(w, "whole")
	}, nil)
	got := make(chan string)
	go func() {
		resp, err := http.Get("http://" + l.Addr().String())
		if err != nil {
			got <- err.Error()
			return
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		got <- string(b)
	}()
	<-began
	time.AfterFunc(200*time.Millisecond, func() { close(hold) })
	if err := s.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if text := <-got; text != "whole" {
		t.Error(text)
	}
}

func TestSlowAndGreedyClientsAreCutOff(t *testing.T) {
	l := listen(t)
	serveOn(t, l, func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }, func(s *Server) {
		s.http.ReadHeaderTimeout, s.http.ReadTimeout, s.http.IdleTimeout = 50*time.Millisecond, 100*time.Millisecond, 50*time.Millisecond
	})
	for name, c := range map[string]struct{ send, want string }{
		"half a header":     {"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", ""},
		"half a body":       {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc", "HTTP/1.1 200"},
		"idle":              {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200"},
		"header flood":      {"GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X-A: "+strings.Repeat("b", 1000)+"\r\n", 30), "HTTP/1.1 431"},
		"two lengths":       {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "HTTP/1.1 400"},
		"two hosts":         {"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "HTTP/1.1 400"},
		"strange encodings": {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "HTTP/1.1 501"},
	} {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
		_, _ = io.WriteString(conn, c.send)
		answer, err := io.ReadAll(conn)
		if ne, ok := err.(net.Error); ok && ne.Timeout() {
			t.Errorf("%s: still connected after 5 s", name)
		}
		if !strings.HasPrefix(string(answer), c.want) || c.want == "" && len(answer) > 0 {
			t.Errorf("%s: answered %q, want %q", name, answer, c.want)
		}
		conn.Close()
	}
}

// A request framed both ways is answered as chunked at most once: nothing after it is read from its connection.
func TestRequestFramedTwiceEndsItsConnection(t *testing.T) {
	l := listen(t)
	wb := New(Options{Log: quiet()})
	serveOn(t, l, wb.Door(wb.Handle(says("ok"))).ServeHTTP, nil)
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	_, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"+
		"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n")
	answer, _ := io.ReadAll(conn)
	if n := strings.Count(string(answer), "HTTP/1.1 "); n != 1 {
		t.Errorf("%d answers: %q", n, answer)
	}
}

func TestOneAddressHoldsOnlySoManyConnections(t *testing.T) {
	p := newPerIP(2, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")})
	count := func(ip string) (netip.Addr, bool) { return p.counts(&net.TCPAddr{IP: net.ParseIP(ip), Port: 1}) }
	for _, free := range []string{"127.0.0.1", "::1", "10.1.2.3", "::ffff:10.1.2.3"} {
		if _, counted := count(free); counted {
			t.Errorf("%s is counted", free)
		}
	}
	a, _ := count("2001:db8:1:2::1")
	b, _ := count("2001:db8:1:2:ffff::9")
	if a != b || !p.take(a) || !p.take(b) || p.take(a) {
		t.Error("three connections from one /64 came in")
	}
	if other, _ := count("192.0.2.1"); !p.take(other) {
		t.Error("another address was refused")
	}
	if p.give(a); !p.take(b) {
		t.Error("a place that was given back could not be taken")
	}
}

func TestConnectionOverTheBoundIsClosed(t *testing.T) {
	l := listen(t)
	p := newPerIP(1, nil)
	tcp := func() *net.TCPConn {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		return c.(*net.TCPConn)
	}
	who := netip.MustParseAddr("192.0.2.1")
	c := &countedConn{TCPConn: tcp(), p: p, who: who}
	if !p.take(who) || p.take(who) {
		t.Fatal("bound not kept")
	}
	_ = c.Close()
	_ = c.Close()
	if len(p.open) != 0 {
		t.Errorf("still counted: %v", p.open)
	}
	var _ io.ReaderFrom = c
	l.Close()
}

func TestSocketsHandedDown(t *testing.T) {
	parent := listen(t)
	defer parent.Close()
	f, err := parent.File()
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"LISTEN_PID": strconv.Itoa(os.Getpid()), "LISTEN_FDS": "1"}
	ls, err := inherited(os.Getpid(), func(k string) string { return env[k] }, int(f.Fd()))
	if err != nil || len(ls) != 1 || ls[0].Addr().String() != parent.Addr().String() {
		t.Fatalf("%v, %v", ls, err)
	}
	ls[0].Close()
	if ls, err := inherited(1, func(k string) string { return env[k] }, 3); err != nil || len(ls) != 0 {
		t.Errorf("sockets meant for another process were taken: %v, %v", ls, err)
	}
	env["LISTEN_FDS"] = "many"
	if _, err := inherited(os.Getpid(), func(k string) string { return env[k] }, 3); err == nil {
		t.Error("many is a number")
	}
}

func TestUnixSocketReplacesADeadOneOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	ls, err := Listen("unix:" + path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Listen("unix:" + path); err == nil {
		t.Error("the socket of a living server was taken")
	}
	ls[0].(*net.UnixListener).SetUnlinkOnClose(false)
	ls[0].Close()
	ls, err = Listen("unix:" + path)
	if err != nil {
		t.Fatal(err)
	}
	ls[0].Close()
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen("unix:" + path); err == nil {
		t.Error("a file was replaced")
	}
}

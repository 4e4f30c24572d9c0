package main

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"lede/internal/db/dbtest"
)

// started is a server in a process of its own.
type started struct {
	*exec.Cmd
	said bytes.Buffer
}

func start(t *testing.T, env []string, args ...string) *started {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := &started{Cmd: exec.Command(self, args...)}
	s.Args[0], s.Env = "lede", append(os.Environ(), env...)
	s.Stdout, s.Stderr = &s.said, &s.said
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = s.Process.Kill()
		_ = s.Wait()
	})
	return s
}

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// ask asks until there is an answer.
func ask(t *testing.T, url string) (status int, body string) {
	t.Helper()
	client := http.Client{Timeout: 15 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for until := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		resp, err := client.Get(url)
		if err != nil {
			if time.Now().After(until) {
				t.Fatal(err)
			}
			continue
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(text)
	}
}

func TestKnownPagesAreReadWithoutTheDatabase(t *testing.T) {
	at := dbtest.Postgres(t)
	relay := newRelay(t, at)
	data, addr, watch := t.TempDir(), free(t), free(t)
	args := []string{"serve", "--data", data, "--addr", addr, "--watch-addr", watch, "--cache", "8"}
	env := []string{"LEDE_DATABASE=" + relay.address}
	s := start(t, env, args...)
	page := filepath.Join(t.TempDir(), "story.txt")
	if err := os.WriteFile(page, []byte(story), 0o600); err != nil {
		t.Fatal(err)
	}
	ask(t, "http://"+watch+"/healthz")
	if out, err := ledeWith(env, "import", "page", "--publish", "--data", data, page).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for until := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		status, body := ask(t, "http://"+addr+"/")
		if status == 200 && strings.Contains(body, "Ferry Runs Again") {
			break
		}
		if time.Now().After(until) {
			t.Fatalf("%d %s", status, body)
		}
	}
	relay.cut()
	if status, body := ask(t, "http://"+watch+"/readyz"); status != 200 || !strings.Contains(body, "degraded: database") {
		t.Errorf("readyz: %d %s", status, body)
	}
	if status, body := ask(t, "http://"+addr+"/"); status != 200 || !strings.Contains(body, "Ferry Runs Again") {
		t.Errorf("the known page: %d %s", status, body)
	}
	if status, body := ask(t, "http://"+addr+"/news"); status < 500 || !strings.Contains(body, "<!doctype html>") {
		t.Errorf("an unknown page: %d %s", status, body)
	}
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := s.Wait(); err != nil {
		t.Errorf("stopped without its database: %v", err)
	}
	if strings.Contains(s.said.String(), "sesame") {
		t.Errorf("the password is in the log:\n%s", s.said.String())
	}
}

func ledeWith(env []string, args ...string) *exec.Cmd {
	self, _ := os.Executable() // a test has one
	cmd := exec.Command(self, args...)
	cmd.Args[0], cmd.Env = "lede", append(os.Environ(), env...)
	return cmd
}

const story = `Ferry Runs Again After Nine Days

The harbor ferry ran again on Tuesday after nine days at the pier, with a new shaft and an old captain, and carried four hundred people before noon.

"She pulls to the left a little," the captain said from the wheelhouse, and then put her alongside the landing without anybody on board noticing it.

The council had set aside money for a replacement bus over the bridge, which nobody had taken since its second day, and will now give it back.
`

// relay stands between a server and its PostgreSQL, so that a test can take the database away.
type relay struct {
	address string
	l       net.Listener
	gone    chan struct{}
}

func newRelay(t *testing.T, at string) *relay {
	t.Helper()
	rest, query, _ := strings.Cut(at, "?")
	socket := ""
	for _, pair := range strings.Split(query, "&") {
		if dir, ok := strings.CutPrefix(pair, "host="); ok {
			socket = filepath.Join(strings.ReplaceAll(dir, "%2F", "/"), ".s.PGSQL.5432")
		}
	}
	if socket == "" {
		t.Fatalf("%s names no socket", at)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{l: l, gone: make(chan struct{}),
		address: "postgres://postgres:sesame@" + l.Addr().String() + rest[strings.LastIndex(rest, "/"):] + "?sslmode=disable"}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go r.pass(c, socket)
		}
	}()
	t.Cleanup(func() { _ = l.Close() })
	return r
}

func (r *relay) pass(c net.Conn, socket string) {
	defer c.Close()
	d, err := net.Dial("unix", socket)
	if err != nil {
		return
	}
	defer d.Close()
	ended := make(chan error, 2)
	go func() { _, err := io.Copy(d, c); ended <- err }()
	go func() { _, err := io.Copy(c, d); ended <- err }()
	select {
	case <-ended:
	case <-r.gone:
	}
}

// cut ends all connections and takes no more.
func (r *relay) cut() {
	_ = r.l.Close()
	close(r.gone)
}

func TestSocketIsHandedDown(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	f, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// The shell says its own number, which exec keeps, as systemd says the number of the process it starts.
	cmd := exec.Command("/bin/sh", "-c", `export LISTEN_PID=$$; exec "$0" "$@"`, filepath.Join(linked(t, self), "lede"),
		"serve", "--data", t.TempDir(), "--watch-addr", "", "--addr", "127.0.0.1:1")
	cmd.Env, cmd.ExtraFiles = append(os.Environ(), "LISTEN_FDS=1"), []*os.File{f}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if status, _ := ask(t, "http://"+l.Addr().String()+"/"); status != 200 {
		t.Errorf("status %d", status)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil || !strings.Contains(said.String(), l.Addr().String()) {
		t.Errorf("%v: %s", err, said.String())
	}
}

// linked is a folder in which the program is called lede.
func linked(t *testing.T, self string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Symlink(self, filepath.Join(dir, "lede")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestEmptyFolderIsAPaperWithinHalfASecond(t *testing.T) {
	addr := free(t)
	best := time.Hour
	for range 3 { // the machine may be busy
		began := time.Now()
		s := start(t, nil, "serve", "--data", filepath.Join(t.TempDir(), "paper"), "--addr", addr, "--watch-addr", "")
		if status, body := ask(t, "http://"+addr+"/"); status != 200 || !strings.Contains(body, "<html") {
			t.Fatalf("%d %s", status, body)
		}
		best = min(best, time.Since(began))
		if err := s.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		began = time.Now()
		if err := s.Wait(); err != nil || time.Since(began) > 10*time.Second {
			t.Errorf("stopped after %s: %v", time.Since(began), err)
		}
		if !strings.Contains(s.said.String(), "is served at http://"+addr) {
			t.Errorf("it said %q", s.said.String())
		}
	}
	if best > 500*time.Millisecond {
		t.Errorf("a paper after %s", best)
	}
}

func TestNoticesNameEveryModule(t *testing.T) {
	list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}", ".")
	list.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	for module := range strings.Lines(string(out)) {
		if !strings.Contains(notices, module) {
			t.Errorf("NOTICES.txt lacks %sRun make notices.", module)
		}
	}
}

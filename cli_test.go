package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"lede/internal/db"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"lede": main})
}

// TestCommandLine runs the stories of testdata/script with the program as it is.
func TestCommandLine(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   "testdata/script",
		Setup: withPorts,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"status": exitStatus, "nobody": asNobody, "get": get, "newer": newer, "large": large, "flip": flip, "sql": statement, "picture": picture,
		},
		Condition: func(name string) (bool, error) {
			if name != "root" {
				return false, fmt.Errorf("unknown condition %s", name)
			}
			return os.Geteuid() == 0, nil
		},
	})
}

// withPorts gives a script two free addresses, $ADDR for readers and $WATCH for who watches.
func withPorts(e *testscript.Env) error {
	for _, name := range []string{"ADDR", "WATCH"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer l.Close()
		e.Setenv(name, l.Addr().String())
	}
	e.Setenv("LEDE_ADDR", e.Getenv("ADDR"))
	e.Setenv("LEDE_WATCH_ADDR", e.Getenv("WATCH"))
	e.Setenv("LEDE_DATA", filepath.Join(e.WorkDir, "paper"))
	e.Setenv("http_proxy", "http://127.0.0.1:1") // nobody asks it
	e.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	return nil
}

// exitStatus is "status N COMMAND…": it must exit with N, and, if that is 2, have said one line on stderr and no more.
func exitStatus(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	checkStatus(ts, args[0], err, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
}

func checkStatus(ts *testscript.TestScript, want string, err error, stdout, stderr string) {
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != want {
		ts.Fatalf("exit status %d, want %s; it said:\n%s", code, want, stderr)
	}
	if code == 2 && (strings.Count(stderr, "\n") != 1 || stdout != "") {
		ts.Fatalf("want one line on stderr alone, got:\n%s%s", stdout, stderr)
	}
}

// asNobody is "nobody N ARG…": the program, run by root as a user who may do little, exits with N.
func asNobody(ts *testscript.TestScript, _ bool, args []string) {
	self, err := os.Executable()
	ts.Check(err)
	dir, err := os.MkdirTemp("/tmp", "lede-nobody-")
	ts.Check(err)
	defer os.RemoveAll(dir)
	ts.Check(os.Chmod(dir, 0o755))
	program := filepath.Join(dir, "lede")
	ts.Check(exec.Command("cp", self, program).Run()) // by another process: what this one has open for writing cannot be run
	cmd := exec.Command(program, args[1:]...)
	cmd.Env, cmd.Dir = []string{}, "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	fmt.Fprint(ts.Stderr(), stderr.String())
	checkStatus(ts, args[0], err, stdout.String(), stderr.String())
}

// get is "get STATUS URL FILE [WORDS]": it asks, waiting for the server to come up and for the words to be there, and keeps the body.
func get(ts *testscript.TestScript, _ bool, args []string) {
	client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	if path, ok := strings.CutPrefix(args[1], "unix:"); ok {
		args[1] = "http://paper/"
		client.Transport = &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		}}
	}
	want := strings.Join(args[3:], " ")
	for until := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		status, body, err := fetched(&client, args[1])
		late := time.Now().After(until)
		if !late && (err != nil || !strings.Contains(body, want)) {
			continue
		}
		ts.Check(err)
		if strconv.Itoa(status) != args[0] {
			ts.Fatalf("%s answered %d, want %s:\n%s", args[1], status, args[0], body)
		}
		if !strings.Contains(body, want) {
			ts.Fatalf("%s never said %q:\n%s", args[1], want, body)
		}
		ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(body), 0o600))
		return
	}
}

func fetched(client *http.Client, url string) (status int, body string, err error) {
	resp, err := client.Get(url)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}

// newer makes a paper's database look as a later program would leave it.
func newer(ts *testscript.TestScript, _ bool, args []string) {
	d, err := db.Open(context.Background(), ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(d.Tx(context.Background(), func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `insert into schema_step (name, at) values ('9999-tomorrow', 1)`)
		return err
	}))
	ts.Check(d.Close())
}

// statement is "sql FILE STATEMENT", said to a paper's database behind its back.
func statement(ts *testscript.TestScript, _ bool, args []string) {
	d, err := db.Open(context.Background(), ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(d.Tx(context.Background(), func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, args[1])
		return err
	}))
	ts.Check(d.Close())
}

// large is "large FILE MB": a file of many words.
func large(ts *testscript.TestScript, _ bool, args []string) {
	mb, err := strconv.Atoi(args[1])
	ts.Check(err)
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	for range mb {
		_, err := f.WriteString(strings.Repeat("news and more", 1<<20/13))
		ts.Check(err)
	}
	ts.Check(f.Close())
}

// picture is "picture FILE": a picture in PNG.
func picture(ts *testscript.TestScript, _ bool, args []string) {
	var b bytes.Buffer
	ts.Check(png.Encode(&b, image.NewGray(image.Rect(0, 0, 300, 200))))
	ts.Check(os.MkdirAll(filepath.Dir(ts.MkAbs(args[0])), 0o700))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o600))
}

// flip changes the bytes in the middle of a file.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	text, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	for i := len(text) / 3; i < 2*len(text)/3; i++ {
		text[i] ^= 0xff
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), text, 0o600))
}

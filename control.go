package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"lede/internal/audit"
	"lede/press"
)

// One process owns the folder. A command that writes asks the server that has it open, through a socket in the folder; without a
// server it opens the folder itself. Either way the same action runs, and tells of its progress.

// action is what a command does to a paper. It says line by line what it did.
type action func(ctx context.Context, p *press.Press, args url.Values, in io.Reader, say func(string)) error

// actions are the commands a server takes, by name.
var actions = map[string]action{
	"import-page":  importPage,
	"comments-in":  bringComments,
	"comments-out": handComments,
	"demo":         fillDemo,
	"audit-verify": verifyAudit,
	"backup":       backup,
	"leak-test":    leakTest,
	"paper-show":   showPaper,
	"paper-set":    setPaper,
	"paper-face":   setFace,
	"staff-add":    addStaff,
	"staff-list":   listStaff,
	"staff-leave":  leaveStaff,
	"staff-link":   linkStaff,
}

// perform runs an action. A panic is an error like any other: one bad page must not end the import of the others.
func perform(ctx context.Context, p *press.Press, name string, args url.Values, in io.Reader, say func(string)) (err error) {
	defer func() {
		if broken := recover(); broken != nil {
			p.Log.Debug("panic", "action", name, "broken", broken, "stack", string(debug.Stack()))
			err = fmt.Errorf("lede broke on this, which is our fault (%v); please report it", broken)
		}
	}()
	return actions[name](audit.As(ctx, audit.Actor{Name: "the command line"}), p, args, in, say)
}

// office is whoever works on the folder for a command: a running server, or this process itself.
type office interface {
	// do runs an action; say is told its lines.
	do(ctx context.Context, name string, args url.Values, in io.Reader, say func(string)) error
	// leave finishes what the actions left for later.
	leave(ctx context.Context) error
}

// patience is how long a command waits for a server that is just starting, or for another command.
const patience = 5 * time.Second

// enter finds the office of the folder.
func (p place) enter(ctx context.Context) (office, error) {
	for until := time.Now().Add(patience); ; {
		if conn, err := p.dial(ctx); err == nil {
			return remote{p}, conn.Close()
		}
		h, err := p.open(ctx, quiet())
		if err == nil {
			return local{h}, nil
		}
		if !errors.Is(err, errTaken) || time.Now().After(until) {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// work enters the office, runs one action and leaves.
func (p place) work(ctx context.Context, name string, args url.Values, in io.Reader) error {
	o, err := p.enter(ctx)
	if err != nil {
		return err
	}
	err = o.do(ctx, name, args, in, printed)
	return errors.Join(err, o.leave(ctx))
}

func printed(said string) { fmt.Println(said) }

// quiet logs only what went wrong: the command itself says what it did.
func quiet() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
}

// local works in this process.
type local struct{ *house }

func (l local) do(ctx context.Context, name string, args url.Values, in io.Reader, say func(string)) error {
	return perform(ctx, l.Press, name, args, in, say)
}

func (l local) leave(ctx context.Context) error {
	slow := time.AfterFunc(time.Second, func() { fmt.Println("making the sizes of pictures that readers get …") })
	defer slow.Stop()
	return errors.Join(l.Jobs.Drain(ctx), l.Close())
}

// remote asks the server that has the folder open.
type remote struct{ place }

func (r remote) leave(context.Context) error { return nil }

// line is what a server answers, one to a line: something it did, or, last, how it ended.
type line struct {
	Said  string `json:"said,omitempty"`
	Done  bool   `json:"done,omitempty"`
	Error string `json:"error,omitempty"`
}

func (r remote) do(ctx context.Context, name string, args url.Values, in io.Reader, say func(string)) error {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return r.dial(ctx) }}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://lede/"+name+"?"+args.Encode(), in)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("the running server does not answer: %w", reason(err))
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the running server does not know %q: is it of another version?", name)
	}
	return listenTo(resp.Body, say)
}

func listenTo(answer io.Reader, say func(string)) error {
	lines := json.NewDecoder(bufio.NewReader(answer))
	for {
		var l line
		if err := lines.Decode(&l); err != nil {
			return fmt.Errorf("the running server stopped before it was done; run this again: %w", err)
		}
		if l.Error != "" {
			return errors.New(l.Error)
		}
		if l.Done {
			return nil
		}
		say(l.Said)
	}
}

// socket gives use a path of the socket short enough for the kernel (108 bytes), however long the folder's own is.
func (p place) socket(use func(path string) error) error {
	dir, err := os.Open(p.Data)
	if err != nil {
		return err
	}
	defer dir.Close()
	return use(fmt.Sprintf("/proc/self/fd/%d/%s", dir.Fd(), press.SocketFile))
}

func (p place) dial(ctx context.Context) (conn net.Conn, err error) {
	err = p.socket(func(path string) error {
		conn, err = new(net.Dialer).DialContext(ctx, "unix", path)
		return err
	})
	return conn, err
}

// takeCommands answers the commands of this folder, until stop is called. stop lets what was begun end until its context does.
func (p place) takeCommands(ctx context.Context, pr *press.Press) (stop func(context.Context), err error) {
	var l net.Listener
	err = p.socket(func(path string) error {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		if l, err = net.Listen("unix", path); err != nil {
			return err
		}
		return os.Chmod(path, 0o600)
	})
	if err != nil {
		return nil, setup("the socket in %s cannot be opened: %v; look at the folder with lede doctor", p.Data, reason(err))
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false) // its path was only good while the folder was open
	working, cancel := context.WithCancel(context.WithoutCancel(ctx))
	server := &http.Server{Handler: commands(working, pr), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(l) }() // ends with Shutdown
	return func(end context.Context) {
		_ = os.Remove(filepath.Join(p.Data, press.SocketFile))
		if err := server.Shutdown(end); err != nil {
			cancel()
			_ = server.Close()
		}
		cancel()
	}, nil
}

// commands are the actions, over HTTP. An action goes on when who asked has left, and ends with ctx.
func commands(ctx context.Context, p *press.Press) http.Handler {
	mux := http.NewServeMux()
	for name := range actions {
		mux.HandleFunc("POST /"+name, func(w http.ResponseWriter, r *http.Request) {
			lines := json.NewEncoder(w)
			tell := func(l line) {
				_ = lines.Encode(l)
				_ = http.NewResponseController(w).Flush()
			}
			err := http.NewResponseController(w).EnableFullDuplex() // an export is read while its lines are told
			if err == nil {
				err = perform(ctx, p, name, r.URL.Query(), r.Body, func(said string) { tell(line{Said: said}) })
			}
			_, _ = io.Copy(io.Discard, r.Body) // who writes on when nobody reads is told only of that
			if err != nil {
				tell(line{Error: oneLine(err)})
				return
			}
			tell(line{Done: true})
		})
	}
	return mux
}

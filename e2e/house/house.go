// Package house runs the built binary as an operator does: commands, and a server on a free port that is stopped by its pid.
package house

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	patience = 30 * time.Second // for a start or a stop
	longest  = 3 * time.Minute  // for a command
)

// Bin is the binary to try: LEDE_BIN, or what `make build` left in ../bin.
func Bin() (string, error) {
	bin := os.Getenv("LEDE_BIN")
	if bin == "" {
		bin = filepath.Join("..", "bin", "lede")
	}
	bin, err := filepath.Abs(bin)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(bin); err != nil {
		return "", fmt.Errorf("no binary to try (run `make build`): %w", err)
	}
	return bin, nil
}

// Run runs one command and returns all it said.
func Run(bin string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	cmd := exec.CommandContext(ctx, bin, args...)
	cmd.Env = environ()
	said, err := cmd.CombinedOutput()
	if err != nil {
		return string(said), fmt.Errorf("lede %s: %w\n%s", strings.Join(args, " "), err, said)
	}
	return string(said), nil
}

// Server is a running `lede serve`.
type Server struct {
	URL  string // "http://127.0.0.1:40123"
	addr string
	bin  string
	args []string
	cmd  *exec.Cmd
	done chan error
	said *record
}

// Serve starts a server on the data folder and returns when it answers.
func Serve(bin, data string, flags ...string) (*Server, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	return serve(bin, data, addr, flags)
}

// ServeStaff is Serve under the name localhost, where browsers let people register passkeys.
func ServeStaff(bin, data string, flags ...string) (*Server, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	return serve(bin, data, strings.Replace(addr, "127.0.0.1", "localhost", 1), flags)
}

func serve(bin, data, addr string, flags []string) (*Server, error) {
	watch, err := freeAddr()
	if err != nil {
		return nil, err
	}
	args := append([]string{"serve", "--data", data, "--addr", addr, "--watch-addr", watch}, flags...)
	s := &Server{URL: "http://" + addr, addr: addr, bin: bin, args: args, said: &record{}}
	return s, s.start()
}

func (s *Server) start() error {
	s.cmd, s.done = exec.Command(s.bin, s.args...), make(chan error, 1)
	s.cmd.Env = environ()
	s.cmd.Stdout, s.cmd.Stderr = s.said, s.said
	if err := s.cmd.Start(); err != nil {
		return err
	}
	go func(cmd *exec.Cmd, done chan<- error) { done <- cmd.Wait() }(s.cmd, s.done)
	return s.answering()
}

// Kill ends the server as kill -9 and a power cut do: it hears nothing of it.
func (s *Server) Kill() error {
	if err := s.cmd.Process.Kill(); err != nil {
		return err
	}
	<-s.done
	return nil
}

// Again starts the server again after Kill, on the same folder and at the same address.
func (s *Server) Again() error { return s.start() }

// answering waits until the server has said its address and the front answers.
func (s *Server) answering() error {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		select {
		case err := <-s.done:
			s.done <- err
			return fmt.Errorf("lede serve ended at once: %v\n%s", err, s.said)
		default:
		}
		if !strings.Contains(s.said.String(), "http://") {
			continue
		}
		if res, err := http.Get(s.URL + "/"); err == nil {
			res.Body.Close()
			return nil
		}
	}
	return errors.Join(fmt.Errorf("lede serve never answered at %s\n%s", s.URL, s.said), s.Stop())
}

// Stop asks the server to end, as systemd does, and waits until it has. It complains of one that had to be killed.
func (s *Server) Stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case err := <-s.done:
		if err != nil {
			return fmt.Errorf("lede serve ended badly: %w\n%s", err, s.said)
		}
		return nil
	case <-time.After(patience):
		s.cmd.Process.Kill()
		return fmt.Errorf("lede serve did not stop\n%s", s.said)
	}
}

// Said is all that the server has printed so far.
func (s *Server) Said() string { return s.said.String() }

// environ is ours without settings that would reach into the trial.
func environ() []string {
	var env []string
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "LEDE_") {
			env = append(env, e)
		}
	}
	return env
}

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// record keeps what a process says.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

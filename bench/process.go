package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a server we started, on an address of the loopback interface.
type process struct {
	cmd  *exec.Cmd
	addr string
	in   io.WriteCloser
	out  io.Reader
}

// freeAddr is an address of the loopback interface nobody listens on.
func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// serve starts the real binary on a folder.
func (b *bench) serve(ctx context.Context, dir string, on []int) (*process, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	if b.inProcess {
		args := []string{"serve", dir, addr}
		if b.profile != "" {
			args = append(args, b.profile)
		}
		return b.run(ctx, addr, on, b.self, args...)
	}
	return b.run(ctx, addr, on, b.lede, "serve", "--data", dir, "--addr", addr, "--watch-addr=")
}

// run starts a server; it ends with ctx at the latest.
func (b *bench) run(ctx context.Context, addr string, on []int, name string, args ...string) (*process, error) {
	p := &process{cmd: exec.CommandContext(ctx, name, args...), addr: addr}
	p.cmd.Stderr = os.Stderr
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if p.out, err = p.cmd.StdoutPipe(); err != nil {
		return nil, err
	}
	return p, b.cores.start(p.cmd, on)
}

// ready waits until path is answered with 200, asking all the time.
func (p *process) ready(ctx context.Context, path string) error {
	c := newClient(p.addr)
	defer c.close()
	for until := time.Now().Add(time.Minute); time.Now().Before(until) && ctx.Err() == nil; {
		if got, err := c.get(path, ""); err == nil && got.status == 200 {
			return nil
		}
		time.Sleep(200 * time.Microsecond)
	}
	return fmt.Errorf("%s did not answer %s within a minute", p.addr, path)
}

// stop ends the process as an operator would, and waits for it.
func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return p.wait()
}

func (p *process) wait() error {
	err := p.cmd.Wait()
	if err != nil && p.cmd.ProcessState != nil && p.cmd.ProcessState.ExitCode() < 0 {
		return nil // it had no handler for the signal
	}
	return err
}

// tick is the unit of /proc/PID/stat for programs, on every Linux.
const tick = time.Second / 100

// cpu is the time the process has spent computing, its own and the kernel's for it (proc_pid_stat(5), fields 14 and 15).
func (p *process) cpu() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	return cpuOf(string(text))
}

func cpuOf(stat string) (time.Duration, error) {
	_, after, ok := strings.Cut(stat[strings.LastIndexByte(stat, ')')+1:], " ") // the name before it may hold anything
	fields := strings.Fields(after)
	if !ok || len(fields) < 13 {
		return 0, fmt.Errorf("not the status of a process: %q", stat)
	}
	user, err := strconv.ParseInt(fields[11], 10, 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * tick, err
}

// resident is VmRSS in bytes.
func (p *process) resident() (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseInt(strings.Fields(value)[0], 10, 64)
			return kb << 10, err
		}
	}
	return 0, fmt.Errorf("the process has no VmRSS")
}

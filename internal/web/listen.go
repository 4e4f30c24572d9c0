package web

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// Listen opens what addr names: "host:port", ":port", or "unix:/path/of/socket". When the process was started with sockets
// handed down (systemd socket activation, sd_listen_fds(3): LISTEN_PID, LISTEN_FDS, from descriptor 3 on), those are returned
// and addr is not used.
func Listen(addr string) ([]net.Listener, error) {
	if ls, err := inherited(os.Getpid(), os.Getenv, 3); err != nil || len(ls) > 0 {
		for _, name := range []string{"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"} {
			_ = os.Unsetenv(name)
		}
		return ls, err
	}
	var l net.Listener
	var err error
	if path, ok := strings.CutPrefix(addr, "unix:"); ok {
		l, err = listenUnix(path)
	} else {
		l, err = net.Listen("tcp", addr)
	}
	if err != nil {
		return nil, err
	}
	return []net.Listener{l}, nil
}

// inherited takes the sockets handed down to process pid, if they are meant for it.
func inherited(pid int, env func(string) string, first int) ([]net.Listener, error) {
	if env("LISTEN_PID") != strconv.Itoa(pid) {
		return nil, nil
	}
	n, err := strconv.Atoi(env("LISTEN_FDS"))
	if err != nil || n < 1 || n > 64 {
		return nil, fmt.Errorf("LISTEN_FDS is %q, not a number of sockets", env("LISTEN_FDS"))
	}
	var ls []net.Listener
	for fd := first; fd < first+n; fd++ {
		f := os.NewFile(uintptr(fd), "socket "+strconv.Itoa(fd))
		l, err := net.FileListener(f) // a duplicate, close-on-exec
		if err := errors.Join(err, f.Close()); err != nil {
			for _, l := range ls {
				_ = l.Close()
			}
			return nil, fmt.Errorf("socket %d handed down: %w", fd, err)
		}
		ls = append(ls, l)
	}
	return ls, nil
}

// listenUnix opens a socket for a proxy on this machine, in place of one that a dead process left behind. Owner and group may
// connect.
func listenUnix(path string) (net.Listener, error) {
	if info, err := os.Lstat(path); err == nil {
		if info.Mode()&fs.ModeSocket == 0 {
			return nil, fmt.Errorf("%s is there and is no socket", path)
		}
		if c, err := net.DialTimeout("unix", path, time.Second); err == nil {
			_ = c.Close()
			return nil, fmt.Errorf("another server answers on %s", path)
		}
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o660); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

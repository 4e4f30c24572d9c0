package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"runtime"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// The load generator is as thin as can be, so that the server is what is measured: raw requests made in advance, connections
// kept alive, one thread for each core with the kernel's own notice of what has arrived (epoll).

// tally is what a load has done.
type tally struct {
	requests int
	took     time.Duration
}

// request is what is sent for a path; host must stay the same, since pages are kept by host.
func request(path, host string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nAccept-Encoding: gzip\r\nUser-Agent: lede-bench\r\n\r\n")
}

// load keeps conns connections to addr busy for d: each asks for next() as soon as it has its answer. next is called from
// `threads` threads, each with its own number. An answer that is not 200 ends it with an error.
func load(addr string, conns, threads int, d time.Duration, next func(thread int) []byte) (tally, error) {
	to, err := netip.ParseAddrPort(addr)
	if err != nil {
		return tally{}, err
	}
	sums := make([]int, threads)
	errs := make([]error, threads)
	began := time.Now()
	var all sync.WaitGroup
	for t := range threads {
		all.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			sums[t], errs[t] = drive(to, max(1, conns/threads), began.Add(d), func() []byte { return next(t) })
		})
	}
	all.Wait()
	sum := tally{took: time.Since(began)}
	for _, n := range sums {
		sum.requests += n
	}
	return sum, errors.Join(errs...)
}

// wire is one connection and how far its answer has come.
type wire struct {
	fd   int
	head []byte // of the answer being read, while it is not whole
	rest int    // bytes of the body still to come; -1 while the head is read
}

// drive is one thread's part of a load.
func drive(to netip.AddrPort, conns int, until time.Time, next func() []byte) (done int, err error) {
	poll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return 0, err
	}
	defer unix.Close(poll)
	wires := map[int32]*wire{}
	defer func() {
		for _, w := range wires {
			_ = unix.Close(w.fd)
		}
	}()
	for range conns {
		w, err := dial(to)
		if err != nil {
			return 0, err
		}
		wires[int32(w.fd)] = w
		event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(w.fd)}
		if err := unix.EpollCtl(poll, unix.EPOLL_CTL_ADD, w.fd, &event); err != nil {
			return 0, err
		}
		if err := w.send(next()); err != nil {
			return 0, err
		}
	}
	buf := make([]byte, 64<<10)
	events := make([]unix.EpollEvent, conns)
	for time.Now().Before(until) {
		n, err := unix.EpollWait(poll, events, 1000)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return done, err
		}
		for _, e := range events[:n] {
			whole, err := wires[e.Fd].receive(buf)
			if err != nil {
				return done, err
			}
			if whole {
				done++
				if err := wires[e.Fd].send(next()); err != nil {
					return done, err
				}
			}
		}
	}
	return done, nil
}

func dial(to netip.AddrPort) (*wire, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	err = unix.Connect(fd, &unix.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()})
	if err == nil {
		err = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("connecting to %s: %w", to, err), unix.Close(fd))
	}
	return &wire{fd: fd, rest: -1}, nil
}

// send writes a request; it is far smaller than any socket's buffer.
func (w *wire) send(request []byte) error {
	n, err := unix.Write(w.fd, request)
	if err == nil && n != len(request) {
		err = errors.New("a request did not fit in the socket")
	}
	return err
}

// receive reads what has arrived and tells whether the answer is whole with it.
func (w *wire) receive(buf []byte) (whole bool, err error) {
	n, err := unix.Read(w.fd, buf)
	if err == unix.EINTR || err == unix.EAGAIN {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if n == 0 {
		return false, errors.New("the server closed a connection in the middle of an answer")
	}
	return w.take(buf[:n])
}

func (w *wire) take(b []byte) (whole bool, err error) {
	if w.rest < 0 {
		if len(w.head) > 0 {
			b = append(w.head, b...)
			w.head = nil
		}
		end := bytes.Index(b, []byte("\r\n\r\n"))
		if end < 0 {
			w.head = bytes.Clone(b)
			return false, nil
		}
		if w.rest, err = bodyLength(b[:end+2]); err != nil {
			return false, err
		}
		b = b[end+4:]
	}
	w.rest -= len(b)
	if w.rest < 0 {
		return false, errors.New("the server sent more than it said")
	}
	if w.rest > 0 {
		return false, nil
	}
	w.rest = -1
	return true, nil
}

var (
	good200       = []byte("HTTP/1.1 200 ")
	contentLength = []byte("\r\nContent-Length: ")
)

// bodyLength reads the head of an answer, which must be a 200 with a length.
func bodyLength(head []byte) (int, error) {
	if !bytes.HasPrefix(head, good200) {
		line, _, _ := bytes.Cut(head, []byte("\r\n"))
		return 0, fmt.Errorf("the server answered %q", line)
	}
	_, after, ok := bytes.Cut(head, contentLength)
	if !ok {
		return 0, fmt.Errorf("an answer without a length: %q", head)
	}
	length, _, _ := bytes.Cut(after, []byte("\r\n"))
	return strconv.Atoi(string(length))
}

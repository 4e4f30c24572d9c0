package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// fromEach is how many comments come from one network; the rules hold from the twentieth in ten minutes on.
const fromEach = 15

// crowd writes comments, each by another reader with another text, from networks all over 127.0.0.0/8.
type crowd struct {
	to         string // host:port
	articles   []int64
	from, near int64 // what readers and networks are numbered after
	n, network atomic.Int64
}

// elsewhere is an address in a network nobody has written from.
func (c *crowd) elsewhere() net.Addr {
	n := c.near + c.network.Add(1)
	return &net.TCPAddr{IP: net.IP(netip.AddrFrom4([4]byte{127, byte(n >> 8), byte(n), 9}).AsSlice())}
}

// words are what the texts are made of; the number in each makes it unlike all others.
var words = strings.Fields(`the county never asked us about pier and its cost nobody who takes the early ferry would have paid twice for a bench in the rain
	when the clock at the market stands still again people notice first that the bread is late then that the children are`)

// text is what reader n writes, of about 200 characters.
func text(n int64) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Number %d:", n)
	for i := range int64(34) {
		b.WriteByte(' ')
		b.WriteString(words[(n*7+i*i+i)%int64(len(words))])
	}
	b.WriteByte('.')
	return b.String()
}

// request is the next comment, as a browser without JavaScript sends it.
func (c *crowd) request() (n int64, request []byte) {
	n = c.from + c.n.Add(1)
	return n, c.post(c.articles[n%int64(len(c.articles))], fmt.Sprintf("Reader %d", n), text(n))
}

func (c *crowd) post(article int64, name, text string) []byte {
	form := url.Values{"article": {strconv.FormatInt(article, 10)}, "name": {name}, "text": {text}}.Encode()
	return fmt.Appendf(nil, "POST /comment HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n"+
		"Origin: http://%[1]s\r\nUser-Agent: lede-bench\r\n\r\n%[3]s", c.to, len(form), form)
}

// line is a connection on which comments are sent, one after another, from one network; then from another.
type line struct {
	crowd *crowd
	conn  net.Conn
	in    *bufio.Reader
	sent  int
}

func (l *line) close() {
	if l.conn != nil {
		_ = l.conn.Close()
	}
}

// send sends a request and gives where the 303 leads. took is from the first byte sent to the last received.
func (l *line) send(request []byte) (to string, took time.Duration, err error) {
	if l.conn == nil || l.sent == fromEach {
		l.close()
		dialer := net.Dialer{LocalAddr: l.crowd.elsewhere(), Timeout: 5 * time.Second}
		if l.conn, err = dialer.Dial("tcp", l.crowd.to); err != nil {
			return "", 0, err
		}
		l.in, l.sent = bufio.NewReader(l.conn), 0
	}
	l.sent++
	began := time.Now()
	if _, err := l.conn.Write(request); err != nil {
		return "", 0, err
	}
	to, err = l.answer()
	return to, time.Since(began), err
}

// answer reads a 303, which has no body.
func (l *line) answer() (to string, err error) {
	for first := true; ; first = false {
		said, err := l.in.ReadSlice('\n')
		if err != nil {
			return "", err
		}
		said = bytes.TrimRight(said, "\r\n")
		if first && !bytes.HasPrefix(said, []byte("HTTP/1.1 303 ")) {
			return "", fmt.Errorf("a comment was answered with %q", said)
		}
		if len(said) == 0 {
			return to, nil
		}
		switch name, value, _ := strings.Cut(string(said), ": "); name {
		case "Location":
			to = value
		case "Content-Length":
			if value != "0" {
				return "", errors.New("a 303 with a body")
			}
		}
	}
}

// posts keeps conns connections busy with comments for d.
func (c *crowd) posts(conns int, d time.Duration) (tally, error) {
	var done atomic.Int64
	errs := make([]error, conns)
	began := time.Now()
	var all sync.WaitGroup
	for i := range conns {
		all.Go(func() {
			l := &line{crowd: c}
			defer l.close()
			for time.Since(began) < d {
				_, request := c.request()
				if _, _, err := l.send(request); err != nil {
					errs[i] = err
					return
				}
				done.Add(1)
			}
		})
	}
	all.Wait()
	return tally{int(done.Load()), time.Since(began)}, errors.Join(errs...)
}

// steadily posts so many comments a second until stop is called, which tells how many were answered with 303.
func (c *crowd) steadily(perSecond int) (stop func() (int, error)) {
	const conns = 64 // enough that none waits for another while the server is busy
	work := make(chan []byte, perSecond)
	quit := make(chan struct{})
	var done atomic.Int64
	errs := make([]error, conns)
	var all sync.WaitGroup
	for i := range conns {
		all.Go(func() {
			l := &line{crowd: c}
			defer l.close()
			for request := range work {
				if _, _, err := l.send(request); err != nil {
					errs[i] = err
					continue
				}
				done.Add(1)
			}
		})
	}
	all.Go(func() {
		defer close(work)
		tick := time.NewTicker(time.Second / time.Duration(perSecond))
		defer tick.Stop()
		began := time.Now()
		for n := 0; ; {
			select {
			case <-quit:
				return
			case <-tick.C:
				for due := int(time.Since(began).Seconds() * float64(perSecond)); n < due; n++ { // a busy core skips ticks
					_, request := c.request()
					work <- request
				}
			}
		}
	})
	return func() (int, error) {
		close(quit)
		all.Wait()
		return int(done.Load()), errors.Join(errs...)
	}
}

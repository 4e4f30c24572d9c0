package web

import (
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
)

// perIP bounds how many connections one address holds at once, over all listeners of a server.
type perIP struct {
	most int
	free []netip.Prefix

	mu        sync.Mutex
	open      map[netip.Addr]int
	listeners []net.Listener
	closed    bool
}

func newPerIP(most int, free []netip.Prefix) *perIP {
	return &perIP{most: most, free: free, open: map[netip.Addr]int{}}
}

// listener wraps l; connections over the bound are closed as they come.
func (p *perIP) listener(l net.Listener) net.Listener {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.listeners = append(p.listeners, l)
	if p.closed {
		_ = l.Close()
	}
	return &limitedListener{Listener: l, p: p}
}

// close closes all listeners, now and to come.
func (p *perIP) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, l := range p.listeners {
		_ = l.Close()
	}
}

type limitedListener struct {
	net.Listener
	p *perIP
}

func (l *limitedListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		tcp, ok := c.(*net.TCPConn)
		if !ok {
			return c, nil
		}
		who, counted := l.p.counts(tcp.RemoteAddr())
		if !counted {
			return c, nil
		}
		if l.p.take(who) {
			return &countedConn{TCPConn: tcp, p: l.p, who: who}, nil
		}
		_ = tcp.Close()
	}
}

// counts returns the address to count a peer under: IPv4 whole, IPv6 by its /64.
func (p *perIP) counts(a net.Addr) (netip.Addr, bool) {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}, false
	}
	ip := tcp.AddrPort().Addr().Unmap().WithZone("")
	if ip.IsLoopback() || slices.ContainsFunc(p.free, func(f netip.Prefix) bool { return f.Contains(ip) }) {
		return ip, false
	}
	return block(ip), true
}

func block(ip netip.Addr) netip.Addr {
	if ip.Is6() {
		net64, err := ip.Prefix(64)
		if err == nil {
			return net64.Addr()
		}
	}
	return ip
}

func (p *perIP) take(who netip.Addr) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open[who] >= p.most {
		return false
	}
	p.open[who]++
	return true
}

func (p *perIP) give(who netip.Addr) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open[who]--; p.open[who] <= 0 {
		delete(p.open, who)
	}
}

// countedConn is still a TCP connection in all else, so that files go out by sendfile.
type countedConn struct {
	*net.TCPConn
	p    *perIP
	who  netip.Addr
	gone atomic.Bool
}

func (c *countedConn) Close() error {
	if c.gone.CompareAndSwap(false, true) {
		c.p.give(c.who)
	}
	return c.TCPConn.Close()
}

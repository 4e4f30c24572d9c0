// Package crowd bounds how often one neighbourhood of the net, and all together, may try something that costs: a password, a mail.
package crowd

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Crowd is everybody who tries. It forgets the neighbourhoods it has not seen lately, and never holds more than twice mostBlocks.
type Crowd struct {
	mu     sync.Mutex
	recent map[netip.Prefix]*rate.Limiter
	older  map[netip.Prefix]*rate.Limiter
	all    *rate.Limiter
	each   rate.Limit // of one neighbourhood, a second
	burst  int
}

const mostBlocks = 5000

// New is a crowd of which 20 may try in a second, 100 at once; of one neighbourhood one in five seconds, 30 at once.
func New() *Crowd {
	return &Crowd{recent: map[netip.Prefix]*rate.Limiter{}, all: rate.NewLimiter(20, 100), each: rate.Every(5 * time.Second), burst: 30}
}

// Of is a crowd of which one neighbourhood may try so many times a second, burst at once, and all together as often as they like.
func Of(each rate.Limit, burst int) *Crowd {
	return &Crowd{recent: map[netip.Prefix]*rate.Limiter{}, all: rate.NewLimiter(rate.Inf, 0), each: each, burst: burst}
}

// Boundless is a crowd that nobody keeps back. For tests.
func Boundless() *Crowd {
	return &Crowd{all: rate.NewLimiter(rate.Inf, 0)}
}

// Admit takes one try from that address, or says how long to wait. What comes from this machine is bounded with all others only.
func (c *Crowd) Admit(from netip.Addr, now time.Time) (wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.recent != nil && from.IsValid() && !from.IsLoopback() {
		if !c.of(block(from)).AllowN(now, 1) {
			return max(time.Second, time.Duration(float64(time.Second)/float64(c.each)))
		}
	}
	if !c.all.AllowN(now, 1) {
		return time.Second
	}
	return 0
}

func (c *Crowd) of(b netip.Prefix) *rate.Limiter {
	l := c.recent[b]
	if l == nil {
		if l = c.older[b]; l == nil {
			l = rate.NewLimiter(c.each, c.burst)
		}
		if len(c.recent) >= mostBlocks {
			c.older, c.recent = c.recent, map[netip.Prefix]*rate.Limiter{}
		}
		c.recent[b] = l
	}
	return l
}

// block is the neighbourhood of an address: /24 of IPv4, /64 of IPv6.
func block(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := 24
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits) // fits every address
	return p
}

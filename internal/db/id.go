package db

import (
	"crypto/rand"
	"encoding/binary"
	mathrand "math/rand/v2"
	"sync/atomic"
	"time"
)

// ids numbers what this process makes. An id is, from the top: one zero bit, 41 bits of milliseconds since 2020,
// 10 bits drawn once by this process, 12 bits of sequence.
type ids struct {
	node int64
	last atomic.Int64 // milliseconds << 12 | sequence, as last given
}

var process = newIDs()

func newIDs() *ids {
	var b [2]byte
	rand.Read(b[:])
	return &ids{node: int64(binary.BigEndian.Uint16(b[:]) & 1023)}
}

var epoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// NewID makes an id that nothing else has: positive, 63 bits, growing within this process, also while the clock stands
// or steps back. It orders nothing across processes and grants nothing.
func NewID() int64 { return process.next(time.Since(epoch).Milliseconds()) }

func (n *ids) next(ms int64) int64 {
	// Each millisecond begins at a random place in the lower quarter of the sequence, so that two processes that drew
	// the same node still hardly ever meet.
	fresh := ms<<12 | int64(mathrand.N(1024))
	for {
		last := n.last.Load()
		now := max(last+1, fresh)
		if n.last.CompareAndSwap(last, now) {
			return now>>12<<22 | n.node<<12 | now&4095
		}
	}
}

// Micros is how a time is kept: microseconds since 1970, UTC. What is finer is cut off.
func Micros(t time.Time) int64 { return t.UnixMicro() }

// Time is the time kept as us microseconds, in UTC.
func Time(us int64) time.Time { return time.UnixMicro(us).UTC() }

// MicrosOrNil is Micros, or nil (null) for the zero time. It is read back with sql.NullInt64.
func MicrosOrNil(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return Micros(t)
}

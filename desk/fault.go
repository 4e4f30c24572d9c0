package desk

import (
	"errors"
	"time"

	"lede/internal/fault"
)

// Stands says that somebody else's text stands where the write was to go; it is a fault.Conflict.
type Stands struct{ Part }

func (Stands) Error() string { return "somebody else's text stands there" }

// Unwrap makes it a fault.Conflict.
func (Stands) Unwrap() error { return fault.Conflict }

// Held says that another window holds the part; it is a fault.Conflict.
type Held struct {
	Hold
	Now time.Time
}

func (Held) Error() string { return "another window holds it" }

// Unwrap makes it a fault.Conflict.
func (Held) Unwrap() error { return fault.Conflict }

// Idle is how long the holder has not written.
func (h Held) Idle() time.Duration { return h.Now.Sub(h.At) }

// ErrWhole says that a patch does not fit what stands: the whole value is to be sent. Nothing was changed.
var ErrWhole = errors.New("the patch does not fit: send the whole part")

// What a transaction finds that must be done outside of it first.
var (
	errUnaligned = errors.New("the working parts were not compared with the article's version")
	errUncut     = errors.New("a version is to be cut first")
)

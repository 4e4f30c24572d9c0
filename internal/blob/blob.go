// Package blob keeps files by key: pictures, sound, film. What it has acknowledged survives a power cut.
package blob

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"lede/internal/fault"
)

// Info is what a store knows of a file without reading it.
type Info struct {
	Size     int64     // bytes
	Modified time.Time // when it was last put, UTC
}

// Store keeps files by key. A key is one to 200 characters of a-z, 0-9, dot, underscore, hyphen and slash; every part
// between slashes is non-empty and begins with none of the signs. Other keys are refused. Every store passes
// blobtest.Promise, and may be used by many goroutines at once.
type Store interface {
	// Put keeps all of r under key, in place of what was there. When it returns nil the file is durable. When it returns
	// an error, or ctx ends before, what was there before is still there, whole.
	Put(ctx context.Context, key string, r io.Reader) error

	// Open opens the file for reading, from any offset; a later Put does not disturb it. No such file: fault.NotFound.
	Open(ctx context.Context, key string) (io.ReadSeekCloser, Info, error)

	// Delete removes the file; one that is not there counts as removed.
	Delete(ctx context.Context, key string) error

	// List calls fn for every file whose key begins with prefix (any string), in the byte order of the keys, and stops at
	// fn's first error, which it returns. fn may put and delete; whether List shows that is open.
	List(ctx context.Context, prefix string, fn func(key string, info Info) error) error
}

const keyMax = 200

// Check tells what is wrong with a key, if anything is.
func Check(key string) error {
	if key == "" || len(key) > keyMax {
		return fault.Invalid("a file's key has 1 to %d characters, this one has %d", keyMax, len(key))
	}
	for part := range strings.SplitSeq(key, "/") {
		if part == "" || strings.ContainsRune("._-", rune(part[0])) {
			return fault.Invalid("%q is no key of a file: a part is empty or begins with a sign", key)
		}
	}
	if strings.ContainsFunc(key, odd) {
		return fault.Invalid("%q is no key of a file: only a-z, 0-9, dot, underscore, hyphen and slash", key)
	}
	return nil
}

func odd(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("._-/", r)
}

// steady stops reading when its context has ended, so that a cancelled upload does not run on.
type steady struct {
	ctx context.Context
	r   io.Reader
}

func (s steady) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, fmt.Errorf("upload: %w", err)
	}
	return s.r.Read(p)
}

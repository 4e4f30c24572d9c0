package web

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"

	"github.com/klauspost/compress/flate"
)

var allowRead = shared("GET, HEAD")

// write answers with e. On a hit it allocates nothing: header values are laid into the answer as they are, and the joined
// bytes go out of lent memory in one Write.
func (c *Cache) write(w http.ResponseWriter, r *http.Request, e *entry, now int64) error {
	j, err := c.join(r.Context(), e, now)
	if err != nil {
		return err
	}
	h := w.Header()
	for i := range e.header {
		h[e.header[i].name] = e.header[i].values
	}
	h["Vary"] = varyCoding
	gz := acceptsGzip(r.Header["Accept-Encoding"])
	etag, length := j.plainEtag, j.plainLength
	if gz {
		etag, length = j.etag, j.length
	}
	if e.status == http.StatusOK {
		h["Etag"] = etag
		if e.unchanged(r, etag[0]) {
			delete(h, "Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	h["Content-Length"] = length
	if gz {
		h["Content-Encoding"] = encGzip
	}
	w.WriteHeader(e.status)
	if r.Method == http.MethodHead {
		return nil
	}
	return c.send(w, e, j, gz)
}

func (e *entry) unchanged(r *http.Request, etag string) bool {
	if match := r.Header["If-None-Match"]; len(match) > 0 {
		return noneMatch(match, etag)
	}
	since := r.Header["If-Modified-Since"]
	if len(since) == 0 || e.modified == 0 || len(e.slots) > 0 {
		return false
	}
	t, err := http.ParseTime(since[0])
	return err == nil && e.modified <= t.Unix()
}

// send writes the body. An error here is the reader's connection; nobody is left to be told.
func (c *Cache) send(w http.ResponseWriter, e *entry, j *joined, gz bool) error {
	if gz && e.whole != nil {
		_, _ = w.Write(e.whole)
		return nil
	}
	b := c.lend.get(j.size)
	defer c.lend.put(b)
	*b = e.appendGzip(*b, j)
	if gz {
		_, _ = w.Write(*b)
		return nil
	}
	text := c.lend.get(j.raw)
	defer c.lend.put(text)
	plain, err := inflate(*text, *b, j.raw)
	if err != nil {
		return fmt.Errorf("page %s: %w", e.key, err)
	}
	*text = plain
	_, _ = w.Write(plain)
	return nil
}

// join returns what e's parts make together now.
func (c *Cache) join(ctx context.Context, e *entry, now int64) (*joined, error) {
	j := e.form.Load()
	if len(e.slots) == 0 {
		if j == nil {
			j = newJoined(e, nil, 0)
			e.form.Store(j)
		}
		return j, nil
	}
	gen := c.shared.generation(now)
	if j != nil && j.gen.Load() == gen {
		return j, nil
	}
	segs := make([]*segment, len(e.slots))
	for i, name := range e.slots {
		seg, err := c.shared.named(ctx, name, now)
		if err != nil {
			return nil, err
		}
		segs[i] = seg
	}
	if j != nil && slices.Equal(j.shared, segs) {
		j.gen.Store(gen)
		return j, nil
	}
	j = newJoined(e, segs, gen)
	e.form.Store(j)
	return j, nil
}

type inflater struct {
	in bytes.Reader
	z  io.ReadCloser
}

var inflaters = sync.Pool{New: func() any { return &inflater{z: flate.NewReader(bytes.NewReader(nil))} }}

// inflate appends the size bytes of text in a gzip stream of ours to buf, for the few who do not take gzip.
func inflate(buf, gzip []byte, size int) ([]byte, error) {
	f := inflaters.Get().(*inflater)
	defer inflaters.Put(f)
	f.in.Reset(gzip[len(gzipHead) : len(gzip)-8])
	if err := f.z.(flate.Resetter).Reset(&f.in, nil); err != nil {
		return buf, err
	}
	buf = slices.Grow(buf, size)[:size]
	_, err := io.ReadFull(f.z, buf)
	return buf, err
}

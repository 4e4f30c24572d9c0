package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
)

// entry is one page in the cache, or in the small cache of absences (err set, nothing else).
type entry struct {
	key      string
	status   int
	header   []field   // ready to be laid into an answer
	segs     []segment // the page's own; segs[i] is followed by the shared segment slots[i]
	slots    []string
	whole    []byte // without slots: the finished gzip stream, of which segs[0] is a part
	tags     []string
	until    int64 // unix nanoseconds; 0: until purged
	modified int64 // unix seconds; 0: none
	keep     bool
	seq      uint64 // of the last Forget when its render began
	err      error

	stale   atomic.Bool  // purged: good enough only when nothing better can be made
	retry   atomic.Int64 // stale, but handed out until then, because a render has just failed
	visited atomic.Bool  // since the hand last passed
	form    atomic.Pointer[joined]

	bytes      int64
	refs       []tagRef
	next, prev *entry
}

// field is a header field; values are never changed, so that one slice serves all answers.
type field struct {
	name   string
	values []string
}

// joined is what a page's parts make together in one generation of the shared segments. The bytes themselves stay where they are.
type joined struct {
	gen                    atomic.Uint64
	shared                 []*segment
	trailer                [8]byte
	size, raw              int // bytes of the gzip stream; of the text
	etag, length           []string
	plainEtag, plainLength []string
}

func (e *entry) fresh(now int64) bool {
	if e.stale.Load() || e.until != 0 && now >= e.until {
		return now < e.retry.Load()
	}
	return true
}

// newEntry compresses a page. seq is the last Forget's number when the render began.
func newEntry(key string, p Page, seq uint64) *entry {
	e := &entry{key: strings.Clone(key), status: p.Status, tags: p.Tags, keep: p.Keep, seq: seq}
	if e.status == 0 {
		e.status = http.StatusOK
	}
	if !p.Until.IsZero() {
		e.until = p.Until.UnixNano()
	}
	if !p.Modified.IsZero() {
		e.modified = p.Modified.Unix()
	}
	e.header = pageHeader(p, e.status)
	texts, names := Cut(p.Body)
	e.slots = names
	var buf bytes.Buffer
	buf.WriteString(gzipHead)
	ends := make([]int, len(texts))
	e.segs = make([]segment, len(texts))
	for i, t := range texts {
		e.segs[i] = compress(&buf, t)
		ends[i] = buf.Len()
	}
	e.lay(buf.Bytes(), ends)
	return e
}

// lay takes the bytes of all segments, which begin after a gzip header and end where ends says, into memory of just their size.
func (e *entry) lay(stream []byte, ends []int) {
	start := len(gzipHead)
	if len(e.slots) == 0 {
		stream = append(stream, gzipTail...)
		t := trailer(e.segs[0].crc, e.segs[0].raw)
		stream = append(stream, t[:]...)
	}
	stream = bytes.Clone(stream)
	for i, end := range ends {
		e.segs[i].deflate = stream[start:end:end]
		start = end
	}
	if len(e.slots) == 0 {
		e.whole = stream
	}
	e.bytes = e.weigh(len(stream))
}

// weigh estimates what the entry takes in memory, with its indexes and its joined form.
func (e *entry) weigh(stream int) int64 {
	n := stream + 2*len(e.key) + 700 + 80*len(e.segs) + 40*len(e.slots)
	for _, t := range e.tags {
		n += 16 + 64 + len(t)
	}
	for _, f := range e.header {
		n += 40
		for _, v := range f.values {
			n += len(v)
		}
	}
	return int64(n)
}

// pageHeader makes the header fields that every answer with the page has.
func pageHeader(p Page, status int) []field {
	typ := p.Type
	if typ == "" {
		typ = "text/html; charset=utf-8"
	}
	fields := []field{{"Content-Type", shared(typ)}}
	for name, values := range p.Header {
		name = http.CanonicalHeaderKey(name)
		if name == "Set-Cookie" || name == "Vary" || name == "Content-Length" || name == "Content-Encoding" || name == "Content-Type" {
			continue
		}
		fields = append(fields, field{name, append([]string(nil), values...)})
	}
	if len(p.Header.Values("Cache-Control")) == 0 {
		control := revalidate
		if status >= 400 {
			control = noStore
		}
		fields = append(fields, field{"Cache-Control", control})
	}
	if csp := framed(p.FrameHosts, p.Frames); csp != nil {
		fields = append(fields, field{"Content-Security-Policy", csp})
	}
	if !p.Modified.IsZero() && status == http.StatusOK {
		fields = append(fields, field{"Last-Modified", shared(p.Modified.UTC().Format(http.TimeFormat))})
	}
	return fields
}

// common header values, made once; nobody appends to them (their capacity is their length).
var (
	revalidate = shared("public, max-age=0, must-revalidate")
	immutable  = shared("public, max-age=31536000, immutable")
	noStore    = shared("no-store")
	encGzip    = shared("gzip")
	encBrotli  = shared("br")
	varyCoding = shared("Accept-Encoding")
)

func shared(v string) []string { return []string{v} }

// newJoined computes size, checksum and ETags of e with these shared segments, one for each slot.
func newJoined(e *entry, segs []*segment, gen uint64) *joined {
	hash := sha256.New()
	j := &joined{shared: segs, size: gzipExtra}
	j.gen.Store(gen)
	var crc uint32
	add := func(s *segment) {
		crc = crcJoin(crc, s)
		j.size += len(s.deflate)
		j.raw += s.raw
		hash.Write(s.digest[:])
	}
	for i := range e.segs {
		add(&e.segs[i])
		if i < len(segs) {
			add(segs[i])
		}
	}
	j.trailer = trailer(crc, j.raw)
	tag := base64.RawURLEncoding.EncodeToString(hash.Sum(nil)[:15])
	v := []string{`"` + tag + `-gz"`, strconv.Itoa(j.size), `"` + tag + `"`, strconv.Itoa(j.raw)}
	j.etag, j.length, j.plainEtag, j.plainLength = v[0:1:1], v[1:2:2], v[2:3:3], v[3:4:4]
	return j
}

// appendGzip appends the whole gzip stream to b.
func (e *entry) appendGzip(b []byte, j *joined) []byte {
	b = append(b, gzipHead...)
	for i := range e.segs {
		b = append(b, e.segs[i].deflate...)
		if i < len(j.shared) {
			b = append(b, j.shared[i].deflate...)
		}
	}
	b = append(b, gzipTail...)
	return append(b, j.trailer[:]...)
}

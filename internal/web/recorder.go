package web

import (
	"crypto/rand"
	"encoding/binary"
	"io"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
)

// recorder notes what was answered. It comes from a pool and goes back when the request is over: nobody keeps it.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
	number number
	kind   *kindMeter
}

var recorders = sync.Pool{New: func() any { return new(recorder) }}

func newRecorder(w http.ResponseWriter, n number) *recorder {
	rec := recorders.Get().(*recorder)
	*rec = recorder{ResponseWriter: w, number: n}
	return rec
}

func (rec *recorder) release() {
	*rec = recorder{}
	recorders.Put(rec)
}

func (rec *recorder) begun() bool { return rec.status != 0 }

// leave notes that the reader went away before there was an answer.
func (rec *recorder) leave() {
	if !rec.begun() {
		rec.WriteHeader(statusLeft)
	}
}

// statusLeft is what nginx made the custom for "client closed request"; nobody is there to receive it.
const statusLeft = 499

func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 && status >= 200 {
		rec.status = status
	}
	rec.ResponseWriter.WriteHeader(status)
}

func (rec *recorder) Write(p []byte) (int, error) {
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	n, err := rec.ResponseWriter.Write(p)
	rec.bytes += int64(n)
	return n, err
}

// ReadFrom keeps the kernel's own copying (sendfile) for files.
func (rec *recorder) ReadFrom(r io.Reader) (int64, error) {
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	n, err := io.Copy(rec.ResponseWriter, r)
	rec.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }

// Flush sends what was written so far.
func (rec *recorder) Flush() { _ = http.NewResponseController(rec.ResponseWriter).Flush() }

// number is a request's number: unique in this process, and unlikely to be met again in another.
type number uint64

func (n number) String() string { return strconv.FormatUint(uint64(n), 36) }

// numbers gives out request numbers: a random start, then one after the other.
type numbers struct{ last atomic.Uint64 }

func newNumbers() *numbers {
	var b [8]byte
	_, _ = rand.Read(b[:])
	ns := new(numbers)
	ns.last.Store(binary.LittleEndian.Uint64(b[:]) >> 16 << 12)
	return ns
}

func (ns *numbers) next() number { return number(ns.last.Add(1)) }

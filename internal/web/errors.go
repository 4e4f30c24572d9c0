package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"

	"lede/internal/fault"
)

// statusError is an HTTP status that needs no more words.
type statusError int

func (s statusError) Error() string { return http.StatusText(int(s)) }

// panicError is a panic brought home as an error, with where it happened.
type panicError struct {
	value any
	stack []byte
}

func (p *panicError) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// panicked makes an error of a recovered value; http.ErrAbortHandler stays itself, so that it can be thrown again.
func panicked(v any) error {
	if v == http.ErrAbortHandler {
		return http.ErrAbortHandler
	}
	return &panicError{value: v, stack: debug.Stack()}
}

// statusOf says which HTTP status an error is.
func statusOf(err error) int {
	var (
		status statusError
		form   fault.Form
		large  *http.MaxBytesError
	)
	switch {
	case errors.As(err, &status):
		return int(status)
	case errors.Is(err, fault.NotFound):
		return http.StatusNotFound
	case errors.Is(err, fault.Gone):
		return http.StatusGone
	case errors.Is(err, fault.Forbidden):
		return http.StatusForbidden
	case errors.Is(err, fault.Conflict):
		return http.StatusConflict
	case errors.As(err, &form):
		return http.StatusUnprocessableEntity
	case fault.IsInvalid(err):
		return http.StatusBadRequest
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// isFault reports whether err is an answer to the person who asked, not a breakdown of ours.
func isFault(err error) bool {
	if _, ok := movedTo(err); ok {
		return true
	}
	return statusOf(err) < 500
}

// movedTo returns where a fault.Moved points.
func movedTo(err error) (string, bool) {
	var m fault.Moved
	ok := errors.As(err, &m)
	return m.To, ok
}

// fail answers a request whose handler returned err.
func (wb *Web) fail(w *recorder, r *http.Request, err error) {
	if errors.Is(err, http.ErrAbortHandler) {
		panic(http.ErrAbortHandler)
	}
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		w.leave()
		return
	}
	if to, ok := movedTo(err); ok && !w.begun() {
		redirect(w, r, to)
		return
	}
	status, number := statusOf(err), ""
	if status >= 500 {
		number = w.number.String()
		wb.logFailure(r, err, status, number)
	}
	if w.begun() {
		panic(http.ErrAbortHandler)
	}
	wb.draw(w, r, status, err, number)
}

func (wb *Web) logFailure(r *http.Request, err error, status int, number string) {
	attrs := []slog.Attr{slog.String("number", number), slog.Int("status", status), slog.String("method", r.Method),
		slog.String("path", wb.o.Logged(r.URL.Path)), slog.String("error", err.Error())}
	var p *panicError
	if errors.As(err, &p) {
		attrs = append(attrs, slog.String("stack", string(p.stack)))
	}
	wb.o.Log.LogAttrs(context.WithoutCancel(r.Context()), slog.LevelError, "a request failed", attrs...)
}

// draw has the face draw an error page, and falls back to one line when that fails too.
func (wb *Web) draw(w *recorder, r *http.Request, status int, err error, number string) {
	h := w.Header()
	for _, name := range []string{"Content-Encoding", "Content-Length", "Etag", "Last-Modified", "Link"} {
		delete(h, name)
	}
	h["Cache-Control"] = noStore
	if status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "5")
	}
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		wb.logFailure(r, panicked(v), status, w.number.String())
		if v == http.ErrAbortHandler || w.begun() {
			panic(http.ErrAbortHandler)
		}
		drawPlain(w, r, status, err, number)
	}()
	wb.o.Draw(w, r, status, err, number)
}

// drawPlain is the error page of a paper that has none.
func drawPlain(w http.ResponseWriter, r *http.Request, status int, _ error, number string) {
	text := strconv.Itoa(status) + " " + http.StatusText(status)
	if number != "" {
		text += " (" + number + ")"
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write([]byte(text + "\n"))
	}
}

// redirect sends the reader to where the thing now stands. to is an absolute URL or a path of ours.
func redirect(w http.ResponseWriter, r *http.Request, to string) {
	status := http.StatusMovedPermanently
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		status = http.StatusPermanentRedirect
	}
	h := w.Header()
	h.Set("Location", safeLocation(to))
	h["Cache-Control"] = revalidate
	h["Content-Length"] = []string{"0"}
	w.WriteHeader(status)
}

// safeLocation escapes what may not stand in a header and keeps a path a path: "//elsewhere" and "/\elsewhere" would be
// read by browsers as another site.
func safeLocation(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
		return "/"
	}
	if u.Scheme == "" {
		u.Host, u.User, u.Opaque = "", nil, ""
		u.Path = "/" + strings.TrimLeft(u.Path, `/\`)
		u.RawPath = ""
	}
	return u.String()
}

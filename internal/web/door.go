package web

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

// Door is the outermost handler: it gives every request a number, sets the security headers, refuses unknown methods (405),
// unclean addresses (400) and, once the paper has an address, other hosts (421), and redirects paths with empty or dotted parts.
// It counts what was answered and, when asked to, logs it.
func (wb *Web) Door(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := newRecorder(w, wb.ids.next())
		rec.kind = wb.meas.other
		var began time.Time
		if wb.o.AccessLog {
			began = wb.o.Clock()
		}
		defer func() {
			rec.kind.count(rec.status)
			if wb.o.AccessLog {
				wb.logAccess(r, rec, began)
			}
			rec.release()
		}()
		wb.enter(rec, r, next)
	})
}

func (wb *Web) enter(rec *recorder, r *http.Request, next http.Handler) {
	h := rec.Header()
	setSecurity(h, wb.Scheme(r) == "https")
	if r.ProtoMajor == 1 && len(r.TransferEncoding) > 0 {
		h["Connection"] = closing // whoever framed this request twice gets no second one read from here
	}
	to, err := wb.check(r)
	switch {
	case err == statusError(http.StatusMethodNotAllowed):
		h["Allow"] = allowAll
		wb.fail(rec, r, err)
	case err != nil:
		wb.fail(rec, r, err)
	case to != "":
		redirect(rec, r, to)
	default:
		if err := wb.pass(rec, r, next); err != nil {
			wb.fail(rec, r, err)
		}
	}
}

func (wb *Web) check(r *http.Request) (to string, err error) {
	if !knownMethod(r.Method) {
		return "", statusError(http.StatusMethodNotAllowed)
	}
	if err := wb.checkHost(r); err != nil {
		return "", err
	}
	return clean(r)
}

// pass hands the request on; a panic that no Route caught comes back as an error.
func (wb *Web) pass(w http.ResponseWriter, r *http.Request, next http.Handler) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicked(v)
		}
	}()
	next.ServeHTTP(w, r)
	return nil
}

func (wb *Web) logAccess(r *http.Request, rec *recorder, began time.Time) {
	wb.o.Log.LogAttrs(context.WithoutCancel(r.Context()), slog.LevelInfo, "request", slog.String("number", rec.number.String()),
		slog.String("from", wb.Client(r).String()), slog.String("method", r.Method), slog.String("host", r.Host),
		slog.String("path", wb.o.Logged(r.URL.Path)), slog.Int("status", rec.status), slog.Int64("bytes", rec.bytes),
		slog.Duration("took", wb.o.Clock().Sub(began)))
}

var closing = shared("close")

// Package web is the press room's door and counter: it answers readers over HTTP, keeps pages ready to hand out, and is the
// one place where an error becomes an answer. It knows no word of the paper.
package web

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/VictoriaMetrics/metrics"
)

// Handler answers one request or says in its error why not; see Web.Handle for what becomes of the error.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Draw draws the page of an error: status is the HTTP status, err what happened (never shown in detail when status is 500
// or more), number the error's number in the log, empty when nothing was logged. It writes the whole answer, status included.
// Headers are already set (no-store among them).
type Draw func(w http.ResponseWriter, r *http.Request, status int, err error, number string)

// Options says how a Web behaves. Every field has a working zero value.
type Options struct {
	Address   func() string            // the paper's base URL, "" until it is set; called for every request, so it must be fast
	Draw      Draw                     // draws error pages; nil: one line of text
	Log       *slog.Logger             // nil: slog.Default()
	Clock     func() time.Time         // nil: time.Now; used for the access log alone
	Proxies   []netip.Prefix           // peers whose X-Forwarded-For, -Proto and -Host are believed
	TrustUnix bool                     // peers on a unix socket are such proxies too
	AccessLog bool                     // one log line for each request
	Logged    func(path string) string // a path as it may stand in a log; nil: as it is
	Metrics   *metrics.Set             // nil: a set of its own, see Web.Metrics
}

// Web turns handlers into http.Handlers and guards the door. Make one with New.
type Web struct {
	o    Options
	base baseCache
	ids  *numbers
	meas *requestMeter
}

// New returns a Web.
func New(o Options) *Web {
	if o.Address == nil {
		o.Address = func() string { return "" }
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Metrics == nil {
		o.Metrics = metrics.NewSet()
	}
	if o.Logged == nil {
		o.Logged = func(path string) string { return path }
	}
	if o.Draw == nil {
		o.Draw = drawPlain
	}
	return &Web{o: o, ids: newNumbers(), meas: newRequestMeter(o.Metrics)}
}

// Metrics writes what was counted in the text format of Prometheus.
func (wb *Web) Metrics(w io.Writer) { wb.o.Metrics.WritePrometheus(w) }

// Counter is the counter of that name, with its labels if it has any: `lede_things_total{why="late"}`.
func (wb *Web) Counter(name string) *metrics.Counter { return wb.o.Metrics.GetOrCreateCounter(name) }

// A RouteOption changes a limit for one route.
type RouteOption func(*route)

// MaxBody allows a body of up to n bytes (64 KiB otherwise).
func MaxBody(n int64) RouteOption { return func(ro *route) { ro.body = n } }

// Deadline gives the whole request d to be read and answered, instead of the server's timeouts: for uploads and exports.
func Deadline(d time.Duration) RouteOption { return func(ro *route) { ro.deadline = d } }

type route struct {
	wb       *Web
	kind     *kindMeter
	h        Handler
	body     int64
	deadline time.Duration
}

// Handle is Route for handlers that need no kind of their own.
func (wb *Web) Handle(h Handler) http.Handler { return wb.Route("page", h) }

// Route makes an http.Handler of h. kind names the route in the metrics ("article", "front"): a word, never a path.
//
// An error of h becomes an answer here and nowhere else: fault.NotFound 404, Gone 410, Forbidden 403, Conflict 409, a
// fault.Form 422, fault.Invalid 400, fault.Moved 301 (308 unless GET or HEAD), a body too large 413, a deadline 503,
// and all else, a panic too, 500. The last two are logged under a number that the page shows; nothing else of them is shown.
// If h had begun to answer before it failed, the connection is cut instead.
func (wb *Web) Route(kind string, h Handler, opts ...RouteOption) http.Handler {
	ro := &route{wb: wb, kind: wb.meas.kind(kind), h: h, body: 64 << 10}
	for _, o := range opts {
		o(ro)
	}
	return ro
}

func (ro *route) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rec, ok := w.(*recorder)
	if !ok {
		rec = newRecorder(w, ro.wb.ids.next())
		defer rec.release()
		defer func() { rec.kind.count(rec.status) }()
	}
	rec.kind = ro.kind
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = http.MaxBytesReader(rec, r.Body, ro.body)
	}
	if ro.deadline > 0 {
		if err := ro.extend(rec); err != nil {
			ro.wb.fail(rec, r, err)
			return
		}
	}
	if err := ro.call(rec, r); err != nil {
		ro.wb.fail(rec, r, err)
	}
}

// call runs the handler; a panic of it comes back as an error.
func (ro *route) call(w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicked(v)
		}
	}()
	return ro.h(w, r)
}

// extend moves this connection's deadlines; a writer that has none (in a test) is left as it is.
func (ro *route) extend(w http.ResponseWriter) error {
	rc, at := http.NewResponseController(w), time.Now().Add(ro.deadline)
	if err := errors.Join(rc.SetReadDeadline(at), rc.SetWriteDeadline(at)); !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

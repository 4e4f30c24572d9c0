package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"lede/internal/db"
	"lede/internal/web"
	"lede/press"
)

// watcher answers whoever watches over the server, on an address of its own: /healthz says that it runs, /readyz that it can be
// read, naming what is degraded, /metrics counts.
func watcher(p *press.Press, door *web.Web) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { ready(r.Context(), w, p) })
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) { measured(r.Context(), w, p, door) })
	return mux
}

// watchWithin is how long the database may take to answer who watches.
const watchWithin = 2 * time.Second

// ready stays 200 without the database: known pages are still read then, and only what is said here changes.
func ready(ctx context.Context, w io.Writer, p *press.Press) {
	ctx, cancel := context.WithTimeout(ctx, watchWithin)
	defer cancel()
	if err := works(ctx, p); err != nil {
		fmt.Fprintf(w, "ready for reading\ndegraded: database: %s\n", oneLine(err))
		return
	}
	fmt.Fprintln(w, "ready")
}

// works tells whether the database can be read, and whether it takes a write: one of nothing.
func works(ctx context.Context, p *press.Press) error {
	if _, err := p.Papers.Get(ctx); err != nil {
		return err
	}
	return p.DB.Tx(ctx, func(context.Context, db.Q) error { return nil })
}

// measured writes the metrics: of the web, of the jobs, of the process.
func measured(ctx context.Context, w io.Writer, p *press.Press, door *web.Web) {
	ctx, cancel := context.WithTimeout(ctx, watchWithin)
	defer cancel()
	door.Metrics(w)
	if failing, err := p.Jobs.Failing(ctx); err == nil {
		fmt.Fprintf(w, "lede_jobs_failing %d\n", len(failing))
	}
	metrics.WriteProcessMetrics(w)
}

// gauge tells the age of the newest backup, in seconds; -1 while there is none.
func gauge(set *metrics.Set, p *press.Press, dir string) {
	set.NewGauge("lede_backup_age_seconds", func() float64 {
		age, err := press.BackupAge(dir, p.Clock())
		if err != nil {
			return -1
		}
		return age.Seconds()
	})
}

package web

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"
)

// ServerOptions says how a Server behaves. Every field but Handler has a working zero value.
type ServerOptions struct {
	Handler   http.Handler
	TLS       *tls.Config    // nil: no TLS; NextProtos is completed with h2 and http/1.1
	Log       *slog.Logger   // nil: slog.Default()
	PerIP     int            // connections at once from one IPv4 address or one IPv6 /64; 0: 256. Loopback and Unlimited are not counted
	Unlimited []netip.Prefix // proxies and others that may connect as often as they like
	Linger    time.Duration  // how long a stopping server still answers on open connections, telling them to close; 0: 500 ms
}

// Server is an http.Server with every limit set. Make one with NewServer.
type Server struct {
	http     *http.Server
	o        ServerOptions
	limit    *perIP
	stopping atomic.Bool
}

// NewServer returns a server that serves nothing yet.
func NewServer(o ServerOptions) *Server {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.PerIP == 0 {
		o.PerIP = 256
	}
	if o.Linger == 0 {
		o.Linger = 500 * time.Millisecond
	}
	s := &Server{o: o, limit: newPerIP(o.PerIP, o.Unlimited)}
	s.http = &http.Server{
		Handler:                      http.HandlerFunc(s.serve),
		ReadHeaderTimeout:            5 * time.Second,
		ReadTimeout:                  15 * time.Second,
		WriteTimeout:                 30 * time.Second,
		IdleTimeout:                  60 * time.Second,
		MaxHeaderBytes:               16 << 10,
		TLSConfig:                    o.TLS,
		ErrorLog:                     slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
		HTTP2:                        &http.HTTP2Config{MaxConcurrentStreams: 100, WriteByteTimeout: 30 * time.Second},
		DisableGeneralOptionsHandler: true,
	}
	return s
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if s.stopping.Load() && r.ProtoMajor == 1 {
		w.Header()["Connection"] = closing
	}
	s.o.Handler.ServeHTTP(w, r)
}

// Serve answers on l until Stop, and then returns nil. It may be called for several listeners.
func (s *Server) Serve(l net.Listener) error {
	l = s.limit.listener(l)
	var err error
	if s.o.TLS != nil {
		err = s.http.ServeTLS(l, "", "")
	} else {
		err = s.http.Serve(l)
	}
	if errors.Is(err, http.ErrServerClosed) || s.stopping.Load() && errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// Stop ends the server without losing a request: it accepts no more connections, answers what comes on open ones for Linger
// with the word that they close, lets running requests end, and closes the rest. It takes at most until ctx is over, 10 s in
// any case; requests still running then are cut off and the error says so.
//
// New connections meanwhile wait in the listening socket if another process holds it too (a socket handed down or by systemd).
func (s *Server) Stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	s.stopping.Store(true)
	s.limit.close()
	select {
	case <-time.After(s.o.Linger):
	case <-ctx.Done():
	}
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(errors.New("requests were still running when the server stopped"), s.http.Close())
	}
	return err
}

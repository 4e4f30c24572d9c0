package main

import (
	"encoding/gob"
	"errors"
	"net"
	"net/http"
	"os"
	"time"
)

// kept is an answer of the paper as the bare handler gives it again.
type kept struct {
	Header http.Header
	Body   []byte
}

// perConnection are headers that net/http writes by itself.
var perConnection = []string{"Date", "Connection", "Keep-Alive"}

// keep is the answer without what net/http adds.
func keep(a answer) kept {
	for _, name := range perConnection {
		a.header.Del(name)
	}
	return kept{a.header, a.body}
}

// bare is the measure: net/http with the timeouts of the real server, and a handler that does nothing but lay the same headers
// into the answer and write the same bytes from memory.
func bare(addr, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	pages := map[string]kept{}
	err = gob.NewDecoder(f).Decode(&pages)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	server := &http.Server{
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: 60 * time.Second,
		MaxHeaderBytes: 16 << 10,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			page, ok := pages[r.URL.Path]
			if !ok {
				http.NotFound(w, r)
				return
			}
			h := w.Header()
			for name, values := range page.Header {
				h[name] = values
			}
			_, _ = w.Write(page.Body)
		}),
	}
	return server.Serve(l)
}

func writePages(file string, pages map[string]kept) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return gob.NewEncoder(f).Encode(pages)
}

package main

import (
	"net"
	"net/http"
	"strings"
	"time"

	"lede/internal/web"
)

// doors are the listeners of a server.
type doors struct {
	readers  []net.Listener
	plain    net.Listener // port 80 beside --tls, else nil
	watch    net.Listener // nil without --watch-addr
	redirect http.Handler // answers on plain
	watching http.Handler // answers on watch
	aside    []*http.Server
}

// openDoors takes what systemd handed down, else listens on the address, or with --tls on ports 443 and 80.
func (c serveCommand) openDoors() (*doors, error) {
	d := &doors{}
	err := c.openReaders(d)
	if err == nil {
		err = c.openWatch(d)
	}
	if err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

func (c serveCommand) openReaders(d *doors) (err error) {
	addr := c.Addr
	if len(c.TLS) > 0 {
		addr = ":443"
	}
	if d.readers, err = web.Listen(addr); err != nil {
		return c.occupied(addr, err)
	}
	if len(c.TLS) > 0 {
		return d.openPlain()
	}
	return nil
}

func (c serveCommand) openWatch(d *doors) (err error) {
	if c.WatchAddr == "" {
		return nil
	}
	if d.watch, err = net.Listen("tcp", c.WatchAddr); err != nil {
		return setup("cannot listen on %s: %v; choose another address with --watch-addr, or none with --watch-addr=", c.WatchAddr, reason(err))
	}
	return nil
}

func (c serveCommand) occupied(addr string, err error) error {
	if len(c.TLS) > 0 {
		return setup("cannot listen on port 443: %v; stop who does, run with the right to, or hand the socket down from systemd", reason(err))
	}
	return setup("cannot listen on %s: %v; choose another address with --addr", addr, reason(err))
}

// openPlain takes port 80, which systemd may have handed down with the others.
func (d *doors) openPlain() (err error) {
	for i, l := range d.readers {
		if strings.HasSuffix(l.Addr().String(), ":80") && len(d.readers) > 1 {
			d.plain, d.readers = l, append(d.readers[:i:i], d.readers[i+1:]...)
			return nil
		}
	}
	if d.plain, err = net.Listen("tcp", ":80"); err != nil {
		return setup("cannot listen on port 80: %v; stop who does, run with the right to, or hand the socket down from systemd", reason(err))
	}
	return nil
}

// serveAside answers on what is not the readers' own.
func (d *doors) serveAside() {
	for l, handler := range map[net.Listener]http.Handler{d.plain: d.redirect, d.watch: d.watching} {
		if l == nil {
			continue
		}
		server := &http.Server{Handler: handler, ReadTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second, IdleTimeout: time.Minute}
		d.aside = append(d.aside, server)
		go func() { _ = server.Serve(l) }() // ends with close
	}
}

func (d *doors) close() {
	for _, s := range d.aside {
		_ = s.Close()
	}
	for _, l := range append(d.readers, d.plain, d.watch) {
		if l != nil {
			_ = l.Close() // again does no harm
		}
	}
}

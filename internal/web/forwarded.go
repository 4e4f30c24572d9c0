package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Client is the reader's address: the peer's, or, when that is a proxy the paper trusts, the nearest one before it in
// X-Forwarded-For that is not such a proxy. The zero Addr when it is not known (a unix socket).
func (wb *Web) Client(r *http.Request) netip.Addr {
	peer := peerOf(r)
	if !wb.trusts(peer) {
		return peer
	}
	hops := strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")
	for _, hop := range slices.Backward(hops) {
		a, err := netip.ParseAddr(strings.Trim(hop, " \t"))
		if err != nil {
			return peer
		}
		if peer = a.Unmap().WithZone(""); !wb.isProxy(peer) {
			return peer
		}
	}
	return peer
}

// Scheme is "https" when the reader's connection is encrypted, as we see it or as a trusted proxy says, else "http".
func (wb *Web) Scheme(r *http.Request) string {
	if r.TLS != nil {
		return "https"
	}
	if proto := r.Header["X-Forwarded-Proto"]; len(proto) > 0 && wb.trusts(peerOf(r)) {
		if strings.EqualFold(last(proto[len(proto)-1]), "https") {
			return "https"
		}
	}
	return "http"
}

// host is the host the reader asked for.
func (wb *Web) host(r *http.Request) string {
	if fwd := r.Header["X-Forwarded-Host"]; len(fwd) > 0 && wb.trusts(peerOf(r)) {
		return lower(last(fwd[len(fwd)-1]))
	}
	return lower(r.Host)
}

// last is the last member of a comma list: the one that the nearest proxy wrote.
func last(list string) string { return strings.Trim(list[strings.LastIndexByte(list, ',')+1:], " \t") }

func peerOf(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

// trusts reports whether the peer is a proxy whose headers are believed. peer is the zero Addr on a unix socket.
func (wb *Web) trusts(peer netip.Addr) bool {
	if !peer.IsValid() {
		return wb.o.TrustUnix
	}
	return wb.isProxy(peer)
}

func (wb *Web) isProxy(a netip.Addr) bool {
	return slices.ContainsFunc(wb.o.Proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// IsLocal tells whether a host, with a port or without, is this machine itself as its own programs reach it.
func IsLocal(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

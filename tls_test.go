package main

import (
	"errors"
	"log/slog"
	"net"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/caddyserver/certmagic"

	"lede/internal/fetch"
)

func TestCertificatesAreOfThePaperAlone(t *testing.T) {
	p := place{Data: t.TempDir()}
	var said strings.Builder
	c := serveCommand{TLS: []string{"paper.example", "www.paper.example"}, TLSMail: "desk@paper.example"}
	certs := c.certificates(p, slog.New(slog.NewTextHandler(&said, nil)))
	defer certs.stop()
	storage, ok := certs.magic.Storage.(*certmagic.FileStorage)
	if !ok || storage.Path != filepath.Join(p.Data, "tls") {
		t.Errorf("certificates are kept in %+v", certs.magic.Storage)
	}
	if len(certs.magic.Issuers) != 1 || certs.magic.Issuers[0] != certmagic.Issuer(certs.acme) {
		t.Errorf("issuers are %v", certs.magic.Issuers)
	}
	if certs.acme.CA != certmagic.LetsEncryptProductionCA || certs.acme.Email != "desk@paper.example" || !certs.acme.Agreed {
		t.Errorf("asked is %s, as %s", certs.acme.CA, certs.acme.Email)
	}
	if via, err := certs.acme.HTTPProxy(nil); via != nil || err != nil {
		t.Errorf("it asks through %v", via)
	}
	if certmagic.DefaultACME.Email != "" || certmagic.DefaultACME.Agreed {
		t.Error("what all programs share was changed")
	}
	if !slices.Contains(certs.config().NextProtos, "acme-tls/1") {
		t.Errorf("protocols are %v", certs.config().NextProtos)
	}
	_ = certs.told(t.Context(), "cert_failed", map[string]any{"identifier": "paper.example", "error": errors.New("no route")})
	if !strings.Contains(said.String(), "no route") {
		t.Errorf("it said %q", said.String())
	}
}

func TestPort80LeadsToThePaperAndNowhereElse(t *testing.T) {
	certs := serveCommand{TLS: []string{"paper.example", "www.paper.example"}}.certificates(place{Data: t.TempDir()}, slog.New(slog.DiscardHandler))
	defer certs.stop()
	for asked, want := range map[string]string{
		"http://paper.example/2025/06/a?b=c":    "https://paper.example/2025/06/a?b=c",
		"http://WWW.paper.example:80/":          "https://WWW.paper.example/",
		"http://evil.example/2025/06/a":         "https://paper.example/2025/06/a",
		"http://[::1]:80//evil.example/%2e%2e/": "https://paper.example//evil.example/%2e%2e/",
	} {
		w := httptest.NewRecorder()
		certs.redirect().ServeHTTP(w, httptest.NewRequest("GET", asked, nil))
		if got := w.Header().Get("Location"); w.Code != 301 || got != want {
			t.Errorf("%s: %d to %s, want %s", asked, w.Code, got, want)
		}
	}
}

func TestPort80OfSystemdIsThePlainOne(t *testing.T) {
	secure, plain := listener("0.0.0.0:443"), listener("[::]:80")
	d := &doors{readers: []net.Listener{plain, secure}}
	if err := d.openPlain(); err != nil || d.plain != plain || !slices.Equal(d.readers, []net.Listener{secure}) {
		t.Errorf("plain is %v, readers come by %v, %v", d.plain, d.readers, err)
	}
}

// listener is only its address.
type listener string

func (l listener) Addr() net.Addr            { return l }
func (l listener) Network() string           { return "tcp" }
func (l listener) String() string            { return string(l) }
func (l listener) Accept() (net.Conn, error) { return nil, net.ErrClosed }
func (l listener) Close() error              { return nil }

func TestPageIsReadAsItsServerSaysItIsEncoded(t *testing.T) {
	sjis := "\x93\xfa\x96{" // 日本 in Shift_JIS
	for typ, want := range map[string]string{"text/html; charset=Shift_JIS": "日本", "text/html": sjis, "text/html; charset=utf-8": sjis, "": sjis, "text/html; charset=none": sjis} {
		if got := string(utf8(&fetch.Response{Type: typ, Body: []byte(sjis)})); got != want {
			t.Errorf("%q: %q, want %q", typ, got, want)
		}
	}
}

package main

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/caddyserver/certmagic"
	"go.uber.org/zap"
)

// certificates are got and renewed by ACME (RFC 8555) from Let's Encrypt, and kept in the folder of the paper.
type certificates struct {
	names []string
	log   *slog.Logger
	cache *certmagic.Cache
	magic *certmagic.Config
	acme  *certmagic.ACMEIssuer
}

func (c serveCommand) certificates(p place, log *slog.Logger) *certificates {
	certs := &certificates{names: c.TLS, log: log}
	silent := zap.NewNop() // what an operator should know comes by told
	certs.cache = certmagic.NewCache(certmagic.CacheOptions{Logger: silent,
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return certs.magic, nil }})
	certs.magic = certmagic.New(certs.cache, certmagic.Config{
		Storage: &certmagic.FileStorage{Path: filepath.Join(p.Data, "tls")},
		OCSP:    certmagic.OCSPConfig{DisableStapling: true}, // the authority has none any more
		OnEvent: certs.told,
		Logger:  silent,
	})
	certs.acme = certmagic.NewACMEIssuer(certs.magic, certmagic.ACMEIssuer{
		CA: certmagic.LetsEncryptProductionCA, TestCA: certmagic.LetsEncryptStagingCA,
		Email: c.TLSMail, Agreed: true, HTTPProxy: noProxy, Logger: silent,
	})
	certs.magic.Issuers = []certmagic.Issuer{certs.acme}
	return certs
}

// noProxy keeps the environment from sending our requests elsewhere.
func noProxy(*http.Request) (*url.URL, error) { return nil, nil }

// told logs what became of a certificate.
func (c *certificates) told(_ context.Context, event string, about map[string]any) error {
	switch event {
	case "cert_obtained":
		c.log.Info("a certificate was obtained", "name", about["identifier"])
	case "cert_failed":
		c.log.Error("a certificate could not be obtained; it will be tried again", "name", about["identifier"], "error", about["error"])
	}
	return nil
}

// manage sees to it that there are certificates, from now on.
func (c *certificates) manage(ctx context.Context) {
	if err := c.magic.ManageAsync(ctx, c.names); err != nil {
		c.log.Error("there is no certificate yet", "names", strings.Join(c.names, ", "), "error", err)
	}
}

func (c *certificates) config() *tls.Config { return c.magic.TLSConfig() }

func (c *certificates) stop() { c.cache.Stop() }

// redirect answers on port 80: the authority's challenges, and readers with the way to port 443.
func (c *certificates) redirect() http.Handler {
	return c.acme.HTTPChallengeHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if !slices.Contains(c.names, strings.ToLower(host)) {
			host = c.names[0]
		}
		http.Redirect(w, r, "https://"+host+r.URL.RequestURI(), http.StatusMovedPermanently)
	}))
}

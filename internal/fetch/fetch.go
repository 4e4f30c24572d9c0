// Package fetch is the one way out: it reads what others publish, and cannot be sent to a machine that is not on the public net.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Refused is why an address may not be asked; it is wrapped with the address and the reason.
var Refused = errors.New("refused")

// TooLarge says that the answer was longer than allowed.
var TooLarge = errors.New("too large")

// StatusError is an answer other than 200.
type StatusError struct {
	URL    string
	Status int
}

func (e StatusError) Error() string {
	return fmt.Sprintf("%s answered %d %s", e.URL, e.Status, http.StatusText(e.Status))
}

const (
	defaultMax   = 5 << 20
	maxRedirects = 3
	maxHeader    = 64 << 10
	maxURL       = 8 << 10
)

// Options says how a Client behaves. Every field has a working zero value.
type Options struct {
	Agent    string           // User-Agent; "": Lede
	Timeout  time.Duration    // for one Get with all its redirects; 0: 10 s
	Resolver *net.Resolver    // nil: the system's
	Open     []netip.AddrPort // for tests: these addresses may be asked although they are not public
}

// Client asks public addresses only. Make one with New; it may be used by many at once.
type Client struct {
	o    Options
	http *http.Client
}

// Response is what was found. Type is the media type as the other side gave it, Charset included, or "".
type Response struct {
	URL  string // where it was found, after redirects
	Type string
	Body []byte
}

// New returns a client. It uses no proxy, keeps no cookie and sends no referrer.
func New(o Options) *Client {
	if o.Agent == "" {
		o.Agent = "Lede"
	}
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	c := &Client{o: o}
	dialer := &net.Dialer{Timeout: 5 * time.Second, Resolver: o.Resolver, ControlContext: c.control, KeepAlive: -1}
	c.http = &http.Client{
		CheckRedirect: c.redirect,
		Transport: &http.Transport{
			Proxy:                  nil,
			DialContext:            dialer.DialContext,
			ForceAttemptHTTP2:      true,
			DisableKeepAlives:      true, // each request is checked by the dialer
			TLSHandshakeTimeout:    5 * time.Second,
			ResponseHeaderTimeout:  o.Timeout,
			MaxResponseHeaderBytes: maxHeader,
		},
	}
	return c
}

// Get asks for an http or https address on its usual port and reads at most max bytes (0: 5 MiB, which is also the most) of
// the answer, after it was unpacked. Every connection, after each of at most three redirects too, is checked after its name was
// resolved: only public addresses are asked, else the error wraps Refused. An answer other than 200 is a StatusError, a longer
// one TooLarge.
func (c *Client) Get(ctx context.Context, address string, max int64) (*Response, error) {
	header := http.Header{"Accept": {"text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.5"}}
	a, err := c.Ask(ctx, Question{URL: address, Header: header, Max: max})
	if a != nil && a.Status != http.StatusOK {
		return nil, StatusError{a.URL, a.Status}
	}
	if err != nil {
		return nil, err
	}
	typ := a.Header.Get("Content-Type")
	if _, _, err := mime.ParseMediaType(typ); err != nil {
		typ = ""
	}
	return &Response{URL: a.URL, Type: typ, Body: a.Body}, nil
}

// Question is one GET that says more than an address. Header goes along to where it is redirected; a User-Agent in it stands for the
// client's own.
type Question struct {
	URL    string
	Header http.Header
	Max    int64 // bytes of the answer; 0: 5 MiB, which is also the most
}

// Answer is what came, whatever its status.
type Answer struct {
	URL    string // where it came from, after redirects
	Status int
	Header http.Header
	Body   []byte
}

// Ask asks as Get does, and gives every answer, 304 and 429 too. Where the body did not come whole, or is longer than allowed, there are
// both: the answer without its body, and the error. Errors of the net name the address without its query, for that may hold a key.
func (c *Client) Ask(ctx context.Context, q Question) (*Answer, error) {
	max := q.Max
	if max <= 0 || max > defaultMax {
		max = defaultMax
	}
	ctx, cancel := context.WithTimeout(ctx, c.o.Timeout)
	defer cancel()
	if len(q.URL) > maxURL {
		return nil, fmt.Errorf("%w: the address is longer than %d bytes", Refused, maxURL)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, q.URL, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", Refused, err)
	}
	if err := c.allow(req.URL); err != nil {
		return nil, err
	}
	if q.Header != nil {
		req.Header = q.Header.Clone()
	}
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", c.o.Agent)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, unasked(err)
	}
	defer resp.Body.Close()
	a := &Answer{URL: resp.Request.URL.String(), Status: resp.StatusCode, Header: resp.Header}
	a.Body, err = whole(resp, max)
	return a, err
}

// unasked is an error of the net in which the address has no query.
func unasked(err error) error {
	var of *url.Error
	if !errors.As(err, &of) {
		return err
	}
	at, bad := url.Parse(of.URL)
	if bad != nil {
		return of.Err
	}
	return fmt.Errorf("%s %s: %w", of.Op, bare(at), of.Err)
}

// bare is an address without its query.
func bare(at *url.URL) string {
	plain := *at
	plain.RawQuery, plain.Fragment = "", ""
	return plain.Redacted()
}

// whole reads an answer of at most max bytes to its end.
func whole(resp *http.Response, max int64) ([]byte, error) {
	at := bare(resp.Request.URL)
	if resp.ContentLength > max {
		return nil, fmt.Errorf("%s: %d bytes: %w", at, resp.ContentLength, TooLarge)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, max+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	if int64(len(body)) > max {
		return nil, fmt.Errorf("%s: more than %d bytes: %w", at, max, TooLarge)
	}
	return body, nil
}

// redirect decides whether one is followed: at most three, each to an address that could have been asked for itself, and never
// from https to http.
func (c *Client) redirect(req *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return fmt.Errorf("%w: more than %d redirects", Refused, maxRedirects)
	}
	if via[len(via)-1].URL.Scheme == "https" && req.URL.Scheme != "https" {
		return fmt.Errorf("%w: redirected from https to %s", Refused, req.URL.Scheme)
	}
	req.Header.Del("Referer")
	return c.allow(req.URL)
}

// allow checks what can be seen in an address before its name is resolved.
func (c *Client) allow(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" || u.Opaque != "" {
		return fmt.Errorf("%w: %s is not an address on the web", Refused, u.Redacted())
	}
	if u.User != nil {
		return fmt.Errorf("%w: %s holds a name or password", Refused, u.Redacted())
	}
	host := u.Hostname()
	if host == "" || strings.ContainsAny(host, "%\x00 \\") {
		return fmt.Errorf("%w: %q is not a host", Refused, host)
	}
	if p := u.Port(); p != "" && p != "80" && p != "443" && !c.openPort(p) {
		return fmt.Errorf("%w: port %s", Refused, p)
	}
	return nil
}

func (c *Client) openPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && slices.ContainsFunc(c.o.Open, func(a netip.AddrPort) bool { return a.Port() == uint16(n) })
}

// control looks at the very address a socket is about to connect to, so that no name can mean something else a moment later.
func (c *Client) control(_ context.Context, network, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", Refused, address)
	}
	if network != "tcp4" && network != "tcp6" {
		return fmt.Errorf("%w: network %s", Refused, network)
	}
	plain := netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
	if slices.Contains(c.o.Open, plain) {
		return nil
	}
	if !Public(ap.Addr()) {
		return fmt.Errorf("%w: %s is not a public address", Refused, ap.Addr())
	}
	if ap.Port() != 80 && ap.Port() != 443 {
		return fmt.Errorf("%w: port %d", Refused, ap.Port())
	}
	return nil
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"lede/internal/web"
	"lede/leak"
	"lede/press"
	"lede/site"
)

type leakTestCommand struct {
	Against string `help:"Where this paper is served, to ask there as anybody would: https://example.org." placeholder:"URL"`
}

// Run asks every public address as a stranger and fails if any tells what is not public. A running server asks itself, with the pages
// it has ready.
func (c leakTestCommand) Run(ctx context.Context, p place) error {
	if c.Against != "" {
		u, err := url.Parse(c.Against)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return setup("--against wants an address like https://example.org, not %q", c.Against)
		}
	}
	return p.work(ctx, "leak-test", url.Values{"against": {strings.TrimSuffix(c.Against, "/")}}, http.NoBody)
}

// readersKey finds in the context of a server's commands the handler that answers its readers.
type readersKey struct{}

// leakTest is the action.
func leakTest(ctx context.Context, p *press.Press, args url.Values, _ io.Reader, say func(string)) error {
	ask, err := asker(ctx, p, args.Get("against"))
	if err != nil {
		return err
	}
	began := time.Now()
	r, err := leak.Test(ctx, p, ask)
	if err != nil {
		return err
	}
	for _, l := range r.Leaks {
		say("leak: " + l.String())
	}
	say(fmt.Sprintf("%d addresses asked in %s for %d phrases of %d articles and %d comments, and for %d pictures and files, that are not public: %d leaks",
		r.Asked, time.Since(began).Round(100*time.Millisecond), r.Canaries, r.Articles, r.Comments, r.Media, len(r.Leaks)))
	if len(r.Leaks) > 0 {
		return fmt.Errorf("the public sees what it should not: %d leaks", len(r.Leaks))
	}
	return nil
}

// asker asks the address, or the running server within, or, without a server, a readers' face opened for this alone.
func asker(ctx context.Context, p *press.Press, against string) (leak.Ask, error) {
	host, err := hostOf(ctx, p)
	if err != nil {
		return nil, err
	}
	if against != "" {
		return overHTTP(against), nil
	}
	if h, ok := ctx.Value(readersKey{}).(http.Handler); ok {
		return within(h, host), nil
	}
	readers, err := site.New(ctx, p, web.NewCache(web.CacheOptions{}))
	if err != nil {
		return nil, err
	}
	door := web.New(web.Options{Address: readers.Address, Draw: readers.Wrong, Log: slog.New(slog.DiscardHandler)})
	mux := http.NewServeMux()
	readers.Routes(mux, door)
	return within(door.Door(mux), host), nil
}

// hostOf is the host at which the paper answers.
func hostOf(ctx context.Context, p *press.Press) (string, error) {
	settings, err := p.Papers.Get(ctx)
	if err != nil {
		return "", err
	}
	if u, err := url.Parse(settings.Address); err == nil && u.Host != "" {
		return u.Host, nil
	}
	return leak.Host, nil
}

// within asks a handler of this process.
func within(h http.Handler, host string) leak.Ask {
	return func(ctx context.Context, method, path string, header http.Header) (leak.Answer, error) {
		r, err := http.NewRequestWithContext(ctx, method, "http://"+host+path, http.NoBody)
		if err != nil {
			return leak.Answer{Status: http.StatusBadRequest}, nil // no browser can ask for this either
		}
		r.RequestURI, r.RemoteAddr = r.URL.RequestURI(), "192.0.2.1:1"
		if header != nil {
			r.Header = header
		}
		w := &kept{header: http.Header{}}
		h.ServeHTTP(w, r)
		return leak.Answer{Status: w.status, Header: w.header, Body: w.body.Bytes()}, nil
	}
}

// kept keeps an answer.
type kept struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (k *kept) Header() http.Header { return k.header }

func (k *kept) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
}

func (k *kept) Write(b []byte) (int, error) {
	k.WriteHeader(http.StatusOK)
	return k.body.Write(b)
}

// mostBody is how much of an answer is looked at.
const mostBody = 32 << 20

// overHTTP asks a server as any program would.
func overHTTP(base string) leak.Ask {
	client := http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return func(ctx context.Context, method, path string, header http.Header) (leak.Answer, error) {
		r, err := http.NewRequestWithContext(ctx, method, base+path, http.NoBody)
		if err != nil {
			return leak.Answer{Status: http.StatusBadRequest}, nil
		}
		if header != nil {
			r.Header = header
		}
		resp, err := client.Do(r)
		if err != nil {
			return leak.Answer{}, err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(io.LimitReader(resp.Body, mostBody))
		return leak.Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}, errors.Join(err, ctx.Err())
	}
}

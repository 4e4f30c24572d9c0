package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// client reads over one connection that is kept alive, and takes gzip as it comes.
type client struct {
	base string
	http *http.Transport
}

func newClient(addr string) *client {
	return &client{"http://" + addr, &http.Transport{DisableCompression: true, MaxConnsPerHost: 1}}
}

func (c *client) close() { c.http.CloseIdleConnections() }

// answer is what came back; body is as it was sent, took from the question to the last byte.
type answer struct {
	status int
	header http.Header
	body   []byte
	took   time.Duration
}

// get asks for path, in the name of another host if one is given.
func (c *client) get(path, host string) (answer, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return answer{}, err
	}
	req.Host = host
	req.Header.Set("Accept-Encoding", "gzip")
	began := time.Now()
	resp, err := c.http.RoundTrip(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, body, time.Since(began)}, err
}

// good is get for what must be there.
func (c *client) good(path, host string) (answer, error) {
	got, err := c.get(path, host)
	if err == nil && got.status != http.StatusOK {
		err = fmt.Errorf("%s: status %d", path, got.status)
	}
	return got, err
}

// text is the body without its compression.
func (a answer) text() (string, error) {
	if a.header.Get("Content-Encoding") != "gzip" {
		return string(a.body), nil
	}
	z, err := gzip.NewReader(bytes.NewReader(a.body))
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(z)
	return string(text), err
}

var loc = regexp.MustCompile(`<loc>https?://[^/<]+(/[^<]*)</loc>`)

// paths are the addresses a sitemap lists.
func (c *client) paths(sitemap string) ([]string, error) {
	got, err := c.good(sitemap, "")
	if err != nil {
		return nil, err
	}
	text, err := got.text()
	var list []string
	for _, m := range loc.FindAllStringSubmatch(text, -1) {
		list = append(list, m[1])
	}
	return list, err
}

// articles are the addresses of up to most articles, as the sitemaps tell them.
func (c *client) articles(most int) ([]string, error) {
	maps, err := c.paths("/sitemap.xml")
	if err != nil {
		return nil, err
	}
	var all []string
	for _, m := range maps {
		if strings.HasSuffix(m, "/news.xml") || strings.HasSuffix(m, "/pages.xml") {
			continue
		}
		list, err := c.paths(m)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all[:min(most, len(all))], nil
}

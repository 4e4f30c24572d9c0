package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// socket asks the server that listens on a socket in its folder.
func socket(path string) *http.Client {
	return &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}}}
}

// everySecond publishes something every second until ctx ends.
func everySecond(ctx context.Context, publish func(headline string) error) error {
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
		if err := publish(fmt.Sprintf("Ferry %d leaves at %d past the hour", n, time.Now().UnixNano())); err != nil {
			return err
		}
	}
}

// imports publishes by importing a small page through the socket of the real server.
func imports(path string) func(headline string) error {
	c := socket(path)
	return func(headline string) error { return importPage(c, headline) }
}

// ordered publishes through the orders that this program's own server takes.
func ordered(p *process) func(headline string) error {
	o := &orders{in: p.in, out: bufio.NewScanner(p.out)}
	return func(headline string) error {
		_, written := o.give("write %s", headline)
		_, published := o.give("publish")
		return errors.Join(written, published)
	}
}

func importPage(c *http.Client, headline string) error {
	page := "<!doctype html><html lang=en><title>" + headline + "</title><article><h1>" + headline + "</h1>" +
		strings.Repeat("<p>The ferry that leaves now is one of those that were promised to the island in spring, and the harbor "+
			"master says that it will be followed by others before the year ends, if the weather allows.</p>", 4) + "</article>"
	resp, err := c.Post("http://lede/import-page?publish=yes&name=bench.html", "text/html", strings.NewReader(page))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	if err == nil && !strings.Contains(string(said), `"done":true`) {
		err = fmt.Errorf("the import failed: %s", said)
	}
	return err
}

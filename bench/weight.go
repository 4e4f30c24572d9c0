package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// weight imports the seed's page into an empty folder with the real program, and weighs its page.
func (b *bench) weight(ctx context.Context) (err error) {
	seeds, err := filepath.Glob(filepath.Join(b.seed, "*.txt"))
	if err != nil || len(seeds) == 0 {
		b.say(figure{"the seed's article", "", "there is no seed beside the project", unknown})
		return err
	}
	dir := filepath.Join(b.work, "seed")
	brought := exec.CommandContext(ctx, b.lede, "import", "page", "--publish", "--data", dir, seeds[0])
	brought.Stderr = os.Stderr
	if err := brought.Run(); err != nil {
		return fmt.Errorf("importing the seed: %w", err)
	}
	p, err := b.serve(ctx, dir, b.cores.all)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if err := p.ready(ctx, frontPath); err != nil {
		return err
	}
	c := newClient(p.addr)
	defer c.close()
	paths, err := c.articles(1)
	if err != nil || len(paths) == 0 {
		return errors.Join(err, errors.New("the seed's article is in no sitemap"))
	}
	got, err := c.good(paths[0], "")
	if err != nil {
		return err
	}
	html, err := got.text()
	if err != nil {
		return err
	}
	b.say(figure{"the seed's article: HTML with its structured data", "≤ 12 KB", kb(len(html)), holds(len(html) <= 12<<10)})
	b.say(figure{"the seed's article: compressed (gzip)", "≤ 5 KB", kb(len(got.body)), holds(len(got.body) <= 5<<10)})
	return b.parts(c, html)
}

// parts weighs what else the page makes a browser ask for, pictures apart.
func (b *bench) parts(c *client, html string) error {
	scripts := 0
	more := further(html)
	for _, src := range more {
		if !strings.HasSuffix(src, ".js") {
			continue
		}
		got, err := c.good(src, "")
		if err != nil {
			return err
		}
		text, err := got.text()
		if err != nil {
			return err
		}
		scripts += len(text)
	}
	b.say(figure{"the seed's article: further requests, pictures apart", "≤ 3", strings.TrimSuffix(fmt.Sprintf("%d: %s", len(more), strings.Join(more, " ")), ": "), holds(len(more) <= 3)})
	b.say(figure{"the seed's article: JavaScript, before compression", "≤ 4 KB", kb(scripts), holds(scripts <= 4<<10)})
	return nil
}

var (
	link   = regexp.MustCompile(`<link rel="(?:stylesheet|manifest|preload|modulepreload)"[^>]* href="([^"]*)"`)
	script = regexp.MustCompile(`<script[^>]* src="([^"]*)"`)
)

// further are the addresses a page of ours makes a browser ask for by itself, but for pictures and icons.
func further(html string) []string {
	var list []string
	for _, m := range append(link.FindAllStringSubmatch(html, -1), script.FindAllStringSubmatch(html, -1)...) {
		if !strings.HasPrefix(m[1], "data:") {
			list = append(list, m[1])
		}
	}
	return list
}

func kb(n int) string { return fmt.Sprintf("%.1f KB", float64(n)/1024) }

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	publications = 300
	unmeasured   = 50 // before them, while the server still comes to itself
)

// visible measures from the call of Publish to the moment when the article, the front, its section, the feed and the sitemaps have
// all answered with it. Each page is asked for over HTTP all the time, over a connection of its own, from before the
// publication on, so every one of them, the article's 404 too, stands in the cache when it happens. The server is this
// program's own copy of serve, since nobody else can be told to publish at an instant.
func (b *bench) visible(ctx context.Context, dir string) (err error) {
	addr, err := freeAddr()
	if err != nil {
		return err
	}
	args := []string{"serve", dir, addr}
	if b.profile != "" {
		args = append(args, b.profile+".visible")
	}
	p, err := b.run(ctx, addr, b.cores.all, b.self, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if err := p.ready(ctx, frontPath); err != nil {
		return err
	}
	orders := &orders{in: p.in, out: bufio.NewScanner(p.out)}
	var took, acknowledged []time.Duration
	slowest := map[string]int{}
	for n := range unmeasured + publications {
		v, err := orders.publish(p.addr, fmt.Sprintf("Seen at once %d %d", time.Now().Unix(), n))
		if err != nil {
			return err
		}
		if n < unmeasured {
			continue
		}
		took, acknowledged = append(took, v.last), append(acknowledged, v.acknowledged)
		slowest[v.slowest]++
	}
	b.say(figure{fmt.Sprintf("publish to visible on all, p50 and p99 of %d", publications), "p99 ≤ 20 ms",
		ms(quantile(took, .5)) + ", " + ms(quantile(took, .99)), holds(quantile(took, .99) <= 20*time.Millisecond)})
	b.say(figure{"of that until Publish has returned (durable), p50 and p99", "", ms(quantile(acknowledged, .5)) + ", " + ms(quantile(acknowledged, .99)), forNotice})
	b.say(figure{"which page was the last to show it", "", counted(slowest), forNotice})
	return nil
}

// orders are given to a server in this program's own process mode.
type orders struct {
	in  io.Writer
	out *bufio.Scanner
}

func (o *orders) give(format string, args ...any) (string, error) {
	if _, err := fmt.Fprintf(o.in, format+"\n", args...); err != nil {
		return "", err
	}
	if !o.out.Scan() {
		return "", errors.Join(errors.New("the server ended"), o.out.Err())
	}
	return o.out.Text(), nil
}

// view is how one publication came to be seen.
type view struct {
	last, acknowledged time.Duration
	slowest            string
}

func (o *orders) publish(addr, headline string) (v view, err error) {
	if _, err := o.give("write %s", headline); err != nil {
		return v, err
	}
	slug := strings.ReplaceAll(strings.ToLower(headline), " ", "-")
	month := time.Now().In(zone)
	pages := map[string]string{"article": month.Format("/2006/01/") + slug, "front": frontPath, "section": sectionPath, "feed": feedPath,
		"sitemap": month.Format("/sitemap/en-2006-01.xml"), "news sitemap": "/sitemap/news.xml"}
	var mu sync.Mutex
	var before, seen sync.WaitGroup
	at, errs := map[string]time.Time{}, []error{}
	before.Add(len(pages))
	for name, path := range pages {
		seen.Go(func() {
			when, err := watch(addr, path, slug, before.Done)
			mu.Lock()
			defer mu.Unlock()
			at[name], errs = when, append(errs, err)
		})
	}
	before.Wait()
	said, err := o.give("publish")
	seen.Wait()
	if err := errors.Join(append(errs, err)...); err != nil {
		return v, err
	}
	var began, ended int64
	if _, err := fmt.Sscanf(said, "%d %d", &began, &ended); err != nil {
		return v, fmt.Errorf("%q: %w", said, err)
	}
	v.acknowledged = time.Duration(ended - began)
	for name, when := range at {
		if d := when.Sub(time.Unix(0, began)); d > v.last {
			v.last, v.slowest = d, name
		}
	}
	return v, nil
}

// watch asks for path until the answer speaks of slug, and tells when that one came. asked is called after the first answer.
func watch(addr, path, slug string, asked func()) (time.Time, error) {
	c := newClient(addr)
	defer c.close()
	once := sync.OnceFunc(asked)
	defer once()
	known := ""
	for until := time.Now().Add(10 * time.Second); time.Now().Before(until); {
		got, err := c.get(path, "")
		now := time.Now()
		once()
		if err != nil {
			return now, err
		}
		tag := got.header.Get("Etag")
		if got.status != 200 || tag == known {
			continue
		}
		known = tag
		text, err := got.text()
		if err != nil {
			return now, err
		}
		if strings.Contains(text, slug) {
			return now, nil
		}
	}
	return time.Time{}, fmt.Errorf("%s does not show %s after ten seconds", path, slug)
}

func counted(of map[string]int) string {
	var list []string
	for name, n := range of {
		list = append(list, fmt.Sprintf("%s %d", name, n))
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

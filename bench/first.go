package main

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// The pages whose cached speed is measured; the article is added to them.
const (
	frontPath   = "/"
	sectionPath = "/harbor"
	feedPath    = "/rss.xml"
)

const (
	different  = 10_000 // articles that are read
	firstReads = 1000
	cacheMB    = 64 // what serve takes without being told
)

// first reads different articles from a server that has just begun: how long a first reader waits, what the process then holds,
// and the answers themselves, for the bare handler.
func (b *bench) first(ctx context.Context, dir string) (err error) {
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
	paths, err := c.articles(different)
	if err != nil {
		return err
	}
	if len(paths) < firstReads {
		return fmt.Errorf("the folder has only %d articles", len(paths))
	}
	began, err := p.resident()
	if err != nil {
		return err
	}
	var took []time.Duration
	for _, path := range paths[:firstReads] {
		got, err := c.good(path, "")
		if err != nil {
			return err
		}
		took = append(took, got.took)
	}
	b.say(figure{"first uncached article, p50 and p99 of 1,000 first reads", "≤ 5 ms",
		ms(quantile(took, .5)) + ", " + ms(quantile(took, .99)), holds(quantile(took, .99) <= 5*time.Millisecond)})
	pages, err := readAll(p.addr, append(paths, frontPath, sectionPath, feedPath))
	if err != nil {
		return err
	}
	ended, err := p.resident()
	if err != nil {
		return err
	}
	above := float64(ended)/(1<<20) - cacheMB
	b.say(figure{fmt.Sprintf("resident above the cache of %d MB, %d different pages read", cacheMB, len(pages)), "≤ 60 MB",
		fmt.Sprintf("%.0f MB (%.0f MB in all, %.0f MB at the start)", above, float64(ended)/(1<<20), float64(began)/(1<<20)), holds(above <= 60)})
	return writePages(b.pages(), pages)
}

// readers read at once.
const readers = 8

// readAll reads every path once and keeps the answers.
func readAll(addr string, paths []string) (map[string]kept, error) {
	pages := map[string]kept{}
	todo := make(chan string)
	errs := make([]error, readers)
	var mu sync.Mutex
	var all sync.WaitGroup
	for i := range readers {
		all.Go(func() {
			c := newClient(addr)
			defer c.close()
			for path := range todo {
				got, err := c.good(path, "")
				if err != nil {
					errs[i] = err
					continue
				}
				mu.Lock()
				pages[path] = keep(got)
				mu.Unlock()
			}
		})
	}
	for _, path := range paths {
		todo <- path
	}
	close(todo)
	all.Wait()
	return pages, errors.Join(errs...)
}

func readPages(file string) (pages map[string]kept, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return pages, gob.NewDecoder(f).Decode(&pages)
}

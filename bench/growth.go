package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// renders of each page are compared.
const renders = 150

// growth compares how long each kind of page takes to be made in the smallest and in the largest paper, turn by turn. Until a
// paper has an address it keeps its pages by host, so the same page under a new name is made anew, by the real server.
func (b *bench) growth(ctx context.Context, dirs map[int]string) (err error) {
	small, large := b.sizes[0], b.sizes[len(b.sizes)-1]
	papers := make([]*paperAt, 2)
	for i, n := range []int{small, large} {
		p, err := b.paperAt(ctx, dirs[n])
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, p.stop()) }()
		papers[i] = p
	}
	for i, kind := range papers[0].kinds {
		var took [2][]time.Duration
		for n := range renders + 10 {
			for side, p := range papers {
				got, err := p.client.good(p.path(i, n), fmt.Sprintf("h%d-%d.example", i, n))
				if err != nil {
					return err
				}
				if n >= 10 {
					took[side] = append(took[side], got.took)
				}
			}
		}
		from, to := median(took[0]), median(took[1])
		f := figure{fmt.Sprintf("%s, uncached median, %d to %d articles", kind.name, small, large), "≤ +20 %",
			fmt.Sprintf("%+.0f %%: %s to %s", 100*(float64(to)/float64(from)-1), ms(from), ms(to)), holds(float64(to) <= 1.2*float64(from))}
		if kind.more {
			f.name, f.target, f.verdict = f.name+" (it lists all of its span)", "", forNotice
		}
		b.say(f)
	}
	return nil
}

// paperAt is a served paper and its pages.
type paperAt struct {
	*process
	client   *client
	articles []string
	kinds    []kind
}

// kind is one kind of page, and one of them; path is "" for articles, of which there are many.
type kind struct {
	name, path string
	more       bool // what it lists grows with the paper by its nature
}

func (b *bench) paperAt(ctx context.Context, dir string) (*paperAt, error) {
	process, err := b.serve(ctx, dir, b.cores.all)
	if err != nil {
		return nil, err
	}
	p := &paperAt{process: process, client: newClient(process.addr)}
	if err := p.find(ctx); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return p, nil
}

func (p *paperAt) find(ctx context.Context) (err error) {
	if err := p.ready(ctx, frontPath); err != nil {
		return err
	}
	if p.articles, err = p.client.articles(renders + 10); err != nil {
		return err
	}
	maps, err := p.client.paths("/sitemap.xml")
	if err != nil {
		return err
	}
	p.kinds = []kind{
		{name: "article"}, {name: "front", path: frontPath}, {name: "section", path: sectionPath}, {name: "section, page 40", path: sectionPath + "?page=40"},
		{name: "topic", path: "/topic-7"}, {name: "byline", path: "/by/writer-7"}, {name: "history", path: p.articles[0] + "/history"},
		{name: "feed", path: feedPath}, {name: "a section's feed", path: sectionPath + "/atom.xml"},
		{name: "sitemap index", path: "/sitemap.xml"}, {name: "sitemap of pages", path: "/sitemap/pages.xml"},
		{name: "news sitemap", path: "/sitemap/news.xml", more: true}, {name: "a month's sitemap", path: maps[len(maps)-2], more: true},
		{name: "a day", path: time.Now().AddDate(0, -2, 0).Format("/2006/01/02"), more: true},
	}
	return nil
}

// path is a page of the kind at index i, for round n.
func (p *paperAt) path(i, n int) string {
	if p.kinds[i].path == "" {
		return p.articles[n%len(p.articles)]
	}
	return p.kinds[i].path
}

func (p *paperAt) stop() error {
	p.client.close()
	return p.process.stop()
}

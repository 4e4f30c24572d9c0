package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"lede/article"
	"lede/internal/doc"
	"lede/press"
)

const publishers = 8

// publish is the child: it opens the paper as the server does, lets its jobs run, and publishes from eight goroutines at once until
// it is killed, or until `most` articles are out (0: never). Every fourth article is corrected at once. It says what was
// acknowledged, and only then, in one unbuffered write a line.
func publish(ctx context.Context, dir string, round, most int) error {
	p, done, err := open(ctx, dir, time.Now)
	if err != nil {
		return err
	}
	tree, err := p.Sections.Tree(ctx)
	if err != nil {
		return err
	}
	p.Jobs.Start(ctx)
	var next atomic.Int64
	var all sync.WaitGroup
	errs := make(chan error, publishers)
	for range publishers {
		all.Go(func() {
			for n := int(next.Add(1)); ctx.Err() == nil && (most == 0 || n <= most); n = int(next.Add(1)) {
				if err := one(ctx, p, entry{Round: round, N: n}, tree[0].ID); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	all.Wait()
	select {
	case err := <-errs:
		return err
	default:
	}
	if err := p.Jobs.Stop(ctx); err != nil {
		return err
	}
	return done()
}

// one writes, publishes and maybe corrects an article, and says what of that was acknowledged.
func one(ctx context.Context, p *press.Press, e entry, section int64) error {
	now := p.Clock()
	a, _, err := p.Articles.Keep(ctx, e.text(section, e.body()), e.key(), now)
	if err != nil {
		return err
	}
	if err := p.Articles.Publish(ctx, a.ID, a.Version, now, now, 0); err != nil {
		return err
	}
	if a, err = p.Articles.Get(ctx, a.ID); err != nil {
		return err
	}
	e.ID, e.Path, e.Version = a.ID, a.Path, a.Version
	if err := tell(e); err != nil || e.N%4 != 0 {
		return err
	}
	now = p.Clock()
	if err := p.Articles.Amend(ctx, a.ID, a.Version, e.text(section, e.corrected()), article.Amendment{Kind: article.Correction, Note: e.note()}, 0, now); err != nil {
		return err
	}
	e.Version++
	return tell(e)
}

func tell(e entry) error {
	_, err := os.Stdout.WriteString(e.line())
	return err
}

// entry is what a child says of one article: that its state of this version is acknowledged.
type entry struct {
	Round, N int
	ID       int64
	Version  int64
	Path     string
}

func (e entry) line() string {
	return fmt.Sprintf("kept %d %d %d %d %s\n", e.Round, e.N, e.ID, e.Version, e.Path)
}

// read reads a line; a line cut off by the end of its writer is none.
func read(line string) (e entry, ok bool) {
	n, err := fmt.Sscanf(line, "kept %d %d %d %d %s", &e.Round, &e.N, &e.ID, &e.Version, &e.Path)
	return e, err == nil && n == 5 && strings.HasSuffix(line, "\n")
}

func (e entry) key() string { return fmt.Sprintf("torture-%d-%d", e.Round, e.N) }
func (e entry) headline() string {
	return fmt.Sprintf("Round %d brings ship %d into harbor", e.Round, e.N)
}

func (e entry) body() string {
	return fmt.Sprintf("Ship %d of round %d made fast at noon.\n\nIts crew of %d went ashore.", e.N, e.Round, e.N%40+3)
}

func (e entry) corrected() string {
	return fmt.Sprintf("Ship %d of round %d made fast at noon.\n\nIts crew of %d went ashore.", e.N, e.Round, e.N%40+4)
}

// note is why the article was corrected; no other text in the database is the same.
func (e entry) note() string {
	return fmt.Sprintf("The number was wrong: correction-%d-%d.", e.Round, e.N)
}

// mark is what stands in the database from the acknowledged change on, and in no earlier one.
func (e entry) mark() string {
	if e.Version > 2 {
		return fmt.Sprintf("correction-%d-%d.", e.Round, e.N)
	}
	return e.Path
}

// now is the body the acknowledged version has.
func (e entry) now() string {
	if e.Version > 2 {
		return e.corrected()
	}
	return e.body()
}

func (e entry) text(section int64, body string) article.Text {
	d, err := doc.FromMarkdown(body)
	if err != nil {
		panic(err) // our own two paragraphs
	}
	return article.Text{Lang: "en", Headline: e.headline(), Summary: "As expected.", Sections: []int64{section}, Body: d}
}

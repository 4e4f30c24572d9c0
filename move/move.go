// Package move brings in what stands elsewhere and takes it out again: saved pages and pages copied as text, and the comments of WordPress
// and Disqus.
package move

import (
	"context"
	"errors"
	"io"
	"time"

	"lede/internal/doc"
)

// Page is one article read from a saved page. Everything in it is what the page itself says; what it does not say stays empty.
type Page struct {
	Headline     string
	Kicker       string    // the word above the headline
	Summary      string    // what stands between headline and text, or the page's own description
	Bylines      []string  // names, in the page's order, without "By"
	Site         string    // the name of the paper it stood in
	URL          string    // where it stood: absolute http(s), the page's own canonical address first
	Lang         string    // BCP 47; as declared, else told from the text's commonest words when they are clear, else ""
	Dir          string    // "ltr" or "rtl" as declared, or as the text's letters run; never empty
	Picture      string    // address of the lead picture: absolute http(s), or ""
	PictureAbout About     // what the page says of it
	Seen         string    // YYYY-MM-DD: the day a copied page shows in its header, which is the day it was read, not of publication
	Key          string    // 32 hex digits of the headline and text, folded: the same page twice has the same key
	Published    time.Time // zero unless the page says so. A page that gives only a day stands at 12:00 UTC, which is that day nearly everywhere
	Updated      time.Time // zero unless the page says so and it is a minute or more later than Published

	Body       doc.Doc  // its pictures have Attrs.Src and no Media: they are not in the paper's media yet (doc.Sources lists them)
	Took, Left []string // for the person who imports: what was taken, and what was left out and why
}

// About is what a page says of a picture.
type About struct{ Alt, Caption, Credit string }

const (
	maxBytes = 20 << 20         // of one saved page, packed or unpacked
	maxTime  = 10 * time.Second // for reading one page
)

// ReadPage reads one saved page, HTML or plain text as a reader copied it, either of them gzipped or not.
// name is the file's name or the page's http(s) address; messages begin with it, and an address is the base of the page's links.
// A page that is empty, too large, not text, or without an article is a fault.Invalid that says so; nothing else is returned then.
// It takes at most about ten seconds, whatever the page holds.
func ReadPage(name string, r io.Reader) (Page, error) {
	ctx, stop := context.WithTimeout(context.Background(), maxTime)
	defer stop()
	return readPage(ctx, name, r)
}

// readPage is ReadPage under a deadline of the caller's.
func readPage(ctx context.Context, name string, r io.Reader) (Page, error) {
	raw, err := slurp(ctx, name, r)
	if err != nil {
		return Page{}, err
	}
	src, err := decode(name, raw)
	if err != nil {
		return Page{}, err
	}
	read := readText
	if looksHTML(name, src) {
		read = readHTML
	}
	p, err := read(ctx, name, src)
	if err != nil {
		return Page{}, tooSlow(ctx, name, err)
	}
	p.finish()
	return p, nil
}

// tooSlow turns the end of a deadline into a sentence about the page, and leaves every other error as it is.
func tooSlow(ctx context.Context, name string, err error) error {
	if errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
		return refuse(name, "reading it took too long; save the article alone and import that")
	}
	return err
}

// finish fills what follows from the rest: language, direction, key, and what was taken.
func (p *Page) finish() {
	text := p.Body.Text()
	if p.Lang == "" {
		p.Lang = tell(text)
	}
	if p.Dir == "" {
		p.Dir = runs(text)
	}
	p.Key = key(p.Headline, text)
	p.Took = taken(p)
}

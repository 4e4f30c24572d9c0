package move

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	readability "codeberg.org/readeck/go-readability"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"lede/internal/doc"
)

// readHTML reads a saved HTML page: what it says of itself, then its text, found by readability among what prune left.
func readHTML(ctx context.Context, name, src string) (Page, error) {
	root, err := parse(ctx, name, src)
	if err != nil {
		return Page{}, err
	}
	where := absolute(nil, name)
	f := learn(root, where)
	p := &pageOf{Page: f.page(), base: f.base, captions: map[string]About{}, embeds: map[string]bool{}}
	p.prune(ctx, root)
	if elements, letters := effort(root, 0); elements > maxElements || letters > maxEffort {
		return Page{}, refuse(name, "too much HTML for one article; save the article alone and import that")
	}
	p.figures(root)
	if err := ctx.Err(); err != nil {
		return Page{}, err
	}
	art, err := readable(root, p.base)
	if err != nil || art == nil {
		return Page{}, refuse(name, "no article was found in this page")
	}
	if err := ctx.Err(); err != nil {
		return Page{}, err
	}
	p.polish(art)
	return p.done(name, art)
}

// readable finds the element that holds the article; nil when there is none.
func readable(root *html.Node, base *url.URL) (art *html.Node, err error) {
	defer func() {
		if broken := recover(); broken != nil { // a library over strangers' pages: one bad page must not end the import of the others
			err = fmt.Errorf("readability: %v", broken)
		}
	}()
	ps := readability.NewParser()
	ps.DisableJSONLD = true
	ps.KeepClasses = true
	mend(root)
	a, err := ps.ParseDocument(root, base)
	if err != nil || a.Node != nil {
		return a.Node, err
	}
	return plainArticle(root), nil
}

// plainArticle is what a page itself marks as its article, for texts too short for readability's liking; nil when that has no running text.
func plainArticle(root *html.Node) (best *html.Node) {
	most := 0
	each(root, func(n *html.Node) bool {
		if n.Data == "article" || n.Data == "main" || attr(n, "itemprop") == "articleBody" {
			if k := running(n); k >= most && k >= 100 {
				best, most = n, k
			}
		}
		return true
	})
	return best
}

// mend gives the elements we made the atoms that parsed ones have.
func mend(root *html.Node) {
	each(root, func(n *html.Node) bool {
		n.DataAtom = atom.Lookup([]byte(n.Data))
		return true
	})
}

// done makes the Page: the tree into a doc, with pictures and embeds as blocks.
func (p *pageOf) done(name string, art *html.Node) (Page, error) {
	mend(art)
	body, err := doc.FromNode(art, p.base)
	if err != nil {
		return Page{}, refuse(name, "its text cannot be taken: %v", err)
	}
	p.Body = doc.New(p.blocks(body.Blocks)...)
	if strings.TrimSpace(proseOf(p.Body)) == "" {
		return Page{}, refuse(name, "no article was found in this page")
	}
	if p.Headline == "" {
		return Page{}, refuse(name, "no headline was found in this page")
	}
	if begins(p.Body, p.Summary) {
		p.Summary = ""
	}
	p.Left = p.left.list()
	return p.Page, nil
}

// begins tells whether a summary only repeats how the text begins, whole or cut short.
func begins(d doc.Doc, summary string) bool {
	start := []rune(fold(summary))
	return strings.HasPrefix(fold(proseOf(d)), string(start[:min(len(start), 80)]))
}

// proseOf is the text of all blocks but pictures.
func proseOf(d doc.Doc) string {
	var text []doc.Node
	for _, b := range d.Blocks {
		if b.Type != "picture" && b.Type != "gallery" && b.Type != "embed" {
			text = append(text, b)
		}
	}
	return doc.New(text...).Text()
}

// blocks puts captions on pictures and makes embeds of the links that stand for frames.
// A picture that opens the text is the lead picture as the page prints it: it stands in Picture, not in the text.
func (p *pageOf) blocks(in []doc.Node) []doc.Node {
	var out []doc.Node
	for _, b := range in {
		switch {
		case b.Type == "picture" && b.Attrs.Src == "":
			continue
		case b.Type == "picture" && len(out) == 0:
			p.Picture = b.Attrs.Src
			continue
		case b.Type == "picture":
			about := p.captions[b.Attrs.Src]
			b.Attrs.Caption, b.Attrs.Credit = first(about.Caption, b.Attrs.Caption), first(about.Credit, b.Attrs.Credit)
		case p.embeds[plainLink(b)]:
			b = doc.Embed(plainLink(b), "", "")
		}
		out = append(out, b)
	}
	p.PictureAbout = p.captions[p.Picture]
	return out
}

// plainLink is the address of a paragraph that is nothing but that address, or "".
func plainLink(b doc.Node) string {
	if b.Type == "paragraph" && len(b.Content) == 1 {
		for _, m := range b.Content[0].Marks {
			if m.Type == "link" && m.Href == strings.TrimSpace(b.Content[0].Text) {
				return m.Href
			}
		}
	}
	return ""
}

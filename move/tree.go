package move

import (
	"context"
	"errors"
	"strings"

	"golang.org/x/net/html"
)

// The bounds of a saved page: far above what papers print, far below what costs seconds.
const (
	maxTags     = 60_000     // start tags in the source
	maxElements = 10_000     // elements left in the tree once scripts, styles and menus are gone
	maxEffort   = 20_000_000 // letters of text, each counted once for every element around it
	maxAttrs    = 2_000      // signs of equality in one tag
)

// parse reads HTML into a tree, refusing what only a bomb has: too many tags, or tags nested deeper than 512.
func parse(ctx context.Context, name, src string) (*html.Node, error) {
	if err := count(ctx, name, src); err != nil {
		return nil, err
	}
	root, err := html.ParseWithOptions(patient{ctx, strings.NewReader(src)}, html.ParseOptionEnableScripting(false))
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, html.ErrBufferExceeded):
		return nil, refuse(name, "its HTML is too large to be an article")
	case err != nil:
		return nil, refuse(name, "its HTML is nested too deeply to be an article")
	}
	return root, nil
}

// count goes over the tags of a page without building anything.
func count(ctx context.Context, name, src string) error {
	z := html.NewTokenizer(patient{ctx, strings.NewReader(src)})
	tags := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ctx.Err()
		case html.StartTagToken, html.SelfClosingTagToken:
			tags++
			if strings.Count(string(z.Raw()), "=") > maxAttrs {
				return refuse(name, "one of its tags has thousands of attributes; it is no page of an article")
			}
		}
		if tags > maxTags {
			return refuse(name, "more than %d HTML tags; save the article alone and import that", maxTags)
		}
	}
}

// effort counts the elements below n, and their letters each as often as elements stand around them, which bounds what extraction costs.
func effort(n *html.Node, depth int) (elements, letters int) {
	if n.Type == html.TextNode {
		return 0, len(n.Data) * depth
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		e, l := effort(c, depth+1)
		elements, letters = elements+e, letters+l
	}
	if n.Type == html.ElementNode {
		elements++
	}
	return elements, letters
}

// each calls fn for every element below n, before what it holds, until fn says not to go into one.
// fn may take the element it is given out of the tree.
func each(n *html.Node, fn func(*html.Node) (inside bool)) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type != html.ElementNode || fn(c) {
			each(c, fn)
		}
		c = next
	}
}

// find gives the first element below n for which is holds.
func find(n *html.Node, is func(*html.Node) bool) *html.Node {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && is(c) {
			return c
		}
		if got := find(c, is); got != nil {
			return got
		}
	}
	return nil
}

// tag makes a test for elements of these names.
func tag(names ...string) func(*html.Node) bool {
	return func(n *html.Node) bool {
		for _, t := range names {
			if n.Data == t {
				return true
			}
		}
		return false
	}
}

// attr is the value of an attribute, "" when there is none.
func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

// has tells whether an attribute stands there, with or without a value.
func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// drop takes a node out of its tree.
func drop(n *html.Node) {
	if n.Parent != nil {
		n.Parent.RemoveChild(n)
	}
}

// textOf is all text below n with its white space squeezed; line breaks and neighbouring blocks are parted by a blank.
func textOf(n *html.Node) string {
	var b strings.Builder
	writeText(&b, n)
	return squeeze(b.String())
}

func writeText(b *strings.Builder, n *html.Node) {
	if n.Type == html.TextNode {
		b.WriteString(n.Data)
		return
	}
	if n.Type == html.ElementNode && (blockTag[n.Data] || n.Data == "br") {
		b.WriteByte(' ')
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		writeText(b, c)
	}
	if n.Type == html.ElementNode && blockTag[n.Data] {
		b.WriteByte(' ')
	}
}

// blockTag holds the elements that stand on lines of their own.
var blockTag = set(`address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main
	nav ol p pre section summary table tbody td tfoot th thead tr ul`)

// letters counts the bytes of text below n, white space squeezed, and how many of them stand in links.
func letters(n *html.Node) (all, linked int) {
	if n.Type == html.TextNode {
		return len(squeeze(n.Data)), 0
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		a, l := letters(c)
		all, linked = all+a, linked+l
	}
	if n.Type == html.ElementNode && n.Data == "a" {
		linked = all
	}
	return all, linked
}

package move

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// pictureURL is the address a picture has, also one that waits for a script; "" for data: and for the dots that count readers.
func pictureURL(base *url.URL, img *html.Node) string {
	for _, k := range []string{"data-src", "data-original", "data-lazy-src", "src"} {
		if u := absolute(base, attr(img, k)); u != nil {
			return u.String()
		}
	}
	for _, k := range []string{"srcset", "data-srcset"} {
		for one := range strings.SplitSeq(attr(img, k), ",") {
			if f := strings.Fields(one); len(f) > 0 {
				if u := absolute(base, f[0]); u != nil {
					return u.String()
				}
			}
		}
	}
	return ""
}

var (
	captionWord = set("caption captions figcaption cutline")
	creditWord  = set("credit credits copyright attribution photographer source byline")
	frameWord   = set("image photo picture figure media img caption thumb gallery imagebox slideshow imgcap")
)

// figures takes captions and credits out of the text and keeps them with their pictures: what stands beside a picture in a figure,
// or in a box that is marked as a picture's and holds little else.
func (p *pageOf) figures(root *html.Node) {
	var all []*html.Node
	each(root, func(n *html.Node) bool {
		if n.Data == "figure" || frameLike(n) {
			all = append(all, n)
			return n.Data != "figure"
		}
		return true
	})
	for _, n := range all {
		p.figure(n)
	}
	each(root, func(n *html.Node) bool {
		if n.Data == "figcaption" || tag("span", "div", "p", "small", "cite", "dd")(n) && anyOf(marks(n), captionWord) && len(textOf(n)) < 600 {
			p.note("caption without a picture", n)
			drop(n)
			return false
		}
		return true
	})
}

// frameLike tells a box around a picture: marked as one, with a picture inside and few words.
func frameLike(n *html.Node) bool {
	if !tag("div", "span", "section", "dl", "li", "p")(n) || !anyOf(marks(n), frameWord) || find(n, tag("img")) == nil {
		return false
	}
	all, _ := letters(n)
	return all < 600 && find(n, tag("h1", "h2")) == nil && countTag(n, "p") < 3
}

func countTag(n *html.Node, name string) (k int) {
	each(n, func(m *html.Node) bool {
		if m.Data == name {
			k++
		}
		return true
	})
	return k
}

func anyOf(have, want map[string]bool) bool {
	for w := range have {
		if want[w] {
			return true
		}
	}
	return false
}

// figure reduces one figure to its pictures, and remembers what it says of them.
func (p *pageOf) figure(n *html.Node) {
	if n.Parent == nil || find(n, tag("table", "blockquote", "pre")) != nil {
		return
	}
	var pics []*html.Node
	each(n, func(m *html.Node) bool {
		if m.Data == "img" && pictureURL(p.base, m) != "" {
			pics = append(pics, m)
		}
		return true
	})
	credit := ""
	each(n, func(m *html.Node) bool {
		if m.Data != "figcaption" && (m.Data == "cite" || anyOf(marks(m), creditWord) && !anyOf(marks(m), captionWord)) && len(textOf(m)) < 200 {
			credit = first(credit, textOf(m))
			drop(m)
			return false
		}
		return true
	})
	caption := captionOf(n)
	seen := map[string]bool{}
	for _, img := range pics {
		address := pictureURL(p.base, img)
		drop(img)
		if seen[address] || len(pics) > 1 && attr(img, "src") == "" && len(seen) > 0 {
			continue
		}
		seen[address] = true
		if p.captions[address] == (About{}) {
			p.captions[address] = About{Alt: squeeze(attr(img, "alt")), Caption: caption, Credit: creditLabel(credit)}
		}
		n.Parent.InsertBefore(holder(img, address), n)
	}
	drop(n)
}

// captionOf is what a figure says in its caption, else in all.
func captionOf(n *html.Node) string {
	if c := find(n, func(m *html.Node) bool {
		return m.Data == "figcaption" || anyOf(marks(m), captionWord) && !anyOf(marks(m), set("button"))
	}); c != nil {
		if t := textOf(c); t != "" {
			return short(t, 600)
		}
	}
	return short(textOf(n), 600)
}

// creditLabel takes "Photo:", "Credit:" and the like off a credit.
func creditLabel(s string) string {
	if before, after, ok := strings.Cut(s, ":"); ok && len(before) < 20 && words(before) <= 2 {
		return strings.TrimSpace(after)
	}
	return s
}

// holder makes a figure with one picture and nothing else.
func holder(img *html.Node, address string) *html.Node {
	fig := &html.Node{Type: html.ElementNode, Data: "figure"}
	fig.AppendChild(&html.Node{Type: html.ElementNode, Data: "img", Attr: []html.Attribute{{Key: "src", Val: address}, {Key: "alt", Val: squeeze(attr(img, "alt"))}}})
	return fig
}

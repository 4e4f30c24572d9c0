package move

import (
	"context"
	"net/url"
	"strings"

	"golang.org/x/net/html"

	"lede/internal/doc"
)

// never holds elements that are no text of an article, wherever they stand.
var never = set(`script style template button input select textarea option svg math canvas object embed applet dialog menu noframes audio video map head`)

// seldom holds elements that may be around a whole page, and are no text of an article when they are small.
var seldom = map[string]string{"nav": "menu", "footer": "footer", "aside": "aside", "form": "form"}

// roles that mark what is no article.
var roles = set("navigation complementary dialog alertdialog search contentinfo banner menu menubar toolbar tooltip alert")

// boxes are the words papers mark their furniture with, in classes and ids, and what each is.
var boxes = map[string]string{
	"share": "share bar", "sharing": "share bar", "social": "share bar", "sharebar": "share bar", "sharedaddy": "share bar", "addthis": "share bar", "addtoany": "share bar",
	"newsletter": "newsletter", "newsletters": "newsletter", "subscribe": "newsletter", "subscription": "newsletter", "signup": "newsletter", "mailchimp": "newsletter",
	"related": "another story", "recommended": "another story", "recommendations": "another story", "recommendation": "another story", "recirc": "another story",
	"outbrain": "another story", "taboola": "another story", "trending": "another story", "popular": "another story", "readmore": "another story", "morestories": "another story",
	"promo": "ad mark", "promoted": "ad mark", "sponsor": "ad mark", "sponsored": "ad mark", "advert": "ad mark", "advertisement": "ad mark", "ad": "ad mark", "ads": "ad mark", "advertising": "ad mark",
	"cookie": "cookie notice", "cookies": "cookie notice", "consent": "cookie notice", "gdpr": "cookie notice",
	"comments": "comments", "disqus": "comments", "respond": "form", "commentlist": "comments",
	"breadcrumb": "menu", "breadcrumbs": "menu", "menu": "menu", "navbar": "menu", "navigation": "menu", "pagination": "menu", "pager": "menu", "sidebar": "sidebar",
	"modal": "hidden", "popup": "hidden", "popover": "hidden", "tooltip": "hidden", "lightbox": "hidden", "offscreen": "hidden",
	"bio": "about the author", "authorbox": "about the author", "biography": "about the author",
	"tags": "tags", "taglist": "tags", "byline": "byline", "timestamp": "date", "dateline": "", "copyright": "credit", "attribution": "",
}

// pageOf is what a saved page turns into while it is being read.
type pageOf struct {
	Page
	left     leavings
	base     *url.URL
	captions map[string]About // what the page says of a picture, by its address
	embeds   map[string]bool  // addresses that stood in frames
}

// prune takes out of a page what surely is no article: scripts, menus, forms, hidden things, and boxes that say so, so long as they are small beside the text.
func (p *pageOf) prune(ctx context.Context, root *html.Node) {
	each(root, func(n *html.Node) bool {
		switch {
		case ctx.Err() != nil:
			return false
		case n.Data == "iframe":
			p.frame(n)
		case n.Data == "noscript":
			p.lift(n)
		case never[n.Data] || hidden(n):
			drop(n)
		default:
			return true
		}
		return false
	})
	p.others(root)
	whole := running(root)
	each(root, func(n *html.Node) bool {
		if ctx.Err() != nil {
			return false
		}
		if why := first(seldom[n.Data], boxOf(n)); why != "" && small(n, why, whole) {
			p.note(why, n)
			drop(n)
			return false
		}
		return true
	})
}

// others takes out the articles of a page that stand beside the main one: where one <article> holds most of the running text,
// every other outside it that is less than a quarter of it.
func (p *pageOf) others(root *html.Node) {
	whole := running(root)
	var mine *html.Node
	each(root, func(n *html.Node) bool {
		if n.Data == "article" && 2*running(n) > whole {
			mine = n // the innermost that still holds most
		}
		return true
	})
	if mine == nil {
		return
	}
	limit := running(mine)
	each(root, func(n *html.Node) bool {
		if n == mine {
			return false
		}
		if n.Data == "article" && 4*running(n) < limit {
			p.note("another story", n)
			drop(n)
			return false
		}
		return true
	})
}

// running counts the bytes of running text below n: what stands in long pieces outside of links.
func running(n *html.Node) (sum int) {
	if n.Type == html.TextNode {
		if k := len(squeeze(n.Data)); k >= 60 {
			return k
		}
		return 0
	}
	if n.Type == html.ElementNode && n.Data == "a" {
		return 0
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		sum += running(c)
	}
	return sum
}

// hidden tells whether an element is marked as not to be seen.
func hidden(n *html.Node) bool {
	style := strings.ToLower(strings.ReplaceAll(attr(n, "style"), " ", ""))
	return has(n, "hidden") || strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") || roles[strings.ToLower(attr(n, "role"))]
}

// boxOf names the furniture an element says it is by its class or id, or "".
func boxOf(n *html.Node) string {
	if tag("html", "body", "article", "main", "h1", "a", "img", "figure", "figcaption", "em", "strong", "p")(n) {
		return ""
	}
	best := ""
	for w := range marks(n) {
		if why := boxes[w]; why > best {
			best = why
		}
	}
	return best
}

// small tells whether a box holds so little of a page's running text that it cannot be around the article: under a quarter,
// or for readers' comments, which may be longer than the article, under nine tenths; and neither a great headline nor, in a bar for sharing, a quotation.
func small(n *html.Node, why string, whole int) bool {
	share := 4 * running(n)
	if why == "comments" {
		share = running(n) * 10 / 9
	}
	return share < max(whole, 1) && find(n, tag("h1", "article")) == nil && (why != "share bar" || find(n, tag("blockquote")) == nil)
}

// note remembers a thing left out, once it had a word in it.
func (p *pageOf) note(why string, n *html.Node) {
	if t := textOf(n); t != "" {
		p.left.add(why, t)
	}
}

// frame puts a link in the place of a frame that is a known embed, and nothing in the place of any other.
func (p *pageOf) frame(n *html.Node) {
	u := absolute(p.base, first(attr(n, "src"), attr(n, "data-src")))
	if u != nil {
		if provider, _, ok := doc.EmbedOf(u.String()); ok && provider != "page" {
			p.embeds[u.String()] = true
			line := &html.Node{Type: html.ElementNode, Data: "p"}
			link := &html.Node{Type: html.ElementNode, Data: "a", Attr: []html.Attribute{{Key: "href", Val: u.String()}}}
			link.AppendChild(&html.Node{Type: html.TextNode, Data: u.String()})
			line.AppendChild(link)
			n.Parent.InsertBefore(line, n)
		}
	}
	drop(n)
}

// lift puts a picture that stands in <noscript> in the place of the one before it that waits for a script.
func (p *pageOf) lift(n *html.Node) {
	img := find(n, tag("img"))
	if img != nil && absolute(p.base, attr(img, "src")) != nil && find(n.Parent, func(m *html.Node) bool { return m.Data == "img" && m != img && pictureURL(p.base, m) != "" }) == nil {
		drop(img)
		n.Parent.InsertBefore(img, n)
	}
	drop(n)
}

package move

import (
	"strings"

	"golang.org/x/net/html"
)

// polish takes out of the found article what is no part of its text: furniture line by line, the headline said again, the summary above the text,
// links to other stories, headings with nothing under them, and everything after the line where an article ends.
func (p *pageOf) polish(art *html.Node) {
	p.cut(art)
	head := fold(p.Headline)
	begun := false
	each(art, func(n *html.Node) bool {
		if !isLine(n) {
			return true
		}
		line := textOf(n)
		if line == "" && find(n, tag("img")) == nil {
			if !tag("td", "th", "tr")(n) {
				drop(n)
			}
			return false
		}
		if why := p.furnitureIn(n, line, head, begun); why != "" {
			if why != "headline" && why != "kicker" && line != "" {
				p.left.add(why, line)
			}
			drop(n)
			return false
		}
		begun = begun || n.Data == "p" && len(line) > 80
		return false
	})
	p.bare(art)
}

// isLine tells an element that holds one line or paragraph: a leaf among the blocks, or a list.
func isLine(n *html.Node) bool {
	if n.Data == "ul" || n.Data == "ol" {
		return true
	}
	if tag("table", "pre", "figure")(n) {
		return false
	}
	return (blockTag[n.Data] || n.Data == "time") && find(n, func(m *html.Node) bool { return blockTag[m.Data] || m.Data == "img" }) == nil && !tag("td", "th", "tr", "tbody")(n)
}

// furnitureIn says what a line of the article is when it should not stand there.
func (p *pageOf) furnitureIn(n *html.Node, line, head string, begun bool) string {
	if n.Data == "ul" || n.Data == "ol" {
		return p.links(n)
	}
	if inside(n, "li", "table", "pre") {
		return ""
	}
	heading := len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] != 'r'
	switch f := fold(line); {
	case f == head && f != "", heading && len(f) > 20 && strings.Contains(head, f):
		return "headline"
	case !begun && f != "" && f == fold(p.Kicker):
		return "kicker"
	case !begun && f != "" && f == fold(p.Summary) && (heading || inside(n, "header") || anyOf(marks(n), summaryWord)):
		return "summary, kept apart"
	case !begun && anyOf(marks(n), summaryWord) && !marks(n)["speakable"] && len(line) < longLine:
		p.Summary = first(p.Summary, line)
		return "summary"
	}
	if why := isFurniture(line); why != "" {
		return why
	}
	if line == p.URL {
		return "address"
	}
	said := begun && ended(line) // a sentence of the text
	if !said && isDate(line) {
		return "date"
	}
	if by := byline(line); by != nil && !said {
		if len(p.Bylines) == 0 {
			p.Bylines = by
		}
		return "byline"
	}
	if !inside(n, "blockquote") && p.onlyLink(n, line) {
		return "another story"
	}
	return ""
}

var summaryWord = set("summary standfirst dek deck subtitle subheadline subhead")

// inside tells whether an element stands within one of these.
func inside(n *html.Node, names ...string) bool {
	for m := n.Parent; m != nil; m = m.Parent {
		if tag(names...)(m) {
			return true
		}
	}
	return false
}

// onlyLink tells a line that is one link and no sentence: the title of another story.
func (p *pageOf) onlyLink(n *html.Node, line string) bool {
	all, linked := letters(n)
	if linked*10 < all*9 || p.embeds[line] || n.Data != "p" && n.Data != "div" {
		return false
	}
	return address(line) == "" && (!ended(line) || words(line) <= 3)
}

// links tells a list that is a menu or names other stories: nearly all of it in links.
func (p *pageOf) links(n *html.Node) string {
	all, linked := letters(n)
	if all == 0 {
		return "empty list"
	}
	if linked*10 >= all*8 {
		return "another story"
	}
	return ""
}

// cut takes away everything from the first line on that ends an article, if most of the text stands before it.
func (p *pageOf) cut(art *html.Node) {
	whole, _ := letters(art)
	before := 0
	var at *html.Node
	each(art, func(n *html.Node) bool {
		if at != nil {
			return false
		}
		if !isLine(n) {
			return true
		}
		line := textOf(n)
		if before*2 > whole && !inside(n, "li", "table") && (endOf(line) >= 0 || p.signed(n, line)) {
			at = n
			return false
		}
		before += len(line)
		return false
	})
	if at == nil {
		return
	}
	p.note("after the article", at)
	for n := at; n != nil && n != art; n = n.Parent {
		for n.NextSibling != nil {
			drop(n.NextSibling)
		}
	}
	drop(at)
}

// signed tells a heading that is an author's name, under which stands who they are.
func (p *pageOf) signed(n *html.Node, line string) bool {
	if len(n.Data) != 2 || n.Data[0] != 'h' {
		return false
	}
	for _, b := range p.Bylines {
		if fold(b) == fold(line) {
			return true
		}
	}
	return false
}

// bare drops headings with nothing under them.
func (p *pageOf) bare(art *html.Node) {
	var last *html.Node
	each(art, func(n *html.Node) bool {
		if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
			last = n
			return false
		}
		if isLine(n) || n.Data == "table" || n.Data == "img" || n.Data == "pre" {
			last = nil
			return false
		}
		return true
	})
	if last != nil {
		p.note("heading without text", last)
		drop(last)
	}
}

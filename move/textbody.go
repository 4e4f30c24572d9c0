package move

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"lede/internal/doc"
)

// body reads the blocks of the text from the first paragraph to the line where the article ends.
func (c *copied) body(from int) []doc.Node {
	var out []doc.Node
	end := c.end(from)
	other := false // titles of other stories are passing
	for i := from; i < end; i++ {
		l := c.lines[i]
		n := c.items(i)
		switch {
		case l.why != "":
			c.left.add(l.why, l.text)
			other = l.why == "another story" || other && l.why != "ad mark"
		case n > 1:
			out = append(out, listOf(c.lines[i:i+n]))
			i += n - 1
		case l.sentence(), strings.HasSuffix(l.text, ":") && words(l.text) > 1 && c.goesOn(i, end):
			out, other = append(out, paragraph(l.text)), false
		case other:
			c.left.add("another story", l.text)
		case c.aside(l.text):
		case c.isSubhead(i, end):
			out = append(out, heading(l.text))
		default:
			c.left.add("short line", l.text)
		}
	}
	c.after(end)
	return out
}

// sentence tells a line that stands in the text: a paragraph, or a short line that ends as one.
func (l line) sentence() bool {
	return l.why == "" && (l.para || ended(l.text) || inQuotes(l.text))
}

// end is the line where the article is over: the first that says so, or that after the last sentence.
func (c *copied) end(from int) int {
	last := from
	for i := from; i < len(c.lines); i++ {
		if i > from && c.over(from, i) {
			return last + 1
		}
		if n := c.items(i); c.lines[i].sentence() || n > 1 {
			last = max(last, i+max(n, 1)-1)
		}
	}
	return last + 1
}

// over tells whether line i ends the article: comments always do; boxes about other articles do when the greater part of the text stands before them.
func (c *copied) over(from, i int) bool {
	kind := endOf(c.lines[i].text)
	if kind < 0 {
		return false
	}
	if kind < commentEnds {
		return true
	}
	before, after := 0, 0
	for k, l := range c.lines[from:] {
		switch {
		case !l.para:
		case from+k < i:
			before += len(l.text)
		default:
			after += len(l.text)
		}
	}
	return before > 2*after
}

// after notes what stands behind the article.
func (c *copied) after(end int) {
	for _, l := range c.lines[end:] {
		switch {
		case l.why != "":
			c.left.add(l.why, l.text)
		case l.sentence():
			c.left.add("after the article", l.text)
		case endOf(l.text) >= 0:
			c.left.add("heading of what is no article", l.text)
		default:
			c.left.add("short line", l.text)
		}
	}
}

var bullet = regexp.MustCompile(`^(?:[•▪●‣◦·*–-]|(\d{1,2})[.)])\s+(.+)$`)

// items counts the lines from i on that are items of one list; 0 when line i is none.
func (c *copied) items(i int) int {
	n := 0
	for i+n < len(c.lines) && c.lines[i+n].item {
		n++
	}
	return n
}

// isSubhead tells a heading inside the text: a line alone, two to twelve words, a paragraph before and after it.
func (c *copied) isSubhead(i, end int) bool {
	l := c.lines[i]
	n := words(l.text)
	if !l.alone || n < 2 || n > 12 || utf8.RuneCountInString(l.text) > 100 || strings.ContainsAny(l.text, "|@") || unicode.IsLower(firstRune(l.text)) {
		return false
	}
	return c.goesOn(i, end)
}

// goesOn tells whether text follows line i, with nothing but furniture between.
func (c *copied) goesOn(i, end int) bool {
	for k := i + 1; k < end; k++ {
		if next := c.lines[k]; next.why == "" {
			return next.sentence() || c.items(k) > 1
		}
	}
	return false
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// paragraph is one paragraph, letter for letter.
func paragraph(t string) doc.Node {
	return doc.Node{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: t}}}
}

// heading is a heading inside the text.
func heading(t string) doc.Node {
	return doc.Node{Type: "heading", Attrs: doc.Attrs{Level: 2}, Content: []doc.Node{{Type: "text", Text: t}}}
}

// listOf is a list of lines that begin with bullets, or with numbers.
func listOf(lines []line) doc.Node {
	n := doc.Node{Type: "list"}
	for _, l := range lines {
		m := bullet.FindStringSubmatch(l.text)
		n.Attrs.Ordered = m[1] != ""
		n.Content = append(n.Content, doc.Node{Type: "listItem", Content: []doc.Node{paragraph(m[2])}})
	}
	return n
}

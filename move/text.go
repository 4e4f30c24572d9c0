package move

import (
	"context"
	"regexp"
	"strings"
	"unicode/utf8"

	"lede/internal/doc"
)

// line is one line of a copied page.
type line struct {
	text  string
	alone bool   // an empty line, or the page's edge, stands before and after it
	why   string // it is furniture, and this is its kind
	para  bool   // it reads as a paragraph
	item  bool   // it begins with a bullet or a number
}

// copied is a page as a reader copied it, while it is being read.
type copied struct {
	Page
	left  leavings
	lines []line
}

// readText reads plain text as a reader copied it from a page: a headline, paragraphs, and furniture around and between them.
// The headline is the first longer line that is no sentence of the text, before the first paragraph; a title that a menu follows gives way to the next.
// Paragraphs are kept letter for letter. What counts as furniture stands in lines.go.
func readText(ctx context.Context, name, src string) (Page, error) {
	lines, err := linesOf(ctx, name, src)
	if err != nil {
		return Page{}, err
	}
	c := &copied{lines: lines}
	start, body := c.start()
	if body < 0 {
		return Page{}, refuse(name, "no article was found in this text: not one paragraph")
	}
	if start < 0 {
		return Page{}, refuse(name, "no headline was found; put it on the first line")
	}
	c.Headline = c.lines[start].text
	c.head(start, body)
	c.Body = doc.New(c.body(body)...)
	if err := c.Body.Check(); err != nil {
		return Page{}, refuse(name, "its text cannot be taken: %v", err)
	}
	c.Left = c.left.list()
	return c.Page, ctx.Err()
}

const maxLines = 8000 // of a copied page, empty ones not counted

// linesOf splits a text into its lines, joins those that were wrapped at a fixed width, and tells furniture from paragraphs.
func linesOf(ctx context.Context, name, src string) ([]line, error) {
	var out []line
	for _, block := range blocksOf(src) {
		if wrapped(block) {
			block = []string{strings.Join(block, " ")}
		}
		if len(out)+len(block) > maxLines {
			return nil, refuse(name, "more than %d lines; save the article alone and import that", maxLines)
		}
		for _, t := range block {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			l := line{text: t, alone: len(block) == 1}
			l.why = isFurniture(t)
			l.para = l.why == "" && isParagraph(t) && !isDate(t) && byline(t) == nil
			l.item = l.why == "" && bullet.MatchString(t)
			out = append(out, l)
		}
	}
	return out, nil
}

// blocksOf groups the lines that have no empty line between them; white space at both ends of each is gone.
func blocksOf(src string) [][]string {
	var out [][]string
	var block []string
	for l := range strings.Lines(src + "\n\n") {
		if l = strings.TrimSpace(l); l != "" {
			block = append(block, l)
			continue
		}
		if block != nil {
			out = append(out, block)
		}
		block = nil
	}
	return out
}

// wrapped tells lines that were one paragraph before something broke them at a fixed width, as mail programs do:
// all but the last nearly as long as the longest, none of them a sentence's end alone.
func wrapped(block []string) bool {
	if len(block) < 3 {
		return false
	}
	longest, open := 0, 0
	for _, l := range block {
		longest = max(longest, utf8.RuneCountInString(l))
	}
	if longest < 50 || longest > 110 {
		return false
	}
	for _, l := range block[:len(block)-1] {
		if utf8.RuneCountInString(l) < longest-20 {
			return false
		}
		if !ended(l) {
			open++
		}
	}
	return open*2 >= len(block)-1
}

// isParagraph tells a line that reads as running text: long and ended as a sentence, or with a sentence ending inside it.
func isParagraph(t string) bool {
	n := utf8.RuneCountInString(t)
	switch {
	case n >= 100 && (ended(t) || inQuotes(t)):
		return true
	case n >= 180:
		return true
	}
	return n >= 60 && words(t) >= 10 && ended(t) && !strings.HasSuffix(t, "?")
}

// start finds the line of the headline and that of the first paragraph, -1 where there is none.
func (c *copied) start() (head, para int) {
	head, para = -1, -1
	menu := 0
	for i, l := range c.lines {
		if l.para && (head >= 0 || !titled(c.lines[i+1:])) {
			para = i
			break
		}
		if !c.isTitle(l) {
			menu++
			continue
		}
		if head < 0 || menu >= 4 {
			head = i
		}
		menu = 0
	}
	if para == 0 && len(c.lines) > 1 && head < 0 {
		return -1, para
	}
	return head, para
}

// titled tells whether a title and then a paragraph still follow, so that what stood before was a notice.
func titled(rest []line) bool {
	title := false
	for _, l := range rest[:min(len(rest), 12)] {
		if l.para {
			return title
		}
		title = title || l.why == "" && l.alone && words(l.text) >= 4 && !ended(l.text)
	}
	return false
}

// isTitle tells a line that could be a headline: no furniture, no date, no byline, four words or more, not too long.
func (c *copied) isTitle(l line) bool {
	if l.why != "" || l.para || isDate(l.text) || byline(l.text) != nil || address(l.text) != "" || endOf(l.text) >= 0 {
		return false
	}
	n := utf8.RuneCountInString(l.text)
	return n <= 250 && (words(l.text) >= 4 || words(l.text) >= 2 && n >= 20)
}

var onlyAddress = regexp.MustCompile(`^https?://[^\s]+$`)

// address is the line itself when it is nothing but a web address.
func address(t string) string {
	if onlyAddress.MatchString(t) {
		return t
	}
	return ""
}

// head reads what stands around the headline and before the first paragraph.
func (c *copied) head(start, body int) {
	for i, l := range c.lines[:body] {
		switch {
		case i == start:
		case l.why != "":
			c.left.add(l.why, l.text)
		case c.aside(l.text):
		case fold(l.text) == fold(c.Headline):
			c.left.add("headline again", "")
		case i > start && c.Summary == "" && words(l.text) >= 6:
			c.Summary = l.text
		case i == start-1 && l.alone && words(l.text) <= 3 && i > 0 && strings.ToUpper(l.text) == l.text && strings.ToLower(l.text) != l.text:
			c.Kicker = l.text
		default:
			c.left.add("short line", l.text)
		}
	}
}

// aside takes bylines, dates and addresses; it tells whether the line was one.
func (c *copied) aside(t string) bool {
	if u := absolute(nil, address(t)); u != nil {
		c.URL = first(c.URL, u.String())
		return true
	}
	if isDate(t) {
		c.date(t)
		c.left.add("date", t)
		return true
	}
	by := byline(t)
	if by == nil {
		return false
	}
	if c.Bylines == nil {
		c.Bylines = by
	}
	c.date(t)
	return true
}

// date takes the days a line names: labelled ones as published or updated, others as seen; the first of each stands.
func (c *copied) date(t string) {
	published, updated, plain := stampsIn(t)
	if c.Published.IsZero() {
		c.Published = published
	}
	if c.Updated.IsZero() && updated.After(c.Published) {
		c.Updated = updated
	}
	if c.Seen == "" && !plain.IsZero() {
		c.Seen = plain.Format("2006-01-02")
	}
}

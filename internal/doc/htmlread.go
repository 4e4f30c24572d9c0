package doc

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var errTooMuch = fmt.Errorf("the text has more than %d parts", MaxNodes)

// FromHTML reads a page or a piece of one by allow-list: what the schema knows is taken into the tree, of other
// elements the text; scripts, styles, drawings, forms' fields and hidden parts go with all they hold. Addresses are
// resolved against base, which may be nil. Pictures come with Attrs.Src, not yet fetched; frames of
// known providers become embeds.
func FromHTML(s string, base *url.URL) (Doc, error) {
	if len(s) > MaxBytes {
		return Doc{}, fmt.Errorf("the page is larger than %d bytes", MaxBytes)
	}
	root, err := html.Parse(strings.NewReader(strings.ToValidUTF8(s, "\uFFFD")))
	if err != nil {
		return Doc{}, fmt.Errorf("not to be read as HTML: %w", err)
	}
	return FromNode(root, base)
}

// FromNode is FromHTML of a tree that is parsed already; it leaves the tree as it is.
func FromNode(n *html.Node, base *url.URL) (Doc, error) {
	r := htmlReader{base: base, skip: map[*html.Node]bool{}}
	blocks := r.part(func() { r.read(n) })
	if r.count > MaxNodes {
		return Doc{}, errTooMuch
	}
	d := New(blocks...)
	if err := d.check(true); err != nil {
		return Doc{}, errors.Join(errors.New("the page cannot be held as a text"), err)
	}
	return d, nil
}

// htmlReader walks a tree and gathers blocks. A paragraph is open while inline is not empty; pictures met in it wait
// until it is closed.
type htmlReader struct {
	base   *url.URL
	out    []Node
	inline []Node
	waits  []Node
	marks  []Mark
	lists  int
	count  int // of nodes made
	skip   map[*html.Node]bool
}

// part gathers the blocks that fn reads, apart from those gathered so far.
func (r *htmlReader) part(fn func()) []Node {
	out, inline, waits, marks := r.out, r.inline, r.waits, r.marks
	r.out, r.inline, r.waits = nil, nil, nil
	fn()
	r.flush("paragraph", 0)
	part := r.out
	r.out, r.inline, r.waits, r.marks = out, inline, waits, marks
	return part
}

// flush closes the open paragraph or heading.
func (r *htmlReader) flush(kind string, level int) {
	for _, line := range splitLines(r.inline, kind == "heading") {
		r.add(Node{Type: kind, Attrs: Attrs{Level: level}, Content: line})
	}
	r.out = append(r.out, r.waits...)
	r.inline, r.waits = nil, nil
}

func (r *htmlReader) add(blocks ...Node) {
	r.count += len(blocks)
	r.out = append(r.out, blocks...)
}

// block adds blocks behind the paragraph that is open now.
func (r *htmlReader) block(blocks ...Node) {
	r.flush("paragraph", 0)
	r.add(blocks...)
}

func (r *htmlReader) children(n *html.Node) {
	for c := n.FirstChild; c != nil && r.count <= MaxNodes; c = c.NextSibling {
		r.read(c)
	}
}

func (r *htmlReader) read(n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		r.count++
		r.inline = append(r.inline, textOf(cleanText(n.Data, false), r.marks))
	case n.Type == html.DocumentNode:
		r.children(n)
	case n.Type == html.ElementNode && !r.skip[n] && !dropped(n):
		r.element(n)
	}
}

func (r *htmlReader) element(n *html.Node) {
	switch n.DataAtom {
	case atom.Br:
		r.inline = append(r.inline, Node{Type: "hardBreak"})
	case atom.Hr:
		r.block(Divider())
	case atom.Img:
		r.image(n)
	case atom.Iframe:
		r.frame(attrOf(n, "src"))
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		r.heading(n)
	case atom.Ul, atom.Ol, atom.Menu, atom.Dir:
		r.list(n)
	case atom.Blockquote:
		r.quote(n)
	case atom.Figure:
		r.figure(n)
	case atom.Table:
		r.table(n)
	case atom.Pre, atom.Xmp, atom.Listing, atom.Plaintext:
		r.pre(n)
	case atom.Aside:
		r.aside(n)
	default:
		r.other(n)
	}
}

// other is an element that is a mark, or a border between paragraphs, or only what it holds.
func (r *htmlReader) other(n *html.Node) {
	before := r.marks
	switch n.DataAtom {
	case atom.A:
		r.marks = withLink(r.marks, r.resolve(attrOf(n, "href")))
	case atom.Q:
		r.inline = append(r.inline, textOf("“", r.marks))
	default:
		if mark, ok := htmlMarks[n.DataAtom]; ok {
			r.marks = withMark(r.marks, mark)
		}
	}
	border := borders[n.DataAtom]
	if border {
		r.flush("paragraph", 0)
	}
	r.children(n)
	if border {
		r.flush("paragraph", 0)
	}
	if n.DataAtom == atom.Q {
		r.inline = append(r.inline, textOf("”", r.marks))
	}
	r.marks = before
}

var htmlMarks = map[atom.Atom]string{
	atom.Strong: "strong", atom.B: "strong", atom.Dt: "strong",
	atom.Em: "em", atom.I: "em", atom.Cite: "em", atom.Dfn: "em",
	atom.S: "strike", atom.Del: "strike", atom.Strike: "strike",
	atom.Sub: "sub", atom.Sup: "sup",
}

var borders = setOf(atom.Address, atom.Article, atom.Body, atom.Caption, atom.Center, atom.Dd, atom.Details, atom.Dialog,
	atom.Div, atom.Dl, atom.Dt, atom.Fieldset, atom.Figcaption, atom.Footer, atom.Form, atom.Header, atom.Hgroup,
	atom.Html, atom.Legend, atom.Li, atom.Main, atom.Nav, atom.P, atom.Search, atom.Section, atom.Summary, atom.Tbody,
	atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Tr)

var drops = setOf(atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Head, atom.Title, atom.Meta, atom.Link,
	atom.Base, atom.Svg, atom.Math, atom.Object, atom.Embed, atom.Applet, atom.Canvas, atom.Frame, atom.Frameset,
	atom.Noframes, atom.Noembed, atom.Map, atom.Area, atom.Audio, atom.Video, atom.Button, atom.Input, atom.Select,
	atom.Option, atom.Optgroup, atom.Datalist, atom.Textarea, atom.Progress, atom.Meter)

func setOf(atoms ...atom.Atom) map[atom.Atom]bool {
	set := map[atom.Atom]bool{}
	for _, a := range atoms {
		set[a] = true
	}
	return set
}

// dropped tells whether an element goes with all it holds: it is not text, or nobody sees it.
func dropped(n *html.Node) bool {
	if n.Namespace != "" || drops[n.DataAtom] {
		return true
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "aria-hidden":
			return a.Val == "true"
		case "style":
			style := strings.ToLower(strings.Join(strings.Fields(a.Val), ""))
			if strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") {
				return true
			}
		}
	}
	return false
}

func attrOf(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

func hasClass(n *html.Node, class string) bool {
	return slices.Contains(strings.Fields(attrOf(n, "class")), class)
}

var oddInURL = strings.NewReplacer(`"`, "%22", "<", "%3C", ">", "%3E", `\`, "%5C", "^", "%5E", "`", "%60",
	"{", "%7B", "|", "%7C", "}", "%7D", " ", "%20")

// resolve is an address made absolute, or "" where it may not stand in a text.
func (r *htmlReader) resolve(ref string) string {
	ref = strings.TrimFunc(ref, func(c rune) bool { return unicode.IsSpace(c) || control(c) })
	ref = strings.Map(func(c rune) rune {
		if c == '\n' || c == '\t' || c == '\r' {
			return -1
		}
		return c
	}, ref)
	if ref == "" || ref[0] == '#' {
		return ""
	}
	u, err := url.Parse(ref)
	if err != nil {
		return ""
	}
	if r.base != nil {
		u = r.base.ResolveReference(u)
	}
	s := cleanText(oddInURL.Replace(u.String()), false)
	if !goodURL(s) {
		return ""
	}
	return s
}

// splitLines makes paragraphs of what stood between borders: white space as one space, none at the ends, and a new
// paragraph at two or more line breaks, unless it is all one.
func splitLines(inline []Node, one bool) [][]Node {
	var out [][]Node
	var line []Node
	breaks := 0
	end := func() {
		if line = trimLine(line); len(line) > 0 {
			out = append(out, line)
		}
		line = nil
	}
	for _, n := range inline {
		if n.Type == "hardBreak" {
			breaks++
			continue
		}
		if strings.TrimSpace(n.Text) != "" && breaks > 0 {
			if breaks > 1 && !one {
				end()
			} else if len(line) > 0 {
				line = append(line, Node{Type: "hardBreak"})
			}
			breaks = 0
		}
		if breaks == 0 {
			line = append(line, n)
		}
	}
	end()
	return out
}

// trimLine joins runs of white space, across texts, into one space, and takes it away at the ends and at line breaks.
func trimLine(line []Node) []Node {
	space := true // what was written last is a space, or nothing
	for i := range line {
		if line[i].Type == "hardBreak" {
			space = true
			continue
		}
		line[i].Text, space = collapse(line[i].Text, space)
	}
	edge := true
	for i := len(line) - 1; i >= 0; i-- {
		if line[i].Type == "hardBreak" {
			edge = true
		} else if edge {
			line[i].Text = strings.TrimRightFunc(line[i].Text, unicode.IsSpace)
			edge = line[i].Text == ""
		}
	}
	line = joinTexts(line, false)
	for len(line) > 0 && line[0].Type == "hardBreak" {
		line = line[1:]
	}
	if len(line) > 0 && line[0].Type == "text" {
		line[0].Text = strings.TrimLeftFunc(line[0].Text, unicode.IsSpace)
		if line[0].Text == "" {
			return trimLine(line[1:])
		}
	}
	return line
}

func collapse(s string, space bool) (string, bool) {
	var b strings.Builder
	for _, c := range s {
		if c == ' ' {
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		}
		space = false
		b.WriteRune(c)
	}
	return b.String(), space
}

package comment

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"lede/internal/doc"
)

// Tree is a kept text as a tree, from a little Markdown: paragraphs apart by a blank line, lines as they were broken, quotations
// after "> ", **bold**, *italics* or _italics_, and addresses as links. All else stays as it was typed. The same text gives the same
// tree. Faces draw it with doc.Show{Guest: true}, and Inert as long as the comment is not shown.
func Tree(text string) doc.Doc {
	d := doc.Doc{Schema: doc.Version}
	g := grower{}
	for rest := text; rest != ""; {
		var b doc.Node
		b, rest = g.block(rest)
		if b.Type != "" {
			d.Blocks = append(d.Blocks, b)
		}
	}
	return d
}

// Links are the passages of a kept text that are links: from and until, in bytes.
func Links(text string) [][]int {
	var all [][]int
	for at := 0; at < len(text); {
		from, until := nextLink(text, at, len(text))
		if until == 0 {
			break
		}
		all = append(all, []int{from, until})
		at = until
	}
	return all
}

// grower grows a tree; blocks counts those it has, for their ids.
type grower struct{ blocks int }

func (g *grower) node(kind string) doc.Node {
	g.blocks++
	id := "c0000000"
	if n := strconv.Itoa(g.blocks); len(n) < len(id) {
		id = id[:len(id)-len(n)] + n
	} else {
		id = "c" + n
	}
	return doc.Node{Type: kind, ID: id}
}

// block takes the next paragraph or quotation off a text; its type is "" where there was only space.
func (g *grower) block(text string) (doc.Node, string) {
	line, rest := cutLine(text)
	if isBlank(line) {
		return doc.Node{}, rest
	}
	if _, quoted := unquoted(line); quoted {
		return g.quote(text)
	}
	end := len(text) - len(rest)
	for rest != "" {
		line, after := cutLine(rest)
		if _, quoted := unquoted(line); quoted || isBlank(line) {
			break
		}
		rest = after
		end = len(text) - len(rest)
	}
	p := g.node("paragraph")
	p.Content = inline(strings.TrimRight(text[:end], "\n"))
	if len(p.Content) == 0 {
		p = doc.Node{}
	}
	return p, rest
}

// quote takes a quotation off a text: the lines that begin with ">".
func (g *grower) quote(text string) (doc.Node, string) {
	var inner strings.Builder
	rest := text
	for rest != "" {
		line, after := cutLine(rest)
		said, quoted := unquoted(line)
		if !quoted {
			break
		}
		inner.WriteString(said)
		inner.WriteByte('\n')
		rest = after
	}
	q := g.node("quote")
	for said := inner.String(); said != ""; {
		var p doc.Node
		p, said = g.paragraph(said)
		if p.Type != "" {
			q.Content = append(q.Content, p)
		}
	}
	if len(q.Content) == 0 {
		q = doc.Node{}
	}
	return q, rest
}

// paragraph takes a paragraph off what is quoted.
func (g *grower) paragraph(text string) (doc.Node, string) {
	end, rest := 0, text
	for rest != "" {
		line, after := cutLine(rest)
		rest = after
		if isBlank(line) {
			break
		}
		end = len(text) - len(rest)
	}
	content := inline(strings.TrimRight(text[:end], "\n"))
	if len(content) == 0 {
		return doc.Node{}, rest
	}
	p := g.node("paragraph")
	p.Content = content
	return p, rest
}

func cutLine(text string) (line, rest string) {
	line, rest, _ = strings.Cut(text, "\n")
	return line, rest
}

func isBlank(line string) bool { return strings.TrimSpace(line) == "" }

// unquoted is a line without the signs of a quotation: one or more ">" and a space, or nothing after them.
func unquoted(line string) (string, bool) {
	said, quoted := line, false
	for strings.HasPrefix(said, ">") {
		bare := strings.TrimLeft(said, ">")
		if bare != "" && bare[0] != ' ' {
			break
		}
		said, quoted = strings.TrimLeft(bare, " "), true
	}
	return said, quoted
}

// sign is a place in a text where something begins or ends: bold or italics, a link, a line.
type sign struct {
	from, until int
	kind        signKind
	opens       bool // of stars and dashes, once they have found each other
	closes      bool
}

type signKind byte

const (
	star     signKind = iota // *italics*
	stars                    // **bold**
	allStars                 // ***both***
	dash                     // _italics_
	kinds                    // how many kinds find each other
	address
	newLine
)

// inline makes of the text of a paragraph texts with marks, links and line breaks.
func inline(text string) []doc.Node {
	var room [16]sign
	signs := pair(signsOf(text, room[:0]), text)
	nodes := make([]doc.Node, 0, 2*len(signs)+1)
	b := branch{nodes: nodes, text: text}
	for _, s := range signs {
		switch {
		case s.kind == newLine:
			b.words(s.from)
			b.nodes = append(b.nodes, doc.Node{Type: "hardBreak"})
		case s.kind == address:
			b.words(s.from)
			b.link(s)
		case s.opens, s.closes:
			b.words(s.from)
			b.turn(s)
		default:
			continue
		}
		b.at = s.until
	}
	b.words(len(text))
	return b.nodes
}

// signsOf lists the signs of a text in their order.
func signsOf(text string, signs []sign) []sign {
	from, until := nextLink(text, 0, len(text))
	for i := 0; i < len(text); i++ {
		if until != 0 && i == from {
			signs = append(signs, sign{from: from, until: until, kind: address})
			i = until - 1
			from, until = nextLink(text, until, len(text))
			continue
		}
		switch text[i] {
		case '\n':
			signs = append(signs, sign{from: i, until: i + 1, kind: newLine})
		case '*', '_':
			n := 1
			for i+n < len(text) && text[i+n] == text[i] {
				n++
			}
			if kind, ok := kindOf(text[i], n); ok {
				signs = append(signs, sign{from: i, until: i + n, kind: kind})
			}
			i += n - 1
		}
	}
	return signs
}

func kindOf(c byte, n int) (signKind, bool) {
	switch {
	case c == '_' && n == 1:
		return dash, true
	case c == '*' && n <= 3:
		return star + signKind(n-1), true
	}
	return 0, false
}

// pair lets stars and dashes find each other; those that stay alone are left as they were typed.
func pair(signs []sign, text string) []sign {
	open := [kinds]int{-1, -1, -1, -1}
	for i, s := range signs {
		if s.kind >= kinds {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(text[:s.from])
		after, _ := utf8.DecodeRuneInString(text[s.until:])
		if unicode.Is(unicode.M, after) { // an accent belongs to what it stands on
			continue
		}
		from := open[s.kind]
		switch {
		case from >= 0 && s.from > signs[from].until && closing(before, after):
			signs[from].opens, signs[i].closes = true, true
			for k := range open {
				if open[k] >= from {
					open[k] = -1
				}
			}
		case closing(after, before):
			open[s.kind] = i
		}
	}
	return signs
}

// closing tells whether a sign may end something: inside it stands no space, and outside it no letter, so that sn_ake and 2*3*4 stay.
// Scripts that set no spaces may go on at once.
func closing(inside, outside rune) bool {
	if inside == utf8.RuneError || unicode.IsSpace(inside) {
		return false
	}
	return !unicode.IsLetter(outside) && !unicode.IsDigit(outside) || isUnspaced(outside)
}

// branch writes the texts of a paragraph.
type branch struct {
	nodes      []doc.Node
	text       string
	at         int // what stands before is written
	strong, em int // how many signs of bold and of italics are open
}

// words writes the text up to a place.
func (b *branch) words(until int) { b.add(b.text[b.at:until], b.marks()) }

func (b *branch) add(text string, marks []doc.Mark) {
	if text == "" {
		return
	}
	if last := len(b.nodes) - 1; last >= 0 && b.nodes[last].Type == "text" && sameMarks(b.nodes[last].Marks, marks) {
		b.nodes[last].Text += text
		return
	}
	b.nodes = append(b.nodes, doc.Node{Type: "text", Text: text, Marks: marks})
}

func sameMarks(a, b []doc.Mark) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func (b *branch) turn(s sign) {
	by := 1
	if s.closes {
		by = -1
	}
	if s.kind == stars || s.kind == allStars {
		b.strong += by
	}
	if s.kind != stars {
		b.em += by
	}
}

func (b *branch) marks(first ...doc.Mark) []doc.Mark {
	marks := first
	if b.strong > 0 {
		marks = append(marks, doc.Mark{Type: "strong"})
	}
	if b.em > 0 {
		marks = append(marks, doc.Mark{Type: "em"})
	}
	return marks
}

func (b *branch) link(s sign) {
	text := b.text[s.from:s.until]
	b.add(text, b.marks(doc.Mark{Type: "link", Href: hrefOf(text)}))
}

// hrefOf is where an address as it was typed leads to.
func hrefOf(text string) string {
	if hasFold(text, "www.") {
		return "https://" + text
	}
	return text
}

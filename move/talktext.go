package move

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"lede/comment"
	"lede/internal/doc"
)

// plainText makes of the HTML of a comment the little Markdown that comments are kept in, by allow-list: paragraphs, lines, quotations,
// bold and italics stay, a link becomes its words and its address, of all else the words stay. As in WordPress a line break in
// the source is one on the page, and a blank line begins a paragraph.
func plainText(source string) string {
	div := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(strings.NewReader(source), div)
	if err != nil { // only where reading fails, and a string does not
		return source
	}
	for _, n := range nodes {
		div.AppendChild(n)
	}
	w := writing{}
	w.node(div, 0)
	return strings.Join(w.blocks, "\n\n")
}

// writing gathers paragraphs.
type writing struct {
	blocks  []string
	line    strings.Builder // the paragraph so far
	quoted  int
	strong  int
	em      int
	literal int // within <pre>
}

// deepest is how far tags are followed into each other; the parser itself knows no bound.
const deepest = 200

func (w *writing) node(n *html.Node, deep int) {
	switch {
	case n.Type == html.TextNode:
		w.text(n.Data)
	case n.Type == html.ElementNode && deep < deepest:
		w.element(n, deep)
	}
}

func (w *writing) children(n *html.Node, deep int) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c, deep+1)
	}
}

func (w *writing) element(n *html.Node, deep int) {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Iframe, atom.Object, atom.Svg, atom.Math, atom.Select, atom.Textarea, atom.Title, atom.Head:
	case atom.Br:
		w.line.WriteByte('\n')
	case atom.Img:
		w.image(n)
	case atom.A:
		w.link(n, deep)
	case atom.Strong, atom.B:
		w.marked("**", &w.strong, n, deep)
	case atom.Em, atom.I, atom.Cite:
		w.marked("*", &w.em, n, deep)
	case atom.Blockquote:
		w.paragraph()
		w.quoted++
		w.children(n, deep)
		w.paragraph()
		w.quoted--
	case atom.Li:
		w.paragraph()
		w.line.WriteString("- ")
		w.children(n, deep)
		w.paragraph()
	case atom.Pre:
		w.paragraph()
		w.literal++
		w.children(n, deep)
		w.paragraph()
		w.literal--
	case atom.P, atom.Div, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Tr, atom.Table, atom.Hr, atom.Dl, atom.Dt, atom.Dd, atom.Section, atom.Article, atom.Figure:
		w.paragraph()
		w.children(n, deep)
		w.paragraph()
	default:
		w.children(n, deep)
	}
}

// text writes what stands between tags: spaces become one, line breaks stay.
func (w *writing) text(s string) {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	if w.literal > 0 {
		w.line.WriteString(s)
		return
	}
	if now := w.line.String(); strings.HasSuffix(now, "\n") || now == "" {
		s = strings.TrimLeft(s, " \t") // WordPress writes a line break behind <br>
		if now != "" {
			s = strings.TrimPrefix(s, "\n")
		}
	}
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			w.line.WriteByte('\n')
		}
		space := false
		for _, r := range line {
			if unicode.IsSpace(r) && r != '\u00a0' {
				space = true
				continue
			}
			if space {
				w.line.WriteByte(' ')
				space = false
			}
			w.line.WriteRune(r)
		}
		if space {
			w.line.WriteByte(' ')
		}
	}
}

// marked writes bold or italics, where the little Markdown can say it: around words that stand by themselves.
func (w *writing) marked(sign string, open *int, n *html.Node, deep int) {
	if *open > 0 || w.literal > 0 {
		w.children(n, deep)
		return
	}
	before := w.line.String()
	*open++
	w.line.Reset()
	blocks := len(w.blocks)
	w.children(n, deep)
	*open--
	inner := w.line.String()
	w.line.Reset()
	w.line.WriteString(before)
	said := strings.TrimSpace(inner)
	lead, trail := inner[:len(inner)-len(strings.TrimLeftFunc(inner, unicode.IsSpace))], inner[len(strings.TrimRightFunc(inner, unicode.IsSpace)):]
	if said == "" || len(w.blocks) > blocks || strings.Contains(said, "\n\n") || strings.Contains(strings.ReplaceAll(said, "**", ""), "*") || joinsWord(before+lead, n) && trail == "" {
		w.line.WriteString(inner)
		return
	}
	w.line.WriteString(lead + sign + said + sign + trail)
}

// joinsWord tells whether what is marked is a part of a word: no sign can begin or end there.
func joinsWord(before string, n *html.Node) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	if before != "" && inWord(last) {
		return true
	}
	if next := n.NextSibling; next != nil && next.Type == html.TextNode {
		first, _ := utf8.DecodeRuneInString(next.Data)
		return next.Data != "" && inWord(first)
	}
	return false
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// link writes the words of a link, and behind them where it leads, unless they say so themselves.
func (w *writing) link(n *html.Node, deep int) {
	from := w.line.Len()
	w.children(n, deep)
	href := webAddress(attr(n, "href"))
	if href == "" {
		return
	}
	words := ""
	if from <= w.line.Len() {
		words = strings.TrimSpace(w.line.String()[from:])
	}
	switch {
	case bareAddress(words) == bareAddress(href) || bareAddress("http://"+words) == bareAddress(href) || strings.Contains(words, href):
	case words == "":
		w.line.WriteString(href)
	default:
		w.line.WriteString(" (" + href + ")")
	}
}

// image writes what a picture shows, or where it is.
func (w *writing) image(n *html.Node) {
	if alt := strings.TrimSpace(attr(n, "alt")); alt != "" {
		w.text(alt)
		return
	}
	w.line.WriteString(webAddress(attr(n, "src")))
}

// webAddress is an address if it leads to the web, else "".
func webAddress(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}

// paragraph closes the paragraphs that were written so far.
func (w *writing) paragraph() {
	for _, part := range strings.Split(w.line.String(), "\n\n") {
		lines := strings.Split(part, "\n")
		kept := lines[:0]
		for _, l := range lines {
			if l = strings.TrimSpace(l); l != "" {
				kept = append(kept, strings.Repeat("> ", min(w.quoted, 1))+l)
			}
		}
		if len(kept) > 0 {
			w.add(strings.Join(kept, "\n"))
		}
	}
	w.line.Reset()
}

// add puts a block behind the others; two paragraphs of one quotation, or items of one list, stay together.
func (w *writing) add(block string) {
	last := len(w.blocks) - 1
	switch {
	case last < 0:
	case w.quoted > 0 && strings.HasPrefix(w.blocks[last], "> "):
		w.blocks[last] += "\n>\n" + block
		return
	case strings.HasPrefix(block, "- ") && strings.HasPrefix(w.blocks[last], "- "):
		w.blocks[last] += "\n" + block
		return
	}
	w.blocks = append(w.blocks, block)
}

// htmlText is a kept comment as WordPress keeps one: paragraphs apart by a blank line, and the few tags it allows.
func htmlText(text string) string {
	var b strings.Builder
	for i, n := range comment.Tree(text).Blocks {
		if i > 0 {
			b.WriteString("\n\n")
		}
		if n.Type != "quote" {
			htmlInline(&b, n.Content)
			continue
		}
		b.WriteString("<blockquote>")
		for j, p := range n.Content {
			if j > 0 {
				b.WriteString("\n\n")
			}
			htmlInline(&b, p.Content)
		}
		b.WriteString("</blockquote>")
	}
	return b.String()
}

func htmlInline(b *strings.Builder, nodes []doc.Node) {
	for _, n := range nodes {
		if n.Type == "hardBreak" {
			b.WriteByte('\n')
			continue
		}
		said := html.EscapeString(n.Text)
		for _, m := range n.Marks {
			switch m.Type {
			case "strong", "em":
				said = "<" + m.Type + ">" + said + "</" + m.Type + ">"
			case "link":
				said = `<a href="` + html.EscapeString(m.Href) + `">` + said + "</a>"
			}
		}
		b.WriteString(said)
	}
}

package doc

import (
	"fmt"
	"html"
	"strings"
	"sync"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// FromMarkdown reads CommonMark with GFM's tables, ~~strike~~, ~sub~ and ^sup^, and what Markdown writes for the
// blocks that have no Markdown: fences named lede:picture and so on. HTML in Markdown is text. Pictures become pictures
// with Attrs.Src, not yet fetched. Links that may not stand in a text lose their address, not their words.
func FromMarkdown(md string) (Doc, error) {
	if len(md) > MaxBytes {
		return Doc{}, fmt.Errorf("the text is larger than %d bytes", MaxBytes)
	}
	if err := guardMarkdown(md); err != nil {
		return Doc{}, err
	}
	blocks, err := readBlocks(md)
	if err != nil {
		return Doc{}, err
	}
	d := New(blocks...)
	return d, d.check(true)
}

var blockParser = sync.OnceValue(func() parser.Parser {
	p := newParser(
		util.Prioritized(parser.NewSetextHeadingParser(), 100),
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(parser.NewListParser(), 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewCodeBlockParser(), 500),
		util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(parser.NewBlockquoteParser(), 800),
		util.Prioritized(parser.NewParagraphParser(), 1000),
	)
	p.AddOptions(
		parser.WithParagraphTransformers(
			util.Prioritized(parser.LinkReferenceParagraphTransformer, 100),
			util.Prioritized(extension.NewTableParagraphTransformer(), 200)),
		parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0)))
	return p
})

var inlineParser = sync.OnceValue(func() parser.Parser {
	return newParser(util.Prioritized(parser.NewParagraphParser(), 1000))
})

// newParser has no parser for HTML, neither blocks nor inline: it stays text.
func newParser(blocks ...util.PrioritizedValue) parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(blocks...),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewEmphasisParser(), 500),
			util.Prioritized(markParser{'~'}, 600),
			util.Prioritized(markParser{'^'}, 700)))
}

// readInline reads a text with marks on one line.
func readInline(md string) []Node {
	r := mdReader{src: []byte(strings.ReplaceAll(md, "\x00", ""))}
	root := inlineParser().Parse(gtext.NewReader(r.src))
	var out []Node
	for p := root.FirstChild(); p != nil; p = p.NextSibling() {
		out = append(out, r.inline(p, nil)...)
	}
	return joinTexts(out, false)
}

func readBlocks(md string) ([]Node, error) {
	r := mdReader{src: []byte(strings.ReplaceAll(strings.ToValidUTF8(md, "\uFFFD"), "\x00", ""))}
	blocks := r.blocks(blockParser().Parse(gtext.NewReader(r.src)))
	if r.tooDeep {
		return nil, fmt.Errorf("more than %d marks in each other", maxMarkers)
	}
	return blocks, nil
}

// mdReader turns goldmark's tree into ours. Pictures met within a paragraph are kept to stand behind it.
type mdReader struct {
	src      []byte
	pictures []Node
	depth    int  // of lists
	marks    int  // of marks
	tooDeep  bool // there were more marks in each other than people write
}

func (r *mdReader) blocks(parent ast.Node) []Node {
	var out []Node
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		out = append(out, r.block(n)...)
		out = append(out, r.pictures...)
		r.pictures = nil
	}
	return out
}

func (r *mdReader) block(n ast.Node) []Node {
	switch n := n.(type) {
	case *ast.Heading:
		return []Node{{Type: "heading", Attrs: Attrs{Level: min(max(n.Level, 2), 3)}, Content: r.inline(n, nil)}}
	case *ast.List:
		return r.list(n)
	case *ast.Blockquote:
		return r.quote(n)
	case *ast.ThematicBreak:
		return []Node{Divider()}
	case *ast.FencedCodeBlock:
		return []Node{r.fence(n)}
	case *ast.CodeBlock:
		return []Node{Code("", strings.TrimSuffix(r.lines(n), "\n"))}
	case *east.Table:
		return []Node{r.table(n)}
	case *ast.Paragraph, *ast.TextBlock:
		content := r.inline(n, nil)
		if len(content) == 0 {
			return nil
		}
		return []Node{{Type: "paragraph", Content: content}}
	}
	return r.blocks(n)
}

func (r *mdReader) list(n *ast.List) []Node {
	r.depth++
	var items [][]Node
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		items = append(items, r.blocks(item))
	}
	list, out := listOf(n.IsOrdered(), items, r.depth)
	r.depth--
	return append(list, out...)
}

// quote takes a last paragraph that begins with a dash as who said it.
func (r *mdReader) quote(n ast.Node) []Node {
	blocks := r.blocks(n)
	cite := ""
	if last := len(blocks) - 1; last > 0 && blocks[last].Type == "paragraph" {
		if p := blocks[last].Content; len(p) == 1 && len(p[0].Marks) == 0 && strings.HasPrefix(p[0].Text, "— ") {
			cite, blocks = strings.TrimPrefix(p[0].Text, "— "), blocks[:last]
		}
	}
	return quoteOf("quote", cite, blocks)
}

func (r *mdReader) lines(n ast.Node) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		at := n.Lines().At(i)
		b.Write(at.Value(r.src))
	}
	return b.String()
}

// fence is code, or one of our blocks under its name.
func (r *mdReader) fence(n *ast.FencedCodeBlock) Node {
	text, language := r.lines(n), string(n.Language(r.src))
	if kind, ours := strings.CutPrefix(language, fencePrefix); ours {
		if b, ok := readFence(kind, text); ok {
			return b
		}
	}
	if !goodName(language) {
		language = ""
	}
	return Code(language, strings.TrimSuffix(text, "\n"))
}

func (r *mdReader) table(n *east.Table) Node {
	t := Node{Type: "table"}
	for line := n.FirstChild(); line != nil; line = line.NextSibling() {
		_, head := line.(*east.TableHeader)
		row := Node{Type: "row"}
		for c := line.FirstChild(); c != nil; c = c.NextSibling() {
			align := ""
			if cell, ok := c.(*east.TableCell); ok {
				align = mdAlign[cell.Alignment]
			}
			row.Content = append(row.Content, Node{Type: "cell", Attrs: Attrs{Header: head, Align: align}, Content: r.inline(c, nil)})
		}
		t.Content = append(t.Content, row)
	}
	squareRows(t.Content)
	return t
}

var mdAlign = map[east.Alignment]string{east.AlignLeft: "start", east.AlignCenter: "center", east.AlignRight: "end"}

// inline reads the texts under n with the marks on them.
func (r *mdReader) inline(n ast.Node, marks []Mark) []Node {
	var out []Node
	r.texts(&out, n, marks)
	return joinTexts(out, false)
}

func (r *mdReader) texts(out *[]Node, n ast.Node, marks []Mark) {
	if r.marks++; r.marks > maxMarkers {
		r.tooDeep = true
	}
	for c := n.FirstChild(); c != nil && !r.tooDeep; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			*out = append(*out, textOf(unescape(string(c.Segment.Value(r.src))), marks))
			switch {
			case c.HardLineBreak():
				*out = append(*out, Node{Type: "hardBreak"})
			case c.SoftLineBreak():
				*out = append(*out, textOf(" ", marks))
			}
		case *ast.String:
			*out = append(*out, textOf(string(c.Value), marks))
		case *ast.CodeSpan:
			*out = append(*out, r.codeSpan(c, marks)...)
		case *ast.AutoLink:
			*out = append(*out, textOf(string(c.Label(r.src)), withLink(marks, string(c.URL(r.src)))))
		case *ast.Link:
			r.texts(out, c, withLink(marks, unescape(string(c.Destination))))
		case *ast.Image:
			r.image(c)
		case *ast.Emphasis:
			r.texts(out, c, withMark(marks, []string{"em", "strong"}[c.Level-1]))
		case *markNode:
			r.texts(out, c, withMark(marks, c.mark))
		default:
			r.texts(out, c, marks)
		}
	}
	r.marks--
}

// codeSpan is text as it stands: the schema has no mark for code.
func (r *mdReader) codeSpan(n ast.Node, marks []Mark) []Node {
	var out []Node
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			out = append(out, textOf(string(t.Segment.Value(r.src)), marks))
		}
	}
	return out
}

func (r *mdReader) image(n *ast.Image) {
	from := unescape(string(n.Destination))
	if !goodURL(from) || strings.HasPrefix(from, "mailto:") {
		return
	}
	var alt strings.Builder
	for _, t := range r.inline(n, nil) {
		alt.WriteString(t.Text)
	}
	r.pictures = append(r.pictures, Node{Type: "picture",
		Attrs: Attrs{Src: from, Alt: oneLine(alt.String()), Caption: oneLine(unescape(string(n.Title)))}})
}

func textOf(s string, marks []Mark) Node { return Node{Type: "text", Text: s, Marks: marks} }

// withMark is marks and one more, in a slice of its own.
func withMark(marks []Mark, mark string) []Mark {
	return orderMarks(append(marks[:len(marks):len(marks)], Mark{Type: mark}))
}

// withLink is marks with a link, the first where there are two, or without where the address may not stand.
func withLink(marks []Mark, href string) []Mark {
	if !goodURL(href) {
		return marks
	}
	return orderMarks(append(marks[:len(marks):len(marks)], Mark{Type: "link", Href: href}))
}

// unescape resolves backslashes before punctuation and character references (CommonMark 2.4 and 2.5).
func unescape(s string) string {
	if !strings.ContainsAny(s, `\&`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && util.IsPunct(s[i+1]):
			i++
			b.WriteByte(s[i])
		case s[i] == '&':
			end := strings.IndexByte(s[i:min(len(s), i+40)], ';')
			if end < 0 {
				b.WriteByte('&')
				continue
			}
			b.WriteString(html.UnescapeString(s[i : i+end+1]))
			i += end
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

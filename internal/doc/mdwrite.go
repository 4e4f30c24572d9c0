package doc

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

const fencePrefix = "lede:"

// Markdown is CommonMark with GFM's tables, ~~strike~~, ~sub~ and ^sup^. A block that Markdown has no word for, or that
// would not come back exactly, stands in a fence named lede: and its type, its attributes as JSON.
// FromMarkdown gives back the same text, with new ids.
func (d Doc) Markdown() string {
	var b strings.Builder
	star := false // the list before has "-": this one takes "*", or they would be one
	for i := range d.Blocks {
		n := withoutIDs(&d.Blocks[i])
		if i > 0 {
			b.WriteByte('\n')
		}
		star = n.Type == "list" && i > 0 && d.Blocks[i-1].Type == "list" && !star
		b.WriteString(markdownOf(n, star))
	}
	return b.String()
}

// markdownOf is one block, with a line break at its end: in Markdown if that reads back as n, if need be with
// references around the delimiters, else in a fence.
func markdownOf(n *Node, star bool) string {
	for _, references := range []bool{false, true} {
		w := mdWriter{star: star, references: references}
		w.block(n)
		if !w.able {
			break
		}
		if back, err := readBlocks(w.String()); err == nil && len(back) == 1 && reflect.DeepEqual(tidy(back[0]), *n) {
			return w.String()
		}
	}
	return fence(n)
}

// fence writes a block as JSON: its attributes, and what it holds under "content".
func fence(n *Node) string {
	attrs := appendAttrs(nil, n)
	if len(n.Content) > 0 {
		attrs = attrs[:len(attrs)-1]
		if len(attrs) > 1 {
			attrs = append(attrs, ',')
		}
		attrs = append(appendContent(append(attrs, `"content":[`...), n.Content), "]}"...)
	}
	if n.Type == "frame" {
		return fenced(fencePrefix+n.Type, hideSigns.Replace(string(attrs)))
	}
	return fenced(fencePrefix+n.Type, string(attrs))
}

// hideSigns writes the signs of Markdown in JSON strings as references: code is full of them, and guardMarkdown counts them.
// The attributes of a frame are strings and numbers, so all such signs stand in strings.
var hideSigns = strings.NewReplacer("`", `\u0060`, "*", `\u002a`, "_", `\u005f`, "[", `\u005b`, "]", `\u005d`, "~", `\u007e`, "^", `\u005e`)

// appendContent writes nodes; between long ones stands an empty line, so that no stretch is longer than
// guardMarkdown allows.
func appendContent(b []byte, nodes []Node) []byte {
	line := len(b)
	for i := range nodes {
		if i > 0 {
			b = append(b, ',')
		}
		if len(b)-line > 4096 {
			b, line = append(b, "\n\n"...), len(b)
		}
		b = appendNode(b, &nodes[i])
	}
	return b
}

// fenced writes lines between fences longer than any run of backticks in them.
func fenced(name, text string) string {
	run, longest := 0, 2
	for _, c := range []byte(text) {
		if c != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	ticks := strings.Repeat("`", longest+1)
	if text != "" {
		text += "\n"
	}
	return ticks + name + "\n" + text + ticks + "\n"
}

// readFence is what fence wrote; ok is false where it is no block of that type.
func readFence(kind, text string) (n Node, ok bool) {
	m := map[string]any{}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if dec.Decode(&m) != nil || !kinds[kind].block {
		return n, false
	}
	content := m["content"]
	delete(m, "content")
	p := treeReader{}
	n, err := p.node("", map[string]any{"type": kind, "attrs": m, "content": content}, 1)
	if err != nil {
		return n, false
	}
	n = tidy(*withoutIDs(&n))
	whole := New(n)
	return n, whole.check(true) == nil
}

// mdWriter writes one block; able turns false where Markdown cannot say it.
type mdWriter struct {
	strings.Builder
	able       bool
	star       bool // lists have "*" or "1)", for the list before has "-" or "1."
	references bool // characters next to delimiters are written as references
}

func (w *mdWriter) block(n *Node) {
	w.able = true
	switch n.Type {
	case "paragraph":
		w.WriteString(w.inline(n.Content, false) + "\n")
	case "heading":
		w.WriteString(strings.Repeat("#", n.Attrs.Level) + " " + w.inline(n.Content, false) + "\n")
	case "divider":
		w.WriteString("---\n")
	case "quote":
		w.quote(n)
	case "list":
		w.list(n, "")
	case "table":
		w.table(n)
	case "code":
		text := ""
		if len(n.Content) > 0 {
			text = n.Content[0].Text
		}
		w.WriteString(fenced(n.Attrs.Language, text))
	default:
		w.able = false
	}
}

func (w *mdWriter) quote(n *Node) {
	for i, p := range n.Content {
		if i > 0 {
			w.WriteString(">\n")
		}
		w.WriteString("> " + strings.ReplaceAll(w.inline(p.Content, false), "\n", "\n> ") + "\n")
	}
	if n.Attrs.Cite != "" {
		w.WriteString(">\n> — " + escapeInline(n.Attrs.Cite, false) + "\n")
	}
}

func (w *mdWriter) list(n *Node, indent string) {
	for i, item := range n.Content {
		mark := "- "
		switch {
		case n.Attrs.Ordered && w.star:
			mark = strconv.Itoa(i+1) + ") "
		case n.Attrs.Ordered:
			mark = strconv.Itoa(i+1) + ". "
		case w.star:
			mark = "* "
		}
		deeper := indent + strings.Repeat(" ", len(mark))
		for j := range item.Content {
			w.itemPart(&item.Content[j], j, indent+mark, deeper)
		}
	}
}

func (w *mdWriter) itemPart(n *Node, at int, first, deeper string) {
	if n.Type == "list" {
		w.list(n, deeper)
		return
	}
	if at > 0 {
		w.WriteString("\n")
		first = deeper
	}
	w.WriteString(first + strings.ReplaceAll(w.inline(n.Content, false), "\n", "\n"+deeper) + "\n")
}

// table writes a table whose first row, and nothing else, is a header, each column with one alignment.
func (w *mdWriter) table(n *Node) {
	w.able = n.Attrs.Caption == ""
	for i, row := range n.Content {
		w.WriteByte('|')
		for _, c := range row.Content {
			w.WriteString(" " + w.inline(c.Content, true) + " |")
		}
		w.WriteByte('\n')
		if i == 0 {
			w.WriteByte('|')
			for _, c := range row.Content {
				w.WriteString(map[string]string{"": " --- |", "start": " :-- |", "center": " :-: |", "end": " --: |"}[c.Attrs.Align])
			}
			w.WriteByte('\n')
		}
	}
}

var mdDelimiters = map[string]string{"strong": "**", "em": "*", "strike": "~~", "sub": "~", "sup": "^"}

// inline writes texts with their marks; marks that go on are not closed between.
func (w *mdWriter) inline(nodes []Node, cell bool) string {
	var b strings.Builder
	var open []Mark
	for i, n := range nodes {
		shared := 0
		for shared < len(open) && shared < len(n.Marks) && open[shared] == n.Marks[shared] {
			shared++
		}
		closeDelimiters(&b, open[shared:])
		openDelimiters(&b, n.Marks[shared:])
		open = n.Marks
		if n.Type == "hardBreak" {
			w.able = w.able && !cell
			b.WriteString("\\\n")
			continue
		}
		b.WriteString(w.text(nodes, i, cell))
	}
	closeDelimiters(&b, open)
	return lineStarts(b.String())
}

func openDelimiters(b *strings.Builder, ms []Mark) {
	for _, m := range ms {
		if m.Type == "link" {
			b.WriteByte('[')
		}
		b.WriteString(mdDelimiters[m.Type])
	}
}

func closeDelimiters(b *strings.Builder, ms []Mark) {
	for _, m := range slices.Backward(ms) {
		b.WriteString(mdDelimiters[m.Type])
		if m.Type == "link" {
			b.WriteString("](<" + strings.NewReplacer(`\`, `\\`, "<", `\<`, ">", `\>`, "&", "&amp;").Replace(m.Href) + ">)")
		}
	}
}

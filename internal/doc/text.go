package doc

import (
	"strconv"
	"strings"
	"unicode"
)

// Text is what a reader reads, without its dress: blocks stand apart by blank lines, the lines of a list and the rows
// of a table on lines of their own. Pictures and files give their captions, embeds their titles and addresses.
func (d Doc) Text() string {
	var t texter
	for i := range d.Blocks {
		t.block(&d.Blocks[i])
	}
	return t.String()
}

// PlainText is the text of one block, as Doc.Text gives it.
func (n Node) PlainText() string {
	var t texter
	t.block(&n)
	return t.String()
}

// texter writes plain text; part begins a new block.
type texter struct{ strings.Builder }

func (t *texter) part() {
	if t.Len() > 0 {
		t.WriteString("\n\n")
	}
}

func (t *texter) block(n *Node) {
	switch n.Type {
	case "paragraph", "heading", "code":
		if len(n.Content) > 0 {
			t.part()
			t.inline(n.Content)
		}
	case "list":
		t.part()
		t.list(n, "")
	case "quote", "pull":
		t.blocks(n.Content)
		if n.Attrs.Cite != "" {
			t.part()
			t.WriteString("— " + n.Attrs.Cite)
		}
	case "table":
		t.line(n.Attrs.Caption)
		t.part()
		t.table(n)
	case "gallery":
		t.blocks(n.Content)
		t.line(n.Attrs.Caption)
	case "fact":
		t.line(n.Attrs.Title)
		t.blocks(n.Content)
	case "embed":
		t.line(n.Attrs.Title, n.Attrs.URL)
	case "frame":
		t.line(n.Attrs.Title)
	case "picture", "audio", "video":
		t.line(n.Attrs.Title, n.Attrs.Caption, n.Attrs.Credit)
	}
}

func (t *texter) blocks(nodes []Node) {
	for i := range nodes {
		t.block(&nodes[i])
	}
}

// line writes a block of the parts that are not empty.
func (t *texter) line(parts ...string) {
	begun := false
	for _, p := range parts {
		switch {
		case p == "":
			continue
		case begun:
			t.WriteByte(' ')
		default:
			t.part()
		}
		begun = true
		t.WriteString(p)
	}
}

func (t *texter) inline(nodes []Node) {
	for i := range nodes {
		if nodes[i].Type == "hardBreak" {
			t.WriteByte('\n')
		} else {
			t.WriteString(nodes[i].Text)
		}
	}
}

func (t *texter) list(n *Node, indent string) {
	for i, item := range n.Content {
		if i > 0 {
			t.WriteByte('\n')
		}
		t.WriteString(indent)
		if n.Attrs.Ordered {
			t.WriteString(strconv.Itoa(i+1) + ". ")
		} else {
			t.WriteString("- ")
		}
		for j := range item.Content {
			t.itemPart(&item.Content[j], j, indent+"  ")
		}
	}
}

func (t *texter) itemPart(n *Node, at int, indent string) {
	if at > 0 {
		t.WriteByte('\n')
	}
	if n.Type == "list" {
		t.list(n, indent)
		return
	}
	if at > 0 {
		t.WriteString(indent)
	}
	t.inline(n.Content)
}

func (t *texter) table(n *Node) {
	for i, row := range n.Content {
		if i > 0 {
			t.WriteByte('\n')
		}
		for j := range row.Content {
			if j > 0 {
				t.WriteByte('\t')
			}
			t.inline(row.Content[j].Content)
		}
	}
}

// Words counts the words a reader reads, captions and titles too. It follows Unicode's word boundaries (UAX 29) as
// far as counting needs: runs of letters, marks and digits, joined by an apostrophe, full stop, comma, hyphen or
// underscore between them. A Han or Kana character counts as a word; Thai, Lao, Khmer and Burmese, which
// set no spaces, count as one word for every five letters begun.
func (d Doc) Words() int {
	total := 0
	for n := range d.All() {
		a := &n.Attrs
		for _, s := range [...]string{n.Text, a.Caption, a.Title, a.Cite, a.Description} {
			total += words(s)
		}
	}
	return total
}

func words(s string) int {
	total, unspaced := 0, 0
	in := false     // within a word
	joiner := false // the last rune was a joiner after a word
	for _, r := range s {
		switch {
		case joins(r):
			joiner = in
			continue
		case r > 0x7f && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			total++
			in = false
		case r > 0x7f && unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
			if unicode.IsLetter(r) {
				unspaced++
			}
			in = false
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if !in && !joiner {
				total++
			}
			in = true
		case unicode.Is(unicode.M, r) || r == '\u200d' || r == '\u200c' || r == '\u0640':
			continue // part of what stands before it
		default:
			in = false
		}
		joiner = false
	}
	return total + (unspaced+4)/5
}

// joins tells whether r between two letters keeps them one word.
func joins(r rune) bool {
	switch r {
	case '\'', '’', '.', ',', '-', '_', '\u2010', '\u2011', '\u066b', '\u066c', '·', ':', '\u00ad':
		return true
	}
	return false
}

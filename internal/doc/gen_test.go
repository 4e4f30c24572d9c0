package doc

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The documents of property tests: every kind of block, with texts that try to be something else.
var (
	someText = rapid.OneOf(
		rapid.SampledFrom([]string{"a", "The ferry", "said.", " ", "  two  ", "*", "**", "_x_", "~~", "~", "^", "`code`", "[x](y)",
			"<b>", "&amp;", "&", "\\", "- a", "1. b", "# c", "> d", "---", "| a | b |", "المضيق", "“Q”", "é", "日本語", "!", "\u00a0",
			"```", "https://x.example/", "snake_case", "=", "+", "\u200f", "1)", "a#", "\u2028", "\ufeff", "— who", "🚢", "ﬁ", "\u0301"}),
		rapid.StringMatching(`[a-zA-Z ,.!*_~^<>&\\\[\]()#|-]{1,12}`),
		rapid.String())
	someLine  = rapid.Map(rapid.OneOf(rapid.Just(""), someText), oneLine)
	someURL   = rapid.SampledFrom([]string{"https://a.example/b?c=d&e=(f)", "/2025/06/slug", "mailto:desk@paper.example", "http://x.example/é_*_"})
	someID    = rapid.Int64Range(1, 1<<62)
	someMarks = rapid.Custom(func(t *rapid.T) []Mark {
		var ms []Mark
		for _, name := range []string{"link", "strong", "em", "strike", "sub", "sup"} {
			if rapid.IntRange(0, 4).Draw(t, name) == 0 {
				m := Mark{Type: name}
				if name == "link" {
					m.Href = someURL.Draw(t, "href")
				}
				ms = append(ms, m)
			}
		}
		return ms
	})
	someInline = rapid.Custom(func(t *rapid.T) []Node {
		var out []Node
		for range rapid.IntRange(0, 5).Draw(t, "texts") {
			if rapid.IntRange(0, 7).Draw(t, "break") == 0 {
				out = append(out, Node{Type: "hardBreak"})
			}
			out = append(out, textOf(someText.Draw(t, "text"), someMarks.Draw(t, "marks")))
		}
		return out
	})
	someParagraph = rapid.Custom(func(t *rapid.T) Node { return Node{Type: "paragraph", Content: someInline.Draw(t, "inline")} })
)

func drawList(t *rapid.T, depth int) Node {
	l := Node{Type: "list", Attrs: Attrs{Ordered: rapid.Bool().Draw(t, "ordered")}}
	for range rapid.IntRange(1, 3).Draw(t, "items") {
		item := Node{Type: "listItem", Content: []Node{someParagraph.Draw(t, "first")}}
		for range rapid.IntRange(0, 2).Draw(t, "more") {
			if depth < 3 && rapid.Bool().Draw(t, "nested") {
				item.Content = append(item.Content, drawList(t, depth+1))
			} else {
				item.Content = append(item.Content, someParagraph.Draw(t, "next"))
			}
		}
		l.Content = append(l.Content, item)
	}
	return l
}

func drawTable(t *rapid.T) Node {
	n := Node{Type: "table", Attrs: Attrs{Caption: someLine.Draw(t, "caption")}}
	width, head := rapid.IntRange(1, 3).Draw(t, "width"), rapid.Bool().Draw(t, "head")
	for i := range rapid.IntRange(1, 3).Draw(t, "rows") {
		row := Node{Type: "row"}
		for range width {
			row.Content = append(row.Content, Node{Type: "cell", Content: someInline.Draw(t, "cell"),
				Attrs: Attrs{Header: head && i == 0, Align: rapid.SampledFrom([]string{"", "start", "end"}).Draw(t, "align")}})
		}
		n.Content = append(n.Content, row)
	}
	return n
}

func drawPicture(t *rapid.T) Node {
	return Node{Type: "picture", Attrs: Attrs{Media: someID.Draw(t, "media"), Alt: someLine.Draw(t, "alt"),
		Caption: someLine.Draw(t, "caption"), Credit: someLine.Draw(t, "credit"), Wide: rapid.Bool().Draw(t, "wide")}}
}

func drawBlock(t *rapid.T) Node {
	line := func(name string) string { return someLine.Draw(t, name) }
	switch rapid.SampledFrom(blocks).Draw(t, "type") {
	case "heading":
		return Node{Type: "heading", Attrs: Attrs{Level: rapid.IntRange(2, 3).Draw(t, "level")}, Content: someInline.Draw(t, "inline")}
	case "list":
		return drawList(t, 1)
	case "quote":
		return Node{Type: "quote", Attrs: Attrs{Cite: line("cite")}, Content: []Node{someParagraph.Draw(t, "p"), someParagraph.Draw(t, "p")}}
	case "pull":
		return Node{Type: "pull", Attrs: Attrs{Cite: line("cite")}, Content: []Node{someParagraph.Draw(t, "p")}}
	case "picture":
		return drawPicture(t)
	case "gallery":
		return Gallery(line("caption"), drawPicture(t), drawPicture(t))
	case "table":
		return drawTable(t)
	case "embed":
		return Node{Type: "embed", Attrs: Attrs{URL: someURL.Draw(t, "url"), Provider: "page", Title: line("title"), Description: line("about"), Author: line("author"), Site: line("site")}}
	case "audio":
		return Audio(someID.Draw(t, "media"), line("title"), line("caption"), line("credit"))
	case "video":
		return Video(someID.Draw(t, "media"), someID.Draw(t, "poster"), line("title"), line("caption"), line("credit"))
	case "fact":
		return Fact(line("title"), H3("A heading"), someParagraph.Draw(t, "p"), drawList(t, 2))
	case "divider":
		return Divider()
	case "frame":
		code := rapid.OneOf(someText, rapid.Just("<script>\n\tlet a = [`*_`];\n</script>"), rapid.Just(strings.Repeat("*_[`]~^", 9000)))
		return Frame(line("title"), code.Draw(t, "code"), rapid.SampledFrom([]int{0, 40, 2000}).Draw(t, "height"))
	case "code":
		return Code(rapid.SampledFrom([]string{"", "go", "c++"}).Draw(t, "language"), rapid.OneOf(someText, rapid.Just("a\n\n\tb ```\n")).Draw(t, "code"))
	}
	return someParagraph.Draw(t, "p")
}

var someDoc = rapid.Custom(func(t *rapid.T) Doc {
	return New(rapid.SliceOfN(rapid.Custom(drawBlock), 0, 6).Draw(t, "blocks")...)
})

// plainDoc is d without ids, to compare what people wrote.
func plainDoc(d Doc) []Node {
	out := cloneAll(d.Blocks)
	walk(out, func(n *Node) { n.ID = "" })
	return out
}

func TestGeneratedDocumentsAreGood(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		if err := someDoc.Draw(t, "doc").Check(); err != nil {
			t.Fatal(err)
		}
	})
}

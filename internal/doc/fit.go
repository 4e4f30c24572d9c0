package doc

import (
	"slices"
	"strings"
)

// maxNesting is how deep lists from Markdown and HTML may stand in each other; deeper ones are flattened.
const maxNesting = 8

// fit makes of any blocks those that a container of type in may hold. What cannot be turned into such (a picture in a
// list) comes back as out, to stand behind the container.
func fit(in string, blocks []Node) (fits, out []Node) {
	holds := kinds[in].holds
	for _, b := range blocks {
		switch {
		case b.Type == "heading" && in == "fact":
			b.Attrs.Level = 3
			fits = append(fits, b)
		case slices.Contains(holds, b.Type):
			fits = append(fits, b)
		default:
			ps, rest := paragraphs(b)
			fits, out = append(fits, ps...), append(out, rest...)
		}
	}
	return fits, out
}

// paragraphs makes paragraphs of a block that holds text, and gives back what has none.
func paragraphs(b Node) (ps, rest []Node) {
	switch b.Type {
	case "paragraph":
		return []Node{b}, nil
	case "heading":
		return []Node{{Type: "paragraph", Content: b.Content}}, nil
	case "list", "listItem", "quote", "pull", "fact":
		for _, c := range b.Content {
			p, r := paragraphs(c)
			ps, rest = append(ps, p...), append(rest, r...)
		}
		return ps, rest
	case "code":
		return codeLines(b), nil
	}
	return nil, []Node{b}
}

// codeLines makes paragraphs of code: its lines stay lines, its other white space does not count.
func codeLines(code Node) []Node {
	var lines, ps []Node
	for _, t := range code.Content {
		for line := range strings.SplitSeq(t.Text, "\n") {
			lines = append(lines, textOf(line, nil), Node{Type: "hardBreak"})
		}
	}
	for _, line := range splitLines(lines, false) {
		ps = append(ps, Node{Type: "paragraph", Content: line})
	}
	return ps
}

// listOf makes a list of items, each a slice of any blocks. Items that hold nothing go.
func listOf(ordered bool, items [][]Node, depth int) (list []Node, out []Node) {
	l := Node{Type: "list", Attrs: Attrs{Ordered: ordered}}
	for _, blocks := range items {
		fits, rest := fit("listItem", blocks)
		out = append(out, rest...)
		if len(fits) == 0 {
			continue
		}
		if fits[0].Type != "paragraph" {
			fits = append([]Node{{Type: "paragraph"}}, fits...)
		}
		l.Content = append(l.Content, Node{Type: "listItem", Content: fits})
	}
	if len(l.Content) == 0 {
		return nil, out
	}
	if depth > maxNesting {
		ps, _ := paragraphs(l)
		return ps, out
	}
	return []Node{l}, out
}

// quoteOf makes a quotation of any blocks, or nothing where they hold no text.
func quoteOf(kind, cite string, blocks []Node) []Node {
	fits, out := fit(kind, blocks)
	if len(fits) == 0 {
		return out
	}
	return append([]Node{{Type: kind, Attrs: Attrs{Cite: cite}, Content: fits}}, out...)
}

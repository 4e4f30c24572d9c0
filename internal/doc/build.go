package doc

// P is a paragraph. Its text may hold **strong**, *em*, ~~strike~~, ~sub~, ^sup^ and [links](https://…), as in Markdown.
func P(inline string) Node { return Node{Type: "paragraph", Content: readInline(inline)} }

// H2 is a heading between the parts of a text.
func H2(inline string) Node { return heading(2, inline) }

// H3 is a heading under an H2, or in a fact box.
func H3(inline string) Node { return heading(3, inline) }

func heading(level int, inline string) Node {
	return Node{Type: "heading", Attrs: Attrs{Level: level}, Content: readInline(inline)}
}

// Quote is a quotation; cite says who said it, or is "".
func Quote(cite string, paragraphs ...string) Node {
	return Node{Type: "quote", Attrs: Attrs{Cite: cite}, Content: each(paragraphs, P)}
}

// Pull is a pull quote: words of the text, shown again and large.
func Pull(cite string, paragraphs ...string) Node {
	return Node{Type: "pull", Attrs: Attrs{Cite: cite}, Content: each(paragraphs, P)}
}

// List is a list with marks; Ordered has numbers. Items are strings as P takes them, or Nodes, each of which is added
// to the item before it (a paragraph or a nested list).
func List(items ...any) Node { return Node{Type: "list", Content: listItems(items)} }

// Ordered is a List with numbers.
func Ordered(items ...any) Node {
	return Node{Type: "list", Attrs: Attrs{Ordered: true}, Content: listItems(items)}
}

// listItems panics on items that are neither strings nor nodes after a string: a mistake in our own code.
func listItems(items []any) []Node {
	var out []Node
	for _, item := range items {
		if n, ok := item.(Node); ok {
			last := &out[len(out)-1]
			last.Content = append(last.Content, n)
			continue
		}
		out = append(out, Node{Type: "listItem", Content: []Node{P(item.(string))}})
	}
	return out
}

// Fact is a fact box of paragraphs, lists and H3s.
func Fact(title string, blocks ...Node) Node {
	return Node{Type: "fact", Attrs: Attrs{Title: title}, Content: blocks}
}

// PictureOf is a picture. Where alt, caption or credit is "", media's own stand.
func PictureOf(media int64, alt, caption, credit string) Node {
	return Node{Type: "picture", Attrs: Attrs{Media: media, Alt: alt, Caption: caption, Credit: credit}}
}

// Gallery is several pictures, shown together.
func Gallery(caption string, pictures ...Node) Node {
	return Node{Type: "gallery", Attrs: Attrs{Caption: caption}, Content: pictures}
}

// Table is a table of cells as P takes them; with header, the first row names the columns. Short rows are filled up.
func Table(caption string, header bool, rows ...[]string) Node {
	t := Node{Type: "table", Attrs: Attrs{Caption: caption}}
	for i, r := range rows {
		row := Node{Type: "row"}
		for _, c := range r {
			row.Content = append(row.Content, Node{Type: "cell", Attrs: Attrs{Header: header && i == 0}, Content: readInline(c)})
		}
		t.Content = append(t.Content, row)
	}
	squareRows(t.Content)
	return t
}

// squareRows gives every row as many cells as the longest has.
func squareRows(rows []Node) {
	width := 0
	for _, r := range rows {
		width = max(width, len(r.Content))
	}
	for i := range rows {
		head := len(rows[i].Content) > 0
		for _, c := range rows[i].Content {
			head = head && c.Attrs.Header
		}
		for len(rows[i].Content) < width {
			rows[i].Content = append(rows[i].Content, Node{Type: "cell", Attrs: Attrs{Header: head}})
		}
	}
}

// Embed is a page or a post from elsewhere, shown as a card of ours.
func Embed(address, title, site string) Node {
	provider, _, _ := EmbedOf(address)
	return Node{Type: "embed", Attrs: Attrs{URL: address, Provider: provider, Title: title, Site: site}}
}

// Audio is a sound file.
func Audio(media int64, title, caption, credit string) Node {
	return Node{Type: "audio", Attrs: Attrs{Media: media, Title: title, Caption: caption, Credit: credit}}
}

// Video is a film; poster is the picture before it plays, or 0.
func Video(media, poster int64, title, caption, credit string) Node {
	return Node{Type: "video", Attrs: Attrs{Media: media, Poster: poster, Title: title, Caption: caption, Credit: credit}}
}

// Code is text in which every space counts; language names it ("go"), or is "".
func Code(language, text string) Node {
	n := Node{Type: "code", Attrs: Attrs{Language: language}}
	if text != "" {
		n.Content = []Node{{Type: "text", Text: text}}
	}
	return n
}

// Divider is a change of scene.
func Divider() Node { return Node{Type: "divider"} }

func each(texts []string, make func(string) Node) []Node {
	var out []Node
	for _, t := range texts {
		out = append(out, make(t))
	}
	return out
}

package doc

import (
	"cmp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func (r *htmlReader) heading(n *html.Node) {
	level := 3
	if n.DataAtom == atom.H1 || n.DataAtom == atom.H2 {
		level = 2
	}
	r.flush("paragraph", 0)
	blocks := r.part(func() { r.children(n); r.flush("heading", level) })
	r.add(blocks...)
}

// list takes each li as an item; what stands between them belongs to the item before.
func (r *htmlReader) list(n *html.Node) {
	r.flush("paragraph", 0)
	r.lists++
	var items [][]Node
	for c := n.FirstChild; c != nil && r.count <= MaxNodes; c = c.NextSibling {
		blocks := r.part(func() {
			if c.DataAtom == atom.Li && !dropped(c) {
				r.children(c)
			} else {
				r.read(c)
			}
		})
		if c.DataAtom != atom.Li && len(items) > 0 {
			items[len(items)-1] = append(items[len(items)-1], blocks...)
		} else if len(blocks) > 0 {
			items = append(items, blocks)
		}
	}
	list, out := listOf(n.DataAtom == atom.Ol, items, r.lists)
	r.lists--
	r.add(append(list, out...)...)
}

// quote takes a footer, a p.cite or a cite of its own as who said it. The quotations that social sites hand out for
// embedding end in a link to the post: they become embeds.
func (r *htmlReader) quote(n *html.Node) {
	if address := r.post(n); address != "" {
		r.block(Embed(address, "", ""))
		return
	}
	kind, cite := "quote", ""
	if hasClass(n, "pull") {
		kind = "pull"
	}
	if by := find(n, isCite); by != nil {
		cite = oneLine(plain(by, nil))
		r.skip[by] = true
	}
	blocks := r.part(func() { r.children(n) })
	if len(blocks) == 0 && cite != "" {
		blocks, cite = []Node{{Type: "paragraph", Content: []Node{textOf(cite, nil)}}}, ""
	}
	r.block(quoteOf(kind, cite, blocks)...)
}

func isCite(n *html.Node) bool {
	return n.DataAtom == atom.Footer || n.DataAtom == atom.P && hasClass(n, "cite") ||
		n.DataAtom == atom.Cite && n.Parent.DataAtom == atom.Blockquote
}

func (r *htmlReader) post(n *html.Node) string {
	if !hasClass(n, "twitter-tweet") && !hasClass(n, "bluesky-embed") && !hasClass(n, "mastodon-embed") {
		return ""
	}
	found := ""
	find(n, func(a *html.Node) bool {
		if a.DataAtom == atom.A {
			address := r.resolve(attrOf(a, "href"))
			if _, frame, _ := EmbedOf(address); frame != "" {
				found = address
			}
		}
		return false
	})
	return found
}

// find is the first element under n, not n itself, that is what is looked for and is not dropped.
func find(n *html.Node, is func(*html.Node) bool) *html.Node {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || dropped(c) {
			continue
		}
		if is(c) {
			return c
		}
		if f := find(c, is); f != nil {
			return f
		}
	}
	return nil
}

// plain is the text under n without what is dropped and without the element but.
func plain(n *html.Node, but *html.Node) string {
	var b strings.Builder
	var write func(*html.Node)
	write = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type == html.TextNode:
				b.WriteString(c.Data)
			case c.Type != html.ElementNode || c == but || dropped(c):
			case c.DataAtom == atom.Br:
				b.WriteByte('\n')
			default:
				write(c)
				if borders[c.DataAtom] {
					b.WriteByte('\n')
				}
			}
		}
	}
	write(n)
	return b.String()
}

func (r *htmlReader) pre(n *html.Node) {
	language := ""
	for _, e := range []*html.Node{n, find(n, func(c *html.Node) bool { return c.DataAtom == atom.Code })} {
		if e == nil {
			continue
		}
		for _, class := range strings.Fields(attrOf(e, "class")) {
			if name, ok := strings.CutPrefix(class, "language-"); ok && goodName(name) {
				language = cmp.Or(language, name)
			}
		}
	}
	if text := strings.TrimRight(cleanText(plain(n, nil), true), "\n"); strings.TrimSpace(text) != "" {
		r.block(Code(language, text))
	}
}

func (r *htmlReader) aside(n *html.Node) {
	if !hasClass(n, "fact") {
		r.block(r.part(func() { r.children(n) })...)
		return
	}
	title := ""
	if h := find(n, func(c *html.Node) bool { return c.DataAtom == atom.H2 }); h != nil {
		title = oneLine(plain(h, nil))
		r.skip[h] = true
	}
	fits, out := fit("fact", r.part(func() { r.children(n) }))
	if len(fits) > 0 {
		r.block(Node{Type: "fact", Attrs: Attrs{Title: title}, Content: fits})
	}
	r.block(out...)
}

// image keeps a picture for the importer to fetch. Pictures of a point or two are there to count readers.
func (r *htmlReader) image(n *html.Node) {
	if tiny(attrOf(n, "width")) || tiny(attrOf(n, "height")) {
		return
	}
	for _, key := range [...]string{"data-src", "data-lazy-src", "data-original", "src", "srcset"} {
		address := attrOf(n, key)
		if key == "srcset" {
			address = largest(address)
		}
		if address = r.resolve(address); address != "" && !strings.HasPrefix(address, "mailto:") {
			r.count++
			r.waits = append(r.waits, Node{Type: "picture", Attrs: Attrs{Src: address, Alt: oneLine(attrOf(n, "alt"))}})
			return
		}
	}
}

func tiny(length string) bool {
	n, err := strconv.Atoi(strings.TrimSuffix(length, "px"))
	return err == nil && n <= 2
}

// largest is the address of the last candidate of a srcset, by custom the largest.
func largest(srcset string) string {
	candidates := strings.Split(srcset, ", ")
	fields := strings.Fields(candidates[len(candidates)-1])
	if len(fields) == 0 {
		return ""
	}
	return strings.Trim(fields[0], ",")
}

// frame keeps a frame as an embed where its provider is known.
func (r *htmlReader) frame(address string) {
	address = r.resolve(address)
	if _, frame, _ := EmbedOf(address); frame != "" {
		r.block(Embed(address, "", ""))
	}
}

// figure puts the caption to what the figure holds.
func (r *htmlReader) figure(n *html.Node) {
	if hasClass(n, "embed") && r.embed(n) {
		return
	}
	caption, credit := "", ""
	by := find(n, func(c *html.Node) bool { return c.DataAtom == atom.Figcaption && figureOf(c) == n })
	if by != nil {
		r.skip[by] = true
		from := find(by, func(c *html.Node) bool { return strings.Contains(attrOf(c, "class"), "credit") })
		if from != nil {
			credit = oneLine(plain(from, nil))
		}
		caption = oneLine(plain(by, from))
	}
	blocks := r.part(func() { r.children(n) })
	if pictures(blocks) && (len(blocks) > 1 || hasClass(n, "gallery")) {
		r.block(Gallery(strings.TrimSpace(caption+" "+credit), blocks...))
		return
	}
	if put(blocks, caption, credit, hasClass(n, "wide")) {
		r.block(blocks...)
		return
	}
	r.block(blocks...)
	if by != nil {
		r.add(r.part(func() { r.children(by) })...)
	}
}

func figureOf(n *html.Node) *html.Node {
	for n = n.Parent; n != nil && n.DataAtom != atom.Figure; n = n.Parent {
	}
	return n
}

// put sets the caption of the only block of a figure; false where there is no place for one.
func put(blocks []Node, caption, credit string, wide bool) bool {
	if len(blocks) != 1 {
		return false
	}
	a := &blocks[0].Attrs
	both := strings.TrimSpace(caption + " " + credit)
	switch blocks[0].Type {
	case "picture":
		a.Caption, a.Credit, a.Wide = cmp.Or(caption, a.Caption), cmp.Or(credit, a.Credit), wide
		return true
	case "table", "gallery":
		if a.Caption == "" || both == "" {
			a.Caption = cmp.Or(a.Caption, both)
			return true
		}
	case "quote", "pull":
		if a.Cite == "" || both == "" {
			a.Cite = cmp.Or(a.Cite, both)
			return true
		}
	case "embed":
		if a.Title == "" || both == "" {
			a.Title = cmp.Or(a.Title, both)
			return true
		}
	}
	return both == ""
}

func pictures(blocks []Node) bool {
	for _, b := range blocks {
		if b.Type != "picture" {
			return false
		}
	}
	return len(blocks) > 0
}

// embed reads a card as we write it.
func (r *htmlReader) embed(n *html.Node) bool {
	a := find(n, func(c *html.Node) bool { return c.DataAtom == atom.A })
	if a == nil {
		return false
	}
	address := r.resolve(attrOf(a, "href"))
	provider, _, ok := EmbedOf(address)
	if !ok {
		return false
	}
	at := Attrs{URL: address, Provider: provider}
	for c := a.FirstChild; c != nil; c = c.NextSibling {
		switch c.DataAtom {
		case atom.B:
			at.Title = oneLine(plain(c, nil))
		case atom.Span:
			at.Description = oneLine(plain(c, nil))
		case atom.Small:
			at.Author, at.Site, ok = strings.Cut(oneLine(plain(c, nil)), " · ")
			if !ok {
				at.Author, at.Site = "", at.Author
			}
		}
	}
	r.block(Node{Type: "embed", Attrs: at})
	return true
}

package doc

import (
	"html/template"
	"strconv"
	"strings"
)

// HTML draws the text. What people wrote appears only as escaped text and as attributes of addresses that were
// checked; no element has an id, so it may stand on any page. Optional end tags are left out, except in a feed.
func (d Doc) HTML(s Show) template.HTML {
	w := writer{show: &s}
	w.Grow(1024 + 96*len(d.Blocks) + textSize(d.Blocks))
	for i := range d.Blocks {
		w.block(&d.Blocks[i])
		if s.After != nil {
			w.WriteString(string(s.After(i)))
		}
	}
	return template.HTML(w.String())
}

func textSize(nodes []Node) int {
	size := 0
	for i := range nodes {
		size += len(nodes[i].Text) + textSize(nodes[i].Content)
	}
	return size
}

// writer writes HTML; seen counts the pictures drawn, quoted tells that a quotation is being written.
type writer struct {
	strings.Builder
	show   *Show
	seen   int
	quoted bool
}

func (w *writer) blocks(nodes []Node) {
	for i := range nodes {
		w.block(&nodes[i])
	}
}

func (w *writer) block(n *Node) {
	switch n.Type {
	case "paragraph":
		w.paragraph(n, "")
	case "heading":
		tag := "h" + strconv.Itoa(n.Attrs.Level)
		if len(n.Content) > 0 {
			w.open(tag, "")
			w.inline(n.Content)
			w.close(tag)
		}
	case "list":
		w.list(n)
	case "quote":
		w.quote(n, "", "")
	case "pull":
		w.quote(n, "pull", "say")
	case "picture":
		w.figure(n, false)
	case "gallery":
		w.gallery(n)
	case "table":
		w.table(n)
	case "embed":
		w.embed(n)
	case "audio", "video":
		w.file(n)
	case "fact":
		w.fact(n)
	case "divider":
		w.WriteString("<hr>")
	case "code":
		w.code(n)
	case "frame":
		w.frame(n)
	}
}

// open writes a start tag, with the class outside feeds.
func (w *writer) open(tag, class string) {
	w.WriteByte('<')
	w.WriteString(tag)
	if class != "" && !w.show.Feed {
		w.WriteString(` class="`)
		w.WriteString(class)
		w.WriteByte('"')
	}
	w.WriteByte('>')
}

func (w *writer) close(tag string) {
	w.WriteString("</")
	w.WriteString(tag)
	w.WriteByte('>')
}

// end closes a tag that HTML lets one leave out: only feeds, which others take apart, get it.
func (w *writer) end(tag string) {
	if w.show.Feed {
		w.close(tag)
	}
}

// attr writes an attribute, escaped.
func (w *writer) attr(name, value string) {
	w.WriteByte(' ')
	w.WriteString(name)
	w.WriteString(`="`)
	escape(&w.Builder, value)
	w.WriteByte('"')
}

// address writes an attribute that holds an address, absolute in feeds.
func (w *writer) address(name, value string) {
	if w.show.Feed && strings.HasPrefix(value, "/") {
		value = w.show.Base + value
	}
	w.attr(name, value)
}

func (w *writer) text(s string) { escape(&w.Builder, s) }

// t is a word of the interface, escaped by whoever writes it.
func (w *writer) t(english string, args ...any) string {
	if w.show.T != nil {
		return w.show.T(english, args...)
	}
	for i, a := range args {
		if s, ok := a.(string); ok {
			english = strings.ReplaceAll(english, "{"+strconv.Itoa(i)+"}", s)
		}
	}
	return english
}

// escape writes s so that it is text within an element or within double quotes.
func escape(b *strings.Builder, s string) {
	from := 0
	for i := 0; i < len(s); i++ {
		var by string
		switch s[i] {
		case '&':
			by = "&amp;"
		case '<':
			by = "&lt;"
		case '>':
			by = "&gt;"
		case '"':
			by = "&#34;"
		case 0:
			by = "\uFFFD"
		default:
			continue
		}
		b.WriteString(s[from:i])
		b.WriteString(by)
		from = i + 1
	}
	b.WriteString(s[from:])
}

func (w *writer) paragraph(n *Node, class string) {
	if len(n.Content) == 0 {
		return
	}
	if w.quoted {
		w.open("p", class)
	} else {
		w.begin("p", class)
	}
	w.inline(n.Content)
	w.end("p")
}

// begin opens a block that finds its own direction where readers wrote it, and stands apart from what is around it.
func (w *writer) begin(tag, class string) {
	if w.show.Guest {
		w.WriteString("<" + tag + ` dir="auto">`)
		return
	}
	w.open(tag, class)
}

// inline writes texts; a mark that goes on from one text to the next is not closed between them.
func (w *writer) inline(nodes []Node) {
	var open []Mark
	for i := range nodes {
		n := &nodes[i]
		shared := 0
		for shared < len(open) && shared < len(n.Marks) && open[shared] == n.Marks[shared] {
			shared++
		}
		w.closeMarks(open[shared:])
		for _, m := range n.Marks[shared:] {
			w.openMark(m)
		}
		open = n.Marks
		if n.Type == "hardBreak" {
			w.WriteString("<br>")
		} else {
			w.text(n.Text)
		}
	}
	w.closeMarks(open)
}

func (w *writer) openMark(m Mark) {
	if m.Type != "link" {
		w.open(markTags[m.Type], "")
		return
	}
	if w.show.Inert {
		w.WriteString("<bdi>")
		return
	}
	w.WriteString("<a")
	w.address("href", m.Href)
	if w.show.Guest {
		w.WriteString(` rel="nofollow ugc" dir="ltr"`)
	}
	w.paid(m.Href)
	w.WriteByte('>')
}

// paid says of a link to elsewhere that somebody pays for it.
func (w *writer) paid(to string) {
	if w.show.Paid && (strings.HasPrefix(to, "https://") || strings.HasPrefix(to, "http://")) {
		w.WriteString(` rel="sponsored"`)
	}
}

func (w *writer) closeMarks(ms []Mark) {
	for i := len(ms) - 1; i >= 0; i-- {
		tag := markTags[ms[i].Type]
		if tag == "a" && w.show.Inert {
			tag = "bdi"
		}
		w.close(tag)
	}
}

var markTags = map[string]string{"link": "a", "strong": "strong", "em": "em", "strike": "s", "sub": "sub", "sup": "sup"}

func (w *writer) list(n *Node) {
	tag := "ul"
	if n.Attrs.Ordered {
		tag = "ol"
	}
	w.open(tag, "")
	for _, item := range n.Content {
		w.WriteString("<li>")
		w.item(item.Content)
		w.end("li")
	}
	w.close(tag)
}

// item writes the only paragraph of an item without <p>.
func (w *writer) item(parts []Node) {
	single := len(parts) < 2 || parts[1].Type == "list"
	for _, p := range parts[min(2, len(parts)):] {
		single = single && p.Type == "list"
	}
	if single && len(parts) > 0 && parts[0].Type == "paragraph" {
		w.inline(parts[0].Content)
		parts = parts[1:]
	}
	w.blocks(parts)
}

// quote writes a quotation, who said it as its last paragraph. A pull quote repeats what the text says: it is a
// blockquote too, so that those who hear the page know that it is quoted.
func (w *writer) quote(n *Node, class, lines string) {
	w.begin("blockquote", class)
	w.quoted = true // what has a direction of its own does not count for that of the quotation
	for i := range n.Content {
		w.paragraph(&n.Content[i], lines)
	}
	w.quoted = false
	if n.Attrs.Cite != "" {
		w.open("p", "cite")
		w.WriteString("<cite>")
		w.text(n.Attrs.Cite)
		w.WriteString("</cite>")
		w.end("p")
	}
	w.close("blockquote")
}

func (w *writer) fact(n *Node) {
	w.open("aside", "fact")
	if n.Attrs.Title != "" {
		w.WriteString("<h2>")
		w.text(n.Attrs.Title)
		w.WriteString("</h2>")
	}
	w.blocks(n.Content)
	w.close("aside")
}

func (w *writer) code(n *Node) {
	w.WriteString("<pre")
	if !w.show.Feed {
		w.WriteString(` dir="ltr" tabindex="0" role="region"`)
		w.attr("aria-label", w.t("Code"))
	}
	w.WriteString("><code")
	if n.Attrs.Language != "" && !w.show.Feed {
		w.attr("class", "language-"+n.Attrs.Language)
	}
	w.WriteByte('>')
	w.inline(n.Content)
	w.WriteString("</code></pre>")
}

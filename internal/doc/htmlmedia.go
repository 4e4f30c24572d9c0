package doc

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"
)

// How wide a picture stands, for the browser to choose a file by: in the text, wide, in a gallery.
const (
	sizesText    = "(max-width:44rem)100vw,40rem"
	sizesWide    = "(max-width:68rem)100vw,64rem"
	sizesGallery = "(max-width:44rem)50vw,20rem"
)

// figure writes a picture with its caption and credit, or nothing where media does not have it.
func (w *writer) figure(n *Node, inGallery bool) {
	p, ok := w.pictureOf(n.Attrs.Media)
	if !ok {
		return
	}
	class, sizes := "", sizesText
	if inGallery {
		sizes = sizesGallery
	} else if n.Attrs.Wide {
		class, sizes = "wide", sizesWide
	}
	w.open("figure", class)
	w.img(p, cmp.Or(n.Attrs.Alt, p.Alt), sizes)
	w.figcaption(n.Attrs.Caption, p.Caption, cmp.Or(n.Attrs.Credit, p.Credit))
	w.WriteString("</figure>")
}

func (w *writer) pictureOf(media int64) (Picture, bool) {
	if w.show.Picture == nil || media == 0 {
		return Picture{}, false
	}
	return w.show.Picture(media)
}

// img writes a picture, in a picture element where there are other formats than the plain one.
func (w *writer) img(p Picture, alt, sizes string) {
	if len(p.Sources) == 0 || w.show.Feed {
		w.plainImg(p, alt, sizes)
		return
	}
	w.WriteString("<picture>")
	for _, source := range p.Sources {
		w.WriteString("<source")
		w.attr("type", source.Type)
		w.attr("srcset", source.Srcset)
		w.attr("sizes", sizes)
		w.WriteByte('>')
	}
	w.plainImg(p, alt, sizes)
	w.WriteString("</picture>")
}

func (w *writer) plainImg(p Picture, alt, sizes string) {
	w.seen++
	w.WriteString("<img")
	w.address("src", p.Src)
	if p.Srcset != "" && !w.show.Feed {
		w.attr("srcset", p.Srcset)
		w.attr("sizes", sizes)
	}
	w.size(p.Width, p.Height)
	w.attr("alt", alt)
	if !w.show.Feed {
		if p.Focus != "" {
			w.attr("class", p.Focus)
		}
		if !w.show.Lead || w.seen > 1 {
			w.WriteString(` loading="lazy"`)
		} else {
			w.WriteString(` fetchpriority="high"`)
		}
	}
	w.WriteByte('>')
}

// size writes width and height in pixels where both are known.
func (w *writer) size(width, height int) {
	if width > 0 && height > 0 {
		w.attr("width", strconv.Itoa(width))
		w.attr("height", strconv.Itoa(height))
	}
}

// figcaption writes a caption and a credit. A caption that media brought along may be in another language than
// the article, so the browser finds its direction; one written for this place runs as the article does.
func (w *writer) figcaption(own, fromMedia, credit string) {
	caption := cmp.Or(own, fromMedia)
	if caption == "" && credit == "" {
		return
	}
	w.WriteString("<figcaption")
	if own == "" && fromMedia != "" {
		w.WriteString(` dir="auto"`)
	}
	w.WriteByte('>')
	w.text(caption)
	if credit != "" {
		if caption != "" {
			w.WriteByte(' ')
		}
		w.open("bdi", "credit")
		w.text(credit)
		w.WriteString("</bdi>")
	}
	w.WriteString("</figcaption>")
}

func (w *writer) gallery(n *Node) {
	w.open("figure", "gallery")
	for i := range n.Content {
		w.figure(&n.Content[i], true)
	}
	w.figcaption(n.Attrs.Caption, "", "")
	w.WriteString("</figure>")
}

// embed writes a card of our own that links to the page. Nothing of theirs is fetched before a click: the address
// of the frame waits in data-frame, and the button is hidden until the site's script can follow it.
func (w *writer) embed(n *Node) {
	_, frame, ok := EmbedOf(n.Attrs.URL)
	if !ok {
		return
	}
	w.WriteString("<figure")
	if !w.show.Feed {
		w.WriteString(` class="embed"`)
		if frame != "" {
			w.attr("data-frame", frame)
		}
	}
	w.WriteByte('>')
	w.card(n)
	if frame != "" && !w.show.Feed {
		w.WriteString(`<button type="button" hidden>`)
		w.text(w.t("Load from {0}", shortHost(n.Attrs.URL)))
		w.WriteString("</button>")
	}
	w.WriteString("</figure>")
}

func (w *writer) card(n *Node) {
	a := &n.Attrs
	w.WriteString("<a")
	w.address("href", a.URL)
	w.paid(a.URL)
	w.WriteByte('>')
	if p, ok := w.pictureOf(a.Media); ok {
		w.img(p, "", sizesText)
	}
	w.cardLine("b", cmp.Or(a.Title, a.Site, shortHost(a.URL)))
	w.cardLine("span", a.Description)
	w.cardLine("small", strings.Trim(a.Author+" · "+cmp.Or(a.Site, shortHost(a.URL)), " ·"))
	w.WriteString("</a>")
}

// cardLine writes one line of a card, whose language is theirs.
func (w *writer) cardLine(tag, s string) {
	if s == "" {
		return
	}
	if w.show.Feed && tag != "b" {
		w.WriteString("<br>")
	}
	w.WriteString("<" + tag + ` dir="auto">`)
	w.text(s)
	w.close(tag)
}

// shortHost is the host as people say it: without www.
func shortHost(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

// file writes an audio or video file with controls; nothing of it is loaded before it is played.
func (w *writer) file(n *Node) {
	if w.show.File == nil {
		return
	}
	f, ok := w.show.File(n.Attrs.Media)
	if !ok {
		return
	}
	title := cmp.Or(n.Attrs.Title, f.Title)
	w.open("figure", n.Type)
	w.WriteString("<" + n.Type + ` controls preload="none"`)
	if title != "" {
		w.attr("aria-label", title)
	}
	w.address("src", f.URL)
	if n.Type == "video" {
		w.poster(n, f)
	}
	w.WriteByte('>')
	w.WriteString("<a")
	w.address("href", f.URL)
	w.WriteByte('>')
	w.text(cmp.Or(title, w.t("Download")))
	w.WriteString("</a>")
	w.close(n.Type)
	w.fileCaption(n, f)
	w.WriteString("</figure>")
}

func (w *writer) poster(n *Node, f File) {
	p, ok := w.pictureOf(n.Attrs.Poster)
	if f.Width == 0 || f.Height == 0 {
		f.Width, f.Height = p.Width, p.Height
	}
	w.size(f.Width, f.Height)
	w.WriteString(" playsinline")
	if ok {
		w.address("poster", p.Src)
	}
}

func (w *writer) fileCaption(n *Node, f File) {
	a := &n.Attrs
	title, caption, credit := cmp.Or(a.Title, f.Title), cmp.Or(a.Caption, f.Caption), cmp.Or(a.Credit, f.Credit)
	if title+caption+credit+a.Transcript == "" {
		return
	}
	w.WriteString("<figcaption>")
	if title != "" {
		w.WriteString(`<b dir="auto">`)
		w.text(title)
		w.WriteString("</b> ")
	}
	if caption != "" {
		w.WriteString("<bdi>")
		w.text(caption)
		w.WriteString("</bdi> ")
	}
	if credit != "" {
		w.open("bdi", "credit")
		w.text(credit)
		w.WriteString("</bdi> ")
	}
	if a.Transcript != "" {
		w.WriteString("<a")
		w.address("href", a.Transcript)
		w.paid(a.Transcript)
		w.WriteByte('>')
		w.text(w.t("Transcript"))
		w.WriteString("</a>")
	}
	w.WriteString("</figcaption>")
}

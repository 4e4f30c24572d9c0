package doc

import (
	"cmp"
	"strconv"
)

// FrameHeight is how high a frame stands, in pixels, that does not say so itself.
const FrameHeight = 400

// Frame is free code, shown in a sandbox of its own: it cannot see the page around it, nor load anything. height is in
// pixels, 40 to 2000, or 0 for FrameHeight.
func Frame(title, code string, height int) Node {
	return Node{Type: "frame", Attrs: Attrs{Title: title, Code: code, Height: height}}
}

// Frames are the frames of the text that hold any code, in order: who may put them there is decided where it is published.
func (d Doc) Frames() []Node {
	var frames []Node
	for n := range d.All() {
		if n.Type == "frame" && n.Attrs.Code != "" {
			frames = append(frames, n)
		}
	}
	return frames
}

// frame writes a frame that the browser fetches when it is near. In a feed there is a link to it.
func (w *writer) frame(n *Node) {
	if w.show.Frame == nil || n.Attrs.Code == "" {
		return
	}
	src := w.show.Frame(n.ID)
	if src == "" {
		return
	}
	title := cmp.Or(n.Attrs.Title, w.t("Interactive graphic"))
	if w.show.Feed {
		w.WriteString("<p><a")
		w.address("href", src)
		w.WriteByte('>')
		w.text(title)
		w.WriteString("</a></p>")
		return
	}
	w.open("figure", "frame")
	w.WriteString("<iframe")
	w.address("src", src)
	w.WriteString(` sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox" loading="lazy"`)
	w.attr("title", title)
	w.attr("height", strconv.Itoa(cmp.Or(n.Attrs.Height, FrameHeight)))
	w.WriteString("></iframe></figure>")
}

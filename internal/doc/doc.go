// Package doc is the text of an article: a tree of blocks (paragraphs, pictures, lists, embeds …) that is checked
// against one table of what may stand where, kept as JSON, and shown as HTML, plain text and Markdown.
package doc

import (
	"crypto/rand"
	"iter"
	"slices"
)

// Version is the schema this package writes. Parse brings older documents up to it.
const Version = 1

// The bounds of a document. Parse, Check and the readers of Markdown and HTML refuse what goes beyond them.
const (
	MaxDepth = 32      // nodes from the document down to a text, both counted
	MaxNodes = 20_000  // nodes of all kinds, texts among them
	MaxBytes = 4 << 20 // bytes of JSON, Markdown or HTML read in
)

// Doc is one text. Its blocks are kept by value: a copy of a Doc shares them, Clone does not.
type Doc struct {
	Schema int
	Blocks []Node
}

// Node is a block, a part of one (listItem, row, cell), or inline (text, hardBreak).
// ID is set on blocks only: 8 to 32 of [a-z0-9], stable from the block's creation, unique in its document.
// Text and Marks are set on the type "text" only.
type Node struct {
	Type    string
	ID      string
	Attrs   Attrs
	Content []Node
	Marks   []Mark
	Text    string
}

// Attrs holds what any node may say of itself; the schema table tells which node has which.
type Attrs struct {
	Level       int    // heading: 2 or 3
	Ordered     bool   // list
	Cite        string // quote, pull: who says so
	Media       int64  // picture, audio, video; embed: the picture on its card
	Poster      int64  // video: a picture
	Alt         string // picture
	Caption     string // picture, gallery, table, audio, video
	Credit      string // picture, audio, video
	Wide        bool   // picture
	Src         string // picture not yet fetched: only while bringing in; Parse and Check refuse it
	Header      bool   // cell
	Align       string // cell: "", "start", "center" or "end"
	URL         string // embed
	Provider    string // embed: as EmbedOf says
	Title       string // embed, audio, video, fact, frame
	Description string // embed
	Author      string // embed
	Site        string // embed: the name of the site
	Duration    int    // audio, video: seconds
	Transcript  string // audio, video: its address
	Language    string // code
	Code        string // frame: HTML, styles and scripts of people, which run only in a sandbox of their own
	Height      int    // frame: pixels; 0 stands for FrameHeight
}

// Mark is put on a text: strong, em, link (with Href), strike, sub or sup.
type Mark struct {
	Type string
	Href string
}

// New makes a document of blocks, gives ids to those that have none, and brings texts into their canonical form
// (NFC, neighbours with the same marks joined). It checks nothing: see Check.
func New(blocks ...Node) Doc {
	d := Doc{Schema: Version, Blocks: tidyAll(slices.Clone(blocks))}
	giveIDs(d.Blocks)
	return d
}

// NewID makes the id of a block: 12 characters of [a-z0-9] that nobody can guess.
func NewID() string {
	const letters = "abcdefghijklmnopqrstuvwxyz012345"
	var b [12]byte
	rand.Read(b[:])
	for i := range b {
		b[i] = letters[b[i]&31]
	}
	return string(b[:])
}

// Empty tells whether there is nothing to read or to see.
func (d Doc) Empty() bool {
	for n := range d.All() {
		if n.Type == "text" || kinds[n.Type].leaf {
			return false
		}
	}
	return true
}

// Clone is a copy that shares nothing with d.
func (d Doc) Clone() Doc {
	return Doc{Schema: d.Schema, Blocks: cloneAll(d.Blocks)}
}

// Walk calls fn for every node from the first to the last, each before what it holds. fn may change the node
// (and so d); what it puts into Content is walked too. Work on a Clone where d must stay as it is.
func (d Doc) Walk(fn func(*Node)) { walk(d.Blocks, fn) }

// All goes through every node from the first to the last, each before what it holds.
func (d Doc) All() iter.Seq[Node] {
	return func(yield func(Node) bool) { all(d.Blocks, yield) }
}

// Block finds a block by its id.
func (d Doc) Block(id string) (Node, bool) {
	for n := range d.All() {
		if n.ID == id && id != "" {
			return n, true
		}
	}
	return Node{}, false
}

// Media lists the pictures and files the text shows, each once, in order.
func (d Doc) Media() []int64 {
	var ids []int64
	for n := range d.All() {
		for _, id := range [...]int64{n.Attrs.Media, n.Attrs.Poster} {
			if id != 0 && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// Links lists the addresses the text links to, embeds and transcripts among them, each once, in order.
func (d Doc) Links() []string {
	var to []string
	add := func(address string) {
		if address != "" && !slices.Contains(to, address) {
			to = append(to, address)
		}
	}
	for n := range d.All() {
		add(n.Attrs.URL)
		add(n.Attrs.Transcript)
		for _, m := range n.Marks {
			add(m.Href)
		}
	}
	return to
}

// Sources lists the addresses of pictures that are not fetched yet (Attrs.Src), each once, in order.
func (d Doc) Sources() []string {
	var from []string
	for n := range d.All() {
		if n.Attrs.Src != "" && !slices.Contains(from, n.Attrs.Src) {
			from = append(from, n.Attrs.Src)
		}
	}
	return from
}

func walk(nodes []Node, fn func(*Node)) {
	for i := range nodes {
		fn(&nodes[i])
		walk(nodes[i].Content, fn)
	}
}

func all(nodes []Node, yield func(Node) bool) bool {
	for _, n := range nodes {
		if !yield(n) || !all(n.Content, yield) {
			return false
		}
	}
	return true
}

func cloneAll(nodes []Node) []Node {
	out := slices.Clone(nodes)
	for i := range out {
		out[i].Content = cloneAll(out[i].Content)
		out[i].Marks = slices.Clone(out[i].Marks)
	}
	return out
}

// giveIDs puts an id on every block that has none, in place.
func giveIDs(nodes []Node) {
	walk(nodes, func(n *Node) {
		if n.ID == "" && kinds[n.Type].block {
			n.ID = NewID()
		}
	})
}

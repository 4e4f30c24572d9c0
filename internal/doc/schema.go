package doc

// kind says what one type of node is: what it may hold, what it may say of itself, and how it stands.
// Parse, Check, JSON and the readers of HTML and Markdown all follow this table and no other.
type kind struct {
	block  bool     // has an id
	leaf   bool     // holds nothing and is seen all the same
	holds  []string // the types of its children, in groups or by name
	least  int      // children it must have
	most   int      // children it may have; 0: any number
	first  string   // the type its first child must have
	plain  bool     // its texts have no marks
	attrs  []attr
	inline bool
}

// attr is one attribute: its name in JSON, its place in Attrs, and what is allowed there.
type attr struct {
	name  string
	is    what
	str   func(*Attrs) *string
	num   func(*Attrs) *int
	flag  func(*Attrs) *bool
	media func(*Attrs) *int64
	need  bool     // must be said
	among []string // is == word: the words
	min   int      // is == number
	max   int      // is == number: the largest; is == line: characters
}

type what int

const (
	line   what = iota // text on one line
	word               // one of a few words
	name               // a name for machines: letters, digits and + # . _ -
	link               // an address: see goodURL
	number             // an integer
	flag               // true or left out
	media              // the id of a picture or file, a string of digits
	source             // text for machines: any lines, at most sourceMax bytes, never shown as text of ours
)

const (
	lineMax   = 4000     // characters of a caption, a description …
	sourceMax = 64 << 10 // bytes of a frame's code
)

var (
	blocks = []string{"paragraph", "heading", "list", "quote", "pull", "picture", "gallery", "table", "embed",
		"audio", "video", "fact", "divider", "code", "frame"}
	inline = []string{"text", "hardBreak"}
)

var kinds = map[string]kind{
	"paragraph": {block: true, holds: inline},
	"heading":   {block: true, holds: inline, attrs: []attr{level}},
	"list":      {block: true, holds: []string{"listItem"}, least: 1, attrs: []attr{ordered}},
	"listItem":  {holds: []string{"paragraph", "list"}, least: 1, first: "paragraph"},
	"quote":     {block: true, holds: []string{"paragraph"}, least: 1, attrs: []attr{cite}},
	"pull":      {block: true, holds: []string{"paragraph"}, least: 1, attrs: []attr{cite}},
	"picture":   {block: true, leaf: true, attrs: []attr{picture, alt, caption, credit, wide, src}},
	"gallery":   {block: true, holds: []string{"picture"}, least: 1, attrs: []attr{caption}},
	"table":     {block: true, holds: []string{"row"}, least: 1, attrs: []attr{caption}},
	"row":       {holds: []string{"cell"}, least: 1},
	"cell":      {holds: inline, attrs: []attr{header, align}},
	"embed":     {block: true, leaf: true, attrs: []attr{address, provider, title, description, author, site, card}},
	"audio":     {block: true, leaf: true, attrs: []attr{file, title, caption, credit, duration, transcript}},
	"video":     {block: true, leaf: true, attrs: []attr{file, poster, title, caption, credit, duration, transcript}},
	"fact":      {block: true, holds: []string{"paragraph", "list", "heading"}, least: 1, attrs: []attr{title}},
	"divider":   {block: true, leaf: true},
	"code":      {block: true, holds: []string{"text"}, most: 1, plain: true, attrs: []attr{language}},
	"frame":     {block: true, leaf: true, attrs: []attr{code, title, height}},
	"text":      {inline: true},
	"hardBreak": {inline: true},
}

var (
	level       = attr{name: "level", is: number, need: true, min: 2, max: 3, num: func(a *Attrs) *int { return &a.Level }}
	ordered     = attr{name: "ordered", is: flag, flag: func(a *Attrs) *bool { return &a.Ordered }}
	cite        = attr{name: "cite", is: line, str: func(a *Attrs) *string { return &a.Cite }}
	picture     = attr{name: "media", is: media, need: true, media: func(a *Attrs) *int64 { return &a.Media }}
	file        = picture
	card        = attr{name: "media", is: media, media: picture.media}
	poster      = attr{name: "poster", is: media, media: func(a *Attrs) *int64 { return &a.Poster }}
	alt         = attr{name: "alt", is: line, str: func(a *Attrs) *string { return &a.Alt }}
	caption     = attr{name: "caption", is: line, str: func(a *Attrs) *string { return &a.Caption }}
	credit      = attr{name: "credit", is: line, str: func(a *Attrs) *string { return &a.Credit }}
	wide        = attr{name: "wide", is: flag, flag: func(a *Attrs) *bool { return &a.Wide }}
	src         = attr{name: "src", is: link, str: func(a *Attrs) *string { return &a.Src }}
	header      = attr{name: "header", is: flag, flag: func(a *Attrs) *bool { return &a.Header }}
	align       = attr{name: "align", is: word, among: []string{"start", "center", "end"}, str: func(a *Attrs) *string { return &a.Align }}
	address     = attr{name: "url", is: link, need: true, str: func(a *Attrs) *string { return &a.URL }}
	provider    = attr{name: "provider", is: name, str: func(a *Attrs) *string { return &a.Provider }}
	title       = attr{name: "title", is: line, str: func(a *Attrs) *string { return &a.Title }}
	description = attr{name: "description", is: line, str: func(a *Attrs) *string { return &a.Description }}
	author      = attr{name: "author", is: line, str: func(a *Attrs) *string { return &a.Author }}
	site        = attr{name: "site", is: line, str: func(a *Attrs) *string { return &a.Site }}
	duration    = attr{name: "duration", is: number, min: 0, max: 1 << 22, num: func(a *Attrs) *int { return &a.Duration }}
	transcript  = attr{name: "transcript", is: link, str: func(a *Attrs) *string { return &a.Transcript }}
	code        = attr{name: "code", is: source, str: func(a *Attrs) *string { return &a.Code }}
	height      = attr{name: "height", is: number, min: 40, max: 2000, num: func(a *Attrs) *int { return &a.Height }}
	language    = attr{name: "language", is: name, str: func(a *Attrs) *string { return &a.Language }}
)

// marks are the marks of a text in the order in which they are kept, the outermost first.
// sub and sup exclude each other.
var marks = []string{"link", "strong", "em", "strike", "sub", "sup"}

// isZero tells whether nothing was said for the attribute.
func (at *attr) isZero(a *Attrs) bool {
	switch at.is {
	case number:
		return *at.num(a) == 0
	case flag:
		return !*at.flag(a)
	case media:
		return *at.media(a) == 0
	}
	return *at.str(a) == ""
}

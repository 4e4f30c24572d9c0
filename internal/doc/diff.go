package doc

import (
	"html/template"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// Op says what became of a piece of text.
type Op string

const (
	Same     Op = "same"
	Inserted Op = "ins"
	Deleted  Op = "del"
)

// Piece is a run of text that was kept, put in, or taken out.
type Piece struct {
	Op   Op
	Text string
}

// Kind says what became of a block.
type Kind string

const (
	Added   Kind = "added"
	Removed Kind = "removed"
	Changed Kind = "changed" // its text, or else its dress: a mark, a link, a picture
	Moved   Kind = "moved"   // stands elsewhere, as it was
)

// Change is what became of one block of the text. Before holds what was kept and taken out, After what was kept and
// put in; their kept pieces are the same. A block whose words are all kept was changed in its dress only.
type Change struct {
	ID, Type      string
	Kind          Kind
	Moved         bool // stands elsewhere, whatever else became of it
	Before, After []Piece
}

// Diff tells block by block how a became b, in b's order, what was removed standing where it stood. Blocks are the
// same by id, or else by saying exactly the same. Nothing is told of blocks that stayed as they were.
func Diff(a, b Doc) []Change {
	from := pairs(a.Blocks, b.Blocks)
	stay := longestRise(from)
	var out []Change
	next := 0 // the first block of a not yet told of
	removed := func(until int) {
		for ; next < until; next++ {
			if !slices.Contains(from, next) {
				n := &a.Blocks[next]
				out = append(out, Change{ID: n.ID, Type: n.Type, Kind: Removed, Before: whole(Deleted, n.PlainText())})
			}
		}
	}
	for i := range b.Blocks {
		if stay[i] {
			removed(from[i])
		}
		if c, changed := compare(a.Blocks, &b.Blocks[i], from[i], stay[i]); changed {
			out = append(out, c)
		}
	}
	removed(len(a.Blocks))
	return out
}

// pairs gives for each block of b the index of the block of a that it was, or -1.
func pairs(a, b []Node) []int {
	byID := make(map[string]int, len(a))
	for i := range a {
		byID[a[i].ID] = i
	}
	from := make([]int, len(b))
	taken := make([]bool, len(a))
	for i := range b {
		from[i] = -1
		if j, ok := byID[b[i].ID]; ok && !taken[j] {
			from[i], taken[j] = j, true
		}
	}
	byText := map[string][]int{}
	for j := range a {
		if !taken[j] {
			key := string(appendNode(nil, withoutIDs(&a[j])))
			byText[key] = append(byText[key], j)
		}
	}
	for i := range b {
		if from[i] >= 0 {
			continue
		}
		key := string(appendNode(nil, withoutIDs(&b[i])))
		if same := byText[key]; len(same) > 0 {
			from[i], byText[key] = same[0], same[1:]
		}
	}
	return from
}

// withoutIDs is a copy of n in which no block has an id.
func withoutIDs(n *Node) *Node {
	out := cloneAll([]Node{*n})
	walk(out, func(n *Node) { n.ID = "" })
	return &out[0]
}

// longestRise marks the longest run of blocks that kept their order; the others of a pair have moved.
// Patience sorting, O(n log n).
func longestRise(from []int) []bool {
	var tails, at []int // for each length: its smallest last value, and where that stands
	before := make([]int, len(from))
	for i, v := range from {
		if v < 0 {
			continue
		}
		n, _ := slices.BinarySearch(tails, v)
		if n == len(tails) {
			tails, at = append(tails, v), append(at, i)
		}
		tails[n], at[n] = v, i
		before[i] = -1
		if n > 0 {
			before[i] = at[n-1]
		}
	}
	stay := make([]bool, len(from))
	if len(at) > 0 {
		for i := at[len(at)-1]; i >= 0; i = before[i] {
			stay[i] = true
		}
	}
	return stay
}

func compare(a []Node, now *Node, from int, stayed bool) (Change, bool) {
	c := Change{ID: now.ID, Type: now.Type, Kind: Added}
	if from < 0 {
		c.After = whole(Inserted, now.PlainText())
		return c, true
	}
	was := &a[from]
	c.Moved = !stayed
	same := reflect.DeepEqual(withoutIDs(was), withoutIDs(now))
	c.Kind = Changed
	if same {
		c.Kind = Moved
	}
	if same && stayed {
		return c, false
	}
	c.Before, c.After = diffText(was.said(), now.said())
	return c, true
}

// said is what a difference goes by: what a reader reads, and of a frame its code.
func (n *Node) said() string {
	if n.Type == "frame" {
		return strings.TrimSpace(n.Attrs.Title + "\n" + n.Attrs.Code)
	}
	return n.PlainText()
}

func whole(op Op, s string) []Piece {
	if s == "" {
		return nil
	}
	return []Piece{{op, s}}
}

// diffText tells word by word how a became b.
func diffText(a, b string) (before, after []Piece) {
	was, now := tokens(a), tokens(b)
	wasKept, nowKept := common(was, now)
	dropIslands(was, now, wasKept, nowKept)
	for i, j := 0, 0; i < len(was) || j < len(now); {
		gone, come := i, j
		for i < len(was) && !wasKept[i] {
			i++
		}
		for j < len(now) && !nowKept[j] {
			j++
		}
		before = appendPiece(before, Deleted, was[gone:i])
		after = appendPiece(after, Inserted, now[come:j])
		both := i
		for i < len(was) && j < len(now) && wasKept[i] && nowKept[j] {
			i, j = i+1, j+1
		}
		before = appendPiece(before, Same, was[both:i])
		after = appendPiece(after, Same, was[both:i])
	}
	return before, after
}

func appendPiece(to []Piece, op Op, tokens []string) []Piece {
	if len(tokens) == 0 {
		return to
	}
	return append(to, Piece{op, strings.Join(tokens, "")})
}

// tokens cuts a text into words, runs of white space, and single other characters.
func tokens(s string) []string {
	var out []string
	from, last := 0, -1
	for i, r := range s {
		is := tokenClass(r)
		if i > 0 && (is != last || is == 2) {
			out = append(out, s[from:i])
			from = i
		}
		last = is
	}
	if from < len(s) {
		out = append(out, s[from:])
	}
	return out
}

func tokenClass(r rune) int {
	switch {
	case unicode.IsSpace(r):
		return 0
	case r > 0x7f && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return 2
	case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r):
		return 1
	}
	return 2
}

// HTML shows a change: what was taken out in <del>, what was put in in <ins>. Of kept text more than 2*context words
// long only the ends next to a change are shown, with … between; context 0 shows all.
func (c Change) HTML(context int) template.HTML {
	var b strings.Builder
	i, j := 0, 0
	for i < len(c.Before) || j < len(c.After) {
		switch {
		case i < len(c.Before) && c.Before[i].Op == Deleted:
			show(&b, "del", c.Before[i].Text)
			i++
		case j < len(c.After) && c.After[j].Op == Inserted:
			show(&b, "ins", c.After[j].Text)
			j++
		default:
			first, last := i == 0 && j == 0, i >= len(c.Before)-1 && j >= len(c.After)-1
			escape(&b, cut(c.Before[i].Text, context, first, last))
			i, j = i+1, j+1
		}
	}
	return template.HTML(b.String())
}

func show(b *strings.Builder, tag, s string) {
	b.WriteString("<" + tag + ">")
	escape(b, s)
	b.WriteString("</" + tag + ">")
}

// cut shortens kept text to the words next to a change.
func cut(s string, context int, first, last bool) string {
	fields := strings.Fields(s)
	if context <= 0 || len(fields) <= 2*context {
		return s
	}
	head, tail := strings.Join(fields[:context], " "), strings.Join(fields[len(fields)-context:], " ")
	if strings.TrimLeftFunc(s, unicode.IsSpace) != s {
		head = " " + head
	}
	if strings.TrimRightFunc(s, unicode.IsSpace) != s {
		tail += " "
	}
	switch {
	case first && last:
		return strings.Join(fields[:2*context], " ") + " …"
	case first:
		return "… " + tail
	case last:
		return head + " …"
	}
	return head + " … " + tail
}

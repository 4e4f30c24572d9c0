package ad

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"lede/internal/doc"
)

// Gap is a place between two blocks of a text where a position stands.
type Gap struct {
	After int    // the index of the block before it
	Block string // that block's id
	Words int    // before it
}

// Refusal is a place between two blocks of a text where none stands, and why, for staff to read.
type Refusal struct {
	Gap
	Why string
}

// Spread says where positions stand in a text, from its beginning on, and why not elsewhere: between two paragraphs alone, so beside no
// picture, heading, quotation, list or embed; not before r.First words, r.Apart words after the one before, never behind the last
// paragraph, r.Most at most, and with all their heights at most r.Part percent of the article's, on every screen. Every place between two
// blocks that are seen is in one of the two lists.
func Spread(body doc.Doc, r TextRules) (at []Gap, why []Refusal) {
	blocks := seen(body)
	most, last, words := Room(body, r), 0, 0
	for i, b := range blocks[:max(len(blocks)-1, 0)] {
		words += b.words
		gap := Gap{b.index, b.id, words}
		no := r.refuses(blocks[i:], words, words-last, len(at), most)
		if no != "" {
			why = append(why, Refusal{gap, no})
			continue
		}
		at = append(at, gap)
		last = words
	}
	return at, why
}

// refuses says why no position stands behind the first of the blocks; "" where one does. words were read before it, since is how many
// of them after the last position, of which there are had.
func (r TextRules) refuses(blocks []block, words, since, had, most int) string {
	switch {
	case blocks[0].kind != "paragraph":
		return "It would stand beside " + named(blocks[0].kind) + "."
	case blocks[1].kind != "paragraph":
		return "It would stand beside " + named(blocks[1].kind) + "."
	case words < r.First:
		return fmt.Sprintf("%d words before it, %d are wanted.", words, r.First)
	case had > 0 && since < r.Apart:
		return fmt.Sprintf("%d words after the last one, %d are wanted.", since, r.Apart)
	case had >= r.Most:
		return fmt.Sprintf("An article has at most %d.", r.Most)
	case had >= most:
		return fmt.Sprintf("With one more, positions would take more than %d %% of the article’s height.", r.part())
	}
	return ""
}

// part is the percentage of the height, never above what the Better Ads Standards bear.
func (r TextRules) part() int { return min(r.Part, 30) }

// named are the blocks in words.
func named(kind string) string {
	switch kind {
	case "paragraph", "":
		return "an empty line"
	case "quote", "pull":
		return "a quotation"
	case "audio", "video":
		return "a recording"
	case "embed":
		return "an embed"
	case "fact":
		return "a fact box"
	}
	return "a " + kind
}

// block is a block of a text as it is seen.
type block struct {
	index int
	id    string
	kind  string // "" for a paragraph without words
	words int
}

// seen are the blocks of a text that readers see.
func seen(body doc.Doc) []block {
	var list []block
	for i := range body.Blocks {
		n := &body.Blocks[i]
		if (n.Type == "paragraph" || n.Type == "heading") && len(n.Content) == 0 {
			continue // it is not drawn
		}
		b := block{index: i, id: n.ID, kind: n.Type, words: doc.Doc{Blocks: body.Blocks[i : i+1]}.Words()}
		if b.kind == "paragraph" && b.words == 0 {
			b.kind = ""
		}
		list = append(list, b)
	}
	return list
}

// How a text stands on the screens: the longest lines there are, with which it is least high. In CSS pixels, from the paper's own style
// sheet: a column of 40 rem in type of 20 px takes some 80 letters, and a line of it is 30 px high, a paragraph's distance 20.
const (
	letters = 80
	line    = 30
	between = 20
)

// Room is how many positions the height of a text bears: n boxes are at most part percent of the text and the n boxes together. Pictures,
// embeds and what else has no lines count for nothing, so on the page it is less than that. (Better Ads Standards, mobile ad
// density: the heights of all ads within the main content over the height of that content, at most 30 %.)
func Room(body doc.Doc, r TextRules) int {
	return Height(body) * r.part() / ((100 - r.part()) * Text.Box(Phone).Height)
}

// Height is the least height of a text's lines on any screen, in CSS pixels.
func Height(body doc.Doc) int {
	high := 0
	for i := range body.Blocks {
		for _, p := range strings.Split(lines(&body.Blocks[i]), "\n") {
			if n := utf8.RuneCountInString(p); n > 0 {
				high += between + line*((n+letters-1)/letters)
			}
		}
	}
	return high
}

// lines are the words of a block that surely stand in lines below each other.
func lines(n *doc.Node) string {
	switch n.Type {
	case "paragraph", "heading", "list", "quote":
		return n.PlainText()
	}
	return "" // a pull quote may stand beside the text, a table in small type
}

package ad

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"lede/internal/doc"
)

// sentence is so many words.
func sentence(n int) string { return strings.TrimSuffix(strings.Repeat("ferry ", n), " ") }

func paragraphs(n, words int) []doc.Node {
	var list []doc.Node
	for range n {
		list = append(list, doc.P(sentence(words)))
	}
	return list
}

func TestPositionsStandWhereThePublisherSaid(t *testing.T) {
	r := TextRules{First: 150, Apart: 250, Most: 3, Part: 30}
	for name, of := range map[string]struct {
		blocks []doc.Node
		after  []int
	}{
		"nothing":                     {nil, nil},
		"one paragraph":               {paragraphs(1, 900), nil},
		"too short":                   {paragraphs(2, 80), nil},
		"after the first 150":         {paragraphs(4, 75), []int{1}},
		"never after the last":        {paragraphs(2, 100), nil},
		"250 apart":                   {paragraphs(12, 100), []int{1, 4, 7}},
		"at most three":               {paragraphs(40, 100), []int{1, 4, 7}},
		"past a heading":              {append(append(paragraphs(2, 100), doc.H2("On")), paragraphs(4, 100)...), []int{3}},
		"before nothing but pictures": {append(paragraphs(2, 200), doc.PictureOf(1, "", "", "")), []int{0}},
		"past an empty line":          {slices.Insert(paragraphs(4, 150), 1, doc.Node{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: " "}}}), []int{2}},
	} {
		var after []int
		at, why := Spread(doc.New(of.blocks...), r)
		for _, g := range at {
			after = append(after, g.After)
		}
		if !slices.Equal(after, of.after) {
			t.Errorf("%s: positions after %v, wanted after %v (%v)", name, after, of.after, why)
		}
	}
}

func TestRulesForTextsHoldInTenThousandArticles(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 22))
	stood := 0
	for i := range 10_000 {
		body, rules := anyArticle(r), anyRules(r)
		at, why := Spread(body, rules)
		if wrong := against(body, rules, at); wrong != "" {
			t.Fatalf("article %d: %s\nrules %+v\npositions %v\n%s", i, wrong, rules, at, outline(body))
		}
		if wrong := incomplete(body, rules, at, why); wrong != "" {
			t.Fatalf("article %d: %s\nrules %+v\npositions %v refused %v\n%s", i, wrong, rules, at, why, outline(body))
		}
		stood += len(at)
	}
	if stood < 5000 {
		t.Errorf("in 10,000 articles stand %d positions: too few to have tried the rules", stood)
	}
}

// against says which rule a set of positions breaks. It is written from the rules' words, not from the code.
func against(body doc.Doc, r TextRules, at []Gap) string {
	visible := func(n doc.Node) bool { return n.Type != "paragraph" && n.Type != "heading" || len(n.Content) > 0 }
	plain := func(n doc.Node) bool { return n.Type == "paragraph" && strings.TrimSpace(n.PlainText()) != "" }
	last := -1
	for i, g := range at {
		before, after := body.Blocks[:g.After+1], body.Blocks[g.After+1:]
		behind := slices.IndexFunc(after, visible)
		if !plain(before[len(before)-1]) || behind < 0 || !plain(after[behind]) {
			return fmt.Sprintf("position %d stands beside something that is no paragraph, or after the last one", i)
		}
		if n := (doc.Doc{Blocks: before}).Words(); n < r.First || n != g.Words {
			return fmt.Sprintf("position %d stands after %d words (it says %d)", i, n, g.Words)
		}
		if last >= 0 && (doc.Doc{Blocks: body.Blocks[last+1 : g.After+1]}).Words() < r.Apart {
			return fmt.Sprintf("position %d stands too near the one before", i)
		}
		if before[len(before)-1].ID != g.Block {
			return fmt.Sprintf("position %d names another block", i)
		}
		last = g.After
	}
	if len(at) > r.Most {
		return "there are too many"
	}
	boxes := len(at) * 250
	if high := leastHeight(body); boxes*100 > (high+boxes)*min(r.Part, 30) {
		return fmt.Sprintf("they take %d of %d pixels", boxes, high+boxes)
	}
	return ""
}

// leastHeight is how high the paragraphs, headings, lists and quotations stand at least, in lines of 80 letters.
func leastHeight(body doc.Doc) int {
	high := 0
	for _, n := range body.Blocks {
		if !slices.Contains([]string{"paragraph", "heading", "list", "quote"}, n.Type) {
			continue
		}
		for p := range strings.SplitSeq(n.PlainText(), "\n") {
			if n := len([]rune(p)); n > 0 {
				high += 20 + (n+79)/80*30
			}
		}
	}
	return high
}

// incomplete says where a position could stand and does not, or a place that nobody speaks of.
func incomplete(body doc.Doc, r TextRules, at []Gap, why []Refusal) string {
	told := map[int]bool{}
	for _, g := range at {
		told[g.After] = true
	}
	for _, no := range why {
		if told[no.After] || no.Why == "" {
			return fmt.Sprintf("the place after block %d is told twice, or without a reason", no.After)
		}
		told[no.After] = true
		more := slices.SortedFunc(slices.Values(append([]Gap{no.Gap}, at...)), func(a, b Gap) int { return a.After - b.After })
		if late := slices.Index(more, no.Gap); late == len(at) && against(body, r, more) == "" {
			return fmt.Sprintf("a position could stand after block %d, but: %s", no.After, no.Why)
		}
	}
	visible := 0
	for _, n := range body.Blocks {
		if n.Type != "paragraph" && n.Type != "heading" || len(n.Content) > 0 {
			visible++
		}
	}
	if len(told) != max(visible-1, 0) {
		return fmt.Sprintf("%d of %d places are spoken of", len(told), visible-1)
	}
	return ""
}

func anyRules(r *rand.Rand) TextRules {
	return TextRules{First: 30 + r.IntN(400), Apart: 50 + r.IntN(500), Most: r.IntN(8), Part: 1 + r.IntN(60)}
}

// anyArticle is an article of any length, with every kind of block in it.
func anyArticle(r *rand.Rand) doc.Doc {
	var blocks []doc.Node
	for range r.IntN(40) {
		n := r.IntN(140)
		text := doc.P(sentence(1 + n))
		switch r.IntN(20) {
		case 0:
			blocks = append(blocks, doc.H2(sentence(1+n%9)))
		case 1:
			blocks = append(blocks, doc.H3(sentence(1+n%9)))
		case 2:
			blocks = append(blocks, doc.PictureOf(int64(1+n), "", sentence(n%30), ""))
		case 3:
			blocks = append(blocks, doc.Quote("", sentence(1+n%50)))
		case 4:
			blocks = append(blocks, doc.Pull("", sentence(1+n%30)))
		case 5:
			blocks = append(blocks, doc.List(sentence(1+n%20), sentence(1+n%7)))
		case 6:
			blocks = append(blocks, doc.Embed("https://harbor.example/", sentence(n%5), ""))
		case 7:
			blocks = append(blocks, []doc.Node{doc.Divider(), doc.Code("go", sentence(1+n)), doc.Table("", true, []string{"a", "b"}), doc.Video(1, 1, "", "", ""),
				doc.Fact(sentence(2), text), doc.Frame("", "<p>", 120), doc.Gallery("", doc.PictureOf(1, "", "", ""))}[n%7])
		case 8:
			blocks = append(blocks, doc.Node{Type: "paragraph"})
		case 9:
			blocks = append(blocks, doc.Node{Type: "paragraph", Content: []doc.Node{{Type: "hardBreak"}}})
		default:
			blocks = append(blocks, text)
		}
	}
	return doc.New(blocks...)
}

// outline is a text in short.
func outline(body doc.Doc) string {
	var b strings.Builder
	for i, n := range body.Blocks {
		fmt.Fprintf(&b, "%d %s %d\n", i, n.Type, doc.Doc{Blocks: body.Blocks[i : i+1]}.Words())
	}
	return b.String()
}

package site

// The kinds of strips on a front. No two of one kind follow each other.
const (
	bandLists = "lists" // a leading article with its text beside its picture, then columns of headlines
	bandThree = "three" // articles side by side, none with a picture
	bandRow   = "row"   // pictures side by side, perhaps a column of headlines at the end
	bandViews = "views" // opinion
)

// few is how many articles a section must have to stand alone on a front.
const few = 3

// Compose lays out a front from its picks, best first, and from what the sections have. The first pick leads, three more stand below
// it, the rest make a strip of their own; where there are no picks the sections' own first articles are taken, in turn. No address is
// shown twice. A section with fewer than three articles left shares the strip of the next one; opinion never shares. At most seven
// articles of a section are used.
func Compose(picks []Card, groups []Group) (lead *Card, second []Card, bands []Band) {
	used := map[string]bool{}
	picks = fresh(picks, used)
	left := make([]Group, len(groups))
	for i, g := range groups {
		left[i] = g
		left[i].Cards = fresh(g.Cards, used)
		if g.Opinion {
			left[i].Cards = opinions(left[i].Cards)
		}
	}
	for len(picks) < 4 {
		c, ok := next(left, len(picks))
		if !ok {
			break
		}
		picks = append(picks, c)
	}
	if len(picks) == 0 {
		return nil, nil, nil
	}
	first := picks[0]
	first.Level = 1
	top := min(4, len(picks))
	return &first, tier(picks[1:top]), strips(append([]Group{{Cards: picks[top:]}}, left...))
}

// fresh returns the cards whose address is not used yet, and marks them used.
func fresh(cards []Card, used map[string]bool) []Card {
	var out []Card
	for _, c := range cards {
		if !used[c.Href] {
			used[c.Href] = true
			out = append(out, c)
		}
	}
	return out
}

// opinions marks cards as opinion.
func opinions(cards []Card) []Card {
	for i := range cards {
		cards[i].Opinion = true
	}
	return cards
}

// next takes the best article that is left, from the section whose turn it is; opinion comes only when nothing else is left.
func next(groups []Group, turn int) (Card, bool) {
	for _, opinion := range []bool{false, true} {
		for i := range groups {
			g := &groups[(turn+i)%len(groups)]
			if g.Opinion == opinion && len(g.Cards) > 0 {
				c := g.Cards[0]
				g.Cards = g.Cards[1:]
				return c, true
			}
		}
	}
	return Card{}, false
}

// tier makes the second tier: one of them keeps its picture, the last that has one.
func tier(cards []Card) []Card {
	out := level(cards, 2)
	kept := false
	for i := len(out) - 1; i >= 0; i-- {
		if kept {
			out[i].Picture = nil
		}
		kept = kept || out[i].Picture != nil
	}
	return out
}

// strips joins what is too little to stand alone and gives every group its kind.
func strips(groups []Group) []Band {
	var bands []Band
	var names []Link
	var cards []Card
	kind := ""
	lay := func() {
		if len(cards) == 0 {
			return
		}
		if len(names) == 1 {
			cards = unsaid(cards, names[0].Name)
		}
		b := band(cards, kind)
		b.Names, kind = names, b.Kind
		bands = append(bands, b)
		names, cards = nil, nil
	}
	for i, g := range groups {
		if len(g.Cards) == 0 {
			continue
		}
		if g.Opinion {
			if len(cards) > 0 && !more(groups[i+1:]) {
				lay()
			}
			bands = append(bands, Band{Kind: bandViews, Names: []Link{g.link()}, Cards: level(head(g.Cards, 4), 4)})
			kind = bandViews
			continue
		}
		if g.Name != "" {
			names = append(names, g.link())
		}
		cards = append(cards, g.Cards...)
		if len(cards) >= few {
			lay()
		}
	}
	lay()
	return bands
}

// unsaid takes the kicker off cards that would say again what stands above their strip.
func unsaid(cards []Card, name string) []Card {
	out := append([]Card(nil), cards...)
	for i := range out {
		if out[i].Kicker == name {
			out[i].Kicker = ""
		}
	}
	return out
}

// more tells whether any news follows.
func more(groups []Group) bool {
	for _, g := range groups {
		if !g.Opinion && len(g.Cards) > 0 {
			return true
		}
	}
	return false
}

func (g Group) link() Link { return Link{Href: g.Href, Name: g.Name} }

// band lays out one strip of news, in another way than the one before it.
func band(cards []Card, before string) Band {
	pictured := 0
	for _, c := range cards {
		if c.Picture != nil {
			pictured++
		}
	}
	switch {
	case before != bandRow && pictured >= 3 && before != "":
		return row(cards)
	case before != bandLists && len(cards) >= few:
		return lists(cards)
	case before != bandThree:
		return Band{Kind: bandThree, Cards: bare(level(head(cards, 3), 4))}
	}
	return lists(cards)
}

// lists puts the first pictured of the first three at the head, and up to two columns of headlines beside it.
func lists(cards []Card) Band {
	at := 0
	for i, c := range head(cards, 3) {
		if c.Picture != nil {
			at = i
			break
		}
	}
	lead := cards[at]
	lead.Level = 3
	rest := bare(level(head(append(append([]Card{}, cards[:at]...), cards[at+1:]...), 6), 5))
	b := Band{Kind: bandLists, Lead: &lead}
	if len(rest) == 0 {
		return b
	}
	first := head(rest, 2)
	b.Lists = append(b.Lists, first)
	if tail := rest[len(first):]; len(tail) > 0 {
		b.Lists = append(b.Lists, short(tail))
	}
	return b
}

// row takes the first pictured cards; what has no picture, or is too much, becomes a column of headlines.
func row(cards []Card) Band {
	var seen, rest []Card
	for _, c := range cards {
		if c.Picture != nil && len(seen) < 4 {
			seen = append(seen, c)
		} else {
			rest = append(rest, c)
		}
	}
	if len(rest) > 0 && len(seen) == 4 {
		rest = append([]Card{seen[3]}, rest...)
		seen = seen[:3]
	}
	b := Band{Kind: bandRow, Cards: level(seen, 4)}
	if len(rest) > 0 {
		b.Lists = [][]Card{short(bare(level(head(rest, 4), 5)))}
	}
	return b
}

// level returns copies of the cards at one level of the front.
func level(cards []Card, n int) []Card {
	out := append([]Card(nil), cards...)
	for i := range out {
		out[i].Level = n
	}
	return out
}

// bare takes the pictures off; short the summaries too. Both change what they are given: give them copies.
func bare(cards []Card) []Card {
	for i := range cards {
		cards[i].Picture = nil
	}
	return cards
}

func short(cards []Card) []Card {
	for i := range cards {
		cards[i].Summary = ""
	}
	return cards
}

func head(cards []Card, n int) []Card { return cards[:min(n, len(cards))] }

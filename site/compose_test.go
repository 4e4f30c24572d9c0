package site

import (
	"fmt"
	"slices"
	"testing"
)

// news makes n cards; every one of them with a picture when pictured.
func news(name string, n int, pictured bool) []Card {
	var cards []Card
	for i := range n {
		c := Card{Href: fmt.Sprintf("/%s/%d", name, i), Headline: name}
		if pictured {
			c.Picture = &Picture{Width: 3, Height: 2}
		}
		cards = append(cards, c)
	}
	return cards
}

// seenOn lists the addresses of a front in the order a reader meets them.
func seenOn(lead *Card, second []Card, bands []Band) []string {
	var all []string
	add := func(cards ...Card) {
		for _, c := range cards {
			all = append(all, c.Href)
		}
	}
	if lead != nil {
		add(*lead)
	}
	add(second...)
	for _, b := range bands {
		if b.Lead != nil {
			add(*b.Lead)
		}
		add(b.Cards...)
		for _, l := range b.Lists {
			add(l...)
		}
	}
	return all
}

func TestNoArticleStandsTwiceOnAFront(t *testing.T) {
	picks := append(news("city", 3, true), news("harbor", 2, true)...)
	groups := []Group{{Name: "City", Cards: news("city", 7, true)}, {Name: "Harbor", Cards: append(news("harbor", 5, false), news("city", 2, true)...)}}
	all := seenOn(Compose(picks, groups))
	slices.Sort(all)
	if n := len(all); n != len(slices.Compact(all)) {
		t.Errorf("an article stands twice among %d", n)
	}
}

func TestAFrontHasOneLeadAndShowsWhatThereIs(t *testing.T) {
	for n := range 13 {
		lead, second, bands := Compose(nil, []Group{{Name: "City", Cards: news("city", n, false)}})
		if (lead != nil) != (n > 0) {
			t.Errorf("%d articles: lead %v", n, lead)
		}
		if want := min(n, 4) + min(max(n-4, 0), 7); len(seenOn(lead, second, bands)) != want {
			t.Errorf("%d articles: %d shown, want %d", n, len(seenOn(lead, second, bands)), want)
		}
	}
}

func TestNoTwoStripsOfOneKindFollowEachOther(t *testing.T) {
	for mask := range 64 {
		var groups []Group
		for i := range 6 {
			groups = append(groups, Group{Name: fmt.Sprint(i), Opinion: i == 3, Cards: news(fmt.Sprint(i), 3+i, mask>>i&1 == 1)})
		}
		_, _, bands := Compose(news("top", 4, true), groups)
		if len(bands) != 6 {
			t.Errorf("pictures %06b: %d strips, want 6", mask, len(bands))
		}
		for i := 1; i < len(bands); i++ {
			if bands[i].Kind == bands[i-1].Kind {
				t.Errorf("pictures %06b: strips %d and %d are both %q", mask, i-1, i, bands[i].Kind)
			}
		}
	}
}

func TestASmallSectionSharesTheNextStrip(t *testing.T) {
	_, _, bands := Compose(news("top", 4, true), []Group{
		{Name: "City", Cards: news("city", 2, true)}, {Name: "Opinion", Opinion: true, Cards: news("view", 1, false)},
		{Name: "Harbor", Cards: news("harbor", 2, true)}, {Name: "World", Cards: news("world", 1, true)},
	})
	var got []string
	for _, b := range bands {
		names := b.Kind
		for _, n := range b.Names {
			names += " " + n.Name
		}
		got = append(got, names)
	}
	if want := []string{"views Opinion", "row City Harbor", "three World"}; !slices.Equal(got, want) {
		t.Errorf("strips %q, want %q", got, want)
	}
}

func TestARowHasPicturesThroughoutOrNone(t *testing.T) {
	mixed := append(news("a", 2, true), append(news("b", 3, false), news("c", 2, true)...)...)
	_, _, bands := Compose(news("top", 4, true), []Group{{Name: "1", Cards: mixed}, {Name: "2", Cards: news("d", 7, false)}, {Name: "3", Cards: append(news("e", 2, false), news("f", 3, true)...)}})
	for _, b := range bands {
		for i := range b.Cards {
			if (b.Cards[i].Picture == nil) != (b.Cards[0].Picture == nil) {
				t.Errorf("a strip %q mixes cards with and without pictures", b.Kind)
			}
		}
	}
}

func TestAnOpinionCardIsKnownEvenAmongThePicks(t *testing.T) {
	lead, _, _ := Compose(nil, []Group{{Name: "Opinion", Opinion: true, Cards: news("view", 1, false)}})
	if lead == nil || !lead.Opinion {
		t.Error("an opinion that leads is not marked as opinion")
	}
}

// Package front decides what leads: the articles editors picked, then what each section has, so that no
// article stands twice among the cards.
package front

import (
	"slices"
	"time"
	"unicode/utf8"

	"lede/article"
	"lede/internal/fault"
	"lede/paper"
	"lede/section"
)

// Pick is an article chosen for the front, with a headline of its own where the editor wants one. It falls away when the public
// does not see the article any more, and at Until where that is set.
type Pick struct {
	Article  int64     `json:"article"`
	Headline string    `json:"headline,omitempty"`
	Until    time.Time `json:"until,omitzero"`
}

// Over tells whether the time for which the article was picked is over.
func (p Pick) Over(now time.Time) bool { return !p.Until.IsZero() && !p.Until.After(now) }

// MaxPicks are one lead and six cards.
const MaxPicks = 7

// top is how many cards stand above the sections when editors picked fewer: the lead and the second tier.
const top = 4

// perSection is the most cards a section has on a front.
const perSection = 7

// longestHeadline is how many characters a card's own headline may have.
const longestHeadline = 200

// clean makes one line of each headline and says what is wrong with the choice.
func clean(picks []Pick) ([]Pick, error) {
	picks = slices.Clone(picks)
	f := fault.Form{}
	if len(picks) > MaxPicks {
		f["picks"] = "A front has one lead and six cards."
	}
	for i := range picks {
		picks[i].Headline = paper.Line(picks[i].Headline)
		if utf8.RuneCountInString(picks[i].Headline) > longestHeadline {
			f["picks"] = "A headline on the front has at most 200 characters."
		}
		if slices.ContainsFunc(picks[:i], func(p Pick) bool { return p.Article == picks[i].Article }) {
			f["picks"] = "An article stands twice among them."
		}
	}
	return picks, f.Err()
}

// Front is what stands on a front, in order, and nothing twice.
type Front struct {
	Picks  []article.Card // the lead first
	Picked int            // so many of Picks, the first, are the editors' own; the others stand in
	Groups []Group
	Until  time.Time // the next moment at which a pick falls away; zero without one
}

// Group is a section's part of a front.
type Group struct {
	Section section.Section
	Cards   []article.Card
}

// Cards are all the cards of the front.
func (f Front) Cards() []article.Card {
	all := slices.Clone(f.Picks)
	for _, g := range f.Groups {
		all = append(all, g.Cards...)
	}
	return all
}

// compose puts a front together. picked are the editors' cards, the lead first; latest the newest of the paper; of holds
// the newest of each section of tops. Where editors picked too few the newest of the news stand in for them.
func compose(picked, latest []article.Card, tops section.Tree, of map[int64][]article.Card) Front {
	used := map[int64]bool{}
	take := func(from []article.Card, n int) (taken []article.Card) {
		for _, c := range from {
			if len(taken) < n && !used[c.ID] {
				used[c.ID] = true
				taken = append(taken, c)
			}
		}
		return taken
	}
	f := Front{Picks: take(picked, MaxPicks)}
	f.Picked = len(f.Picks)
	news := leadFirst(withoutOpinion(latest, tops))
	f.Picks = append(f.Picks, take(news, top-len(f.Picks))...)
	for _, s := range tops {
		if cards := take(of[s.ID], perSection); len(cards) > 0 {
			f.Groups = append(f.Groups, Group{s, cards})
		}
	}
	return f
}

// leadFirst puts the first with a picture before the others, if it is among the newest five.
func leadFirst(cards []article.Card) []article.Card {
	few := cards[:min(len(cards), 5)]
	i := slices.IndexFunc(few, func(c article.Card) bool { return c.Lead.Media != 0 && !c.Sensitive })
	if i <= 0 {
		return cards
	}
	return slices.Concat(cards[i:i+1], cards[:i], cards[i+1:])
}

// withoutOpinion leaves opinion to its own section, unless there is nothing else.
func withoutOpinion(cards []article.Card, tops section.Tree) []article.Card {
	news := slices.DeleteFunc(slices.Clone(cards), func(c article.Card) bool {
		s, ok := tops.Get(c.Section)
		return ok && s.Kind == section.Opinion
	})
	if len(news) == 0 {
		return cards
	}
	return news
}

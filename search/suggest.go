package search

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Suggestion is what might be meant by what is being typed: an article, a section or somebody who writes, with its address.
type Suggestion struct {
	Text string
	Href string // within the edition, but an article's own path
	Kind string // "article", "section", "byline"
}

// How many suggestions are made, of how many words that the last one may become.
const (
	suggestMost = 8
	nearMost    = 3
	becomesMost = 12
)

// Suggest says what might be meant by a text whose last word is still being typed, as of now: first sections and people so called, then
// the newest articles with these words in headline, summary or names.
func (s *Store) Suggest(ctx context.Context, lang, text string, now time.Time) ([]Suggestion, error) {
	list := split(text, lang, mostUnits)
	if len(list) == 0 || utf8.RuneCountInString(list[len(list)-1].fold) < 2 && len(list) == 1 && !alone(first(list[0].fold)) {
		return nil, nil
	}
	if err := s.know(ctx, now); err != nil {
		return nil, err
	}
	suggested, err := s.called(ctx, lang, text)
	if err != nil {
		return nil, err
	}
	articles, err := s.headed(ctx, lang, list, now)
	return append(suggested, articles[:min(len(articles), suggestMost-len(suggested))]...), err
}

// called are the sections and bylines that are called so.
func (s *Store) called(ctx context.Context, lang, text string) ([]Suggestion, error) {
	tree, err := s.sections.Tree(ctx)
	if err != nil {
		return nil, err
	}
	people, err := s.staff.All(ctx)
	if err != nil {
		return nil, err
	}
	want := strings.Fields(phrase(text))
	begins := func(name string) bool {
		return hasAll(strings.Fields(phrase(name)), want, func(want, have string) bool { return strings.HasPrefix(have, want) })
	}
	var list []Suggestion
	for _, sec := range tree {
		if name := sec.NameIn(lang); begins(name) {
			list = append(list, Suggestion{name, sec.Path(), "section"})
		}
	}
	for _, b := range people {
		if name := b.NameIn(lang); begins(name) {
			list = append(list, Suggestion{name, b.Path(), "byline"})
		}
	}
	return list[:min(len(list), nearMost)], nil
}

// headed are articles with all the words before their text, the last of which may go on.
func (s *Store) headed(ctx context.Context, lang string, list []word, now time.Time) ([]Suggestion, error) {
	var m match
	for i, w := range list {
		if last := i == len(list)-1; last || !common(lang, w.fold) {
			m = m.and(s.becomes(lang, w, last)...)
		}
	}
	p, err := s.papers.Get(ctx)
	if err != nil {
		return nil, err
	}
	b := bounds{from: math.MinInt64, until: math.MaxInt64}
	if len(p.Langs) > 1 {
		b.filed = append(b.filed, []string{ofLang + langMark + lang})
	}
	found, err := s.candidates(ctx, b.of(m), b, suggestMost, 0)
	if err != nil {
		return nil, err
	}
	hits, err := s.articles.CardsOf(ctx, idsOf(found), now)
	var said []Suggestion
	for _, c := range hits {
		said = append(said, Suggestion{c.Headline, c.Path, "article"})
	}
	return said, err
}

// becomes are the tokens of a word, and of those of the paper that begin so, where it is the last or the paper does not have it.
func (s *Store) becomes(lang string, w word, last bool) []string {
	tokens, lex := []string{inFront + w.stem}, s.lexicon.of(lang)
	if !last && lex.times(w.fold) > 0 {
		return tokens
	}
	stem := stemmerOf(lang)
	for _, p := range lex.begins(w.fold, becomesMost) {
		if token := inFront + stem(p.shape); !slices.Contains(tokens, token) {
			tokens = append(tokens, token)
		}
	}
	return tokens
}

func idsOf(list []candidate) []int64 {
	ids := make([]int64, len(list))
	for i, c := range list {
		ids[i] = c.article
	}
	return ids
}

package search

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"
)

// bounded is how many articles of each kind are ranked, newest first: those that have all the words in the headline, in headline, names
// or summary, often in the text, anywhere. So the cost does not grow with the paper, and what is left out is old and says it in passing.
const bounded = 100

func (s *Store) byRelevance(ctx context.Context, q query, b bounds, ask Ask, now time.Time) (Found, error) {
	list, err := s.candidates(ctx, b.of(q.anywhere()), b, bounded+1, 0)
	if err != nil {
		return Found{}, err
	}
	over := len(list) > bounded
	if over {
		for _, tier := range []string{inHead, inFront, inOften} {
			more, err := s.candidates(ctx, b.of(q.within(tier)), b, bounded, 0)
			if err != nil {
				return Found{}, err
			}
			list = append(list, more...)
		}
	}
	f, err := s.ranked(ctx, q, list, ask, now)
	f.Over = over
	return f, err
}

// ranked are the page of the candidates, the most relevant first.
func (s *Store) ranked(ctx context.Context, q query, list []candidate, ask Ask, now time.Time) (Found, error) {
	weights := s.weights(ctx, q)
	type ranked struct {
		candidate
		score float64
	}
	seen, all := map[int64]bool{}, make([]ranked, 0, len(list))
	ids := make([]int64, 0, len(list))
	for _, c := range list {
		if !seen[c.article] {
			seen[c.article] = true
			ids = append(ids, c.article)
			all = append(all, ranked{c, q.score(c, weights, now)})
		}
	}
	sees, err := s.articles.InSight(ctx, ids, now)
	if err != nil {
		return Found{}, err
	}
	all = slices.DeleteFunc(all, func(r ranked) bool { return !sees[r.article] })
	slices.SortFunc(all, func(x, y ranked) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(y.place, x.place))
	})
	first := (max(ask.Page, 1) - 1) * PerPage
	shown := all[min(first, len(all)):min(first+PerPage, len(all))]
	ids = ids[:0]
	for _, r := range shown {
		ids = append(ids, r.article)
	}
	f := Found{Total: len(all), More: len(all) > first+PerPage && ask.Page < MostPages}
	f.Hits, err = s.hits(ctx, ids, q, now)
	return f, err
}

// What a word counts by where it stands.
const (
	scoreHead  = 4
	scoreFront = 2.5
	scoreOften = 1.8
	scoreElse  = 1
	scoreNext  = 1.5 // for a word that follows in the headline as in the query
	scoreWhole = 3   // times how much of the headline the words are
)

// An article loses up to a third of what it counts with age; half of that in the first months.
const (
	ageless  = 0.67
	halfLife = 120 * 24 * time.Hour
)

// score says how relevant a candidate is: what its words count, weighed by how rare they are, and by its age.
func (q query) score(c candidate, weights []float64, now time.Time) float64 {
	score, inHeadline, before, n := 0.0, 0, "", 0
	for _, u := range q.units {
		for _, w := range u.words {
			has := func(tier string) bool { return strings.Contains(c.head, " "+tier+w.stem+" ") }
			counts := float64(scoreElse)
			switch {
			case has(inHead):
				counts = scoreHead
				inHeadline++
				if before != "" && strings.Contains(c.head, " "+before+" "+inHead+w.stem+" ") {
					counts += scoreNext
				}
			case has(inFront):
				counts = scoreFront
			case has(inOften):
				counts = scoreOften
			}
			before = inHead + w.stem
			score += counts * weights[n]
			n++
		}
	}
	if length := strings.Count(c.head, " "+inHead); length > 0 {
		score += scoreWhole * float64(inHeadline) / float64(length)
	}
	age := max(0, now.Sub(time.UnixMilli(c.place/places)))
	return score * (ageless + (1-ageless)*float64(halfLife)/float64(halfLife+age))
}

// weights say how much each word of the query counts: the rarer among the paper's own words, the more.
func (s *Store) weights(ctx context.Context, q query) []float64 {
	lex := s.lexicon.of(q.lang)
	var list []float64
	for _, u := range q.units {
		for _, w := range u.words {
			weight := 0.4 + 1.6/math.Log(math.E+float64(lex.times(w.fold))/3)
			if common(q.lang, w.fold) {
				weight = 0.1
			}
			list = append(list, weight)
		}
	}
	return list
}

// some finds what has most of the words, where nothing has all: all but one of them, else any of them where it counts.
func (s *Store) some(ctx context.Context, q query, ask Ask, f Found, now time.Time) (Found, error) {
	if len(q.units) < 2 || len(f.Strange) > 0 {
		return f, nil
	}
	b, err := s.bounds(ctx, q, ask)
	if err != nil {
		return f, err
	}
	var list []candidate
	for i := range q.units {
		few := q
		few.units = slices.Delete(slices.Clone(q.units), i, i+1)
		more, err := s.candidates(ctx, b.of(few.anywhere()), b, bounded/2, 0)
		if err != nil {
			return f, err
		}
		list = append(list, more...)
	}
	if len(list) == 0 && len(q.units) > 2 {
		var m match
		var anyOf []string
		for _, u := range q.units {
			anyOf = append(anyOf, inFront+u.words[0].stem)
		}
		m.not = q.anywhere().not
		if list, err = s.candidates(ctx, b.of(m.and(anyOf...)), b, bounded, 0); err != nil {
			return f, err
		}
	}
	g, err := s.ranked(ctx, q, list, ask, now)
	g.Some, g.Strange, g.More, g.Total = len(g.Hits) > 0, f.Strange, false, len(g.Hits)
	return g, err
}

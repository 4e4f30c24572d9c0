package search

import (
	"context"
	"strings"
	"time"
)

// mend is the query with the words that the paper does not have written as its nearest own; "" where there is nothing to mend.
func (s *Store) mend(ctx context.Context, q query, text string) (said string, mended query, err error) {
	return s.rewrite(q, text, func(lex *words, w word) (printed, bool) {
		if lex.times(w.fold) > 0 {
			return printed{}, false
		}
		return lex.nearest(w.fold, 1)
	})
}

// maybe is a query that might have been meant instead of one that found little: with a word of which the paper has a neighbour that
// stands in many more articles.
func (s *Store) maybe(ctx context.Context, q query, ask Ask, now time.Time) (string, error) {
	said, mended, err := s.rewrite(q, ask.Text, func(lex *words, w word) (printed, bool) {
		n := lex.times(w.fold)
		if n > 1 || len(q.units) == 0 {
			return printed{}, false
		}
		return lex.nearest(w.fold, 10*max(n, 1))
	})
	if said == "" || err != nil {
		return "", err
	}
	ask.Page = 1
	f, err := s.find(ctx, mended, ask, now)
	if len(f.Hits) == 0 {
		said = ""
	}
	return said, err
}

// rewrite puts other words into a query, as better says; "" where it changes nothing.
func (s *Store) rewrite(q query, text string, better func(*words, word) (printed, bool)) (string, query, error) {
	lex := s.lexicon.of(q.lang)
	said := text
	for _, u := range q.units {
		for _, w := range u.words {
			near, ok := better(lex, w)
			if !ok {
				continue
			}
			typed := u.said[w.from:w.to]
			said = strings.Replace(said, typed, near.shape, 1)
		}
	}
	if said == text {
		return "", q, nil
	}
	mended := q
	mended.units = read(said, q.lang, time.UTC).units
	return said, mended, nil
}

package search

import (
	"strings"

	"lede/internal/db"
)

// match is a condition on the words of an article: all clauses hold, and none of not. A clause holds if one of its phrases stands in
// it: tokens one after another, mostly one alone.
type match struct {
	all [][]string
	not []string
}

// and is the match with one more clause.
func (m match) and(anyOf ...string) match {
	m.all = append(m.all[:len(m.all):len(m.all)], anyOf)
	return m
}

// says is the match in the words of a database: FTS5's match, or a tsquery. Tokens are letters, digits and the mark, so they need
// nothing but their quotes.
func (m match) says(k db.Kind) string {
	d := dialects[k]
	var clauses []string
	for _, c := range m.all {
		clauses = append(clauses, d.anyOf(c))
	}
	said := strings.Join(clauses, d.and)
	if len(m.not) > 0 {
		said = "(" + said + ")" + d.not + d.anyOf(m.not)
	}
	return said
}

type dialect struct{ quote, and, or, then, not string }

var dialects = map[db.Kind]dialect{
	db.SQLite:   {`"`, " AND ", " OR ", " ", " NOT "},
	db.Postgres: {`'`, " & ", " | ", " <-> ", " & !"},
}

func (d dialect) anyOf(phrases []string) string {
	list := make([]string, len(phrases))
	for i, p := range phrases {
		words := strings.Fields(p)
		if d.then == " " { // within one pair of quotes
			list[i] = d.quote + p + d.quote
			continue
		}
		for n := range words {
			words[n] = d.quote + words[n] + d.quote
		}
		list[i] = "(" + strings.Join(words, d.then) + ")"
	}
	return "(" + strings.Join(list, d.or) + ")"
}

// anywhere is the match of all that a query looks for, wherever it stands.
func (q query) anywhere() match {
	var m match
	for _, u := range q.units {
		m = m.and(tokens(u))
	}
	for _, u := range q.not {
		m.not = append(m.not, tokens(u))
	}
	return m
}

// within is the match of all that a query looks for where tier says it stands: inHead, inFront, inOften.
func (q query) within(tier string) match {
	m := q.anywhere()
	for _, u := range q.units {
		for _, w := range u.words {
			if !common(q.lang, w.fold) {
				m = m.and(tier + w.stem)
			}
		}
	}
	return m
}

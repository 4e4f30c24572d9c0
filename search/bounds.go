package search

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"lede/section"
	"lede/staff"
)

// bounds are within what is searched.
type bounds struct {
	filed       [][]string // by which an article is filed: each has one of the tokens
	from, until int64      // places
	strange     []string   // of section: and by:, what the paper does not know
	none        bool       // nothing can be within them
}

// of is a match within the bounds.
func (b bounds) of(m match) match {
	for _, f := range b.filed {
		m = m.and(f...)
	}
	return m
}

func (s *Store) bounds(ctx context.Context, q query, ask Ask) (b bounds, err error) {
	p, err := s.papers.Get(ctx)
	if err != nil {
		return b, err
	}
	b.from, b.until = math.MinInt64, math.MaxInt64
	if !q.from.IsZero() {
		b.from = place(q.from)
	}
	if !ask.From.IsZero() {
		b.from = max(b.from, place(ask.From))
	}
	if !q.until.IsZero() {
		b.until = place(q.until)
	}
	if !ask.Until.IsZero() {
		b.until = min(b.until, place(ask.Until))
	}
	if err := s.filed(ctx, &b, q, ask.Section); err != nil {
		return b, err
	}
	if len(p.Langs) > 1 || len(q.units)+len(b.filed) == 0 {
		b.filed = append(b.filed, []string{ofLang + langMark + ask.Lang})
	}
	return b, nil
}

// mostFiled bounds how many sections or bylines one clause names.
const mostFiled = 100

func (s *Store) filed(ctx context.Context, b *bounds, q query, in int64) error {
	if in == 0 && len(q.sections)+len(q.by) == 0 {
		return nil
	}
	tree, err := s.sections.Tree(ctx)
	if err != nil {
		return err
	}
	for _, name := range q.sections {
		b.file(inSection, name, sectionsNamed(tree, name))
	}
	if in != 0 {
		b.file(inSection, "", withBelow(tree, in))
	}
	if len(q.by) == 0 {
		return nil
	}
	all, err := s.staff.All(ctx)
	if err != nil {
		return err
	}
	for _, name := range q.by {
		b.file(byByline, name, bylinesNamed(all, name))
	}
	return nil
}

func (b *bounds) file(mark, name string, ids []int64) {
	if len(ids) == 0 {
		b.none = true
		if name != "" {
			b.strange = append(b.strange, name)
		}
		return
	}
	tokens := make([]string, 0, len(ids))
	for _, id := range ids[:min(len(ids), mostFiled)] {
		tokens = append(tokens, mark+strconv.FormatInt(id, 10))
	}
	b.filed = append(b.filed, tokens)
}

// sectionsNamed are the sections, with those below them, that are called so: by their address, or by their name in any language.
func sectionsNamed(tree section.Tree, name string) []int64 {
	var ids []int64
	want := phrase(name)
	for _, sec := range tree {
		same := strings.EqualFold(sec.Slug, name)
		for _, n := range sec.Names {
			same = same || want != "" && phrase(n) == want
		}
		if same {
			ids = append(ids, withBelow(tree, sec.ID)...)
		}
	}
	return ids
}

// withBelow are a section and all below it; none where there is no such section.
func withBelow(tree section.Tree, id int64) []int64 {
	var ids []int64
	for _, sec := range tree {
		if slices.ContainsFunc(tree.Line(sec.ID), func(above section.Section) bool { return above.ID == id }) {
			ids = append(ids, sec.ID)
		}
	}
	return ids
}

// phrase is a name as it is compared.
func phrase(name string) string {
	list := split(name, "", mostUnits)
	folds := make([]string, len(list))
	for i, w := range list {
		folds[i] = w.fold
	}
	return strings.Join(folds, " ")
}

// bylinesNamed are those of whose name, in any script, every word of name is a word or the beginning of one; if there are none, those
// whose words are nearly written so.
func bylinesNamed(all []staff.Byline, name string) []int64 {
	want := strings.Fields(phrase(name))
	for _, same := range []func(want, have string) bool{func(want, have string) bool { return strings.HasPrefix(have, want) }, nearly} {
		var ids []int64
		for _, b := range all {
			names := []string{b.Name, strings.ReplaceAll(b.Slug, "-", " ")}
			for _, n := range b.Names {
				names = append(names, n)
			}
			if len(want) > 0 && slices.ContainsFunc(names, func(n string) bool { return hasAll(strings.Fields(phrase(n)), want, same) }) {
				ids = append(ids, b.ID)
			}
		}
		if len(ids) > 0 {
			return ids
		}
	}
	return nil
}

func hasAll(have, want []string, same func(want, have string) bool) bool {
	for _, w := range want {
		if !slices.ContainsFunc(have, func(h string) bool { return same(w, h) }) {
			return false
		}
	}
	return true
}

package comment

import (
	"cmp"
	"slices"
	"strings"

	ahocorasick "github.com/petar-dambovaliev/aho-corasick"
)

// What a word list does.
const (
	Hold   = "hold"
	Refuse = "refuse"
)

// Bounds of word lists.
const (
	mostTerms   = 10_000
	longestTerm = 200 // bytes
	mostHits    = 100 // told of one text
)

// WordList is a list of terms that hold or refuse what contains one. A term is a word or several, in any spelling: capitals, accents
// and figures for letters do not matter, words are whole. With * at its end (or its beginning) it also finds longer words.
type WordList struct {
	ID      int64
	Version int64
	Name    string
	Act     string
	Terms   []string
}

// Hit is a term found in a text: From and Until are bytes of it.
type Hit struct {
	List, Term, Act string
	From, Until     int
}

// Matcher finds the terms of all lists in one pass over a text, however many they are (Aho-Corasick); where the text is disguised, in
// a few. It may be used by many at once.
type Matcher struct {
	automaton ahocorasick.AhoCorasick
	terms     [][]Hit // of each pattern: what it stands for
	patterns  []string
}

// NewMatcher makes a matcher of lists.
func NewMatcher(lists []WordList) *Matcher {
	m := &Matcher{}
	number := map[string]int{}
	for _, l := range lists {
		for _, t := range l.Terms {
			p := patternOf(t)
			if p == "" {
				continue
			}
			n, ok := number[p]
			if !ok {
				n = len(m.patterns)
				number[p] = n
				m.patterns, m.terms = append(m.patterns, p), append(m.terms, nil)
			}
			m.terms[n] = append(m.terms[n], Hit{List: l.Name, Term: t, Act: l.Act})
		}
	}
	if len(m.patterns) > 0 {
		builder := ahocorasick.NewAhoCorasickBuilder(ahocorasick.Opts{MatchKind: ahocorasick.StandardMatch})
		m.automaton = builder.Build(m.patterns)
	}
	return m
}

// patternOf is a term as it stands in a folded text: between spaces, where its word ends there. "" for what holds no word.
func patternOf(term string) string {
	term = strings.TrimSpace(term)
	f, _ := fold(term, disguise{})
	p := string(f.text)
	if strings.TrimSpace(p) == "" {
		return ""
	}
	inner := []rune(strings.TrimSpace(p))
	if strings.HasPrefix(term, "*") || isUnspaced(inner[0]) {
		p = strings.TrimPrefix(p, " ")
	}
	if strings.HasSuffix(term, "*") || isUnspaced(inner[len(inner)-1]) {
		p = strings.TrimSuffix(p, " ")
	}
	return p
}

// Find gives the hits in a text, in their order, at most a hundred.
func (m *Matcher) Find(text string) []Hit {
	if len(m.patterns) == 0 || text == "" {
		return nil
	}
	f, seen := fold(text, disguise{})
	hits := m.look(nil, text, f)
	for _, how := range seen.ways() {
		f, _ := fold(text, how)
		hits = m.look(hits, text, f)
	}
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(b.Until, a.Until), cmp.Compare(a.List, b.List), cmp.Compare(a.Term, b.Term), cmp.Compare(a.Act, b.Act))
	})
	hits = slices.Compact(hits)
	return hits[:min(len(hits), mostHits)]
}

// ways are the disguises to look behind.
func (d disguise) ways() []disguise {
	var ways []disguise
	if d.one != 0 {
		ways = append(ways, disguise{one: 'i'}, disguise{one: 'l'})
	}
	if d.squeeze {
		ways = append(ways, disguise{one: d.one, squeeze: true})
	}
	if d.join {
		ways = append(ways, disguise{one: d.one, squeeze: d.squeeze, join: true})
	}
	return ways
}

// look adds what stands in a folded text to hits.
func (m *Matcher) look(hits []Hit, text string, f folded) []Hit {
	found := m.automaton.IterOverlappingByte(f.text)
	for at := found.Next(); at != nil; at = found.Next() {
		from, until := at.Start(), at.End()
		if f.text[from] == ' ' {
			from++
		}
		if f.text[until-1] == ' ' {
			until--
		}
		from, until = f.original(text, from, until)
		for _, h := range m.terms[at.Pattern()] {
			h.From, h.Until = from, until
			hits = append(hits, h)
		}
	}
	return hits
}

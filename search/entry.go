package search

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Make is the make of the index: it changes when other words are kept of the same article, and then all is made anew.
const Make = 1

// entry is what is kept of an article so that it is found.
type entry struct {
	article, version  int64
	at                time.Time
	lang              string // of the edition that lists it
	sections, bylines []int64
	headline          string   // with its kicker
	names             []string // of bylines and topics, in all languages
	summary           string
	rest              string // the text and all captions
}

// How much of an article is looked at. PostgreSQL counts places up to 16,383 and keeps 256 of a word; SQLite shall find the same.
const (
	restMost  = 12000 // words of the text
	frontMost = 1000  // words before it
	sameMost  = 200   // times the same word
	often     = 3     // from so many times on a word stands often in a text
	oftenMost = 60    // words that stand often
	saidMost  = 150   // words lent to the paper's own
)

// Words by which an article is found that no reader types: where a word stands, and how an article is filed. The mark is no letter,
// so that no word begins with it. A gap keeps phrases from reaching across it.
const (
	gap       = "·"
	inHead    = "·h" // a word of the headline
	inFront   = "·f" // of headline, names or summary
	inOften   = "·o" // of those, or often in the text
	inSection = "·s"
	byByline  = "·b"
	ofLang    = "·l"
	langMark  = "·"
)

// made is an entry as it is kept: words is all by which it is found, head by what it is ranked, said the folded and printed words it
// lends to the paper's own.
type made struct {
	words, head string
	said        [][2]string
}

// maker gathers an entry.
type maker struct {
	lang  string
	all   []string // by place
	times map[string]int
	tiers []string
	seen  map[string]bool
	said  map[string]string
	order []string
}

func (e entry) make() made {
	m := maker{lang: e.lang, times: map[string]int{}, seen: map[string]bool{}, said: map[string]string{}}
	head := m.take(e.headline, frontMost)
	for _, name := range e.names {
		m.tier(inFront, m.take(name, frontMost-len(m.all)))
	}
	m.tier(inHead, head)
	m.tier(inFront, head)
	m.tier(inFront, m.take(e.summary, frontMost-len(m.all)))
	front := len(m.tiers)
	rest := m.take(e.rest, restMost)
	m.tierOften(m.tiers[:front], rest)
	filed := []string{ofLang + langMark + e.lang}
	for _, id := range e.sections {
		filed = append(filed, inSection+strconv.FormatInt(id, 10))
	}
	for _, id := range e.bylines {
		filed = append(filed, byByline+strconv.FormatInt(id, 10))
	}
	words := slices.Concat(m.all, []string{gap}, m.tiers, filed)
	made := made{words: strings.Join(words, " "), head: " " + strings.Join(m.tiers, " ") + " "}
	for _, f := range m.order[:min(len(m.order), saidMost)] {
		made.said = append(made.said, [2]string{f, m.said[f]})
	}
	return made
}

// take adds a part of the article, and gives its words. All words before the text are lent to the paper's own, and of the text names that
// stand within a sentence and words that stand there twice.
func (m *maker) take(text string, most int) []word {
	if most <= 0 {
		return nil
	}
	list := split(text, m.lang, most)
	for i, w := range list {
		if m.times[w.stem]++; m.times[w.stem] > sameMost {
			m.all = append(m.all, gap)
		} else {
			m.all = append(m.all, w.stem)
		}
		if most < restMost || m.times[w.stem] == 2 || i > 0 && isName(text, list[i-1], w) {
			m.lend(w, text[w.from:w.to])
		}
	}
	m.all = append(m.all, gap)
	return list
}

// isName tells whether a word begins with a capital without beginning a sentence.
func isName(text string, before, w word) bool {
	r, _ := utf8.DecodeRuneInString(text[w.from:])
	return unicode.IsUpper(r) && strings.TrimSpace(text[before.to:w.from]) == ""
}

func (m *maker) lend(w word, shape string) {
	if utf8.RuneCountInString(w.fold) < 3 || common(m.lang, w.fold) {
		return
	}
	if _, ok := m.said[w.fold]; !ok {
		m.said[w.fold] = without(shape)
		m.order = append(m.order, w.fold)
	}
}

// tier notes where words stand, each once, in their order.
func (m *maker) tier(where string, list []word) {
	for _, w := range list {
		m.note(where + w.stem)
	}
}

func (m *maker) note(token string) {
	if !m.seen[token] {
		m.seen[token] = true
		m.tiers = append(m.tiers, token)
	}
}

func (m *maker) tierOften(front []string, rest []word) {
	for _, token := range front {
		if stem, ok := strings.CutPrefix(token, inFront); ok {
			m.note(inOften + stem)
		}
	}
	n, times := 0, map[string]int{}
	for _, w := range rest {
		if times[w.stem]++; times[w.stem] == often && n < oftenMost && !common(m.lang, w.fold) {
			m.note(inOften + w.stem)
			n++
		}
	}
}

// vector is the words as PostgreSQL takes them: those of the text with their places, the others without.
func vector(words string) string {
	places := map[string][]string{}
	var order []string
	for i, w := range strings.Split(words, " ") {
		if w == gap {
			continue
		}
		if _, ok := places[w]; !ok {
			order = append(order, w)
		}
		at := ""
		if !strings.HasPrefix(w, gap) {
			at = strconv.Itoa(i + 1)
		}
		places[w] = append(places[w], at)
	}
	var b strings.Builder
	for _, w := range order {
		fmt.Fprintf(&b, "'%s'", w)
		if at := strings.Join(places[w], ","); at != "" {
			b.WriteString(":" + at)
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// places are those of articles published in one millisecond. A place orders articles by their publication.
const places = 1 << 20

// place is the first place of articles published at t; what is out of all reckoning stands at its edge.
func place(t time.Time) int64 {
	const edge = 1 << 42 // milliseconds: the years 1830 to 2109
	return min(max(t.UnixMilli(), -edge), edge) * places
}

package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// snippetMost is about how many bytes of a text a snippet has; lookMost how many of a text are looked at.
const (
	snippetMost = 220
	lookMost    = 60_000
)

// snippet is the passage of a text with most of what was looked for, cut at words and, where one is near, at the beginning of a
// sentence. None where nothing of it stands there.
func (q query) snippet(text string) []Piece {
	if len(text) > lookMost {
		text = strings.ToValidUTF8(text[:lookMost], "")
	}
	hits := q.hits(text)
	if len(hits) == 0 {
		return nil
	}
	begin, most := 0, 0
	for i := range hits {
		kinds, last := map[string]bool{}, i
		for ; last < len(hits) && hits[last].to-hits[i].from < snippetMost; last++ {
			kinds[hits[last].stem] = true
		}
		if n := len(kinds)*100 + last - i; n > most {
			begin, most = i, n
		}
	}
	from := sentenceBefore(text, hits[begin].from)
	to := wordAfter(text, max(from+snippetMost, hits[begin].to))
	return pieces(text, from, to, hits)
}

// hits are the words of a text that were looked for.
func (q query) hits(text string) []word {
	want, begins := map[string]bool{}, [utf8.RuneSelf]bool{}
	for _, u := range q.units {
		for _, w := range u.words {
			if !common(q.lang, w.fold) || u.phrase() {
				want[w.stem] = true
				begins[w.fold[0]&0x7f] = true
			}
		}
	}
	if len(want) == 0 {
		return nil
	}
	var hits []word
	for _, w := range splitOf(text, q.lang, restMost, func(first byte) bool {
		return first >= utf8.RuneSelf || begins[first] || first <= 'Z' && begins[first|0x20] // of a word in another script, or with an accent, it tells nothing
	}) {
		if want[w.stem] {
			hits = append(hits, w)
		}
	}
	return hits
}

// sentenceBefore is where a snippet begins that shows what stands at: where its sentence does, if that is near, else at a word before it.
func sentenceBefore(text string, at int) int {
	earliest := max(0, at-snippetMost/2)
	for i := at; i > earliest; {
		r, size := utf8.DecodeLastRuneInString(text[:i])
		if i < at && (r == '\n' || strings.ContainsRune(".!?؟…”\"", r) && unicode.IsSpace(rune(text[i]))) {
			return i + len(text[i:]) - len(strings.TrimLeftFunc(text[i:], unicode.IsSpace))
		}
		i -= size
	}
	if earliest == 0 {
		return 0
	}
	if space := strings.IndexFunc(text[earliest:at], unicode.IsSpace); space >= 0 {
		return earliest + space + 1
	}
	return at
}

func wordAfter(text string, at int) int {
	if at >= len(text) {
		return len(text)
	}
	if space := strings.LastIndexFunc(text[:at], unicode.IsSpace); space > at-40 {
		return space
	}
	for at < len(text) && !utf8.RuneStart(text[at]) {
		at++
	}
	return at
}

func pieces(text string, from, to int, hits []word) []Piece {
	var list []Piece
	add := func(s string, match bool) {
		if s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' }), " "); s != "" {
			list = append(list, Piece{s, match})
		}
	}
	if from > 0 {
		add("… ", false)
	}
	at := from
	for _, w := range hits {
		if w.from < from || w.to > to {
			continue
		}
		add(text[at:w.from], false)
		add(text[w.from:w.to], true)
		at = w.to
	}
	add(text[at:to], false)
	if to < len(text) {
		add(" …", false)
	}
	return list
}

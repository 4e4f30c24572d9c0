package search

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Longest is the most bytes of a query; who searches for more is told.
const Longest = 1000

// mostUnits are the words and phrases of a query that are looked for; what follows is left out.
const mostUnits = 12

// unit is one thing that is looked for: a word, or words that stand one after another.
type unit struct {
	said  string
	words []word
}

func (u unit) phrase() bool { return len(u.words) > 1 }

// query is what somebody typed, understood.
type query struct {
	lang     string
	units    []unit
	not      []unit
	sections []string
	by       []string
	from     time.Time // at or after; zero for no bound
	until    time.Time // before; zero for no bound
}

// keys are the words before a colon, in the languages of the interface.
var keys = map[string]string{
	"section": "section", "sección": "section", "seccion": "section", "قسم": "section",
	"by": "by", "author": "by", "por": "by", "autor": "by", "بقلم": "by", "كاتب": "by",
	"after": "after", "since": "after", "from": "after", "desde": "after", "بعد": "after",
	"before": "before", "until": "before", "antes": "before", "hasta": "before", "قبل": "before",
	"on": "on", "date": "on", "fecha": "on", "تاريخ": "on",
}

// read understands what somebody typed: words, "phrases", -what is not wanted, section:, by:, after:, before:, on: with a day, month or
// year. Days are those of zone. A quote that is never closed reaches to the end; what is no date is a word.
func read(text, lang string, zone *time.Location) query {
	q := query{lang: lang}
	rest := strings.ToValidUTF8(text, " ")
	for {
		rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
		if rest == "" {
			return q.lean()
		}
		not := false
		if after, ok := cutAny(rest, "-", "−", "–"); ok && after != "" && !startsWithSpace(after) {
			rest, not = after, true
		}
		key := ""
		if name, after, ok := strings.Cut(rest, ":"); ok && len(name) < 20 && !startsWithSpace(after) && after != "" {
			if k, known := keys[strings.ToLower(name)]; known {
				key, rest = k, after
			}
		}
		var said string
		said, rest = next(rest)
		q.take(key, said, not, zone)
	}
}

func cutAny(s string, heads ...string) (string, bool) {
	for _, head := range heads {
		if rest, ok := strings.CutPrefix(s, head); ok {
			return rest, true
		}
	}
	return s, false
}

func startsWithSpace(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsSpace(r)
}

// quotes are what a phrase is put between.
var quotes = map[rune]string{'"': "\"“”„", '“': "”\"“", '„': "“”\"", '«': "»", '”': "”\""}

// next is the next piece: all between quotes, or all up to a space.
func next(s string) (said, rest string) {
	first, size := utf8.DecodeRuneInString(s)
	if ends, ok := quotes[first]; ok {
		s = s[size:]
		at := strings.IndexAny(s, ends)
		if at < 0 {
			return s, ""
		}
		_, size = utf8.DecodeRuneInString(s[at:])
		return s[:at], s[at+size:]
	}
	at := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || quotes[r] != "" })
	if at < 0 {
		return s, ""
	}
	return s[:at], s[at:]
}

func (q *query) take(key, said string, not bool, zone *time.Location) {
	from, until, isDate := span(said, zone)
	switch {
	case key == "section" && !not:
		q.sections = append(q.sections, said)
	case key == "by" && !not:
		q.by = append(q.by, said)
	case key == "after" && isDate && !not:
		q.from = from
	case key == "before" && isDate && !not:
		q.until = until
	case key == "on" && isDate && !not:
		q.from, q.until = from, until
	default:
		q.add(said, not)
	}
}

func (q *query) add(said string, not bool) {
	u := unit{said, split(said, q.lang, mostUnits)}
	into := &q.units
	if not {
		into = &q.not
	}
	if len(u.words) > 0 && len(*into) < mostUnits {
		*into = append(*into, u)
	}
}

// span are the day, month or year that said names: 2025-06-17, 2025-06, 2025.
func span(said string, zone *time.Location) (from, until time.Time, ok bool) {
	for layout, step := range map[string][3]int{time.DateOnly: {0, 0, 1}, "2006-01": {0, 1, 0}, "2006": {1, 0, 0}} {
		if t, err := time.ParseInLocation(layout, strings.TrimSpace(said), zone); err == nil && t.Year() > 1800 && t.Year() < 2100 {
			return t, t.AddDate(step[0], step[1], step[2]), true
		}
	}
	return from, until, false
}

// lean leaves out common words and what is said twice, if anything remains.
func (q query) lean() query {
	var kept []unit
	known := map[string]bool{}
	for _, u := range q.units {
		key := tokens(u)
		if known[key] || !u.phrase() && common(q.lang, u.words[0].fold) {
			continue
		}
		known[key] = true
		kept = append(kept, u)
	}
	if len(kept) > 0 {
		q.units = kept
	}
	return q
}

func tokens(u unit) string {
	list := make([]string, len(u.words))
	for i, w := range u.words {
		list[i] = w.stem
	}
	return strings.Join(list, " ")
}

// empty tells whether nothing is looked for.
func (q query) empty() bool {
	return len(q.units)+len(q.not)+len(q.sections)+len(q.by) == 0 && q.from.IsZero() && q.until.IsZero()
}

package search

import (
	"strings"
	"unicode/utf8"

	stems "github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/hungarian"
	"github.com/blevesearch/snowballstem/irish"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/blevesearch/snowballstem/swedish"
	"github.com/blevesearch/snowballstem/tamil"
	"github.com/blevesearch/snowballstem/turkish"
)

// stemmerOf is how a word of lang becomes the stem by which it is found: Snowball's algorithms (snowballstem.org), a light one of our own
// for Arabic, and for all other languages the folded word itself.
func stemmerOf(lang string) func(string) string {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	switch base {
	case "ar":
		return func(said string) string { return arabic(fold(said)) }
	case "es": // whoever searches leaves accents out: both ways of writing find each other
		return func(said string) string { return fold(snowball(spanish.Stem, accented(fold(said)))) }
	case "en":
		return func(said string) string { return snowball(english.Stem, fold(said)) }
	}
	stem := map[string]func(*stems.Env) bool{"da": danish.Stem, "nl": dutch.Stem, "fi": finnish.Stem, "fr": french.Stem, "de": german.Stem, "hu": hungarian.Stem,
		"ga": irish.Stem, "it": italian.Stem, "nb": norwegian.Stem, "nn": norwegian.Stem, "no": norwegian.Stem, "pt": portuguese.Stem, "ro": romanian.Stem,
		"ru": russian.Stem, "sv": swedish.Stem, "ta": tamil.Stem, "tr": turkish.Stem}[base]
	if stem == nil {
		return fold
	}
	return func(said string) string { return fold(snowball(stem, strings.ToLower(without(said)))) }
}

// snowball is the stem of a word of which only letters and digits are left; one that is none is its own.
func snowball(stem func(*stems.Env) bool, said string) string {
	if len(said) > wordMost || !utf8.ValidString(said) {
		return said
	}
	env := stems.NewEnv(said)
	stem(env)
	if env.Current() == "" {
		return said
	}
	return env.Current()
}

// accented puts back the accents by which Spanish endings are known.
func accented(f string) string {
	for _, end := range [][2]string{{"cion", "ción"}, {"sion", "sión"}, {"logia", "logía"}} {
		if rest, ok := strings.CutSuffix(f, end[0]); ok {
			return rest + end[1]
		}
	}
	return f
}

// arabic takes off what stands before and behind a folded Arabic word: the article with what is written together with it, and the
// endings of plurals and pronouns (as light10 of Larkey, Ballesteros and Connell, 2002).
func arabic(f string) string {
	if rest, ok := strings.CutPrefix(f, "و"); ok && utf8.RuneCountInString(rest) >= 3 {
		f = rest
	}
	for _, head := range []string{"ال", "وال", "بال", "كال", "فال", "لل"} {
		if rest, ok := strings.CutPrefix(f, head); ok && utf8.RuneCountInString(rest) >= 2 {
			f = rest
			break
		}
	}
	for _, tail := range []string{"ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي"} {
		if rest, ok := strings.CutSuffix(f, tail); ok && utf8.RuneCountInString(rest) >= 2 {
			f = rest
		}
	}
	return f
}

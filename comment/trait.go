package comment

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// trait is one thing that the score goes by.
type trait struct {
	text  string // a word, two words together, or a feature, which begins with #
	mark  uint64
	prior float64 // what it says before anything was learned
	says  float64
}

// mostTraits bounds how much of one comment is looked at and learned.
const mostTraits = 400

// traitsOf are the traits of a comment, each once, in the order of their marks.
func traitsOf(e Evidence, digest func(string) uint64) []trait {
	links := Links(e.Text)
	folded, _ := fold(without(e.Text, links), disguise{one: 'i'})
	text := string(folded.text)
	traits := make([]trait, 0, 64)
	words, last := 0, 0 // last is where the word before begins
	for at := 1; at < len(text) && len(traits) < mostTraits; words++ {
		end := at + strings.IndexByte(text[at:], ' ')
		if end-at <= 40 {
			traits = append(traits, trait{text: text[at:end]})
			if words > 0 && end-last <= 60 {
				traits = append(traits, trait{text: text[last:end]})
			}
		}
		last, at = at, end+1
	}
	traits = append(traits, features(e, links, words)...)
	for i := range traits {
		traits[i].mark = digest(traits[i].text)
	}
	slices.SortFunc(traits, func(a, b trait) int { return cmp.Compare(a.mark, b.mark) })
	return slices.CompactFunc(traits, func(a, b trait) bool { return a.mark == b.mark })
}

// without is a text without some passages of it.
func without(text string, passages [][]int) string {
	if len(passages) == 0 {
		return text
	}
	var b strings.Builder
	at := 0
	for _, p := range passages {
		b.WriteString(text[at:p[0]])
		at = p[1]
	}
	b.WriteString(text[at:])
	return b.String()
}

// features are the traits that are no words.
func features(e Evidence, links [][]int, words int) []trait {
	var traits []trait
	add := func(is bool, name string, prior float64) {
		if is {
			traits = append(traits, trait{text: "#" + name, prior: prior})
		}
	}
	add(len(links) == 1, "link", 1.2)
	add(len(links) > 1, "links", 2.2)
	add(len(links) > 0 && words < 12, "hardly more than a link", .9)
	add(e.Same > 0, "same text", 1+min(2.8, .7*float64(e.Same)))
	add(e.Trapped, "trap", 6)
	add(e.Known, "known", -2)
	add(shouts(e.Text), "capitals", 1)
	add(e.Site != "", "website", .5)
	add(hasLink(e.Name), "link as a name", 3)
	for _, l := range links[:min(len(links), 20)] {
		add(true, "to "+hostOf(hrefOf(e.Text[l[0]:l[1]])), 0)
	}
	if e.Site != "" {
		add(true, "to "+hostOf(e.Site), 0)
	}
	return traits
}

func hasLink(name string) bool { return len(Links(name)) > 0 }

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

// shouts tells whether most of a text is in capitals.
func shouts(text string) bool {
	letters, capitals := 0, 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
		}
		if unicode.IsUpper(r) {
			capitals++
		}
	}
	return letters >= 20 && capitals*10 > letters*6
}

// told is a sign in words for moderators.
func (s trait) told(e Evidence) string {
	name, feature := strings.CutPrefix(s.text, "#")
	switch {
	case !feature:
		return "“" + s.text + "”"
	case name == "link" || name == "links":
		return counted(len(Links(e.Text)), "1 link", "%d links")
	case name == "same text":
		return fmt.Sprintf("same text %d times in 10 minutes", e.Same+1)
	case name == "trap":
		return "a field that nobody sees was filled"
	case name == "capitals":
		return "mostly capitals"
	case name == "website":
		return "a website is given"
	case strings.HasPrefix(name, "to "):
		return "a link " + name
	}
	return name
}

// Package tongue is how the paper speaks: its dates, numbers and lists in the reader's language,
// and every word of its pages that is not the news itself.
//
// A text is written in English where it stands, and once more in each lang/*.json; the tests name what is missing there.
// Another language is another file, begun by gen.
package tongue

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Tongue is one language as written in one region. It never changes and may be shared by all requests.
type Tongue struct {
	Tag  string // BCP 47, as in <html lang>: "en", "en-GB", "ar"
	Dir  string // "ltr" or "rtl"
	Name string // the language in its own words: "English", "العربية"

	cldr     facts
	formats  map[Style]pattern
	clock    pattern
	plurals  []pluralRule
	messages map[string]message
	names    map[string]string
}

// For is the tongue nearest to a BCP 47 tag: language and region where CLDR knows both, else the language alone,
// else English. It is never nil, whatever the tag holds. Plain "en" is written as in the United States.
func For(tag string) *Tongue {
	base, _, region := subtags(tag)
	language, ok := languages()[base]
	if !ok {
		return languages()["en"]()[""]
	}
	regions := language()
	if t, ok := regions[region]; ok {
		return t
	}
	return regions[""]
}

// Tags are the languages the interface speaks, in order: "ar", "en", "es".
func Tags() []string { return languageTags() }

// Hours24 is the same tongue with the clock of the paper's choice: "14:05" when on, else "2:05 PM".
// Without it the clock is the region's own habit.
func (t *Tongue) Hours24(on bool) *Tongue {
	own := *t
	own.clock = compile(t.cldr.H12)
	if on {
		own.clock = compile(t.cldr.H24)
	}
	return &own
}

// Language is the name of another language in this tongue, as it stands within a sentence: "Spanish", "español".
// One whose name we do not know is called by its own name, or by its tag.
func (t *Tongue) Language(tag string) string {
	base, _, _ := subtags(tag)
	if name, ok := t.names[base]; ok {
		return name
	}
	return Endonym(tag)
}

// Endonym is a language's name in its own words: "es" gives "español". An unknown tag is given back as it is.
func Endonym(tag string) string {
	base, _, _ := subtags(tag)
	if name, ok := known().Endonyms[base]; ok {
		return name
	}
	return tag
}

// Dir is "rtl" or "ltr": the direction of the script that a BCP 47 tag names, or that its language is usually written
// in (CLDR's likely subtags). An unknown tag is "ltr".
func Dir(tag string) string {
	base, script, region := subtags(tag)
	k := known()
	if script != "" {
		return direction(k.RightToLeft.Scripts[script])
	}
	if rtl, ok := k.RightToLeft.Tags[base+"-"+region]; ok {
		return direction(rtl)
	}
	return direction(k.RightToLeft.Tags[base])
}

func direction(rtl bool) string {
	if rtl {
		return "rtl"
	}
	return "ltr"
}

// Capital is a text with its first letter raised, for a heading or a list: CLDR gives the months and days of many
// languages ("martes, 17 de junio") as they stand within a sentence.
func (t *Tongue) Capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 || first == utf8.RuneError {
		return s
	}
	up := unicode.ToTitle(first)
	if base, _, _ := subtags(t.Tag); base == "tr" || base == "az" {
		up = unicode.TurkishCase.ToTitle(first)
	}
	return string(up) + s[size:]
}

// subtags takes a BCP 47 tag apart, in the usual case of each part: "ZH_hant-tw" gives "zh", "Hant", "TW".
// What is not a language, a script or a region is left out.
func subtags(tag string) (base, script, region string) {
	for i, part := range strings.FieldsFunc(tag, func(r rune) bool { return r == '-' || r == '_' }) {
		switch {
		case i == 0:
			base = strings.ToLower(part)
		case len(part) == 1:
			return base, script, region
		case len(part) == 4 && script == "" && region == "" && unicode.IsLetter(rune(part[0])):
			script = strings.ToUpper(part[:1]) + strings.ToLower(part[1:])
		case (len(part) == 2 || len(part) == 3 && part[0] <= '9') && region == "":
			region = strings.ToUpper(part)
		}
	}
	return base, script, region
}

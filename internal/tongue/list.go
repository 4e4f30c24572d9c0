package tongue

import (
	"html/template"
	"strings"
)

// List joins names as a sentence does: "A", "A and B", "A, B and C". How they are joined comes from CLDR.
func (t *Tongue) List(names []string) string { return t.list(names, names) }

// ListHTML is List with each name shown as HTML, a link for instance; there are as many of those as names.
func (t *Tongue) ListHTML(names []string, shown []template.HTML) template.HTML {
	pieces := make([]string, len(shown))
	for i, h := range shown {
		pieces[i] = string(h)
	}
	return template.HTML(t.list(names, pieces)) // what stands between is CLDR's: commas and a word, with nothing to escape
}

// list joins what is shown for names; the names alone decide how.
func (t *Tongue) list(names, shown []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return shown[0]
	case 2:
		return fill(t.last(t.cldr.List[3], names[1]), shown[0], shown[1])
	}
	end := len(names) - 1
	s := fill(t.cldr.List[0], shown[0], shown[1])
	for _, next := range shown[2:end] {
		s = fill(t.cldr.List[1], s, next)
	}
	return fill(t.last(t.cldr.List[2], names[end]), s, shown[end])
}

// last is the pattern of the last step of a list. Spanish says "e" for "y" before the sound i ("Tom e Inés", but "Tom y Iago"),
// by the Real Academia's rule.
func (t *Tongue) last(pattern, name string) string {
	if pattern == "{0} y {1}" && soundsI(name) {
		return "{0} e {1}"
	}
	return pattern
}

func soundsI(name string) bool {
	s := strings.ToLower(name)
	s = strings.TrimPrefix(s, "h")
	for _, diphthong := range []string{"ia", "ie", "io", "iu"} {
		if strings.HasPrefix(s, diphthong) {
			return false
		}
	}
	return strings.HasPrefix(s, "i") || strings.HasPrefix(s, "í")
}

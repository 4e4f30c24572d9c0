package paper

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Line is a line of text as it is kept: composed (NFC), its spaces single, without the control characters
// and broken bytes that no page, feed or database holds.
func Line(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return norm.NFC.String(strings.Join(strings.Fields(s), " "))
}

// Lines are names by language, each as a Line.
func Lines(names map[string]string) map[string]string {
	if names == nil {
		return nil
	}
	out := make(map[string]string, len(names))
	for lang, name := range names {
		out[lang] = Line(name)
	}
	return out
}

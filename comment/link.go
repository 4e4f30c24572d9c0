package comment

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// nextLink is the next address in a text from a place on: where it begins and ends; its end is 0 if there is none.
func nextLink(text string, at, end int) (from, until int) {
	for at < end {
		i := strings.IndexAny(text[at:end], "hHwW")
		if i < 0 {
			return 0, 0
		}
		at += i
		if n := begins(text[at:end]); n > 0 && startsWord(text, at) {
			until := at + n + extent(text[at+n:end])
			if isWeb(hrefOf(text[at:until])) {
				return at, until
			}
			at = until
			continue
		}
		at++
	}
	return 0, 0
}

// begins is how long the beginning of an address is, 0 where none stands.
func begins(s string) int {
	for _, p := range [...]string{"https://", "http://", "www."} {
		if hasFold(s, p) {
			return len(p)
		}
	}
	return 0
}

func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func startsWord(text string, at int) bool {
	before, size := utf8.DecodeLastRuneInString(text[:at])
	return size == 0 || !unicode.IsLetter(before) && !unicode.IsDigit(before) && before != '_' && before != '@' || isUnspaced(before)
}

// longestLink is how many bytes an address in a text may have.
const longestLink = 2000

// extent is how far an address goes: up to a space or a sign that no address has, without what ends the sentence around it.
func extent(s string) int {
	s = s[:min(len(s), longestLink)]
	end := strings.IndexFunc(s, isOutside)
	if end < 0 {
		end = len(s)
	}
	for end > 0 {
		r, size := utf8.DecodeLastRuneInString(s[:end])
		switch {
		case r == ')' && strings.Count(s[:end], "(") >= strings.Count(s[:end], ")"):
			return end
		case strings.ContainsRune(".,;:!?'*_~)]…", r):
			end -= size
		default:
			return end
		}
	}
	return end
}

// isOutside tells whether r stands in no address.
func isOutside(r rune) bool {
	if r < utf8.RuneSelf {
		return r <= ' ' || strings.IndexByte("\"<>\\^`{|}\x7f", byte(r)) >= 0
	}
	return unicode.IsSpace(r) || unicode.In(r, unicode.Pi, unicode.Pf, unicode.Ps, unicode.Pe, unicode.Cf, unicode.Cc) || strings.ContainsRune("。，、！？：；،؛؟।", r)
}

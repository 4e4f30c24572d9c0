package comment

import (
	"net/mail"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Tidy makes of a text as it was typed what is kept: valid UTF-8 in NFC, lines that end in \n, no control characters, nothing that
// nobody sees or that turns what follows, at most two blank lines together, and no more marks on a letter than writing knows.
// What is tidy stays as it is.
func Tidy(text string) string { return settled(text, trimmed) }

// TidyName makes of a name as it was typed what is kept: one line, tidy as a text is, without marks of direction.
func TidyName(name string) string { return settled(name, oneLine) }

// settled repeats what tidies a text until there is nothing to do: NFC may put together what it looks at.
func settled(s string, tidy func(string) string) string {
	for range 8 {
		next := norm.NFC.String(tidy(s))
		if next == s {
			break
		}
		s = next
	}
	return s
}

func oneLine(name string) string {
	seen := strings.Map(func(r rune) rune {
		if r == 0x200e || r == 0x200f || r == 0x061c {
			return -1
		}
		return r
	}, clean(name))
	return strings.Join(strings.Fields(seen), " ")
}

// trimmed has no spaces at the ends of lines, and no more than two blank lines together.
func trimmed(text string) string {
	text = clean(text)
	if !strings.Contains(text, "\n") {
		return strings.TrimSpace(text)
	}
	lines := strings.Split(text, "\n")
	kept, blank := lines[:0], 0
	for _, l := range lines {
		l = strings.TrimRightFunc(l, unicode.IsSpace)
		if blank++; l != "" {
			blank = 0
		}
		if blank <= 2 {
			kept = append(kept, l)
		}
	}
	return strings.TrimSpace(strings.Join(kept, "\n"))
}

var breaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n", "\t", " ")

// clean takes out what nobody sees.
func clean(s string) string {
	if isPlain(s) {
		return s
	}
	all := []rune(breaks.Replace(strings.ToValidUTF8(s, "\uFFFD")))
	kept := make([]rune, 0, len(all))
	marks := 0
	for i, r := range all {
		next := rune(0)
		if i+1 < len(all) {
			next = all[i+1]
		}
		if !stays(r, kept, next) {
			continue
		}
		if marks++; !unicode.In(r, unicode.Mn, unicode.Me) || isSelector(r) {
			marks = 0
		}
		if marks <= mostMarks(r) && (marks == 0 || r != kept[len(kept)-1]) {
			kept = append(kept, r)
		}
	}
	return string(kept)
}

func isPlain(s string) bool {
	for i := range len(s) {
		if (s[i] < ' ' && s[i] != '\n') || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// mostMarks is how many marks may stand on one letter up to r: those that go with any letter three times, as Vietnamese and scholars
// need, those of one script six times, as Tibetan and Burmese do.
func mostMarks(r rune) int {
	if r < 0x0590 || r >= 0x1ab0 && r < 0x2de0 || r >= 0xfe20 {
		return 3
	}
	return 6
}

// stays tells whether a character is kept after others and before next. Joiners and what chooses a form stay where they do
// something: within scripts that join, within an emoji.
func stays(r rune, kept []rune, next rune) bool {
	last := rune(0)
	if len(kept) > 0 {
		last = kept[len(kept)-1]
	}
	switch {
	case r == '\n':
		return true
	case r < ' ', r >= 0x7f && r <= 0x9f:
		return false
	case r == 0x200c || r == 0x200d:
		return joins(last) && joins(next)
	case isSelector(r):
		return last > ' ' && !isSelector(last) && !isJoiner(last)
	case r >= 0xe0020 && r <= 0xe007f: // the flag of a part of a country
		return last == 0x1f3f4 || last >= 0xe0020 && last < 0xe007f
	case unicode.In(r, unicode.Mn, unicode.Me):
		return last > ' ' && r != 0x034f && r != 0x180b && r != 0x180c && r != 0x180d && r != 0x180f
	}
	return !isUnseen(r)
}

func isSelector(r rune) bool {
	return r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0100 && r <= 0xe01ef
}

func isJoiner(r rune) bool { return r == 0x200c || r == 0x200d }

// joins tells whether a joiner beside r can mean something.
func joins(r rune) bool {
	return r >= 0x0590 && !isJoiner(r) && (unicode.In(r, unicode.L, unicode.M, unicode.So, unicode.Sk) || r == 0xe007f || r == 0x2640 || r == 0x2642)
}

// isUnseen tells whether r leaves nothing on the page, or turns the direction of what follows.
func isUnseen(r rune) bool {
	switch {
	case r == 0x00ad, r == 0x180e, r == 0x200b, r == 0xfeff, // soft hyphen, separators without width
		r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f, // directions that hold, their isolates, invisible operators
		r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, r == 0x2800, // letters that are blank
		r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe0fff, // annotations, tags
		r >= 0x1d173 && r <= 0x1d17a, r >= 0x1bca0 && r <= 0x1bca3, // of music and of shorthand
		r&0xfffe == 0xfffe, r >= 0xfdd0 && r <= 0xfdef: // no characters
		return true
	}
	return false
}

// longestCluster is how many code points one character may have; what has more counts again. A family in its colours has 11.
const longestCluster = 16

// Length counts characters as people see them: grapheme clusters of Unicode (UAX 29).
func Length(text string) int {
	if isPlain(text) {
		return len(text)
	}
	n := 0
	for g := graphemes.FromString(text); g.Next(); {
		n += 1 + (utf8.RuneCountInString(g.Value())-1)/longestCluster
	}
	return n
}

// isMail tells whether mail can be sent to an address: a name of letters, figures and few signs, at a domain.
func isMail(s string) bool {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > longestMail || strings.ContainsAny(s, "\"<>()[]\\,;: ") || !isSeen(s) {
		return false
	}
	_, domain, _ := strings.Cut(s, "@")
	return isDomain(domain)
}

// isSite tells whether an address is that of a website: http or https, a domain, nobody's password.
func isSite(s string) bool { return len(s) <= longestSite && isWeb(s) }

func isWeb(s string) bool {
	if strings.ContainsAny(s, " \"<>\\^`{|}") || !isSeen(s) {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.User == nil && u.Opaque == "" && isDomain(u.Hostname())
}

// isSeen tells whether all of s is seen: cleaning takes nothing out of it.
func isSeen(s string) bool { return isPlain(s) && !strings.Contains(s, "\n") || oneLine(s) == s }

// isDomain tells whether a name can be that of a host on the net: with a dot, in letters of any script, or an address in figures.
func isDomain(host string) bool {
	if isPlainDomain(host) {
		return true
	}
	ascii, err := idna.Lookup.ToASCII(host)
	return err == nil && isPlainDomain(ascii)
}

func isPlainDomain(host string) bool {
	if len(host) > 253 || !strings.Contains(host, ".") {
		return false
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(host, "."), ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range []byte(label) {
			if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
				return false
			}
		}
	}
	return true
}

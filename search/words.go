package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// word is one word of a text: as it is compared (small, without accents), the stem by which it is found, and where it stands in bytes.
type word struct {
	fold, stem string
	from, to   int
}

// wordMost is the most bytes of a word that are looked at.
const wordMost = 40

// split cuts text into its words, at most most of them. A word is letters and digits; an apostrophe within is left out, and English 's
// with it. Of scripts that set no spaces every letter is a word.
func split(text, lang string, most int) []word { return splitOf(text, lang, most, nil) }

// splitOf is split for the words that may be wanted alone, as far as their first byte tells.
func splitOf(text, lang string, most int, wanted func(first byte) bool) []word {
	s := splitter{text: text, stem: stemmerOf(lang), known: map[string]string{}, wanted: wanted}
	begin := -1
	for i, r := range text {
		switch {
		case len(s.list) >= most:
			return s.list[:most]
		case alone(r):
			s.add(begin, i)
			s.add(i, i+utf8.RuneLen(r))
			begin = -1
		case unicode.IsLetter(r) || unicode.IsDigit(r) || begin >= 0 && (unicode.Is(unicode.M, r) || r == '\u200d' || joins(text, i, r)):
			if begin < 0 {
				begin = i
			}
		default:
			s.add(begin, i)
			begin = -1
		}
	}
	s.add(begin, len(text))
	return s.list[:min(len(s.list), most)]
}

type splitter struct {
	text  string
	stem  func(string) string
	known map[string]string // stems
	list  []word

	wanted func(first byte) bool
}

func (s *splitter) add(from, to int) {
	if from < 0 || from == to || s.wanted != nil && !s.wanted(s.text[from]) {
		return
	}
	said := s.text[from:to]
	f := fold(said)
	if f == "" {
		return
	}
	stem, ok := s.known[said]
	if !ok {
		stem = s.stem(said)
		s.known[said] = stem
	}
	s.list = append(s.list, word{f, stem, from, to})
}

// joins tells whether r is an apostrophe between letters.
func joins(text string, at int, r rune) bool {
	if r != '\'' && r != '’' {
		return false
	}
	next, _ := utf8.DecodeRuneInString(text[at+utf8.RuneLen(r):])
	return unicode.IsLetter(next)
}

// alone tells whether r is of a script that sets no spaces.
func alone(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// without is the word without English 's.
func without(said string) string {
	for _, s := range []string{"'s", "’s", "'S", "’S"} {
		if rest, ok := strings.CutSuffix(said, s); ok {
			return rest
		}
	}
	return said
}

// fold is a word as it is compared: small letters without accents, alef and digits in one form each. "" if nothing is left.
func fold(said string) string {
	said = without(said)
	if plain(said) {
		return cut(strings.ToLower(said))
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(said)) {
		if s, ok := oneForm[r]; ok {
			b.WriteString(s)
			continue
		}
		switch {
		case r >= '٠' && r <= '٩':
			b.WriteRune('0' + r - '٠')
		case r >= '۰' && r <= '۹':
			b.WriteRune('0' + r - '۰')
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return cut(b.String())
}

// oneForm is how letters are written here that have several forms, or no accent to lose. Tatweel only stretches a word.
var oneForm = map[rune]string{'ß': "ss", 'æ': "ae", 'ø': "o", 'œ': "oe", 'ð': "d", 'þ': "th", 'ł': "l", 'đ': "d", 'ı': "i",
	'ـ': "", 'ى': "ي", 'ة': "ه", 'ٱ': "ا", 'ک': "ك", 'ی': "ي"}

func plain(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; (c < 'a' || c > 'z') && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

func cut(s string) string {
	if len(s) <= wordMost {
		return s
	}
	return strings.ToValidUTF8(s[:wordMost], "")
}

// common tells whether a folded word is one that says nothing of what a text is about.
func common(lang, fold string) bool {
	base, _, _ := strings.Cut(lang, "-")
	return slices.Contains(commons[base], fold)
}

var commons = map[string][]string{
	"en": strings.Fields(`a about after all also an and any are as at be been but by can did do does for from had has have he her his how i if in into is it its me my
		not of on one or our out she so than that the their them then there these they this to was we were what when where which who why will with would you your`),
	"es": strings.Fields(`a al algo como con cual cuando de del desde donde el ella ellas ellos en entre era es esa ese eso esta este esto fue ha han hay la las le les lo los mas me mi
		muy ni no nos o para pero por porque que quien se ser si sin sobre son su sus tambien te tiene un una uno unos y ya`),
	"ar": strings.Fields(`في من الي علي عن مع هذا هذه ذلك تلك التي الذي الذين ان او ثم كان كانت ما لا لم لن قد كل بعد قبل بين هو هي هم و يا اي كيف متي اين لماذا`),
	"fr": strings.Fields(`a au aux avec ce ces cette dans de des du elle elles en est et il ils je la le les leur leurs lui mais ne nous on ou par pas pour qu que qui sa se ses son sur un une vous y`),
	"de": strings.Fields(`als am an auch auf aus bei bis das dass dem den der des die doch ein eine einem einen einer eines er es fur hat ich im in ist mit nach nicht noch nur oder sich sie sind so
		uber um und von vor war was wenn wer wie wird wo zu zum zur`),
	"it": strings.Fields(`a ad al alla anche che chi con da dal dei del della delle di e ed gli ha i il in io la le lo ma ne nel nella non o per piu si sono su un una uno`),
	"pt": strings.Fields(`a ao as com como da das de do dos e ela ele em entre era essa esse esta este foi ha isso ja mais mas na nas nao no nos o os ou para pela pelo por que quem se sem ser seu sua um uma`),
}

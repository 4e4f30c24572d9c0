package move

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// common holds, by language, words so common that any longer text has many of them, and that its neighbours lack.
var common = map[string][]string{
	"en": strings.Fields("the and of to in that is was for with on as it his by from which this have are were not has had"),
	"es": strings.Fields("el la los las que del en y una por con para se es su como más pero fue este ha sus entre también"),
	"fr": strings.Fields("le la les des et est une du dans qui pour au sur pas avec ce par il sont plus cette été aux mais"),
	"de": strings.Fields("der die und das den von zu mit sich auf ist im für nicht dem ein eine auch als es an wird bei nach"),
	"pt": strings.Fields("o os as que do da em um uma para com não por mais dos das na no se foi ao como são pela também"),
	"it": strings.Fields("il di che la per una del in con non sono della è da si le dei alla anche nel più gli come stato"),
	"ar": strings.Fields("في من على إلى أن التي الذي عن مع هذا هذه كان قال بعد بين قد ما لم كما ذلك وقال خلال أو لا"),
}

// tell names the language of a text by its commonest words, when one language is clearly ahead, else "".
// It counts at most the first 2,000 words.
func tell(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text[:min(len(text), 16<<10)]), func(r rune) bool { return !unicode.IsLetter(r) })
	words = words[:min(len(words), 2000)]
	seen := map[string]int{}
	for _, w := range words {
		seen[w]++
	}
	best, first, second := "", 0, 0
	for lang, list := range common {
		n := 0
		for _, w := range list {
			n += seen[w]
		}
		switch {
		case n > first:
			best, first, second = lang, n, first
		case n > second:
			second = n
		}
	}
	if first*10 < len(words) || first < 5 || 4*second > 3*first {
		return ""
	}
	return best
}

// runs tells which way the letters of a text run, by the majority of its first letters.
func runs(text string) string {
	left, right := 0, 0
	for _, r := range text[:min(len(text), 8<<10)] {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.L:
			left++
		case bidi.R, bidi.AL:
			right++
		}
	}
	if right > left {
		return "rtl"
	}
	return "ltr"
}

// fold keeps of a text only what makes it that text: its letters and digits, compatibility forms made one, in lower case, one blank between words.
func fold(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKC.String(strings.ToLower(s)) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
		case r == '\'' || r == '’' || r == '\u00ad':
		default:
			gap = true
		}
	}
	return b.String()
}

// key is a digest of what an article says, the same for every copy of it.
func key(headline, text string) string {
	sum := sha256.Sum256([]byte(fold(headline) + "\n" + fold(text)))
	return hex.EncodeToString(sum[:16])
}

// squeeze puts one blank for every run of white space and trims both ends.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// short is at most n letters of s, with an ellipsis when it was longer.
func short(s string, n int) string {
	r := []rune(squeeze(s))
	if len(r) <= n {
		return string(r)
	}
	return strings.TrimSpace(string(r[:n-1])) + "…"
}

// taken lists for a person what was taken from a page.
func taken(p *Page) []string {
	var out []string
	add := func(what, value string) {
		if value != "" {
			out = append(out, what+": "+short(value, 100))
		}
	}
	add("headline", p.Headline)
	add("kicker", p.Kicker)
	add("summary", p.Summary)
	out = append(out, counts(p)...)
	add("byline", strings.Join(p.Bylines, ", "))
	if !p.Published.IsZero() {
		add("published", p.Published.Format("2006-01-02 15:04 MST"))
	}
	if !p.Updated.IsZero() {
		add("updated", p.Updated.Format("2006-01-02 15:04 MST"))
	}
	add("seen", p.Seen)
	add("language", p.Lang)
	add("site", p.Site)
	add("address", p.URL)
	add("lead picture", p.Picture)
	return out
}

// counts says how many blocks of each kind the text has, in the order they first come.
func counts(p *Page) []string {
	n, order := map[string]int{}, []string{}
	for _, b := range p.Body.Blocks {
		if n[b.Type]++; n[b.Type] == 1 {
			order = append(order, b.Type)
		}
	}
	var out []string
	for _, kind := range order {
		out = append(out, many(n[kind], kind))
	}
	return out
}

// many is "1 list" or "3 lists".
func many(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// leavings gathers what is left out: the same thing more than once stands on one line with its count.
type leavings struct {
	order []string
	n     map[string]int
}

// add notes one thing left out; what names its kind and text, shortened, the thing itself (may be empty).
func (l *leavings) add(what, text string) {
	line := what
	if t := short(text, 60); t != "" {
		line += ": " + t
	}
	if l.n == nil {
		l.n = map[string]int{}
	}
	if l.n[line]++; l.n[line] == 1 {
		l.order = append(l.order, line)
	}
}

// list gives the lines, each once, in the order they were met.
func (l *leavings) list() []string {
	out := make([]string, 0, len(l.order))
	for _, line := range l.order {
		if n := l.n[line]; n > 1 {
			line = fmt.Sprintf("%s ×%d", line, n)
		}
		out = append(out, line)
	}
	return out
}

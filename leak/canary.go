package leak

import (
	"strings"
	"unicode"

	"lede/article"
	"lede/internal/doc"
)

// canary is a run of words that stands in something the public does not see.
type canary struct {
	of    int64 // the article; 0 for what belongs to none
	what  string
	words string
}

// canaries are all of them, by their hash. sizes are the lengths in words that occur.
type canaries struct {
	by    map[uint64]canary
	sizes [longest + 1]bool
}

const (
	longest  = 5  // words of a canary cut out of a longer text
	perText  = 24 // such of one article
	telling  = 8  // letters that a word must have to tell by itself, or with one or two beside it
	tokenLen = 20 // letters of a token that nobody could guess
)

// add takes canaries out of a line or a paragraph. A long one gives five words of its beginning, its middle and its end; a short one
// must have a word in it that tells.
func (c *canaries) add(of int64, what, text string) {
	words := split(text)
	n := len(words)
	if n == 0 || n < longest && !tells(words) {
		return
	}
	if n <= longest {
		c.keep(canary{of: of, what: what}, words)
		return
	}
	for _, from := range []int{0, (n - longest) / 2, n - longest} {
		c.keep(canary{of: of, what: what}, words[from:from+longest])
	}
}

func (c *canaries) keep(one canary, words []string) {
	one.words = strings.Join(words, " ")
	c.sizes[len(words)] = true
	if key := hash(words); c.by[key].words == "" {
		c.by[key] = one
	}
}

func tells(words []string) bool {
	for _, w := range words {
		if len([]rune(w)) >= telling {
			return true
		}
	}
	return len(words) >= 4
}

// text takes canaries out of all that an article says.
func (c *canaries) text(of int64, t article.Text) {
	for _, l := range lines(t) {
		c.add(of, l.what, l.says)
	}
	left := perText
	for n := range t.Body.All() {
		if left > 0 && (n.Type == "paragraph" || n.Type == "heading" || n.Type == "cell" || n.Type == "code") {
			c.add(of, "its text", words(n))
			left--
		}
		for _, l := range blockLines(n) {
			c.add(of, l.what, l.says)
		}
	}
}

// line is one thing that is said, and what it is.
type line struct{ what, says string }

// lines are what an article says beside its text.
func lines(t article.Text) []line {
	all := []line{
		{"its headline", t.Headline}, {"its kicker", t.Kicker}, {"its summary", t.Summary}, {"its dateline", t.Dateline},
		{"its picture's caption", t.Lead.Caption}, {"its picture's alternative text", t.Lead.Alt}, {"its picture's credit", t.Lead.Credit},
		{"its title in search", t.Search.Title}, {"its description in search", t.Search.Description},
		{"its title on cards", t.Social.Title}, {"its description on cards", t.Social.Description},
	}
	for _, s := range t.Sources {
		all = append(all, line{"a source", s.Name})
	}
	return all
}

// blockLines are what a block says of itself.
func blockLines(n doc.Node) []line {
	return []line{{"a caption", n.Attrs.Caption}, {"an alternative text", n.Attrs.Alt}, {"a credit", n.Attrs.Credit}, {"a title", n.Attrs.Title},
		{"who is quoted", n.Attrs.Cite}, {"its code", n.Attrs.Code}, {"a description", n.Attrs.Description}}
}

// strike takes out every canary that stands in a text the public sees.
func (c *canaries) strike(text string) {
	c.scan(hashes(text), func(key uint64, _ canary) { delete(c.by, key) })
}

// strikeText is strike for all that an article says.
func (c *canaries) strikeText(t article.Text) {
	for _, l := range lines(t) {
		c.strike(l.says)
	}
	c.strike(t.Body.Text())
	for n := range t.Body.All() {
		for _, l := range blockLines(n) {
			c.strike(l.says)
		}
	}
}

// scan calls found for every canary that stands in the words of these hashes.
func (c *canaries) scan(words []uint64, found func(uint64, canary)) {
	if len(c.by) == 0 {
		return
	}
	for n := 1; n <= longest; n++ {
		if !c.sizes[n] {
			continue
		}
		for i := 0; i+n <= len(words); i++ {
			key := join(words[i : i+n])
			if one, ok := c.by[key]; ok {
				found(key, one)
			}
		}
	}
}

// split cuts a text into its words, in small letters.
func split(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !inWord(r) })
}

func inWord(r rune) bool {
	if r < 0x80 {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
}

const (
	fnvStart = 14695981039346656037
	fnvPrime = 1099511628211
)

// hashes are those of the words of a text: FNV-1a over the runes of each, in small letters, as split cuts them.
func hashes(text string) []uint64 {
	all := make([]uint64, 0, len(text)/6)
	h, in := uint64(fnvStart), false
	for _, r := range text {
		if !inWord(r) {
			if in {
				all = append(all, h)
				h, in = fnvStart, false
			}
			continue
		}
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		} else if r >= 0x80 {
			r = unicode.ToLower(r)
		}
		h, in = (h^uint64(r))*fnvPrime, true
	}
	if in {
		all = append(all, h)
	}
	return all
}

func hash(words []string) uint64 { return join(hashes(strings.Join(words, " "))) }

func join(hashes []uint64) uint64 {
	h := uint64(len(hashes))
	for _, one := range hashes {
		h = (h ^ one) * 0x9E3779B97F4A7C15
		h ^= h >> 29
	}
	return h
}

// words is what a block says, whatever holds it.
func words(n doc.Node) string {
	var b strings.Builder
	for _, c := range n.Content {
		if c.Type == "hardBreak" {
			b.WriteByte(' ')
		}
		b.WriteString(c.Text)
	}
	return b.String()
}

// addToken takes a token that nobody could guess for a canary.
func (c *canaries) addToken(of int64, what, token string) {
	if words := split(token); len(words) == 1 && len(token) >= tokenLen {
		c.keep(canary{of: of, what: what}, words)
	}
}

// addMail takes an e-mail address for a canary, as a whole.
func (c *canaries) addMail(of int64, what, address string) {
	words := split(address)
	if n := len(words); n > 1 && n <= longest {
		c.keep(canary{of: of, what: what}, words)
	} else if n > longest {
		c.keep(canary{of: of, what: what}, words[:longest])
	}
}

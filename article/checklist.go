package article

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"lede/internal/doc"
	"lede/paper"
)

// How a check ended: it stops publication, it warns, or all is well.
const (
	Stops = paper.CheckBlock
	Warns = paper.CheckWarn
	Well  = "ok"
)

// Check is one thing looked at before an article goes out. Where are the places meant: ids of blocks, or names of fields.
type Check struct {
	ID    string
	Level string // Stops, Warns or Well
	Says  string
	Where []string
}

// Facts are what an article cannot tell of itself.
type Facts struct {
	Media  map[int64]Medium
	Links  map[string]string // address to what is wrong with it, "" if it answers; one that was not looked at is left out
	Levels map[string]string // as the paper's settings say; what they do not name is as paper.CheckLevels says
	Now    time.Time
}

// Medium is what a check must know of a picture or file.
type Medium struct {
	Alt     string
	Picture bool
	Until   time.Time // when the right to show it ends; zero for never
}

// Checks looks an article over: what stops it first, then what needs a look, then what is well.
func Checks(t Text, f Facts) []Check {
	c := checks{Facts: f}
	c.must(t)
	c.marks(t)
	c.rights(t)
	c.alts(t)
	c.add("byline", len(t.Bylines) == 0, "No byline: nobody is named as the writer.", "It says who wrote it.", "bylines")
	c.links(t)
	c.headline(t)
	c.add("summary", t.Summary == "", "No summary: search results and cards show the first words of the text.", "It has a summary.", "summary")
	c.add("picture", t.Lead.Media == 0, "No picture above the text: the front shows it as words alone.", "It has a picture.", "lead")
	slices.SortStableFunc(c.list, func(a, b Check) int { return strings.Index(inOrder, a.Level) - strings.Index(inOrder, b.Level) })
	return c.list
}

const inOrder = Stops + " " + Warns + " " + Well

// Stopped are the checks that stop publication, and the names of those that warn.
func Stopped(list []Check) (stops []Check, warns []string) {
	for _, c := range list {
		switch c.Level {
		case Stops:
			stops = append(stops, c)
		case Warns:
			warns = append(warns, c.ID)
		}
	}
	return stops, warns
}

type checks struct {
	Facts
	list []Check
}

// add notes how a check ended, unless the paper has switched it off.
func (c *checks) add(id string, wrong bool, says, well string, where ...string) {
	level := paper.CheckLevel(c.Levels, id)
	switch {
	case level == paper.CheckOff:
	case wrong:
		c.list = append(c.list, Check{id, level, says, where})
	default:
		c.list = append(c.list, Check{id, Well, well, nil})
	}
}

// must says what no article can do without.
func (c *checks) must(t Text) {
	wrong := t.lacks()
	for _, field := range []string{"headline", "body", "sections", "slug", "seen"} {
		if says := wrong[field]; says != "" {
			c.list = append(c.list, Check{"needs-" + field, Stops, says, []string{field}})
		}
	}
}

// marks finds the TKs: what somebody meant to fill in before it is printed.
func (c *checks) marks(t Text) {
	where := t.tks()
	c.add("tk", len(where) > 0, fmt.Sprintf("%s still marked TK.", places(len(where))), "No TK is left.", where...)
}

// tks are the fields and blocks in which a TK stands.
func (t Text) tks() []string {
	var where []string
	for _, field := range t.fields() {
		if hasTK(field.says) && !slices.Contains(where, field.name) {
			where = append(where, field.name)
		}
	}
	return where
}

// TKs is in how many places of the text a TK still stands.
func (t Text) TKs() int { return len(t.tks()) }

func places(n int) string {
	if n == 1 {
		return "One place is"
	}
	return fmt.Sprintf("%d places are", n)
}

// field is one text of an article, and where it stands.
type field struct{ name, says string }

// fields are all texts of an article: lines by the name of their field, blocks by their id.
func (t Text) fields() []field {
	list := []field{{"kicker", t.Kicker}, {"headline", t.Headline}, {"summary", t.Summary}, {"dateline", t.Dateline},
		{"lead", t.Lead.Alt}, {"lead", t.Lead.Caption}, {"lead", t.Lead.Credit},
		{"search", t.Search.Title}, {"search", t.Search.Description}, {"social", t.Social.Title}, {"social", t.Social.Description}}
	for _, s := range t.Sources {
		list = append(list, field{"sources", s.Name})
	}
	for _, b := range t.Body.Blocks {
		for _, says := range saidIn(b) {
			list = append(list, field{b.ID, says})
		}
	}
	return list
}

// saidIn are the texts of a block: each run of words within it as one, and what it says of itself.
func saidIn(n doc.Node) []string {
	var all []string
	var run strings.Builder
	for _, c := range n.Content {
		if c.Type == "text" {
			run.WriteString(c.Text)
			continue
		}
		run.WriteByte('\n')
		all = append(all, saidIn(c)...)
	}
	a := n.Attrs
	return append(all, run.String(), a.Cite, a.Alt, a.Caption, a.Credit, a.Title, a.Description)
}

// hasTK tells whether TK stands in s as a word of its own, once or repeated (TKTK), all large or all small. It is none within
// another word (TKMaxx), in an address, or at the end of a domain (example.tk).
func hasTK(s string) bool {
	for _, word := range strings.Fields(s) {
		if !strings.Contains(word, "://") && !strings.HasPrefix(word, "www.") && tkIn(word) {
			return true
		}
	}
	return false
}

func tkIn(word string) bool {
	from := -1
	for i, r := range word + " " {
		switch inner := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r) || r == '_'; {
		case inner && from < 0:
			from = i
		case !inner && from >= 0:
			if isTK(word[from:i]) && !endsDomain(word[:from]) {
				return true
			}
			from = -1
		}
	}
	return false
}

func isTK(s string) bool {
	return len(s)%2 == 0 && s != "" && (strings.Repeat("TK", len(s)/2) == s || strings.Repeat("tk", len(s)/2) == s)
}

// endsDomain tells whether what follows could only be the last part of a domain.
func endsDomain(before string) bool {
	name, dotted := strings.CutSuffix(before, ".")
	last, _ := utf8.DecodeLastRuneInString(name)
	return dotted && (unicode.IsLetter(last) || unicode.IsDigit(last))
}

// shown is a picture as the article uses it, and where.
type shown struct {
	media      int64
	alt, where string
}

func (t Text) pictures() []shown {
	var list []shown
	if t.Lead.Media != 0 {
		list = append(list, shown{t.Lead.Media, t.Lead.Alt, "lead"})
	}
	for _, b := range t.Body.Blocks {
		for _, n := range append(slices.Clone(b.Content), b) {
			if n.Type == "picture" {
				list = append(list, shown{n.Attrs.Media, n.Attrs.Alt, b.ID})
			}
		}
	}
	return list
}

func (c *checks) alts(t Text) {
	var where []string
	n := 0
	for _, p := range t.pictures() {
		if m, known := c.Media[p.media]; p.alt == "" && m.Alt == "" && (m.Picture || !known) {
			where = append(where, p.where)
			n++
		}
	}
	says := "One picture has no alternative text: who cannot see it is told nothing."
	if n > 1 {
		says = fmt.Sprintf("%d pictures have no alternative text: who cannot see them is told nothing.", n)
	}
	c.add("alt", n > 0, says, "Every picture has an alternative text.", where...)
}

// rights finds pictures and files that may not be shown any more, or of which nothing is known.
func (c *checks) rights(t Text) {
	at := map[int64]string{t.Search.Media: "search", t.Social.Media: "social", t.Lead.Media: "lead"}
	for _, b := range t.Body.Blocks {
		for _, id := range (doc.Doc{Blocks: []doc.Node{b}}).Media() {
			at[id] = b.ID
		}
	}
	var where, said []string
	for _, id := range t.Media() {
		if m, known := c.Media[id]; known && !m.Until.IsZero() && !m.Until.After(c.Now) {
			where = append(where, at[id])
			said = append(said, m.Until.In(c.Now.Location()).Format("2 January 2006"))
		}
	}
	says := "The rights to a picture ended on " + strings.Join(said, ", ") + "."
	c.add("rights", len(where) > 0, says, "The pictures may be shown.", where...)
}

func (c *checks) links(t Text) {
	var where, dead []string
	for _, b := range t.Body.Blocks {
		for _, to := range (doc.Doc{Blocks: []doc.Node{b}}).Links() {
			if wrong := c.Links[to]; wrong != "" {
				where = append(where, b.ID)
				dead = append(dead, to+": "+wrong)
			}
		}
	}
	for _, s := range t.Sources {
		if wrong := c.Links[s.URL]; wrong != "" {
			where = append(where, "sources")
			dead = append(dead, s.URL+": "+wrong)
		}
	}
	well := "Every link answers."
	if len(t.Links()) == 0 {
		well = "It has no links."
	} else if len(c.Links) == 0 {
		well = "The links were not looked at yet."
	}
	c.add("links", len(dead) > 0, "A link does not answer: "+strings.Join(dead, " · "), well, where...)
}

// Links are the addresses the article links to, in its text and as sources, each once.
func (t Text) Links() []string {
	all := t.Body.Links()
	for _, s := range t.Sources {
		if s.URL != "" && !slices.Contains(all, s.URL) {
			all = append(all, s.URL)
		}
	}
	return all
}

// A headline is long beyond what lists of results and cards elsewhere show.
const headlineMost = 110

func (c *checks) headline(t Text) {
	n := utf8.RuneCountInString(t.Headline)
	c.add("headline", n > headlineMost, fmt.Sprintf("The headline has %d characters; elsewhere it is cut after %d.", n, headlineMost),
		fmt.Sprintf("The headline has %d characters.", n), "headline")
}

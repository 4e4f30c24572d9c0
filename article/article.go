// Package article keeps an article from its first draft to the archive: its text, versions, address,
// times, corrections, and who may see it when.
package article

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"lede/internal/doc"
	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/paper"
	"lede/staff"
)

// The stages of an article.
const (
	Draft     = "draft"
	Filed     = "filed"
	Ready     = "ready"
	Scheduled = "scheduled"
	Published = "published"
	Withdrawn = "withdrawn"
)

// What may follow publication. Each but Minor carries a reason.
const (
	First         = "published"
	Update        = "update"
	Clarification = "clarification"
	Correction    = "correction"
	Minor         = "minor"
	Redaction     = "redaction"
	Withdrew      = "withdrawal"
)

// Text is what people write and edit: all of an article that a version keeps.
type Text struct {
	Lang      string   `json:"lang"`
	Slug      string   `json:"slug,omitempty"` // wished for the address; made from the headline when empty
	Kicker    string   `json:"kicker,omitempty"`
	Headline  string   `json:"headline"`
	Summary   string   `json:"summary,omitempty"`
	Dateline  string   `json:"dateline,omitempty"`
	Bylines   []int64  `json:"bylines,omitempty"`  // in the order of printing
	Sections  []int64  `json:"sections,omitempty"` // the first is where it belongs
	Topics    []int64  `json:"topics,omitempty"`
	Sources   []Source `json:"sources,omitempty"`
	Lead      Picture  `json:"lead,omitzero"`
	Sensitive bool     `json:"sensitive,omitempty"`
	Sponsor   string   `json:"sponsor,omitempty"` // who pays for it, as readers are told; "" for nobody
	Quiet     bool     `json:"quiet,omitempty"`   // it has no positions
	Group     int64    `json:"group,omitempty"`   // articles of one group are translations of each other
	// Seen is the day a copy brought in from elsewhere shows, "2025-06-17", when its own
	// date of publication is not known.
	Seen string  `json:"seen,omitempty"`
	Body doc.Doc `json:"body"`
	// Search and Social are what it is called in lists of results and on cards elsewhere; where they are
	// silent the headline, the summary and the lead picture speak.
	Search  Snippet `json:"search,omitzero"`
	Social  Snippet `json:"social,omitzero"`
	Related []int64 `json:"related,omitempty"` // articles pinned beside it by hand, in order
}

// Snippet is an article in short, for somebody else's page.
type Snippet struct {
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	Media       int64  `json:"media,omitempty"`
}

// Source is where something in the article comes from.
type Source struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

// Picture is a use of a medium; what it says here wins over what the medium says of itself.
type Picture struct {
	Media   int64  `json:"media"`
	Alt     string `json:"alt,omitempty"`
	Caption string `json:"caption,omitempty"`
	Credit  string `json:"credit,omitempty"`
}

// Article is one piece with a headline and text, as it stands now.
type Article struct {
	ID        int64
	Version   int64
	Stage     string
	Path      string // "" until it is published for the first time; then for ever
	Published time.Time
	Updated   time.Time // of the last update; zero without one
	Corrected time.Time
	Withdrawn time.Time // may lie ahead: then it is public until then
	Changed   time.Time
	Words     int
	Owner     int64     // of the staff, who began it; 0 if it was brought in
	Stands    int64     // the version whose text this is; later ones wait beside it until they are published
	Saved     time.Time // when a version was last kept
	Embargo   time.Time // not before this is it published; zero without one
	Wall      Ahead
	// Gone is what readers are told since it was withdrawn, and where they are sent.
	Gone Withdrawal
	Text
}

// Ahead is what lies ahead of an article, as the clock on the wall will show it.
type Ahead struct {
	Publication paper.Wall `json:"publication,omitzero"`
	Embargo     paper.Wall `json:"embargo,omitzero"`
	Withdrawal  paper.Wall `json:"withdrawal,omitzero"`
}

// out tells whether the public has had the article by now, even if it was withdrawn since.
func (a Article) out(now time.Time) bool { return !a.Published.IsZero() && !a.Published.After(now) }

// Standing is the article's stage at now, also where nobody has yet noted that a scheduled moment has passed.
func (a Article) Standing(now time.Time) string {
	switch {
	case a.out(now) && !a.Withdrawn.IsZero() && !a.Withdrawn.After(now):
		return Withdrawn
	case a.Stage == Scheduled && a.out(now):
		return Published
	}
	return a.Stage
}

// Dir is the direction of the article's text, "ltr" or "rtl".
func (t Text) Dir() string { return tongue.Dir(t.Lang) }

// Card is the short of an article, for lists.
type Card struct {
	ID        int64
	Path      string
	Lang      string
	Kicker    string
	Headline  string
	Summary   string
	Seen      string
	Section   int64
	Sensitive bool
	Sponsor   string // who pays for it
	Words     int
	Lead      Picture
	Published time.Time
	Updated   time.Time
	Changed   time.Time
	Bylines   []staff.Byline
}

// check says what keeps any version of the text from being kept at all: what is incomplete is no reason.
func (t Text) check() error {
	f := fault.Form{}
	if t.Lang == "" {
		f["lang"] = "Say in which language the article is."
	}
	if err := t.Body.Check(); err != nil {
		f["body"] = "The text cannot be kept as it is: " + err.Error() + "."
	}
	return f.Err()
}

// readiness says what is missing before the public may read it.
func (t Text) readiness() error { return t.lacks().Err() }

func (t Text) lacks() fault.Form {
	f := fault.Form{}
	if strings.TrimSpace(t.Headline) == "" {
		f["headline"] = "An article needs a headline before it is published."
	}
	if t.Body.Text() == "" && len(t.Body.Media()) == 0 {
		f["body"] = "An article needs a text before it is published."
	}
	if len(t.Sections) == 0 {
		f["sections"] = "Say in which section the article belongs."
	}
	if t.Slug != "" && Slug(t.Slug) != t.Slug {
		f["slug"] = "An address is made of small letters, figures and hyphens."
	}
	if _, err := time.Parse(time.DateOnly, t.Seen); t.Seen != "" && err != nil {
		f["seen"] = "A day is written as 2025-06-17."
	}
	return f
}

// lines are all that a person typed as one line, but for sources.
func (t *Text) lines() []*string {
	return []*string{&t.Kicker, &t.Headline, &t.Summary, &t.Dateline, &t.Lead.Alt, &t.Lead.Caption, &t.Lead.Credit,
		&t.Search.Title, &t.Search.Description, &t.Social.Title, &t.Social.Description}
}

// clean makes lines of all that a person typed as one.
func (t Text) clean() Text {
	for _, line := range t.lines() {
		*line = paper.Line(*line)
	}
	t.Sources = slices.Clone(t.Sources)
	for i, s := range t.Sources {
		t.Sources[i] = Source{Name: paper.Line(s.Name), URL: paper.Line(s.URL)}
	}
	if t.Body.Schema == 0 {
		t.Body = doc.New()
	}
	return t
}

// longestSlug keeps addresses short enough to be read aloud and mailed.
const longestSlug = 80

// Slug makes the last part of an address from a headline: Latin letters without their accents, figures,
// hyphens, cut at a word. Other scripts leave nothing; then it is "".
func Slug(headline string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(strings.ToLower(headline)) {
		letter := folded[r]
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			letter = string(r)
		}
		switch {
		case letter != "":
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteString(letter)
		case unicode.Is(unicode.Mn, r) || r == '’' || r == '\'':
		default:
			gap = true
		}
	}
	return cutSlug(b.String())
}

// folded are letters that have no accent to lose, as they are commonly written in ASCII.
var folded = map[rune]string{'ß': "ss", 'æ': "ae", 'ø': "o", 'œ': "oe", 'ð': "d", 'þ': "th", 'ł': "l", 'đ': "d", 'ı': "i"}

func cutSlug(s string) string {
	if len(s) <= longestSlug {
		return s
	}
	cut := strings.LastIndexByte(s[:longestSlug+1], '-')
	if cut <= 0 {
		cut = longestSlug
	}
	return s[:cut]
}

// Package site is the paper as readers see it: its pages, feeds and files.
package site

import (
	"html/template"

	"lede/media"
)

// What a page shows is one struct; its template shows nothing that is not in it. Whoever fills a struct gives facts in the page's
// language: names, links, dates already set ("June 17, 2025") with their machine form beside them (Stamp), pictures with their sizes.
// The words of the interface ("By", "Seen …", "What changed") are the template's own, and so is everything that is look: which size a
// picture is asked for, which headline is long, what stands beside what. A zero value means that the thing is not known or not there,
// and then nothing is shown for it, no label and no box. Every page embeds a Frame, the part around <main>. Texts that change while
// the page stays the same (today's date, Latest) are named by slot (Frame.Today, the Latest fields), never filled in.
// A front is laid out by Compose from plain cards. Pages whose cards carry a time of day for today's articles, and articles that say
// how old they are, are right only until the next midnight in the paper's zone: whoever caches them says so.

// Link leads somewhere. Href "" is shown as plain text. Lang and Dir are set when Name is not in the page's language.
type Link struct {
	Href, Name string
	Lang, Dir  string
	Current    bool // the page is this one, or inside it
}

// Stamp is a moment: Machine as in RFC 3339 or YYYY-MM-DD, Text as a person reads it. The zero Stamp is unknown.
type Stamp struct{ Machine, Text string }

// Known tells whether there is anything to show.
func (s Stamp) Known() bool { return s.Text != "" }

// Frame is what stands around every page's own part, and in its head.
type Frame struct {
	Lang, Dir   string // of the interface and, unless a part says otherwise, of its text: "ar", "rtl"
	Title       string // of the window: "Harbor | The Narrows"
	Description string
	Canonical   string // absolute, or ""
	Robots      string // "noindex" and the like, or ""
	Alternates  []Link // the same page in other languages, itself too: Href absolute, Lang a BCP 47 tag or "x-default"
	Feeds       []Feed // of this page, the narrowest first
	Social      Social
	Data        template.JS // schema.org JSON-LD as json.Marshal wrote it (so with < escaped), or ""
	Icon        template.URL
	Touch       string // apple-touch-icon, or ""
	Manifest    string // linked from the front alone: as one more request it costs the other pages 150 ms
	Typeface    string // the sheet of the paper's own typeface, or ""
	Embeds      bool   // the text holds embeds that load on click: their script comes along
	Talk        bool   // it is about what readers write: its style comes along

	Paper    string // its name, in this language
	Plate    *Plate // its drawn nameplate; nil sets Name as text
	Home     string // the front in this language
	Today    string // slot of the line with place and date, "" leaves it out
	Alert    string // slot of what the paper says at once on all its pages; empty while it says nothing
	Sections []Link
	Editions []Link // the other languages: Name is the endonym
	Pages    []Link // standing pages
	Motto    string
	Place    string

	Positions  Positions
	Find       string // the search; "" where it is not offered
	OpenSearch string // how browsers search here, or ""
}

// IsFront tells whether the nameplate is large and the page's h1.
func (Frame) IsFront() bool { return false }

// Plate is a drawn nameplate: one path in one box. PlateOf reads it from an SVG.
type Plate struct {
	Box           string // viewBox
	Width, Height int
	Path          string
}

// Feed is one <link rel=alternate>, and a line of the footer when Name is given.
type Feed struct{ Type, Href, Name string }

// Social is what a page shows of itself when it is shared.
type Social struct {
	Type               string // "article" or "website"; "" leaves all out
	Title, Description string
	URL, Image, Alt    string // absolute
	Width, Height      int
	Published, Updated string // RFC 3339, for articles
	Section            string
	Authors            []string // absolute addresses of the bylines' pages
	Locale             string   // "en_US"
}

// Picture is one picture ready to be shown. Src is a middling size; Srcset may be "".
type Picture struct {
	Src, Srcset     string         // JPEG
	Sources         []media.Source // what a browser may take instead, the smallest first
	Width, Height   int
	Alt             string // "" is decoration
	Focus           string // class "f-x-y", x and y 0..4, or ""
	Caption, Credit string
}

// Tall tells whether the picture stands upright.
func (p Picture) Tall() bool { return p.Height > p.Width }

// Card is an article in a list or on a front.
type Card struct {
	Level    int // 1 lead, 2 second tier, 3 section lead, 4 card, 5 line of a list; Compose and the list templates set it
	Kicker   string
	Href     string
	Headline string
	Summary  string
	Label    string   // a word after the headline's facts: "Review", or ""
	By       []string // names, when the writer is the news; always for opinion
	Face     *Picture // of the first name, for opinion
	When     Stamp    // a time for today's, a date for older ones
	Updated  bool     // When is an update's time
	Seen     bool     // When is the day it was seen, its publication is not known
	Opinion  bool
	Picture  *Picture
	Comments int    // how many are shown under it
	Lang     string // when it is not the page's
	Dir      string
}

// Group is what a front may take from one section.
type Group struct {
	Name, Href string
	Opinion    bool
	Cards      []Card // best first
}

// Band is one strip of a front: Kind says how its cards stand. Compose makes them.
type Band struct {
	Kind  string   // "lists", "three", "views", "row"
	Names []Link   // the section, or the sections that share the strip; none for the front's own further picks
	Lead  *Card    // of "lists"
	Cards []Card   // side by side
	Lists [][]Card // columns of headlines
}

// FrontPage is the front. Without Lead it says that nothing has been published yet.
type FrontPage struct {
	Frame
	Lead   *Card
	Second []Card
	Bands  []Band
	Latest string // slot
}

// IsFront makes the nameplate large and the page's h1.
func (FrontPage) IsFront() bool { return true }

// SectionPage lists a section, newest first.
type SectionPage struct {
	Frame
	Name     string
	Opinion  bool
	Paid     string // who pays for what stands in it, in a sentence
	Parents  []Link // from the outermost in
	Children []Link
	Topics   []Link // subjects of the section, may be empty
	List
}

// TopicPage lists what is about a person, organisation, place, event or subject.
type TopicPage struct {
	Frame
	Name       string
	Kind       string // "person", "organisation", "place", "event", "subject"
	OtherNames []string
	List
}

// BylinePage lists what somebody wrote.
type BylinePage struct {
	Frame
	Name, About string
	Face        *Picture
	List
}

// DayPage lists what was published on one day. Newer is the following day that has anything, Older the one before.
type DayPage struct {
	Frame
	Day Stamp
	List
}

// List is the common part of the pages that list articles. The first card becomes the lead when First is set (first pages of sections).
type List struct {
	Lead         *Card
	Cards        []Card
	Newer, Older *Link // Name may be "" for the plain words
	Page         int   // shown from 2 up
	Latest       string
}

// Byline is who wrote it; Href "" when the name has no page.
type Byline struct {
	Name, Href string
	Face       *Picture
}

// Change is one thing that followed publication.
type Change struct {
	Kind string // "update", "clarification", "correction", "redaction"
	When Stamp
	Note string // why, one sentence
	// Superseded by a later one, which then says what holds.
	Superseded bool
}

// Facts say who, when and what changed. They stand before the picture.
type Facts struct {
	Bylines   []Byline
	Dateline  string
	Published Stamp
	Updated   Stamp    // the last update, when Changes does not tell it
	Seen      Stamp    // the day the page was seen, of an article brought in from elsewhere
	Age       string   // "2 years ago", of an old article
	Changes   []Change // newest first, not the minor ones
	History   string   // the /history page; "" when nothing changed
	Versions  []Link   // translations: Name the endonym, Lang, Dir
}

// ArticlePage is an article.
type ArticlePage struct {
	Frame
	TextLang, TextDir string // of the article, when the interface does not speak its language
	Kicker            []Link // section · topic; the last may be plain
	Opinion           bool
	Headline, Summary string
	Paid              string // who pays for it, in a sentence
	Facts
	Lead    *Picture
	Body    template.HTML // from internal/doc
	Sources []Link
	Topics  []Link
	Related []Card  // put beside it by hand
	Thread  *Thread // what readers wrote; nil while they wrote nothing
	Reply   *Reply  // the form for comments; nil leaves it out
	Latest  string  // slot, without this article
}

// Entry is one line of an article's history.
type Entry struct {
	Kind string // as Change.Kind, or "minor", "published", "seen"
	When Stamp
	Note string
	Diff template.HTML // from internal/doc: <ins> and <del>, or ""
	// Superseded by a later one, as Change.Superseded.
	Superseded bool
}

// HistoryPage tells what changed in an article since it was published.
type HistoryPage struct {
	Frame
	TextLang, TextDir string
	Kicker            []Link
	Headline, Href    string
	Entries           []Entry // newest first
}

// StandingPage is the imprint, contact, privacy and their like.
type StandingPage struct {
	Frame
	TextLang, TextDir string // where the page is not to be had in the language around it
	Name              string
	Body              template.HTML
	Updated           Stamp
}

// ErrorPage says what is wrong and what to do: 400 403 404 405 410 413 421 429 500 503. Other numbers are spoken of as 500 or 400.
type ErrorPage struct {
	Frame
	Status int
	Detail string // one sentence for the person, in place of the template's own
	Kept   string // what somebody wrote in vain
	Latest string // slot; only 404 and 410 show it
}

// TodayLine is the segment behind Frame.Today.
type TodayLine struct {
	Place string
	Date  Stamp
	Href  string // of the day's page
	Sky   *Sky   // the weather; nil leaves it out
}

// Sky is the weather at a moment. Says is all of it as a sentence, with the hour it holds for.
type Sky struct {
	Icon    string // one of skies.html
	Degrees string // "17.1 °C"
	Words   string // "partly cloudy", or ""
	Says    string
	Href    string
}

// SkyHour is a line of the weather page: an hour, or a day, whose Low is then set.
type SkyHour struct {
	When         Stamp
	Icon, Words  string
	Degrees, Low string
}

// WeatherPage is the weather at the paper's place. Without Now there is none to be had.
type WeatherPage struct {
	Frame
	Heading string // "Weather in New York"
	Now     *Sky
	Days    []SkyHour
	Hours   []SkyHour // the next ones
	Credit  Link
	Terms   Link // the licence
}

// AlertLine is the segment behind Frame.Alert. Without Text there is nothing.
type AlertLine struct{ Text, Href string }

// LatestList is the segment behind the Latest fields.
type LatestList struct {
	Cards []Card // Level is not looked at; When, Href and Headline are shown
}

package site

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"lede/article"
	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/internal/web"
	"lede/paper"
	"lede/search"
)

// SearchPage is the form of the search, and what it found. Without Asked it is the form and how to use it.
type SearchPage struct {
	Frame
	Action   string // of the form
	Suggest  string // where its script asks
	Asked    bool
	Query    string
	Section  string // its slug, or ""
	Within   []SearchSection
	From     string // days, as 2025-06-17
	Until    string
	ByDate   bool
	Says     string // what is wrong with what was asked
	Wrong    string // the field it is about: "q", "from", "until"
	Count    string // how many were found, a sentence
	Hits     []SearchHit
	Some     bool     // none has all the words
	Instead  string   // what these were found by, since the query found nothing
	Maybe    *Link    // what might have been meant
	Strange  []string // sections and people the paper does not know
	Relevant *Link    // the other order; nil where it is this one
	Newest   *Link
	Newer    *Link
	Older    *Link
	Page     int
	Latest   string // slot, where nothing was found
}

// SearchSection is a section to search in.
type SearchSection struct {
	Slug, Name string
	Chosen     bool
}

// SearchHit is an article that was found. Snippet stands in place of its summary.
type SearchHit struct {
	Card
	Snippet []search.Piece
}

const (
	viewSearch = "search"
	inSearch   = "/search"
)

// searchAtOnce is how many searches run at once, searchWaits how long one waits for its turn and its answer together.
const (
	searchAtOnce = 8
	searchWaits  = 3 * time.Second
)

// asksSearch tells whether path is of the search, and of which part of it.
func (s *Site) asksSearch(path string) (lang, part string, ok bool) {
	known := s.known.Load()
	lang = known.Main()
	if edition := s.editionOf(path); edition != "" && edition != lang {
		lang, path = edition, strings.TrimPrefix(path, "/"+edition)
	}
	part, ok = strings.CutPrefix(path, inSearch)
	return lang, part, ok && (part == "" || part == "/suggest" || part == "/opensearch.xml")
}

// search answers a search. Its pages are made for whoever asks and kept nowhere: what is gone is not found a moment later. So that
// they cost the other pages nothing, only a few are made at once.
func (s *Site) search(w http.ResponseWriter, r *http.Request, lang, part string) error {
	if part == "/opensearch.xml" {
		return s.serve(w, r, func(sh *sheet) (web.Page, error) {
			sh.speak(lang)
			return s.openSearch(sh)
		})
	}
	ctx, done := context.WithTimeout(r.Context(), searchWaits)
	defer done()
	select {
	case s.searching <- struct{}{}:
		defer func() { <-s.searching }()
	case <-ctx.Done():
		return ctx.Err()
	}
	sh, err := s.sheet(ctx, s.web.Origin(r), s.Clock())
	if err != nil {
		return err
	}
	sh.speak(lang)
	w.Header().Set("X-Robots-Tag", "noindex")
	if part == "/suggest" {
		return s.suggest(w, r, sh)
	}
	page, err := sh.searched(r.URL.Query())
	if err != nil {
		return err
	}
	drawn, err := s.draw(sh, viewSearch, page)
	if err != nil {
		return err
	}
	if page.Says != "" {
		drawn.Status = http.StatusBadRequest
	}
	return s.once(w, sh, drawn)
}

// typedLine is a query as it is shown and searched: one line of what can be printed.
func typedLine(s string) string {
	return paper.Line(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " ")))
}

// searched is the page for what was asked: of the keys of the query only those that the form has are looked at.
func (sh *sheet) searched(asked url.Values) (SearchPage, error) {
	p := SearchPage{Action: sh.in(inSearch), Suggest: sh.in(inSearch + "/suggest"), Query: typedLine(asked.Get("q")), From: typedLine(asked.Get("from")), Until: typedLine(asked.Get("until")),
		Section: typedLine(asked.Get("section")), ByDate: asked.Get("sort") == "date", Page: searchPageOf(asked.Get("page"))}
	if p.Page == 0 {
		return p, fault.NotFound
	}
	ask := search.Ask{Text: p.Query, Lang: sh.lang, ByDate: p.ByDate, Page: p.Page}
	p.understand(sh, &ask)
	for _, sec := range sh.tree {
		p.Within = append(p.Within, SearchSection{sec.Slug, sec.NameIn(sh.lang), sec.Slug == p.Section})
	}
	p.Asked = p.Query != "" || p.Section != "" || p.From != "" || p.Until != ""
	if p.Asked && p.Says == "" {
		if err := sh.fillSearch(&p, ask); err != nil {
			return p, err
		}
	}
	title := sh.t.T("Search")
	if p.Query != "" {
		title = sh.t.T("Search: {0}", p.Query)
	}
	var err error
	p.Frame, err = sh.frame(first80(title), "", p.Action)
	p.Frame.Canonical, p.Frame.Robots, p.Frame.OpenSearch = "", "noindex", sh.in(inSearch+"/opensearch.xml")
	p.Frame.Find = ""
	return p, err
}

// first80 keeps a title short, whatever was typed.
func first80(s string) string {
	letters := []rune(s)
	if len(letters) <= 80 {
		return s
	}
	return string(letters[:79]) + "…"
}

// searchPageOf reads ?page=; 0 when it is none that a search can have.
func searchPageOf(asked string) int {
	if asked == "" {
		return 1
	}
	n, err := strconv.Atoi(asked)
	if err != nil || n < 1 || n > search.MostPages || strconv.Itoa(n) != asked {
		return 0
	}
	return n
}

// understand makes of the fields what is asked, or says what is wrong with one of them.
func (p *SearchPage) understand(sh *sheet, ask *search.Ask) {
	zone := sh.now.Location()
	if len(p.Query) > search.Longest {
		p.Query, p.Wrong, p.Says = "", "q", sh.t.T("A search has at most {0} letters. Please say it in fewer words.", search.Longest)
	}
	day := func(field, text string) time.Time {
		if text == "" {
			return time.Time{}
		}
		at, ok := paper.Day(time.DateOnly, text, zone)
		if !ok {
			p.Wrong, p.Says = field, sh.t.T("“{0}” is no day. A day is written as {1}.", first80(text), "2025-06-17")
		}
		return at
	}
	ask.From = day("from", p.From)
	if until := day("until", p.Until); !until.IsZero() {
		ask.Until = paper.NextMidnight(until)
	}
	for _, sec := range sh.tree {
		if sec.Slug == p.Section {
			ask.Section = sec.ID
		}
	}
	if ask.Section == 0 {
		p.Section = ""
	}
}

// fillSearch fills the page with what was found.
func (sh *sheet) fillSearch(p *SearchPage, ask search.Ask) error {
	f, err := sh.Finder.Find(sh.ctx, ask, sh.now)
	if err != nil {
		return err
	}
	if len(f.Hits) == 0 && p.Page > 1 {
		return fault.NotFound
	}
	cards := make([]article.Card, len(f.Hits))
	for i, h := range f.Hits {
		cards[i] = h.Card
	}
	if err := sh.fetchFor(cards); err != nil {
		return err
	}
	for i, c := range sh.cards(cards) {
		c.Level, c.Comments = 0, 0
		p.Hits = append(p.Hits, SearchHit{c, f.Hits[i].Snippet})
	}
	p.Some, p.Instead, p.Strange = f.Some, f.Instead, f.Strange
	p.Count = sh.counted(f)
	if f.Maybe != "" {
		p.Maybe = &Link{Href: p.with(func(v url.Values) { v.Set("q", f.Maybe) }), Name: f.Maybe}
	}
	if len(f.Hits) > 0 && !f.Some {
		other := Link{Href: p.with(func(v url.Values) {
			v.Del("sort")
			if !p.ByDate {
				v.Set("sort", "date")
			}
		})}
		if p.ByDate {
			p.Relevant = &other
		} else {
			p.Newest = &other
		}
	}
	turn := func(n int) *Link {
		return &Link{Href: p.with(func(v url.Values) {
			if n > 1 {
				v.Set("page", strconv.Itoa(n))
			}
		})}
	}
	if p.Page > 1 {
		p.Newer = turn(p.Page - 1)
	}
	if f.More {
		p.Older = turn(p.Page + 1)
	}
	if len(f.Hits) == 0 {
		p.Latest = "latest/" + sh.lang
	}
	return nil
}

// counted says how many were found, where somebody counted.
func (sh *sheet) counted(f search.Found) string {
	switch {
	case f.Total == 0 || f.Some:
		return ""
	case f.Over:
		return sh.t.N(f.Total, "More than {n} articles")
	}
	return sh.t.N(f.Total, "{n} articles")
}

// with is the address of the same search on its first page, changed.
func (p *SearchPage) with(change func(url.Values)) string {
	v := url.Values{}
	for key, value := range map[string]string{"q": p.Query, "section": p.Section, "from": p.From, "until": p.Until} {
		if value != "" {
			v.Set(key, value)
		}
	}
	if p.ByDate {
		v.Set("sort", "date")
	}
	change(v)
	return p.Action + "?" + v.Encode()
}

// Mark is what is wrong with one field of the form.
func (p SearchPage) Mark(field string) Mark {
	if p.Wrong != field {
		return Mark{Field: field}
	}
	return Mark{field, p.Says, true}
}

// Narrowed tells whether more than words were asked for.
func (p SearchPage) Narrowed() bool { return p.Section != "" || p.From != "" || p.Until != "" }

// suggest answers in the form that browsers take suggestions in: what was typed, what might be meant, of what kind each is, and where it stands.
func (s *Site) suggest(w http.ResponseWriter, r *http.Request, sh *sheet) error {
	text := typedLine(r.URL.Query().Get("q"))
	if len(text) > search.Longest {
		return fault.Invalid("A search has at most %d letters.", search.Longest)
	}
	list, err := s.Finder.Suggest(sh.ctx, sh.lang, text, sh.now)
	if err != nil {
		return err
	}
	said, kinds, hrefs := []string{}, []string{}, []string{}
	for _, one := range list {
		href, kind := one.Href, ""
		switch one.Kind {
		case "section":
			href, kind = sh.in(href), sh.t.T("Section")
		case "byline":
			href, kind = sh.in(href), sh.t.T("Who writes")
		}
		said, kinds, hrefs = append(said, one.Text), append(kinds, kind), append(hrefs, sh.base+href)
	}
	body, err := json.Marshal([]any{text, said, kinds, hrefs})
	if err != nil {
		return err
	}
	web.WriteOnce(w, web.Page{Type: "application/x-suggestions+json; charset=utf-8", Body: body})
	return nil
}

type openSearch struct {
	XMLName     xml.Name        `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
	ShortName   string          `xml:"ShortName"`
	Description string          `xml:"Description"`
	InEncoding  string          `xml:"InputEncoding"`
	Language    string          `xml:"Language"`
	Image       openSearchImage `xml:"Image"`
	URLs        []openSearchURL `xml:"Url"`
}

type openSearchImage struct {
	Type   string `xml:"type,attr"`
	Width  int    `xml:"width,attr"`
	Height int    `xml:"height,attr"`
	URL    string `xml:",chardata"`
}

type openSearchURL struct {
	Type     string `xml:"type,attr"`
	Template string `xml:"template,attr"`
	Rel      string `xml:"rel,attr,omitempty"`
}

// openSearch tells browsers how to search here (OpenSearch 1.1).
func (s *Site) openSearch(sh *sheet) (web.Page, error) {
	name := sh.paper.NameIn(sh.lang)
	at := sh.base + sh.in(inSearch)
	d := openSearch{ShortName: firstRunes(name, 16), Description: firstRunes(sh.t.T("Search {0}", name), 1024), InEncoding: "UTF-8", Language: tongue.For(sh.lang).Tag,
		Image: openSearchImage{"image/png", 32, 32, sh.base + "/favicon.ico"},
		URLs: []openSearchURL{{"text/html", at + "?q={searchTerms}", "results"}, {"application/x-suggestions+json", at + "/suggest?q={searchTerms}", "suggestions"},
			{"application/opensearchdescription+xml", at + "/opensearch.xml", "self"}}}
	body, err := xml.MarshalIndent(d, "", "  ")
	return web.Page{Type: "application/opensearchdescription+xml; charset=utf-8", Body: append([]byte(xml.Header), body...), Tags: sh.tags}, err
}

func firstRunes(s string, n int) string {
	letters := []rune(s)
	return string(letters[:min(n, len(letters))])
}

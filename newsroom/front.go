package newsroom

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/article"
	"lede/front"
	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/staff"
)

func (n *Newsroom) frontRoutes() []route {
	return []route{
		{pattern: "GET /newsroom/front", act: staff.Read, on: staff.Front, handle: frontNow},
		{pattern: "POST /newsroom/front", act: staff.Write, on: staff.Front, handle: frontDo},
		{pattern: "POST /newsroom/front/undo", act: staff.Write, on: staff.Front, handle: frontUndo},
		{pattern: "GET /newsroom/front/preview", act: staff.Read, on: staff.Front, handle: frontPreview},
		{pattern: "GET /newsroom/front/find.json", act: staff.Read, on: staff.Front, handle: frontFind},
	}
}

// frontPage is the front in one language, as editors make it.
type frontPage struct {
	frame
	Langs    []langLink
	Lang     string
	Version  int64
	Saved    string // by whom and when this version was saved
	Just     bool   // it was saved by the request before
	May      bool   // the person may change it
	Picks    []pickRow
	Filled   []candidate // what stands in for picks that are missing
	Free     int         // places that are free
	Query    string
	Found    []candidate
	Preview  string // the front as it would be
	Wrong    fault.Form
	Conflict *frontConflict
}

// langLink leads to the front, or the alert, of one edition.
type langLink struct {
	Lang, Name string
	Href       string
	Here       bool
}

// pickRow is one place of the front.
type pickRow struct {
	front.Pick
	Title string // the article's own headline
	Href  string // its editor
	Note  string // why the public does not see it there, or ""
	At    string // Until as it was typed, "2026-11-23T07:00"
	Wrong string
}

// placedPick is a pick at its place, for the template.
type placedPick struct {
	pickRow
	I     int
	Place string
	May   bool
}

func placeOf(i int, row pickRow, may bool) placedPick {
	name := "Lead"
	if i > 0 {
		name = fmt.Sprintf("Card %d", i+1)
	}
	return placedPick{row, i, name, may}
}

// offered is a candidate, and whether the person may pick it.
type offered struct {
	candidate
	May bool
}

// candidate is an article that may be picked.
type candidate struct {
	ID      int64  `json:"id,string"`
	Title   string `json:"title"`
	Section string `json:"section"`
	When    string `json:"when"`
	Picked  bool   `json:"picked"`
}

// frontConflict is what somebody else saved meanwhile.
type frontConflict struct {
	By     string
	Theirs []pickRow
}

// choice is what a person has chosen for a front, saved or not.
type choice struct {
	lang    string
	version int64
	rows    []pickRow
	query   string
}

func (c choice) picks() []front.Pick {
	picks := make([]front.Pick, len(c.rows))
	for i, r := range c.rows {
		picks[i] = r.Pick
	}
	return picks
}

// frontNow shows the front as it was last saved.
func frontNow(v *visit) error {
	lang, err := v.edition(v.r.URL.Query().Get("lang"))
	if err != nil {
		return err
	}
	picks, version, err := v.Fronts.Picks(v.ctx(), lang)
	if err != nil {
		return err
	}
	c := choice{lang: lang, version: version, query: v.r.URL.Query().Get("q")}
	for _, p := range picks {
		if !p.Over(v.now) {
			c.rows = append(c.rows, v.pickRow(p))
		}
	}
	page, err := v.frontPage(c)
	if err != nil {
		return err
	}
	page.Just = v.r.URL.Query().Get("saved") == fmt.Sprint(version) && version > 0
	return v.show("front", page)
}

// edition is one of the paper's languages; the main one for "".
func (v *visit) edition(lang string) (string, error) {
	lang = cmp.Or(lang, v.paper.Main())
	if !slices.Contains(v.paper.Langs, lang) {
		return "", fault.NotFound
	}
	return lang, nil
}

// langLinks are the editions of the page at path.
func (v *visit) langLinks(path, here string) []langLink {
	var links []langLink
	for _, lang := range v.paper.Langs {
		links = append(links, langLink{Lang: lang, Name: tongue.Endonym(lang), Href: path + "?lang=" + lang, Here: lang == here})
	}
	return links
}

// pickRow is a pick as the page shows it; an article that is gone says so.
func (v *visit) pickRow(p front.Pick) pickRow {
	row := pickRow{Pick: p, Href: fmt.Sprintf("/newsroom/article/%d", p.Article)}
	if !p.Until.IsZero() {
		row.At = wall(p.Until.In(v.now.Location()))
	}
	a, err := v.Articles.Get(v.ctx(), p.Article)
	if err != nil {
		row.Title, row.Note = "There is no such article", "It is not shown."
		return row
	}
	row.Title, row.Note = cmp.Or(a.Headline, "Without a headline"), v.unseen(a)
	return row
}

// unseen says why the public does not see an article, or "".
func (v *visit) unseen(a article.Article) string {
	switch {
	case !a.Withdrawn.IsZero() && !a.Withdrawn.After(v.now):
		return "Withdrawn: it is not shown."
	case a.Published.IsZero():
		return "Not published: it is not shown until then."
	case a.Published.After(v.now):
		return "Scheduled: it is shown from " + moment(a.Published.In(v.now.Location()), v.now) + " on."
	}
	return ""
}

// moment is a time of day, with the day where it is not today.
func moment(at, now time.Time) string {
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return clock(at)
	}
	return day(at) + ", " + clock(at)
}

// frontPage is the page of a choice, saved or not.
func (v *visit) frontPage(c choice) (frontPage, error) {
	page := frontPage{
		frame: v.frame("Front", "front"), Langs: v.langLinks("/newsroom/front", c.lang), Lang: c.lang, Version: c.version, Picks: c.rows, Query: c.query,
		May: v.person.May(staff.Write, staff.Front, false), Free: max(0, front.MaxPicks-len(c.rows)), Preview: c.preview(), Wrong: fault.Form{},
	}
	f, err := v.Fronts.With(v.ctx(), c.lang, c.picks(), v.now)
	if err != nil {
		return page, err
	}
	page.Filled = v.candidates(f.Picks[f.Picked:], c)
	if page.Found, err = v.find(c); err != nil {
		return page, err
	}
	page.Saved, err = v.savedBy(c.lang, c.version)
	return page, err
}

// preview is where the front of this choice is drawn.
func (c choice) preview() string {
	q := url.Values{"lang": {c.lang}}
	for _, p := range c.picks() {
		q.Add("article", strconv.FormatInt(p.Article, 10))
		q.Add("headline", p.Headline)
	}
	return "/newsroom/front/preview?" + q.Encode()
}

const (
	shownFound = 20
	searchedIn = 2000
	ahead      = 31 * 24 * time.Hour // what comes within a month may be picked already
)

// find are the newest articles that hold all the words that were asked for, those to come among them.
func (v *visit) find(c choice) ([]candidate, error) {
	limit := shownFound
	if c.query != "" {
		limit = searchedIn
	}
	cards, err := v.Articles.Cards(v.ctx(), article.List{Lang: c.lang, Limit: limit}, v.now.Add(ahead))
	if err != nil {
		return nil, err
	}
	words := strings.Fields(strings.ToLower(c.query))
	cards = slices.DeleteFunc(cards, func(card article.Card) bool {
		text := strings.ToLower(card.Kicker + " " + card.Headline + " " + card.Summary)
		return slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
	})
	return v.candidates(cards[:min(len(cards), shownFound)], c), nil
}

func (v *visit) candidates(cards []article.Card, c choice) []candidate {
	tree, err := v.Sections.Tree(v.ctx())
	if err != nil {
		tree = nil // then without the names of sections
	}
	list := make([]candidate, len(cards))
	for i, card := range cards {
		list[i] = candidate{ID: card.ID, Title: card.Headline, When: moment(card.Published.In(v.now.Location()), v.now),
			Picked: slices.ContainsFunc(c.rows, func(r pickRow) bool { return r.Article == card.ID })}
		if s, ok := tree.Get(card.Section); ok {
			list[i].Section = s.NameIn(c.lang)
		}
		if card.Published.After(v.now) {
			list[i].When = "comes " + list[i].When
		}
	}
	return list
}

// savedBy says who saved a version of a front, and when.
func (v *visit) savedBy(lang string, version int64) (string, error) {
	_, at, err := v.Fronts.PicksAt(v.ctx(), lang, version)
	if errors.Is(err, fault.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	who, err := v.whoPicked(lang, version)
	return who + ", " + moment(at.In(v.now.Location()), v.now), err
}

// frontPreview draws the front as it would be with the picks of the query.
func frontPreview(v *visit) error {
	q := v.r.URL.Query()
	lang, err := v.edition(q.Get("lang"))
	if err != nil {
		return err
	}
	articles, headlines := q["article"], q["headline"]
	picks := make([]front.Pick, 0, front.MaxPicks)
	for i := range min(len(articles), len(headlines), front.MaxPicks) {
		id, err := strconv.ParseInt(articles[i], 10, 64)
		if err != nil {
			return fault.NotFound
		}
		picks = append(picks, front.Pick{Article: id, Headline: headlines[i]})
	}
	path := "/"
	if lang != v.paper.Main() {
		path = "/" + lang
	}
	return v.showGlance(Glance{Path: path, At: v.now, Under: "/newsroom/preview/now", Picks: map[string][]front.Pick{lang: picks}})
}

// frontFind answers the search box while somebody types.
func frontFind(v *visit) error {
	lang, err := v.edition(v.r.URL.Query().Get("lang"))
	if err != nil {
		return err
	}
	found, err := v.find(choice{lang: lang, query: v.r.URL.Query().Get("q")})
	if err != nil {
		return err
	}
	return v.answer(200, found)
}

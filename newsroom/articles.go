package newsroom

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"lede/article"
	"lede/internal/fault"
	"lede/paper"
	"lede/section"
	"lede/staff"
)

func (n *Newsroom) articlesRoutes() []route {
	return []route{
		{pattern: "GET /newsroom/articles", act: staff.Read, on: staff.Articles, handle: articlesPage},
		{pattern: "GET /newsroom/find.json", act: staff.Read, on: staff.Articles, handle: findArticles},
	}
}

// articlesShown is how many articles a page lists.
const articlesShown = 50

// articlesView lists all articles that were looked for, those saved last first.
type articlesView struct {
	frame
	Query    string
	Stage    string
	Section  string
	Mine     bool
	From     string
	Until    string
	Asked    bool // something was asked for
	Sections []sectionChoice
	Stages   []string
	Rows     []articleRow
	Older    string
	Wrong    string
}

type sectionChoice struct {
	ID   string
	Name string
}

type articleRow struct {
	article.Found
	Title   string
	Href    string
	Section string
	Who     string
	Saved   string
	When    string // what its moment is: published, scheduled for, withdrawn
}

func articlesPage(v *visit) error {
	q := v.r.URL.Query()
	page := articlesView{frame: v.frame("Articles", "articles"), Query: q.Get("q"), Stage: q.Get("stage"), Section: q.Get("section"), Mine: q.Get("mine") != "",
		From: q.Get("from"), Until: q.Get("until"), Stages: []string{article.Draft, article.Filed, article.Ready, article.Scheduled, article.Published, article.Withdrawn}}
	ask, err := v.readSearch(q)
	if fault.IsInvalid(err) {
		page.Wrong, err = err.Error(), nil
	}
	if err != nil {
		return err
	}
	tree, err := v.Sections.Tree(v.ctx())
	if err != nil {
		return err
	}
	for _, s := range tree {
		page.Sections = append(page.Sections, sectionChoice{strconv.FormatInt(s.ID, 10), s.NameIn("en")})
	}
	page.Asked = page.Query != "" || page.Stage != "" || page.Section != "" || page.Mine || page.From != "" || page.Until != ""
	ask.Limit = articlesShown + 1
	found, err := v.Articles.Search(v.ctx(), ask)
	if err != nil {
		return err
	}
	if len(found) > articlesShown {
		found = found[:articlesShown]
		last := found[articlesShown-1].Place()
		q.Set("before", fmt.Sprintf("%d-%d", last.At.UnixMicro(), last.ID))
		page.Older = "/newsroom/articles?" + q.Encode()
	}
	if page.Rows, err = v.articleRows(found, tree); err != nil {
		return err
	}
	status := http.StatusOK
	if page.Wrong != "" {
		status = http.StatusUnprocessableEntity
	}
	return v.showAs(status, "articles", page)
}

// readSearch reads what is looked for; who may read only their own finds only those.
func (v *visit) readSearch(q url.Values) (article.Search, error) {
	ask := article.Search{Words: q.Get("q"), Stage: q.Get("stage")}
	if q.Get("mine") != "" || !v.person.May(staff.Read, staff.Articles, false) {
		ask.Owner, ask.Byline = v.person.ID, v.person.Byline
	}
	if s := q.Get("section"); s != "" {
		id, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return ask, fault.Invalid("There is no such section.")
		}
		ask.Section = id
	}
	for name, into := range map[string]*time.Time{"from": &ask.From, "until": &ask.Until} {
		typed := q.Get(name)
		if typed == "" {
			continue
		}
		day, ok := paper.Day(time.DateOnly, typed, v.now.Location())
		if !ok {
			return ask, fault.Invalid("A day is written as 2026-11-24.")
		}
		*into = day
		if name == "until" {
			*into = paper.NextMidnight(day)
		}
	}
	if at, id, ok := strings.Cut(q.Get("before"), "-"); ok {
		us, err := strconv.ParseInt(at, 10, 64)
		n, err2 := strconv.ParseInt(id, 10, 64)
		if err == nil && err2 == nil {
			ask.Before = article.Place{At: time.UnixMicro(us).UTC(), ID: n}
		}
	}
	return ask, nil
}

// articleRows are the articles found as the list shows them.
func (v *visit) articleRows(found []article.Found, tree section.Tree) ([]articleRow, error) {
	var who []int64
	for _, f := range found {
		who = append(who, f.Owner)
	}
	names, err := v.whoIs(who...)
	rows := make([]articleRow, len(found))
	for i, f := range found {
		rows[i] = articleRow{Found: f, Title: titled(f.Headline), Href: fmt.Sprintf("/newsroom/article/%d", f.ID), Who: names[f.Owner],
			Saved: moment(f.Saved.In(v.now.Location()), v.now), When: strings.TrimPrefix(v.momentOf(f), f.Stage+" ")}
		if s, ok := tree.Get(f.Section); ok {
			rows[i].Section = s.NameIn("en")
		}
	}
	return rows, err
}

// momentOf says which moment matters most of an article.
func (v *visit) momentOf(f article.Found) string {
	at := func(t time.Time) string { return moment(t.In(v.now.Location()), v.now) }
	switch {
	case !f.Withdrawn.IsZero() && f.Withdrawn.After(v.now):
		return "withdrawn at " + at(f.Withdrawn)
	case !f.Withdrawn.IsZero():
		return "withdrawn " + at(f.Withdrawn)
	case f.Published.After(v.now):
		return "goes out " + at(f.Published)
	case !f.Published.IsZero():
		return "published " + at(f.Published)
	case f.Embargo.After(v.now):
		return "embargo until " + at(f.Embargo)
	}
	return ""
}

// foundArticle is an article as the editor's search for links and related articles gets it.
type foundArticle struct {
	ID       int64  `json:"id,string"`
	Headline string `json:"headline"`
	Path     string `json:"path"`
	Lang     string `json:"lang"`
	Says     string `json:"says"`
}

// foundMost is how many articles the editor's search is given.
const foundMost = 12

// findArticles finds what is published, for links and related articles.
func findArticles(v *visit) error {
	ask, err := v.readSearch(url.Values{"q": {v.r.URL.Query().Get("q")}, "stage": {article.Published}})
	if err != nil {
		return err
	}
	ask.Limit = foundMost
	found, err := v.Articles.Search(v.ctx(), ask)
	if err != nil {
		return err
	}
	list := make([]foundArticle, len(found))
	for i, f := range found {
		list[i] = foundArticle{ID: f.ID, Headline: f.Headline, Path: f.Path, Lang: f.Lang, Says: v.momentOf(f)}
	}
	return v.answer(http.StatusOK, list)
}

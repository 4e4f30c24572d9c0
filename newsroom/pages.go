package newsroom

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"lede/internal/doc"
	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/internal/web"
	"lede/paper"
	"lede/staff"
)

func (n *Newsroom) pagesRoutes() []route {
	long := []web.RouteOption{web.MaxBody(1 << 20)}
	return []route{
		{pattern: "GET /newsroom/pages", act: staff.Read, on: staff.Paper, handle: pagesPage},
		{pattern: "GET /newsroom/pages/{slug}/{lang}", act: staff.Read, on: staff.Paper, handle: standingPage},
		{pattern: "POST /newsroom/pages/{slug}/{lang}", act: staff.Write, on: staff.Paper, handle: setStanding, options: long},
		{pattern: "POST /newsroom/pages/{slug}/{lang}/removal", act: staff.Write, on: staff.Paper, handle: removeStanding},
		{pattern: "GET /newsroom/pages/{slug}/{lang}/versions", act: staff.Read, on: staff.Paper, handle: standingVersions},
		{pattern: "POST /newsroom/pages/{slug}/{lang}/restoration", act: staff.Write, on: staff.Paper, handle: restoreStanding},
	}
}

const (
	pagesPath = "/newsroom/pages"
	newSlug   = "new" // in the address of a page that is not there yet
)

// pagesView lists the standing pages.
type pagesView struct {
	frame
	Tabs  []tab
	Rows  []pageRow
	New   string
	Saved string
	May   bool
}

// pageRow is one standing page in every language.
type pageRow struct {
	Slug  string
	Langs []pageLang
}

// pageLang is a standing page in one language; without Title it is not written yet.
type pageLang struct{ Lang, Language, Dir, Title, Changed, Href string }

func pagesPage(v *visit) error {
	list, err := v.Papers.AllPages(v.ctx())
	if err != nil {
		return err
	}
	page := pagesView{frame: v.frame("Standing pages", "paper"), Tabs: v.tabs(pagesPath), New: standingAt(newSlug, v.paper.Main()), Saved: v.told(), May: v.mayWrite()}
	var slugs []string
	for _, p := range list {
		if !slices.Contains(slugs, p.Slug) {
			slugs = append(slugs, p.Slug)
		}
	}
	for _, slug := range slugs {
		page.Rows = append(page.Rows, v.pageRow(slug, list))
	}
	return v.show("pages", page)
}

func (v *visit) pageRow(slug string, list []paper.Page) pageRow {
	row := pageRow{Slug: slug}
	langs := slices.Clone(v.paper.Langs)
	for _, p := range list {
		if p.Slug == slug && !slices.Contains(langs, p.Lang) {
			langs = append(langs, p.Lang)
		}
	}
	for _, lang := range langs {
		one := pageLang{Lang: lang, Language: tongue.For("en").Language(lang), Dir: tongue.Dir(lang), Href: standingAt(slug, lang)}
		for _, p := range list {
			if p.Slug == slug && p.Lang == lang {
				one.Title, one.Changed = p.Title, day(p.Changed.In(v.paper.Clock()))
			}
		}
		row.Langs = append(row.Langs, one)
	}
	return row
}

func standingAt(slug, lang string) string {
	return pagesPath + "/" + url.PathEscape(slug) + "/" + url.PathEscape(lang)
}

// standingView is one standing page as it is written.
type standingView struct {
	frame
	Tabs     []tab
	New      bool
	Action   string
	Slug     string
	Lang     string
	Language string
	Dir      string
	Name     string // in the heading
	Version  int64
	Place    int
	Head     string // the title that is typed
	Text     string // Markdown
	Preview  template.HTML
	Wrong    fault.Form
	Clashes  []clash
	Theirs   template.HTML
	ByWhom   string
	Saved    string
	May      bool
}

// standing is the page of the address: as it stands, or a new one.
func (v *visit) standing() (paper.Page, bool, error) {
	slug, lang := v.r.PathValue("slug"), v.r.PathValue("lang")
	if !slices.Contains(v.paper.Langs, lang) {
		p, err := v.Papers.Page(v.ctx(), slug, lang)
		if err == nil && p.Lang != lang {
			err = fault.NotFound
		}
		return p, false, err
	}
	p, err := v.Papers.Page(v.ctx(), slug, lang)
	if errors.Is(err, fault.NotFound) && slug == newSlug {
		return paper.Page{Lang: lang}, true, nil
	}
	if err != nil {
		return p, false, err
	}
	if p.Lang != lang { // it is written in another language
		return paper.Page{Slug: slug, Lang: lang, Place: p.Place}, true, nil
	}
	return p, false, nil
}

func standingPage(v *visit) error {
	p, _, err := v.standing()
	if err != nil {
		return err
	}
	page := v.standingView(p)
	page.Head, page.Text, page.Preview = p.Title, p.Body.Markdown(), p.Body.HTML(doc.Show{})
	page.Saved = v.told()
	return v.show("standing", page)
}

func (v *visit) standingView(p paper.Page) standingView {
	name := p.Title
	if name == "" {
		name = "A new page"
	}
	lang := v.r.PathValue("lang")
	return standingView{frame: v.frame(name, "paper"), Tabs: v.tabs(pagesPath), New: v.r.PathValue("slug") == newSlug && p.Version == 0, Action: v.r.URL.EscapedPath(), Slug: p.Slug, Lang: lang, Language: tongue.For("en").Language(lang),
		Dir: tongue.Dir(lang), Name: name, Version: p.Version, Place: p.Place, May: v.mayWrite()}
}

func setStanding(v *visit) error {
	now, _, err := v.standing()
	if err != nil {
		return err
	}
	sent, err := v.form()
	if err != nil {
		return err
	}
	page := v.standingView(now)
	page.Head, page.Text, page.Place = paper.Line(sent.Get("title")), strings.ReplaceAll(sent.Get("text"), "\r\n", "\n"), int(number(sent.Get("place")))
	if page.New {
		page.Slug = paper.Line(sent.Get("slug"))
	}
	typed, err := doc.FromMarkdown(page.Text)
	if err != nil {
		page.Wrong = fault.Form{"body": "The text cannot be kept as it is: " + err.Error() + "."}
		return v.showAs(http.StatusUnprocessableEntity, "standing", page)
	}
	page.Preview = typed.HTML(doc.Show{})
	if sent.Get("do") == "preview" {
		page.Version = number(sent.Get("version"))
		return v.show("standing", page)
	}
	kept := paper.Page{Slug: page.Slug, Lang: page.Lang, Place: page.Place, Version: number(sent.Get("version")), Title: page.Head, Body: withSameIDs(now.Body, typed)}
	err = v.Papers.SetPage(v.ctx(), kept, v.now)
	switch {
	case errors.As(err, &page.Wrong):
		return v.showAs(http.StatusUnprocessableEntity, "standing", page)
	case errors.Is(err, fault.Conflict):
		return v.standingClash(page, now, kept)
	case err != nil:
		return err
	}
	return v.tell(standingAt(kept.Slug, kept.Lang), nil, "Saved at "+v.now.Format("15:04:05")+", and in force.")
}

// withSameIDs gives the blocks of a text the ids of those they stand for, where the text has as many as before.
func withSameIDs(was, is doc.Doc) doc.Doc {
	if len(was.Blocks) == len(is.Blocks) {
		for i := range is.Blocks {
			if was.Blocks[i].Type == is.Blocks[i].Type {
				is.Blocks[i].ID = was.Blocks[i].ID
			}
		}
	}
	return is
}

// standingClash shows what somebody else saved meanwhile beside what was typed; saving again keeps the latter.
func (v *visit) standingClash(page standingView, now, mine paper.Page) error {
	if now.Title != mine.Title {
		page.Clashes = append(page.Clashes, clash{Label: "Title", Theirs: now.Title, Mine: mine.Title})
	}
	page.Theirs = differenceHTML(now.Body, mine.Body)
	page.ByWhom = "Somebody"
	if list, err := v.Papers.PageVersions(v.ctx(), now.ID); err == nil && len(list) > 0 && list[0].By != "" {
		page.ByWhom = list[0].By
	}
	return v.showAs(http.StatusConflict, "standing", page)
}

// differenceHTML shows block by block what became of a text.
func differenceHTML(was, is doc.Doc) template.HTML {
	var b strings.Builder
	for _, c := range doc.Diff(was, is) {
		b.WriteString(`<li>` + string(c.HTML(12)) + `</li>`)
	}
	if b.Len() == 0 {
		return ""
	}
	return template.HTML(`<ul class="differs">` + b.String() + `</ul>`)
}

func removeStanding(v *visit) error {
	p, fresh, err := v.standing()
	if err != nil {
		return err
	}
	if fresh {
		return fault.NotFound
	}
	sent, err := v.form()
	if err != nil {
		return err
	}
	if err := v.Papers.RemovePage(v.ctx(), p.Slug, p.Lang, number(sent.Get("version")), v.now); err != nil {
		return err
	}
	return v.tell(pagesPath, nil, p.Title+" is removed in "+tongue.For("en").Language(p.Lang)+".")
}

// standingVersionsView are the saved states of a standing page.
type standingVersionsView struct {
	frame
	Tabs    []tab
	Action  string
	Back    string
	Name    string
	Version int64
	List    []standingVersion
	May     bool
}

type standingVersion struct {
	N             int64
	Day, At, By   string
	Title         string
	Former        string // title, where it was another
	Differs       template.HTML
	First, Stands bool
}

func standingVersions(v *visit) error {
	p, fresh, err := v.standing()
	if err != nil {
		return err
	}
	if fresh {
		return fault.NotFound
	}
	list, err := v.Papers.PageVersions(v.ctx(), p.ID)
	if err != nil {
		return err
	}
	at := standingAt(p.Slug, p.Lang)
	page := standingVersionsView{frame: v.frame("Versions of "+p.Title, "paper"), Tabs: v.tabs(pagesPath), Action: at + "/restoration", Back: at, Name: p.Title, Version: p.Version, May: v.mayWrite()}
	for i, one := range list {
		t := one.At.In(v.paper.Clock())
		row := standingVersion{N: one.N, Day: day(t), At: t.Format("15:04:05"), By: one.By, Title: one.Title, First: i == len(list)-1, Stands: one.N == p.Version}
		if row.By == "" {
			row.By = "not recorded"
		}
		if !row.First {
			row.Differs = differenceHTML(list[i+1].Body, one.Body)
			if list[i+1].Title != one.Title {
				row.Former = list[i+1].Title
			}
		}
		page.List = append(page.List, row)
	}
	return v.show("standing-versions", page)
}

func restoreStanding(v *visit) error {
	p, fresh, err := v.standing()
	if err != nil {
		return err
	}
	if fresh {
		return fault.NotFound
	}
	sent, err := v.form()
	if err != nil {
		return err
	}
	list, err := v.Papers.PageVersions(v.ctx(), p.ID)
	if err != nil {
		return err
	}
	for _, one := range list {
		if one.N != number(sent.Get("n")) {
			continue
		}
		p.Version, p.Title, p.Body = number(sent.Get("version")), one.Title, one.Body
		if err := v.Papers.SetPage(v.ctx(), p, v.now); err != nil {
			return err
		}
		return v.tell(standingAt(p.Slug, p.Lang), nil, "Restored as it was, and in force. What it replaces is kept among the versions.")
	}
	return fault.NotFound
}

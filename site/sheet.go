package site

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/article"
	"lede/comment"
	"lede/internal/doc"
	"lede/internal/tongue"
	"lede/media"
	"lede/paper"
	"lede/section"
	"lede/staff"
)

// sheet is one page in the making: for whom, when, in which language, and what it shows so far.
type sheet struct {
	*Site
	ctx    context.Context
	now    time.Time // in the paper's zone
	base   string
	lang   string
	number int           // of a page of a long list, from 1
	order  comment.Order // of a thread; "" for the usual one
	talked map[int64]int // how many comments the articles of its cards show
	paper  paper.Paper
	tree   section.Tree
	t      *tongue.Tongue
	shelf  map[int64]media.Media
	tags   []string
	until  time.Time
	glance *glance // of a preview; nil for readers
	frames bool    // it has positions, whose frames are our own
}

func (s *Site) sheet(ctx context.Context, base string, now time.Time) (*sheet, error) {
	p, err := s.Papers.Get(ctx)
	if err != nil {
		return nil, err
	}
	tree, err := s.Sections.Tree(ctx)
	if err != nil {
		return nil, err
	}
	sh := &sheet{Site: s, ctx: ctx, now: now.In(p.Clock()), base: base, number: 1, paper: p, tree: tree,
		shelf: map[int64]media.Media{}, tags: []string{tagPaper}}
	sh.speak(p.Main())
	return sh, nil
}

// speak sets the language of the page around its text.
func (sh *sheet) speak(lang string) {
	sh.lang = lang
	sh.t = tongue.For(lang)
	if sh.paper.Hours24 {
		sh.t = sh.t.Hours24(true)
	}
}

// good says that the page is right until at, at the latest.
func (sh *sheet) good(at time.Time) {
	if !at.IsZero() && (sh.until.IsZero() || at.Before(sh.until)) {
		sh.until = at
	}
}

// in is the address of a front or list in the page's language.
func (sh *sheet) in(path string) string { return inEdition(sh.paper, sh.lang, path) }

func inEdition(p paper.Paper, lang, path string) string {
	if lang == p.Main() || !strings.HasPrefix(path, "/") { // the main one has none, and neither has what is elsewhere
		return path
	}
	if path == "/" {
		path = ""
	}
	return "/" + lang + path
}

// fetch puts media on the shelf, in one question for all.
func (sh *sheet) fetch(ids ...int64) error {
	missing := slices.DeleteFunc(ids, func(id int64) bool { _, on := sh.shelf[id]; return on || id == 0 })
	if len(missing) == 0 {
		return nil
	}
	found, err := sh.Media.Get(sh.ctx, missing...)
	for id, m := range found {
		sh.shelf[id] = m
		sh.tags = append(sh.tags, tagMedia(id))
	}
	return err
}

// fetchFor puts on the shelf what the cards show, and counts what was written under their articles.
func (sh *sheet) fetchFor(cards []article.Card) error {
	var ids []int64
	for _, c := range cards {
		ids = append(ids, c.Lead.Media)
		if sh.opinion(c.Section) && len(c.Bylines) > 0 {
			ids = append(ids, c.Bylines[0].Picture)
		}
	}
	if err := sh.count(cards); err != nil {
		return err
	}
	return sh.fetch(ids...)
}

// picture is a use of a medium as a page shows it; nil while there is none to show.
func (sh *sheet) picture(use article.Picture) *Picture {
	m, ok := sh.shelf[use.Media]
	if !ok || !m.Ready || m.Kind != media.Picture {
		return nil
	}
	width := m.Largest(middling)
	return &Picture{
		Src: m.URL(width), Srcset: m.Srcset(), Sources: m.Sources(), Width: width, Height: m.HeightAt(width), Focus: focus(m),
		Alt: cmp.Or(use.Alt, m.Alt), Caption: cmp.Or(use.Caption, m.Caption), Credit: cmp.Or(use.Credit, m.Credit),
	}
}

// focus is the class that keeps a picture's focal point in sight where it is cut: one of a grid of five by five.
func focus(m media.Media) string {
	if m.FocusX == 50 && m.FocusY == 50 {
		return ""
	}
	return fmt.Sprintf("f-%d-%d", min(m.FocusX/20, 4), min(m.FocusY/20, 4))
}

// middling is the width of the picture a browser takes that does not choose for itself.
const middling = 640

// face is a byline's picture, small.
func (sh *sheet) face(b staff.Byline) *Picture {
	p := sh.picture(article.Picture{Media: b.Picture})
	if p != nil {
		p.Alt, p.Caption, p.Credit = "", "", ""
	}
	return p
}

// show says how an article's text is drawn on its page.
func (sh *sheet) show() doc.Show {
	return doc.Show{
		Picture: func(id int64) (doc.Picture, bool) {
			p := sh.picture(article.Picture{Media: id})
			if p == nil {
				return doc.Picture{}, false
			}
			d := doc.Picture{Src: p.Src, Srcset: p.Srcset, Width: p.Width, Height: p.Height, Focus: upright(p), Alt: p.Alt, Caption: p.Caption, Credit: p.Credit}
			for _, source := range p.Sources {
				d.Sources = append(d.Sources, doc.Source(source))
			}
			return d, true
		},
		File: func(id int64) (doc.File, bool) {
			m, ok := sh.shelf[id]
			if !ok || m.Kind == media.Picture {
				return doc.File{}, false
			}
			return doc.File{URL: m.File(), Type: m.Type, Width: m.Width, Height: m.Height, Seconds: m.Seconds, Caption: m.Caption, Credit: m.Credit}, true
		},
		T: sh.t.T,
	}
}

// upright is the class of a picture that stands upright in a text, where nothing is cut off it.
func upright(p *Picture) string {
	if p.Tall() {
		return "tall"
	}
	return ""
}

// card is an article as a list shows it.
func (sh *sheet) card(c article.Card) Card {
	sh.tags = append(sh.tags, tagArticle(c.ID))
	v := Card{
		Kicker: c.Kicker, Href: c.Path, Headline: c.Headline, Summary: c.Summary,
		By: sh.names(c.Bylines), When: sh.brief(c.Published), Opinion: sh.opinion(c.Section), Picture: sh.picture(c.Lead), Comments: sh.talked[c.ID],
		Label: sh.paidFor(sh.sponsor(c.Sponsor, c.Section)),
	}
	if v.Kicker == "" && !v.Opinion {
		if s, ok := sh.tree.Get(c.Section); ok {
			v.Kicker = s.NameIn(sh.lang)
		}
	}
	if v.Opinion && len(c.Bylines) > 0 {
		v.Face = sh.face(c.Bylines[0])
	}
	if c.Updated.After(c.Published) && sameDay(c.Updated.In(sh.now.Location()), sh.now) {
		v.When, v.Updated = sh.brief(c.Updated), true
	}
	if day, ok := sh.seen(c.Seen); ok {
		v.When, v.Seen, v.Updated = day, true, false
	}
	v.Lang, v.Dir = sh.foreign(c.Lang)
	return v
}

func (sh *sheet) cards(list []article.Card) []Card {
	cards := make([]Card, len(list))
	for i, c := range list {
		cards[i] = sh.card(c)
	}
	return cards
}

func (sh *sheet) names(bylines []staff.Byline) []string {
	names := make([]string, len(bylines))
	for i, b := range bylines {
		names[i] = b.NameIn(sh.lang)
	}
	return names
}

func (sh *sheet) opinion(id int64) bool {
	s, ok := sh.tree.Get(id)
	return ok && s.Kind == section.Opinion
}

// foreign gives language and direction of a text where they are not the page's.
func (sh *sheet) foreign(lang string) (tag, dir string) {
	if strings.EqualFold(lang, sh.lang) {
		return "", ""
	}
	if d := tongue.Dir(lang); d != sh.t.Dir {
		dir = d
	}
	return lang, dir
}

// brief is a time for today's, a date for older ones.
func (sh *sheet) brief(at time.Time) Stamp {
	at = at.In(sh.now.Location())
	return Stamp{Machine: at.Format(time.RFC3339), Text: sh.t.Brief(at, sh.now)}
}

// moment is date and time in full.
func (sh *sheet) moment(at time.Time) Stamp {
	if at.IsZero() {
		return Stamp{}
	}
	at = at.In(sh.now.Location())
	return Stamp{Machine: at.Format(time.RFC3339), Text: sh.t.DateTime(at)}
}

// day is a date without a time.
func (sh *sheet) day(at time.Time, style tongue.Style) Stamp {
	return Stamp{Machine: at.Format(time.DateOnly), Text: sh.t.Date(at, style)}
}

// seen is the day an article brought in from elsewhere was seen, if its own date is not known.
func (sh *sheet) seen(day string) (Stamp, bool) {
	at, ok := paper.Day(time.DateOnly, day, sh.now.Location())
	if !ok {
		return Stamp{}, false
	}
	return sh.day(at, tongue.Long), true
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

// The tags of pages: what must be made anew when it changes.
const (
	tagPaper = "paper" // on every page
	tagFront = "front"
	tagLists = "lists" // on every page that lists articles
)

func tagArticle(id int64) string           { return "article:" + strconv.FormatInt(id, 10) }
func tagMedia(id int64) string             { return "media:" + strconv.FormatInt(id, 10) }
func tagGroup(id int64) string             { return "group:" + strconv.FormatInt(id, 10) }
func tagList(of int64, lang string) string { return fmt.Sprintf("list:%d/%s", of, lang) }

// lists says that the page lists what is under of.
func (sh *sheet) lists(of int64) { sh.tags = append(sh.tags, tagLists, tagList(of, sh.lang)) }

// pageNumber reads ?page=; 0 when it is no page a list can have.
func pageNumber(r *http.Request) int {
	if r.URL.RawQuery == "" {
		return 1
	}
	asked := r.URL.Query().Get("page")
	if asked == "" {
		return 1
	}
	most := maxPages
	if ofThread(r.URL.Path) {
		most = mostPages
	}
	n, err := strconv.Atoi(asked)
	if err != nil || n < 2 || n > most || strconv.Itoa(n) != asked {
		return 0
	}
	return n
}

// icon is the paper's sign in the browser's tab, within the page: no request.
const tabIcon template.URL = "data:image/svg+xml," + "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%230b5d4b' d='M0 0h16q-6 8 0 16H0q6-8 0-16'/%3E%3C/svg%3E"

// tabIcon is the sign in the paper's own brand colour.
func (sh *sheet) tabIcon() template.URL {
	brand := strings.TrimPrefix(sh.paper.Tokens.Tone("brand").Light, "#") // six hexadecimal digits, or it would not have been kept
	return template.URL(strings.Replace(string(tabIcon), "0b5d4b", brand, 1))
}

// frame is what stands around a page. path is its address in every edition that has it; title and description are its own.
func (sh *sheet) frame(title, description, path string) (Frame, error) {
	name := sh.paper.NameIn(sh.lang)
	f := Frame{
		Lang: sh.lang, Dir: sh.t.Dir, Title: title, Description: description, Icon: sh.tabIcon(),
		Touch: "/icon/180.png", Manifest: "/site.webmanifest",
		Paper: name, Home: sh.in("/"), Today: "today/" + sh.lang, Alert: "alert/" + sh.lang,
		Motto: sh.paper.MottoIn(sh.lang), Place: sh.paper.PlaceIn(sh.lang), Plate: sh.plate(),
		Canonical: sh.base + path, Typeface: sh.sheetOfFace(),
		Find: sh.in(inSearch),
	}
	if title == "" {
		f.Title = name
	} else if title != name {
		f.Title = title + " | " + name
	}
	f.Sections = sh.menu(path)
	for _, lang := range sh.paper.Langs {
		if lang != sh.lang {
			l := Link{Href: inEdition(sh.paper, lang, "/"), Name: tongue.Endonym(lang), Lang: lang}
			if d := tongue.Dir(lang); d != sh.t.Dir {
				l.Dir = d
			}
			f.Editions = append(f.Editions, l)
		}
	}
	var err error
	f.Pages, err = sh.footer(path)
	return f, err
}

// plate is the drawn nameplate. It is drawn in the letters of the paper's own name, so where the name is another it is set in type.
func (sh *sheet) plate() *Plate {
	if sh.paper.Plate.Path == "" || sh.paper.NameIn(sh.lang) != sh.paper.Name {
		return nil
	}
	p := &Plate{Path: sh.paper.Plate.Path}
	if p.box(sh.paper.Plate.Box) != nil {
		return nil
	}
	return p
}

func (sh *sheet) menu(path string) []Link {
	var links []Link
	for _, l := range sh.paper.Menu {
		links = append(links, Link{Href: sh.in(l.To), Name: l.NameIn(sh.lang), Current: sh.in(l.To) == path})
	}
	if len(links) > 0 {
		return links
	}
	for _, s := range sh.tree.Below(0) {
		links = append(links, Link{Href: sh.in(s.Path()), Name: s.NameIn(sh.lang), Current: sh.in(s.Path()) == path})
	}
	return links
}

func (sh *sheet) footer(path string) ([]Link, error) {
	var links []Link
	for _, l := range sh.paper.Footer {
		links = append(links, Link{Href: sh.in(l.To), Name: l.NameIn(sh.lang), Current: sh.in(l.To) == path})
	}
	if len(links) > 0 {
		return links, nil
	}
	pages, err := sh.Papers.Pages(sh.ctx, sh.lang)
	for _, p := range pages {
		links = append(links, Link{Href: sh.in("/" + p.Slug), Name: p.Title, Current: sh.in("/"+p.Slug) == path})
	}
	return links, err
}

// editions are the addresses of the same list in every language of the paper.
func (sh *sheet) editions(path string) []Link {
	if len(sh.paper.Langs) < 2 {
		return nil
	}
	links := make([]Link, 0, len(sh.paper.Langs)+1)
	for _, lang := range sh.paper.Langs {
		links = append(links, Link{Href: sh.base + inEdition(sh.paper, lang, path), Lang: lang})
	}
	return append(links, Link{Href: sh.base + path, Lang: "x-default"})
}

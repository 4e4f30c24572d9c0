package newsroom

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/ad"
	"lede/article"
	"lede/front"
	"lede/internal/fault"
	"lede/internal/web"
	"lede/paper"
	"lede/staff"
)

func (n *Newsroom) previewRoutes() []route {
	return []route{
		{pattern: "GET /newsroom/preview", act: staff.Read, on: staff.Front, handle: previewPaper},
		{pattern: "GET /newsroom/preview/{at}/{path...}", act: staff.Read, on: staff.Front, handle: previewOf},
		{pattern: "GET /newsroom/article/{id}/preview", act: staff.Read, on: staff.Articles, handle: previewArticle},
		{pattern: "GET /newsroom/article/{id}/preview/{at}/{path...}", act: staff.Read, on: staff.Articles, handle: previewOfArticle},
	}
}

// Glance asks for a page of the readers' site as it will be; it is the site's own Glance, which the newsroom does not know.
type Glance struct {
	Path  string
	At    time.Time
	Under string
	Look  string
	Shown []article.Article
	Picks map[string][]front.Pick
	Ads   map[ad.Place]string
}

// showGlance answers with a page of the readers' site, for a frame of ours.
func (v *visit) showGlance(g Glance) error {
	if v.Preview == nil {
		return fault.NotFound
	}
	page, err := v.Preview(v.ctx(), g)
	var moved fault.Moved
	if errors.As(err, &moved) {
		return v.seeOther(moved.To)
	}
	if err != nil {
		return err
	}
	web.WriteFramed(v.w, page)
	return nil
}

// vantage is from where a preview is looked at, as one part of an address: "now", "2026-11-23T07:00", either with "~dark",
// "~light" and the ids of articles shown as if they were out, "now~dark~123".
type vantage struct {
	when  string
	at    time.Time
	look  string
	shown []int64
}

func (s vantage) String() string {
	parts := []string{s.when}
	if s.look != "" {
		parts = append(parts, s.look)
	}
	for _, id := range s.shown {
		parts = append(parts, strconv.FormatInt(id, 10))
	}
	return strings.Join(parts, "~")
}

// within is how far from now a preview goes.
const within = 10 * 366 * 24 * time.Hour

// readVantage reads such a part; what it is not is fault.Invalid, with words for the person.
func (v *visit) readVantage(text string) (vantage, error) {
	when, rest, more := strings.Cut(text, "~")
	s := vantage{when: when, at: v.now}
	if when != "now" {
		at, err := v.readWall(when)
		if err != nil {
			return s, err
		}
		if s.at = at; at.Sub(v.now).Abs() > within {
			return s, fault.Invalid("A preview goes ten years back or ahead.")
		}
	}
	for more {
		var one string
		one, rest, more = strings.Cut(rest, "~")
		if one == "light" || one == "dark" {
			s.look = one
			continue
		}
		id, err := strconv.ParseInt(one, 10, 64)
		if err != nil || len(s.shown) == 20 {
			return s, fault.Invalid("%q is no article.", one)
		}
		s.shown = append(s.shown, id)
	}
	return s, nil
}

// previewOf answers a page of the paper as somebody looks at it.
func previewOf(v *visit) error {
	s, err := v.readVantage(v.r.PathValue("at"))
	if err != nil {
		return fault.NotFound
	}
	var shown []article.Article
	for _, id := range s.shown {
		a, err := v.Desk.Working(v.ctx(), id)
		if err != nil {
			return err
		}
		shown = append(shown, a)
	}
	return v.glance(s, "/newsroom/preview/"+s.String(), shown, true)
}

// previewOfArticle answers the pages of the paper with one article in it, as it stands for staff; nothing else that is not public
// is seen there.
func previewOfArticle(v *visit) error {
	s, err := v.readVantage(v.r.PathValue("at"))
	if err != nil || s.when != "now" || len(s.shown) > 0 {
		return fault.NotFound
	}
	a, err := v.previewed()
	if err != nil {
		return err
	}
	return v.glance(s, fmt.Sprintf("/newsroom/article/%d/preview/%s", a.ID, s), []article.Article{a}, false)
}

// previewed is the article of the address as it is being written, if the person may read it.
func (v *visit) previewed() (article.Article, error) {
	id, err := v.worksOn(staff.Read, staff.Articles)
	if err != nil {
		return article.Article{}, err
	}
	return v.Desk.Working(v.ctx(), id)
}

func (v *visit) glance(s vantage, under string, shown []article.Article, all bool) error {
	path := "/" + v.r.PathValue("path")
	if token, ok := strings.CutPrefix(path, "/media/"); ok {
		return v.previewMedia(token, shown, all)
	}
	if v.r.URL.RawQuery != "" {
		path += "?" + v.r.URL.RawQuery
	}
	return v.showGlance(Glance{Path: path, At: s.at, Under: under, Look: s.look, Shown: shown})
}

// previewMedia serves a medium to staff, "token/1-640.jpg": any, or only what the articles shown use.
func (v *visit) previewMedia(rest string, shown []article.Article, all bool) error {
	token, file, _ := strings.Cut(rest, "/")
	m, err := v.Media.ByToken(v.ctx(), token)
	if err != nil {
		return err
	}
	width, mime, ok := m.Served(file)
	uses := func(a article.Article) bool {
		return a.Lead.Media == m.ID || a.Social.Media == m.ID || slices.Contains(a.Body.Media(), m.ID)
	}
	if !ok || !all && !slices.ContainsFunc(shown, uses) {
		return v.seeOther("/media/" + url.PathEscape(token) + "/" + url.PathEscape(file)) // perhaps the public sees it
	}
	f, info, err := v.Media.OpenAs(v.ctx(), m, width, mime)
	if err != nil {
		return err
	}
	defer f.Close()
	web.OpenToOthers(v.w)
	v.w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
	v.w.Header().Set("Content-Type", mime)
	http.ServeContent(v.w, v.r, "", info.Modified, f)
	return nil
}

// previewPage is the paper as of a moment, in a frame, with what one may look at it by.
type previewPage struct {
	frame
	Action   string // where the form goes
	Now      bool
	At       string // of the field for date and time
	Says     string // "Mon 23 Nov 2026, 07:00"
	Tomorrow string // 07:00 tomorrow, as the field holds it
	Look     string
	Path     string
	Shown    []shownArticle
	Src      string
	Timed    bool // the moment may be chosen
	Back     string
	Wrong    string
}

// shownArticle is one that is shown as if it were out.
type shownArticle struct {
	ID    int64
	Title string
}

// previewPaper shows the whole paper at any minute.
func previewPaper(v *visit) error {
	q := v.r.URL.Query()
	s, err := v.readVantage("now")
	if err != nil {
		return err
	}
	page := previewPage{frame: v.frame("Preview", "front"), Action: "/newsroom/preview", Path: readersPath(q.Get("path")), Timed: true, Back: "/newsroom/front"}
	if at := q.Get("at"); at != "" && at != "now" {
		asked, err := v.readVantage(at)
		if err != nil {
			page.Wrong, page.At = err.Error(), at
		} else {
			s = asked
		}
	}
	s.look = lookOf(q.Get("look"))
	for _, with := range q["with"] {
		id, err := strconv.ParseInt(strings.TrimSpace(with), 10, 64)
		if err != nil {
			return fault.NotFound
		}
		a, err := v.Desk.Working(v.ctx(), id)
		if err != nil {
			return err
		}
		s.shown = append(s.shown, id)
		page.Shown = append(page.Shown, shownArticle{id, a.Headline})
	}
	return v.showPreview(page, s, "/newsroom/preview/")
}

// previewArticle shows one article as readers would see it.
func previewArticle(v *visit) error {
	a, err := v.previewed()
	if err != nil {
		return err
	}
	page := previewPage{frame: v.frame("Preview", "articles"), Back: fmt.Sprintf("/newsroom/article/%d", a.ID), Path: v.addressOf(a)}
	page.Action = page.Back + "/preview"
	return v.showPreview(page, vantage{when: "now", at: v.now, look: lookOf(v.r.URL.Query().Get("look"))}, page.Action+"/")
}

// addressOf is where readers would find an article that is published now.
func (v *visit) addressOf(a article.Article) string {
	if a.Path != "" {
		return a.Path
	}
	slug := a.Slug
	if slug == "" {
		slug = article.Slug(a.Headline)
	}
	if slug == "" {
		slug = strconv.FormatInt(a.ID, 10)
	}
	return v.now.Format("/2006/01/") + slug
}

func (v *visit) showPreview(page previewPage, s vantage, under string) error {
	local := s.at.In(v.now.Location())
	page.Now, page.Says, page.Look = s.when == "now", day(local)+", "+clock(local), s.look
	if page.At == "" {
		page.At = wall(local)
	}
	tomorrow := v.now.AddDate(0, 0, 1)
	page.Tomorrow = wall(paper.Midnight(tomorrow.Year(), tomorrow.Month(), tomorrow.Day(), v.now.Location()).Add(7 * time.Hour))
	page.Src = under + s.String() + page.Path
	return v.show("preview", page)
}

// readersPath is an address of the readers' site; the front for what is none.
func readersPath(typed string) string {
	u, err := url.Parse(strings.TrimSpace(typed))
	if err != nil || !strings.HasPrefix(u.Path, "/") {
		return "/"
	}
	u.Scheme, u.Host, u.User, u.Fragment = "", "", nil, ""
	return "/" + strings.TrimLeft(u.RequestURI(), "/")
}

func lookOf(asked string) string {
	if asked == "light" || asked == "dark" {
		return asked
	}
	return ""
}

package site

import (
	"bytes"
	"context"
	"errors"
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
	"lede/section"
)

// Glance asks for a page of the readers' site as it will be, or was, for staff to look at.
type Glance struct {
	Path  string                  // as readers ask for it, "/world?page=2"
	At    time.Time               // the moment as of which the paper is shown
	Under string                  // where the links of the page lead, "/newsroom/preview/now"
	Look  string                  // "light", "dark", or "" for what the device prefers
	Shown []article.Article       // seen as they are here: published by then, with this text
	Picks map[string][]front.Pick // by language, instead of what editors saved
	Ads   map[ad.Place]string     // the frame that a position shows, whatever stands there for readers
}

// glance is a Glance in the making: its articles as the pages know them.
type glance struct {
	Glance
	cards []article.Card
}

// Preview makes a page of the readers' site as of a moment, in which all links lead to Under. What is not there is the page that
// says so; a page that moved is a fault.Moved below Under. Nothing of it is kept, and readers see nothing of it.
func (s *Site) Preview(ctx context.Context, g Glance) (web.Page, error) {
	path, number, err := g.asked()
	if err != nil {
		return web.Page{}, err
	}
	sh, err := s.glanceAt(ctx, g)
	if err != nil {
		return web.Page{}, err
	}
	sh.number = number
	if rest, ok := strings.CutPrefix(path, "/frame/"); ok {
		return sh.glanceFrame(rest)
	}
	page, err := s.at(sh, path)
	var moved fault.Moved
	if errors.As(err, &moved) {
		if strings.HasPrefix(moved.To, "/") {
			moved.To = g.Under + moved.To
		}
		return web.Page{}, moved
	}
	if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Gone) {
		page, err = sh.glanceWrong(err)
	}
	if err != nil {
		return web.Page{}, err
	}
	if page.Body, err = s.filled(ctx, g, page.Body); err != nil {
		return web.Page{}, err
	}
	if page.Type == "" {
		page.Body = led(page.Body, g.Under, g.Look)
	}
	return page, nil
}

// PreviewDraft is the page of one article as it will be at g.At with the text it has here, be it published or not.
func (s *Site) PreviewDraft(ctx context.Context, a article.Article, g Glance) (web.Page, error) {
	g.Shown = append(slices.Clone(g.Shown), a)
	g.Path = s.published(a, g.At).Path
	return s.Preview(ctx, g)
}

// asked are the path and the page of a list.
func (g Glance) asked() (path string, number int, err error) {
	u, err := url.Parse(g.Path)
	if err != nil || !strings.HasPrefix(u.Path, "/") {
		return "", 0, fault.NotFound
	}
	path = u.Path
	if path != "/" {
		path = strings.TrimRight(path, "/")
	}
	number = pageNumber(&http.Request{URL: u})
	if number < 1 {
		return "", 0, fault.NotFound
	}
	return path, number, nil
}

// glanceAt is a sheet as of a moment that is not the present.
func (s *Site) glanceAt(ctx context.Context, g Glance) (*sheet, error) {
	sh, err := s.sheet(ctx, "", g.At)
	if err != nil {
		return nil, err
	}
	sh.glance = &glance{Glance: g}
	sh.glance.Shown = slices.Clone(g.Shown)
	for i, a := range g.Shown {
		a = s.published(a, sh.now)
		sh.glance.Shown[i] = a
		bylines, err := s.Staff.Bylines(ctx, a.Bylines...)
		if err != nil {
			return nil, err
		}
		c := article.Card{ID: a.ID, Path: a.Path, Lang: a.Lang, Kicker: a.Kicker, Headline: a.Headline, Summary: a.Summary, Seen: a.Seen, Sensitive: a.Sensitive, Sponsor: a.Sponsor,
			Words: a.Words, Lead: a.Lead, Published: a.Published, Updated: a.Updated, Changed: a.Changed, Bylines: bylines}
		if len(a.Sections) > 0 {
			c.Section = a.Sections[0]
		}
		sh.glance.cards = append(sh.glance.cards, c)
	}
	return sh, nil
}

// published is the article as it will be once it is out: what has no address yet has the one it would most likely get.
func (s *Site) published(a article.Article, at time.Time) article.Article {
	if a.Published.IsZero() || a.Published.After(at) {
		a.Published = at
	}
	a.Withdrawn = time.Time{}
	if a.Path == "" {
		slug := a.Slug
		if slug == "" {
			slug = article.Slug(a.Headline)
		}
		if slug == "" {
			slug = strconv.FormatInt(a.ID, 10)
		}
		a.Path = a.Published.In(s.known.Load().Clock()).Format("/2006/01/") + slug
	}
	return a
}

// glanced is the article of a preview that stands at path.
func (sh *sheet) glanced(path string) (article.Article, bool) {
	if sh.glance == nil {
		return article.Article{}, false
	}
	i := slices.IndexFunc(sh.glance.Shown, func(a article.Article) bool { return a.Path == path })
	if i < 0 {
		return article.Article{}, false
	}
	return sh.glance.Shown[i], true
}

// asPublished is the page of an article of a preview.
func (s *Site) asPublished(sh *sheet, a article.Article) (web.Page, error) {
	sh.speak(sh.paper.Edition(a.Lang))
	x, err := sh.around(a)
	if err != nil {
		return web.Page{}, err
	}
	return s.drawArticle(sh, x)
}

// listed are the cards of a list; in a preview its own articles stand among them.
func (sh *sheet) listed(l article.List) ([]article.Card, error) {
	cards, err := sh.Articles.Cards(sh.ctx, l, sh.now)
	if err != nil || sh.glance == nil {
		return cards, err
	}
	var extra []article.Card
	for i, c := range sh.glance.cards {
		known := slices.ContainsFunc(cards, func(in article.Card) bool { return in.ID == c.ID })
		if known || l.Skip == 0 && sh.belongs(sh.glance.Shown[i], l) {
			extra = append(extra, c)
		}
	}
	cards = front.Overlay(cards, extra)
	return cards[:min(len(cards), l.Limit)], nil
}

// belongs tells whether a list holds an article.
func (sh *sheet) belongs(a article.Article, l article.List) bool {
	if sh.paper.Edition(a.Lang) != l.Lang || a.Published.Before(l.From) || !l.Until.IsZero() && !a.Published.Before(l.Until) {
		return false
	}
	if l.Of == 0 || slices.Contains(a.Topics, l.Of) || slices.Contains(a.Bylines, l.Of) {
		return true
	}
	return slices.ContainsFunc(a.Sections, func(id int64) bool {
		return slices.ContainsFunc(sh.tree.Line(id), func(s section.Section) bool { return s.ID == l.Of })
	})
}

// frontNow is the front as it stands; in a preview with its own picks and articles.
func (sh *sheet) frontNow() (front.Front, error) {
	if sh.glance == nil {
		return sh.Fronts.Now(sh.ctx, sh.lang, sh.now)
	}
	picks, chosen := sh.glance.Picks[sh.lang]
	if !chosen {
		var err error
		if picks, _, err = sh.Fronts.Picks(sh.ctx, sh.lang); err != nil {
			return front.Front{}, err
		}
	}
	var extra []article.Card
	for _, c := range sh.glance.cards {
		if sh.paper.Edition(c.Lang) == sh.lang {
			extra = append(extra, c)
		}
	}
	return sh.Fronts.With(sh.ctx, sh.lang, picks, sh.now, extra...)
}

// glanceFrame is the code of a frame, "7/tides".
func (sh *sheet) glanceFrame(rest string) (web.Page, error) {
	of, block, _ := strings.Cut(rest, "/")
	id, err := strconv.ParseInt(of, 10, 64)
	if err != nil {
		return web.Page{}, fault.NotFound
	}
	i := slices.IndexFunc(sh.glance.Shown, func(a article.Article) bool { return a.ID == id })
	var a article.Article
	if i >= 0 {
		a = sh.glance.Shown[i]
	} else if a, err = sh.Articles.Public(sh.ctx, id, sh.now); err != nil {
		return web.Page{}, err
	}
	body, err := frameOf(a, block)
	return web.Page{Body: body, Header: web.FrameHeader()}, err
}

// glanceWrong is the page of what is not there, or not any more.
func (sh *sheet) glanceWrong(err error) (web.Page, error) {
	status := http.StatusNotFound
	if errors.Is(err, fault.Gone) {
		status = http.StatusGone
	}
	body, err := sh.wrong(status, detail(sh, status, err, ""), true)
	return web.Page{Status: status, Body: body}, err
}

// filled puts into a page what its slots stand for.
func (s *Site) filled(ctx context.Context, g Glance, body []byte) ([]byte, error) {
	texts, names := web.Cut(body)
	var b bytes.Buffer
	for i, text := range texts {
		b.WriteString(text)
		if i == len(names) {
			break
		}
		sh, err := s.glanceAt(ctx, g)
		if err != nil {
			return nil, err
		}
		segment, err := sh.slot(names[i])
		if err != nil {
			return nil, err
		}
		b.Write(segment)
	}
	return b.Bytes(), nil
}

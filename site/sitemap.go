package site

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/article"
	"lede/feed"
	"lede/internal/fault"
	"lede/internal/web"
	"lede/paper"
)

const (
	newsSitemap  = "news.xml"
	pagesSitemap = "pages.xml"
	// perSitemap keeps a busy month's sitemap below what crawlers take.
	perSitemap = 40_000
	// newsFor is how long an article is news to a news sitemap.
	newsFor = 48 * time.Hour
)

// sitemapIndex lists the sitemaps: the news, the pages, and one for each month, so that publishing changes the last one only.
func (s *Site) sitemapIndex(sh *sheet) (web.Page, error) {
	locs := []string{sh.base + "/sitemap/" + newsSitemap, sh.base + "/sitemap/" + pagesSitemap}
	for _, lang := range sh.paper.Langs {
		months, err := s.Articles.Months(sh.ctx, lang, sh.now)
		if err != nil {
			return web.Page{}, err
		}
		for _, m := range months {
			locs = append(locs, fmt.Sprintf("%s/sitemap/%s-%s.xml", sh.base, lang, m.Format("2006-01")))
		}
		sh.tags = append(sh.tags, tagLists, tagList(0, lang))
	}
	if err := sh.untilArrival(); err != nil {
		return web.Page{}, err
	}
	body, err := feed.SitemapIndex(locs)
	return xmlPage(sh, body), err
}

func xmlPage(sh *sheet, body []byte) web.Page {
	return web.Page{Type: "application/xml; charset=utf-8", Body: body, Tags: sh.tags, Until: sh.until}
}

func (s *Site) sitemap(w http.ResponseWriter, r *http.Request) error {
	file := r.PathValue("file")
	number := pageNumber(r)
	if number < 1 {
		return fault.NotFound
	}
	return s.serve(w, r, func(sh *sheet) (web.Page, error) {
		sh.number = number
		switch file {
		case newsSitemap:
			return sh.single(func() (web.Page, error) { return s.news(sh) })
		case pagesSitemap:
			return sh.single(func() (web.Page, error) { return s.pagesMap(sh) })
		}
		return s.month(sh, file)
	}, parts(number)...)
}

// maxNews is the most a news sitemap may list.
const maxNews = 1000

// news lists exactly the articles of the last 48 hours, in all languages. One whose date of publication is not known is no news.
func (s *Site) news(sh *sheet) (web.Page, error) {
	var list []feed.News
	for _, lang := range sh.paper.Langs {
		found, err := s.Articles.Locations(sh.ctx, article.List{Lang: lang, From: sh.now.Add(-newsFor), Limit: 2 * maxNews}, sh.now)
		if err != nil {
			return web.Page{}, err
		}
		for _, a := range found {
			if a.Seen != "" || len(list) == maxNews {
				continue
			}
			list = append(list, feed.News{Loc: sh.base + a.Path, Lang: a.Lang, Title: a.Headline, Published: a.Published})
			sh.tags = append(sh.tags, tagArticle(a.ID))
			sh.good(a.Published.Add(newsFor + time.Microsecond))
		}
		sh.tags = append(sh.tags, tagLists, tagList(0, lang))
	}
	if err := sh.untilArrival(); err != nil {
		return web.Page{}, err
	}
	body, err := feed.NewsSitemap(sh.paper.NameIn(sh.lang), list)
	return xmlPage(sh, body), err
}

// month lists the articles of one month in one language: "en-2025-06.xml".
func (s *Site) month(sh *sheet, file string) (web.Page, error) {
	name, ok := strings.CutSuffix(file, ".xml")
	if !ok || len(name) < len("en-2006-01") {
		return web.Page{}, fault.NotFound
	}
	lang, day := name[:len(name)-len("-2006-01")], name[len(name)-len("2006-01"):]
	from, ok := paper.Day("2006-01", day, sh.now.Location())
	if !ok || !slices.Contains(sh.paper.Langs, lang) {
		return web.Page{}, fault.NotFound
	}
	until := paper.Midnight(from.Year(), from.Month()+1, 1, from.Location())
	found, err := s.Articles.Locations(sh.ctx, article.List{Lang: lang, From: from, Until: until, Limit: perSitemap, Skip: (sh.number - 1) * perSitemap}, sh.now)
	if err != nil {
		return web.Page{}, err
	}
	if len(found) == 0 {
		return web.Page{}, fault.NotFound
	}
	var urls []feed.URL
	for _, a := range found {
		u := feed.URL{Loc: sh.base + a.Path, Modified: a.Changed}
		if a.Group != 0 {
			translations, err := s.Articles.Translations(sh.ctx, a.Group, sh.now)
			if err != nil {
				return web.Page{}, err
			}
			for _, t := range translations {
				u.Alternates = append(u.Alternates, feed.Alternate{Lang: t.Lang, Href: sh.base + t.Path})
			}
			sh.tags = append(sh.tags, tagGroup(a.Group))
		}
		sh.tags = append(sh.tags, tagArticle(a.ID))
		urls = append(urls, u)
	}
	sh.tags = append(sh.tags, tagLists, tagList(0, lang))
	if err := sh.untilArrival(); err != nil {
		return web.Page{}, err
	}
	body, err := feed.Sitemap(urls)
	return xmlPage(sh, body), err
}

// pagesMap lists everything that is not an article: fronts, sections, topics, bylines, standing pages, in every edition.
func (s *Site) pagesMap(sh *sheet) (web.Page, error) {
	paths, err := s.Papers.Paths(sh.ctx, paper.KindSection, paper.KindTopic, paper.KindByline, paper.KindPage)
	if err != nil {
		return web.Page{}, err
	}
	var urls []feed.URL
	for _, path := range append([]string{"/"}, paths...) {
		for _, lang := range sh.paper.Langs {
			u := feed.URL{Loc: sh.base + inEdition(sh.paper, lang, path)}
			for _, l := range sh.editions(path) {
				u.Alternates = append(u.Alternates, feed.Alternate{Lang: l.Lang, Href: l.Href})
			}
			urls = append(urls, u)
		}
	}
	body, err := feed.Sitemap(urls[:min(len(urls), feed.MaxURLs)])
	return xmlPage(sh, body), err
}

// robots tells crawlers where the sitemap is, and to leave alone what is not for them.
func (s *Site) robots(sh *sheet) (web.Page, error) {
	body := "User-agent: *\nDisallow: /newsroom\nDisallow: /api/\nDisallow: /comment/\nDisallow: /panel/\nDisallow: /search?\nDisallow: /*/search?\n\nSitemap: " + sh.base + "/sitemap.xml\nSitemap: " + sh.base + "/sitemap/" + newsSitemap + "\n"
	return web.Page{Type: "text/plain; charset=utf-8", Body: []byte(body), Tags: sh.tags}, nil
}

// security is security.txt (RFC 9116). A paper that named nobody to be told has none.
func (s *Site) security(sh *sheet) (web.Page, error) {
	if sh.paper.Contact == "" {
		return web.Page{}, fault.NotFound
	}
	expires := paper.NextMidnight(sh.now).AddDate(0, 6, 0).UTC().Format(time.RFC3339)
	body := "Contact: " + sh.paper.Contact + "\nExpires: " + expires + "\nPreferred-Languages: " + strings.Join(sh.paper.Langs, ", ") +
		"\nCanonical: " + sh.base + "/.well-known/security.txt\n"
	sh.good(paper.NextMidnight(sh.now))
	return web.Page{Type: "text/plain; charset=utf-8", Body: []byte(body), Tags: sh.tags, Until: sh.until}, nil
}

// file serves what is one page of the cache and not drawn by a template.
func (s *Site) file(make func(*sheet) (web.Page, error)) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error { return s.serve(w, r, make) }
}

var iconSizes = []int{32, 180, 192, 512}

type manifest struct {
	Name       string         `json:"name"`
	ShortName  string         `json:"short_name"`
	Start      string         `json:"start_url"`
	Display    string         `json:"display"`
	Lang       string         `json:"lang"`
	Dir        string         `json:"dir"`
	Background string         `json:"background_color"`
	Theme      string         `json:"theme_color"`
	Icons      []manifestIcon `json:"icons"`
}

type manifestIcon struct {
	Src   string `json:"src"`
	Sizes string `json:"sizes"`
	Type  string `json:"type"`
}

// manifest is the web app manifest (https://www.w3.org/TR/appmanifest/).
func (s *Site) manifest(sh *sheet) (web.Page, error) {
	m := manifest{Name: sh.paper.Name, ShortName: sh.paper.Name, Start: "/", Display: "browser", Lang: sh.lang, Dir: sh.t.Dir, Background: sh.paper.Tokens.Tone("paper").Light, Theme: sh.paper.Tokens.Tone("brand").Light}
	for _, n := range iconSizes {
		size := strconv.Itoa(n)
		m.Icons = append(m.Icons, manifestIcon{Src: "/icon/" + size + ".png", Sizes: size + "x" + size, Type: "image/png"})
	}
	return web.Page{Type: "application/manifest+json", Body: []byte(ld(m)), Tags: sh.tags}, nil
}

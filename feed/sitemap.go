package feed

import (
	"encoding/xml"
	"time"
)

// MaxURLs is the most a sitemap may list (https://www.sitemaps.org/protocol.html).
const MaxURLs = 50_000

// URL is one page in a sitemap. Alternates are its translations, itself among them.
type URL struct {
	Loc        string
	Modified   time.Time
	Alternates []Alternate
}

// Alternate is a page in another language.
type Alternate struct{ Lang, Href string }

// News is one article in a news sitemap.
type News struct {
	Loc       string
	Lang      string
	Title     string
	Published time.Time
}

type sitemapIndex struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
	Maps    []sitemapLoc `xml:"sitemap"`
}

type sitemapLoc struct {
	Loc string `xml:"loc"`
}

type urlset struct {
	XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	XHTML   string   `xml:"xmlns:xhtml,attr,omitempty"`
	News    string   `xml:"xmlns:news,attr,omitempty"`
	URLs    []mapURL `xml:"url"`
}

type mapURL struct {
	Loc        string     `xml:"loc"`
	Modified   string     `xml:"lastmod,omitempty"`
	Alternates []atomLink `xml:"xhtml:link"`
	News       *mapNews   `xml:"news:news"`
}

type mapNews struct {
	Name      string `xml:"news:publication>news:name"`
	Lang      string `xml:"news:publication>news:language"`
	Published string `xml:"news:publication_date"`
	Title     string `xml:"news:title"`
}

// SitemapIndex lists sitemaps by their addresses.
func SitemapIndex(locs []string) ([]byte, error) {
	var index sitemapIndex
	for _, loc := range locs {
		index.Maps = append(index.Maps, sitemapLoc{loc})
	}
	return document(index)
}

// Sitemap lists pages, at most MaxURLs.
func Sitemap(urls []URL) ([]byte, error) {
	set := urlset{XHTML: "http://www.w3.org/1999/xhtml"}
	for _, u := range urls {
		m := mapURL{Loc: u.Loc}
		if !u.Modified.IsZero() {
			m.Modified = rfc3339(u.Modified)
		}
		for _, alt := range u.Alternates {
			m.Alternates = append(m.Alternates, atomLink{Rel: "alternate", Lang: alt.Lang, Href: alt.Href})
		}
		set.URLs = append(set.URLs, m)
	}
	return document(set)
}

// NewsSitemap lists the news of the last two days under the paper's name
// (https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap).
func NewsSitemap(paper string, articles []News) ([]byte, error) {
	set := urlset{News: "http://www.google.com/schemas/sitemap-news/0.9"}
	for _, n := range articles {
		set.URLs = append(set.URLs, mapURL{Loc: n.Loc, News: &mapNews{Name: clean(paper), Lang: n.Lang, Published: rfc3339(n.Published), Title: clean(n.Title)}})
	}
	return document(set)
}

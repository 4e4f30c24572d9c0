package site

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"lede/article"
	"lede/feed"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/internal/web"
	"lede/paper"
)

// inFeed is how many articles a feed holds, with their whole texts.
const inFeed = 20

// format is one kind of feed.
type format struct {
	file, kind, name string
	write            func(feed.Feed) ([]byte, error)
}

var formats = []format{
	{"rss.xml", "application/rss+xml", "RSS", feed.RSS},
	{"atom.xml", "application/atom+xml", "Atom", feed.Atom},
	{"feed.json", "application/feed+json", "JSON Feed", feed.JSON},
}

// feeds are the links to the feeds of the list at path, named in the footer, and to the paper's own.
func (sh *sheet) feeds(path, of string) []Feed {
	var links []Feed
	for _, f := range formats {
		name := f.name
		if of != "" {
			name = of + ": " + f.name
		}
		links = append(links, Feed{Type: f.kind, Href: sh.in(path + "/" + f.file), Name: name})
	}
	return links
}

// feedPath takes the name of a feed off a path: "/harbor/rss.xml" is the RSS of "/harbor".
func feedPath(path string) (of string, f format, ok bool) {
	for _, f := range formats {
		if of, ok := strings.CutSuffix(path, "/"+f.file); ok {
			return of, f, true
		}
	}
	return "", format{}, false
}

// feed makes the feed of the paper (path "") or of a section, topic or byline.
func (s *Site) feed(sh *sheet, path string, f format) (web.Page, error) {
	of, title, err := sh.feedOf(path, "/"+f.file)
	if err != nil {
		return web.Page{}, err
	}
	articles, err := s.Articles.Full(sh.ctx, article.List{Of: of, Lang: sh.lang, Limit: inFeed}, sh.now)
	if err != nil {
		return web.Page{}, err
	}
	out := feed.Feed{
		Title: title, Subtitle: sh.paper.MottoIn(sh.lang), Lang: sh.lang, Icon: sh.base + "/icon/192.png",
		Self: sh.base + sh.in(path+"/"+f.file), Home: sh.base + sh.in(cmp.Or(path, "/")),
	}
	told, err := sh.aroundAll(articles)
	if err != nil {
		return web.Page{}, err
	}
	for _, x := range told {
		item := sh.item(x)
		out.Items = append(out.Items, item)
		if item.Updated.After(out.Updated) {
			out.Updated = item.Updated
		}
	}
	body, err := f.write(out)
	if err != nil {
		return web.Page{}, err
	}
	sh.lists(of)
	if err := sh.untilArrival(); err != nil {
		return web.Page{}, err
	}
	// No Last-Modified: an article that went is no newer date, and a reader who asks by date alone must still hear of it.
	return web.Page{Type: f.kind + "; charset=utf-8", Body: body, Tags: sh.tags, Until: sh.until, Keep: true}, nil
}

// feedOf is what is listed at path, and its name; below is the feed's own part of its address.
func (sh *sheet) feedOf(path, below string) (of int64, title string, err error) {
	name := sh.paper.NameIn(sh.lang)
	if path == "" {
		return 0, name, nil
	}
	at, err := sh.find(path, below)
	if err != nil {
		return 0, "", err
	}
	switch at.Kind {
	case paper.KindSection:
		if s, ok := sh.tree.Get(at.ID); ok {
			return at.ID, s.NameIn(sh.lang) + " | " + name, nil
		}
	case paper.KindTopic:
		t, err := sh.Sections.Topics(sh.ctx, at.ID)
		if err != nil {
			return 0, "", err
		}
		if len(t) == 1 {
			return at.ID, t[0].NameIn(sh.lang) + " | " + name, nil
		}
	case paper.KindByline:
		b, err := sh.Staff.Bylines(sh.ctx, at.ID)
		if err != nil {
			return 0, "", err
		}
		if len(b) == 1 {
			return at.ID, b[0].NameIn(sh.lang) + " | " + name, nil
		}
	}
	return 0, "", fault.NotFound
}

// item is an article as a feed carries it, whole.
func (sh *sheet) item(x told) feed.Item {
	a := x.Article
	sh.tags = append(sh.tags, tagArticle(a.ID))
	show := sh.feedShow()
	sponsor := sh.sponsorOf(a)
	show.Frame, show.Paid = framesOf(a.ID), sponsor != ""
	item := feed.Item{
		ID: fmt.Sprintf("urn:lede:article:%d", a.ID), Link: sh.base + a.Path, Title: a.Headline, Summary: cmp.Or(a.Summary, opening(a.Body)),
		Lang: a.Lang, Authors: sh.names(x.bylines), Published: a.Published, Updated: a.Published, HTML: sh.paidLine(sponsor) + string(a.Body.HTML(show)),
	}
	if changed := lastChange(x); changed.After(item.Updated) {
		item.Updated = changed
	}
	if a.Seen != "" {
		item.Published = time.Time{} // not known
	}
	for _, t := range x.topics {
		item.Topics = append(item.Topics, t.NameIn(sh.lang))
	}
	for _, c := range x.changes {
		kind := sh.t.T(kindWord(c.Kind))
		if c.Superseded != 0 {
			kind += ", " + sh.t.T("superseded by a later one")
		}
		item.Changes = append(item.Changes, feed.Change{Kind: kind, At: c.At, Note: c.Note})
	}
	if p := sh.picture(a.Lead); p != nil {
		m := sh.shelf[a.Lead.Media]
		width := m.Largest(large)
		item.Picture = &feed.Picture{URL: sh.base + m.URL(width), Type: m.ServedType(), Width: width, Height: m.HeightAt(width), Alt: p.Alt, Credit: p.Credit}
	}
	return item
}

// feedShow draws texts for feed readers, who know neither our address nor our sheets of style.
func (sh *sheet) feedShow() doc.Show {
	show := sh.show()
	show.Feed, show.Base = true, sh.base
	return show
}

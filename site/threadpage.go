package site

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"

	"lede/article"
	"lede/comment"
	"lede/feed"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/internal/web"
	"lede/paper"
)

// ThreadPage is a page of all that was written under an article, or of one branch of it.
type ThreadPage struct {
	Frame
	Headline, Href    string // of the article
	TextLang, TextDir string
	Name              string // what the page shows: "12 comments"
	Open              bool   // something can be written
	Thread            Thread
}

// standsAt is where a comment that is shown is to be seen, below its article's address.
func (s *Site) standsAt(ctx context.Context, path string, c comment.Comment) (string, error) {
	page, err := s.Comments.BranchPage(ctx, c)
	if err != nil {
		return "", err
	}
	if page > 0 {
		return numbered(commentPath(c.Root)+"/replies", page) + "#" + anchorOf(c.ID), nil
	}
	rules, err := s.Comments.Known(ctx)
	if err != nil {
		return "", err
	}
	if page, err = s.Comments.Page(ctx, c, rules.Order); page > 1 {
		path = numbered(path+inThread, page)
	}
	return path + "#" + anchorOf(c.ID), err
}

// mostPages bounds the numbers of a thread's pages that are looked for at all.
const mostPages = 100_000

// ofThread tells whether an address may be that of a thread's page: it has more pages than a list, and two orders.
func ofThread(path string) bool {
	return strings.HasSuffix(path, inThread) || strings.HasPrefix(path, "/comment/")
}

// asked is the order in which somebody wants to read a thread; "" for the usual one.
func asked(r *http.Request) comment.Order {
	if !ofThread(r.URL.Path) || r.URL.RawQuery == "" {
		return ""
	}
	switch o := comment.Order(r.URL.Query().Get("order")); o {
	case comment.Newest, comment.Oldest:
		return o
	}
	return ""
}

// discussed is an article as the public sees it now, for a page of what was written under it, which lies below its address.
func (sh *sheet) discussed(id int64, below string) (article.Card, error) {
	on, err := sh.Articles.Card(sh.ctx, id, sh.now)
	if err == nil && sh.lang != sh.paper.Main() {
		err = fault.Moved{To: on.Path + below}
	}
	sh.tags = append(sh.tags, tagArticle(id))
	sh.speak(sh.paper.Edition(on.Lang))
	return on, err
}

// threadOf is a page of the thread of the article at path.
func (s *Site) threadOf(sh *sheet, path string) (web.Page, error) {
	at, err := sh.find(path, inThread)
	if err != nil {
		return web.Page{}, err
	}
	if at.Kind != paper.KindArticle || sh.glance != nil {
		return web.Page{}, fault.NotFound
	}
	on, err := sh.discussed(at.ID, inThread)
	if err != nil {
		return web.Page{}, err
	}
	page, rules, err := sh.threadPage(on)
	if err != nil {
		return web.Page{}, err
	}
	t, err := sh.thread(on, page.Open)
	if err != nil {
		return web.Page{}, err
	}
	if t != nil {
		page.Thread = *t
	} else if sh.number > 1 {
		return web.Page{}, fault.NotFound
	}
	page.Name = sh.t.N(page.Thread.Count, "{n} comments")
	return s.drawThread(sh, page, threadHref(on.Path+inThread, cmp.Or(sh.order, rules.Order), rules.Order, sh.number))
}

// threadPage is what the pages of an article's comments have around them.
func (sh *sheet) threadPage(on article.Card) (ThreadPage, comment.Rules, error) {
	page := ThreadPage{Headline: on.Headline, Href: on.Path}
	page.TextLang, page.TextDir = sh.foreign(on.Lang)
	rules, err := sh.Comments.Known(sh.ctx)
	if err == nil && rules.Off {
		err = fault.NotFound
	}
	if err != nil {
		return page, rules, err
	}
	o, err := sh.Comments.Opening(sh.ctx, on, sh.now)
	sh.good(o.Until)
	page.Open = o.Open
	return page, rules, err
}

func (s *Site) drawThread(sh *sheet, page ThreadPage, address string) (web.Page, error) {
	var err error
	if page.Frame, err = sh.frame(page.Name+": "+page.Headline, "", address); err != nil {
		return web.Page{}, err
	}
	page.Talk, page.Robots = true, "noindex" // whoever searches finds the article, and its newest comments there
	page.Feeds = []Feed{sh.threadFeed(page.Href)}
	return s.draw(sh, viewThread, page)
}

// branch is a page of the replies to one comment, and of those to them.
func (s *Site) branch(w http.ResponseWriter, r *http.Request) error {
	root, page := number(r.PathValue("id")), pageNumber(r)
	if page < 1 || strconv.FormatInt(root, 10) != r.PathValue("id") {
		return fault.NotFound
	}
	return s.serve(w, r, func(sh *sheet) (web.Page, error) {
		sh.number = page
		return s.branchOf(sh, root)
	}, parts(page)...)
}

func (s *Site) branchOf(sh *sheet, root int64) (web.Page, error) {
	b, pages, err := s.Comments.Branch(sh.ctx, root, sh.number)
	if err != nil {
		return web.Page{}, err
	}
	on, err := sh.discussed(b.Article, "")
	if err != nil {
		return web.Page{}, err
	}
	page, rules, err := sh.threadPage(on)
	if err != nil {
		return web.Page{}, err
	}
	sh.tags = append(sh.tags, tagThread(on.ID), tagTalk)
	sh.good(paper.NextMidnight(sh.now))
	path := commentPath(root) + "/replies"
	page.Thread = Thread{Comments: sh.teller(rules, page.Open).all([]comment.Branch{b}), Page: sh.number, Pages: pages}
	page.Thread.link(path, comment.Oldest, comment.Oldest)
	page.Name = sh.t.N(b.Below, "{n} replies")
	return s.drawThread(sh, page, numbered(path, sh.number))
}

// inThreadFeed is how many comments a feed holds.
const inThreadFeed = 50

// threadFeed is where the newest comments under the article at path are told.
func (sh *sheet) threadFeed(path string) Feed {
	return Feed{Type: formats[1].kind, Href: path + inThread + "/" + formats[1].file, Name: sh.t.T("Comments")}
}

// feedOfThread is the feed of the comments under the article at path.
func (s *Site) feedOfThread(sh *sheet, path string, f format) (web.Page, error) {
	below := inThread + "/" + f.file
	at, err := sh.find(path, below)
	if err != nil {
		return web.Page{}, err
	}
	if at.Kind != paper.KindArticle || sh.glance != nil {
		return web.Page{}, fault.NotFound
	}
	on, err := sh.discussed(at.ID, below)
	if err != nil {
		return web.Page{}, err
	}
	if _, _, err := sh.threadPage(on); err != nil {
		return web.Page{}, err
	}
	sh.tags = append(sh.tags, tagThread(on.ID), tagTalk)
	list, err := s.Comments.Recent(sh.ctx, on.ID, inThreadFeed)
	if err != nil {
		return web.Page{}, err
	}
	out := feed.Feed{
		Title: sh.t.T("Comments") + ": " + on.Headline, Lang: sh.lang, Icon: sh.base + "/icon/192.png",
		Self: sh.base + on.Path + below, Home: sh.base + on.Path + "#comments", Updated: on.Published,
	}
	for _, c := range list {
		item := sh.commentItem(c)
		out.Items = append(out.Items, item)
		if item.Updated.After(out.Updated) {
			out.Updated = item.Updated
		}
	}
	body, err := f.write(out)
	return web.Page{Type: f.kind + "; charset=utf-8", Body: body, Tags: sh.tags, Until: sh.until, Keep: true}, err
}

// commentItem is a comment as a feed carries it.
func (sh *sheet) commentItem(c comment.Comment) feed.Item {
	item := feed.Item{
		ID: "urn:lede:comment:" + strconv.FormatInt(c.ID, 10), Link: sh.base + commentPath(c.ID), Title: sh.t.T("By {0}", c.Name), Lang: c.Lang,
		Authors: []string{c.Name}, Published: c.At, Updated: c.At,
		HTML: string(comment.Tree(c.Text).HTML(doc.Show{Guest: true, Feed: true, Base: sh.base, T: sh.t.T})),
	}
	if c.Edited.After(c.At) {
		item.Updated = c.Edited
	}
	return item
}

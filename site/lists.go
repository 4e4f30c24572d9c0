package site

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"lede/ad"
	"lede/article"
	"lede/front"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/internal/web"
	"lede/paper"
)

const (
	perPage  = 24 // articles on one page of a list
	maxPages = 50 // behind them the archive goes on by days
)

var dayPath = regexp.MustCompile(`^/([0-9]{4})/([0-9]{2})/([0-9]{2})$`)

// at makes the page that stands at path.
func (s *Site) at(sh *sheet, path string) (web.Page, error) {
	path = sh.edition(path)
	if a, ok := sh.glanced(path); ok {
		return sh.single(func() (web.Page, error) { return s.asPublished(sh, a) })
	}
	if of, format, ok := feedPath(path); ok {
		if of, ok := strings.CutSuffix(of, inThread); ok {
			return sh.single(func() (web.Page, error) { return s.feedOfThread(sh, of, format) })
		}
		return sh.single(func() (web.Page, error) { return s.feed(sh, of, format) })
	}
	if of, ok := strings.CutSuffix(path, "/history"); ok {
		return sh.single(func() (web.Page, error) { return s.history(sh, of) })
	}
	if of, ok := strings.CutSuffix(path, inThread); ok && of != "" {
		return s.threadOf(sh, of)
	}
	if path == "/" {
		return sh.single(func() (web.Page, error) { return s.front(sh) })
	}
	if path == weatherPath {
		return sh.single(func() (web.Page, error) { return s.weather(sh) })
	}
	if dayPath.MatchString(path) {
		return sh.single(func() (web.Page, error) { return s.dayPage(sh, path) })
	}
	at, err := sh.find(path, "")
	if err != nil {
		return web.Page{}, err
	}
	switch at.Kind {
	case paper.KindArticle:
		return sh.single(func() (web.Page, error) { return s.article(sh, at) })
	case paper.KindSection:
		return s.section(sh, at)
	case paper.KindTopic:
		return s.topic(sh, at)
	case paper.KindByline:
		return s.byline(sh, at)
	default:
		return sh.single(func() (web.Page, error) { return s.standing(sh, strings.TrimPrefix(path, "/")) })
	}
}

// single makes a page that has no second one.
func (sh *sheet) single(make func() (web.Page, error)) (web.Page, error) {
	if sh.number > 1 {
		return web.Page{}, fault.NotFound
	}
	return make()
}

// find is what stands at path. Where that moved, so did what stands below it ("/history"), in every edition.
func (sh *sheet) find(path, below string) (paper.Address, error) {
	at, err := sh.Papers.At(sh.ctx, path)
	var moved fault.Moved
	if errors.As(err, &moved) && strings.HasPrefix(moved.To, "/") {
		return at, fault.Moved{To: sh.in(cmp.Or(strings.TrimSuffix(moved.To, "/")+below, "/"))}
	}
	return at, err
}

// edition takes the language off a path ("/ar/harbor") and speaks it.
func (sh *sheet) edition(path string) string {
	lang, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if lang != sh.paper.Main() && slices.Contains(sh.paper.Langs, lang) {
		sh.speak(lang)
		return "/" + rest
	}
	return path
}

// fewest is how many articles a front must have more of before Latest stands beside them: it would only say them again.
const fewest = 2

func (s *Site) front(sh *sheet) (web.Page, error) {
	f, err := sh.frontNow()
	if err != nil {
		return web.Page{}, err
	}
	if err := sh.fetchFor(f.Cards()); err != nil {
		return web.Page{}, err
	}
	frame, err := sh.frame("", cmp.Or(sh.paper.MottoIn(sh.lang), sh.paper.NameIn(sh.lang)), sh.in("/"))
	if err != nil {
		return web.Page{}, err
	}
	frame.Alternates, frame.Feeds = sh.editions("/"), sh.feeds("", "")
	frame.Social = Social{Type: "website", Title: frame.Title, Description: frame.Description, URL: frame.Canonical}
	frame.Data, frame.OpenSearch = sh.dataOfPaper(), sh.in(inSearch+"/opensearch.xml")
	page := FrontPage{Frame: frame}
	page.Lead, page.Second, page.Bands = Compose(sh.cards(f.Picks), sh.groups(f.Groups))
	if len(f.Cards()) > fewest {
		page.Latest = "latest/" + sh.lang
	}
	if err := sh.listPositions(&page.Frame, ad.FrontPage, 0, len(page.Bands) > 1); err != nil {
		return web.Page{}, err
	}
	sh.tags = append(sh.tags, tagFront)
	sh.good(f.Until)
	sh.lists(0)
	if err := sh.untilNews(); err != nil {
		return web.Page{}, err
	}
	return s.draw(sh, viewFront, page)
}

func (sh *sheet) groups(of []front.Group) []Group {
	groups := make([]Group, len(of))
	for i, g := range of {
		groups[i] = Group{Name: g.Section.NameIn(sh.lang), Href: sh.in(g.Section.Path()), Opinion: sh.opinion(g.Section.ID), Cards: sh.cards(g.Cards)}
	}
	return groups
}

// untilNews makes a page that lists articles anew at midnight, when today's times become dates, and when
// something that is scheduled comes.
func (sh *sheet) untilNews() error {
	sh.good(paper.NextMidnight(sh.now))
	return sh.untilArrival()
}

// untilArrival makes a page anew when something that is scheduled comes.
func (sh *sheet) untilArrival() error {
	ahead, err := sh.Articles.NextAhead(sh.ctx, sh.now)
	sh.good(ahead)
	return err
}

// list fills one page of a list at path. The lead is the first card of the first page, where the list has one.
func (sh *sheet) list(of int64, path string, leads bool) (List, error) {
	asked := article.List{Of: of, Lang: sh.lang, Limit: perPage + 1, Skip: (sh.number - 1) * perPage}
	cards, err := sh.listed(asked)
	if err != nil {
		return List{}, err
	}
	if len(cards) == 0 && sh.number > 1 {
		return List{}, fault.NotFound
	}
	l := List{Page: sh.number, Latest: "latest/" + sh.lang}
	if len(cards) > perPage {
		cards = cards[:perPage]
		l.Older = sh.older(path, cards[perPage-1])
	}
	if sh.number > 1 {
		l.Newer = &Link{Href: numbered(path, sh.number-1)}
	}
	if err := sh.fetchFor(cards); err != nil {
		return l, err
	}
	l.Cards = sh.cards(cards)
	if leads && sh.number == 1 && len(l.Cards) > 2 {
		l.Lead, l.Cards = &l.Cards[0], l.Cards[1:]
	}
	sh.lists(of)
	return l, sh.untilNews()
}

// unsaid takes the list's own name off its cards.
func (l List) unsaid(name string) List {
	l.Cards = unsaid(l.Cards, name)
	if l.Lead != nil {
		l.Lead = &unsaid([]Card{*l.Lead}, name)[0]
	}
	return l
}

// older leads to the next page, or, behind the last one a list has, to the day its last article is of.
func (sh *sheet) older(path string, last article.Card) *Link {
	if sh.number < maxPages {
		return &Link{Href: numbered(path, sh.number+1)}
	}
	return &Link{Href: sh.in(last.Published.In(sh.now.Location()).Format("/2006/01/02"))}
}

func numbered(path string, n int) string {
	if n == 1 {
		return path
	}
	return fmt.Sprintf("%s?page=%d", path, n)
}

func (s *Site) section(sh *sheet, at paper.Address) (web.Page, error) {
	sec, ok := sh.tree.Get(at.ID)
	if !ok {
		return web.Page{}, fault.NotFound
	}
	path := sh.in(at.Path)
	l, err := sh.list(at.ID, path, true)
	if err != nil {
		return web.Page{}, err
	}
	name := sec.NameIn(sh.lang)
	l = l.unsaid(name)
	frame, err := sh.listFrame(name, at.Path)
	if err != nil {
		return web.Page{}, err
	}
	page := SectionPage{Frame: frame, Name: name, Opinion: sh.opinion(sec.ID), Paid: sh.paidFor(sh.sponsor("", sec.ID)), List: l}
	for _, above := range slices.Backward(sh.tree.Line(at.ID)[1:]) {
		page.Parents = append(page.Parents, Link{Href: sh.in(above.Path()), Name: above.NameIn(sh.lang)})
	}
	for _, below := range sh.tree.Below(at.ID) {
		page.Children = append(page.Children, Link{Href: sh.in(below.Path()), Name: below.NameIn(sh.lang)})
	}
	for i, link := range page.Sections {
		if len(page.Parents) > 0 && link.Href == page.Parents[0].Href {
			page.Sections[i].Current = true
		}
	}
	if err := sh.listPositions(&page.Frame, ad.SectionPage, sec.ID, len(l.Cards) > manyCards); err != nil {
		return web.Page{}, err
	}
	return s.draw(sh, viewSection, page)
}

func (s *Site) topic(sh *sheet, at paper.Address) (web.Page, error) {
	topics, err := s.Sections.Topics(sh.ctx, at.ID)
	if err != nil || len(topics) == 0 {
		return web.Page{}, orNotFound(err)
	}
	l, err := sh.list(at.ID, sh.in(at.Path), false)
	if err != nil {
		return web.Page{}, err
	}
	name := topics[0].NameIn(sh.lang)
	frame, err := sh.listFrame(name, at.Path)
	if err != nil {
		return web.Page{}, err
	}
	if err := sh.listPositions(&frame, ad.TopicPage, at.ID, len(l.Cards) > manyCards); err != nil {
		return web.Page{}, err
	}
	return s.draw(sh, viewTopic, TopicPage{Frame: frame, Name: name, Kind: topics[0].Kind, OtherNames: topics[0].OtherNames, List: l})
}

func (s *Site) byline(sh *sheet, at paper.Address) (web.Page, error) {
	bylines, err := s.Staff.Bylines(sh.ctx, at.ID)
	if err != nil || len(bylines) == 0 {
		return web.Page{}, orNotFound(err)
	}
	b := bylines[0]
	if err := sh.fetch(b.Picture); err != nil {
		return web.Page{}, err
	}
	l, err := sh.list(at.ID, sh.in(at.Path), false)
	if err != nil {
		return web.Page{}, err
	}
	frame, err := sh.listFrame(b.NameIn(sh.lang), at.Path)
	if err != nil {
		return web.Page{}, err
	}
	if b.About != "" {
		frame.Description = b.About
	}
	if err := sh.listPositions(&frame, ad.ListPage, 0, len(l.Cards) > manyCards); err != nil {
		return web.Page{}, err
	}
	return s.draw(sh, viewByline, BylinePage{Frame: frame, Name: b.NameIn(sh.lang), About: b.About, Face: sh.face(b), List: l})
}

// listFrame is the frame of a list that stands at path in every edition.
func (sh *sheet) listFrame(name, path string) (Frame, error) {
	frame, err := sh.frame(name, name+" | "+sh.paper.NameIn(sh.lang), sh.in(path))
	if err != nil {
		return frame, err
	}
	frame.Feeds = sh.feeds(path, name)
	frame.Social = Social{Type: "website", Title: name, Description: frame.Description, URL: frame.Canonical}
	if sh.number == 1 {
		frame.Alternates = sh.editions(path)
	} else {
		frame.Canonical += fmt.Sprintf("?page=%d", sh.number)
	}
	return frame, nil
}

// perDay is the most a day's page shows; no newsroom of our size publishes more.
const perDay = 500

func (s *Site) dayPage(sh *sheet, path string) (web.Page, error) {
	day, ok := paper.Day("/2006/01/02", path, sh.now.Location())
	if !ok || day.After(sh.now) {
		return web.Page{}, fault.NotFound
	}
	next := paper.NextMidnight(day)
	cards, err := sh.listed(article.List{Lang: sh.lang, From: day, Until: next, Limit: perDay})
	if err != nil {
		return web.Page{}, err
	}
	before, after, err := s.Articles.Neighbours(sh.ctx, sh.lang, day, next, sh.now)
	if err != nil {
		return web.Page{}, err
	}
	if len(cards) == 0 && !sameDay(day, sh.now) {
		return web.Page{}, fault.NotFound
	}
	if err := sh.fetchFor(cards); err != nil {
		return web.Page{}, err
	}
	stamp := sh.day(day, tongue.Full)
	frame, err := sh.frame(stamp.Text, stamp.Text+" | "+sh.paper.NameIn(sh.lang), sh.in(path))
	if err != nil {
		return web.Page{}, err
	}
	page := DayPage{Frame: frame, Day: stamp, List: List{Cards: sh.cards(cards), Page: 1, Latest: "latest/" + sh.lang,
		Older: sh.dayLink(before), Newer: sh.dayLink(after)}}
	page.Alternates, page.Feeds = nil, sh.feeds("", "")
	sh.lists(0)
	if err := sh.untilNews(); err != nil {
		return web.Page{}, err
	}
	if err := sh.listPositions(&page.Frame, ad.ListPage, 0, len(cards) > manyCards); err != nil {
		return web.Page{}, err
	}
	return s.draw(sh, viewDay, page)
}

func (sh *sheet) dayLink(at time.Time) *Link {
	if at.IsZero() {
		return nil
	}
	at = at.In(sh.now.Location())
	return &Link{Href: sh.in(at.Format("/2006/01/02")), Name: sh.t.Date(at, tongue.Long)}
}

func (s *Site) standing(sh *sheet, slug string) (web.Page, error) {
	p, err := s.Papers.Page(sh.ctx, slug, sh.lang)
	if err != nil {
		return web.Page{}, err
	}
	if err := sh.fetch(p.Body.Media()...); err != nil {
		return web.Page{}, err
	}
	frame, err := sh.frame(p.Title, p.Title+" | "+sh.paper.NameIn(sh.lang), sh.in("/"+slug))
	if err != nil {
		return web.Page{}, err
	}
	frame.Alternates, frame.Feeds = sh.editions("/"+slug), sh.feeds("", "")
	page := StandingPage{Frame: frame, Name: p.Title, Body: p.Body.HTML(sh.show()), Updated: sh.day(p.Changed.In(sh.now.Location()), tongue.Long)}
	page.TextLang, page.TextDir = sh.foreign(p.Lang)
	if _, err := sh.position(&page.Frame, ad.Page{Kind: ad.StandingPage, ID: p.ID, Lang: sh.lang}, doc.Doc{}, roomOfPage...); err != nil {
		return web.Page{}, err
	}
	return s.draw(sh, viewStanding, page)
}

func orNotFound(err error) error {
	if err != nil {
		return err
	}
	return fault.NotFound
}

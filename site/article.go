package site

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"lede/article"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/internal/web"
	"lede/paper"
	"lede/section"
	"lede/staff"
)

// told is an article with all its page says of it.
type told struct {
	article.Article
	bylines      []staff.Byline
	topics       []section.Topic
	translations []article.Translation
	related      []article.Card
	changes      []article.Change // with a reason
	touched      bool             // since it was published, be it by a minor change
}

func (s *Site) article(sh *sheet, at paper.Address) (web.Page, error) {
	a, err := sh.public(at, "")
	if err != nil {
		return web.Page{}, err
	}
	x, err := sh.tell(a)
	if err != nil {
		return web.Page{}, err
	}
	return s.drawArticle(sh, x)
}

func (s *Site) drawArticle(sh *sheet, x told) (web.Page, error) {
	page, err := sh.articlePage(x)
	if err != nil {
		return web.Page{}, err
	}
	drawn, err := s.draw(sh, viewArticle, page)
	drawn.Modified = x.Published
	if x.Changed.After(x.Published) {
		drawn.Modified = x.Changed
	}
	return embeds(drawn, x.Body), err
}

// public is the article at an address as the public sees it, and from here on the sheet speaks its language. Articles stand
// in no edition: who asks for one there is sent to it, if there is one to be seen.
func (sh *sheet) public(at paper.Address, below string) (article.Article, error) {
	a, err := sh.Articles.Public(sh.ctx, at.ID, sh.now)
	if err == nil && sh.lang != sh.paper.Main() {
		err = fault.Moved{To: a.Path + below}
	}
	sh.speak(sh.paper.Edition(a.Lang))
	sh.good(a.Withdrawn) // it may be known when it goes
	return a, err
}

// tell reads what stands around an article's text. Where the article changed meanwhile it begins anew, so that a page never shows
// the text of one version under the corrections of another.
func (sh *sheet) tell(a article.Article) (x told, err error) {
	sh.tags = append(sh.tags, tagArticle(a.ID))
	for range 5 {
		if a.Changed.After(sh.now) { // it changed since this page was begun: the change is told too
			sh.now = a.Changed.In(sh.now.Location())
		}
		if x, err = sh.around(a); err != nil {
			return x, err
		}
		version, err := sh.Articles.Version(sh.ctx, a.ID)
		if err != nil || version == a.Version {
			return x, err
		}
		if a, err = sh.Articles.Public(sh.ctx, a.ID, sh.now); err != nil {
			return x, err
		}
	}
	return x, fmt.Errorf("article %d changes faster than it can be read", a.ID)
}

func (sh *sheet) around(a article.Article) (told, error) {
	list, err := sh.aroundAll([]article.Article{a})
	if err != nil {
		return told{}, err
	}
	x := list[0]
	if a.Group != 0 {
		sh.tags = append(sh.tags, tagGroup(a.Group))
	}
	if x.translations, err = sh.Articles.Translations(sh.ctx, a.Group, sh.now); err != nil {
		return x, err
	}
	x.related, err = sh.pinned(a)
	return x, err
}

// pinned are the articles that editors put beside this one, as far as the public sees them. The page is made anew when one of them
// changes, comes or goes.
func (sh *sheet) pinned(a article.Article) ([]article.Card, error) {
	var ids []int64
	for _, id := range a.Related {
		if id != a.ID {
			ids = append(ids, id)
			sh.tags = append(sh.tags, tagArticle(id))
		}
	}
	cards, err := sh.Articles.CardsOf(sh.ctx, ids, sh.now)
	if err != nil {
		return nil, err
	}
	return cards, sh.fetchFor(cards)
}

// aroundAll reads what stands around several articles, but for their translations, in one question of each kind.
func (sh *sheet) aroundAll(list []article.Article) ([]told, error) {
	var ids, bylines, topics, shown []int64
	for _, a := range list {
		ids = append(ids, a.ID)
		bylines, topics = append(bylines, a.Bylines...), append(topics, a.Topics...)
		shown = append(append(shown, a.Body.Media()...), a.Lead.Media, a.Social.Media)
	}
	people, err := sh.Staff.Bylines(sh.ctx, bylines...)
	if err != nil {
		return nil, err
	}
	subjects, err := sh.Sections.Topics(sh.ctx, topics...)
	if err != nil {
		return nil, err
	}
	changes, err := sh.Articles.Changes(sh.ctx, sh.now, ids...)
	if err != nil {
		return nil, err
	}
	person, subject := map[int64]staff.Byline{}, map[int64]section.Topic{}
	for _, b := range people {
		person[b.ID] = b
		shown = append(shown, b.Picture)
	}
	for _, t := range subjects {
		subject[t.ID] = t
	}
	whole := make([]told, len(list))
	for i, a := range list {
		whole[i] = told{Article: a, bylines: pick(a.Bylines, person), topics: pick(a.Topics, subject), touched: len(changes[a.ID]) > 0}
		whole[i].changes = slices.DeleteFunc(changes[a.ID], func(c article.Change) bool { return c.Kind == article.Minor })
	}
	return whole, sh.fetch(shown...)
}

// pick lists those of ids, in their order; what is not there any more is left out.
func pick[T any](ids []int64, of map[int64]T) []T {
	var list []T
	for _, id := range ids {
		if v, ok := of[id]; ok {
			list = append(list, v)
		}
	}
	return list
}

func (sh *sheet) articlePage(x told) (ArticlePage, error) {
	frame, err := sh.frame(cmp.Or(x.Search.Title, x.Headline), cmp.Or(x.Search.Description, x.Summary, opening(x.Body)), x.Path)
	if err != nil {
		return ArticlePage{}, err
	}
	frame.Find = "" // an article has 5,000 bytes; its section leads to the search
	lead := sh.picture(x.Lead)
	page := ArticlePage{
		Frame: frame, Kicker: sh.kicker(x), Headline: x.Headline, Summary: x.Summary,
		Facts: sh.facts(x), Lead: lead, Sources: sourceLinks(x.Sources), Latest: latestFor(sh.lang, x.ID),
	}
	show := sh.show()
	show.Lead, show.Frame = lead == nil, framesOf(x.ID)
	sponsor := sh.sponsorOf(x.Article)
	show.Paid, page.Paid = sponsor != "", sh.paidFor(sponsor)
	page.TextLang, page.TextDir = sh.foreign(x.Lang)
	behind, err := sh.articlePositions(&page.Frame, x)
	if err != nil {
		return page, err
	}
	show.After = sh.within(page.Frame, behind, page.TextLang)
	page.Body = x.Body.HTML(show)
	page.Embeds = len(x.Body.FrameHosts()) > 0
	for _, t := range x.topics {
		page.Topics = append(page.Topics, Link{Href: sh.in(t.Path()), Name: t.NameIn(sh.lang)})
	}
	page.Related = level(sh.cards(x.related), 4)
	if len(x.Article.Sections) > 0 {
		page.Opinion = sh.opinion(x.Article.Sections[0])
		sh.markSection(page.Frame.Sections, x.Article.Sections[0])
	}
	for _, t := range x.translations {
		page.Alternates = append(page.Alternates, Link{Href: sh.base + t.Path, Lang: t.Lang})
	}
	page.Feeds = sh.feeds("", "")
	if page.Reply, err = sh.reply(x.Article); err != nil {
		return page, err
	}
	page.Thread, err = sh.thread(article.Card{ID: x.ID, Path: x.Path}, page.Reply.Shut == "")
	if page.Thread != nil {
		page.Feeds = append(page.Feeds, sh.threadFeed(x.Path))
	}
	page.Social, page.Data = sh.social(x, page), sh.dataOf(x, page)
	return page, err
}

// markSection marks the section of the menu that an article stands in.
func (sh *sheet) markSection(menu []Link, id int64) {
	for _, s := range sh.tree.Line(id) {
		for i := range menu {
			menu[i].Current = menu[i].Current || menu[i].Href == sh.in(s.Path())
		}
	}
}

// kicker is the section, and the word above the headline.
func (sh *sheet) kicker(x told) []Link {
	var links []Link
	if len(x.Article.Sections) > 0 {
		if s, ok := sh.tree.Get(x.Article.Sections[0]); ok {
			links = append(links, Link{Href: sh.in(s.Path()), Name: s.NameIn(sh.lang)})
		}
	}
	if x.Kicker != "" && (len(links) == 0 || !strings.EqualFold(x.Kicker, links[0].Name)) {
		links = append(links, Link{Name: x.Kicker})
	}
	return links
}

func (sh *sheet) facts(x told) Facts {
	f := Facts{Dateline: x.Dateline}
	for _, b := range x.bylines {
		f.Bylines = append(f.Bylines, Byline{Name: b.NameIn(sh.lang), Href: sh.in(b.Path()), Face: sh.face(b)})
	}
	begun := x.Published
	if day, ok := sh.seen(x.Seen); ok {
		f.Seen = day
		begun, _ = paper.Day(time.DateOnly, x.Seen, sh.now.Location())
	} else {
		f.Published = sh.moment(x.Published)
	}
	f.Age = sh.age(begun)
	for _, c := range x.changes {
		f.Changes = append(f.Changes, Change{Kind: c.Kind, When: sh.brief(c.At), Note: c.Note, Superseded: c.Superseded != 0})
		if sameDay(c.At.In(sh.now.Location()), sh.now) {
			sh.good(paper.NextMidnight(sh.now))
		}
	}
	if x.touched {
		f.History = x.Path + "/history"
	}
	for _, t := range x.translations {
		if t.Lang != x.Lang {
			f.Versions = append(f.Versions, Link{Href: t.Path, Name: tongue.Endonym(t.Lang), Lang: t.Lang, Dir: tongue.Dir(t.Lang)})
		}
	}
	return f
}

// age is how old an article is, from its first anniversary on; the page is good until the next one.
func (sh *sheet) age(begun time.Time) string {
	begun = begun.In(sh.now.Location())
	years, _, _ := tongue.Elapsed(begun, sh.now)
	sh.good(anniversary(begun, years+1))
	if years < 1 {
		return ""
	}
	return sh.t.Ago(begun, sh.now)
}

// anniversary is the first moment of the day so many years after at; of a leap day, the last of that February.
func anniversary(at time.Time, years int) time.Time {
	year, day := at.Year()+years, at.Day()
	if last := time.Date(year, at.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day(); day > last {
		day = last
	}
	return paper.Midnight(year, at.Month(), day, at.Location())
}

// sourceLinks links to sources on the web; others are named only.
func sourceLinks(list []article.Source) []Link {
	links := make([]Link, len(list))
	for i, s := range list {
		links[i] = Link{Name: cmp.Or(s.Name, s.URL)}
		if strings.HasPrefix(s.URL, "https://") || strings.HasPrefix(s.URL, "http://") {
			links[i].Href = s.URL
		}
	}
	return links
}

// opening is the beginning of a text, for whoever gives an article without a summary a line or two.
func opening(d doc.Doc) string {
	const most = 180
	text, _, _ := strings.Cut(d.Text(), "\n")
	if len(text) <= most {
		return text
	}
	cut := strings.LastIndexByte(text[:most], ' ')
	if cut <= 0 {
		return ""
	}
	return text[:cut] + " …"
}

// history is what publicly happened to the article at path since it was published.
func (s *Site) history(sh *sheet, path string) (web.Page, error) {
	at, err := sh.find(path, "/history")
	if err != nil {
		return web.Page{}, err
	}
	if at.Kind != paper.KindArticle {
		return web.Page{}, fault.NotFound
	}
	a, err := sh.public(at, "/history")
	if err != nil {
		return web.Page{}, err
	}
	sh.tags = append(sh.tags, tagArticle(a.ID))
	changes, err := s.Articles.History(sh.ctx, a.ID, sh.now)
	if err != nil {
		return web.Page{}, err
	}
	frame, err := sh.frame(sh.t.T("What changed")+": "+a.Headline, a.Summary, path+"/history")
	if err != nil {
		return web.Page{}, err
	}
	frame.Robots = "noindex"
	page := HistoryPage{Frame: frame, Headline: a.Headline, Href: a.Path, Entries: sh.entries(a, changes)}
	page.TextLang, page.TextDir = sh.foreign(a.Lang)
	return s.draw(sh, viewHistory, page)
}

func (sh *sheet) entries(a article.Article, changes []article.Change) []Entry {
	entries := make([]Entry, 0, len(changes))
	for _, c := range changes {
		e := Entry{Kind: c.Kind, When: sh.moment(c.At), Note: c.Note, Superseded: c.Superseded != 0}
		if day, ok := sh.seen(a.Seen); ok && c.Kind == article.First {
			e.Kind, e.When = "seen", day
		}
		if c.Kind != article.First && c.Kind != article.Minor && c.Kind != article.Redaction {
			e.Diff = differences(c.Before, c.After)
		}
		entries = append(entries, e)
	}
	return entries
}

// around is how many words a difference shows before and after what changed.
const around = 12

// differences are the changed passages of an article, lines above the text first.
func differences(before, after article.Text) template.HTML {
	var b strings.Builder
	for _, c := range doc.Diff(withLines(before), withLines(after)) {
		b.WriteString("<p>" + string(c.HTML(around)) + "</p>")
	}
	return template.HTML(b.String()) // of doc's making only: escaped text within ins, del and p
}

// withLines is an article's text with the lines above it as its first paragraphs, so that one comparison covers all.
func withLines(t article.Text) doc.Doc {
	var blocks []doc.Node
	for id, line := range map[string]string{"akicker00": t.Kicker, "bheadline": t.Headline, "csummary0": t.Summary} {
		if line != "" {
			blocks = append(blocks, doc.Node{Type: "paragraph", ID: id, Content: []doc.Node{{Type: "text", Text: line}}})
		}
	}
	slices.SortFunc(blocks, func(a, b doc.Node) int { return strings.Compare(a.ID, b.ID) })
	return doc.Doc{Schema: doc.Version, Blocks: append(blocks, t.Body.Blocks...)}
}

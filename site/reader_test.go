package site

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"lede/article"
	"lede/paper"
)

func TestReaderFindsAnArticleWhereverItBelongs(t *testing.T) {
	s := open(t)
	about := s.topic("pier-rules", "Pier rules")
	text := s.Text("Boats are back")
	text.Sections, text.Topics = []int64{s.Ferries.ID, s.World.ID}, []int64{about.ID}
	a := s.Publish(text)
	s.Settle()
	for _, path := range []string{"/", "/ferries", "/harbor", "/world", "/pier-rules", "/by/ines-calloway", "/2025/06/17",
		"/rss.xml", "/atom.xml", "/feed.json", "/harbor/rss.xml", "/ferries/atom.xml", "/pier-rules/feed.json", "/by/ines-calloway/rss.xml",
		"/sitemap/news.xml", "/sitemap/en-2025-06.xml"} {
		s.shows(path, a.Path)
	}
	for _, path := range []string{"/ar", "/ar/harbor", "/ar/rss.xml", "/opinion/rss.xml"} {
		s.hides(path, a.Path)
	}
	if list, _, _ := strings.Cut(s.read("/opinion"), "<aside"); strings.Contains(list, a.Path) {
		t.Error("Opinion lists what is not of it")
	}
	page := s.read(a.Path)
	for _, want := range []string{"<h1>Boats are back</h1>", "The first paragraph", "Inês Calloway", `href="/by/ines-calloway"`, `href="/ferries"`, `href="/pier-rules"`,
		`<link rel="canonical" href="http://narrows.example/2025/06/boats-are-back">`} {
		if !strings.Contains(page, want) {
			t.Errorf("the article does not say %s", want)
		}
	}
	if strings.Contains(page, "What changed") {
		t.Error("an article that did not change links to what changed")
	}
	s.shows(a.Path+"/history", "Published")
}

func TestSectionTellsItsPlaceInTheTree(t *testing.T) {
	s := open(t)
	s.shows("/harbor", `href="/ferries"`)
	s.shows("/ferries", `<a href="/harbor" aria-current="page">Harbor</a>`)
	s.shows("/ferries", `<p class="kick"><a href="/harbor">Harbor</a></p>`)
}

func TestEveryAddressHasOneForm(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("Once"))
	s.standing("contact", "en", "Contact", "Write to us.")
	for _, c := range []struct {
		path   string
		status int
		to     string
	}{
		{a.Path + "/", 301, a.Path},
		{"/world/", 301, "/world"},
		{"/ar/", 301, "/ar"},
		{"/world/?page=2", 301, "/world?page=2"},
		{"/100%/", 301, "/100%25"},
		{"//world", 301, "/world"},
		{"/x/../world", 301, "/world"},
		{"/ar" + a.Path, 301, a.Path},
		{"/ar" + a.Path + "/history", 301, a.Path + "/history"},
		{"/en/world", 404, ""},
		{"/ar/ar/world", 404, ""},
		{"/ar/nothing", 404, ""},
		{"/World", 404, ""},
		{"/world/history", 404, ""},
		{"/contact/rss.xml", 404, ""},
		{a.Path + "/rss.xml", 404, ""},
		{"/history", 404, ""},
		{"/contact", 200, ""},
		{"/ar/contact", 200, ""},
		{"/icon/7.png", 404, ""},
		{"/icon/192.png", 200, ""},
		{"/sitemap/en-2025-13.xml", 404, ""},
		{"/sitemap/fr-2025-06.xml", 404, ""},
		{"/sitemap/x", 404, ""},
		{"/media/none/1-640.jpg", 404, ""},
		{"/assets/none.css", 404, ""},
		{"/.well-known/security.txt", 404, ""},
	} {
		s.is(c.status, c.path, c.to)
	}
}

func TestWhatMovedIsFoundAtItsNewPlaceInEveryEdition(t *testing.T) {
	s := open(t)
	s.must(s.Sections.Remove(t.Context(), s.Opinion.ID, s.Now()))
	s.Settle()
	for from, to := range map[string]string{"/opinion": "/", "/ar/opinion": "/ar", "/opinion/rss.xml": "/rss.xml", "/ar/opinion/feed.json": "/ar/feed.json"} {
		s.is(301, from, to)
	}
	s.is(200, "/ar/feed.json", "")
}

func TestLongListGoesOnByPages(t *testing.T) {
	s := open(t)
	for i := range perPage*2 + 1 {
		s.Publish(s.Text(fmt.Sprintf("Story number %02d", i)))
		s.Pass(time.Minute)
	}
	s.Settle()
	first, second, third := s.read("/world"), s.read("/world?page=2"), s.read("/world?page=3")
	for i := range perPage*2 + 1 {
		title := fmt.Sprintf(">Story number %02d</a></h3>", perPage*2-i)
		for n, page := range []string{first, second, third} {
			if want := i/perPage == n; strings.Contains(page, title) != want {
				t.Errorf("page %d lists %s: %v, wanted %v", n+1, title, !want, want)
			}
		}
	}
	for _, want := range []string{`rel="prev" href="/world"`, `rel="next" href="/world?page=3"`, `rel="canonical" href="http://narrows.example/world?page=2"`} {
		if !strings.Contains(second, want) {
			t.Errorf("page 2 does not hold %s", want)
		}
	}
	if strings.Contains(third, `rel="next"`) {
		t.Error("the last page leads to another")
	}
	for _, path := range []string{"/world?page=4", "/world?page=51", "/world?page=0", "/world?page=1", "/world?page=-1", "/world?page=02", "/world?page=2x", "/world?page=9999999999999999999999",
		"/?page=2", "/2025/06/17?page=2", "/rss.xml?page=2", "/2025/06/story-number-00?page=2", "/sitemap/news.xml?page=2", "/opinion?page=2"} {
		s.is(404, path, "")
	}
}

func TestListOfFiftyPagesGoesOnByDays(t *testing.T) {
	s := open(t)
	sh, err := s.site.sheet(t.Context(), "", s.Now())
	s.must(err)
	sh.number = maxPages
	last := article.Card{Published: time.Date(2024, 2, 2, 3, 0, 0, 0, time.UTC)} // the first of February in New York
	if got := sh.older("/world", last).Href; got != "/2024/02/01" {
		t.Errorf("the fiftieth page leads to %s, wanted the day of its last article", got)
	}
}

func TestUnknownQueriesMakeNoOtherPage(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("One"))
	s.Settle()
	for _, path := range []string{"/", "/world", a.Path, "/rss.xml", "/sitemap.xml", "/robots.txt", "/nothing"} {
		want := s.get(path)
		pages, _ := s.cache.Size()
		for _, query := range []string{"utm_source=x", "page=", "fbclid=1&gclid=2", "Page=2", "a;page=3", "q=%E2%82%AC", "&&&"} {
			if got := s.get(path + "?" + query); got.body != want.body || got.status != want.status {
				t.Errorf("%s?%s is another page (%d)", path, query, got.status)
			}
		}
		if now, _ := s.cache.Size(); now != pages {
			t.Errorf("%s: %d pages became %d by queries nobody knows", path, pages, now)
		}
	}
}

func TestPaperSpeaksItsLanguages(t *testing.T) {
	s := open(t)
	text := s.Text("العبّارات تعود")
	text.Lang = "ar"
	ar := s.Publish(text)
	text = s.Text("Les bateaux")
	text.Lang = "fr" // the paper does not appear in French
	fr := s.Publish(text)
	s.Settle()
	s.shows("/ar", ar.Headline)
	s.shows("/ar/world", ar.Headline)
	s.shows("/ar/rss.xml", ar.Headline)
	s.hides("/", ar.Headline)
	s.shows("/", fr.Headline)
	page := s.read(ar.Path)
	for _, want := range []string{`<html lang="ar" dir="rtl">`, "المضيق", `href="/ar/world"`, `href="/ar/by/ines-calloway"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the Arabic article does not hold %s", want)
		}
	}
	if page := s.read(fr.Path); !strings.Contains(page, `<html lang="en">`) || !strings.Contains(page, `<div class="text" lang="fr">`) {
		t.Error("a French article in an English paper does not say which part is French")
	}
	if front := s.read("/ar"); !strings.Contains(front, "الثلاثاء") || !strings.Contains(front, `hreflang="x-default" href="http://narrows.example/"`) {
		t.Error("the Arabic front does not say its day in Arabic, or not what else there is")
	}
	s.settings(func(p *paper.Paper) {
		p.Menu = []paper.Link{{To: "/world", Name: "World"}, {To: "https://elsewhere.example/a", Name: "Elsewhere"}}
	})
	s.shows("/ar", `href="https://elsewhere.example/a"`)
	s.shows("/ar", `href="/ar/world"`)
}

func TestTranslationsKnowEachOther(t *testing.T) {
	s := open(t)
	text := s.Text("Boats")
	text.Group = 77
	en := s.Publish(text)
	s.Settle()
	if strings.Contains(s.read(en.Path), "Also in") {
		t.Error("an article without translations says where they are")
	}
	text.Lang, text.Headline, text.Slug = "ar", "قوارب", "qawarib"
	ar := s.Publish(text)
	s.Settle()
	s.shows(en.Path, `hreflang="ar" href="http://narrows.example`+ar.Path+`"`)
	s.shows(ar.Path, `hreflang="en" href="http://narrows.example`+en.Path+`"`)
	s.shows("/sitemap/en-2025-06.xml", ar.Path)
	s.amend(ar.ID, func(t *article.Text) { t.Group = 0 }, article.Minor, "")
	s.hides(en.Path, ar.Path)
	s.hides("/sitemap/en-2025-06.xml", ar.Path)
}

func TestWhatIsNotThereSaysSoKindly(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("Here"))
	s.Settle()
	lost := s.is(404, "/nowhere", "")
	for _, want := range []string{"There is no page at this address", "The Narrows", a.Headline, `content="noindex"`, "Tuesday, June 17, 2025"} {
		if !strings.Contains(lost.body, want) {
			t.Errorf("the page of a wrong address does not hold %s", want)
		}
	}
	if arabic := s.get("/ar/nowhere"); arabic.status != 404 || !strings.Contains(arabic.body, `dir="rtl"`) {
		t.Error("a wrong address in the Arabic edition is not answered in Arabic")
	}
	for path, status := range map[string]int{"/a%00b": 404, "/\x00": 400, "/\xff": 400, "/\\evil": 400, "/" + strings.Repeat("x", 10_000): 414} {
		if got := s.get(path); got.status != status || strings.Contains(got.body, "goroutine") {
			t.Errorf("%.20q: %d, wanted %d", path, got.status, status)
		}
	}
}

func TestHeadIsGetWithoutTheBody(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("One"))
	s.Settle()
	for _, path := range append(s.kinds(a), "/nothing", "/world/") {
		get, head := s.get(path), s.ask(http.MethodHead, path)
		if head.status != get.status || head.body != "" {
			t.Errorf("HEAD %s: %d with %d bytes, GET says %d", path, head.status, len(head.body), get.status)
		}
		for name := range get.header {
			if g, h := get.header.Get(name), head.header.Get(name); g != h {
				t.Errorf("HEAD %s: %s is %q, for GET %q", path, name, h, g)
			}
		}
	}
}

// kinds are the addresses of one page of every kind, of a paper in which a was published.
func (s *stand) kinds(a article.Article) []string {
	return []string{"/", "/ar", "/world", "/harbor", "/by/ines-calloway", "/2025/06/17", a.Path, a.Path + "/history", a.Path + "/comments", a.Path + "/comments?order=oldest", a.Path + "/comments/atom.xml", "/rss.xml", "/atom.xml", "/feed.json", "/world/rss.xml",
		"/sitemap.xml", "/sitemap/news.xml", "/sitemap/pages.xml", "/sitemap/en-2025-06.xml", "/robots.txt", "/site.webmanifest", "/favicon.ico", "/icon/192.png", s.site.assets.Path("lede.css")}
}

func TestLinksFollowTheHostUntilThePaperHasAnAddress(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("One"))
	s.Settle()
	paths := s.kinds(a)
	for range 2 { // the second time from the cache
		for _, path := range paths {
			for host, other := range map[string]string{"one.example": "two.example", "two.example": "one.example"} {
				got := s.get(path, "Host", host)
				if got.status != 200 || strings.Contains(got.body, other) {
					t.Errorf("%s asked at %s: %d, names %s: %v", path, host, got.status, other, strings.Contains(got.body, other))
				}
			}
		}
	}
	for _, path := range []string{"/", a.Path, "/rss.xml", "/atom.xml", "/feed.json", "/sitemap.xml", "/robots.txt"} {
		if got := s.get(path, "Host", "one.example:8080"); !strings.Contains(got.body, "http://one.example:8080/") {
			t.Errorf("%s does not link to the host it was asked at", path)
		}
	}
	s.settings(func(p *paper.Paper) { p.Address = "https://narrows.news" })
	for _, path := range append(paths, "/nothing") {
		got := s.get(path, "Host", "one.example")
		if got.status != http.StatusMisdirectedRequest || strings.Contains(got.body, "one.example") {
			t.Errorf("%s at another host: %d, wanted 421", path, got.status)
		}
		if got := s.get(path, "Host", "narrows.news"); got.status == 421 || strings.Contains(got.body, "narrows.example") || strings.Contains(got.body, "http://narrows.news") {
			t.Errorf("%s at the paper's own host: %d, or with links to another", path, got.status)
		}
	}
	if page := s.get(a.Path, "Host", "narrows.news").body; !strings.Contains(page, `<link rel="canonical" href="https://narrows.news`+a.Path+`">`) {
		t.Error("canonical is not at the paper's address")
	}
}

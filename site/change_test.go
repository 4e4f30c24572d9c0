package site

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"lede/article"
	"lede/front"
	"lede/internal/doc"
	"lede/paper"
)

func TestArticleSaysWhatChangedAndWhy(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("Bridge"))
	s.Settle()
	s.read(a.Path)
	s.Pass(time.Hour)
	s.amend(a.ID, func(t *article.Text) { t.Body = doc.New(doc.P("It has four lanes.")) }, article.Correction, "It has four lanes, not six.")
	s.shows(a.Path, "It has four lanes, not six.")
	s.shows(a.Path, `href="`+a.Path+`/history"`)
	s.shows(a.Path+"/history", "<del>")
	s.shows("/rss.xml", "It has four lanes, not six.")
	s.shows(a.Path, `"correction":[{"@type":"CorrectionComment","text":"It has four lanes, not six."`)
	b := s.Publish(s.Text("Spelling"))
	s.Pass(time.Minute)
	s.amend(b.ID, func(t *article.Text) { t.Summary = "Now right." }, article.Minor, "")
	s.shows(b.Path, `href="`+b.Path+`/history"`)
	s.shows(b.Path+"/history", "Minor changes")
}

func TestSupersededCorrectionStaysAndSaysSo(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("Lanes"))
	s.Pass(time.Hour)
	s.amend(a.ID, func(t *article.Text) {}, article.Correction, "It has six lanes.")
	s.Pass(time.Hour)
	s.must(s.Articles.Amend(t.Context(), a.ID, a.Version+1, a.Text, article.Amendment{Kind: article.Correction, Note: "It has four lanes, not six.", Supersedes: a.Version + 1}, 0, s.Now()))
	s.Settle()
	for _, path := range []string{a.Path, a.Path + "/history", "/rss.xml", "/atom.xml", "/feed.json"} {
		page := s.read(path)
		if !strings.Contains(page, "It has six lanes.") || !strings.Contains(page, "It has four lanes, not six.") || strings.Count(page, "superseded by a later one") != 1 {
			t.Errorf("%s does not say which correction stands: %s", path, page)
		}
	}
	s.shows(a.Path, `"text":"It has six lanes.","datePublished":"2025-06-17T13:00:00-04:00","creativeWorkStatus":"Superseded"}`)
}

func TestWithdrawnArticleLeadsElsewhere(t *testing.T) {
	s := open(t)
	a, b := s.Publish(s.Text("Old ferry")), s.Publish(s.Text("New ferry"))
	s.must(s.Articles.Withdraw(t.Context(), a.ID, a.Version, article.Withdrawal{At: s.Now().Add(time.Hour), To: b.Path, Note: "secret plan"}, 0, s.Now()))
	s.Settle()
	lists := []string{"/", "/world", "/rss.xml", "/atom.xml", "/feed.json", "/sitemap/news.xml", "/sitemap/en-2025-06.xml", "/2025/06/17"}
	for _, path := range append(lists, a.Path) {
		page := s.read(path)
		if !strings.Contains(page, a.Path) || strings.Contains(page, "secret plan") {
			t.Errorf("an hour early %s does not show it, or tells the plan", path)
		}
	}
	s.Pass(time.Hour) // and nobody has heard yet
	for _, path := range append(lists, a.Path, a.Path+"/history") {
		w := s.get(path)
		if path == a.Path && (w.status != 301 || w.header.Get("Location") != b.Path) {
			t.Errorf("%s answers %d to %q", path, w.status, w.header.Get("Location"))
		}
		if strings.Contains(w.body, "Old ferry") {
			t.Errorf("at its moment %s still shows it", path)
		}
	}
	s.Settle()
	for _, path := range lists {
		if page := s.read(path); strings.Contains(page, a.Path) || !strings.Contains(page, b.Path) {
			t.Errorf("%s still shows it, or nothing at all", path)
		}
	}
}

func TestWithdrawnArticleIsGoneWithItsReason(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("Wrong person"))
	s.Settle()
	s.read(a.Path)
	s.withdraw(a.ID, "It named the wrong person.")
	gone := s.is(410, a.Path, "")
	for _, want := range []string{"The paper withdrew it on 17 June 2025.", "It named the wrong person.", `<meta name="robots" content="noindex">`} {
		if !strings.Contains(gone.body, want) {
			t.Errorf("the page of a withdrawn article does not say %s", want)
		}
	}
	if strings.Contains(gone.body, "Wrong person") || gone.header.Get("Cache-Control") != "no-store" {
		t.Error("the page of a withdrawn article shows its headline, or may be kept")
	}
	s.is(410, a.Path+"/history", "")
	now := s.Article(a.ID)
	s.must(s.Articles.Amend(t.Context(), a.ID, now.Version, now.Text, article.Amendment{Kind: article.Minor}, 0, s.Now()))
	s.Settle()
	if got := s.is(410, a.Path, ""); !strings.Contains(got.body, "It named the wrong person.") {
		t.Error("a change in the archive took away the reason")
	}
	now = s.Article(a.ID)
	s.must(s.Articles.Publish(t.Context(), a.ID, now.Version, s.Now(), s.Now(), 0))
	s.Settle()
	s.is(200, a.Path, "")
}

func TestPicksOwnHeadlineGoesWithWhatTheLawTookOut(t *testing.T) {
	s := open(t)
	text := s.Text("Jona Example speaks")
	text.Slug, text.Sources = "speech", []article.Source{{Name: "Jona Example", URL: "https://a.example/Jona%20Example?q=Jona"}, {Name: "x", URL: "https://a.example/Jona"}}
	a := s.Publish(text)
	if a.Path != "/2025/06/speech" {
		t.Errorf("the address is %s, wanted the one wished for", a.Path)
	}
	s.must(s.Fronts.Pick(t.Context(), "en", []front.Pick{{Article: a.ID, Headline: "What Jona says"}}, 0, s.Now()))
	s.Settle()
	s.shows("/", "What Jona says")
	s.must(s.Articles.Redact(t.Context(), a.ID, a.Version, article.Blanking{Passages: []string{"Jona Example", "Jona"}, Note: "By order of a court."}, 0, s.Now()))
	s.Settle()
	for _, path := range append(s.kinds(a), a.Path) {
		s.hides(path, "Jona")
	}
	s.shows("/", "█████ speaks")
	s.must(s.Articles.Verify(t.Context(), a.ID))
}

// TestEveryPageIsRightAfterEveryChange is a table: what happens, and what every page that shows it says when it has settled.
func TestEveryPageIsRightAfterEveryChange(t *testing.T) {
	type scene struct {
		*stand
		a, other article.Article
		lists    []string
	}
	for name, c := range map[string]struct {
		do   func(s scene)
		old  string // on no page afterwards
		new  string
		show func(s scene) []string
	}{
		"another article": {func(s scene) { s.Publish(s.Text("Quite new")) }, "", "Quite new", func(s scene) []string { return append(s.lists, s.a.Path, s.other.Path) }},
		"a headline": {func(s scene) {
			s.amend(s.a.ID, func(t *article.Text) { t.Headline = "Second thoughts" }, article.Update, "Better.")
		}, ">First thoughts<", "Second thoughts", func(s scene) []string { return append(s.lists, s.a.Path, s.other.Path) }},
		"a withdrawal": {func(s scene) { s.withdraw(s.a.ID, "Untrue.") }, "First thoughts", "Other story", func(s scene) []string { return append(s.lists, s.other.Path) }},
		"a redaction": {func(s scene) {
			s.must(s.Articles.Redact(t.Context(), s.a.ID, s.a.Version, article.Blanking{Passages: []string{"thoughts"}, Note: "By order of a court."}, 0, s.Now()))
		}, "First thoughts", "First █████", func(s scene) []string { return append(s.lists, s.a.Path, s.other.Path, s.a.Path+"/history") }},
		"another section": {func(s scene) {
			s.amend(s.a.ID, func(t *article.Text) { t.Sections = []int64{s.Opinion.ID} }, article.Minor, "")
		}, "", "First thoughts", func(s scene) []string { return []string{"/opinion", "/opinion/rss.xml"} }},
		"a pick": {func(s scene) {
			s.must(s.Fronts.Pick(t.Context(), "en", []front.Pick{{Article: s.other.ID, Headline: "Picked by hand"}}, 0, s.Now()))
		}, "", "Picked by hand", func(s scene) []string { return []string{"/"} }},
		"the paper's name": {func(s scene) { s.settings(func(p *paper.Paper) { p.Name, p.Names = "The Broads", nil }) }, "The Narrows", "The Broads",
			func(s scene) []string { return append(s.lists, s.a.Path, "/site.webmanifest", "/nowhere") }},
		"its hours":       {func(s scene) { s.settings(func(p *paper.Paper) { p.Hours24 = false }) }, ">12:00</time>", "PM</time>", func(s scene) []string { return []string{"/", "/world", s.a.Path} }},
		"a standing page": {func(s scene) { s.standing("imprint", "en", "Imprint", "Who we are.") }, "", "Imprint", func(s scene) []string { return []string{"/", "/world", s.a.Path, "/imprint"} }},
		"a topic":         {func(s scene) { s.topic("tides", "Tides") }, "", "/tides", func(s scene) []string { return []string{"/sitemap/pages.xml"} }},
		"a picture": {func(s scene) {
			m := s.add("A pier")
			s.amend(s.a.ID, func(t *article.Text) { t.Lead = article.Picture{Media: m.ID} }, article.Minor, "")
		}, "", "A pier", func(s scene) []string { return []string{"/", "/world", "/by/ines-calloway", s.a.Path, "/rss.xml"} }},
	} {
		t.Run(name, func(t *testing.T) {
			s := scene{stand: open(t)}
			s.a = s.Publish(s.Text("First thoughts"))
			s.Pass(time.Minute)
			s.other = s.Publish(s.Text("Other story"))
			s.Settle()
			s.lists = []string{"/", "/world", "/by/ines-calloway", "/2025/06/17", "/rss.xml", "/world/atom.xml", "/by/ines-calloway/feed.json"}
			for _, path := range append(s.kinds(s.a), append(s.lists, s.other.Path, "/nowhere", "/imprint", "/opinion", "/opinion/rss.xml")...) {
				s.get(path) // now all are in the cache
			}
			c.do(s)
			s.Settle()
			for _, path := range c.show(s) {
				if got := s.get(path); !strings.Contains(got.body, c.new) || c.old != "" && strings.Contains(got.body, c.old) {
					t.Errorf("%s (%d) does not show %q, or still %q", path, got.status, c.new, c.old)
				}
			}
			if c.old == "" {
				return
			}
			for _, path := range s.kinds(s.a) {
				if path != s.a.Path+"/history" && strings.Contains(s.get(path).body, c.old) {
					t.Errorf("%s still shows %q", path, c.old)
				}
			}
		})
	}
}

func TestLaterPagesMoveUpWhenAnArticleGoes(t *testing.T) {
	s := open(t)
	var list []article.Article
	for i := range perPage + 2 {
		list = append(list, s.Publish(s.Text(fmt.Sprintf("Story number %02d", i))))
		s.Pass(24 * time.Hour)
	}
	s.Settle()
	first := list[len(list)-1]
	for name, change := range map[string]func(){
		"withdrawn": func() { s.withdraw(first.ID, "Untrue.") },
		"elsewhere": func() {
			s.amend(list[len(list)-2].ID, func(t *article.Text) { t.Sections = []int64{s.Opinion.ID} }, article.Minor, "")
		},
	} {
		before := strings.Count(s.read("/world?page=2"), "<h3>")
		s.read("/world")
		day := list[len(list)-3].Published.In(time.UTC).Format("/2006/01/02")
		s.read(day)
		change()
		if got := s.get("/world?page=2"); got.status == 200 && strings.Count(got.body, "<h3>") != before-1 {
			t.Errorf("%s: the second page still lists %d articles", name, before)
		}
		if name == "withdrawn" {
			s.hides(day, first.Published.Format("/2006/01/02"))
		}
	}
}

func TestPictureIsSeenWhereItIsShown(t *testing.T) {
	s := open(t)
	hidden, shown, page, face := s.add("hidden"), s.add("shown"), s.add("page"), s.add("other")
	draft := s.Text("Draft")
	draft.Lead = article.Picture{Media: hidden.ID}
	s.Write(draft)
	later := s.Text("Later")
	later.Lead = article.Picture{Media: face.ID}
	due := s.Now().Add(time.Hour)
	s.PublishAt(later, due)
	text := s.Text("Shown")
	text.Lead = article.Picture{Media: shown.ID}
	a := s.Publish(text)
	s.standing("imprint", "en", "Imprint", "Who we are.", page.ID)
	s.is(404, file(hidden), "")
	s.is(404, file(face), "")
	got := s.is(200, file(shown), "")
	if got.header.Get("Content-Type") != "image/jpeg" || got.header.Get("Cross-Origin-Resource-Policy") != "cross-origin" || !strings.Contains(got.header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("a picture is sent with %v", got.header)
	}
	s.shows("/imprint", file(page))
	s.is(200, file(page), "")
	if part := s.get(file(shown), "Range", "bytes=0-9"); part.status != 206 || len(part.body) != 10 {
		t.Errorf("the first ten bytes: %d with %d bytes", part.status, len(part.body))
	}
	for _, wrong := range []string{"/media/" + shown.Token + "/1-641.jpg", "/media/" + shown.Token + "/9-640.jpg", "/media/" + shown.Token + "/1-0640.jpg", "/media/" + shown.Token + "/1.jpg", "/media/" + shown.Token + "/original"} {
		s.is(404, wrong, "")
	}
	s.at(due.Format(time.RFC3339Nano))
	s.is(200, file(face), "")
	s.withdraw(a.ID, "Untrue.")
	s.is(404, file(shown), "")
}

func TestReadingSurvivesTheDatabase(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("Known"))
	gone := s.Publish(s.Text("Withdrawn"))
	s.Settle()
	known := []string{"/", "/world", a.Path, "/rss.xml", "/by/ines-calloway"}
	for _, path := range append(known, gone.Path) {
		s.read(path)
	}
	s.withdraw(gone.ID, "Untrue.")
	for _, path := range known {
		s.read(path)
	}
	s.restart()
	s.must(s.data.Close())
	for round, begin := range []func(){func() {}, func() { s.cache.Purge(tagPaper) }} {
		begin()
		for _, path := range known {
			if got := s.get(path); got.status != 200 || !strings.Contains(got.body, "Known") || strings.Contains(got.body, gone.Path) {
				t.Errorf("round %d: %s without a database: %d", round, path, got.status)
			}
		}
		for _, path := range []string{gone.Path, "/harbor", "/2025/06/never"} {
			s.breaksDown(path)
		}
	}
}

// breaksDown wants the page of our own fault at path: a number to ask us by, and nothing else of it.
func (s *stand) breaksDown(path string) {
	s.t.Helper()
	got := s.get(path)
	if got.status < 500 || got.header.Get("Cache-Control") != "no-store" || !regexp.MustCompile(`under the number [0-9a-zA-Z-]+`).MatchString(got.body) {
		s.t.Errorf("%s without a database: %d, wanted the page of our own fault", path, got.status)
	}
	if regexp.MustCompile(`(?i)sql|database|closed|goroutine|\.go:|render`).MatchString(got.body) {
		s.t.Errorf("%s: the page of our own fault tells more than its number", path)
	}
}

func TestWhatTheLawTookOutIsNoLastGoodPage(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("Canaries sing"))
	other := s.Publish(s.Text("Other"))
	s.Settle()
	all := append(s.kinds(a), other.Path)
	for _, path := range all {
		s.read(path)
	}
	s.must(s.Articles.Redact(t.Context(), a.ID, a.Version, article.Blanking{Passages: []string{"Canaries sing"}, Note: "By order of a court."}, 0, s.Now()))
	s.Settle()
	s.shows(a.Path+"/history", "By order of a court.")
	s.shows(a.Path, "█████")
	s.must(s.data.Close())
	s.cache.Purge(tagPaper)
	for _, path := range all {
		s.hides(path, "Canaries sing")
	}
	s.breaksDown("/harbor/rss.xml")
}

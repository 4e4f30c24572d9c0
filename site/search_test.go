package site

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lede/article"
	"lede/paper"
)

func TestReaderSearches(t *testing.T) {
	s := open(t)
	path := s.Publish(s.Text("Ferry fares rise")).Path
	s.Publish(s.Text("Night market moves"))
	s.Publish(s.Text("Grain ships wait"))
	s.Settle()
	page := s.read("/search?q=ferries")
	for _, want := range []string{`href="` + path + `"`, "<mark>Ferry</mark>", `name="robots" content="noindex"`, `value="ferries"`, "1 article<"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %s:\n%s", want, page)
		}
	}
	got := s.get("/search?q=ferries")
	if got.header.Get("Cache-Control") != "no-store" || got.header.Get("X-Robots-Tag") != "noindex" {
		t.Errorf("a search is kept: %v", got.header)
	}
	s.shows("/search?q=markte+night", "This is what “market night” finds")
	s.shows("/search?q=xyzzy", "Nothing was found for “xyzzy”")
	s.shows("/search?q=xyzzy", `href="/world"`)
	s.shows("/search?section=world&from=2025-06-17&until=2025-06-17", "3 articles")
	s.shows("/search?q=by:calloway+grain&sort=date", "Grain ships wait")
	s.shows("/search", "How to search")
	s.shows("/ar/search", "كيف تبحث")
	if lost := s.get("/nowhere/at/all"); !strings.Contains(lost.body, `role="search"`) {
		t.Error("who is lost cannot search")
	}
	s.shows("/world", `<a href="/search">`)
}

func TestStrangeSearchIsAPageOrAClearRefusal(t *testing.T) {
	s := open(t)
	s.Publish(s.Text("Ferry fares rise"))
	s.Settle()
	asked := append(payloads(t), strings.Repeat("a ", 5000), strings.Repeat(`"`, 999), `"ferry`, `ferry" OR "`, `'`, `NEAR(a b)`, "section:\"", "\x01\x02", "a\x00today/en\x00b")
	for _, text := range asked {
		for _, path := range []string{"/search?q=", "/search?section=", "/search?from=", "/search?q=ferry&until=", "/search?sort=", "/search/suggest?q=", "/ar/search?q="} {
			got := s.get(path + url.QueryEscape(text))
			if got.status != http.StatusOK && got.status != http.StatusBadRequest && got.status != http.StatusRequestURITooLong && got.status != http.StatusRequestHeaderFieldsTooLarge {
				t.Fatalf("%s%.60q answers %d", path, text, got.status)
			}
			if strings.Contains(got.body, "<script>alert") || strings.Contains(got.body, "ZgotmplZ") || strings.Contains(got.body, "onerror=alert(1)>") {
				t.Errorf("%s%.60q gets into the page", path, text)
			}
		}
	}
	for path, status := range map[string]int{"/search?q=" + strings.Repeat("a", 1001): 400, "/search?from=yesterday": 400, "/search?q=a&page=0": 404, "/search?q=a&page=21": 404, "/search?q=ferry&page=2": 404,
		"/search?q=%zz": 400, "/search?q=a;b": 200, "/search/nothing": 404, "/search/": 301} {
		if got := s.get(path); got.status != status {
			t.Errorf("%.40s answers %d, want %d", path, got.status, status)
		}
	}
}

func TestSearchSuggestsAndDescribesItself(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("Ferry fares rise"))
	s.Settle()
	var list [4]any
	got := s.get("/search/suggest?q=ferr+far")
	if err := json.Unmarshal([]byte(got.body), &list); err != nil || list[0] != "ferr far" {
		t.Fatalf("%s, %v", got.body, err)
	}
	if !strings.Contains(got.body, a.Path) {
		t.Errorf("suggested is %s", got.body)
	}
	described := s.get("/search/opensearch.xml")
	var d openSearch
	if err := xml.Unmarshal([]byte(described.body), &d); err != nil || len(d.URLs) != 3 || d.ShortName != "The Narrows" {
		t.Errorf("%+v, %v in %s", d, err, described.body)
	}
	s.shows("/", `rel="search" type="application/opensearchdescription+xml" href="/search/opensearch.xml"`)
	s.shows("/ar/search/opensearch.xml", "/ar/search?q={searchTerms}")
}

func TestWhatIsGoneIsNotSearchedAMomentLater(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("Quokka on the pier"))
	s.Settle()
	s.shows("/search?q=quokka", "Quokka on the pier")
	s.must(s.Articles.Withdraw(t.Context(), a.ID, a.Version, article.Withdrawal{}, 0, s.Now()))
	s.hides("/search?q=quokka", "Quokka on")
	s.hides("/search/suggest?q=quokka", "on the pier")
}

func TestSearchFindsWhatItsEditionHas(t *testing.T) {
	s := open(t)
	s.Publish(s.Text("Ferry fares rise"))
	text := s.Text("أسعار العبّارات ترتفع")
	text.Lang = "ar"
	s.Publish(text)
	s.Settle()
	s.shows("/ar/search?q="+url.QueryEscape("العبارة"), "ترتفع")
	s.hides("/ar/search?q=ferry", "Ferry fares rise")
	s.settings(func(p *paper.Paper) { p.Langs = []string{"en"} })
	s.shows("/search?q=ferry", "Ferry fares rise")
}

package newsroom

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"lede/internal/fetch"
	"lede/staff"
)

// TestTheEditorGetsAllItNeedsAtOnce: parts, people, rights, lists.
func TestTheEditorGetsAllItNeedsAtOnce(t *testing.T) {
	r := open(t)
	a := r.Write(r.Text("Ferries run"))
	var st editorState
	got := r.ask(http.MethodGet, "/newsroom/article/"+ident(a.ID)+"/state.json", nil)
	if got.StatusCode != http.StatusOK {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	got.read(t, &st)
	var headline struct{ Headline string }
	if err := json.Unmarshal(st.Parts["headline"].Value, &headline); err != nil || headline.Headline != "Ferries run" {
		t.Errorf("headline %+v, %v", headline, err)
	}
	for _, part := range []string{"headline", "body", "pictures", "filing"} {
		if st.Parts[part].Seq == 0 || len(st.Parts[part].Value) == 0 {
			t.Errorf("the %s is missing: %+v", part, st.Parts[part])
		}
	}
	if !st.May[staff.Write] || st.Person.Name != "Mara Lindqvist" || len(st.Lists.Sections) == 0 || len(st.Lists.Langs) == 0 || st.Zone == "" {
		t.Errorf("wanted rights, person and lists, have %+v %+v %+v", st.May, st.Person, st.Lists)
	}
}

// TestTheEditorsPageHoldsNothingThatRuns: whatever was typed stands in the page as data.
func TestTheEditorsPageHoldsNothingThatRuns(t *testing.T) {
	r := open(t)
	text := r.Text("</script><script>alert(1)</script>")
	text.Summary = `"><img src=x onerror=alert(1)>`
	page := r.page("/newsroom/article/" + ident(r.Write(text).ID))
	if page.StatusCode != http.StatusOK {
		t.Fatal(page.StatusCode, page.body)
	}
	if strings.Contains(page.body, "<script>alert") || strings.Contains(page.body, "<img src=x") {
		t.Error("what was typed is part of the page")
	}
}

// TestReadersOfAnArticleMayNotWrite: an auditor sees the text and that it is not theirs to change.
func TestReadersOfAnArticleMayNotWrite(t *testing.T) {
	r := open(t)
	a := r.Write(r.Text("Ferries run"))
	r.be(staff.Auditor)
	var st editorState
	r.ask(http.MethodGet, "/newsroom/article/"+ident(a.ID)+"/state.json", nil).read(t, &st)
	if st.May[staff.Write] || st.May[staff.Publish] || st.May[staff.Code] {
		t.Errorf("an auditor may %v", st.May)
	}
	r.be(staff.Contributor)
	if got := r.page("/newsroom/article/" + ident(a.ID)); got.StatusCode != http.StatusNotFound {
		t.Errorf("a contributor gets %d of somebody else's draft, wanted 404", got.StatusCode)
	}
}

// TestANewBylineIsMadeOnce: a name that is known is found, a new one gets an address of its own.
func TestANewBylineIsMadeOnce(t *testing.T) {
	r := open(t)
	at := "/newsroom/article/" + ident(r.Write(r.Text("Ferries run")).ID) + "/byline"
	add := func(name string) (n editorName) {
		got := r.ask(http.MethodPost, at, map[string]string{"name": name})
		if got.StatusCode != http.StatusOK {
			t.Fatalf("%q: %d %s", name, got.StatusCode, got.body)
		}
		got.read(t, &n)
		return n
	}
	first := add("Nour  Haddad")
	if again := add("Nour Haddad"); again.ID != first.ID || first.Name != "Nour Haddad" {
		t.Errorf("%+v and %+v, wanted one byline", first, again)
	}
	if other := add("Nour Håddad"); other.ID == first.ID {
		t.Error("another name became the same byline")
	}
	if arabic := add("نور حداد"); arabic.ID == "" {
		t.Error("a name without Latin letters is a name too")
	}
	if got := r.ask(http.MethodPost, at, map[string]string{"name": " "}); got.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an empty name gets %d", got.StatusCode)
	}
}

// TestALinkBecomesACard: of a page what it says of itself, and never of a machine inside the house.
func TestALinkBecomesACard(t *testing.T) {
	r := open(t)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(`<title>Not this</title><meta property="og:title" content="The &lt;b&gt; bridge"><meta name=description content="Closed since May."><meta property=og:site_name content="Harbour Board">`))
	}))
	t.Cleanup(other.Close)
	r.news.Fetch = fetch.New(fetch.Options{Open: []netip.AddrPort{netip.MustParseAddrPort(strings.TrimPrefix(other.URL, "http://"))}})
	ask := func(url string) answer {
		return r.ask(http.MethodPost, "/newsroom/embed", map[string]string{"url": url})
	}
	var c card
	ask(other.URL+"/bridge").read(t, &c)
	if c.Title != "The <b> bridge" || c.Description != "Closed since May." || c.Site != "Harbour Board" || c.Provider != "page" {
		t.Errorf("%+v", c)
	}
	for _, refused := range []string{"http://192.168.0.10/", "http://[::1]/", "http://169.254.169.254/latest", "javascript:alert(1)", "nothing"} {
		if got := ask(refused); got.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s gets %d, wanted 422", refused, got.StatusCode)
		}
	}
}

// TestArticlesAreFoundByTheirWords: published ones, for links and related.
func TestArticlesAreFoundByTheirWords(t *testing.T) {
	r := open(t)
	r.Publish(r.Text("Ferries run through the winter"))
	r.Write(r.Text("Ferries in secret"))
	var list []foundArticle
	r.ask(http.MethodGet, "/newsroom/find.json?q=winter+ferries", nil).read(t, &list)
	if len(list) != 1 || list[0].Headline != "Ferries run through the winter" || list[0].Path == "" {
		t.Errorf("found %+v", list)
	}
	r.ask(http.MethodGet, "/newsroom/find.json?q=secret", nil).read(t, &list)
	if len(list) != 0 {
		t.Errorf("what is not published is offered as a link: %+v", list)
	}
}

func TestCardsAreReadOfAnyPage(t *testing.T) {
	long := strings.Repeat("word ", 200)
	c := readCard([]byte("<title>"+long+"</title><meta name=AUTHOR content='\n A  B'>"), "text/html")
	if len([]rune(c.Title)) > lineMost || !strings.HasSuffix(c.Title, "…") || c.Author != "A B" {
		t.Errorf("%+v", c)
	}
	if c := readCard([]byte("%PDF"), "application/pdf"); c != (card{}) {
		t.Errorf("a file became %+v", c)
	}
}

func FuzzReadCard(f *testing.F) {
	f.Add([]byte("<title>x</title>"), "text/html")
	f.Add([]byte("<meta name=og:title content="), "text/html; charset=utf-16")
	f.Fuzz(func(t *testing.T, page []byte, kind string) {
		c := readCard(page, kind)
		for _, s := range []string{c.Title, c.Description, c.Author, c.Site} {
			if len([]rune(s)) > lineMost || strings.ContainsAny(s, "\n\x00") {
				t.Errorf("%q", s)
			}
		}
	})
}

func ident(id int64) string { return strconv.FormatInt(id, 10) }

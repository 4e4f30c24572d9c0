package e2e_test

import (
	"encoding/json"
	"encoding/xml"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

const (
	seedHeadline = "Russia in Talks with Syrian Rebels to Maintain Military Bases"
	seedSeen     = "Seen 17 June 2025; author and date of publication not given"
)

// furniture is what stands around the text in the seed, and must not come along.
var furniture = []string{"17.1", "New York", "Advertisement", "Related Articles", "LEAVE A REPLY", "Please enter", "Stay Connected", "Fans", "Followers", "spot_img"}

var articlePath = regexp.MustCompile(`^/[0-9]{4}/[0-9]{2}/[a-z0-9-]{3,}$`) // a day has two figures there

func TestSeedIsReadAfterItsImport(t *testing.T) {
	file, data := seedFile(t), t.TempDir()
	lede(t, "import", "page", "--publish", "--data", data, file)
	s := serve(t, data)
	readSeed(t, s.URL, file)
}

func TestSeedIsReadAtOnceWithTheServerRunning(t *testing.T) {
	file, data := seedFile(t), t.TempDir()
	s := serve(t, data)
	before := []string{"/", "/rss.xml", "/sitemap.xml"}
	for _, path := range before {
		if _, body := get(t, s.URL+path); strings.Contains(string(body), seedHeadline) {
			t.Fatalf("%s shows the seed before its import", path)
		}
	}
	lede(t, "import", "page", "--publish", "--data", data, file)
	soon(t, time.Second, "the seed on the front", func() bool {
		_, body := get(t, s.URL+"/")
		return strings.Contains(string(body), seedHeadline)
	})
	readSeed(t, s.URL, file)

	lede(t, "import", "page", "--publish", "--data", data, file)
	feedItems(t, s.URL) // still one article in each
}

func TestImportWithoutPublishIsNotSeen(t *testing.T) {
	file, data := seedFile(t), t.TempDir()
	lede(t, "import", "page", "--data", data, file)
	s := serve(t, data)
	for _, path := range []string{"/", "/rss.xml", "/atom.xml", "/feed.json"} {
		if _, body := get(t, s.URL+path); strings.Contains(string(body), seedHeadline) {
			t.Errorf("%s shows a draft", path)
		}
	}
}

// readSeed goes from the front to the seed's article and looks at all of it, then at feeds and sitemaps.
func readSeed(t *testing.T, paper, file string) {
	t.Helper()
	tab := newTab(t)
	must(t, tab.Open(paper+"/"))
	path := ask[string](t, tab, `[...document.querySelectorAll("main a")].find(a => a.textContent.trim() === `+quoted(seedHeadline)+`)?.getAttribute("href") ?? ""`)
	if !articlePath.MatchString(path) {
		t.Fatalf("the front links the seed to %q, want /YYYY/MM/slug", path)
	}
	must(t, tab.Follow(`main a[href="`+path+`"]`))
	if at := tab.Address(); at != paper+path {
		t.Fatalf("the front's link led to %s, want %s", at, paper+path)
	}
	if h1 := ask[[]string](t, tab, texts("h1")); !slices.Equal(h1, []string{seedHeadline}) {
		t.Errorf("headline %q, want %q", h1, seedHeadline)
	}
	want := seedParagraphs(t, file)
	if got := ask[[]string](t, tab, texts(".text > p")); !slices.Equal(got, want) {
		t.Errorf("the article has %d paragraphs %q\nwant the seed's %d %q", len(got), got, len(want), want)
	}
	if all := ask[int](t, tab, `document.querySelector(".text").children.length`); all != len(want) {
		t.Errorf("the article's text has %d blocks, want its %d paragraphs and nothing else", all, len(want))
	}
	if facts := strings.Join(ask[[]string](t, tab, texts(".facts p")), "\n"); !strings.Contains(facts, seedSeen) {
		t.Errorf("the facts are %q, want %q", facts, seedSeen)
	}
	shown := ask[string](t, tab, `document.querySelector("main").innerText`)
	for _, f := range furniture {
		if strings.Contains(shown, f) {
			t.Errorf("the article shows %q, which is furniture of the page it came from", f)
		}
	}
	if self := ask[int](t, tab, `document.querySelectorAll('.rail a[href="`+path+`"]').length`); self != 0 {
		t.Error("Latest beside the article names the article itself")
	}
	if trouble := tab.Trouble(); len(trouble) > 0 {
		t.Errorf("the console complains: %q", trouble)
	}
	feedsHoldSeed(t, paper, path, want)
	sitemapsHoldSeed(t, paper, path)
}

func feedsHoldSeed(t *testing.T, paper, path string, want []string) {
	t.Helper()
	for kind, item := range feedItems(t, paper) {
		if item.Title != seedHeadline || item.Link != paper+path {
			t.Errorf("%s: %q at %s, want %q at %s", kind, item.Title, item.Link, seedHeadline, paper+path)
		}
		if got := paragraphs(t, item.HTML); !slices.Equal(got, want) {
			t.Errorf("%s: has %d paragraphs, want the seed's %d: %q", kind, len(got), len(want), got)
		}
	}
	for _, f := range feedNames {
		if n := strings.Count(fetchText(t, paper+"/"+f), seedHeadline); n != 1 {
			t.Errorf("%s names the seed %d times, want once", f, n)
		}
	}
}

var feedNames = []string{"rss.xml", "atom.xml", "feed.json"}

// entry is what an article is in a feed of any kind.
type entry struct{ Title, Link, HTML string }

// feedItems reads the one article of the paper's RSS, Atom and JSON Feed, by the feed's name.
func feedItems(t *testing.T, paper string) map[string]entry {
	t.Helper()
	found := map[string]entry{}
	add := func(name string, entries ...entry) {
		if len(entries) != 1 {
			t.Errorf("%s has %d articles, want 1", name, len(entries))
			return
		}
		found[name] = entries[0]
	}
	var rss struct {
		Items []struct {
			Title string `xml:"title"`
			Link  string `xml:"link"`
			HTML  string `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
		} `xml:"channel>item"`
	}
	must(t, xml.Unmarshal([]byte(fetchText(t, paper+"/rss.xml")), &rss))
	var inRSS, inAtom, inJSON []entry
	for _, i := range rss.Items {
		inRSS = append(inRSS, entry{i.Title, i.Link, i.HTML})
	}
	add("rss.xml", inRSS...)

	var atom struct {
		Entries []struct {
			Title string `xml:"title"`
			Links []struct {
				Rel  string `xml:"rel,attr"`
				Href string `xml:"href,attr"`
			} `xml:"link"`
			HTML string `xml:"content"`
		} `xml:"entry"`
	}
	must(t, xml.Unmarshal([]byte(fetchText(t, paper+"/atom.xml")), &atom))
	for _, e := range atom.Entries {
		one := entry{Title: e.Title, HTML: e.HTML}
		for _, l := range e.Links {
			if l.Rel == "" || l.Rel == "alternate" {
				one.Link = l.Href
			}
		}
		inAtom = append(inAtom, one)
	}
	add("atom.xml", inAtom...)

	var feed struct {
		Items []struct {
			Title string `json:"title"`
			URL   string `json:"url"`
			HTML  string `json:"content_html"`
		} `json:"items"`
	}
	must(t, json.Unmarshal([]byte(fetchText(t, paper+"/feed.json")), &feed))
	for _, i := range feed.Items {
		inJSON = append(inJSON, entry{i.Title, i.URL, i.HTML})
	}
	add("feed.json", inJSON...)
	return found
}

func sitemapsHoldSeed(t *testing.T, paper, path string) {
	t.Helper()
	maps := locations(t, paper+"/sitemap.xml")
	if len(maps) == 0 {
		t.Fatal("the sitemap index is empty")
	}
	holds := 0
	for _, m := range maps {
		if slices.Contains(locations(t, m), paper+path) {
			holds++
			if strings.HasSuffix(m, "/news.xml") {
				t.Error("the news sitemap has the seed, whose date of publication nobody knows")
			}
		}
	}
	if holds != 1 {
		t.Errorf("%d of %d sitemaps name the seed, want 1", holds, len(maps))
	}
}

// locations reads the addresses in a sitemap or an index of sitemaps.
func locations(t *testing.T, address string) []string {
	t.Helper()
	var file struct {
		Pages []string `xml:"url>loc"`
		Maps  []string `xml:"sitemap>loc"`
	}
	must(t, xml.Unmarshal([]byte(fetchText(t, address)), &file))
	return append(file.Maps, file.Pages...)
}

func fetchText(t *testing.T, address string) string {
	t.Helper()
	res, body := get(t, address)
	if res.StatusCode != 200 {
		t.Fatalf("%s answers %s", address, res.Status)
	}
	return string(body)
}

// paragraphs are the texts of the p elements of a piece of HTML.
func paragraphs(t *testing.T, text string) []string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	must(t, err)
	var found []string
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "p" {
			found = append(found, inner(n))
		}
	}
	return found
}

func inner(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// seedFile finds the page that the paper began with: in LEDE_SHARED, or in ../shared beside the checkout.
func seedFile(t *testing.T) string {
	t.Helper()
	shared := os.Getenv("LEDE_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "shared")
	}
	found, err := filepath.Glob(filepath.Join(shared, "seed", "000_*.txt"))
	must(t, err)
	if len(found) != 1 {
		t.Skipf("THE SEED IS NOT HERE, so nothing of its journey is proved: no %s/seed/000_*.txt (LEDE_SHARED names the folder)", shared)
	}
	file, err := filepath.Abs(found[0])
	must(t, err)
	return file
}

// seedParagraphs reads the article's paragraphs out of the seed: what stands between its headline and "Related Articles"
// and is no mark of an advertisement.
func seedParagraphs(t *testing.T, file string) []string {
	t.Helper()
	raw, err := os.ReadFile(file)
	must(t, err)
	_, text, found := strings.Cut(string(raw), seedHeadline)
	text, _, related := strings.Cut(text, "Related Articles")
	if !found || !related {
		t.Fatal("the seed is another one than this test knows")
	}
	var all []string
	for _, p := range strings.Split(text, "\n\n") {
		if p = strings.TrimSpace(p); p != "" && p != "- Advertisement -" {
			all = append(all, p)
		}
	}
	if len(all) != 9 {
		t.Fatalf("the seed has %d paragraphs, not nine", len(all))
	}
	return all
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// texts is a script that lists the text of all that matches selector.
func texts(selector string) string {
	return `[...document.querySelectorAll(` + quoted(selector) + `)].map(e => e.textContent)`
}

func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Path
}

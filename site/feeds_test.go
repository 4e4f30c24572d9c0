package site

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"lede/article"
	"lede/internal/doc"
	"lede/media"
	"lede/paper"
	"lede/staff"
)

type rssDoc struct {
	Version string `xml:"version,attr"`
	Channel struct {
		Title string `xml:"title"`
		Links []struct {
			XMLName xml.Name
			Rel     string `xml:"rel,attr"`
			Href    string `xml:"href,attr"`
			Text    string `xml:",chardata"`
		} `xml:"link"`
		Description string `xml:"description"`
		Language    string `xml:"language"`
		Built       string `xml:"lastBuildDate"`
		Items       []struct {
			Title string `xml:"title"`
			Link  string `xml:"link"`
			GUID  struct {
				Permalink string `xml:"isPermaLink,attr"`
				ID        string `xml:",chardata"`
			} `xml:"guid"`
			Published string   `xml:"pubDate"`
			Creators  []string `xml:"http://purl.org/dc/elements/1.1/ creator"`
			Content   string   `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
			Media     []struct {
				URL    string `xml:"url,attr"`
				Type   string `xml:"type,attr"`
				Size   string `xml:"fileSize,attr"`
				Width  int    `xml:"width,attr"`
				Height int    `xml:"height,attr"`
			} `xml:"http://search.yahoo.com/mrss/ content"`
		} `xml:"item"`
	} `xml:"channel"`
}

type atomDoc struct {
	XMLName xml.Name
	Lang    string `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID      string `xml:"id"`
	Title   string `xml:"title"`
	Updated string `xml:"updated"`
	Icon    string `xml:"icon"`
	Authors []struct {
		Name string `xml:"name"`
	} `xml:"author"`
	Links []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"link"`
	Entries []atomItem `xml:"entry"`
}

type atomItem struct {
	Lang      string `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID        string `xml:"id"`
	Title     string `xml:"title"`
	Published string `xml:"published"`
	Updated   string `xml:"updated"`
	Authors   []struct {
		Name string `xml:"name"`
	} `xml:"author"`
	Link struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"link"`
	Content struct {
		Type string `xml:"type,attr"`
		HTML string `xml:",chardata"`
	} `xml:"content"`
}

type jsonDoc struct {
	Version  string `json:"version"`
	Title    string `json:"title"`
	Home     string `json:"home_page_url"`
	Self     string `json:"feed_url"`
	Icon     string `json:"icon"`
	Language string `json:"language"`
	Items    []struct {
		ID        string                  `json:"id"`
		URL       string                  `json:"url"`
		Title     string                  `json:"title"`
		HTML      string                  `json:"content_html"`
		Image     string                  `json:"image"`
		Published *string                 `json:"date_published"`
		Modified  string                  `json:"date_modified"`
		Language  string                  `json:"language"`
		Authors   []struct{ Name string } `json:"authors"`
	} `json:"items"`
}

// feedsAt reads the three feeds of the list at path; "" is the paper's.
func (s *stand) feedsAt(path string) (r rssDoc, a atomDoc, j jsonDoc) {
	s.t.Helper()
	s.must(xml.Unmarshal([]byte(s.read(path+"/rss.xml")), &r))
	s.must(xml.Unmarshal([]byte(s.read(path+"/atom.xml")), &a))
	s.must(json.Unmarshal([]byte(s.read(path+"/feed.json")), &j))
	return r, a, j
}

// everything is an article with every kind of block.
func (s *stand) everything(picture media.Media) article.Text {
	t := s.Text("Every block")
	t.Lead = article.Picture{Media: picture.ID, Alt: "A pier", Credit: "Lede"}
	t.Body = doc.New(
		doc.P("A paragraph with *emphasis*, **weight** and a [link](/contact) and [another](https://other.example/a?b=1&c=2)."),
		doc.H2("A heading"), doc.H3("A smaller one"), doc.List("an item", "another"), doc.Ordered("first", "second"),
		doc.Quote("Somebody", "Quoted."), doc.Pull("Somebody else", "Pulled."), doc.PictureOf(picture.ID, "Alternative", "Captioned", "Credited"),
		doc.Gallery("In a gallery", doc.PictureOf(picture.ID, "One", "", ""), doc.PictureOf(picture.ID, "Two", "", "")),
		doc.Table("In a table", true, []string{"head", "head two"}, []string{"cell", "cell two"}),
		doc.Embed("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "A film elsewhere", "YouTube"), doc.Embed("https://page.example/x", "A page elsewhere", "Page"),
		doc.Fact("A fact box", doc.P("A fact.")), doc.Divider(), doc.Code("go", "fmt.Println(\"<code>\")"),
	)
	return t
}

var absolute = regexp.MustCompile(`^(https?://[^/]+(/|$)|mailto:)`)

// whole wants a feed's text to stand on its own: every address absolute, no script, no class, no style.
func whole(t *testing.T, in, text string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if slices.Contains([]string{"script", "style", "iframe", "object", "button", "form"}, n.Data) {
			t.Errorf("%s holds a <%s>", in, n.Data)
		}
		for _, a := range n.Attr {
			if slices.Contains([]string{"href", "src", "poster", "data"}, a.Key) && !absolute.MatchString(a.Val) {
				t.Errorf("%s: %s=%q of a <%s> is not absolute", in, a.Key, a.Val, n.Data)
			}
			if a.Key == "srcset" {
				for _, one := range strings.Split(a.Val, ",") {
					if !absolute.MatchString(strings.TrimSpace(one)) {
						t.Errorf("%s: %q of a srcset is not absolute", in, one)
					}
				}
			}
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
				t.Errorf("%s: a <%s> has %s", in, n.Data, a.Key)
			}
		}
	}
}

func TestFeedsHoldWhatTheirFormatsAsk(t *testing.T) {
	s := open(t)
	s.settings(func(p *paper.Paper) { p.Motto = "Between two shores" })
	second, err := s.Staff.Add(t.Context(), staff.Byline{Slug: "second", Name: "Second & Co"}, s.Now())
	s.must(err)
	picture := s.add("A pier")
	text := s.everything(picture)
	text.Bylines = append(text.Bylines, second.ID)
	a := s.Publish(text)
	french := s.Text("Les bateaux")
	french.Lang = "fr"
	f := s.Publish(french)
	s.Pass(time.Hour)
	s.amend(a.ID, func(t *article.Text) {}, article.Correction, "A <b>bold</b> mistake.")
	r, at, j := s.feedsAt("")
	if r.Version != "2.0" || r.Channel.Title == "" || r.Channel.Description != "Between two shores" || r.Channel.Language != "en" || len(r.Channel.Links) != 2 ||
		r.Channel.Links[0].Text != "http://narrows.example/" || r.Channel.Links[1].Href != "http://narrows.example/rss.xml" || r.Channel.Links[1].Rel != "self" || r.Channel.Links[1].XMLName.Space != "http://www.w3.org/2005/Atom" {
		t.Errorf("the RSS says of itself %+v", r.Channel)
	}
	if at.XMLName.Space != "http://www.w3.org/2005/Atom" || at.Lang != "en" || !absolute.MatchString(at.ID) || at.Title == "" || len(at.Authors) == 0 || len(at.Links) != 2 {
		t.Errorf("the Atom says of itself %+v", at)
	}
	if j.Version != "https://jsonfeed.org/version/1.1" || j.Title == "" || j.Self != "http://narrows.example/feed.json" || j.Home != "http://narrows.example/" || j.Language != "en" {
		t.Errorf("the JSON Feed says of itself %+v", j)
	}
	for _, icon := range []string{at.Icon, j.Icon} {
		s.is(200, strings.TrimPrefix(icon, "http://narrows.example"), "")
	}
	dates := func(name, layout string, list ...string) {
		t.Helper()
		for _, one := range list {
			if _, err := time.Parse(layout, one); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	dates("lastBuildDate", time.RFC1123Z, r.Channel.Built)
	dates("updated", time.RFC3339, at.Updated)
	if len(r.Channel.Items) != 2 || len(at.Entries) != 2 || len(j.Items) != 2 {
		t.Fatalf("%d, %d and %d items, wanted two", len(r.Channel.Items), len(at.Entries), len(j.Items))
	}
	for i := range 2 {
		ri, ai, ji := r.Channel.Items[i], at.Entries[i], j.Items[i]
		if ri.GUID.ID != ai.ID || ai.ID != ji.ID || ri.GUID.Permalink != "false" {
			t.Errorf("one article has the ids %q, %q and %q", ri.GUID.ID, ai.ID, ji.ID)
		}
		if u, err := url.Parse(ai.ID); err != nil || u.Scheme == "" {
			t.Errorf("the id %q is no IRI", ai.ID)
		}
		dates("pubDate", time.RFC1123Z, ri.Published)
		dates("dates of Atom and JSON", time.RFC3339, ai.Published, ai.Updated, *ji.Published, ji.Modified)
		if ri.Link != ai.Link.Href || ai.Link.Href != ji.URL || !absolute.MatchString(ri.Link) || ai.Link.Rel != "alternate" || ai.Content.Type != "html" {
			t.Errorf("one article stands at %q, %q and %q", ri.Link, ai.Link.Href, ji.URL)
		}
		for name, text := range map[string]string{"RSS": ri.Content, "Atom": ai.Content.HTML, "JSON": ji.HTML} {
			whole(t, name, text)
		}
		if ri.Content != ai.Content.HTML || ri.Content != ji.HTML {
			t.Error("the three formats carry different texts")
		}
	}
	n := slices.IndexFunc(at.Entries, func(e atomItem) bool {
		return e.Title == "Every block"
	})
	if got := at.Entries[1-n].Lang; got != "fr" || j.Items[1-n].Language != "fr" {
		t.Errorf("%s is said to be in %q and %q", f.Headline, got, j.Items[1-n].Language)
	}
	for _, want := range []string{"<em>emphasis</em>", `href="http://narrows.example/contact"`, "A heading", "A smaller one", "another", "second", "Quoted.", "Somebody", "Pulled.", "Captioned", "Credited", "In a gallery",
		"In a table", "cell two", "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "A page elsewhere", "A fact box", "A fact.", "<hr>", "&lt;code&gt;", "A &lt;b&gt;bold&lt;/b&gt; mistake."} {
		if !strings.Contains(at.Entries[n].Content.HTML, want) {
			t.Errorf("the text in the feed does not hold %s", want)
		}
	}
	if got := fmt.Sprint(r.Channel.Items[n].Creators); got != "[Inês Calloway Second & Co]" || len(at.Entries[n].Authors) != 2 || len(j.Items[n].Authors) != 2 {
		t.Errorf("the feeds name %s, %v, %v; wanted both writers", got, at.Entries[n].Authors, j.Items[n].Authors)
	}
	shot := r.Channel.Items[n].Media
	if len(shot) != 1 || shot[0].Type != "image/jpeg" || shot[0].Width != 640 || shot[0].Height != 480 || shot[0].Size == "0" || shot[0].URL != j.Items[n].Image {
		t.Errorf("the picture in the feed is %+v", shot)
	} else {
		s.is(200, strings.TrimPrefix(shot[0].URL, "http://narrows.example"), "")
	}
}

func TestFeedIDsAreForEver(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("One"))
	s.Settle()
	ids := func(host string) string {
		var at atomDoc
		s.must(xml.Unmarshal([]byte(s.get("/atom.xml", "Host", host).body), &at))
		return at.Entries[0].ID
	}
	want := ids("one.example")
	s.amend(a.ID, func(t *article.Text) { t.Headline, t.Sections = "Quite another", []int64{s.Harbor.ID} }, article.Update, "More.")
	if got := ids("two.example"); got != want {
		t.Errorf("at another host, under another headline, the article is %s; wanted %s", got, want)
	}
	s.settings(func(p *paper.Paper) { p.Address = "https://narrows.news" })
	if got := ids("narrows.news"); got != want {
		t.Errorf("at its own address the article is %s; wanted %s", got, want)
	}
}

func TestWhatIsNotKnownIsNotInvented(t *testing.T) {
	s := open(t)
	seed := s.Text("Seed")
	seed.Seen, seed.Bylines, seed.Summary = "2025-06-17", nil, ""
	a := s.Publish(seed)
	s.Settle()
	r, at, j := s.feedsAt("")
	if r.Channel.Items[0].Published != "" || at.Entries[0].Published != "" || j.Items[0].Published != nil {
		t.Error("a feed says when an article was published whose date is not known")
	}
	if len(r.Channel.Items[0].Creators)+len(at.Entries[0].Authors)+len(j.Items[0].Authors) != 0 {
		t.Error("a feed says who wrote an article whose author is not known")
	}
	page := s.read(a.Path)
	data := dataIn(t, page)
	for _, key := range []string{"author", "datePublished", "dateModified", "dateCreated", "image", "description"} {
		if _, ok := data[key]; ok {
			t.Errorf("the structured data says %s: %v", key, data[key])
		}
	}
	for _, never := range []string{"article:published_time", "article:author", "By "} {
		if strings.Contains(page, never) {
			t.Errorf("the page says %s", never)
		}
	}
	if !strings.Contains(page, `Seen <time datetime="2025-06-17">17 June 2025</time>; author and date of publication not given`) {
		t.Error("the page does not say what is not known")
	}
}

// dataIn is the JSON-LD of a page.
func dataIn(t *testing.T, page string) map[string]any {
	t.Helper()
	var data map[string]any
	if err := json.Unmarshal([]byte(between(page, `<script type="application/ld+json">`, "</script>")), &data); err != nil {
		t.Fatal(err)
	}
	return data
}

func TestStructuredDataNamesEveryAuthor(t *testing.T) {
	s := open(t)
	text := s.Text("Together")
	text.Bylines = nil
	for i := range 5 {
		b, err := s.Staff.Add(t.Context(), staff.Byline{Slug: fmt.Sprintf("writer-%d", i), Name: fmt.Sprintf("Writer %d", i)}, s.Now())
		s.must(err)
		text.Bylines = append(text.Bylines, b.ID)
	}
	m := s.add("A pier")
	text.Lead = article.Picture{Media: m.ID}
	a := s.Publish(text)
	s.Settle()
	data := dataIn(t, s.read(a.Path))
	authors, _ := data["author"].([]any)
	for i, one := range authors {
		who := one.(map[string]any)
		if who["name"] != fmt.Sprintf("Writer %d", i) || who["url"] != fmt.Sprintf("http://narrows.example/by/writer-%d", i) || who["@type"] != "Person" {
			t.Errorf("author %d is %v", i, who)
		}
	}
	if len(authors) != 5 || data["@type"] != "NewsArticle" || data["datePublished"] != "2025-06-17T12:00:00-04:00" || data["headline"] != "Together" ||
		data["mainEntityOfPage"] != "http://narrows.example"+a.Path || data["inLanguage"] != "en" {
		t.Errorf("the structured data is %v", data)
	}
	if image, _ := data["image"].([]any); len(image) != 1 || s.get(strings.TrimPrefix(image[0].(string), "http://narrows.example")).status != 200 {
		t.Errorf("its image is %v", data["image"])
	}
	if _, changed := data["dateModified"]; changed {
		t.Error("an article that did not change says when it did")
	}
}

func TestSitemapsListEveryPublicPageOnce(t *testing.T) {
	s := open(t)
	s.topic("tides", "Tides")
	s.standing("imprint", "en", "Imprint", "Who.")
	var want []string
	for range 3 {
		want = append(want, s.Publish(s.Text("Story")).Path)
		s.Pass(31 * 24 * time.Hour)
	}
	ahead := s.PublishAt(s.Text("Ahead"), s.Now().Add(time.Hour))
	s.Settle()
	locs := regexp.MustCompile(`<loc>http://narrows\.example([^<]*)</loc>`)
	seen := map[string]int{}
	for _, m := range locs.FindAllStringSubmatch(s.read("/sitemap.xml"), -1) {
		for _, l := range locs.FindAllStringSubmatch(s.read(m[1]), -1) {
			if !strings.Contains(m[1], "news") {
				seen[l[1]]++
			}
			if l[1] != "" {
				s.is(200, l[1], "")
			}
		}
	}
	for _, path := range append(want, "/", "/ar", "/world", "/ar/world", "/ferries", "/tides", "/imprint", "/by/ines-calloway") {
		if seen[path] != 1 {
			t.Errorf("%s is listed %d times, wanted once", path, seen[path])
		}
	}
	if seen[ahead.Path] != 0 {
		t.Error("a sitemap lists what is still to come")
	}
	s.Pass(time.Hour)
	s.shows("/sitemap/en-2025-09.xml", "<lastmod>"+ahead.Published.Format(time.RFC3339)+"</lastmod>") // not when it was written
	if robots := s.read("/robots.txt"); !strings.Contains(robots, "Sitemap: http://narrows.example/sitemap.xml") {
		t.Error("robots.txt does not say where the sitemap is")
	}
	s.settings(func(p *paper.Paper) { p.Contact = "mailto:security@narrows.example" })
	for range 2 {
		told := s.read("/.well-known/security.txt")
		expires, err := time.Parse(time.RFC3339, between(told, "Expires: ", "\n"))
		if left := expires.Sub(s.Now()); err != nil || left < 90*24*time.Hour || left > 366*24*time.Hour || !strings.Contains(told, "Contact: mailto:security@narrows.example\n") {
			t.Errorf("security.txt expires in %v (%v)", left, err)
		}
		s.Pass(300 * 24 * time.Hour)
	}
}

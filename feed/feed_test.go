package feed_test

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"time"

	"lede/feed"
)

var at = time.Date(2025, 6, 17, 12, 0, 0, 0, time.FixedZone("", -4*3600))

func full(text string) feed.Feed {
	return feed.Feed{Title: text, Subtitle: text, Self: "https://a.example/rss.xml", Home: "https://a.example/", Lang: "en", Icon: "https://a.example/i.png", Updated: at, Items: []feed.Item{{
		ID: "urn:lede:article:1", Link: "https://a.example/1", Title: text, Summary: text, HTML: "<p>Text</p>", Lang: "ar", Authors: []string{text, "Second"}, Topics: []string{text}, Published: at, Updated: at.Add(time.Hour),
		Picture: &feed.Picture{URL: "https://a.example/1.jpg", Type: "image/jpeg", Width: 640, Height: 480, Alt: text, Credit: text}, Changes: []feed.Change{{Kind: "Correction", At: at, Note: text}},
	}}}
}

// wellFormed reads an XML document to its end and gives the text in it.
func wellFormed(t testing.TB, doc []byte) string {
	t.Helper()
	var said strings.Builder
	d := xml.NewDecoder(strings.NewReader(string(doc)))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return said.String()
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		if text, ok := token.(xml.CharData); ok {
			said.Write(text)
		}
	}
}

// all writes a feed in every format.
func all(t testing.TB, f feed.Feed) (rss, atom, jsonFeed []byte) {
	t.Helper()
	for _, w := range []struct {
		into  *[]byte
		write func(feed.Feed) ([]byte, error)
	}{{&rss, feed.RSS}, {&atom, feed.Atom}, {&jsonFeed, feed.JSON}} {
		var err error
		if *w.into, err = w.write(f); err != nil {
			t.Fatal(err)
		}
	}
	return rss, atom, jsonFeed
}

func TestAnyTextCanBeTold(t *testing.T) {
	for _, text := range []string{"plain", "a & b < c > d", "]]>", "]]]]>><![CDATA[", "\x00\x01\x08\x0b\x1f", "\ufffe\uffff", "\xff\xfe broken", "العربية", "emoji 🗞️", "</script>", "<!--", "\u2028"} {
		rss, atom, j := all(t, full("x"+text+"y"))
		wellFormed(t, rss)
		wellFormed(t, atom)
		if !json.Valid(j) {
			t.Errorf("%q makes a JSON Feed that is none", text)
		}
	}
}

func FuzzAnyTextCanBeTold(f *testing.F) {
	f.Add("a & b ]]> \x00")
	f.Fuzz(func(t *testing.T, text string) {
		rss, atom, j := all(t, full(text))
		wellFormed(t, rss)
		wellFormed(t, atom)
		if !json.Valid(j) {
			t.Error("no JSON")
		}
		news, err := feed.NewsSitemap(text, []feed.News{{Loc: "https://a.example/1", Lang: "en", Title: text, Published: at}})
		if err != nil {
			t.Fatal(err)
		}
		wellFormed(t, news)
	})
}

func TestDatesAreAsEachFormatWantsThem(t *testing.T) {
	rss, atom, j := all(t, full("x"))
	for doc, want := range map[string][]string{
		string(rss):  {"<pubDate>Tue, 17 Jun 2025 12:00:00 -0400</pubDate>", "<lastBuildDate>Tue, 17 Jun 2025 12:00:00 -0400</lastBuildDate>"},
		string(atom): {"<published>2025-06-17T12:00:00-04:00</published>", "<updated>2025-06-17T13:00:00-04:00</updated>"},
		string(j):    {`"date_published":"2025-06-17T12:00:00-04:00"`, `"date_modified":"2025-06-17T13:00:00-04:00"`},
	} {
		for _, w := range want {
			if !strings.Contains(doc, w) {
				t.Errorf("wanted %s in %.300s", w, doc)
			}
		}
	}
}

func TestUnknownPublicationIsLeftOut(t *testing.T) {
	f := full("x")
	f.Items[0].Published, f.Items[0].Authors, f.Items[0].Topics, f.Items[0].Picture, f.Items[0].Changes = time.Time{}, nil, nil, nil, nil
	rss, atom, j := all(t, f)
	for _, never := range []string{"pubDate", "published", "date_published", "creator", "authors", "<media", "image", "Correction", "0001-01-01"} {
		for _, doc := range [][]byte{rss, atom, j} {
			if strings.Contains(string(doc), "<"+never) || strings.Contains(string(doc), `"`+never) {
				t.Errorf("%s stands in %.400s", never, doc)
			}
		}
	}
}

func TestEmptyFeedIsAFeed(t *testing.T) {
	rss, atom, j := all(t, feed.Feed{Title: "New", Self: "https://a.example/f", Home: "https://a.example/"})
	wellFormed(t, rss)
	for _, want := range []string{"<id>https://a.example/f</id>", "<title>New</title>", "<updated>"} {
		if !strings.Contains(string(atom), want) {
			t.Errorf("the Atom has no %s", want)
		}
	}
	if !strings.Contains(string(j), `"items":[]`) || !strings.Contains(string(rss), "<description>New</description>") {
		t.Errorf("a feed without articles lacks what its format asks: %s", j)
	}
}

func TestCorrectionsStandAboveTheText(t *testing.T) {
	rss, _, j := all(t, full("It was <six>."))
	if !strings.Contains(string(rss), "<p><strong>Correction:</strong> It was &lt;six&gt;.</p>") {
		t.Error("RSS does not tell the correction")
	}
	var doc struct {
		Items []struct {
			HTML string `json:"content_html"`
		}
	}
	if err := json.Unmarshal(j, &doc); err != nil || !strings.HasPrefix(doc.Items[0].HTML, "<p><strong>Correction:</strong> It was &lt;six&gt;.</p>") {
		t.Errorf("the JSON Feed begins with %.80s (%v)", doc.Items[0].HTML, err)
	}
}

func TestEntrySaysItsLanguageWhereItIsAnother(t *testing.T) {
	_, atom, j := all(t, full("x"))
	if n := strings.Count(string(atom), `xml:lang="ar"`); n != 1 || !strings.Contains(string(atom), `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">`) {
		t.Errorf("the Atom says %d times that its article is in Arabic", n)
	}
	if !strings.Contains(string(j), `"language":"ar"`) {
		t.Error("the JSON Feed does not say that its article is in Arabic")
	}
}

func TestSitemapsAreAsTheProtocolHasThem(t *testing.T) {
	index, err := feed.SitemapIndex([]string{"https://a.example/sitemap/news.xml?a=1&b=2"})
	if err != nil || !strings.Contains(string(index), `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>https://a.example/sitemap/news.xml?a=1&amp;b=2</loc></sitemap>`) {
		t.Errorf("%s (%v)", index, err)
	}
	pages, err := feed.Sitemap([]feed.URL{{Loc: "https://a.example/1", Modified: at, Alternates: []feed.Alternate{{Lang: "ar", Href: "https://a.example/2"}}}, {Loc: "https://a.example/3"}})
	want := `<url><loc>https://a.example/1</loc><lastmod>2025-06-17T12:00:00-04:00</lastmod><xhtml:link rel="alternate" href="https://a.example/2" hreflang="ar"></xhtml:link></url><url><loc>https://a.example/3</loc></url>`
	if err != nil || !strings.Contains(string(pages), want) || !strings.Contains(string(pages), `xmlns:xhtml="http://www.w3.org/1999/xhtml"`) {
		t.Errorf("%s (%v)", pages, err)
	}
	news, err := feed.NewsSitemap("The <Narrows>", []feed.News{{Loc: "https://a.example/1", Lang: "en", Title: "A & B", Published: at}})
	want = `<news:news><news:publication><news:name>The &lt;Narrows&gt;</news:name><news:language>en</news:language></news:publication><news:publication_date>2025-06-17T12:00:00-04:00</news:publication_date><news:title>A &amp; B</news:title></news:news>`
	if err != nil || !strings.Contains(string(news), want) || !strings.Contains(string(news), `xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"`) {
		t.Errorf("%s (%v)", news, err)
	}
	for _, doc := range [][]byte{index, pages, news} {
		wellFormed(t, doc)
	}
}

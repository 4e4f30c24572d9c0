package site

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"lede/article"
	"lede/internal/doc"
	"lede/paper"
	"lede/section"
	"lede/staff"
)

// payloads are strings by which pages were broken elsewhere: ours one by one, those of sanitizers' tests and of the list of
// naughty strings several at a time.
func payloads(t *testing.T) []string {
	list := []string{`"><script>alert(1)</script>`, `</script><script>alert(1)</script>`, `<!--<script>`, `]]></content:encoded>`, `{{.}}`, "javascript:alert(1)", "\u202e evil", "\u2028\u2029", "a\x00today/en\x00b", "\xff\xfe", "\ue000\ue001",
		`</title></textarea></style></noscript><img src=x onerror=alert(1)>`, `\"};alert(1)//`, `&lt;script&gt;`, "\ufffe\uffff\x01\x1f\x7f\u0085", `' onmouseover='alert(1)`, "`${alert(1)}`"}
	var cases []struct{ Payload string }
	known := stored(t, "xss/sanitizer-cases.json", &cases, func() (out []string) {
		for _, c := range cases {
			out = append(out, c.Payload)
		}
		return out
	})
	var naughty []string
	known = append(known, stored(t, "strings/blns.json", &naughty, func() []string { return naughty })...)
	for some := range slices.Chunk(known, 9) {
		list = append(list, strings.Join(some, " "))
	}
	return list
}

// stored reads a public list of strings that is kept beside the checkout.
func stored(t *testing.T, name string, into any, list func() []string) []string {
	file := filepath.Join("..", "..", "shared", "data", name)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Logf("SKIPPED: %s is not here, so its strings are not tried: %v", file, err)
		return nil
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
	return list()
}

// vandalised is an article, byline, topic, standing page and paper that say text wherever they can say anything.
func (s *stand) vandalised(n int, text string) (paths []string) {
	s.t.Helper()
	ctx := context.Background()
	slug := fmt.Sprintf("case-%d", n)
	b, err := s.Staff.Add(ctx, staff.Byline{Slug: slug, Name: first(100, "x "+text), About: first(1000, "x "+text), Names: map[string]string{"ar": first(100, "x "+text)}}, s.Now())
	s.must(err)
	topic, err := s.Sections.AddTopic(ctx, section.Topic{Slug: "topic-" + slug, Kind: "person", Names: map[string]string{"en": "x " + text}, OtherNames: []string{"x " + text, "y"}}, s.Now())
	s.must(err)
	t := s.Text("x " + text)
	t.Slug, t.Kicker, t.Summary, t.Dateline = slug, "x "+text, "x "+text, "x "+text
	t.Bylines, t.Topics = []int64{b.ID, s.Writer.ID}, []int64{topic.ID}
	t.Sources = []article.Source{{Name: "x " + text, URL: "https://good.example/"}, {Name: "x " + text, URL: "javascript:" + text}}
	t.Lead = article.Picture{Media: s.picture, Alt: "x " + text, Caption: "x " + text, Credit: "x " + text}
	said := []doc.Node{{Type: "text", Text: paper.Line("x " + text)}}
	t.Body = doc.New(doc.Node{Type: "paragraph", Content: said}, doc.Node{Type: "heading", Attrs: doc.Attrs{Level: 2}, Content: said}, doc.Code("", "x "+paper.Line(text)),
		doc.Quote(paper.Line("x "+text), "q"), doc.PictureOf(s.picture, paper.Line("x "+text), paper.Line("x "+text), paper.Line("x "+text)), doc.Fact(paper.Line("x "+text), doc.P("f")),
		doc.Embed("https://page.example/a", paper.Line("x "+text), paper.Line("x "+text)))
	a := s.Publish(t)
	a.Text.Body.Blocks = a.Text.Body.Blocks[:4]
	s.must(s.Articles.Amend(ctx, a.ID, a.Version, a.Text, article.Amendment{Kind: article.Correction, Note: "x " + text}, 0, s.Now()))
	s.must(s.Papers.SetPage(ctx, paper.Page{Slug: "page-" + slug, Lang: "en", Title: "x " + text, Body: doc.New(doc.Node{Type: "paragraph", Content: said})}, s.Now()))
	gone := s.Publish(s.Text("Gone " + slug))
	s.must(s.Articles.Withdraw(ctx, gone.ID, gone.Version, article.Withdrawal{Note: "x " + text}, 0, s.Now()))
	p, err := s.Papers.Get(ctx)
	s.must(err)
	p.Name, p.Place, p.Motto, p.Names = "x "+text, "x "+text, "x "+text, nil
	p.Menu = []paper.Link{{To: "/world", Name: "x " + text}}
	p.Footer = []paper.Link{{To: "/page-" + slug, Name: "x " + text}}
	s.must(s.Papers.Set(ctx, p, s.Now()))
	s.Settle()
	s.must(s.Articles.Withdraw(ctx, s.before, s.Article(s.before).Version, article.Withdrawal{}, 0, s.Now())) // so that lists hold this one alone
	s.before = a.ID
	s.Settle()
	return []string{"/", "/world", a.Path, a.Path + "/history", b.Path(), topic.Path(), "/page-" + slug, gone.Path, "/nowhere", "/2025/06/17",
		"/rss.xml", "/atom.xml", "/feed.json", b.Path() + "/rss.xml", topic.Path() + "/atom.xml", "/world/feed.json", "/sitemap/news.xml", "/site.webmanifest"}
}

// first is at most n letters of s: as many as a byline takes.
func first(n int, s string) string {
	letters := []rune(s)
	return string(letters[:min(n, len(letters))])
}

func TestStrangeTextIsOnlyText(t *testing.T) {
	s := open(t)
	s.picture = s.add("A pier").ID
	s.before = s.Publish(s.Text("Before")).ID
	want := s.structures(s.vandalised(0, "harmless"))
	for i, text := range payloads(t) {
		got := s.structures(s.vandalised(i+1, text))
		for n := range want {
			if got[n].shape != want[n].shape {
				t.Errorf("%.60q changes what %s is made of:\n%s", text, got[n].path, difference([]byte(got[n].shape), []byte(want[n].shape)))
			}
		}
		if t.Failed() && i > 20 {
			return
		}
	}
}

// structure is what a page is made of: its elements and the names of their attributes, without its text.
type structure struct{ path, shape string }

func (s *stand) structures(paths []string) []structure {
	s.t.Helper()
	var out []structure
	for _, path := range paths {
		got := s.get(path)
		shape := ""
		switch kind, _, _ := strings.Cut(got.header.Get("Content-Type"), ";"); {
		case kind == "text/html":
			shape = htmlShape(s.t, got.body)
		case strings.HasSuffix(kind, "json"):
			shape = jsonShape(s.t, path, got.body)
		case strings.HasSuffix(kind, "xml"):
			shape = xmlShape(s.t, path, got.body)
		default:
			s.t.Errorf("%s is a %s", path, kind)
		}
		out = append(out, structure{path, shape})
	}
	return out
}

func htmlShape(t testing.TB, text string) string {
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.CommentNode {
			b.WriteString("comment\n")
		}
		if n.Type != html.ElementNode {
			continue
		}
		b.WriteString(n.Data)
		for _, a := range n.Attr {
			if a.Key == "class" { // long headlines have one
				continue
			}
			fmt.Fprintf(&b, " %s", a.Key)
			if a.Key == "href" || a.Key == "src" || a.Key == "data-frame" {
				fmt.Fprintf(&b, "=%s", leading(a.Val))
			}
		}
		if n.Data == "script" && n.FirstChild != nil {
			b.WriteString(jsonShape(t, "JSON-LD", n.FirstChild.Data))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// leading is an address without the number of its case.
func leading(address string) string {
	cut, _, _ := strings.Cut(address, "case-")
	return cut
}

func jsonShape(t testing.TB, path, text string) string {
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Errorf("%s is no JSON: %v in %.200s", path, err, text)
	}
	var b strings.Builder
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(keysOf(v)) {
				b.WriteString(key + "{")
				if text, ok := v[key].(string); ok && key == "content_html" {
					b.WriteString(htmlShape(t, text))
				}
				walk(v[key])
				b.WriteString("}")
			}
		case []any:
			for _, item := range v {
				b.WriteString("[")
				walk(item)
			}
		default:
			fmt.Fprintf(&b, "%T", v)
		}
	}
	walk(v)
	return b.String()
}

func keysOf(m map[string]any) func(func(string) bool) {
	return func(yield func(string) bool) {
		for key := range m {
			if !yield(key) {
				return
			}
		}
	}
}

func xmlShape(t testing.TB, path, text string) string {
	var b strings.Builder
	d := xml.NewDecoder(strings.NewReader(text))
	name := ""
	for {
		token, err := d.Token()
		if err == io.EOF {
			return b.String()
		}
		if err != nil {
			t.Errorf("%s is no XML: %v", path, err)
			return b.String()
		}
		switch token := token.(type) {
		case xml.StartElement:
			name = token.Name.Local
			b.WriteString(name)
			for _, a := range token.Attr {
				b.WriteString(" " + a.Name.Local)
			}
			b.WriteByte('\n')
		case xml.CharData:
			if name == "encoded" || name == "content" {
				b.WriteString(htmlShape(t, string(token)))
			}
		case xml.EndElement:
			name = ""
		case xml.ProcInst:
		default:
			fmt.Fprintf(&b, "%T\n", token)
		}
	}
}

func TestAddressThatRunsScriptIsNoLink(t *testing.T) {
	s := open(t)
	text := s.Text("Sources")
	for _, address := range []string{"javascript:alert(1)", " JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "//evil.example", "mailto:a@b.example", "file:///etc/passwd", "java\nscript:alert(1)"} {
		text.Sources = append(text.Sources, article.Source{Name: "Named", URL: address})
	}
	text.Sources = append(text.Sources, article.Source{Name: "Right", URL: "https://right.example/a?b=c&d"}, article.Source{URL: "https://nameless.example"})
	a := s.Publish(text)
	s.Settle()
	page := s.read(a.Path)
	if n := strings.Count(page, "<li>Named"); n != 8 {
		t.Errorf("%d of 8 sources that are not on the web are named without a link", n)
	}
	for _, want := range []string{`<a href="https://right.example/a?b=c&amp;d">Right</a>`, `>https://nameless.example</a>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %s", want)
		}
	}
	if strings.Contains(page, "ZgotmplZ") {
		t.Error("a link leads to nowhere")
	}
	s.settings(func(p *paper.Paper) { p.Menu = nil })
	p, err := s.Papers.Get(t.Context())
	s.must(err)
	p.Menu = []paper.Link{{To: "javascript:alert(1)", Name: "x"}}
	if s.Papers.Set(t.Context(), p, s.Now()) == nil {
		t.Error("a menu leads to a script")
	}
}

func TestTextThatNoPageCanHoldIsRefused(t *testing.T) {
	s := open(t)
	text := s.Text("Broken")
	text.Body = doc.Doc{Schema: doc.Version, Blocks: []doc.Node{{Type: "paragraph", ID: "abcdefgh1", Content: []doc.Node{{Type: "text", Text: "a\x00b"}}}}}
	if _, _, err := s.Articles.Keep(t.Context(), text, "", s.Now()); err == nil {
		t.Error("a text that no page can hold was kept")
	}
	if err := s.Papers.SetPage(t.Context(), paper.Page{Slug: "x-page", Lang: "en", Title: "X", Body: text.Body}, s.Now()); err == nil {
		t.Error("a standing page that cannot be shown was kept")
	}
}

package doc

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

var base, _ = url.Parse("https://paper.example/2025/06/ferry")

func fromHTML(t testing.TB, s string) Doc {
	t.Helper()
	d, err := FromHTML(s, base)
	if err != nil {
		t.Fatalf("%v in %.200s", err, s)
	}
	return d
}

func TestPageBecomesText(t *testing.T) {
	link := func(href string) []Mark { return []Mark{{Type: "link", Href: href}} }
	for in, want := range map[string][]Node{
		"one<br><br>two<div>three\n four</div>five":                                                                        {P("one"), P("two"), P("three four"), P("five")},
		"<p>a <b>b</b> <i>c</i> <del>d</del><p>&nbsp;</p><p>H<sub>2</sub>O":                                                {P("a **b** *c* ~~d~~"), P("H~2~O")},
		"<p>first<br>second<br>":                                                                                           {{Type: "paragraph", Content: []Node{textOf("first", nil), {Type: "hardBreak"}, textOf("second", nil)}}},
		"<h1>One</h1><h4>Four <b>x</b></h4>":                                                                               {H2("One"), H3("Four **x**")},
		"<ul><li>a<ol><li>b</ol><li><p>c<p>d</ul>":                                                                         {List("a", Ordered("b"), "c", P("d"))},
		"<ul><li>a</li><ul><li>b</li></ul></ul>":                                                                           {List("a", List("b"))},
		"<a href='../up?x=1|2'>a</a> <a href=#x>b</a> <a href=' java\nscript:alert(1)'>c</a>":                              {{Type: "paragraph", Content: []Node{textOf("a", link("https://paper.example/2025/up?x=1%7C2")), textOf(" b c", nil)}}},
		"<blockquote>Said <footer>Ines</footer></blockquote>":                                                              {Quote("Ines", "Said")},
		"<figure><img src=a.jpg alt=A><figcaption>The bay <span class=photo-credit>Photo: T.</span></figcaption></figure>": {{Type: "picture", Attrs: Attrs{Src: "https://paper.example/2025/06/a.jpg", Alt: "A", Caption: "The bay", Credit: "Photo: T."}}},
		"<p>x <img src=/i.png width=1> y <img src=/a.png> z":                                                               {P("x y z"), {Type: "picture", Attrs: Attrs{Src: "https://paper.example/a.png"}}},
		"<figure><figure><img src=/a.png></figure><img src=/b.png><figcaption>Two</figcaption></figure>":                   {Gallery("Two", Node{Type: "picture", Attrs: Attrs{Src: "https://paper.example/a.png"}}, Node{Type: "picture", Attrs: Attrs{Src: "https://paper.example/b.png"}})},
		"<iframe src='//www.youtube.com/embed/dQw4w9WgXcQ'></iframe><iframe src=https://evil.example/></iframe>":           {Embed("https://www.youtube.com/embed/dQw4w9WgXcQ", "", "")},
		"<blockquote class=twitter-tweet>Hi <a href='https://twitter.com/a/status/12'>date</a></blockquote>":               {Embed("https://twitter.com/a/status/12", "", "")},
		"<table><caption>C<tr><th>a<th>b<tr><td rowspan=2>1<td align=right>2<tr><td>3</table>": {{Type: "table", Attrs: Attrs{Caption: "C"}, Content: []Node{
			{Type: "row", Content: []Node{{Type: "cell", Attrs: Attrs{Header: true}, Content: readInline("a")}, {Type: "cell", Attrs: Attrs{Header: true}, Content: readInline("b")}}},
			{Type: "row", Content: []Node{{Type: "cell", Content: readInline("1")}, {Type: "cell", Attrs: Attrs{Align: "end"}, Content: readInline("2")}}},
			{Type: "row", Content: []Node{{Type: "cell"}, {Type: "cell", Content: readInline("3")}}}}}},
		"<table><tr><td><h2>Menu</h2><p>Text</table>":                {H2("Menu"), P("Text")},
		"<pre><code class=language-go>if a {\n\tb\n}\n</code></pre>": {Code("go", "if a {\n\tb\n}")},
		"<style>a</style><script>b</script><svg><text>c</text></svg><math>d</math><noscript>e</noscript><template>f</template><div hidden>g</div><p style='display : none'>h<p aria-hidden=true>i<p>kept": {P("kept")},
		"<p>He said <q>no</q>.<hr>": {P("He said “no”."), Divider()},
	} {
		if diff := cmp.Diff(plainDoc(New(want...)), plainDoc(fromHTML(t, in))); diff != "" {
			t.Errorf("%s\n%s", in, diff)
		}
	}
}

func TestOurOwnPagesComeBack(t *testing.T) {
	d := New(everything()...)
	pictures := map[string]int64{}
	show := shown(pictures)
	first := d.HTML(show)
	again := withMedia(fromHTML(t, string(first)), pictures)
	if diff := cmp.Diff(string(first), string(again.HTML(show))); diff != "" {
		t.Error(diff)
	}
}

// shown draws pictures from anywhere: withMedia gives each address an id, shown gives the address back.
func shown(pictures map[string]int64) Show {
	return Show{Picture: func(id int64) (Picture, bool) {
		for src, i := range pictures {
			if i == id {
				return Picture{Src: src, Width: 640, Height: 400}, true
			}
		}
		src := "https://paper.example/media/" + strconv.FormatInt(id, 36) + ".jpg"
		pictures[src] = id
		return Picture{Src: src, Width: 640, Height: 400}, true
	}}
}

func withMedia(d Doc, pictures map[string]int64) Doc {
	d.Walk(func(n *Node) {
		if n.Attrs.Src == "" {
			return
		}
		if pictures[n.Attrs.Src] == 0 {
			pictures[n.Attrs.Src] = int64(len(pictures) + 1000)
		}
		n.Attrs.Media, n.Attrs.Src = pictures[n.Attrs.Src], ""
	})
	return d
}

// holds reads a stranger's page and checks what became of it: a document that Check accepts, whose HTML has only
// elements and attributes of the list, and which read again is the same HTML.
func holds(t testing.TB, payload string) {
	t.Helper()
	d, err := FromHTML(payload, base)
	if err != nil {
		return // refused is safe
	}
	pictures := map[string]int64{}
	d = withMedia(d, pictures)
	if err := d.Check(); err != nil {
		t.Errorf("%v after %q", err, payload)
	}
	first := string(d.HTML(shown(pictures)))
	onlyAllowed(t, first)
	second, err := FromHTML(first, base)
	if err != nil {
		t.Fatalf("%v for our own HTML %q", err, first)
	}
	if diff := cmp.Diff(first, string(withMedia(second, pictures).HTML(shown(pictures)))); diff != "" {
		t.Errorf("not the same when read again, from %q:\n%s", payload, diff)
	}
	md, err := FromMarkdown(d.Markdown())
	if err != nil || !cmp.Equal(plainDoc(d), plainDoc(md)) {
		t.Errorf("Markdown loses %q: %v", payload, err)
	}
}

var allowed = map[string][]string{
	"html": {}, "head": {}, "body": {}, "p": {"class"}, "h2": {}, "h3": {}, "ul": {}, "ol": {}, "li": {}, "blockquote": {"class"}, "cite": {},
	"figure": {"class", "data-frame"}, "figcaption": {"dir"}, "img": {"src", "srcset", "sizes", "width", "height", "alt", "loading", "fetchpriority", "class"},
	"picture": {}, "source": {"type", "srcset", "sizes"}, "bdi": {"class"}, "div": {"class", "role", "aria-label", "tabindex"}, "table": {}, "caption": {}, "thead": {}, "tbody": {}, "tr": {},
	"th": {"scope", "class"}, "td": {"class"}, "a": {"href"}, "b": {"dir"}, "span": {"dir"}, "small": {"dir"}, "button": {"type", "hidden"},
	"aside": {"class"}, "hr": {}, "pre": {"dir", "tabindex", "role", "aria-label"}, "code": {"class"}, "br": {}, "strong": {}, "em": {}, "s": {},
	"iframe": {"src", "sandbox", "loading", "title", "height"}, "sub": {}, "sup": {}, "audio": {"controls", "preload", "aria-label", "src"},
	"video": {"controls", "preload", "aria-label", "src", "width", "height", "playsinline", "poster"},
}

func onlyAllowed(t testing.TB, s string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(s))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		attrs, ok := allowed[n.Data]
		if n.Type != html.ElementNode {
			if n.Type != html.TextNode {
				t.Errorf("a %v in %q", n.Type, s)
			}
			continue
		}
		if !ok || n.Namespace != "" {
			t.Errorf("<%s> in %q", n.Data, s)
		}
		for _, a := range n.Attr {
			if !slices.Contains(attrs, a.Key) {
				t.Errorf("<%s %s> in %q", n.Data, a.Key, s)
			}
			if (a.Key == "href" || a.Key == "src" || a.Key == "poster" || a.Key == "data-frame") && !goodURL(a.Val) {
				t.Errorf("%s=%q in %q", a.Key, a.Val, s)
			}
		}
	}
}

// shared finds data that lies beside the checkout.
func shared(t *testing.T, name string) string {
	at := filepath.Join("..", "..", "..", "shared", "data", name)
	if _, err := os.Stat(at); err != nil {
		t.Skipf("SKIPPED: %s is not there; the payloads of strangers were not tried", at)
	}
	return at
}

func TestPayloadsOfSanitizersAreHarmless(t *testing.T) {
	raw, err := os.ReadFile(shared(t, "xss/sanitizer-cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct{ Payload string }
	if err := json.Unmarshal(raw, &cases); err != nil || len(cases) < 100 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	for _, c := range cases {
		holds(t, c.Payload)
		d, err := FromMarkdown(c.Payload)
		if err == nil {
			d.Walk(func(n *Node) { n.Attrs.Src = "" })
			onlyAllowed(t, string(d.HTML(Show{})))
		}
	}
}

func TestOddTreesOfHTMLAreHarmless(t *testing.T) {
	count := 0
	for _, dir := range []string{"html/go", "html/html5lib-tests/tree-construction"} {
		files, _ := filepath.Glob(filepath.Join(shared(t, dir), "*.dat"))
		for _, f := range files {
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range bytes.Split(raw, []byte("#data\n"))[1:] {
				payload, _, _ := bytes.Cut(c, []byte("\n#errors"))
				holds(t, string(payload))
				count++
			}
		}
	}
	if count < 100 {
		t.Errorf("wanted hundreds of cases, found %d", count)
	}
}

func TestHostilePagesAreReadInTime(t *testing.T) {
	for _, s := range []string{
		strings.Repeat("<div>", 100_000), strings.Repeat("<b>a", 100_000), strings.Repeat("<table><tr><td>", 50_000),
		"<table><tr>" + strings.Repeat("<td colspan=1000 rowspan=1000>a", 50_000) + strings.Repeat("<tr><td>a", 50_000),
		strings.Repeat("<ul><li>", 400) + "x", strings.Repeat("<p>x", 30_000), strings.Repeat("<img src=/a.png>", 30_000),
		strings.Repeat("<blockquote>", 400) + "x<footer>y",
	} {
		holds(t, s)
	}
}

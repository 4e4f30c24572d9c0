package doc

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func everything() []Node {
	return []Node{
		P("The ferry **left**, *[says](https://log.example/) the log*. H~2~O ~~no~~"), H2("In the bay"), H3("At the pier"),
		List("one", Ordered("two", "three"), "four", P("five")), Quote("Ines", "Nobody."), Pull("Tom", "Nobody saw it."),
		PictureOf(1, "A ferry", "The ferry", "Drawing: T."), Gallery("Two", PictureOf(2, "a", "b", "c"), PictureOf(3, "d", "", "")),
		Table("Fares", true, []string{"Pier", "Fare"}, []string{"9", "**3**"}), Embed("https://youtu.be/dQw4w9WgXcQ", "A film", "YouTube"),
		Embed("https://other.example/page?a=1&b=2", "A page", ""), Fact("In numbers", P("One."), List("two")), Divider(), Code("go", "if a < b {\n\n}"),
		Frame("Tides", "<script>document.body.append(1)</script>", 300),
	}
}

func TestBlocksLookAsTheSketches(t *testing.T) {
	pic := func(int64) (Picture, bool) {
		return Picture{Src: "/media/x/1-640.jpg", Srcset: "/media/x/1-320.jpg 320w, /media/x/1-640.jpg 640w", Width: 640, Height: 400, Focus: "f-3-1", Alt: "Own", Caption: "Own words", Credit: "T. H."}, true
	}
	file := func(int64) (File, bool) {
		return File{URL: "/media/y/1.mp3", Type: "audio/mpeg", Width: 16, Height: 9}, true
	}
	frame := func(string) string { return "/frame/7/tides" }
	s := Show{Picture: pic, File: file, Frame: frame, Lead: true, Base: "https://paper.example"}
	sound := Audio(5, "A song", "", "")
	sound.Attrs.Transcript = "/words"
	for _, c := range []struct {
		n          Node
		page, feed string
	}{
		{P("a < b & [c](/d) **e *f***"), `<p>a &lt; b &amp; <a href="/d">c</a> <strong>e <em>f</em></strong>`,
			`<p>a &lt; b &amp; <a href="https://paper.example/d">c</a> <strong>e <em>f</em></strong></p>`},
		{Pull("Tom", "x"), `<blockquote class="pull"><p class="say">x<p class="cite"><cite>Tom</cite></blockquote>`,
			`<blockquote><p>x</p><p><cite>Tom</cite></p></blockquote>`},
		{List("a", List("b")), `<ul><li>a<ul><li>b</ul></ul>`, `<ul><li>a<ul><li>b</li></ul></li></ul>`},
		{PictureOf(1, "", "", ""), `<figure><img src="/media/x/1-640.jpg" srcset="/media/x/1-320.jpg 320w, /media/x/1-640.jpg 640w" sizes="(max-width:44rem)100vw,40rem" width="640" height="400" alt="Own" class="f-3-1" fetchpriority="high"><figcaption dir="auto">Own words <bdi class="credit">T. H.</bdi></figcaption></figure>`,
			`<figure><img src="https://paper.example/media/x/1-640.jpg" width="640" height="400" alt="Own"><figcaption dir="auto">Own words <bdi>T. H.</bdi></figcaption></figure>`},
		{Table("Fares", true, []string{"a", "b"}, []string{"1"}), `<div class="scroll" role="region" aria-label="Fares" tabindex="0"><table><caption>Fares</caption><thead><tr><th scope="col">a<th scope="col">b<tbody><tr><td>1<td></table></div>`,
			`<table><caption>Fares</caption><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead><tbody><tr><td>1</td><td></td></tr></tbody></table>`},
		{Embed("https://vimeo.com/12345", "A \"film\"", "Vimeo"), `<figure class="embed" data-frame="https://player.vimeo.com/video/12345?dnt=1"><a href="https://vimeo.com/12345"><b dir="auto">A &#34;film&#34;</b><small dir="auto">Vimeo</small></a><button type="button" hidden>Load from vimeo.com</button></figure>`,
			`<figure><a href="https://vimeo.com/12345"><b dir="auto">A &#34;film&#34;</b><br><small dir="auto">Vimeo</small></a></figure>`},
		{sound, `<figure class="audio"><audio controls preload="none" aria-label="A song" src="/media/y/1.mp3"><a href="/media/y/1.mp3">A song</a></audio><figcaption><b dir="auto">A song</b> <a href="/words">Transcript</a></figcaption></figure>`,
			`<figure><audio controls preload="none" aria-label="A song" src="https://paper.example/media/y/1.mp3"><a href="https://paper.example/media/y/1.mp3">A song</a></audio><figcaption><b dir="auto">A song</b> <a href="https://paper.example/words">Transcript</a></figcaption></figure>`},
		{Fact("F", P("x")), `<aside class="fact"><h2>F</h2><p>x</aside>`, `<aside><h2>F</h2><p>x</p></aside>`},
		{Code("go", "a<b"), `<pre dir="ltr" tabindex="0" role="region" aria-label="Code"><code class="language-go">a&lt;b</code></pre>`, `<pre><code>a&lt;b</code></pre>`},
		{Frame("Tides <now>", "<script>1</script>", 300), `<figure class="frame"><iframe src="/frame/7/tides" sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox" loading="lazy" title="Tides &lt;now&gt;" height="300"></iframe></figure>`,
			`<p><a href="https://paper.example/frame/7/tides">Tides &lt;now&gt;</a></p>`},
		{Frame("", "x", 0), `<figure class="frame"><iframe src="/frame/7/tides" sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox" loading="lazy" title="Interactive graphic" height="400"></iframe></figure>`,
			`<p><a href="https://paper.example/frame/7/tides">Interactive graphic</a></p>`},
		{Frame("Nothing yet", "", 0), "", ""},
		{Divider(), "<hr>", "<hr>"}, {P(""), "", ""}, {H2(""), "", ""},
	} {
		d := New(c.n)
		if diff := cmp.Diff(c.page, string(d.HTML(s))); diff != "" {
			t.Error(diff)
		}
		feed := s
		feed.Feed = true
		if diff := cmp.Diff(c.feed, string(d.HTML(feed))); diff != "" {
			t.Error(diff)
		}
	}
}

func TestOnlyTheFirstPictureIsLoadedAtOnce(t *testing.T) {
	s := shown(map[string]int64{})
	d := New(PictureOf(1, "", "", ""), PictureOf(2, "", "", ""))
	if got := strings.Count(string(d.HTML(s)), "lazy"); got != 2 {
		t.Errorf("wanted both lazy, got %d", got)
	}
	s.Lead = true
	if got := string(d.HTML(s)); strings.Count(got, "lazy") != 1 || strings.Index(got, "fetchpriority") > strings.Index(got, "lazy") {
		t.Errorf("wanted the first at once and the second lazy: %s", got)
	}
}

func TestNothingPeopleWriteIsHTML(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := someDoc.Draw(rt, "doc")
		s := shown(map[string]int64{})
		s.File = func(int64) (File, bool) { return File{URL: "/media/y/1.mp3", Title: "<b onclick=x>\""}, true }
		onlyAllowed(t, string(d.HTML(s)))
		s.Frame = func(block string) string { return "/frame/7/" + block }
		onlyAllowed(t, string(d.HTML(s)))
		s.Feed, s.Base = true, "https://paper.example"
		onlyAllowed(t, string(d.HTML(s)))
		d.Text()
		d.Words()
	})
}

func BenchmarkHTML(b *testing.B) {
	var blocks []Node
	for range 12 {
		blocks = append(blocks, P(strings.Repeat("The ferry **left** at six, says [the log](https://log.example/) & nobody saw it go. ", 6)))
	}
	d := New(blocks...)
	b.ReportMetric(float64(d.Words()), "words")
	b.ReportAllocs()
	for b.Loop() {
		d.HTML(Show{})
	}
}

func TestAPictureIsOfferedInSmallerFormats(t *testing.T) {
	s := Show{Picture: func(int64) (Picture, bool) {
		return Picture{Src: "/a.jpg", Srcset: "/a.jpg 320w", Sources: []Source{{"image/avif", "/a.avif 320w"}, {"image/webp", "/a.webp 320w"}}, Width: 320, Height: 200}, true
	}, Base: "https://paper.example"}
	d := New(PictureOf(1, "A boat", "", ""))
	page := `<figure><picture><source type="image/avif" srcset="/a.avif 320w" sizes="(max-width:44rem)100vw,40rem">` +
		`<source type="image/webp" srcset="/a.webp 320w" sizes="(max-width:44rem)100vw,40rem">` +
		`<img src="/a.jpg" srcset="/a.jpg 320w" sizes="(max-width:44rem)100vw,40rem" width="320" height="200" alt="A boat" loading="lazy"></picture></figure>`
	if diff := cmp.Diff(page, string(d.HTML(s))); diff != "" {
		t.Error(diff)
	}
	s.Feed = true
	if diff := cmp.Diff(`<figure><img src="https://paper.example/a.jpg" width="320" height="200" alt="A boat"></figure>`, string(d.HTML(s))); diff != "" {
		t.Error(diff)
	}
}

func TestWhatReadersWroteIsDrawnApart(t *testing.T) {
	d := New(P("See **[the log](https://log.example/)**"), Quote("", "Nobody", "came."))
	for _, c := range []struct {
		show Show
		want string
	}{
		{Show{Guest: true}, `<p dir="auto">See <a href="https://log.example/" rel="nofollow ugc" dir="ltr"><strong>the log</strong></a><blockquote dir="auto"><p>Nobody<p>came.</blockquote>`},
		{Show{Guest: true, Inert: true}, `<p dir="auto">See <bdi><strong>the log</strong></bdi><blockquote dir="auto"><p>Nobody<p>came.</blockquote>`},
		{Show{}, `<p>See <a href="https://log.example/"><strong>the log</strong></a><blockquote><p>Nobody<p>came.</blockquote>`},
	} {
		if got := string(d.HTML(c.show)); got != c.want {
			t.Errorf("%+v\n got %s\nwant %s", c.show, got, c.want)
		}
	}
}

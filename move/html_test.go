package move

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"lede/internal/doc"
	"lede/internal/fault"
)

// saved is a page with all that pages have around an article; %s stand in its head and body.
const saved = `<!DOCTYPE html><html lang="en-GB" dir="ltr"><head><meta charset="utf-8">
<title>Night ferries end – The Harbor Courier</title>
<meta property="og:title" content="Night ferries end - The Harbor Courier"><meta property="og:site_name" content="The Harbor Courier">
<meta name="description" content="The last boat leaves at nine."><meta property="og:image" content="/pictures/pier.jpg">
<link rel="canonical" href="https://courier.example/2024/03/night-ferries">
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"Courier"},{"@type":"NewsArticle","headline":"Night ferries &amp; day ferries end",
"author":[{"@type":"Person","name":"Mara Okafor"},{"@type":"Person","name":"By Jon Lindqvist"}],"datePublished":"2024-03-03T08:15:00+01:00","dateModified":"2024-03-04T09:00:00Z"}]}</script>
</head><body><nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li></ul></nav>
<div id="cookie-consent"><p>We use cookies to make this site better. Accept all of them or leave.</p></div>
<main><article><p class="kicker">Harbor</p><h1>Night ferries &amp; day ferries end</h1><p class="standfirst">The last boat leaves at nine.</p>
<div class="byline">By Mara Okafor and Jon Lindqvist</div><time datetime="2024-03-03">3 March 2024</time>
<div class="share-bar"><a href="#">Share</a> <a href="#">Tweet</a></div>
<figure><img src="/pictures/pier.jpg" alt="A pier"><figcaption>The north pier at dawn. <span class="credit">Photo: Ana Brito</span></figcaption></figure>
<p>NORTH PIER — The company that runs the ferries will cancel its night crossings from Monday, it said, because it cannot find enough <a href="/engineers">engineers</a>.</p>
<p>The decision leaves about 300 people who work late shifts on the islands without a way home, many of them from hotels, and <em>all</em> of them tired.</p>
<h2>What the council can do</h2>
<p>The council pays a third of the fares and could, under a contract signed in 2019, demand that service resume within thirty days, but it never has.</p>
<figure><img data-src="/pictures/boat.jpg" src="data:image/gif;base64,R0lGODlhAQAB" alt="A boat"><figcaption>One of four boats. <cite>Ana Brito</cite></figcaption></figure>
<p><a href="/other">Bridge repairs to take another year</a></p>
<ul><li>The night pharmacy stays open, on Pier Street, until six in the morning.</li><li>So does the swimming hall.</li></ul>
<blockquote><p>“A contract is a piece of paper,” said a woman who has crossed every night for eleven years.</p></blockquote>
<iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ"></iframe><iframe src="https://tracker.example/frame"></iframe>
<table><tr><th>Boat</th><th>Built</th></tr><tr><td>Herring</td><td>1988</td></tr></table>
<p>Nobody at the company would say how long this is to last, though the next budget is read in the autumn and the boats are paid for until then.</p>
<div class="newsletter-signup"><p>Get the best of the week in your inbox every Friday morning.</p></div>
<h3>Related stories</h3><ul><li><a href="/1">One more story</a></li><li><a href="/2">And another</a></li></ul>
</article></main><footer><p>© 2024 The Harbor Courier. All rights reserved.</p></footer></body></html>`

func TestASavedPageGivesWhatItSaysOfItself(t *testing.T) {
	p, err := ReadPage("night.html", strings.NewReader(saved))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ what, got, want string }{
		{"headline", p.Headline, "Night ferries & day ferries end"},
		{"kicker", p.Kicker, "Harbor"},
		{"summary", p.Summary, "The last boat leaves at nine."},
		{"bylines", strings.Join(p.Bylines, ", "), "Mara Okafor, Jon Lindqvist"},
		{"site", p.Site, "The Harbor Courier"},
		{"address", p.URL, "https://courier.example/2024/03/night-ferries"},
		{"language", p.Lang + " " + p.Dir, "en-GB ltr"},
		{"picture", p.Picture, "https://courier.example/pictures/pier.jpg"},
		{"published", p.Published.Format("2006-01-02 15:04 MST"), "2024-03-03 07:15 UTC"},
		{"updated", p.Updated.Format("2006-01-02 15:04 MST"), "2024-03-04 09:00 UTC"},
		{"blocks", kindsOf(p), "p p h p picture l q embed t p"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, c.got, c.want)
		}
	}
	if want := (About{Alt: "A pier", Caption: "The north pier at dawn.", Credit: "Ana Brito"}); p.PictureAbout != want {
		t.Errorf("the lead picture is said to be %+v, want %+v", p.PictureAbout, want)
	}
	for _, furniture := range []string{"cookies", "Share", "By Mara", "One more", "inbox", "rights", "Bridge", "Related", "Home"} {
		if strings.Contains(p.Body.Text(), furniture) {
			t.Errorf("furniture in the text: %q", furniture)
		}
	}
	for _, b := range p.Body.Blocks {
		if b.Type == "picture" && (b.Attrs.Src != "https://courier.example/pictures/boat.jpg" || b.Attrs.Alt != "A boat" || b.Attrs.Caption != "One of four boats." || b.Attrs.Credit != "Ana Brito") {
			t.Errorf("the boat's picture is %+v", b.Attrs)
		}
		if b.Type == "embed" && b.Attrs.Provider != "youtube" {
			t.Errorf("the embed is %+v", b.Attrs)
		}
	}
	if t.Failed() {
		t.Logf("text\n%s\ntook %s\nleft %s", p.Body.Text(), strings.Join(p.Took, "; "), strings.Join(p.Left, "; "))
	}
}

func TestAPageSaysNothingThatItDoesNotSay(t *testing.T) {
	body := strings.Repeat("<p>"+strings.Repeat("The river rose again and nobody wrote it down, for the clerk was asleep. ", 3)+"</p>", 4)
	p, err := ReadPage("bare.html", strings.NewReader("<title>River rises</title><h1>River rises</h1>"+body))
	if err != nil {
		t.Fatal(err)
	}
	if p.Headline != "River rises" || len(p.Bylines) > 0 || !p.Published.IsZero() || !p.Updated.IsZero() || p.URL != "" || p.Picture != "" || p.Kicker+p.Summary+p.Site+p.Seen != "" {
		t.Errorf("invented: %+v", p)
	}
}

func TestTheSamePageTwiceHasOneKey(t *testing.T) {
	one, err := ReadPage("one.html", strings.NewReader(saved))
	if err != nil {
		t.Fatal(err)
	}
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write([]byte(strings.ReplaceAll(saved, "Share</a>", "Share this</a>")))
	w.Close()
	two, err := ReadPage("https://courier.example/x.html.gz", &z)
	if err != nil {
		t.Fatal(err)
	}
	other, err := ReadPage("three.html", strings.NewReader(strings.ReplaceAll(saved, "thirty days", "forty days")))
	if err != nil {
		t.Fatal(err)
	}
	if len(one.Key) != 32 || one.Key != two.Key || one.Key == other.Key {
		t.Errorf("keys: %q and %q should be one, %q another", one.Key, two.Key, other.Key)
	}
}

func TestAPageInAnyCharsetReadsTheSame(t *testing.T) {
	text := strings.Repeat("<p>"+strings.Repeat("Crónica del río: la niña cruzó en otoño, según el señor Núñez. ", 4)+"</p>", 4)
	page := func(charset string) string {
		return "<html><head>" + strings.Repeat("<!-- filler -->", 200) + charset + "<title>El río</title></head><body><article><h1>El río vuelve a crecer</h1>" + text + "</article>"
	}
	want, err := ReadPage("utf8.html", strings.NewReader(page(`<meta charset="utf-8">`)))
	if err != nil {
		t.Fatal(err)
	}
	latin := func(s string) string {
		var b strings.Builder
		for _, r := range s {
			b.WriteByte(byte(r))
		}
		return b.String()
	}
	for name, src := range map[string]string{
		"declared.html":        latin(page(`<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">`)),
		"undeclared.html":      latin(page("")),
		"wrongly declared.htm": latin(page(`<meta charset="utf-8">`)),
		"utf-8 as latin.html":  page(`<meta charset="iso-8859-1">`),
		"unknown.html":         page(`<meta charset="klingon">`),
		"mark.html":            "\ufeff" + page(""),
	} {
		p, err := ReadPage(name, strings.NewReader(src))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if p.Body.Text() != want.Body.Text() || p.Headline != "El río vuelve a crecer" || p.Lang != "es" {
			t.Errorf("%s: %q %q %.80s", name, p.Headline, p.Lang, p.Body.Text())
		}
	}
}

func TestAPageWithoutAnArticleIsRefusedByName(t *testing.T) {
	for name, src := range map[string]string{
		"empty.html":    "<html><head><title>Nothing</title></head><body></body></html>",
		"menu.html":     "<html><body><ul>" + strings.Repeat(`<li><a href="/x">Another story of the day</a></li>`, 200) + "</ul></body></html>",
		"scripts.html":  "<html><body>" + strings.Repeat("<script>var ferry = 1;</script>", 500),
		"broken.gz":     "\x1f\x8b\x08\x00nothing",
		"headless.html": "<p>" + strings.Repeat("Running text without any headline at all, on and on it goes. ", 30),
	} {
		_, err := ReadPage(name, strings.NewReader(src))
		if !fault.IsInvalid(err) || !strings.HasPrefix(err.Error(), name+": ") {
			t.Errorf("%s: want a sentence that begins with the name, got %v", name, err)
		}
	}
}

// proseText is the text of a page without its pictures, for the benchmark leaves captions out; what was quoted from elsewhere stands in an embed's description.
func proseText(d doc.Doc) string {
	var out []string
	for _, b := range d.Blocks {
		switch b.Type {
		case "picture", "gallery":
		case "embed":
			out = append(out, b.Attrs.Description)
		default:
			out = append(out, doc.Doc{Schema: d.Schema, Blocks: []doc.Node{b}}.Text())
		}
	}
	return strings.Join(out, "\n\n")
}

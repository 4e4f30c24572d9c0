package site

import (
	"context"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"time"

	"lede/ad"
	"lede/article"
	"lede/internal/doc"
)

// hundreds is a text of so many paragraphs with a hundred words each.
func hundreds(paragraphs int) doc.Doc {
	var blocks []doc.Node
	for range paragraphs {
		blocks = append(blocks, doc.P(strings.TrimSpace(strings.Repeat("ferry ", 100))))
	}
	return doc.New(blocks...)
}

// rules changes what the publisher has decided about positions.
func (k *shelves) rules(change func(*ad.Rules)) {
	k.t.Helper()
	r, err := k.Ads.Rules(k.t.Context())
	k.must(err)
	change(&r)
	k.must(k.Ads.SetRules(k.t.Context(), r, k.Now()))
	k.Settle()
}

// told is a long article that is out.
func (k *shelves) told(headline string, change func(*article.Text)) string {
	k.t.Helper()
	text := k.Text(headline)
	text.Body = hundreds(9)
	if change != nil {
		change(&text)
	}
	a := k.Publish(text)
	k.Settle()
	return a.Path
}

var panelOf = regexp.MustCompile(`data-panel="([^"]*)"`)

// panels are the addresses of the positions of a page, in the page's order.
func (k *shelves) panels(path string) string {
	var list []string
	for _, m := range panelOf.FindAllStringSubmatch(k.read(path), -1) {
		_, spot, _ := strings.Cut(strings.TrimPrefix(m[1], "/panel/"), "/")
		list = append(list, spot)
	}
	return strings.Join(list, " ")
}

func TestPositionsStandWhereSomethingDoes(t *testing.T) {
	k := sells(t)
	path := k.told("The long way over", nil)
	if got, want := k.panels(path), "top.beside.text.text.text/0 top.beside.text.text.text/2 top.beside.text.text.text/3 top.beside.text.text.text/4 top.beside.text.text.text/1"; got != want {
		t.Errorf("the article asks for %q, wanted %q", got, want)
	}
	if got, want := k.panels("/"), "top.beside/0 top.beside/1"; got != want {
		t.Errorf("the front asks for %q, wanted %q", got, want)
	}
	page := k.get(path)
	if csp := page.header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-src 'self'") {
		t.Errorf("the page may not show its own frames: %s", csp)
	}
	k.shows(path, `<p id="pos-0">Advertisement</p>`)
	k.shows(path, "Boats for the summer")
	k.shows(path, `<noscript><iframe src="/panel/en.a`)
}

func TestPagesWithoutPositionsGainNothing(t *testing.T) {
	k := sells(t)
	plain := k.told("Nothing booked", nil)
	k.rules(func(r *ad.Rules) { r.Off = true })
	for _, path := range []string{plain, "/"} {
		for _, never := range []string{`"pos `, `"/panel`, "position."} {
			if strings.Contains(k.read(path), never) {
				t.Errorf("%s holds %q while positions are off", path, never)
			}
		}
	}
}

func TestSomeArticlesHaveNoPositions(t *testing.T) {
	k := sells(t)
	section := k.Harbor.ID
	for name, path := range map[string]string{
		"sensitive": k.told("A death at the pier", func(x *article.Text) { x.Sensitive = true }),
		"quiet":     k.told("Without ads", func(x *article.Text) { x.Quiet = true }),
		"closed":    k.told("In a closed section", func(x *article.Text) { x.Sections = []int64{section} }),
	} {
		k.rules(func(r *ad.Rules) { r.Sections = []int64{section} })
		if got := k.panels(path); got != "" {
			t.Errorf("the %s article asks for %q", name, got)
		}
	}
	open := k.told("In the open", func(x *article.Text) { x.Sections = []int64{k.World.ID} })
	if !strings.Contains(k.panels(open), "top") {
		t.Error("an article elsewhere has no positions either")
	}
	k.rules(func(r *ad.Rules) { r.Closed = []ad.Place{ad.Top, ad.Text} })
	if got, want := k.panels(open), "beside/0"; got != want {
		t.Errorf("with two places closed the article asks for %q, wanted %q", got, want)
	}
}

func TestWhoPaysIsSaid(t *testing.T) {
	k := sells(t)
	linked := doc.New(doc.P("See [the boats](https://boats.example/) and [us](/harbor)."))
	path := k.told("Boats for all", func(x *article.Text) {
		x.Sponsor, x.Body, x.Sources = "Gull & Sons", linked, []article.Source{{Name: "Gull", URL: "https://gull.example/"}}
	})
	for _, text := range []string{`<p class="kick">Sponsored by Gull &amp; Sons</p>`, `<a href="https://boats.example/" rel="sponsored">`, `<a href="/harbor">`, `<a rel="sponsored" href="https://gull.example/">`} {
		k.shows(path, text)
	}
	k.shows("/", "Sponsored by Gull &amp; Sons")
	k.shows("/world", "Sponsored by Gull &amp; Sons")
	if feed := k.get("/feed.json").body; !strings.Contains(feed, "Sponsored by Gull") || !strings.Contains(feed, `rel=\"sponsored\"`) {
		t.Errorf("the feed does not say who pays: %s", feed)
	}
	harbor, err := k.Sections.Tree(t.Context())
	k.must(err)
	sec, _ := harbor.Get(k.Harbor.ID)
	sec.Sponsor = "The Port"
	k.must(k.Sections.Change(t.Context(), sec, k.Now()))
	k.Settle()
	inside := k.told("Dredging", func(x *article.Text) { x.Sections = []int64{k.Ferries.ID}; x.Body = linked })
	k.shows(inside, "Sponsored by The Port")
	k.shows(inside, `rel="sponsored"`)
	k.shows("/harbor", `<p class="kick">Sponsored by The Port</p>`)
	k.hides(k.told("Free of it", func(x *article.Text) { x.Body = linked }), "ponsored")
}

func TestOnlyPagesThatShowABookingAreMadeAnew(t *testing.T) {
	k := sells(t)
	aimed, other := k.story.Path, k.told("Elsewhere", nil)
	k.read(aimed)
	k.read(other)
	made := k.made()
	native := k.ads[ad.Beside].ID
	b, err := k.Ads.SaveBooking(t.Context(), ad.Booking{Place: ad.Foot, Promise: ad.House, First: "2025-06-17", Last: "2025-06-18", Ads: []int64{native}, Aim: ad.Aim{Articles: []int64{k.story.ID}}}, 7, "", k.Now())
	k.must(err)
	k.Settle()
	for range 3 {
		k.shows(aimed, "top.beside.foot/2")
		k.hides(other, "at-foot")
	}
	if n := k.made() - made; n != 1 {
		t.Errorf("after the booking %d pages were made anew, wanted the one", n)
	}
	k.Pass(b.Until.Add(-time.Minute).Sub(k.Now()))
	k.shows(aimed, "at-foot")
	k.Pass(b.Until.Add(time.Second).Sub(k.Now()))
	k.hides(aimed, "at-foot")
}

func TestAPreviewShowsAnAdInItsPosition(t *testing.T) {
	k := sells(t)
	page, err := k.site.Preview(context.Background(), Glance{Path: k.told("Looked at", nil), At: k.Now(), Under: "/newsroom/preview/now",
		Ads: map[ad.Place]string{ad.Foot: "/panel/look/abc", ad.Text: "/panel/look/def"}})
	k.must(err)
	body := string(page.Body)
	for what, n := range map[string]int{`src="/panel/look/abc"`: 1, `src="/panel/look/def"`: 1, "data-panel": 0, "<noscript": 0, "position.js": 0, `class="pos at-text"`: 3} {
		if got := strings.Count(body, what); got != n {
			t.Errorf("the preview holds %s %d times, wanted %d", what, got, n)
		}
	}
	if !page.Frames {
		t.Error("the preview may not show its frames")
	}
}

// blocked are names that lists for blockers hide or keep off, as words of a class, an id, an attribute or an address.
var blocked = regexp.MustCompile(`(?i)(^|[^a-z])(ads?|adv|advert\w*|adunit|adslot|adbox|banner\w*|sponsor\w*|promo\w*|dfp|gpt|doubleclick|track\w*|pixel|beacon|impression|campaign|creative|300x250|728x90|970x250|320x100)([^a-z]|$)`)

var named = regexp.MustCompile(`(?:class|id|src|href|title|aria-[a-z]+|data-[a-z]+|name)="([^"]*)"`)

func TestNothingIsNamedSoThatBlockersHideIt(t *testing.T) {
	k := sells(t)
	page := k.read(k.told("Under any name", nil))
	for _, m := range named.FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(m[1], "https://boats.example/") && blocked.MatchString(m[1]) {
			t.Errorf("a blocker would know %s", m[0])
		}
	}
	files, err := Files()
	k.must(err)
	for _, name := range []string{"position.css", "position.js"} {
		text, err := fs.ReadFile(files, name)
		k.must(err)
		if found := blocked.FindString(name + string(text)); found != "" {
			t.Errorf("a blocker would know %q in %s", found, name)
		}
	}
}

func TestTheLabelSpeaksThePagesLanguage(t *testing.T) {
	for lang, label := range map[string]string{"en": "Advertisement", "es": "Publicidad", "ar": "إعلان"} {
		v, err := parse(func(name string) string { return "/assets/" + name }, sampleSlot)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		f := Frame{Lang: lang}
		if err := v.Draw(&b, lang, viewPosition, f.At(&Position{Place: ad.Top, Panel: "/panel/x/top/0"})); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), ">"+label+"<") {
			t.Errorf("in %s a position says %s", lang, b.String())
		}
	}
}

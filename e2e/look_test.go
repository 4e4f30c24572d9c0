package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"lede/e2e/chrome"
)

// widths are those the paper is drawn for, from a small telephone to a large screen.
var widths = []int{320, 360, 768, 1024, 1280, 1600}

// tooWide tells at which widths the page can be scrolled sideways, and what sticks out.
func tooWide(tab *chrome.Tab, widths ...int) ([]string, error) {
	var wide []string
	for _, width := range widths {
		if err := tab.Size(width, 800); err != nil {
			return nil, err
		}
		out, err := chrome.Eval[string](tab, fmt.Sprintf(`(() => {
			const w = document.documentElement.scrollWidth;
			if (w <= %[1]d) return "";
			const e = [...document.querySelectorAll("body *")].find(e => { const r = e.getBoundingClientRect(); return r.width && (r.right > %[1]d + 1 || r.left < -1); });
			return w + " px wide at %[1]d" + (e ? ": " + e.outerHTML.slice(0, 120) : "");
		})()`, width))
		if err != nil {
			return nil, err
		}
		if out != "" {
			wide = append(wide, out)
		}
	}
	return wide, nil
}

// kinds are one page of each kind in the demo paper, by name.
func kinds(t *testing.T) map[string]string {
	t.Helper()
	paper := demoPaper(t)
	found := map[string]string{"front": paper + "/", "not found": paper + "/2020/01/nothing-here"}
	for _, address := range demoPages(t) {
		path := pathOf(address)
		for kind, is := range kindPaths {
			if is.MatchString(path) && found[kind] == "" && !strings.Contains(address, "?") {
				found[kind] = address
			}
		}
	}
	tab := newTab(t)
	must(t, tab.Open(paper+"/"))
	for kind, selector := range map[string]string{
		"section": `nav.sections a`, "standing page": `footer nav a:not([href*="."])`, "Arabic front": `a[lang="ar"]`, "Spanish front": `a[lang="es"]`, "lead article": `main h3 a`,
	} {
		found[kind] = ask[string](t, tab, `document.querySelector(`+quoted(selector)+`)?.href ?? ""`)
	}
	if found["Arabic front"] != "" {
		must(t, tab.Open(found["Arabic front"]))
		found["Arabic article"] = ask[string](t, tab, `document.querySelector("main h3 a")?.href ?? ""`)
	}
	must(t, tab.Open(found["lead article"]))
	found["topic"] = ask[string](t, tab, `document.querySelector(".about a")?.href ?? ""`)
	found["byline"] = ask[string](t, tab, `document.querySelector(".facts .by a")?.href ?? ""`)
	for _, kind := range []string{"front", "section", "article", "lead article", "history", "topic", "byline", "standing page", "not found", "Arabic front", "Arabic article", "Spanish front"} {
		if found[kind] == "" {
			t.Errorf("the demo paper has no page of the kind %q", kind)
			delete(found, kind)
		}
	}
	return found
}

var kindPaths = map[string]*regexp.Regexp{
	"article": articlePath,
	"history": regexp.MustCompile(`^/[0-9]{4}/[0-9]{2}/[a-z0-9-]+/history$`),
}

func TestTextOfTwiceTheSizeStillFits(t *testing.T) {
	tab := newTab(t)
	must(t, tab.TextSize(32))
	for kind, address := range kinds(t) {
		must(t, tab.Size(1280, 800))
		must(t, tab.Open(address))
		if size := ask[string](t, tab, `getComputedStyle(document.documentElement).fontSize`); size != "32px" {
			t.Fatalf("%s: text asked for at 32 px is %s: the page overrules the reader", kind, size)
		}
		wide, err := tooWide(tab, 360, 768, 1280)
		must(t, err)
		if len(wide) > 0 {
			t.Errorf("%s at 200 %% scrolls sideways: %s", kind, strings.Join(wide, "; "))
		}
	}
}

// TestFactsAreSeenWithoutScrolling looks at every article of the demo paper on a telephone and on a small laptop: who wrote it, when
// it was published, when and why it changed. In which other languages it can be read, and how many comments there are, may stand lower.
func TestFactsAreSeenWithoutScrolling(t *testing.T) {
	tab := newTab(t)
	seen := 0
	for _, address := range demoPages(t) {
		if !articlePath.MatchString(pathOf(address)) {
			continue
		}
		seen++
		must(t, tab.Size(360, 780))
		must(t, tab.Open(address))
		for _, screen := range [][2]int{{360, 780}, {1280, 800}} {
			must(t, tab.Size(screen[0], screen[1]))
			hidden := ask[[]string](t, tab, fmt.Sprintf(`[...document.querySelectorAll(".facts p")].filter(p => {
				if (p.querySelector('a[lang], a[href="#comments"]')) return false;
				const r = p.getBoundingClientRect();
				return r.height === 0 || r.top < 0 || r.bottom > %d;
			}).map(p => p.textContent + " ends at " + Math.round(p.getBoundingClientRect().bottom))`, screen[1]))
			if len(hidden) > 0 {
				t.Errorf("%s at %d×%d: not seen without scrolling: %q", pathOf(address), screen[0], screen[1], hidden)
			}
			if n := ask[int](t, tab, `document.querySelectorAll(".facts .by, .facts time, .facts p").length`); n == 0 {
				t.Errorf("%s says neither who wrote it nor when", pathOf(address))
			}
		}
	}
	if seen < 40 {
		t.Errorf("looked at %d articles, want the demo's 40 or more", seen)
	}
}

func TestLightAndDark(t *testing.T) {
	tab := newTab(t)
	for kind, address := range kinds(t) {
		must(t, tab.Open(address))
		for scheme, good := range map[string]func(paper, ink float64) bool{
			"light": func(paper, ink float64) bool { return paper > .8 && ink < .2 },
			"dark":  func(paper, ink float64) bool { return paper < .2 && ink > .7 },
		} {
			must(t, tab.Media("screen", scheme))
			is := ask[[]float64](t, tab, brightness)
			if !good(is[0], is[1]) {
				t.Errorf("%s in the %s: paper %.2f, ink %.2f", kind, scheme, is[0], is[1])
			}
		}
	}
}

// brightness asks how bright the page's ground and its text are, 0 to 1. A canvas turns any colour into numbers.
const brightness = `(() => {
	const c = document.createElement("canvas").getContext("2d");
	const of = color => { c.clearRect(0, 0, 1, 1); c.fillStyle = color; c.fillRect(0, 0, 1, 1); const [r, g, b, a] = c.getImageData(0, 0, 1, 1).data; return a ? (r + g + b) / 765 : -1; };
	const ground = [document.body, document.documentElement].map(e => of(getComputedStyle(e).backgroundColor)).find(v => v >= 0) ?? 1;
	return [ground, of(getComputedStyle(document.body).color)];
})()`

func TestArabicReadsFromTheRight(t *testing.T) {
	tab := newTab(t)
	pages := kinds(t)
	for _, kind := range []string{"Arabic front", "Arabic article"} {
		for _, width := range []int{360, 1280} {
			must(t, tab.Size(width, 800))
			must(t, tab.Open(pages[kind]))
			is := ask[[]string](t, tab, `[document.documentElement.lang, getComputedStyle(document.documentElement).direction, getComputedStyle(document.querySelector("main h1, main h3")).direction,
				String(document.querySelector(".plate").getBoundingClientRect().right > innerWidth / 2)]`)
			if got, want := strings.Join(is, " "), "ar rtl rtl true"; got != want {
				t.Errorf("%s at %d: language, direction, the headline's direction, nameplate on the right: %s, want %s", kind, width, got, want)
			}
		}
	}
	must(t, tab.Open(pages["Arabic article"]))
	if title := ask[string](t, tab, `document.querySelector("h1").textContent`); !regexp.MustCompile(`\p{Arabic}`).MatchString(title) {
		t.Errorf("the Arabic article has the headline %q", title)
	}
}

func TestPrintedPageIsTheTextAlone(t *testing.T) {
	tab := newTab(t)
	pages := kinds(t)
	for _, kind := range []string{"lead article", "article", "section", "front", "history"} {
		must(t, tab.Open(pages[kind]))
		must(t, tab.Media("print", "light"))
		left := ask[[]string](t, tab, `[...document.querySelectorAll("nav, .rail, .skip, button")].filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 100))`)
		if len(left) > 0 {
			t.Errorf("%s: printed beside the text: %q", kind, left)
		}
		if !ask[bool](t, tab, `document.querySelector("main").checkVisibility() && document.querySelector("main").innerText.length > 100`) {
			t.Errorf("%s: nothing is left to print", kind)
		}
		must(t, tab.Media("screen", "light"))
	}
}

func TestNothingOnAPageMoves(t *testing.T) {
	pages := kinds(t)
	for _, kind := range []string{"front", "article", "lead article", "section", "Arabic front", "Arabic article"} {
		for _, width := range []int{360, 412, 1280} {
			tab := newTab(t)
			must(t, tab.Size(width, 800))
			must(t, tab.Open(pages[kind]))
			must(t, tab.ScrollThrough())
			if shifted := ask[float64](t, tab, "window.shifted"); shifted != 0 {
				t.Errorf("%s at %d: layout shift %.4f, want 0: %q", kind, width, shifted, ask[[]string](t, tab, "window.shifts"))
			}
			tab.Close()
		}
	}
}

// frames are what the providers hand out to be embedded, and where a click on our card must lead.
var frames = []string{
	"https://www.youtube.com/embed/dQw4w9WgXcQ",
	"https://player.vimeo.com/video/76979871",
	"https://datawrapper.dwcdn.net/aBcDe/1/",
	"https://platform.twitter.com/embed/Tweet.html?id=1460323737035677698",
	"https://social.example.org/@ines/109384756473829102/embed",
	"https://embed.bsky.app/embed/did:plc:z72i7hdynmk6r22z27h6tvur/app.bsky.feed.post/3l6oveex3ii2l",
}

// TestEmbedsAskNobodyBeforeTheClick brings in a page with a frame of each provider, reads it, and clicks on each.
func TestEmbedsAskNobodyBeforeTheClick(t *testing.T) {
	dir := t.TempDir()
	file, data := filepath.Join(dir, "films.html"), filepath.Join(dir, "data")
	must(t, os.WriteFile(file, []byte(framesPage()), 0o644))
	lede(t, "import", "page", "--publish", "--data", data, file)
	s := serve(t, data)
	tab := newTab(t)
	asked, err := tab.Answer("<!doctype html><title>film</title><p>film")
	must(t, err)
	must(t, tab.Open(s.URL+"/"))
	article := s.URL + ask[string](t, tab, `document.querySelector("main h3 a").getAttribute("href")`)
	must(t, tab.Open(article))
	shown := ask[[]string](t, tab, `[...document.querySelectorAll("figure[data-frame]")].map(f => f.dataset.frame)`)
	if len(shown) != len(frames) {
		t.Errorf("the article embeds %q, want one of each provider %q", shown, frames)
	}
	for _, frame := range shown {
		must(t, tab.Open(article))
		must(t, tab.ScrollThrough())
		loadEmbed(t, tab, s.URL, frame, asked)
	}
}

func framesPage() string {
	var b strings.Builder
	b.WriteString("<!doctype html><html lang=en><title>Six films about a harbor</title><article><h1>Six films about a harbor</h1>")
	for i, frame := range frames {
		fmt.Fprintf(&b, "<p>The film with the number %d was made on the pier, where the boats wait in the morning, and it was shown to those who had waited with them, twice, because the first time the wind took the screen.</p><iframe src=%q></iframe>", i+1, frame)
	}
	b.WriteString("<p>All six are to be seen again on the last Sunday of the month, when the ferries are free.</p></article>")
	return b.String()
}

// loadEmbed clicks the button of one embed of the open page.
func loadEmbed(t *testing.T, tab *chrome.Tab, paper, frame string, asked func() []string) {
	t.Helper()
	figure := `figure[data-frame="` + frame + `"]`
	if foreign := tab.Foreign(paper); len(foreign) > 0 {
		t.Errorf("before the click on %s: asked %q", frame, foreign)
	}
	if n := ask[int](t, tab, `document.querySelectorAll("iframe").length`); n != 0 {
		t.Errorf("before the click on %s: %d frames on the page", frame, n)
	}
	before := len(asked())
	must(t, tab.Click(figure+" button"))
	soon(t, 5*time.Second, "the frame "+frame, func() bool {
		src, err := chrome.Eval[string](tab, `document.querySelector('iframe')?.src ?? ""`)
		return err == nil && src == frame
	})
	soon(t, 5*time.Second, "the request for "+frame, func() bool {
		now := asked()
		return len(now) > before && now[before] == frame
	})
	for _, complaint := range tab.Trouble() {
		t.Errorf("after the click on %s: %s", frame, complaint)
	}
}

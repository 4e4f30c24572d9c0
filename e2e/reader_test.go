package e2e_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestReadingWithoutJavaScript goes by clicks from the front to everything that hangs together with its lead.
func TestReadingWithoutJavaScript(t *testing.T) {
	paper := demoPaper(t)
	tab := newTab(t)
	must(t, tab.NoScripts())
	at := func(what string, selectors ...string) {
		t.Helper()
		if h1 := ask[[]string](t, tab, texts("h1")); len(h1) != 1 || strings.TrimSpace(h1[0]) == "" && what != "front" {
			t.Errorf("%s (%s): headings %q", what, tab.Address(), h1)
		}
		for _, s := range selectors {
			if !ask[bool](t, tab, `!!document.querySelector(`+quoted(s)+`)?.checkVisibility()`) {
				t.Errorf("%s (%s): no %s to be seen", what, tab.Address(), s)
			}
		}
	}
	must(t, tab.Open(paper+"/"))
	at("front", ".card h3 a", "nav.sections a", ".latest", "header time")
	must(t, tab.Follow("nav.sections a"))
	at("section", ".card h3 a", ".latest")
	must(t, tab.Follow(".card h3 a"))
	at("article of a section", ".text p", ".facts", ".latest")
	must(t, tab.Follow("a.plate"))
	at("front", ".card h3 a")
	must(t, tab.Follow("main .card h3 a"))
	at("lead article", ".text p", ".facts .by", ".facts time", ".about a")
	lead := tab.Address()
	must(t, tab.Follow(".about a"))
	at("topic", ".card h3 a")
	must(t, tab.Open(lead))
	must(t, tab.Follow(".facts .by a"))
	at("byline", ".card h3 a")
	must(t, tab.Open(lead))
	must(t, tab.Follow(`.facts a[href$="/history"]`))
	at("history", ".log time", ".diff ins, .diff del")
	must(t, tab.Follow(fmt.Sprintf(`main a[href=%q]`, pathOf(lead))))
	at("lead article", ".text p")
	day := ask[string](t, tab, `document.querySelector(".facts time").getAttribute("datetime").slice(0, 10)`)
	must(t, tab.Open(paper+"/"+strings.ReplaceAll(day, "-", "/")))
	at("day", ".card h3 a", "h1 time")
	if found := ask[[]string](t, tab, `[...document.querySelectorAll(".card h3 a")].map(a => a.href)`); !strings.Contains(strings.Join(found, " "), lead) {
		t.Errorf("the day %s does not list %s", day, lead)
	}
	must(t, tab.Open(paper+"/2020/01/nothing-here"))
	at("not found", `main a[href="/"]`)
}

func TestSkipLinkLeadsToTheContent(t *testing.T) {
	tab := newTab(t)
	for kind, address := range kinds(t) {
		must(t, tab.Open(address))
		must(t, tab.Press(kb.Tab))
		is := ask[[]string](t, tab, focused)
		if is[0] != "#main" || is[1] != "seen" {
			t.Errorf("%s: the first Tab goes to %v, want the skip link, seen", kind, is)
			continue
		}
		must(t, tab.Press(kb.Enter))
		must(t, tab.Press(kb.Tab))
		if !ask[bool](t, tab, `location.hash === "#main" && (document.activeElement === document.body || document.querySelector("#main, #main ~ *") !== null && !document.activeElement.closest("header.top"))`) {
			t.Errorf("%s: after the skip link the next Tab goes to %v", kind, ask[[]string](t, tab, focused))
		}
	}
}

// focused says where the keyboard is: the link, whether it is seen on the screen, and whether its focus shows.
const focused = `(() => {
	const e = document.activeElement, r = e.getBoundingClientRect();
	const seen = r.width > 0 && r.height > 0 && r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth && e.checkVisibility({opacityProperty: true, visibilityProperty: true});
	const ring = [null, "::before", "::after"].some(part => { const s = getComputedStyle(e, part); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 && s.outlineColor !== "rgba(0, 0, 0, 0)"; });
	return [e === document.body ? "" : e.getAttribute("href") ?? e.tagName, seen ? "seen" : "hidden", ring ? "ring" : "no ring"];
})()`

func TestFocusIsSeenOnEveryLink(t *testing.T) {
	tab := newTab(t)
	pages := kinds(t)
	for _, kind := range []string{"front", "lead article", "section", "Arabic front", "not found"} {
		for _, width := range []int{360, 1280} {
			must(t, tab.Size(width, 800))
			must(t, tab.Open(pages[kind]))
			want := ask[int](t, tab, `[...document.querySelectorAll("a[href], button, input, summary, audio[controls], video[controls]")].filter(e => e.checkVisibility()).length`)
			tabbed := 0
			for ; tabbed < 400; tabbed++ {
				must(t, tab.Press(kb.Tab))
				is := ask[[]string](t, tab, focused)
				if is[0] == "" {
					break
				}
				if is[0] == "IFRAME" { // the ring is within
					continue
				}
				if is[1] != "seen" || is[2] != "ring" {
					t.Errorf("%s at %d: the keyboard is at %s: %s, %s", kind, width, is[0], is[1], is[2])
				}
			}
			if tabbed < want {
				t.Errorf("%s at %d: Tab reaches %d of %d", kind, width, tabbed, want)
			}
		}
	}
}

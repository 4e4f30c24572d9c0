package e2e_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"lede/e2e/chrome"
)

// TestAnArticleIsWrittenAndPublishedWithTheKeyboardAlone touches no mouse from the list of work to the readers' page.
func TestAnArticleIsWrittenAndPublishedWithTheKeyboardAlone(t *testing.T) {
	r := openRoom(t)
	tab := r.tab(t, r.publisher)
	must(t, tab.Open(r.URL+"/newsroom/"))
	must(t, tab.Press("n"))
	must(t, tab.Wait(20*time.Second, `document.querySelector(".ProseMirror")?.isContentEditable`))
	tabTo(t, tab, "Headline")
	must(t, tab.Type("Gulls learn to queue"))
	tabTo(t, tab, "Summary")
	must(t, tab.Type("They take a number."))
	tabTo(t, tab, "Body")
	must(t, tab.Type("It began at the fish market.\n## At the counter\nNobody "))
	must(t, tab.Chord("Ctrl+B"))
	must(t, tab.Type("pushed"))
	must(t, tab.Chord("Ctrl+B"))
	must(t, tab.Type(".\n/"))
	must(t, tab.Wait(5*time.Second, `document.querySelector("dialog[open] [aria-label='Put in']")`))
	must(t, tab.Type("Divider"))
	must(t, tab.Chord("Enter"))
	must(t, tab.Wait(5*time.Second, `!document.querySelector("dialog[open]")`))
	tabTo(t, tab, "Section")
	must(t, tab.Chord("ArrowDown"))
	must(t, tab.Wait(5*time.Second, `document.getElementById("f-filing-sections").value`))
	saved(t, tab)
	publishPanel(t, tab)
	tabTo(t, tab, "Publish now")
	must(t, tab.Chord("Enter"))
	see(t, tab, "Published")
	soon(t, 5*time.Second, "the article on the front", func() bool {
		_, body := get(t, r.URL+"/")
		return strings.Contains(string(body), "Gulls learn to queue")
	})
}

// called is what the element that has the keyboard is called.
const called = `(e => (e.getAttribute("aria-label") || (e.labels?.[0] ?? e).innerText || "").replace(/\s+/g, " ").trim())(document.activeElement)`

// tabTo goes forward with Tab until the keyboard is at what is called name.
func tabTo(t *testing.T, tab *chrome.Tab, name string) {
	t.Helper()
	var passed []string
	for range 100 {
		is := ask[string](t, tab, called)
		if is == name {
			return
		}
		passed = append(passed, is)
		must(t, tab.Press(kb.Tab))
	}
	t.Fatalf("Tab never comes to %q; it comes to %q", name, passed)
}

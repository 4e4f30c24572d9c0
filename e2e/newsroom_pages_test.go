package e2e_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"golang.org/x/net/html"

	"lede/e2e/chrome"
	"lede/e2e/staff"
)

// kindOf is what a page shows, whatever it is of: "article publish", "pages es".
func kindOf(path string) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	for i, p := range parts {
		if strings.Trim(p, "0123456789-") == "" {
			parts[i] = "N"
		}
	}
	if len(parts) > 3 {
		parts = []string{parts[1], parts[len(parts)-1]}
	}
	return strings.Join(append(parts, slices.Sorted(maps.Keys(u.Query()))...), " ")
}

// newsroomPages are the pages of the newsroom that can be reached by links, one of each kind.
func newsroomPages(t *testing.T, who *staff.Person) []string {
	t.Helper()
	queue, kinds := []string{"/newsroom/"}, map[string]bool{}
	var pages []string
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		got, err := who.Get(path)
		must(t, err)
		if got.Status != 200 || !bytes.Contains(got.Body, []byte("<!doctype html>")) {
			if got.Status != 200 && got.Status != 303 {
				t.Errorf("%s: %d", path, got.Status)
			}
			continue
		}
		pages = append(pages, path)
		for _, to := range linksIn(t, path, got.Body) {
			if kind := kindOf(to); !kinds[kind] {
				kinds[kind] = true
				queue = append(queue, to)
			}
		}
	}
	return pages
}

// linksIn are the addresses of the newsroom that a page leads to, without what they say behind "#".
func linksIn(t *testing.T, at string, page []byte) []string {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(page))
	must(t, err)
	base, err := url.Parse("http://paper" + at)
	must(t, err)
	var links []string
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "a" {
			continue
		}
		for _, a := range n.Attr {
			to, err := base.Parse(a.Val)
			if a.Key == "href" && err == nil && to.Host == "paper" && strings.HasPrefix(to.Path, "/newsroom/") && !strings.HasPrefix(to.Path, "/newsroom/preview/") {
				links = append(links, to.RequestURI())
			}
		}
	}
	return links
}

// TestEveryPageOfTheNewsroomIsSound opens each in a browser, on a telephone and on a desk: nothing angry in the console, nothing asked of
// others, no sideways scrolling, one heading, and a keyboard that sees where it is.
func TestEveryPageOfTheNewsroomIsSound(t *testing.T) {
	r := demoNewsroom(t)
	pages := newsroomPages(t, r.publisher)
	if len(pages) < 25 {
		t.Errorf("only %d pages were found: %q", len(pages), pages)
	}
	t.Logf("%d pages", len(pages))
	work := make(chan string)
	done := make(chan struct{})
	for range 2 {
		tab := r.tab(t, r.publisher)
		go func() {
			defer func() { done <- struct{}{} }()
			for path := range work {
				for _, width := range []int{360, 1280} {
					for _, wrong := range pageIsSound(tab, r.URL, path, width) {
						t.Errorf("%s at %d: %s", path, width, wrong)
					}
				}
			}
		}()
	}
	for _, p := range pages {
		work <- p
	}
	close(work)
	<-done
	<-done
}

func pageIsSound(tab *chrome.Tab, paper, path string, width int) (wrong []string) {
	if err := tab.Size(width, 800); err != nil {
		return []string{err.Error()}
	}
	if err := tab.Open(paper + path); err != nil {
		return []string{err.Error()}
	}
	headings, err := chrome.Eval[int](tab, `[...document.querySelectorAll("h1")].filter(e => e.checkVisibility()).length`)
	if err != nil {
		return []string{err.Error()}
	}
	if headings != 1 {
		wrong = append(wrong, fmt.Sprintf("%d headings of the first order", headings))
	}
	wide, err := tooWide(tab, width)
	if err != nil {
		return append(wrong, err.Error())
	}
	if len(wide) > 0 {
		wrong = append(wrong, "scrolls sideways: "+strings.Join(wide, "; "))
	}
	wrong = append(wrong, keyboardSees(tab)...)
	if said := tab.Trouble(); len(said) > 0 {
		wrong = append(wrong, fmt.Sprintf("the console complains: %q", said))
	}
	if others := tab.Foreign(paper); len(others) > 0 {
		wrong = append(wrong, fmt.Sprintf("asks others: %q", others))
	}
	return wrong
}

// steps is how far the keyboard goes on each page.
const steps = 25

// keyboardSees goes through a page with Tab. Where text is entered the caret shows where one is.
func keyboardSees(tab *chrome.Tab) (wrong []string) {
	if _, err := chrome.Eval[bool](tab, `(document.activeElement?.blur(), true)`); err != nil {
		return []string{err.Error()}
	}
	for range steps {
		if err := tab.Press(kb.Tab); err != nil {
			return append(wrong, err.Error())
		}
		is, err := chrome.Eval[[]string](tab, `[...`+focused+`, String(`+marked+`)]`)
		if err != nil {
			return append(wrong, err.Error())
		}
		if is[0] == "" || is[0] == "IFRAME" || is[0] == "AUDIO" || is[0] == "VIDEO" {
			break // from here on the keyboard is in what the browser or another page draws
		}
		if (is[1] != "seen" || is[2] != "ring") && is[3] != "true" {
			wrong = append(wrong, fmt.Sprintf("the keyboard is at %s: %s, %s", is[0], is[1], is[2]))
		}
	}
	return wrong
}

// marked tells whether one sees otherwise than by a ring where the keyboard is: the caret in a text that is entered, or the mark of a
// label whose choice is drawn by itself.
const marked = `(e => {
	if (e.isContentEditable || e.localName === "textarea" || e.localName === "input" && !/^(checkbox|radio|button|submit|file|range|color)$/.test(e.type)) return true;
	for (let row = e.parentElement, n = 0; row && n < 4; row = row.parentElement, n++) {
		const s = getComputedStyle(row);
		if (row.matches("tr, li") && s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2) return true;
	}
	const label = e.labels?.[0];
	if (!label || !/^(checkbox|radio|file)$/.test(e.type) || !label.checkVisibility()) return false;
	const s = getComputedStyle(label), r = label.getBoundingClientRect();
	return r.bottom > 0 && r.top < innerHeight && s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2;
})(document.activeElement)`

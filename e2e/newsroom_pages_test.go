package e2e_test

import (
	"bytes"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"golang.org/x/net/html"

	"lede/e2e/chrome"
	"lede/e2e/staff"
)

// eachKind is how many pages of a kind are looked at: articles differ, and so may their pages.
const eachKind = 2

var figures = regexp.MustCompile(`[0-9]{3,}|[0-9]{4}-[0-9]{2}[-0-9T:]*`)

// newsroomPages are the pages of the newsroom that can be reached by links, a few of each kind.
func newsroomPages(t *testing.T, who *staff.Person) []string {
	t.Helper()
	queue, seen, kinds := []string{"/newsroom/"}, map[string]bool{"/newsroom/": true}, map[string]int{}
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
			kind := figures.ReplaceAllString(to, "N")
			if seen[to] || kinds[kind] >= eachKind {
				continue
			}
			seen[to] = true
			kinds[kind]++
			queue = append(queue, to)
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
const steps = 30

// keyboardSees goes through a page with Tab. Where text is entered the caret shows where one is.
func keyboardSees(tab *chrome.Tab) (wrong []string) {
	if _, err := chrome.Eval[bool](tab, `(document.activeElement?.blur(), true)`); err != nil {
		return []string{err.Error()}
	}
	for range steps {
		if err := tab.Press(kb.Tab); err != nil {
			return append(wrong, err.Error())
		}
		is, err := chrome.Eval[[]string](tab, focused)
		if err != nil {
			return append(wrong, err.Error())
		}
		if is[0] == "" {
			break
		}
		entering, err := chrome.Eval[bool](tab, `(e => e.isContentEditable || e.localName === "textarea" || e.localName === "input" && !/^(checkbox|radio|button|submit|file|range|color)$/.test(e.type))(document.activeElement)`)
		if err != nil {
			return append(wrong, err.Error())
		}
		if is[1] != "seen" || is[2] != "ring" && !entering {
			wrong = append(wrong, fmt.Sprintf("the keyboard is at %s: %s, %s", is[0], is[1], is[2]))
		}
	}
	return wrong
}

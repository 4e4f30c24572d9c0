package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lede/e2e/chrome"
)

// TestTheWayOutAndBack takes one article through all that may happen to it: filed by a reporter, edited and made ready by an editor,
// scheduled and taken off, published, corrected, redacted by law, withdrawn.
func TestTheWayOutAndBack(t *testing.T) {
	r := openRoom(t)
	ana := r.join(t, "ana@paper.example", "Ana Ruiz", "reporter")
	mei := r.join(t, "mei@paper.example", "Mei Castellane", "editor")
	a := r.begin(t, ana, "Fares rise by 40 cents")
	hers, editors, publishers := r.tab(t, ana), r.tab(t, mei), r.tab(t, r.publisher)

	t.Log("Ana files")
	must(t, hers.Open(r.URL+a.Path("")))
	toBody(t, hers)
	must(t, hers.Type(" The council voted 10 to 4. Call Dov Marchbank at 555-0117."))
	saved(t, hers)
	must(t, hers.Set("#stage", "filed"))
	soon(t, 10*time.Second, "filed", func() bool { return state(t, mei, a.ID).Stage == "filed" })
	if got, err := ana.Get(a.Path("/publish")); err != nil || got.Status != 403 {
		t.Errorf("a reporter at the publish panel: %d, %v", got.Status, err)
	}
	hers.Close()

	t.Log("Mei edits, and says it may go out")
	must(t, editors.Open(r.URL+a.Path("")))
	if ask[bool](t, editors, `/holds the body/.test(document.getElementById("holds").innerText)`) {
		must(t, editors.Push("Ask for it"))
	}
	toBody(t, editors)
	must(t, editors.Type(" The mayor will sign."))
	saved(t, editors)
	must(t, editors.Set("#stage", "ready"))
	soon(t, 10*time.Second, "ready", func() bool { return state(t, mei, a.ID).Stage == "ready" })

	t.Log("it is scheduled, and nothing of it is public")
	panelPage(t, editors, r.URL+a.Path("/publish"))
	must(t, editors.Push("At a time"))
	tomorrow := time.Now().UTC().Add(24 * time.Hour)
	must(t, editors.Set("#when-day", tomorrow.Format(time.DateOnly)))
	must(t, editors.Set("#when-time", "07:00"))
	must(t, editors.Go("Schedule"))
	see(t, editors, "It goes out at 07:00")
	if r.isPublic(t, "Fares rise") {
		t.Error("what is scheduled is public")
	}
	must(t, editors.Go("Take it off the schedule"))
	see(t, editors, "It is off the schedule.")

	t.Log("it is published")
	must(t, editors.Go("Publish now"))
	see(t, editors, "Published")
	path := r.address(t, a.ID)
	r.readers(t, path, 200, "10 to 4")

	t.Log("it is corrected")
	must(t, editors.Open(r.URL+a.Path("")))
	toBody(t, editors)
	replaceAll(t, editors, "10 to 4", "9 to 4")
	soon(t, 10*time.Second, "on the server", func() bool {
		got, err := mei.Get(a.Path("/state.json"))
		return err == nil && strings.Contains(string(got.Body), "9 to 4")
	})
	panelPage(t, editors, r.URL+a.Path("/publish"))
	must(t, editors.Push("Correction"))
	must(t, editors.Fill("#why", "We first gave the vote as 10 to 4."))
	must(t, editors.Go("Publish the change"))
	see(t, editors, "Readers have the change")
	r.readers(t, path, 200, "9 to 4")
	r.readers(t, path, 200, "We first gave the vote as 10 to 4.")
	r.readers(t, path+"/history", 200, "We first gave the vote as 10 to 4.")

	t.Log("a passage is taken out by law")
	must(t, publishers.Open(r.URL+a.Path("/redact")))
	redact(t, publishers, "555-0117", "A court ordered it.")
	r.readers(t, path, 200, "9 to 4")
	for _, p := range []string{path, path + "/history", "/rss.xml", "/"} {
		if _, body := get(t, r.URL+p); strings.Contains(string(body), "555-0117") {
			t.Errorf("%s still says what a court took out", p)
		}
	}
	if got, err := r.publisher.Get(a.Path("/versions/2")); err != nil || strings.Contains(string(got.Body), "555-0117") {
		t.Errorf("version 2 still says what a court took out, %v", err)
	}

	t.Log("it is withdrawn")
	must(t, editors.Open(r.URL+a.Path("/withdraw")))
	withdraw(t, editors, "It rested on a forged letter.")
	r.readers(t, path, 410, "It rested on a forged letter.")
}

// isPublic tells whether strangers find the words on the front or in the feed.
func (r *newsroom) isPublic(t *testing.T, words string) bool {
	t.Helper()
	for _, p := range []string{"/", "/rss.xml", "/sitemap.xml"} {
		if _, body := get(t, r.URL+p); strings.Contains(string(body), words) {
			return true
		}
	}
	return false
}

// readers waits until readers get that answer with these words.
func (r *newsroom) readers(t *testing.T, path string, status int, words string) {
	t.Helper()
	soon(t, 5*time.Second, fmt.Sprintf("%s is %d and says %q", path, status, words), func() bool {
		res, body := get(t, r.URL+path)
		return res.StatusCode == status && strings.Contains(string(body), words)
	})
}

// replaceAll replaces words in the text by the editor's own find and replace.
func replaceAll(t *testing.T, tab *chrome.Tab, old, new string) {
	t.Helper()
	must(t, tab.Chord("Ctrl+H"))
	must(t, tab.Fill("#find [aria-label=Find]", old))
	must(t, tab.Fill("#find [aria-label='Replace with']", new))
	must(t, tab.Push("All"))
	must(t, tab.Wait(5*time.Second, `!document.querySelector(".ProseMirror").textContent.includes(`+quoted(old)+`)`))
	must(t, tab.Push("Close"))
}

// redact takes a passage out by law, on the page for it.
func redact(t *testing.T, tab *chrome.Tab, passage, ground string) {
	t.Helper()
	must(t, tab.Fill("#law-passages", passage))
	must(t, tab.Fill("#law-note", ground))
	must(t, tab.Go("Go on"))
	see(t, tab, "This cannot be called back")
	must(t, tab.Go("Take it out for good"))
	see(t, tab, "Taken out")
}

// withdraw takes an article from the public now, on the page for it.
func withdraw(t *testing.T, tab *chrome.Tab, reason string) {
	t.Helper()
	must(t, tab.Fill("#leave-note", reason))
	must(t, tab.Go("Withdraw"))
	see(t, tab, "Withdrawn")
}

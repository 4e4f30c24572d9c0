package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lede/e2e/chrome"
	"lede/e2e/staff"
)

// write opens an article in a new tab and puts the keyboard at the end of the text.
func (r *newsroom) write(t *testing.T, p *chrome.Person, a *staff.Article) *chrome.Tab {
	t.Helper()
	tab := open(t, p)
	must(t, tab.Open(r.URL+a.Path("")))
	toBody(t, tab)
	return tab
}

// holds waits until the server has all these words of an article, in its text or kept beside it.
func (r *newsroom) holds(t *testing.T, who *staff.Person, a *staff.Article, words ...string) {
	t.Helper()
	for _, w := range words {
		soon(t, 15*time.Second, "on the server: "+w, func() bool {
			got, err := who.Get(a.Path(""))
			return err == nil && strings.Contains(string(got.Body), w)
		})
	}
}

func TestTakingOverAsksAndTells(t *testing.T) {
	r := openRoom(t)
	jonas := r.join(t, "jonas@paper.example", "Jonas Weil", "editor")
	a := r.begin(t, r.publisher, "The harbor is open")
	his := r.write(t, r.sit(t, r.publisher), a)
	must(t, his.Type(" Mara begins."))
	r.holds(t, r.publisher, a, "Mara begins.")

	hers := open(t, r.sit(t, jonas))
	must(t, hers.Open(r.URL+a.Path("")))
	see(t, hers, "Mara Lindqvist holds the body.")
	must(t, hers.Push("Ask for it"))
	see(t, his, "Jonas asks for the body.")
	must(t, his.Push("Give it"))
	toBody(t, hers)
	must(t, hers.Type(" Jonas goes on."))
	saved(t, hers)
	see(t, his, "Jonas")
	r.holds(t, r.publisher, a, "Mara begins.", "Jonas goes on.")
	_, versions, _ := strings.Cut(plain(page(t, r.publisher, a.Path("/versions"))), "Every saved state is kept")
	if !strings.Contains(versions, "Mara Lindqvist") {
		t.Errorf("what Jonas replaced is no version of Mara's: %s", versions)
	}
}

// page is a page of the newsroom as somebody gets it.
func page(t *testing.T, who *staff.Person, path string) []byte {
	t.Helper()
	got, err := who.Get(path)
	must(t, err)
	if got.Status != 200 {
		t.Fatalf("%s: %d", path, got.Status)
	}
	return got.Body
}

// TestBothWroteAndNothingIsLost: Mara goes on without a network while Jonas takes the text over. When she is back she sees both, and
// merges them block by block.
func TestBothWroteAndNothingIsLost(t *testing.T) {
	t.Parallel()
	r := openRoom(t)
	jonas := r.join(t, "jonas@paper.example", "Jonas Weil", "editor")
	a := r.begin(t, r.publisher, "The harbor is open")
	hers := r.write(t, r.sit(t, r.publisher), a)
	must(t, hers.Type("\nShared words."))
	r.holds(t, r.publisher, a, "Shared words.")
	must(t, hers.Network(false))
	must(t, hers.Type(" Mara alone."))

	his := open(t, r.sit(t, jonas))
	must(t, his.Open(r.URL+a.Path("")))
	see(t, his, "Mara Lindqvist holds the body.")
	must(t, his.Push("Ask for it"))
	// Whoever is out of reach keeps nobody waiting for longer than half a minute.
	must(t, his.Wait(45*time.Second, `document.querySelector(".ProseMirror").isContentEditable && !/holds|You asked/.test(document.getElementById("holds").innerText)`))
	toBody(t, his)
	must(t, his.Type(" Jonas alone."))
	r.holds(t, r.publisher, a, "Jonas alone.")

	must(t, hers.Network(true))
	must(t, hers.Wait(30*time.Second, `/both wrote/.test(document.getElementById("holds").innerText)`))
	r.holds(t, r.publisher, a, "Mara alone.", "Jonas alone.")
	must(t, hers.Push("See both"))
	must(t, hers.Wait(10*time.Second, `document.querySelector("dialog.merging[open]")`))
	for range 6 {
		if ask[bool](t, hers, `!document.querySelector("dialog.merging fieldset.choose")`) {
			break
		}
		ask[bool](t, hers, `(document.querySelector("dialog.merging fieldset.choose input").focus(), true)`)
		must(t, hers.Press("3"))
	}
	must(t, hers.Chord("Ctrl+Enter"))
	must(t, his.Push("Give it"))
	must(t, hers.Wait(15*time.Second, `!document.querySelector("dialog.merging[open]")`))
	saved(t, hers)
	text := ask[string](t, hers, `document.querySelector(".ProseMirror").innerText`)
	if !strings.Contains(text, "Mara alone.") || !strings.Contains(text, "Jonas alone.") {
		t.Errorf("merged: %q", text)
	}
	if s := state(t, r.publisher, a.ID); len(s.Asides) != 0 {
		t.Errorf("after the merge %d texts are still kept beside", len(s.Asides))
	}
}

// TestWhatIsTypedOutlivesAccidents goes through what happens to a writer in a bad week.
func TestWhatIsTypedOutlivesAccidents(t *testing.T) {
	r := openRoom(t)
	a := r.begin(t, r.publisher, "The harbor is open")
	mara := r.sit(t, r.publisher)
	tab := r.write(t, mara, a)

	t.Log("the server is killed")
	must(t, tab.Type(" One."))
	must(t, r.Kill())
	must(t, tab.Type(" Two."))
	must(t, tab.Wait(20*time.Second, `/this computer|starting again|No connection/.test(document.getElementById("saved").innerText)`))
	must(t, r.Again())
	saved(t, tab)
	r.holds(t, r.publisher, a, "One.", "Two.")

	t.Log("the network goes")
	must(t, tab.Network(false))
	must(t, tab.Type(" Three."))
	must(t, tab.Wait(20*time.Second, `/No connection/.test(document.getElementById("saved").innerText)`))
	must(t, tab.Network(true))
	saved(t, tab)
	r.holds(t, r.publisher, a, "Three.")

	t.Log("the tab closes without a network")
	must(t, tab.Network(false))
	must(t, tab.Type(" Four."))
	must(t, tab.Wait(5*time.Second, journalled("Four.")))
	tab.Close()
	tab = r.write(t, mara, a)
	r.holds(t, r.publisher, a, "Four.")
	saved(t, tab)

	t.Log("the session ends")
	cookies := r.publisher.Cookies
	must(t, mara.Forget())
	must(t, tab.Type(" Five."))
	must(t, tab.Wait(20*time.Second, `/signed out/.test(document.getElementById("saved").innerText) || document.querySelector("dialog[open] [name=password]")`))
	must(t, tab.Type(""))
	if ask[bool](t, tab, `!document.querySelector("dialog[open] [name=password]")`) {
		must(t, tab.Type(" Six."))
		must(t, tab.Push("Sign in here"))
	}
	must(t, tab.Fill("dialog[open] [name=email]", "mara@paper.example"))
	must(t, tab.Fill("dialog[open] [name=password]", password))
	must(t, tab.Chord("Enter"))
	saved(t, tab)
	r.publisher.Cookies = cookies
	r.holds(t, r.publisher, a, "Five.")
	if n := strings.Count(ask[string](t, tab, `document.querySelector(".ProseMirror").innerText`), "Four."); n != 1 {
		t.Errorf("what was recovered stands %d times in the text", n)
	}
}

// journalled asks this browser's own journal whether it holds a text.
func journalled(words string) string {
	return fmt.Sprintf(`(await Promise.all((await indexedDB.databases()).map(({name}) => new Promise((done) => {
		const opened = indexedDB.open(name);
		opened.onerror = () => done("");
		opened.onsuccess = async () => {
			let all = "";
			for (const store of opened.result.objectStoreNames) all += await new Promise((got) => {
				const asked = opened.result.transaction(store).objectStore(store).getAll();
				asked.onsuccess = () => got(JSON.stringify(asked.result));
				asked.onerror = () => got("");
			});
			opened.result.close();
			done(all);
		};
	})))).join("").includes(%q)`, words)
}

package e2e_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"lede/e2e/chrome"
)

// readersPayloads are what a reader may try: those of a contributor, and the strings beside the shared folder.
func readersPayloads(t *testing.T) []string {
	t.Helper()
	list := payloads(t)
	folder := os.Getenv("LEDE_XSS")
	if folder == "" {
		return list
	}
	files, err := filepath.Glob(filepath.Join(folder, "..", "strings", "*.json"))
	must(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(t, err)
		var more []string
		must(t, json.Unmarshal(text, &more))
		list = append(list, more...)
	}
	return list
}

// nasty is a comment made of a payload, as it was taken.
type nasty struct {
	payload string
	id      string
	guest   *guest
}

// plant posts a payload in every field that takes it: each field that is refused is tried again without.
func (k *talk) plant(t *testing.T, n int, payload string) (nasty, bool) {
	t.Helper()
	g := k.guest(t)
	short := payload
	if runes := []rune(payload); len(runes) > 60 {
		short = string(runes[:60])
	}
	plain := fmt.Sprintf("Reader %d", n)
	for _, tried := range []struct{ name, mail, site string }{
		{short, `"` + short + `"@harbor.example`, "https://harbor.example/" + payload},
		{short, "", "https://harbor.example/?q=" + url.QueryEscape(payload)},
		{short, "", ""}, {plain, "", "https://harbor.example/" + payload}, {plain, "", ""},
	} {
		status, to := g.post(t, "/comment", url.Values{"article": {k.article}, "name": {tried.name}, "mail": {tried.mail}, "site": {tried.site}, "text": {payload}})
		if id := numbered.FindString(to); status == http.StatusSeeOther && id != "" {
			return nasty{payload, id, g}, true
		}
		if status != http.StatusUnprocessableEntity {
			t.Errorf("%.60q is answered %d", payload, status)
		}
	}
	return nasty{}, false // it is nothing but what no text holds
}

// TestNothingOfAReaderRunsInAnybodysBrowser puts every payload into every field of the form, and looks at every page that shows it, with the
// browser's own protection switched off. The page around a comment is the same as around a harmless one, byte for byte.
func TestNothingOfAReaderRunsInAnybodysBrowser(t *testing.T) {
	t.Parallel()
	k := openTalk(t)
	k.sites(t)
	canarySings(t, k.newsroom)
	harmless := k.crowd(t, "The pier closes on Tuesday", func(int) string { return "It is only a pier." }, 20)
	list := readersPayloads(t)
	var all []nasty
	for i, p := range list {
		if one, ok := k.plant(t, i, p); ok {
			all = append(all, one)
		}
	}
	if len(all) < len(list)*9/10 {
		t.Errorf("only %d of %d payloads were taken", len(all), len(list))
	}
	k.held(t, all)
	for _, one := range all {
		k.judge(t, k.publisher, one.id, "shown")
	}
	k.shown(t, all)
	k.same(t, harmless, list)
	k.files(t)
	k.echoes(t, list)
	t.Logf("%d payloads in %d comments", len(list), len(all))
}

// sites lets readers give a website.
func (k *talk) sites(t *testing.T) {
	t.Helper()
	tab := k.tab(t, k.publisher)
	must(t, tab.Open(k.URL+"/newsroom/comments/rules"))
	must(t, tab.Set("main [name=sites]", "true"))
	must(t, tab.Push("Save"))
	soon(t, 5*time.Second, "the form asks for a website", func() bool {
		_, body := get(t, k.at)
		return strings.Contains(string(body), `name="site"`)
	})
}

// every is one in n of a list, for pages that show a single comment as lists show it too; all of it where LEDE_XSS asks for the long trial.
func every(n int, list []nasty) (some []nasty) {
	for i, one := range list {
		if i%n == 0 || os.Getenv("LEDE_XSS") != "" {
			some = append(some, one)
		}
	}
	return some
}

// held opens what a moderator sees of each, and what its writer sees.
func (k *talk) held(t *testing.T, all []nasty) {
	t.Helper()
	pages := []string{"/newsroom/", "/newsroom/comments", "/newsroom/comments?state=all"}
	for _, one := range every(4, all) {
		pages = append(pages, "/newsroom/comments/"+one.id)
	}
	staff := k.tab(t, k.publisher)
	must(t, staff.Defenceless(canary))
	for _, path := range pages {
		if err := nothingRuns(staff, k.URL, path); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	p, err := browser.Person()
	must(t, err)
	t.Cleanup(p.Leave)
	writer := open(t, p)
	must(t, writer.Defenceless(canary))
	for _, one := range every(8, all) {
		must(t, p.Forget())
		at, err := url.Parse(strings.Replace(k.URL, "localhost", "127.0.0.1", 1) + "/comment/")
		must(t, err)
		for _, c := range one.guest.client.Jar.Cookies(at) {
			must(t, p.Keep(k.URL, c))
		}
		for _, path := range []string{"/comment/" + one.id, "/comment/" + one.id + "/edit"} {
			if err := nothingRuns(writer, k.URL, path); err != nil {
				t.Errorf("%s, for its writer: %v", path, err)
			}
		}
	}
}

// shown opens what readers see.
func (k *talk) shown(t *testing.T, all []nasty) {
	t.Helper()
	at := strings.TrimPrefix(k.at, k.URL)
	k.stands(t, k.at, "comment-"+all[len(all)-1].id, true)
	pages := []string{at, at + "/comments", at + "/comments?order=oldest"}
	for n := range (len(all) + 19) / 20 {
		pages = append(pages, fmt.Sprintf("%s/comments?page=%d", at, n+1))
	}
	for _, one := range every(12, all) {
		pages = append(pages, "/comment/"+one.id+"/reply", "/comment/"+one.id+"/report")
	}
	reader := reads(t, true)
	must(t, reader.Defenceless(canary))
	for _, path := range pages {
		if err := nothingRuns(reader, k.URL, path); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// crowd has readers write under another article, all of which is shown, and gives the article's address.
func (k *talk) crowd(t *testing.T, headline string, text func(int) string, n int) (at string) {
	t.Helper()
	here := *k
	here.article, here.at = k.under(t, headline)
	for i := range n {
		g := here.guest(t)
		id := g.says(t, fmt.Sprintf("Reader %d", i), text(i))
		here.judge(t, here.publisher, id, "shown")
	}
	if n > 0 {
		soon(t, 5*time.Second, "all comments stand in the page", func() bool {
			_, body := get(t, here.at)
			return strings.Count(string(body), `id="comment-`) == n
		})
	}
	return here.at
}

// What differs between the pages of two articles whatever was written: ids, addresses, moments, and the words of the comments themselves.
var (
	ofComment = regexp.MustCompile(`(?s)(<li id="comment-\d+"[^>]*>.*?<b>).*?(</b>.*?<div class="words">).*?(</div>\n?<p class="do">)`)
	latest    = regexp.MustCompile(`(?s)<section class="latest">.*?</section>`) // it lists the other articles
	ids       = regexp.MustCompile(`[0-9]{10,}`)
	moments   = regexp.MustCompile(`\d{4}-\d\d-\d\dT[\d:+Z-]+|\d{1,2}:\d\d( [ap]\.m\.)?`)
)

// around is a page without what differs.
func (k *talk) around(t *testing.T, at string) string {
	t.Helper()
	_, body := get(t, at)
	page := ofComment.ReplaceAllString(string(body), "$1$2$3")
	page = latest.ReplaceAllString(strings.ReplaceAll(page, strings.TrimPrefix(at, k.URL), "ADDRESS"), "LATEST")
	return moments.ReplaceAllString(ids.ReplaceAllString(page, "ID"), "MOMENT")
}

// same compares the page of twenty harmless comments with those of twenty payloads each.
func (k *talk) same(t *testing.T, harmless string, list []string) {
	t.Helper()
	want := k.around(t, harmless)
	for from := 0; from+20 <= len(list); from += 20 {
		if from >= 20 && os.Getenv("LEDE_XSS") == "" {
			break
		}
		at := k.crowd(t, "The pier closes on Tuesday", func(i int) string { return "It is only a pier. " + list[from+i] }, 20)
		got := k.around(t, at)
		if got != want {
			i := 0
			for i < min(len(got), len(want)) && got[i] == want[i] {
				i++
			}
			t.Errorf("around payloads %d to %d the page is another, from byte %d on:\n%.300s\nwant\n%.300s", from, from+19, i, got[max(0, i-60):], want[max(0, i-60):])
		}
	}
}

// files reads the newsroom's list as a table: no cell of it is a formula.
func (k *talk) files(t *testing.T) {
	t.Helper()
	got, err := k.publisher.Get("/newsroom/comments/list.csv?state=all")
	must(t, err)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(got.Body), "\ufeff"))).ReadAll()
	must(t, err)
	if len(rows) < 20 {
		t.Errorf("the list has %d lines", len(rows))
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.IndexAny(cell, "=+-@\t\r") == 0 {
				t.Errorf("a cell begins as a formula: %.60q", cell)
			}
		}
	}
}

// echoes sends payloads that are not taken: what was typed comes back in its field, by the page and by the script, and runs in neither.
func (k *talk) echoes(t *testing.T, list []string) {
	t.Helper()
	for _, scripts := range []bool{false, true} {
		tab := reads(t, true)
		must(t, tab.Defenceless(canary))
		for i, p := range list[:min(len(list), 12)] {
			must(t, tab.Open(k.at))
			ask[bool](t, tab, fmt.Sprintf(`(() => {
				window.before = true;
				const f = document.querySelector("#reply form");
				for (const name of ["text", "mail", "site"]) f.elements[name].value = %q;
				f.elements.name.value = "";
				%s;
				return true;
			})()`, p, map[bool]string{true: `f.requestSubmit()`, false: `HTMLFormElement.prototype.submit.call(f)`}[scripts]))
			must(t, tab.Wait(10*time.Second, `document.readyState === "complete" && document.querySelector("#reply [aria-invalid]")`))
			if err := ranNothing(tab, k.URL); err != nil {
				t.Errorf("payload %d, sent back: %v", i, err)
			}
		}
	}
}

// ranNothing looks at the page that stands.
func ranNothing(tab *chrome.Tab, paper string) error {
	found, err := chrome.Eval[[]string](tab, planted)
	if err != nil {
		return err
	}
	for _, said := range tab.Trouble() {
		if strings.Contains(said, "CANARY") || strings.Contains(said, "exception") {
			found = append(found, said)
		}
	}
	found = append(found, tab.Dialogs()...)
	found = append(found, tab.Foreign(paper)...)
	if len(found) > 0 {
		return fmt.Errorf("%d things: %.600q", len(found), found)
	}
	return nil
}

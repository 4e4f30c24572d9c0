package e2e_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"lede/e2e/chrome"
	"lede/e2e/staff"
)

// together is how many payloads share one article.
const together = 8

// payloads are what a contributor may try: our own list, and those of the shared folder when LEDE_XSS names it.
func payloads(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("payloads.txt")
	must(t, err)
	list := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	folder := os.Getenv("LEDE_XSS")
	if folder == "" {
		return list
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	must(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(t, err)
		var cases []struct{ Payload string }
		must(t, json.Unmarshal(text, &cases))
		for _, c := range cases {
			list = append(list, c.Payload)
		}
	}
	return list
}

// canary counts what runs that nobody of the paper wrote, whatever it calls.
const canary = `(() => {
	const sing = () => { console.error("CANARY sings at " + location.href); return ""; };
	for (const name of ["canary", "alert", "confirm", "prompt", "print", "xss", "eval"]) {
		Object.defineProperty(window, name, {value: sing, writable: false, configurable: false});
	}
})()`

// planted lists what of a page could run if somebody touched it, or leads away from the paper: none of ours does.
const planted = `[...document.querySelectorAll("*")].flatMap(e => {
	const wrong = [];
	if (e.matches("head > link[rel=icon]")) return wrong; // our own drawing
	for (const a of e.attributes) {
		if (/^on/i.test(a.name)) wrong.push(a.name);
		if (/^(href|src|action|formaction|data|srcdoc|xlink:href|poster|background)$/i.test(a.name) && /^[\s\0-\x1f]*(javascript|vbscript|data:text|data:image\/svg)/i.test(a.value)) wrong.push(a.name + "=" + a.value);
	}
	if (/^(object|embed|base|marquee|math|applet)$/i.test(e.localName)) wrong.push("the element itself");
	if (e.localName === "iframe" && e.hasAttribute("srcdoc") && !e.hasAttribute("sandbox")) wrong.push("srcdoc");
	if (e.localName === "script" && !e.src && !/json/.test(e.type)) wrong.push("a script of its own: " + e.textContent.slice(0, 60));
	if (e.localName === "meta" && e.httpEquiv && !/^content-type$/i.test(e.httpEquiv)) wrong.push(e.httpEquiv);
	return wrong.map(w => e.localName + ": " + w);
})`

// TestNothingOfAContributorRunsInAnybodysBrowser puts every payload into every field a contributor has, and looks at every page that
// shows them, as an editor, as a publisher and as a reader, with the browser's own protection switched off.
func TestNothingOfAContributorRunsInAnybodysBrowser(t *testing.T) {
	r := openRoom(t)
	list := payloads(t)
	r.picture = r.upload(t, "harbor.jpg", sketch(t, 600, 400))
	nasty := r.join(t, "nasty@paper.example", `"><img src=x onerror=canary()>`, "contributor")
	plantLibrary(t, nasty, list)
	var sound, broken []*staff.Article
	for some := range slices.Chunk(list, together) {
		sound = append(sound, plantSound(t, r, nasty, some))
		broken = append(broken, plantBroken(t, nasty, some))
	}
	for _, a := range sound {
		r.publish(t, a.ID)
	}
	editor := r.join(t, "mei@paper.example", "Mei Castellane", "editor")
	canarySings(t, r)
	for _, who := range []*staff.Person{editor, r.publisher} {
		seesNothingRun(t, r, who, sound, broken)
	}
	t.Logf("%d payloads in %d articles", len(list), len(sound)+len(broken))
}

// all is several payloads in one field.
func all(list []string) string { return strings.Join(list, " ") }

// plantSound writes an article that is right in form, and publishable, with payloads as the words of everything.
func plantSound(t *testing.T, r *newsroom, by *staff.Person, list []string) *staff.Article {
	t.Helper()
	a, err := by.Begin()
	must(t, err)
	snippet := map[string]any{"title": all(list), "description": all(list)}
	must(t, a.Write("headline", map[string]any{"kicker": all(list), "headline": all(list), "summary": all(list), "slug": "", "search": snippet, "social": snippet}))
	must(t, a.Write("pictures", map[string]any{"media": r.picture, "alt": all(list), "caption": all(list), "credit": all(list)}))
	must(t, a.Write("filing", map[string]any{"lang": "en", "dateline": all(list), "bylines": []string{}, "sections": []string{r.section(t)}, "topics": []string{}, "related": []string{},
		"sources": []any{map[string]any{"name": all(list), "url": "https://example.org/"}}}))
	var blocks []any
	for i, p := range list {
		blocks = append(blocks, soundBlocks(r, i, p)...)
	}
	must(t, a.Write("body", map[string]any{"type": "doc", "attrs": map[string]any{"schema": 1}, "content": blocks}))
	got, err := a.Ask("POST", a.Path("/version"), map[string]any{"tab": "x", "note": all(list)})
	must(t, err)
	if strings.Contains(string(got.Body), `"why"`) {
		t.Fatalf("what is right in form is no version: %s", got.Body)
	}
	for _, p := range list {
		_, err := a.Ask("POST", a.Path("/notes"), map[string]any{"text": p, "block": "block000pa", "quote": p})
		must(t, err)
	}
	return a
}

func text(s string) any { return map[string]any{"type": "text", "text": s} }

func node(kind string, attrs map[string]any, content ...any) map[string]any {
	n := map[string]any{"type": kind}
	if attrs != nil {
		n["attrs"] = attrs
	}
	if len(content) > 0 {
		n["content"] = content
	}
	return n
}

// soundBlocks are one of each block, with p as all its words.
func soundBlocks(r *newsroom, i int, p string) []any {
	at := func(kind string, attrs map[string]any, content ...any) any {
		if attrs == nil {
			attrs = map[string]any{}
		}
		attrs["id"] = fmt.Sprintf("block%03d%s", i, kind[:2])
		return node(kind, attrs, content...)
	}
	p = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1 // a text has none
		}
		return r
	}, p)
	para := func() any { return node("paragraph", nil, text(p)) }
	return []any{
		at("paragraph", nil, text(p)),
		at("heading", map[string]any{"level": 2}, text(p)),
		at("list", nil, node("listItem", nil, para())),
		at("quote", map[string]any{"cite": p}, para()),
		at("pull", map[string]any{"cite": p}, para()),
		at("fact", map[string]any{"title": p}, para()),
		at("code", nil, text(p)),
		at("table", nil, node("row", nil, node("cell", nil, text(p)))),
		at("embed", map[string]any{"url": "https://example.org/" + fmt.Sprint(i), "title": p, "description": p, "author": p, "site": p}),
		at("picture", map[string]any{"media": r.picture, "alt": p, "caption": p, "credit": p}),
	}
}

// plantBroken writes what no editor of ours would: payloads as addresses, names of blocks, ids, languages. It is kept as it is, and
// shown to whoever opens it.
func plantBroken(t *testing.T, by *staff.Person, list []string) *staff.Article {
	t.Helper()
	a, err := by.Begin()
	must(t, err)
	var blocks []any
	for _, p := range list {
		blocks = append(blocks,
			node("paragraph", map[string]any{"id": p}, map[string]any{"type": "text", "text": p, "marks": []any{map[string]any{"type": "link", "attrs": map[string]any{"href": p}}}}),
			node("embed", map[string]any{"url": p, "provider": p, "title": p, "site": p}),
			node("audio", map[string]any{"media": p, "title": p, "transcript": p}),
			node("picture", map[string]any{"media": p, "src": p, "alt": p}),
			node("code", map[string]any{"language": p}, text(p)),
			node(p, map[string]any{p: p}, text(p)))
	}
	must(t, a.Write("body", map[string]any{"type": "doc", "attrs": map[string]any{"schema": 1}, "content": blocks}))
	must(t, a.Write("headline", map[string]any{"headline": list[0], "slug": all(list), "search": all(list), "social": list}))
	must(t, a.Write("pictures", map[string]any{"media": list[0], "alt": list}))
	must(t, a.Write("filing", map[string]any{"lang": list[0], "bylines": list, "sections": list, "seen": list[0],
		"sources": []any{map[string]any{"name": list[0], "url": list[len(list)-1]}}}))
	for _, p := range list {
		_, err := a.Ask("PUT", a.Path("/aside/body"), map[string]any{"tab": "other" + a.ID, "base": 0, "value": node("doc", nil, node("paragraph", nil, text(p)))})
		must(t, err)
	}
	_, err = a.Ask("POST", a.Path("/version"), map[string]any{"tab": list[0], "note": all(list)})
	must(t, err)
	return a
}

// plantLibrary brings pictures in under names that are payloads.
func plantLibrary(t *testing.T, by *staff.Person, list []string) {
	t.Helper()
	for i, p := range list[:min(len(list), 20)] {
		_, err := by.Upload(p+".jpg", sketch(t, 320+i, 200))
		must(t, err)
	}
}

// seesNothingRun opens all pages on which something of the articles stands.
func seesNothingRun(t *testing.T, r *newsroom, who *staff.Person, sound, broken []*staff.Article) {
	t.Helper()
	pages := []string{"/newsroom/", "/newsroom/articles", "/newsroom/calendar", "/newsroom/pictures", "/newsroom/front", "/newsroom/staff", "/newsroom/audit", "/", "/rss.xml"}
	for _, a := range sound {
		public := r.address(t, a.ID)
		pages = append(pages, a.Path(""), a.Path("/publish"), a.Path("/versions"), a.Path("/versions/1"), a.Path("/versions/2?with=1"), a.Path("/notes"), "/newsroom/preview"+public, public, public+"/history")
	}
	for _, a := range broken {
		pages = append(pages, a.Path(""), a.Path("/versions"), a.Path("/publish"))
	}
	work := make(chan string)
	done := make(chan struct{})
	for range 2 {
		tab := r.tab(t, who)
		must(t, tab.Defenceless(canary))
		go func() {
			defer func() { done <- struct{}{} }()
			for path := range work {
				if err := nothingRuns(tab, r.URL, path); err != nil {
					t.Errorf("%s: %v", path, err)
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

// canarySings makes sure that what the test looks for would be found.
func canarySings(t *testing.T, r *newsroom) {
	t.Helper()
	tab := r.tab(t, r.publisher)
	must(t, tab.Defenceless(canary))
	must(t, tab.Open(r.URL+"/"))
	ask[bool](t, tab, `(document.body.insertAdjacentHTML("beforeend", "<img src=x onerror=canary()>"), true)`)
	soon(t, 5*time.Second, "the canary", func() bool { return strings.Contains(strings.Join(tab.Trouble(), " "), "CANARY") })
	if len(ask[[]string](t, tab, planted)) == 0 {
		t.Error("what was planted is not found")
	}
}

func nothingRuns(tab *chrome.Tab, paper, path string) error {
	if err := tab.Open(paper + path); err != nil {
		return err
	}
	if err := tab.Wait(20*time.Second, `document.readyState === "complete" && (!document.getElementById("article") || document.querySelector(".ProseMirror, main [role=alert]"))`); err != nil {
		return err
	}
	return ranNothing(tab, paper)
}

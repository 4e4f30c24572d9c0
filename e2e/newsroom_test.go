package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"lede/e2e/chrome"
	"lede/e2e/room"
	"lede/e2e/staff"
)

// newsroom is one that a test works in.
type newsroom struct {
	*room.Room
	publisher *staff.Person
	mu        sync.Mutex
	sections  []string
	picture   string
}

// openRoom opens the newsroom of an empty paper until the test is over.
func openRoom(t *testing.T, flags ...string) *newsroom {
	t.Helper()
	return closing(t, func() (*room.Room, error) { return room.Open(bin, flags...) })
}

func closing(t *testing.T, open func() (*room.Room, error)) *newsroom {
	t.Helper()
	r, err := open()
	must(t, err)
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return &newsroom{Room: r, publisher: r.Publisher}
}

// demoNewsroom opens the newsroom of the demo paper until the test is over.
func demoNewsroom(t *testing.T) *newsroom {
	t.Helper()
	return closing(t, func() (*room.Room, error) { return room.Demo(bin) })
}

// join asks somebody in.
func (r *newsroom) join(t *testing.T, email, name, role string) *staff.Person {
	t.Helper()
	p, err := r.Join(email, name, role)
	must(t, err)
	return p
}

// sit gives somebody a browser until the test is over.
func (r *newsroom) sit(t *testing.T, who *staff.Person) *chrome.Person {
	t.Helper()
	p, err := r.Sit(browser, who)
	must(t, err)
	t.Cleanup(p.Leave)
	return p
}

// tab gives somebody a browser with one page.
func (r *newsroom) tab(t *testing.T, who *staff.Person) *chrome.Tab {
	t.Helper()
	return open(t, r.sit(t, who))
}

func open(t *testing.T, p *chrome.Person) *chrome.Tab {
	t.Helper()
	tab, err := p.Tab()
	must(t, err)
	return tab
}

// begin begins an article with a headline, text and a section.
func (r *newsroom) begin(t *testing.T, who *staff.Person, headline string) *staff.Article {
	t.Helper()
	a, err := who.Begin()
	must(t, err)
	must(t, a.Write("headline", map[string]any{"headline": headline, "kicker": "", "summary": "", "slug": ""}))
	must(t, a.Write("body", map[string]any{"type": "doc", "attrs": map[string]any{"schema": 1},
		"content": []any{map[string]any{"type": "paragraph", "attrs": map[string]any{"id": "begin"}, "content": []any{map[string]any{"type": "text", "text": "The harbor is open."}}}}}))
	must(t, a.Write("filing", map[string]any{"lang": "en", "sections": []string{r.section(t)}, "bylines": []string{}, "topics": []string{}, "related": []string{}, "sources": []any{}}))
	return a
}

// stateOf is what the editor is told of an article.
type stateOf struct {
	Stage   string                                     `json:"stage"`
	Version json.Number                                `json:"version"`
	Path    string                                     `json:"path"`
	Parts   map[string]struct{ Value json.RawMessage } `json:"parts"`
	Asides  []json.RawMessage                          `json:"asides"`
	Lists   struct {
		Sections []struct{ ID, Name string } `json:"sections"`
	} `json:"lists"`
}

var carried = regexp.MustCompile(`(?s)<script type="application/json" id="article">(.*?)</script>`)

// state asks the editor's page of an article.
func state(t *testing.T, who *staff.Person, id string) stateOf {
	t.Helper()
	s, err := tryState(who, id)
	must(t, err)
	return s
}

func tryState(who *staff.Person, id string) (s stateOf, err error) {
	got, err := who.Get("/newsroom/article/" + id)
	if err != nil {
		return s, err
	}
	m := carried.FindSubmatch(got.Body)
	if m == nil {
		return s, fmt.Errorf("the editor of %s carries no article: %d %.300s", id, got.Status, got.Body)
	}
	return s, json.Unmarshal(m[1], &s)
}

// section is one of the paper's.
func (r *newsroom) section(t *testing.T) string {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.sections) == 0 {
		a, err := r.publisher.Begin()
		must(t, err)
		for _, s := range state(t, r.publisher, a.ID).Lists.Sections {
			r.sections = append(r.sections, s.ID)
		}
	}
	return r.sections[0]
}

// publish publishes an article now.
func (r *newsroom) publish(t *testing.T, id string) {
	t.Helper()
	s := state(t, r.publisher, id)
	got, err := r.publisher.Send("/newsroom/article/"+id+"/publication", url.Values{"version": {s.Version.String()}, "when": {"now"}})
	must(t, err)
	if got.Status >= 400 {
		t.Fatalf("publishing %s: %d %.600s", id, got.Status, got.Body)
	}
	if s := state(t, r.publisher, id); s.Stage != "published" {
		t.Fatalf("publishing %s: it is %s; %d %.600s", id, s.Stage, got.Status, got.Body)
	}
}

// address is where readers find an article.
func (r *newsroom) address(t *testing.T, id string) string {
	t.Helper()
	return state(t, r.publisher, id).Path
}

// sketch is a picture of its own, by its size.
func sketch(t *testing.T, width, height int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.Set(x, y, color.RGBA{uint8(x), uint8(y), uint8(x * y / 64), 255})
		}
	}
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, img, nil))
	return b.Bytes()
}

// sketchFile is a sketch as a file.
func sketchFile(t *testing.T, name string, width, height int) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(file, sketch(t, width, height), 0o600))
	return file
}

// see waits until the page shows a text.
func see(t *testing.T, tab *chrome.Tab, text string) {
	t.Helper()
	must(t, tab.Wait(10*time.Second, fmt.Sprintf("document.body.innerText.replace(/\\s+/g, ' ').includes(%q)", text)))
}

// saved waits until the editor says that everything is on the server.
func saved(t *testing.T, tab *chrome.Tab) {
	t.Helper()
	must(t, tab.Wait(15*time.Second, `/^saved/.test(document.getElementById("saved").textContent.trim())`))
}

const password = room.Password

package e2e_test

import (
	"bytes"
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
	must(t, tab.Size(1280, 800))
	t.Cleanup(func() { lookBack(t, tab) })
	return tab
}

// lookBack leaves a picture of where a journey failed in the folder LEDE_SHOTS, if it is named, and what the console said.
func lookBack(t *testing.T, tab *chrome.Tab) {
	folder := os.Getenv("LEDE_SHOTS")
	if !t.Failed() || folder == "" {
		return
	}
	said := tab.Trouble()
	t.Logf("%s: %q", tab.Address(), said[:min(len(said), 8)])
	if picture, err := tab.Screenshot(false); err == nil {
		_ = os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%d.png", t.Name(), time.Now().UnixMilli())), picture, 0o600)
	}
}

// begin begins an article with a headline, text and a section.
func (r *newsroom) begin(t *testing.T, who *staff.Person, headline string) *staff.Article {
	t.Helper()
	a, err := who.Begin()
	must(t, err)
	must(t, a.Write("headline", map[string]any{"headline": headline, "kicker": "", "summary": "", "slug": ""}))
	must(t, a.Write("body", map[string]any{"type": "doc", "attrs": map[string]any{"schema": 1},
		"content": []any{map[string]any{"type": "paragraph", "attrs": map[string]any{"id": "begin000"}, "content": []any{map[string]any{"type": "text", "text": "The harbor is open."}}}}}))
	must(t, a.Write("filing", map[string]any{"lang": "en", "sections": []string{r.section(t)}, "bylines": []string{}, "topics": []string{}, "related": []string{}, "sources": []any{}}))
	must(t, a.LetGo())
	return a
}

// state asks the editor's page of an article.
func state(t *testing.T, who *staff.Person, id string) staff.State {
	t.Helper()
	s, err := who.State(id)
	must(t, err)
	return s
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

// publish publishes an article now, as it was typed.
func (r *newsroom) publish(t *testing.T, id string) {
	t.Helper()
	path := "/newsroom/article/" + id
	_, err := r.publisher.Send(path+"/cut", nil)
	must(t, err)
	got, err := r.publisher.Send(path+"/publication", url.Values{"version": {state(t, r.publisher, id).Version.String()}, "when": {"now"}})
	must(t, err)
	if s := state(t, r.publisher, id); s.Stage != "published" {
		t.Fatalf("publishing %s: it is %s; %d %s", id, s.Stage, got.Status, plain(got.Body))
	}
}

var tags = regexp.MustCompile(`<[^>]*>|\s+`)

// plain is the words of a page.
func plain(page []byte) string { return tags.ReplaceAllString(string(page), " ") }

// upload brings a picture in and gives its id.
func (r *newsroom) upload(t *testing.T, name string, file []byte) string {
	t.Helper()
	got, err := r.publisher.Upload(name, file)
	must(t, err)
	var added []struct{ ID string }
	must(t, got.Read(&added))
	if len(added) != 1 || added[0].ID == "" {
		t.Fatalf("a picture: %d %.300s", got.Status, got.Body)
	}
	return added[0].ID
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
	// It says so a moment after a key, once more.
	must(t, tab.Wait(15*time.Second, `await new Promise(done => setTimeout(done, 150)), /^saved/.test(document.getElementById("saved").textContent.trim())`))
}

const password = room.Password

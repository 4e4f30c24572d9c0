package e2e_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lede/e2e/chrome"
	"lede/e2e/staff"
)

// Samples of what other programs put on the clipboard.
const (
	fromWord = `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0}</style></head><body><!--StartFragment-->
<h1 style='mso-pagination:widow-orphan'>Tides<o:p></o:p></h1>
<p class=MsoNormal><b>High</b> water is at <i>eight</i>.<span style='mso-spacerun:yes'>  </span><o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span>From Word one<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span>From Word two<o:p></o:p></p>
<!--EndFragment--></body></html>`
	fromDocs = `<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr" style="line-height:1.38"><span style="font-size:11pt;font-weight:700">Docs bold</span><span style="font-size:11pt;font-weight:400"> and plain, with </span><a href="https://www.google.com/url?q=https://example.org/tide&amp;sa=D" style="text-decoration:none"><span style="color:#1155cc;text-decoration:underline">a link</span></a></p></b>`
)

// TestEverythingAnArticleMayHoldIsWrittenInTheEditor writes every block and every mark with the keyboard, pastes and drops the rest,
// publishes, and looks at what readers get.
func TestEverythingAnArticleMayHoldIsWrittenInTheEditor(t *testing.T) {
	r := openRoom(t)
	a := r.begin(t, r.publisher, "Everything a text may hold")
	tab := r.tab(t, r.publisher)
	must(t, tab.Open(r.URL+a.Path("")))
	toBody(t, tab)

	must(t, tab.Type("\n## Where the money goes\nA **strong** word, an *emphasised* one, a ~~struck~~ one, H"))
	must(t, tab.Chord("Ctrl+,"))
	must(t, tab.Type("2"))
	must(t, tab.Chord("Ctrl+,"))
	must(t, tab.Type("O and m"))
	must(t, tab.Chord("Ctrl+."))
	must(t, tab.Type("3"))
	must(t, tab.Chord("Ctrl+."))
	must(t, tab.Type(", and [a link](https://example.org/fares)."))
	must(t, tab.Type("\n### Smaller\n- a boat\na slip\n\n1. first\nsecond\n\n> A fare is a promise.\n\n---"))
	must(t, tab.Type("```"))
	must(t, tab.Type("tide = moon * 2"))
	must(t, tab.Chord("Ctrl+Enter"))

	putIn(t, tab, "Pull quote")
	must(t, tab.Type("Nowhere to land"))
	toBody(t, tab)
	putIn(t, tab, "Fact box")
	must(t, tab.Type("Nine to four"))
	toBody(t, tab)
	putIn(t, tab, "Table")
	must(t, tab.Type("Fare\tPrice\t"))
	toBody(t, tab)

	must(t, tab.Paste(fromWord, "Tides"))
	toBody(t, tab)
	must(t, tab.Type("\n"))
	must(t, tab.Paste(fromDocs, "Docs bold and plain"))
	toBody(t, tab)

	must(t, tab.Drop(".ProseMirror > :last-child", sketchFile(t, "dropped.jpg", 640, 400)))
	must(t, tab.Wait(20*time.Second, `document.querySelectorAll(".ProseMirror .picture img").length === 1`))
	must(t, tab.Fill(".ProseMirror .picture input[aria-label='Alt text']", "Stripes"))
	saved(t, tab)

	body := bodyOf(t, r.publisher, a.ID)
	for _, kind := range []string{"paragraph", "heading", "list", "quote", "pull", "fact", "table", "code", "divider", "picture"} {
		if !slices.Contains(body.kinds, kind) {
			t.Errorf("the text has no %s: %v", kind, body.kinds)
		}
	}
	for _, mark := range []string{"strong", "em", "strike", "sub", "sup", "link"} {
		if !slices.Contains(body.marks, mark) {
			t.Errorf("the text has no %s: %v", mark, body.marks)
		}
	}
	for _, words := range []string{"From Word two", "Docs bold", "https://example.org/tide", "Nowhere to land", "tide = moon * 2", "Stripes"} {
		if !strings.Contains(body.text, words) {
			t.Errorf("the text has no %q: %s", words, body.text)
		}
	}
	for _, not := range []string{"mso-", "google.com/url", "docs-internal", "**", "~~"} {
		if strings.Contains(body.text, not) {
			t.Errorf("the text has %q: %s", not, body.text)
		}
	}
	r.publish(t, a.ID)
	reader := newTab(t)
	must(t, reader.Open(r.URL+r.address(t, a.ID)))
	for _, selector := range []string{".text h2", ".text h3", ".text ul", ".text ol", ".text blockquote", ".text aside", ".text table", ".text pre", ".text hr", ".text img[alt=Stripes]", ".text strong", ".text em", ".text s, .text del", ".text sub", ".text sup", `.text a[href="https://example.org/fares"]`} {
		if !ask[bool](t, reader, `!!document.querySelector(`+quoted(selector)+`)`) {
			t.Errorf("readers see no %s", selector)
		}
	}
}

// toBody puts the keyboard at the end of the text, on a line of its own where the text ends with what is no line.
func toBody(t *testing.T, tab *chrome.Tab) {
	t.Helper()
	must(t, tab.Wait(20*time.Second, `document.querySelector(".ProseMirror")?.isContentEditable`))
	must(t, tab.ToEnd(".ProseMirror"))
}

// putIn takes something from the list of what may be put in.
func putIn(t *testing.T, tab *chrome.Tab, name string) {
	t.Helper()
	if ask[string](t, tab, `document.querySelector(".ProseMirror").lastElementChild.textContent`) != "" {
		must(t, tab.Type("\n"))
	}
	must(t, tab.Type("/"))
	must(t, tab.Wait(5*time.Second, `document.querySelector("dialog[open] [aria-label='Put in']")`))
	must(t, tab.Insert(name))
	must(t, tab.Chord("Enter"))
	must(t, tab.Wait(5*time.Second, `!document.querySelector("dialog[open]")`))
}

// body is the text of an article as the server has it.
type body struct {
	kinds, marks []string
	text         string
}

func bodyOf(t *testing.T, who *staff.Person, id string) body {
	t.Helper()
	b := body{text: string(state(t, who, id).Parts["body"].Value)}
	var root any
	must(t, json.Unmarshal([]byte(b.text), &root))
	b.walk(root)
	return b
}

func (b *body) walk(v any) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			b.walk(one)
		}
	case map[string]any:
		if kind, ok := v["type"].(string); ok {
			b.kinds = append(b.kinds, kind)
		}
		if marks, ok := v["marks"].([]any); ok {
			for _, m := range marks {
				if m, ok := m.(map[string]any); ok {
					b.marks = append(b.marks, fmt.Sprint(m["type"]))
				}
			}
		}
		b.walk(v["content"])
	}
}

// TestPicturesComeByTheFileFieldAndByDropping brings several in at once, in the library and in the text.
func TestPicturesComeByTheFileFieldAndByDropping(t *testing.T) {
	r := openRoom(t)
	tab := r.tab(t, r.publisher)
	must(t, tab.Open(r.URL+"/newsroom/pictures"))
	must(t, tab.Choose("main input[type=file]", sketchFile(t, "one.jpg", 500, 300), sketchFile(t, "two.jpg", 510, 300)))
	soon(t, 20*time.Second, "two pictures in the library", func() bool { return r.pictures(t) == 2 })
	must(t, tab.Open(r.URL+"/newsroom/pictures"))
	must(t, tab.Drop("main", sketchFile(t, "three.jpg", 520, 300)))
	soon(t, 20*time.Second, "three pictures in the library", func() bool { return r.pictures(t) == 3 })
	must(t, tab.Open(r.URL+"/newsroom/pictures"))
	must(t, tab.Choose("main input[type=file]", sketchFile(t, "one again.jpg", 500, 300)))
	must(t, tab.Wait(20*time.Second, `/already|same|there/i.test(document.querySelector("main").innerText)`))
	if n := r.pictures(t); n != 3 {
		t.Errorf("the same picture again: %d in the library, want 3", n)
	}
}

// pictures is how many the library has.
func (r *newsroom) pictures(t *testing.T) int {
	t.Helper()
	got, err := r.publisher.Ask("GET", "/newsroom/pictures.json", nil)
	must(t, err)
	return strings.Count(string(got.Body), `"token":`)
}

package doc

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func TestJSONComesBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := someDoc.Draw(t, "doc")
		back, err := Parse(d.JSON())
		if err != nil {
			t.Fatalf("%v in %s", err, d.JSON())
		}
		if diff := cmp.Diff(d, back, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestTextsJoinOverOneThatCleaningEmpties(t *testing.T) {
	em := []Mark{{Type: "em"}}
	got := New(Node{Type: "paragraph", Content: []Node{{Type: "text", Text: "a"}, {Type: "text", Text: "\x01", Marks: em}, {Type: "text", Text: "b"}}})
	if texts := got.Blocks[0].Content; len(texts) != 1 || texts[0].Text != "ab" {
		t.Errorf("got %v, want one text %q", texts, "ab")
	}
}

func TestJSONIsProseMirrors(t *testing.T) {
	d := Doc{Schema: 1, Blocks: []Node{
		{Type: "paragraph", ID: "abcdefgh", Content: []Node{textOf("Go to ", nil), textOf("the <bay>", []Mark{{Type: "link", Href: "/bay"}, {Type: "em"}})}},
		{Type: "picture", ID: "pictures", Attrs: Attrs{Media: 1 << 60, Alt: "A ferry", Wide: true}}}}
	want := `{"type":"doc","attrs":{"schema":1},"content":[{"type":"paragraph","attrs":{"id":"abcdefgh"},"content":[{"type":"text","text":"Go to "},` +
		`{"type":"text","marks":[{"type":"link","attrs":{"href":"/bay"}},{"type":"em"}],"text":"the \u003cbay\u003e"}]},` +
		`{"type":"picture","attrs":{"id":"pictures","media":"1152921504606846976","alt":"A ferry","wide":true}}]}`
	if got := string(d.JSON()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if !json.Valid(d.JSON()) {
		t.Error("wanted valid JSON")
	}
}

func TestParseRefusesWhatTheSchemaDoesNotName(t *testing.T) {
	p := func(inner string) string {
		return `{"type":"doc","attrs":{"schema":1},"content":[{"type":"paragraph"},{"type":"paragraph","attrs":{"id":"abcdefgh"},"content":[` + inner + `]}]}`
	}
	b := func(block string) string { return `{"type":"doc","attrs":{"schema":1},"content":[` + block + `]}` }
	link := func(href string) string {
		return p(`{"type":"text","text":"x","marks":[{"type":"link","attrs":{"href":"` + href + `"}}]}`)
	}
	for in, want := range map[string]string{
		`[]`:                                  "not JSON",
		`{}`:                                  "attrs.schema",
		`{"type":"doc","attrs":{"schema":9}}`: "newer",
		`{"type":"doc","attrs":{"schema":1},"extra":1}`:                       "document.extra",
		`{"type":"doc","attrs":{"schema":1}} {}`:                              "follows",
		p(`{"type":"video"}`):                                                 `content[1].content[0]: "video" may not stand here`,
		p(`{"type":"iframe"}`):                                                `content[1].content[0]: type "iframe" is unknown`,
		p(`{"type":"text"}`):                                                  "content[1].content[0]: a text is not empty",
		p(`{"type":"text","text":"a\u0000b"}`):                                "content[1].content[0].text: has a control",
		p(`{"type":"text","text":"a","onclick":"x"}`):                         "content[1].content[0].onclick: is unknown",
		p(`{"type":"text","text":"a","marks":[{"type":"blink"}]}`):            `marks[0]: type "blink" is unknown`,
		p(`{"type":"text","text":"a","marks":[{"type":"em"},{"type":"em"}]}`): `marks[1]: "em" stands twice`,
		link("javascript:alert(1)"):                                           "link to",
		link("//evil.example/"):                                               "link to",
		link("/\\\\evil.example/"):                                            "link to",
		link("https://bank.example@evil.example/"):                            "link to",
		link("data:text/html,x"):                                              "link to",
		link("relative.html"):                                                 "link to",
		link(" https://a.example/"):                                           "link to",
		b(`{"type":"heading","attrs":{"level":1}}`):                           "content[0] (heading): attrs.level: 1 is not within 2 and 3",
		b(`{"type":"heading"}`):                                               "attrs.level: is missing",
		b(`{"type":"paragraph","attrs":{"id":"../../etc"}}`):                  "attrs.id",
		b(`{"type":"paragraph","attrs":{"class":"x"}}`):                       "attrs.class: is unknown here",
		b(`{"type":"divider","attrs":{"id":"aaaaaaaa"}},{"type":"divider","attrs":{"id":"aaaaaaaa"}}`): "stands twice",
		b(`{"type":"picture","attrs":{"media":12}}`):                                                   "attrs.media",
		b(`{"type":"picture","attrs":{"media":"1","src":"https://a.example/x.jpg"}}`):                  "not fetched",
		b(`{"type":"list"}`): "holds too little",
		b(`{"type":"list","content":[{"type":"listItem","content":[{"type":"list","content":[]}]}]}`):                                           "begins with",
		b(`{"type":"table","content":[{"type":"row","content":[{"type":"cell"}]},{"type":"row","content":[{"type":"cell"},{"type":"cell"}]}]}`): "as many cells",
		b(`{"type":"code","content":[{"type":"text","text":"x","marks":[{"type":"em"}]}]}`):                                                     "may not have",
		b(`{"type":"frame","attrs":{"code":"x","height":39}}`):                                                                                  "39 is not within 40 and 2000",
		b(`{"type":"frame","attrs":{"code":"` + strings.Repeat("x", 64<<10+1) + `"}}`):                                                          "attrs.code: more than 65536 bytes",
		b(`{"type":"frame","attrs":{"code":"a\u0000b"}}`):                                                                                       "attrs.code: has a control",
		b(`{"type":"fact","content":[{"type":"frame","attrs":{"code":"x"}}]}`):                                                                  `"frame" may not stand here`,
		b(`{"type":"embed","attrs":{"url":"javascript:x"}}`):                                                                                    "attrs.url",
	} {
		if _, err := Parse([]byte(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\nwanted an error with %q, got %v", in, want, err)
		}
	}
}

func TestParseBoundsDepthAndNodes(t *testing.T) {
	deep := strings.Repeat(`{"type":"list","content":[{"type":"listItem","content":[{"type":"paragraph"},`, 20) +
		`{"type":"paragraph"}` + strings.Repeat(`]}]}`, 20)
	many := strings.Repeat(`{"type":"divider"},`, MaxNodes) + `{"type":"divider"}`
	for name, inner := range map[string]string{"deeper than": deep, "more than": many} {
		if _, err := Parse([]byte(`{"type":"doc","attrs":{"schema":1},"content":[` + inner + `]}`)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("wanted %q, got %v", name, err)
		}
	}
	if _, err := Parse([]byte(strings.Repeat(" ", MaxBytes+1))); err == nil {
		t.Error("wanted a document of more than 4 MB refused")
	}
	if _, err := Parse([]byte(strings.Repeat("[", 1<<20))); err == nil {
		t.Error("wanted a million brackets refused")
	}
}

func TestParseMendsWhatIsHarmless(t *testing.T) {
	d, err := Parse([]byte(`{"type":"doc","attrs":{"schema":1},"content":[{"type":"paragraph","attrs":{"id":null},"content":[` +
		`{"type":"text","text":"Cafe\u0301 ","marks":[{"type":"em"},{"type":"strong"}]},{"type":"text","text":"bar","marks":[{"type":"strong"},{"type":"em"}]}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []Node{textOf("Café bar", []Mark{{Type: "strong"}, {Type: "em"}})}
	if diff := cmp.Diff(want, d.Blocks[0].Content); diff != "" {
		t.Error(diff)
	}
	if !goodID(d.Blocks[0].ID) {
		t.Errorf("wanted an id for the block, got %q", d.Blocks[0].ID)
	}
}

func TestNewerDocumentsAreToldApart(t *testing.T) {
	if _, err := Parse([]byte(`{"type":"doc","attrs":{"schema":2}}`)); !errors.Is(err, ErrNewer) {
		t.Errorf("wanted ErrNewer, got %v", err)
	}
	for v := 1; v < Version; v++ {
		if migrations[v] == nil {
			t.Errorf("no way from schema %d to %d", v, v+1)
		}
	}
}

func TestEveryBlockHasItsOwnID(t *testing.T) {
	d := New(P("one"), List("a", List("b")), Quote("", "c"), Gallery("", PictureOf(1, "", "", ""), PictureOf(2, "", "", "")))
	seen := map[string]bool{}
	for n := range d.All() {
		if kinds[n.Type].block != (n.ID != "") || seen[n.ID] && n.ID != "" {
			t.Errorf("%s has the id %q", n.Type, n.ID)
		}
		seen[n.ID] = true
	}
	if b, ok := d.Block(d.Blocks[2].Content[0].ID); !ok || b.PlainText() != "c" {
		t.Errorf("wanted the quoted paragraph, got %v", b)
	}
}

func TestDocumentTellsItsMediaAndLinks(t *testing.T) {
	d := New(P("[a](https://a.example/) [b](/b) [a](https://a.example/)"), PictureOf(3, "", "", ""), Video(5, 4, "", "", ""),
		PictureOf(3, "", "", ""), Embed("https://youtu.be/dQw4w9WgXcQ", "", ""))
	if diff := cmp.Diff([]int64{3, 5, 4}, d.Media()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"https://a.example/", "/b", "https://youtu.be/dQw4w9WgXcQ"}, d.Links()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"www.youtube-nocookie.com"}, d.FrameHosts()); diff != "" {
		t.Error(diff)
	}
	c := d.Clone()
	c.Walk(func(n *Node) { n.Text = "changed" })
	if strings.Contains(d.Text(), "changed") {
		t.Error("a clone shares its texts")
	}
	if New(P("")).Empty() != true || d.Empty() {
		t.Error("wanted a document with an empty paragraph to be empty, and one with pictures not")
	}
}

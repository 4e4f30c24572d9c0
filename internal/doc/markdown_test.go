package doc

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func TestMarkdownComesBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := someDoc.Draw(t, "doc")
		back, err := FromMarkdown(d.Markdown())
		if err != nil {
			t.Fatalf("%v in\n%s", err, d.Markdown())
		}
		if diff := cmp.Diff(plainDoc(d), plainDoc(back), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%s\nin\n%s", diff, d.Markdown())
		}
	})
}

const sample = `The ferry **left** at *six*, says [the log](<https://log.example/a_b>). It~2~O ~~not~~ 10^th^\
A new line with 2 \* 3 and snake_case & \<b>.

## In the bay

- one
- two
  1. nested
  2. again

  more of two

* another list

> Nobody saw it.
>
> Nobody.
>
> — Ines Calloway

| Pier | Boats |
| --- | --: |
| 9 | *12* |
| 10 | a \| b |

---

` + "```go\nfunc main() {}\n```\n\n```lede:picture\n{\"media\":\"7\",\"alt\":\"A ferry\"}\n```\n"

func TestMarkdownIsWhatPeopleWrite(t *testing.T) {
	d, err := FromMarkdown(sample)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample, d.Markdown()); diff != "" {
		t.Error(diff)
	}
	var kinds []string
	for _, b := range d.Blocks {
		kinds = append(kinds, b.Type)
	}
	if got := strings.Join(kinds, " "); got != "paragraph heading list list quote table divider code picture" {
		t.Errorf("got %s", got)
	}
}

func TestMarksWithinWordsStayMarkdown(t *testing.T) {
	d := New(P("a"), Node{Type: "paragraph", Content: []Node{textOf("un", nil), textOf(" “frozen” ", []Mark{{Type: "strong"}}), textOf("ly", []Mark{{Type: "em"}})}})
	if strings.Contains(d.Markdown(), fencePrefix) {
		t.Errorf("wanted no fence in\n%s", d.Markdown())
	}
}

func TestHTMLInMarkdownIsText(t *testing.T) {
	d, err := FromMarkdown("<script>alert(1)</script>\n\n<div onclick=x>a</div> <b>b</b> <!-- c -->\n\n[x](javascript:alert(1)) ![y](data:image/png,x)")
	if err != nil {
		t.Fatal(err)
	}
	want := "<script>alert(1)</script>\n\n<div onclick=x>a</div> <b>b</b> <!-- c -->\n\nx "
	if diff := cmp.Diff(want, d.Text()); diff != "" {
		t.Error(diff)
	}
	if len(d.Links()) > 0 || len(d.Sources()) > 0 {
		t.Errorf("wanted no links, got %v %v", d.Links(), d.Sources())
	}
}

func TestMarkdownPicturesWaitToBeFetched(t *testing.T) {
	d, err := FromMarkdown("Text ![The bay](https://x.example/b.jpg \"Seen from above\") goes on.")
	if err != nil {
		t.Fatal(err)
	}
	want := []Node{{Type: "paragraph", Content: []Node{textOf("Text  goes on.", nil)}},
		{Type: "picture", Attrs: Attrs{Src: "https://x.example/b.jpg", Alt: "The bay", Caption: "Seen from above"}}}
	if diff := cmp.Diff(want, plainDoc(d)); diff != "" {
		t.Error(diff)
	}
	if d.Check() == nil {
		t.Error("wanted a picture that is not fetched refused")
	}
}

func TestHostileMarkdownIsReadInTime(t *testing.T) {
	for name, md := range map[string]string{
		"quotes":     strings.Repeat(">", 40_000),
		"brackets":   strings.Repeat("[", 40_000),
		"links":      strings.Repeat("[a](", 20_000),
		"stars":      strings.Repeat("*a ", 20_000) + strings.Repeat("a* ", 20_000),
		"carets":     strings.Repeat("^a ", 20_000) + strings.Repeat("a^ ", 20_000),
		"tildes":     strings.Repeat("~", 40_000) + "a" + strings.Repeat("~", 40_000),
		"backticks":  strings.Repeat("`a``", 20_000),
		"lists":      strings.Repeat("- ", 20_000) + "a",
		"table":      strings.Repeat("|a", 20_000) + "\n" + strings.Repeat("|-", 20_000) + "\n" + strings.Repeat("|\n", 20_000),
		"quoted":     "> " + strings.Repeat("|a", 20_000) + "\n> " + strings.Repeat("|-", 20_000) + "\n" + strings.Repeat("> |\n", 20_000),
		"paragraphs": strings.Repeat("a\n\n", 40_000),
	} {
		begun := time.Now()
		FromMarkdown(md)
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("%s took %v", name, took)
		} else {
			t.Logf("%s took %v", name, took)
		}
	}
}

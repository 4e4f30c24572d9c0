package doc

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestDifferenceIsToldBlockByBlock(t *testing.T) {
	a := New(P("First."), P("The vote was ten to four, by dawn."), P("Gone."), P("Stays."), P("Moves."))
	b := a.Clone()
	b.Blocks[1].Content = readInline("The vote was nine to four, by dawn.")
	b.Blocks = []Node{b.Blocks[4], b.Blocks[0], b.Blocks[1], b.Blocks[3], P("New.")}
	b = New(b.Blocks...)
	var got []string
	for _, c := range Diff(a, b) {
		got = append(got, fmt.Sprintf("%s %v %s", c.Kind, c.Moved, c.HTML(1)))
	}
	want := []string{"moved true Moves.", "changed false … was <del>ten</del><ins>nine</ins> to …", "removed false <del>Gone.</del>", "added false <ins>New.</ins>"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if Diff(a, a.Clone()) != nil {
		t.Error("wanted nothing for the same text")
	}
	if got := Diff(New(P("a"), P("b")), New(P("a"), P("b"))); got != nil {
		t.Errorf("wanted blocks that say the same to be the same without their ids, got %v", got)
	}
}

func TestChangedDressIsAChange(t *testing.T) {
	a := New(P("The ferry [left](/a)"))
	b := a.Clone()
	b.Blocks[0].Content = readInline("The ferry [left](/b)")
	got := Diff(a, b)
	if len(got) != 1 || got[0].Kind != Changed || got[0].HTML(0) != "The ferry left" {
		t.Errorf("got %+v", got)
	}
}

func TestPiecesMakeBothTexts(t *testing.T) {
	text := rapid.StringMatching(`([abc] ){0,12}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		before, after := diffText(a, b)
		join := func(ps []Piece, but Op) (s string, kept []string) {
			for _, p := range ps {
				s += p.Text
				if p.Op == Same {
					kept = append(kept, p.Text)
				}
				if p.Op == but {
					t.Fatalf("%s on the wrong side", but)
				}
			}
			return s, kept
		}
		gotA, keptA := join(before, Inserted)
		gotB, keptB := join(after, Deleted)
		if gotA != a || gotB != b || !cmp.Equal(keptA, keptB) {
			t.Fatalf("%q -> %q: %v %v", a, b, before, after)
		}
		(Change{Before: before, After: after}).HTML(1)
	})
}

func TestTenThousandWordsAreComparedAtOnce(t *testing.T) {
	var a, b, c []string
	for i := range 10_000 {
		a = append(a, fmt.Sprint("word", i%700))
		b = append(b, fmt.Sprint("word", (i*7919)%701))
		c = append(c, a[i])
		if i%9 == 0 {
			c[i] = "other"
		}
	}
	for name, with := range map[string][]string{"another text": b, "every ninth word": c} {
		begun := time.Now()
		diffText(strings.Join(a, " "), strings.Join(with, " "))
		if took := time.Since(begun); took > 100*time.Millisecond {
			t.Errorf("%s took %v, wanted at most 100 ms", name, took)
		}
	}
}

func TestRewrittenSentenceIsShownWhole(t *testing.T) {
	before, after := diffText("The company has not said when work will begin. Boats go on.", "Work begins on the first day, the company says. Boats go on.")
	if len(before) != 2 || len(after) != 2 || after[1].Text != " Boats go on." && after[1].Text != ". Boats go on." {
		t.Errorf("it reads %q and %q", before, after)
	}
	before, _ = diffText("The council voted 10–4 in the small hours.", "The council voted 9–4 in the small hours.")
	if len(before) != 3 {
		t.Errorf("one figure changed, and it reads %q", before)
	}
}

func TestDifferenceOfAFrameIsOfItsCode(t *testing.T) {
	was := Frame("Tides", "let high = 3;\nlet low = 1;", 300)
	was.ID = "frame0001"
	now := was
	now.Attrs.Code = "let high = 4;\nlet low = 1;"
	changes := Diff(New(P("a"), was), New(P("a"), now))
	if len(changes) != 1 || changes[0].Kind != Changed {
		t.Fatalf("wanted one changed block, got %v", changes)
	}
	if got := string(changes[0].HTML(2)); !strings.Contains(got, "<del>3</del><ins>4</ins>") {
		t.Errorf("the difference is %q", got)
	}
}

func TestDocumentTellsItsFrames(t *testing.T) {
	d := New(P("a"), Frame("Tides", "<b>1</b>", 0), Frame("Empty", "", 0), Frame("", "\r\n2\x01", 0))
	frames := d.Frames()
	if len(frames) != 2 || frames[0].Attrs.Title != "Tides" || frames[1].Attrs.Code != "\n2" {
		t.Errorf("wanted the two frames with code, got %v", frames)
	}
	if err := d.Check(); err != nil || d.Empty() {
		t.Errorf("a text with frames is refused (%v) or empty", err)
	}
}

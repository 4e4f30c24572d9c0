package desk_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"lede/desk"
	"lede/internal/doc"
	"lede/internal/fault"
)

func TestWhatIsTypedIsThere(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		was := r.part(t, desk.Headline)
		if !strings.Contains(string(was.Value), `"Ferry"`) || was.By != 0 {
			t.Fatalf("before anybody types the headline is %s by %d", was.Value, was.By)
		}
		k := r.types(t, "one", ana, "Ferry stops")
		is := r.part(t, desk.Headline)
		if is.Seq != k.Seq || is.By != ana || !strings.Contains(string(is.Value), "Ferry stops") {
			t.Errorf("the headline is %+v after seq %d", is, k.Seq)
		}
	})
}

func TestSameWriteAgainIsAnsweredAsTheFirst(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		w := desk.Writing{Article: r.id, Part: desk.Headline, Tab: "one", By: ana, Base: r.part(t, desk.Headline).Seq, Value: headline("Once")}
		first, err := r.desk.Write(t.Context(), w, r.Now())
		if err != nil {
			t.Fatal(err)
		}
		r.Pass(time.Second)
		again, err := r.desk.Write(t.Context(), w, r.Now())
		if err != nil || again.Seq != first.Seq || !again.At.Equal(first.At) {
			t.Errorf("again it is %+v (%v), wanted %+v", again, err, first)
		}
	})
}

func TestTabThatDidNotHearGoesOnWithTheWholeText(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		base := r.part(t, desk.Body).Seq
		w := desk.Writing{Article: r.id, Part: desk.Body, Tab: "one", By: ana, Base: base, N: 1, Value: body("a", "b")}
		if _, err := r.desk.Write(t.Context(), w, r.Now()); err != nil {
			t.Fatal(err)
		}
		w.N, w.Value, w.Patch = 2, nil, &desk.Patch{Changed: []json.RawMessage{block("block0000", "aa")}}
		if _, err := r.desk.Write(t.Context(), w, r.Now()); !errors.Is(err, desk.ErrWhole) {
			t.Fatalf("a patch on what it did not hear of is %v, wanted to be asked for the whole", err)
		}
		w.N, w.Value, w.Patch = 3, body("aa", "b"), nil
		if _, err := r.desk.Write(t.Context(), w, r.Now()); err != nil {
			t.Fatal(err)
		}
		// The answers were lost, and now the first write comes late.
		w.N, w.Value = 1, body("a", "b")
		if _, err := r.desk.Write(t.Context(), w, r.Now()); err != nil {
			t.Fatal(err)
		}
		if is := string(r.part(t, desk.Body).Value); !strings.Contains(is, `"aa"`) {
			t.Errorf("a write that came late stands: %s", is)
		}
	})
}

func TestPatchChangesBlocks(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		w := desk.Writing{Article: r.id, Part: desk.Body, Tab: "one", By: ana, Base: r.part(t, desk.Body).Seq, Value: body("one", "two", "three")}
		k, err := r.desk.Write(t.Context(), w, r.Now())
		if err != nil {
			t.Fatal(err)
		}
		w.Base, w.Value = k.Seq, nil
		w.Patch = &desk.Patch{Order: []string{"block0002", "newblock1", "block0000"}, Changed: []json.RawMessage{block("newblock1", "new"), block("block0000", "One")}}
		if k, err = r.desk.Write(t.Context(), w, r.Now()); err != nil {
			t.Fatal(err)
		}
		d, err := doc.Parse(r.part(t, desk.Body).Value)
		if err != nil || d.Text() != "three\n\nnew\n\nOne" {
			t.Errorf("the text is %q (%v)", d.Text(), err)
		}
		for name, p := range map[string]desk.Patch{
			"an unknown block":                 {Order: []string{"block0002", "nowhere12"}},
			"a block twice":                    {Order: []string{"block0002", "block0002"}},
			"a new block that stands nowhere":  {Changed: []json.RawMessage{block("newblock2", "x")}},
			"a changed block that is not told": {Order: []string{"block0002"}, Changed: []json.RawMessage{block("block0000", "x")}},
			"a block without an id":            {Changed: []json.RawMessage{[]byte(`{"type":"paragraph"}`)}},
			"no block":                         {Changed: []json.RawMessage{[]byte(`3`)}},
		} {
			w.Base, w.Patch = k.Seq, &p
			if _, err := r.desk.Write(t.Context(), w, r.Now()); !errors.Is(err, desk.ErrWhole) {
				t.Errorf("%s is %v, wanted to be asked for the whole", name, err)
			}
		}
		if r.part(t, desk.Body).Seq != k.Seq {
			t.Error("a patch that does not fit changed something")
		}
	})
}

func TestSomebodyElsesTextIsNotWrittenOver(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		base := r.part(t, desk.Headline).Seq
		r.types(t, "one", ana, "Ana's")
		var held desk.Held
		if _, err := r.write(t, "two", jonas, base, "Jonas'"); !errors.As(err, &held) || held.By != ana {
			t.Fatalf("while Ana writes Jonas gets %v, wanted to hear that she holds it", err)
		}
		r.Pass(desk.Idle)
		var stands desk.Stands
		if _, err := r.write(t, "two", jonas, base, "Jonas'"); !errors.As(err, &stands) || stands.By != ana || !strings.Contains(string(stands.Value), "Ana's") {
			t.Fatalf("once she is idle Jonas gets %v, wanted to see her text", err)
		}
		if k, err := r.write(t, "two", jonas, stands.Seq, "Both"); err != nil || k.Seq != stands.Seq+1 {
			t.Fatalf("from what stands he gets %v", err)
		}
		r.hasVersion(t, "Ana's")
	})
}

func TestAskedHolderAnswersOrLosesIt(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.types(t, "one", ana, "Ana's")
		h, err := r.desk.Ask(t.Context(), r.id, desk.Headline, "two", jonas, r.Now())
		if err != nil || h.Tab != "one" || h.Asked.By != jonas {
			t.Fatalf("after the ask the hold is %+v (%v)", h, err)
		}
		if h, err = r.desk.Keep(t.Context(), r.id, desk.Headline, "one", ana, r.Now()); err != nil || !h.Asked.No {
			t.Fatalf("a refusal leaves %+v (%v)", h, err)
		}
		r.Pass(desk.Answer + time.Second)
		if _, err := r.desk.Take(t.Context(), r.id, desk.Headline, "two", jonas, r.Now()); !errors.Is(err, fault.Conflict) {
			t.Fatalf("a refused ask takes it all the same: %v", err)
		}
		if _, err := r.desk.Ask(t.Context(), r.id, desk.Headline, "two", jonas, r.Now()); err != nil {
			t.Fatal(err)
		}
		if _, err := r.desk.Ask(t.Context(), r.id, desk.Headline, "three", 13, r.Now()); !errors.Is(err, fault.Conflict) {
			t.Fatalf("a second who asks gets %v, wanted to wait", err)
		}
		r.Pass(desk.Answer)
		h, err = r.desk.Take(t.Context(), r.id, desk.Headline, "two", jonas, r.Now())
		if err != nil || h.Tab != "two" || h.From != "one" || h.FromBy != ana {
			t.Fatalf("an ask without an answer ends as %+v (%v)", h, err)
		}
		r.hasVersion(t, "Ana's")
		var held desk.Held
		if _, err := r.write(t, "one", ana, r.part(t, desk.Headline).Seq, "more"); !errors.As(err, &held) || held.By != jonas {
			t.Errorf("she who lost it gets %v, wanted to hear who has it", err)
		}
	})
}

func TestOnesOwnOtherWindowTakesItAtOnce(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.types(t, "phone", ana, "On the phone")
		if h, err := r.desk.Ask(t.Context(), r.id, desk.Headline, "desk", ana, r.Now()); err != nil || h.Tab != "desk" {
			t.Fatalf("the hold is %+v (%v)", h, err)
		}
		r.hasVersion(t, "On the phone")
	})
}

func TestHoldIsGivenAndLetGo(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.types(t, "one", ana, "Ana's")
		if _, err := r.desk.Ask(t.Context(), r.id, desk.Headline, "two", jonas, r.Now()); err != nil {
			t.Fatal(err)
		}
		if h, err := r.desk.Give(t.Context(), r.id, desk.Headline, "one", ana, r.Now()); err != nil || h.Tab != "two" || h.By != jonas {
			t.Fatalf("given, the hold is %+v (%v)", h, err)
		}
		r.types(t, "two", jonas, "Jonas'")
		if err := r.desk.Leave(t.Context(), r.id, "two", jonas, r.Now()); err != nil {
			t.Fatal(err)
		}
		r.hasVersion(t, "Jonas'")
		if sc, err := r.desk.Scene(t.Context(), r.id, r.Now()); err != nil || len(sc.Holds) != 0 {
			t.Errorf("after he left the holds are %+v (%v)", sc.Holds, err)
		}
	})
}

func TestVersionIsCutEveryMinuteOfWriting(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		for _, says := range []string{"a", "b", "c", "d", "e"} {
			r.types(t, "one", ana, says)
			r.Pass(20 * time.Second)
		}
		if got := strings.Join(r.versions(t), " "); got != "Ferry d" {
			t.Errorf("the versions say %q", got)
		}
		r.Pass(desk.Every)
		if err := r.desk.Sweep(t.Context(), r.Now()); err != nil {
			t.Fatal(err)
		}
		r.hasVersion(t, "e")
		if n := len(r.versions(t)); n != 3 {
			t.Errorf("there are %d versions, wanted 3", n)
		}
	})
}

func TestTextThatIsNoneIsKeptAndSaysWhy(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		w := desk.Writing{Article: r.id, Part: desk.Body, Tab: "one", By: ana, Base: r.part(t, desk.Body).Seq, Value: json.RawMessage(`{"type":"doc","attrs":{"schema":1},"content":[{"type":"spell"}]}`)}
		if _, err := r.desk.Write(t.Context(), w, r.Now()); err != nil {
			t.Fatalf("it is refused: %v", err)
		}
		r.types(t, "one", ana, "All the same")
		if _, err := r.desk.Cut(t.Context(), r.id, r.Now()); err != nil {
			t.Fatal(err)
		}
		r.hasVersion(t, "All the same")
		scraps, err := r.desk.Unversioned(t.Context())
		if err != nil || len(scraps) != 1 || scraps[0].Part != desk.Body || !strings.Contains(scraps[0].Why, "spell") {
			t.Fatalf("the scraps are %+v (%v)", scraps, err)
		}
		if _, err := r.desk.Cut(t.Context(), r.id, r.Now()); err != nil {
			t.Fatal(err)
		}
		if again, _ := r.desk.Scraps(t.Context(), r.id); len(again) != 1 {
			t.Errorf("the same is kept %d times", len(again))
		}
		if is := r.part(t, desk.Body); !strings.Contains(string(is.Value), "spell") {
			t.Errorf("what was typed is gone: %s", is.Value)
		}
	})
}

func TestHostileValuesAreKeptOrRefused(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		for _, good := range []string{`null`, `"x"`, `{"headline":"\u0000"}`, "{\"headline\":\"\xff\"}", `[[[[]]]]`} {
			w := desk.Writing{Article: r.id, Part: desk.Headline, Tab: "one", By: ana, Base: r.part(t, desk.Headline).Seq, Value: json.RawMessage(good)}
			if _, err := r.desk.Write(t.Context(), w, r.Now()); err != nil {
				t.Errorf("%q is refused: %v", good, err)
			}
			if _, err := r.desk.Cut(t.Context(), r.id, r.Now()); err != nil {
				t.Errorf("after %q no version is cut: %v", good, err)
			}
		}
		for _, bad := range []string{`{`, ``, `{"a":1} x`} {
			w := desk.Writing{Article: r.id, Part: desk.Headline, Tab: "one", By: ana, Base: r.part(t, desk.Headline).Seq, Value: json.RawMessage(bad)}
			if _, err := r.desk.Write(t.Context(), w, r.Now()); !fault.IsInvalid(err) {
				t.Errorf("%q is %v, wanted to be refused", bad, err)
			}
		}
		if _, err := r.desk.Write(t.Context(), desk.Writing{Article: 99, Part: desk.Body, Tab: "one", Value: json.RawMessage(`null`)}, r.Now()); !errors.Is(err, fault.NotFound) {
			t.Errorf("an article that is not there is %v", err)
		}
		if _, err := r.desk.Write(t.Context(), desk.Writing{Article: r.id, Part: "heading", Tab: "one", Value: json.RawMessage(`null`)}, r.Now()); !errors.Is(err, fault.NotFound) {
			t.Errorf("a part that is none is %v", err)
		}
	})
}

// The ids of windows are told to everybody at the article, those who only read it too.
func TestNobodyLetsGoForSomebodyElse(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.types(t, "one", ana, "Ana's")
		if _, err := r.desk.See(t.Context(), r.id, "one", desk.Headline, ana, r.Now()); err != nil {
			t.Fatal(err)
		}
		if _, err := r.desk.Ask(t.Context(), r.id, desk.Headline, "two", jonas, r.Now()); err != nil {
			t.Fatal(err)
		}
		if h, err := r.desk.Give(t.Context(), r.id, desk.Headline, "one", jonas, r.Now()); err != nil || h.Tab != "one" {
			t.Errorf("he gave it to himself: %+v (%v)", h, err)
		}
		if err := r.desk.Leave(t.Context(), r.id, "one", jonas, r.Now()); err != nil {
			t.Fatal(err)
		}
		if sc, err := r.desk.Scene(t.Context(), r.id, r.Now()); err != nil || len(sc.Holds) != 1 || sc.Holds[0].By != ana || len(sc.Visitors) != 1 {
			t.Errorf("after he left in her name there are %+v and %+v (%v)", sc.Holds, sc.Visitors, err)
		}
	})
}

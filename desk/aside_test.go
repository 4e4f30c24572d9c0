package desk_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"lede/article"
	"lede/desk"
	"lede/internal/db"
	"lede/internal/doc"
	"lede/internal/fault"
)

func TestWhatTwoWroteIsMergedAndBothStay(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		base := r.part(t, desk.Headline).Seq
		k := r.types(t, "one", ana, "Ana's")
		w := desk.Writing{Article: r.id, Part: desk.Headline, Tab: "two", By: jonas, Base: base, N: 1, Value: headline("Jonas'")}
		if _, err := r.desk.PutAside(t.Context(), w, r.Now()); err != nil {
			t.Fatal(err)
		}
		st, err := r.desk.State(t.Context(), r.id, r.Now())
		if err != nil || len(st.Asides) != 1 || st.Asides[0].By != jonas {
			t.Fatalf("beside stands %+v (%v)", st.Asides, err)
		}
		r.Pass(desk.Idle)
		w.Value, w.Base, w.N = headline("Both's"), k.Seq, 2
		merged, err := r.desk.Merge(t.Context(), w, "two", r.Now())
		if err != nil {
			t.Fatal(err)
		}
		if again, err := r.desk.Merge(t.Context(), w, "two", r.Now()); err != nil || again.Seq != merged.Seq {
			t.Errorf("the same merge again is %+v (%v)", again, err)
		}
		r.hasVersion(t, "Ana's")
		r.hasVersion(t, "Jonas'")
		if all, _ := r.desk.AllAsides(t.Context()); len(all) != 0 {
			t.Errorf("beside still stands %+v", all)
		}
		if is := r.part(t, desk.Headline); !strings.Contains(string(is.Value), "Both's") {
			t.Errorf("the headline is %s", is.Value)
		}
	})
}

func TestMergeOfWhatDoesNotStandIsRefused(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		k := r.types(t, "one", ana, "Ana's")
		w := desk.Writing{Article: r.id, Part: desk.Headline, Tab: "two", By: jonas, Base: k.Seq - 1, Value: headline("Both")}
		r.Pass(desk.Idle)
		var stands desk.Stands
		if _, err := r.desk.Merge(t.Context(), w, "two", r.Now()); !errors.As(err, &stands) || stands.Seq != k.Seq {
			t.Errorf("it is %v", err)
		}
	})
}

func TestRestoringKeepsWhatItReplaces(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.types(t, "one", ana, "Better")
		r.Pass(time.Second)
		if err := r.desk.Restore(t.Context(), r.id, 1, "one", ana, r.Now()); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(r.versions(t), " | "); got != "Ferry | Better | Ferry" {
			t.Errorf("the versions say %s", got)
		}
		if is := r.part(t, desk.Headline); !strings.Contains(string(is.Value), "Ferry") || is.By != ana {
			t.Errorf("the headline is %s by %d", is.Value, is.By)
		}
	})
}

func TestRestoringWaitsForWhoWrites(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.types(t, "one", ana, "Better")
		var held desk.Held
		if err := r.desk.Restore(t.Context(), r.id, 1, "two", jonas, r.Now()); !errors.As(err, &held) || held.By != ana {
			t.Fatalf("it is %v, wanted to hear that Ana writes", err)
		}
		if is := r.part(t, desk.Headline); !strings.Contains(string(is.Value), "Better") {
			t.Errorf("the headline is %s", is.Value)
		}
	})
}

func TestChangeFromElsewhereReachesPartsWithoutWordsOfTheirOwn(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		first := r.part(t, desk.Headline)
		k := r.types(t, "one", ana, "Mine")
		text := r.Article(r.id).Text
		text.Headline, text.Lead.Caption = "Theirs", "A boat."
		if err := r.Articles.Save(t.Context(), r.id, r.Article(r.id).Version, text, jonas, r.Now()); err != nil {
			t.Fatal(err)
		}
		if is := r.part(t, desk.Headline); is.Seq != k.Seq || is.Seq == first.Seq {
			t.Errorf("the headline with words of its own is at %d", is.Seq)
		}
		if is := r.part(t, desk.Pictures); !strings.Contains(string(is.Value), "A boat.") {
			t.Errorf("the picture is %s", is.Value)
		}
		if _, err := r.desk.Cut(t.Context(), r.id, r.Now()); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(r.versions(t), " | "); got != "Ferry | Theirs | Mine" {
			t.Errorf("the versions say %s", got)
		}
	})
}

func TestLawReachesTheDesk(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		text := `{"type":"doc","attrs":{"schema":1},"content":[{"type":"paragraph","attrs":{"id":"block0000"},"content":[{"type":"text","text":"It was Tom "},{"type":"text","text":"Brandt","marks":[{"type":"em"}]},{"type":"text","text":" who did it."}]}]}`
		w := desk.Writing{Article: r.id, Part: desk.Body, Tab: "one", By: ana, Base: r.part(t, desk.Body).Seq, Value: json.RawMessage(text)}
		if _, err := r.desk.Write(t.Context(), w, r.Now()); err != nil {
			t.Fatal(err)
		}
		w.Tab, w.Value = "two", json.RawMessage(`{"spell":["Tom Brandt",{"type":"picture","attrs":{"media":"77","alt":"Brandt at home"}}]}`)
		if _, err := r.desk.PutAside(t.Context(), w, r.Now()); err != nil {
			t.Fatal(err)
		}
		if _, err := r.desk.AddNote(t.Context(), desk.Note{Article: r.id, Block: "block0000", Quote: "Tom Brandt", Text: "Is Tom Brandt of age?", By: ana}, nil, r.Now()); err != nil {
			t.Fatal(err)
		}
		err := r.DB.Tx(t.Context(), func(ctx context.Context, q db.Q) error {
			return desk.Blank(ctx, q, r.id, article.Blanking{Passages: []string{"Tom Brandt"}, Pictures: []int64{77}})
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"working", "aside", "scrap"} {
			var n int
			if err := r.DB.Read().QueryRowContext(t.Context(), `select count(*) from `+table+` where value like '%Brandt%'`).Scan(&n); err != nil || n != 0 {
				t.Errorf("%s still has it %d times (%v)", table, n, err)
			}
		}
		notes, _ := r.desk.Notes(t.Context(), r.id)
		if strings.Contains(notes[0].Text+notes[0].Quote, "Brandt") {
			t.Errorf("the note says %+v", notes[0])
		}
		d, err := doc.Parse(r.part(t, desk.Body).Value)
		if err != nil || !strings.Contains(d.Text(), "who did it") {
			t.Errorf("the text is %q (%v)", d.Text(), err)
		}
		var stands desk.Stands
		w = desk.Writing{Article: r.id, Part: desk.Body, Tab: "one", By: ana, Base: r.part(t, desk.Body).Seq - 1, Value: json.RawMessage(text)}
		if _, err := r.desk.Write(t.Context(), w, r.Now()); !errors.As(err, &stands) {
			t.Errorf("the window that still has it writes over it: %v", err)
		}
	})
}

func TestWhatStandsBesideIsBounded(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		w := desk.Writing{Article: r.id, Part: desk.Body, By: ana, Value: json.RawMessage(`"` + strings.Repeat("a", desk.MaxValue-2) + `"`)}
		var invalid error
		for n := range 9 {
			w.Tab, w.N = "tab"+string(rune('a'+n)), int64(n+1)
			if _, err := r.desk.PutAside(t.Context(), w, r.Now()); err != nil {
				invalid = err
				if n < 8 {
					t.Fatalf("the %d. is refused: %v", n+1, err)
				}
			}
		}
		if !fault.IsInvalid(invalid) {
			t.Errorf("36 MB stand beside: %v", invalid)
		}
		w.Tab, w.N, w.Value = "taba", 20, headline("short")
		if _, err := r.desk.PutAside(t.Context(), w, r.Now()); err != nil {
			t.Errorf("a shorter one in place of its own: %v", err)
		}
		if all, err := r.desk.AllAsides(t.Context()); err != nil || len(all) != 8 || len(all[0].Value) != 0 {
			t.Errorf("the list has %d (%v), or says all they say", len(all), err)
		}
	})
}

// What the law takes out while a text beside is merged, or a version is cut or restored, does not come back by that.
func TestWhatTheLawTakesOutMeanwhileDoesNotComeBack(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		for range 12 {
			r.id = r.Write(r.Text("Ferry of Tom Brandt")).ID
			k := r.types(t, "one", ana, "Ana's")
			w := desk.Writing{Article: r.id, Part: desk.Headline, Tab: "two", By: jonas, Base: k.Seq, N: 1, Value: headline("Tom Brandt's")}
			if _, err := r.desk.PutAside(t.Context(), w, r.Now()); err != nil {
				t.Fatal(err)
			}
			r.Pass(desk.Idle)
			w.Value, w.N = headline("Both's"), 2
			var both sync.WaitGroup
			both.Go(func() { _, _ = r.desk.Merge(t.Context(), w, "two", r.Now()) })
			both.Go(func() { _ = r.desk.Restore(t.Context(), r.id, 1, "three", ana, r.Now()) })
			both.Go(func() { r.redact(t, "Tom Brandt") })
			both.Wait()
			for _, says := range r.versions(t) {
				if strings.Contains(says, "Brandt") {
					t.Errorf("a version says %q", says)
				}
			}
			err := r.desk.Unseen(t.Context(), func(article int64, value string) {
				if article == r.id && strings.Contains(value, "Brandt") {
					t.Errorf("the desk keeps %s", value)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// redact takes a passage out of the article, however often it changes meanwhile.
func (r *room) redact(t *testing.T, passage string) {
	for range 50 {
		version, err := r.Articles.Version(t.Context(), r.id)
		if err == nil {
			err = r.Articles.Redact(t.Context(), r.id, version, article.Blanking{Passages: []string{passage}, Note: "By order of a court."}, ana, r.Now())
		}
		if err == nil {
			return
		}
		if !errors.Is(err, fault.Conflict) {
			t.Error(err)
			return
		}
	}
	t.Error("it could not be taken out")
}

// A version has texts composed and with single spaces; what is being written has them as they were typed.
func TestWhatTheLawTakesOutGoesHoweverItWasTyped(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.id = r.Write(r.Text("Ferry of José Brandt")).ID
		for n, typed := range []string{"Jose\u0301 Brandt sinks", "José  Brandt sinks", " José\u00a0Brandt sinks"} {
			r.types(t, "one", ana, typed)
			w := desk.Writing{Article: r.id, Part: desk.Headline, Tab: "beside", By: jonas, N: int64(n + 1), Value: headline(typed)}
			if _, err := r.desk.PutAside(t.Context(), w, r.Now()); err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				if _, err := r.desk.Cut(t.Context(), r.id, r.Now()); err != nil {
					t.Fatal(err)
				}
			}
			r.types(t, "one", ana, typed+" again")
			if n > 0 {
				if err := r.Articles.Save(t.Context(), r.id, r.version(t), r.Text("Ferry of José Brandt"), ana, r.Now()); err != nil {
					t.Fatal(err)
				}
			}
			r.redact(t, "José Brandt")
			if _, err := r.desk.Cut(t.Context(), r.id, r.Now()); err != nil {
				t.Fatal(err)
			}
			for _, says := range r.versions(t) {
				if strings.Contains(says, "Brandt") {
					t.Errorf("typed as %q, a version says %q", typed, says)
				}
			}
			err := r.desk.Unseen(t.Context(), func(article int64, value string) {
				if article == r.id && strings.Contains(value, "Brandt") {
					t.Errorf("typed as %q, the desk keeps %s", typed, value)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

func (r *room) version(t *testing.T) int64 {
	t.Helper()
	n, err := r.Articles.Version(t.Context(), r.id)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

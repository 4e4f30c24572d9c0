package article_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"lede/article"
	"lede/internal/db"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/internal/job"
	"lede/ledetest"
)

type ctx = context.Context

// TestRedactionReachesAllThatIsKept: of the name, the picture, the byline and the address nothing is left in any row.
func TestRedactionReachesAllThatIsKept(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		text := p.Text("Jona Exämple on trial")
		text.Search = article.Snippet{Title: "Jona Exämple", Media: 44}
		text.Social = article.Snippet{Description: "All of Jona Exämple", Media: 44}
		text.Lead = article.Picture{Media: 44, Alt: "Jona Exämple"}
		text.Sources = []article.Source{{Name: "Jona Exämple"}}
		text.Body = doc.New(doc.P("Jona **Exämple** was there."), doc.PictureOf(44, "", "", ""), doc.Gallery("", doc.PictureOf(44, "", "", ""), doc.PictureOf(45, "", "", "")), doc.P("The rest."))
		a := p.Publish(text)
		must(t, p.Articles.Save(t.Context(), a.ID, a.Version, text, 1, p.Now()))
		var reached []string
		p.Articles.OnRedact(func(_ ctx, _ db.Q, id int64, b article.Blanking) error {
			reached = append(reached, strings.Join(b.Passages, "|"))
			return nil
		})
		var destroyed []int64
		job.On(p.Jobs, article.Blanked, "test", func(_ ctx, id int64) error { destroyed = append(destroyed, id); return nil })
		order := article.Blanking{Passages: []string{"Jona", "Jona Exämple\n"}, Pictures: []int64{44}, Bylines: []int64{p.Writer.ID}, Address: true, Note: "By order of a court."}
		must(t, p.Articles.Redact(t.Context(), a.ID, a.Version+1, order, 1, p.Now()))
		p.Settle()
		if !slices.Equal(reached, []string{"Jona Exämple|Jona"}) || !slices.Equal(destroyed, []int64{44}) {
			t.Errorf("reached %q, destroyed %v", reached, destroyed)
		}
		got := p.Article(a.ID)
		if got.Path == a.Path || got.Path == "" || strings.Contains(got.Path, "jona") || len(got.Bylines) != 0 || got.Lead.Media != 0 {
			t.Errorf("at %s there stands %+v", got.Path, got.Text)
		}
		if _, err := p.Papers.At(t.Context(), a.Path); !errors.Is(err, fault.NotFound) {
			t.Errorf("at the old address: %v", err)
		}
		if at, err := p.Papers.At(t.Context(), got.Path); err != nil || at.ID != a.ID {
			t.Errorf("at the new address: %+v, %v", at, err)
		}
		for n := int64(1); n <= got.Version; n++ {
			text, err := p.Articles.TextOf(t.Context(), a.ID, n)
			must(t, err)
			said, _ := json.Marshal(text)
			for _, gone := range []string{"Jona", "Exämple", `"media":44`, `"media":"44"`} {
				if strings.Contains(string(said), gone) {
					t.Errorf("version %d still says %s: %s", n, gone, said)
				}
			}
			if !strings.Contains(string(said), `"45"`) || !strings.Contains(string(said), "The rest.") {
				t.Errorf("version %d has lost more than it should: %s", n, said)
			}
		}
		if newest, err := p.Articles.Newest(t.Context(), a.ID); err != nil || newest.Version == newest.Stands {
			t.Errorf("what waited waits no more: %v", err)
		}
		if uses, _ := p.Articles.Uses(t.Context(), 44); len(uses) != 0 {
			t.Errorf("the picture is used by %v", uses)
		}
		must(t, p.Articles.Verify(t.Context(), a.ID))
	})
}

func TestRedactionIsRefusedWhereItWouldNotDoWhatItSays(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		a := p.Publish(p.Text("Trial"))
		for _, c := range []struct {
			b           article.Blanking
			field, says string
		}{
			{article.Blanking{Note: "Law."}, "passages", "Say which"},
			{article.Blanking{Passages: []string{"paragraph"}}, "note", "ground"},
			{article.Blanking{Passages: []string{"e"}, Note: "Law."}, "passages", "too short"},
			{article.Blanking{Passages: []string{"Jona"}, Note: "Jona asked."}, "note", "must not say"},
			{article.Blanking{Passages: []string{"paragraph", "Nobody"}, Note: "Law."}, "passages", "“Nobody” stands in no version"},
		} {
			wanted(t, p.Articles.Redact(t.Context(), a.ID, a.Version, c.b, 1, p.Now()), c.field, c.says)
		}
		if got := p.Article(a.ID); got.Version != a.Version || got.Body.Text() != a.Body.Text() {
			t.Error("what was refused was done")
		}
	})
}

// TestRedactionOfWhatIsNotOutYet: the schedule holds, and no reader is told.
func TestRedactionOfWhatIsNotOutYet(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		a := p.PublishAt(p.Text("Ahead"), p.Now().Add(time.Hour))
		must(t, p.Articles.Redact(t.Context(), a.ID, a.Version, article.Blanking{Passages: []string{"second"}, Note: "Law."}, 1, p.Now()))
		p.Pass(time.Hour)
		p.Settle()
		history, err := p.Articles.History(t.Context(), a.ID, p.Now())
		must(t, err)
		if len(history) != 1 || strings.Contains(history[0].After.Body.Text(), "second") || latest(t, p, 0) != "Ahead" {
			t.Errorf("the history is %+v", history)
		}
		must(t, p.Articles.Verify(t.Context(), a.ID))
	})
}

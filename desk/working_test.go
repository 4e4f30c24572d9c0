package desk_test

import (
	"testing"

	"lede/article"
	"lede/desk"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/ledetest"
)

func TestWhatIsBeingWrittenIsReadWithoutKeepingIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := ledetest.Open(t, d)
		a := p.Write(p.Text("As it was"))
		write := func(part, value string) {
			t.Helper()
			st, err := p.Desk.State(t.Context(), a.ID, p.Now())
			if err != nil {
				t.Fatal(err)
			}
			w := desk.Writing{Article: a.ID, Part: part, Tab: "tab-one-1", By: 7, Base: st.Parts[part].Seq, Value: []byte(value)}
			if _, err := p.Desk.Write(t.Context(), w, p.Now()); err != nil {
				t.Fatal(err)
			}
		}
		read := func() article.Article {
			t.Helper()
			got, err := p.Desk.Working(t.Context(), a.ID)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		if got := read(); got.Headline != "As it was" {
			t.Errorf("unwritten it is %q", got.Headline)
		}
		write("headline", `{"headline":"As it will be"}`)
		write("body", `{"type":"nonsense"}`)
		if got := read(); got.Headline != "As it will be" || got.Body.Text() != a.Body.Text() || got.Version != a.Version {
			t.Errorf("it reads %q %q at %d", got.Headline, got.Body.Text(), got.Version)
		}
		if kept := p.Article(a.ID); kept.Headline != "As it was" {
			t.Error("reading kept it")
		}
		if _, err := p.Desk.Cut(t.Context(), a.ID, p.Now()); err != nil {
			t.Fatal(err)
		}
		if kept := p.Article(a.ID); kept.Headline != "As it will be" || kept.Body.Text() != a.Body.Text() {
			t.Errorf("a version was cut with %q and the text %q", kept.Headline, kept.Body.Text())
		}
	})
}

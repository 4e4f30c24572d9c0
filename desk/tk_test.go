package desk_test

import (
	"testing"

	"lede/desk"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/ledetest"
)

func TestTodayCountsWhatIsStillToCome(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := ledetest.Open(t, d)
		a := p.Write(p.Text("Ferry late"))
		for i, says := range []string{`{"headline":"TK late by TK","summary":"TK"}`, `{"headline":"Ferry late"}`} {
			st, err := p.Desk.State(t.Context(), a.ID, p.Now())
			if err != nil {
				t.Fatal(err)
			}
			w := desk.Writing{Article: a.ID, Part: desk.Headline, Tab: "tab-one-1", By: 7, Base: st.Parts[desk.Headline].Seq, Value: []byte(says)}
			if _, err := p.Desk.Write(t.Context(), w, p.Now()); err != nil {
				t.Fatal(err)
			}
			if _, err := p.Desk.Cut(t.Context(), a.ID, p.Now()); err != nil {
				t.Fatal(err)
			}
			rows, _, err := p.Desk.Today(t.Context(), desk.Asked{Limit: 10, Now: p.Now()})
			if err != nil || len(rows) != 1 {
				t.Fatalf("%d rows, %v; want one", len(rows), err)
			}
			if want := []int{2, 0}[i]; rows[0].TKs != want {
				t.Errorf("with %s the list counts %d places with a TK, want %d", says, rows[0].TKs, want)
			}
		}
	})
}

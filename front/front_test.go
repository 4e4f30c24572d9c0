package front_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"lede/front"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/ledetest"
)

// shown is the front in English: the picks, then each section's name and what it has.
func shown(t *testing.T, p *ledetest.Paper) string {
	t.Helper()
	f, err := p.Fronts.Now(t.Context(), "en", p.Now())
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, c := range f.Picks {
		lines = append(lines, c.Headline)
	}
	for _, g := range f.Groups {
		lines = append(lines, g.Section.Slug+":")
		for _, c := range g.Cards {
			lines = append(lines, c.Headline)
		}
	}
	return strings.Join(lines, " ")
}

func each(t *testing.T, story func(t *testing.T, p *ledetest.Paper)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { story(t, ledetest.Open(t, d)) })
}

func TestFrontBeginsWithWhatEditorsPicked(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		var ids []int64
		for i := range 6 {
			ids = append(ids, p.Publish(p.Text(fmt.Sprintf("N%d", i))).ID)
			p.Pass(time.Minute)
		}
		view := p.Text("View")
		view.Sections = []int64{p.Opinion.ID}
		p.Publish(view)
		if got := shown(t, p); got != "N5 N4 N3 N2 world: N1 N0 opinion: View" {
			t.Errorf("without picks the front is %q", got)
		}
		if err := p.Fronts.Pick(t.Context(), "en", []front.Pick{{Article: ids[0]}, {Article: ids[5], Headline: "Five"}}, 0, p.Now()); err != nil {
			t.Fatal(err)
		}
		if got := shown(t, p); got != "N0 Five N4 N3 world: N2 N1 opinion: View" {
			t.Errorf("with two picks the front is %q", got)
		}
	})
}

func TestPickThatIsNotPublicIsNotShown(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		draft := p.Write(p.Text("Draft"))
		ahead := p.PublishAt(p.Text("Ahead"), p.Now().Add(time.Hour))
		p.Publish(p.Text("Out"))
		if err := p.Fronts.Pick(t.Context(), "en", []front.Pick{{Article: draft.ID}, {Article: ahead.ID}, {Article: 12345}}, 0, p.Now()); err != nil {
			t.Fatal(err)
		}
		if got := shown(t, p); got != "Out" {
			t.Errorf("the front is %q", got)
		}
		p.Pass(time.Hour)
		if got := shown(t, p); got != "Ahead Out" {
			t.Errorf("when its time has come the front is %q", got)
		}
	})
}

func TestTwoEditorsPickAtOnce(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		a := p.Publish(p.Text("A"))
		if err := p.Fronts.Pick(t.Context(), "en", []front.Pick{{Article: a.ID}}, 0, p.Now()); err != nil {
			t.Fatal(err)
		}
		if err := p.Fronts.Pick(t.Context(), "en", nil, 0, p.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("a choice made from an older front gives %v, wanted a conflict", err)
		}
		picks, version, err := p.Fronts.Picks(t.Context(), "en")
		if err != nil || len(picks) != 1 || version != 1 {
			t.Errorf("%v at version %d (%v)", picks, version, err)
		}
		if err := p.Fronts.Pick(t.Context(), "en", make([]front.Pick, front.MaxPicks+1), version, p.Now()); !errors.As(err, new(fault.Form)) {
			t.Errorf("eight picks give %v", err)
		}
		if got, _, err := p.Fronts.Picks(t.Context(), "ar"); err != nil || got != nil {
			t.Errorf("the Arabic front has picks of the English one: %v (%v)", got, err)
		}
	})
}

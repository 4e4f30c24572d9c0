package demo

import (
	"testing"
	"time"

	"lede/article"
	"lede/desk"
)

func TestNewsroomOfTheDemoHasWorkInEveryStage(t *testing.T) {
	p := empty(t)
	f := small(t, p, func(string) {})
	if err := f.fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	rows, _, err := p.Desk.Today(t.Context(), desk.Asked{Now: f.now, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	stages, late := map[string]int{}, 0
	for _, r := range rows {
		stages[r.Stage]++
		if !r.Due.IsZero() && r.Due.Before(f.now) {
			late++
		}
	}
	for _, stage := range []string{article.Draft, article.Filed, article.Ready, article.Scheduled} {
		if stages[stage] == 0 {
			t.Errorf("nothing is %s", stage)
		}
	}
	if late == 0 {
		t.Errorf("nothing is late")
	}
	alerts, err := p.Fronts.Alerts(t.Context())
	if err != nil || len(alerts) != 1 || alerts[0].On(f.now) {
		t.Errorf("alerts %v, %v; one that is over is wanted", alerts, err)
	}
}

func TestNobodyCanComeInAsOneOfTheDemo(t *testing.T) {
	p := empty(t)
	f := small(t, p, func(string) {})
	if err := f.fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	people, err := p.Staff.People(t.Context())
	if err != nil || len(people) < 6 {
		t.Fatalf("%d people, %v", len(people), err)
	}
	for _, one := range people {
		if !one.Invited() {
			t.Errorf("%s is here", one.Name)
		}
	}
	// Whoever runs the demo is the first to come in.
	if link, err := p.Staff.SetUp(t.Context(), f.now.Add(time.Minute)); err != nil || link == "" {
		t.Errorf("the link to set the paper up by is %q, %v", link, err)
	}
}

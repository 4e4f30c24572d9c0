package comment

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"lede/article"
	"lede/internal/fault"
	"lede/section"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func moment(t *testing.T, z *time.Location, says string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, says)
	if err != nil {
		t.Fatal(err)
	}
	return at.In(z)
}

func TestThreadsCloseAtNightByThePapersClock(t *testing.T) {
	ny, london := zone(t, "America/New_York"), zone(t, "Europe/London")
	late := Hours{"23:00", "06:30"}
	for _, c := range []struct {
		name  string
		in    *time.Location
		night Hours
		now   string
		open  bool
		turn  string // when it will be otherwise
	}{
		{"by day", ny, late, "2026-06-17T12:00:00-04:00", true, "2026-06-17T23:00:00-04:00"},
		{"the last moment of the day", ny, late, "2026-06-17T22:59:59-04:00", true, "2026-06-17T23:00:00-04:00"},
		{"as it closes", ny, late, "2026-06-17T23:00:00-04:00", false, "2026-06-18T06:30:00-04:00"},
		{"after midnight", ny, late, "2026-06-18T00:30:00-04:00", false, "2026-06-18T06:30:00-04:00"},
		{"as it opens", ny, late, "2026-06-18T06:30:00-04:00", true, "2026-06-18T23:00:00-04:00"},
		{"a night within one day", ny, Hours{"01:00", "05:00"}, "2026-06-18T00:30:00-04:00", true, "2026-06-18T01:00:00-04:00"},
		{"in a night within one day", ny, Hours{"01:00", "05:00"}, "2026-06-18T04:59:00-04:00", false, "2026-06-18T05:00:00-04:00"},
		{"the short night of March", ny, late, "2026-03-07T23:30:00-05:00", false, "2026-03-08T06:30:00-04:00"},
		{"the long night of November", ny, late, "2026-10-31T23:30:00-04:00", false, "2026-11-01T06:30:00-05:00"},
		{"opening at an hour that is left out", ny, Hours{"23:00", "02:30"}, "2026-03-08T01:40:00-05:00", false, "2026-03-08T03:00:00-04:00"},
		{"after it was left out", ny, Hours{"23:00", "02:30"}, "2026-03-08T03:00:00-04:00", true, "2026-03-08T23:00:00-04:00"},
		{"left out in London", london, Hours{"22:00", "01:30"}, "2026-03-29T00:40:00Z", false, "2026-03-29T02:00:00+01:00"},
		{"opening at an hour that comes twice", ny, Hours{"23:00", "01:30"}, "2026-11-01T01:10:00-04:00", false, "2026-11-01T01:30:00-04:00"},
		{"open stays open as it comes again", ny, Hours{"23:00", "01:30"}, "2026-11-01T01:10:00-05:00", true, "2026-11-01T23:00:00-05:00"},
		{"closing at an hour that comes twice", ny, Hours{"01:30", "06:00"}, "2026-11-01T01:20:00-05:00", false, "2026-11-01T06:00:00-05:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := NewRules()
			r.Days, r.Night = 0, c.night
			got := r.opening(article.Card{}, ByRules, moment(t, c.in, c.now))
			if got.Open != c.open || !got.Until.Equal(moment(t, c.in, c.turn)) {
				t.Errorf("open %v until %v, want %v until %s", got.Open, got.Until, c.open, c.turn)
			}
			if !c.open && (got.Why != "night" || !got.Opens.Equal(got.Until)) {
				t.Errorf("it says %q and opens %v", got.Why, got.Opens)
			}
		})
	}
}

func TestThreadsCloseAfterDays(t *testing.T) {
	ny := zone(t, "America/New_York")
	on := article.Card{Published: moment(t, ny, "2026-03-01T10:00:00-05:00")}
	r := NewRules()
	for _, c := range []struct {
		name, now, own string
		days           int
		night          Hours
		want           Opening
	}{
		{"the last second", "2026-03-31T09:59:59-04:00", ByRules, 30, Hours{}, Opening{Open: true, Until: moment(t, ny, "2026-03-31T10:00:00-04:00")}},
		{"over, at the same hour by the clock", "2026-03-31T10:00:00-04:00", ByRules, 30, Hours{}, Opening{Why: "days"}},
		{"never", "2036-03-31T10:00:00-04:00", ByRules, 0, Hours{}, Opening{Open: true}},
		{"kept open", "2026-12-31T10:00:00-05:00", KeptOpen, 30, Hours{}, Opening{Open: true}},
		{"closed by hand", "2026-03-02T10:00:00-05:00", KeptClosed, 30, Hours{}, Opening{Why: "closed"}},
		{"the night comes first", "2026-03-30T20:00:00-04:00", ByRules, 30, Hours{"23:00", "06:30"}, Opening{Open: true, Until: moment(t, ny, "2026-03-30T23:00:00-04:00")}},
		{"a night after which it is over", "2026-03-31T01:00:00-04:00", ByRules, 30, Hours{"00:00", "10:00"}, Opening{Why: "days"}},
	} {
		r.Days, r.Night = c.days, c.night
		got := r.opening(on, c.own, moment(t, ny, c.now))
		if got.Open != c.want.Open || got.Why != c.want.Why || !got.Until.Equal(c.want.Until) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestSensitiveArticlesAreClosedUntilASwitchOpensThem(t *testing.T) {
	r, on, now := NewRules(), article.Card{Sensitive: true, Published: time.Unix(0, 0)}, time.Unix(60, 0).UTC()
	for _, c := range []struct {
		delicate, off bool
		own, why      string
	}{
		{false, false, ByRules, "sensitive"}, {true, false, ByRules, ""}, {false, false, KeptOpen, ""},
		{true, false, KeptClosed, "closed"}, {true, true, KeptOpen, "off"},
	} {
		r.Delicate, r.Off = c.delicate, c.off
		if got := r.opening(on, c.own, now); got.Why != c.why || got.Open != (c.why == "") {
			t.Errorf("%+v: %+v", c, got)
		}
	}
}

func TestASectionHasItsOwnModeOrThatAboveIt(t *testing.T) {
	tree := section.Tree{{ID: 1}, {ID: 2, Parent: 1}, {ID: 3, Parent: 2}, {ID: 4}}
	r := NewRules()
	r.Sections = map[int64]Mode{1: HoldAll, 3: ShowAll}
	for id, want := range map[int64]Mode{1: HoldAll, 2: HoldAll, 3: ShowAll, 4: HoldFirst, 0: HoldFirst, 99: HoldFirst} {
		if got := r.In(tree, id); got != want {
			t.Errorf("section %d: %s, want %s", id, got, want)
		}
	}
}

func TestEveryRuleComesBackAsItWasKept(t *testing.T) {
	for name, change := range map[string]func(*Rules){
		"accounts off": func(r *Rules) { r.Accounts = false },
		"never closed": func(r *Rules) { r.Days = 0 },
		"websites":     func(r *Rules) { r.Sites = true },
		"sensitive":    func(r *Rules) { r.Delicate = true },
		"digest":       func(r *Rules) { r.Digest = Digest{To: []string{"ana@example.org"}, At: "08:00"} },
	} {
		want, got := NewRules(), NewRules()
		change(&want)
		text, err := json.Marshal(want)
		if err == nil {
			err = json.Unmarshal(text, &got)
		}
		again, _ := json.Marshal(got)
		if err != nil || string(again) != string(text) {
			t.Errorf("%s: kept %s, came back %s (%v)", name, text, again, err)
		}
	}
}

func TestRulesThatCannotBeAreSaid(t *testing.T) {
	if err := NewRules().Check(); err != nil {
		t.Fatalf("the rules of a new paper: %v", err)
	}
	for field, change := range map[string]func(*Rules){
		"mode":     func(r *Rules) { r.Mode = "maybe" },
		"sections": func(r *Rules) { r.Sections = map[int64]Mode{1: "maybe"} },
		"order":    func(r *Rules) { r.Order = "best" },
		"longest":  func(r *Rules) { r.Longest = 99 },
		"deep":     func(r *Rules) { r.Deep = 0 },
		"links":    func(r *Rules) { r.Links = 0 },
		"first":    func(r *Rules) { r.First = -1 },
		"fast":     func(r *Rules) { r.Fast = 0 },
		"faster":   func(r *Rules) { r.Faster = 100_001 },
		"score":    func(r *Rules) { r.Score = 101 },
		"days":     func(r *Rules) { r.Days = -1 },
		"night":    func(r *Rules) { r.Night = Hours{"23:00", "7"} },
		"at":       func(r *Rules) { r.Digest.To = []string{"ana@example.org"} },
		"to":       func(r *Rules) { r.Digest = Digest{To: []string{"ana"}, At: "08:00"} },
		"reserved": func(r *Rules) { r.Reserved = make([]string, 501) },
	} {
		r := NewRules()
		change(&r)
		form := map[string]string{}
		if err := r.Check(); err != nil {
			form = formOf(err)
		}
		if form[field] == "" || len(form) != 1 {
			t.Errorf("%s: %v", field, form)
		}
	}
	r := NewRules()
	if r.Night = (Hours{"23:00", "23:00"}); r.Check() == nil {
		t.Error("a night that ends as it begins is taken")
	}
}

func formOf(err error) fault.Form {
	var f fault.Form
	errors.As(err, &f)
	return f
}

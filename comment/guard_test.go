package comment

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"lede/internal/fault"
)

// ordinaryMatter is what the guard lets through.
func ordinaryMatter() matter {
	return matter{way: ByPost, now: time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC), rules: NewRules(), mode: HoldFirst, opening: Opening{Open: true},
		draft: Draft{Text: "The county never asked us.", Name: "Harold P."}, known: true, score: Score{Percent: 12}}
}

// TestGuardSaysWhoDecides goes through what the guard may meet: what becomes of it, and which check decided.
func TestGuardSaysWhoDecides(t *testing.T) {
	ban := Measure{Kind: OfBrowser, Act: Ban, Reason: "insults"}
	network := Measure{Kind: OfPrefix, Act: Ban, Reason: "insults"}
	holds, refuses := Hit{"Insults", "fool", Hold, 4, 8}, Hit{"Never", "vermin", Refuse, 10, 16}
	for name, c := range map[string]struct {
		change func(*matter)
		state  State  // "" where nothing is kept
		by     string // the check that decided; "" for none
	}{
		"an ordinary comment":        {func(*matter) {}, Shown, ""},
		"no text":                    {func(m *matter) { m.draft.Text = "" }, "", ""},
		"too long":                   {func(m *matter) { m.draft.Text = strings.Repeat("x", 5001) }, "", ""},
		"just long enough":           {func(m *matter) { m.draft.Text = strings.Repeat("x", 5000) }, Shown, ""},
		"a kept name":                {func(m *matter) { m.rules.Reserved = []string{"Moderator"}; m.draft.Name = "М0derator" }, "", ""},
		"closed":                     {func(m *matter) { m.opening = Opening{Why: "days"} }, "", ""},
		"closed, by the staff":       {func(m *matter) { m.opening = Opening{Why: "days"}; m.staff = true }, Shown, ""},
		"banned":                     {func(m *matter) { m.measures = []Measure{ban} }, "", ""},
		"suspended":                  {func(m *matter) { m.measures = []Measure{{Kind: OfReader, Act: Suspend, Until: m.now.Add(time.Hour)}} }, "", ""},
		"warned":                     {func(m *matter) { m.measures = []Measure{{Kind: OfReader, Act: Warn}} }, Shown, ""},
		"always held":                {func(m *matter) { m.measures = []Measure{{Kind: OfMail, Act: HoldAlways}} }, Held, "banned"},
		"a banned network":           {func(m *matter) { m.measures = []Measure{network} }, Held, "banned"},
		"banned in a banned network": {func(m *matter) { m.measures = []Measure{network, ban} }, "", ""},
		"too many of one":            {func(m *matter) { m.own = m.rules.Faster }, "", ""},
		"many of a network":          {func(m *matter) { m.near = m.rules.Fast }, Held, "rate"},
		"a flood of a network":       {func(m *matter) { m.near = m.rules.Fast * flood }, "", ""},
		"a flood that is held":       {func(m *matter) { m.near, m.measures = m.rules.Fast*flood, []Measure{network} }, "", ""},
		"many of the staff":          {func(m *matter) { m.own, m.staff = 100, true }, Shown, ""},
		"the trap":                   {func(m *matter) { m.draft.Trap = "x" }, Held, "trap"},
		"said before":                {func(m *matter) { m.same = 3 }, Held, "repeat"},
		"a word that holds":          {func(m *matter) { m.hits = []Hit{holds} }, Held, "words"},
		"a word that refuses":        {func(m *matter) { m.hits = []Hit{refuses} }, Refused, "words"},
		"both":                       {func(m *matter) { m.hits = []Hit{holds, refuses} }, Refused, "words"},
		"a word, by the staff":       {func(m *matter) { m.hits, m.staff = []Hit{refuses}, true }, Shown, ""},
		"a word, said before":        {func(m *matter) { m.hits, m.same = []Hit{refuses}, 1 }, Held, "repeat"},
		"a link of somebody known":   {func(m *matter) { m.draft.Text = "www.example.com" }, Shown, ""},
		"a link in a first comment":  {func(m *matter) { m.draft.Text, m.known = "www.example.com", false }, Held, "links"},
		"three links":                {func(m *matter) { m.draft.Text = "www.a.example www.b.example www.c.example" }, Held, "links"},
		"the first":                  {func(m *matter) { m.known = false }, Held, "first"},
		"the first, where all shows": {func(m *matter) { m.known, m.mode = false, ShowAll }, Shown, ""},
		"like spam":                  {func(m *matter) { m.score.Percent = 80 }, Held, "spam"},
		"not quite like spam":        {func(m *matter) { m.score.Percent = 79 }, Shown, ""},
		"where all is held":          {func(m *matter) { m.mode = HoldAll }, Held, "mode"},
		"the first, all held":        {func(m *matter) { m.known, m.mode = false, HoldAll }, Held, "mode"},
		"an edit of one banned":      {func(m *matter) { m.way, m.measures = ByEdit, []Measure{ban} }, "", ""},
		"an edit with a word":        {func(m *matter) { m.way, m.hits = ByEdit, []Hit{refuses} }, Refused, "words"},
		"a report of one banned":     {func(m *matter) { m.way, m.measures = ByReport, []Measure{ban} }, "", ""},
		"a report from a network":    {func(m *matter) { m.way, m.measures = ByReport, []Measure{network} }, Shown, ""},
		"reports, too many":          {func(m *matter) { m.way, m.own = ByReport, m.rules.Faster }, "", ""},
		"an import, long closed":     {func(m *matter) { m.way, m.opening = ByImport, Opening{Why: "days"} }, Shown, ""},
		"an import with a word":      {func(m *matter) { m.way, m.hits = ByImport, []Hit{holds} }, Held, "words"},
	} {
		m := ordinaryMatter()
		c.change(&m)
		got := judge(m)
		var by []string
		for _, r := range got.reasons {
			if r.Decided {
				by = append(by, r.Check)
			}
		}
		switch {
		case (got.deny != nil) != (c.state == ""):
			t.Errorf("%s: %+v (%v), want %q", name, got, got.deny, c.state)
		case got.deny == nil && (got.state != c.state || strings.Join(by, " ") != c.by):
			t.Errorf("%s: %s by %q, want %s by %q", name, got.state, by, c.state, c.by)
		}
	}
}

func TestGuardNotesWhatItSees(t *testing.T) {
	m := ordinaryMatter()
	m.draft.Text, m.known, m.same = "Fool! See www.example.com", false, 2
	m.hits = NewMatcher([]WordList{{Name: "Insults", Act: Hold, Terms: []string{"fool", "harold"}}}).Find(m.draft.Text + "\n" + m.draft.Name)
	got := judge(m)
	var says []string
	for _, r := range got.reasons {
		says = append(says, r.Check+": "+r.Says)
		for _, mark := range r.Marks {
			if mark[0] < 0 || mark[1] > len(m.draft.Text) || mark[0] >= mark[1] {
				t.Errorf("%s marks %v of %d bytes", r.Check, mark, len(m.draft.Text))
			}
		}
	}
	want := []string{"repeat: Same text 3 times in 10 minutes.", "words: Word list “Insults”: fool.", "links: 1 link.", "first: First comment under this name.",
		"spam: 12 of 100 for spam; nothing learned yet."}
	if !slices.Equal(says, want) {
		t.Errorf("it notes\n%q, want\n%q", says, want)
	}
}

func TestWordInANameIsSaid(t *testing.T) {
	m := ordinaryMatter()
	m.draft.Name = "Fool"
	m.hits = NewMatcher([]WordList{{Name: "Insults", Act: Hold, Terms: []string{"fool"}}}).Find(m.draft.Text + "\n" + m.draft.Name)
	got := judge(m)
	if got.state != Held || got.reasons[0].Says != "Word list “Insults”, in the name: fool." || got.reasons[0].Marks != nil {
		t.Errorf("%s: %+v", got.state, got.reasons)
	}
}

func TestWhatIsDeniedSaysWhy(t *testing.T) {
	m := ordinaryMatter()
	m.own = 100
	var fast TooFast
	if !errors.As(judge(m).deny, &fast) || !fast.Again.After(m.now) {
		t.Errorf("too fast: %v", judge(m).deny)
	}
	m = ordinaryMatter()
	m.draft.Text, m.draft.Name = "", ""
	var form fault.Form
	if !errors.As(judge(m).deny, &form) || form["text"] != "Please enter your comment!" || form["name"] != "Please enter your name here" {
		t.Errorf("an empty form: %v", judge(m).deny)
	}
}

// TestEveryCheckHasItsWays looks whether the table names each check once, and leaves no way in unlooked at.
func TestEveryCheckHasItsWays(t *testing.T) {
	seen := map[string]bool{}
	looked := map[Way]int{}
	for _, c := range checks {
		if seen[c.name] || c.look == nil || len(c.ways) == 0 {
			t.Errorf("the check %q stands twice, or looks at nothing", c.name)
		}
		seen[c.name] = true
		for _, w := range c.ways {
			looked[w]++
		}
	}
	for _, w := range []Way{ByPost, ByEdit, ByReport, ByImport} {
		if looked[w] == 0 {
			t.Errorf("nothing looks at what comes by %s", w)
		}
	}
}

package comment

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"lede/internal/secret"
)

// spams are what a paper's moderators call spam on their first days.
var spams = []string{
	"Check out my channel and subscribe, link in bio!!!", "Make $500 a day from home, click here https://cash.example/now", "SUBSCRIBE TO MY CHANNEL PLEASE PLEASE PLEASE",
	"Cheap viagra www.pills.example", "I earned 8000 last month working from home, visit https://cash.example", "please check out my new song on my channel, like and subscribe",
	"Best casino bonus: www.casino.example free spins", "Win a free phone, click here: https://win.example/phone", "Hot singles in your area https://love.example", "follow me and I follow you back, subscribe",
}

// taught is a model that has seen a few days of a paper.
func taught() *Model {
	m := NewModel()
	for _, s := range spams {
		m.Learn(Evidence{Text: s}, true)
	}
	for i := 0; i < len(ordinary); i += 3 {
		m.Learn(Evidence{Text: ordinary[i]}, false)
	}
	return m
}

func TestScoreIsSensibleBeforeAnythingWasLearned(t *testing.T) {
	for _, c := range []struct {
		e           Evidence
		least, most int
	}{
		{Evidence{Text: "The ferry was late again."}, 0, 15},
		{Evidence{Text: "The minutes are here, if anybody wants to read all forty pages of them: https://county.example/minutes"}, 0, 40},
		{Evidence{Text: "The ferry was late again.", Trapped: true}, 80, 100},
		{Evidence{Text: "https://a.example https://b.example https://c.example"}, 50, 79},
		{Evidence{Text: "Buy https://a.example https://b.example", Same: 3}, 90, 100},
		{Evidence{Text: "Buy https://a.example", Same: 2}, 80, 100},
		{Evidence{Text: "Agreed.", Same: 1}, 0, 60}, // two people may say the same short thing
		{Evidence{Text: "Agreed.", Known: true}, 0, 5},
		{Evidence{}, 0, 15},
	} {
		if got := NewModel().Score(c.e); got.Percent < c.least || got.Percent > c.most || got.Learned != 0 {
			t.Errorf("%+v: %+v, want %d to %d", c.e, got, c.least, c.most)
		}
	}
}

func TestScoreSaysItself(t *testing.T) {
	for _, c := range []struct {
		model *Model
		e     Evidence
		want  string
	}{
		{NewModel(), Evidence{Text: "The ferry was late."}, "12 of 100 for spam; nothing learned yet."},
		{NewModel(), Evidence{Text: "www.a.example", Same: 3}, "96 of 100 for spam: same text 4 times in 10 minutes, 1 link, hardly more than a link; nothing learned yet."},
	} {
		if got := c.model.Score(c.e).says(); got != c.want {
			t.Errorf("it says %q, want %q", got, c.want)
		}
	}
	m := taught()
	said := m.Score(Evidence{Text: "Please subscribe to my channel"})
	if want := counted(len(spams)+(len(ordinary)+2)/3, "", "learned from %d decisions"); !strings.Contains(said.says(), want) || !slices.Contains(said.Because, "“subscribe”") || said.Percent < 80 {
		t.Errorf("it says %q, want “subscribe” and %q", said.says(), want)
	}
}

func TestFewDecisionsSayLittle(t *testing.T) {
	m := NewModel()
	for range 20 {
		m.Learn(Evidence{Text: "The ferry, the ferry, always the ferry: subscribe to it"}, true)
	}
	if got := m.Score(Evidence{Text: "The ferry was late again, and the bridge is closed."}); got.Percent >= 50 {
		t.Errorf("with nothing but spam seen, an ordinary comment has %+v", got)
	}
}

func TestWordsThatNobodySawSayNothing(t *testing.T) {
	m := taught()
	for range 300 {
		m.Learn(Evidence{Text: "An ordinary word about the harbor."}, false)
	}
	if got := m.Score(Evidence{Text: "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich"}); got.Percent > 15 {
		t.Errorf("what is in another language has %+v", got)
	}
}

// TestOrdinaryCommentsAreNeverRefused lets the whole guard look at them: before anything was learned, after a few days, and after
// learning from another site altogether; with the word lists of a careful paper.
func TestOrdinaryCommentsAreNeverRefused(t *testing.T) {
	lists := NewMatcher([]WordList{{Name: "Never", Act: Refuse, Terms: []string{"ass", "arse", "dick", "cock", "cunt", "tit*", "anal", "penis", "sex", "press the", "cum", "fag", "hell", "nigg*", "puta", "mierda", "كلب"}}})
	// What another site calls spam may hold something here; it may not refuse it.
	for name, m := range map[string]*Model{"nothing": NewModel(), "a few days": taught(), "another site": elsewhere(t)} {
		for _, text := range ordinary {
			text := Tidy(text)
			d := Draft{Text: text, Name: "Harold P."}
			got := judge(matter{way: ByPost, rules: NewRules(), mode: ShowAll, opening: Opening{Open: true}, draft: d, known: true,
				hits: lists.Find(text), score: m.Score(Evidence{Text: text, Name: d.Name})})
			if got.state == Refused || got.deny != nil || got.state != Shown && name != "another site" {
				t.Errorf("having learned from %s, %q is %s: %+v %v", name, text, got.state, got.reasons, got.deny)
			}
		}
	}
}

// elsewhere is a model that was taught by a site about music.
func elsewhere(t *testing.T) *Model {
	rows, err := csv.NewReader(strings.NewReader(string(shared(t, "spam", "Youtube01-Psy.csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	m := NewModel()
	for _, row := range rows {
		m.Learn(Evidence{Text: Tidy(row[1])}, row[0] == "spam")
	}
	return m
}

func BenchmarkScore(b *testing.B) {
	m := taught()
	m.digest = (&Store{key: secret.New()}).traitDigest()
	text := strings.Repeat("We waited for an hour, and nothing at all came of it; who knows why? ", 7)
	for b.Loop() {
		m.Score(Evidence{Text: text, Name: "Harold P."})
	}
}

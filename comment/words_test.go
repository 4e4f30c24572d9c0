package comment

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// found are the passages of a text in which the terms of one list stand.
func foundIn(text string, terms ...string) []string {
	var all []string
	for _, h := range NewMatcher([]WordList{{Name: "List", Act: Hold, Terms: terms}}).Find(text) {
		all = append(all, text[h.From:h.Until])
	}
	return all
}

func TestTermIsFoundHoweverItIsSpelt(t *testing.T) {
	for _, c := range []struct {
		text, term, want string // want is the passage; "" for none
	}{
		{"The press was late.", "press", "press"},
		{"We use WordPress here.", "press", ""},
		{"They live in Scunthorpe and Penistone.", "cunt", ""},
		{"They live in Scunthorpe and Penistone.", "penis", ""},
		{"Classic assessment of the bass.", "ass", ""},
		{"An ASS of a man", "ass", "ASS"},
		{"Ein Äpfel-Kuchen", "apfel", "Äpfel"},
		{"Ein Apfel", "äpfel", "Apfel"},
		{"Straße", "strasse", "Straße"},
		{"buy V1agra now", "viagra", "V1agra"},
		{"what a f00l", "fool", "f00l"},
		{"$h1t happens", "shit", "$h1t"},
		{"sh!t happens", "shit", "sh!t"},
		{"ba11s", "balls", "ba11s"},
		{"b\u200ba\u200bd", "bad", "b\u200ba\u200bd"},
		{"b\u0301a\u0301d\u0301 man", "bad", "b\u0301a\u0301d\u0301"},
		{"ｆｏｏｌ", "fool", "ｆｏｏｌ"},
		{"𝐟𝐨𝐨𝐥 and more", "fool", "𝐟𝐨𝐨𝐥"},
		{"fоol with a Cyrillic o", "fool", "fоol"},
		{"foooooool", "fool", "foooooool"},
		{"idiiiiot", "idiot", "idiiiiot"},
		{"you i d i o t", "idiot", "i d i o t"},
		{"you i.d.i.o.t.", "idiot", "i.d.i.o.t"},
		{"an 8 of 10", "b", ""},
		{"the bloody,\n hell of it", "bloody hell", "bloody,\n hell"},
		{"bloodyhell", "bloody hell", ""},
		{"casinos everywhere", "casino*", "casino"},
		{"casinos everywhere", "casino", ""},
		{"ein Onlinecasino", "*casino", "casino"},
		{"هذا كلامٌ سَيِّئ جدا", "سيئ", "سَيِّئ"},
		{"هـــذا", "هذا", "هـــذا"},
		{"это дурaк с латинской буквой", "дурак", ""}, // of two scripts: read as Latin, so a list in Cyrillic has to name it
		{"это Дурак", "дурак", "Дурак"},
		{"这是垃圾邮件", "垃圾", "垃圾"},
		{"don't", "don't", "don't"},
		{"In 1488 the harbor froze", "1488", "1488"},
		{"I have 14 of 88", "1488", ""},
		{"fall", "fail", ""},
		{"the end", "end", "end"},
		{"end", "end", "end"},
		{"", "end", ""},
	} {
		got := strings.Join(foundIn(c.text, c.term), "|")
		if got != c.want {
			t.Errorf("%q in %q: found %q, want %q", c.term, c.text, got, c.want)
		}
	}
}

func TestNothingIsNoTerm(t *testing.T) {
	if got := foundIn("some * text ... with   signs", "", "*", "...", "   ", "!"); got != nil {
		t.Errorf("found %q, want nothing", got)
	}
}

func TestTermsThatOverlapAreAllFound(t *testing.T) {
	got := foundIn("New York City Hall", "York", "New York", "York City", "city hall", "New York City Hall")
	want := []string{"New York City Hall", "New York", "York City", "York", "City Hall"}
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

func TestHitSaysListAndAct(t *testing.T) {
	m := NewMatcher([]WordList{{Name: "Insults", Act: Hold, Terms: []string{"Fool"}}, {Name: "Never", Act: Refuse, Terms: []string{"fool"}}})
	got := m.Find("You fool")
	want := []Hit{{"Insults", "Fool", Hold, 4, 8}, {"Never", "fool", Refuse, 4, 8}}
	if !slices.Equal(got, want) {
		t.Errorf("found %+v, want %+v", got, want)
	}
}

func TestTermBetweenWordsIsAlwaysFound(t *testing.T) {
	m := NewMatcher([]WordList{{Terms: []string{"zugzwang"}}})
	rapid.Check(t, func(t *rapid.T) {
		before, after := rapid.String().Draw(t, "before"), rapid.String().Draw(t, "after")
		text := Tidy(before + " Zugzwang " + after)
		for _, h := range m.Find(text) {
			if h.From < 0 || h.Until > len(text) || h.From >= h.Until {
				t.Fatalf("a hit at %d to %d of %d bytes", h.From, h.Until, len(text))
			}
		}
		if !slices.ContainsFunc(m.Find(text), func(h Hit) bool { return text[h.From:h.Until] == "Zugzwang" }) {
			t.Fatalf("not found in %q", text)
		}
	})
}

// tenThousand are terms as a newsroom might have them, and a text that holds one in twenty words.
func tenThousand() (terms []string, text string) {
	r := rand.New(rand.NewPCG(4, 71))
	word := func() string {
		var b strings.Builder
		for range 3 + r.IntN(8) {
			b.WriteByte("eeeaaatttoinshrdlucmfwypvbgk"[r.IntN(28)])
		}
		return b.String()
	}
	for len(terms) < mostTerms {
		t := word()
		if r.IntN(3) == 0 {
			t += " " + word()
		}
		terms = append(terms, t)
	}
	var b strings.Builder
	for b.Len() < 5000 {
		b.WriteString(word() + " ")
		if r.IntN(20) == 0 {
			b.WriteString(terms[r.IntN(len(terms))] + " ")
		}
	}
	return terms, b.String()[:5000]
}

func TestTenThousandTermsTakeAMillisecond(t *testing.T) {
	terms, text := tenThousand()
	m := NewMatcher([]WordList{{Terms: terms}})
	best := time.Hour
	for range 20 {
		begun := time.Now()
		m.Find(text)
		best = min(best, time.Since(begun))
	}
	if best > time.Millisecond && !testing.Short() {
		t.Errorf("10,000 terms on 5,000 characters took %s at best, want 1ms", best)
	}
}

func BenchmarkTenThousandTerms(b *testing.B) {
	terms, plain := tenThousand()
	m := NewMatcher([]WordList{{Terms: terms}})
	worst := strings.NewReplacer(" a", " 4", "oo", "0000").Replace(plain[:4900]) + strings.Repeat(" s p a m", 12)
	cyrillic := strings.Repeat("Паром опять опоздал, и никто ничего не сказал. ", 110)
	for name, text := range map[string]string{"plain": plain, "disguised": worst, "cyrillic": string([]rune(cyrillic)[:5000])} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				m.Find(text)
			}
		})
	}
}

func BenchmarkMatcherIsMade(b *testing.B) {
	terms, _ := tenThousand()
	for b.Loop() {
		NewMatcher([]WordList{{Terms: terms}})
	}
}

func ExampleMatcher() {
	for _, h := range NewMatcher([]WordList{{Name: "Insults", Act: Hold, Terms: []string{"blockhead"}}}).Find("What a bl0ckhead!") {
		fmt.Println(h.List, h.Term, h.From, h.Until)
	}
	// Output: Insults blockhead 7 16
}

func FuzzMatcher(f *testing.F) {
	m := NewMatcher([]WordList{{Terms: []string{"fool", "bloody hell", "casino*", "*ass", "垃圾", "سيئ", "дурак", "s p a m"}}})
	for _, s := range []string{"f00l", "b l o o d y  h e l l", "垃圾ass", "سَيِّئ", "f\u0301\u0302ool", "$$$!!|@", "fооооl", "ﬀ½㏒"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = text[:min(len(text), 5000)] // as it is, not tidy: a search asks of it what it likes
		for _, h := range m.Find(text) {
			if h.From < 0 || h.Until > len(text) || h.From >= h.Until {
				t.Fatalf("%+v in %d bytes of %q", h, len(text), text)
			}
		}
	})
}

func TestManyAskTheMatcherAtOnce(t *testing.T) {
	terms, text := tenThousand()
	m := NewMatcher([]WordList{{Terms: terms}})
	want := m.Find(text)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got := m.Find(text); !slices.Equal(got, want) {
				t.Errorf("found %d hits, want %d", len(got), len(want))
			}
		})
	}
	all.Wait()
}

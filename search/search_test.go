package search_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lede/article"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/doc"
	"lede/ledetest"
	"lede/search"
	"lede/section"
)

// stories are what the small paper has, from the oldest on.
var stories = []struct{ headline, body string }{
	{"Ferry fares rise by 40 cents", "The county raises fares on every ferry. “Nobody asked us,” said Marguerite Oduya, who rides the early ferry."},
	{"The harbor froze", "An old photograph shows the harbour in ice. The clock tower stands behind it."},
	{"Night market moves", "The night market moves under the bridge. Stalls open at six; ferries run until midnight."},
	{"Grain ships wait", "Ships with grain wait eight days outside the harbor. The pilots agreed on a winter roster."},
	{"O’Brien wins the regatta", "Fog won too. O'Brien’s boat, the Swift, came in first; co-op rowers came second."},
	{"Über den Fluß", "Eine Straße am Fluß. Café naïve résumé."},
	{"東京の港", "東京の港で船が待つ。"},
}

func paper(t *testing.T, d *db.DB) *ledetest.Paper {
	p := ledetest.Open(t, d)
	for i, s := range stories {
		text := p.Text(s.headline)
		text.Summary = ""
		text.Body = doc.New(doc.P(s.body))
		if i%2 == 1 {
			text.Sections = []int64{p.Ferries.ID}
		}
		p.Publish(text)
		p.Pass(24 * time.Hour)
	}
	p.Settle()
	return p
}

func find(t *testing.T, p *ledetest.Paper, ask search.Ask) search.Found {
	t.Helper()
	if ask.Lang == "" {
		ask.Lang = "en"
	}
	f, err := p.Finder.Find(t.Context(), ask, p.Now())
	if err != nil {
		t.Fatalf("%.80q: %v", ask.Text, err)
	}
	return f
}

func headlines(f search.Found) []string {
	list := []string{}
	for _, h := range f.Hits {
		list = append(list, h.Headline)
	}
	return list
}

func TestQueriesFindWhatTheySay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := paper(t, d)
		for asked, want := range map[string][]int{
			"ferry":                       {2, 0},
			"FERRIES":                     {2, 0},
			"early ferry":                 {0},
			`"early ferry"`:               {0},
			`"ferry early"`:               nil,
			`"the early ferry`:            {0},
			"ferry -market":               {0},
			`ferry -"night market"`:       {0},
			"harbor":                      {3, 1},
			"section:harbor":              {5, 3, 1},
			"section:Ferries harbor":      {3, 1},
			"harbor after:2025-06-19":     {3},
			"harbor before:2025-06-18":    {1},
			"harbor on:2025-06-20":        {3},
			"on:2025-06":                  {6, 5, 4, 3, 2, 1, 0},
			"by:calloway grain":           {3},
			"by:inês ships":               {3},
			"by:ines ships":               {3},
			"by:callowey ships":           {3},
			"obrien":                      {4},
			"O'Brien":                     {4},
			"co-op":                       {4},
			"coop":                        {},
			"fluss":                       {5},
			"cafe":                        {5},
			"Strasse":                     {5},
			"東京":                          {6},
			"京東":                          nil,
			"-ferry section:world":        {6, 4},
			"section:nowhere ferry":       nil,
			"after:2031-01-01":            nil,
			"ferry after:yesterday":       nil,
			"winter roster pilots":        {3},
			"the the the of":              {},
			"40 cents":                    {0},
			"Marguerite":                  {0},
			"section:":                    nil,
			"by:":                         {0},
			`""`:                          nil,
			"-":                           nil,
			"…":                           nil,
			"\x00":                        nil,
			"ferry\x00market":             {},
			"ferry AND market":            nil,
			"ferry* OR (market) NEAR/2 '": nil,
		} {
			f := find(t, p, search.Ask{Text: asked, ByDate: true})
			got := []string{}
			if !f.Some && f.Instead == "" {
				got = headlines(f)
			}
			var expected []string
			for _, n := range want {
				expected = append(expected, stories[n].headline)
			}
			if want != nil && !slices.Equal(got, expected) && !(len(want) == 0 && len(got) == 0) {
				t.Errorf("%s finds %q, want %q", asked, got, expected)
			}
			if want == nil && len(got) > 0 && !strings.ContainsAny(asked, "*A\x00") {
				t.Errorf("%s finds %q, want nothing", asked, got)
			}
		}
	})
}

func TestWhatIsNotPublicIsNotFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := paper(t, d)
		ctx := t.Context()
		gone := p.Publish(p.Text("Quokka seen on the pier"))
		p.Settle()
		if f := find(t, p, search.Ask{Text: "quokka"}); len(f.Hits) != 1 {
			t.Fatal("what was published is not found")
		}
		if err := p.Articles.Withdraw(ctx, gone.ID, gone.Version, article.Withdrawal{}, 0, p.Now()); err != nil {
			t.Fatal(err)
		}
		if f := find(t, p, search.Ask{Text: "quokka"}); len(f.Hits) != 0 || f.Total != 0 {
			t.Error("what was withdrawn is found before anybody was told")
		}
		p.Settle()
		for _, table := range []string{"search_doc where article_id = $1", "search_word where word = 'quokka' and cast($1 as bigint) > 0"} {
			var n int
			if err := d.Read().QueryRowContext(ctx, `select count(*) from `+table, gone.ID).Scan(&n); err != nil || n != 0 {
				t.Errorf("%d rows of %s are left, %v", n, table, err)
			}
		}
		p.PublishAt(p.Text("Numbat tomorrow"), p.Now().Add(time.Hour))
		p.Write(p.Text("Numbat never"))
		p.Settle()
		if f := find(t, p, search.Ask{Text: "numbat"}); len(f.Hits) != 0 {
			t.Error("what is not out yet is found")
		}
		if list, err := p.Finder.Suggest(ctx, "en", "numb", p.Now()); err != nil || len(list) != 0 {
			t.Errorf("what is not out yet is suggested: %v, %v", list, err)
		}
		p.Pass(time.Hour)
		p.Settle()
		if f := find(t, p, search.Ask{Text: "numbat"}); len(f.Hits) != 1 {
			t.Error("what is out now is not found")
		}
	})
}

func TestRedactedWordsAreGoneInTheSameTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := paper(t, d)
		ctx := t.Context()
		a := p.Publish(p.Text("Witness Zebulonka speaks"))
		p.Settle()
		find(t, p, search.Ask{Text: "zebulonka"})
		if err := p.Articles.Redact(ctx, a.ID, a.Version, article.Blanking{Passages: []string{"Zebulonka"}, Note: "By order of a court."}, 0, p.Now()); err != nil {
			t.Fatal(err)
		}
		if f := find(t, p, search.Ask{Text: "zebulonka"}); len(f.Hits) != 0 {
			t.Error("a redacted word still finds")
		}
		p.Settle()
		if f := find(t, p, search.Ask{Text: "zebulonka"}); len(f.Hits) != 0 {
			t.Error("a redacted word finds again")
		}
		if f := find(t, p, search.Ask{Text: "zebulonca"}); f.Instead != "" {
			t.Errorf("a redacted word is suggested: %q", f.Instead)
		}
		if f := find(t, p, search.Ask{Text: "witness"}); len(f.Hits) != 1 {
			t.Error("the redacted article is not found by its other words")
		}
		if d.Kind() == db.SQLite {
			holdsNot(t, d, "zebulonka")
		}
	})
}

// holdsNot looks into the tables of the index, byte by byte.
func holdsNot(t *testing.T, d *db.DB, word string) {
	t.Helper()
	blocks, err := db.Column[[]byte](t.Context(), d.Read(), `select block from search_index_data`)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks {
		if strings.Contains(string(b), word[2:]) {
			t.Errorf("the index still holds %s", word)
		}
	}
}

// TestBothDatabasesFindTheSame asks the same of both; PostgreSQL's half is held against SQLite's.
func TestBothDatabasesFindTheSame(t *testing.T) {
	asked := []string{"ferry", `"night market"`, "harbor -grain", "section:ferries", "the", "of the", `"the night market moves"`, "before:2025-06-20", "oduya", "fery", "東", "paragraph second", `"second paragraph"`,
		"says more", "by:calloway the", "-the", "ü", "ß", "'", "swift boat fog bridge", "clock tower ice grain"}
	asked = append(asked, hostile(t)...)
	var first map[string]string
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := paper(t, d)
		said := strings.Fields("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu")
		for i := range 40 { // some at the same moment
			text := p.Text(fmt.Sprintf("Story %s %s", said[i%len(said)], said[(i*5+3)%len(said)]))
			text.Body = doc.New(doc.P(strings.Repeat(said[i%7]+" "+said[i%11]+" ", 1+i*20)))
			p.Publish(text)
			if i%3 == 0 {
				p.Pass(time.Minute)
			}
		}
		p.Settle()
		got := map[string]string{}
		for _, text := range append(asked, "alpha", "alpha beta", `"alpha beta"`, `"beta alpha beta"`, `"gamma gamma"`, "story -alpha", "alpha -beta -gamma") {
			for page := 1; page < 4; page++ {
				got[fmt.Sprint(text, page)] = fmt.Sprintf("%q", headlines(find(t, p, search.Ask{Text: text, ByDate: true, Page: page})))
			}
			f := find(t, p, search.Ask{Text: text})
			got[text+" by relevance"] = fmt.Sprintf("%q %d %v %q", headlines(f), f.Total, f.Some, f.Instead)
		}
		if first == nil {
			first = got
			return
		}
		for text, list := range first {
			if got[text] != list {
				t.Errorf("%.100q: SQLite finds %s, PostgreSQL %s", text, list, got[text])
			}
		}
	})
}

// hostile are strings by which others were broken, and some of our own.
func hostile(t *testing.T) []string {
	list := []string{strings.Repeat("a ", 5000), strings.Repeat(`"`, 1001), strings.Repeat("(", 500), `"a" OR "b`, `a"b"c"`, "section:section:section:", `by:"`, `-"-"-`, "NOT", "a NEAR b", "{words}:a", "^a", "a + b", "·hferry", "·len", "· ·",
		"\xff\xfe", "\u202e", "'; drop table search_doc; --", strings.Repeat("x", 10_000), strings.Repeat("-a ", 400), "مرحبا -بك", "٤٠", "!@#$%^&*()", "ferry:*", "a & b | !c", "'a' <-> 'b'", "\\", "%", "_"}
	file := filepath.Join("..", "..", "shared", "data", "strings", "blns.json")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Logf("SKIPPED: %s is not here, so its strings are not tried: %v", file, err)
		return list
	}
	var naughty []string
	if err := json.Unmarshal(text, &naughty); err != nil {
		t.Fatal(err)
	}
	return append(list, naughty...)
}

func TestAWordThatIsMisspeltFindsWhatWasMeant(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := paper(t, d)
		for asked, want := range map[string]string{"Odyua": "Oduya", "margerite oduya": "Marguerite oduya", "regata": "regatta", "photograpf harbor": ""} {
			f := find(t, p, search.Ask{Text: asked})
			if want != "" && (f.Instead != want || len(f.Hits) != 1) {
				t.Errorf("%s: shown instead is %q, want %q (%q)", asked, f.Instead, want, headlines(f))
			}
		}
		f := find(t, p, search.Ask{Text: "harbor photograph unicorn"})
		if !f.Some || len(f.Hits) == 0 || f.Hits[0].Headline != stories[1].headline {
			t.Errorf("with a word too many: %+v", headlines(f))
		}
	})
}

func TestSnippetShowsWhatWasLookedFor(t *testing.T) {
	p := paper(t, dbtest.Open(t, dbtest.SQLite(t)))
	f := find(t, p, search.Ask{Text: "pilots roster"})
	var said, marked []string
	for _, piece := range f.Hits[0].Snippet {
		said = append(said, piece.Text)
		if piece.Match {
			marked = append(marked, piece.Text)
		}
	}
	if got, want := strings.Join(said, ""), "… The pilots agreed on a winter roster."; got != want {
		t.Errorf("snippet %q, want %q", got, want)
	}
	if !slices.Equal(marked, []string{"pilots", "roster"}) {
		t.Errorf("marked are %q", marked)
	}
}

func TestIndexThatIsLostOrOlderIsMadeAnew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := paper(t, d)
		ctx := t.Context()
		for _, lose := range []func(q db.Q) error{
			func(q db.Q) error {
				ids, err := db.Column[int64](ctx, q, `select article_id from search_doc`)
				for _, id := range ids {
					if err := search.Drop(ctx, q, id); err != nil {
						return err
					}
				}
				return err
			},
			func(q db.Q) error {
				_, err := q.ExecContext(ctx, `update search_make set make = 0`)
				return err
			},
		} {
			err := d.Tx(ctx, func(_ context.Context, q db.Q) error { return lose(q) })
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Finder.Rebuild(ctx, p.Now, p.Log); err != nil {
				t.Fatal(err)
			}
			if f := find(t, p, search.Ask{Text: "ferry", ByDate: true}); len(f.Hits) != 2 {
				t.Errorf("found are %q", headlines(f))
			}
			var n int
			if err := d.Read().QueryRowContext(ctx, `select count(*) from search_doc`).Scan(&n); err != nil || n != len(stories) {
				t.Errorf("%d articles in the index, %v", n, err)
			}
		}
	})
}

func TestNewNameFinds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := paper(t, d)
		topic, err := p.Sections.AddTopic(t.Context(), section.Topic{Slug: "pier-9", Kind: "place", Names: map[string]string{"en": "Pier Nine"}}, p.Now())
		if err != nil {
			t.Fatal(err)
		}
		text := p.Text("Slip closed")
		text.Topics = []int64{topic.ID}
		p.Publish(text)
		p.Settle()
		topic.Names["en"] = "Palisade Landing"
		if err := p.Sections.ChangeTopic(t.Context(), topic, p.Now()); err != nil {
			t.Fatal(err)
		}
		b := p.Writer
		b.Name = "Inês Quarrington"
		if err := p.Staff.Edit(t.Context(), b, p.Now()); err != nil {
			t.Fatal(err)
		}
		p.Settle()
		for _, asked := range []string{"palisade landing", "quarrington slip", "by:quarrington slip"} {
			if f := find(t, p, search.Ask{Text: asked}); len(f.Hits) != 1 || f.Hits[0].Headline != "Slip closed" || f.Some {
				t.Errorf("%s finds %q", asked, headlines(f))
			}
		}
		if f := find(t, p, search.Ask{Text: "calloway slip"}); len(f.Hits) > 0 && !f.Some {
			t.Error("the former name still finds")
		}
	})
}

func TestSuggestionsGoOnWithWhatIsTyped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := paper(t, d)
		for typed, want := range map[string]string{"fer": "Ferries", "grain sh": "Grain ships wait", "ine": "Inês Calloway", "regat": "O’Brien wins the regatta", "zzz": ""} {
			list, err := p.Finder.Suggest(t.Context(), "en", typed, p.Now())
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if len(list) > 0 {
				got = list[0].Text
			}
			if got != want {
				t.Errorf("%s: %q first, want %q", typed, got, want)
			}
		}
		for _, typed := range hostile(t) {
			if _, err := p.Finder.Suggest(t.Context(), "en", typed, p.Now()); err != nil {
				t.Errorf("%.60q: %v", typed, err)
			}
		}
	})
}

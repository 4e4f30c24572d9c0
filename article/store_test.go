package article_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lede/article"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/ledetest"
)

// each tells a story about a paper on both databases.
func each(t *testing.T, story func(t *testing.T, p *ledetest.Paper)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { story(t, ledetest.Open(t, d)) })
}

func headlines(cards []article.Card) string {
	var list []string
	for _, c := range cards {
		list = append(list, c.Headline)
	}
	return strings.Join(list, ", ")
}

func latest(t *testing.T, p *ledetest.Paper, of int64) string {
	t.Helper()
	cards, err := p.Articles.Cards(t.Context(), article.List{Of: of, Lang: "en", Limit: 10}, p.Now())
	if err != nil {
		t.Fatal(err)
	}
	return headlines(cards)
}

func TestDraftIsSeenByNobody(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		a := p.Write(p.Text("Not yet"))
		if _, err := p.Articles.Public(t.Context(), a.ID, p.Now()); !errors.Is(err, fault.NotFound) {
			t.Fatalf("a reader who asks for a draft gets %v, wanted not found", err)
		}
		if got := latest(t, p, 0); got != "" {
			t.Fatalf("Latest shows %q, wanted nothing", got)
		}
	})
}

func TestPublishedArticleStandsInAllItsLists(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		text := p.Text("Boats")
		text.Sections = []int64{p.Ferries.ID, p.World.ID}
		a := p.Publish(text)
		if want := "/2025/06/boats"; a.Path != want {
			t.Errorf("its address is %s, wanted %s", a.Path, want)
		}
		for name, of := range map[string]int64{"the paper": 0, "Ferries": p.Ferries.ID, "Harbor, which is above": p.Harbor.ID, "World": p.World.ID, "its writer": p.Writer.ID} {
			if got := latest(t, p, of); got != "Boats" {
				t.Errorf("%s lists %q, wanted Boats", name, got)
			}
		}
		if got := latest(t, p, p.Opinion.ID); got != "" {
			t.Errorf("Opinion lists %q, wanted nothing", got)
		}
	})
}

func TestAddressIsOfTheDayInThePapersZone(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		newYear := time.Date(2026, 1, 1, 3, 0, 0, 0, time.UTC) // still 2025 in New York
		p.Pass(newYear.Sub(p.Now()))
		if got := p.Publish(p.Text("Midnight")).Path; got != "/2025/12/midnight" {
			t.Errorf("the address is %s, wanted the month it still was in New York", got)
		}
	})
}

func TestTwoArticlesOfOneHeadlineHaveTwoAddresses(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		first, second := p.Publish(p.Text("Rain")), p.Publish(p.Text("Rain"))
		if first.Path != "/2025/06/rain" || second.Path != "/2025/06/rain-2" {
			t.Errorf("the addresses are %s and %s", first.Path, second.Path)
		}
	})
}

func TestScheduledArticleComesAtItsMinute(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		a := p.PublishAt(p.Text("Tomorrow"), p.Now().Add(time.Hour))
		ahead, err := p.Articles.NextAhead(t.Context(), p.Now())
		if err != nil || !ahead.Equal(p.Now().Add(time.Hour)) {
			t.Errorf("the next thing to come is at %v (%v), wanted in an hour", ahead, err)
		}
		p.Pass(time.Hour - time.Second)
		p.Settle()
		if got := latest(t, p, 0); got != "" || p.Article(a.ID).Stage != article.Scheduled {
			t.Fatalf("a second early Latest shows %q and the stage is %s", got, p.Article(a.ID).Stage)
		}
		p.Pass(time.Second)
		p.Settle()
		if got := latest(t, p, 0); got != "Tomorrow" || p.Article(a.ID).Stage != article.Published {
			t.Fatalf("at its minute Latest shows %q and the stage is %s", got, p.Article(a.ID).Stage)
		}
	})
}

func TestTwoEditorsPublishAtOnce(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		a := p.Write(p.Text("Once"))
		var wait sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			wait.Go(func() { errs[i] = p.Articles.Publish(t.Context(), a.ID, a.Version, p.Now(), p.Now(), 0) })
		}
		wait.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if !errors.Is(err, fault.Conflict) {
				t.Errorf("one who came too late was told %v, wanted a conflict", err)
			}
		}
		if got := p.Article(a.ID); won != 1 || got.Version != 2 {
			t.Errorf("%d published, and the version is %d; wanted one, and 2", won, got.Version)
		}
	})
}

func TestNothingIsPublishedWithoutHeadlineTextAndSection(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		a := p.Write(article.Text{Lang: "en"})
		err := p.Articles.Publish(t.Context(), a.ID, a.Version, p.Now(), p.Now(), 0)
		var form fault.Form
		if !errors.As(err, &form) || form["headline"] == "" || form["body"] == "" || form["sections"] == "" {
			t.Fatalf("it was told %v, wanted what is missing field by field", err)
		}
		if p.Article(a.ID).Stage != article.Draft {
			t.Error("it is no draft any more")
		}
	})
}

func TestSameDraftKeptTwiceIsOne(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		first, added, err := p.Articles.Keep(t.Context(), p.Text("Seen"), "page:1", p.Now())
		if err != nil || !added {
			t.Fatalf("the first time: added %v, %v", added, err)
		}
		again, added, err := p.Articles.Keep(t.Context(), p.Text("Seen"), "page:1", p.Now())
		if err != nil || added || again.ID != first.ID {
			t.Fatalf("the second time: added %v, %v, article %d; wanted the first, %d", added, err, again.ID, first.ID)
		}
	})
}

func TestSaveFromAnOldVersionLosesNothing(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		a := p.Write(p.Text("One"))
		if err := p.Articles.Save(t.Context(), a.ID, 1, p.Text("Two"), 0, p.Now()); err != nil {
			t.Fatal(err)
		}
		if err := p.Articles.Save(t.Context(), a.ID, 1, p.Text("Three"), 0, p.Now()); !errors.Is(err, fault.Conflict) {
			t.Fatalf("saving from version 1 again gives %v, wanted a conflict", err)
		}
		if got := p.Article(a.ID); got.Headline != "Two" || got.Version != 2 {
			t.Errorf("there stands %q in version %d, wanted Two in 2", got.Headline, got.Version)
		}
	})
}

func TestCorrectionIsToldWithItsDifference(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		a := p.Publish(p.Text("Vote"))
		p.Pass(time.Hour)
		text := a.Text
		text.Body = text.Body.Replace("second", "third")
		if err := p.Articles.Amend(t.Context(), a.ID, a.Version, text, article.Amendment{Kind: article.Correction}, 0, p.Now()); !fault.IsInvalid(err) {
			t.Errorf("a correction without a reason gives %v, wanted to be asked for one", err)
		}
		if err := p.Articles.Amend(t.Context(), a.ID, a.Version, text, article.Amendment{Kind: article.Correction, Note: "It was the third."}, 0, p.Now()); err != nil {
			t.Fatal(err)
		}
		got, err := p.Articles.Public(t.Context(), a.ID, p.Now())
		if err != nil || !got.Corrected.Equal(p.Now()) || !got.Published.Equal(a.Published) || got.Path != a.Path {
			t.Fatalf("after the correction: %+v, %v", got, err)
		}
		history, err := p.Articles.History(t.Context(), a.ID, p.Now())
		if err != nil || len(history) != 2 || history[0].Note != "It was the third." || history[1].Kind != article.First {
			t.Fatalf("the history is %+v, %v", history, err)
		}
		if d := doc.Diff(history[0].Before.Body, history[0].After.Body); len(d) != 1 {
			t.Errorf("%d blocks differ, wanted one", len(d))
		}
		if err := p.Articles.Verify(t.Context(), a.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestWithdrawnArticleIsGoneFromEverywhere(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		a := p.Publish(p.Text("Mistake"))
		if err := p.Articles.Withdraw(t.Context(), a.ID, a.Version, article.Withdrawal{Note: "It was not so."}, 0, p.Now()); err != nil {
			t.Fatal(err)
		}
		_, err := p.Articles.Public(t.Context(), a.ID, p.Now())
		var taken article.Taken
		if !errors.As(err, &taken) || !errors.Is(err, fault.Gone) || taken.Note != "It was not so." {
			t.Errorf("a reader gets %v, wanted gone, and why", err)
		}
		if got := latest(t, p, 0); got != "" {
			t.Errorf("Latest shows %q", got)
		}
	})
}

func TestRedactionReachesEveryVersionAndTheChainHolds(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		text := p.Text("Trial")
		text.Body = doc.New(doc.P("The boy, Jona Example, was there."), doc.P("Jona **Example** said nothing."))
		a := p.Publish(text)
		changed := a.Text
		changed.Summary = "With Jona Example."
		if err := p.Articles.Amend(t.Context(), a.ID, a.Version, changed, article.Amendment{Kind: article.Update, Note: "Jona Example spoke."}, 0, p.Now()); err != nil {
			t.Fatal(err)
		}
		if err := p.Articles.Redact(t.Context(), a.ID, 3, article.Blanking{Passages: []string{"Jona Example"}, Note: "By order of a court."}, 0, p.Now()); err != nil {
			t.Fatal(err)
		}
		history, err := p.Articles.History(t.Context(), a.ID, p.Now())
		if err != nil || len(history) != 3 || history[0].Kind != article.Redaction || history[0].Note != "By order of a court." {
			t.Fatalf("the history is %+v, %v", history, err)
		}
		for _, h := range history {
			for _, said := range []string{h.Note, h.After.Summary, h.After.Body.Text()} {
				if strings.Contains(said, "Example") {
					t.Errorf("version %d still says %q", h.N, said)
				}
			}
		}
		if err := p.Articles.Verify(t.Context(), a.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestQuietChangeOfThePublicRecordIsFound(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		a := p.Publish(p.Text("Record"))
		for _, forged := range []string{
			`update article_version set body = replace(body, 'second', 'other') where digest <> ''`,
			`update article_version set salt = '', body = replace(body, 'other', 'second') where digest <> ''`,
		} {
			err := p.DB.Tx(t.Context(), execOf(forged))
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Articles.Verify(t.Context(), a.ID); err == nil {
				t.Errorf("after %s the chain still holds", forged)
			}
		}
	})
}

func TestMediumIsSeenOnlyWithAnArticleThatShowsIt(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		text := p.Text("Picture")
		text.Lead = article.Picture{Media: 77}
		p.PublishAt(text, p.Now().Add(time.Hour))
		if seen, err := p.Articles.Shows(t.Context(), 77, p.Now()); seen || err != nil {
			t.Errorf("an hour early it is seen: %v, %v", seen, err)
		}
		p.Pass(time.Hour)
		if seen, err := p.Articles.Shows(t.Context(), 77, p.Now()); !seen || err != nil {
			t.Errorf("in its time it is seen: %v, %v", seen, err)
		}
	})
}

func TestMonthsAndNeighbours(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		for _, days := range []int{0, 20, 80, 81} {
			p.PublishAt(p.Text("Old"), p.Now().AddDate(0, 0, -days))
		}
		p.PublishAt(p.Text("Ahead"), p.Now().AddDate(0, 3, 0))
		zone := time.FixedZone("", 0)
		months, err := p.Articles.Months(t.Context(), "en", p.Now().In(zone))
		var names []string
		for _, m := range months {
			names = append(names, m.Format("2006-01"))
		}
		if want := []string{"2025-03", "2025-05", "2025-06"}; err != nil || !slices.Equal(names, want) {
			t.Errorf("the months are %v (%v), wanted %v", names, err, want)
		}
		day := time.Date(2025, 5, 28, 0, 0, 0, 0, time.UTC)
		before, after, err := p.Articles.Neighbours(t.Context(), "en", day, day.AddDate(0, 0, 1), p.Now())
		if err != nil || before.Format(time.DateOnly) != "2025-03-29" || after.Format(time.DateOnly) != "2025-06-17" {
			t.Errorf("next to May 28 are %v and %v (%v)", before, after, err)
		}
	})
}

package article_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"lede/article"
	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/internal/job"
	"lede/ledetest"
	"lede/paper"
)

// told counts what the public was told of articles.
type told struct{ shown, hidden map[int64]int }

// listening tells a story in which somebody counts what the public is told.
func listening(t *testing.T, story func(t *testing.T, p *ledetest.Paper, heard told)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, heard := ledetest.Open(t, d), told{map[int64]int{}, map[int64]int{}}
		job.Watch(p.Jobs, article.Shown, func(_ ctx, id int64, _ time.Time) { heard.shown[id]++ })
		job.Watch(p.Jobs, article.Hidden, func(_ ctx, id int64, _ time.Time) { heard.hidden[id]++ })
		story(t, p, heard)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wanted(t *testing.T, err error, field, says string) {
	t.Helper()
	var form fault.Form
	if errors.As(err, &form) && strings.Contains(form[field], says) || field == "" && fault.IsInvalid(err) && strings.Contains(err.Error(), says) {
		return
	}
	t.Errorf("it was told %v, want %q at %q", err, says, field)
}

// TestWhatIsWrittenAfterPublicationWaits: the public reads what was judged fit to print, whatever is written since, be it half a sentence.
func TestWhatIsWrittenAfterPublicationWaits(t *testing.T) {
	listening(t, func(t *testing.T, p *ledetest.Paper, heard told) {
		a := p.Publish(p.Text("Vote"))
		p.Settle()
		before, err := p.Articles.Public(t.Context(), a.ID, p.Now())
		must(t, err)
		p.Pass(time.Hour)
		half := article.Text{Headline: "Half a", Slug: "Not a slug!", Seen: "yesterday", Lead: article.Picture{Media: 5}}
		must(t, p.Articles.Save(t.Context(), a.ID, a.Version, half, 7, p.Now()))
		p.Settle()
		now, err := p.Articles.Public(t.Context(), a.ID, p.Now())
		must(t, err)
		if now.Headline != before.Headline || !now.Changed.Equal(before.Changed) || now.Words != before.Words || now.Version != a.Version+1 {
			t.Errorf("the public reads %q of %v in version %d", now.Headline, now.Changed, now.Version)
		}
		if heard.shown[a.ID] != 1 {
			t.Errorf("the public was told %d times, want once", heard.shown[a.ID])
		}
		if seen, _ := p.Articles.Shows(t.Context(), 5, p.Now()); seen {
			t.Error("a picture of what waits is public")
		}
		if uses, _ := p.Articles.Uses(t.Context(), 5); !slices.Equal(uses, []int64{a.ID}) {
			t.Errorf("the picture of what waits is used by %v", uses)
		}
		newest, err := p.Articles.Newest(t.Context(), a.ID)
		must(t, err)
		if newest.Headline != "Half a" || newest.Slug != "Not a slug!" {
			t.Errorf("staff read %+v", newest.Text)
		}
		whole := before.Text
		whole.Headline = "Vote taken"
		must(t, p.Articles.Amend(t.Context(), a.ID, now.Version, whole, article.Amendment{Kind: article.Update, Note: "It was taken."}, 7, p.Now()))
		if got := p.Article(a.ID); got.Headline != "Vote taken" || got.Stands != got.Version || !got.Updated.Equal(p.Now()) {
			t.Errorf("after the update there stands %q, version %d of %d", got.Headline, got.Stands, got.Version)
		}
		must(t, p.Articles.Verify(t.Context(), a.ID))
	})
}

// TestScheduledTextIsTheOneThatWasScheduled: what is written later goes out only when it is scheduled anew.
func TestScheduledTextIsTheOneThatWasScheduled(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		at := p.Now().Add(time.Hour)
		a := p.PublishAt(p.Text("Fit"), at)
		later := a.Text
		later.Headline = "Not yet f"
		must(t, p.Articles.Save(t.Context(), a.ID, a.Version, later, 0, p.Now()))
		if got := p.Article(a.ID); got.Headline != "Fit" || got.Stands == got.Version {
			t.Errorf("there stands %q", got.Headline)
		}
		later.Headline = "Not yet fit"
		must(t, p.Articles.Save(t.Context(), a.ID, a.Version+1, later, 0, p.Now()))
		must(t, p.Articles.Publish(t.Context(), a.ID, a.Version+2, at, p.Now(), 0))
		p.Pass(time.Hour)
		p.Settle()
		if got := latest(t, p, 0); got != "Not yet fit" {
			t.Errorf("out went %q", got)
		}
	})
}

func TestArticleIsMovedOnItsWay(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		a := p.Write(p.Text("On its way"))
		for i, to := range []string{article.Filed, article.Ready, article.Draft, article.Ready, article.Filed} {
			must(t, p.Articles.Move(t.Context(), a.ID, a.Version+int64(i), to, 3, p.Now()))
			if got := p.Article(a.ID).Stage; got != to {
				t.Errorf("it is %s, want %s", got, to)
			}
		}
		must(t, p.Articles.Move(t.Context(), a.ID, a.Version+5, article.Filed, 3, p.Now()))
		if got := p.Article(a.ID).Version; got != a.Version+5 {
			t.Errorf("standing still made version %d", got)
		}
		wanted(t, p.Articles.Move(t.Context(), a.ID, a.Version+5, article.Published, 3, p.Now()), "to", "draft, filed, or ready")
		if err := p.Articles.Move(t.Context(), a.ID, a.Version, article.Draft, 3, p.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("from an old version: %v", err)
		}
		b := p.Publish(p.Text("Out"))
		wanted(t, p.Articles.Move(t.Context(), b.ID, b.Version, article.Draft, 3, p.Now()), "", "not on its way")
		list, err := p.Articles.Versions(t.Context(), a.ID)
		must(t, err)
		if len(list) != 6 || list[0].Kind != article.Filed || list[0].By != 3 || list[5].Kind != article.Draft || list[0].Words != a.Words {
			t.Errorf("the versions are %+v", list)
		}
	})
}

func TestEmbargoIsKept(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		ends := p.Now().Add(3 * time.Hour)
		a := p.Write(p.Text("Under embargo"))
		must(t, p.Articles.Embargo(t.Context(), a.ID, a.Version, ends, 1, p.Now()))
		a = p.Article(a.ID)
		if !a.Embargo.Equal(ends) || a.Wall.Embargo != (paper.Wall{Says: "2025-06-17T15:00", Zone: "America/New_York"}) {
			t.Errorf("the embargo ends %v, %+v", a.Embargo, a.Wall.Embargo)
		}
		for _, early := range []time.Time{p.Now(), ends.Add(-time.Microsecond)} {
			wanted(t, p.Articles.Publish(t.Context(), a.ID, a.Version, early, p.Now(), 1), "at", "under embargo until 15:00 on Tuesday 17 June 2025")
		}
		must(t, p.Articles.Publish(t.Context(), a.ID, a.Version, ends, p.Now(), 1))
		longer := ends.Add(time.Hour)
		must(t, p.Articles.Embargo(t.Context(), a.ID, a.Version+1, longer, 1, p.Now()))
		if got := p.Article(a.ID); got.Stage != article.Scheduled || !got.Published.Equal(longer) {
			t.Errorf("it is %s for %v, want scheduled for the end of the longer embargo", got.Stage, got.Published)
		}
		must(t, p.Articles.Embargo(t.Context(), a.ID, a.Version+2, time.Time{}, 1, p.Now()))
		must(t, p.Articles.Publish(t.Context(), a.ID, a.Version+3, p.Now(), p.Now(), 1))
		wanted(t, p.Articles.Embargo(t.Context(), a.ID, a.Version+4, longer, 1, p.Now()), "", "too late for an embargo")
		p.Settle()
		if got := latest(t, p, 0); got != "Under embargo" {
			t.Errorf("Latest shows %q", got)
		}
		must(t, p.Articles.Verify(t.Context(), a.ID))
	})
}

func TestWithdrawalAheadHappensOnce(t *testing.T) {
	listening(t, func(t *testing.T, p *ledetest.Paper, heard told) {
		a := p.Publish(p.Text("For a day"))
		goes := p.Now().Add(24 * time.Hour)
		must(t, p.Articles.Withdraw(t.Context(), a.ID, a.Version, article.Withdrawal{At: goes, Note: "The offer has ended."}, 4, p.Now()))
		if ahead, err := p.Articles.NextAhead(t.Context(), p.Now()); err != nil || !ahead.Equal(goes) {
			t.Errorf("the next change is at %v (%v)", ahead, err)
		}
		p.Pass(24*time.Hour - time.Second)
		p.Settle()
		if _, err := p.Articles.Public(t.Context(), a.ID, p.Now()); err != nil || heard.hidden[a.ID] != 0 {
			t.Fatalf("a second early it is gone: %v", err)
		}
		p.Pass(time.Second)
		if _, err := p.Articles.Public(t.Context(), a.ID, p.Now()); !errors.Is(err, fault.Gone) || !strings.Contains(withdrawnNote(err), "ended") {
			t.Errorf("at its moment, before anybody did anything: %v", err)
		}
		if err := p.Articles.Save(t.Context(), a.ID, a.Version+1, a.Text, 1, p.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("who writes in that moment is told %v", err)
		}
		p.Settle()
		p.Settle()
		must(t, p.Articles.Arrive(t.Context(), a.ID, p.Now()))
		p.Settle()
		got := p.Article(a.ID)
		history, _ := p.Articles.Versions(t.Context(), a.ID)
		if got.Stage != article.Withdrawn || heard.hidden[a.ID] != 1 || history[0].Kind != article.Withdrew || !history[0].At.Equal(goes) || latest(t, p, 0) != "" {
			t.Errorf("it is %s, told %d times, %+v", got.Stage, heard.hidden[a.ID], history[0])
		}
		must(t, p.Articles.Verify(t.Context(), a.ID))
	})
}

func withdrawnNote(err error) string {
	var taken article.Taken
	errors.As(err, &taken)
	return taken.Note
}

// TestWhatWasCalledOffDoesNotHappen: a moment that was put off or given up finds nothing to do.
func TestWhatWasCalledOffDoesNotHappen(t *testing.T) {
	listening(t, func(t *testing.T, p *ledetest.Paper, heard told) {
		soon, late := p.Now().Add(time.Hour), p.Now().Add(5*time.Hour)
		off, later, stays := p.PublishAt(p.Text("Off"), soon), p.PublishAt(p.Text("Later"), soon), p.Publish(p.Text("Stays"))
		must(t, p.Articles.Withdraw(t.Context(), off.ID, off.Version, article.Withdrawal{}, 1, p.Now()))
		must(t, p.Articles.Publish(t.Context(), later.ID, later.Version, late, p.Now(), 1))
		must(t, p.Articles.Withdraw(t.Context(), stays.ID, stays.Version, article.Withdrawal{At: soon}, 1, p.Now()))
		must(t, p.Articles.Stay(t.Context(), stays.ID, stays.Version+1, 1, p.Now()))
		p.Settle()
		p.Pass(2 * time.Hour)
		p.Settle()
		if got := p.Article(off.ID); got.Stage != article.Ready || !got.Published.IsZero() || heard.shown[off.ID] != 0 {
			t.Errorf("taken off the schedule it is %s, told %d times", got.Stage, heard.shown[off.ID])
		}
		if got := p.Article(later.ID); got.Stage != article.Scheduled || heard.shown[later.ID] != 0 {
			t.Errorf("put off it is %s, told %d times", got.Stage, heard.shown[later.ID])
		}
		if got := p.Article(stays.ID); got.Stage != article.Published || heard.hidden[stays.ID] != 0 || latest(t, p, 0) != "Stays" {
			t.Errorf("what stays is %s, hidden %d times", got.Stage, heard.hidden[stays.ID])
		}
		p.Pass(3 * time.Hour)
		p.Settle()
		if heard.shown[later.ID] != 1 || p.Article(later.ID).Stage != article.Published {
			t.Errorf("at its later moment it was told %d times", heard.shown[later.ID])
		}
	})
}

// TestAllThatPassedWhileNothingRanHappensOnce: an article that should have come and gone meanwhile did both, in that order.
func TestAllThatPassedWhileNothingRanHappensOnce(t *testing.T) {
	listening(t, func(t *testing.T, p *ledetest.Paper, heard told) {
		comes, goes := p.Now().Add(time.Hour), p.Now().Add(2*time.Hour)
		a := p.PublishAt(p.Text("Short"), comes)
		must(t, p.Articles.Withdraw(t.Context(), a.ID, a.Version, article.Withdrawal{At: goes, To: "/world"}, 1, p.Now()))
		p.Pass(3 * time.Hour)
		p.Settle()
		if got := p.Article(a.ID); got.Stage != article.Withdrawn || heard.shown[a.ID] != 1 || heard.hidden[a.ID] != 1 {
			t.Errorf("it is %s, shown %d times and hidden %d", got.Stage, heard.shown[a.ID], heard.hidden[a.ID])
		}
		var moved fault.Moved
		if _, err := p.Articles.Public(t.Context(), a.ID, p.Now()); !errors.As(err, &moved) || moved.To != "/world" {
			t.Errorf("a reader is told %v, want to be sent to /world", err)
		}
		must(t, p.Articles.Verify(t.Context(), a.ID))
	})
}

func TestReadersAreNotSentInRings(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		a, b := p.Publish(p.Text("One")), p.Publish(p.Text("Two"))
		wanted(t, p.Articles.Withdraw(t.Context(), a.ID, a.Version, article.Withdrawal{To: a.Path}, 1, p.Now()), "to", "sent back here")
		must(t, p.Articles.Withdraw(t.Context(), a.ID, a.Version, article.Withdrawal{To: b.Path}, 1, p.Now()))
		wanted(t, p.Articles.Withdraw(t.Context(), b.ID, b.Version, article.Withdrawal{To: a.Path}, 1, p.Now()), "to", "sent back here")
		for _, hostile := range []string{"javascript:alert(1)", "//elsewhere.example/", `/\elsewhere.example`, "elsewhere"} {
			wanted(t, p.Articles.Withdraw(t.Context(), b.ID, b.Version, article.Withdrawal{To: hostile}, 1, p.Now()), "to", "Readers are sent")
		}
	})
}

func TestWithdrawnArticleComesAgain(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		a := p.Publish(p.Text("Again"))
		must(t, p.Articles.Save(t.Context(), a.ID, a.Version, p.Text("Better"), 1, p.Now()))
		must(t, p.Articles.Withdraw(t.Context(), a.ID, a.Version+1, article.Withdrawal{Note: "Wrong."}, 1, p.Now()))
		a = p.Article(a.ID)
		if newest, err := p.Articles.Newest(t.Context(), a.ID); err != nil || newest.Headline != "Better" {
			t.Errorf("what waited is %q (%v)", newest.Headline, err)
		}
		p.Pass(time.Hour)
		again := p.Now().Add(time.Hour)
		must(t, p.Articles.Publish(t.Context(), a.ID, a.Version, again, p.Now(), 1))
		must(t, p.Articles.Withdraw(t.Context(), a.ID, a.Version+1, article.Withdrawal{}, 1, p.Now()))
		if _, err := p.Articles.Public(t.Context(), a.ID, p.Now()); !errors.Is(err, fault.Gone) || withdrawnNote(err) != "Wrong." {
			t.Errorf("taken off the schedule again, a reader is told %v", err)
		}
		must(t, p.Articles.Publish(t.Context(), a.ID, a.Version+2, p.Now(), p.Now(), 1))
		if got := latest(t, p, 0); got != "Better" {
			t.Errorf("Latest shows %q", got)
		}
		must(t, p.Articles.Verify(t.Context(), a.ID))
	})
}

func TestCorrectionIsSuperseded(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		a := p.Publish(p.Text("Lanes"))
		amend := func(version int64, m article.Amendment) error {
			return p.Articles.Amend(t.Context(), a.ID, version, a.Text, m, 1, p.Now())
		}
		must(t, amend(2, article.Amendment{Kind: article.Correction, Note: "It has six lanes."}))
		wanted(t, amend(3, article.Amendment{Kind: article.Correction, Note: "Four.", Supersedes: 2}), "supersedes", "can be superseded")
		wanted(t, amend(3, article.Amendment{Kind: article.Minor, Supersedes: 3}), "supersedes", "can be superseded")
		must(t, amend(3, article.Amendment{Kind: article.Correction, Note: "It has four lanes, not six.", Supersedes: 3}))
		wanted(t, amend(4, article.Amendment{Kind: article.Correction, Note: "Five.", Supersedes: 3}), "supersedes", "can be superseded")
		changes, err := p.Articles.Changes(t.Context(), p.Now(), a.ID)
		must(t, err)
		history, err := p.Articles.History(t.Context(), a.ID, p.Now())
		must(t, err)
		for name, list := range map[string][]article.Change{"changes": changes[a.ID], "history": history} {
			if list[0].Supersedes != 3 || list[0].Superseded != 0 || list[1].N != 3 || list[1].Superseded != 4 || list[1].Note == "" {
				t.Errorf("the %s are %+v", name, list)
			}
		}
		must(t, p.Articles.Verify(t.Context(), a.ID))
		must(t, p.DB.Tx(t.Context(), execOf(`update article_version set supersedes = 0 where supersedes <> 0`)))
		if p.Articles.Verify(t.Context(), a.ID) == nil {
			t.Error("that a correction was superseded can be taken off the record")
		}
	})
}

// TestWallIsDerivedAnew: when a zone's rules changed since a time was agreed on, its moment is another, and it happens then and only then.
func TestWallIsDerivedAnew(t *testing.T) {
	listening(t, func(t *testing.T, p *ledetest.Paper, heard told) {
		at := p.Now().Add(48 * time.Hour)
		scheduled, leaving, embargoed := p.PublishAt(p.Text("Ahead"), at), p.Publish(p.Text("Leaving")), p.Write(p.Text("Embargo"))
		must(t, p.Articles.Withdraw(t.Context(), leaving.ID, leaving.Version, article.Withdrawal{At: at}, 1, p.Now()))
		must(t, p.Articles.Embargo(t.Context(), embargoed.ID, embargoed.Version, at, 1, p.Now()))
		// As if it had been agreed on under rules by which the clock was an hour ahead of what it is now.
		hour := time.Hour.Microseconds()
		must(t, p.DB.Tx(t.Context(), func(c ctx, q db.Q) error {
			_, err := q.ExecContext(c, `update article set published_at = published_at - case when stage = 'scheduled' then cast($1 as bigint) else 0 end, withdrawn_at = withdrawn_at - cast($1 as bigint), embargo_until = embargo_until - cast($1 as bigint)`, hour)
			return err
		}))
		must(t, p.Articles.Rederive(t.Context(), p.Now()))
		must(t, p.Articles.Rederive(t.Context(), p.Now()))
		if s, l, e := p.Article(scheduled.ID), p.Article(leaving.ID), p.Article(embargoed.ID); !s.Published.Equal(at) || !l.Withdrawn.Equal(at) || !e.Embargo.Equal(at) ||
			s.Version != scheduled.Version+1 || l.Version != leaving.Version+2 {
			t.Errorf("the moments are %v, %v, %v, want %v", s.Published, l.Withdrawn, e.Embargo, at)
		}
		p.Settle()
		p.Pass(47 * time.Hour)
		p.Settle()
		if heard.shown[scheduled.ID]+heard.hidden[leaving.ID] != 0 {
			t.Error("it happened at the moment that is not meant any more")
		}
		p.Pass(time.Hour)
		p.Settle()
		if heard.shown[scheduled.ID] != 1 || heard.hidden[leaving.ID] != 1 {
			t.Errorf("shown %d times, hidden %d", heard.shown[scheduled.ID], heard.hidden[leaving.ID])
		}
	})
}

func TestWhoPublishedWhatIsRecorded(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		as := audit.As(t.Context(), audit.Actor{ID: 9, Name: "Mara"})
		a := p.Write(p.Text("Secret name"))
		must(t, p.Articles.Publish(as, a.ID, 1, p.Now().Add(time.Hour), p.Now(), 9, "alt", "links"))
		must(t, p.Articles.Withdraw(as, a.ID, 2, article.Withdrawal{At: p.Now().Add(3 * time.Hour)}, 9, p.Now()))
		p.Pass(4 * time.Hour)
		p.Settle()
		entries, err := p.Audit.List(t.Context(), audit.Filter{})
		must(t, err)
		var acts []string
		for _, e := range entries {
			if e.Kind == "article" {
				acts = append(acts, e.Act+" by "+e.Who.Name)
			}
			if strings.Contains(e.Detail, "Secret") {
				t.Errorf("the log names the headline: %s", e.Detail)
			}
		}
		want := []string{"article.withdraw by the clock", "article.publish by the clock", "article.schedule-withdrawal by Mara", "article.schedule by Mara"}
		if !slices.Equal(acts, want) {
			t.Errorf("the log says %q, want %q", acts, want)
		}
		if detail := entries[len(entries)-1].Detail; !slices.ContainsFunc(entries, func(e audit.Entry) bool {
			return e.Act == "article.schedule" && strings.Contains(e.Detail, "13:00 on Tuesday 17 June 2025, America/New_York; passed over: alt, links")
		}) {
			t.Errorf("what was passed over is not recorded: %s", detail)
		}
	})
}

package comment_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"lede/comment"
	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/ledetest"
)

func (k talk) queue(t *testing.T, f comment.Filter) []string {
	t.Helper()
	list, err := k.Comments.Queue(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{}
	for _, c := range list {
		texts = append(texts, c.Text)
	}
	return texts
}

func (k talk) is(t *testing.T, f comment.Filter, want ...string) {
	t.Helper()
	if got := k.queue(t, f); !slices.Equal(got, want) {
		t.Errorf("%+v chooses %q, want %q", f, got, want)
	}
}

func TestModeratorFindsWhatWaits(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		elsewhere := k.Text("Library roof leaks")
		elsewhere.Sections = []int64{k.Opinion.ID}
		other := k.Publish(elsewhere)
		one := k.post(t, "The county never asked.", 0, guest(1))
		k.Pass(time.Minute)
		if _, err := k.Comments.Post(t.Context(), comment.Draft{Article: other.ID, Name: "Marta S.", Text: "Buckets everywhere."}, guest(2), k.Now()); err != nil {
			t.Fatal(err)
		}
		k.Pass(time.Minute)
		k.post(t, "Twelve of us take it.", 0, guest(1))
		k.is(t, comment.Filter{State: comment.Held}, "The county never asked.", "Buckets everywhere.", "Twelve of us take it.")
		k.is(t, comment.Filter{State: comment.Held, Article: k.on.ID}, "The county never asked.", "Twelve of us take it.")
		k.is(t, comment.Filter{State: comment.Held, Sections: []int64{k.Opinion.ID}}, "Buckets everywhere.")
		k.is(t, comment.Filter{Like: one.ID}, "Twelve of us take it.", "The county never asked.")
		k.is(t, comment.Filter{State: comment.Held, Like: one.ID}, "The county never asked.", "Twelve of us take it.")
		k.is(t, comment.Filter{State: comment.Held, Find: "roof LEAKS"}, "Buckets everywhere.")
		k.is(t, comment.Filter{State: comment.Held, Find: "asked harold"}, "The county never asked.")
		k.is(t, comment.Filter{State: comment.Held, After: one.Place()}, "Buckets everywhere.", "Twelve of us take it.")
		k.is(t, comment.Filter{State: comment.Held, Until: one.At}, "The county never asked.")
		k.is(t, comment.Filter{State: comment.Shown})
	})
}

func TestOneVerdictOnManyIsUndoneAtOnce(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		k.rules(t, func(r *comment.Rules) { r.Faster, r.Fast = 1000, 1000 })
		var picks []comment.Pick
		var last comment.Comment
		for i := range 60 {
			last = k.post(t, fmt.Sprintf("Cheap boat covers %d.", i), 0, guest(byte(i)))
			picks = append(picks, comment.Pick{ID: last.ID, Version: last.Version})
		}
		k.judge(t, last, comment.Verdict{To: comment.Shown}) // somebody else was first
		all, err := k.Comments.JudgeAll(t.Context(), picks, comment.Verdict{To: comment.Spam}, k.Now())
		if err != nil || all.Done != 59 || all.Others != 1 {
			t.Fatalf("judged together: %+v (%v), want 59 and one of others", all, err)
		}
		if _, err := k.Comments.JudgeAll(t.Context(), picks, comment.Verdict{To: comment.Refused}, k.Now()); !fault.IsInvalid(err) {
			t.Errorf("a refusal of many without a reason: %v", err)
		}
		first, err := k.Comments.Get(t.Context(), picks[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		k.Pass(time.Minute)
		k.judge(t, first, comment.Verdict{To: comment.Refused, Why: "astray"}) // decided anew since
		back, err := k.Comments.UndoAll(t.Context(), all.Batch, k.Now())
		if err != nil || back.Done != 58 || back.Others != 1 {
			t.Fatalf("undone together: %+v (%v), want 58 and one that was decided since", back, err)
		}
		if n := len(k.queue(t, comment.Filter{State: comment.Held, Limit: 100})); n != 58 {
			t.Errorf("%d are held again, want 58", n)
		}
	})
}

func TestABannedPersonStaysBannedUntilItIsUndone(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		c := k.post(t, "They are all crooks.", 0, guest(1))
		ctx := audit.As(t.Context(), audit.Actor{ID: 7, Name: "Mara"})
		verdict := comment.Verdict{To: comment.Refused, Why: "insults"}
		if _, _, err := k.Comments.Sentence(ctx, c.ID, c.Version, verdict, []string{comment.OfReader}, comment.Measure{Act: comment.Ban}, k.Now()); !fault.IsInvalid(err) {
			t.Fatalf("a ban of an account of a guest: %v, want what is to be mended", err)
		}
		if now, _ := k.Comments.Get(ctx, c.ID); now.State != comment.Held {
			t.Fatalf("the ban failed, yet the comment is %s", now.State)
		}
		refused, all, err := k.Comments.Sentence(ctx, c.ID, c.Version, verdict, []string{comment.OfBrowser, comment.OfPrefix}, comment.Measure{Act: comment.Ban, Reason: "insults"}, k.Now())
		if err != nil || len(all) != 2 || refused.State != comment.Refused {
			t.Fatalf("%v, %+v, %s", err, all, refused.State)
		}
		if net := all[1]; net.Kind != comment.OfPrefix || net.Act != comment.HoldAlways || net.Until.Sub(k.Now()) != comment.PrefixDays*24*time.Hour {
			t.Errorf("the network is kept to %+v, want held for 30 days", net)
		}
		post := func(by comment.Hand) (comment.Comment, error) {
			return k.Comments.Post(t.Context(), comment.Draft{Article: k.on.ID, Name: "Harold P.", Text: "Again, at " + k.Now().String()}, by, k.Now())
		}
		if _, err := post(guest(1)); !errors.As(err, new(comment.Banned)) {
			t.Errorf("a banned browser posts: %v", err)
		}
		neighbour := guest(1)
		neighbour.Owner = "somebody else at the same school"
		if n, err := post(neighbour); err != nil || n.State != comment.Held {
			t.Errorf("a neighbour is %s (%v), want held", n.State, err)
		}
		if _, err := k.Comments.Undo(ctx, c.ID, refused.Version, k.Now()); err != nil {
			t.Fatal(err)
		}
		if left, err := k.Comments.Measures(ctx, k.Now()); err != nil || len(left) != 0 {
			t.Errorf("undone, yet in force: %+v (%v)", left, err)
		}
		if _, err := post(guest(1)); err != nil {
			t.Errorf("undone, yet %v", err)
		}
	})
}

func TestAMeasureIsLiftedAndRenewed(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		c := k.post(t, "Hm.", 0, guest(1))
		for act, m := range map[string]comment.Measure{"act": {Act: "curse"}, "until": {Act: comment.Suspend}, "note": {Act: comment.Warn}} {
			_, err := k.Comments.Impose(t.Context(), c.ID, []string{comment.OfBrowser}, m, k.Now())
			if f := (fault.Form{}); !errors.As(err, &f) || f[act] == "" {
				t.Errorf("%+v is answered with %v", m, err)
			}
		}
		all, err := k.Comments.Impose(t.Context(), c.ID, []string{comment.OfBrowser}, comment.Measure{Act: comment.Suspend, Until: k.Now().Add(time.Hour)}, k.Now())
		if err != nil {
			t.Fatal(err)
		}
		inForce := func(want int) {
			t.Helper()
			if p, err := k.Comments.Person(t.Context(), c, k.Now()); err != nil || len(p.Measures) != want {
				t.Errorf("%d are in force (%v), want %d", len(p.Measures), err, want)
			}
		}
		inForce(1)
		if _, err := k.Comments.Lift(t.Context(), all[0].ID, k.Now()); err != nil {
			t.Fatal(err)
		}
		inForce(0)
		if _, err := k.Comments.Lift(t.Context(), all[0].ID, k.Now()); !errors.Is(err, fault.NotFound) {
			t.Errorf("lifted twice: %v", err)
		}
		if _, err := k.Comments.Renew(t.Context(), all[0].ID, k.Now()); err != nil {
			t.Fatal(err)
		}
		inForce(1)
		k.Pass(2 * time.Hour)
		inForce(0)
	})
}

func TestAWarningIsSentWhereAnAddressIsKnown(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		mails := func() (n int) {
			t.Helper()
			n, err := k.Mail.Waiting(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		with, err := k.Comments.Post(t.Context(), comment.Draft{Article: k.on.ID, Name: "Harold P.", Mail: "harold@example.org", Text: "Dray never set foot on it."}, guest(1), k.Now())
		if err != nil {
			t.Fatal(err)
		}
		without := k.post(t, "Neither did he.", 0, guest(2))
		for _, c := range []comment.Comment{with, without} {
			if _, err := k.Comments.Impose(t.Context(), c.ID, []string{comment.OfBrowser, comment.OfMail}, comment.Measure{Act: comment.Warn, Note: "Please stay civil."}, k.Now()); err != nil {
				t.Fatal(err)
			}
		}
		if mails() != 1 {
			t.Errorf("%d letters wait, want one", mails())
		}
		if err := k.Comments.Write(t.Context(), with.ID, "Thank you for the hint.", k.Now()); err != nil || mails() != 2 {
			t.Errorf("a letter: %v, %d wait", err, mails())
		}
		if err := k.Comments.Write(t.Context(), without.ID, "Thank you.", k.Now()); !fault.IsInvalid(err) {
			t.Errorf("a letter to nowhere: %v", err)
		}
		if again := k.post(t, "I will.", 0, guest(2)); again.State != comment.Held {
			t.Errorf("a warned person is %s", again.State)
		}
	})
}

func TestNetworksAreForgottenAfterThirtyDays(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		old := k.post(t, "From the school.", 0, guest(1))
		if _, err := k.Comments.Impose(t.Context(), old.ID, []string{comment.OfPrefix}, comment.Measure{Act: comment.HoldAlways}, k.Now()); err != nil {
			t.Fatal(err)
		}
		k.Pass(20 * 24 * time.Hour)
		young := k.post(t, "From the harbour.", 0, guest(2))
		k.Pass(11 * 24 * time.Hour)
		if err := k.Comments.Sweep(t.Context(), k.Now()); err != nil {
			t.Fatal(err)
		}
		var kept, marked int
		if err := k.DB.Read().QueryRowContext(t.Context(), `select (select count(*) from comment where prefix <> ''), (select count(*) from measure where mark <> '')`).Scan(&kept, &marked); err != nil {
			t.Fatal(err)
		}
		young, err := k.Comments.Get(t.Context(), young.ID)
		if err != nil || kept != 1 || marked != 0 {
			t.Fatalf("%d networks of comments and %d of measures are kept (%v), want 1 and 0", kept, marked, err)
		}
		if p, err := k.Comments.Person(t.Context(), young, k.Now()); err != nil || !p.Knows(comment.OfPrefix) {
			t.Errorf("the network of a young comment is forgotten: %+v (%v)", p, err)
		}
	})
}

func TestStaffAnswersUnderTheirOwnName(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		c := k.judge(t, k.post(t, "Is the pier lit?", 0, guest(1)), comment.Verdict{To: comment.Shown})
		k.rules(t, func(r *comment.Rules) { r.Reserved = []string{"Mara Lindqvist"} })
		reply, err := k.Comments.Post(t.Context(), comment.Draft{Article: k.on.ID, Parent: c.ID, Text: "It is, see https://paper.example/pier", Key: "k"}, comment.Hand{Staff: 7, Named: "Mara Lindqvist"}, k.Now())
		if err != nil || reply.State != comment.Shown || reply.Staff != 7 {
			t.Errorf("the reply of the staff is %s of %d: %v", reply.State, reply.Staff, err)
		}
		if _, err := k.Comments.Post(t.Context(), comment.Draft{Article: k.on.ID, Text: "Me too", Name: "mara lindqvist"}, guest(3), k.Now()); !fault.IsInvalid(err) {
			t.Errorf("a stranger signs as staff: %v", err)
		}
	})
}

func TestWhatItsWriterTookAwayNobodyShows(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		c, err := k.Comments.Withdraw(t.Context(), k.post(t, "Never mind.", 0, guest(1)).ID, guest(1), k.Now())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.Comments.Judge(t.Context(), c.ID, c.Version, comment.Verdict{To: comment.Shown}, k.Now()); !fault.IsInvalid(err) {
			t.Errorf("a withdrawn comment is shown: %v", err)
		}
	})
}

// fill keeps n comments of many people, of which one in a hundred is held.
func fill(t testing.TB, d *db.DB, article int64, n int, at time.Time) {
	for from := 0; from < n; from += 10_000 {
		err := d.Tx(t.Context(), func(ctx context.Context, q db.Q) error {
			for i := from; i < min(n, from+10_000); i++ {
				state, standing := comment.Shown, 1
				if i%100 == 0 {
					state, standing = comment.Held, 0
				}
				id := db.NewID()
				_, err := q.ExecContext(ctx, `insert into comment (id, version, article_id, root_id, parent_id, depth, state, at, name, text, site, lang, owner, prefix, mail, mail_sealed,
					reader_id, staff_id, said, reasons, why, score, standing) values ($1, 1, $2, $1, 0, 0, $3, $4, $5, $6, '', 'en', $7, $8, '', '', 0, 0, $9, '[]', '', 3, $10)`,
					id, article, state, db.Micros(at.Add(time.Duration(i)*time.Second)), fmt.Sprintf("Person %d", i%5000), fmt.Sprintf("The ferry, day %d, was late again, and nobody told us on the pier.", i),
					fmt.Sprintf("o%d", i%5000), fmt.Sprintf("p%d", i%700), fmt.Sprintf("s%d", i), standing)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkQueueOfAThousandInAHundredThousand(b *testing.B) {
	k := paperOf(b)
	fill(b, k.DB, k.on.ID, 100_000, k.Now().AddDate(0, 0, -20))
	list, err := k.Comments.Queue(b.Context(), comment.Filter{State: comment.Held})
	if err != nil {
		b.Fatal(err)
	}
	for name, f := range map[string]comment.Filter{"held": {State: comment.Held}, "held of a section": {State: comment.Held, Sections: []int64{k.World.ID}}, "held of an article": {State: comment.Held, Article: k.on.ID},
		"shown": {State: comment.Shown}, "shown of an article": {State: comment.Shown, Article: k.on.ID}, "of a person": {State: comment.Shown, Like: list[0].ID}, "found": {State: comment.Held, Find: "day 99"}, "found nowhere": {State: comment.Shown, Find: "submarine"}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := k.Comments.Queue(b.Context(), f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("person", func(b *testing.B) {
		for b.Loop() {
			if _, err := k.Comments.Person(b.Context(), list[0], k.Now()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("waiting", func(b *testing.B) {
		for b.Loop() {
			if _, err := k.Comments.Waiting(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// paperOf is a paper with one article, in a file.
func paperOf(b *testing.B) talk {
	b.Helper()
	p := ledetest.Open(b, dbtest.Open(b, dbtest.SQLite(b)))
	return talk{p, p.Publish(p.Text("Ferry late again"))}
}

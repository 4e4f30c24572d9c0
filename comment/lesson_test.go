package comment_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"lede/comment"
	"lede/internal/fault"
)

// taught is what the database holds of spam.
func (k talk) taught(t *testing.T) (spam, ham int, traits map[int64]string) {
	t.Helper()
	q := k.DB.Read()
	_ = q.QueryRowContext(t.Context(), `select spam, ham from spam_total`).Scan(&spam, &ham) // no row before the first
	rows, err := q.QueryContext(t.Context(), `select trait, spam, ham from spam_trait`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	traits = map[int64]string{}
	for rows.Next() {
		var trait int64
		var in, out int
		if err := rows.Scan(&trait, &in, &out); err != nil {
			t.Fatal(err)
		}
		traits[trait] = fmt.Sprint(in, "/", out)
	}
	return spam, ham, traits
}

func TestVerdictsTeachAndUndoingUnteaches(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		c := k.post(t, "Cheap pills at www.pills.example, click now", 0, guest(1))
		_, _, before := k.taught(t)
		c = k.judge(t, c, comment.Verdict{To: comment.Spam})
		spam, ham, asSpam := k.taught(t)
		if spam != 1 || ham != 0 || len(asSpam) < 10 {
			t.Fatalf("one verdict taught %d, %d and %d traits", spam, ham, len(asSpam))
		}
		c = k.judge(t, c, comment.Verdict{To: comment.Shown})
		if spam, ham, traits := k.taught(t); spam != 0 || ham != 1 || len(traits) != len(asSpam) {
			t.Errorf("shown after all: %d, %d and %d traits", spam, ham, len(traits))
		}
		c = k.judge(t, c, comment.Verdict{To: comment.Removed, Why: "insults"})
		if spam, ham, traits := k.taught(t); spam != 0 || ham != 0 || len(traits) != 0 {
			t.Errorf("what was removed teaches %d, %d and %d traits", spam, ham, len(traits))
		}
		for _, want := range []struct{ spam, ham int }{{0, 1}, {1, 0}, {0, 0}} {
			var err error
			if c, err = k.Comments.Undo(t.Context(), c.ID, c.Version, k.Now()); err != nil {
				t.Fatal(err)
			}
			if spam, ham, _ := k.taught(t); spam != want.spam || ham != want.ham {
				t.Errorf("undone to %s: %d and %d, want %+v", c.State, spam, ham, want)
			}
		}
		if _, _, after := k.taught(t); !maps.Equal(before, after) {
			t.Errorf("after all was undone, there are %d traits, want %d", len(after), len(before))
		}
	})
}

func TestWhatTheGuardShowedTeachesNothing(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		k.rules(t, func(r *comment.Rules) { r.Mode = comment.ShowAll })
		c := k.post(t, "The county never asked us.", 0, guest(1))
		c = k.judge(t, c, comment.Verdict{To: comment.Spam})
		c, err := k.Comments.Undo(t.Context(), c.ID, c.Version, k.Now())
		if err != nil || c.State != comment.Shown {
			t.Fatalf("undone to %s: %v", c.State, err)
		}
		if spam, ham, traits := k.taught(t); spam != 0 || ham != 0 || len(traits) != 0 {
			t.Errorf("it taught %d, %d and %d traits", spam, ham, len(traits))
		}
	})
}

func TestGuardLearnsWithinSeconds(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		k.rules(t, func(r *comment.Rules) { r.Mode, r.First = comment.ShowAll, 50 })
		for i := range byte(6) {
			c := k.post(t, fmt.Sprintf("Please subscribe to my channel number %d, new songs daily", i), 0, guest(10+i))
			k.judge(t, c, comment.Verdict{To: comment.Spam})
			c = k.post(t, fmt.Sprintf("The %d o'clock ferry was late, and the bridge is closed until May.", i), 0, guest(30+i))
			k.judge(t, c, comment.Verdict{To: comment.Shown})
		}
		k.Pass(5 * time.Second)
		c := k.post(t, "Subscribe to my channel please", 0, guest(60))
		if c.State != comment.Held || c.Score < 80 || !strings.Contains(c.Reasons[len(c.Reasons)-1].Says, "learned from 12 decisions") {
			t.Errorf("%s at %d: %+v", c.State, c.Score, c.Reasons)
		}
		if c := k.post(t, "The late ferry again, and nobody at the bridge.", 0, guest(61)); c.State != comment.Shown || c.Score > 20 {
			t.Errorf("an ordinary comment is %s at %d: %+v", c.State, c.Score, c.Reasons)
		}
	})
}

func TestEditedCommentTeachesNothingUntilItIsJudgedAgain(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		by := guest(1)
		c := k.post(t, "The county never asked us.", 0, by)
		c = k.judge(t, c, comment.Verdict{To: comment.Shown})
		if _, err := k.Comments.Edit(t.Context(), c.ID, "The county has asked us, sorry.", by, k.Now()); err != nil {
			t.Fatal(err)
		}
		if spam, ham, traits := k.taught(t); spam != 0 || ham != 0 || len(traits) != 0 {
			t.Errorf("it teaches %d, %d and %d traits", spam, ham, len(traits))
		}
	})
}

func TestTrapHoldsAndAnEditDoesNotFreeIt(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		k.rules(t, func(r *comment.Rules) { r.Mode = comment.ShowAll })
		by := guest(1)
		c, err := k.Comments.Post(t.Context(), comment.Draft{Article: k.on.ID, Name: "Harold P.", Text: "Nice article.", Trap: "http://x"}, by, k.Now())
		if err != nil || c.State != comment.Held {
			t.Fatalf("%s: %v", c.State, err)
		}
		if c, err = k.Comments.Edit(t.Context(), c.ID, "Nice article, really.", by, k.Now()); err != nil || c.State != comment.Held {
			t.Errorf("edited, it is %s: %v", c.State, err)
		}
	})
}

func TestWordListsAreKept(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		ctx, now := t.Context(), k.Now()
		k.rules(t, func(r *comment.Rules) { r.Mode = comment.ShowAll })
		l, err := k.Comments.SetWordList(ctx, comment.WordList{Name: " Insults ", Act: comment.Hold, Terms: []string{"blockhead", "", " Blockhéad", "half wit"}}, now)
		if err != nil || l.ID == 0 || l.Version != 1 || l.Name != "Insults" || strings.Join(l.Terms, "|") != "blockhead|half wit" {
			t.Fatalf("%+v: %v", l, err)
		}
		if c := k.post(t, "You bl0ckhead!", 0, guest(1)); c.State != comment.Held {
			t.Errorf("what the list holds is %s", c.State)
		}
		stale := l
		l.Act = comment.Refuse
		if l, err = k.Comments.SetWordList(ctx, l, now); err != nil || l.Version != 2 {
			t.Fatalf("%+v: %v", l, err)
		}
		if _, err := k.Comments.SetWordList(ctx, stale, now); !errors.Is(err, fault.Conflict) {
			t.Errorf("a list made from an old version: %v", err)
		}
		if err := k.Comments.RemoveWordList(ctx, l.ID, 1, now); !errors.Is(err, fault.Conflict) {
			t.Errorf("removing an old version: %v", err)
		}
		_, err = k.Comments.Post(ctx, comment.Draft{Article: k.on.ID, Name: "Harold P.", Text: "What a half-wit"}, guest(2), now)
		if f := (fault.Form{}); !errors.As(err, &f) || f["text"] == "" {
			t.Errorf("what the list refuses: %v", err)
		}
		if err := k.Comments.RemoveWordList(ctx, l.ID, l.Version, now); err != nil {
			t.Fatal(err)
		}
		if c := k.post(t, "He is a half-wit", 0, guest(3)); c.State != comment.Shown {
			t.Errorf("with no list it is %s: %+v", c.State, c.Reasons)
		}
		for field, wrong := range map[string]comment.WordList{
			"name": {Act: comment.Hold, Terms: []string{"a"}}, "act": {Name: "x", Terms: []string{"a"}}, "terms": {Name: "x", Act: comment.Hold},
		} {
			if _, err := k.Comments.SetWordList(ctx, wrong, now); err == nil || err.(fault.Form)[field] == "" {
				t.Errorf("a list without %s: %v", field, err)
			}
		}
	})
}

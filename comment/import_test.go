package comment_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"lede/comment"
	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/ledetest"
)

// bring takes arrivals in, in one go.
func (k talk) bring(t *testing.T, arrivals ...comment.Arrival) comment.Taken {
	t.Helper()
	in, err := k.Comments.Intake(t.Context(), k.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range arrivals {
		if a.Article == 0 {
			a.Article = k.on.ID
		}
		if a.At.IsZero() {
			a.At = k.Now().Add(-time.Hour)
		}
		if a.Name == "" {
			a.Name = "Old Hand"
		}
		if err := in.Take(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	got, err := in.Close(t.Context(), "test.xml")
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestImportKeepsThreadsDatesAndStates(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		day := time.Date(2019, 3, 1, 8, 0, 0, 0, time.UTC)
		all := []comment.Arrival{
			{Key: "x:3", Parent: "x:2", State: comment.Shown, Text: "A reply to a reply, told before what it replies to.", At: day.Add(2 * time.Hour)},
			{Key: "x:2", Parent: "x:1", State: comment.Shown, Text: "A reply.", At: day.Add(time.Hour)},
			{Key: "x:1", State: comment.Shown, Text: "The first.", At: day, Mail: "old@hand.example", Site: "https://hand.example"},
			{Key: "x:4", State: comment.Held, Text: "Held there, held here."},
			{Key: "x:5", State: comment.Spam, Text: "Spam there, spam here. http://a.example http://b.example http://c.example"},
			{Key: "x:6", Parent: "x:4", State: comment.Removed, Text: "Trash there, removed here."},
			{Key: "x:7", Parent: "x:99", State: comment.Shown, Text: "A reply to what did not come along.", At: day.Add(-time.Hour)},
			{Key: "x:8", Parent: "x:7", State: comment.Shown, Text: "And a reply to that one.", At: day.Add(-time.Minute)},
			{Key: "x:9", State: comment.Shown, Text: " "},
		}
		got := k.bring(t, all...)
		if got.All() != 8 || got.Added[comment.Shown] != 5 || got.Added[comment.Held] != 1 || got.Added[comment.Spam] != 1 || got.Added[comment.Removed] != 1 {
			t.Errorf("added were %v", got.Added)
		}
		if got.Loose != 1 || len(got.Left) != 1 || got.Left[0].Key != "x:9" {
			t.Errorf("loose %d, left %v; want one of each", got.Loose, got.Left)
		}
		whole := k.thread(t)
		if whole.Shown != 5 || len(whole.Branches) != 2 {
			t.Fatalf("the thread shows %d in %d branches, want 5 in 2", whole.Shown, len(whole.Branches))
		}
		first := whole.Branches[1]
		if first.Text != "The first." || !first.At.Equal(day) || first.Below != 2 || first.Site != "https://hand.example" {
			t.Errorf("the first is %+v", first.Comment)
		}
		if kept, err := k.Comments.Get(t.Context(), first.ID); err != nil || !kept.Mailed {
			t.Errorf("the first is kept with an address: %v, %v; want one", kept.Mailed, err)
		}
		if len(first.Replies) != 1 || len(first.Replies[0].Replies) != 1 || first.Replies[0].Replies[0].Depth != 2 {
			t.Errorf("its replies are %+v", first.Replies)
		}
		if again := k.bring(t, all...); again.All() != 0 || again.Had != 8 || again.Loose != 0 {
			t.Errorf("brought in again: %+v, want nothing added", again)
		}
		if again := k.thread(t); again.Shown != 5 {
			t.Errorf("after that the thread shows %d", again.Shown)
		}
	})
}

func TestReplyIsShownToNobodyByLetterWhenItIsImported(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		k.bring(t, comment.Arrival{Key: "x:1", State: comment.Shown, Text: "One."}, comment.Arrival{Key: "x:2", Parent: "x:1", State: comment.Shown, Text: "Two."})
		var n int
		if err := k.DB.Read().QueryRowContext(t.Context(), `select count(*) from event where name = $1`, string(comment.Answered)).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d replies were told of (%v)", n, err)
		}
	})
}

func TestNobodyIsStaffByImport(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		got := k.bring(t, comment.Arrival{Key: "x:1", State: comment.Shown, Name: "The Narrows", Text: "We are the paper."})
		if got.Named != 1 || got.Added[comment.Held] != 1 || k.thread(t).Shown != 0 {
			t.Errorf("a name that is kept for the paper was taken in as %+v", got)
		}
	})
}

func TestCommentsOfNoArticleAreRefused(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		in, err := k.Comments.Intake(t.Context(), k.Now())
		if err != nil {
			t.Fatal(err)
		}
		if err := in.Take(t.Context(), comment.Arrival{Key: "x:1", Article: 12, State: comment.Shown, Text: "Where am I?", Name: "A"}); !errors.Is(err, fault.NotFound) {
			t.Errorf("taken under an article that is not there: %v", err)
		}
	})
}

func TestLongThreadIsCountedRight(t *testing.T) {
	k := talk{Paper: ledetest.Open(t, dbtest.Open(t, dbtest.SQLite(t)))}
	k.on = k.Publish(k.Text("Ferry late again"))
	var all []comment.Arrival
	for i := range 2_600 {
		a := comment.Arrival{Key: fmt.Sprintf("x:%d", i), State: comment.Shown, Text: fmt.Sprintf("Number %d.", i), At: ledetest.Noon.Add(time.Duration(i-4000) * time.Minute)}
		if i%13 != 0 {
			a.Parent = fmt.Sprintf("x:%d", i-i%13)
		}
		all = append(all, a)
	}
	all[0], all[2_599] = all[2_599], all[0] // far from where it would be looked for
	if got := k.bring(t, all...); got.All() != 2_600 || got.Loose != 0 {
		t.Fatalf("taken in were %+v", got)
	}
	page := k.thread(t)
	if page.Shown != 2_600 || page.Pages != 10 || page.Branches[0].Below != 12 {
		t.Errorf("the thread shows %d on %d pages, and %d below the first", page.Shown, page.Pages, page.Branches[0].Below)
	}
}

func TestEverythingComesOutAsItIs(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		long := strings.Repeat("word ", 5000)
		k.bring(t, comment.Arrival{Key: "x:1", State: comment.Shown, Text: "One.", Mail: "one@example.org"}, comment.Arrival{Key: "x:2", State: comment.Held, Text: long})
		ids, err := k.Comments.Discussed(t.Context())
		if err != nil || len(ids) != 1 || ids[0] != k.on.ID {
			t.Fatalf("discussed are %v, %v", ids, err)
		}
		var texts, mails []string
		err = k.Comments.Under(context.Background(), k.on.ID, func(c comment.Kept) error {
			texts, mails = append(texts, c.Text), append(mails, c.Mail)
			return nil
		})
		if err != nil || len(texts) != 2 || texts[0] != "One." || mails[0] != "one@example.org" || mails[1] != "" {
			t.Errorf("out came %.50q of %q, %v", texts, mails, err)
		}
		if n := comment.Length(texts[1]); n != 20_000 {
			t.Errorf("a text of 25,000 characters was kept with %d", n)
		}
	})
}

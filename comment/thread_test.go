package comment_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lede/comment"
	"lede/internal/db"
	"lede/internal/fault"
)

// told are the texts of branches with those below them, as they stand: "one(two(three) four)".
func told(list []comment.Branch) string {
	var b strings.Builder
	for i, x := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(x.Text)
		if x.Gone {
			b.WriteString("gone")
		}
		if len(x.Replies) > 0 {
			b.WriteString("(" + told(x.Replies) + ")")
		}
		if x.More > 0 {
			fmt.Fprintf(&b, "+%d", x.More)
		}
	}
	return b.String()
}

func (k talk) page(t *testing.T, order comment.Order, number int) comment.Thread {
	t.Helper()
	th, err := k.Comments.Thread(t.Context(), k.on.ID, order, number)
	if err != nil {
		t.Fatal(err)
	}
	return th
}

// says posts as staff, whom the guard shows at once, a second after the one before.
func (k talk) says(t *testing.T, text string, parent int64) comment.Comment {
	t.Helper()
	k.Pass(time.Second)
	c, err := k.Comments.Post(t.Context(), comment.Draft{Article: k.on.ID, Parent: parent, Text: text}, comment.Hand{Staff: 7, Named: "Ines Calloway"}, k.Now())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// mark sets a mark past every moderator.
func (k talk) mark(t *testing.T, column string, ids ...int64) {
	t.Helper()
	err := k.DB.Tx(t.Context(), func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `update comment set `+column+` = 1 where id in (`+db.Places(1, len(ids))+`)`, db.Args(ids)...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestThreadIsReadFromBothEnds(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		one := k.says(t, "one", 0)
		two := k.says(t, "two", one.ID)
		k.says(t, "three", 0)
		k.says(t, "four", two.ID)
		k.says(t, "five", one.ID)
		if got := told(k.page(t, comment.Newest, 1).Branches); got != "three one(two(four) five)" {
			t.Errorf("newest first it reads %s", got)
		}
		if got := told(k.page(t, comment.Oldest, 1).Branches); got != "one(two(four) five) three" {
			t.Errorf("oldest first it reads %s", got)
		}
	})
}

func TestEveryPageOfAThreadHasItsOwn(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		const n = 4*comment.PerPage + 3
		var texts []string
		for i := range n {
			text := fmt.Sprint("c", i)
			c := k.says(t, text, 0)
			texts = append(texts, text)
			for order, want := range map[comment.Order]int{comment.Newest: 1, comment.Oldest: i/comment.PerPage + 1} {
				if page, err := k.Comments.Page(t.Context(), c, order); err != nil || page != want {
					t.Fatalf("%s stands on page %d of the %s (%v), want %d", text, page, order, err, want)
				}
			}
		}
		for _, order := range []comment.Order{comment.Oldest, comment.Newest} {
			var got []string
			for number := 1; number <= 5; number++ {
				th := k.page(t, order, number)
				if th.Pages != 5 || th.Shown != n {
					t.Fatalf("page %d says %d pages of %d comments", number, th.Pages, th.Shown)
				}
				got = append(got, strings.Fields(told(th.Branches))...)
			}
			if !slices.Equal(got, texts) {
				t.Errorf("%s first the pages hold %v", order, got)
			}
			slices.Reverse(texts)
			if th := k.page(t, order, 6); len(th.Branches) != 0 {
				t.Error("there is a page behind the last")
			}
		}
	})
}

func TestALongBranchGoesOnOnItsOwnPage(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		root := k.says(t, "root", 0)
		var last comment.Comment
		for i := range 104 {
			last = k.says(t, fmt.Sprint("r", i), root.ID)
			if page, err := k.Comments.BranchPage(t.Context(), last); err != nil || page != map[bool]int{true: 0, false: i/50 + 1}[i < 5] {
				t.Fatalf("reply %d stands on page %d of its branch (%v)", i, page, err)
			}
		}
		if got := told(k.page(t, comment.Newest, 1).Branches); got != "root(r0 r1 r2 r3 r4)+99" {
			t.Errorf("the thread shows %s", got)
		}
		var got []string
		for number := 1; number <= 3; number++ {
			b, pages, err := k.Comments.Branch(t.Context(), root.ID, number)
			if err != nil || pages != 3 || b.Text != "root" {
				t.Fatalf("page %d of %d of %q: %v", number, pages, b.Text, err)
			}
			got = append(got, strings.Fields(told(b.Replies))...)
		}
		if len(got) != 104 || got[0] != "r0" || got[103] != "r103" {
			t.Errorf("the pages of the branch hold %v", got)
		}
		for _, none := range []int64{last.ID, 1} {
			if _, _, err := k.Comments.Branch(t.Context(), none, 1); !errors.Is(err, fault.NotFound) {
				t.Errorf("what begins no branch has one: %v", err)
			}
		}
		if _, _, err := k.Comments.Branch(t.Context(), root.ID, 4); !errors.Is(err, fault.NotFound) {
			t.Errorf("there is a page behind the last: %v", err)
		}
	})
}

func TestWhatIsGoneLeavesAGapWhileItHasReplies(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		one := k.says(t, "one", 0)
		two := k.says(t, "two", one.ID)
		three := k.says(t, "three", two.ID)
		k.says(t, "four", two.ID)
		k.judge(t, two, comment.Verdict{To: comment.Removed, Why: "insults"})
		if got := told(k.page(t, comment.Newest, 1).Branches); got != "one(gone(three four))" {
			t.Errorf("with its second gone the thread reads %s", got)
		}
		if b, _, err := k.Comments.Branch(t.Context(), one.ID, 1); err != nil || told([]comment.Branch{b}) != "one(gone(three four))" {
			t.Errorf("and its branch %s (%v)", told([]comment.Branch{b}), err)
		}
		k.judge(t, one, comment.Verdict{To: comment.Removed, Why: "insults"})
		th := k.page(t, comment.Newest, 1)
		if got := told(th.Branches); got != "gone(gone(three four))" || th.Shown != 2 || th.Branches[0].Name != "" || th.Branches[0].Staff != 0 {
			t.Errorf("with both gone it shows %d and reads %s by %q", th.Shown, got, th.Branches[0].Name)
		}
		if _, err := k.Comments.Shown(t.Context(), two.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("what is gone is shown: %v", err)
		}
		if recent, err := k.Comments.Recent(t.Context(), k.on.ID, 50); err != nil || len(recent) != 2 || recent[1].ID != three.ID {
			t.Errorf("the recent ones are %v (%v)", recent, err)
		}
		if ids, err := k.Comments.HiddenSince(t.Context(), k.Now().Add(-time.Minute)); err != nil || !slices.Equal(ids, []int64{k.on.ID}) {
			t.Errorf("something was taken away under %v (%v), want %d", ids, err, k.on.ID)
		}
		if ids, err := k.Comments.HiddenSince(t.Context(), k.Now().Add(time.Hour)); err != nil || len(ids) != 0 {
			t.Errorf("nothing was taken away since, but %v (%v)", ids, err)
		}
	})
}

func TestWhatIsMarkedStandsAbove(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		one := k.says(t, "one", 0)
		two := k.says(t, "two", one.ID)
		for i := range comment.PerPage {
			k.says(t, fmt.Sprint("more", i), 0)
		}
		three := k.says(t, "three", 0)
		reply := k.says(t, "four", three.ID)
		k.mark(t, "featured", one.ID, two.ID, reply.ID)
		k.mark(t, "pinned", three.ID)
		first, second := k.page(t, comment.Newest, 1), k.page(t, comment.Newest, 2)
		if got := told(first.Marked); got != "three(four) one two" {
			t.Errorf("above the thread stand %s", got)
		}
		if got := told(first.Branches); strings.Contains(got, "three") || len(first.Branches) != comment.PerPage-1 {
			t.Errorf("what stands above stands below too: %s", got)
		}
		if got := told(second.Branches); got != "more0 one(two)" || second.Marked != nil {
			t.Errorf("the second page has %s, and %d above", got, len(second.Marked))
		}
	})
}

func TestCountsAreAskedForOnce(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		other := k.Publish(k.Text("Nobody says anything"))
		k.says(t, "one", 0)
		k.post(t, "Held.", 0, guest(1))
		counts, err := k.Comments.Counts(t.Context(), k.on.ID, other.ID, 12345)
		if err != nil || len(counts) != 1 || counts[k.on.ID] != 1 {
			t.Errorf("the counts are %v (%v)", counts, err)
		}
	})
}

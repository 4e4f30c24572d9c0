package comment_test

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"lede/article"
	"lede/comment"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/ledetest"
)

// talk is a paper with one article to write under.
type talk struct {
	*ledetest.Paper
	on article.Article
}

func each(t *testing.T, fn func(t *testing.T, k talk)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := ledetest.Open(t, d)
		fn(t, talk{p, p.Publish(p.Text("Ferry late again"))})
	})
}

// guest is a hand with a cookie and a network of its own.
func guest(n byte) comment.Hand {
	return comment.Hand{Owner: string('a' + rune(n)), Addr: netip.AddrFrom4([4]byte{203, 0, n, 7})}
}

func (k talk) rules(t *testing.T, change func(*comment.Rules)) {
	t.Helper()
	r, err := k.Comments.Rules(t.Context())
	if err == nil {
		change(&r)
		err = k.Comments.SetRules(t.Context(), r, k.Now())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (k talk) post(t *testing.T, text string, parent int64, by comment.Hand) comment.Comment {
	t.Helper()
	c, err := k.Comments.Post(t.Context(), comment.Draft{Article: k.on.ID, Parent: parent, Name: "Harold P.", Text: text}, by, k.Now())
	if err != nil {
		t.Fatalf("posting %q: %v", text, err)
	}
	return c
}

func (k talk) judge(t *testing.T, c comment.Comment, v comment.Verdict) comment.Comment {
	t.Helper()
	c, err := k.Comments.Judge(t.Context(), c.ID, c.Version, v, k.Now())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (k talk) thread(t *testing.T) comment.Thread {
	t.Helper()
	th, err := k.Comments.Thread(t.Context(), k.on.ID, comment.Oldest, 1)
	if err != nil {
		t.Fatal(err)
	}
	return th
}

func TestReaderSeesWhatModeratorShows(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		c := k.post(t, "The county never asked us.", 0, guest(1))
		if c.State != comment.Held || k.thread(t).Shown != 0 {
			t.Fatalf("a first comment is %s, want held and not in the thread", c.State)
		}
		k.Pass(time.Minute)
		shown := k.judge(t, c, comment.Verdict{To: comment.Shown})
		if th := k.thread(t); th.Shown != 1 || len(th.Branches) != 1 || th.Branches[0].Text != "The county never asked us." {
			t.Fatalf("after it was shown the thread is %+v", th)
		}
		if _, err := k.Comments.Judge(t.Context(), c.ID, c.Version, comment.Verdict{To: comment.Spam}, k.Now()); !errors.Is(err, fault.Conflict) {
			t.Fatalf("a second moderator who saw it held got %v, want a conflict", err)
		}
		back, err := k.Comments.Undo(t.Context(), c.ID, shown.Version, k.Now())
		if err != nil || back.State != comment.Held || k.thread(t).Shown != 0 {
			t.Fatalf("undone it is %s (%v) and the thread shows %d", back.State, err, k.thread(t).Shown)
		}
		if again := k.post(t, "A second one by the same hand.", 0, guest(1)); again.State != comment.Held {
			t.Errorf("nothing of this hand is shown, yet its second comment is %s", again.State)
		}
	})
}

func TestTheSecondCommentOfAKnownHandIsShown(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		first := k.judge(t, k.post(t, "First.", 0, guest(1)), comment.Verdict{To: comment.Shown})
		reply := k.post(t, "And a reply.", first.ID, guest(1))
		if reply.State != comment.Shown || reply.Root != first.ID || reply.Depth != 1 {
			t.Fatalf("the reply is %s below %d at depth %d", reply.State, reply.Root, reply.Depth)
		}
		k.judge(t, first, comment.Verdict{To: comment.Removed, Why: "insults"})
		th := k.thread(t)
		if th.Shown != 1 || len(th.Branches) != 1 || !th.Branches[0].Gone || th.Branches[0].Text != "" || len(th.Branches[0].Replies) != 1 {
			t.Fatalf("a removed comment with a reply leaves a gap; got %+v", th)
		}
		k.judge(t, reply, comment.Verdict{To: comment.Removed, Why: "insults"})
		if th := k.thread(t); th.Shown != 0 || len(th.Branches) != 0 {
			t.Fatalf("with the last reply the gap goes too; got %+v", th)
		}
	})
}

func TestAPostSentAgainIsOneComment(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		one := k.post(t, "Twice.", 0, guest(1))
		k.Pass(9 * time.Minute)
		two := k.post(t, "Twice.", 0, guest(1))
		if one.ID != two.ID {
			t.Errorf("sent again after nine minutes it became another comment")
		}
		if other := k.post(t, "Twice.", 0, guest(2)); other.ID == one.ID {
			t.Errorf("somebody else's same words were taken for the first one")
		}
	})
}

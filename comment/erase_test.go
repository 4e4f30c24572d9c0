package comment_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lede/comment"
	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/ledetest"
)

const canary = "Zaunkoenig9"

// spoken is a person of whom the paper knows all it can: comments in every state, one with replies, what was decided, a following.
func (k talk) spoken(t *testing.T) (by comment.Hand, root comment.Comment) {
	t.Helper()
	k.Mailbox()
	by = guest(1)
	draft := comment.Draft{Article: k.on.ID, Name: canary, Text: canary + " wrote this.", Mail: canary + "@example.org", Site: "https://" + canary + ".example", Follow: true, Origin: "https://narrows.example"}
	k.rules(t, func(r *comment.Rules) { r.Sites = true })
	post := func(text string, parent int64) comment.Comment {
		k.Pass(time.Minute)
		d := draft
		d.Text, d.Parent = canary+" "+text, parent
		c, err := k.Comments.Post(t.Context(), d, by, k.Now())
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	root = k.judge(t, post("first", 0), comment.Verdict{To: comment.Shown, Note: "well said, " + canary})
	others := k.answers(t, root, "Ada", "I see.", guest(2))
	post("held with two links https://a.example https://b.example https://c.example", 0)
	refused := k.judge(t, post("refused", 0), comment.Verdict{To: comment.Refused, Why: "insults", Note: canary + " again"})
	k.judge(t, post("a reply of mine", root.ID), comment.Verdict{To: comment.Spam})
	_, err := k.Comments.Report(t.Context(), comment.Report{Comment: others.ID, Reason: "insults", Text: "Says " + canary, Name: canary, Mail: canary + "@example.org", Lang: "en"}, by, k.Now())
	if err == nil {
		_, err = k.Comments.Report(t.Context(), comment.Report{Comment: root.ID, Reason: "insults", Text: canary + " wrote it", Lang: "en"}, guest(4), k.Now())
	}
	if err == nil {
		_, err = k.Comments.Appeal(t.Context(), comment.Plea{Comment: refused.ID, Text: canary + " is right"}, by, k.Now())
	}
	if err != nil {
		t.Fatal(err)
	}
	k.Settle()
	return by, root
}

func TestWhatIsErasedIsInNoFile(t *testing.T) {
	dir := t.TempDir()
	where := filepath.Join(dir, "paper.db")
	d, err := db.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	p := ledetest.Open(t, d)
	k := talk{p, p.Publish(p.Text("Ferry late again"))}
	by, _ := k.spoken(t)
	if holding(t, dir) == "" {
		t.Fatal("the canary is in no file before, so this shows nothing")
	}
	who := k.Comments.Whom(comment.Hand{Mail: strings.ToUpper(canary) + "@example.org", Owner: by.Owner})
	if n, err := k.Comments.Erase(audit.As(t.Context(), audit.Actor{Name: "a reader"}), who, k.Now()); err != nil || n != 4 {
		t.Fatalf("%d comments erased, %v", n, err)
	}
	k.Settle()
	if name := holding(t, dir); name != "" {
		t.Errorf("the canary is still in %s", name)
	}
	if _, _, err := k.Audit.Verify(t.Context()); err != nil {
		t.Errorf("the audit log does not hold: %v", err)
	}
}

// holding is a file below dir with the canary in it.
func holding(t *testing.T, dir string) (found string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(name)
		if strings.Contains(strings.ToLower(string(b)), strings.ToLower(canary)) {
			found = name
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestWhatIsErasedLeavesAPlaceOnlyWhereRepliesStand(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		by, root := k.spoken(t)
		about, err := k.Comments.About(t.Context(), k.Comments.Whom(by))
		if err != nil || len(about.Comments) != 4 || len(about.Follows) != 3 || len(about.Notices) != 1 || about.Comments[0].Mail != canary+"@example.org" {
			t.Fatalf("kept are %d comments, %d follows, %v", len(about.Comments), len(about.Follows), err)
		}
		if n, err := k.Comments.Erase(t.Context(), k.Comments.Whom(comment.Hand{}), k.Now()); err != nil || n != 0 {
			t.Fatalf("for nobody %d were erased, %v", n, err)
		}
		who, err := k.Comments.WhoWrote(t.Context(), root.ID)
		if err != nil {
			t.Fatal(err)
		}
		for want := range 2 {
			n, err := k.Comments.Erase(t.Context(), who, k.Now())
			if err != nil || n != 4*(1-want) {
				t.Fatalf("erased %d, %v", n, err)
			}
		}
		th := k.thread(t)
		if th.Shown != 1 || len(th.Branches) != 1 || !th.Branches[0].Gone || len(th.Branches[0].Replies) != 1 {
			t.Fatalf("the thread is %+v", th)
		}
		all, err := k.Comments.Queue(t.Context(), comment.Filter{})
		if err != nil || len(all) != 3 { // the answer, the place above it, and what was appealed
			t.Fatalf("%d comments are left, %v", len(all), err)
		}
		about, err = k.Comments.About(t.Context(), who)
		if err != nil || len(about.Comments)+len(about.Follows)+len(about.Notices) != 0 {
			t.Errorf("still kept: %+v, %v", about, err)
		}
		gone, err := k.Comments.Get(t.Context(), root.ID)
		if err != nil || gone.Why != comment.Erasure || gone.Text+gone.Name != "" {
			t.Errorf("in its place stands %+v, %v", gone, err)
		}
		if _, err := k.Comments.Undo(t.Context(), root.ID, gone.Version, k.Now()); err == nil {
			t.Error("an erasure can be undone")
		}
		other, err := k.Comments.WhoWrote(t.Context(), th.Branches[0].Replies[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.Comments.Erase(t.Context(), other, k.Now()); err != nil {
			t.Fatal(err)
		}
		all, err = k.Comments.Queue(t.Context(), comment.Filter{})
		if err != nil || len(all) != 3 { // all of them were reported or appealed
			t.Errorf("%d comments are left, %v", len(all), err)
		}
		for _, c := range all {
			if c.Text+c.Name != "" || c.Reports != 0 || c.State != comment.Removed {
				t.Errorf("left of the erased is %+v", c)
			}
		}
		if th := k.thread(t); th.Shown != 0 || len(th.Branches) != 0 {
			t.Errorf("at last the thread is %+v", th)
		}
	})
}

func TestWhereACommentCameFromIsForgottenAfterAMonth(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		near := comment.Hand{Owner: "other", Addr: guest(1).Addr}
		mine := k.post(t, "Mine.", 0, guest(1))
		k.post(t, "From next door.", 0, near)
		like := func() int {
			all, err := k.Comments.Queue(t.Context(), comment.Filter{Like: mine.ID})
			if err != nil {
				t.Fatal(err)
			}
			return len(all)
		}
		if n := like(); n != 2 {
			t.Fatalf("at first %d are from the network, want 2", n)
		}
		k.Pass(31 * 24 * time.Hour)
		if err := k.Comments.Sweep(t.Context(), k.Now()); err != nil {
			t.Fatal(err)
		}
		if n := like(); n != 1 {
			t.Errorf("after a month the network is known: %d", n)
		}
	})
}

func TestAnAccountThatLeavesLeavesItsWordsAsAGuests(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := ledetest.Open(t, d)
		k := talk{p, p.Publish(p.Text("Ferry late again"))}
		account := guest(6)
		account.Reader, account.Mail, account.Named = 77, "nora@example.org", "Nora"
		c := k.follows(t, account, "")
		if err := k.Comments.Leave(t.Context(), 77); err != nil {
			t.Fatal(err)
		}
		about, err := k.Comments.About(t.Context(), k.Comments.Whom(comment.Hand{Reader: 77, Mail: "nora@example.org"}))
		if err != nil || len(about.Comments)+len(about.Follows)+len(about.Notices) != 0 {
			t.Errorf("the account still has %+v, %v", about, err)
		}
		if got, err := k.Comments.Shown(t.Context(), c.ID); err != nil || got.Name != "Nora" {
			t.Errorf("its words are %+v, %v", got, err)
		}
	})
}

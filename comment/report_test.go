package comment_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"lede/comment"
	"lede/internal/audit"
	"lede/internal/fault"
	"lede/ledetest"
	"lede/staff"
)

// shown is a comment that everybody sees, by a guest who gave an address.
func (k talk) shown(t *testing.T, text string) comment.Comment {
	t.Helper()
	c, err := k.Comments.Post(t.Context(), comment.Draft{Article: k.on.ID, Name: "Harold P.", Text: text, Mail: "harold@example.org"}, guest(1), k.Now())
	if err != nil {
		t.Fatal(err)
	}
	if c.State == comment.Shown {
		return c
	}
	return k.judge(t, c, comment.Verdict{To: comment.Shown})
}

func (k talk) report(t *testing.T, c comment.Comment, by comment.Hand, r comment.Report) comment.Notice {
	t.Helper()
	r.Comment = c.ID
	n, err := k.Comments.Report(t.Context(), r, by, k.Now())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (k talk) get(t *testing.T, c comment.Comment) comment.Comment {
	t.Helper()
	c, err := k.Comments.Get(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// pigeonholes are a mailbox, and how much of it was read.
type pigeonholes struct {
	*ledetest.Mailbox
	read map[string]int
}

func (k talk) pigeonholes() *pigeonholes { return &pigeonholes{k.Mailbox(), map[string]int{}} }

// since has the jobs work and gives what came meanwhile, each with its address before it.
func (b *pigeonholes) since(k talk) []string {
	k.Settle()
	var all []string
	for _, to := range []string{"ana@example.org", "bea@example.org", "harold@example.org"} {
		came := b.Letters(to)
		for _, l := range came[b.read[to]:] {
			all = append(all, to+"\n"+l.Header.Get("Subject")+"\n"+l.Text)
		}
		b.read[to] = len(came)
	}
	return all
}

// by acts as somebody of the staff.
func by(t *testing.T, id int64) context.Context {
	return audit.As(t.Context(), audit.Actor{ID: id, Name: "Mara"})
}

func TestAReportIsCountedOnceAPersonAndDecidedWithTheComment(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		box := k.pigeonholes()
		c := k.shown(t, "He is a thief.")
		n := k.report(t, c, guest(2), comment.Report{Reason: "accuses", Text: "That is my neighbour.", Mail: "ana@example.org", Lang: "en"})
		k.report(t, c, guest(2), comment.Report{Reason: "insults", Mail: "ana@example.org"})
		k.report(t, c, guest(3), comment.Report{Reason: "insults"})
		if got := k.get(t, c).Reports; got != 2 {
			t.Fatalf("%d reports are counted, want 2", got)
		}
		if got := box.since(k); len(got) != 1 || !strings.Contains(got[0], "ana@example.org") || !strings.Contains(got[0], n.Number()) || strings.Contains(got[0], "neighbour") {
			t.Fatalf("acknowledged with %q", got)
		}
		open, err := k.Comments.OpenNotices(t.Context())
		if err != nil || len(open) != 2 || open[0].Mail != "ana@example.org" || open[0].Text != "That is my neighbour." {
			t.Fatalf("open: %+v, %v", open, err)
		}
		removed, err := k.Comments.Judge(by(t, 7), c.ID, c.Version, comment.Verdict{To: comment.Removed, Why: "accuses", Note: "Name him to the police, not here."}, k.Now())
		if err != nil || removed.Reports != 0 {
			t.Fatalf("%+v, %v", removed, err)
		}
		if got := box.since(k); len(got) != 0 {
			t.Fatalf("told before it could be undone: %q", got)
		}
		k.Pass(6 * time.Minute)
		got := strings.Join(box.since(k), "\n----\n")
		for _, says := range []string{"ana@example.org", "The comment that you reported is not shown any more. We found that it accuses a named person.",
			"harold@example.org", "Your comment of 17 June 2025 is not shown any more.", "The ground is the rules of the paper: it accuses a named person.",
			"The moderator adds: Name him to the police, not here.", "Somebody had reported it. A moderator decided this, no program.", "You can appeal once until 17 December 2025.", "/appeal?key="} {
			if !strings.Contains(got, says) {
				t.Errorf("the letters lack %q:\n%s", says, got)
			}
		}
		if strings.Contains(got, "thief") {
			t.Error("a letter holds what a stranger wrote")
		}
		k.Pass(time.Hour)
		if got := box.since(k); len(got) != 0 {
			t.Errorf("told twice: %q", got)
		}
	})
}

func TestAVerdictUndoneInTimeIsToldToNobody(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		box := k.pigeonholes()
		c := k.shown(t, "Fine.")
		k.report(t, c, guest(2), comment.Report{Reason: "insults", Mail: "ana@example.org"})
		box.since(k)
		c = k.judge(t, k.get(t, c), comment.Verdict{To: comment.Removed, Why: "insults"})
		k.Pass(time.Minute)
		c, err := k.Comments.Undo(t.Context(), c.ID, c.Version, k.Now())
		if err != nil || c.Reports != 1 || c.State != comment.Shown {
			t.Fatalf("undone: %+v, %v", c, err)
		}
		k.Pass(time.Hour)
		if got := box.since(k); len(got) != 0 {
			t.Fatalf("told: %q", got)
		}
		k.judge(t, c, comment.Verdict{To: comment.Shown})
		k.Pass(time.Hour)
		if got := strings.Join(box.since(k), ""); !strings.Contains(got, "ana@example.org") || !strings.Contains(got, "keeps to the law and to the rules of The Narrows") || strings.Contains(got, "harold") {
			t.Errorf("dismissed, and told %q", got)
		}
	})
}

func TestReportsThatAreNotTaken(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		c := k.shown(t, "Fine.")
		for field, r := range map[string]comment.Report{
			"reason": {Reason: "dull"}, "text": {Reason: comment.Other}, "mail": {Reason: "insults", Mail: "ana"}, "name": {Reason: "insults", Name: strings.Repeat("a", 61)},
		} {
			r.Comment = c.ID
			var form fault.Form
			if _, err := k.Comments.Report(t.Context(), r, guest(2), k.Now()); !errors.As(err, &form) || form[field] == "" || len(form) != 1 {
				t.Errorf("%s: %v", field, err)
			}
		}
		held := k.post(t, "Held.", 0, guest(4))
		for _, id := range []int64{held.ID, 404} {
			if _, err := k.Comments.Report(t.Context(), comment.Report{Comment: id, Reason: "insults"}, guest(2), k.Now()); !errors.Is(err, fault.NotFound) {
				t.Errorf("a comment that is not shown: %v", err)
			}
		}
		var more []comment.Comment
		k.rules(t, func(r *comment.Rules) { r.Mode = comment.ShowAll })
		for i := range 3 {
			more = append(more, k.shown(t, strings.Repeat("More. ", i+1)))
		}
		k.rules(t, func(r *comment.Rules) { r.Faster = 2 })
		for i, c := range more {
			k.Pass(time.Second)
			_, err := k.Comments.Report(t.Context(), comment.Report{Comment: c.ID, Reason: "insults"}, guest(5), k.Now())
			var fast comment.TooFast
			if want := i == 2; errors.As(err, &fast) != want {
				t.Errorf("report %d within ten minutes: %v", i+1, err)
			}
		}
	})
}

func TestAWithdrawnCommentEndsItsReports(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		c := k.shown(t, "Fine.")
		k.report(t, c, guest(2), comment.Report{Reason: "insults", Mail: "ana@example.org"})
		if _, err := k.Comments.Withdraw(t.Context(), c.ID, guest(1), k.Now()); err != nil {
			t.Fatal(err)
		}
		if open, err := k.Comments.OpenNotices(t.Context()); len(open) != 0 || err != nil || k.get(t, c).Reports != 0 {
			t.Errorf("open: %+v, %v", open, err)
		}
	})
}

// moderator joins the staff.
func (k talk) moderator(t *testing.T, name string) int64 {
	t.Helper()
	p, token, err := k.Staff.Invite(t.Context(), staff.Person{Email: strings.ToLower(name) + "@paper.example", Name: name, Roles: []staff.Role{staff.Moderator}}, k.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Staff.Join(t.Context(), token, staff.Joining{Name: name, Password: "correct horse " + name}, k.Now()); err != nil {
		t.Fatal(err)
	}
	return p.ID
}

func TestAnotherModeratorDecidesAboutAnAppeal(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		box := k.pigeonholes()
		ana, jonas := k.moderator(t, "Ana"), k.moderator(t, "Jonas")
		c := k.shown(t, "Fine.")
		c, err := k.Comments.Judge(by(t, ana), c.ID, c.Version, comment.Verdict{To: comment.Removed, Why: "unlawful"}, k.Now())
		if err != nil {
			t.Fatal(err)
		}
		plea := comment.Plea{Comment: c.ID, Text: "It is a quotation."}
		if _, err := k.Comments.Appeal(t.Context(), plea, guest(2), k.Now()); !errors.Is(err, fault.NotFound) {
			t.Fatalf("a stranger appeals: %v", err)
		}
		st, err := k.Comments.Statement(t.Context(), plea, guest(1), k.Now())
		if err != nil || !st.Law() || !st.Open || st.Guard {
			t.Fatalf("statement %+v, %v", st, err)
		}
		a, err := k.Comments.Appeal(t.Context(), plea, guest(1), k.Now())
		if err != nil || a.Against != ana {
			t.Fatalf("%+v, %v", a, err)
		}
		plea.Text = "Again."
		if again, err := k.Comments.Appeal(t.Context(), plea, guest(1), k.Now()); err != nil || again.ID != a.ID || again.Text != "It is a quotation." {
			t.Errorf("appealed twice: %+v, %v", again, err)
		}
		if _, err := k.Comments.DecideAppeal(by(t, ana), a.ID, comment.Ruling{}, k.Now()); !fault.IsInvalid(err) || !strings.Contains(err.Error(), "Jonas") {
			t.Fatalf("the same person decides: %v", err)
		}
		box.since(k)
		if _, err := k.Comments.DecideAppeal(by(t, jonas), a.ID, comment.Ruling{Upheld: true, Note: "Right you are."}, k.Now()); err != nil {
			t.Fatal(err)
		}
		if got := k.get(t, c); got.State != comment.Shown {
			t.Errorf("it is %s", got.State)
		}
		if got := strings.Join(box.since(k), ""); !strings.Contains(got, "harold@example.org") || !strings.Contains(got, "We looked at your comment again: it is shown.") || !strings.Contains(got, "Another person decided") || !strings.Contains(got, "Right you are.") {
			t.Errorf("told %q", got)
		}
		if _, err := k.Comments.DecideAppeal(by(t, jonas), a.ID, comment.Ruling{}, k.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("decided twice: %v", err)
		}
	})
}

func TestTheOnlyModeratorDecidesAgainAndItIsSaid(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		box := k.pigeonholes()
		ana := k.moderator(t, "Ana")
		c := k.shown(t, "Fine.")
		n := k.report(t, c, guest(2), comment.Report{Reason: "insults", Mail: "bea@example.org"})
		if _, err := k.Comments.Judge(by(t, ana), c.ID, k.get(t, c).Version, comment.Verdict{To: comment.Shown}, k.Now()); err != nil {
			t.Fatal(err)
		}
		k.Pass(10 * time.Minute)
		mailed := strings.Join(box.since(k), "")
		_, key, ok := strings.Cut(mailed, "&key=")
		if !ok {
			t.Fatalf("no way to appeal in %q", mailed)
		}
		key, _, _ = strings.Cut(key, "\n")
		plea := comment.Plea{Comment: c.ID, Notice: n.ID, Key: strings.TrimSpace(key), Text: "It says blockhead."}
		wrong := plea
		wrong.Key = "x"
		if _, err := k.Comments.Appeal(t.Context(), wrong, guest(2), k.Now()); !errors.Is(err, fault.NotFound) {
			t.Fatalf("without the key: %v", err)
		}
		a, err := k.Comments.Appeal(t.Context(), plea, comment.Hand{}, k.Now())
		if err != nil {
			t.Fatal(err)
		}
		if a, err = k.Comments.DecideAppeal(by(t, ana), a.ID, comment.Ruling{Upheld: true, Why: "insults"}, k.Now()); err != nil || !a.Same {
			t.Fatalf("%+v, %v", a, err)
		}
		if got := k.get(t, c); got.State != comment.Removed || got.Why != "insults" {
			t.Errorf("it is %s", got.State)
		}
		if got := strings.Join(box.since(k), ""); !strings.Contains(got, "bea@example.org") || !strings.Contains(got, "the paper has no other moderator") {
			t.Errorf("told %q", got)
		}
	})
}

func TestAnAppealComesWithinSixMonths(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		c := k.judge(t, k.shown(t, "Fine."), comment.Verdict{To: comment.Removed, Why: "insults"})
		k.Pass(184 * 24 * time.Hour)
		if _, err := k.Comments.Appeal(t.Context(), comment.Plea{Comment: c.ID, Text: "Late."}, guest(1), k.Now()); !fault.IsInvalid(err) {
			t.Errorf("%v", err)
		}
	})
}

func TestErasingTakesReportsAndAppealsAlong(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		box := k.pigeonholes()
		c := k.shown(t, "Fine.")
		k.report(t, c, guest(2), comment.Report{Reason: "insults", Text: canary, Name: canary, Mail: "ana@example.org"})
		k.report(t, c, guest(3), comment.Report{Reason: "private"})
		about, err := k.Comments.About(t.Context(), k.Comments.Whom(comment.Hand{Mail: "ana@example.org"}))
		if err != nil || len(about.Notices) != 1 || about.Notices[0].Text != canary || about.Notices[0].Mail != "ana@example.org" {
			t.Fatalf("kept: %+v, %v", about.Notices, err)
		}
		if _, err := k.Comments.Erase(t.Context(), k.Comments.Whom(comment.Hand{Mail: "ana@example.org"}), k.Now()); err != nil {
			t.Fatal(err)
		}
		open, err := k.Comments.OpenNotices(t.Context())
		if err != nil || len(open) != 2 || open[0].Text+open[0].Name+open[0].Mail != "" || open[0].Reason != "insults" {
			t.Fatalf("erased, and open are %+v, %v", open, err)
		}
		again := k.judge(t, k.shown(t, "Another."), comment.Verdict{To: comment.Removed, Why: "insults"})
		if _, err := k.Comments.Appeal(t.Context(), comment.Plea{Comment: again.ID, Text: canary}, guest(1), k.Now()); err != nil {
			t.Fatal(err)
		}
		whom := k.Comments.Whom(guest(1))
		if about, err := k.Comments.About(t.Context(), whom); err != nil || len(about.Appeals) != 1 || about.Appeals[0].Text != canary {
			t.Fatalf("kept: %+v, %v", about.Appeals, err)
		}
		if _, err := k.Comments.Erase(t.Context(), whom, k.Now()); err != nil {
			t.Fatal(err)
		}
		open, err = k.Comments.OpenNotices(t.Context())
		appeals, more := k.Comments.OpenAppeals(t.Context())
		if err = errors.Join(err, more); err != nil || len(open)+len(appeals) != 0 {
			t.Errorf("of an erased comment wait %+v, %+v, %v", open, appeals, err)
		}
		k.Pass(time.Hour)
		for _, l := range box.since(k) {
			if strings.Contains(l, canary) {
				t.Errorf("a letter holds it: %s", l)
			}
		}
	})
}

package comment_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"lede/comment"
	"lede/internal/audit"
	"lede/internal/fault"
)

// slips are the links of a digest.
func slips(text string) []string {
	var all []string
	for _, line := range strings.Split(text, "\n") {
		if _, link, ok := strings.Cut(line, comment.DigestPath); ok {
			all = append(all, link)
		}
	}
	return all
}

func (k talk) digested(t *testing.T, to ...string) {
	t.Helper()
	k.rules(t, func(r *comment.Rules) { r.Digest = comment.Digest{To: to, At: "13:30"} })
}

func (k talk) digest(t *testing.T) {
	t.Helper()
	if err := k.Comments.SendDigest(t.Context(), k.Now()); err != nil {
		t.Fatal(err)
	}
}

func TestTheDigestGoesOutOnceADayAtItsHour(t *testing.T) {
	each(t, func(t *testing.T, k talk) { // it begins at noon by the paper's clock
		box := k.pigeonholes()
		k.digested(t, "ana@example.org", "bea@example.org")
		k.post(t, "See https://watches.example/ <b>now</b>.", 0, guest(1))
		k.digest(t)
		if got := box.since(k); len(got) != 0 {
			t.Fatalf("before its hour: %q", got)
		}
		k.Pass(91 * time.Minute)
		k.post(t, "Another.", 0, guest(2))
		var nodes sync.WaitGroup
		for range 3 {
			nodes.Go(func() { k.digest(t) })
		}
		nodes.Wait()
		got := box.since(k)
		if len(got) != 2 || len(slips(got[0])) != 2 || !strings.Contains(got[0], "2 comments wait at The Narrows") || !strings.Contains(got[0], "Held: First comment under this name.") {
			t.Fatalf("three nodes at its hour: %q", got)
		}
		k.Pass(time.Second)
		k.post(t, "A third.", 0, guest(3))
		k.Pass(3 * time.Hour)
		k.digest(t)
		if got := box.since(k); len(got) != 0 {
			t.Errorf("twice on one day: %q", got)
		}
		k.Pass(24 * time.Hour)
		k.digest(t)
		if got := box.since(k); len(got) != 2 || len(slips(got[0])) != 1 || !strings.Contains(got[0], "3 comments wait") || !strings.Contains(got[0], "2 comments wait besides") {
			t.Errorf("the day after: %q", got)
		}
		k.Pass(24 * time.Hour)
		k.digest(t)
		if got := box.since(k); len(got) != 0 {
			t.Errorf("nothing was held since, and there is a mail: %q", got)
		}
	})
}

func TestALinkOfTheDigestDecidesOneCommentOnce(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		box := k.pigeonholes()
		k.digested(t, "ana@example.org")
		c := k.post(t, "Held.", 0, guest(1))
		k.Pass(2 * time.Hour)
		k.digest(t)
		link := slips(box.since(k)[0])[0]
		if of, got, err := k.Comments.Slip(t.Context(), link, k.Now()); err != nil || of.To != "ana@example.org" || got.ID != c.ID {
			t.Fatalf("%+v, %v", of, err)
		}
		if _, _, err := k.Comments.Slip(t.Context(), link[:len(link)-1]+"!", k.Now()); !errors.Is(err, fault.NotFound) {
			t.Errorf("a forged link: %v", err)
		}
		if _, err := k.Comments.JudgeBySlip(t.Context(), link, comment.Verdict{To: comment.Refused}, k.Now()); !fault.IsInvalid(err) {
			t.Errorf("refused without a reason: %v", err)
		}
		if c, err := k.Comments.JudgeBySlip(t.Context(), link, comment.Verdict{To: comment.Shown}, k.Now()); err != nil || c.State != comment.Shown {
			t.Fatalf("%s, %v", c.State, err)
		}
		if _, err := k.Comments.JudgeBySlip(t.Context(), link, comment.Verdict{To: comment.Spam}, k.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("used twice: %v", err)
		}
		log, err := k.Audit.List(t.Context(), audit.Filter{Act: "comment.shown"})
		if err != nil || len(log) != 1 || log[0].Who.Name != "by the mail digest to ana@example.org" {
			t.Errorf("recorded: %+v, %v", log, err)
		}
	})
}

func TestALinkOfTheDigestEnds(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		box := k.pigeonholes()
		k.digested(t, "ana@example.org")
		k.post(t, "Held.", 0, guest(1))
		k.Pass(2 * time.Hour)
		k.digest(t)
		link := slips(box.since(k)[0])[0]
		k.Pass(7*24*time.Hour - time.Second)
		if _, _, err := k.Comments.Slip(t.Context(), link, k.Now()); err != nil {
			t.Errorf("within seven days: %v", err)
		}
		k.digested(t, "bea@example.org")
		if _, _, err := k.Comments.Slip(t.Context(), link, k.Now()); !errors.Is(err, fault.NotFound) {
			t.Errorf("its address gets no digest any more: %v", err)
		}
		k.digested(t, "ana@example.org")
		k.Pass(time.Second)
		if _, _, err := k.Comments.Slip(t.Context(), link, k.Now()); !errors.Is(err, fault.NotFound) {
			t.Errorf("after seven days: %v", err)
		}
	})
}

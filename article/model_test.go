package article_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"lede/article"
	"lede/internal/fault"
	"lede/ledetest"
)

// life is an article and what should be true of it: what the public reads, and what staff read.
type life struct {
	t      *testing.T
	p      *ledetest.Paper
	id     int64
	newest string // the headline of the newest text
	public string // the headline the public reads once it is out; "" before
	n      int
}

// TestWhateverIsDoneTheRecordHolds does what comes to an editor's mind, in any order, and lets time pass: the chain always verifies,
// the public reads only what was put before it, nothing comes before its embargo, and no text of anybody's is lost.
func TestWhateverIsDoneTheRecordHolds(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		for seed := range uint64(4) {
			random := rand.New(rand.NewPCG(seed, 63))
			l := &life{t: t, p: p, id: p.Write(p.Text("Headline 0")).ID, newest: "Headline 0"}
			for range 30 {
				did, err := l.act(random)
				if err != nil && !fault.IsInvalid(err) && !errors.Is(err, fault.Conflict) {
					t.Fatalf("seed %d: %s: %v", seed, did, err)
				}
				l.holds(fmt.Sprintf("seed %d: after %s (%v)", seed, did, err))
			}
		}
	})
}

// act does one thing, and notes what should follow if it was done.
func (l *life) act(random *rand.Rand) (string, error) {
	a, now, keeps, ctx := l.p.Article(l.id), l.p.Now(), l.p.Articles, l.t.Context()
	ahead := now.Add(time.Duration(1+random.IntN(180)) * time.Minute)
	switch random.IntN(10) {
	case 0, 1:
		l.n++
		text := l.p.Text(fmt.Sprintf("Headline %d", l.n))
		err := keeps.Save(ctx, l.id, a.Version, text, 1, now)
		if err == nil {
			l.newest = text.Headline
		}
		return "saving", err
	case 2:
		return "moving", keeps.Move(ctx, l.id, a.Version, []string{article.Draft, article.Filed, article.Ready}[random.IntN(3)], 1, now)
	case 3, 4:
		at := now
		if random.IntN(2) == 0 {
			at = ahead
		}
		err := keeps.Publish(ctx, l.id, a.Version, at, now, 1)
		if err == nil && a.Standing(now) != article.Published {
			l.public = l.newest
		}
		return "publishing", err
	case 5:
		if random.IntN(3) == 0 {
			ahead = time.Time{}
		}
		return "an embargo", keeps.Embargo(ctx, l.id, a.Version, ahead, 1, now)
	case 6:
		w := article.Withdrawal{Note: "Why."}
		if random.IntN(2) == 0 {
			w.At = ahead
		}
		return "withdrawing", keeps.Withdraw(ctx, l.id, a.Version, w, 1, now)
	case 7:
		return "staying", keeps.Stay(ctx, l.id, a.Version, 1, now)
	case 8:
		l.n++
		text := l.p.Text(fmt.Sprintf("Headline %d", l.n))
		err := keeps.Amend(ctx, l.id, a.Version, text, article.Amendment{Kind: article.Correction, Note: "Why."}, 1, now)
		if err == nil {
			l.newest, l.public = text.Headline, text.Headline
		}
		return "correcting", err
	}
	l.p.Pass(time.Duration(random.IntN(90)) * time.Minute)
	if random.IntN(3) > 0 {
		l.p.Settle()
	}
	return "waiting", nil
}

// holds looks whether all that must be true is.
func (l *life) holds(when string) {
	l.t.Helper()
	ctx, now, a := l.t.Context(), l.p.Now(), l.p.Article(l.id)
	if err := l.p.Articles.Verify(ctx, l.id); err != nil {
		l.t.Fatalf("%s the chain does not hold: %v", when, err)
	}
	newest, err := l.p.Articles.Newest(ctx, l.id)
	if err != nil || newest.Headline != l.newest {
		l.t.Fatalf("%s staff read %q (%v), want %q", when, newest.Headline, err, l.newest)
	}
	if !a.Published.IsZero() && a.Published.Before(a.Embargo) {
		l.t.Fatalf("%s it is published at %v, before its embargo ends at %v", when, a.Published, a.Embargo)
	}
	seen, err := l.p.Articles.Public(ctx, l.id, now)
	switch out := a.Standing(now) == article.Published; {
	case out && (err != nil || seen.Headline != l.public):
		l.t.Fatalf("%s the public reads %q (%v), want %q", when, seen.Headline, err, l.public)
	case !out && err == nil:
		l.t.Fatalf("%s it is %s and the public reads it", when, a.Standing(now))
	}
	list, err := l.p.Articles.Versions(ctx, l.id)
	if err != nil || list[0].N != a.Version {
		l.t.Fatalf("%s the newest version listed is %d (%v), want %d", when, list[0].N, err, a.Version)
	}
}

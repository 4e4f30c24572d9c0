package audit_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/db/dbtest"
)

var noon = time.Date(2026, 6, 17, 12, 0, 0, 0, time.UTC)

func add(t *testing.T, d *db.DB, who audit.Actor, act string, of int64, detail string) {
	t.Helper()
	ctx := audit.As(t.Context(), who)
	err := d.Tx(ctx, func(ctx context.Context, q db.Q) error { return audit.Add(ctx, q, noon, act, "article", of, detail) })
	if err != nil {
		t.Fatal(err)
	}
}

func filled(t *testing.T, d *db.DB) *audit.Log {
	t.Helper()
	add(t, d, audit.Actor{ID: 7, Name: "Ana"}, "article.publish", 3, "The Ferry Runs")
	add(t, d, audit.Actor{ID: 8, Name: "Ben"}, "article.withdraw", 3, "")
	add(t, d, audit.Actor{Name: "the clock"}, "articles.count", 1, "zero \x00 byte and \xff broken")
	add(t, d, audit.Actor{ID: 7, Name: "Ana"}, "paper.set", 1, strings.Repeat("é", 3000))
	return audit.New(d)
}

func TestWhatWasDoneIsFoundByWhoAndWhat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		log := filled(t, d)
		for _, c := range []struct {
			filter audit.Filter
			want   string
		}{
			{audit.Filter{}, "4 3 2 1"},
			{audit.Filter{Limit: 1}, "4"},
			{audit.Filter{Before: 3}, "2 1"},
			{audit.Filter{Actor: 7}, "4 1"},
			{audit.Filter{Act: "article."}, "2 1"},
			{audit.Filter{Act: "article"}, ""},
			{audit.Filter{Act: "article.publish"}, "1"},
			{audit.Filter{Kind: "article", Of: 3}, "2 1"},
			{audit.Filter{Of: 1 << 60}, ""},
		} {
			list, err := log.List(t.Context(), c.filter)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range list {
				got = append(got, fmt.Sprint(e.N))
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%+v finds %v, wanted %s", c.filter, got, c.want)
			}
		}
		list, err := log.List(t.Context(), audit.Filter{Act: "article.publish"})
		if err != nil {
			t.Fatal(err)
		}
		if e := list[0]; e.Who.Name != "Ana" || e.Detail != "The Ferry Runs" || !e.At.Equal(noon) || e.Of != 3 {
			t.Errorf("it was recorded as %+v", e)
		}
		if acts, err := log.Acts(t.Context()); err != nil || strings.Join(acts, " ") != "article.publish article.withdraw articles.count paper.set" {
			t.Errorf("the acts are %v, %v", acts, err)
		}
	})
}

func TestNobodyNamedIsThePaper(t *testing.T) {
	if who := audit.Who(t.Context()); who.Name != "the paper" || who.ID != 0 {
		t.Errorf("it is %+v", who)
	}
}

func TestWhatWasUndoneIsNotRecorded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		log := filled(t, d)
		stop := errors.New("stop")
		err := d.Tx(t.Context(), func(ctx context.Context, q db.Q) error {
			return errors.Join(audit.Add(ctx, q, noon, "a", "b", 1, ""), stop)
		})
		if !errors.Is(err, stop) {
			t.Fatal(err)
		}
		if n, _, err := log.Verify(t.Context()); n != 4 || err != nil {
			t.Errorf("it holds %d entries, %v", n, err)
		}
	})
}

func TestManyAtOnceMakeOneChain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const writers, each = 60, 3
		var all sync.WaitGroup
		for w := range writers {
			all.Go(func() {
				for range each {
					err := d.Tx(t.Context(), func(ctx context.Context, q db.Q) error {
						return audit.Add(ctx, q, noon, "article.publish", "article", int64(w), "at once")
					})
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		if n, head, err := audit.New(d).Verify(t.Context()); n != writers*each || head == "" || err != nil {
			t.Errorf("it holds %d entries with the head %q, %v", n, head, err)
		}
	})
}

func TestEveryTamperingIsFound(t *testing.T) {
	for name, statement := range map[string]string{
		"a detail":                   `update audit set detail = 'x' where n = 2`,
		"a name":                     `update audit set actor = 'Eve' where n = 1`,
		"a person":                   `update audit set actor_id = 9 where n = 1`,
		"a time":                     `update audit set at = at + 1 where n = 3`,
		"an act":                     `update audit set act = 'article.read' where n = 2`,
		"what it was done to":        `update audit set of_id = 4 where n = 2`,
		"a kind":                     `update audit set kind = 'page' where n = 4`,
		"a salt":                     `update audit set salt = '' where n = 4`,
		"the last digest":            `update audit set digest = 'x' where n = 4`,
		"one taken out":              `delete from audit where n = 2`,
		"the first taken out":        `delete from audit where n = 1`,
		"the last taken out":         `delete from audit where n = 4`,
		"all taken out":              `delete from audit`,
		"one slipped in":             `insert into audit select 5, at, act, kind, of_id, actor_id, actor, detail, salt, body_digest, digest from audit where n = 4`,
		"one slipped in at the head": `insert into audit select 0, at, act, kind, of_id, actor_id, actor, detail, salt, body_digest, digest from audit where n = 1`,
		"two exchanged":              `update audit set act = case n when 1 then 'article.withdraw' else 'article.publish' end where n < 3`,
		"the head":                   `update audit_head set n = 3`,
		"no head":                    `delete from audit_head`,
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				log := filled(t, d)
				if n, head, err := log.Verify(t.Context()); n != 4 || head == "" || err != nil {
					t.Fatalf("untouched it has %d entries, %v", n, err)
				}
				err := d.Tx(t.Context(), func(ctx context.Context, q db.Q) error {
					_, err := q.ExecContext(ctx, statement)
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				if _, _, err := log.Verify(t.Context()); !errors.Is(err, audit.ErrBroken) {
					t.Errorf("it is not found: %v", err)
				}
			})
		})
	}
}

func TestEmptyLogHolds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if n, head, err := audit.New(d).Verify(t.Context()); n != 0 || head != "" || err != nil {
			t.Errorf("%d %q %v", n, head, err)
		}
	})
}

func TestWhatAnEntrySaysCanBeTakenOutByLawAndOnlyWithAWord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		log := filled(t, d)
		blank := func(of int64) {
			err := d.Tx(t.Context(), func(ctx context.Context, q db.Q) error { return audit.Blank(ctx, q, noon, "article", of) })
			if err != nil {
				t.Fatal(err)
			}
		}
		blank(3)
		blank(99) // of which nothing was said
		if n, _, err := log.Verify(t.Context()); err != nil || n != 5 {
			t.Fatalf("after the law took something out there are %d entries, %v", n, err)
		}
		list, err := log.List(t.Context(), audit.Filter{Kind: "article", Of: 3})
		if err != nil || len(list) != 3 {
			t.Fatalf("%d entries about it, %v", len(list), err)
		}
		for _, e := range list {
			if e.Detail != "" {
				t.Errorf("entry %d still says %q", e.N, e.Detail)
			}
		}
		err = d.Tx(t.Context(), func(ctx context.Context, q db.Q) error {
			_, err := q.ExecContext(ctx, `update audit set detail = '', salt = '' where n = 4`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := log.Verify(t.Context()); !errors.Is(err, audit.ErrBroken) {
			t.Errorf("what was taken out without a word holds: %v", err)
		}
	})
}

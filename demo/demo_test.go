package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"lede/internal/blob"
	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/internal/secret"
	"lede/ledetest"
	"lede/press"
)

// small is a filler of an empty paper whose drawings are small, so that a test need not wait for them.
func small(t *testing.T, p *press.Press, say func(string)) *filler {
	t.Helper()
	f := newFiller(p, ledetest.Noon, say)
	f.width = 120
	return f
}

func empty(t *testing.T) *press.Press {
	t.Helper()
	files, err := blob.Disk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = files.Close() })
	p, err := press.Open(t.Context(), dbtest.Open(t, dbtest.SQLite(t)), files, secret.New(), (&ledetest.Paper{}).Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// counts tells how much of everything there is.
func counts(t *testing.T, p *press.Press) string {
	t.Helper()
	var all strings.Builder
	for _, of := range []string{"count(*) from article", "count(distinct group_id) from article", "sum(version) from article", "count(*) from media", "count(*) from byline",
		"count(*) from topic", "count(*) from section", "count(*) from page", "count(*) from front", "count(*) from person", "count(*) from note", "count(*) from work", "count(*) from assigned",
		"count(*) from alert", "count(*) from comment", "coalesce(sum(shown + 1000 * roots), 0) from thread", "count(*) from verdict", "count(*) from notice", "coalesce(sum(reports), 0) from comment",
		"count(*) from word_list", "count(*) from advertiser", "count(*) from contact", "count(*) from ad_order", "count(*) from booking", "coalesce(sum(version), 0) from ad", "count(*) from ad_version",
		"count(*) from ad_event", "coalesce(sum(n), 0) from ad_count", "coalesce(sum(asked), 0) from ad_traffic", "count(*) from ad_sellers"} {
		var n int
		if err := p.DB.Read().QueryRowContext(t.Context(), "select "+of).Scan(&n); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&all, n, of)
	}
	return all.String()
}

func TestInterruptedDemoIsFinishedTheNextTime(t *testing.T) {
	whole := empty(t)
	if err := small(t, whole, func(string) {}).fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	broken := empty(t)
	for _, at := range []string{"pictures: 42 %", "articles: 25 %", "articles: 75 %"} {
		ctx, stop := context.WithCancel(t.Context())
		err := small(t, broken, func(said string) {
			if said == at {
				stop()
			}
		}).fill(ctx)
		stop()
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("interrupted at %s: %v", at, err)
		}
	}
	if err := small(t, broken, func(string) {}).fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, want := counts(t, broken), counts(t, whole); got != want {
		t.Errorf("there are\n%swant\n%s", got, want)
	}
	if err := small(t, broken, func(string) {}).fill(t.Context()); !fault.IsInvalid(err) {
		t.Errorf("filled again: %v", err)
	}
}

func TestDemoGoesIntoNoOtherPaper(t *testing.T) {
	p := ledetest.Open(t, dbtest.Open(t, dbtest.SQLite(t)))
	p.Write(p.Text("A Draft of Ours"))
	before := counts(t, p.Press)
	if err := small(t, p.Press, func(string) {}).fill(t.Context()); !fault.IsInvalid(err) {
		t.Errorf("filled: %v", err)
	}
	if after := counts(t, p.Press); after != before {
		t.Errorf("there are\n%swere\n%s", after, before)
	}
}

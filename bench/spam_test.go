package main

import (
	"errors"
	"io/fs"
	"path/filepath"
	"testing"
)

// TestSpamIsToldBetterThanByARegex holds the score against the one regular expression that is known for these comments.
func TestSpamIsToldBetterThanByARegex(t *testing.T) {
	dir := filepath.Join("..", "..", "shared", "data", "spam")
	all, err := examples(dir)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("SKIPPED: no comments to learn from in %s", dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	scored := outOfFold(all)
	if got := atRecall(scored, regexRecall); got.share() >= regexAlarms/2 {
		t.Errorf("at a recall of %.2f there are false alarms on %s, want half of the regex's 14 %% at most", regexRecall, interval(got.alarms, got.ham))
	}
	for _, from := range []int{heldFrom, evenFrom} {
		got := told(scored, from)
		t.Logf("from %d: recall %s, precision %s", from, interval(got.right, got.spam), interval(got.right, got.right+got.alarms))
	}
}

func TestIntervalIsWilsons(t *testing.T) {
	for _, c := range []struct {
		hits, of int
		want     string
	}{{9, 10, "0.900 (0.596–0.982)"}, {0, 20, "0.000 (0.000–0.161)"}, {0, 0, "–"}} {
		if got := interval(c.hits, c.of); got != c.want {
			t.Errorf("%d of %d: %s, want %s", c.hits, c.of, got, c.want)
		}
	}
}

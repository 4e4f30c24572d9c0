package demo

import (
	"testing"

	"lede/comment"
)

func TestReadersOfTheDemoTalk(t *testing.T) {
	p := empty(t)
	f := small(t, p, func(string) {})
	if err := f.fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	states, why, langs := map[comment.State]int{}, map[string]bool{}, map[string]int{}
	longest, staff, marked := 0, 0, 0
	ids, err := p.Comments.Discussed(t.Context())
	if err != nil || len(ids) < 12 {
		t.Fatalf("%d articles have comments, %v", len(ids), err)
	}
	for _, id := range ids {
		n := 0
		err := p.Comments.Under(t.Context(), id, func(k comment.Kept) error {
			n++
			states[k.State]++
			langs[k.Lang]++
			if k.Staff != 0 {
				staff++
			}
			if k.Pinned || k.Featured {
				marked++
			}
			for _, r := range k.Reasons {
				if r.Decided && k.State == comment.Held {
					why[r.Check] = true
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		longest = max(longest, n)
	}
	if states[comment.Shown] < 150 || states[comment.Held] < 6 || states[comment.Spam] < 4 || states[comment.Refused] < 2 || states[comment.Removed] < 1 {
		t.Errorf("there are %v", states)
	}
	if langs["ar"] < 8 || langs["es"] < 8 || longest < 60 || staff < 3 || marked < 2 {
		t.Errorf("in which languages %v, the longest thread %d, by staff %d, marked %d", langs, longest, staff, marked)
	}
	for _, check := range []string{"first", "links", "repeat", "words"} {
		if !why[check] {
			t.Errorf("nothing is held for %s; held for %v", check, why)
		}
	}
	waits, err := p.Comments.Waiting(t.Context())
	if err != nil || waits.Reported != 1 {
		t.Errorf("waiting are %+v, %v", waits, err)
	}
}

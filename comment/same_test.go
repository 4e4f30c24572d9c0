package comment_test

import (
	"sync"
	"testing"

	"lede/comment"
)

// TestTheSamePostManyTimesAtOnceIsOneComment sends each of some posts many times at the same moment: with the browser's key, and without.
func TestTheSamePostManyTimesAtOnceIsOneComment(t *testing.T) {
	each(t, func(t *testing.T, k talk) {
		k.rules(t, func(r *comment.Rules) { r.Mode = comment.ShowAll })
		drafts := []comment.Draft{
			{Article: k.on.ID, Name: "Harold P.", Text: "Sent again by the browser.", Key: "drawn once"},
			{Article: k.on.ID, Name: "Harold P.", Text: "Pushed twice, without JavaScript."},
		}
		for _, d := range drafts {
			ids := make([]int64, 12)
			var all sync.WaitGroup
			for i := range ids {
				all.Go(func() {
					c, err := k.Comments.Post(t.Context(), d, guest(1), k.Now())
					if err != nil {
						t.Error(err)
					}
					ids[i] = c.ID
				})
			}
			all.Wait()
			for _, id := range ids {
				if id != ids[0] {
					t.Fatalf("%q became the comments %v", d.Text, ids)
				}
			}
		}
		th := k.thread(t)
		if th.Shown != len(drafts) || len(th.Branches) != len(drafts) {
			t.Errorf("the thread counts %d in %d branches, want %d", th.Shown, len(th.Branches), len(drafts))
		}
	})
}

package comment_test

import (
	"fmt"
	"testing"

	"lede/comment"
	"lede/internal/db/dbtest"
	"lede/ledetest"
)

// A page of a thread of 10,000 comments takes as long wherever it is opened.
func BenchmarkThreadOfTenThousand(b *testing.B) {
	for _, c := range []struct {
		first, replies int
		pages          []int
	}{{1500, 8500, []int{1, 40, 75}}, {9000, 1000, []int{1, 225, 400}}} {
		p := ledetest.Open(b, dbtest.Open(b, dbtest.SQLite(b)))
		on := p.Publish(p.Text("Ferry late again"))
		p.Crowd(on.ID, c.first, c.replies)
		for _, number := range c.pages {
			b.Run(fmt.Sprintf("%d first/page %d", c.first, number), func(b *testing.B) {
				for b.Loop() {
					if th, err := p.Comments.Thread(b.Context(), on.ID, comment.Newest, number); err != nil || len(th.Branches) != comment.PerPage {
						b.Fatal(len(th.Branches), err)
					}
				}
			})
		}
	}
}

package site

import (
	"context"
	"testing"

	"lede/article"
	"lede/comment"
)

// The first page of 10,000 comments under an article, with the article, is small enough to be sent to anybody.
func TestTenThousandCommentsAreAShortFirstPage(t *testing.T) {
	s := open(t)
	s.rules(func(r *comment.Rules) { r.Days = 0 })
	a := s.Publish(s.Text("Ferry late again"))
	s.Crowd(a.ID, 1500, 8500)
	for _, path := range []string{a.Path, a.Path + "/comments", a.Path + "/comments?page=40", a.Path + "/comments?order=oldest"} {
		got := s.get(path, "Accept-Encoding", "gzip")
		if got.status != 200 || len(got.body) > 60<<10 {
			t.Errorf("%s: %d with %d bytes, wanted at most 60 KB", path, got.status, len(got.body))
		}
		t.Logf("%s: %d bytes, %d unpacked", path, len(got.body), len(unpack(t, got)))
	}
}

func BenchmarkThreadPageOfTenThousand(b *testing.B) {
	s := open(b)
	s.rules(func(r *comment.Rules) { r.Days = 0 })
	a := s.Publish(s.Text("Ferry late again"))
	s.Crowd(a.ID, 1500, 8500)
	for _, path := range []string{a.Path, a.Path + "/comments?page=40"} {
		b.Run(path, func(b *testing.B) {
			for b.Loop() {
				s.cache.Purge(tagThread(a.ID))
				if got := s.get(path, "Accept-Encoding", "gzip"); got.status != 200 {
					b.Fatal(got.status)
				}
			}
		})
	}
	b.Run("the thread alone", func(b *testing.B) {
		for b.Loop() {
			sh, err := s.site.sheet(context.Background(), "", s.Now())
			s.must(err)
			if _, err := sh.thread(article.Card{ID: a.ID, Path: a.Path}, true); err != nil {
				b.Fatal(err)
			}
		}
	})
}

package site

import (
	"context"
	"time"

	"lede/ad"
	"lede/internal/fault"
	"lede/internal/job"
	"lede/internal/web"
)

const tagSellers = "sellers"

// sellers is ads.txt (IAB Tech Lab, 1.1). A paper that says nothing of who sells for it has none.
func (s *Site) sellers(sh *sheet) (web.Page, error) {
	l, err := s.Ads.Sellers(sh.ctx)
	if err == nil && l.Text == "" {
		err = fault.NotFound
	}
	if err != nil {
		return web.Page{}, err
	}
	return web.Page{Type: "text/plain; charset=utf-8", Body: []byte(l.Text), Tags: append(sh.tags, tagSellers)}, nil
}

// watchSellers makes ads.txt anew when what is sold has changed.
func (s *Site) watchSellers() {
	job.Watch(s.Jobs, ad.Changed, func(context.Context, int64, time.Time) { s.cache.Purge(tagSellers) })
}

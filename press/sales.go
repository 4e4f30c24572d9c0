package press

import (
	"context"
	"errors"
	"time"

	"lede/ad"
	"lede/internal/fault"
	"lede/internal/job"
	"lede/paper"
	"lede/section"
)

// tendSales keeps what is sold in step with the paper: its clock, its topics, its articles.
func (p *Press) tendSales() {
	job.On(p.Jobs, paper.Changed, "bookings", func(ctx context.Context, _ int64) error { return p.Ads.Rederive(ctx) })
	job.On(p.Jobs, section.Merged, "aims", p.Ads.MergeTopic)
	p.Ads.OnArticles(p.adPages)
	job.Every(p.Jobs, "ads.sweep", 24*time.Hour, func(ctx context.Context, _ time.Time) error { return p.Ads.SweepFiles(ctx, p.Clock()) })
}

// adPages are articles as pages that have positions, those that the public has now.
func (p *Press) adPages(ctx context.Context, articles []int64) ([]ad.Page, error) {
	tree, err := p.Sections.Tree(ctx)
	if err != nil {
		return nil, err
	}
	var pages []ad.Page
	for _, id := range articles {
		a, err := p.Articles.Public(ctx, id, p.Clock())
		if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Gone) || errors.As(err, new(fault.Moved)) {
			continue
		}
		if err != nil {
			return nil, err
		}
		pages = append(pages, ad.Page{Kind: ad.ArticlePage, ID: a.ID, Sections: ad.In(tree, a.Sections...), Topics: a.Topics, Lang: a.Lang})
	}
	return pages, nil
}

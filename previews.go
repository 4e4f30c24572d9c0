package main

import (
	"context"

	"lede/internal/web"
	"lede/newsroom"
	"lede/site"
)

// previews shows the newsroom the readers' site as of any minute; the two faces do not know each other.
func previews(readers *site.Site) func(context.Context, newsroom.Glance) (web.Page, error) {
	return func(ctx context.Context, g newsroom.Glance) (web.Page, error) {
		return readers.Preview(ctx, site.Glance(g))
	}
}

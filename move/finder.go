package move

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"path"
	"strings"
	"time"

	"lede/article"
	"lede/internal/fault"
	"lede/paper"
)

// finder finds the article of this paper that somebody wrote about elsewhere.
type finder struct {
	Talk
	zone    *time.Location
	found   map[string]int64  // by key of the origin; 0 for none
	sources map[string]int64  // by the address an article was imported from; made when it is first needed
	slugs   map[string]string // the one address that ends with a word; "" where several do
}

// article is the id of an article, 0 if there is none.
func (f *finder) article(ctx context.Context, o origin) (int64, error) {
	if id, known := f.found[o.key]; known {
		return id, nil
	}
	for _, look := range []func(context.Context, origin) (int64, error){f.byPath, f.byKey, f.bySource, f.byMonth, f.bySlug} {
		id, err := look(ctx, o)
		if err != nil {
			return 0, err
		}
		if id != 0 {
			f.found[o.key] = id
			return id, nil
		}
	}
	f.found[o.key] = 0
	return 0, nil
}

// byPath finds what stands, or stood, at the same path.
func (f *finder) byPath(ctx context.Context, o origin) (int64, error) {
	u, err := url.Parse(o.link)
	if err != nil {
		return 0, nil
	}
	for _, p := range []string{u.Path, u.EscapedPath()} {
		if p = path.Clean("/" + p); p == "/" {
			continue
		}
		if id, err := f.at(ctx, p); err != nil || id != 0 {
			return id, err
		}
	}
	return 0, nil
}

// at is the article at a path, however often it moved since.
func (f *finder) at(ctx context.Context, path string) (int64, error) {
	for range 5 {
		a, err := f.Papers.At(ctx, path)
		var moved fault.Moved
		switch {
		case errors.As(err, &moved):
			path = moved.To
			continue
		case errors.Is(err, fault.NotFound) || err == nil && a.Kind != paper.KindArticle:
			return 0, nil
		}
		return a.ID, err
	}
	return 0, nil
}

func (f *finder) byKey(ctx context.Context, o origin) (int64, error) {
	a, err := f.Articles.ByKey(ctx, o.key)
	if errors.Is(err, fault.NotFound) {
		return 0, nil
	}
	return a.ID, err
}

// bySource finds the article that was imported from the very address.
func (f *finder) bySource(ctx context.Context, o origin) (_ int64, err error) {
	if o.link == "" {
		return 0, nil
	}
	if f.sources == nil {
		all, err := f.Articles.Sourced(ctx)
		if err != nil {
			return 0, err
		}
		f.sources = map[string]int64{}
		for address, id := range all {
			f.sources[bareAddress(address)] = id
		}
	}
	return f.sources[bareAddress(o.link)], nil
}

// bareAddress is an address without what differs between two ways to the same page.
func bareAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return strings.TrimPrefix(strings.ToLower(u.Host), "www.") + strings.TrimSuffix(u.EscapedPath(), "/") + "?" + u.RawQuery
}

// byMonth finds the article that has the address which one of that date and slug has here.
func (f *finder) byMonth(ctx context.Context, o origin) (int64, error) {
	if o.at.IsZero() || o.slug == "" {
		return 0, nil
	}
	return f.at(ctx, o.at.In(f.zone).Format("/2006/01/")+o.slug)
}

// bySlug finds the only article whose address ends with the same word.
func (f *finder) bySlug(ctx context.Context, o origin) (int64, error) {
	if f.slugs == nil {
		paths, err := f.Papers.Paths(ctx, paper.KindArticle)
		if err != nil {
			return 0, err
		}
		f.slugs = map[string]string{}
		for _, p := range paths {
			slug := path.Base(p)
			if _, twice := f.slugs[slug]; twice {
				p = ""
			}
			f.slugs[slug] = p
		}
	}
	u, err := url.Parse(o.link)
	if err != nil {
		u = &url.URL{}
	}
	p := cmp.Or(f.slugs[o.slug], f.slugs[strings.TrimSuffix(path.Base(u.Path), path.Ext(u.Path))], f.slugs[article.Slug(o.title)])
	if p == "" {
		return 0, nil
	}
	return f.at(ctx, p)
}

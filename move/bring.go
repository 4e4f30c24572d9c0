package move

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"lede/article"
	"lede/internal/fault"
	"lede/media"
	"lede/paper"
	"lede/section"
	"lede/staff"
)

// Desk is where pages that come in are put.
type Desk struct {
	Papers   *paper.Store
	Sections *section.Store
	Staff    *staff.Store
	Articles *article.Store
	Media    *media.Store
	// Fetch gets a picture from the public web.
	Fetch func(ctx context.Context, address string) ([]byte, error)
}

// Brought is what became of a page.
type Brought struct {
	Article article.Article
	Added   bool // false: this page was brought in before, and nothing was added
	Left    []string
}

// Bring makes an article of a page: a draft, or, if publish is set, one the public sees. Nothing is invented: a page
// that does not say when it was published is marked as seen on the day it shows, or else today. The same page twice is one article,
// and its pictures are fetched once.
func (d Desk) Bring(ctx context.Context, p Page, publish bool, now time.Time) (Brought, error) {
	key := "page:" + p.Key
	a, err := d.Articles.ByKey(ctx, key)
	added, left := false, []string(nil)
	if errors.Is(err, fault.NotFound) {
		a, added, left, err = d.add(ctx, p, key, now)
	}
	if err != nil {
		return Brought{}, err
	}
	if publish && a.Stage == article.Draft {
		at := now
		if !p.Published.IsZero() && p.Published.Before(now) {
			at = p.Published
		}
		if err := d.Articles.Publish(ctx, a.ID, a.Version, at, now, 0); err != nil {
			return Brought{}, err
		}
	}
	a, err = d.Articles.Get(ctx, a.ID)
	return Brought{a, added, left}, err
}

func (d Desk) add(ctx context.Context, p Page, key string, now time.Time) (a article.Article, added bool, left []string, err error) {
	t, left, err := d.text(ctx, p, now)
	if err != nil {
		return a, false, nil, err
	}
	a, added, err = d.Articles.Keep(ctx, t, key, now)
	return a, added, left, err
}

func (d Desk) text(ctx context.Context, p Page, now time.Time) (t article.Text, left []string, err error) {
	settings, err := d.Papers.Get(ctx)
	if err != nil {
		return t, nil, err
	}
	tree, err := d.Sections.Tree(ctx)
	if err != nil {
		return t, nil, err
	}
	t = article.Text{Lang: p.Lang, Kicker: p.Kicker, Headline: p.Headline, Summary: p.Summary, Sections: firstNews(tree)}
	if t.Lang == "" {
		t.Lang = settings.Main()
	}
	if p.Published.IsZero() {
		t.Seen = p.Seen
		if t.Seen == "" {
			t.Seen = now.In(settings.Clock()).Format(time.DateOnly)
		}
	}
	if p.URL != "" {
		t.Sources = []article.Source{{Name: site(p), URL: p.URL}}
	}
	if t.Bylines, err = d.bylines(ctx, p.Bylines, now); err != nil {
		return t, nil, err
	}
	had, left, err := d.pictures(ctx, p, now)
	if err != nil {
		return t, nil, err
	}
	t.Body = p.Body.Fetched(had)
	if id := had[p.Picture]; id != 0 {
		t.Lead = article.Picture{Media: id, Alt: p.PictureAbout.Alt, Caption: p.PictureAbout.Caption, Credit: p.PictureAbout.Credit}
	}
	return t, left, nil
}

func site(p Page) string {
	if p.Site != "" {
		return p.Site
	}
	u, err := url.Parse(p.URL)
	if err != nil {
		return p.URL
	}
	return strings.TrimPrefix(u.Host, "www.")
}

func firstNews(tree section.Tree) []int64 {
	for _, s := range tree.Below(0) {
		if s.Kind == section.News {
			return []int64{s.ID}
		}
	}
	return nil
}

// bylines are the people of those names, made known where they are not yet.
func (d Desk) bylines(ctx context.Context, names []string, now time.Time) ([]int64, error) {
	var ids []int64
	for _, name := range names {
		b, known, err := d.Staff.ByName(ctx, name)
		if err == nil && !known {
			b, err = d.newByline(ctx, name, now)
		}
		if err != nil {
			return nil, err
		}
		ids = append(ids, b.ID)
	}
	return ids, nil
}

func (d Desk) newByline(ctx context.Context, name string, now time.Time) (staff.Byline, error) {
	slug := article.Slug(name)
	if slug == "" {
		slug = "writer"
	}
	for n := 1; ; n++ {
		try := slug
		if n > 1 {
			try = fmt.Sprintf("%s-%d", slug, n)
		}
		b, err := d.Staff.Add(ctx, staff.Byline{Slug: try, Name: name}, now)
		if taken := fault.Form(nil); !errors.As(err, &taken) || n > 1000 {
			return b, err
		}
	}
}

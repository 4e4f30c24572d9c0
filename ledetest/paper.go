// Package ledetest opens a small paper with stories in it, for tests.
package ledetest

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lede/article"
	"lede/internal/blob"
	"lede/internal/db"
	"lede/internal/doc"
	"lede/internal/secret"
	"lede/press"
	"lede/section"
	"lede/staff"
)

// Noon is the moment at which every test paper begins: a Tuesday in June, noon in its zone.
var Noon = time.Date(2025, 6, 17, 16, 0, 0, 0, time.UTC)

// Paper is a paper in New York, in English and Arabic, with a clock that only the test moves.
type Paper struct {
	*press.Press
	T       testing.TB
	World   section.Section
	Opinion section.Section
	Ferries section.Section // below Harbor
	Harbor  section.Section
	Writer  staff.Byline
	now     atomic.Int64
}

// Open makes a paper in d.
func Open(t testing.TB, d *db.DB) *Paper {
	t.Helper()
	p := &Paper{T: t}
	p.now.Store(Noon.UnixMicro())
	files, err := blob.Disk(t.TempDir())
	p.must(err)
	t.Cleanup(func() { _ = files.Close() })
	p.Press, err = press.Open(t.Context(), d, files, secret.New(), p.Now, slog.New(slog.DiscardHandler))
	p.must(err)
	p.found()
	return p
}

// Now is what the paper's clock says.
func (p *Paper) Now() time.Time { return time.UnixMicro(p.now.Load()).UTC() }

// Pass lets time go by.
func (p *Paper) Pass(d time.Duration) { p.now.Add(d.Microseconds()) }

// Settle lets everybody who listens hear what has happened.
func (p *Paper) Settle() {
	p.T.Helper()
	p.must(p.Jobs.Drain(context.Background()))
}

func (p *Paper) must(err error) {
	p.T.Helper()
	if err != nil {
		p.T.Fatal(err)
	}
}

func (p *Paper) found() {
	ctx, now := p.T.Context(), p.Now()
	settings, err := p.Papers.Get(ctx)
	p.must(err)
	settings.Name, settings.Names = "The Narrows", map[string]string{"ar": "المضيق"}
	settings.Place, settings.Zone, settings.Langs, settings.Hours24 = "New York", "America/New_York", []string{"en", "ar"}, true
	p.must(p.Papers.Set(ctx, settings, now))
	for place, s := range []struct {
		into *section.Section
		slug string
		kind string
	}{{&p.World, "world", section.News}, {&p.Harbor, "harbor", section.News}, {&p.Opinion, "opinion", section.Opinion}, {&p.Ferries, "ferries", section.News}} {
		made := section.Section{Place: place, Slug: s.slug, Kind: s.kind, Names: map[string]string{"en": strings.ToUpper(s.slug[:1]) + s.slug[1:]}}
		if s.slug == "ferries" {
			made.Parent = p.Harbor.ID
		}
		*s.into, err = p.Sections.Add(ctx, made, now)
		p.must(err)
	}
	p.Writer, err = p.Staff.Add(ctx, staff.Byline{Slug: "ines-calloway", Name: "Inês Calloway"}, now)
	p.must(err)
}

// Text is an article in World by the paper's writer, with two paragraphs.
func (p *Paper) Text(headline string) article.Text {
	return article.Text{
		Lang: "en", Headline: headline, Summary: headline + ", in short.", Bylines: []int64{p.Writer.ID}, Sections: []int64{p.World.ID},
		Body: doc.New(doc.P("The first paragraph of "+headline+"."), doc.P("The second paragraph says more.")),
	}
}

// Write keeps a draft.
func (p *Paper) Write(t article.Text) article.Article {
	p.T.Helper()
	a, _, err := p.Articles.Keep(p.T.Context(), t, "", p.Now())
	p.must(err)
	return a
}

// Publish keeps an article and publishes it now.
func (p *Paper) Publish(t article.Text) article.Article { return p.PublishAt(t, p.Now()) }

// PublishAt keeps an article and publishes it for the moment at.
func (p *Paper) PublishAt(t article.Text, at time.Time) article.Article {
	p.T.Helper()
	a := p.Write(t)
	p.must(p.Articles.Publish(p.T.Context(), a.ID, a.Version, at, p.Now(), 0))
	return p.Article(a.ID)
}

// Article is the article of id as it now stands, in whatever stage.
func (p *Paper) Article(id int64) article.Article {
	p.T.Helper()
	a, err := p.Articles.Get(p.T.Context(), id)
	p.must(err)
	return a
}

package move

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lede/article"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/doc"
	"lede/ledetest"
)

// desk is where pages come in to a test's paper; fetched counts the pictures that were asked for.
func desk(p *ledetest.Paper, fetched *atomic.Int64) Desk {
	return Desk{Papers: p.Papers, Sections: p.Sections, Staff: p.Staff, Articles: p.Articles, Media: p.Media,
		Fetch: func(_ context.Context, address string) ([]byte, error) {
			fetched.Add(1)
			if !strings.HasSuffix(address, ".png") {
				return nil, errors.New("there is none")
			}
			var b bytes.Buffer
			err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 300+len(address), 200)))
			return b.Bytes(), err
		}}
}

func illustrated() Page {
	at := func(src string) doc.Node { return doc.Node{Type: "picture", Attrs: doc.Attrs{Src: src, Alt: "A boat"}} }
	return Page{Headline: "Boat Is Back", Lang: "en", Key: "k1", Bylines: []string{"Ida Tillery"}, Picture: "http://a.example/lead.png",
		PictureAbout: About{Caption: "Back at last"},
		Body:         doc.New(doc.P("The boat is back at the pier."), at("http://a.example/one.png"), at("http://a.example/gone.gif"), doc.P("She was away."))}
}

func TestPageIsBroughtInOnceWithItsPictures(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := ledetest.Open(t, d)
		var fetched atomic.Int64
		b, err := desk(p, &fetched).Bring(t.Context(), illustrated(), false, p.Now())
		if err != nil || !b.Added || b.Article.Stage != article.Draft || b.Article.Path != "" {
			t.Fatalf("%+v, %v", b, err)
		}
		if len(b.Left) != 1 || !strings.Contains(b.Left[0], "gone.gif") || fetched.Load() != 3 {
			t.Errorf("left %q after asking %d times", b.Left, fetched.Load())
		}
		if b.Article.Lead.Media == 0 || b.Article.Lead.Caption != "Back at last" || len(b.Article.Body.Media()) != 1 || b.Article.Seen != "2025-06-17" {
			t.Errorf("the article is %+v", b.Article)
		}
		again, err := desk(p, &fetched).Bring(t.Context(), illustrated(), true, p.Now())
		if err != nil || again.Added || again.Article.ID != b.Article.ID || again.Article.Stage != article.Published {
			t.Errorf("again: %+v, %v", again, err)
		}
		if fetched.Load() != 3 {
			t.Errorf("its pictures were fetched again: %d times", fetched.Load())
		}
	})
}

func TestWithdrawnArticleDoesNotComeBackByImport(t *testing.T) {
	p := ledetest.Open(t, dbtest.Open(t, dbtest.SQLite(t)))
	var fetched atomic.Int64
	b, err := desk(p, &fetched).Bring(t.Context(), illustrated(), true, p.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Articles.Withdraw(t.Context(), b.Article.ID, b.Article.Version, article.Withdrawal{Note: "It was wrong."}, 0, p.Now()); err != nil {
		t.Fatal(err)
	}
	again, err := desk(p, &fetched).Bring(t.Context(), illustrated(), true, p.Now())
	if err != nil || again.Article.Stage != article.Withdrawn {
		t.Errorf("it is %s, %v", again.Article.Stage, err)
	}
}

// A server that never answers costs the whole import twenty seconds, not ten for each picture.
func TestPicturesThatDoNotComeDoNotHoldUpTheImport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := Desk{Fetch: func(ctx context.Context, _ string) ([]byte, error) {
			select {
			case <-ctx.Done():
			case <-time.After(10 * time.Second):
			}
			return nil, errors.New("no answer")
		}}
		var page Page
		for i := range 100 {
			page.Body.Blocks = append(page.Body.Blocks, doc.Node{Type: "picture", Attrs: doc.Attrs{Src: "http://a.example/" + strings.Repeat("a", i+1)}})
		}
		began := time.Now()
		had, left, err := slow.pictures(t.Context(), page, began)
		if err != nil || len(had) != 0 || len(left) != 100 {
			t.Errorf("had %d, left %d, %v", len(had), len(left), err)
		}
		if took := time.Since(began); took > fetchTime {
			t.Errorf("it took %s", took)
		}
	})
}

func TestInterruptedImportLeavesNoArticle(t *testing.T) {
	p := ledetest.Open(t, dbtest.Open(t, dbtest.SQLite(t)))
	ctx, stop := context.WithCancel(t.Context())
	var fetched atomic.Int64
	d := desk(p, &fetched)
	d.Fetch = func(context.Context, string) ([]byte, error) {
		stop()
		return nil, errors.New("stopped")
	}
	if _, err := d.Bring(ctx, illustrated(), true, p.Now()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if some, err := p.Articles.Any(t.Context()); err != nil || some {
		t.Errorf("articles: %v, %v", some, err)
	}
}

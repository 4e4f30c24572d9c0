package paper_test

import (
	"context"
	"errors"
	"testing"

	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/ledetest"
	"lede/paper"
)

func each(t *testing.T, story func(t *testing.T, p *ledetest.Paper)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { story(t, ledetest.Open(t, d)) })
}

func TestSettingsThatCannotBeAreRefused(t *testing.T) {
	for field, change := range map[string]func(*paper.Paper){
		"name":    func(p *paper.Paper) { p.Name = " " },
		"zone":    func(p *paper.Paper) { p.Zone = "Mars/Base" },
		"langs":   func(p *paper.Paper) { p.Langs = []string{"en", "../x"} },
		"address": func(p *paper.Paper) { p.Address = "https://a.example/path" },
		"plate":   func(p *paper.Paper) { p.Plate = paper.Plate{Box: "0 0 1 1", Path: `"/><script>`} },
		"menu":    func(p *paper.Paper) { p.Menu = []paper.Link{{To: "//evil.example"}} },
	} {
		p := paper.New()
		if p.Check() != nil {
			t.Fatal("a new paper cannot be")
		}
		change(&p)
		var form fault.Form
		if err := p.Check(); !errors.As(err, &form) || form[field] == "" {
			t.Errorf("%s: %v, wanted what to mend there", field, err)
		}
	}
}

func TestTwoEditorsSetThePaperAtOnce(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		first, err := p.Papers.Get(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		second := first
		first.Name, second.Name = "  First  \x01", "Second"
		if err := p.Papers.Set(t.Context(), first, p.Now()); err != nil {
			t.Fatal(err)
		}
		if err := p.Papers.Set(t.Context(), second, p.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("the second gets %v, wanted a conflict", err)
		}
		if now, err := p.Papers.Get(t.Context()); err != nil || now.Name != "First" {
			t.Errorf("the paper is called %q (%v)", now.Name, err)
		}
	})
}

func TestAddressIsGivenOnce(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		err := p.DB.Tx(t.Context(), func(ctx context.Context, q db.Q) error {
			if err := paper.Claim(ctx, q, "/2025/06/x", paper.KindArticle, 1, p.Now()); err != nil {
				t.Errorf("a free address: %v", err)
			}
			if err := paper.Claim(ctx, q, "/2025/06/x", paper.KindArticle, 1, p.Now()); err != nil {
				t.Errorf("its own address again: %v", err)
			}
			if err := paper.Claim(ctx, q, "/2025/06/x", paper.KindArticle, 2, p.Now()); !errors.As(err, new(fault.Form)) {
				t.Errorf("another's address: %v", err)
			}
			near, err := paper.ClaimNear(ctx, q, "/2025/06/x", paper.KindArticle, 2, p.Now())
			if err != nil || near != "/2025/06/x-2" {
				t.Errorf("near it: %s (%v)", near, err)
			}
			if err := paper.Move(ctx, q, "/2025/06/x", "/2025/06/x-2", p.Now()); err != nil {
				return err
			}
			if err := paper.Claim(ctx, q, "/2025/06/x", paper.KindArticle, 3, p.Now()); !errors.As(err, new(fault.Form)) {
				t.Errorf("an address that moved: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		var moved fault.Moved
		if _, err := p.Papers.At(t.Context(), "/2025/06/x"); !errors.As(err, &moved) || moved.To != "/2025/06/x-2" {
			t.Errorf("what moved is %v", err)
		}
		if _, err := p.Papers.At(t.Context(), "/never"); !errors.Is(err, fault.NotFound) {
			t.Errorf("what never was is %v", err)
		}
	})
}

func TestStandingPageIsReadInTheReadersLanguageOrAnother(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		page := paper.Page{Slug: "imprint", Lang: "en", Title: "Imprint", Body: doc.New(doc.P("Who."), doc.PictureOf(77, "x", "", ""))}
		if err := p.Papers.SetPage(t.Context(), page, p.Now()); err != nil {
			t.Fatal(err)
		}
		for _, lang := range []string{"en", "ar"} {
			if got, err := p.Papers.Page(t.Context(), "imprint", lang); err != nil || got.Title != "Imprint" {
				t.Errorf("in %s it is %q (%v)", lang, got.Title, err)
			}
		}
		if err := p.Papers.SetPage(t.Context(), page, p.Now()); err == nil {
			t.Error("a second page of that name was made")
		}
		for id, want := range map[int64]bool{77: true, 78: false} {
			if got, err := p.Papers.Shows(t.Context(), id); err != nil || got != want {
				t.Errorf("medium %d is shown: %v (%v)", id, got, err)
			}
		}
		page.Version, page.Body.Blocks = 1, []doc.Node{{Type: "unheard-of"}}
		if err := p.Papers.SetPage(t.Context(), page, p.Now()); !errors.As(err, new(fault.Form)) {
			t.Errorf("a text that cannot be shown: %v", err)
		}
	})
}

func TestLineIsWhatAPersonMeant(t *testing.T) {
	for in, want := range map[string]string{" a \t b\n": "a b", "a\x00today/en\x00b": "atoday/enb", "\xffx": "x", "e\u0301": "é", "\u200fعربي": "\u200fعربي", "\u0085": ""} {
		if got := paper.Line(in); got != want {
			t.Errorf("%q is kept as %q, wanted %q", in, got, want)
		}
	}
}

package paper_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"lede/internal/audit"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/ledetest"
	"lede/paper"
)

func TestEverySavedSettingKeepsTheFormer(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		ctx := audit.As(t.Context(), audit.Actor{ID: 7, Name: "Ana"})
		for _, motto := range []string{"One", "Two", "Three"} {
			s, err := p.Papers.Get(ctx)
			if err != nil {
				t.Fatal(err)
			}
			s.Motto = motto
			p.Pass(time.Minute)
			if err := p.Papers.Set(ctx, s, p.Now()); err != nil {
				t.Fatal(err)
			}
		}
		list, err := p.Papers.Versions(ctx, 0, 2)
		if err != nil || len(list) != 2 || list[0].By != "Ana" || !list[0].At.Equal(p.Now()) || fmt.Sprint(list[0].Changed) != "[motto]" {
			t.Fatalf("the versions are %+v, %v", list, err)
		}
		if list, _ = p.Papers.Versions(ctx, list[1].N, 100); len(list) < 2 {
			t.Errorf("before them are %+v", list)
		}
		now, _ := p.Papers.Get(ctx)
		old, v, err := p.Papers.Version(ctx, now.Version-2)
		if err != nil || old.Motto != "One" || v.By != "Ana" {
			t.Errorf("the version before the last is %q by %s, %v", old.Motto, v.By, err)
		}
		if first, _, err := p.Papers.Version(ctx, 1); err != nil || first.Name != "A New Paper" {
			t.Errorf("the first is %q, %v", first.Name, err)
		}
		if _, _, err := p.Papers.Version(ctx, 99); !errors.Is(err, fault.NotFound) {
			t.Errorf("one that never was: %v", err)
		}
	})
}

func TestStandingPagesAreVersioned(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		ctx := audit.As(t.Context(), audit.Actor{ID: 7, Name: "Ana"})
		page := paper.Page{Slug: "contact", Lang: "en", Title: "Contact", Body: doc.New(doc.P("Call us."))}
		if err := p.Papers.SetPage(ctx, page, p.Now()); err != nil {
			t.Fatal(err)
		}
		if err := p.Papers.SetPage(ctx, page, p.Now()); !fault.IsInvalid(err) {
			t.Errorf("made twice: %v", err)
		}
		page.Version, page.Title, page.Body = 1, "Write to us", doc.New(doc.P("Write."))
		if err := p.Papers.SetPage(ctx, page, p.Now()); err != nil {
			t.Fatal(err)
		}
		if err := p.Papers.SetPage(ctx, page, p.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("a stale page gives %v", err)
		}
		kept, err := p.Papers.Page(ctx, "contact", "en")
		if err != nil || kept.Version != 2 {
			t.Fatal(kept.Version, err)
		}
		list, err := p.Papers.PageVersions(ctx, kept.ID)
		if err != nil || len(list) != 2 || list[0].Title != "Write to us" || list[1].Title != "Contact" || list[1].Body.Text() != "Call us." || list[1].By != "Ana" {
			t.Errorf("the versions are %+v, %v", list, err)
		}
		page.Version, page.Lang = 0, "ar"
		if err := p.Papers.SetPage(ctx, page, p.Now()); err != nil {
			t.Fatal(err)
		}
		if all, err := p.Papers.AllPages(ctx); err != nil || len(all) != 2 {
			t.Errorf("all pages are %d, %v", len(all), err)
		}
		if err := p.Papers.RemovePage(ctx, "contact", "en", 1, p.Now()); !errors.Is(err, fault.Conflict) {
			t.Errorf("a stale removal gives %v", err)
		}
		if err := p.Papers.RemovePage(ctx, "contact", "en", 2, p.Now()); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Papers.At(ctx, "/contact"); err != nil {
			t.Errorf("while another language has it: %v", err)
		}
		if err := p.Papers.RemovePage(ctx, "contact", "ar", 1, p.Now()); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Papers.At(ctx, "/contact"); !errors.As(err, new(fault.Moved)) {
			t.Errorf("removed, its address gives %v", err)
		}
	})
}

func TestRedirectsLeadWhereAPersonSays(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		lead := func(from, to string) error { return p.Papers.Lead(t.Context(), from, to, p.Now()) }
		for from, to := range map[string]string{"/2019/old/": "/world", "/gone.html": "https://example.org/x", "/old-name": "/2019/old"} {
			if err := lead(from, to); err != nil {
				t.Fatalf("%s to %s: %v", from, to, err)
			}
		}
		var moved fault.Moved
		if _, err := p.Papers.At(t.Context(), "/2019/old"); !errors.As(err, &moved) || moved.To != "/world" {
			t.Errorf("it leads to %v", err)
		}
		for name, pair := range map[string][2]string{
			"from what stands":    {"/world", "/opinion"},
			"from the front":      {"/", "/world"},
			"from robots.txt":     {"/robots.txt", "/world"},
			"from the newsroom":   {"/newsroom/x", "/world"},
			"from elsewhere":      {"https://example.org/", "/world"},
			"from nowhere":        {"", "/world"},
			"from a question":     {"/a?b=1", "/world"},
			"to nowhere":          {"/a", ""},
			"to a script":         {"/a", "javascript:alert(1)"},
			"to another site, //": {"/a", "//example.org"},
			"to itself":           {"/a", "/a"},
			"in a ring":           {"/2019/old", "/old-name"},
		} {
			if err := lead(pair[0], pair[1]); !errors.As(err, new(fault.Form)) {
				t.Errorf("%s: %v", name, err)
			}
		}
		list, err := p.Papers.Redirects(t.Context(), "old", "", 10)
		if err != nil || len(list) != 2 || list[0].From != "/2019/old" || !list[0].ByHand {
			t.Errorf("searched they are %+v, %v", list, err)
		}
		if list, _ = p.Papers.Redirects(t.Context(), "", "/2019/old", 1); len(list) != 1 || list[0].From != "/gone.html" {
			t.Errorf("the next is %+v", list)
		}
		if err := p.Papers.Unlead(t.Context(), "/gone.html", p.Now()); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Papers.At(t.Context(), "/gone.html"); !errors.Is(err, fault.NotFound) {
			t.Errorf("taken away it gives %v", err)
		}
		if err := p.Sections.Remove(t.Context(), p.Ferries.ID, p.Now()); err != nil {
			t.Fatal(err)
		}
		if err := p.Papers.Unlead(t.Context(), "/ferries", p.Now()); !fault.IsInvalid(err) {
			t.Errorf("one of the paper's own: %v", err)
		}
		if err := p.Papers.Unlead(t.Context(), "/none", p.Now()); !errors.Is(err, fault.NotFound) {
			t.Errorf("none: %v", err)
		}
		if acts, _ := p.Audit.Acts(t.Context()); !strings.Contains(strings.Join(acts, " "), "redirect.remove redirect.set") {
			t.Errorf("recorded are %v", acts)
		}
	})
}

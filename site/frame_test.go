package site

import (
	"strings"
	"testing"

	"lede/article"
	"lede/internal/doc"
)

func TestFreeCodeRunsInASandboxOfItsOwn(t *testing.T) {
	s := open(t)
	text := s.Text("High water")
	text.Body = doc.New(doc.P("See the tides."), doc.Frame(`Tides "now"`, "<script>document.body.append('tide')</script>", 300))
	block := text.Body.Blocks[1].ID
	draft := s.Write(text)
	s.is(404, framesOf(draft.ID)(block), "")
	a := s.Publish(text)
	s.Settle()
	path := framesOf(a.ID)(block)
	page := s.get(a.Path)
	if !strings.Contains(page.body, `<iframe src="`+path+`" sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox" loading="lazy" title="Tides &#34;now&#34;" height="300"></iframe>`) {
		t.Error("the article does not show its frame")
	}
	if strings.Contains(page.body, "append('tide')") {
		t.Error("code of people stands in the page itself")
	}
	if csp := page.header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-src 'self'; ") {
		t.Errorf("the page may not show its frame: %s", csp)
	}
	if csp := s.get("/").header.Get("Content-Security-Policy"); strings.Contains(csp, "frame-src") {
		t.Errorf("a page without a frame may show some: %s", csp)
	}
	for range 2 { // the second time from the cache
		got := s.is(200, path, "")
		if !strings.Contains(got.body, "append('tide')") || !strings.Contains(got.body, `<title>Tides &#34;now&#34;</title>`) {
			t.Errorf("the frame is %s", got.body)
		}
		for name, want := range map[string]string{
			"Content-Security-Policy": "sandbox allow-scripts allow-popups", "X-Frame-Options": "SAMEORIGIN", "Cross-Origin-Resource-Policy": "same-origin",
			"X-Content-Type-Options": "nosniff", "Content-Type": "text/html; charset=utf-8", "X-Robots-Tag": "noindex",
		} {
			if !strings.Contains(got.header.Get(name), want) {
				t.Errorf("the frame has %s: %s", name, got.header.Get(name))
			}
		}
		if csp := got.header.Get("Content-Security-Policy"); strings.Contains(csp, "allow-same-origin") || !strings.HasPrefix(csp, "default-src 'none';") || !strings.Contains(csp, "frame-ancestors 'self'") {
			t.Errorf("the frame may do too much: %s", csp)
		}
	}
	for _, feed := range []string{"/rss.xml", "/atom.xml", "/feed.json"} {
		s.shows(feed, "http://narrows.example"+path)
		s.hides(feed, "append('tide')")
	}
	for _, wrong := range []string{"/frame/x/" + block, "/frame/0/" + block, "/frame/" + "00" + strings.TrimPrefix(path, "/frame/"), framesOf(a.ID)("nothing00"), framesOf(a.ID)(text.Body.Blocks[0].ID), "/frame"} {
		s.is(404, wrong, "")
	}
	s.withdraw(a.ID, "Wrong tides.")
	if got := s.is(410, path, ""); strings.Contains(got.body, "append('tide')") {
		t.Error("the frame of a withdrawn article is still served")
	}
}

func TestFrameChangesWithItsArticle(t *testing.T) {
	s := open(t)
	text := s.Text("High water")
	text.Body = doc.New(doc.P("See the tides."), doc.Frame("", "three metres", 0))
	a := s.PublishAt(text, s.Now())
	s.Settle()
	path := framesOf(a.ID)(a.Body.Blocks[1].ID)
	s.shows(path, "three metres")
	now := s.Article(a.ID)
	body := now.Body.Clone()
	body.Blocks[1].Attrs.Code = "four metres"
	now.Body = body
	s.must(s.Articles.Amend(t.Context(), a.ID, now.Version, now.Text, article.Amendment{Kind: article.Correction, Note: "The tide was higher."}, 0, s.Now()))
	s.Settle()
	s.shows(path, "four metres")
	s.must(s.Articles.Redact(t.Context(), a.ID, s.Article(a.ID).Version, article.Blanking{Passages: []string{"four metres"}, Note: "By order of a court."}, 0, s.Now()))
	s.Settle()
	s.hides(path, "four metres")
}

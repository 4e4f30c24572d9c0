package site

import (
	"context"
	"strings"
	"testing"

	"lede/article"
	"lede/ledetest/needs"
	"lede/media"
)

func TestPicturesAreOfferedInSmallerFormats(t *testing.T) {
	needs.Programs(t, "cwebp", "avifenc")
	s := open(t)
	tools := media.FindTools()
	a := s.Text("Ferries")
	a.Lead = article.Picture{Media: s.add("boat").ID, Alt: "A boat"}
	p := s.Publish(a)
	s.hides(p.Path, "<picture>")
	s.hides("/", "<picture>")
	s.Media.Equip(tools)
	s.must(s.Media.EnrichOlder(context.Background()))
	s.Settle()
	found, err := s.Media.Get(context.Background(), a.Lead.Media)
	s.must(err)
	for i, source := range found[a.Lead.Media].Sources() {
		for _, path := range []string{p.Path, "/", "/world"} {
			if path == "/world" && i > 0 {
				continue // in lists the smallest alone
			}
			s.shows(path, `<source type="`+source.Type+`" srcset="`+source.Srcset+`" sizes="`)
		}
		first, _, _ := strings.Cut(source.Srcset, " ")
		if got := s.is(200, first, ""); got.header.Get("Content-Type") != source.Type || !strings.Contains(got.header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s is sent with %v", first, got.header)
		}
	}
	s.hides("/rss.xml", "webp")
}

func TestWhatTheLawTookIsGoneFromEveryPage(t *testing.T) {
	s := open(t)
	a := s.Text("Ferries")
	m := s.add("boat")
	a.Lead = article.Picture{Media: m.ID, Alt: "A boat"}
	p := s.Publish(a)
	s.shows(p.Path, file(m))
	s.is(200, file(m), "")
	s.must(s.Media.Redact(context.Background(), m.ID, 7, s.Now()))
	s.Settle()
	s.hides(p.Path, m.Token)
	s.hides("/", m.Token)
	s.is(410, file(m), "")
}

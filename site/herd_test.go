package site

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lede/article"
	"lede/internal/doc"
	"lede/paper"
)

func TestPagesAreSentAsTheReaderCanTakeThem(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("One"))
	s.Settle()
	for _, path := range append(s.kinds(a)[:17:17], "/nowhere") {
		plain := s.get(path)
		for coding, packed := range map[string]bool{"gzip": true, "gzip, deflate, br, zstd": true, "*": true, "gzip;q=0.5": true, "x-gzip": true,
			"br": false, "identity": false, "": false, "gzip;q=0": false, "*;q=0": false, "gzip;q=0, *": false, "deflate": false, "gzip;q=0.000, identity": false} {
			got := s.get(path, "Accept-Encoding", coding)
			if is := got.header.Get("Content-Encoding") == "gzip"; is != packed {
				t.Errorf("%s for %q: packed %v, wanted %v", path, coding, is, packed)
				continue
			}
			text := got.body
			if packed {
				text = unpack(t, got)
			}
			if text != plain.body || got.header.Get("Content-Length") != fmt.Sprint(len(got.body)) || got.header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%s for %q: not the same page, length %s of %d, Vary %q", path, coding, got.header.Get("Content-Length"), len(got.body), got.header.Get("Vary"))
			}
			if tag := got.header.Get("Etag"); tag != "" {
				if again := s.get(path, "Accept-Encoding", coding, "If-None-Match", tag); again.status != 304 || again.body != "" {
					t.Errorf("%s for %q asked again: %d", path, coding, again.status)
				}
			}
		}
	}
}

func TestFeedIsSentAnewWhenSomethingWentFromIt(t *testing.T) {
	s := open(t)
	a, b := s.Publish(s.Text("Stays")), s.Publish(s.Text("Goes"))
	s.Settle()
	for _, path := range []string{"/rss.xml", "/atom.xml", "/feed.json", a.Path} {
		first := s.get(path)
		var since []string
		if at := first.header.Get("Last-Modified"); at != "" {
			since = []string{"If-Modified-Since", at}
		} else {
			since = []string{"If-Modified-Since", s.Now().Format(http.TimeFormat)}
		}
		if path == "/rss.xml" {
			s.withdraw(b.ID, "Untrue.")
		}
		if got := s.get(path, since...); got.status != 200 || strings.Contains(got.body, b.Path) {
			t.Errorf("%s asked by date alone: %d", path, got.status)
		}
	}
}

func TestHerdOnAColdPageMakesItOnce(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("Everybody comes"))
	s.Settle()
	for _, path := range []string{a.Path, "/", "/rss.xml"} {
		var wg sync.WaitGroup
		gate := make(chan struct{})
		var wrong atomic.Int64
		before := s.made()
		for range 200 {
			wg.Go(func() {
				<-gate
				r := httptest.NewRequest("GET", "http://narrows.example"+path, nil)
				w := httptest.NewRecorder()
				s.door.ServeHTTP(w, r)
				if w.Code != 200 || !strings.Contains(w.Body.String(), a.Headline) {
					wrong.Add(1)
				}
			})
		}
		close(gate)
		wg.Wait()
		if made := s.made() - before; made != 1 || wrong.Load() > 0 {
			t.Errorf("%s was made %d times for 200 readers, %d of whom saw something else; wanted once", path, made, wrong.Load())
		}
	}
}

func TestWhoReadsWhilePublishingSeesOneVersion(t *testing.T) {
	s := open(t)
	version := func(n int) (text article.Text) {
		text = s.Text("Race")
		text.Slug, text.Headline = "race", fmt.Sprintf("Race <%d>", n)
		text.Summary, text.Body = text.Headline, doc.New(doc.P(fmt.Sprintf("Text %d.", n)))
		return text
	}
	a := s.Publish(version(0))
	s.Jobs.Start(context.Background())
	t.Cleanup(func() { _ = s.Jobs.Stop(context.Background()) })
	var stop atomic.Bool
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for !stop.Load() {
				r := httptest.NewRequest("GET", "http://narrows.example"+a.Path, nil)
				w := httptest.NewRecorder()
				s.door.ServeHTTP(w, r)
				page := w.Body.String()
				n := between(page, "<h1>Race &lt;", "&gt;")
				if w.Code != 200 || between(page, "<p>Text ", ".") != n || n != "0" && between(page, "Note ", ".") != n {
					t.Errorf("%d: headline %s, text %s, correction %s", w.Code, n, between(page, "<p>Text ", "."), between(page, "Note ", "."))
					return
				}
			}
		})
	}
	for n := 1; n <= 60; n++ {
		s.Pass(time.Second)
		s.must(s.Articles.Amend(t.Context(), a.ID, s.Article(a.ID).Version, version(n), article.Amendment{Kind: article.Correction, Note: fmt.Sprintf("Note %d.", n)}, 0, s.Now()))
		s.cache.Purge(tagArticle(a.ID)) // and once more, so that there is much to make
	}
	stop.Store(true)
	wg.Wait()
}

func between(text, before, after string) string {
	_, rest, _ := strings.Cut(text, before)
	found, _, _ := strings.Cut(rest, after)
	return found
}

func TestSamePageTwiceIsTheSameBytes(t *testing.T) {
	s := open(t)
	text := s.Text("Once")
	text.Kicker, text.Group = "Kicker", 9
	text.Sections = []int64{s.World.ID, s.Ferries.ID, s.Opinion.ID}
	a := s.Publish(text)
	ar := s.Text("مرة")
	ar.Lang, ar.Group, ar.Slug = "ar", 9, "marra"
	s.Publish(ar)
	s.Pass(time.Minute)
	s.amend(a.ID, func(t *article.Text) { t.Kicker, t.Headline, t.Summary = "Other", "Twice", "Other summary" }, article.Correction, "Why.")
	s.settings(func(p *paper.Paper) {
		p.Names = map[string]string{"ar": "المضيق", "es": "El Estrecho"}
		p.Places = map[string]string{"ar": "نيويورك"}
	})
	s.standing("imprint", "en", "Imprint", "Who.")
	first := map[string]answer{}
	for _, path := range append(s.kinds(s.Article(a.ID)), "/imprint", "/ar/imprint", "/nowhere") {
		first[path] = s.get(path)
	}
	for range 8 {
		s.cache.Purge(tagPaper)
		s.cache.RefreshShared("")
		for path, want := range first {
			if got := s.get(path); got.body != want.body || got.header.Get("Etag") != want.header.Get("Etag") {
				t.Errorf("%s is other bytes when it is made again: %s", path, difference([]byte(got.body), []byte(want.body)))
			}
		}
	}
}

func TestPackedPageIsOneStream(t *testing.T) {
	s := open(t)
	s.Publish(s.Text("One"))
	s.Settle()
	got := s.get("/", "Accept-Encoding", "gzip")
	z, err := gzip.NewReader(bytes.NewReader([]byte(got.body)))
	s.must(err)
	z.Multistream(false)
	text, err := io.ReadAll(z)
	s.must(err)
	if !bytes.HasSuffix(text, []byte("</footer>")) || string(text) != s.read("/") {
		t.Error("the first stream is not the whole page")
	}
}

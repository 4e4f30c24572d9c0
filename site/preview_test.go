package site

import (
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"lede/article"
	"lede/front"
	"lede/internal/doc"
	"lede/internal/fault"
)

const under = "/newsroom/preview/then"

// glance is a page as staff look at it.
func (s *stand) glance(g Glance) string {
	s.t.Helper()
	if g.Under == "" {
		g.Under = under
	}
	page, err := s.site.Preview(s.t.Context(), g)
	s.must(err)
	return string(page.Body)
}

func wants(t *testing.T, page, where string, shows bool, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(page, text) != shows {
			t.Errorf("%s: %q is there: %v, wanted %v", where, text, !shows, shows)
		}
	}
}

func TestPaperIsShownAsItWillBe(t *testing.T) {
	s := open(t)
	s.Publish(s.Text("Today's news"))
	tomorrow := s.Now().Add(19 * time.Hour)
	ahead := s.PublishAt(s.Text("Tomorrow's news"), tomorrow)
	s.Settle()
	_, err := s.Fronts.SetAlert(t.Context(), front.Alert{Lang: "en", Text: "Storm tomorrow", Begins: tomorrow, Ends: tomorrow.Add(time.Hour)}, s.Now())
	s.must(err)
	s.Settle()
	for _, path := range []string{"/", "/world", "/2025/06/18", "/by/ines-calloway", ahead.Path} {
		wants(t, s.glance(Glance{Path: path, At: tomorrow}), path, true, "Tomorrow&#39;s news", "Storm tomorrow", "Wednesday, June 18, 2025")
		wants(t, s.get(path).body, path+" for readers", false, "Tomorrow&#39;s news", "Storm tomorrow")
	}
	wants(t, s.glance(Glance{Path: "/", At: tomorrow.Add(-time.Minute)}), "a minute before", false, "Tomorrow&#39;s news", "Storm tomorrow")
	wants(t, s.glance(Glance{Path: ahead.Path, At: s.Now()}), "its address before its time", false, "Tomorrow&#39;s news")
	s.hides("/", "Tomorrow")
}

func TestPreviewLeadsNowhereElse(t *testing.T) {
	s := open(t)
	m := s.add("A boat")
	text := s.Text("With a picture")
	text.Lead = article.Picture{Media: m.ID}
	text.Body = doc.New(doc.P("[In the paper](/world) and [out of it](https://other.example/)."), doc.PictureOf(m.ID, "", "", ""), doc.Frame("Tides", "<b>three metres</b>", 0))
	a := s.Publish(text)
	s.Settle()
	addresses := regexp.MustCompile(` (?:href|src|srcset|action|poster)="(/[^"]*)"`)
	for _, path := range []string{"/", "/ar", "/world", a.Path, a.Path + "/history", "/nowhere"} {
		page := s.glance(Glance{Path: path, At: s.Now(), Look: "dark"})
		for _, found := range addresses.FindAllStringSubmatch(page, -1) {
			for _, one := range strings.Split(found[1], ", ") {
				if !strings.HasPrefix(one, under+"/") && !strings.HasPrefix(one, "/assets/") && !strings.HasPrefix(one, "/icon/") && one != "/site.webmanifest" {
					t.Errorf("%s leads out of the preview to %s", path, one)
				}
			}
		}
		wants(t, page, path, true, ` data-look="dark"`)
	}
	page := s.glance(Glance{Path: a.Path, At: s.Now()})
	block := a.Body.Blocks[2].ID
	wants(t, page, "the article", true, `<a href="`+under+`/world">In the paper</a>`, `<a href="https://other.example/">`, `src="`+under+framesOf(a.ID)(block)+`"`, `src="`+under+file(m))
	frame, err := s.site.Preview(t.Context(), Glance{Path: framesOf(a.ID)(block), At: s.Now(), Under: under})
	if err != nil || !strings.Contains(string(frame.Body), "three metres") || !strings.Contains(frame.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the frame is %s (%v)", frame.Body, err)
	}
	_, err = s.site.Preview(t.Context(), Glance{Path: "/ar" + a.Path, At: s.Now(), Under: under})
	var moved fault.Moved
	if !errors.As(err, &moved) || moved.To != under+a.Path {
		t.Errorf("what moved gives %v", err)
	}
	gone, err := s.site.Preview(t.Context(), Glance{Path: "/nowhere", At: s.Now(), Under: under})
	if err != nil || gone.Status != http.StatusNotFound {
		t.Errorf("what is not there gives %d (%v)", gone.Status, err)
	}
	for _, path := range []string{"nowhere", "", "/world?page=x", "/frame/x/y", "http://[::1"} {
		if _, err := s.site.Preview(t.Context(), Glance{Path: path, At: s.Now(), Under: under}); !errors.Is(err, fault.NotFound) {
			t.Errorf("%q gives %v", path, err)
		}
	}
}

func TestDraftIsShownAsIfPublished(t *testing.T) {
	s := open(t)
	old := s.Publish(s.Text("Old news"))
	about := s.topic("tides", "Tides")
	text := s.Text("A draft of mine")
	text.Topics, text.Sections = []int64{about.ID}, []int64{s.Ferries.ID}
	text.Body = doc.New(doc.P("Not out yet."), doc.Frame("", "<b>four metres</b>", 0))
	draft := s.Write(text)
	then := s.Now().Add(time.Minute)
	g := Glance{At: then, Shown: []article.Article{draft}}
	for _, path := range []string{"/", "/harbor", "/ferries", "/tides", "/by/ines-calloway", "/2025/06/17", "/2025/06/a-draft-of-mine", old.Path} {
		g.Path = path
		wants(t, s.glance(g), path, true, "A draft of mine", under+"/2025/06/a-draft-of-mine")
	}
	g.Path = "/world"
	if list, _, _ := strings.Cut(s.glance(g), "<aside"); strings.Contains(list, "A draft of mine") {
		t.Error("a section lists what is not of it")
	}
	g.Path = framesOf(draft.ID)(draft.Body.Blocks[1].ID)
	wants(t, s.glance(g), "its frame", true, "four metres")
	g.Path, g.Picks = "/", map[string][]front.Pick{"en": {{Article: draft.ID, Headline: "It leads"}}}
	page := s.glance(g)
	if strings.Index(page, "It leads") > strings.Index(page, "Old news") || !strings.Contains(page, "It leads") {
		t.Error("what was picked does not lead")
	}
	change := s.Article(old.ID)
	change.Headline, change.Body = "News as it will be", doc.New(doc.P("Mended."))
	drawn, err := s.site.PreviewDraft(t.Context(), change, Glance{At: then, Under: under})
	s.must(err)
	wants(t, string(drawn.Body), "the working copy", true, "News as it will be", "Mended.")
	wants(t, s.glance(Glance{Path: "/", At: then, Shown: []article.Article{change}}), "the front", true, "News as it will be")
	for _, path := range []string{"/", "/harbor", old.Path, "/2025/06/a-draft-of-mine"} {
		wants(t, s.get(path).body, path+" for readers", false, "A draft of mine", "News as it will be", "It leads")
	}
}

package site

import (
	"strings"
	"testing"
	"time"

	"lede/front"
)

func TestAlertStandsOnEveryPageUntilItsEnd(t *testing.T) {
	s := open(t)
	a := s.Publish(s.Text("One"))
	s.standing("contact", "en", "Contact", "Write to us.")
	pages := []string{"/", "/world", "/2025/06/17", "/by/ines-calloway", "/contact", a.Path, a.Path + "/history"}
	for _, path := range pages {
		s.hides(path, `class="alert"`)
	}
	s.get("/nowhere")
	made := s.made()
	flood := front.Alert{Lang: "en", Text: "Flood <warning> for the harbor", Link: a.Path, Begins: s.Now().Add(time.Minute), Ends: s.Now().Add(time.Hour)}
	flood, err := s.Fronts.SetAlert(t.Context(), flood, s.Now())
	s.must(err)
	s.Settle()
	s.hides("/", `class="alert"`)
	s.Pass(time.Minute)
	want := `<aside class="alert" aria-label="Alert"><p><a href="` + a.Path + `">Flood &lt;warning&gt; for the harbor</a></p></aside><header`
	for _, path := range pages {
		if !strings.Contains(s.get(path).body, want) {
			t.Errorf("%s does not show the alert", path)
		}
	}
	if n := s.made(); n != made {
		t.Errorf("%d pages were made anew for an alert", n-made)
	}
	if !strings.Contains(s.get("/nowhere").body, want) {
		t.Error("what is not there does not show the alert")
	}
	s.hides("/ar", `class="alert"`)
	flood.Text, flood.Link = "The flood is coming", ""
	s.must(s.Fronts.ChangeAlert(t.Context(), flood, s.Now()))
	s.Settle()
	s.shows("/", "<p>The flood is coming</p>")
	s.Pass(59 * time.Minute)
	for _, path := range pages {
		s.hides(path, `class="alert"`)
	}
}

func TestAlertEndsAtOnce(t *testing.T) {
	s := open(t)
	s.Publish(s.Text("One"))
	s.Settle()
	s.shows("/", "One")
	a, err := s.Fronts.SetAlert(t.Context(), front.Alert{Lang: "ar", Text: "تنبيه", Ends: s.Now().Add(time.Hour)}, s.Now())
	s.must(err)
	s.Settle()
	s.shows("/ar", `<aside class="alert" aria-label="تنبيه"><p>تنبيه</p></aside>`)
	s.hides("/", `class="alert"`)
	s.must(s.Fronts.EndAlert(t.Context(), a.ID, a.Version, s.Now()))
	s.Settle()
	s.hides("/ar", `class="alert"`)
}

func TestPickFallsAwayAtItsTime(t *testing.T) {
	s := open(t)
	first := s.Publish(s.Text("First"))
	s.Pass(time.Minute)
	s.Publish(s.Text("Second"))
	s.Settle()
	s.must(s.Fronts.Pick(t.Context(), "en", []front.Pick{{Article: first.ID, Headline: "The first, pinned", Until: s.Now().Add(time.Hour)}}, 0, s.Now()))
	s.Settle()
	s.shows("/", "The first, pinned")
	s.Pass(time.Hour - time.Microsecond)
	s.shows("/", "The first, pinned")
	s.Pass(time.Microsecond)
	s.hides("/", "The first, pinned")
	if page := s.read("/"); strings.Index(page, "Second") > strings.Index(page, "First") {
		t.Error("what was pinned still leads")
	}
}

package site

import (
	"strings"
	"testing"
	"time"

	"lede/article"
)

func TestArticleIsCalledElsewhereWhatEditorsSay(t *testing.T) {
	s := open(t)
	m, card := s.add("A boat"), s.add("A drawn boat")
	text := s.Text("Ferry fares rise by 40 cents")
	text.Summary, text.Lead = "From September.", article.Picture{Media: m.ID}
	text.Search = article.Snippet{Title: "Ferry fares in New York", Description: "What a crossing costs."}
	text.Social = article.Snippet{Title: "Your crossing costs more", Description: "Forty cents.", Media: card.ID}
	a := s.Publish(text)
	s.Settle()
	for _, want := range []string{"<title>Ferry fares in New York | The Narrows</title>", `<meta name="description" content="What a crossing costs.">`,
		`<meta property="og:title" content="Your crossing costs more">`, `<meta property="og:description" content="Forty cents.">`,
		`<meta property="og:image" content="http://narrows.example` + card.URL(card.Largest(large)) + `">`, `<meta property="og:image:alt" content="A drawn boat">`,
		"<h1>Ferry fares rise by 40 cents</h1>", `"headline":"Ferry fares rise by 40 cents"`} {
		s.shows(a.Path, want)
	}
	plain := s.Text("Plain")
	plain.Summary = "As it is."
	b := s.Publish(plain)
	s.Settle()
	for _, want := range []string{"<title>Plain | The Narrows</title>", `<meta name="description" content="As it is.">`, `content="Plain">`, `<meta property="og:description" content="As it is.">`} {
		s.shows(b.Path, want)
	}
}

func TestRelatedArticlesStandUnderTheText(t *testing.T) {
	s := open(t)
	now := s.Publish(s.Text("The tide tables"))
	draft := s.Write(s.Text("A draft of theirs"))
	ahead := s.PublishAt(s.Text("Tomorrow's tides"), s.Now().Add(time.Hour))
	text := s.Text("High water")
	text.Related = []int64{draft.ID, ahead.ID, now.ID, 12345}
	a := s.Publish(text)
	s.Settle()
	related := func() string {
		t.Helper()
		_, after, found := strings.Cut(s.read(a.Path), ">Related</h2>")
		if !found {
			return ""
		}
		section, _, _ := strings.Cut(after, "</section>")
		return section
	}
	wants(t, related(), "under the article", true, "The tide tables", now.Path)
	wants(t, related(), "under the article", false, "A draft of theirs", "Tomorrow")
	s.shows(a.Path, `"relatedLink":["http://narrows.example`+now.Path+`"]`)
	s.Pass(time.Hour)
	s.Settle()
	wants(t, related(), "when its time has come", true, "Tomorrow&#39;s tides", "The tide tables")
	s.amend(now.ID, func(t *article.Text) { t.Headline = "The tide tables, mended" }, article.Update, "They were mended.")
	wants(t, related(), "when it changed", true, "The tide tables, mended")
	s.withdraw(now.ID, "They were wrong.")
	s.withdraw(ahead.ID, "They were wrong too.")
	if got := related(); got != "" {
		t.Errorf("under the article there is %s", got)
	}
}

package site

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// goldens are the states that are kept, one at least for each template; the rest are looked at in the gallery.
var goldens = []string{
	"front", "front/0", "front/3", "front/alert", "section", "section/empty", "topic", "byline", "day", "article", "article/changed", "article/seen",
	"article/foreign", "article/opinion", "article/every-block", "article/talk", "article/talk-gaps", "talk", "history", "standing", "error/404",
	"reply", "reply/wrong", "reply/banned", "reply/gone", "answer", "own", "own/empty", "own/withdrawal",
	"search", "search/found", "search/nothing",
	"report", "report/wrong", "report/sent", "appeal", "appeal/made",
	"position", "position/filled", "position/front", "position/list",
}

func TestPagesAreWhatWasAgreed(t *testing.T) {
	v, err := parse(func(name string) string { return "/assets/" + name }, sampleSlot)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range sampleLangs {
		for _, s := range samples(lang) {
			page, err := hang(v, lang, s)
			if err != nil {
				t.Errorf("%s in %s: %v", s.name, lang, err)
				continue
			}
			if lang == "en" && kept(s.name) || s.name == "article/changed" {
				agree(t, filepath.Join("testdata", "golden", strings.ReplaceAll(s.name, "/", "-")+"."+lang+".html"), page)
			}
		}
	}
}

func kept(name string) bool {
	for _, g := range goldens {
		if g == name {
			return true
		}
	}
	return false
}

var elements = regexp.MustCompile(`<(/?(?:head|body|header|footer|main|nav|section|article|aside|div|figure|ul|ol|li|p|h1|h2|h3|table|tr|blockquote|pre|meta|link|script|title)[ >])`)

// agree compares a page with its golden file, or writes it when LEDE_UPDATE is set. Every element begins a line, so that a difference can be read.
func agree(t *testing.T, file string, page []byte) {
	t.Helper()
	got := elements.ReplaceAll(page, []byte("\n<$1"))
	if os.Getenv("LEDE_UPDATE") != "" {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs at %q (LEDE_UPDATE=1 go test ./site writes it anew)", file, difference(got, want))
	}
}

func difference(got, want []byte) string {
	a, b := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			return a[i]
		}
	}
	return "the end"
}

func TestStyleAndScriptsAreSmall(t *testing.T) {
	files, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	scripts := 0 // of an article
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, name)
		switch name {
		case "lede.css":
			if zipped(t, text) > 5<<10 {
				t.Errorf("the style sheet has %d bytes compressed, more than 5 KB", zipped(t, text))
			}
		case "embed.js", "reply.js":
			scripts += len(text)
		case "position.js", "search.js": // only where something is sold, or looked for
			if zipped(t, text) > 5<<8 {
				t.Errorf("%s has %d bytes compressed, more than 1.25 KB", name, zipped(t, text))
			}
		default:
			if strings.HasSuffix(name, ".js") {
				t.Errorf("say how large %s may be", name)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if scripts > 4<<10 {
		t.Errorf("the scripts of an article have %d bytes, more than 4 KB", scripts)
	}
}

func zipped(t *testing.T, text []byte) int {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

func TestNothingOnAPageIsFromElsewhere(t *testing.T) {
	v, err := parse(func(name string) string { return "/assets/" + name }, sampleSlot)
	if err != nil {
		t.Fatal(err)
	}
	loads := regexp.MustCompile(`<(?:img|script|iframe|audio|video|source|link rel="(?:stylesheet|icon|preload)")[^>]* (?:src|srcset|href|poster)="(?:https?:)?//`)
	for _, s := range samples("en") {
		page, err := hang(v, "en", s)
		if err != nil {
			t.Fatal(err)
		}
		if loads.Match(page) || bytes.Contains(page, []byte(" style=")) || bytes.Contains(page, []byte("<style")) || bytes.Count(page, []byte("<iframe")) != bytes.Count(page, []byte(`<iframe src="/_gallery/`)) {
			t.Errorf("%s loads something from elsewhere, or has a style of its own", s.name)
		}
	}
}

func TestWhatIsNotKnownIsNotShown(t *testing.T) {
	v, err := parse(func(string) string { return "/a" }, sampleSlot)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []sample{
		{"front", viewFront, FrontPage{}}, {"section", viewSection, SectionPage{}}, {"topic", viewTopic, TopicPage{}}, {"byline", viewByline, BylinePage{}},
		{"day", viewDay, DayPage{}}, {"article", viewArticle, ArticlePage{}}, {"history", viewHistory, HistoryPage{}}, {"talk", viewThread, ThreadPage{}},
		{"standing", viewStanding, StandingPage{}}, {"error", viewError, ErrorPage{Status: 418}},
	} {
		var b bytes.Buffer
		if err := v.Draw(&b, "en", s.view, s.page); err != nil {
			t.Fatal(err)
		}
		for _, never := range []string{`class="rail"`, `class="by"`, "<figure", "Published", "Seen", "Sources", "<nav", "og:", "ld+json", "<no value>"} {
			if s.view != viewDay && strings.Contains(b.String(), never) {
				t.Errorf("an empty %s page shows %q", s.name, never)
			}
		}
	}
}

func TestStrangersTextStaysText(t *testing.T) {
	v, err := parse(func(string) string { return "/a" }, sampleSlot)
	if err != nil {
		t.Fatal(err)
	}
	evil := `"><script>alert(1)</script>`
	p := sampleArticle(theNarrows)
	p.Headline, p.Summary, p.Title, p.Paper, p.Dateline = evil, evil, evil, evil, evil
	p.Bylines = []Byline{{Name: evil, Href: "javascript:alert(1)"}, {Name: evil, Href: `/"onclick="alert(1)`}}
	p.Seen, p.Published = Stamp{evil, evil}, Stamp{}
	p.Changes, p.History = []Change{{"correction", Stamp{evil, evil}, evil, true}}, "javascript:alert(1)"
	p.Thread = &Thread{Count: 1, Comments: []Comment{{ID: 1, Name: evil, Site: "javascript:alert(1)", When: Stamp{evil, evil}, To: &Link{Href: evil, Name: evil}},
		{ID: 2, Name: evil, Site: `https://"onclick="alert(1)`}}, Turned: &Link{Href: "javascript:alert(1)"}}
	p.Versions, p.Sources = []Link{{Name: evil, Href: "//" + evil, Lang: evil, Dir: evil}}, []Link{{Name: evil, Href: "javascript:alert(1)"}}
	var b bytes.Buffer
	if err := v.Draw(&b, "en", viewArticle, p); err != nil {
		t.Fatal(err)
	}
	if s := b.String(); strings.Contains(s, "<script>") || strings.Contains(s, `"javascript:`) || strings.Contains(s, `"onclick`) {
		t.Errorf("a stranger's text became markup: %s", s)
	}
}

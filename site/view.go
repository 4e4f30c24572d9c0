package site

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"sync"

	"lede/internal/tongue"
)

//go:embed *.html
var templates embed.FS

// Views draws pages from their structs.
type Views struct {
	base  *template.Template
	slot  func(string) string
	spoke sync.Map // language tag -> *template.Template
}

// The names of the templates, one for each struct of pages.go.
const (
	viewFront    = "front"
	viewSection  = "section"
	viewTopic    = "topic"
	viewByline   = "byline"
	viewDay      = "day"
	viewArticle  = "article"
	viewHistory  = "history"
	viewStanding = "standing"
	viewError    = "error"
	viewToday    = "today"  // TodayLine
	viewLatest   = "latest" // LatestList
)

// parse reads the templates. asset gives the address of a file by its name ("lede.css", "embed.js"); slot gives the mark that the page
// cache replaces by the shared segment of that name.
func parse(asset, slot func(string) string) (*Views, error) {
	v := &Views{slot: slot}
	base := template.New("").Funcs(words(tongue.For("en"))).Funcs(template.FuncMap{
		"asset": asset,
		"slot":  func(name string) template.HTML { return template.HTML(slot(name)) },
		"kind":  kindWord,
		"topic": topicWord,
		"wrong": wrongOf,
		"count": countWord,
	})
	files, err := templates.ReadDir(".")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		text, err := templates.ReadFile(f.Name())
		if err != nil {
			return nil, err
		}
		if _, err := base.Parse(squeeze(string(text))); err != nil {
			return nil, fmt.Errorf("template %s: %w", f.Name(), err)
		}
	}
	v.base = base
	return v, nil
}

// words are the template functions that depend on the language.
func words(t *tongue.Tongue) template.FuncMap {
	return template.FuncMap{
		"t":     func(english string, args ...any) any { return say(t, english, args) },
		"n":     t.N,
		"list":  t.List,
		"names": func(who any) template.HTML { return names(t, who) },
	}
}

// Draw writes a page in the language of the tag.
func (v *Views) Draw(w io.Writer, tag, name string, page any) error {
	t, err := v.in(tag)
	if err != nil {
		return err
	}
	return t.ExecuteTemplate(w, name, page)
}

// in returns the templates speaking a language; a language is prepared once.
func (v *Views) in(tag string) (*template.Template, error) {
	if t, ok := v.spoke.Load(tag); ok {
		return t.(*template.Template), nil
	}
	speaks := tongue.For(tag)
	t, err := v.base.Clone()
	if err != nil {
		return nil, err
	}
	t.Funcs(words(speaks))
	kept, _ := v.spoke.LoadOrStore(speaks.Tag, t)
	return kept.(*template.Template), nil
}

var breaks = regexp.MustCompile(`\n\s*`)

// squeeze takes the line breaks and indents out of a template: in our templates they stand only where a page needs no space.
func squeeze(text string) string { return breaks.ReplaceAllString(text, "") }

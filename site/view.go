package site

import (
	"bytes"
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
	laid  *template.Template // base with an operator's parts over it; nil without any
	warn  func(part string, err error)
	slot  func(string) string
	spoke sync.Map // language tag -> *spoken
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
	viewThread   = "talk"
	viewStanding = "standing"
	viewError    = "error"
	viewOwn      = "own-page"
	viewMine     = "mine"
	viewAnswer   = "answer"
	viewToday    = "today"    // TodayLine
	viewLatest   = "latest"   // LatestList
	viewAlert    = "alert"    // AlertLine
	viewPanel    = "panel"    // PanelPage
	viewPosition = "position" // Placed
	viewWeather  = "weather"
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
		"t":        func(english string, args ...any) any { return say(t, english, args) },
		"n":        t.N,
		"list":     t.List,
		"names":    func(who any) template.HTML { return names(t, who) },
		"comments": func(list []Comment) template.HTML { return comments(t, list) },
	}
}

// Draw writes a page in the language of the tag. Where a part that was laid over ours fails, the page is drawn with our own.
func (v *Views) Draw(w io.Writer, tag, name string, page any) error {
	t, err := v.in(tag)
	if err != nil {
		return err
	}
	if t.laid != nil {
		var b bytes.Buffer
		err := t.laid.ExecuteTemplate(&b, name, page)
		if err == nil {
			_, err = b.WriteTo(w)
			return err
		}
		v.warn(name, err)
	}
	return t.ours.ExecuteTemplate(w, name, page)
}

// spoken are the templates speaking a language: our own, and, if there are any, with the parts laid over them.
type spoken struct{ ours, laid *template.Template }

// in returns the templates speaking a language; a language is prepared once.
func (v *Views) in(tag string) (*spoken, error) {
	speaks := tongue.For(tag)
	if t, ok := v.spoke.Load(speaks.Tag); ok {
		return t.(*spoken), nil
	}
	var t spoken
	var err error
	if t.ours, err = inTongue(v.base, speaks); err != nil {
		return nil, err
	}
	if v.laid != nil {
		if t.laid, err = inTongue(v.laid, speaks); err != nil {
			return nil, err
		}
	}
	kept, _ := v.spoke.LoadOrStore(speaks.Tag, &t)
	return kept.(*spoken), nil
}

func inTongue(base *template.Template, speaks *tongue.Tongue) (*template.Template, error) {
	t, err := base.Clone()
	if err != nil {
		return nil, err
	}
	return t.Funcs(words(speaks)), nil
}

var breaks = regexp.MustCompile(`\n\s*`)

// squeeze takes the line breaks and indents out of a template: in our templates they stand only where a page needs no space.
func squeeze(text string) string { return breaks.ReplaceAllString(text, "") }

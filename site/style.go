package site

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/js"

	"lede/internal/tongue"
	"lede/internal/web"
)

//go:embed *.css *.js
var sources embed.FS

// sheets are the style sheets and their parts, in order: that of every page, and that of what readers write, which an article's page
// asks for only where its comments begin, so that nothing above them waits for it; and what readers see of themselves, and the search.
var sheets = map[string][]string{
	"lede.css": {"tokens.css", "base.css", "frame.css", "cards.css", "article.css", "text.css", "media.css"},
	"talk.css": {"thread.css", "reply.css", "report.css"},

	"account.css":  {"account.css"},
	"position.css": {"position.css"},
	"weather.css":  {"weather.css"},
	"search.css":   {"search.css"},
}

// Files are what the pages ask for beside themselves and their pictures: the sheets, joined from their parts, and the scripts.
func Files() (fs.FS, error) {
	files := map[string][]byte{}
	for name, parts := range sheets {
		var css strings.Builder
		for _, part := range parts {
			text, err := sources.ReadFile(part)
			if err != nil {
				return nil, err
			}
			css.Write(text)
		}
		files[name] = []byte(shrink(css.String()))
	}
	scripts, err := fs.Glob(sources, "*.js")
	if err != nil {
		return nil, err
	}
	for _, name := range scripts {
		if strings.HasPrefix(name, "panel") {
			continue // they stand in their documents
		}
		text, err := sources.ReadFile(name)
		if err == nil {
			files[name], err = script(text)
		}
		if err != nil {
			return nil, fmt.Errorf("script %s: %w", name, err)
		}
	}
	return web.InMemory(files)
}

// script is a script as it is sent: with what it says in every language, and without what no browser needs.
func script(text []byte) ([]byte, error) {
	says := map[string]string{}
	for _, tag := range tongue.Tags() {
		says[tag] = tongue.For(tag).T("This was not sent. Your text is kept here; please try again.")
	}
	table, err := json.Marshal(says)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = (&js.Minifier{}).Minify(minify.New(), &b, bytes.NewReader(bytes.Replace(text, []byte("{/* by language */}"), table, 1)), nil)
	return b.Bytes(), err
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSpace   = regexp.MustCompile(`\s+`)
	cssMark    = regexp.MustCompile(`\s*([{};,])\s*`)
)

// shrink takes out of a style sheet what no browser needs: comments, line breaks, spaces around marks. Our sheets hold no string with such marks in it.
func shrink(css string) string {
	css = cssComment.ReplaceAllString(css, "")
	css = cssSpace.ReplaceAllString(css, " ")
	css = cssMark.ReplaceAllString(css, "$1")
	return strings.TrimSpace(strings.ReplaceAll(css, ";}", "}"))
}

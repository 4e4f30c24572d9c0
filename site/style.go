package site

import (
	"embed"
	"io/fs"
	"regexp"
	"strings"

	"lede/internal/web"
)

//go:embed *.css *.js
var sources embed.FS

// sheets are the parts of the one style sheet, in order.
var sheets = []string{"tokens.css", "base.css", "frame.css", "cards.css", "article.css", "text.css", "media.css"}

// Files are what the pages ask for beside themselves and their pictures: lede.css, joined from its parts, and the scripts.
func Files() (fs.FS, error) {
	var css strings.Builder
	for _, name := range sheets {
		part, err := sources.ReadFile(name)
		if err != nil {
			return nil, err
		}
		css.Write(part)
	}
	scripts, err := fs.Glob(sources, "*.js")
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"lede.css": []byte(shrink(css.String()))}
	for _, name := range scripts {
		if files[name], err = sources.ReadFile(name); err != nil {
			return nil, err
		}
	}
	return web.InMemory(files)
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

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

// sheets are the style sheets and their parts, in order: that of every page, and that of what readers write, which an article's page
// asks for only where its comments begin, so that nothing above them waits for it.
var sheets = map[string][]string{
	"lede.css": {"tokens.css", "base.css", "frame.css", "cards.css", "article.css", "text.css", "media.css"},
	"talk.css": {"reply.css"},
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

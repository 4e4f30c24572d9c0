package newsroom

import (
	"embed"
	"html/template"
	"io/fs"
	"path"
	"slices"
	"strings"

	"lede/internal/web"
)

//go:embed *.html *.css *.js
var sources embed.FS

// built is what `make build` bundles from newsroom/editor; on a fresh clone it holds a placeholder alone.
//
//go:embed all:built
var built embed.FS

// first are the sheets and scripts on which those of the pages build.
var first = []string{"tokens.css", "base.css", "frame.css", "parts.css", "common.js"}

// files are what the pages ask for: newsroom.css and newsroom.js, each joined from its parts, and what was built.
func files() (fs.FS, error) {
	joined := map[string][]byte{}
	names, err := fs.Glob(sources, "*.*s")
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(names, func(a, b string) int { return rank(a) - rank(b) })
	for _, name := range names {
		text, err := sources.ReadFile(name)
		if err != nil {
			return nil, err
		}
		into := "newsroom/newsroom" + path.Ext(name)
		joined[into] = append(append(joined[into], text...), '\n')
	}
	err = fs.WalkDir(built, "built", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		joined["newsroom/"+name], err = built.ReadFile(name)
		return err
	})
	if err != nil {
		return nil, err
	}
	return web.InMemory(joined)
}

// rank puts the first before the rest.
func rank(name string) int {
	if i := slices.Index(first, name); i >= 0 {
		return i
	}
	return len(first)
}

// parse reads the templates. asset gives the address of a file by its name ("newsroom/newsroom.css").
func parse(asset func(string) string) (*views, error) {
	return template.New("").Funcs(template.FuncMap{"asset": asset, "clock": clock, "add": func(a, b int) int { return a + b }, "deed": deed, "day": day, "icon": icon, "wrong": fieldSays,
		"place": placeOf, "blank": func() placedPick { return placedPick{May: true} }, "row": func(c candidate, may bool) offered { return offered{c, may} }, "runs": runsNamed, "orderlist": ordersListed}).ParseFS(sources, "*.html")
}

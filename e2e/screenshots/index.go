package main

import (
	"html/template"
	"os"
	"path/filepath"
	"strings"
)

var index = template.Must(template.New("").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Screenshots</title>
<style>
body { font: 16px/1.5 system-ui; margin: 24px; color-scheme: light dark }
.row { display: flex; gap: 16px; overflow-x: auto; align-items: start; padding-block: 8px }
figure { margin: 0 } img { inline-size: 220px; border: 1px solid #888 } figcaption { font-size: 13px }
</style>
<h1>Screenshots</h1>
<nav>{{range .}}<a href="#{{.Name}}">{{.Name}}</a> {{end}}</nav>
{{range .}}<h2 id="{{.Name}}">{{.Name}}</h2>
<div class="row">{{range .Files}}<figure><a href="{{.}}"><img src="{{.}}" alt="{{.}}" loading="lazy"></a><figcaption>{{.}}</figcaption></figure>{{end}}</div>
{{end}}`))

// shown is one page and its pictures.
type shown struct {
	Name  string
	Files []string
}

// list writes index.html, which shows all pictures of the folder.
func list(folder string) error {
	files, err := filepath.Glob(filepath.Join(folder, "*.png"))
	if err != nil {
		return err
	}
	var all []shown
	for _, file := range files {
		file = filepath.Base(file)
		parts := strings.Split(file, "-")
		name := strings.Join(parts[:max(1, len(parts)-2)], "-")
		if len(all) == 0 || all[len(all)-1].Name != name {
			all = append(all, shown{Name: name})
		}
		all[len(all)-1].Files = append(all[len(all)-1].Files, file)
	}
	out, err := os.Create(filepath.Join(folder, "index.html"))
	if err != nil {
		return err
	}
	defer out.Close()
	return index.Execute(out, all)
}

package site

import (
	"bytes"
	"embed"
	"fmt"
	"html"
	"io/fs"
	"maps"
	"net/http"
	"strings"

	"lede/internal/tongue"
	"lede/internal/web"
)

//go:embed testdata/pics/*.svg testdata/nameplate.svg
var sketches embed.FS

// sample is one page in one state.
type sample struct {
	name string // "article/old": the page and its state
	view string
	page any
}

// Gallery shows every page in every state, in every language of the samples, filled with a made-up harbor town. It is for whoever works
// on the look, and stands at /_gallery/ in development.
func Gallery() http.Handler {
	views, err := parse(func(name string) string { return "/_gallery/asset/" + name }, sampleSlot)
	if err != nil {
		panic(err)
	}
	files, err := Files()
	if err != nil {
		panic(err)
	}
	pics, err := fs.Sub(sketches, "testdata/pics")
	if err != nil {
		panic(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/_gallery/asset/", http.StripPrefix("/_gallery/asset/", http.FileServerFS(files)))
	mux.Handle("/_gallery/pics/", http.StripPrefix("/_gallery/pics/", http.FileServerFS(pics)))
	mux.HandleFunc("/_gallery/frame", func(w http.ResponseWriter, _ *http.Request) {
		maps.Copy(w.Header(), web.FrameHeader())
		w.Write([]byte("<!doctype html><p>08:14 · 3.1 m"))
	})
	mux.HandleFunc("/_gallery/{$}", galleryIndex)
	for _, lang := range sampleLangs {
		for _, s := range samples(lang) {
			mux.HandleFunc("/_gallery/"+lang+"/"+s.name, func(w http.ResponseWriter, r *http.Request) {
				body, err := hang(views, lang, s)
				if err != nil {
					http.Error(w, err.Error(), http.StatusInternalServerError)
					return
				}
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				w.Header().Set("Content-Security-Policy", w.Header().Get("Content-Security-Policy")+"; frame-src 'self'") // as pages with frames have it
				w.Write(body)
			})
		}
	}
	return mux
}

func sampleSlot(name string) string { return "\x00" + name + "\x00" }

// hang draws a sample whole, its slots filled.
func hang(v *Views, lang string, s sample) ([]byte, error) {
	var b, today, latest, alert bytes.Buffer
	if err := v.Draw(&b, lang, s.view, s.page); err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	if err := v.Draw(&today, lang, viewToday, sampleToday(lang)); err != nil {
		return nil, err
	}
	if err := v.Draw(&latest, lang, viewLatest, sampleLatest(lang)); err != nil {
		return nil, err
	}
	if err := v.Draw(&alert, lang, viewAlert, sampleAlert(lang)); err != nil {
		return nil, err
	}
	var sky bytes.Buffer
	if err := v.Draw(&sky, lang, viewToday, sampleTodayWith(lang, samplePoint)); err != nil {
		return nil, err
	}
	page := bytes.ReplaceAll(b.Bytes(), []byte(sampleSlot("today")), today.Bytes())
	page = bytes.ReplaceAll(page, []byte(sampleSlot("today with weather")), sky.Bytes())
	page = bytes.ReplaceAll(page, []byte(sampleSlot("alert")), alert.Bytes())
	return bytes.ReplaceAll(page, []byte(sampleSlot("latest")), latest.Bytes()), nil
}

// galleryIndex lists the samples.
func galleryIndex(w http.ResponseWriter, _ *http.Request) {
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Gallery</title><link rel="icon" href="data:,">` +
		`<link rel="stylesheet" href="/_gallery/asset/lede.css"><main class="page"><h1>Gallery</h1>`)
	for _, lang := range sampleLangs {
		b.WriteString("<h2>" + html.EscapeString(tongue.Endonym(lang)) + `</h2><ul class="tags">`)
		for _, s := range samples(lang) {
			fmt.Fprintf(&b, `<li><a href="/_gallery/%s/%s">%[2]s</a>`, lang, s.name)
		}
		b.WriteString("</ul>")
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write([]byte(b.String() + "</main>"))
}

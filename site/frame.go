package site

import (
	"bytes"
	"html"
	"net/http"
	"strconv"

	"lede/article"
	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/internal/web"
)

// framesOf gives the address of each frame of an article.
func framesOf(id int64) func(block string) string {
	return func(block string) string { return "/frame/" + strconv.FormatInt(id, 10) + "/" + block }
}

// frame serves the code of one frame, while the public sees the article it stands in.
func (s *Site) frame(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(r.PathValue("article"), 10, 64)
	block := r.PathValue("block")
	if err != nil || framesOf(id)(block) != r.URL.Path {
		return fault.NotFound
	}
	return s.serve(w, r, func(sh *sheet) (web.Page, error) {
		sh.tags = append(sh.tags, tagArticle(id))
		a, err := s.Articles.Public(sh.ctx, id, sh.now)
		if err != nil {
			return web.Page{}, err
		}
		sh.good(a.Withdrawn)
		body, err := frameOf(a, block)
		return web.Page{Body: body, Header: web.FrameHeader(), Tags: sh.tags, Until: sh.until, Keep: true}, err
	})
}

// frameOf is the document of one frame. All that follows its head is code of people: it relies on the header it is served with.
func frameOf(a article.Article, block string) ([]byte, error) {
	n, ok := a.Body.Block(block)
	if !ok || n.Type != "frame" || n.Attrs.Code == "" {
		return nil, fault.NotFound
	}
	var b bytes.Buffer
	b.WriteString(`<!doctype html><html lang="` + html.EscapeString(a.Lang) + `" dir="` + tongue.Dir(a.Lang) + `"><meta charset="utf-8">` +
		`<meta name="viewport" content="width=device-width,initial-scale=1"><title>` + html.EscapeString(n.Attrs.Title) + "</title>\n")
	b.WriteString(n.Attrs.Code)
	return b.Bytes(), nil
}

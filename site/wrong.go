package site

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/article"
	"lede/internal/tongue"
	"lede/internal/web"
	"lede/paper"
)

// Wrong draws the page of an error; it is a web.Draw. What a reader did is answered with the paper around it, from
// the cache; what is our own fault is answered even when the database is gone.
func (s *Site) Wrong(w http.ResponseWriter, r *http.Request, status int, err error, number string) {
	if status < http.StatusInternalServerError && s.wrongFromCache(w, r, status, err) == nil {
		return
	}
	sh := s.bare(r)
	body, drawErr := sh.wrong(status, detail(sh, status, err, number), false)
	if drawErr != nil {
		s.Log.Error("the page of an error could not be drawn", "error", drawErr)
		body = []byte(http.StatusText(status))
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader may be gone; there is nobody to tell
	}
}

// wrongFromCache answers with a page that is the same for everybody who did the same.
func (s *Site) wrongFromCache(w http.ResponseWriter, r *http.Request, status int, err error) error {
	origin, path := s.web.Origin(r), r.URL.Path
	var taken article.Taken
	errors.As(err, &taken)
	key := "wrong/" + strconv.Itoa(status) + "/" + taken.Note + taken.At.String() + "/" + s.editionOf(path) + "/" + origin
	return s.cache.Serve(w, r, key, func(ctx context.Context) (web.Page, error) {
		sh, err := s.sheet(ctx, origin, s.Clock())
		if err != nil {
			return web.Page{}, err
		}
		sh.edition(path)
		body, err := sh.wrong(status, detail(sh, status, taken, ""), true)
		sh.good(paper.NextMidnight(sh.now))
		return web.Page{Status: status, Body: body, Header: http.Header{"Cache-Control": {"no-store"}}, Tags: sh.tags, Until: sh.until}, err
	})
}

// editionOf is the language a path begins with, if it is one of the paper's.
func (s *Site) editionOf(path string) string {
	lang, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if slices.Contains(s.known.Load().Langs, lang) {
		return lang
	}
	return ""
}

// detail says more than the page's own words, where there is more to say.
func detail(sh *sheet, status int, err error, number string) string {
	var taken article.Taken
	if errors.As(err, &taken) && !taken.At.IsZero() {
		said := sh.t.T("The paper withdrew it on {0}.", sh.t.Date(taken.At.In(sh.now.Location()), tongue.Long))
		return strings.TrimSpace(said + " " + taken.Note)
	}
	if number != "" && status >= http.StatusInternalServerError {
		return sh.t.T("It has been noted under the number {0}. Please try again in a minute.", number)
	}
	return ""
}

// wrong draws an error's page. latest tells whether the newest articles may be offered instead.
func (sh *sheet) wrong(status int, detail string, latest bool) ([]byte, error) {
	title := sh.t.T(wrongOf(status).Title)
	frame := Frame{Lang: sh.lang, Dir: sh.t.Dir, Title: title, Paper: sh.paper.NameIn(sh.lang), Home: sh.in("/"), Icon: tabIcon}
	if latest {
		var err error
		if frame, err = sh.frame(title, title, ""); err != nil {
			return nil, err
		}
		frame.Canonical = ""
	}
	frame.Robots = "noindex"
	page := ErrorPage{Frame: frame, Status: status, Detail: detail}
	if latest {
		page.Latest = "latest/" + sh.lang
	}
	var b bytes.Buffer
	err := sh.views.Draw(&b, sh.lang, viewError, page)
	return b.Bytes(), err
}

// bare is a sheet that does without the database where it must: the paper is then as it was last known.
func (s *Site) bare(r *http.Request) *sheet {
	sh := s.lastKnown(r.Context(), s.Clock())
	sh.speak(cmp.Or(s.editionOf(r.URL.Path), sh.paper.Main()))
	return sh
}

// lastKnown is a sheet of the paper as it was last known, for when nothing can be asked of the database.
func (s *Site) lastKnown(ctx context.Context, now time.Time) *sheet {
	sh := &sheet{Site: s, ctx: ctx, paper: *s.known.Load()}
	sh.now = now.In(sh.paper.Clock())
	return sh
}

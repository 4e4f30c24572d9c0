package site

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"lede/internal/crowd"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/internal/web"
	"lede/paper"
	"lede/press"
)

// Site answers readers. All it hands out without a name attached comes from its page cache.
type Site struct {
	*press.Press
	cache  *web.Cache
	assets *web.Assets
	views  *Views
	web    *web.Web
	icons  sync.Map                    // size to PNG
	newest sync.Map                    // language to the slots of Latest that are not as all others: those of the articles in it
	known  atomic.Pointer[paper.Paper] // the settings as last read, for when there is no time or no database to ask
	guard  *http.CrossOriginProtection

	searching chan struct{} // whoever searches holds one

	threads, counts *pacer // what is purged when comments come and go
	posted          posted // what stood in the positions of the pages that were made
	panels          panels
}

// New is the readers' face of p; cache keeps its pages.
func New(ctx context.Context, p *press.Press, cache *web.Cache) (*Site, error) {
	s := &Site{Press: p, cache: cache, guard: http.NewCrossOriginProtection(), searching: make(chan struct{}, searchAtOnce)}
	files, err := Files()
	if err != nil {
		return nil, err
	}
	s.assets = web.NewAssets(files)
	if s.panels.panelParts, err = readPanelParts(); err != nil {
		return nil, err
	}
	s.panels.Crowd = crowd.Of(panelRate, panelBurst)
	if s.views, err = parse(s.assets.Path, web.Slot); err != nil {
		return nil, err
	}
	if err := s.readPaper(ctx); err != nil {
		return nil, err
	}
	cache.Shared(s.segment)
	cache.SharedAs(s.sharedAs)
	s.watch()
	return s, s.forgetHidden(ctx)
}

// asleep is how long a node may have been down and still hears at its start of all that was withdrawn or redacted meanwhile.
const asleep = 30 * 24 * time.Hour

// forgetHidden keeps from the last good pages of this node what went while it was not there to hear of it.
func (s *Site) forgetHidden(ctx context.Context) error {
	since := s.Clock().Add(-asleep)
	articles, err := s.Articles.HiddenSince(ctx, since, s.Clock())
	if err != nil {
		return err
	}
	threads, err := s.Comments.HiddenSince(ctx, since)
	if err != nil || len(articles)+len(threads) == 0 {
		return err
	}
	var tags []string
	for _, id := range articles {
		tags = append(tags, tagArticle(id))
	}
	for _, id := range threads {
		tags = append(tags, tagThread(id))
	}
	return s.cache.Forget(tags...)
}

// Address is where the paper says readers find it, "https://example.org", or "" while any host will do.
func (s *Site) Address() string { return s.known.Load().Address }

func (s *Site) readPaper(ctx context.Context) error {
	p, err := s.Papers.Get(ctx)
	if err != nil {
		return err
	}
	s.known.Store(&p)
	return nil
}

// Routes adds the readers' addresses to mux. Their errors become answers through wb.
func (s *Site) Routes(mux *http.ServeMux, wb *web.Web) {
	s.web = wb
	for _, r := range []struct {
		pattern, kind string
		handle        web.Handler
	}{
		{"/", "page", s.page},
		{"GET /comment/{id}/replies", "thread", s.branch},
		{"GET /media/{token}/{file}", "media", s.media},
		{"/frame/{article}/{block}", "frame", s.frame},
		{"GET " + faceAt + "{file}", "file", s.face},
		{"/robots.txt", "file", s.file(s.robots)},
		{"/ads.txt", "file", s.file(s.sellers)},
		{"/site.webmanifest", "file", s.file(s.manifest)},
		{"/.well-known/security.txt", "file", s.file(s.security)},
		{"GET /favicon.ico", "file", s.favicon},
		{"GET /icon/{size}", "file", s.icon},
		{"/sitemap.xml", "sitemap", s.file(s.sitemapIndex)},
		{"/sitemap/{file}", "sitemap", s.sitemap},
	} {
		mux.Handle(r.pattern, wb.Route(r.kind, r.handle))
	}
	for pattern, handle := range s.talkRoutes() {
		mux.Handle(pattern, wb.Route("comment", s.safely(handle), web.MaxBody(longestPost)))
	}
	for pattern, handle := range s.accountRoutes() {
		mux.Handle(pattern, wb.Route("reader", s.safely(handle)))
	}
	for pattern, handle := range s.panelRoutes() {
		mux.Handle(pattern, wb.Route("panel", s.panelDoor(handle), web.MaxBody(longestSeen)))
	}
	mux.Handle("/assets/", wb.Route("asset", s.assets.Serve))
}

// page answers every address that the paper itself gave out: fronts, articles, lists, days, standing pages, and their feeds.
func (s *Site) page(w http.ResponseWriter, r *http.Request) error {
	if lang, part, ok := s.asksSearch(r.URL.Path); ok && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		return s.search(w, r, lang, part)
	}
	path, number := r.URL.Path, pageNumber(r)
	if number < 1 {
		return fault.NotFound
	}
	if path != "/" && strings.HasSuffix(path, "/") {
		bare := url.URL{Path: strings.TrimRight(path, "/")}
		return fault.Moved{To: numbered(bare.EscapedPath(), number)}
	}
	keys, order := parts(number), asked(r)
	if order != "" {
		keys = append(keys, "order")
	}
	return s.serve(w, r, func(sh *sheet) (web.Page, error) {
		sh.number, sh.order = number, order
		return s.at(sh, path)
	}, keys...)
}

// parts are the keys of the query that tell a page from another: on all but the first page of a list, its number.
func parts(number int) []string {
	if number > 1 {
		return []string{"page"}
	}
	return nil
}

// serve answers from the cache, or makes the page with a new sheet.
func (s *Site) serve(w http.ResponseWriter, r *http.Request, make func(*sheet) (web.Page, error), params ...string) error {
	return s.cache.Serve(w, r, s.web.Key(r, params...), func(ctx context.Context) (web.Page, error) {
		sh, err := s.sheet(ctx, s.web.Origin(r), s.Clock())
		if err != nil {
			return web.Page{}, err
		}
		return make(sh)
	})
}

// draw makes a page of its struct.
func (s *Site) draw(sh *sheet, view string, page any) (web.Page, error) {
	var b bytes.Buffer
	if err := s.views.Draw(&b, sh.lang, view, page); err != nil {
		return web.Page{}, err
	}
	return web.Page{Body: b.Bytes(), Tags: sh.tags, Until: sh.until, Keep: true, Frames: sh.frames}, nil
}

// embeds lets a page load on click what its text embeds, and show the frames it holds.
func embeds(p web.Page, body doc.Doc) web.Page {
	p.FrameHosts, p.Frames = body.FrameHosts(), p.Frames || len(body.Frames()) > 0
	return p
}

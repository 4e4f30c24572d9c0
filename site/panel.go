package site

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/ad"
	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/internal/web"
)

// What stands in the positions of a page. A page is the same for everybody; each of its positions is a frame that asks here what to show
// in it, and the page tells here what was seen of it.
//
//	GET  /panel/{page}/{spots}/{n}?v=VIEW&d=DEVICE  the document of a position: of "en.a123", with "top.text.text", the one at n, from 0
//	GET  /panel/look/{token}                        the same of an offer that is only looked at
//	POST /panel/seen                                {"v":"VIEW","seen":[{"o":TOKEN,"m":"rendered","n":0}],"w":false}, 204 when it is kept
//	GET  /panel/drawn/{token}                       a picture that says rendered where no script does
//	GET  /panel/go/{token}                          on to where the ad leads
//	GET  /panel/file/{ad}/{version}/{name...}       a file of an ad
//
// A document posts {lede: TOKEN} to its page when it stands, {lede: ""} when there is nothing to show in it.
func (s *Site) panelRoutes() map[string]web.Handler {
	return map[string]web.Handler{
		"GET /panel/{page}/{spots}/{n}":            s.panel,
		"GET /panel/look/{token}":                  s.panelLook,
		"POST /panel/seen":                         s.panelSeen,
		"GET /panel/drawn/{token}":                 s.panelDrawn,
		"GET /panel/go/{token}":                    s.panelGo,
		"GET /panel/file/{ad}/{version}/{name...}": s.panelFile,
	}
}

// The bounds of what a page can ask for and say.
const (
	mostSpots   = 32
	longestSeen = 16 << 10 // bytes
	mostSeen    = 64
)

// How much one neighbourhood of the net may ask: a school, or a carrier's gateway, reads a hundred pages at once.
const (
	panelRate  = 100 // a second
	panelBurst = 1000
)

// panelDoor counts what is turned away; nothing of a panel is kept by anybody but its files.
func (s *Site) panelDoor(h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Robots-Tag", "noindex")
		w.Header().Set("Referrer-Policy", "no-referrer")
		if wait := s.panels.Admit(s.web.Client(r), s.Clock()); wait > 0 {
			s.turnedAway("flood")
			w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
			w.WriteHeader(http.StatusTooManyRequests)
			return nil
		}
		return h(w, r)
	}
}

// turnedAway counts what never gets as far as the ledger.
func (s *Site) turnedAway(why string) {
	s.web.Counter(`lede_panel_refused_total{why="` + why + `"}`).Inc()
}

// panel is the document of one position of a page.
func (s *Site) panel(w http.ResponseWriter, r *http.Request) error {
	spots, n, err := panelSpots(r)
	if err != nil {
		return err
	}
	page, err := s.panelPage(r.Context(), r.PathValue("page"))
	if err != nil {
		return err
	}
	hand := s.panelHand(r)
	v, err := s.panelVisit(r, hand)
	if err != nil {
		return err
	}
	offers, err := s.Ads.Choose(r.Context(), page, spots, v)
	if err != nil {
		return err
	}
	o := offers[n]
	if o.Reason = s.offered(hand); o.Reason == "" && r.Method == http.MethodGet {
		s.Ads.Asked(page, spots[n:n+1], v)
	}
	return s.showPanel(w, r, o)
}

// panelLook is the document of an offer that is only looked at; nothing of it counts.
func (s *Site) panelLook(w http.ResponseWriter, r *http.Request) error {
	o, err := s.Ads.Unseal(r.PathValue("token"), s.Clock())
	if errors.Is(err, ad.ErrLate) {
		return fault.Gone
	}
	if err != nil || !o.Look {
		return orNotFound(err)
	}
	return s.showPanel(w, r, o)
}

// panelSpots are the positions of the page and which of them is asked for. What no page has is fault.NotFound.
func panelSpots(r *http.Request) ([]ad.Place, int, error) {
	var spots []ad.Place
	for name := range strings.SplitSeq(r.PathValue("spots"), ".") {
		p := ad.Place(name)
		once := p != ad.Text && p != ad.Between
		if len(spots) == mostSpots || !slices.Contains(ad.Places(), p) || once && slices.Contains(spots, p) {
			return nil, 0, fault.NotFound
		}
		spots = append(spots, p)
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 0 || n >= len(spots) || strconv.Itoa(n) != r.PathValue("n") {
		return nil, 0, fault.NotFound
	}
	return spots, n, nil
}

// panelPageKinds are the kinds of pages by the letter that stands for them in an address.
var panelPageKinds = map[byte]ad.PageKind{'f': ad.FrontPage, 's': ad.SectionPage, 't': ad.TopicPage, 'l': ad.ListPage, 'a': ad.ArticlePage, 'p': ad.StandingPage}

// panelPageKey is how a page is named in the address of what stands in its positions, "en.a123".
func panelPageKey(p ad.Page) string {
	for letter, kind := range panelPageKinds {
		if kind == p.Kind {
			return p.Lang + "." + string(letter) + strconv.FormatInt(p.ID, 10)
		}
	}
	panic("a page of no kind has no positions: " + string(p.Kind))
}

// panelPageFor is how long what is known of a page is taken from memory.
const panelPageFor = 30 * time.Second

// knownPage is what was known of a page.
type knownPage struct {
	ad.Page
	until time.Time
}

// panelPage is what is known of the page of that name. One that the public cannot see is fault.NotFound.
func (s *Site) panelPage(ctx context.Context, name string) (ad.Page, error) {
	now := s.Clock()
	if p, ok := s.panels.pages.get(name); ok && now.Before(p.until) {
		return p.Page, nil
	}
	lang, of, _ := strings.Cut(name, ".")
	if of == "" {
		return ad.Page{}, fault.NotFound
	}
	p := ad.Page{Kind: panelPageKinds[of[0]], Lang: lang}
	var err error
	if p.ID, err = strconv.ParseInt(of[1:], 10, 64); err != nil || p.ID < 0 || p.Kind == "" || panelPageKey(p) != name {
		return ad.Page{}, fault.NotFound
	}
	sh, err := s.sheet(ctx, "", now)
	if err != nil {
		return ad.Page{}, err
	}
	if !slices.Contains(sh.paper.Langs, lang) || tongue.For(lang) == nil {
		return ad.Page{}, fault.NotFound
	}
	if err := sh.panelFacts(&p); err != nil {
		return ad.Page{}, err
	}
	s.panels.pages.put(name, knownPage{p, now.Add(panelPageFor)})
	return p, nil
}

// panelFacts finds in which sections a page stands and what it is about.
func (sh *sheet) panelFacts(p *ad.Page) error {
	switch p.Kind {
	case ad.ArticlePage:
		a, err := sh.Articles.Public(sh.ctx, p.ID, sh.now)
		if err != nil {
			return err
		}
		if unsold(a) {
			return fault.NotFound
		}
		p.Sections, p.Topics = ad.In(sh.tree, a.Sections...), a.Topics
	case ad.SectionPage:
		if _, ok := sh.tree.Get(p.ID); !ok {
			return fault.NotFound
		}
		p.Sections = ad.In(sh.tree, p.ID)
	case ad.TopicPage:
		t, err := sh.Sections.Topic(sh.ctx, p.ID)
		if err != nil {
			return err
		}
		p.Topics = []int64{t.ID}
	case ad.StandingPage:
		if _, err := sh.Papers.PageOf(sh.ctx, p.ID); err != nil {
			return err
		}
	default:
		if p.ID != 0 {
			return fault.NotFound
		}
	}
	return nil
}

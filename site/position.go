package site

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"sync"
	"time"

	"lede/ad"
	"lede/article"
	"lede/internal/doc"
	"lede/internal/job"
)

// Position is a place of a page where an ad may stand. Its box keeps its size whatever comes; in it lies the house card, in the page's own
// bytes, and over that the frame, if one comes.
type Position struct {
	Place     ad.Place
	N         int    // which of its page's, from 0
	Panel     string // the frame's address, to which a script adds the page view and the device; "" in a preview
	Frame     string // of a preview: the frame that is shown at once, or ""
	Lang, Dir string // of the page, where the text around the position is in another
	Card      HouseCard
}

// HouseCard is what stands in a position where no ad comes, or where one is kept off.
type HouseCard struct{ Head, Line, Verb, Href string }

// Positions are those of a page but for the text's, which stand in it. The zero value has none.
type Positions struct {
	Above, Beside, Between, Below *Position
	Boxes                         bool // there are any: their style comes along
	Live                          bool // and they ask for their frames: so does their script
}

// standing is what stands where on a page of ours: the house card of each place that is in use, and until when that is so.
type standing struct {
	places map[ad.Place]HouseCard
	until  time.Time
}

// kept are the places that are in use by the paper's rules.
func (st standing) kept(r ad.Rules, on ad.Page) standing {
	if r.Bars(on) {
		return standing{until: st.until}
	}
	for _, p := range r.Closed {
		delete(st.places, p)
	}
	return st
}

// sum tells one set of positions from another: pages with the same sum stay as they are.
func (st standing) sum(r ad.Rules) [16]byte {
	of := struct {
		Places map[ad.Place]HouseCard
		Text   ad.TextRules
	}{Places: st.places}
	if _, ok := st.places[ad.Text]; ok {
		of.Text = r.Text
	}
	b, err := json.Marshal(of)
	if err != nil {
		panic(err) // strings and numbers can be written
	}
	all := sha256.Sum256(b)
	return [16]byte(all[:16])
}

// stood is what stands on a page at now.
func (s *Site) stood(ctx context.Context, on ad.Page, r ad.Rules, now time.Time) (standing, error) {
	st, err := s.stands(ctx, on, now)
	return st.kept(r, on), err
}

// position fills the positions of a page that has room for these places, and gives those in its text, which stand after the blocks.
func (sh *sheet) position(f *Frame, on ad.Page, text doc.Doc, room ...ad.Place) (map[int]*Position, error) {
	st, r, err := sh.standing(on)
	if err != nil || len(st.places) == 0 {
		return nil, err
	}
	var spots []*Position
	behind := map[int]*Position{}
	for _, place := range room {
		card, used := st.places[place]
		if !used {
			continue
		}
		if place != ad.Text {
			spots = append(spots, &Position{Place: place, Card: card})
			continue
		}
		gaps, _ := ad.Spread(text, r.Text)
		for _, gap := range gaps {
			behind[gap.After] = &Position{Place: place, Card: card}
			spots = append(spots, behind[gap.After])
		}
	}
	sh.address(spots, on)
	f.Positions = gathered(spots, sh.glance == nil)
	sh.frames = sh.frames || len(spots) > 0
	return behind, nil
}

// gathered puts the positions where the templates look for them.
func gathered(spots []*Position, live bool) Positions {
	p := Positions{Boxes: len(spots) > 0, Live: live && len(spots) > 0}
	for _, spot := range spots {
		switch spot.Place {
		case ad.Top:
			p.Above = spot
		case ad.Beside:
			p.Beside = spot
		case ad.Between:
			p.Between = spot
		case ad.Foot:
			p.Below = spot
		}
	}
	return p
}

// address gives each position its frame's address, "/panel/en.a123/top.text.text/1", or that which a preview wants in it.
func (sh *sheet) address(spots []*Position, on ad.Page) {
	for i, spot := range spots {
		spot.N = i
	}
	if sh.glance != nil {
		shown := map[ad.Place]bool{}
		for _, spot := range spots {
			if !shown[spot.Place] { // one ad stands once on a page
				spot.Frame = sh.glance.Ads[spot.Place]
			}
			shown[spot.Place] = true
		}
		return
	}
	names := make([]string, len(spots))
	for i, spot := range spots {
		names[i] = string(spot.Place)
	}
	for i, spot := range spots {
		spot.Panel = fmt.Sprintf("/panel/%s/%s/%d", panelPageKey(on), strings.Join(names, "."), i)
	}
}

// standing is what stands on the page in the making. From here on the page is remembered, and made anew when something else stands there.
func (sh *sheet) standing(on ad.Page) (standing, ad.Rules, error) {
	r, err := sh.Ads.Rules(sh.ctx)
	if err != nil {
		return standing{}, r, err
	}
	if sh.glance == nil {
		sh.tags = append(sh.tags, sh.posted.begin(on))
	}
	st, err := sh.stood(sh.ctx, on, r, sh.now)
	if err != nil {
		return st, r, err
	}
	if sh.glance == nil {
		sh.posted.note(on, st.sum(r))
		sh.good(st.until)
		return st, r, nil
	}
	for place := range sh.glance.Ads { // an ad that is looked at stands where one could be sold
		if _, used := st.places[place]; !used && !r.Bars(on) && !slices.Contains(r.Closed, place) {
			if st.places == nil {
				st.places = map[ad.Place]HouseCard{}
			}
			st.places[place] = HouseCard{}
		}
	}
	return st, r, nil
}

// within draws the positions of a text behind their blocks; nil where there are none.
func (sh *sheet) within(f Frame, behind map[int]*Position, textLang string) func(int) template.HTML {
	if len(behind) == 0 {
		return nil
	}
	drawn := map[int]template.HTML{}
	for after, p := range behind {
		if textLang != "" {
			p.Lang, p.Dir = f.Lang, cmp.Or(f.Dir, "ltr")
		}
		var b strings.Builder
		if err := sh.views.Draw(&b, sh.lang, viewPosition, Placed{f, p}); err != nil {
			sh.Log.Error("a position in a text could not be drawn", "error", err)
			continue
		}
		drawn[after] = template.HTML(b.String())
	}
	return func(block int) template.HTML { return drawn[block] }
}

// Placed is a position with the page it stands on.
type Placed struct {
	Frame
	*Position
}

// At is a position of the page, with the page; nil stays nil.
func (f Frame) At(p *Position) *Placed {
	if p == nil {
		return nil
	}
	return &Placed{f, p}
}

// mostPosted bounds the pages whose positions are remembered one by one; those beyond are made anew at every change.
const mostPosted = 50_000

// tagPosted is on the pages beyond.
const tagPosted = "posted"

// posted remembers what stood on each page when it was made.
type posted struct {
	mu    sync.Mutex
	pages map[string]*postedPage
}

type postedPage struct {
	on   ad.Page
	sum  [16]byte
	made bool // sum is that of the page as it was last made; else it is being made
}

// begin remembers that a page is being made, and gives its tag.
func (p *posted) begin(on ad.Page) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	code := panelPageKey(on)
	if p.pages == nil {
		p.pages = map[string]*postedPage{}
	}
	if p.pages[code] == nil && len(p.pages) >= mostPosted {
		return tagPosted
	}
	p.pages[code] = &postedPage{on: on}
	return tagPosted + ":" + code
}

// note remembers what stands on a page.
func (p *posted) note(on ad.Page, sum [16]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if page := p.pages[panelPageKey(on)]; page != nil {
		page.sum, page.made = sum, true
	}
}

// all are the pages remembered.
func (p *posted) all() map[string]postedPage {
	p.mu.Lock()
	defer p.mu.Unlock()
	pages := make(map[string]postedPage, len(p.pages))
	for code, page := range p.pages {
		pages[code] = *page
	}
	return pages
}

// watchPositions has those pages made anew on which something else stands than when they were made.
func (s *Site) watchPositions() {
	job.Watch(s.Jobs, ad.Changed, func(ctx context.Context, _ int64, _ time.Time) { s.restand(ctx, s.Clock()) })
}

// restand purges the pages on which something else stands at now. What cannot be told is made anew.
func (s *Site) restand(ctx context.Context, now time.Time) {
	tags := []string{tagPosted}
	r, err := s.Ads.Rules(ctx)
	if err != nil {
		s.Log.Error("the rules for positions are not known; all pages with room for them are made anew", "error", err)
	}
	for code, page := range s.posted.all() {
		if err == nil && page.made {
			if st, err := s.stood(ctx, page.on, r, now); err == nil && st.sum(r) == page.sum {
				continue
			}
		}
		tags = append(tags, tagPosted+":"+code)
	}
	s.cache.Purge(tags...)
}

// stands is what may stand on a page at now: of each place in use the house's own card, else one with the paper's name.
func (s *Site) stands(ctx context.Context, on ad.Page, now time.Time) (standing, error) {
	st, err := s.Ads.Stands(ctx, on, now)
	if err != nil {
		return standing{}, err
	}
	places := map[ad.Place]HouseCard{}
	for p, house := range st.Places {
		places[p] = HouseCard{Head: cmp.Or(house.Headline, house.Alt), Line: house.Line, Verb: house.Verb, Href: house.Link}
	}
	return standing{places, st.Until}, nil
}

// The places that a page has room for.
var (
	roomOfText = []ad.Place{ad.Top, ad.Beside, ad.Text, ad.Foot}
	roomOfPage = []ad.Place{ad.Top, ad.Foot}
)

// unsold tells whether an article has no positions: a sensitive one, and one for which they are switched off.
func unsold(a article.Article) bool { return a.Sensitive || a.Quiet }

// articlePositions are the positions of an article, and after which blocks those in its text stand.
func (sh *sheet) articlePositions(f *Frame, x told) (map[int]*Position, error) {
	if unsold(x.Article) {
		return nil, nil
	}
	return sh.position(f, ad.Page{Kind: ad.ArticlePage, ID: x.ID, Sections: ad.In(sh.tree, x.Article.Sections...), Topics: x.Article.Topics, Lang: sh.lang}, x.Body, roomOfText...)
}

// listPositions are the positions of a page that lists articles; between its cards where there are enough.
func (sh *sheet) listPositions(f *Frame, kind ad.PageKind, id int64, between bool) error {
	room := []ad.Place{ad.Top, ad.Beside}
	if between {
		room = append(room, ad.Between)
	}
	on := ad.Page{Kind: kind, ID: id, Lang: sh.lang}
	switch kind {
	case ad.SectionPage:
		on.Sections = ad.In(sh.tree, id)
	case ad.TopicPage:
		on.Topics = []int64{id}
	}
	_, err := sh.position(f, on, doc.Doc{}, append(room, ad.Foot)...)
	return err
}

// manyCards is after how many cards of a list a position may stand.
const manyCards = 6

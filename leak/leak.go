// Package leak asks every address of the readers' site as a stranger would, and looks in the answers for anything that is not public.
package leak

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/article"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/media"
	"lede/press"
)

// Answer is what a stranger got.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Ask asks for an address as a stranger; it follows no redirect. It is called by several at once.
type Ask func(ctx context.Context, method, path string, header http.Header) (Answer, error)

// Leak is one thing that the public should not see and does.
type Leak struct {
	Asked   string // "GET /world"
	Article int64  // whose it is; 0 for what belongs to none
	Says    string
	canary  uint64
}

func (l Leak) String() string {
	if l.Article == 0 {
		return fmt.Sprintf("%s %s", l.Asked, l.Says)
	}
	return fmt.Sprintf("%s %s (article %d)", l.Asked, l.Says, l.Article)
}

// Report says what was looked at and found.
type Report struct {
	Asked    int // addresses
	Articles int // that have something the public does not see
	Canaries int // phrases looked for
	Media    int // that the public does not see
	Comments int // that the public does not see
	Leaks    []Leak
}

// Test asks every public address of the paper, and every address of what is not public that could be known or guessed, and lists
// whatever is told that should not be. What becomes public while it asks is no leak.
func Test(ctx context.Context, p *press.Press, ask Ask) (Report, error) {
	t := &test{Press: p, ask: ask, now: p.Clock(), canaries: canaries{by: map[uint64]canary{}}, leaks: map[Leak]bool{}, opened: map[string]bool{}, unseen: map[int64]bool{}}
	for _, step := range []func(context.Context) error{t.gather, t.strikePublic, t.knock, t.crawl} {
		if err := step(ctx); err != nil {
			return t.report, err
		}
	}
	t.report.Canaries = len(t.by)
	err := t.settle(ctx)
	return t.report, err
}

type test struct {
	*press.Press
	canaries
	report Report
	ask    Ask
	now    time.Time
	langs  []string
	hidden []door         // what must not open
	ahead  []int64        // the articles that will come by themselves
	unseen map[int64]bool // articles that the public does not see
	paths  []string       // of articles under which something was written
	crawlState
	leaks  map[Leak]bool
	opened map[string]bool // what was asked and may be answered by now
}

// door is an address that a stranger must not get in at.
type door struct {
	path string
	of   int64
}

// gather takes canaries from all that is not public, and the addresses at which it would stand.
func (t *test) gather(ctx context.Context) error {
	p, err := t.Papers.Get(ctx)
	if err != nil {
		return err
	}
	t.langs, t.base = p.Langs, p.Address
	zone := p.Clock()
	articles := map[int64]bool{}
	err = t.Articles.Unseen(ctx, t.now, func(a article.Article, waits *article.Text) error {
		articles[a.ID] = true
		if !t.public(a) {
			t.unseen[a.ID] = true
			t.text(a.ID, a.Text)
			t.shut(a, zone)
			if a.Stage == article.Scheduled {
				t.ahead = append(t.ahead, a.ID)
			}
		}
		if waits != nil {
			t.text(a.ID, *waits)
			t.frames(a.ID, waits.Body)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if t.Desk != nil {
		err = t.Desk.Unseen(ctx, func(id int64, value string) {
			articles[id] = true
			for _, line := range strings.Split(said(value), "\n") {
				t.add(id, "what is being written", line)
			}
		})
	}
	t.report.Articles = len(articles)
	if err != nil {
		return err
	}
	if err := t.gatherComments(ctx); err != nil {
		return err
	}
	return t.gatherRest(ctx)
}

func (t *test) public(a article.Article) bool {
	return !a.Published.IsZero() && !a.Published.After(t.now) && (a.Withdrawn.IsZero() || a.Withdrawn.After(t.now))
}

// shut notes the addresses of an article that is not public: its own, and those that somebody would guess.
func (t *test) shut(a article.Article, zone *time.Location) {
	guess := []string{a.Path}
	slug := cmp.Or(a.Slug, article.Slug(a.Headline))
	for _, month := range []time.Time{t.now, t.now.AddDate(0, 1, 0), a.Published} {
		if slug != "" && !month.IsZero() {
			guess = append(guess, month.In(zone).Format("/2006/01/")+slug)
		}
	}
	for i, path := range guess {
		if path != "" && !slices.Contains(guess[:i], path) {
			t.hidden = append(t.hidden, door{path, a.ID})
		}
	}
	t.frames(a.ID, a.Body)
}

func (t *test) frames(id int64, body doc.Doc) {
	for _, f := range body.Frames() {
		t.hidden = append(t.hidden, door{"/frame/" + strconv.FormatInt(id, 10) + "/" + f.ID, id})
	}
}

// gatherRest takes what belongs to no article: pictures that nobody sees yet, and alerts to come.
func (t *test) gatherRest(ctx context.Context) error {
	all, err := t.allMedia(ctx)
	if err != nil {
		return err
	}
	for _, m := range all {
		seen, err := t.sees(ctx, m)
		if err != nil {
			return err
		}
		if seen {
			continue
		}
		t.report.Media++
		t.add(0, "a picture's caption", m.Caption)
		t.add(0, "a picture's alternative text", m.Alt)
		t.addToken(0, "the address of a picture", m.Token)
		for _, path := range addresses(m) {
			t.hidden = append(t.hidden, door{path, 0})
		}
	}
	alerts, err := t.Fronts.Alerts(ctx)
	for _, a := range alerts {
		if a.Ahead(t.now) {
			t.add(0, "an alert that is to come", a.Text)
		}
	}
	return err
}

func (t *test) allMedia(ctx context.Context) ([]media.Media, error) {
	const page = 500
	var all []media.Media
	for _, trash := range []bool{false, true} {
		for before, more := int64(0), true; more; {
			list, err := t.Media.List(ctx, media.Filter{Trash: trash}, before, page)
			if err != nil {
				return nil, err
			}
			all = append(all, list...)
			if more = len(list) == page; more {
				before = list[page-1].ID
			}
		}
	}
	return all, nil
}

// sees tells whether the public sees a medium somewhere.
func (t *test) sees(ctx context.Context, m media.Media) (bool, error) {
	for _, shows := range []func() (bool, error){
		func() (bool, error) { return t.Articles.Shows(ctx, m.ID, t.now) },
		func() (bool, error) { return t.Staff.Faces(ctx, m.ID) },
		func() (bool, error) { return t.Papers.Shows(ctx, m.ID) },
	} {
		if seen, err := shows(); err != nil || seen {
			return seen, err
		}
	}
	return false, nil
}

// said is every text in a piece of JSON, one to a line; the piece itself where it is none.
func said(value string) string {
	var tree any
	if json.Unmarshal([]byte(value), &tree) != nil {
		return value
	}
	var b strings.Builder
	gatherTexts(tree, &b)
	return b.String()
}

func gatherTexts(tree any, b *strings.Builder) {
	switch tree := tree.(type) {
	case string:
		b.WriteString(tree + "\n")
	case []any:
		for _, one := range tree {
			gatherTexts(one, b)
		}
	case map[string]any:
		for key, one := range tree {
			if key != "type" && key != "id" {
				gatherTexts(one, b)
			}
		}
	}
}

// strikePublic takes out every canary that stands in something the public may see.
func (t *test) strikePublic(ctx context.Context) error {
	err := t.Articles.Said(ctx, t.now, func(text article.Text, note string) {
		t.strikeText(text)
		t.strike(note)
	})
	if err != nil {
		return err
	}
	p, err := t.Papers.Get(ctx)
	if err != nil {
		return err
	}
	settings, err := json.Marshal(p)
	if err != nil {
		return err
	}
	t.strike(said(string(settings)))
	if err := t.strikeComments(ctx); err != nil {
		return err
	}
	return t.strikeNames(ctx)
}

// strikeNames is strikePublic for sections, standing pages, alerts that were seen, and what editors call things on the fronts.
func (t *test) strikeNames(ctx context.Context) error {
	tree, err := t.Sections.Tree(ctx)
	if err != nil {
		return err
	}
	for _, s := range tree {
		for _, lang := range t.langs {
			t.strike(s.NameIn(lang))
		}
	}
	for _, lang := range t.langs {
		pages, err := t.Papers.Pages(ctx, lang)
		if err != nil {
			return err
		}
		for _, p := range pages {
			t.strike(p.Title)
			t.strike(p.Body.Text())
		}
	}
	alerts, err := t.Fronts.Alerts(ctx)
	for _, a := range alerts {
		if !a.Ahead(t.now) {
			t.strike(a.Text)
		}
	}
	return err
}

// settle lists what was found, but for what has become public since.
func (t *test) settle(ctx context.Context) error {
	out, err := t.cameOut(ctx)
	if err != nil {
		return err
	}
	for l := range t.leaks {
		if _, secret := t.by[l.canary]; secret || l.canary == 0 && !out[l.Article] && !t.opened[l.Asked] {
			t.report.Leaks = append(t.report.Leaks, l)
		}
	}
	slices.SortFunc(t.report.Leaks, func(a, b Leak) int { return strings.Compare(a.String(), b.String()) })
	return nil
}

// openMedia says that these are no secret any more.
func (t *test) openMedia(ctx context.Context, ids []int64) error {
	found, err := t.Media.Get(ctx, ids...)
	for _, m := range found {
		t.strike(m.Caption)
		t.strike(m.Alt)
		t.strike(m.Token)
		for _, path := range addresses(m) {
			t.opened["GET "+path] = true
		}
	}
	return err
}

// addresses are all at which a medium is served.
func addresses(m media.Media) []string {
	if m.Kind != media.Picture {
		return []string{m.File()}
	}
	var all []string
	for _, width := range m.Widths {
		all = append(all, m.URL(width))
	}
	return all
}

// cameOut are the articles that were not public when the test began and are now. What they say is a secret no more.
func (t *test) cameOut(ctx context.Context) (map[int64]bool, error) {
	now, out := t.Clock(), map[int64]bool{}
	for _, d := range t.hidden {
		if d.of == 0 || out[d.of] || !slices.ContainsFunc(t.ahead, func(id int64) bool { return id == d.of }) {
			continue
		}
		a, err := t.Articles.Public(ctx, d.of, now)
		if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Gone) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out[d.of] = true
		t.strikeText(a.Text)
		if err := t.openMedia(ctx, append(a.Body.Media(), a.Lead.Media)); err != nil {
			return nil, err
		}
	}
	if err := t.strikeComments(ctx); err != nil { // what moderators showed meanwhile
		return nil, err
	}
	alerts, err := t.Fronts.Alerts(ctx)
	for _, a := range alerts {
		if !a.Ahead(now) {
			t.strike(a.Text)
		}
	}
	return out, err
}

package newsroom

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"lede/article"
	"lede/internal/fault"
	"lede/internal/fetch"
	"lede/media"
	"lede/paper"
)

// panelChecks looks the article over and puts what it finds on the panel. Links were looked at before, or are not.
func (v *visit) panelChecks(p *panel) error {
	facts := article.Facts{Levels: v.paper.Checks, Now: v.now, Media: map[int64]article.Medium{}, Links: v.book().known(p.Article.Text, v.now)}
	used, err := v.Media.Get(v.ctx(), p.Article.Text.Media()...)
	if err != nil {
		return err
	}
	for id, m := range used {
		facts.Media[id] = article.Medium{Alt: m.Alt, Picture: m.Kind == media.Picture, Until: m.Until(v.now.Location())}
	}
	p.Checks, p.Stops = nil, 0
	for _, c := range article.Checks(p.Article.Text, facts) {
		row := checkRow{Check: c}
		if len(c.Where) > 0 {
			row.Go = p.Base + "#" + c.Where[0]
		}
		if c.Level == article.Stops {
			p.Stops++
		}
		p.Checks = append(p.Checks, row)
	}
	return nil
}

// book is what the newsroom knows of links.
func (v *visit) book() *linkBook { return &v.links }

// linkBook is what was found out about addresses on the web, for some minutes.
type linkBook struct {
	mu    sync.Mutex
	found map[string]linkFact
	once  sync.Once
	asks  *fetch.Client
}

type linkFact struct {
	wrong string // "" if it answers
	at    time.Time
}

const (
	linkHolds = 10 * time.Minute
	linksMost = 60 // of one article
	linksOnce = 6  // asked at the same time
	linkBytes = 64 << 10
)

// known is what is known of the article's links; what is not stays out.
func (b *linkBook) known(t article.Text, now time.Time) map[string]string {
	b.mu.Lock()
	defer b.mu.Unlock()
	known := map[string]string{}
	for _, to := range t.Links() {
		if f, ok := b.found[to]; ok && now.Sub(f.at) < linkHolds {
			known[to] = f.wrong
		}
	}
	return known
}

// look asks every link of the article that was not asked lately.
func (b *linkBook) look(v *visit, t article.Text) {
	b.once.Do(func() { b.asks = fetch.New(fetch.Options{Timeout: 6 * time.Second}) })
	known := b.known(t, v.now)
	var wait sync.WaitGroup
	turns := make(chan struct{}, linksOnce)
	for i, to := range t.Links() {
		if _, ok := known[to]; ok || i >= linksMost {
			continue
		}
		wait.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			b.keep(to, v.answers(b.asks, to), v.now)
		})
	}
	wait.Wait()
}

func (b *linkBook) keep(to, wrong string, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.found == nil || len(b.found) > 10_000 {
		b.found = map[string]linkFact{}
	}
	b.found[to] = linkFact{wrong, now}
}

// answers says what is wrong with a link, "" if nothing is. One to the paper itself is looked up; no private address is ever asked.
func (v *visit) answers(asks *fetch.Client, to string) string {
	if path, own := v.ownPath(to); own {
		_, err := v.Papers.At(v.ctx(), path)
		if errors.Is(err, fault.NotFound) && path != "/" {
			return "nothing stands there"
		}
		return ""
	}
	if !strings.HasPrefix(to, "http://") && !strings.HasPrefix(to, "https://") {
		return "" // mailto: and the like
	}
	_, err := asks.Get(v.ctx(), to, linkBytes)
	return linkWrong(err)
}

// ownPath is the path of a link that leads to the paper itself.
func (v *visit) ownPath(to string) (path string, own bool) {
	rest, absolute := to, false
	if v.paper.Address != "" {
		rest, absolute = strings.CutPrefix(to, v.paper.Address)
	}
	if !absolute && !strings.HasPrefix(to, "/") || !paper.IsPathOrWeb(to) {
		return "", false
	}
	path, _, _ = strings.Cut(rest, "#")
	path, _, _ = strings.Cut(path, "?")
	if path == "" {
		path = "/"
	}
	return path, true
}

// linkWrong says what an answer means. Pages that keep programs out are there for people.
func linkWrong(err error) string {
	var status fetch.StatusError
	switch {
	case err == nil, errors.Is(err, fetch.TooLarge):
		return ""
	case errors.Is(err, fetch.Refused):
		return "it leads to no public address"
	case errors.As(err, &status):
		if status.Status == http.StatusNotFound || status.Status == http.StatusGone || status.Status >= 500 {
			return "it answers " + http.StatusText(status.Status)
		}
		return ""
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer within six seconds"
	}
	return "no answer"
}

// lookAtLinks asks the article's links and tells how the checks stand then.
func lookAtLinks(v *visit) error {
	p, err := v.panel()
	if err != nil {
		return err
	}
	v.book().look(v, p.Article.Text)
	if err := v.panelChecks(&p); err != nil {
		return err
	}
	return v.answer(http.StatusOK, struct {
		Checks []checkRow `json:"checks"`
		Stops  int        `json:"stops"`
	}{p.Checks, p.Stops})
}

// whoIs are the names of people of the staff by their ids; the clock's, and of what was brought in, too.
func (v *visit) whoIs(ids ...int64) (map[int64]string, error) {
	people, err := v.faces()
	names := map[int64]string{0: "Brought in", -1: "The clock"}
	for _, id := range ids {
		if id > 0 {
			names[id] = people.who(id).Name
		}
	}
	return names, err
}

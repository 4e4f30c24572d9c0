package ad

import (
	"context"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/x-way/crawlerdetect"
	"golang.org/x/time/rate"
)

// Why something does not count. What was rejected is kept with its reason, and is not billed.
const (
	Robot      = "known robot"
	Headless   = "headless browser"
	NoBrowser  = "no browser" // it does not send what a browser sends
	OurStaff   = "our own staff"
	Excluded   = "excluded network" // the publisher has listed it
	TooFast    = "too fast from one network"
	Impossible = "impossible time" // viewed within less than a second, before it was offered, before it was rendered
	Repeat     = "repeat"
	Late       = "late" // more than four hours after the offer
	Elsewhere  = "another position"
	Unrendered = "click before render"
	Fetched    = "link preview" // what looks at a link for somebody, or in advance
)

// Reasons are all reasons, in the order in which they are looked for.
func Reasons() []string {
	return []string{OurStaff, Fetched, Headless, Robot, NoBrowser, Excluded, Elsewhere, Late, Impossible, TooFast, Repeat, Unrendered}
}

// The bounds of what counts.
const (
	Lasts      = 4 * time.Hour          // so long after an offer
	ViewedFrom = time.Second            // MRC Viewable Ad Impression Guidelines: one continuous second
	clickFrom  = 200 * time.Millisecond // nobody reads and clicks in less
	skew       = 2 * time.Second        // the clocks of two nodes
)

// Sighting is what somebody says to have seen, and what is known of who says so. Nothing of it is kept but its reason.
type Sighting struct {
	Offer
	Measure   Measure
	At        time.Time
	N         int  // the position it was said of
	Automated bool // the browser says that it is driven by a program (navigator.webdriver)
	Staff     bool // whoever it is works here
	From      netip.Addr
	Agent     string // User-Agent
	Header    Header
}

// Header is what a browser says of a request without being asked (Fetch Metadata, W3C; RFC 9110).
type Header struct {
	Secure           bool   // over TLS, or to this machine itself: only then browsers send Sec-Fetch
	Site, Mode, Dest string // Sec-Fetch-Site, -Mode, -Dest
	Language         string // Accept-Language
	Brands           string // Sec-CH-UA
	Purpose          string // Sec-Purpose, or the older Purpose and X-Moz
}

// Invalid is why what was seen does not count; "" if nothing speaks against it. Whether it is a repeat, or a click without a render, is
// found when it is recorded.
func (s *Store) Invalid(sig Sighting) string {
	if reason := sig.Offer.Reason; reason != "" {
		return reason
	}
	if sig.Staff {
		return OurStaff
	}
	if reason := s.Robotic(sig.Agent, sig.Automated, sig.Header); reason != "" {
		return reason
	}
	switch {
	case s.excluded(sig.From, sig.At):
		return Excluded
	case sig.N != sig.Offer.N:
		return Elsewhere
	case sig.At.Sub(sig.Offer.At) > Lasts:
		return Late
	case !possible(sig):
		return Impossible
	case !s.watch.admit(sig.From, sig.Agent, sig.At):
		return TooFast
	}
	return ""
}

// Robotic is why a request is not a person's: Fetched, Headless, Robot or NoBrowser; "" for a person's browser. For an offer that is
// being made, automated is false and the measure is not known yet.
func (s *Store) Robotic(agent string, automated bool, h Header) string {
	low := strings.ToLower(agent)
	switch {
	case h.Purpose != "" || hasAny(low, previewers):
		return Fetched
	case automated || hasAny(low, headless) || strings.Contains(h.Brands, "Headless"):
		return Headless
	case s.watch.agents.robot(agent):
		return Robot
	case !browser(agent, h):
		return NoBrowser
	}
	return ""
}

// previewers fetch a link to show a card of it, or to look whether it is safe, when somebody sends it: what their makers say they send.
var previewers = []string{"facebookexternalhit", "facebookcatalog", "meta-externalfetcher", "whatsapp/", "telegrambot", "twitterbot", "slackbot", "slack-imgproxy",
	"discordbot", "linkedinbot", "skypeuripreview", "microsoftpreview", "pinterestbot", "redditbot", "viber", "vkshare", "snap url preview", "embedly", "iframely",
	"mastodon/", "pleroma", "misskey", "akkoma", "google-pagerenderer", "googleimageproxy", "mattermost", "zoombot", "bingpreview", "safelinks", "urldefense", "barracuda"}

// headless are browsers without a screen, and what drives them.
var headless = []string{"headless", "phantomjs", "puppeteer", "playwright", "selenium", "webdriver", "cypress/", "slimerjs", "electron/", "jsdom", "htmlunit"}

func hasAny(low string, of []string) bool {
	for _, part := range of {
		if strings.Contains(low, part) {
			return true
		}
	}
	return false
}

// browser tells whether a request has what all browsers of the last years send (Fetch Metadata: Chrome 76, Firefox 90, Safari 16.4).
func browser(agent string, h Header) bool {
	if !strings.HasPrefix(agent, "Mozilla/5.0 (") || len(agent) < 40 || h.Language == "" {
		return false
	}
	if !h.Secure {
		return true
	}
	switch h.Site {
	case "same-origin", "same-site", "cross-site", "none":
	default:
		return false
	}
	return h.Mode != "" && h.Dest != ""
}

// possible tells whether something can have happened when it is said to have. Without a script nothing says when it was looked at.
func possible(sig Sighting) bool {
	since := sig.At.Sub(sig.Offer.At)
	switch sig.Measure {
	case Viewed:
		return sig.Scripted && since >= ViewedFrom
	case Clicked:
		return since >= clickFrom
	}
	return since >= -skew
}

// excluded tells whether the publisher has listed a network whose views are not billed.
func (s *Store) excluded(from netip.Addr, now time.Time) bool {
	from = from.Unmap().WithZone("")
	for _, p := range s.listed(now) {
		if p.Contains(from) {
			return true
		}
	}
	return false
}

// rulesFor is how long the listed networks are taken from memory.
const rulesFor = 5 * time.Second

// listed are the networks the publisher has listed, as they stood at most rulesFor ago. Where they cannot be read now, the last ones hold:
// nothing is written then either.
func (s *Store) listed(now time.Time) []netip.Prefix {
	w := &s.watch
	w.mu.Lock()
	defer w.mu.Unlock()
	if age := now.Sub(w.read); age >= 0 && age < rulesFor {
		return w.listed
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if r, err := s.Rules(ctx); err == nil {
		w.listed, w.read = r.Exclude, now
	}
	return w.listed
}

// How fast people are: a page view with four positions says eight things. Whoever is faster is held to be a program until it has been
// quiet for a while.
const (
	personRate   = 1 // a second, of one browser in one network
	personBurst  = 60
	networkRate  = 20 // a second, of one network: a school, a carrier's gateway
	networkBurst = 600
	quiet        = 10 * time.Minute
	mostWatched  = 20000
)

// watch remembers who said something lately. It never holds more than twice mostWatched, and forgets who has not been seen for long.
type watch struct {
	mu            sync.Mutex
	listed        []netip.Prefix
	read          time.Time
	recent, older map[watched]*pulse
	agents        agentBook
}

// watched is a browser in a network; agent is "" for the network as a whole.
type watched struct {
	network netip.Prefix
	agent   string
}

// pulse is how fast something is.
type pulse struct {
	*rate.Limiter
	until time.Time // it was too fast: until then nothing of it counts
}

// admit tells whether one more comes at a pace of people. A browser that was too fast is not admitted until it has been quiet; a network
// that was too fast only while it is, for others are behind it too.
func (w *watch) admit(from netip.Addr, agent string, now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := network(from)
	one := w.of(watched{n, agent}, personRate, personBurst)
	if now.Before(one.until) || !one.AllowN(now, 1) {
		one.until = now.Add(quiet)
		return false
	}
	return w.of(watched{network: n}, networkRate, networkBurst).AllowN(now, 1)
}

func (w *watch) of(k watched, perSecond rate.Limit, burst int) *pulse {
	p := w.recent[k]
	if p == nil {
		if p = w.older[k]; p == nil {
			p = &pulse{Limiter: rate.NewLimiter(perSecond, burst)}
		}
		if w.recent == nil || len(w.recent) >= mostWatched {
			w.older, w.recent = w.recent, map[watched]*pulse{}
		}
		w.recent[k] = p
	}
	return p
}

// network is the neighbourhood of an address: /24 of IPv4, /64 of IPv6.
func network(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := 24
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits) // fits every address; of none it is no prefix
	return p
}

// agentBook remembers which user agents are robots', for the list is long and slow to ask. It never holds more than twice mostAgents.
type agentBook struct {
	mu            sync.Mutex
	recent, older map[string]bool
}

const mostAgents = 5000

// robot tells whether a user agent is on the list of known robots (the list of JayBizzle/Crawler-Detect). An empty one is.
func (b *agentBook) robot(agent string) bool {
	if strings.TrimSpace(agent) == "" {
		return true
	}
	if len(agent) > 512 {
		agent = agent[:512]
	}
	b.mu.Lock()
	is, known := b.recent[agent]
	if !known {
		is, known = b.older[agent]
	}
	b.mu.Unlock()
	if !known {
		is = crawlerdetect.IsCrawler(agent)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.recent == nil || len(b.recent) >= mostAgents {
		b.older, b.recent = b.recent, map[string]bool{}
	}
	b.recent[agent] = is
	return is
}

package doc

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// EmbedOf recognises an address: who provides it (youtube, vimeo, datawrapper, x, mastodon, bluesky, else "page") and
// what a frame of theirs would load after a click ("" for a page). It asks nobody. ok is false where the address
// is not an absolute http or https address that may stand in a text.
func EmbedOf(address string) (provider, frame string, ok bool) {
	u, err := url.Parse(address)
	if err != nil || !goodURL(address) || u.Scheme != "http" && u.Scheme != "https" {
		return "", "", false
	}
	host := strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(u.Hostname()), "www."), "m.")
	if u.Port() != "" && u.Port() != "443" && u.Port() != "80" {
		return "page", "", true
	}
	for _, p := range providers {
		if p.hosts != nil && !slices.Contains(p.hosts, host) {
			continue
		}
		if frame := p.frame(host, u); frame != "" {
			return p.name, frame, true
		}
	}
	return "page", "", true
}

// FrameHosts lists the hosts whose frames the text's embeds would load on a click, each once, in order:
// what the page's policy must allow as frame-src.
func (d Doc) FrameHosts() []string {
	var hosts []string
	for n := range d.All() {
		if n.Type != "embed" {
			continue
		}
		if h := frameHost(n.Attrs.URL); h != "" && !slices.Contains(hosts, h) {
			hosts = append(hosts, h)
		}
	}
	return hosts
}

func frameHost(address string) string {
	_, frame, _ := EmbedOf(address)
	return hostOf(frame)
}

// hostOf is the host between "https://" and the next slash.
func hostOf(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}

// provider knows the addresses of one place; frame is "" where an address is not one of its pieces.
type provided struct {
	name  string
	hosts []string // nil: any
	frame func(host string, u *url.URL) string
}

var providers = []provided{
	{"youtube", []string{"youtube.com", "youtu.be", "youtube-nocookie.com", "music.youtube.com"}, youtube},
	{"vimeo", []string{"vimeo.com", "player.vimeo.com"}, vimeo},
	{"datawrapper", []string{"datawrapper.dwcdn.net", "datawrapper.de", "dwcdn.net"}, datawrapper},
	{"x", []string{"x.com", "twitter.com", "mobile.twitter.com", "platform.twitter.com"}, xCom},
	{"bluesky", []string{"bsky.app", "embed.bsky.app"}, bluesky},
	{"mastodon", nil, mastodon},
}

var (
	youtubeID   = regexp.MustCompile(`^[A-Za-z0-9_-]{11}$`)
	youtubePath = regexp.MustCompile(`^/(?:embed|shorts|live|v)/([A-Za-z0-9_-]{11})/?$`)
	seconds     = regexp.MustCompile(`^(\d{1,6})s?$`)
	vimeoPath   = regexp.MustCompile(`^/(?:video/)?(\d{1,12})(?:/([0-9a-f]{6,16}))?/?$`)
	vimeoHash   = regexp.MustCompile(`^[0-9a-f]{6,16}$`)
	wrapperPath = regexp.MustCompile(`^/(?:_/|chart/)?([A-Za-z0-9]{5})(?:/\d*)?(?:/|/index\.html)?$`)
	xPath       = regexp.MustCompile(`^/[A-Za-z0-9_]{1,20}/status(?:es)?/(\d{1,20})(?:/.*)?$`)
	digits      = regexp.MustCompile(`^\d{1,20}$`)
	skyPath     = regexp.MustCompile(`^/profile/([A-Za-z0-9.:_-]{3,256})/post/([A-Za-z0-9._~-]{1,64})/?$`)
	skyEmbed    = regexp.MustCompile(`^/embed/([A-Za-z0-9.:_-]{3,256})/app\.bsky\.feed\.post/([A-Za-z0-9._~-]{1,64})/?$`)
	tootPath    = regexp.MustCompile(`^/@([A-Za-z0-9_.-]{1,64}(?:@[A-Za-z0-9.-]{1,128})?)/(\d{10,20})(?:/embed)?/?$`)
	plainHost   = regexp.MustCompile(`^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]+$`)
)

func youtube(host string, u *url.URL) string {
	id := u.Query().Get("v")
	if host == "youtu.be" {
		id = strings.Trim(u.Path, "/")
	} else if m := youtubePath.FindStringSubmatch(u.Path); m != nil {
		id = m[1]
	} else if u.Path != "/watch" {
		return ""
	}
	if !youtubeID.MatchString(id) {
		return ""
	}
	start := seconds.FindStringSubmatch(u.Query().Get("t") + u.Query().Get("start"))
	if start == nil {
		return "https://www.youtube-nocookie.com/embed/" + id
	}
	return "https://www.youtube-nocookie.com/embed/" + id + "?start=" + start[1]
}

func vimeo(_ string, u *url.URL) string {
	m := vimeoPath.FindStringSubmatch(u.Path)
	if m == nil {
		return ""
	}
	hash := m[2]
	if h := u.Query().Get("h"); hash == "" && vimeoHash.MatchString(h) {
		hash = h
	}
	frame := "https://player.vimeo.com/video/" + m[1] + "?dnt=1"
	if hash != "" {
		frame += "&h=" + hash
	}
	return frame
}

func datawrapper(_ string, u *url.URL) string {
	m := wrapperPath.FindStringSubmatch(u.Path)
	if m == nil {
		return ""
	}
	return "https://datawrapper.dwcdn.net/" + m[1] + "/"
}

func xCom(host string, u *url.URL) string {
	id := ""
	if m := xPath.FindStringSubmatch(u.Path); m != nil {
		id = m[1]
	} else if host == "platform.twitter.com" && u.Path == "/embed/Tweet.html" && digits.MatchString(u.Query().Get("id")) {
		id = u.Query().Get("id")
	}
	if id == "" {
		return ""
	}
	return "https://platform.twitter.com/embed/Tweet.html?dnt=true&id=" + id
}

func bluesky(_ string, u *url.URL) string {
	m := skyPath.FindStringSubmatch(u.Path)
	if m == nil {
		m = skyEmbed.FindStringSubmatch(u.Path)
	}
	if m == nil {
		return ""
	}
	return "https://embed.bsky.app/embed/" + m[1] + "/app.bsky.feed.post/" + m[2]
}

// mastodon recognises /@name/number on any host with a plain name.
func mastodon(host string, u *url.URL) string {
	m := tootPath.FindStringSubmatch(u.Path)
	if m == nil || !plainHost.MatchString(host) {
		return ""
	}
	return "https://" + strings.ToLower(u.Hostname()) + "/@" + m[1] + "/" + m[2] + "/embed"
}

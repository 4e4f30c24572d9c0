package web

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// contentPolicy is what a public page may load: its own things, nothing inline, nothing foreign. frames are the hosts whose
// frames it may show after a click.
func contentPolicy(frames string) string {
	frame := ""
	if frames != "" {
		frame = "frame-src " + frames + "; "
	}
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; " +
		"manifest-src 'self'; font-src 'self'; " + frame + "object-src 'none'; form-action 'self'; base-uri 'none'; " +
		"frame-ancestors 'none'; require-trusted-types-for 'script'"
}

// framed is the policy of a page with frames from these hosts, and of our own if own is set; nil when there are none. What is
// not a host is left out: nothing may smuggle a directive in.
func framed(hosts []string, own bool) []string {
	var good []string
	if own {
		good = append(good, "'self'")
	}
	for _, h := range hosts {
		h = strings.TrimPrefix(h, "https://")
		if validHost(h) {
			good = append(good, "https://"+h)
		}
	}
	if len(good) == 0 {
		return nil
	}
	return shared(contentPolicy(strings.Join(good, " ")))
}

// powers are the browser's features that a page of ours never asks for. Full screen and picture-in-picture stay with the
// reader: a film needs them.
const powers = "accelerometer=(), autoplay=(), browsing-topics=(), " +
	"camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), interest-cohort=(), local-fonts=(), " +
	"magnetometer=(), microphone=(), midi=(), payment=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()"

// security are the headers of every answer. A handler may set another value before it answers: media, which readers' feed
// programs show elsewhere, set Cross-Origin-Resource-Policy to cross-origin (see OpenToOthers).
var security = []field{
	{"Content-Security-Policy", shared(contentPolicy(""))},
	{"X-Content-Type-Options", shared("nosniff")},
	{"Referrer-Policy", shared("strict-origin-when-cross-origin")},
	{"Permissions-Policy", shared(powers)},
	{"Cross-Origin-Opener-Policy", shared("same-origin")},
	{"Cross-Origin-Resource-Policy", shared("same-site")},
	{"X-Frame-Options", shared("DENY")},
}

var (
	hsts        = shared("max-age=63072000")
	crossOrigin = shared("cross-origin")
	sandboxed   = shared("default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'; sandbox")
)

func setSecurity(h http.Header, tls bool) {
	for i := range security {
		h[security[i].name] = security[i].values
	}
	if tls {
		h["Strict-Transport-Security"] = hsts
	}
}

// WriteFramed is WriteOnce for a page that stands in a frame of our own.
func WriteFramed(w http.ResponseWriter, p Page) {
	w.Header().Set("X-Frame-Options", "SAMEORIGIN")
	writeOnce(w, p, "frame-ancestors 'self'")
}

// WriteOnce answers with a page that is for one reader alone, whole and uncached: its slots must be filled. Its policy is that of
// the page.
func WriteOnce(w http.ResponseWriter, p Page) { writeOnce(w, p, "frame-ancestors 'none'") }

func writeOnce(w http.ResponseWriter, p Page, ancestors string) {
	h := w.Header()
	csp := contentPolicy("")
	if own := framed(p.FrameHosts, p.Frames); own != nil {
		csp = own[0]
	}
	h.Set("Content-Security-Policy", strings.Replace(csp, "frame-ancestors 'none'", ancestors, 1))
	h.Set("Content-Type", cmp.Or(p.Type, "text/html; charset=utf-8"))
	for name, values := range p.Header {
		if http.CanonicalHeaderKey(name) != "Cache-Control" {
			h[http.CanonicalHeaderKey(name)] = values
		}
	}
	h["Cache-Control"] = noStore
	w.WriteHeader(cmp.Or(p.Status, http.StatusOK))
	_, _ = w.Write(p.Body) // whoever asked may be gone
}

// FrameHeader is what an answer says whose code is not ours: it runs in a sandbox that has no origin, may draw what it brings
// along, may load nothing, and stands in frames of this site alone. Opener policy is left out, for a sandboxed page that has one
// cannot be opened in a window of its own.
func FrameHeader() http.Header {
	return http.Header{
		"Content-Security-Policy": {"default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:; media-src data:; " +
			"base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox"},
		"X-Frame-Options":              {"SAMEORIGIN"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
		"Cross-Origin-Opener-Policy":   {"unsafe-none"},
		"X-Robots-Tag":                 {"noindex"},
	}
}

// PanelHeader is what an answer says that shows what somebody outside made, in a frame of this site: it runs in a sandbox that has no
// origin, may open a window where it is clicked, and loads what may names alone, for each directive of the content security policy the
// addresses (one that ends in a slash is for all below it) and digests it takes. No power of the browser is its, and who follows a link
// in it says nothing of where from. What is nested stands in a frame within such a frame: no origin of its ancestors can be named, for
// the one around it has none, so nothing is said of them.
func PanelHeader(may map[string][]string, nested bool) http.Header {
	var csp strings.Builder
	csp.WriteString("default-src 'none'; ")
	for _, directive := range slices.Sorted(maps.Keys(may)) {
		csp.WriteString(directive + " " + strings.Join(may[directive], " ") + "; ")
	}
	csp.WriteString("object-src 'none'; base-uri 'none'; form-action 'none'; ")
	if !nested {
		csp.WriteString("frame-ancestors 'self'; ")
	}
	csp.WriteString("sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox")
	h := http.Header{
		"Content-Security-Policy":      {csp.String()},
		"X-Frame-Options":              {"SAMEORIGIN"},
		"Cross-Origin-Resource-Policy": {"cross-origin"}, // an opaque origin is no site
		"Cross-Origin-Opener-Policy":   {"unsafe-none"},  // see FrameHeader
		"Permissions-Policy":           {powers + noPowers},
		"Referrer-Policy":              {"no-referrer"},
		"X-Robots-Tag":                 {"noindex"},
		"X-DNS-Prefetch-Control":       {"off"},
	}
	if nested {
		h["X-Frame-Options"] = nil
	}
	return h
}

// noPowers are those that pages of ours leave to the reader, and those that measure people for others.
const noPowers = ", attribution-reporting=(), bluetooth=(), clipboard-read=(), clipboard-write=(), compute-pressure=(), encrypted-media=(), fullscreen=(), " +
	"gamepad=(), identity-credentials-get=(), join-ad-interest-group=(), keyboard-map=(), otp-credentials=(), picture-in-picture=(), private-aggregation=(), " +
	"private-state-token-issuance=(), private-state-token-redemption=(), publickey-credentials-create=(), publickey-credentials-get=(), run-ad-auction=(), " +
	"shared-storage=(), storage-access=(), sync-xhr=(), unload=(), web-share=(), window-management=()"

// InsideCookie is the name of the cookie that the newsroom leaves in the browsers of its people, for panels alone: what they look at is
// no reader's look. It says nothing of who they are.
func InsideCookie(secure bool) string {
	if secure {
		return "__Secure-lede-panel"
	}
	return "lede-panel"
}

// OpenToOthers marks an answer that other sites may show and that must not act as a document of ours: a picture, a recording,
// a file somebody uploaded.
func OpenToOthers(w http.ResponseWriter) {
	h := w.Header()
	h["Cross-Origin-Resource-Policy"] = crossOrigin
	h["Content-Security-Policy"] = sandboxed
}

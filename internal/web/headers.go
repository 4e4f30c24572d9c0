package web

import (
	"cmp"
	"net/http"
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

// OpenToOthers marks an answer that other sites may show and that must not act as a document of ours: a picture, a recording,
// a file somebody uploaded.
func OpenToOthers(w http.ResponseWriter) {
	h := w.Header()
	h["Cross-Origin-Resource-Policy"] = crossOrigin
	h["Content-Security-Policy"] = sandboxed
}

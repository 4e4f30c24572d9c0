package web

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf8"
)

const maxPath = 2048

// clean checks a request's address and brings its path to one form; the error is the status to answer with. When the path has
// another form that means the same, to is that form, to redirect to.
func clean(r *http.Request) (to string, err error) {
	u := r.URL
	if len(u.Path) > maxPath || len(u.RawQuery) > 4*maxPath {
		return "", statusError(http.StatusRequestURITooLong)
	}
	if u.Path == "*" && r.Method == http.MethodOptions {
		return "", statusError(http.StatusMethodNotAllowed)
	}
	if u.Path == "" || u.Path[0] != '/' || !goodText(u.Path) || u.Opaque != "" {
		return "", statusError(http.StatusBadRequest)
	}
	if u.RawPath != "" {
		// One path has one key and goes one way: an escaped slash would part the two.
		if strings.Contains(strings.ToLower(u.RawPath), "%2f") {
			return "", statusError(http.StatusBadRequest)
		}
		u.RawPath = ""
	}
	if u.RawQuery != "" && !goodQuery(u.RawQuery) {
		return "", statusError(http.StatusBadRequest)
	}
	if tidy := tidyPath(u.Path); tidy != u.Path {
		return (&url.URL{Path: tidy, RawQuery: u.RawQuery}).String(), nil
	}
	return "", nil
}

// goodText refuses NUL and other control characters, backslashes and what is not UTF-8.
func goodText(s string) bool {
	ascii := true
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c == 0x7f || c == '\\' {
			return false
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	return ascii || utf8.ValidString(s)
}

// goodQuery refuses a query with NUL, a backslash or what is not UTF-8 in it, or that cannot be read at all.
func goodQuery(raw string) bool {
	for raw != "" {
		var pair string
		pair, raw, _ = strings.Cut(raw, "&")
		text := pair
		if strings.IndexByte(pair, '%') >= 0 {
			var err error
			if text, err = url.QueryUnescape(pair); err != nil {
				return false
			}
		}
		if strings.ContainsAny(text, "\x00\\") || !utf8.ValidString(text) {
			return false
		}
	}
	return true
}

// tidyPath removes empty, "." and ".." parts; a slash at the end stays, for old addresses may have one.
func tidyPath(p string) string {
	if !strings.Contains(p, "//") && !strings.Contains(p, "/.") {
		return p
	}
	tidy := path.Clean(p)
	if strings.HasSuffix(p, "/") && tidy != "/" {
		tidy += "/"
	}
	return tidy
}

// Key is the cache key of a request: its path and, of its query, only the keys named here, in this order, first value each.
// While the paper has no address the key begins with scheme and host, so that nothing is shared across hosts.
func (wb *Web) Key(r *http.Request, queryKeys ...string) string {
	key := r.URL.Path
	if r.URL.RawQuery != "" && len(queryKeys) > 0 {
		key += pick(r.URL.RawQuery, queryKeys)
	}
	if wb.o.Address() == "" {
		return wb.Origin(r) + key
	}
	return key
}

func pick(raw string, keys []string) string {
	q, _ := url.ParseQuery(raw) // as Request.URL.Query does: what cannot be read is not there
	var b strings.Builder
	for _, k := range keys {
		if q.Has(k) {
			b.WriteByte("?&"[min(b.Len(), 1)])
			b.WriteString(url.QueryEscape(k))
			b.WriteByte('=')
			b.WriteString(url.QueryEscape(q.Get(k)))
		}
	}
	return b.String()
}

// Origin is scheme and host of the paper as this reader reached it: the paper's address once it is set, else as the request says.
func (wb *Web) Origin(r *http.Request) string {
	if a := wb.o.Address(); a != "" {
		return strings.TrimRight(a, "/")
	}
	return wb.Scheme(r) + "://" + wb.host(r)
}

// baseCache remembers the host in the paper's address, which is asked for with every request.
type baseCache struct{ last atomic.Pointer[baseHost] }

type baseHost struct{ address, host string }

func (b *baseCache) hostOf(address string) string {
	if l := b.last.Load(); l != nil && l.address == address {
		return l.host
	}
	l := &baseHost{address: address}
	if u, err := url.Parse(address); err == nil {
		l.host = bareHost(u.Host, u.Scheme)
	}
	b.last.Store(l)
	return l.host
}

// bareHost is a host in lower case without its scheme's own port and without a dot at the end.
func bareHost(host, scheme string) string {
	host = lower(host)
	port := ":80"
	if scheme == "https" {
		port = ":443"
	}
	host = strings.TrimSuffix(host, port)
	return strings.TrimSuffix(host, ".")
}

func lower(s string) string {
	if strings.ContainsFunc(s, func(c rune) bool { return 'A' <= c && c <= 'Z' }) {
		return strings.ToLower(s)
	}
	return s
}

// checkHost refuses hosts that are not the paper's, once it has an address, and what is no host at all.
func (wb *Web) checkHost(r *http.Request) error {
	host := wb.host(r)
	if !validHost(host) {
		return statusError(http.StatusBadRequest)
	}
	address := wb.o.Address()
	if address == "" || host == wb.base.hostOf(address) {
		return nil
	}
	if bareHost(host, wb.Scheme(r)) != wb.base.hostOf(address) {
		return statusError(http.StatusMisdirectedRequest)
	}
	return nil
}

// validHost reports whether s is a host as it may stand in a link: letters, digits, dots, hyphens, a port, an IPv6 address.
func validHost(s string) bool {
	if s == "" || len(s) > 260 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '.', c == '-', c == ':', c == '_', c == '[', c == ']':
		default:
			return false
		}
	}
	return true
}

var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}

var allowAll = shared(strings.Join(methods, ", "))

func knownMethod(m string) bool { return m == http.MethodGet || slices.Contains(methods, m) }

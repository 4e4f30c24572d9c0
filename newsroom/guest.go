package newsroom

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"lede/internal/fault"
	"lede/internal/web"
	"lede/staff"
)

// Who is signed in is known by a cookie, and the cookie travels over TLS or on the machine itself, never over a network in the clear.
const (
	sessionCookie = "__Host-lede"
	plainCookie   = "lede-staff"      // on the machine itself, without TLS
	askingCookie  = "lede-asked"      // held by the browser that asked for a link by mail; also as __Host-lede-asked
	longest       = 30 * 24 * 60 * 60 // seconds that a session can last
)

// reached is how a request came.
type reached struct {
	secure   bool   // over TLS
	local    bool   // on the machine itself
	origin   string // "https://example.org"
	hostname string
}

func (n *Newsroom) reached(r *http.Request) reached {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	scheme := n.web.Scheme(r)
	return reached{secure: scheme == "https", local: web.IsLocal(r.Host), origin: scheme + "://" + r.Host, hostname: host}
}

// safe tells whether a cookie may travel this way.
func (re reached) safe() bool { return re.secure || re.local }

func (re reached) cookie(name string) string {
	switch {
	case name == sessionCookie && !re.secure:
		return plainCookie
	case name == askingCookie && re.secure:
		return "__Host-" + askingCookie
	}
	return name
}

// guest finds who is signed in by the request's cookie.
func (n *Newsroom) guest(ctx context.Context, r *http.Request, now time.Time) (staff.Person, staff.Session, error) {
	re := n.reached(r)
	c, err := r.Cookie(re.cookie(sessionCookie))
	if err != nil || !re.safe() {
		return staff.Person{}, staff.Session{}, fmt.Errorf("cookie: %w", fault.NotFound)
	}
	return n.Staff.Guest(ctx, c.Value, now)
}

// keep has the browser keep a cookie for so many seconds; none removes it.
func (v *visit) keep(name, value string, seconds int, same http.SameSite) {
	re := v.reached(v.r)
	http.SetCookie(v.w, &http.Cookie{Name: re.cookie(name), Value: value, Path: "/", MaxAge: seconds, Secure: re.secure, HttpOnly: true, SameSite: same})
}

// inside has the browser tell for so many seconds, to what stands in positions alone, that it is one of ours: what it looks at is not
// counted. None ends it.
func (v *visit) inside(seconds int) {
	re := v.reached(v.r)
	http.SetCookie(v.w, &http.Cookie{Name: web.InsideCookie(re.secure), Value: "1", Path: "/panel", MaxAge: seconds, Secure: re.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// enters keeps the session of whoever just proved to be one of the staff.
func (v *visit) enters(e staff.Entry) {
	v.keep(sessionCookie, e.Token, longest, http.SameSiteStrictMode)
	v.inside(longest)
	v.person, v.session = e.Person, e.Session
}

// unsafeWay says what to do for whoever comes over a network in the clear; "" when all is well.
func (v *visit) unsafeWay() string {
	if v.reached(v.r).safe() {
		return ""
	}
	if strings.HasPrefix(v.paper.Address, "https://") {
		return "This connection can be read by others on the way, so nobody is signed in over it. Come by " + v.paper.Address + "/newsroom/."
	}
	return "This connection can be read by others on the way, so nobody is signed in over it. Start Lede with --tls, put a proxy with a certificate before it, or come by http://localhost on the machine itself (from afar: ssh -L 8080:localhost:8080)."
}

// party is whom passkeys are for, or why there are none here.
func (v *visit) party() (staff.Party, error) {
	re := v.reached(v.r)
	name := v.paper.NameIn("en")
	if u, err := url.Parse(v.paper.Address); err == nil && u.Host != "" {
		return staff.Party{Host: u.Hostname(), Origin: u.Scheme + "://" + u.Host, Name: name}, nil
	}
	if _, err := netip.ParseAddr(re.hostname); err == nil {
		return staff.Party{}, fault.Invalid("Passkeys do not work at a number such as %s. Come by http://localhost, or give the paper an address.", re.hostname)
	}
	return staff.Party{Host: re.hostname, Origin: re.origin, Name: name}, nil
}

// keys tells whether passkeys can work here.
func (v *visit) keys() bool {
	_, err := v.party()
	return err == nil
}

// base is where the newsroom is reached, for links in mail: the paper's address, or this machine. A host that just anybody named
// is not put into a mail.
func (v *visit) base() string {
	if v.paper.Address != "" {
		return strings.TrimSuffix(v.paper.Address, "/")
	}
	if re := v.reached(v.r); re.local {
		return re.origin
	}
	return ""
}

// from is the address of whoever asks, and on what.
func (v *visit) from() (netip.Addr, string) { return v.web.Client(v.r), staff.Device(v.r.UserAgent()) }

// wayBack is a place in the newsroom to go to after signing in; anything else is the newsroom itself.
func wayBack(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || strings.ContainsAny(to, "\\\r\n\t") || !strings.HasPrefix(u.Path, "/newsroom/") || strings.HasPrefix(u.Path, "/newsroom/sign-in") {
		return "/newsroom/"
	}
	return u.String()
}

// waits tells how long whoever tried too often must wait; 0 when that is not what is wrong.
func waits(err error) time.Duration {
	var w staff.Wait
	if errors.As(err, &w) {
		return w.For
	}
	return 0
}

// refused is the status of an answer to a try that failed, and its header.
func (v *visit) refused(err error) int {
	if d := waits(err); d > 0 {
		v.w.Header().Set("Retry-After", fmt.Sprint(int((d+time.Second-1)/time.Second)))
		return http.StatusTooManyRequests
	}
	return http.StatusUnprocessableEntity
}

package site

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"golang.org/x/text/language"

	"lede/comment"
	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/internal/web"
	"lede/press"
	"lede/reader"
	"lede/staff"
)

// The cookies of readers with an account. Over TLS their names begin with __Host-; without, they travel on the machine itself alone.
const (
	readerCookie = "lede-reader"       // a session
	askedCookie  = "lede-reader-asked" // held by the browser that asked for a link
	provedCookie = "lede-reader-data"  // an address was proved, for a quarter of an hour
)

const quarter = 15 * time.Minute

// accountRoutes are the addresses of accounts, and of what is kept about people.
func (s *Site) accountRoutes() map[string]web.Handler {
	return map[string]web.Handler{
		"GET /reader":                           s.accountHome,
		"POST /reader/link":                     s.accountAsk,
		"GET /reader/sent":                      s.accountSent,
		"GET /reader/link/{token}":              s.accountLink,
		"POST /reader/link/{token}":             s.accountConfirm,
		"POST /reader/name":                     s.accountName,
		"POST /reader/sign-out":                 s.accountSignOut,
		"POST /reader/follow":                   s.accountUnfollow,
		"POST /reader/export":                   s.accountExport,
		"GET /reader/deletion":                  s.accountDeletion,
		"POST /reader/deletion":                 s.accountDelete,
		"GET /reader/data":                      s.dataPage(s.dataByMail),
		"POST /reader/data/export":              s.dataExport(s.dataByMail),
		"POST /reader/data/erasure":             s.dataErase(s.dataByMail),
		"GET /comment/data":                     s.dataPage(s.dataByBrowser),
		"POST /comment/data/export":             s.dataExport(s.dataByBrowser),
		"POST /comment/data/erasure":            s.dataErase(s.dataByBrowser),
		"GET /reader/follow/{id}/{what}/{key}":  s.followPage,
		"POST /reader/follow/{id}/{what}/{key}": s.followDo,
	}
}

// LoggedPath is a path as it may stand in a log: not the key of a link that lets somebody in.
func LoggedPath(path string) string {
	for _, way := range []string{"/reader/link/", "/reader/follow/", "/panel/look/"} {
		if strings.HasPrefix(path, way) {
			return way + "…"
		}
	}
	return path
}

// accountCookie is the name of a cookie as it travels this way; "" where it must not travel.
func (s *Site) accountCookie(r *http.Request, name string) string {
	switch {
	case s.web.Scheme(r) == "https":
		return "__Host-" + name
	case web.IsLocal(r.Host):
		return name
	}
	return ""
}

// accountHeld is what the browser holds under the name of a cookie; "" for nothing.
func (s *Site) accountHeld(r *http.Request, name string) string {
	if name = s.accountCookie(r, name); name == "" {
		return ""
	}
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// accountKeep has the browser keep a cookie for a while; a negative one takes it away.
func (s *Site) accountKeep(w http.ResponseWriter, r *http.Request, name, value string, d time.Duration) {
	http.SetCookie(w, &http.Cookie{Name: s.accountCookie(r, name), Value: value, Path: "/", MaxAge: int(d / time.Second),
		Secure: s.web.Scheme(r) == "https", HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// accountOf is who is signed in, and with which session; fault.NotFound for a stranger, and while the paper has no accounts.
func (s *Site) accountOf(r *http.Request) (reader.Reader, reader.Session, error) {
	held := s.accountHeld(r, readerCookie)
	if held == "" {
		return reader.Reader{}, reader.Session{}, fault.NotFound
	}
	rules, err := s.Comments.Known(r.Context())
	if err == nil && !rules.Accounts {
		err = fault.NotFound
	}
	if err != nil {
		return reader.Reader{}, reader.Session{}, err
	}
	return s.Readers.Guest(r.Context(), held, s.Clock())
}

// readerOf is who is signed in; false for a stranger, and where it cannot be told.
func (s *Site) readerOf(r *http.Request) (reader.Reader, bool) {
	who, _, err := s.accountOf(r)
	if err != nil && !errors.Is(err, fault.NotFound) {
		s.Log.Error("whether a reader is signed in cannot be told", "error", err)
	}
	return who, err == nil
}

// readerHand is a reader as the guard knows them.
func (s *Site) readerHand(r *http.Request) (id int64, named, mail string) {
	who, _ := s.readerOf(r)
	return who.ID, who.Name, who.Mail
}

// accountSheet is a sheet for a page of one reader, in their language: as the account says, else as the browser wants it.
func (s *Site) accountSheet(r *http.Request, of reader.Reader) (*sheet, error) {
	sh, err := s.sheet(r.Context(), s.web.Origin(r), s.Clock())
	if err != nil {
		return nil, err
	}
	var has []language.Tag
	for _, l := range sh.paper.Langs {
		has = append(has, language.Make(l))
	}
	if len(has) > 0 {
		_, i := language.MatchStrings(language.NewMatcher(has), of.Lang, r.Header.Get("Accept-Language"))
		sh.speak(sh.paper.Langs[i])
	}
	return sh, nil
}

// accountFrame is the frame of a page that is for one reader alone.
func (sh *sheet) accountFrame(title string) (Frame, error) {
	f, err := sh.frame(title, "", "")
	f.Canonical, f.Robots = "", "noindex"
	return f, err
}

// accountShow answers with a page that is for one reader alone.
func (s *Site) accountShow(w http.ResponseWriter, sh *sheet, status int, view string, page any) error {
	drawn, err := s.draw(sh, view, page)
	if err != nil {
		return err
	}
	drawn.Status = status
	w.Header().Set("Referrer-Policy", "same-origin") // the address may hold a key
	return s.once(w, sh, drawn)
}

// accountDevice says on what a browser runs.
func accountDevice(r *http.Request) string { return staff.Device(r.UserAgent()) }

// dataOf finds whose data a browser may see; fault.NotFound while it has shown nothing.
type dataOf func(r *http.Request) (press.Person, error)

// dataByMail is whoever proved an address lately.
func (s *Site) dataByMail(r *http.Request) (press.Person, error) {
	held := s.accountHeld(r, provedCookie)
	if held == "" {
		return press.Person{}, fault.NotFound
	}
	mail, err := s.Readers.Proved(r.Context(), held, s.Clock())
	if err != nil {
		return press.Person{}, err
	}
	return s.PersonByMail(r.Context(), mail)
}

// dataByBrowser is whoever holds the owner's cookie.
func (s *Site) dataByBrowser(r *http.Request) (press.Person, error) {
	owner := s.hand(r).Owner
	if owner == "" {
		return press.Person{}, fault.NotFound
	}
	return s.PersonWith(owner), nil
}

// accountState is the state of a comment, for whoever wrote it.
func accountState(c comment.Comment) string {
	switch {
	case c.State == comment.Shown:
		return tongue.Word("Shown")
	case c.ByOwner():
		return tongue.Word("Withdrawn by you")
	case c.State == comment.Removed:
		return tongue.Word("Removed by a moderator")
	case c.State == comment.Refused:
		return tongue.Word("Not shown")
	}
	return tongue.Word("Waiting for a moderator")
}

package site

import (
	"net/http"
	"time"
	"unicode/utf8"

	"lede/comment"
	"lede/internal/fault"
	"lede/internal/web"
)

// safely lets through what the paper's own pages ask for, and nothing that another site sends; no answer is kept anywhere.
func (s *Site) safely(h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Robots-Tag", "noindex")
		if s.guard.Check(r) != nil {
			return fault.Forbidden
		}
		return h(w, r)
	}
}

// seeOther sends a browser on; a script of ours is told where to.
func seeOther(w http.ResponseWriter, r *http.Request, to string) error {
	w.Header().Set("Location", to)
	if byScript(r) && r.Method == http.MethodPost {
		w.Header().Set("Content-Type", "text/html; charset=utf-8") // nothing is taken for XML that cannot be read
		w.WriteHeader(http.StatusCreated)
		return nil
	}
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// byScript tells whether a script of ours asks, which puts what it gets into the page that stands.
func byScript(r *http.Request) bool { return r.Header.Get("X-Lede") != "" }

// The owner's cookie tells whoever wrote a comment from everybody else. It has the name of a secure one over TLS alone.
const (
	ownerCookie = "__Secure-lede-comment"
	plainOwner  = "lede-comment"
	ownerFor    = 365 * 24 * time.Hour
)

func (s *Site) ownerName(r *http.Request) (name string, secure bool) {
	if s.web.Scheme(r) == "https" {
		return ownerCookie, true
	}
	return plainOwner, false
}

// hand is what is known of whoever sends a request. It is asked for below /comment alone.
func (s *Site) hand(r *http.Request) comment.Hand {
	h := comment.Hand{Addr: s.web.Client(r)}
	name, _ := s.ownerName(r)
	if c, err := r.Cookie(name); err == nil && len(c.Value) == len(comment.NewOwner()) && utf8.ValidString(c.Value) {
		h.Owner = c.Value
	}
	h.Reader, h.Named, h.Mail = s.readerHand(r)
	return h
}

// keepOwner has the browser keep the owner's cookie, for a year from now on.
func (s *Site) keepOwner(w http.ResponseWriter, r *http.Request, value string) {
	name, secure := s.ownerName(r)
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/comment", MaxAge: int(ownerFor / time.Second), Secure: secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// once answers with a page that nobody else gets.
func (s *Site) once(w http.ResponseWriter, sh *sheet, page web.Page) error {
	texts, names := web.Cut(page.Body)
	whole := []byte(texts[0])
	for i, name := range names {
		body, _, err := s.segment(sh.ctx, name, s.Clock())
		if err != nil {
			return err
		}
		whole = append(append(whole, body...), texts[i+1]...)
	}
	page.Body = whole
	web.WriteOnce(w, page)
	return nil
}

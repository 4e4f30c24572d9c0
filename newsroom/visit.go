package newsroom

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"lede/internal/audit"
	"lede/internal/fault"
	"lede/internal/web"
	"lede/paper"
	"lede/staff"
)

// visit is one request of somebody of the staff, or of a stranger on a page open to strangers.
type visit struct {
	*Newsroom
	w       http.ResponseWriter
	r       *http.Request
	paper   paper.Paper
	now     time.Time // in the paper's zone
	person  staff.Person
	session staff.Session
}

// policy of the newsroom's pages: nothing inline, nothing foreign; the editor's two makers of trusted HTML have names.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; " +
	"font-src 'self'; frame-src 'self'; manifest-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types lede ProseMirrorClipboard"

// enter lets in whom the policy lets in, and makes a visit of the request.
func (n *Newsroom) enter(ro route) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Content-Security-Policy", contentPolicy)
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Referrer-Policy", "same-origin")
		w.Header().Set("X-Robots-Tag", "noindex")
		v, err := n.visit(w, r)
		if err == nil {
			err = v.pass(ro)
		}
		if v == nil || err == nil {
			return err
		}
		return v.wrong(err)
	}
}

// visit knows who comes; a stranger's person is zero.
func (n *Newsroom) visit(w http.ResponseWriter, r *http.Request) (*visit, error) {
	p, err := n.Papers.Get(r.Context())
	if err != nil {
		return nil, err
	}
	v := &visit{Newsroom: n, w: w, r: r, paper: p, now: n.Clock().In(p.Clock())}
	v.person, v.session, err = n.Guest(r.Context(), r, v.now)
	if errors.Is(err, fault.NotFound) {
		return v, nil
	}
	if err == nil {
		v.r = r.WithContext(audit.As(r.Context(), audit.Actor{ID: v.person.ID, Name: v.person.Name}))
	}
	return v, err
}

func (v *visit) pass(ro route) error {
	if err := v.guard.Check(v.r); err != nil {
		return fault.Forbidden
	}
	if ro.open {
		return ro.handle(v)
	}
	if v.person.ID == 0 {
		return v.askIn()
	}
	if !v.person.May(ro.act, ro.on, true) {
		return fault.Forbidden
	}
	if ro.fresh && !v.session.Fresh(v.now) {
		return v.askProof()
	}
	return ro.handle(v)
}

// askIn sends a stranger to sign in and back, and tells a script that it must.
func (v *visit) askIn() error {
	if v.wantsJSON() {
		return v.answer(http.StatusUnauthorized, struct {
			SignIn bool `json:"signIn"`
		}{true})
	}
	to := "/newsroom/sign-in"
	if v.r.Method == http.MethodGet && v.r.URL.Path != "/newsroom/" {
		to += "?to=" + url.QueryEscape(v.r.URL.RequestURI())
	}
	return v.seeOther(to)
}

// ctx is the request's context, in which the person acts.
func (v *visit) ctx() context.Context {
	if v.person.ID == 0 {
		return v.r.Context()
	}
	return audit.As(v.r.Context(), audit.Actor{ID: v.person.ID, Name: v.person.Name})
}

// must is fault.Forbidden unless the person may do this; mine is whether the thing is the person's own.
func (v *visit) must(act staff.Act, on staff.Object, mine bool) error {
	if !v.person.May(act, on, mine) {
		return fault.Forbidden
	}
	return nil
}

// wantsJSON tells whether a script of ours asks.
func (v *visit) wantsJSON() bool {
	return v.r.Header.Get("X-Lede") != "" || strings.HasPrefix(v.r.Header.Get("Accept"), "application/json")
}

// id is the number in the address under that name; fault.NotFound if it is none.
func (v *visit) id(name string) (int64, error) {
	id, err := strconv.ParseInt(v.r.PathValue(name), 10, 64)
	if err != nil || id <= 0 {
		return 0, fault.NotFound
	}
	return id, nil
}

// seeOther sends the browser on to another page of the newsroom.
func (v *visit) seeOther(to string) error {
	v.w.Header().Set("Location", to)
	v.w.WriteHeader(http.StatusSeeOther)
	return nil
}

// answer tells a script.
func (v *visit) answer(status int, said any) error {
	body, err := json.Marshal(said)
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "application/json")
	v.w.WriteHeader(status)
	_, _ = v.w.Write(body) // whoever asked may be gone
	return nil
}

// take reads what a script sent. It is a fault.Invalid when that is no such JSON.
func (v *visit) take(into any) error {
	err := json.NewDecoder(v.r.Body).Decode(into)
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	if err != nil {
		return fault.Invalid("This is not what was to be sent: %v.", err)
	}
	return nil
}

// number is a number as a form sends it; 0 if it is none.
func number(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64) // what is no number is no version of anything
	return n
}

package newsroom

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"lede/internal/fault"
	"lede/staff"
)

// Coming in. Pages work without scripts, but for passkeys. Scripts (the editor's sign-in in place among them) ask in JSON, with the header
// X-Lede: 1, from a page of the newsroom; what was being written stays in the page:
//
//	POST /newsroom/session                    {"email","password","code"}  → 200 {"id","name","initials"}, and the cookie
//	     422 {"says","needs":"code"}  the password is right; ask for the code and send all three again
//	     422 {"says"}  wrong · 429 {"says"} with Retry-After  too many tries · 403 {"says"}  not over this connection
//	POST /newsroom/session/passkey/question   {}                           → 200 {"options","state"}: options is for
//	     navigator.credentials.get({publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options)})
//	POST /newsroom/session/passkey            {"state","answer"}           → 200 as above; answer is the credential's toJSON()
//
// A page's own script may call signInInPlace() (signin.js), which shows a dialog and resolves once somebody is signed in.

func (n *Newsroom) signInRoutes() []route {
	return append([]route{
		{pattern: "GET /newsroom/sign-in", open: true, handle: signInPageOf},
		{pattern: "POST /newsroom/sign-in", open: true, handle: signIn},
		{pattern: "POST /newsroom/sign-in/mail", open: true, handle: askForMail},
		{pattern: "GET /newsroom/sign-in/sent", open: true, handle: mailSent},
		{pattern: "POST /newsroom/sign-in/sent", open: true, handle: confirmCode},
		{pattern: "GET /newsroom/sign-in/{link}", open: true, handle: mailedLink},
		{pattern: "POST /newsroom/sign-in/{link}", open: true, handle: confirmLink},
		{pattern: "POST /newsroom/session", open: true, handle: sessionBegin},
		{pattern: "POST /newsroom/session/passkey/question", open: true, handle: passkeyQuestion},
		{pattern: "POST /newsroom/session/passkey", open: true, handle: passkeySession},
		{pattern: "POST /newsroom/sign-out", act: staff.Write, on: staff.Self, handle: signOut},
	}, append(joinRoutes(), proveRoutes()...)...)
}

// signInPage is where strangers come in. Form is what is asked for: "", "sent" once a mail is on its way, "link" for a link that was
// opened, "elsewhere" for one opened in another browser.
type signInPage struct {
	frame
	Form    string
	To      string
	Email   string
	Link    string
	Keys    bool
	Code    bool   // a code is asked for too
	Says    string // what is wrong
	Unsafe  string // why nobody is signed in here at all
	Refresh bool   // only go on: the browser came from another site and left its cookie behind
}

func (v *visit) signInPage(form string) signInPage {
	p := signInPage{frame: v.frame("Sign in", ""), Form: form, To: wayBack(v.r.FormValue("to")), Email: v.r.PostFormValue("email"), Keys: v.keys(), Unsafe: v.unsafeWay()}
	p.Bare = true
	return p
}

func signInPageOf(v *visit) error {
	p := v.signInPage("")
	if v.person.ID != 0 {
		return v.seeOther(p.To)
	}
	p.Refresh = v.r.Header.Get("Sec-Fetch-Site") == "cross-site"
	return v.show("sign in", p)
}

// again shows the form once more with what is wrong; what was typed stays, but for passwords and codes.
func (v *visit) again(p signInPage, err error) error {
	if !fault.IsInvalid(err) {
		return err
	}
	p.Code = errors.Is(err, staff.ErrNeedsCode) || errors.Is(err, staff.ErrWrongCode) || errors.Is(err, staff.ErrNeedsKey)
	p.Says = sentence(err)
	return v.showAs(v.refused(err), "sign in", p)
}

// sentence is an error in the words that are for a person.
func sentence(err error) string {
	var f fault.Form
	if errors.As(err, &f) {
		for _, says := range f {
			return says
		}
	}
	return err.Error()
}

func (v *visit) try() staff.Try {
	from, device := v.from()
	return staff.Try{Email: v.r.PostFormValue("email"), Password: v.r.PostFormValue("password"), Code: v.r.PostFormValue("code"), From: from, Device: device}
}

func signIn(v *visit) error {
	p := v.signInPage("")
	if p.Unsafe != "" {
		return v.showAs(http.StatusForbidden, "sign in", p)
	}
	e, err := v.Staff.SignIn(v.ctx(), v.try(), v.now)
	if err != nil {
		return v.again(p, err)
	}
	v.enters(e)
	return v.seeOther(p.To)
}

// askForMail answers everyone with the same.
func askForMail(v *visit) error {
	p := v.signInPage("")
	if p.Unsafe != "" {
		return v.showAs(http.StatusForbidden, "sign in", p)
	}
	from, _ := v.from()
	browser, err := v.Staff.Ask(v.ctx(), p.Email, v.base(), from, v.now)
	if err != nil {
		return v.again(p, err)
	}
	v.keep(askingCookie, browser, 15*60, http.SameSiteLaxMode) // Lax: the link is opened from a mailbox, which is another site
	return v.seeOther("/newsroom/sign-in/sent?to=" + url.QueryEscape(p.To))
}

func mailSent(v *visit) error { return v.show("sign in", v.signInPage("sent")) }

func (v *visit) mailed() staff.Mailed {
	m := staff.Mailed{Link: v.r.PathValue("link"), Second: v.r.PostFormValue("code")}
	_, m.Device = v.from()
	if c, err := v.r.Cookie(v.reached(v.r).cookie(askingCookie)); err == nil {
		m.Browser = c.Value
	}
	return m
}

func mailedLink(v *visit) error {
	asked, err := v.Staff.IsAsked(v.ctx(), v.mailed(), v.now)
	if err != nil {
		return err
	}
	p := v.signInPage("elsewhere")
	if asked {
		p.Form, p.Link = "link", v.r.PathValue("link")
	}
	return v.show("sign in", p)
}

func confirmLink(v *visit) error {
	p := v.signInPage("link")
	p.Link = v.r.PathValue("link")
	return v.confirm(p, v.mailed())
}

func confirmCode(v *visit) error {
	m := v.mailed()
	m.Link, m.Code = "", v.r.PostFormValue("mailed")
	return v.confirm(v.signInPage("sent"), m)
}

func (v *visit) confirm(p signInPage, m staff.Mailed) error {
	if p.Unsafe != "" {
		return v.showAs(http.StatusForbidden, "sign in", p)
	}
	e, err := v.Staff.Confirm(v.ctx(), m, v.now)
	if err != nil {
		return v.again(p, err)
	}
	v.keep(askingCookie, "", -1, http.SameSiteLaxMode)
	v.enters(e)
	return v.seeOther(p.To)
}

// vainTry is what a script is told of a try that failed.
type vainTry struct {
	Says  string `json:"says"`
	Needs string `json:"needs,omitempty"`
}

func (v *visit) triedInVain(err error) error {
	if !fault.IsInvalid(err) {
		return err
	}
	t := vainTry{Says: sentence(err)}
	if errors.Is(err, staff.ErrNeedsCode) || errors.Is(err, staff.ErrWrongCode) || errors.Is(err, staff.ErrNeedsKey) {
		t.Needs = "code"
	}
	return v.answer(v.refused(err), t)
}

// entered tells a script who is signed in now.
func (v *visit) entered(e staff.Entry) error {
	v.enters(e)
	return v.answer(http.StatusOK, struct {
		ID       int64  `json:"id,string"`
		Name     string `json:"name"`
		Initials string `json:"initials"`
	}{e.Person.ID, e.Person.Name, e.Person.Initials()})
}

// byScript takes what a script sent, unless the connection is none to sign in over.
func (v *visit) byScript(into any) error {
	if says := v.unsafeWay(); says != "" {
		return fault.Invalid("%s", says)
	}
	if !strings.HasPrefix(v.r.Header.Get("Content-Type"), "application/json") {
		return fault.Invalid("This address takes JSON.")
	}
	return v.take(into)
}

func sessionBegin(v *visit) error {
	var said struct{ Email, Password, Code string }
	if err := v.byScript(&said); err != nil {
		return v.triedInVain(err)
	}
	t := v.try()
	t.Email, t.Password, t.Code = said.Email, said.Password, said.Code
	e, err := v.Staff.SignIn(v.ctx(), t, v.now)
	if err != nil {
		return v.triedInVain(err)
	}
	return v.entered(e)
}

// answered is what a passkey said, as the browser's script sends it.
type answered struct {
	State  string          `json:"state"`
	Answer json.RawMessage `json:"answer"`
	Name   string          `json:"name"`
	Email  string          `json:"email"`
	Paper  string          `json:"paper"`
	Zone   string          `json:"zone"`
}

func passkeyQuestion(v *visit) error {
	p, err := v.party()
	if err != nil {
		return v.triedInVain(err)
	}
	q, err := v.Staff.BeginOpen(p, v.now)
	if err != nil {
		return v.triedInVain(err)
	}
	return v.answer(http.StatusOK, q)
}

func passkeySession(v *visit) error {
	var said answered
	if err := v.byScript(&said); err != nil {
		return v.triedInVain(err)
	}
	p, err := v.party()
	if err != nil {
		return v.triedInVain(err)
	}
	_, device := v.from()
	e, err := v.Staff.Open(v.ctx(), p, said.State, said.Answer, device, v.now)
	if err != nil {
		return v.triedInVain(err)
	}
	return v.entered(e)
}

func signOut(v *visit) error {
	if err := v.Staff.SignOut(v.ctx(), v.person.ID, v.session.ID, v.now); err != nil {
		return err
	}
	v.keep(sessionCookie, "", -1, http.SameSiteStrictMode)
	v.inside(-1)
	return v.seeOther("/newsroom/sign-in")
}

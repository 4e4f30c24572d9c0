package newsroom

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/boombuler/barcode/qr"

	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/staff"
)

func (n *Newsroom) accountRoutes() []route {
	own := func(pattern string, handle func(*visit) error) route {
		return route{pattern: pattern, act: staff.Write, on: staff.Self, handle: handle}
	}
	fresh := func(pattern string, handle func(*visit) error) route {
		r := own(pattern, handle)
		r.fresh = true
		return r
	}
	return []route{
		{pattern: "GET /newsroom/account", act: staff.Read, on: staff.Self, handle: accountNow},
		{pattern: "GET /newsroom/first", act: staff.Read, on: staff.Self, handle: firstArticle},
		own("POST /newsroom/account", describe),
		fresh("GET /newsroom/account/app", appBegin),
		fresh("POST /newsroom/account/app", appFinish),
		fresh("POST /newsroom/account/app/removal", appRemove),
		fresh("POST /newsroom/account/recovery", recovery),
		fresh("POST /newsroom/account/password", passwordSet),
		fresh("POST /newsroom/account/password/removal", passwordRemove),
		fresh("POST /newsroom/account/passkeys/question", passkeyAsk),
		fresh("POST /newsroom/account/passkeys", passkeyAdd),
		own("POST /newsroom/account/passkeys/{key}/name", passkeyName),
		fresh("POST /newsroom/account/passkeys/{key}/removal", passkeyRemove),
		own("POST /newsroom/account/sessions/{session}/end", sessionEnd),
		own("POST /newsroom/account/sessions/others/end", sessionsEnd),
	}
}

// accountPage is what a person sees and changes of themselves.
type accountPage struct {
	frame
	Ways     staff.Ways
	Keys     bool
	Roles    []roleChoice
	Sessions []sessionRow
	Bylines  []staff.Byline
	Free     bool // any byline may be chosen
	Name     string
	Byline   string // as it was chosen: an id, "" for none, "new"
	Lang     string
	Langs    []langName
	Least    int // characters of a password
	Alone    bool
	Wrong    fault.Form
	Done     string
}

type sessionRow struct {
	staff.Session
	Here  bool
	Began string
	Seen  string
}

type langName struct{ Tag, Name string }

func (v *visit) accountPage() (accountPage, error) {
	p := accountPage{frame: v.frame("Your account", "account"), Keys: v.keys(), Name: v.person.Name, Lang: v.person.Lang, Least: 12, Roles: choices(v.person.Roles)}
	if v.person.Byline != 0 {
		p.Byline = fmt.Sprint(v.person.Byline)
	}
	for _, tag := range v.paper.Langs {
		p.Langs = append(p.Langs, langName{tag, tongue.Endonym(tag)})
	}
	p.Done = dones[v.r.URL.Query().Get("done")]
	var err1, err2, err3 error
	p.Ways, err1 = v.Staff.Ways(v.ctx(), v.person)
	p.Bylines, err2 = v.signable()
	p.Free = v.signsAnyhow(v.person)
	sessions, err3 := v.Staff.Sessions(v.ctx(), v.person.ID, v.now)
	for _, s := range sessions {
		p.Sessions = append(p.Sessions, sessionRow{s, s.ID == v.session.ID, v.moment(s.Began), v.moment(s.Seen)})
	}
	if p.Ways.Second() {
		p.Least = 8
	}
	p.Alone = p.Ways.Password && !p.Ways.Second()
	return p, errors.Join(err1, err2, err3)
}

// dones are what was done, by the word that a redirect carries.
var dones = map[string]string{
	"kept": "Kept.", "password": "The password is set. You are signed out everywhere else.", "no-password": "The password is gone. Your passkeys remain.",
	"no-app": "The app is no longer asked for.", "passkey": "The passkey has its name.", "no-passkey": "The passkey opens nothing any more.", "ended": "Signed out there.", "others": "Signed out everywhere else.",
}

func accountNow(v *visit) error {
	p, err := v.accountPage()
	if err != nil {
		return err
	}
	return v.show("account", p)
}

// accountDone goes back to the account, or says there what is to be mended.
func (v *visit) accountDone(done string, err error) error {
	var f fault.Form
	if errors.As(err, &f) {
		p, err := v.accountPage()
		if err != nil {
			return err
		}
		p.Wrong = f
		if name := v.r.PostFormValue("name"); name != "" {
			p.Name = name
		}
		return v.showAs(http.StatusUnprocessableEntity, "account", p)
	}
	if err != nil {
		return err
	}
	return v.seeOther("/newsroom/account?done=" + done)
}

func firstArticle(v *visit) error {
	return v.show("first", struct {
		frame
		Key string
	}{v.frame("Your first article", ""), rand.Text()})
}

// signsAnyhow tells whether any byline may be the person's: what is signed by it is then their own, so it takes somebody who may write
// everybody's anyhow.
func (v *visit) signsAnyhow(p staff.Person) bool { return p.May(staff.Write, staff.Articles, false) }

// signable are the bylines of which the person may choose one.
func (v *visit) signable() ([]staff.Byline, error) {
	all, err := v.Staff.All(v.ctx())
	if v.signsAnyhow(v.person) {
		return all, err
	}
	return slices.DeleteFunc(all, func(b staff.Byline) bool { return b.ID != v.person.Byline }), err
}

func describe(v *visit) error {
	p := v.person
	p.Name, p.Lang, p.Byline = v.r.PostFormValue("name"), v.r.PostFormValue("lang"), 0
	if p.Lang != "" && !slices.Contains(v.paper.Langs, p.Lang) {
		return v.accountDone("", fault.Form{"lang": "The paper does not appear in this language."})
	}
	switch chosen := v.r.PostFormValue("byline"); chosen {
	case "":
	case "new":
		b, err := v.newByline(p.Name)
		if err != nil {
			return v.accountDone("", err)
		}
		p.Byline = b.ID
	default:
		p.Byline, _ = strconv.ParseInt(chosen, 10, 64) // one that is no number is no byline either
		bylines, err := v.signable()
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(bylines, func(b staff.Byline) bool { return b.ID == p.Byline }) {
			return v.accountDone("", fault.Form{"byline": "This is not a byline that you can take. Take a new one; a publisher can make it part of another."})
		}
	}
	return v.accountDone("kept", v.Staff.Describe(v.ctx(), p, v.now))
}

// appPage sets up an authenticator app.
type appPage struct {
	frame
	App    staff.App
	Secret string // in groups of four
	QR     template.HTML
	Wrong  fault.Form
}

func (v *visit) showApp(status int, a staff.App, wrong fault.Form) error {
	drawn, err := drawQR(a.URI)
	if err != nil {
		return err
	}
	p := appPage{frame: v.frame("Set up an app", "account"), App: a, QR: drawn, Wrong: wrong}
	for part := range slices.Chunk([]byte(a.Secret), 4) {
		p.Secret += string(part) + " "
	}
	return v.showAs(status, "app", p)
}

func appBegin(v *visit) error {
	a, err := v.Staff.BeginApp(v.ctx(), v.person, v.now)
	if err != nil {
		return err
	}
	return v.showApp(http.StatusOK, a, nil)
}

func appFinish(v *visit) error {
	state := v.r.PostFormValue("state")
	codes, err := v.Staff.FinishApp(v.ctx(), v.person, v.session, state, v.r.PostFormValue("code"), v.now)
	var f fault.Form
	if errors.As(err, &f) {
		a, err := v.Staff.ReadApp(v.person, state, v.now)
		if err != nil {
			return err
		}
		return v.showApp(http.StatusUnprocessableEntity, a, f)
	}
	if err != nil {
		return err
	}
	return v.showCodes("Your app is set up.", codes)
}

// codesPage shows recovery codes, this once.
type codesPage struct {
	frame
	Says  string
	Codes []string
	Day   string
}

func (v *visit) showCodes(says string, codes []string) error {
	return v.show("codes", codesPage{v.frame("Recovery codes", "account"), says, codes, day(v.now)})
}

func recovery(v *visit) error {
	codes, err := v.Staff.Recovery(v.ctx(), v.person, v.now)
	if err != nil {
		return err
	}
	return v.showCodes("The codes you had before serve no longer.", codes)
}

func appRemove(v *visit) error {
	return v.accountDone("no-app", v.Staff.RemoveApp(v.ctx(), v.person, v.now))
}

func passwordSet(v *visit) error {
	return v.accountDone("password", v.Staff.SetPassword(v.ctx(), v.person, v.session, v.r.PostFormValue("password"), v.now))
}

func passwordRemove(v *visit) error {
	return v.accountDone("no-password", v.Staff.RemovePassword(v.ctx(), v.person, v.now))
}

func passkeyAsk(v *visit) error {
	p, err := v.party()
	if err != nil {
		return err
	}
	q, err := v.Staff.BeginKey(v.ctx(), p, v.person, v.now)
	if err != nil {
		return err
	}
	return v.answer(http.StatusOK, q)
}

// passkeyAdd keeps a passkey. With the first come recovery codes, which the script shows.
func passkeyAdd(v *visit) error {
	var said answered
	if err := v.byScript(&said); err != nil {
		return err
	}
	p, err := v.party()
	if err != nil {
		return err
	}
	if strings.TrimSpace(said.Name) == "" {
		_, said.Name = v.from()
	}
	codes, err := v.Staff.FinishKey(v.ctx(), p, v.person, said.State, said.Answer, said.Name, v.now)
	if err != nil {
		return err
	}
	return v.answer(http.StatusOK, struct {
		Codes []string `json:"codes"`
	}{codes})
}

func passkeyName(v *visit) error {
	key, err := v.id("key")
	if err != nil {
		return err
	}
	return v.accountDone("passkey", v.Staff.NameKey(v.ctx(), v.person, key, v.r.PostFormValue("name")))
}

func passkeyRemove(v *visit) error {
	key, err := v.id("key")
	if err != nil {
		return err
	}
	return v.accountDone("no-passkey", v.Staff.RemoveKey(v.ctx(), v.person, key, v.now))
}

func sessionEnd(v *visit) error {
	id, err := v.id("session")
	if err != nil {
		return err
	}
	return v.accountDone("ended", v.Staff.SignOut(v.ctx(), v.person.ID, id, v.now))
}

func sessionsEnd(v *visit) error {
	return v.accountDone("others", v.Staff.SignOutOthers(v.ctx(), v.person.ID, v.session.ID, v.now))
}

// drawQR draws what a phone's camera reads, as one SVG path.
func drawQR(text string) (template.HTML, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", err
	}
	var path bytes.Buffer
	size := code.Bounds().Dx()
	for y := range size {
		for x := range size {
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+4, y+4)
			}
		}
	}
	return template.HTML(fmt.Sprintf(`<svg class="qr" viewBox="0 0 %d %d" role="img" aria-label="QR code for your app"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="%s"/></svg>`,
		size+8, size+8, size+8, size+8, path.String())), nil
}

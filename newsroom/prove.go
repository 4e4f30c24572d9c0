package newsroom

import (
	"net/http"
	"slices"

	"lede/internal/fault"
	"lede/internal/web"
	"lede/staff"
)

// Dangerous acts ask who it is once more, if that was not proved in the last ten minutes. A form that was sent waits meanwhile in the
// page that asks, and is sent again as it was by a redirect that keeps its method (307).

func proveRoutes() []route {
	return []route{
		{pattern: "POST /newsroom/prove", act: staff.Write, on: staff.Self, handle: prove, options: []web.RouteOption{web.MaxBody(2 << 20)}}, // what waits may be long
		{pattern: "POST /newsroom/prove/passkey", act: staff.Write, on: staff.Self, handle: provePasskey},
	}
}

// provePage asks who it is. Fields are what was being sent.
type provePage struct {
	frame
	To       string
	Fields   []sentField
	Get      bool // a page was asked for, nothing was sent
	Ways     staff.Ways
	Keys     bool
	Says     string
	NeedCode bool
}

type sentField struct{ Name, Value string }

// proves are the fields of the page itself, which are not sent on by it but ignored by whoever gets them.
var proves = []string{"prove-password", "prove-code", "prove-to"}

// askProof stands in for a page or act that wants a fresh proof.
func (v *visit) askProof() error {
	if v.wantsJSON() {
		return v.answer(http.StatusUnauthorized, struct {
			SignIn bool   `json:"signIn"`
			Says   string `json:"says"`
		}{true, "Say once more who you are: this is one of the things that ask for it."})
	}
	return v.showProof(http.StatusOK, v.r.URL.RequestURI(), "", false)
}

func (v *visit) showProof(status int, to, says string, needCode bool) error {
	p := provePage{frame: v.frame("Who is it?", ""), To: wayBack(to), Keys: v.keys(), Says: says, NeedCode: needCode}
	p.Get = v.r.Method == http.MethodGet || v.r.PostFormValue("prove-get") != ""
	var err error
	if p.Ways, err = v.Staff.Ways(v.ctx(), v.person); err != nil {
		return err
	}
	if err := v.r.ParseForm(); err != nil {
		return fault.Invalid("The form could not be read.")
	}
	for name, values := range v.r.PostForm {
		for _, value := range values {
			if !slices.Contains(proves, name) && name != "prove-get" {
				p.Fields = append(p.Fields, sentField{name, value})
			}
		}
	}
	slices.SortStableFunc(p.Fields, func(a, b sentField) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return v.showAs(status, "prove", p)
}

func prove(v *visit) error {
	to := wayBack(v.r.PostFormValue("prove-to"))
	t := v.try()
	t.Password, t.Code = v.r.PostFormValue("prove-password"), v.r.PostFormValue("prove-code")
	e, err := v.Staff.ProveAgain(v.ctx(), v.person, v.session, t, v.now)
	if fault.IsInvalid(err) {
		return v.showProof(v.refused(err), to, sentence(err), err != staff.ErrWrong)
	}
	if err != nil {
		return err
	}
	v.enters(e)
	if v.r.PostFormValue("prove-get") != "" {
		return v.seeOther(to)
	}
	v.w.Header().Set("Location", to)
	v.w.WriteHeader(http.StatusTemporaryRedirect)
	return nil
}

func provePasskey(v *visit) error {
	var said answered
	if err := v.byScript(&said); err != nil {
		return v.triedInVain(err)
	}
	p, err := v.party()
	if err != nil {
		return v.triedInVain(err)
	}
	e, err := v.Staff.OpenAgain(v.ctx(), p, v.person, v.session, said.State, said.Answer, v.now)
	if err != nil {
		return v.triedInVain(err)
	}
	return v.entered(e)
}

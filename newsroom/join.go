package newsroom

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"lede/article"
	"lede/internal/audit"
	"lede/internal/fault"
	"lede/staff"
)

// The first person of a paper comes by the setup link, everybody else by an invitation; who is locked out, by a way back in. Each
// link confirms by a button, since mail programs follow links by themselves.

func joinRoutes() []route {
	return []route{
		{pattern: "GET /newsroom/setup/{token}", open: true, handle: joinPageOf},
		{pattern: "POST /newsroom/setup/{token}", open: true, handle: join},
		{pattern: "POST /newsroom/setup/{token}/passkey", open: true, handle: joinQuestion},
		{pattern: "GET /newsroom/welcome/{token}", open: true, handle: joinPageOf},
		{pattern: "POST /newsroom/welcome/{token}", open: true, handle: join},
		{pattern: "POST /newsroom/welcome/{token}/passkey", open: true, handle: joinQuestion},
	}
}

// joinPage is where somebody comes in for the first time, or comes back.
type joinPage struct {
	frame
	Kind   staff.Kind
	Action string
	Called string // the paper's name, at the setup
	Zone   string
	Name   string
	Email  string
	Roles  []roleChoice
	Keys   bool
	Unsafe string
	Wrong  fault.Form
	Gone   bool // the link serves no longer
}

// unset is the name a paper has before anybody gives it one.
const unset = "A New Paper"

func (v *visit) joinPage() (joinPage, error) {
	v.w.Header().Set("Referrer-Policy", "no-referrer") // the address is a key
	p := joinPage{frame: v.frame("Welcome", ""), Action: v.r.URL.Path, Keys: v.keys(), Unsafe: v.unsafeWay()}
	p.Bare = true
	l, err := v.Staff.Look(v.ctx(), v.r.PathValue("token"), v.now)
	if errors.Is(err, fault.NotFound) || err == nil && (l.Kind == staff.Setup) != strings.HasPrefix(p.Action, "/newsroom/setup/") {
		p.Gone, p.Title = true, "This link serves no longer"
		return p, nil
	}
	p.Kind, p.Name, p.Email = l.Kind, l.Person.Name, l.Person.Email
	p.Roles = choices(l.Person.Roles)
	p.Zone = v.paper.Zone
	if v.paper.Name != unset {
		p.Called = v.paper.Name
	}
	if l.Kind == staff.Setup {
		p.Title = "Publish in five minutes"
	}
	return p, err
}

func joinPageOf(v *visit) error {
	p, err := v.joinPage()
	if err != nil {
		return err
	}
	if p.Gone {
		return v.showAs(http.StatusNotFound, "join", p)
	}
	return v.show("join", p)
}

// joining reads what the form or the script sent.
func (v *visit) joining() (staff.Joining, answered, error) {
	said := answered{Name: v.r.PostFormValue("name"), Email: v.r.PostFormValue("email"), Paper: v.r.PostFormValue("paper"), Zone: v.r.PostFormValue("zone")}
	j := staff.Joining{Password: v.r.PostFormValue("password")}
	_, j.Device = v.from()
	if v.wantsJSON() {
		if err := v.byScript(&said); err != nil {
			return j, said, err
		}
	}
	j.Name, j.Email = said.Name, said.Email
	if len(said.Answer) == 0 {
		return j, said, nil
	}
	p, err := v.party()
	if err != nil {
		return j, said, err
	}
	j.Key, err = v.Staff.FinishJoin(p, v.r.PathValue("token"), said.State, said.Answer, j.Device, v.now)
	return j, said, err
}

func join(v *visit) error {
	p, err := v.joinPage()
	if err != nil {
		return err
	}
	if p.Gone {
		return v.gone(p)
	}
	if p.Unsafe != "" {
		return v.showAs(http.StatusForbidden, "join", p)
	}
	if p.Kind == staff.Return {
		return v.comeBack(p)
	}
	j, said, err := v.joining()
	if err == nil {
		err = v.come(p, j, said)
	}
	return v.joined(p, said, err)
}

// come lets the person in and gives paper and byline their names.
func (v *visit) come(p joinPage, j staff.Joining, said answered) error {
	if p.Kind == staff.Setup {
		if err := v.canBeCalled(said); err != nil {
			return err
		}
	}
	e, err := v.Staff.Join(v.ctx(), v.r.PathValue("token"), j, v.now)
	if err != nil {
		return err
	}
	v.enters(e)
	v.r = v.r.WithContext(audit.As(v.ctx(), audit.Actor{ID: e.Person.ID, Name: e.Person.Name}))
	if err := v.byline(e.Person, p.Name); err != nil {
		return err
	}
	if p.Kind == staff.Setup {
		return v.call(said)
	}
	return nil
}

// canBeCalled tells what is wrong with the paper's name and zone, before anybody is let in by them.
func (v *visit) canBeCalled(said answered) error {
	p := v.paper
	p.Name = strings.TrimSpace(said.Paper)
	if said.Zone != "" {
		p.Zone = said.Zone
	}
	if p.Name == "" || p.Name == unset {
		return fault.Form{"paper": "What is the paper called? It can be changed later."}
	}
	var f fault.Form
	if err := p.Check(); errors.As(err, &f) && f["name"] != "" {
		return fault.Form{"paper": f["name"]}
	} else if err != nil && f["zone"] != "" {
		return fault.Form{"zone": f["zone"]}
	} else if err != nil {
		return err
	}
	return nil
}

// call names the paper.
func (v *visit) call(said answered) error {
	p, err := v.Papers.Get(v.ctx())
	if err != nil {
		return err
	}
	p.Name = strings.TrimSpace(said.Paper)
	if said.Zone != "" {
		p.Zone = said.Zone
	}
	return v.Papers.Set(v.ctx(), p, v.now)
}

// byline gives a person who writes a byline of the same name, so that the first article can be signed. One that is there already is
// taken where it is the name under which the person was asked in, and nobody else's: what it signs is then their own.
func (v *visit) byline(p staff.Person, askedIn string) error {
	if p.Byline != 0 || !p.May(staff.Write, staff.Articles, true) {
		return nil
	}
	b, known, err := v.Staff.ByName(v.ctx(), p.Name)
	if err != nil {
		return err
	}
	if known && !v.signsAnyhow(p) {
		people, err := v.Staff.People(v.ctx())
		if err != nil {
			return err
		}
		known = p.Name == askedIn && !slices.ContainsFunc(people, func(q staff.Person) bool { return q.Byline == b.ID })
	}
	if !known {
		if b, err = v.newByline(p.Name); err != nil {
			return err
		}
	}
	p.Byline = b.ID
	return v.Staff.Describe(v.ctx(), p, v.now)
}

// newByline makes a byline at the first free address near the name.
func (v *visit) newByline(name string) (staff.Byline, error) {
	slug := article.Slug(name)
	if slug == "" {
		slug = "staff"
	}
	for n := 1; ; n++ {
		b := staff.Byline{Slug: slug, Name: name}
		if n > 1 {
			b.Slug = fmt.Sprintf("%s-%d", slug, n)
		}
		b, err := v.Staff.Add(v.ctx(), b, v.now)
		var f fault.Form
		if n < 100 && errors.As(err, &f) && f["slug"] != "" {
			continue
		}
		return b, err
	}
}

// joined answers whoever tried to come in: on to the first article, or what to mend.
func (v *visit) joined(p joinPage, said answered, err error) error {
	to := "/newsroom/"
	if p.Kind == staff.Setup {
		to = "/newsroom/first"
	}
	switch {
	case err == nil && v.wantsJSON():
		return v.answer(http.StatusOK, struct {
			To string `json:"to"`
		}{to})
	case err == nil:
		return v.seeOther(to)
	case errors.Is(err, fault.NotFound):
		return v.gone(p)
	case !fault.IsInvalid(err) || v.wantsJSON():
		return err
	}
	p.Name, p.Called, p.Zone = said.Name, said.Paper, said.Zone
	if p.Kind == staff.Setup {
		p.Email = said.Email
	}
	if !errors.As(err, &p.Wrong) {
		p.Wrong = fault.Form{"all": err.Error()}
	}
	return v.showAs(http.StatusUnprocessableEntity, "join", p)
}

func (v *visit) gone(p joinPage) error {
	p.Gone, p.Title = true, "This link serves no longer"
	if v.wantsJSON() {
		return fault.NotFound
	}
	return v.showAs(http.StatusNotFound, "join", p)
}

func (v *visit) comeBack(p joinPage) error {
	_, device := v.from()
	e, err := v.Staff.ComeBack(v.ctx(), v.r.PathValue("token"), device, v.now)
	if errors.Is(err, fault.NotFound) {
		return v.gone(p)
	}
	if err != nil {
		return err
	}
	v.enters(e)
	return v.seeOther("/newsroom/account")
}

func joinQuestion(v *visit) error {
	var said answered
	if err := v.byScript(&said); err != nil {
		return err
	}
	if strings.HasPrefix(v.r.URL.Path, "/newsroom/setup/") {
		if err := v.canBeCalled(said); err != nil {
			return err
		}
	}
	p, err := v.party()
	if err != nil {
		return err
	}
	q, err := v.Staff.BeginJoin(v.ctx(), p, v.r.PathValue("token"), said.Email, said.Name, v.now)
	if err != nil {
		return err
	}
	return v.answer(http.StatusOK, q)
}

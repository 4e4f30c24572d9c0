package newsroom

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lede/internal/fault"
	"lede/staff"
)

func (n *Newsroom) staffRoutes() []route {
	read := func(pattern string, handle func(*visit) error) route {
		return route{pattern: pattern, act: staff.Read, on: staff.People, handle: handle}
	}
	manage := func(pattern string, handle func(*visit) error) route {
		return route{pattern: pattern, act: staff.Manage, on: staff.People, handle: handle, fresh: strings.HasPrefix(pattern, "POST ") && !strings.Contains(pattern, "/bylines")}
	}
	return []route{
		read("GET /newsroom/staff", staffNow),
		manage("GET /newsroom/staff/invitation", invitation),
		manage("POST /newsroom/staff/invitation", invite),
		manage("GET /newsroom/staff/{id}", personNow),
		manage("POST /newsroom/staff/{id}/roles", rolesGive),
		manage("POST /newsroom/staff/{id}/link", linkSend),
		manage("POST /newsroom/staff/{id}/leave", personLeave),
		read("GET /newsroom/bylines", bylinesNow),
		manage("POST /newsroom/bylines", bylineAdd),
		manage("GET /newsroom/bylines/{id}", bylineNow),
		manage("POST /newsroom/bylines/{id}", bylineEdit),
		manage("POST /newsroom/bylines/{id}/merger", bylineMerge),
	}
}

// roleChoice is a role to be given, and what it may.
type roleChoice struct {
	Role  staff.Role
	Means string
	Held  bool
}

// choices are these roles in words.
func choices(held []staff.Role) []roleChoice {
	var list []roleChoice
	for _, r := range held {
		list = append(list, roleChoice{r, r.Means(), true})
	}
	return list
}

// allRoles are all roles, the held ones marked.
func allRoles(held []staff.Role) []roleChoice {
	var list []roleChoice
	for _, r := range staff.Roles() {
		list = append(list, roleChoice{r, r.Means(), staff.Person{Roles: held}.Has(r)})
	}
	return list
}

// moment is a time as staff read it: with its day, unless that is today.
func (v *visit) moment(t time.Time) string {
	t = t.In(v.now.Location())
	if t.Format(time.DateOnly) == v.now.Format(time.DateOnly) {
		return "today " + clock(t)
	}
	return t.Format("2 Jan 2006") + " " + clock(t)
}

// staffPage lists who makes the paper.
type staffPage struct {
	frame
	People []personRow
	May    bool
	Done   string
}

type personRow struct {
	staff.Person
	State string // "", "invited …", "left …"
	Alone bool   // the password alone lets this person in
	Me    bool
}

var staffDones = map[string]string{"roles": "The roles are given. The person signs in anew.", "left": "Signed out everywhere, with nothing left to sign in with. The byline and all articles stay."}

func staffNow(v *visit) error {
	people, err1 := v.Staff.People(v.ctx())
	alone, err2 := v.Staff.Alone(v.ctx())
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	p := staffPage{frame: v.frame("Staff", "staff"), May: v.person.May(staff.Manage, staff.People, false), Done: staffDones[v.r.URL.Query().Get("done")]}
	for _, who := range people {
		p.People = append(p.People, v.personRow(who, alone[who.ID]))
	}
	return v.show("staff", p)
}

func (v *visit) personRow(p staff.Person, alone bool) personRow {
	row := personRow{Person: p, Alone: alone, Me: p.ID == v.person.ID}
	switch {
	case !p.Left.IsZero():
		row.State = "left " + v.moment(p.Left)
	case p.Invited():
		row.State = "invited " + v.moment(p.Added)
	}
	return row
}

// personPage is one person, for whoever gives roles. Invitation says that somebody new is asked in.
type personPage struct {
	frame
	Invitation bool
	Who        personRow
	Name       string
	Email      string
	Roles      []roleChoice
	Mail       bool // there is a server that takes mail
	Wrong      fault.Form
}

func (v *visit) personPage(title string, held []staff.Role) personPage {
	return personPage{frame: v.frame(title, "staff"), Roles: allRoles(held), Mail: v.paper.Mail.Host != ""}
}

func invitation(v *visit) error {
	p := v.personPage("Invite somebody", nil)
	p.Invitation = true
	return v.show("person", p)
}

// roles are those that a form gives.
func (v *visit) roles() []staff.Role {
	_ = v.r.ParseForm() // what cannot be read gives no roles, which is refused
	var list []staff.Role
	for _, r := range v.r.PostForm["role"] {
		list = append(list, staff.Role(r))
	}
	return list
}

func invite(v *visit) error {
	who := staff.Person{Email: v.r.PostFormValue("email"), Name: v.r.PostFormValue("name"), Roles: v.roles()}
	invited, token, err := v.Staff.Invite(v.ctx(), who, v.now)
	var f fault.Form
	if errors.As(err, &f) {
		p := v.personPage("Invite somebody", who.Roles)
		p.Invitation, p.Name, p.Email, p.Wrong = true, who.Name, who.Email, f
		return v.showAs(http.StatusUnprocessableEntity, "person", p)
	}
	if err != nil {
		return err
	}
	return v.handLink(staff.Link{Kind: staff.Invitation, Person: invited}, token)
}

// linkPage shows a link that works once, this once, for whoever wants to hand it over.
type linkPage struct {
	frame
	Who    staff.Person
	Back   bool // a way back in, not an invitation
	URL    string
	Mailed bool
}

// handLink mails a link if the paper has a server that takes mail, and shows it.
func (v *visit) handLink(l staff.Link, token string) error {
	p := linkPage{frame: v.frame("A link for "+l.Person.Name, "staff"), Who: l.Person, Back: l.Kind == staff.Return, URL: v.reached(v.r).origin + l.Path(token)}
	if base := v.base(); base != "" {
		p.URL = base + l.Path(token)
		if p.Mailed = v.paper.Mail.Host != ""; p.Mailed {
			if err := v.Staff.Post(v.ctx(), l, base, token, v.now); err != nil {
				return err
			}
		}
	}
	v.w.Header().Set("Referrer-Policy", "no-referrer")
	return v.show("link", p)
}

// about is the person in the address.
func (v *visit) about() (staff.Person, error) {
	id, err := v.id("id")
	if err != nil {
		return staff.Person{}, err
	}
	return v.Staff.Person(v.ctx(), id)
}

func personNow(v *visit) error {
	who, err := v.about()
	if err != nil {
		return err
	}
	return v.showPerson(http.StatusOK, who, nil)
}

func (v *visit) showPerson(status int, who staff.Person, wrong fault.Form) error {
	alone, err := v.Staff.Alone(v.ctx())
	if err != nil {
		return err
	}
	p := v.personPage(who.Name, who.Roles)
	p.Who, p.Name, p.Email, p.Wrong = v.personRow(who, alone[who.ID]), who.Name, who.Email, wrong
	return v.showAs(status, "person", p)
}

// changePerson changes the person in the address from the version that the form was made of.
func (v *visit) changePerson(done string, change func(ctx context.Context, who staff.Person, version int64) error) error {
	who, err := v.about()
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(v.r.PostFormValue("version"), 10, 64) // none is an old one
	err = change(v.ctx(), who, version)
	var f fault.Form
	if errors.As(err, &f) {
		return v.showPerson(http.StatusUnprocessableEntity, who, f)
	}
	if err != nil {
		return err
	}
	if who.ID == v.person.ID {
		return v.seeOther("/newsroom/sign-in?to=/newsroom/staff")
	}
	return v.seeOther("/newsroom/staff?done=" + done)
}

func rolesGive(v *visit) error {
	return v.changePerson("roles", func(ctx context.Context, who staff.Person, version int64) error {
		return v.Staff.SetRoles(ctx, who.ID, version, v.roles(), v.now)
	})
}

func personLeave(v *visit) error {
	return v.changePerson("left", func(ctx context.Context, who staff.Person, version int64) error {
		return v.Staff.Leave(ctx, who.ID, version, v.now)
	})
}

func linkSend(v *visit) error {
	who, err := v.about()
	if err != nil {
		return err
	}
	l, token, err := v.Staff.Renew(v.ctx(), who.Email, v.now)
	if err != nil {
		return err
	}
	return v.handLink(l, token)
}

// bylinesPage lists how people are printed.
type bylinesPage struct {
	frame
	Bylines []bylineRow
	May     bool
	Name    string
	Wrong   fault.Form
}

type bylineRow struct {
	staff.Byline
	People []string // who signs so
}

func (v *visit) bylinesPage() (bylinesPage, error) {
	bylines, err1 := v.Staff.All(v.ctx())
	people, err2 := v.Staff.People(v.ctx())
	p := bylinesPage{frame: v.frame("Bylines", "staff"), May: v.person.May(staff.Manage, staff.People, false)}
	for _, b := range bylines {
		row := bylineRow{Byline: b}
		for _, who := range people {
			if who.Byline == b.ID && who.Left.IsZero() {
				row.People = append(row.People, who.Name)
			}
		}
		p.Bylines = append(p.Bylines, row)
	}
	return p, errors.Join(err1, err2)
}

func bylinesNow(v *visit) error {
	p, err := v.bylinesPage()
	if err != nil {
		return err
	}
	return v.show("bylines", p)
}

func bylineAdd(v *visit) error {
	name := v.r.PostFormValue("name")
	b, err := v.newByline(name)
	var f fault.Form
	if errors.As(err, &f) {
		p, err := v.bylinesPage()
		if err != nil {
			return err
		}
		p.Name, p.Wrong = name, f
		return v.showAs(http.StatusUnprocessableEntity, "bylines", p)
	}
	if err != nil {
		return err
	}
	return v.seeOther(fmt.Sprintf("/newsroom/bylines/%d", b.ID))
}

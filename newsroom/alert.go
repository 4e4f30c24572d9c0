package newsroom

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"lede/front"
	"lede/internal/audit"
	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/staff"
)

func (n *Newsroom) alertRoutes() []route {
	return []route{
		{pattern: "GET /newsroom/front/alert", act: staff.Read, on: staff.Front, handle: alerts},
		{pattern: "POST /newsroom/front/alert", act: staff.Write, on: staff.Front, handle: setAlert},
		{pattern: "GET /newsroom/front/alert/{id}", act: staff.Read, on: staff.Front, handle: oneAlert},
		{pattern: "POST /newsroom/front/alert/{id}", act: staff.Write, on: staff.Front, handle: changeAlert},
		{pattern: "POST /newsroom/front/alert/{id}/end", act: staff.Write, on: staff.Front, handle: endAlert},
	}
}

// alertPage is the alerts of the paper: those on the pages and to come, a form, and those that are over.
type alertPage struct {
	frame
	May     bool
	Running []alertRow // on the pages now, or to come
	Over    []alertRow
	Form    alertForm
	Langs   []langLink
	Wrong   fault.Form
	Done    string
}

// alertRow is one alert as the list tells it.
type alertRow struct {
	front.Alert
	On     bool
	In     string // the name of its language
	From   string
	To     string
	By     string
	Change string // where it is changed
}

// alertForm is what was typed; the fields for time hold what the clock on the wall says.
type alertForm struct {
	ID, Version  int64
	Lang         string
	Text, Link   string
	Begins, Ends string
}

func alerts(v *visit) error {
	page, err := v.alertPage(alertForm{Lang: v.paper.Main(), Ends: wall(v.now.Add(3 * time.Hour).Truncate(time.Minute))})
	if err != nil {
		return err
	}
	switch v.r.URL.Query().Get("done") {
	case "set":
		page.Done = "It is set. Readers see it within five seconds, from its beginning on."
	case "ended":
		page.Done = "It is off the pages."
	}
	return v.show("alert", page)
}

func (v *visit) alertPage(form alertForm) (alertPage, error) {
	page := alertPage{frame: v.frame("Alert", "front"), May: v.person.May(staff.Write, staff.Front, false), Form: form, Wrong: fault.Form{}}
	page.Langs = v.langLinks("/newsroom/front/alert", form.Lang)
	list, err := v.Fronts.Alerts(v.ctx())
	if err != nil {
		return page, err
	}
	by, err := v.whoSet()
	if err != nil {
		return page, err
	}
	for _, a := range list {
		row := alertRow{Alert: a, On: a.On(v.now), In: tongue.Endonym(a.Lang), By: by[a.ID], Change: fmt.Sprintf("/newsroom/front/alert/%d", a.ID),
			From: moment(a.Begins.In(v.now.Location()), v.now), To: moment(a.Ends.In(v.now.Location()), v.now)}
		if row.On || a.Ahead(v.now) {
			page.Running = append(page.Running, row)
		} else {
			page.Over = append(page.Over, row)
		}
	}
	return page, nil
}

// whoSet says by the audit log who set each alert.
func (v *visit) whoSet() (map[int64]string, error) {
	done, err := v.Audit.List(v.ctx(), audit.Filter{Act: "alert.set", Limit: 100})
	by := map[int64]string{}
	for _, e := range done {
		by[e.Of] = e.Who.Name
	}
	return by, err
}

// oneAlert is the page with an alert that is not over in the form.
func oneAlert(v *visit) error {
	a, err := v.alertOf()
	if err != nil {
		return err
	}
	page, err := v.alertPage(alertForm{ID: a.ID, Version: a.Version, Lang: a.Lang, Text: a.Text, Link: a.Link,
		Begins: wall(a.Begins.In(v.now.Location())), Ends: wall(a.Ends.In(v.now.Location()))})
	if err != nil {
		return err
	}
	return v.show("alert", page)
}

// alertOf is the alert of the address.
func (v *visit) alertOf() (front.Alert, error) {
	id, err := v.id("id")
	if err != nil {
		return front.Alert{}, err
	}
	list, err := v.Fronts.Alerts(v.ctx())
	for _, a := range list {
		if a.ID == id && err == nil && a.Ends.After(v.now) {
			return a, nil
		}
	}
	return front.Alert{}, errors.Join(err, fault.NotFound)
}

func setAlert(v *visit) error {
	return v.keepAlert(0, func(a front.Alert) error {
		_, err := v.Fronts.SetAlert(v.ctx(), a, v.now)
		return err
	})
}

func changeAlert(v *visit) error {
	was, err := v.alertOf()
	if err != nil {
		return err
	}
	return v.keepAlert(was.ID, func(a front.Alert) error {
		if a.Begins.Truncate(time.Minute).Equal(was.Begins.Truncate(time.Minute)) {
			a.Begins = was.Begins // it was not changed: a field for time knows no seconds
		}
		return v.Fronts.ChangeAlert(v.ctx(), a, v.now)
	})
}

// keepAlert reads the form and keeps the alert; what is wrong is shown beside what was typed.
func (v *visit) keepAlert(id int64, keep func(front.Alert) error) error {
	form := alertForm{ID: id, Lang: v.r.PostFormValue("lang"), Text: v.r.PostFormValue("text"), Link: v.r.PostFormValue("link"),
		Begins: v.r.PostFormValue("begins"), Ends: v.r.PostFormValue("ends")}
	form.Version, _ = strconv.ParseInt(v.r.PostFormValue("version"), 10, 64) // 0 is nobody's version
	if _, err := v.edition(form.Lang); err != nil {
		return err
	}
	a := front.Alert{ID: id, Version: form.Version, Lang: form.Lang, Text: form.Text, Link: form.Link}
	wrong := fault.Form{}
	for name, at := range map[string]*time.Time{"begins": &a.Begins, "ends": &a.Ends} {
		typed := v.r.PostFormValue(name)
		if typed == "" {
			continue
		}
		var err error
		if *at, err = v.readWall(typed); err != nil {
			wrong[name] = err.Error()
		}
	}
	if len(wrong) == 0 {
		err := keep(a)
		if err == nil {
			return v.seeOther("/newsroom/front/alert?done=set")
		}
		if !errors.As(err, &wrong) {
			return err
		}
	}
	page, err := v.alertPage(form)
	if err != nil {
		return err
	}
	page.Wrong = wrong
	return v.showAs(422, "alert", page)
}

func endAlert(v *visit) error {
	a, err := v.alertOf()
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(v.r.PostFormValue("version"), 10, 64)
	if err != nil {
		return fault.Invalid("This form has no version.")
	}
	if err := v.Fronts.EndAlert(v.ctx(), a.ID, version, v.now); err != nil {
		return err
	}
	return v.seeOther("/newsroom/front/alert?done=ended")
}

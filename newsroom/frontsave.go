package newsroom

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/front"
	"lede/internal/audit"
	"lede/internal/fault"
	"lede/paper"
)

// frontDo does what a button of the front's form says: it saves the choice, or changes it and shows it again, not saved.
func frontDo(v *visit) error {
	c, err := v.choice()
	if err != nil {
		return err
	}
	do, at, _ := strings.Cut(v.r.PostFormValue("do"), ":")
	switch do {
	case "save":
		return v.saveFront(c)
	case "search":
	default:
		if c, err = v.changed(c, do, at); err != nil {
			return err
		}
	}
	page, err := v.frontPage(c)
	if err != nil {
		return err
	}
	return v.show("front", page)
}

// choice reads the form.
func (v *visit) choice() (choice, error) {
	if err := v.r.ParseForm(); err != nil {
		return choice{}, fault.Invalid("This form cannot be read.")
	}
	form := v.r.PostForm
	lang, err := v.edition(form.Get("lang"))
	if err != nil {
		return choice{}, err
	}
	c := choice{lang: lang, query: form.Get("q")}
	if c.version, err = strconv.ParseInt(form.Get("version"), 10, 64); err != nil {
		return c, fault.Invalid("This form has no version.")
	}
	articles, headlines, untils := form["article"], form["headline"], form["until"]
	if len(articles) != len(headlines) || len(articles) != len(untils) || len(articles) > 2*front.MaxPicks {
		return c, fault.Invalid("This form is not whole.")
	}
	for i := range articles {
		id, err := strconv.ParseInt(articles[i], 10, 64)
		if err != nil {
			return c, fault.Invalid("%q is no article.", articles[i])
		}
		row := v.pickRow(front.Pick{Article: id, Headline: headlines[i]})
		row.At = untils[i]
		row.Until, row.Wrong = v.until(untils[i])
		c.rows = append(c.rows, row)
	}
	return c, nil
}

// until reads the end of a pick; "" is none.
func (v *visit) until(typed string) (time.Time, string) {
	if typed == "" {
		return time.Time{}, ""
	}
	at, err := v.readWall(typed)
	if err != nil {
		return at, err.Error()
	}
	if !at.After(v.now) {
		return at, "This time is over."
	}
	return at, ""
}

// wall is a moment as a field for date and time holds it.
func wall(at time.Time) string { return at.Format(paper.WallLayout) }

// readWall reads what a field for date and time holds, as the clock in the paper's zone shows it.
func (v *visit) readWall(typed string) (time.Time, error) {
	return paper.Wall{Says: strings.TrimSpace(typed), Zone: v.now.Location().String()}.At()
}

// changed is the choice after one button: up, down and remove say the place, add the article.
func (v *visit) changed(c choice, do, what string) (choice, error) {
	n, err := strconv.ParseInt(what, 10, 64)
	if err != nil {
		return c, fault.Invalid("This button says nothing.")
	}
	i := int(n)
	at := func(i int) bool { return i >= 0 && i < len(c.rows) }
	switch {
	case do == "add" && !slices.ContainsFunc(c.rows, func(r pickRow) bool { return r.Article == n }) && len(c.rows) < front.MaxPicks:
		c.rows = append(c.rows, v.pickRow(front.Pick{Article: n}))
	case do == "up" && at(i) && at(i-1):
		c.rows[i], c.rows[i-1] = c.rows[i-1], c.rows[i]
	case do == "down" && at(i) && at(i+1):
		c.rows[i], c.rows[i+1] = c.rows[i+1], c.rows[i]
	case do == "remove" && at(i):
		c.rows = slices.Delete(c.rows, i, i+1)
	}
	return c, nil
}

func (v *visit) saveFront(c choice) error {
	if slices.ContainsFunc(c.rows, func(r pickRow) bool { return r.Wrong != "" }) {
		return v.frontWrong(c, fault.Form{"picks": "One of the times cannot be."})
	}
	err := v.Fronts.Pick(v.ctx(), c.lang, c.picks(), c.version, v.now)
	var wrong fault.Form
	switch {
	case errors.As(err, &wrong):
		return v.frontWrong(c, wrong)
	case errors.Is(err, fault.Conflict):
		return v.frontConflict(c)
	case err != nil:
		return err
	}
	return v.seeOther(fmt.Sprintf("/newsroom/front?lang=%s&saved=%d", c.lang, c.version+1))
}

func (v *visit) frontWrong(c choice, wrong fault.Form) error {
	page, err := v.frontPage(c)
	if err != nil {
		return err
	}
	page.Wrong = wrong
	return v.showAs(422, "front", page)
}

// frontConflict shows what somebody else saved beside what this person chose. Saving once more puts the latter in force.
func (v *visit) frontConflict(c choice) error {
	theirs, version, err := v.Fronts.Picks(v.ctx(), c.lang)
	if err != nil {
		return err
	}
	c.version = version
	page, err := v.frontPage(c)
	if err != nil {
		return err
	}
	who, err := v.whoPicked(c.lang, version)
	if err != nil {
		return err
	}
	page.Conflict = &frontConflict{By: who}
	for _, p := range theirs {
		page.Conflict.Theirs = append(page.Conflict.Theirs, v.pickRow(p))
	}
	return v.showAs(409, "front", page)
}

// frontUndo puts back what stood before the version of the form.
func frontUndo(v *visit) error {
	lang, err := v.edition(v.r.PostFormValue("lang"))
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(v.r.PostFormValue("version"), 10, 64)
	if err != nil {
		return fault.Invalid("This form has no version.")
	}
	picks, _, err := v.Fronts.PicksAt(v.ctx(), lang, version-1)
	if err != nil && !errors.Is(err, fault.NotFound) { // before the first there was nothing
		return err
	}
	if err := v.Fronts.Pick(v.ctx(), lang, picks, version, v.now); err != nil {
		return err
	}
	return v.seeOther(fmt.Sprintf("/newsroom/front?lang=%s&saved=%d", lang, version+1))
}

// whoPicked is who saved a version of a front, as the audit log tells.
func (v *visit) whoPicked(lang string, version int64) (string, error) {
	done, err := v.Audit.List(v.ctx(), audit.Filter{Act: "front.picked", Limit: 50})
	for _, e := range done {
		if strings.HasPrefix(e.Detail, fmt.Sprintf("%s, version %d:", lang, version)) {
			return e.Who.Name, err
		}
	}
	return "somebody", err
}

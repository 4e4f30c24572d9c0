package newsroom

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/article"
	"lede/desk"
	"lede/internal/fault"
	"lede/section"
	"lede/staff"
)

func (n *Newsroom) todayRoutes() []route {
	return []route{
		{pattern: "GET /newsroom/{$}", act: staff.Read, on: staff.Articles, handle: (*visit).today},
		{pattern: "POST /newsroom/views", act: staff.Write, on: staff.Self, handle: (*visit).saveView},
		{pattern: "POST /newsroom/views/{view}/removal", act: staff.Write, on: staff.Self, handle: (*visit).dropView},
	}
}

// todayPage is the list of work.
type todayPage struct {
	frame
	Now    time.Time
	Place  string
	May    bool // write
	Assign bool
	Day    dayLine
	Week   []weekDay
	Views  []viewTab
	Own    int64 // the view of their own that is looked at
	Ask    filterForm
	Groups []workGroup
	More   string // where more of it is listed; "" when this is all
	Asides []waiting
	Torn   []waiting
	Last   string // when nothing is due: the last article that went out
	Empty  bool
	People []staff.Person
	Wrong  fault.Form
}

// most rows of each kind on a page, at first and when more is asked for.
const (
	fewRows  = 60
	manyRows = 400
)

// smallPicture is how wide a picture is asked for that stands in a line.
const smallPicture = 320

// workGroup are the lines that are due about the same time.
type workGroup struct {
	Name  string
	Late  bool
	Lines []workLine
	Count int
}

// workLine is one line of the list.
type workLine struct {
	desk.Row
	Href    string
	Due     string // "13:30"
	At      string // for machines
	Hint    string // "17 min late"
	Late    bool
	Section string
	Who     []worker
	Thumb   string
	Picture bool
	Most    int // the longest the meter shows
	Shown   int
	Tags    []tag
	By      string // who saved it last
	Saved   string // at what time
	Was     string // the deadline as a form has it
	PeopleF string // the people as a form has them
	Assign  bool   // the person may arrange it
}

type worker struct {
	face
	Now bool // writing
	Me  bool
}

type tag struct{ Kind, Says string }

// waiting is something that waits for somebody to decide.
type waiting struct {
	Href, Headline, Who, At, Part, Why string
}

// mine narrows a question to what the person may see.
func (v *visit) asked(f desk.Filter, limit int) desk.Asked {
	ask := desk.Asked{Filter: f, Limit: limit, Now: v.now}
	if !v.person.May(staff.Read, staff.Articles, false) {
		ask.Mine, ask.MineAs = v.person.ID, v.person.Byline
	}
	return ask
}

func (v *visit) today() error {
	p, err := v.todayPage()
	if err != nil {
		return err
	}
	return v.show("today", p)
}

func (v *visit) todayPage() (p todayPage, err error) {
	tree, err := v.Sections.Tree(v.ctx())
	if err != nil {
		return p, err
	}
	f, err := v.faces()
	if err != nil {
		return p, err
	}
	saved, err := v.Desk.Views(v.ctx(), v.person.ID)
	if err != nil {
		return p, err
	}
	p = todayPage{frame: v.frame("Today", "today"), Now: v.now, Place: v.paper.PlaceIn("en"), People: f.here,
		May: v.person.May(staff.Write, staff.Articles, true), Assign: v.person.May(staff.Assign, staff.Articles, true)}
	p.Strips = v.backupStrips()
	p.Ask = v.filterForm(tree, f, saved)
	if p.Views, err = v.viewTabs(p.Ask, saved); err != nil {
		return p, err
	}
	p.Own = p.Ask.Saved
	if err := v.fillWork(&p, tree, f); err != nil {
		return p, err
	}
	if err := v.fillDay(&p); err != nil {
		return p, err
	}
	return p, v.fillWaiting(&p, f)
}

// fillWork asks for the lines.
func (v *visit) fillWork(p *todayPage, tree section.Tree, f faces) error {
	limit := fewRows
	if v.r.FormValue("more") != "" {
		limit = manyRows
	}
	ask := v.asked(p.Ask.Filter, limit)
	if p.Ask.View == "mine" {
		ask.Mine, ask.MineAs = v.person.ID, v.person.Byline
	}
	var rows []desk.Row
	var more bool
	var err error
	if p.Ask.View == "out" {
		ask.Limit = manyRows
		rows, err = v.Desk.Out(v.ctx(), ask, midnight(v.now, 0))
	} else {
		rows, more, err = v.Desk.Today(v.ctx(), ask)
	}
	if err != nil {
		return err
	}
	if more && limit == fewRows {
		p.More = p.Ask.with("more", "1")
	}
	for _, r := range rows {
		line := v.workLine(r, tree, f)
		line.Assign = p.Assign && p.Ask.View != "out"
		name := groupOf(r, v.now)
		if p.Ask.View == "out" {
			name, line.Late = "Out today", false
			line.Due, line.Hint = clock(r.Published.In(v.now.Location())), "out"
		}
		if n := len(p.Groups); n == 0 || p.Groups[n-1].Name != name {
			p.Groups = append(p.Groups, workGroup{Name: name, Late: name == "Late"})
		}
		g := &p.Groups[len(p.Groups)-1]
		g.Lines, g.Count = append(g.Lines, line), g.Count+1
	}
	p.Empty = len(rows) == 0
	return nil
}

func midnight(now time.Time, days int) time.Time {
	return time.Date(now.Year(), now.Month(), now.Day()+days, 0, 0, 0, 0, now.Location())
}

// groupOf is under which heading a row stands at now.
func groupOf(r desk.Row, now time.Time) string {
	at := r.At()
	switch {
	case at.IsZero():
		return "No deadline"
	case at.Before(now):
		return "Late"
	case at.Sub(now) <= time.Hour:
		return "In the next hour"
	case at.Before(midnight(now, 0).Add(12 * time.Hour)):
		return "This morning"
	case at.Before(midnight(now, 0).Add(18 * time.Hour)):
		return "This afternoon"
	case at.Before(midnight(now, 2)):
		return "Tonight and tomorrow"
	}
	return "Later"
}

func (v *visit) workLine(r desk.Row, tree section.Tree, f faces) workLine {
	l := workLine{Row: r, Href: "/newsroom/article/" + strconv.FormatInt(r.ID, 10), Picture: r.Lead.Media != 0, By: f.who(r.SavedBy).First(), Saved: clock(r.Saved.In(v.now.Location())),
		Was: r.Wall.Says, PeopleF: desk.People(r.Work.People)}
	if s, ok := tree.Get(r.Section); ok {
		l.Section = s.NameIn("en")
	}
	if at := r.At(); !at.IsZero() {
		at = at.In(v.now.Location())
		l.Due, l.At, l.Late = clock(at), at.Format(time.RFC3339), at.Before(v.now)
		l.Hint = hint(at, v.now)
	}
	l.Most = max(r.Target, 1)
	l.Shown = min(r.Words, l.Most)
	l.Who = v.workers(r, f)
	l.Tags = v.tags(r)
	if l.Picture {
		l.Thumb = fmt.Sprintf("/newsroom/picture/%d/%d", r.Lead.Media, smallPicture)
	}
	return l
}

// hint says how far a time is away, or on which day it is.
func hint(at, now time.Time) string {
	d := at.Sub(now)
	switch {
	case d < -24*time.Hour:
		return at.Format("Mon 2 Jan")
	case d < -time.Hour:
		return fmt.Sprintf("%d h late", int(-d.Hours()))
	case d < 0:
		return fmt.Sprintf("%d min late", max(1, int(-d.Minutes())))
	case d <= time.Hour:
		return fmt.Sprintf("in %d min", int(d.Minutes()))
	case at.Before(midnight(now, 1)):
		return ""
	case at.Before(midnight(now, 7)):
		return at.Format("Mon")
	}
	return at.Format("2 Jan")
}

// workers are who does it: those who write in it now, else those it is assigned to, else for a draft whoever began it.
func (v *visit) workers(r desk.Row, f faces) []worker {
	var list []worker
	add := func(id int64, now bool) {
		if id != 0 && !slices.ContainsFunc(list, func(w worker) bool { return w.ID == id }) {
			list = append(list, worker{f.who(id), now, id == v.person.ID})
		}
	}
	for _, h := range r.Writes {
		add(h.By, true)
	}
	for _, id := range r.Work.People {
		add(id, false)
	}
	if r.Stage == article.Draft && len(list) == 0 {
		add(r.Owner, false)
	}
	return list
}

func (v *visit) tags(r desk.Row) []tag {
	var list []tag
	if r.TKs > 0 {
		list = append(list, tag{"warn", fmt.Sprintf("%d TK", r.TKs)})
	}
	if r.Embargo.After(v.now) {
		at := r.Embargo.In(v.now.Location())
		says := "Embargo until " + clock(at)
		if !at.Before(midnight(v.now, 1)) {
			says = "Embargo until " + at.Format("Mon 2 Jan 15:04")
		}
		list = append(list, tag{"pen", says})
	}
	if r.Sensitive {
		list = append(list, tag{"", "Sensitive"})
	}
	return list
}

// fillWaiting adds what stands beside and waits to be merged, and what could not become a version.
func (v *visit) fillWaiting(p *todayPage, f faces) error {
	asides, err := v.Desk.AllAsides(v.ctx())
	if err != nil {
		return err
	}
	for _, a := range asides {
		w, ok, err := v.waits(a.Article, a.Part, a.By, a.At, f)
		if err != nil {
			return err
		}
		if ok {
			w.Href += "?merge=" + url.QueryEscape(a.Part) + "&aside=" + url.QueryEscape(a.Tab)
			p.Asides = append(p.Asides, w)
		}
	}
	torn, err := v.Desk.Unversioned(v.ctx())
	if err != nil {
		return err
	}
	for _, s := range torn {
		w, ok, err := v.waits(s.Article, s.Part, s.By, s.At, f)
		if err != nil {
			return err
		}
		if ok {
			w.Why = s.Why
			p.Torn = append(p.Torn, w)
		}
	}
	return nil
}

// waits tells of something about an article, if the person may read it.
func (v *visit) waits(id int64, part string, by int64, at time.Time, f faces) (w waiting, ok bool, err error) {
	mine, err := v.Desk.Own(v.ctx(), id, v.person.ID, v.person.Byline)
	if err != nil || !v.person.May(staff.Read, staff.Articles, mine) {
		return w, false, err
	}
	a, err := v.Articles.Get(v.ctx(), id)
	if errors.Is(err, fault.NotFound) {
		return w, false, nil
	}
	at = at.In(v.now.Location())
	when := clock(at)
	if at.Before(midnight(v.now, 0)) {
		when = at.Format("Mon 2 Jan 15:04")
	}
	return waiting{Href: "/newsroom/article/" + strconv.FormatInt(id, 10), Headline: a.Headline, Who: f.who(by).Name, At: when, Part: part}, err == nil, err
}

// saveView keeps the filter of the page under a name.
func (v *visit) saveView() error {
	tree, err := v.Sections.Tree(v.ctx())
	if err != nil {
		return err
	}
	form := v.filterForm(tree, faces{}, nil)
	view, err := v.Desk.SaveView(v.ctx(), desk.View{Person: v.person.ID, Name: v.r.FormValue("name"), Filter: form.Filter}, v.now)
	if f := (fault.Form{}); errors.As(err, &f) && !v.wantsJSON() {
		p, err := v.todayPage()
		if err != nil {
			return err
		}
		p.Wrong = f
		return v.showAs(http.StatusUnprocessableEntity, "today", p)
	}
	if err != nil {
		return err
	}
	return v.seeOther("/newsroom/?view=" + strconv.FormatInt(view.ID, 10))
}

func (v *visit) dropView() error {
	id, err := v.id("view")
	if err != nil {
		return err
	}
	if err := v.Desk.DropView(v.ctx(), v.person.ID, id); err != nil {
		return err
	}
	return v.seeOther("/newsroom/")
}

// cut shortens a headline for a label.
func cut(s string, most int) string {
	r := []rune(strings.TrimSpace(s))
	if len(r) <= most {
		return string(r)
	}
	return strings.TrimSpace(string(r[:most])) + "…"
}

// wrongField is what is wrong with one field, if err is a form's.
func wrongField(err error, field string) (says string, wrong bool) {
	var f fault.Form
	if !errors.As(err, &f) {
		return "", false
	}
	return f[field], true
}

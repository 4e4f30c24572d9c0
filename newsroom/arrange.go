package newsroom

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/desk"
	"lede/internal/fault"
	"lede/internal/mail"
	"lede/paper"
	"lede/staff"
)

func (n *Newsroom) arrangeRoutes() []route {
	return []route{
		{pattern: "GET /newsroom/article/{id}/work", act: staff.Assign, on: staff.Articles, handle: (*visit).arrangement},
		{pattern: "POST /newsroom/article/{id}/work", act: staff.Assign, on: staff.Articles, handle: (*visit).arrange},
	}
}

// arrangePage says until when, by whom and how long an article is to be.
type arrangePage struct {
	frame
	ID       int64
	Headline string
	Was      arranged // as it stands
	Form     arranged // as it was typed
	People   []option
	Wrong    fault.Form
	Differs  string
	Zone     string
}

// arranged is what the form holds, as texts.
type arranged struct{ Due, Target, People string }

func (v *visit) arrangement() error {
	id, err := v.worksOn(staff.Assign, staff.Articles)
	if err != nil {
		return err
	}
	p, err := v.arrangePage(id)
	if err != nil {
		return err
	}
	p.Form = p.Was
	return v.showArrange(http.StatusOK, p)
}

func (v *visit) showArrange(status int, p arrangePage) error {
	f, err := v.faces()
	if err != nil {
		return err
	}
	on := strings.Split(p.Form.People, ",")
	for _, person := range f.here {
		id := strconv.FormatInt(person.ID, 10)
		p.People = append(p.People, option{id, person.Name, slices.Contains(on, id)})
	}
	return v.showAs(status, "arrange", p)
}

func (v *visit) arrangePage(id int64) (p arrangePage, err error) {
	a, err := v.Articles.Get(v.ctx(), id)
	if err != nil {
		return p, err
	}
	w, err := v.Desk.WorkOf(v.ctx(), id)
	if err != nil {
		return p, err
	}
	p = arrangePage{frame: v.frame("Deadline, people, words", "today"), ID: id, Headline: a.Headline, Was: arrangedOf(w), Zone: v.paper.Zone}
	return p, nil
}

func arrangedOf(w desk.Work) arranged {
	a := arranged{Due: w.Wall.Says, People: desk.People(w.People)}
	if w.Target > 0 {
		a.Target = strconv.Itoa(w.Target)
	}
	return a
}

// change is what a script is told of what was changed.
type change struct {
	Says string            `json:"says"`
	Undo map[string]string `json:"undo"` // the form that takes it back
}

// arrange changes what is arranged; of each field the form brings along what the person saw there (was_due …), and only what differs
// from that is changed.
func (v *visit) arrange() error {
	id, err := v.worksOn(staff.Assign, staff.Articles)
	if err != nil {
		return err
	}
	if err := v.r.ParseForm(); err != nil {
		return fault.Invalid("This is no form.")
	}
	p, err := v.arrangePage(id)
	if err != nil {
		return err
	}
	done, err := v.arrangeFields(id, &p)
	var differs desk.Differs
	var form fault.Form
	switch {
	case errors.As(err, &differs):
		return v.answerDiffers(p, differs)
	case errors.As(err, &form) && !v.wantsJSON():
		p.Wrong = form
		return v.showArrange(http.StatusUnprocessableEntity, p)
	case err != nil:
		return err
	case v.wantsJSON():
		return v.answer(http.StatusOK, done)
	}
	return v.seeOther("/newsroom/")
}

// field is the value of a field as it was typed, and as the person saw it; without the field nothing is changed.
func (v *visit) field(name string) (value, was string, sent bool) {
	form := v.r.PostForm
	if !form.Has("was_"+name) || !form.Has(name) && name != "people" {
		return "", "", false
	}
	value, was = strings.TrimSpace(form.Get(name)), form.Get("was_"+name)
	if name == "people" {
		value = desk.People(numbers(form["people"]))
	}
	return value, was, value != was
}

func numbers(texts []string) []int64 {
	var list []int64
	for _, t := range texts {
		for one := range strings.SplitSeq(t, ",") {
			if n := number(one); n > 0 {
				list = append(list, n)
			}
		}
	}
	return list
}

func (v *visit) arrangeFields(id int64, p *arrangePage) (c change, err error) {
	p.Form = p.Was
	c.Undo = map[string]string{}
	var says []string
	note := func(name, value, was, said string) {
		says = append(says, said)
		c.Undo["was_"+name], c.Undo[name] = value, was
	}
	if value, was, sent := v.field("due"); sent {
		p.Form.Due = value
		wall := paper.Wall{}
		if value != "" {
			wall = paper.Wall{Says: strings.TrimSuffix(value, ":00.000"), Zone: v.paper.Zone}
		}
		if err := v.Desk.SetDue(v.ctx(), id, was, wall, v.person.ID, v.now); err != nil {
			return c, err
		}
		note("due", value, was, dueSays(wall, v.now))
	}
	if value, was, sent := v.field("target"); sent {
		p.Form.Target = value
		n, ok := words(value)
		if !ok {
			return c, fault.Form{"target": "Words are a number, such as 500; leave it empty for none."}
		}
		if err := v.Desk.SetTarget(v.ctx(), id, int(number(was)), n, v.person.ID); err != nil {
			return c, err
		}
		note("target", value, was, targetSays(n))
	}
	if value, was, sent := v.field("people"); sent {
		p.Form.People = value
		said, err := v.assign(id, p.Headline, numbers([]string{was}), numbers([]string{value}))
		if err != nil {
			return c, err
		}
		note("people", value, was, said)
	}
	c.Says = strings.Join(says, " ")
	if c.Says == "" {
		c.Says = "Nothing was changed."
	}
	return c, nil
}

func words(s string) (int, bool) {
	if s == "" {
		return 0, true
	}
	n, err := strconv.Atoi(strings.ReplaceAll(s, ",", ""))
	return n, err == nil && n >= 0
}

func dueSays(w paper.Wall, now time.Time) string {
	if w.IsZero() {
		return "It has no deadline."
	}
	at := w.Near().In(now.Location())
	if at.Before(midnight(now, 1)) && !at.Before(midnight(now, 0)) {
		return "It is due at " + clock(at) + "."
	}
	return "It is due on " + at.Format("Mon 2 Jan at 15:04") + "."
}

func targetSays(n int) string {
	if n == 0 {
		return "No length is asked for."
	}
	return fmt.Sprintf("%d words are asked for.", n)
}

// assign gives the article to people, and writes to those who did not have it.
func (v *visit) assign(id int64, headline string, was, people []int64) (says string, err error) {
	f, err := v.faces()
	if err != nil {
		return "", err
	}
	people = slices.DeleteFunc(people, func(id int64) bool {
		return !slices.ContainsFunc(f.here, func(p staff.Person) bool { return p.ID == id }) && !slices.Contains(was, id)
	})
	err = v.Desk.Assign(v.ctx(), id, was, people, v.person.ID, func(fresh []int64) []mail.Message {
		return v.letters(f, fresh, "For you: "+headline, fmt.Sprintf("%s gave you the article “%s”.\n\n%s\n", v.person.Name, headline, v.address(id)))
	}, v.now)
	var names []string
	for _, id := range people {
		names = append(names, f.who(id).Name)
	}
	if len(names) == 0 {
		return "It is assigned to nobody.", err
	}
	return "It is assigned to " + strings.Join(names, " and ") + ".", err
}

// letters are the same words to several people.
func (v *visit) letters(f faces, to []int64, subject, text string) []mail.Message {
	var list []mail.Message
	for _, p := range f.here {
		if slices.Contains(to, p.ID) {
			list = append(list, mail.Message{To: p.Email, Subject: subject, Text: text})
		}
	}
	return list
}

// address is where an article is written, for a mail: whole where it is known where the newsroom is.
func (v *visit) address(id int64) string {
	return v.base() + "/newsroom/article/" + strconv.FormatInt(id, 10)
}

// differs is what a script is told when somebody else arranged it otherwise.
type differs struct {
	Says string            `json:"says"`
	Keep map[string]string `json:"keep"` // the form that keeps one's own all the same
}

func (v *visit) answerDiffers(p arrangePage, d desk.Differs) error {
	f, err := v.faces()
	if err != nil {
		return err
	}
	is := arrangedOf(d.Is)
	who := f.who(d.By).First()
	if d.By == v.person.ID {
		who = "You, in another window,"
	}
	name, theirs, mine := d.What, "", ""
	switch d.What {
	case "due":
		theirs, mine = is.Due, p.Form.Due
		p.Differs = fmt.Sprintf("%s put the due time at %s. Yours was %s.", who, wallSays(theirs), wallSays(mine))
	case "target":
		theirs, mine = is.Target, p.Form.Target
		p.Differs = fmt.Sprintf("%s put the words at %s. Yours was %s.", who, orNone(theirs), orNone(mine))
	default:
		name, theirs, mine = "people", is.People, p.Form.People
		p.Differs = fmt.Sprintf("%s assigned it to %s. Yours was %s.", who, names(theirs, f), names(mine, f))
	}
	if v.wantsJSON() {
		return v.answer(http.StatusConflict, differs{p.Differs, map[string]string{"was_" + name: theirs, name: mine}})
	}
	p.Was = is
	return v.showArrange(http.StatusConflict, p)
}

func wallSays(s string) string {
	if at, err := time.Parse(paper.WallLayout, s); err == nil {
		return at.Format("15:04 on 2 Jan")
	}
	return orNone(s)
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func names(people string, f faces) string {
	var out []string
	for _, id := range numbers([]string{people}) {
		out = append(out, f.who(id).Name)
	}
	if len(out) == 0 {
		return "nobody"
	}
	return strings.Join(out, " and ")
}

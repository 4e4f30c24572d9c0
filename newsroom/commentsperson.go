package newsroom

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/comment"
	"lede/internal/fault"
	"lede/staff"
)

// commentPerson is what is known of whoever wrote a comment.
type commentPerson struct {
	Says     []string
	Squares  []square
	Drawn    string // the squares in words
	Legend   string
	Before   []beforeLine
	All      string // where all of theirs are listed
	Count    int
	Measures []measureRow
	Kinds    []kindChoice
	Post     string // "" where they can be written to, else why not
}

// square is one of the last comments: Kind is "s" shown, "r" refused, removed or spam, "h" held.
type square struct {
	X         int
	Kind      string
	Character string
}

// beforeLine is an earlier comment, and what became of it.
type beforeLine struct{ Text, Says, Why, Href string }

// kindChoice is one thing that a measure can go by.
type kindChoice struct {
	Value, Says string
	Sure        bool // chosen unless somebody says otherwise
}

// measureRow is a measure in force.
type measureRow struct {
	ID, Also               string // Also are the ids of the others that go with it
	Says, By, Since, Until string
	Name, Note, Why        string
	Href                   string
}

var actSays = map[string]string{comment.Ban: "Banned", comment.Suspend: "Suspended", comment.HoldAlways: "Always held", comment.Warn: "Warned"}

var kindSays = map[string]string{comment.OfReader: "This account", comment.OfBrowser: "This browser", comment.OfMail: "This e-mail address", comment.OfPrefix: "This network"}

func (v *visit) commentPerson(c comment.Comment, page commentsPage) (*commentPerson, error) {
	known, err := v.Comments.Person(v.ctx(), c, v.now)
	if err != nil {
		return nil, err
	}
	p := &commentPerson{Count: known.All, All: commentsPath + "?state=all&like=" + strconv.FormatInt(c.ID, 10)}
	p.Says = personSays(c, known)
	p.squares(known.Past)
	for _, o := range known.Past {
		if o.ID != c.ID && len(p.Before) < 3 {
			p.Before = append(p.Before, v.beforeLine(o))
		}
	}
	f, err := v.faces()
	if err != nil {
		return nil, err
	}
	if !v.person.May(staff.Read, staff.Readers, true) {
		known.Measures = nil
	}
	against := make([]comment.Imposed, len(known.Measures))
	for i, m := range known.Measures {
		against[i] = comment.Imposed{Measure: m, Name: c.Name}
	}
	p.Measures = v.measureRows(against, f)
	if !page.Bans {
		return p, nil
	}
	for _, m := range known.Marks {
		p.Kinds = append(p.Kinds, kindChoice{m.Kind, kindSays[m.Kind], m.Kind != comment.OfPrefix})
	}
	reachable, err := v.Comments.Reachable(v.ctx(), c)
	if !reachable {
		p.Post = "no e-mail given"
	}
	return p, err
}

// personSays tells what is known, the surest first.
func personSays(c comment.Comment, known comment.Person) []string {
	who := "A guest."
	switch {
	case c.Staff != 0:
		return []string{"Of the staff."}
	case c.Reader != 0:
		who = "A reader with an account."
	}
	says := []string{who}
	for _, m := range known.Marks {
		line := fmt.Sprintf("%s wrote %s", kindSays[m.Kind], plural(m.Comments, "comment"))
		if m.Kind == comment.OfPrefix {
			line += " in 30 days; before that nothing is kept"
		}
		says = append(says, line+".")
	}
	if len(known.Marks) == 0 {
		says = append(says, "Nothing is known that would tell them from others.")
	}
	if n := len(known.Names); n > 0 {
		also := strings.Join(known.Names[:min(n, 4)], ", ")
		if n > 4 {
			also += fmt.Sprintf(" and %d more", n-4)
		}
		says = append(says, "Also as "+also+".")
	}
	return says
}

// squares draws the last comments, the oldest first.
func (p *commentPerson) squares(past []comment.Comment) {
	counts := map[comment.State]int{}
	for i, c := range slices.Backward(past) {
		s := square{X: 18 * (len(past) - 1 - i), Kind: "s"}
		switch c.State {
		case comment.Held:
			s.Kind, s.Character = "h", "…"
		case comment.Refused, comment.Removed, comment.Spam:
			s.Kind, s.Character = "r", "×"
		}
		counts[c.State]++
		p.Squares = append(p.Squares, s)
	}
	var parts []string
	for _, s := range []comment.State{comment.Shown, comment.Refused, comment.Removed, comment.Spam, comment.Held} {
		if counts[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[s], s))
		}
	}
	p.Drawn = fmt.Sprintf("The last %d: %s", len(past), strings.Join(parts, ", "))
	p.Legend = "Oldest first: " + strings.Join(parts, ", ")
}

func (v *visit) beforeLine(c comment.Comment) beforeLine {
	line := beforeLine{Text: cut(c.Text, 160), Says: v.shortly(c.At) + ", " + string(c.State), Href: commentsPath + "/" + strconv.FormatInt(c.ID, 10)}
	if c.Why != "" {
		line.Why = comment.WhySays(c.Why)
	}
	if c.Below > 0 {
		replies := fmt.Sprintf("%d replies", c.Below)
		if c.Below == 1 {
			replies = "1 reply"
		}
		line.Says += ", " + replies
	}
	return line
}

// measureRows lists measures, those that were taken by one act and hold alike together.
func (v *visit) measureRows(list []comment.Imposed, f faces) []measureRow {
	type act struct {
		comment   int64
		act       string
		at, until time.Time
	}
	var rows []measureRow
	at := map[act]int{}
	for _, m := range list {
		of := act{m.Comment, m.Act, m.At, m.Until}
		by := strings.ToLower(kindSays[m.Kind][:1]) + kindSays[m.Kind][1:]
		if i, ok := at[of]; ok {
			rows[i].By, rows[i].Also = rows[i].By+", "+by, strings.TrimPrefix(rows[i].Also+"."+strconv.FormatInt(m.ID, 10), ".")
			continue
		}
		at[of] = len(rows)
		row := measureRow{ID: strconv.FormatInt(m.ID, 10), Says: actSays[m.Act], By: by, Name: m.Name, Note: m.Note, Why: comment.WhySays(m.Reason),
			Since: fmt.Sprintf("since %s, by %s", v.shortly(m.At), f.who(m.By).Name), Until: "for good", Href: commentsPath + "/" + strconv.FormatInt(m.Comment, 10)}
		if !m.Until.IsZero() {
			row.Until = "until " + moment(m.Until.In(v.now.Location()), v.now)
		}
		if m.Act == comment.Warn {
			row.Until = ""
		}
		rows = append(rows, row)
	}
	return rows
}

// measuresView lists the measures in force.
type measuresView struct {
	frame
	Tabs []tab
	Rows []measureRow
	May  bool
	Done *commentDone
}

func measuresPage(v *visit) error {
	list, err := v.Comments.Measures(v.ctx(), v.now)
	if err != nil {
		return err
	}
	f, err := v.faces()
	if err != nil {
		return err
	}
	page := measuresView{frame: v.frame("Measures", "comments"), Tabs: v.commentTabs(measuresPath), May: v.person.May(staff.Manage, staff.Readers, true), Done: v.commentDone(), Rows: v.measureRows(list, f)}
	return v.show("measures", page)
}

func liftMeasure(v *visit) error {
	return v.turnMeasure(func(id int64) (comment.Measure, error) { return v.Comments.Lift(v.ctx(), id, v.now) }, "Lifted", measuresPath+"/%d/renewal")
}

func renewMeasure(v *visit) error {
	return v.turnMeasure(func(id int64) (comment.Measure, error) { return v.Comments.Renew(v.ctx(), id, v.now) }, "In force again", "")
}

// turnMeasure lifts a measure or renews it, and those with it that the version names.
func (v *visit) turnMeasure(turn func(int64) (comment.Measure, error), done, undo string) error {
	id, err := v.id("measure")
	if err != nil {
		return err
	}
	m, err := turn(id)
	if err != nil {
		return err
	}
	also := v.r.PostFormValue("version")
	for other := range strings.SplitSeq(also, ".") {
		if _, err := turn(number(other)); err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
	}
	says, action := done+": "+strings.TrimSuffix(m.Says(), ".")+".", ""
	if undo != "" {
		action = fmt.Sprintf(undo, id)
	}
	if v.wantsJSON() {
		return v.answer(http.StatusOK, commentSaid{Says: says, Undo: action, Version: also, Again: true})
	}
	return v.tellComment(measuresPath, nil, says, action, also)
}

// untilOf is how long a measure holds, as a form says it: a number of days, "" for good.
func untilOf(days string, now time.Time) time.Time {
	if n := number(days); n > 0 && n <= 3660 {
		return now.AddDate(0, 0, int(n))
	}
	return time.Time{}
}

package newsroom

import (
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/comment"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/staff"
)

func (n *Newsroom) noticesRoutes() []route {
	return []route{
		{pattern: "GET " + noticesPath, act: staff.Read, on: staff.Comments, handle: noticesPage},
		{pattern: "POST " + noticesPath + "/decision", act: staff.Judge, on: staff.Comments, handle: decideNotices},
		{pattern: "POST " + noticesPath + "/appeal", act: staff.Judge, on: staff.Comments, handle: decideAppeal},
		{pattern: "GET " + figuresPath, act: staff.Read, on: staff.Comments, handle: noticeFigures},
		{pattern: "GET " + figuresPath + ".csv", act: staff.Read, on: staff.Comments, handle: noticeFiguresCSV},
	}
}

const (
	noticesPath = "/newsroom/comments/notices"
	figuresPath = noticesPath + "/figures"
)

// noticesView lists what readers reported and what is appealed.
type noticesView struct {
	frame
	Tabs    []tab
	Saved   string
	Says    string // what went wrong
	One     bool   // all reports of one comment
	Reports []noticeGroup
	Appeals []appealRow
	May     bool
}

// noticeGroup is a comment with what was reported about it.
type noticeGroup struct {
	judgedComment
	Notices []noticeRow
	Open    int
}

// judgedComment is a comment as it stands before whoever decides.
type judgedComment struct {
	ID, Version int64
	Name, When  string
	State       comment.State
	Body        template.HTML
	Headline    string
	Href        string // of the article, for readers
	Whys        []whyItem
	May         bool
}

// Shown tells whether the public sees it.
func (j judgedComment) Shown() bool { return j.State == comment.Shown }

type whyItem struct {
	Code, Says string
	Chosen     bool
}

type noticeRow struct {
	Number, Reason, Text string
	Who, When            string
	State                string // in words; "" while it is open
	Unlawful             bool
}

type appealRow struct {
	judgedComment
	Appeal            int64
	Number, Text, At  string
	ByWriter          bool
	Decision, Decider string
	Mine              bool // the person made the decision
}

func noticesPage(v *visit) error { return v.showNotices(http.StatusOK, "") }

func (v *visit) showNotices(status int, says string) error {
	page := noticesView{frame: v.frame("Reports and appeals", "comments"), Tabs: v.commentTabs(noticesPath), Saved: v.told(), Says: says,
		May: v.person.May(staff.Judge, staff.Comments, true)}
	of := number(v.r.URL.Query().Get("comment"))
	var list []comment.Notice
	var err error
	if page.One = of != 0; page.One {
		list, err = v.Comments.NoticesOf(v.ctx(), of)
	} else {
		list, err = v.Comments.OpenNotices(v.ctx())
	}
	if err == nil {
		page.Reports, err = v.noticeGroups(list)
	}
	if err == nil && !page.One {
		page.Appeals, err = v.appealRows()
	}
	if err != nil {
		return err
	}
	return v.showAs(status, "notices", page)
}

// noticeGroups puts reports below the comments they are about, in the order in which the first of each came.
func (v *visit) noticeGroups(list []comment.Notice) ([]noticeGroup, error) {
	var groups []noticeGroup
	at := map[int64]int{}
	for _, n := range list {
		i, known := at[n.Comment]
		if !known {
			j, err := v.judged(n.Comment, n.Reason)
			if errors.Is(err, fault.NotFound) {
				continue // erased since
			}
			if err != nil {
				return nil, err
			}
			i, at[n.Comment] = len(groups), len(groups)
			groups = append(groups, noticeGroup{judgedComment: j})
		}
		if n.State == comment.Open {
			groups[i].Open++
		}
		groups[i].Notices = append(groups[i].Notices, v.noticeRow(n))
	}
	return groups, nil
}

func (v *visit) noticeRow(n comment.Notice) noticeRow {
	who := "without an address"
	switch {
	case n.Mail != "" && n.Name != "":
		who = n.Name + " <" + n.Mail + ">"
	case n.Mail != "" || n.Name != "":
		who = n.Name + n.Mail
	}
	row := noticeRow{Number: n.Number(), Reason: saysWhy(n.Reason), Text: n.Text, Who: who, When: v.noticeTime(n.At), Unlawful: n.Reason == comment.Unlawful}
	if n.State != comment.Open {
		row.State = n.State + " " + v.noticeTime(n.Decided)
	}
	return row
}

// saysWhy is a reason in words.
func saysWhy(code string) string {
	for _, w := range comment.ReportReasons() {
		if w.Code == code {
			return w.Says
		}
	}
	return code
}

// noticeTime is a moment as staff read it.
func (v *visit) noticeTime(at time.Time) string {
	at = at.In(v.paper.Clock())
	return day(at) + ", " + clock(at)
}

// judged is a comment for whoever decides; reason is offered as the one to remove it for.
func (v *visit) judged(id int64, reason string) (judgedComment, error) {
	c, err := v.Comments.Get(v.ctx(), id)
	if err != nil {
		return judgedComment{}, err
	}
	j := judgedComment{ID: c.ID, Version: c.Version, Name: c.Name, When: v.noticeTime(c.At), State: c.State, May: v.person.May(staff.Judge, staff.Comments, true),
		Body: comment.Tree(c.Text).HTML(doc.Show{T: tongue.For("en").T, Guest: true, Inert: true})}
	for _, w := range comment.Whys() {
		j.Whys = append(j.Whys, whyItem{w.Code, w.Says, w.Code == reason})
	}
	on, err := v.Articles.Card(v.ctx(), c.Article, v.now)
	switch {
	case err == nil:
		j.Headline, j.Href = on.Headline, on.Path+"#comment-"+strconv.FormatInt(c.ID, 10)
	case !errors.Is(err, fault.NotFound) && !errors.Is(err, fault.Gone):
		return j, err
	}
	return j, nil
}

func (v *visit) appealRows() ([]appealRow, error) {
	list, err := v.Comments.OpenAppeals(v.ctx())
	if err != nil {
		return nil, err
	}
	var rows []appealRow
	for _, a := range list {
		j, err := v.judged(a.Comment, "")
		if errors.Is(err, fault.NotFound) {
			continue // erased since
		}
		if err != nil {
			return nil, err
		}
		row := appealRow{judgedComment: j, Appeal: a.ID, Number: a.Number(), Text: a.Text, At: v.noticeTime(a.At), ByWriter: a.Notice == 0, Mine: a.Mine(v.person.ID)}
		if row.Decision, row.Decider, err = v.decision(a); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// decision is what an appeal is against, and who decided.
func (v *visit) decision(a comment.Appeal) (says, who string, err error) {
	c, err := v.Comments.Get(v.ctx(), a.Comment)
	if err != nil {
		return "", "", err
	}
	says = string(c.State)
	if c.Why != "" {
		says += ": it " + saysWhy(c.Why)
	}
	if a.Notice != 0 {
		says = "the report was dismissed"
	}
	if a.Against == 0 {
		return says, "the guard", nil
	}
	people, err := v.Staff.People(v.ctx())
	i := slices.IndexFunc(people, func(p staff.Person) bool { return p.ID == a.Against })
	if err != nil || i < 0 {
		return says, "somebody who left", err
	}
	return says, people[i].Name, nil
}

// decideNotices keeps a reported comment or removes it; either decides all open reports of it.
func decideNotices(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	verdict, done := comment.Verdict{To: comment.Shown}, "The comment stays; those who reported it are told in five minutes."
	if sent.Get("do") == "remove" {
		verdict = comment.Verdict{To: comment.Removed, Why: sent.Get("why"), Note: strings.TrimSpace(sent.Get("note"))}
		done = "The comment is removed; its writer and those who reported it are told in five minutes."
	}
	_, err = v.Comments.Judge(v.ctx(), number(sent.Get("comment")), number(sent.Get("version")), verdict, v.now)
	var decided comment.Decided
	switch {
	case errors.As(err, &decided):
		return v.showNotices(http.StatusConflict, "Somebody was first: the comment of "+decided.Comment.Name+" is "+string(decided.Comment.State)+" now. Nothing of yours was done.")
	case fault.IsInvalid(err):
		return v.showNotices(http.StatusUnprocessableEntity, sentenceOf(err))
	case err != nil:
		return err
	}
	return v.tell(noticesPath, nil, done)
}

// sentenceOf is what is to be mended, without the names of fields.
func sentenceOf(err error) string {
	var form fault.Form
	if !errors.As(err, &form) {
		return err.Error()
	}
	var all []string
	for _, says := range form {
		all = append(all, says)
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func decideAppeal(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	r := comment.Ruling{Upheld: sent.Get("do") == "uphold", Why: sent.Get("why"), Note: strings.TrimSpace(sent.Get("note"))}
	a, err := v.Comments.DecideAppeal(v.ctx(), number(sent.Get("appeal")), r, v.now)
	switch {
	case errors.Is(err, fault.Conflict):
		return v.showNotices(http.StatusConflict, "Somebody decided about this appeal, or about its comment, while you looked. Nothing of yours was done.")
	case fault.IsInvalid(err):
		return v.showNotices(http.StatusUnprocessableEntity, sentenceOf(err))
	case err != nil:
		return err
	}
	return v.tell(noticesPath, nil, "Appeal "+a.Number()+" is "+a.State+"; whoever appealed is told, if an address is known.")
}

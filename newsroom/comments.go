package newsroom

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/comment"
	"lede/section"
	"lede/staff"
)

const (
	commentsPath = "/newsroom/comments"
	measuresPath = commentsPath + "/measures"
)

func (n *Newsroom) commentsRoutes() []route {
	const one = commentsPath + "/{id}"
	return []route{
		{pattern: "GET " + commentsPath, act: staff.Read, on: staff.Comments, handle: commentsQueue},
		{pattern: "GET " + one, act: staff.Read, on: staff.Comments, handle: oneComment},
		{pattern: "POST " + one + "/verdict", act: staff.Judge, on: staff.Comments, handle: judgeComment},
		{pattern: "POST " + one + "/undo", act: staff.Judge, on: staff.Comments, handle: undoComment},
		{pattern: "POST " + one + "/mark", act: staff.Judge, on: staff.Comments, handle: markComment},
		{pattern: "POST " + one + "/thread", act: staff.Judge, on: staff.Comments, handle: switchThread},
		{pattern: "POST " + one + "/reply", act: staff.Write, on: staff.Comments, handle: replyToComment},
		{pattern: "POST " + one + "/ban", act: staff.Manage, on: staff.Readers, handle: banForComment},
		{pattern: "POST " + one + "/measure", act: staff.Manage, on: staff.Readers, handle: measureForComment},
		{pattern: "POST " + one + "/letter", act: staff.Manage, on: staff.Readers, handle: writeToCommenter},
		{pattern: "GET " + commentsPath + "/list.csv", act: staff.Read, on: staff.Comments, handle: commentsCSV},
		{pattern: "POST " + commentsPath + "/many", act: staff.Judge, on: staff.Comments, handle: judgeMany},
		{pattern: "POST " + commentsPath + "/many/undo", act: staff.Judge, on: staff.Comments, handle: undoMany},
		{pattern: "GET " + measuresPath, act: staff.Read, on: staff.Readers, handle: measuresPage},
		{pattern: "POST " + measuresPath + "/{measure}/lift", act: staff.Manage, on: staff.Readers, handle: liftMeasure},
		{pattern: "POST " + measuresPath + "/{measure}/renewal", act: staff.Manage, on: staff.Readers, handle: renewMeasure},
	}
}

// commentsAtOnce are the rows of the queue on one page; commentsTogether is how far one act on a whole search goes.
const (
	commentsAtOnce   = 60
	commentsTogether = 1000
)

// commentsPage is the view in which comments are judged.
type commentsPage struct {
	frame
	Ask  commentAsk
	Tabs []commentTab
	Says string // "23 held, the oldest since 11:58"
	Rows []commentRow
	More string // where the list goes on; "" at its end
	All  int    // how many the whole list has, up to commentsTogether
	Now  int64  // when the list was made: an act on all of it leaves out what came later
	Pane *commentPane
	May  bool // judge
	Bans bool // take measures
	Whys []comment.Why
	Done *commentDone
	Last string // who decided last, where nothing waits
}

// commentTab is one state of comments above the list.
type commentTab struct {
	Name, Href, Count string
	On                bool
}

// commentRow is one comment in the list.
type commentRow struct {
	ID, Version int64
	Href        string
	Name, Say   string
	Time, At    string
	Why         string
	On          bool
}

// commentDone says what was done, and how it is undone.
type commentDone struct {
	Says, Action string
	ID, Version  string
}

// commentsQueue is the list with its first comment in the middle.
func commentsQueue(v *visit) error {
	page, err := v.commentsPage(0)
	if err != nil {
		return err
	}
	return v.showComments(http.StatusOK, page)
}

// oneComment is the list with that comment in the middle.
func oneComment(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	page, err := v.commentsPage(id)
	if err != nil {
		return err
	}
	return v.showComments(http.StatusOK, page)
}

// showComments answers with the view, or with the part of it that a script asks for.
func (v *visit) showComments(status int, page commentsPage) error {
	switch v.r.URL.Query().Get("part") {
	case "pane":
		return v.showAs(status, "commentpanepart", page)
	case "list":
		return v.showAs(status, "commentlistpart", page)
	}
	return v.showAs(status, "comments", page)
}

// commentsPage gathers the view; id is the comment in the middle, 0 for the first of the list.
func (v *visit) commentsPage(id int64) (commentsPage, error) {
	page := commentsPage{frame: v.frame("Comments", "comments"), May: v.person.May(staff.Judge, staff.Comments, true), Bans: v.person.May(staff.Manage, staff.Readers, true),
		Whys: comment.Whys(), Done: v.commentDone(), Now: v.now.UnixMicro()}
	tree, err := v.Sections.Tree(v.ctx())
	if err != nil {
		return page, err
	}
	chosen := comment.Comment{}
	if id != 0 {
		if chosen, err = v.Comments.Get(v.ctx(), id); err != nil {
			return page, err
		}
	}
	if page.Ask, err = v.commentAsk(tree, chosen); err != nil {
		return page, err
	}
	list, err := v.fillComments(&page, id)
	if err != nil {
		return page, err
	}
	if id == 0 && len(list) > 0 {
		chosen = list[0]
	}
	if chosen.ID != 0 {
		page.Pane, err = v.commentPane(chosen, list, page, tree)
	} else {
		page.Last, err = v.lastVerdict()
	}
	return page, err
}

// fillComments reads the list and what stands above it.
func (v *visit) fillComments(page *commentsPage, id int64) ([]comment.Comment, error) {
	f := page.Ask.Filter
	f.Limit = commentsAtOnce + 1
	list, err := v.Comments.Queue(v.ctx(), f)
	if err != nil {
		return nil, err
	}
	page.All = len(list)
	if len(list) > commentsAtOnce {
		list = list[:commentsAtOnce]
		last := list[len(list)-1]
		page.More = page.Ask.with("after", fmt.Sprintf("%d.%d", last.At.UnixMicro(), last.ID))
		f.Limit = commentsTogether
		if page.All, err = v.Comments.Count(v.ctx(), f); err != nil {
			return nil, err
		}
	}
	for i, c := range list {
		page.Rows = append(page.Rows, v.commentRow(c, page.Ask, c.ID == id || id == 0 && i == 0))
	}
	w, err := v.Comments.Waiting(v.ctx())
	page.Tabs, page.Says = page.Ask.tabs(w), v.waitingSays(w)
	return list, err
}

func (v *visit) waitingSays(w comment.Waiting) string {
	if w.Held == 0 {
		return "none held"
	}
	return fmt.Sprintf("%s held, the oldest since %s", counted(w.Held), v.shortly(w.Since))
}

// counted is a number of what waits, which is counted no further than MostWaiting.
func counted(n int) string {
	if n >= comment.MostWaiting {
		return strconv.Itoa(n) + "+"
	}
	return strconv.Itoa(n)
}

// shortly is a time as a list has it: the clock today, else the day.
func (v *visit) shortly(at time.Time) string {
	at = at.In(v.now.Location())
	switch {
	case at.Format(time.DateOnly) == v.now.Format(time.DateOnly):
		return clock(at)
	case at.Year() == v.now.Year():
		return at.Format("2 Jan")
	}
	return at.Format("2 Jan 2006")
}

func (v *visit) commentRow(c comment.Comment, ask commentAsk, on bool) commentRow {
	row := commentRow{ID: c.ID, Version: c.Version, Href: ask.To(c.ID, ""), Name: c.Name, Say: cut(strings.Join(strings.Fields(c.Text), " "), 90),
		Time: v.shortly(c.At), At: c.At.Format(time.RFC3339), On: on}
	switch {
	case ask.Filter.Reported:
		row.Why = fmt.Sprintf("%d reports", c.Reports)
		if c.Reports == 1 {
			row.Why = "1 report"
		}
	case c.State == comment.Held:
		row.Why = whyHeld(c)
	case c.State == comment.Shown && c.Staff != 0:
		row.Why = "Staff"
	case c.Why != "":
		row.Why = comment.WhySays(c.Why)
	case c.State == comment.Refused:
		row.Why = whyHeld(c)
	}
	if ask.State == "" {
		row.Why = strings.TrimSuffix(string(c.State)+": "+row.Why, ": ")
	}
	return row
}

// whyHeld is what decided that a comment is held, or refused by a word list.
func whyHeld(c comment.Comment) string {
	for _, r := range c.Reasons {
		if r.Decided {
			return strings.TrimSuffix(r.Says, ".")
		}
	}
	if c.JudgedBy != 0 {
		return "Put back by a moderator"
	}
	return ""
}

// commentAsk is what the address asks for: a state, and what narrows it.
type commentAsk struct {
	comment.Filter
	Name     string // of the state: "held", "reported", …; "all" for every state
	Sections []option
	Chips    []commentChip
	query    url.Values
}

// commentChip is one thing chosen that can be taken back.
type commentChip struct{ Says, Without string }

var commentStates = []struct{ name, says string }{{"held", "Held"}, {"reported", "Reported"}, {"spam", "Spam"}, {"shown", "Shown"}, {"refused", "Refused"}, {"removed", "Removed"}}

// commentAsk reads the address; where it names no state, that of the chosen comment is meant, and else the held ones.
func (v *visit) commentAsk(tree section.Tree, chosen comment.Comment) (commentAsk, error) {
	q := v.r.URL.Query()
	ask := commentAsk{Name: q.Get("state"), query: url.Values{}}
	if ask.Name != "all" && !slices.ContainsFunc(commentStates, func(s struct{ name, says string }) bool { return s.name == ask.Name }) {
		ask.Name = "held"
		if chosen.ID != 0 {
			ask.Name = string(chosen.State)
		}
	}
	switch ask.Name {
	case "all":
	case "reported":
		ask.Reported = true
	default:
		ask.State = comment.State(ask.Name)
	}
	ask.query.Set("state", ask.Name)
	ask.Find = strings.TrimSpace(q.Get("q"))
	if ask.Find != "" {
		ask.query.Set("q", ask.Find)
	}
	if at, id, ok := strings.Cut(q.Get("after"), "."); ok {
		ask.After = comment.Place{At: time.UnixMicro(number(at)), ID: number(id)}
	}
	ask.inSection(tree, q.Get("section"))
	if err := v.askArticle(&ask, number(q.Get("article"))); err != nil {
		return ask, err
	}
	return ask, v.askLike(&ask, number(q.Get("like")))
}

func (ask *commentAsk) inSection(tree section.Tree, id string) {
	for _, s := range tree {
		key := strconv.FormatInt(s.ID, 10)
		ask.Sections = append(ask.Sections, option{key, s.NameIn("en"), key == id})
		if key != id {
			continue
		}
		ask.query.Set("section", id)
		ask.Filter.Sections = []int64{s.ID}
		for _, below := range tree.Below(s.ID) {
			ask.Filter.Sections = append(ask.Filter.Sections, below.ID)
		}
	}
}

func (v *visit) askArticle(ask *commentAsk, id int64) error {
	if id == 0 {
		return nil
	}
	a, err := v.Articles.Get(v.ctx(), id)
	if err != nil {
		return err
	}
	without := ask.with("", "")
	ask.Article = id
	ask.query.Set("article", strconv.FormatInt(id, 10))
	ask.Chips = append(ask.Chips, commentChip{"under “" + cut(a.Headline, 50) + "”", without})
	return nil
}

func (v *visit) askLike(ask *commentAsk, id int64) error {
	if id == 0 {
		return nil
	}
	c, err := v.Comments.Get(v.ctx(), id)
	if err != nil {
		return err
	}
	without := ask.with("", "")
	ask.Like = id
	ask.query.Set("like", strconv.FormatInt(id, 10))
	ask.Chips = append(ask.Chips, commentChip{"by " + c.Name + ", or from the same address", without})
	for i := range ask.Chips[:len(ask.Chips)-1] {
		ask.Chips[i].Without += "&like=" + strconv.FormatInt(id, 10)
	}
	return nil
}

// Narrow tells whether more than a state is chosen.
func (ask commentAsk) Narrow() bool { return len(ask.query) > 1 }

// Query is the whole of it, for addresses.
func (ask commentAsk) Query() string { return ask.query.Encode() }

// Hidden are the chosen things as fields of another form, but for one.
func (ask commentAsk) Hidden(but string) []option {
	var list []option
	for _, name := range []string{"state", "section", "article", "like", "q"} {
		if value := ask.query.Get(name); value != "" && name != but {
			list = append(list, option{Name: name, Value: value})
		}
	}
	return list
}

// with is the address of the list with one thing more in it, or another instead.
func (ask commentAsk) with(name, value string) string {
	q := url.Values{}
	for k, all := range ask.query {
		q[k] = all
	}
	if name != "" {
		q.Set(name, value)
	}
	return commentsPath + "?" + q.Encode()
}

// To is the address of a comment, or of what is done to it, within the list.
func (ask commentAsk) To(id int64, do string) string {
	path := commentsPath + "/" + strconv.FormatInt(id, 10)
	if do != "" {
		path += "/" + do
	}
	return path + "?" + ask.Query()
}

func (ask commentAsk) tabs(w comment.Waiting) []commentTab {
	counts := map[string]int{"held": w.Held, "reported": w.Reported, "spam": w.Spam}
	var tabs []commentTab
	for _, s := range commentStates {
		tab := commentTab{Name: s.says, Href: ask.with("state", s.name), On: ask.Name == s.name}
		if n, is := counts[s.name]; is {
			tab.Count = counted(n)
		}
		tabs = append(tabs, tab)
	}
	if ask.Like != 0 || ask.Article != 0 || ask.Find != "" {
		tabs = append(tabs, commentTab{Name: "All", Href: ask.with("state", "all"), On: ask.Name == "all"})
	}
	return tabs
}

// lastVerdict says who decided about a comment last.
func (v *visit) lastVerdict() (string, error) {
	c, err := v.Comments.LastJudged(v.ctx())
	if err != nil || c.ID == 0 {
		return "", err
	}
	f, err := v.faces()
	return fmt.Sprintf("The last one was decided by %s %s.", f.who(c.JudgedBy).Name, v.atMoment(c.Judged)), err
}

// WithoutFind is the address of the list without the words that are looked for.
func (ask commentAsk) WithoutFind() string {
	q := url.Values{}
	for k, all := range ask.query {
		if k != "q" {
			q[k] = all
		}
	}
	return commentsPath + "?" + q.Encode()
}

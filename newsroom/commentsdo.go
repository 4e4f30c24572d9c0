package newsroom

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"lede/comment"
	"lede/internal/fault"
	"lede/staff"
)

// commentSaid is what a script is told of what was done. Undo is where a POST of the version takes it back; "" where nothing does.
type commentSaid struct {
	Says    string `json:"says"`
	Undo    string `json:"undo,omitempty"`
	Version string `json:"version,omitempty"`
	// Again tells that the comment is another now and must be read again; else the list goes on to the next.
	Again bool `json:"again,omitempty"`
}

// verdictOf reads a verdict: "shown", or "refused:insults" with a reason, which may stand in a field of its own.
func (v *visit) verdictOf() (comment.Verdict, int64) {
	to, why, _ := strings.Cut(v.r.PostFormValue("to"), ":")
	why = cmp.Or(why, v.r.PostFormValue("why"))
	return comment.Verdict{To: comment.State(to), Why: why, Note: strings.TrimSpace(v.r.PostFormValue("note"))}, number(v.r.PostFormValue("version"))
}

func judgeComment(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	verdict, version := v.verdictOf()
	was, err := v.Comments.Get(v.ctx(), id)
	if err != nil {
		return err
	}
	c, err := v.Comments.Judge(v.ctx(), id, version, verdict, v.now)
	if err != nil {
		return v.commentWrong(id, "refuse", v.r.PostFormValue("note"), err)
	}
	return v.commentJudged(was, c, verdictSays(c))
}

// verdictSays says what became of a comment.
func verdictSays(c comment.Comment) string {
	says := map[comment.State]string{comment.Shown: "Shown", comment.Refused: "Refused", comment.Removed: "Removed", comment.Spam: "Spam", comment.Held: "Held"}[c.State]
	if c.Why != "" {
		says += ", " + comment.WhySays(c.Why)
	}
	return says + ": “" + cut(strings.Join(strings.Fields(c.Text), " "), 60) + "”"
}

// commentJudged tells what was done, and goes on to the next of the list.
func (v *visit) commentJudged(was, c comment.Comment, says string) error {
	undo, version := fmt.Sprintf("%s/%d/undo", commentsPath, c.ID), strconv.FormatInt(c.Version, 10)
	if v.wantsJSON() {
		return v.answer(http.StatusOK, commentSaid{Says: says, Undo: undo, Version: version})
	}
	next, err := v.commentAfter(was)
	if err != nil {
		return err
	}
	return v.tellComment(next, v.r.URL.Query(), says, undo, version)
}

// commentAfter is the address of what comes after a comment in the list of this address, or of the list.
func (v *visit) commentAfter(c comment.Comment) (string, error) {
	tree, err := v.Sections.Tree(v.ctx())
	if err != nil {
		return "", err
	}
	ask, err := v.commentAsk(tree, c)
	if err != nil {
		return "", err
	}
	f := ask.Filter
	f.After, f.Limit = c.Place(), 1
	list, err := v.Comments.Queue(v.ctx(), f)
	if err != nil || len(list) == 0 {
		return commentsPath, err
	}
	return fmt.Sprintf("%s/%d", commentsPath, list[0].ID), nil
}

func undoComment(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	c, err := v.Comments.Undo(v.ctx(), id, number(v.r.PostFormValue("version")), v.now)
	if err != nil {
		return v.commentWrong(id, "", "", err)
	}
	says := "As it was, " + string(c.State) + ": “" + cut(strings.Join(strings.Fields(c.Text), " "), 60) + "”"
	if v.wantsJSON() {
		return v.answer(http.StatusOK, commentSaid{Says: says})
	}
	return v.tellComment(fmt.Sprintf("%s/%d", commentsPath, id), v.r.URL.Query(), says, "", "")
}

// banForComment refuses a comment and takes a measure against its writer, both or neither.
func banForComment(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	if err := v.must(staff.Judge, staff.Comments, true); err != nil {
		return err
	}
	was, err := v.Comments.Get(v.ctx(), id)
	if err != nil {
		return err
	}
	verdict, version := v.verdictOf()
	m := comment.Measure{Act: comment.Ban, Reason: verdict.Why, Note: verdict.Note, Until: untilOf(v.r.PostFormValue("days"), v.now)}
	if !m.Until.IsZero() {
		m.Act = comment.Suspend
	}
	if m.Reason == "" {
		m.Reason = string(verdict.To)
	}
	c, _, err := v.Comments.Sentence(v.ctx(), id, version, verdict, v.r.PostForm["kinds"], m, v.now)
	if err != nil {
		return v.commentWrong(id, "ban", verdict.Note, err)
	}
	says := "Banned: " + c.Name
	if m.Act == comment.Suspend {
		says = "Suspended until " + moment(m.Until, v.now) + ": " + c.Name
	}
	return v.commentJudged(was, c, says+". "+verdictSays(c))
}

// measureForComment takes a measure and leaves the comment where it is.
func measureForComment(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	form, err := v.form()
	if err != nil {
		return err
	}
	m := comment.Measure{Act: form.Get("act"), Reason: form.Get("why"), Note: form.Get("note"), Until: untilOf(form.Get("days"), v.now)}
	all, err := v.Comments.Impose(v.ctx(), id, form["kinds"], m, v.now)
	if err != nil {
		return v.commentWrong(id, m.Act, m.Note, err)
	}
	var also []string
	for _, one := range all[1:] {
		also = append(also, strconv.FormatInt(one.ID, 10))
	}
	return v.commentStays(id, all[0].Says(), fmt.Sprintf("%s/%d/lift", measuresPath, all[0].ID), strings.Join(also, "."))
}

// writeToCommenter sends a letter.
func writeToCommenter(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	text := v.r.PostFormValue("text")
	if err := v.Comments.Write(v.ctx(), id, text, v.now); err != nil {
		return v.commentWrong(id, "letter", text, err)
	}
	return v.commentStays(id, "The letter is on its way.", "", "")
}

// markComment pins a comment or features it, or ends that.
func markComment(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	c, err := v.Comments.Get(v.ctx(), id)
	if err != nil {
		return err
	}
	pinned, featured, says := c.Pinned, c.Featured, ""
	switch do := v.r.PostFormValue("do"); do {
	case "pin":
		pinned, says = true, "Pinned to the top of the thread."
	case "unpin":
		pinned, says = false, "Pinned no more."
	case "feature":
		featured, says = true, "Featured."
	case "unfeature":
		featured, says = false, "Featured no more."
	default:
		return fault.Invalid("This button says nothing.")
	}
	if err := v.Comments.Mark(v.ctx(), id, pinned, featured, v.now); err != nil {
		return err
	}
	return v.commentStays(id, says, "", "")
}

// switchThread opens or closes the thread in which a comment stands.
func switchThread(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	c, err := v.Comments.Get(v.ctx(), id)
	if err != nil {
		return err
	}
	to := v.r.PostFormValue("opening")
	says := map[string]string{"rules": "The thread goes by the rules.", comment.KeptOpen: "The thread is open.", comment.KeptClosed: "The thread is closed."}[to]
	if says == "" {
		return fault.Invalid("A thread is open, closed, or goes by the rules.")
	}
	if to == "rules" {
		to = comment.ByRules
	}
	if err := v.Comments.Switch(v.ctx(), c.Article, to, v.now); err != nil {
		return err
	}
	return v.commentStays(id, says, "", "")
}

// replyToComment answers as staff. A comment that is held is shown first, by whoever may.
func replyToComment(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	c, err := v.Comments.Get(v.ctx(), id)
	if err != nil {
		return err
	}
	text := v.r.PostFormValue("text")
	if comment.Tidy(text) == "" {
		return v.commentWrong(id, "reply", text, fault.Form{"text": "Write something."})
	}
	if c.State != comment.Shown {
		if err := v.must(staff.Judge, staff.Comments, true); err != nil {
			return err
		}
		if _, err := v.Comments.Judge(v.ctx(), id, number(v.r.PostFormValue("version")), comment.Verdict{To: comment.Shown}, v.now); err != nil {
			return v.commentWrong(id, "reply", text, err)
		}
	}
	d := comment.Draft{Article: c.Article, Parent: c.ID, Text: text, Name: v.person.Name, Key: v.r.PostFormValue("key")}
	if _, err := v.Comments.Post(v.ctx(), d, comment.Hand{Staff: v.person.ID, Named: v.person.Name}, v.now); err != nil {
		return v.commentWrong(id, "reply", text, err)
	}
	return v.commentStays(id, "Your reply stands below it.", "", "")
}

// commentStays tells what was done, and shows the same comment again.
func (v *visit) commentStays(id int64, says, undo, version string) error {
	if v.wantsJSON() {
		return v.answer(http.StatusOK, commentSaid{Says: says, Undo: undo, Version: version, Again: true})
	}
	return v.tellComment(fmt.Sprintf("%s/%d", commentsPath, id), v.r.URL.Query(), says, undo, version)
}

// commentWrong answers what went wrong with a comment: who was first, or what is to be mended, beside what was typed.
func (v *visit) commentWrong(id int64, open, typed string, err error) error {
	var first comment.Decided
	var f fault.Form
	status := http.StatusUnprocessableEntity
	switch {
	case errors.As(err, &first):
		says, again := v.firstSays(first.Comment)
		if v.wantsJSON() {
			return v.answer(http.StatusConflict, commentSaid{Says: says, Again: again})
		}
		status, f, open = http.StatusConflict, fault.Form{"first": says}, ""
	case v.wantsJSON():
		return err
	case errors.As(err, &f):
	case fault.IsInvalid(err):
		f = fault.Form{"first": err.Error()}
	default:
		return err
	}
	page, err := v.commentsPage(id)
	if err != nil {
		return err
	}
	page.Pane.Wrong, page.Pane.Open, page.Pane.Typed = f, open, typed
	return v.showComments(status, page)
}

// firstSays says who decided about a comment, or changed it, while somebody else looked; again tells that it must be read again.
func (v *visit) firstSays(c comment.Comment) (says string, again bool) {
	switch {
	case c.ByOwner():
		return c.Name + " withdrew this.", false
	case c.Edited.After(c.Judged):
		return c.Name + " changed this " + v.atMoment(c.Edited) + ". Read it again.", true
	case c.JudgedBy == 0:
		return "This is not as it was. Read it again.", true
	}
	f, err := v.faces()
	name := f.who(c.JudgedBy).Name
	if c.JudgedBy == v.person.ID || err != nil {
		name = "You"
	}
	return fmt.Sprintf("%s %s %s.", name, judged(c.State, "this"), v.atMoment(c.Judged)), false
}

// tellComment sends the browser on to a page that says what was done; undo is where that is taken back.
func (v *visit) tellComment(path string, query url.Values, says, undo, version string) error {
	q := url.Values{}
	for _, name := range []string{"state", "section", "article", "like", "q"} {
		if value := query.Get(name); value != "" {
			q.Set(name, value)
		}
	}
	if undo != "" {
		q.Set("from", undo)
		q.Set("to", version)
	}
	return v.tell(path, q, says)
}

// commentDone is what was done before this page, if the address says so under our seal.
func (v *visit) commentDone() *commentDone {
	says := v.told()
	if says == "" {
		return nil
	}
	q := v.r.URL.Query()
	return &commentDone{Says: says, Action: q.Get("from"), Version: q.Get("to")}
}

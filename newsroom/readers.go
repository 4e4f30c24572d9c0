package newsroom

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"lede/comment"
	"lede/internal/fault"
	"lede/internal/web"
	"lede/press"
	"lede/staff"
)

const keptPath = "/newsroom/readers"

func (n *Newsroom) readersRoutes() []route {
	return []route{
		{pattern: "GET /newsroom/readers", act: staff.Read, on: staff.Readers, handle: readersPage},
		{pattern: "POST /newsroom/readers", act: staff.Read, on: staff.Readers, handle: readersFind},
		{pattern: "GET /newsroom/readers/comment/{id}", act: staff.Read, on: staff.Readers, handle: readersOfComment},
		{pattern: "POST /newsroom/readers/export", act: staff.Manage, on: staff.Readers, handle: readersExport, fresh: true, options: []web.RouteOption{web.Deadline(time.Minute)}},
		{pattern: "POST /newsroom/readers/erasure", act: staff.Delete, on: staff.Readers, handle: readersErase, fresh: true, options: []web.RouteOption{web.Deadline(time.Minute)}},
	}
}

// readersView is where staff see what is kept about somebody outside, hand it out and erase it.
type readersView struct {
	frame
	Tabs     []tab
	Saved    string
	Wrong    string // what is to be mended in the search
	Mail     string // by which they were found …
	Comment  string // … or a comment of theirs
	Found    bool
	Known    []string // how they are known
	Account  *readerAccount
	Comments []readerComment
	Count    int
	Follows  int
	Reports  int
	Measures []string
	Take     bool // the person may hand it out
	Erase    bool // the person may erase it
	Asking   bool // whether to erase is being asked
}

type readerAccount struct {
	Name, Mail, Joined string
	Sessions           int
}

type readerComment struct {
	State, Name, Text, At, Href string
}

func (v *visit) readersView() readersView {
	return readersView{frame: v.frame("What is kept about a reader", "comments"), Tabs: v.commentTabs(keptPath),
		Take: v.person.May(staff.Manage, staff.Readers, false), Erase: v.person.May(staff.Delete, staff.Readers, false)}
}

func readersPage(v *visit) error {
	p := v.readersView()
	if n, err := strconv.Atoi(v.r.URL.Query().Get("erased")); err == nil {
		p.Saved = fmt.Sprintf("Erased, with %d comments. The audit log names them by a pseudonym.", n)
	}
	return v.show("readers", p)
}

// readersFind shows what is kept about an address, or about whoever wrote a comment. That somebody looked is recorded.
func readersFind(v *visit) error {
	p := v.readersView()
	who, err := v.reader(&p)
	if err != nil {
		return v.readersAgain(p, err)
	}
	if err := v.LookedUp(v.ctx(), who, "reader.find", v.now); err != nil {
		return err
	}
	return v.readersShow(p, who)
}

func readersOfComment(v *visit) error {
	p := v.readersView()
	id, err := v.id("id")
	if err != nil {
		return err
	}
	who, err := v.PersonWhoWrote(v.ctx(), id)
	if err != nil {
		return err
	}
	p.Comment = strconv.FormatInt(id, 10)
	return v.readersShow(p, who)
}

// reader is whoever the form names: by an address, by the number of a comment, or by its address in the paper.
func (v *visit) reader(p *readersView) (press.Person, error) {
	if err := v.r.ParseForm(); err != nil {
		return press.Person{}, fault.Invalid("The form could not be read.")
	}
	p.Mail, p.Comment = strings.TrimSpace(v.r.PostForm.Get("mail")), strings.TrimSpace(v.r.PostForm.Get("comment"))
	if p.Mail == "" && p.Comment == "" {
		p.Mail = strings.TrimSpace(v.r.PostForm.Get("find"))
		if !strings.Contains(p.Mail, "@") {
			p.Mail, p.Comment = "", commentNumber(p.Mail)
		}
	}
	switch {
	case p.Mail != "":
		return v.PersonByMail(v.ctx(), p.Mail)
	case p.Comment != "":
		return v.PersonWhoWrote(v.ctx(), number(p.Comment))
	}
	return press.Person{}, fault.Form{"find": "Give an e-mail address, or the address of a comment."}
}

// commentNumber is the number of the comment that was named: alone, or at the end of its address; "" where there is none.
func commentNumber(named string) string {
	u, err := url.Parse(named)
	if err != nil {
		return ""
	}
	id := u.Path[strings.LastIndexByte(u.Path, '/')+1:]
	if _, rest, ok := strings.Cut(u.Fragment, "comment-"); ok {
		id = rest
	}
	if number(id) <= 0 {
		return ""
	}
	return id
}

func (v *visit) readersAgain(p readersView, err error) error {
	var form fault.Form
	switch {
	case errors.As(err, &form):
		p.Wrong = form["find"]
	case errors.Is(err, fault.NotFound):
		p.Wrong = "No reader wrote such a comment."
	default:
		return err
	}
	return v.showAs(http.StatusUnprocessableEntity, "readers", p)
}

// readerComments are how many comments are shown; the export holds all.
const readerComments = 50

func (v *visit) readersShow(p readersView, who press.Person) error {
	about, err := v.Comments.About(v.ctx(), who.Whom)
	if err != nil {
		return err
	}
	p.Found, p.Count, p.Follows, p.Reports = true, len(about.Comments), len(about.Follows), len(about.Notices)
	if who.Whom.Reader != 0 {
		p.Known = append(p.Known, "by an account")
	}
	if p.Mail != "" {
		p.Known = append(p.Known, "by the address "+p.Mail)
	} else {
		p.Known = append(p.Known, "by what was given with comment "+p.Comment)
	}
	if a := who.Account; a.ID != 0 {
		sessions, err := v.Readers.Sessions(v.ctx(), a.ID, v.now)
		if err != nil {
			return err
		}
		p.Account = &readerAccount{a.Name, a.Mail, v.readersDay(a.Joined), len(sessions)}
	}
	for i := len(about.Comments) - 1; i >= 0 && len(p.Comments) < readerComments; i-- {
		c := about.Comments[i]
		p.Comments = append(p.Comments, readerComment{string(c.State), c.Name, c.Text, v.readersDay(c.At), "/newsroom/comments?like=" + strconv.FormatInt(c.ID, 10)})
	}
	for _, m := range about.Measures {
		p.Measures = append(p.Measures, v.readersMeasure(m))
	}
	return v.show("readers", p)
}

func (v *visit) readersMeasure(m comment.Measure) string {
	says := m.Says() + " Since " + v.readersDay(m.At) + "."
	if !m.Lifted.IsZero() {
		says += " Lifted on " + v.readersDay(m.Lifted) + "."
	}
	return says
}

func (v *visit) readersDay(at time.Time) string {
	return at.In(v.now.Location()).Format("2 January 2006")
}

func readersExport(v *visit) error {
	p := v.readersView()
	who, err := v.reader(&p)
	if err != nil {
		return v.readersAgain(p, err)
	}
	var b bytes.Buffer
	if err := v.ExportPerson(v.ctx(), &b, who, v.now); err != nil {
		return err
	}
	if err := v.LookedUp(v.ctx(), who, "reader.export", v.now); err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="what-is-kept.zip"`)
	_, _ = v.w.Write(b.Bytes()) // whoever asked may be gone
	return nil
}

// readersErase asks once more, and then erases.
func readersErase(v *visit) error {
	p := v.readersView()
	who, err := v.reader(&p)
	if err != nil {
		return v.readersAgain(p, err)
	}
	if v.r.PostForm.Get("sure") != "yes" {
		p.Asking = true
		return v.readersShow(p, who)
	}
	n, err := v.ErasePerson(v.ctx(), who, v.now)
	if err != nil {
		return err
	}
	return v.seeOther(keptPath + "?erased=" + strconv.Itoa(n))
}

package site

import (
	"errors"
	"net/http"
	"strconv"

	"lede/comment"
	"lede/internal/fault"
	"lede/internal/web"
)

const viewReport = "report" // ReportPage

// ReportPage is the form by which a comment is reported, or the thanks for it.
type ReportPage struct {
	Frame
	Action   string
	Article  Link // whose page the comment stands on
	Said     Said
	Reasons  []Reason
	Text     string
	By, Mail string // who reports
	Says     string // what is wrong with all of it
	Wrong    map[string]string
	Sent     string // the number of the report that was taken
}

// Reason is one for which a comment can be reported.
type Reason struct {
	Code, Says string
	Chosen     bool
}

// Mark is what is wrong with a field.
func (p ReportPage) Mark(field string) Mark {
	return markOf(p.Wrong, field, "reason", "text", "name", "mail")
}

// reportPage asks what is wrong with a comment.
func (s *Site) reportPage(w http.ResponseWriter, r *http.Request) error {
	page := ReportPage{}
	if n, err := strconv.ParseInt(r.URL.Query().Get("sent"), 36, 64); err == nil && n > 0 {
		page.Sent = comment.Notice{ID: n}.Number()
	}
	return s.showReport(w, r, page, comment.Report{}, http.StatusOK)
}

func (s *Site) showReport(w http.ResponseWriter, r *http.Request, page ReportPage, typed comment.Report, status int) error {
	sh, err := s.sheet(r.Context(), s.web.Origin(r), s.Clock())
	if err != nil {
		return err
	}
	c, err := s.Comments.Shown(sh.ctx, number(r.PathValue("id")))
	if err != nil {
		return err
	}
	on, err := s.Articles.Card(sh.ctx, c.Article, sh.now)
	if err != nil {
		return err
	}
	sh.speak(sh.paper.Edition(c.Lang))
	if page.Frame, err = sh.talkFrame(sh.t.T("Report a comment")); err != nil {
		return err
	}
	page.Action, page.Said, page.Article = r.URL.Path, sh.said(c), Link{Href: on.Path + "#comment-" + strconv.FormatInt(c.ID, 10), Name: on.Headline}
	page.Text, page.By, page.Mail = typed.Text, typed.Name, typed.Mail
	for _, why := range comment.ReportReasons() {
		page.Reasons = append(page.Reasons, Reason{why.Code, sh.t.Capital(sh.t.T(why.Says)), why.Code == typed.Reason})
	}
	page.Wrong = sh.mended(page.Wrong)
	if page.Says != "" {
		page.Says = sh.t.T(page.Says)
	}
	drawn, err := s.draw(sh, viewReport, page)
	drawn.Status = status
	return s.onceOr(w, sh, drawn, err)
}

// mended says in the page's language what is to be mended.
func (sh *sheet) mended(wrong map[string]string) map[string]string {
	said := map[string]string{}
	for field, says := range wrong {
		said[field] = sh.t.T(says)
	}
	return said
}

func (s *Site) onceOr(w http.ResponseWriter, sh *sheet, drawn web.Page, err error) error {
	if err != nil {
		return err
	}
	return s.once(w, sh, drawn)
}

// report takes what somebody says against a comment.
func (s *Site) report(w http.ResponseWriter, r *http.Request) error {
	wrong := fault.Form{}
	field, err := fields(r, wrong)
	if err != nil {
		return err
	}
	typed := comment.Report{Comment: number(r.PathValue("id")), Reason: field("reason"), Text: field("text"), Name: field("name"), Mail: field("mail")}
	page := ReportPage{Wrong: wrong}
	if len(wrong) > 0 {
		return s.showReport(w, r, page, typed, http.StatusUnprocessableEntity)
	}
	c, err := s.Comments.Shown(r.Context(), typed.Comment)
	if err != nil {
		return err
	}
	typed.Lang = s.known.Load().Edition(c.Lang)
	n, err := s.Comments.Report(r.Context(), typed, s.hand(r), s.Clock())
	if err == nil {
		return seeOther(w, r, r.URL.Path+"?sent="+n.Number())
	}
	var form fault.Form
	status := http.StatusUnprocessableEntity
	if errors.As(err, &form) {
		page.Wrong = form
	} else if page.Says, status = refusalOf(err); page.Says == "" {
		return err
	}
	return s.showReport(w, r, page, typed, status)
}

package site

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"lede/comment"
	"lede/internal/fault"
	"lede/internal/tongue"
)

const viewAppeal = "appeal" // AppealPage

// AppealPage says why a comment is not shown, or what became of a report, and takes what speaks against that.
type AppealPage struct {
	Frame
	Action string
	Title  string
	Said   *Said
	Tells  []string
	Made   string   // what became of the appeal that was made
	How    []string // and how
	Number string
	Open   bool // an appeal can be made
	Notice int64
	Key    string
	Text   string
	Wrong  map[string]string
}

// Mark is what is wrong with a field.
func (p AppealPage) Mark(field string) Mark { return markOf(p.Wrong, field, "text") }

// pleaOf is what a request is about: the writer's own comment, or a report, by the key of the paper's mail.
func pleaOf(r *http.Request, from url.Values) comment.Plea {
	return comment.Plea{Comment: number(r.PathValue("id")), Notice: number(from.Get("notice")), Key: from.Get("key")}
}

func (s *Site) appealPage(w http.ResponseWriter, r *http.Request) error {
	return s.showAppeal(w, r, pleaOf(r, r.URL.Query()), nil, http.StatusOK)
}

func (s *Site) showAppeal(w http.ResponseWriter, r *http.Request, p comment.Plea, wrong map[string]string, status int) error {
	sh, err := s.sheet(r.Context(), s.web.Origin(r), s.Clock())
	if err != nil {
		return err
	}
	st, err := s.Comments.Statement(sh.ctx, p, s.hand(r), sh.now)
	if err != nil {
		return err
	}
	page := AppealPage{Action: r.URL.Path, Open: st.Open, Notice: p.Notice, Key: p.Key, Text: p.Text}
	title := tongue.Word("Why your comment is not shown")
	if st.Notice != nil {
		title = tongue.Word("What became of your report")
		sh.speak(sh.paper.Edition(st.Notice.Lang))
	} else {
		sh.speak(sh.paper.Edition(st.Comment.Lang))
	}
	page.Title, page.Tells, page.Wrong = sh.t.T(title), st.Says(sh.t, sh.paper), sh.mended(wrong)
	if st.Notice == nil || st.Comment.State == comment.Shown {
		said := sh.said(st.Comment)
		page.Said = &said
	}
	if st.Appeal != nil {
		page.Made, page.How, page.Number = st.Appeal.Outcome(sh.t), st.Appeal.How(sh.t), st.Appeal.Number()
	}
	if page.Frame, err = sh.talkFrame(page.Title); err != nil {
		return err
	}
	drawn, err := s.draw(sh, viewAppeal, page)
	drawn.Status = status
	return s.onceOr(w, sh, drawn, err)
}

// appeal takes what somebody has against a decision.
func (s *Site) appeal(w http.ResponseWriter, r *http.Request) error {
	wrong := fault.Form{}
	field, err := fields(r, wrong)
	if err != nil {
		return err
	}
	p := pleaOf(r, r.PostForm)
	p.Text = field("text")
	if len(wrong) > 0 {
		return s.showAppeal(w, r, p, wrong, http.StatusUnprocessableEntity)
	}
	_, err = s.Comments.Appeal(r.Context(), p, s.hand(r), s.Clock())
	var form fault.Form
	switch {
	case errors.As(err, &form):
		return s.showAppeal(w, r, p, form, http.StatusUnprocessableEntity)
	case fault.IsInvalid(err):
		return s.showAppeal(w, r, p, nil, http.StatusUnprocessableEntity)
	case err != nil:
		return err
	}
	to := url.Values{}
	if p.Notice != 0 {
		to.Set("notice", strconv.FormatInt(p.Notice, 10))
	}
	if p.Key != "" {
		to.Set("key", p.Key)
	}
	return seeOther(w, r, strings.TrimSuffix(r.URL.Path+"?"+to.Encode(), "?"))
}

// refusalOf says in English why the guard took nothing, and with which status; "" where it was something else.
func refusalOf(err error) (says string, status int) {
	var banned comment.Banned
	var fast comment.TooFast
	switch {
	case errors.As(err, &banned):
		return tongue.Word("You cannot report comments at this paper any more."), http.StatusForbidden
	case errors.As(err, &fast):
		return tongue.Word("That was a lot in a short time. Please try again in ten minutes."), http.StatusTooManyRequests
	}
	return "", 0
}

package site

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"
	"time"

	"lede/comment"
	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/internal/web"
)

// turned answers with what a reader should mend, or why nothing was kept, and with all that was typed.
func (s *Site) turned(w http.ResponseWriter, r *http.Request, d comment.Draft, err error) error {
	sh, fail := s.sheet(r.Context(), s.web.Origin(r), s.Clock())
	if fail != nil {
		return fail
	}
	p := &Reply{Article: d.Article, Parent: d.Parent, Text: d.Text, Name: d.Name, Mail: d.Mail, Site: d.Site, Follow: d.Follow}
	status := sh.refuse(w, p, err)
	if status == 0 {
		return err
	}
	page, err := sh.again(p)
	if isGone(err) {
		page, status, err = sh.lost(d.Text, err)
	}
	if err != nil {
		return err
	}
	page.Status = status
	return s.once(w, sh, page)
}

// refuse says on a form why it was not taken; the status is 0 where that is no matter of the form.
func (sh *sheet) refuse(w http.ResponseWriter, p *Reply, err error) int {
	var form fault.Form
	var closed comment.Closed
	var banned comment.Banned
	var fast comment.TooFast
	switch {
	case errors.As(err, &form):
		p.Wrong = form
		return http.StatusUnprocessableEntity
	case errors.As(err, &closed):
		p.closed = &closed.Opening
		return http.StatusForbidden
	case errors.As(err, &banned):
		p.banned = &banned.Measure
		return http.StatusForbidden
	case errors.As(err, &fast):
		wait := max(fast.Again.Sub(sh.now), time.Minute)
		w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)))
		p.says = tongue.Word("You have sent a lot in a short time. Please wait ten minutes, then send it again.")
		return http.StatusTooManyRequests
	case errors.Is(err, fault.Conflict):
		p.says = tongue.Word("Something else came in between. Please look at it, and send it again.")
		return http.StatusConflict
	case isGone(err):
		return http.StatusNotFound
	case fault.IsInvalid(err) && p.Article != 0:
		p.Parent, p.says = 0, err.Error()
		return http.StatusUnprocessableEntity
	}
	return 0
}

func isGone(err error) bool { return errors.Is(err, fault.NotFound) || errors.Is(err, fault.Gone) }

// again is the page from which a form was sent, with what was typed: that of the comment replied to, else the article's.
func (sh *sheet) again(p *Reply) (web.Page, error) {
	if p.Parent != 0 {
		page, err := sh.answer(p.Parent, p)
		if !isGone(err) {
			return page, err
		}
	}
	a, err := sh.Articles.Public(sh.ctx, p.Article, sh.now)
	if err != nil {
		return web.Page{}, err
	}
	sh.speak(sh.paper.Edition(a.Lang))
	x, err := sh.tell(a)
	if err != nil {
		return web.Page{}, err
	}
	page, err := sh.articlePage(x)
	if err != nil {
		return web.Page{}, err
	}
	page.Reply = sh.filledIn(p, page.Reply)
	drawn, err := sh.draw(sh, viewArticle, page)
	return embeds(drawn, x.Body), err
}

// filledIn is a form as somebody sent it, in the language of the page; empty is the one that stands there for all.
func (sh *sheet) filledIn(p, empty *Reply) *Reply {
	p.Article, p.Sites, p.Shut = empty.Article, empty.Sites, empty.Shut
	if p.closed != nil {
		p.Shut = sh.shut(*p.closed)
	}
	if p.banned != nil {
		p.Shut, p.Appeal = sh.kept(*p.banned)
	}
	if p.says != "" {
		p.Says = sh.t.T(p.says)
	}
	told := map[string]string{}
	for field, says := range p.Wrong {
		told[field] = sh.t.T(says)
	}
	p.Wrong = told
	return p
}

// kept says what the paper has decided about somebody who writes, and where to object.
func (sh *sheet) kept(m comment.Measure) (says, appeal string) {
	says = sh.t.T("The paper has decided that you cannot write here.")
	if !m.Until.IsZero() {
		says = sh.t.T("The paper has decided that you cannot write here until {0}.", sh.t.DateTime(m.Until.In(sh.now.Location())))
	}
	if why := cmp.Or(m.Note, sh.why(m.Reason)); why != "" {
		says += " " + sh.t.T("Its reason: {0}", why)
	}
	if m.Comment != 0 {
		appeal = commentPath(m.Comment) + "/appeal"
	}
	return says, appeal
}

// why is the reason behind a code, in the language of the page; what is no code is told as it is.
func (sh *sheet) why(code string) string {
	for _, w := range comment.Whys() {
		if w.Code == code {
			return sh.t.T(w.Says)
		}
	}
	return code
}

// lost is the page for words whose place is not there any more.
func (sh *sheet) lost(text string, err error) (web.Page, int, error) {
	status := http.StatusNotFound
	if errors.Is(err, fault.Gone) {
		status = http.StatusGone
	}
	title := sh.t.T(wrongOf(status).Title)
	frame, err := sh.frame(title, "", "")
	frame.Canonical, frame.Robots, frame.Talk = "", "noindex", true
	if err != nil {
		return web.Page{}, 0, err
	}
	detail := sh.t.T("The place for which this was meant is not there any more. Nothing was kept.")
	page, err := sh.draw(sh, viewError, ErrorPage{Frame: frame, Status: status, Detail: detail, Kept: text})
	return page, status, err
}

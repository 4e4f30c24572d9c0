package site

import (
	"errors"
	"net/http"

	"lede/comment"
	"lede/internal/fault"
	"lede/internal/web"
)

// editing is the form in which a writer edits a comment.
func (s *Site) editing(w http.ResponseWriter, r *http.Request) error {
	return s.doing(w, r, "edit")
}

// withdrawing asks a writer whether a comment is to go.
func (s *Site) withdrawing(w http.ResponseWriter, r *http.Request) error {
	return s.doing(w, r, "withdrawal")
}

func (s *Site) doing(w http.ResponseWriter, r *http.Request, what string) error {
	c, err := s.Comments.Own(r.Context(), number(r.PathValue("id")), s.hand(r))
	if err != nil {
		return err
	}
	return s.showOwn(w, r, c, func(_ *sheet, o *Own) {
		if what == "edit" && o.Edit != "" || what == "withdrawal" && o.Withdraw != "" {
			o.Form, o.Text = what, c.Text
		}
	}, http.StatusOK)
}

// edit puts another text in the place of a writer's own.
func (s *Site) edit(w http.ResponseWriter, r *http.Request) error {
	d, err := typed(r)
	c := comment.Comment{}
	id, by := number(r.PathValue("id")), s.hand(r)
	if err == nil {
		c, err = s.Comments.Edit(r.Context(), id, d.Text, by, s.Clock())
	} else if own, fail := s.Comments.Own(r.Context(), id, by); fail == nil {
		c = own
	}
	if err == nil {
		return s.done(w, r, c)
	}
	return s.notDone(w, r, c, "edit", d.Text, err)
}

// withdraw takes a writer's own comment away.
func (s *Site) withdraw(w http.ResponseWriter, r *http.Request) error {
	c, err := s.Comments.Withdraw(r.Context(), number(r.PathValue("id")), s.hand(r), s.Clock())
	if err == nil {
		return s.done(w, r, c)
	}
	return s.notDone(w, r, c, "withdrawal", c.Text, err)
}

func (s *Site) done(w http.ResponseWriter, r *http.Request, c comment.Comment) error {
	to, err := s.placeOf(r, c)
	if isGone(err) {
		to, err = commentPath(c.ID), nil
	}
	if err != nil {
		return err
	}
	return seeOther(w, r, to)
}

// notDone says why an edit was not taken, with the text as it was typed.
func (s *Site) notDone(w http.ResponseWriter, r *http.Request, c comment.Comment, what, text string, err error) error {
	if c.ID == 0 {
		return s.turned(w, r, comment.Draft{Text: text}, err)
	}
	sh, fail := s.sheet(r.Context(), s.web.Origin(r), s.Clock())
	if fail != nil {
		return fail
	}
	p := &Reply{Article: c.Article}
	status := sh.refuse(w, p, err)
	if status == 0 {
		return err
	}
	if own, fail := s.Comments.Own(r.Context(), c.ID, s.hand(r)); fail == nil {
		c = own
	}
	return s.showOwn(w, r, c, func(sh *sheet, o *Own) {
		p := sh.filledIn(p, &Reply{})
		o.Form, o.Text, o.Shut = what, text, p.Shut
		for _, says := range []string{p.Wrong["text"], p.Wrong["name"], p.Wrong["site"], p.Says} {
			if o.Wrong == "" {
				o.Wrong = says
			}
		}
		if o.Edit == "" && fault.IsInvalid(err) && !errors.As(err, new(fault.Form)) { // too late
			o.Shut, o.Wrong = o.Wrong, ""
		}
	}, status)
}

// talkRoutes are the addresses below /comment that readers' own words have.
func (s *Site) talkRoutes() map[string]web.Handler {
	return map[string]web.Handler{
		"GET /comment":                  s.backTo,
		"POST /comment":                 s.post,
		"GET /comment/mine":             s.mine,
		"GET /comment/{id}":             s.permalink,
		"GET /comment/{id}/reply":       s.answering,
		"GET /comment/{id}/edit":        s.editing,
		"POST /comment/{id}/edit":       s.edit,
		"GET /comment/{id}/withdrawal":  s.withdrawing,
		"POST /comment/{id}/withdrawal": s.withdraw,
		"GET /comment/{id}/report":      s.reportPage,
		"POST /comment/{id}/report":     s.report,
		"GET /comment/{id}/appeal":      s.appealPage,
		"POST /comment/{id}/appeal":     s.appeal,
	}
}

package site

import (
	"html/template"
	"net/http"
	"strconv"
	"time"

	"lede/article"
	"lede/comment"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/internal/web"
)

// Said is a comment as a page of its own shows it.
type Said struct {
	ID   int64
	Name string
	When Stamp
	Body template.HTML
}

// Own is a comment for whoever wrote it.
type Own struct {
	Said
	Parent   int64  // what it replies to
	Shown    bool   // others see it
	Tells    string // how it stands with it
	Until    string // until when it can be edited, a sentence
	Edit     string // where
	Withdraw string
	Appeal   string
	Form     string // what is being done: "edit" or "withdrawal"
	Text     string // in the form
	Wrong    string // with the text in the form
	Shut     string // why the text in the form is not taken at all
}

// OwnPage shows a comment to whoever wrote it, with what it stands below.
type OwnPage struct {
	Frame
	Headline, Href string // of the article; "" while the public does not see it
	To             *Said  // what it replies to
	Own            Own
}

// MinePage is what a script of ours puts into the page of an article for whoever wrote something there.
type MinePage struct{ Owns []Own }

// AnswerPage is the form for a reply to a comment.
type AnswerPage struct {
	Frame
	Headline, Href string
	To             Said
	Reply          *Reply
}

func commentPath(id int64) string { return "/comment/" + strconv.FormatInt(id, 10) }

// placeOf is where a comment is to be seen: its place in the thread, else its own page, which only its writer gets.
func (s *Site) placeOf(r *http.Request, c comment.Comment) (string, error) {
	if c.State != comment.Shown {
		return commentPath(c.ID), nil
	}
	on, err := s.Articles.Card(r.Context(), c.Article, s.Clock())
	if err != nil {
		return "", err
	}
	return s.standsAt(r.Context(), on.Path, c)
}

// permalink leads to where a comment stands. Its writer gets a page of it while nobody else sees it, or it can be edited.
func (s *Site) permalink(w http.ResponseWriter, r *http.Request) error {
	id, now := number(r.PathValue("id")), s.Clock()
	c, err := s.Comments.Own(r.Context(), id, s.hand(r))
	if err == nil && (c.State != comment.Shown || now.Before(c.EditableUntil())) {
		return s.showOwn(w, r, c, nil, http.StatusOK)
	}
	if c, err = s.Comments.Shown(r.Context(), id); err != nil {
		return err
	}
	to, err := s.placeOf(r, c)
	if err != nil {
		return err
	}
	return seeOther(w, r, to)
}

// showOwn answers with the page of a comment for its writer; with says what is being done to it.
func (s *Site) showOwn(w http.ResponseWriter, r *http.Request, c comment.Comment, with func(*sheet, *Own), status int) error {
	sh, err := s.sheet(r.Context(), s.web.Origin(r), s.Clock())
	if err != nil {
		return err
	}
	sh.speak(sh.paper.Edition(c.Lang))
	page := OwnPage{Own: sh.own(c)}
	if with != nil {
		with(sh, &page.Own)
	}
	if page.Frame, err = sh.talkFrame(sh.t.T("Your comment")); err != nil {
		return err
	}
	on, err := s.Articles.Card(sh.ctx, c.Article, sh.now)
	if err != nil && !isGone(err) {
		return err
	}
	page.Headline, page.Href = on.Headline, on.Path
	if c.Parent != 0 {
		to, err := s.Comments.Shown(sh.ctx, c.Parent)
		if err == nil {
			said := sh.said(to)
			page.To = &said
		}
	}
	drawn, err := s.draw(sh, viewOwn, page)
	if err != nil {
		return err
	}
	drawn.Status = status
	return s.once(w, sh, drawn)
}

// talkFrame is the frame of a page about comments that no search engine keeps.
func (sh *sheet) talkFrame(title string) (Frame, error) {
	f, err := sh.frame(title, "", "")
	f.Canonical, f.Robots, f.Talk = "", "noindex", true
	return f, err
}

func (sh *sheet) said(c comment.Comment) Said {
	show := doc.Show{T: sh.t.T, Guest: true, Inert: c.State != comment.Shown}
	return Said{ID: c.ID, Name: c.Name, When: sh.brief(c.At), Body: comment.Tree(c.Text).HTML(show)}
}

// own is a comment for whoever wrote it, and what they may do with it now.
func (sh *sheet) own(c comment.Comment) Own {
	o := Own{Said: sh.said(c), Parent: c.Parent, Shown: c.State == comment.Shown, Tells: sh.tells(c)}
	at := commentPath(c.ID)
	alive := c.State == comment.Shown || c.State == comment.Held
	if left := c.EditableUntil().Sub(sh.now); alive && left > 0 {
		minutes := int((left + time.Minute - 1) / time.Minute)
		o.Until = sh.t.N(minutes, "You can edit it for {n} more minutes, until {0}.", sh.t.Time(c.EditableUntil().In(sh.now.Location())))
		o.Edit, o.Withdraw = at+"/edit", at+"/withdrawal"
	}
	if c.State == comment.Held {
		o.Withdraw = at + "/withdrawal"
	}
	if !alive && !c.ByOwner() {
		o.Appeal = at + "/appeal"
	}
	return o
}

// tells says how it stands with a comment.
func (sh *sheet) tells(c comment.Comment) string {
	why := sh.why(c.Why)
	switch {
	case c.State == comment.Held:
		return sh.t.T("Waiting for a moderator")
	case c.State == comment.Shown:
		return sh.t.T("Everybody sees your comment.")
	case c.ByOwner():
		return sh.t.T("You withdrew this comment.")
	case c.State == comment.Spam:
		return sh.t.T("The paper took this comment for spam and does not show it.")
	case c.State == comment.Refused && why == "":
		return sh.t.T("The paper does not show this comment: it holds words that it does not print.")
	case c.State == comment.Refused:
		return sh.t.T("A moderator does not show this comment: it {0}.", why)
	case why == "":
		return sh.t.T("The paper took this comment away.")
	}
	return sh.t.T("A moderator took this comment away: it {0}.", why)
}

// mine tells a script what the holder of the owner's cookie wrote under an article that others do not see, or that can be edited.
func (s *Site) mine(w http.ResponseWriter, r *http.Request) error {
	sh, err := s.sheet(r.Context(), s.web.Origin(r), s.Clock())
	if err != nil {
		return err
	}
	on, err := s.Articles.Card(sh.ctx, number(r.URL.Query().Get("article")), sh.now)
	if err != nil {
		return err
	}
	sh.speak(sh.paper.Edition(on.Lang))
	list, err := s.Comments.OwnUnder(sh.ctx, on.ID, s.hand(r), sh.now)
	if err != nil {
		return err
	}
	page := MinePage{}
	for _, c := range list {
		page.Owns = append(page.Owns, sh.own(c))
	}
	drawn, err := s.draw(sh, viewMine, page)
	if err != nil {
		return err
	}
	return s.once(w, sh, drawn)
}

// answering is the form for a reply to a comment, for whoever has no script to move it there.
func (s *Site) answering(w http.ResponseWriter, r *http.Request) error {
	sh, err := s.sheet(r.Context(), s.web.Origin(r), s.Clock())
	if err != nil {
		return err
	}
	page, err := sh.answer(number(r.PathValue("id")), &Reply{})
	if err != nil {
		return err
	}
	return s.once(w, sh, page)
}

// answer draws the page of a reply to a comment that is shown; p is what was typed into its form.
func (sh *sheet) answer(to int64, p *Reply) (web.Page, error) {
	c, err := sh.Comments.Shown(sh.ctx, to)
	if err != nil {
		return web.Page{}, err
	}
	on, err := sh.Articles.Card(sh.ctx, c.Article, sh.now)
	if err == nil && p.Article != 0 && p.Article != on.ID {
		err = fault.NotFound
	}
	if err != nil {
		return web.Page{}, err
	}
	sh.speak(sh.paper.Edition(on.Lang))
	return sh.drawAnswer(on, c, p)
}

func (sh *sheet) drawAnswer(on article.Card, to comment.Comment, p *Reply) (web.Page, error) {
	empty, err := sh.form(on)
	if err != nil {
		return web.Page{}, err
	}
	p.Parent = to.ID
	page := AnswerPage{Headline: on.Headline, Href: on.Path, To: sh.said(to), Reply: sh.filledIn(p, empty)}
	if page.Frame, err = sh.talkFrame(sh.t.T("Reply to {0}", to.Name)); err != nil {
		return web.Page{}, err
	}
	return sh.draw(sh, viewAnswer, page)
}

// backTo leads from the address of a form that was turned down, asked for anew, to the article it was about.
func (s *Site) backTo(w http.ResponseWriter, r *http.Request) error {
	on, err := s.Articles.Card(r.Context(), number(r.URL.Query().Get("article")), s.Clock())
	if err != nil {
		return err
	}
	return seeOther(w, r, on.Path+"#reply")
}

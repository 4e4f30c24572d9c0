package newsroom

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"lede/article"
	"lede/internal/fault"
)

// leavePage is the page on which an article is taken from readers.
type leavePage struct {
	panel
	Note string
	To   string
}

func withdrawPage(v *visit) error {
	p, err := v.panel()
	if err != nil {
		return err
	}
	return v.show("withdraw", v.leavePage(p))
}

func (v *visit) leavePage(p panel) leavePage {
	p.Title = "Withdraw: " + titled(p.Headline)
	return leavePage{panel: p, Note: p.Gone.Note, To: p.Gone.To}
}

// withdrawArticle takes an article from readers, now or at a moment ahead.
func withdrawArticle(v *visit) error {
	p, ok, err := v.panelAsked()
	if err != nil {
		return err
	}
	page := v.leavePage(p)
	page.Note, page.To = v.r.PostFormValue("note"), strings.TrimSpace(v.r.PostFormValue("to"))
	if !ok {
		return v.showAs(http.StatusConflict, "withdraw", page)
	}
	w := article.Withdrawal{Note: page.Note}
	if v.r.PostFormValue("after") == "to" {
		w.To = page.To
		if w.To == "" {
			return v.leaveAgain(page, fault.Form{"to": "Say where readers are sent."})
		}
	}
	at, wrong := page.When.at(v.now)
	if wrong != nil {
		return v.leaveAgain(page, wrong)
	}
	if page.When.When == "at" {
		w.At = at
	}
	if err := v.Articles.Withdraw(v.ctx(), p.ID, p.Version, w, v.person.ID, v.now); err != nil {
		return v.leaveAgain(page, err)
	}
	if !w.At.IsZero() {
		return v.panelOn(p, "leaving")
	}
	return v.panelOn(p, "withdrawn")
}

func (v *visit) leaveAgain(page leavePage, err error) error {
	switch {
	case errors.As(err, &page.Wrong):
		page.Stop = "Nothing was done: something must be mended first."
	case fault.IsInvalid(err):
		page.Stop = err.Error()
	default:
		return err
	}
	return v.showAs(http.StatusUnprocessableEntity, "withdraw", page)
}

// stayArticle lets an article stand that was to be withdrawn.
func stayArticle(v *visit) error {
	p, ok, err := v.panelAsked()
	if err != nil || !ok {
		return v.panelRefused(p, err)
	}
	if err := v.Articles.Stay(v.ctx(), p.ID, p.Version, v.person.ID, v.now); err != nil {
		return v.panelAgain(p, err)
	}
	return v.panelOn(p, "stays")
}

// Elsewhere tells whether readers are, or are to be, sent elsewhere.
func (p leavePage) Elsewhere() bool { return cmp.Or(p.To, p.Wrong["to"]) != "" }

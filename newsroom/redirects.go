package newsroom

import (
	"errors"
	"net/http"
	"net/url"

	"lede/internal/fault"
	"lede/staff"
)

func (n *Newsroom) redirectsRoutes() []route {
	return []route{
		{pattern: "GET /newsroom/redirects", act: staff.Read, on: staff.Paper, handle: redirectsPage},
		{pattern: "POST /newsroom/redirects", act: staff.Write, on: staff.Paper, handle: addRedirect},
		{pattern: "POST /newsroom/redirects/removal", act: staff.Write, on: staff.Paper, handle: removeRedirect},
	}
}

const (
	redirectsPath   = "/newsroom/redirects"
	redirectsAtOnce = 100
)

// redirectsView lists redirects.
type redirectsView struct {
	frame
	Tabs     []tab
	Find     string
	Rows     []redirectRow
	Next     string
	From, To string
	Wrong    fault.Form
	Saved    string
	Undo     [2]string // the redirect that was just removed
	May      bool
}

type redirectRow struct {
	From, To, Since string
	ByHand          bool
}

func redirectsPage(v *visit) error { return v.showRedirects(http.StatusOK, "", "", nil) }

func (v *visit) showRedirects(status int, from, to string, wrong fault.Form) error {
	q := v.r.URL.Query()
	list, err := v.Papers.Redirects(v.ctx(), q.Get("q"), q.Get("after"), redirectsAtOnce+1)
	if err != nil {
		return err
	}
	page := redirectsView{frame: v.frame("Redirects", "paper"), Tabs: v.tabs(redirectsPath), Find: q.Get("q"), From: from, To: to, Wrong: wrong, Saved: v.told(),
		Undo: [2]string{q.Get("from"), q.Get("to")}, May: v.mayWrite()}
	if len(list) > redirectsAtOnce {
		list = list[:redirectsAtOnce]
		page.Next = redirectsPath + "?" + url.Values{"q": {page.Find}, "after": {list[redirectsAtOnce-1].From}}.Encode()
	}
	for _, one := range list {
		page.Rows = append(page.Rows, redirectRow{one.From, one.To, day(one.Since.In(v.paper.Clock())), one.ByHand})
	}
	return v.showAs(status, "redirects", page)
}

func addRedirect(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	from, to := sent.Get("from"), sent.Get("to")
	err = v.Papers.Lead(v.ctx(), from, to, v.now)
	var wrong fault.Form
	if errors.As(err, &wrong) {
		return v.showRedirects(http.StatusUnprocessableEntity, from, to, wrong)
	}
	if err != nil {
		return err
	}
	return v.tell(redirectsPath, nil, from+" leads to "+to+" from now on.")
}

func removeRedirect(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	from, to := sent.Get("from"), sent.Get("to")
	if err := v.Papers.Unlead(v.ctx(), from, v.now); err != nil {
		return err
	}
	return v.tell(redirectsPath, url.Values{"from": {from}, "to": {to}}, from+" leads nowhere now.")
}

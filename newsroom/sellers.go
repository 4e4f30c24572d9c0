package newsroom

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"lede/ad"
	"lede/internal/fault"
	"lede/internal/web"
	"lede/staff"
)

const sellersPath = "/newsroom/sales/sellers"

func (n *Newsroom) sellersRoutes() []route {
	return []route{
		{pattern: "GET /newsroom/sales/sellers", act: staff.Read, on: staff.Selling, handle: sellersPage},
		{pattern: "POST /newsroom/sales/sellers", act: staff.Write, on: staff.Selling, handle: setSellers, options: []web.RouteOption{web.MaxBody(3 * ad.SellersMost)}},
	}
}

// sellersView is ads.txt, line by line.
type sellersView struct {
	frame
	Tabs    []tab
	Saved   string
	Text    string
	Version int64
	Lines   []sellerLine
	Whole   []ad.Remark
	Wrong   fault.Form
	Theirs  string // what somebody else saved meanwhile
	May     bool
	Looked  bool   // it was looked at without saving
	Served  string // its address
}

// sellerLine is a line of which something is to be said.
type sellerLine struct {
	ad.Remark
	Text string
}

func sellersPage(v *visit) error {
	l, err := v.Ads.Sellers(v.ctx())
	if err != nil {
		return err
	}
	return v.showSellers(http.StatusOK, sellersView{Text: l.Text, Version: l.Version})
}

func (v *visit) showSellers(status int, page sellersView) error {
	page.frame, page.Tabs, page.Saved, page.May = v.frame("ads.txt", "sales"), v.adTabs(sellersPath), v.told(), v.person.May(staff.Write, staff.Selling, true)
	page.Served = v.paper.Address + "/ads.txt"
	lines := strings.Split(strings.ReplaceAll(page.Text, "\r\n", "\n"), "\n")
	for _, r := range ad.CheckSellers(page.Text, v.sellersHost()) {
		if r.Line == 0 {
			page.Whole = append(page.Whole, r)
			continue
		}
		page.Lines = append(page.Lines, sellerLine{r, lines[r.Line-1]})
	}
	return v.showAs(status, "sellers", page)
}

// sellersHost is where readers find the paper; "" while any host will do.
func (v *visit) sellersHost() string {
	u, err := url.Parse(v.paper.Address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

func setSellers(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	page := sellersView{Text: sent.Get("text"), Version: number(sent.Get("version"))}
	if sent.Get("do") == "look" {
		page.Looked = true
		return v.showSellers(http.StatusOK, page)
	}
	l, err := v.Ads.SetSellers(v.ctx(), ad.Sellers{Version: page.Version, Text: page.Text}, v.sellersHost(), v.person.ID, v.now)
	switch {
	case errors.As(err, &page.Wrong):
		return v.showSellers(http.StatusUnprocessableEntity, page)
	case errors.Is(err, fault.Conflict):
		now, err := v.Ads.Sellers(v.ctx())
		if err != nil {
			return err
		}
		page.Version, page.Theirs = now.Version, now.Text
		return v.showSellers(http.StatusConflict, page)
	case err != nil:
		return err
	}
	says := "Saved. Readers get it within a second."
	if l.Text == "" {
		says = "Saved: there is no ads.txt now."
	} else if n := strings.Count(l.Text, "\n"); n > 0 {
		says = fmt.Sprintf("Saved, %s. Readers get it within a second.", termsIn(n, "line", "lines"))
	}
	return v.tell(sellersPath, nil, says)
}

package newsroom

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/ad"
	"lede/internal/fault"
	"lede/staff"
)

// csv answers with a file for a spreadsheet; what people wrote is kept from being a formula.
func (v *visit) csv(name string, rows [][]string) error {
	var b strings.Builder
	out := csv.NewWriter(&b)
	out.UseCRLF = true
	for _, row := range rows {
		for i := range row {
			row[i] = plainCell(row[i])
		}
		_ = out.Write(row) // into memory
	}
	out.Flush()
	v.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	v.w.Header().Set("Content-Disposition", `attachment; filename="`+name+`-`+v.now.Format(time.DateOnly)+`.csv"`)
	_, _ = v.w.Write([]byte(b.String())) // whoever asked may be gone
	return nil
}

// invoiceCSV is what bookings cost within a time, or altogether, for whoever writes the invoices. It is not given where the sums are not
// what the ledger says.
func invoiceCSV(v *visit) error {
	ask, err := v.reportAsk()
	if err != nil {
		return err
	}
	r, err := v.Ads.Report(v.ctx(), ask.Scope, false)
	if err != nil {
		return err
	}
	if !r.AddsUp() {
		return fault.Invalid("The sums are not what the ledger says. Nothing is exported until they are made anew.")
	}
	charges, err := v.Ads.Charges(v.ctx(), ask.Scope)
	if err != nil {
		return err
	}
	rules, err := v.Ads.Rules(v.ctx())
	if err != nil {
		return err
	}
	rows := [][]string{{"order", "reference", "advertiser", "address", "tax number", "booking", "what", "first day", "last day", "stage", "from", "until", "price for", "price", "units", "above the goal", "amount", "currency", "makes good"}}
	for _, c := range charges {
		o, err := v.Ads.Order(v.ctx(), c.Order)
		if err != nil {
			return err
		}
		a, err := v.Ads.Advertiser(v.ctx(), c.Advertiser)
		if err != nil {
			return err
		}
		good := ""
		if c.GoodOf != 0 {
			good = digits(c.GoodOf)
		}
		rows = append(rows, []string{o.Number, o.Reference, a.Name, a.Address, a.Tax, digits(c.ID), bookingSays(c.Booking), c.First, c.Last, string(c.Stage), ask.First, ask.Last,
			pricingSays(c.Pricing), bare(c.Price, rules.Currency), digits(c.Units), digits(c.Above), bare(c.Amount, rules.Currency), rules.Currency, good})
	}
	return v.csv("invoice", rows)
}

func pricingSays(p ad.Pricing) string {
	switch p {
	case ad.PerThousand:
		return "a thousand viewed"
	case ad.PerClick:
		return "a click"
	}
	return "the booking"
}

// bare is a sum as spreadsheets read it, "1234.50".
func bare(n int64, currency string) string {
	return strings.ReplaceAll(ad.Amount(n, currency), ",", "")
}

// debtLine is what a booking missed, with the form by which it is made good.
type debtLine struct {
	Booking                        int64
	Buyer, What, Report            string
	Promised, Given, Good, Missing string
	First, Last                    string
	Wrong                          map[string]string
}

func (v *visit) debtLine(d ad.Debt, buyer string) *debtLine {
	days := max(1, int(d.Until.Sub(d.From).Hours()/24+.5))
	return &debtLine{Booking: d.ID, Buyer: buyer, What: bookingSays(d.Booking), Report: reportAsk{Scope: ad.Scope{Booking: d.ID}}.at(salesReportPath),
		Promised: many(d.Goal), Given: many(d.Given), Good: many(d.Good), Missing: many(d.Missing()),
		First: v.now.AddDate(0, 0, 1).Format(time.DateOnly), Last: v.now.AddDate(0, 0, days).Format(time.DateOnly)}
}

// owedView is what was promised and not given.
type owedView struct {
	frame
	Tabs  []tab
	Debts []*debtLine
	May   bool
	Told  string
}

func owedPage(v *visit) error { return v.showOwed(http.StatusOK, nil) }

// showOwed lists what is owed; typed is the line of a form that was sent and is to be mended.
func (v *visit) showOwed(status int, typed *debtLine) error {
	debts, err := v.Ads.Debts(v.ctx(), v.now)
	if err != nil {
		return err
	}
	page := owedView{frame: v.frame("To be made good", "sales"), Tabs: v.adTabs(salesReportPath), May: v.person.May(staff.Write, staff.Ads, true), Told: v.told()}
	for _, d := range debts {
		name, err := v.buyerName(d.Advertiser)
		if err != nil {
			return err
		}
		line := v.debtLine(d, name)
		if typed != nil && typed.Booking == line.Booking {
			line.First, line.Last, line.Wrong = typed.First, typed.Last, typed.Wrong
		}
		page.Debts = append(page.Debts, line)
	}
	return v.showAs(status, "salesowed", page)
}

// makeGood makes the order that makes a booking good, and leads to it.
func makeGood(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	line := debtLine{Booking: number(v.r.PathValue("booking")), First: sent.Get("first"), Last: sent.Get("last")}
	b, err := v.Ads.MakeGood(v.ctx(), line.Booking, line.First, line.Last, v.person.ID, v.now)
	var f fault.Form
	if errors.As(err, &f) {
		line.Wrong = f
		return v.showOwed(http.StatusUnprocessableEntity, &line)
	}
	if err != nil {
		return err
	}
	return v.tell(fmt.Sprintf("/newsroom/sales/orders/%d", b.Order), nil, "A draft without a price, for what was missed. Book it when its days are right.")
}

// proofView is the proof of delivery of a booking, for printing.
type proofView struct {
	frame
	Buyer, Address, What, Order, Back string
	Sum                               lineSold
	Checked, AddsUp                   bool
	Measured                          string
	Days                              []lineSold
	Proofs                            []proofLine
	Shown                             *proofLine
	Made                              string
}

// proofLine is one day on which an ad stood on a page.
type proofLine struct {
	N               int
	Day, Time, Page string
	Where, Href     string // the page with the ad; "" where it has no address any more
	Src             string
	Billed          string
	Wide            string
	On              bool
}

func (v *visit) proven() (ad.Booking, []ad.Proof, error) {
	b, err := v.Ads.Booking(v.ctx(), number(v.r.PathValue("booking")))
	if err != nil {
		return b, nil, err
	}
	proofs, err := v.Ads.Proofs(v.ctx(), b)
	return b, proofs, err
}

// proofPage shows what a booking got day by day, and the pages on which the ad stood, one for each day, with one of them as it stood.
func proofPage(v *visit) error {
	b, proofs, err := v.proven()
	if err != nil {
		return err
	}
	r, err := v.Ads.Report(v.ctx(), ad.Scope{Booking: b.ID}, false)
	if err != nil {
		return err
	}
	page := proofView{frame: v.frame("Proof of delivery", "sales"), What: bookingSays(b), Back: reportAsk{Scope: ad.Scope{Booking: b.ID}}.at(salesReportPath),
		Sum: lineOf("", r.All, ad.Viewed), Checked: r.Checked, AddsUp: r.AddsUp(), Made: v.now.Format("2 January 2006, 15:04")}
	if err := v.proofOf(&page, b); err != nil {
		return err
	}
	until := b.Until
	if until.After(v.now) {
		until = v.now
	}
	for _, row := range r.Days(b.From.In(v.now.Location()), until) {
		page.Days = append(page.Days, lineOf(daySays(row.Key), row.Of, ad.Viewed))
	}
	chosen, err := strconv.Atoi(v.r.URL.Query().Get("day"))
	if err != nil || chosen < 0 || chosen >= len(proofs) {
		chosen = len(proofs) / 2
	}
	for i, p := range proofs {
		line, err := v.proofLine(i, p)
		if err != nil {
			return err
		}
		line.On = i == chosen
		page.Proofs = append(page.Proofs, line)
		if line.On {
			page.Shown = &line
		}
	}
	return v.show("salesproof", page)
}

// proofOf says to whom and in which order it was sold, and how it is counted.
func (v *visit) proofOf(page *proofView, b ad.Booking) error {
	page.Buyer = "The house"
	if b.Advertiser != 0 {
		a, err := v.Ads.Advertiser(v.ctx(), b.Advertiser)
		if err != nil {
			return err
		}
		page.Buyer, page.Address = a.Name, a.Address
	}
	if b.Order != 0 {
		o, err := v.Ads.Order(v.ctx(), b.Order)
		if err != nil {
			return err
		}
		page.Order = o.Number
	}
	rules, err := v.Ads.Rules(v.ctx())
	page.Measured = rules.Counted
	return err
}

var wideIn = map[ad.Device]string{ad.Phone: "phone", ad.Tablet: "tablet", ad.Desk: "desktop"}

func (v *visit) proofLine(n int, p ad.Proof) (proofLine, error) {
	at := p.At.In(v.now.Location())
	line := proofLine{N: n, Day: daySays(p.Day), Time: at.Format("15:04:05"), Billed: many(p.N), Wide: wideIn[p.Device]}
	name, path, err := v.pageOf(p.Offer)
	if err != nil {
		return line, err
	}
	line.Page = name
	if path != "" {
		line.Where = placeSays(p.Place) + " of " + name
		line.Href = fmt.Sprintf("?day=%d", n)
		line.Src = fmt.Sprintf("/newsroom/sales/proof/%d/%d%s", p.Booking, n, path)
	}
	return line, nil
}

// pageOf names the page of an offer, and its address as readers have it; "" where it has none any more.
func (v *visit) pageOf(o ad.Offer) (name, path string, err error) {
	edition := ""
	if slices.Contains(v.paper.Langs, o.Lang) && o.Lang != v.paper.Main() {
		edition = "/" + o.Lang
	}
	switch o.Kind {
	case ad.FrontPage:
		return "the front", cmp.Or(edition, "/"), nil
	case ad.ArticlePage:
		c, err := v.Articles.Card(v.ctx(), o.Page, v.now)
		if err != nil {
			return "an article that is not public any more", "", nil
		}
		return c.Headline, c.Path, nil
	case ad.SectionPage:
		tree, err := v.Sections.Tree(v.ctx())
		if err != nil {
			return "", "", err
		}
		if s, ok := tree.Get(o.Page); ok {
			return s.NameIn("en"), edition + s.Path(), nil
		}
	case ad.TopicPage:
		topics, err := v.Sections.Topics(v.ctx(), o.Page)
		if err != nil {
			return "", "", err
		}
		if len(topics) == 1 {
			return topics[0].NameIn("en"), edition + topics[0].Path(), nil
		}
	case ad.StandingPage:
		pages, err := v.Papers.AllPages(v.ctx())
		if err != nil {
			return "", "", err
		}
		for _, p := range pages {
			if p.ID == o.Page {
				return p.Title, edition + "/" + p.Slug, nil
			}
		}
	}
	return "a list", "", nil
}

// proofOnPage is the readers' page as it stood at the minute in which the ad was seen, with that version of the ad in its position.
func proofOnPage(v *visit) error {
	_, proofs, err := v.proven()
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(v.r.PathValue("n"))
	if err != nil || n < 0 || n >= len(proofs) {
		return fault.NotFound
	}
	p := proofs[n]
	path := "/" + v.r.PathValue("path")
	if token, ok := strings.CutPrefix(path, "/media/"); ok {
		return v.previewMedia(token, nil, false)
	}
	if strings.HasPrefix(path, "/panel/look/") {
		return v.seeOther((&url.URL{Path: path}).EscapedPath())
	}
	if number := v.r.URL.Query().Get("page"); number != "" {
		path += "?page=" + url.QueryEscape(number)
	}
	frame := v.adFrame(ad.Ad{ID: p.Ad, Version: p.AdVersion}, p.Place, p.Device)
	return v.showGlance(Glance{Path: path, At: p.At, Under: fmt.Sprintf("/newsroom/sales/proof/%d/%d", p.Booking, n), Ads: map[ad.Place]string{p.Place: frame}})
}

package newsroom

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"lede/ad"
	"lede/internal/fault"
	"lede/staff"
)

const salesReportPath = "/newsroom/sales/report"

func (n *Newsroom) salesReportRoutes() []route {
	return []route{
		{pattern: "GET " + salesReportPath, act: staff.Read, on: staff.Ads, handle: salesReport},
		{pattern: "GET " + salesReportPath + ".csv", act: staff.Read, on: staff.Ads, handle: salesReportCSV},
		{pattern: "POST " + salesReportPath + "/sums", act: staff.Write, on: staff.Selling, handle: rebuildSums},
		{pattern: "GET /newsroom/sales/invoice.csv", act: staff.Read, on: staff.Ads, handle: invoiceCSV},
		{pattern: "GET /newsroom/sales/owed", act: staff.Read, on: staff.Ads, handle: owedPage},
		{pattern: "POST /newsroom/sales/owed/{booking}", act: staff.Write, on: staff.Ads, handle: makeGood},
		{pattern: "GET /newsroom/sales/proof/{booking}", act: staff.Read, on: staff.Ads, handle: proofPage},
		{pattern: "GET /newsroom/sales/proof/{booking}/{n}/{path...}", act: staff.Read, on: staff.Ads, handle: proofOnPage},
	}
}

// salesReportView is a report: the sum first, a chart, a table, the reasons.
type salesReportView struct {
	frame
	Ask                      reportAsk
	Name, What, Back         string
	Tabs, Bys, Measures      []tab
	Hidden                   []item
	First, Last              string
	Wrong                    map[string]string
	Sum                      lineSold
	Checked, AddsUp, MayMend bool
	CheckHref, CSV, Invoice  string
	Proof                    string
	CheckedAt                string
	Facts                    []string
	Chart                    *barChart
	ChartTitle, By           string
	Lines                    []lineSold
	More                     int
	Whys                     []whyLine
	Debt                     *debtLine
	Told                     string
	Empty                    bool
	MeasureSays              string
}

// whyLine is a reason and how many it is why.
type whyLine struct {
	Says, Part, N string
}

var measuresSay = map[ad.Measure]string{ad.Rendered: "Rendered", ad.Viewed: "Viewed", ad.Clicked: "Clicked"}

var reasonsSay = map[string]string{
	ad.Robot: "Known robots", ad.Headless: "Headless browsers", ad.NoBrowser: "No browser", ad.OurStaff: "Our own staff", ad.Excluded: "Networks that are left out",
	ad.TooFast: "Too fast from one network", ad.Impossible: "Impossible times", ad.Repeat: "Repeats within four hours", ad.Late: "Later than four hours",
	ad.Elsewhere: "Said of another position", ad.Unrendered: "Clicks before the ad was rendered", ad.Fetched: "Link previews and pages fetched ahead",
}

var groupingsSay = map[ad.Grouping]string{ad.ByAdvertiser: "Advertiser", ad.ByOrder: "Order", ad.ByBooking: "Booking", ad.ByAd: "Ad", ad.ByPlace: "Position", ad.BySection: "Section", ad.ByDay: "Day", ad.ByHour: "Hour"}

// mostReportLines bounds the table on the page; the file has all.
const mostReportLines = 800

func salesReport(v *visit) error {
	ask, err := v.reportAsk()
	if !fault.IsInvalid(err) && err != nil {
		return err
	}
	page := salesReportView{Wrong: formWrong(err), First: ask.First, Last: ask.Last}
	if err != nil {
		ask.First, ask.Last, ask.From, ask.Until = "", "", time.Time{}, time.Time{}
	}
	if err := v.fillReport(&page, ask); err != nil {
		return err
	}
	status := http.StatusOK
	if len(page.Wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return v.showAs(status, "salesreport", page)
}

// fillReport reads all that a report's page shows.
func (v *visit) fillReport(page *salesReportView, ask reportAsk) error {
	thing, err := v.soldThing(ask)
	if err != nil {
		return err
	}
	from, until := v.reportTime(ask, thing)
	scope := ask.Scope
	scope.From, scope.Until = from, until
	r, err := v.Ads.Report(v.ctx(), scope, ask.Check)
	if err != nil {
		return err
	}
	page.frame, page.Ask, page.Name, page.What, page.Back = v.frame("Report: "+thing.name, "sales"), ask, thing.name, thing.what, thing.back
	page.First, page.Last = cmp.Or(page.First, from.Format(time.DateOnly)), cmp.Or(page.Last, until.Add(-time.Second).Format(time.DateOnly))
	page.Checked, page.AddsUp, page.CheckedAt = r.Checked, r.AddsUp(), v.now.Format("2 Jan 15:04:05")
	page.MayMend, page.Told = v.person.May(staff.Write, staff.Selling, true), v.told()
	page.Tabs = v.adTabs(salesReportPath)
	invoice := ask
	if len(thing.bookings) == 0 {
		invoice.First, invoice.Last = page.First, page.Last
	}
	page.CSV, page.Invoice = ask.at(salesReportPath+".csv"), invoice.at("/newsroom/sales/invoice.csv")
	page.CheckHref = checkHref(ask)
	if ask.Booking != 0 {
		page.Proof = fmt.Sprintf("/newsroom/sales/proof/%d", ask.Booking)
	}
	page.Sum = lineOf("", r.All, ask.Measure)
	page.MeasureSays, page.By = measuresSay[ask.Measure], groupingsSay[ask.By]
	page.tabs(ask)
	page.whys(r.All[ask.Measure])
	page.Empty = received(ad.Row{Of: r.All}) == 0
	if err := v.fillLines(page, r, from, until); err != nil {
		return err
	}
	return v.fillPromise(page, thing, r)
}

func checkHref(ask reportAsk) string {
	q := ask.values()
	q.Set("check", "1")
	return salesReportPath + "?" + q.Encode()
}

func (page *salesReportView) tabs(ask reportAsk) {
	for _, g := range ad.Groupings() {
		one := ask
		one.By = g
		page.Bys = append(page.Bys, tab{Name: groupingsSay[g], Href: one.at(salesReportPath), Here: g == ask.By})
	}
	for _, m := range ad.Measures() {
		one := ask
		one.Measure = m
		page.Measures = append(page.Measures, tab{Name: measuresSay[m], Href: one.at(salesReportPath), Here: m == ask.Measure})
	}
	q := ask.values()
	for _, name := range []string{"advertiser", "order", "booking", "ad", "section", "position", "by", "measure"} {
		if q.Get(name) != "" {
			page.Hidden = append(page.Hidden, item{name, q.Get(name)})
		}
	}
}

func (page *salesReportView) whys(t ad.Tally) {
	most := int64(1)
	for _, n := range t.Rejected {
		most = max(most, n)
	}
	for _, reason := range ad.Reasons() {
		if n := t.Rejected[reason]; n > 0 {
			page.Whys = append(page.Whys, whyLine{reasonsSay[reason], fmt.Sprintf("%.1f%%", max(1, 100*float64(n)/float64(most))), many(n)})
		}
	}
	slices.SortStableFunc(page.Whys, func(a, b whyLine) int {
		return cmp.Compare(number(strings.ReplaceAll(b.N, ",", "")), number(strings.ReplaceAll(a.N, ",", "")))
	})
}

func lineOf(name string, of ad.Tallies, m ad.Measure) lineSold {
	t := of[m]
	return lineSold{Name: name, Received: many(t.Received), Rejected: many(t.Rejections()), Billed: many(t.Billed), Clicked: many(of[ad.Clicked].Billed), Bad: !t.AddsUp(), tally: t}
}

// fillLines makes the table, and of times the chart.
func (v *visit) fillLines(page *salesReportView, r ad.Report, from, until time.Time) error {
	name, err := v.names(page.Ask.By)
	if err != nil {
		return err
	}
	rows := reportRows(r, page.Ask.By, from, until, v.now)
	for i, row := range rows {
		if i == mostReportLines {
			page.More = len(rows) - i
			break
		}
		line := lineOf(name(row.Key), row.Of, page.Ask.Measure)
		line.Href = drill(page.Ask, row.Key)
		page.Lines = append(page.Lines, line)
	}
	if page.Ask.By == ad.ByDay || page.Ask.By == ad.ByHour {
		page.Chart = chartOf(page.Lines)
		page.ChartTitle = page.MeasureSays + ", day by day"
		if page.Ask.By == ad.ByHour {
			page.ChartTitle = page.MeasureSays + ", hour by hour"
		}
	}
	return nil
}

// drill is the report about one line of this one.
func drill(a reportAsk, key string) string {
	switch a.By {
	case ad.ByAdvertiser:
		a.Advertiser, a.By = number(key), ad.ByOrder
	case ad.ByOrder:
		a.Order, a.By = number(key), ad.ByBooking
	case ad.ByBooking:
		a.Booking, a.By = number(key), ad.ByDay
	case ad.ByAd:
		a.Ad, a.By = number(key), ad.ByDay
	case ad.ByPlace:
		a.Place, a.By = ad.Place(key), ad.ByDay
	case ad.BySection:
		a.Section, a.By = number(key), ad.ByDay
	case ad.ByDay:
		a.First, a.Last, a.By = key, key, ad.ByHour
	default:
		return ""
	}
	if key == "0" {
		return ""
	}
	return a.at(salesReportPath)
}

// fillPromise says of one booking what was promised and foreseen, and what is missing.
func (v *visit) fillPromise(page *salesReportView, thing soldThing, r ad.Report) error {
	if len(thing.bookings) != 1 {
		return nil
	}
	b := thing.bookings[0]
	given, err := v.Ads.Delivered(v.ctx(), b.ID)
	if err != nil {
		return err
	}
	days := b.Until.Sub(b.From).Hours() / 24
	switch {
	case b.Promise == ad.Goal:
		page.Facts = append(page.Facts, fmt.Sprintf("Promised: %s %s. Given so far: %s.", many(b.Goal), b.Measure, many(given[b.ID][b.Measure])))
		if page.Chart != nil && page.Ask.By == ad.ByDay && page.Ask.Measure == b.Measure {
			page.Chart.goal(float64(b.Goal)/max(1, days), fmt.Sprintf("even pace, %s a day", many(int64(float64(b.Goal)/max(1, days)))))
		}
	case b.Promise == ad.Share:
		page.Facts = append(page.Facts, fmt.Sprintf("Promised: 1 in %d views of the position.", b.Share))
	}
	if n := b.Forecast.Viewed; n > 0 {
		page.Facts = append(page.Facts, fmt.Sprintf("Forecast when booked: %s viewed.", many(n)))
		if page.Chart != nil && page.Ask.By == ad.ByDay && page.Ask.Measure == ad.Viewed && b.Promise != ad.Goal {
			page.Chart.goal(float64(n)/max(1, days), fmt.Sprintf("forecast %s a day", many(int64(float64(n)/max(1, days)))))
		}
	}
	d, err := v.Ads.Owed(v.ctx(), b.ID, v.now)
	if err == nil && d.Missing() > 0 && v.person.May(staff.Write, staff.Ads, true) {
		page.Debt = v.debtLine(d, thing.name)
	}
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// formWrong is what is to be mended field by field; empty where nothing is.
func formWrong(err error) map[string]string {
	var f fault.Form
	errors.As(err, &f)
	return f
}

// salesReportCSV is a report as a file for a spreadsheet: each measure of each line, with every reason. It is not given where the report
// does not add up.
func salesReportCSV(v *visit) error {
	ask, err := v.reportAsk()
	if err != nil {
		return err
	}
	thing, err := v.soldThing(ask)
	if err != nil {
		return err
	}
	from, until := v.reportTime(ask, thing)
	ask.From, ask.Until = from, until
	r, err := v.Ads.Report(v.ctx(), ask.Scope, ask.Check)
	if err != nil {
		return err
	}
	if !r.AddsUp() {
		return fault.Invalid("The sums are not what the ledger says. Nothing is exported until they are made anew.")
	}
	name, err := v.names(ask.By)
	if err != nil {
		return err
	}
	return v.csv("report-"+string(ask.By), reportCells(r, ask, name, from, until, v.now))
}

func reportCells(r ad.Report, ask reportAsk, name func(string) string, from, until, now time.Time) [][]string {
	head := []string{string(ask.By), "name", "measure", "received", "billed", "rejected"}
	rows := [][]string{append(head, ad.Reasons()...)}
	for _, row := range reportRows(r, ask.By, from, until, now) {
		for _, m := range ad.Measures() {
			t := row.Of[m]
			cells := []string{row.Key, name(row.Key), string(m), digits(t.Received), digits(t.Billed), digits(t.Rejections())}
			for _, reason := range ad.Reasons() {
				cells = append(cells, digits(t.Rejected[reason]))
			}
			rows = append(rows, cells)
		}
	}
	return rows
}

// rebuildSums makes the sums anew from the ledger.
func rebuildSums(v *visit) error {
	wrong, err := v.Ads.Rebuild(v.ctx())
	if err != nil {
		return err
	}
	for _, d := range wrong {
		v.Log.Warn("a sum was not what the ledger says", "difference", d.String())
	}
	return v.tell(salesReportPath, nil, fmt.Sprintf("Counted again from the ledger: %s put right.", plural(len(wrong), "sum")))
}

package newsroom

import (
	"cmp"
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
	"lede/paper"
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

// reportAsk is what a report is asked for, as its address says it.
type reportAsk struct {
	ad.Scope
	By          ad.Grouping
	Measure     ad.Measure
	First, Last string // days, both included
	Check       bool
}

// values are the ask as an address; what is as it is without saying is left out.
func (a reportAsk) values() url.Values {
	q := url.Values{}
	for name, n := range map[string]int64{"advertiser": a.Advertiser, "order": a.Order, "booking": a.Booking, "ad": a.Ad, "section": a.Section} {
		if n != 0 {
			q.Set(name, strconv.FormatInt(n, 10))
		}
	}
	for name, text := range map[string]string{"position": string(a.Place), "by": string(a.By), "measure": string(a.Measure), "first": a.First, "last": a.Last} {
		if text != "" && text != string(ad.ByDay) && text != string(ad.Viewed) {
			q.Set(name, text)
		}
	}
	return q
}

// at is the address of a page for the ask.
func (a reportAsk) at(path string) string {
	if q := a.values().Encode(); q != "" {
		return path + "?" + q
	}
	return path
}

// reportAsk reads what is asked for. What a report cannot be about is fault.NotFound, days that are none a fault.Form.
func (v *visit) reportAsk() (reportAsk, error) {
	q := v.r.URL.Query()
	a := reportAsk{By: ad.Grouping(cmp.Or(q.Get("by"), string(ad.ByDay))), Measure: ad.Measure(cmp.Or(q.Get("measure"), string(ad.Viewed))), First: q.Get("first"), Last: q.Get("last"), Check: q.Get("check") != ""}
	a.Place = ad.Place(q.Get("position"))
	for name, into := range map[string]*int64{"advertiser": &a.Advertiser, "order": &a.Order, "booking": &a.Booking, "ad": &a.Ad, "section": &a.Section} {
		*into = number(q.Get(name))
	}
	if !slices.Contains(ad.Groupings(), a.By) || !slices.Contains(ad.Measures(), a.Measure) || a.Place != "" && !slices.Contains(ad.Places(), a.Place) {
		return a, fault.NotFound
	}
	f := fault.Form{}
	zone := v.now.Location()
	if a.First != "" {
		at, ok := paper.Day(time.DateOnly, a.First, zone)
		if a.From = at; !ok {
			f["first"] = "Give a day, as 2026-12-01."
		}
	}
	if a.Last != "" {
		at, ok := paper.Day(time.DateOnly, a.Last, zone)
		if a.Until = paper.NextMidnight(at); !ok {
			f["last"] = "Give a day, as 2026-12-31."
		}
	}
	if len(f) == 0 && a.First != "" && a.Last != "" && a.Last < a.First {
		f["last"] = "The last day is before the first."
	}
	return a, f.Err()
}

// soldThing is what a report is about, where it is about one order, booking or advertiser.
type soldThing struct {
	name, what string
	bookings   []ad.Booking
	back       string
}

// soldThing finds what the ask is about.
func (v *visit) soldThing(a reportAsk) (soldThing, error) {
	switch {
	case a.Booking != 0:
		b, err := v.Ads.Booking(v.ctx(), a.Booking)
		if err != nil {
			return soldThing{}, err
		}
		s := soldThing{what: bookingSays(b), bookings: []ad.Booking{b}, back: "/newsroom/sales/house"}
		if b.Order != 0 {
			s.back = fmt.Sprintf("/newsroom/sales/orders/%d", b.Order)
		}
		s.name, err = v.buyerName(b.Advertiser)
		return s, err
	case a.Order != 0:
		o, err := v.Ads.Order(v.ctx(), a.Order)
		if err != nil {
			return soldThing{}, err
		}
		s := soldThing{what: "order " + o.Number, back: fmt.Sprintf("/newsroom/sales/orders/%d", o.ID)}
		if s.name, err = v.buyerName(o.Advertiser); err != nil {
			return s, err
		}
		s.bookings, err = v.Ads.Bookings(v.ctx(), o.ID)
		return s, err
	case a.Advertiser != 0:
		s := soldThing{back: fmt.Sprintf("/newsroom/sales/buyers/%d", a.Advertiser)}
		var err error
		if s.name, err = v.buyerName(a.Advertiser); err != nil {
			return s, err
		}
		s.bookings, err = v.Ads.BookingsOf(v.ctx(), a.Advertiser)
		return s, err
	}
	return soldThing{name: "All that was shown", back: "/newsroom/sales"}, nil
}

func (v *visit) buyerName(id int64) (string, error) {
	if id == 0 {
		return "The house", nil
	}
	a, err := v.Ads.Advertiser(v.ctx(), id)
	return a.Name, err
}

// bookingSays names a booking: "Top, 1 Dec 2026 to 19 Dec 2026, 1 in 3 views".
func bookingSays(b ad.Booking) string {
	says := placeSays(b.Place) + ", " + daySays(b.First)
	if b.Last != b.First {
		says += " to " + daySays(b.Last)
	}
	switch b.Promise {
	case ad.Share:
		return fmt.Sprintf("%s, 1 in %d views", says, b.Share)
	case ad.Goal:
		return fmt.Sprintf("%s, %s %s", says, many(b.Goal), b.Measure)
	}
	return says + ", " + string(b.Promise)
}

var placesSay = map[ad.Place]string{ad.Top: "Top", ad.Beside: "Beside", ad.Text: "In the text", ad.Between: "Between cards", ad.Foot: "Foot"}

func placeSays(p ad.Place) string { return cmp.Or(placesSay[p], string(p)) }

func daySays(text string) string {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return text
	}
	return at.Format("2 Jan 2006")
}

// many writes a number with commas.
func many(n int64) string { return thousands(int(n)) }

// reportTime is the time a report shows: what was asked, else that of its bookings until now, else the last thirty days.
func (v *visit) reportTime(a reportAsk, s soldThing) (from, until time.Time) {
	tomorrow := paper.NextMidnight(v.now)
	from, until = a.From, a.Until
	for _, b := range s.bookings {
		if b.Stage == ad.Draft {
			continue
		}
		if a.From.IsZero() && (from.IsZero() || b.From.Before(from)) {
			from = b.From
		}
		if a.Until.IsZero() && (until.IsZero() || b.Until.After(until)) {
			until = b.Until
		}
	}
	if until.IsZero() || a.Until.IsZero() && until.After(tomorrow) {
		until = tomorrow
	}
	if from.IsZero() {
		local := until.In(v.now.Location())
		from = paper.Midnight(local.Year(), local.Month(), local.Day()-30, v.now.Location())
	}
	return from.In(v.now.Location()), until.In(v.now.Location())
}

// lineSold is a row of a grouping as people read it.
type lineSold struct {
	Name, Href                          string
	Received, Rejected, Billed, Clicked string
	Bad                                 bool
	tally                               ad.Tally
}

// names tells what the keys of a grouping are called.
func (v *visit) names(by ad.Grouping) (func(key string) string, error) {
	switch by {
	case ad.ByAdvertiser:
		all, err := v.Ads.Advertisers(v.ctx(), "")
		of := map[string]string{"0": "The house"}
		for _, a := range all {
			of[digits(a.ID)] = a.Name
		}
		return calledBy(of), err
	case ad.ByOrder:
		all, err := v.Ads.Orders(v.ctx(), ad.OrderFilter{})
		of := map[string]string{"0": "The house"}
		for _, o := range all {
			of[digits(o.ID)] = "Order " + o.Number
		}
		return calledBy(of), err
	case ad.BySection:
		tree, err := v.Sections.Tree(v.ctx())
		of := map[string]string{"0": "In no section"}
		for _, s := range tree {
			of[digits(s.ID)] = s.NameIn("en")
		}
		return calledBy(of), err
	case ad.ByPlace:
		return func(key string) string { return placeSays(ad.Place(key)) }, nil
	case ad.ByBooking:
		return func(key string) string {
			b, err := v.Ads.Booking(v.ctx(), number(key))
			if err != nil {
				return "Booking " + key
			}
			return bookingSays(b)
		}, nil
	case ad.ByAd:
		return func(key string) string {
			a, err := v.Ads.Ad(v.ctx(), number(key))
			if err != nil || a.Name == "" {
				return "Ad " + key
			}
			return a.Name
		}, nil
	case ad.ByHour:
		return hourSays, nil
	}
	return daySays, nil
}

func calledBy(of map[string]string) func(string) string {
	return func(key string) string { return cmp.Or(of[key], "Number "+key) }
}

func digits(n int64) string { return strconv.FormatInt(n, 10) }

// hourSays is an hour with its offset, by which the two are told apart that a clock shows twice.
func hourSays(key string) string {
	at, err := time.Parse(time.RFC3339, key)
	if err != nil {
		return key
	}
	return at.Format("2 Jan 2006, 15:04 (-07:00)")
}

// reportRows are the rows of the ask's grouping; of days and hours all, also those without anything.
func reportRows(r ad.Report, by ad.Grouping, from, until, now time.Time) []ad.Row {
	if until.After(now) && by == ad.ByHour {
		until = now
	}
	switch by {
	case ad.ByDay:
		return r.Days(from, until)
	case ad.ByHour:
		return r.Hours(from, until)
	}
	rows := r.By(by)
	slices.SortStableFunc(rows, func(a, b ad.Row) int { return cmp.Compare(received(b), received(a)) })
	return rows
}

func received(r ad.Row) (n int64) {
	for _, t := range r.Of {
		n += t.Received
	}
	return n
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

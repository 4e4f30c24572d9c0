package newsroom

import (
	"strconv"
	"time"

	"lede/desk"
	"lede/section"
	"lede/staff"
)

func (n *Newsroom) calendarRoutes() []route {
	return []route{{pattern: "GET /newsroom/calendar", act: staff.Read, on: staff.Articles, handle: (*visit).calendar}}
}

// calendarPage is a month or a week of what is to come.
type calendarPage struct {
	frame
	Title2         string // "November 2026", "23 to 29 November 2026"
	Week           bool
	Before, After  string
	BeforeSays     string
	AfterSays      string
	Month1, Weeks1 string // the other way to look at it
	Days           []calendarDay
	Heads          []string
	Empty          bool
}

type calendarDay struct {
	ID      string // "d2026-11-24"
	Date    string
	Number  string
	Says    string // "Tuesday 24 November"
	Today   bool
	Outside bool   // of the month
	Run     string // the free days that begin with this one, where there is no room for each: "1 to 21 November"
	Items   []calendarItem
}

type calendarItem struct {
	Kind, At, What, Headline, Href, Section, Stage string
	Late                                           bool
}

func (v *visit) calendar() error {
	first, last, week := v.span()
	coming, err := v.Desk.Calendar(v.ctx(), v.asked(desk.Filter{}, 0), first, last)
	if err != nil {
		return err
	}
	tree, err := v.Sections.Tree(v.ctx())
	if err != nil {
		return err
	}
	p := calendarPage{frame: v.frame("Calendar", "calendar"), Week: week, Empty: len(coming) == 0}
	p.Days = v.calendarDays(first, last, coming, tree)
	middle := first.AddDate(0, 0, 10)
	if week {
		middle = first
		p.Title2 = first.Format("2 January") + " to " + last.AddDate(0, 0, -1).Format("2 January 2006")
		p.Before, p.After = "?week="+first.AddDate(0, 0, -7).Format(time.DateOnly), "?week="+first.AddDate(0, 0, 7).Format(time.DateOnly)
		p.BeforeSays, p.AfterSays = "The week before", "The week after"
	} else {
		p.Title2 = middle.Format("January 2006")
		p.Before, p.After = "?month="+middle.AddDate(0, -1, -9).Format("2006-01"), "?month="+middle.AddDate(0, 1, -9).Format("2006-01")
		p.BeforeSays, p.AfterSays = "The month before", "The month after"
		for i := range p.Days {
			p.Days[i].Outside = p.Days[i].Date[:7] != middle.Format("2006-01")
		}
	}
	freeRuns(p.Days)
	shown := middle
	if !v.now.Before(first) && v.now.Before(last) {
		shown = v.now
	}
	p.Month1, p.Weeks1 = "?month="+shown.Format("2006-01"), "?week="+shown.Format(time.DateOnly)
	for _, d := range p.Days[:7] {
		at, _ := time.Parse(time.DateOnly, d.Date)
		p.Heads = append(p.Heads, at.Format("Mon"))
	}
	return v.show("calendar", p)
}

// span is what the address asks for: a week from Monday on, or the weeks of a month; without either the month it is.
func (v *visit) span() (first, last time.Time, week bool) {
	day := v.now
	if at, err := time.ParseInLocation(time.DateOnly, v.r.FormValue("week"), v.now.Location()); err == nil && sensible(at) {
		first = monday(at)
		return first, midnight(first, 7), true
	}
	if at, err := time.ParseInLocation("2006-01", v.r.FormValue("month"), v.now.Location()); err == nil && sensible(at) {
		day = at
	}
	first = monday(time.Date(day.Year(), day.Month(), 1, 12, 0, 0, 0, day.Location()))
	last = time.Date(day.Year(), day.Month()+1, 1, 0, 0, 0, 0, day.Location())
	for last.Weekday() != time.Monday {
		last = midnight(last, 1)
	}
	return first, last, false
}

func sensible(t time.Time) bool { return t.Year() > 1970 && t.Year() < 3000 }

// monday is the beginning of the week of a day.
func monday(at time.Time) time.Time { return midnight(at, -(int(at.Weekday())+6)%7) }

func (v *visit) calendarDays(first, last time.Time, coming []desk.Coming, tree section.Tree) []calendarDay {
	var days []calendarDay
	for at := first; at.Before(last); at = midnight(at, 1) {
		d := calendarDay{Date: at.Format(time.DateOnly), ID: "d" + at.Format(time.DateOnly), Number: at.Format("2"), Says: at.Format("Monday 2 January"),
			Today: at.Format(time.DateOnly) == v.now.Format(time.DateOnly)}
		for len(coming) > 0 && coming[0].At.Before(midnight(at, 1)) {
			d.Items = append(d.Items, v.calendarItem(coming[0], tree))
			coming = coming[1:]
		}
		days = append(days, d)
	}
	return days
}

// freeRuns names each row of days on which nothing comes, on its first day; today stands for itself, and days outside the month for nothing.
func freeRuns(days []calendarDay) {
	free := func(d calendarDay) bool { return len(d.Items) == 0 && !d.Today && !d.Outside }
	for i := 0; i < len(days); i++ {
		last := i
		for last < len(days) && free(days[last]) {
			last++
		}
		switch last - i {
		case 0:
			continue
		case 1:
			days[i].Run = days[i].Says + ": nothing"
		default:
			days[i].Run = days[i].Says + " to " + days[last-1].Says + ": nothing"
		}
		i = last - 1
	}
}

func (v *visit) calendarItem(c desk.Coming, tree section.Tree) calendarItem {
	it := calendarItem{Kind: c.Kind, At: clock(c.At.In(v.now.Location())), What: comes(c), Headline: c.Headline, Stage: c.Stage,
		Href: "/newsroom/article/" + strconv.FormatInt(c.Article, 10), Late: c.Kind == desk.ComesDue && c.At.Before(v.now)}
	if s, ok := tree.Get(c.Section); ok {
		it.Section = s.NameIn("en")
	}
	return it
}

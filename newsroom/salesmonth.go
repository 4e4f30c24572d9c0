package newsroom

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lede/ad"
	"lede/internal/tongue"
	"lede/paper"
)

// monthView is a month of days on which a position is free or sold.
type monthView struct {
	Title      string
	This       string // "2026-12"
	Prev, Next string // "" where there is nothing to sell
	PrevName   string
	NextName   string
	Weeks      [][]dayCell
	Says       []string // what is full, and by whom
}

// dayCell is one day; N is 0 before the first and after the last of the month.
type dayCell struct {
	N                int
	Day              string
	Mine, Full, Past bool
	Bars             []dayBar
	Label            string
}

// dayBar is one part of a day, in a drawing 37 wide: Kind is "t" sold, "m" of this booking, "f" free.
type dayBar struct {
	X, Width int
	Kind     string
}

// monthAsked is the month that the address names, else that of the booking's first day, else this one.
func (v *visit) monthAsked(b ad.Booking) time.Time {
	zone := v.paper.Clock()
	if m, err := time.ParseInLocation("2006-01", v.r.URL.Query().Get("month"), zone); err == nil {
		return m
	}
	at := v.now
	if first, ok := paper.Day(time.DateOnly, b.First, zone); ok && !first.Before(v.now.AddDate(0, -1, 0)) {
		at = first
	}
	return paper.Midnight(at.Year(), at.Month(), 1, zone)
}

// monthOf is how free the booking's position is in a month.
func (v *visit) monthOf(s shop, b ad.Booking, month time.Time) (*monthView, error) {
	now := paper.Midnight(v.now.Year(), v.now.Month(), 1, s.clock)
	if month.Before(now) {
		month = now
	}
	if last := paper.Midnight(now.Year()+2, now.Month(), 1, s.clock); month.After(last) {
		month = last
	}
	m := &monthView{Title: month.Format("January 2006"), This: month.Format("2006-01")}
	if month.After(now) {
		before := paper.Midnight(month.Year(), month.Month()-1, 1, s.clock)
		m.Prev, m.PrevName = before.Format("2006-01"), before.Format("January")
	}
	after := paper.Midnight(month.Year(), month.Month()+1, 1, s.clock)
	m.Next, m.NextName = after.Format("2006-01"), after.Format("January")
	rooms, err := v.Ads.Month(v.ctx(), b, month, v.now)
	if err != nil {
		return nil, err
	}
	m.fill(s, rooms, b)
	m.Says, err = v.fullDays(s, rooms)
	return m, err
}

func (m *monthView) fill(s shop, rooms []ad.DayRoom, b ad.Booking) {
	today := s.now.In(s.clock).Format(time.DateOnly)
	var row []dayCell
	for _, r := range rooms {
		at, err := time.Parse(time.DateOnly, r.Day)
		if err != nil {
			continue
		}
		for len(row) < (int(at.Weekday())+6)%7 {
			row = append(row, dayCell{})
		}
		c := dayCell{N: at.Day(), Day: r.Day, Mine: r.Mine, Past: r.Day < today}
		c.Bars, c.Full = barsOf(r, b)
		c.Label = c.says(r, at)
		if row = append(row, c); len(row) == 7 {
			m.Weeks, row = append(m.Weeks, row), nil
		}
	}
	for len(row) > 0 && len(row) < 7 {
		row = append(row, dayCell{})
	}
	if len(row) > 0 {
		m.Weeks = append(m.Weeks, row)
	}
}

// barsOf draws the parts of a day.
func barsOf(r ad.DayRoom, b ad.Booking) (bars []dayBar, full bool) {
	parts := min(max(r.Parts, 1), 10)
	taken := min(r.Taken, parts)
	mine := 0
	if r.Mine {
		mine = 1
		if b.Promise == ad.Flat || b.Share == 1 {
			mine = parts
		}
	}
	gap := 2
	if parts > 6 {
		gap = 1
	}
	width := (37 - gap*(parts-1)) / parts
	for i := range parts {
		bar := dayBar{X: i * (width + gap), Width: width, Kind: "f"}
		switch {
		case i < taken:
			bar.Kind = "t"
		case i < taken+mine:
			bar.Kind = "m"
		}
		bars = append(bars, bar)
	}
	return bars, r.Taken >= max(r.Parts, 1)
}

// says is a day in words, for who does not see the bars.
func (c dayCell) says(r ad.DayRoom, at time.Time) string {
	says := at.Format("2 January") + ", "
	switch free := max(r.Parts, 1) - r.Taken; {
	case c.Past:
		says += "past"
	case c.Full:
		says += "full"
	case r.Parts <= 1:
		says += "free"
	default:
		says += fmt.Sprintf("%d of %d free", free, r.Parts)
	}
	if c.Mine {
		says += ", in this booking"
	}
	return says
}

// fullDays says which days are full and by whom, "20–26 Dec is full: Alder Motors."
func (v *visit) fullDays(s shop, rooms []ad.DayRoom) ([]string, error) {
	var says []string
	for i := 0; i < len(rooms); {
		if rooms[i].Taken < max(rooms[i].Parts, 1) {
			i++
			continue
		}
		j := i
		for j+1 < len(rooms) && rooms[j+1].Taken >= max(rooms[j+1].Parts, 1) && slices.Equal(rooms[j+1].By, rooms[i].By) {
			j++
		}
		names, err := v.buyersOf(s, rooms[i].By)
		if err != nil {
			return nil, err
		}
		line := s.when(ad.Booking{First: rooms[i].Day, Last: rooms[j].Day}) + " is full"
		if len(names) > 0 {
			line += ": " + tongue.For("en").List(names)
		}
		says = append(says, line+".")
		i = j + 1
	}
	return says, nil
}

// buyersOf are the advertisers of bookings, each once.
func (v *visit) buyersOf(s shop, bookings []int64) ([]string, error) {
	var names []string
	for _, id := range bookings {
		b, err := v.Ads.Booking(v.ctx(), id)
		if err != nil {
			return nil, err
		}
		if name := s.buyers[b.Advertiser]; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// castView is what a booking will get.
type castView struct {
	ad.Forecast
	Strong, Says string
	Label        string
	This, Sold   int // percent of all views, of the drawing
	Free         int
	FreeAt       int
	ThisN, SoldN string
	FreeN        string
	Notes        []castNote
	From         string // what it rests on
}

// castNote is one thing that is foreseen: Kind is "yes" or "maybe"; Over says that it oversells.
type castNote struct {
	Kind, Says string
	Over       bool
	Href, Link string
}

// cast foresees what a booking will get; nil where its days or its position are still missing.
func (v *visit) cast(s shop, b ad.Booking) (*castView, error) {
	b = b.Tidy(s.clock)
	if b.From.IsZero() || b.Until.IsZero() || !b.Until.After(b.From) || !b.Until.After(v.now) || s.days(b) > 3660 {
		return nil, nil
	}
	f, err := v.Ads.Foresee(v.ctx(), b, v.now)
	if err != nil {
		return nil, err
	}
	c := &castView{Forecast: f}
	days := s.days(b)
	within := fmt.Sprintf("in %d days", days)
	if days == 1 {
		within = "in one day"
	}
	where := s.where(b.Aim)
	if where == "" {
		where = "the paper"
	}
	c.Strong = "About " + thousands(int(f.Viewed)) + " viewed"
	if b.Measure == ad.Clicked {
		c.Strong = "About " + thousands(int(f.Clicked)) + " clicked"
	}
	c.Says = fmt.Sprintf("%s, on %s views of %s.", within, thousands(int(f.Views)), where)
	if f.Thin && f.Views == 0 {
		c.Strong, c.Says = "Nobody can tell yet", within+": too little was measured of "+where+" so far."
	}
	c.draw(f)
	if c.Notes, err = v.castNotesOf(s, b, f); err != nil {
		return nil, err
	}
	c.From = restsOn(s, f)
	return c, nil
}

// draw parts the bar of all views.
func (c *castView) draw(f ad.Forecast) {
	all := max(f.Views, f.Sold+f.Viewed, 1)
	free := max(f.Views-f.Sold-f.Viewed, 0)
	c.This, c.Sold = int(f.Viewed*100/all), int(f.Sold*100/all)
	c.FreeAt = c.This + c.Sold
	c.Free = max(100-c.FreeAt, 0)
	c.ThisN, c.SoldN, c.FreeN = thousands(int(f.Viewed)), thousands(int(f.Sold)), thousands(int(free))
	c.Label = fmt.Sprintf("Of %s views: %s this booking, %s sold, %s free", thousands(int(f.Views)), c.ThisN, c.SoldN, c.FreeN)
}

func (v *visit) castNotesOf(s shop, b ad.Booking, f ad.Forecast) ([]castNote, error) {
	var notes []castNote
	if len(f.Displace) == 0 {
		notes = append(notes, castNote{Kind: "yes", Says: "Nobody is displaced."})
	}
	for _, id := range f.Displace {
		o, err := v.Ads.Booking(v.ctx(), id)
		if err != nil {
			return nil, err
		}
		notes = append(notes, castNote{Kind: "maybe", Over: true, Says: fmt.Sprintf("It displaces %s: %s, %s (%s) will get less than was promised.", s.buyers[o.Advertiser], s.position(o), s.when(o), s.promise(o)), Href: bookingAt(o), Link: "Look"})
	}
	switch {
	case f.Thin && f.Views == 0:
	case f.Views == 0 && b.Promise != ad.House:
		notes = append(notes, castNote{Kind: "maybe", Over: true, Says: "Nobody whom you aim at came in the time that was measured. It will hardly be shown."})
	case b.Promise == ad.Goal && !f.Enough:
		got := f.Viewed
		if b.Measure == ad.Clicked {
			got = f.Clicked
		}
		says := fmt.Sprintf("It will reach %s of %s.", thousands(int(got)), thousands(int(b.Goal)))
		until, err := v.enoughUntil(s, b)
		if err != nil {
			return nil, err
		}
		notes = append(notes, castNote{Kind: "maybe", Over: true, Says: strings.TrimSpace(says + " " + until)})
	}
	if f.Thin && f.Views > 0 {
		notes = append(notes, castNote{Kind: "maybe", Says: "Little was measured of whom you aim at: it may come otherwise."})
	}
	return notes, nil
}

// enoughUntil says with what last day a goal would be reached; "" where three weeks more are not enough.
func (v *visit) enoughUntil(s shop, b ad.Booking) (string, error) {
	last, ok := paper.Day(time.DateOnly, b.Last, s.clock)
	for _, days := range []int{3, 7, 14, 21} {
		if !ok {
			break
		}
		at := paper.Midnight(last.Year(), last.Month(), last.Day()+days, s.clock)
		b.Last = at.Format(time.DateOnly)
		f, err := v.Ads.Foresee(v.ctx(), b.Tidy(s.clock), v.now)
		if err != nil || f.Enough && len(f.Displace) == 0 {
			return "Until " + at.Format("2 January") + " it would.", err
		}
	}
	return "", nil
}

// restsOn says what a forecast was made of: "From the last 8 weeks; 28 Nov left out."
func restsOn(s shop, f ad.Forecast) string {
	if f.Weeks == 0 {
		return ""
	}
	says := fmt.Sprintf("From the last %d weeks", f.Weeks)
	if f.Weeks == 1 {
		says = "From the last week"
	}
	var out []string
	for _, d := range f.Outliers {
		if at, ok := paper.Day(time.DateOnly, d, s.clock); ok {
			out = append(out, at.Format("2 Jan"))
		}
	}
	if len(out) > 0 {
		says += "; " + strings.Join(out, ", ") + " left out"
	}
	return says + "."
}

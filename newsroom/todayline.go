package newsroom

import (
	"fmt"
	"strings"
	"time"

	"lede/desk"
)

// dayLine is the day drawn as a line, from 06:00 to midnight, or from midnight where something happens before.
type dayLine struct {
	Says  string // in words, for who cannot see it
	From  int    // the hour at which it begins
	Now   string // in per cent
	NowAt string
	Late  bool
	Ticks []tick
	Marks []mark
	Out   string // "9 out"
}

type tick struct {
	At    string
	Tall  bool
	Hour  string
	First bool
}

// mark is one thing on the line. Kind is "out", "due", "late" or "sch".
type mark struct {
	Kind, At, Says string
	Y              int
}

// weekDay is one of the days to come.
type weekDay struct {
	Name, Href string
	Due        int
	More       string
}

// fillDay draws the day and tells of the week.
func (v *visit) fillDay(p *todayPage) error {
	ask := v.asked(desk.Filter{}, 200)
	coming, err := v.Desk.Calendar(v.ctx(), ask, midnight(v.now, 0), midnight(v.now, 6))
	if err != nil {
		return err
	}
	out, err := v.Desk.OutTimes(v.ctx(), ask, midnight(v.now, 0))
	if err != nil {
		return err
	}
	if last, err := v.Desk.OutTimes(v.ctx(), desk.Asked{Mine: ask.Mine, MineAs: ask.MineAs, Limit: 1, Now: v.now}, v.now.AddDate(0, 0, -30)); err != nil {
		return err
	} else if len(last) > 0 {
		p.Last = lastOut(last[0].In(v.now.Location()), v.now)
	}
	p.Day = v.dayLine(coming, out)
	p.Week = v.week(coming)
	return nil
}

func lastOut(at, now time.Time) string {
	switch {
	case !at.Before(midnight(now, 0)):
		return "today at " + clock(at)
	case !at.Before(midnight(now, -1)):
		return "yesterday at " + clock(at)
	}
	return "on " + at.Format("Monday 2 January at 15:04")
}

// place is where a time stands on the line, in per cent.
func (d dayLine) place(at time.Time) string {
	hours := float64(at.Hour()) + float64(at.Minute())/60 - float64(d.From)
	return fmt.Sprintf("%.2f%%", min(100, max(0, hours/float64(24-d.From)*100)))
}

func (v *visit) dayLine(coming []desk.Coming, out []time.Time) dayLine {
	zone, end := v.now.Location(), midnight(v.now, 1)
	d := dayLine{From: 6, NowAt: clock(v.now)}
	early := func(at time.Time) {
		if at.In(zone).Hour() < 6 {
			d.From = 0
		}
	}
	early(v.now)
	for _, at := range out {
		early(at)
	}
	for _, c := range coming {
		if c.At.Before(end) {
			early(c.At)
		}
	}
	d.Now = d.place(v.now)
	for h := d.From; h <= 24; h++ {
		t := tick{At: fmt.Sprintf("%.2f%%", float64(h-d.From)/float64(24-d.From)*100), Tall: (h-d.From)%3 == 0}
		if t.Tall && h > d.From && h < 24 {
			t.Hour = fmt.Sprintf("%02d", h)
		}
		d.Ticks = append(d.Ticks, t)
	}
	for _, at := range out {
		d.Marks = append(d.Marks, mark{Kind: "out", At: d.place(at.In(zone))})
	}
	late, due, labels := 0, 0, 0
	var says []string
	for _, c := range coming {
		if !c.At.Before(end) {
			break
		}
		m := mark{Kind: "due", At: d.place(c.At.In(zone))}
		switch {
		case c.Kind == desk.ComesDue && c.At.Before(v.now):
			m.Kind = "late"
			late++
		case c.Kind == desk.ComesDue:
			due++
		case c.At.Before(v.now):
			continue
		default:
			m.Kind, m.Y = "sch", 11
			what := comes(c) + " " + clock(c.At.In(zone))
			says = append(says, strings.ToLower(what[:1])+what[1:])
			if labels < 2 { // a third would be written over these
				m.Says, m.Y = what, 11+14*labels
				labels++
			}
		}
		d.Marks = append(d.Marks, m)
	}
	if len(out) > 0 {
		d.Out = fmt.Sprintf("%d out", len(out))
	}
	d.Says = fmt.Sprintf("Today from %02d:00 to midnight: %d out, %d late, %d due. It is %s.", d.From, len(out), late, due, d.NowAt)
	if len(says) > 0 {
		d.Says += " " + strings.Join(says, "; ") + "."
	}
	return d
}

// comes says what happens in the calendar.
func comes(c desk.Coming) string {
	switch c.Kind {
	case desk.ComesOut:
		return "Goes out"
	case desk.ComesEmbargo:
		return "Embargo ends"
	case desk.ComesWithdrawal:
		return "Is withdrawn"
	}
	return "Due"
}

func (v *visit) week(coming []desk.Coming) []weekDay {
	var days []weekDay
	for n := 1; n <= 5; n++ {
		from, until := midnight(v.now, n), midnight(v.now, n+1)
		d := weekDay{Name: from.Format("Mon 2"), Href: "/newsroom/calendar?week=" + from.Format(time.DateOnly) + "#d" + from.Format(time.DateOnly)}
		counts := map[string]int{}
		for _, c := range coming {
			if !c.At.Before(from) && c.At.Before(until) {
				counts[c.Kind]++
			}
		}
		d.Due = counts[desk.ComesDue]
		switch {
		case counts[desk.ComesOut] > 0:
			d.More = fmt.Sprintf("%d scheduled", counts[desk.ComesOut])
		case counts[desk.ComesEmbargo] == 1:
			d.More = "1 embargo"
		case counts[desk.ComesEmbargo] > 1:
			d.More = fmt.Sprintf("%d embargoes", counts[desk.ComesEmbargo])
		case counts[desk.ComesWithdrawal] > 0:
			d.More = fmt.Sprintf("%d withdrawn", counts[desk.ComesWithdrawal])
		}
		days = append(days, d)
	}
	return days
}

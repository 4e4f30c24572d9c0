package newsroom

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// barChart is a chart of bars, placed by percentages so that its text keeps its size. Its plot is 150 px high and ends at 150.
type barChart struct {
	Bars   []bar
	Ticks  []gridLine
	Labels []chartLabel
	Says   string // the same for those who do not see it
	Goal   string // y of the line of what was promised or foreseen; "" for none
	GoalIs string
	top    float64
}

// bar is what was billed at one time, and above it what was rejected.
type bar struct {
	X, Width                  string
	Y, Height                 string
	RejectedY, RejectedHeight string
}

type gridLine struct{ Y, TextY, Says string }

type chartLabel struct{ X, Says string }

const plotHeight = 150

// chartOf draws lines of times; nil where there are too few to see anything in, or nothing at all.
func chartOf(lines []lineSold) *barChart {
	var most int64
	for _, l := range lines {
		most = max(most, l.tally.Billed+l.tally.Rejections())
	}
	if len(lines) < 2 || most == 0 {
		return nil
	}
	c := &barChart{}
	step := niceStep(float64(most) / 3)
	c.top = step * math.Ceil(float64(most)*1.02/step)
	for at := 0.0; at < c.top; at += step {
		c.Ticks = append(c.Ticks, gridLine{px(c.y(at)), px(c.y(at) + 4), many(int64(at))})
	}
	each := 100 / float64(len(lines))
	every := max(1, (len(lines)+5)/6)
	for i, l := range lines {
		x := each * float64(i)
		billed, rejected := float64(l.tally.Billed), float64(l.tally.Rejections())
		b := bar{X: percent(x + each*.13), Width: percent(each * .74), Y: px(c.y(billed)), Height: px(plotHeight - c.y(billed))}
		if rejected > 0 {
			height := c.y(billed) - c.y(billed+rejected)
			b.RejectedY, b.RejectedHeight = px(c.y(billed+rejected)-1.5), px(max(1, height))
		}
		c.Bars = append(c.Bars, b)
		if i%every == 0 {
			c.Labels = append(c.Labels, chartLabel{percent(x + each/2), shortened(l.Name)})
		}
	}
	c.Says = chartSays(lines)
	return c
}

// shortened leaves out of a time what all of a chart's have: the year, and of an hour what is behind it.
func shortened(name string) string {
	if at, err := time.Parse("2 Jan 2006", name); err == nil {
		return at.Format("2 Jan")
	}
	date, hour, ok := strings.Cut(name, ", ")
	if at, err := time.Parse("2 Jan 2006", date); ok && err == nil && len(hour) >= 5 {
		return at.Format("2 Jan ") + hour[:5]
	}
	return name
}

// goal draws a line at so much a day, if it lies within the chart.
func (c *barChart) goal(at float64, is string) {
	if at > 0 && at <= c.top {
		c.Goal, c.GoalIs = px(c.y(at)), is
	}
}

func (c *barChart) y(n float64) float64 { return plotHeight - plotHeight*n/c.top }

func px(n float64) string      { return fmt.Sprintf("%.1f", n) }
func percent(n float64) string { return fmt.Sprintf("%.3f%%", n) }

// niceStep is 1, 2 or 5 times a power of ten, at least n and at least 1.
func niceStep(n float64) float64 {
	if n <= 1 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(n)))
	for _, times := range []float64{1, 2, 5} {
		if power*times >= n {
			return power * times
		}
	}
	return power * 10
}

func chartSays(lines []lineSold) string {
	least, most, rejected := lines[0], lines[0], lines[0]
	for _, l := range lines {
		if l.tally.Billed < least.tally.Billed {
			least = l
		}
		if l.tally.Billed > most.tally.Billed {
			most = l
		}
		if l.tally.Rejections() > rejected.tally.Rejections() {
			rejected = l
		}
	}
	says := fmt.Sprintf("Between %s billed (%s) and %s (%s).", least.Billed, least.Name, most.Billed, most.Name)
	if rejected.tally.Rejections() > 0 {
		says += fmt.Sprintf(" Most were rejected on %s: %s.", rejected.Name, rejected.Rejected)
	}
	return says
}

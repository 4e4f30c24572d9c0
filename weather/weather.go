// Package weather says what the weather is at the paper's place, as somebody who measures or foretells it said it. Each provider is
// asked by its own contract, by one node for all, and no page ever waits for an answer.
package weather

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"lede/paper"
)

// Sky is what one sees looking up.
type Sky string

// The skies; "" is one nobody told us, or of a kind we do not know.
const (
	Clear     Sky = "clear"
	Fair      Sky = "fair" // clear, with a cloud here and there
	Partly    Sky = "partly"
	Cloudy    Sky = "cloudy"
	Fog       Sky = "fog"
	Haze      Sky = "haze" // dust, sand, smoke, ash
	Drizzle   Sky = "drizzle"
	LightRain Sky = "light rain"
	Rain      Sky = "rain"
	HeavyRain Sky = "heavy rain"
	Freezing  Sky = "freezing rain"
	Sleet     Sky = "sleet"
	LightSnow Sky = "light snow"
	Snow      Sky = "snow"
	HeavySnow Sky = "heavy snow"
	Thunder   Sky = "thunder"
)

// Point is the weather at a moment.
type Point struct {
	At      time.Time `json:"at"`
	Celsius float64   `json:"c"`
	Sky     Sky       `json:"sky,omitempty"`
	Night   bool      `json:"night,omitempty"` // as far as it is told
}

// Fahrenheit is the temperature in degrees Fahrenheit.
func (p Point) Fahrenheit() float64 { return p.Celsius*9/5 + 32 }

// Report is what a provider said of a place: one point for now, or a row of them, by time.
type Report struct {
	Points []Point `json:"points"`
}

// Day is what is foretold for one day of the paper's calendar.
type Day struct {
	Begins    time.Time // its first moment
	Low, High Point
	Sky       Sky // about one o'clock in the afternoon
}

// stale is how old the last good answer may be, and how long ago the moment it speaks of.
const stale = 2 * time.Hour

// The coldest and the warmest there is on Earth, in degrees Celsius, and a bit: -89.2 at Vostok, 56.7 in Death Valley (WMO). What lies
// outside was told in another unit, or by mistake.
const (
	coldest = -90
	warmest = 58
)

// farthest is how far a forecast may reach; mostPoints is how many moments it may speak of.
const (
	farthest   = 17 * 24 * time.Hour
	mostPoints = 500
)

// tidy puts the points in order, and says what is wrong with a report that came at now.
func (r *Report) tidy(now time.Time) error {
	slices.SortStableFunc(r.Points, func(a, b Point) int { return a.At.Compare(b.At) })
	r.Points = slices.CompactFunc(r.Points, func(a, b Point) bool { return a.At.Equal(b.At) })
	r.Points = slices.DeleteFunc(r.Points, func(p Point) bool { return p.At.After(now.Add(farthest)) })
	if len(r.Points) > mostPoints {
		r.Points = r.Points[:mostPoints]
	}
	for _, p := range r.Points {
		if !(p.Celsius >= coldest && p.Celsius <= warmest) {
			return fmt.Errorf("it speaks of %g degrees", p.Celsius)
		}
	}
	if len(r.Points) > 0 && r.Points[0].At.After(now) && !r.Points[0].At.After(now.Add(ahead)) {
		r.Points[0].At = now // their clock is a little before ours
	}
	at, known := r.at(now)
	switch {
	case len(r.Points) == 0:
		return fmt.Errorf("it holds no temperature")
	case !known:
		return fmt.Errorf("it speaks only of what is to come, from %s on", r.Points[0].At.UTC().Format(time.RFC3339))
	case now.Sub(r.Points[0].At) > stale || now.Sub(at.At) > stale: // an old forecast speaks of now too
		return fmt.Errorf("it is of %s", r.Points[0].At.UTC().Format(time.RFC3339))
	}
	return nil
}

// at is the last point that has come.
func (r Report) at(now time.Time) (Point, bool) {
	i, on := slices.BinarySearchFunc(r.Points, now, func(p Point, now time.Time) int { return p.At.Compare(now) })
	if on {
		return r.Points[i], true
	}
	if i == 0 {
		return Point{}, false
	}
	return r.Points[i-1], true
}

// Ahead are the next points after now, at most n.
func (r Report) Ahead(now time.Time, n int) []Point {
	i, on := slices.BinarySearchFunc(r.Points, now, func(p Point, now time.Time) int { return p.At.Compare(now) })
	if on {
		i++
	}
	rest := r.Points[i:]
	return rest[:min(n, len(rest))]
}

// Days are the days after that of now of which the report knows at least twelve hours, in the zone of now.
func (r Report) Days(now time.Time) []Day {
	var days []Day
	rest := r.Points
	for begins := paper.NextMidnight(now); len(rest) > 0; {
		ends := paper.NextMidnight(begins)
		var of []Point
		for len(rest) > 0 && rest[0].At.Before(ends) {
			if !rest[0].At.Before(begins) {
				of = append(of, rest[0])
			}
			rest = rest[1:]
		}
		if len(of) > 0 && of[len(of)-1].At.Sub(of[0].At) >= 12*time.Hour {
			days = append(days, dayOf(begins, of))
		}
		begins = ends
	}
	return days
}

func dayOf(begins time.Time, of []Point) Day {
	warmth := func(a, b Point) int { return cmp.Compare(a.Celsius, b.Celsius) }
	noon := begins.Add(13 * time.Hour)
	d := Day{Begins: begins, Low: slices.MinFunc(of, warmth), High: slices.MaxFunc(of, warmth)}
	d.Sky = slices.MinFunc(of, func(a, b Point) int { return cmp.Compare(a.At.Sub(noon).Abs(), b.At.Sub(noon).Abs()) }).Sky
	return d
}

package ad

import (
	"cmp"
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// How paces are set. Times are in minutes.
const (
	catchUp  = 20.0 // what is missing is made up within so long
	fastUp   = 8.0  // what is still to come of a goal that is to be reached as fast as possible is asked for within so long
	lookBack = 5.0  // readers who come now are those who came so lately
	yieldFor = 60.0 // what comes of an offer is what came of those of so lately
	settle   = 30 * time.Minute
)

// Pacer remembers between minutes how many readers came that a booking is for, and what came of its offers. Its zero value is new.
type Pacer struct {
	mu     sync.Mutex
	gauges map[int64]*gauge
}

// gauge is what is measured of one goal here. All sums fade.
type gauge struct {
	asked atomic.Int64 // positions, since the last minute

	begun            bool
	at               time.Time
	given            int64
	recent, minutes  float64 // positions that were asked for, in so many minutes
	counted, pressed float64 // what was counted, where so many positions were to be its
	wanted           float64 // the part that was set last
	anchor           time.Time
	anchored         int64 // what was given at anchor
	day              int
}

// Goals are the bookings of a plan that end with a number.
func (p *Plan) Goals() (ids []int64) {
	for _, r := range p.runs {
		if r.Goal > 0 {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// soon is how much earlier than it begins a booking is in a table.
const soon = 10 * time.Minute

// Table sets what part of the views each booking of a plan is to have from now on, until it is set again a minute later. given is what was
// delivered of each goal by now, on all nodes.
func (pc *Pacer) Table(p *Plan, now time.Time, given map[int64]map[Measure]int64) *Table {
	pc.mu.Lock()
	defer pc.mu.Unlock()
	t := &Table{at: now, plan: p, places: map[Place][]*candidate{}}
	old := pc.gauges
	pc.gauges = map[int64]*gauge{}
	for _, r := range p.runs {
		if !r.From.Before(now.Add(soon)) || !now.Before(r.Until) {
			continue
		}
		c := &candidate{run: r, part: 1}
		switch {
		case r.Promise == Share:
			c.part = 1 / float64(max(1, r.Share))
		case r.Promise == Bulk && r.Goal > 0 && given[r.ID][counts(r.Booking)] >= r.Goal:
			continue
		case r.Promise == Goal:
			if c.gauge = old[r.ID]; c.gauge == nil {
				c.gauge = &gauge{}
			}
			pc.gauges[r.ID] = c.gauge
			c.gauge.turn(now, given[r.ID][counts(r.Booking)])
			c.part, c.more = c.gauge.part(r, now, now.In(p.zone).YearDay())
		}
		t.places[r.Place] = append(t.places[r.Place], c)
	}
	for _, list := range t.places {
		inOrder(list)
	}
	return t
}

// counts is what a booking's number is of.
func counts(b Booking) Measure { return cmp.Or(b.Measure, Viewed) }

// turn closes the minute before.
func (g *gauge) turn(now time.Time, given int64) {
	if !g.begun {
		g.begun, g.at, g.given = true, now, given
		return
	}
	passed := now.Sub(g.at).Minutes()
	if passed < .5 {
		return
	}
	asked := float64(g.asked.Swap(0))
	g.recent, g.minutes = fade(g.recent, passed, lookBack)+asked, fade(g.minutes, passed, lookBack)+passed
	if rate := asked / passed; asked > 20 && rate > 2*g.recent/g.minutes { // all at once many more come: what was before tells nothing
		g.recent, g.minutes = asked, passed
	}
	g.counted = fade(g.counted, passed, yieldFor) + float64(given-g.given)
	g.pressed = fade(g.pressed, passed, yieldFor) + asked*g.wanted
	g.at, g.given = now, given
}

func fade(sum, passed, within float64) float64 { return sum * math.Exp(-passed/within) }

// part is what part of the views a goal is to have, and what more of those that nobody wants.
//
// A day begins with what is left to give, spread along the curve over what is left of the time; within the day whatever is missing or too
// much is made good within catchUp. The last half hour is for what is still missing then.
func (g *gauge) part(r *run, now time.Time, day int) (part, more float64) {
	aim := float64(r.Goal + r.Goal/200)
	given := float64(g.given)
	if given >= aim {
		g.wanted = 0
		return 0, 0
	}
	if g.anchor.IsZero() || g.day != day {
		g.anchor, g.anchored, g.day = now, g.given, day
	}
	comes := g.comes(r, now) * g.yield(r)
	left := max(1, min(catchUp, r.Until.Sub(now).Minutes()/2))
	need := g.due(r, aim, now.Add(time.Minute)) - g.due(r, aim, now) + (g.due(r, aim, now)-given)/left
	part = min(1, max(0, need/comes))
	if r.Pace == Fast {
		more = max(0, min(1, (aim-given)/fastUp/comes)-part)
	}
	g.wanted = part + more
	return part, more
}

// due is how much of a goal is to be given by a moment.
func (g *gauge) due(r *run, aim float64, at time.Time) float64 {
	end := r.Until.Add(-min(settle, r.Until.Sub(r.From)/12))
	from, to, whole := max(r.course.by(g.anchor), r.course.by(r.From)), r.course.by(at), r.course.by(end)
	if whole-from <= 0 || to >= whole {
		return aim
	}
	return float64(g.anchored) + (aim-float64(g.anchored))*max(0, to-from)/(whole-from)
}

// comes is how many positions a minute are asked for now that the goal is for. The curve counts for as much as two minutes.
func (g *gauge) comes(r *run, now time.Time) float64 {
	const trust = 2
	curve := r.course.by(now.Add(time.Minute)) - r.course.by(now)
	return max((g.recent+trust*curve)/(g.minutes+trust), 1e-3)
}

// yield is what is counted of a position that was to be the goal's: some are not seen, some another takes before. What is usual counts for
// as much as three of what is counted.
func (g *gauge) yield(r *run) float64 {
	const trust = 3
	usual := r.course.yield
	return min(20, max(usual/20, (g.counted+trust)/(g.pressed+trust/usual)))
}

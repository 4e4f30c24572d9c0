package ad

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"lede/paper"
)

// DayRoom is how free a position is on one day: Taken of its Parts are sold, by these bookings.
type DayRoom struct {
	Day          string
	Views        int64
	Parts, Taken int
	By           []int64
	Mine         bool // the booking in hand is for this day
}

// Foresee is what a booking will get, and who misses what was promised because of it.
func (s *Store) Foresee(ctx context.Context, b Booking, now time.Time) (Forecast, error) {
	c, others, given, err := s.foresight(ctx, b, now)
	if err != nil {
		return Forecast{}, err
	}
	return c.Foresee(b, others, given, now), nil
}

// Month is how free the position of a booking is on each day of a month; the month is that of the paper's clock.
func (s *Store) Month(ctx context.Context, b Booking, month time.Time, now time.Time) ([]DayRoom, error) {
	c, others, given, err := s.foresight(ctx, b, now)
	if err != nil {
		return nil, err
	}
	return c.month(b, others, given, month, now), nil
}

// foresight is what a forecast rests on: the curve, the other bookings in the same place, and what they were given so far.
func (s *Store) foresight(ctx context.Context, b Booking, now time.Time) (*Curve, []Booking, map[int64]map[Measure]int64, error) {
	p, err := s.papers.Get(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	c, err := s.curve(ctx, p.Clock(), now)
	if err != nil {
		return nil, nil, nil, err
	}
	all, err := s.Running(ctx, now)
	if err != nil {
		return nil, nil, nil, err
	}
	others := slices.DeleteFunc(all, func(o Booking) bool { return o.ID == b.ID || o.Place != b.Place })
	var goals []int64
	for _, o := range append(others, b) {
		if o.Promise == Goal {
			goals = append(goals, o.ID)
		}
	}
	given, err := s.Delivered(ctx, goals...)
	return c, others, given, err
}

// ample is how much more than its goal must be in sight before a booking is said to reach it: no week is quite like those before.
const ample = 1.03

// Foresee is what a booking will get beside others in its place, and who misses what was promised because of it. given is what goals have
// already. What was booked before is served before: a goal that would need what others were promised is told that it is not enough, and is
// then served after them.
func (c *Curve) Foresee(b Booking, others []Booking, given map[int64]map[Measure]int64, now time.Time) Forecast {
	f := Forecast{Weeks: c.Weeks, Outliers: c.Outliers, Thin: c.Weeks < 2 || len(b.Aim.Topics)+len(b.Aim.Articles)+len(b.Aim.Countries)+len(b.Aim.Regions) > 0}
	b.Forecast = Forecast{Enough: true}
	st := c.stock(append(slices.Clone(others), b), given, now)
	mine := len(others)
	st.allot(mine, -1)
	before := slices.Clone(st.got)
	views, free := 0.0, 0.0
	for _, lot := range st.lots {
		if lot.fits[mine] {
			views, free = views+lot.views, free+lot.views*lot.free
		}
	}
	st.allot(-1, -1)
	f.Displace = st.misses(before, mine)
	got := st.got[mine]
	f.Enough = st.reach[mine] >= st.want[mine]*st.margin(mine)
	if b.Promise == Goal && (len(f.Displace) > 0 || !f.Enough) {
		st.allot(-1, mine)
		got, f.Displace, f.Enough = st.got[mine], nil, false
	}
	if f.Views = int64(views + .5); f.Views == 0 {
		f.Thin = true
	}
	f.Sold = int64(views - free + .5)
	seen := st.seen[mine]
	f.Viewed, f.Clicked = int64(got*seen.yield(Viewed)+.5), int64(got*seen.yield(Clicked)+.5)
	if b.Promise == Goal {
		left := max(0, b.Goal-given[b.ID][counts(b)])
		switch counts(b) {
		case Rendered:
			f.Viewed = min(left, int64(got*seen.yield(Rendered)+.5))
		case Clicked:
			f.Clicked = min(left, f.Clicked)
		default:
			f.Viewed = min(left, f.Viewed)
		}
	}
	return f
}

// stock is what there will be of a place, in lots that the same bookings are for.
type stock struct {
	all   []Booking
	want  []float64 // positions each booking needs for what it promises
	got   []float64 // and will have
	reach []float64 // and could have, if it wanted more
	seen  []cellCount
	lots  []*lot
}

// lot is so many positions, of which a part is still free.
type lot struct {
	day   string // where days matter
	views float64
	free  float64
	fits  []bool // by booking
	by    []bool // who has a part of it
}

// stock counts what will be asked for from now until the last of all ends, or two months after the one in hand, which is the last of all.
func (c *Curve) stock(all []Booking, given map[int64]map[Measure]int64, now time.Time) *stock {
	return c.stockOf(all, given, now, func(time.Time) string { return "" })
}

func (c *Curve) stockOf(all []Booking, given map[int64]map[Measure]int64, now time.Time, day func(clock time.Time) string) *stock {
	st := &stock{all: all, want: make([]float64, len(all)), got: make([]float64, len(all)), reach: make([]float64, len(all)), seen: make([]cellCount, len(all))}
	rooms := map[string]*week{}
	for _, one := range c.cells {
		key := make([]byte, len(all))
		any := false
		for i, b := range all {
			if one.aimed(b.Place, b.Aim) {
				key[i], any = 1, true
				st.seen[i] = st.seen[i].plus(one.seen)
			}
		}
		if !any {
			continue
		}
		w := rooms[string(key)]
		if w == nil {
			w = &week{}
			rooms[string(key)] = w
		}
		for i, n := range one.asked {
			w[i] += n
		}
	}
	lots := map[string]*lot{}
	from, to := bounds(all, now)
	for at := HourOf(from, c.zone); at.Before(to); at = at.Add(time.Hour) {
		clock := at.In(c.zone)
		when := make([]byte, len(all))
		for i, b := range all {
			if !at.Before(b.From) && at.Before(b.Until) && meets(b.Aim.Days, []time.Weekday{clock.Weekday()}) && meets(b.Aim.Hours, []int{clock.Hour()}) {
				when[i] = 1
			}
		}
		for where, w := range rooms {
			st.put(lots, day(clock), where, when, w[hourOfWeek(clock)])
		}
	}
	for i, b := range all {
		if b.Promise == Goal {
			st.want[i] = max(0, float64(b.Goal+b.Goal/200-given[b.ID][counts(b)])) / st.seen[i].yield(counts(b))
		}
	}
	return st
}

// bounds are from when until when a forecast looks.
func bounds(all []Booking, now time.Time) (from, to time.Time) {
	mine := all[len(all)-1]
	last := mine.Until.AddDate(0, 2, 0)
	for _, b := range all {
		if b.Until.After(to) {
			to = b.Until
		}
	}
	if to.After(last) {
		to = last
	}
	return now, to
}

// put adds positions to the lot of those that are for the same bookings.
func (st *stock) put(lots map[string]*lot, day, where string, when []byte, views float64) {
	key := make([]byte, len(when), len(when)+len(day))
	any := false
	for i := range when {
		key[i] = when[i] & where[i]
		any = any || key[i] == 1
	}
	if views == 0 || !any {
		return
	}
	name := string(append(key, day...))
	l := lots[name]
	if l == nil {
		l = &lot{day: day, fits: make([]bool, len(when)), by: make([]bool, len(when))}
		for i := range when {
			l.fits[i] = key[i] == 1
		}
		lots[name] = l
		st.lots = append(st.lots, l)
	}
	l.views += views
}

// allot gives out the stock as Choose will, but without one booking, or with one after all other goals; -1 is none. What is flat or a share
// is given to the earlier booked first.
func (st *stock) allot(without, late int) {
	clear(st.got)
	for _, l := range st.lots {
		l.free = 1
		clear(l.by)
	}
	for _, i := range st.order(late) {
		if i == without || i != len(st.all)-1 && st.all[i].layer() >= layerBulk { // what nobody else bought is free
			continue
		}
		part := 1.0
		switch st.all[i].Promise {
		case Share:
			part = 1 / float64(max(1, st.all[i].Share))
		case Goal:
			part = st.level(i)
		}
		if p := st.all[i].Promise; p == Flat || p == Share {
			st.want[i] = part * st.sum(i, func(*lot) float64 { return 1 })
		}
		st.reach[i] = st.sum(i, func(l *lot) float64 { return l.free })
		if p := st.all[i].Promise; p == Flat || p == Share {
			st.reach[i] = st.sum(i, func(l *lot) float64 { return min(part, l.free) })
		}
		for _, l := range st.lots {
			if l.fits[i] {
				taken := min(part, l.free)
				l.free -= taken
				l.by[i] = taken > 1e-6
				st.got[i] += taken * l.views
			}
		}
	}
}

// order is in which bookings are served: layer by layer, goals by how much of what fits them they need, else by when they were made.
func (st *stock) order(late int) []int {
	need := make([]float64, len(st.all))
	list := make([]int, len(st.all))
	for i := range list {
		list[i] = i
		need[i] = st.want[i] / max(1e-9, st.sum(i, func(*lot) float64 { return 1 }))
	}
	layer := func(i int) int {
		if i == late {
			return layerHoped*10 + 1
		}
		return st.all[i].layer() * 10
	}
	slices.SortStableFunc(list, func(a, b int) int {
		if c := cmp.Compare(layer(a), layer(b)); c != 0 {
			return c
		}
		if st.all[a].Promise == Goal {
			return cmp.Compare(need[b], need[a])
		}
		return a - b
	})
	return list
}

func (st *stock) sum(i int, part func(*lot) float64) (sum float64) {
	for _, l := range st.lots {
		if l.fits[i] {
			sum += part(l) * l.views
		}
	}
	return sum
}

// level is the part of every lot that a goal takes so that it has what it wants: the whole where that is not enough.
func (st *stock) level(i int) float64 {
	low, high := 0.0, 1.0
	for range 40 {
		mid := (low + high) / 2
		if st.sum(i, func(l *lot) float64 { return min(mid, l.free) }) < st.want[i] {
			low = mid
		} else {
			high = mid
		}
	}
	return high
}

// margin is how much more than what it wants a booking should find.
func (st *stock) margin(i int) float64 {
	if st.all[i].Promise == Goal {
		return ample
	}
	return .995
}

// misses are the bookings that had what they were promised, and have not because of mine.
func (st *stock) misses(before []float64, mine int) (ids []int64) {
	for i, b := range st.all {
		if i != mine && b.layer() <= layerGoal && st.got[i] < before[i]*.99 && st.got[i] < st.want[i]*.995 {
			ids = append(ids, b.ID)
		}
	}
	// Flat and shares that stand already keep what they have in allot; that more was promised than there is still is told of them.
	if p := st.all[mine].Promise; (p == Flat || p == Share) && st.got[mine] < st.want[mine]*.995 {
		for i, b := range st.all {
			if i != mine && b.layer() <= layerShare && st.meet(i, mine) {
				ids = append(ids, b.ID)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// meet tells whether two bookings are for some of the same positions.
func (st *stock) meet(i, j int) bool {
	return slices.ContainsFunc(st.lots, func(l *lot) bool { return l.fits[i] && l.fits[j] })
}

// month is how free each day is. Where nothing was counted yet, only what was promised flat or as a share is taken.
func (c *Curve) month(b Booking, others []Booking, given map[int64]map[Measure]int64, month, now time.Time) []DayRoom {
	local := month.In(c.zone)
	begins := paper.Midnight(local.Year(), local.Month(), 1, c.zone)
	ends := paper.Midnight(local.Year(), local.Month()+1, 1, c.zone)
	whole := b // all days of the month, whatever the booking's own are
	whole.From, whole.Until = begins.Add(-time.Minute), ends
	st := c.stockOf(append(slices.Clone(others), whole), given, now, func(clock time.Time) string { return clock.Format(time.DateOnly) })
	mine := len(others)
	st.allot(mine, -1)
	parts := 3
	if b.Promise == Share && b.Share > 0 {
		parts = b.Share
	}
	var rooms []DayRoom
	for at := begins; at.Before(ends); at = paper.NextMidnight(at.In(c.zone)) {
		day := at.In(c.zone).Format(time.DateOnly)
		r := DayRoom{Day: day, Parts: parts, Mine: b.First <= day && day <= b.Last}
		by := make([]bool, len(others))
		promised, views, free := 0.0, 0.0, 0.0
		for i, o := range others {
			if part := partOf(o); part > 0 && at.Before(o.Until) && !at.Before(o.From) && overlap(o.Aim, b.Aim) {
				promised += part
				by[i] = true
			}
		}
		for _, l := range st.lots {
			if l.day != day || !l.fits[mine] {
				continue
			}
			views, free = views+l.views, free+l.views*l.free
			for i := range others {
				by[i] = by[i] || l.by[i] && others[i].layer() <= layerHoped
			}
		}
		for i, o := range others {
			if by[i] {
				r.By = append(r.By, o.ID)
			}
		}
		sold := promised
		if views > 0 {
			sold = 1 - free/views
		}
		r.Views, r.Taken = int64(views+.5), min(parts, int(math.Round(sold*float64(parts))))
		rooms = append(rooms, r)
	}
	return rooms
}

// overlap tells whether two may be aimed at the same sections.
func overlap(a, b Aim) bool {
	return len(a.Sections) == 0 || len(b.Sections) == 0 || meets(a.Sections, b.Sections)
}

// partOf is how much of all views a booking is promised.
func partOf(b Booking) float64 {
	switch {
	case b.Promise == Flat:
		return 1
	case b.Promise == Share && b.Share > 0:
		return 1 / float64(b.Share)
	}
	return 0
}

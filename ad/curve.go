package ad

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"lede/internal/db"
	"lede/paper"
	"lede/section"
)

// HourOf is the beginning of the hour of at by the clock in a zone: at half past by the world's clock where a zone differs by half an hour.
func HourOf(at time.Time, zone *time.Location) time.Time {
	c := at.In(zone)
	return c.Add(-time.Duration(c.Minute())*time.Minute - time.Duration(c.Second())*time.Second - time.Duration(c.Nanosecond())).UTC()
}

// Traffic is how often positions were asked for within an hour, and what came of it.
type Traffic struct {
	Hour                             time.Time
	Place                            Place
	Kind                             PageKind
	Section                          int64
	Lang                             string
	Device                           Device
	Asked, Rendered, Viewed, Clicked int64
}

// cellKey names what is counted together.
type cellKey struct {
	hour    int64
	place   Place
	kind    PageKind
	section int64
	lang    string
	device  Device
}

type cellCount struct{ asked, rendered, viewed, clicked int64 }

func (c cellCount) plus(o cellCount) cellCount {
	return cellCount{c.asked + o.asked, c.rendered + o.rendered, c.viewed + o.viewed, c.clicked + o.clicked}
}

// heaps counts traffic in memory until it is flushed.
type heaps struct {
	mu    sync.Mutex
	cells map[cellKey]*cellCount
}

func (t *heaps) add(k cellKey, c cellCount) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.cells == nil {
		t.cells = map[cellKey]*cellCount{}
	}
	was := t.cells[k]
	if was == nil {
		was = &cellCount{}
		t.cells[k] = was
	}
	*was = was.plus(c)
}

// Asked counts that positions were asked for, for the paper's curve and the pace of goals. It is called once for each position that is asked
// for, also where all of its page were decided, and not for robots. It keeps nothing but numbers of the hour.
func (s *Store) Asked(page Page, spots []Place, v Visit) {
	t := s.table.Load()
	if t == nil {
		return
	}
	t.Asked(page, spots, v)
	for _, p := range spots {
		s.traffic.add(cellKey{db.Micros(HourOf(v.At, t.plan.zone)), p, page.Kind, page.Section(), page.Lang, v.Device}, cellCount{asked: 1})
	}
}

// Seen counts that an offer was rendered, viewed or clicked, in the hour in which it was made.
func (s *Store) Seen(o Offer, m Measure) {
	t := s.table.Load()
	if t == nil {
		return
	}
	var c cellCount
	switch m {
	case Rendered:
		c.rendered = 1
	case Viewed:
		c.viewed = 1
	case Clicked:
		c.clicked = 1
	}
	s.traffic.add(cellKey{db.Micros(HourOf(o.At, t.plan.zone)), o.Place, o.Kind, o.Section, o.Lang, o.Device}, c)
}

// Flush writes down what was counted in memory. What cannot be written now is kept for the next time.
func (s *Store) Flush(ctx context.Context) error {
	s.traffic.mu.Lock()
	cells := s.traffic.cells
	s.traffic.cells = nil
	s.traffic.mu.Unlock()
	if len(cells) == 0 {
		return nil
	}
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		for _, k := range slices.SortedFunc(maps.Keys(cells), cellKey.compare) { // in one order, so that two nodes do not wait for each other
			c := cells[k]
			_, err := q.ExecContext(ctx, `insert into ad_traffic (hour, place, page_kind, section_id, lang, device, asked, rendered, viewed, clicked)
				values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (hour, place, page_kind, section_id, lang, device) do update set
				asked = ad_traffic.asked + excluded.asked, rendered = ad_traffic.rendered + excluded.rendered,
				viewed = ad_traffic.viewed + excluded.viewed, clicked = ad_traffic.clicked + excluded.clicked`,
				k.hour, k.place, k.kind, k.section, k.lang, k.device, c.asked, c.rendered, c.viewed, c.clicked)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		for k, c := range cells {
			s.traffic.add(k, *c)
		}
	}
	return err
}

func (k cellKey) compare(o cellKey) int {
	return cmp.Or(cmp.Compare(k.hour, o.hour), cmp.Compare(k.place, o.place), cmp.Compare(k.kind, o.kind), cmp.Compare(k.section, o.section),
		cmp.Compare(k.lang, o.lang), cmp.Compare(k.device, o.device))
}

// Curve is how many readers come at which hour of a week, by what they read and where.
type Curve struct {
	zone     *time.Location
	cells    []*room
	Weeks    int      // it rests on
	Outliers []string // days that are left out, "2026-11-28"
	Days     int      // on which something was counted

	mu      sync.Mutex
	courses map[[2]int64]course // by booking and version
}

// week is a number for each hour of a week, by the paper's clock, from Sunday on.
type week [7 * 24]float64

func hourOfWeek(clock time.Time) int { return int(clock.Weekday())*24 + clock.Hour() }

// room is what is counted together, on the average.
type room struct {
	page   Page
	place  Place
	device Device
	asked  week
	seen   cellCount
}

// aimed tells whether a booking may be shown where the room was counted. Topics, articles and countries are not counted apart.
func (c *room) aimed(p Place, a Aim) bool {
	a.Topics, a.Articles, a.Countries, a.Regions = nil, nil, nil, nil
	return c.place == p && a.OnPage(c.page) && meets(a.Devices, []Device{c.device})
}

// window is how far back a curve looks.
const window = 8 * 7

// NewCurve is the curve of what was counted until now, by the clock in zone. Days on which far more or far fewer came than usual on such a
// day of the week are left out. line gives a section and those above it.
func NewCurve(zone *time.Location, rows []Traffic, line func(section int64) []int64, now time.Time) *Curve {
	c := &Curve{zone: zone, courses: map[[2]int64]course{}}
	if len(rows) == 0 {
		return c
	}
	from, to := span(rows, zone, now)
	c.Days = int(to.Sub(from).Hours()/24 + .5)
	c.Weeks = c.Days / 7
	out := c.outliers(rows, from, to)
	var hours week // how often each came
	for at := from; at.Before(to); at = at.Add(time.Hour) {
		if clock := at.In(zone); !out[clock.Format(time.DateOnly)] {
			hours[hourOfWeek(clock)]++
		}
	}
	cells := map[cellKey]*room{}
	for _, r := range rows {
		clock := r.Hour.In(zone)
		if r.Hour.Before(from) || !r.Hour.Before(to) || out[clock.Format(time.DateOnly)] {
			continue
		}
		k := cellKey{0, r.Place, r.Kind, r.Section, r.Lang, r.Device}
		one := cells[k]
		if one == nil {
			one = &room{page: Page{Kind: r.Kind, Sections: line(r.Section), Lang: r.Lang}, place: r.Place, device: r.Device}
			cells[k] = one
		}
		one.asked[hourOfWeek(clock)] += float64(r.Asked)
		one.seen = one.seen.plus(cellCount{r.Asked, r.Rendered, r.Viewed, r.Clicked})
	}
	for _, k := range slices.SortedFunc(maps.Keys(cells), cellKey.compare) {
		cells[k].asked.average(hours)
		c.cells = append(c.cells, cells[k])
	}
	return c
}

// span is from when until when counts are used: whole days, where there is a week of them, and at most window of them.
func span(rows []Traffic, zone *time.Location, now time.Time) (from, to time.Time) {
	from = rows[0].Hour
	for _, r := range rows {
		if r.Hour.Before(from) {
			from = r.Hour
		}
	}
	to = HourOf(now, zone)
	local := now.In(zone)
	today := paper.Midnight(local.Year(), local.Month(), local.Day(), zone)
	if oldest := paper.Midnight(local.Year(), local.Month(), local.Day()-window, zone); from.Before(oldest) {
		from = oldest
	}
	first := from.In(zone)
	if !paper.Midnight(first.Year(), first.Month(), first.Day(), zone).Equal(from) {
		first = paper.NextMidnight(first)
	}
	if today.Sub(first) >= 167*time.Hour {
		return first.UTC(), today.UTC()
	}
	return from, to
}

// average makes means of sums; an hour of the week that never came is as that hour of other days.
func (w *week) average(hours week) {
	var day, times [24]float64
	for i := range w {
		day[i%24] += w[i]
		times[i%24] += hours[i]
	}
	for i := range w {
		switch {
		case hours[i] > 0:
			w[i] /= hours[i]
		case times[i%24] > 0:
			w[i] = day[i%24] / times[i%24]
		}
	}
}

// outliers are the whole days that are far from the median of such days of the week.
func (c *Curve) outliers(rows []Traffic, from, to time.Time) map[string]bool {
	sums := map[string]float64{}
	for _, r := range rows {
		if !r.Hour.Before(from) && r.Hour.Before(to) {
			sums[r.Hour.In(c.zone).Format(time.DateOnly)] += float64(r.Asked)
		}
	}
	var alike [7][]float64
	for day, n := range sums {
		at, _ := time.Parse(time.DateOnly, day)
		alike[at.Weekday()] = append(alike[at.Weekday()], n)
	}
	out := map[string]bool{}
	for day, n := range sums {
		at, _ := time.Parse(time.DateOnly, day)
		list := alike[at.Weekday()]
		if len(list) < 3 {
			continue
		}
		slices.Sort(list)
		if usual := list[len(list)/2]; n > 1.35*usual || n < .65*usual {
			out[day] = true
		}
	}
	c.Outliers = slices.Sorted(maps.Keys(out))
	return out
}

// course is how many positions will be asked for that a booking is for, hour by hour of its time.
type course struct {
	from  time.Time
	sums  []float64 // up to each hour
	yield float64   // what is usually counted of one
}

// course is a booking's. Where nothing was counted yet, every hour is like every other.
func (c *Curve) course(b Booking) course {
	key := [2]int64{b.ID, b.Version}
	c.mu.Lock()
	defer c.mu.Unlock()
	if known, ok := c.courses[key]; ok {
		return known
	}
	made := c.make(b)
	c.courses[key] = made
	return made
}

func (c *Curve) make(b Booking) course {
	asked, seen := c.sum(b)
	made := course{from: HourOf(b.From, c.zone), sums: []float64{0}, yield: seen.yield(b.Measure)}
	sum := 0.0
	for at := made.from; at.Before(b.Until); at = at.Add(time.Hour) {
		if clock := at.In(c.zone); meets(b.Aim.Days, []time.Weekday{clock.Weekday()}) && meets(b.Aim.Hours, []int{clock.Hour()}) {
			sum += max(asked[hourOfWeek(clock)], 1e-6)
		}
		made.sums = append(made.sums, sum)
	}
	return made
}

// sum is the week of all that a booking is for.
func (c *Curve) sum(b Booking) (asked week, seen cellCount) {
	for _, one := range c.cells {
		if !one.aimed(b.Place, b.Aim) {
			continue
		}
		for i, n := range one.asked {
			asked[i] += n
		}
		seen = seen.plus(one.seen)
	}
	return asked, seen
}

// What is usual where too little was measured: of what is asked for almost all is rendered, six of ten are viewed, one in a thousand is
// clicked.
const (
	usualRendered = .95
	usualViewed   = .6
	usualClicked  = .001
)

// yield is what is counted of one position, as a part.
func (c cellCount) yield(m Measure) float64 {
	const trust = 200
	of := func(n int64, usual float64) float64 {
		return usualRendered * (float64(n) + trust*usual) / (float64(c.rendered) + trust)
	}
	switch m {
	case Rendered:
		return usualRendered
	case Clicked:
		return max(1e-5, of(c.clicked, usualClicked))
	}
	return max(.01, of(c.viewed, usualViewed))
}

// by is how many were asked for by a moment.
func (c course) by(at time.Time) float64 {
	passed := at.Sub(c.from).Hours()
	if passed <= 0 || len(c.sums) < 2 {
		return 0
	}
	n := int(passed)
	if n >= len(c.sums)-1 {
		return c.sums[len(c.sums)-1]
	}
	return c.sums[n] + (c.sums[n+1]-c.sums[n])*(passed-float64(n))
}

// curves keeps the curve of a day.
type curves struct {
	mu    sync.Mutex
	last  *Curve
	until time.Time
}

// curve is the paper's: read anew when a day begins by its clock, and each hour until a week has passed.
func (s *Store) curve(ctx context.Context, zone *time.Location, now time.Time) (*Curve, error) {
	s.curves.mu.Lock()
	defer s.curves.mu.Unlock()
	if c := s.curves.last; c != nil && now.Before(s.curves.until) && c.zone.String() == zone.String() {
		return c, nil
	}
	tree, err := s.sections.Tree(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := s.traffics(ctx, now.AddDate(0, 0, -window-2), now)
	if err != nil {
		return nil, err
	}
	c := NewCurve(zone, rows, above(tree), now)
	s.curves.last, s.curves.until = c, paper.NextMidnight(now.In(zone))
	if c.Weeks == 0 {
		s.curves.until = HourOf(now, zone).Add(time.Hour)
	}
	return c, nil
}

// above gives a section of a tree and those above it.
func above(tree section.Tree) func(int64) []int64 {
	return func(id int64) []int64 { return In(tree, id) }
}

func (s *Store) traffics(ctx context.Context, from, to time.Time) ([]Traffic, error) {
	rows, err := s.db.Read().QueryContext(ctx, `select hour, place, page_kind, section_id, lang, device, asked, rendered, viewed, clicked from ad_traffic
		where hour >= $1 and hour < $2`, db.Micros(from), db.Micros(to))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Traffic
	for rows.Next() {
		var r Traffic
		var hour int64
		if err := rows.Scan(&hour, &r.Place, &r.Kind, &r.Section, &r.Lang, &r.Device, &r.Asked, &r.Rendered, &r.Viewed, &r.Clicked); err != nil {
			return nil, err
		}
		r.Hour = db.Time(hour)
		all = append(all, r)
	}
	return all, rows.Err()
}

package ad

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"lede/internal/db"
)

// Running is a booking that runs, or will, with the ads it shows.
type Running struct {
	Booking
	Shown []Ad // in the order in which they take turns; Version is what readers get
}

// Plan is all that is needed to decide what stands in a position, as it was at one moment. It is never changed.
type Plan struct {
	zone  *time.Location
	rules Rules
	runs  []*run // the first served first
}

// run is a booking of a plan.
type run struct {
	Booking
	shown  []Ad
	fits   map[Device][]int // which of shown stand in the position on a screen
	layer  int
	course course
}

// The layers of a position: what stands in an upper one is served before what stands in a lower one.
const (
	layerFlat = iota
	layerShare
	layerGoal
	layerHoped // goals that were said not to be reachable when they were booked: they never take from those that are
	layerBulk
	layerHouse
)

func (b Booking) layer() int {
	switch b.Promise {
	case Flat:
		return layerFlat
	case Share:
		return layerShare
	case Goal:
		if b.Forecast.Enough || b.Forecast.Thin {
			return layerGoal
		}
		return layerHoped
	case Bulk:
		return layerBulk
	}
	return layerHouse
}

// NewPlan is a plan by the paper's clock; c tells how many readers come when. A booking with nothing to show is not in it.
func NewPlan(zone *time.Location, rules Rules, all []Running, c *Curve) *Plan {
	p := &Plan{zone: zone, rules: rules}
	for _, one := range all {
		r := &run{Booking: one.Booking, shown: one.Shown, fits: map[Device][]int{}, layer: one.layer()}
		for _, d := range Devices() {
			for i, a := range one.Shown {
				if _, ok := a.Fits(a.Form, one.Place.Box(d)); ok {
					r.fits[d] = append(r.fits[d], i)
				}
			}
		}
		if len(r.fits) == 0 || slices.Contains(rules.Closed, one.Place) {
			continue
		}
		if r.Goal > 0 {
			r.course = c.course(one.Booking)
		}
		p.runs = append(p.runs, r)
	}
	slices.SortStableFunc(p.runs, func(a, b *run) int { return cmp.Or(a.layer-b.layer, cmp.Compare(a.ID, b.ID)) })
	return p
}

// on tells whether a run may be shown on a page at a moment, whoever reads it.
func (r *run) on(page Page, now time.Time) bool {
	return !now.Before(r.From) && now.Before(r.Until) && r.Aim.OnPage(page)
}

// viewed tells whether what a run gives is counted by views, which a page without a script cannot tell.
func (r *run) viewed() bool {
	return r.Pricing == PerThousand || r.Promise == Goal && r.Measure == Viewed
}

// HouseCard is the card that stands behind the frame of a position: the house's own ad there. Its zero value is none.
type HouseCard struct {
	Ad   int64
	Form Form
	Content
}

// Standing tells which places of a page may show something, and until when that holds.
type Standing struct {
	Places map[Place]HouseCard
	Until  time.Time // zero: until a booking changes
}

// Stands tells what may stand on a page at a moment, whoever reads it.
func (p *Plan) Stands(page Page, now time.Time) Standing {
	s := Standing{Places: map[Place]HouseCard{}}
	if p.rules.Bars(page) {
		return s
	}
	clock := now.In(p.zone)
	for _, r := range p.runs {
		if !r.Aim.OnPage(page) || !now.Before(r.Until) {
			continue
		}
		s.changes(r.change(now, clock))
		if now.Before(r.From) || !meets(r.Aim.Days, []time.Weekday{clock.Weekday()}) || !meets(r.Aim.Hours, []int{clock.Hour()}) {
			continue
		}
		house := s.Places[r.Place]
		if r.Promise == House && house.Ad == 0 {
			a := r.shown[0]
			house = HouseCard{a.ID, a.Form, a.Content}
		}
		s.Places[r.Place] = house
	}
	return s
}

// changes has what stands hold until at, if not less.
func (s *Standing) changes(at time.Time) {
	if s.Until.IsZero() || at.Before(s.Until) {
		s.Until = at
	}
}

// change is the next moment at which a run may begin or end to stand, by its time and its hours.
func (r *run) change(now, clock time.Time) time.Time {
	if now.Before(r.From) {
		return r.From
	}
	if len(r.Aim.Days)+len(r.Aim.Hours) > 0 {
		if next := HourOf(now, clock.Location()).Add(time.Hour); next.Before(r.Until) {
			return next
		}
	}
	return r.Until
}

// deciding is what a store has in memory to decide with.
type deciding struct {
	table   atomic.Pointer[Table]
	turn    atomic.Int64 // how often what it was made of changed
	making  sync.Mutex   // held by whoever makes it anew
	pacer   Pacer
	traffic heaps
	seed    drawSeed
	seeding sync.Once
	curves  curves
	minute  atomic.Int64 // the last one that was begun
}

// Forget has what may stand in positions read anew.
func (s *Store) Forget() {
	s.turn.Add(1)
	s.table.Store(nil)
}

// stale is when what decides is too old to wait for the next while the last one serves.
const stale = 2 * time.Minute

// now is what decides, as of this minute; the first who asks within a minute has it made anew, and is served by the last one meanwhile.
func (s *Store) now(ctx context.Context, now time.Time) (*Table, error) {
	if t := s.table.Load(); t != nil && now.Sub(t.at).Abs() < stale {
		s.pass(ctx, now)
		return t, nil
	}
	s.making.Lock()
	defer s.making.Unlock()
	if t := s.table.Load(); t != nil && now.Sub(t.at).Abs() < stale {
		return t, nil
	}
	return s.makeTable(ctx, now)
}

// pass begins a minute, unless it has begun.
func (s *Store) pass(ctx context.Context, now time.Time) {
	last, minute := s.minute.Load(), now.Unix()/60
	if minute <= last || !s.minute.CompareAndSwap(last, minute) {
		return
	}
	go func() {
		if err := s.Minute(context.WithoutCancel(ctx), now); err != nil {
			slog.Error("positions keep the pace of the last minute", "error", err)
		}
	}()
}

// Minute writes down what was counted since the last one, and sets the pace for the next. Every node does so for itself.
func (s *Store) Minute(ctx context.Context, now time.Time) error {
	s.minute.Store(max(s.minute.Load(), now.Unix()/60))
	err := s.Flush(ctx)
	s.making.Lock()
	defer s.making.Unlock()
	_, failed := s.makeTable(ctx, now)
	return errors.Join(err, failed)
}

// makeTable reads what runs, and sets its pace by what the ledger has counted.
func (s *Store) makeTable(ctx context.Context, now time.Time) (*Table, error) {
	turn := s.turn.Load()
	p, err := s.plan(ctx, now)
	if err != nil {
		return nil, err
	}
	given, err := s.Delivered(ctx, p.Goals()...)
	if err != nil {
		return nil, err
	}
	t := s.pacer.Table(p, now, given)
	if s.table.Store(t); s.turn.Load() != turn { // it changed meanwhile
		s.table.Store(nil)
	}
	return t, nil
}

// plan reads what runs at now, or will.
func (s *Store) plan(ctx context.Context, now time.Time) (*Plan, error) {
	rules, err := s.Rules(ctx)
	if err != nil {
		return nil, err
	}
	paper, err := s.papers.Get(ctx)
	if err != nil {
		return nil, err
	}
	all, err := s.running(ctx, now)
	if err != nil {
		return nil, err
	}
	c, err := s.curve(ctx, paper.Clock(), now)
	if err != nil {
		return nil, err
	}
	return NewPlan(paper.Clock(), rules, all, c), nil
}

// running are the bookings that run at now, or will, with their ads.
func (s *Store) running(ctx context.Context, now time.Time) ([]Running, error) {
	bookings, err := s.Running(ctx, now)
	if err != nil {
		return nil, err
	}
	all := make([]Running, len(bookings))
	place := map[int64]int{}
	for i, b := range bookings {
		all[i].Booking, place[b.ID] = b, i
	}
	rows, err := s.db.Read().QueryContext(ctx, `select j.booking_id, a.id, a.advertiser_id, a.shown_version, a.name, a.form, v.what from booking_ad j
		join booking b on b.id = j.booking_id and b.runs = 1 and b.until_at > $1
		join ad a on a.id = j.ad_id and a.shown_version > 0
		join ad_version v on v.ad_id = a.id and v.version = a.shown_version
		order by j.booking_id, j.place, a.id`, db.Micros(now))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var booking int64
		var a Ad
		var what string
		if err := rows.Scan(&booking, &a.ID, &a.Advertiser, &a.Version, &a.Name, &a.Form, &what); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(what), &a.Content); err != nil {
			return nil, fmt.Errorf("ad %d: %w", a.ID, err)
		}
		if i, ok := place[booking]; ok {
			all[i].Shown = append(all[i].Shown, a)
		}
	}
	return all, rows.Err()
}

// Stands tells what may stand on a page at now, whoever reads it: by the page, the time and the paper's clock. now may lie ahead or behind,
// for previews.
func (s *Store) Stands(ctx context.Context, page Page, now time.Time) (Standing, error) {
	if t := s.table.Load(); t != nil && now.After(t.at.Add(-stale)) {
		return t.plan.Stands(page, now), nil
	}
	if t := s.table.Load(); t != nil { // what ended since then is not in its plan
		p, err := s.plan(ctx, now)
		if err != nil {
			return Standing{}, err
		}
		return p.Stands(page, now), nil
	}
	t, err := s.now(ctx, now)
	if err != nil {
		return Standing{}, err
	}
	return t.plan.Stands(page, now), nil
}

package ad

import (
	"context"
	"errors"
	"math/bits"
	"slices"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
	"lede/paper"
)

// Debt is a goal that was not reached when its time was over.
type Debt struct {
	Booking
	Given int64 // of what the goal counts
	Good  int64 // what bookings that make it good promise
}

// Missing is what is still to be made good.
func (d Debt) Missing() int64 { return max(0, d.Goal-d.Given-d.Good) }

// Owed is what a booking of a goal missed; fault.NotFound where it is none, or not over.
func (s *Store) Owed(ctx context.Context, id int64, now time.Time) (Debt, error) {
	b, err := s.Booking(ctx, id)
	if err != nil {
		return Debt{}, err
	}
	if b.Promise != Goal || b.Stage == Draft || b.Stage == Cancelled || !b.Over(now) {
		return Debt{}, fault.NotFound
	}
	given, err := s.Delivered(ctx, id)
	if err != nil {
		return Debt{}, err
	}
	d := Debt{Booking: b, Given: given[id][b.Measure]}
	d.Good, err = goodIn(ctx, s.db.Read(), id)
	return d, err
}

// goodIn is what others promise to make a booking good.
func goodIn(ctx context.Context, q db.Q, id int64) (n int64, err error) {
	err = q.QueryRowContext(ctx, `select cast(coalesce(sum(goal), 0) as bigint) from booking where good_of = $1 and stage <> $2`, id, string(Cancelled)).Scan(&n)
	return n, err
}

// Debts are all goals that were not reached and are not made good, those that ended last first.
func (s *Store) Debts(ctx context.Context, now time.Time) ([]Debt, error) {
	ids, err := db.Column[int64](ctx, s.db.Read(), `select b.id from booking b left join ad_total t on t.booking_id = b.id and t.measure = b.measure
		where b.promise = $1 and b.stage in ($2, $3) and b.until_at <= $4 and b.goal > coalesce(t.n, 0)
		and b.goal - coalesce(t.n, 0) > coalesce((select sum(g.goal) from booking g where g.good_of = b.id and g.stage <> $5), 0)
		order by b.until_at desc, b.id desc limit 200`, string(Goal), string(Booked), string(Paused), db.Micros(now), string(Cancelled))
	if err != nil {
		return nil, err
	}
	var all []Debt
	for _, id := range ids {
		d, err := s.Owed(ctx, id, now)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// MakeGood makes an order for what a booking missed, a draft without a price from one day until another, both included, for the same
// position, aim and ads. Where nothing is missing, or the days make no sense, it is a fault.Invalid or a fault.Form.
func (s *Store) MakeGood(ctx context.Context, id int64, first, last string, by int64, now time.Time) (Booking, error) {
	was, err := s.Owed(ctx, id, now)
	if errors.Is(err, fault.NotFound) {
		return Booking{}, fault.Invalid("Only a goal whose time is over can be made good.")
	}
	if err != nil {
		return Booking{}, err
	}
	g, err := s.ground(ctx, was.Aim)
	if err != nil {
		return Booking{}, err
	}
	b := Booking{Place: was.Place, Promise: Goal, Measure: was.Measure, First: first, Last: last, Pace: was.Pace, Pricing: PerTime, Aim: was.Aim, Ads: was.Ads, GoodOf: id}
	order, booking := db.NewID(), db.NewID()
	err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		good, err := goodIn(ctx, q, id)
		if err != nil {
			return err
		}
		if b.Goal = was.Goal - was.Given - good; b.Goal <= 0 {
			return fault.Invalid("Nothing of this booking is missing.")
		}
		from, err := orderIn(ctx, q, was.Order)
		if err != nil {
			return err
		}
		o, err := addOrder(ctx, q, Order{Advertiser: was.Advertiser, Reference: from.Reference, Note: "Makes good what order " + from.Number + " missed."}, order, by, now)
		if err != nil {
			return err
		}
		b.Order = o.ID
		b, err = s.saveIn(ctx, q, b.Tidy(g.paper.Clock()), booking, g, by, "", now)
		return err
	})
	return b, err
}

// Charge is a line of an invoice: what a booking costs for a time.
type Charge struct {
	Booking
	Units  int64 // billed within the time: of what the price is for; days, of a price for the booking
	Above  int64 // billed beyond the goal, which costs nothing
	Amount int64 // in the smallest unit of the currency
}

// Charges are what the bookings of a scope cost within its time. Charges of times that follow each other add up to the price of the
// whole to the unit: each is what was due at its end less what was due at its beginning. A price for a booking is spread over its days.
func (s *Store) Charges(ctx context.Context, in Scope) ([]Charge, error) {
	p, err := s.papers.Get(ctx)
	if err != nil {
		return nil, err
	}
	bookings, err := bookingsWhere(ctx, s.db.Read(), `order_id <> 0 and stage <> $1 and (cast($2 as bigint) = 0 or advertiser_id = $2) and (cast($3 as bigint) = 0 or order_id = $3)
		and (cast($4 as bigint) = 0 or id = $4) and from_at < $5 and until_at > $6 order by advertiser_id, order_id, id`,
		string(Draft), in.Advertiser, in.Order, in.Booking, micros(in.Until, db.Micros(farAway)), micros(in.From, 0))
	if err != nil {
		return nil, err
	}
	var all []Charge
	for _, b := range bookings {
		c, err := s.charge(ctx, b, in, p.Clock())
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// farAway is after everything that is booked.
var farAway = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func micros(at time.Time, otherwise int64) int64 {
	if at.IsZero() {
		return otherwise
	}
	return db.Micros(at)
}

// charge is what a booking costs within the time of a scope.
func (s *Store) charge(ctx context.Context, b Booking, in Scope, clock *time.Location) (Charge, error) {
	if in.Until.IsZero() {
		in.Until = farAway
	}
	if b.Pricing == PerTime {
		return s.chargeTime(ctx, b, in, clock)
	}
	measure, per := Viewed, uint64(1000)
	if b.Pricing == PerClick {
		measure, per = Clicked, 1
	}
	before, err := s.billedUntil(ctx, b.ID, measure, in.From)
	if err != nil {
		return Charge{}, err
	}
	after, err := s.billedUntil(ctx, b.ID, measure, in.Until)
	if err != nil {
		return Charge{}, err
	}
	most := after
	if b.Promise == Goal && b.Measure == measure {
		most = b.Goal
	}
	from, until := min(before, most), min(after, most)
	return Charge{b, until - from, after - before - (until - from), part(b.Price, until, per) - part(b.Price, from, per)}, nil
}

// chargeTime is for a price for the booking as a whole. A booking that was cancelled costs its days until then.
func (s *Store) chargeTime(ctx context.Context, b Booking, in Scope, clock *time.Location) (Charge, error) {
	ends := b.Until
	if b.Stage == Cancelled {
		versions, err := s.BookingVersions(ctx, b.ID)
		if err != nil {
			return Charge{}, err
		}
		for _, v := range slices.Backward(versions) {
			if v.Stage == Cancelled && v.At.Before(ends) {
				ends = v.At
			}
			if v.Stage != Cancelled {
				ends = b.Until
			}
		}
	}
	all := daysOf(b.From, b.Until, clock)
	from, until := daysOf(b.From, earlier(in.From, ends), clock), daysOf(b.From, earlier(in.Until, ends), clock)
	return Charge{b, until - from, 0, part(b.Price, until, uint64(all)) - part(b.Price, from, uint64(all))}, nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// daysOf is how many days of a clock have begun from one moment until another.
func daysOf(from, until time.Time, clock *time.Location) (n int64) {
	for at := from.In(clock); at.Before(until); at = paper.NextMidnight(at) {
		n++
	}
	return n
}

// part is price × n ÷ per, rounded to the nearest, half up; without overflow.
func part(price, n int64, per uint64) int64 {
	if per == 0 {
		return 0
	}
	high, low := bits.Mul64(uint64(price), uint64(n))
	low, carry := bits.Add64(low, per/2, 0)
	high += carry
	if high >= per {
		return 0 // more than there is money
	}
	whole, _ := bits.Div64(high, low, per)
	return int64(whole)
}

// billedUntil is what was billed of a booking before a moment.
func (s *Store) billedUntil(ctx context.Context, id int64, m Measure, until time.Time) (n int64, err error) {
	if until.IsZero() {
		return 0, nil
	}
	err = s.db.Read().QueryRowContext(ctx, `select cast(coalesce(sum(n), 0) as bigint) from ad_count where booking_id = $1 and quarter < $2 and measure = $3 and reason = ''`,
		id, db.Micros(until), string(m)).Scan(&n)
	return n, err
}

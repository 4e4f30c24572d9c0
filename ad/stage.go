package ad

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/paper"
)

// BookOrder books all drafts of an order, or nothing: version is the order's as it was seen, else it is fault.Conflict. Each is looked
// at again, and keeps what was foreseen for it. What is to be mended is a fault.Form whose fields begin with the booking's id,
// "4711.last".
func (s *Store) BookOrder(ctx context.Context, id, version, by int64, now time.Time) error {
	drafts, err := bookingsWhere(ctx, s.db.Read(), `order_id = $1 and stage = $2 order by at, id`, id, Draft)
	if err != nil {
		return err
	}
	if len(drafts) == 0 {
		return fault.Invalid("There is nothing in this order that is not booked yet. Add a booking first.")
	}
	grounds := make([]ground, len(drafts))
	for i, b := range drafts {
		if grounds[i], err = s.ground(ctx, b.Aim); err != nil {
			return err
		}
		b = b.Tidy(grounds[i].paper.Clock())
		if b.Forecast, err = s.foreseen(ctx, b, now); err != nil {
			return err
		}
		drafts[i] = b
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		o, err := orderIn(ctx, q, id)
		if err != nil {
			return err
		}
		if o.Version != version {
			return fault.Conflict
		}
		if o.Stage == Cancelled {
			return fault.Invalid("Order %s is cancelled. Nothing in it can be booked.", o.Number)
		}
		return s.bookIn(ctx, q, o, drafts, grounds, by, now)
	})
}

func (s *Store) bookIn(ctx context.Context, q db.Q, o Order, drafts []Booking, grounds []ground, by int64, now time.Time) error {
	wrong := fault.Form{}
	for i, b := range drafts {
		err := s.checkIn(ctx, q, &b, Booking{}, grounds[i], "", now)
		var f fault.Form
		if err != nil && !errors.As(err, &f) {
			return err
		}
		for field, says := range f {
			wrong[fmt.Sprintf("%d.%s", b.ID, field)] = says
		}
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	for _, b := range drafts {
		b.Stage = Booked
		if err := keepBooking(ctx, q, &b, "ad.booking.book", by, "", now); err != nil {
			return err
		}
	}
	_, err := q.ExecContext(ctx, `update ad_order set stage = $1, booked_at = coalesce(booked_at, $2), booked_by = $3 where id = $4`, Booked, db.Micros(now), by, o.ID)
	if err != nil {
		return err
	}
	return audit.Add(ctx, q, now, "ad.order.book", "order", o.ID, o.Number)
}

// foreseen is what is kept with a booking as it is booked or changed; nothing of one whose days make no sense.
func (s *Store) foreseen(ctx context.Context, b Booking, now time.Time) (Forecast, error) {
	if b.From.IsZero() || !b.Until.After(b.From) || b.Over(now) || b.Until.After(b.From.AddDate(0, 0, longestHouse+1)) {
		return Forecast{}, nil
	}
	return s.Foresee(ctx, b, now)
}

// Rederive finds the moments of all days anew, after the paper moved its clock to another zone.
func (s *Store) Rederive(ctx context.Context) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		p, err := paper.Within(ctx, q)
		if err != nil {
			return err
		}
		all, err := bookingsWhere(ctx, q, `stage <> $1`, Cancelled)
		if err != nil {
			return err
		}
		moved := false
		for _, b := range all {
			now := b.Tidy(p.Clock())
			if now.From.Equal(b.From) && now.Until.Equal(b.Until) || now.From.IsZero() || now.Until.IsZero() {
				continue
			}
			if _, err := q.ExecContext(ctx, `update booking set from_at = $1, until_at = $2 where id = $3`, db.Micros(now.From), db.Micros(now.Until), b.ID); err != nil {
				return err
			}
			moved = true
		}
		if !moved {
			return nil
		}
		return Changed.Add(ctx, q, 0)
	})
}

// leads says which stage may follow which.
var leads = map[Stage][]Stage{Draft: {Cancelled}, Booked: {Paused, Cancelled}, Paused: {Booked, Cancelled}}

var stageActs = map[Stage]string{Booked: "ad.booking.resume", Paused: "ad.booking.pause", Cancelled: "ad.booking.cancel"}

// SetStage pauses a booking that is booked, lets a paused one go on (to Booked), or cancels one; version is the one that was seen, else
// it is fault.Conflict. Only an order books a draft.
func (s *Store) SetStage(ctx context.Context, id, version int64, to Stage, why string, by int64, now time.Time) (Booking, error) {
	why = paper.Line(why)
	f := fault.Form{}
	if tooLong(f, "why", why, 500); len(f) > 0 {
		return Booking{}, f
	}
	var b Booking
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) (err error) {
		if b, err = asSeen(ctx, q, id, version); err != nil {
			return err
		}
		switch {
		case !slices.Contains(leads[b.Stage], to):
			return fault.Invalid("A booking that is %s cannot be made %s.", b.Stage, to)
		case b.Stage != Draft && b.Over(now):
			return fault.Invalid("This booking is over; what was delivered stands.")
		}
		b.Stage = to
		return keepBooking(ctx, q, &b, stageActs[to], by, why, now)
	})
	return b, err
}

// asSeen is a booking if it still is the version that somebody saw.
func asSeen(ctx context.Context, q db.Q, id, version int64) (Booking, error) {
	b, err := bookingIn(ctx, q, id)
	if err == nil && b.Version != version {
		err = fault.Conflict
	}
	return b, err
}

// Undo makes a booking again what it was before version, the last one; where somebody changed it since it is fault.Conflict. That an
// order was booked is not undone: it is cancelled.
func (s *Store) Undo(ctx context.Context, id, version, by int64, now time.Time) (Booking, error) {
	var b Booking
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		stands, err := asSeen(ctx, q, id, version)
		if err != nil {
			return err
		}
		former, err := versionIn(ctx, q, id, version-1)
		if errors.Is(err, fault.NotFound) {
			return fault.Invalid("There is nothing before this. Cancel the booking instead.")
		}
		if err != nil {
			return err
		}
		if err := undoable(ctx, q, stands, former, now); err != nil {
			return err
		}
		b = former
		b.Version = stands.Version
		return keepBooking(ctx, q, &b, "ad.booking.undo", by, "", now)
	})
	return b, err
}

func undoable(ctx context.Context, q db.Q, stands, former Booking, now time.Time) error {
	if stands.Order != 0 {
		o, err := orderIn(ctx, q, stands.Order)
		if err != nil {
			return err
		}
		if o.Stage == Cancelled {
			return fault.Invalid("Order %s is cancelled. Take that back first.", o.Number)
		}
	}
	switch {
	case former.Stage == Draft && stands.Stage != Draft && stands.Stage != Cancelled:
		return fault.Invalid("It was booked with its order. Cancel it instead.")
	case stands.Stage != Draft && stands.Over(now), former.Stage != Draft && former.Over(now):
		return fault.Invalid("This booking is over; what was delivered stands.")
	}
	return nil
}

// BookingVersion is one state of a booking.
type BookingVersion struct {
	Booking
	At  time.Time
	By  int64
	Why string
}

// BookingVersions are all states of a booking, the newest first.
func (s *Store) BookingVersions(ctx context.Context, id int64) ([]BookingVersion, error) {
	rows, err := s.db.Read().QueryContext(ctx, `select at, by_id, what, why from booking_version where booking_id = $1 order by version desc`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []BookingVersion
	for rows.Next() {
		var v BookingVersion
		var at int64
		var what string
		if err := rows.Scan(&at, &v.By, &what, &v.Why); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(what), &v.Booking); err != nil {
			return nil, err
		}
		v.At = db.Time(at)
		all = append(all, v)
	}
	return all, rows.Err()
}

func versionIn(ctx context.Context, q db.Q, id, version int64) (Booking, error) {
	rows, err := q.QueryContext(ctx, `select what from booking_version where booking_id = $1 and version = $2`, id, version)
	if err != nil {
		return Booking{}, err
	}
	defer rows.Close()
	if !rows.Next() {
		return Booking{}, errors.Join(rows.Err(), fault.NotFound)
	}
	var what string
	var b Booking
	if err := rows.Scan(&what); err != nil {
		return b, err
	}
	return b, json.Unmarshal([]byte(what), &b)
}

// CancelOrder takes back an order and all its bookings that are not over; version is the order's as it was seen.
func (s *Store) CancelOrder(ctx context.Context, id, version int64, why string, by int64, now time.Time) error {
	why = paper.Line(why)
	f := fault.Form{}
	if tooLong(f, "why", why, 500); len(f) > 0 {
		return f
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		o, all, err := orderSeen(ctx, q, id, version)
		if err != nil {
			return err
		}
		if o.Stage == Cancelled {
			return fault.Invalid("Order %s is cancelled already.", o.Number)
		}
		for _, b := range all {
			if b.Stage == Cancelled || b.Stage != Draft && b.Over(now) {
				continue
			}
			b.Stage = Cancelled
			if err := keepBooking(ctx, q, &b, "ad.booking.cancel", by, why, now); err != nil {
				return err
			}
		}
		return setOrderStage(ctx, q, o, Cancelled, "ad.order.cancel", why, now)
	})
}

// ReviveOrder takes back that an order was cancelled: each booking that went with it is again what it was.
func (s *Store) ReviveOrder(ctx context.Context, id, version, by int64, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		o, all, err := orderSeen(ctx, q, id, version)
		if err != nil {
			return err
		}
		if o.Stage != Cancelled {
			return fault.Invalid("Order %s is not cancelled.", o.Number)
		}
		cancelled := o.Changed
		for _, b := range all {
			former, ok, err := formerOf(ctx, q, b, cancelled)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			former.Version = b.Version
			if err := keepBooking(ctx, q, &former, "ad.booking.undo", by, "", now); err != nil {
				return err
			}
		}
		to := Booked
		if o.Booked.IsZero() {
			to = Draft
		}
		return setOrderStage(ctx, q, o, to, "ad.order.revive", "", now)
	})
}

// formerOf is what a booking was before it was cancelled at a moment; ok is false where it was not cancelled then.
func formerOf(ctx context.Context, q db.Q, b Booking, cancelled time.Time) (former Booking, ok bool, err error) {
	var at int64
	if err := q.QueryRowContext(ctx, `select at from booking_version where booking_id = $1 and version = $2`, b.ID, b.Version).Scan(&at); err != nil {
		return former, false, err
	}
	if b.Stage != Cancelled || !db.Time(at).Equal(cancelled) {
		return former, false, nil
	}
	former, err = versionIn(ctx, q, b.ID, b.Version-1)
	return former, err == nil, err
}

func orderSeen(ctx context.Context, q db.Q, id, version int64) (Order, []Booking, error) {
	o, err := orderIn(ctx, q, id)
	if err != nil {
		return o, nil, err
	}
	if o.Version != version {
		return o, nil, fault.Conflict
	}
	all, err := bookingsWhere(ctx, q, `order_id = $1 order by at, id`, id)
	return o, all, err
}

func setOrderStage(ctx context.Context, q db.Q, o Order, to Stage, act, why string, now time.Time) error {
	_, err := q.ExecContext(ctx, `update ad_order set version = version + 1, changed_at = $1, stage = $2 where id = $3`, db.Micros(now), to, o.ID)
	if err != nil {
		return err
	}
	detail := o.Number
	if why != "" {
		detail += ": " + why
	}
	return audit.Add(ctx, q, now, act, "order", o.ID, detail)
}

// MergeTopic aims at the topic that another became part of, wherever the other was aimed at.
func (s *Store) MergeTopic(ctx context.Context, id int64) error {
	topics, err := s.sections.Topics(ctx, id)
	if err != nil || len(topics) == 0 || topics[0].ID == id {
		return err
	}
	into := topics[0].ID
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		all, err := bookingsWhere(ctx, q, `stage <> $1`, Cancelled)
		if err != nil {
			return err
		}
		aims := map[int64]Aim{}
		for _, b := range all {
			if i := slices.Index(b.Aim.Topics, id); i >= 0 {
				b.Aim.Topics[i] = into
				aims[b.ID] = b.Aim.tidy()
			}
		}
		for _, booking := range slices.Sorted(maps.Keys(aims)) {
			aim, err := json.Marshal(aims[booking])
			if err != nil {
				return err
			}
			if _, err := q.ExecContext(ctx, `update booking set aim = $1 where id = $2`, string(aim), booking); err != nil {
				return err
			}
		}
		if len(aims) == 0 {
			return nil
		}
		return Changed.Add(ctx, q, 0)
	})
}

package ad

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/paper"
)

// Over tells whether nothing of a booking lies ahead.
func (b Booking) Over(now time.Time) bool { return !b.Until.After(now) }

// Begun tells whether a booking was to be delivered already: it is booked, or was, and its first day has come.
func (b Booking) Begun(now time.Time) bool {
	return b.Stage != Draft && b.ID != 0 && !b.From.After(now)
}

// Runs tells whether a booking may be delivered.
func (b Booking) Runs(now time.Time) bool {
	return b.Stage == Booked && !b.From.After(now) && !b.Over(now)
}

// Says names a booking for the staff: "top, 2026-12-01 to 2026-12-19, 1 in 3 views".
func (b Booking) Says() string {
	says := fmt.Sprintf("%s, %s to %s, %s", b.Place, b.First, b.Last, b.Promise)
	switch b.Promise {
	case Share:
		return fmt.Sprintf("%s, %s to %s, 1 in %d views", b.Place, b.First, b.Last, b.Share)
	case Goal:
		return fmt.Sprintf("%s of %d %s", says, b.Goal, b.Measure)
	}
	return says
}

// SaveBooking keeps a new booking, a draft in its order, or another version of one; it must be made from the version that stands,
// else it is fault.Conflict. What the house runs for itself, with Order 0, is booked at once. What is to be mended is a fault.Form,
// field by field; a booking that was booked wants to be told why it is changed, in "why".
func (s *Store) SaveBooking(ctx context.Context, b Booking, by int64, why string, now time.Time) (Booking, error) {
	g, err := s.ground(ctx, b.Aim)
	if err != nil {
		return b, err
	}
	b = b.Tidy(g.paper.Clock())
	if b.Forecast, err = s.foreseen(ctx, b, now); err != nil {
		return b, err
	}
	why = paper.Line(why)
	id := db.NewID()
	saved := b
	err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) (err error) {
		saved, err = s.saveIn(ctx, q, b, id, g, by, why, now)
		return err
	})
	if err != nil {
		return b, err
	}
	return saved, nil
}

func (s *Store) saveIn(ctx context.Context, q db.Q, b Booking, id int64, g ground, by int64, why string, now time.Time) (Booking, error) {
	act := "ad.booking.add"
	var was Booking
	if b.ID == 0 {
		b.ID, b.Version, b.Made, b.Stage = id, 0, db.Time(db.Micros(now)), Draft
		if b.Order == 0 {
			b.Stage = Booked
		}
	} else {
		act = "ad.booking.set"
		var err error
		if was, err = bookingIn(ctx, q, b.ID); err != nil {
			return b, err
		}
		if was.Version != b.Version {
			return b, fault.Conflict
		}
		b.Order, b.Advertiser, b.Made, b.Stage = was.Order, was.Advertiser, was.Made, was.Stage
	}
	if err := s.checkIn(ctx, q, &b, was, g, why, now); err != nil {
		return b, err
	}
	return b, keepBooking(ctx, q, &b, act, by, why, now)
}

// checkIn is all that is looked at before a booking is kept; was is the version before, if there is one.
func (s *Store) checkIn(ctx context.Context, q db.Q, b *Booking, was Booking, g ground, why string, now time.Time) error {
	if b.Order != 0 {
		o, err := orderIn(ctx, q, b.Order)
		if err != nil {
			return err
		}
		if o.Stage == Cancelled {
			return fault.Invalid("Order %s is cancelled. Nothing in it can be changed.", o.Number)
		}
		b.Advertiser = o.Advertiser
	}
	if b.Stage == Cancelled {
		return fault.Invalid("This booking is cancelled. Take that back before you change it.")
	}
	if was.ID != 0 && was.Stage != Draft && was.Over(now) {
		return fault.Invalid("This booking is over; what was delivered stands. Make a new one.")
	}
	f := b.check(g, was, now)
	if was.ID != 0 && was.Stage != Draft && b.Order != 0 && why == "" {
		f["why"] = "It is booked: say why it is changed. It stays in its history."
	}
	tooLong(f, "why", why, 500)
	if err := checkAds(ctx, q, *b, f); err != nil {
		return err
	}
	if err := checkGoodOf(ctx, q, *b, f); err != nil {
		return err
	}
	return f.Err()
}

// checkAds looks whether what a booking shows is there, its advertiser's own, and of a size that stands in the position.
func checkAds(ctx context.Context, q db.Q, b Booking, f fault.Form) error {
	for _, id := range b.Ads {
		a, err := oneAd(ctx, q, id)
		switch {
		case errors.Is(err, fault.NotFound):
			f["ads"] = "One of these ads is not there any more."
		case err != nil:
			return err
		case a.Advertiser != b.Advertiser:
			f["ads"] = "“" + a.Name + "” belongs to another advertiser."
		case !b.room(a):
			box := b.Place.Box(Desk)
			f["ads"] = fmt.Sprintf("“%s” has no size that stands in this position: up to %d × %d there.", a.Name, box.Width, box.Height)
		}
	}
	return nil
}

// room tells whether an ad stands in a booking's position on one of the screens that it is for.
func (b Booking) room(a Ad) bool {
	for _, d := range Devices() {
		if _, ok := a.Fits(a.Form, b.Place.Box(d)); ok && meets(b.Aim.Devices, []Device{d}) {
			return true
		}
	}
	return false
}

func checkGoodOf(ctx context.Context, q db.Q, b Booking, f fault.Form) error {
	if b.GoodOf == 0 {
		return nil
	}
	missed, err := bookingIn(ctx, q, b.GoodOf)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	if err != nil || missed.Advertiser != b.Advertiser || missed.ID == b.ID {
		f["good-of"] = "What is made good must be another booking of the same advertiser."
	}
	return nil
}

// keepBooking writes the next version of b, its history, the audit log, and has all hear of it.
func keepBooking(ctx context.Context, q db.Q, b *Booking, act string, by int64, why string, now time.Time) error {
	b.Version++
	if err := writeBooking(ctx, q, *b); err != nil {
		return err
	}
	what, err := json.Marshal(b)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `insert into booking_version (booking_id, version, at, by_id, what, why) values ($1, $2, $3, $4, $5, $6)`,
		b.ID, b.Version, db.Micros(now), by, string(what), why)
	if err != nil {
		return err
	}
	number := "house"
	if b.Order != 0 {
		if _, err := q.ExecContext(ctx, `update ad_order set version = version + 1, changed_at = $1 where id = $2`, db.Micros(now), b.Order); err != nil {
			return err
		}
		o, err := orderIn(ctx, q, b.Order)
		if err != nil {
			return err
		}
		number = o.Number
	}
	detail := number + ": " + b.Says()
	if why != "" {
		detail += ": " + why
	}
	if err := audit.Add(ctx, q, now, act, "booking", b.ID, detail); err != nil {
		return err
	}
	return Changed.Add(ctx, q, 0)
}

func writeBooking(ctx context.Context, q db.Q, b Booking) error {
	aim, err := json.Marshal(b.Aim)
	if err != nil {
		return err
	}
	forecast, err := json.Marshal(b.Forecast)
	if err != nil {
		return err
	}
	if b.Version == 1 {
		_, err = q.ExecContext(ctx, `insert into booking (id, version, at, order_id, advertiser_id, place, promise, measure, goal, share, first_day, last_day, from_at, until_at,
			pace, pricing, price, aim, stage, runs, forecast, good_of) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
			b.ID, b.Version, db.Micros(b.Made), b.Order, b.Advertiser, b.Place, b.Promise, b.Measure, b.Goal, b.Share, b.First, b.Last, db.Micros(b.From), db.Micros(b.Until),
			b.Pace, b.Pricing, b.Price, string(aim), b.Stage, bit(b.Stage == Booked), string(forecast), b.GoodOf)
	} else {
		var done sql.Result
		done, err = q.ExecContext(ctx, `update booking set version = $1, place = $2, promise = $3, measure = $4, goal = $5, share = $6, first_day = $7, last_day = $8, from_at = $9,
			until_at = $10, pace = $11, pricing = $12, price = $13, aim = $14, stage = $15, runs = $16, forecast = $17, good_of = $18 where id = $19 and version = $1 - 1`,
			b.Version, b.Place, b.Promise, b.Measure, b.Goal, b.Share, b.First, b.Last, db.Micros(b.From), db.Micros(b.Until),
			b.Pace, b.Pricing, b.Price, string(aim), b.Stage, bit(b.Stage == Booked), string(forecast), b.GoodOf, b.ID)
		err = changed(done, err)
	}
	if err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, `delete from booking_ad where booking_id = $1`, b.ID); err != nil {
		return err
	}
	for i, id := range b.Ads {
		if _, err := q.ExecContext(ctx, `insert into booking_ad (booking_id, ad_id, place) values ($1, $2, $3)`, b.ID, id, i); err != nil {
			return err
		}
	}
	return nil
}

const bookingColumns = `select id, version, at, order_id, advertiser_id, place, promise, measure, goal, share, first_day, last_day, from_at, until_at, pace, pricing, price,
	aim, stage, forecast, good_of from booking`

func scanBooking(row interface{ Scan(...any) error }) (Booking, error) {
	var b Booking
	var at, from, until int64
	var aim, forecast string
	err := row.Scan(&b.ID, &b.Version, &at, &b.Order, &b.Advertiser, &b.Place, &b.Promise, &b.Measure, &b.Goal, &b.Share, &b.First, &b.Last, &from, &until, &b.Pace, &b.Pricing, &b.Price,
		&aim, &b.Stage, &forecast, &b.GoodOf)
	if errors.Is(err, sql.ErrNoRows) {
		return b, fault.NotFound
	}
	if err != nil {
		return b, err
	}
	b.Made, b.From, b.Until = db.Time(at), db.Time(from), db.Time(until)
	return b, errors.Join(json.Unmarshal([]byte(aim), &b.Aim), json.Unmarshal([]byte(forecast), &b.Forecast))
}

// bookingsWhere are the bookings of a condition, with what they show.
func bookingsWhere(ctx context.Context, q db.Q, where string, args ...any) ([]Booking, error) {
	rows, err := q.QueryContext(ctx, bookingColumns+` where `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Booking
	for rows.Next() {
		b, err := scanBooking(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	rows.Close()
	return all, shownBy(ctx, q, all)
}

// shownBy fills in which ads bookings show.
func shownBy(ctx context.Context, q db.Q, all []Booking) error {
	at := map[int64]int{}
	for i, b := range all {
		at[b.ID] = i
	}
	for some := range slices.Chunk(all, 500) {
		ids := make([]any, len(some))
		for i, b := range some {
			ids[i] = b.ID
		}
		rows, err := q.QueryContext(ctx, `select booking_id, ad_id from booking_ad where booking_id in (`+db.Places(1, len(ids))+`) order by booking_id, place`, ids...)
		if err != nil {
			return err
		}
		for rows.Next() {
			var booking, shown int64
			if err := rows.Scan(&booking, &shown); err != nil {
				rows.Close()
				return err
			}
			all[at[booking]].Ads = append(all[at[booking]].Ads, shown)
		}
		rows.Close()
		if err := rows.Err(); err != nil {
			return err
		}
	}
	return nil
}

func bookingIn(ctx context.Context, q db.Q, id int64) (Booking, error) {
	all, err := bookingsWhere(ctx, q, `id = $1`, id)
	if err == nil && len(all) == 0 {
		err = fault.NotFound
	}
	if err != nil {
		return Booking{}, err
	}
	return all[0], nil
}

// Booking is one of them.
func (s *Store) Booking(ctx context.Context, id int64) (Booking, error) {
	return bookingIn(ctx, s.db.Read(), id)
}

// Bookings are those of an order, as they were made; of order 0 what the house runs for itself.
func (s *Store) Bookings(ctx context.Context, order int64) ([]Booking, error) {
	return bookingsWhere(ctx, s.db.Read(), `order_id = $1 order by at, id`, order)
}

// Running are all bookings that may be delivered now or later: booked, not paused, not over.
func (s *Store) Running(ctx context.Context, now time.Time) ([]Booking, error) {
	return bookingsWhere(ctx, s.db.Read(), `runs = 1 and until_at > $1 order by until_at, id`, db.Micros(now))
}

// BookingsOf are all of an advertiser, the newest first; of advertiser 0 the house's.
func (s *Store) BookingsOf(ctx context.Context, advertiser int64) ([]Booking, error) {
	return bookingsWhere(ctx, s.db.Read(), `advertiser_id = $1 order by from_at desc, id desc`, advertiser)
}

// Drafts are all bookings that are not booked yet, the first to begin first.
func (s *Store) Drafts(ctx context.Context) ([]Booking, error) {
	return bookingsWhere(ctx, s.db.Read(), `stage = $1 order by from_at, id`, Draft)
}

// Worth is what a booking costs in all; fixed tells that it does not depend on what will be delivered: else it is what is foreseen.
func (b Booking) Worth() (n int64, fixed bool) {
	switch {
	case b.Pricing == PerThousand && b.Promise == Goal && b.Measure == Viewed:
		return (b.Price*b.Goal + 500) / 1000, true
	case b.Pricing == PerClick && b.Promise == Goal && b.Measure == Clicked:
		return b.Price * b.Goal, true
	case b.Pricing == PerThousand:
		return (b.Price*b.Forecast.Viewed + 500) / 1000, false
	case b.Pricing == PerClick:
		return b.Price * b.Forecast.Clicked, false
	}
	return b.Price, true
}

// CheckBooking says field by field what is to be mended in a booking, without keeping it.
func (s *Store) CheckBooking(ctx context.Context, b Booking, now time.Time) (fault.Form, error) {
	g, err := s.ground(ctx, b.Aim)
	if err != nil {
		return nil, err
	}
	return b.Tidy(g.paper.Clock()).check(g, Booking{}, now), nil
}

// claims is how much of all views of its position a booking is promised by itself: 1 where it is flat, a third for 1 in 3, 0 for the rest.
func (b Booking) claims() float64 {
	switch {
	case b.Promise == Flat:
		return 1
	case b.Promise == Share && b.Share > 0:
		return 1 / float64(b.Share)
	}
	return 0
}

// Crowds tells whether two bookings are promised more of one position than there is, on some day and some page.
func (b Booking) Crowds(o Booking) bool {
	return b.Place == o.Place && b.First <= o.Last && o.First <= b.Last && b.claims()+o.claims() > 1 && b.claims()*o.claims() > 0 &&
		crosses(b.Aim.Sections, o.Aim.Sections) && crosses(b.Aim.Topics, o.Aim.Topics) && crosses(b.Aim.Articles, o.Aim.Articles) && crosses(b.Aim.Pages, o.Aim.Pages) &&
		crosses(b.Aim.Langs, o.Aim.Langs) && crosses(b.Aim.Devices, o.Aim.Devices) && crosses(b.Aim.Days, o.Aim.Days) && crosses(b.Aim.Hours, o.Aim.Hours)
}

// crosses tells whether two lists of an aim can be met at once.
func crosses[T comparable](a, b []T) bool { return len(a) == 0 || len(b) == 0 || meets(a, b) }

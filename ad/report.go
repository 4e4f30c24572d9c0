package ad

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/internal/db"
	"lede/paper"
)

// Scope is what a report is about; what is 0 or empty leaves nothing out.
type Scope struct {
	Advertiser, Order, Booking int64
	Ad, Section                int64
	Place                      Place
	From, Until                time.Time // whole quarters of an hour
}

// Grouping is by what a report adds up.
type Grouping string

// The groupings. A day is one of the paper's clock, "2026-12-01"; an hour begins at its moment, "2026-10-25T02:00:00+01:00", and a day
// on which the clock is put back has 25 of them.
const (
	ByAdvertiser Grouping = "advertiser"
	ByOrder      Grouping = "order"
	ByBooking    Grouping = "booking"
	ByAd         Grouping = "ad"
	ByPlace      Grouping = "position"
	BySection    Grouping = "section"
	ByDay        Grouping = "day"
	ByHour       Grouping = "hour"
)

// Groupings are all groupings.
func Groupings() []Grouping {
	return []Grouping{ByAdvertiser, ByOrder, ByBooking, ByAd, ByPlace, BySection, ByDay, ByHour}
}

// Tally is what became of what was received.
type Tally struct {
	Received int64 // as counted in the ledger
	Billed   int64 // as the sums say
	Rejected map[string]int64
}

// Rejections is how many were rejected, for whatever reason.
func (t Tally) Rejections() (n int64) {
	for _, some := range t.Rejected {
		n += some
	}
	return n
}

// AddsUp tells whether what was billed and what was rejected is what was received.
func (t Tally) AddsUp() bool { return t.Billed+t.Rejections() == t.Received }

func (t *Tally) add(reason string, n, received int64) {
	t.Received += received
	if reason == "" {
		t.Billed += n
		return
	}
	if t.Rejected == nil {
		t.Rejected = map[string]int64{}
	}
	t.Rejected[reason] += n
}

// Tallies are those of each measure.
type Tallies map[Measure]Tally

// Row is one line of a report: what it is about, an id or a name or a time, and its tallies.
type Row struct {
	Key string
	Of  Tallies
}

// Report is what became of some ads, in every grouping at once: all of it was read at one moment.
type Report struct {
	Scope
	Zone    *time.Location
	Checked bool // Received was counted in the ledger; else it is made of the sums
	All     Tallies
	groups  map[Grouping]map[string]Tallies
}

// checkedUpTo is how much is counted in the ledger for a report that does not ask for it: counting takes some ten seconds a million.
const checkedUpTo = 200_000

// Report is what was received within a scope, by the sums, and counted again in the ledger: always with check, else where it is not too much.
func (s *Store) Report(ctx context.Context, in Scope, check bool) (Report, error) {
	p, err := s.papers.Get(ctx)
	if err != nil {
		return Report{}, err
	}
	r := Report{Scope: in, Zone: p.Clock(), All: Tallies{}, groups: map[Grouping]map[string]Tallies{}}
	for _, g := range Groupings() {
		r.groups[g] = map[string]Tallies{}
	}
	where, args := in.where("quarter")
	if r.Checked = check; !check {
		var n int64
		if err := s.db.Read().QueryRowContext(ctx, `select cast(coalesce(sum(n), 0) as bigint) from ad_count where `+where, args...).Scan(&n); err != nil {
			return r, err
		}
		r.Checked = n <= checkedUpTo
	}
	sold, err := s.soldBy(ctx)
	if err != nil {
		return r, err
	}
	return r, s.fill(ctx, &r, sold)
}

// where is the condition of a scope, with its arguments; at is the column of the time.
func (in Scope) where(at string) (string, []any) {
	conditions, args := []string{"1 = 1"}, []any{}
	if in.Order != 0 || in.Advertiser != 0 {
		args = append(args, in.Order, in.Advertiser)
		conditions = append(conditions, `booking_id in (select id from booking where (cast($1 as bigint) = 0 or order_id = $1) and (cast($2 as bigint) = 0 or advertiser_id = $2))`)
	}
	only := func(condition string, arg any) {
		args = append(args, arg)
		conditions = append(conditions, condition+strconv.Itoa(len(args)))
	}
	for _, id := range []struct {
		column string
		is     int64
	}{{"booking_id", in.Booking}, {"ad_id", in.Ad}, {"section_id", in.Section}} {
		if id.is != 0 {
			only(id.column+" = $", id.is)
		}
	}
	if in.Place != "" {
		only("place = $", string(in.Place))
	}
	if !in.From.IsZero() {
		only(at+" >= $", db.Micros(in.From))
	}
	if !in.Until.IsZero() {
		only(at+" < $", db.Micros(in.Until))
	}
	return strings.Join(conditions, " and "), args
}

// soldBy tells of bookings in which order and to whom they were sold.
func (s *Store) soldBy(ctx context.Context) (map[int64][2]int64, error) {
	rows, err := s.db.Read().QueryContext(ctx, `select id, order_id, advertiser_id from booking`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	sold := map[int64][2]int64{}
	for rows.Next() {
		var id int64
		var of [2]int64
		if err := rows.Scan(&id, &of[0], &of[1]); err != nil {
			return nil, err
		}
		sold[id] = of
	}
	return sold, rows.Err()
}

// fill reads the sums and, where they are to be checked, the ledger in one statement, so that both are of one moment.
func (s *Store) fill(ctx context.Context, r *Report, sold map[int64][2]int64) error {
	sums, args := r.where("quarter")
	statement := `select booking_id, quarter, ad_id, place, section_id, measure, reason, n, 0 from ad_count where ` + sums
	if r.Checked {
		events, _ := r.where("at")
		quarter := strconv.FormatInt(Quarter.Microseconds(), 10)
		statement += ` union all select booking_id, at / ` + quarter + ` * ` + quarter + `, ad_id, place, section_id, measure, '', 0, count(*) from ad_event where ` + events + `
			group by booking_id, at / ` + quarter + ` * ` + quarter + `, ad_id, place, section_id, measure`
	}
	rows, err := s.db.Read().QueryContext(ctx, statement, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	times := map[int64][2]string{}
	for rows.Next() {
		var c cell
		var n, received int64
		if err := rows.Scan(&c.Booking, &c.Quarter, &c.Ad, &c.Place, &c.Section, &c.Measure, &c.Reason, &n, &received); err != nil {
			return err
		}
		if !r.Checked {
			received = n
		}
		of, known := times[c.Quarter]
		if !known {
			at := db.Time(c.Quarter).In(r.Zone)
			of = [2]string{at.Format(time.DateOnly), hourOf(at).Format(time.RFC3339)}
			times[c.Quarter] = of
		}
		r.add(c, [8]string{id(sold[c.Booking][1]), id(sold[c.Booking][0]), id(c.Booking), id(c.Ad), string(c.Place), id(c.Section), of[0], of[1]}, n, received)
	}
	return rows.Err()
}

func id(n int64) string { return strconv.FormatInt(n, 10) }

// add adds a sum to all groupings; keys are in the order of Groupings.
func (r *Report) add(c cell, keys [8]string, n, received int64) {
	plus := func(t Tallies) {
		one := t[c.Measure]
		one.add(c.Reason, n, received)
		t[c.Measure] = one
	}
	plus(r.All)
	for i, g := range Groupings() {
		t := r.groups[g][keys[i]]
		if t == nil {
			t = Tallies{}
			r.groups[g][keys[i]] = t
		}
		plus(t)
	}
}

// AddsUp tells whether in every line of every grouping what was billed and what was rejected is what was received, and whether every
// grouping has the same sums. It is no use where the report was not Checked.
func (r Report) AddsUp() bool {
	for _, m := range Measures() {
		if !r.All[m].AddsUp() {
			return false
		}
		for _, lines := range r.groups {
			var together Tally
			for _, t := range lines {
				if !t[m].AddsUp() {
					return false
				}
				together.Received += t[m].Received
				together.Billed += t[m].Billed
			}
			if together.Received != r.All[m].Received || together.Billed != r.All[m].Billed {
				return false
			}
		}
	}
	return true
}

// By are the lines of a grouping: days and hours in their order, what else there is by its key. Times without anything are left out.
func (r Report) By(g Grouping) []Row {
	var rows []Row
	for key, t := range r.groups[g] {
		rows = append(rows, Row{key, t})
	}
	slices.SortFunc(rows, func(a, b Row) int {
		if g == ByHour { // an hour that comes twice is told apart by its offset, which does not sort
			return hourAt(a.Key).Compare(hourAt(b.Key))
		}
		return cmp.Compare(a.Key, b.Key)
	})
	return rows
}

func hourAt(key string) time.Time {
	at, _ := time.Parse(time.RFC3339, key) // we wrote it
	return at
}

// Days are all days of the paper's clock from one moment until another, also those without anything. They are at most mostDays.
func (r Report) Days(from, until time.Time) []Row {
	var rows []Row
	for at := from.In(r.Zone); at.Before(until) && len(rows) < mostDays; at = paper.NextMidnight(at) {
		key := at.Format(time.DateOnly)
		rows = append(rows, Row{key, r.groups[ByDay][key]})
	}
	return rows
}

// Hours are all hours from one moment until another, also those without anything.
func (r Report) Hours(from, until time.Time) []Row {
	var rows []Row
	for at := hourOf(from.In(r.Zone)); at.Before(until) && len(rows) < 25*mostDays; at = nextHour(at) {
		key := at.Format(time.RFC3339)
		rows = append(rows, Row{key, r.groups[ByHour][key]})
	}
	return rows
}

// mostDays bounds what is listed: ten years.
const mostDays = 3660

// hourOf is when the hour began that a clock shows at a moment: at a full hour, or when the clock was put on or back within it.
func hourOf(at time.Time) time.Time {
	begun := at.Add(-time.Duration(at.Minute())*time.Minute - time.Duration(at.Second())*time.Second - time.Duration(at.Nanosecond()))
	if changed, _ := at.ZoneBounds(); begun.Before(changed) {
		return changed.In(at.Location())
	}
	return begun
}

// nextHour is when the next hour of a clock begins.
func nextHour(at time.Time) time.Time {
	next := hourOf(at).Add(time.Hour - time.Duration(hourOf(at).Minute())*time.Minute)
	if _, changes := at.ZoneBounds(); !changes.IsZero() && changes.Before(next) {
		return changes.In(at.Location())
	}
	return next
}

// Proof says that an ad stood on a page: one for a day, the first that was billed after ten in the morning, or of the day.
type Proof struct {
	Day string // "2026-12-01"
	N   int64  // billed on that day
	At  time.Time
	Offer
	Measure Measure
}

// Proofs are the proofs of a booking, one for each day on which something was billed: of what was viewed, or where nothing was, of what
// was rendered.
func (s *Store) Proofs(ctx context.Context, b Booking) ([]Proof, error) {
	r, err := s.Report(ctx, Scope{Booking: b.ID}, false)
	if err != nil {
		return nil, err
	}
	var all []Proof
	for _, row := range r.By(ByDay) {
		m := Viewed
		if row.Of[m].Billed == 0 {
			m = Rendered
		}
		if row.Of[m].Billed == 0 {
			continue
		}
		begins, ok := paper.Day(time.DateOnly, row.Key, r.Zone)
		if !ok {
			return nil, fmt.Errorf("%s is no day of %s", row.Key, r.Zone)
		}
		p := Proof{Day: row.Key, N: row.Of[m].Billed, Measure: m, Offer: Offer{Booking: b.ID}}
		if err := s.first(ctx, &p, begins); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// first fills in which page stands for a day; those that have an address of their own come first.
func (s *Store) first(ctx context.Context, p *Proof, begins time.Time) error {
	var at int64
	err := s.db.Read().QueryRowContext(ctx, `select at, ad_id, ad_version, place, page_kind, page_id, section_id, lang, device from ad_event
		where booking_id = $1 and at >= $2 and at < $3 and measure = $4 and reason = '' order by case page_kind when 'list' then 1 else 0 end, case when at < $5 then 1 else 0 end, at, id limit 1`,
		p.Booking, db.Micros(begins), db.Micros(paper.NextMidnight(begins)), string(p.Measure), db.Micros(time.Date(begins.Year(), begins.Month(), begins.Day(), 10, 0, 0, 0, begins.Location()))).
		Scan(&at, &p.Ad, &p.AdVersion, &p.Place, &p.Kind, &p.Page, &p.Section, &p.Lang, &p.Device)
	p.At, p.Offer.At = db.Time(at), db.Time(at)
	return err
}

package ad

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"lede/internal/db"
)

// Event is what happened to an offer: it was rendered, viewed or clicked. Reason is why it does not count; "" if it does.
type Event struct {
	Offer
	Measure Measure
	At      time.Time
	Reason  string
}

// Quarter is the smallest time of which there are sums: every zone's days and hours begin with one.
const Quarter = 15 * time.Minute

// quarterOf is the beginning of the quarter of an hour in which a moment lies.
func quarterOf(at time.Time) int64 {
	return db.Micros(at) / Quarter.Microseconds() * Quarter.Microseconds()
}

// book gathers who wants something written, so that one transaction serves many.
type book struct {
	mu      sync.Mutex
	waiting []*entry
	writing bool
}

// entry is one call of Record.
type entry struct {
	events []Event
	lead   chan struct{} // this one writes for all that wait
	done   chan error
}

// mostAtOnce bounds how many events one transaction writes.
const mostAtOnce = 1000

// Record writes events into the ledger; when it returns nil they are durable. Of an offer each measure counts at most once: what comes
// again is kept with the reason Repeat, a click without a render that counts with Unrendered, a view without one with Impossible.
// What was only looked at is left out. After an error it is not known what was written; to record it again is safe.
func (s *Store) Record(ctx context.Context, events []Event) error {
	var counted []Event
	for _, e := range events {
		if e.Look {
			continue
		}
		e, err := e.checked()
		if err != nil {
			return err
		}
		counted = append(counted, e)
	}
	if len(counted) == 0 {
		return ctx.Err()
	}
	return s.book.write(ctx, counted, s.record)
}

// write has events written by fn together with what others bring; whoever comes first writes for all that wait, then the next does.
func (b *book) write(ctx context.Context, events []Event, fn func(context.Context, []Event) error) error {
	e := &entry{events: events, lead: make(chan struct{}, 1), done: make(chan error, 1)}
	b.mu.Lock()
	b.waiting = append(b.waiting, e)
	if !b.writing {
		b.writing = true
		e.lead <- struct{}{}
	}
	b.mu.Unlock()
	select {
	case err := <-e.done:
		return err
	case <-e.lead:
	}
	mine := b.take()
	var all []Event
	for _, e := range mine {
		all = append(all, e.events...)
	}
	err := fn(context.WithoutCancel(ctx), all)
	b.pass()
	for _, e := range mine {
		e.done <- err
	}
	return <-e.done
}

// take takes what waits, the first of it whole.
func (b *book) take() []*entry {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, events := 0, 0
	for n < len(b.waiting) && (n == 0 || events+len(b.waiting[n].events) <= mostAtOnce) {
		events += len(b.waiting[n].events)
		n++
	}
	mine := slices.Clone(b.waiting[:n])
	b.waiting = slices.Delete(b.waiting, 0, n)
	return mine
}

// pass hands the pen to whoever waits longest.
func (b *book) pass() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting) == 0 {
		b.writing = false
		return
	}
	b.waiting[0].lead <- struct{}{}
}

// checked is an event as it may be written. A mistake is refused here, before it could spoil what others write.
func (e Event) checked() (Event, error) {
	if e.Reason == "" {
		e.Reason = e.Offer.Reason
	}
	if len(e.ID) < 16 || len(e.ID) > 64 || strings.ContainsFunc(e.ID, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return e, fmt.Errorf("an event of the offer %q", e.ID)
	}
	if e.Booking <= 0 || e.At.IsZero() || !slices.Contains(Measures(), e.Measure) || e.Reason != "" && !slices.Contains(Reasons(), e.Reason) {
		return e, fmt.Errorf("an event of booking %d, measure %q, reason %q, at %s", e.Booking, e.Measure, e.Reason, e.At)
	}
	return e, nil
}

// once is what counts at most once.
type once struct {
	offer   string
	measure Measure
}

// cell is one sum.
type cell struct {
	Booking, Quarter, Ad int64
	Place                Place
	Section              int64
	Measure              Measure
	Reason               string
}

func (c cell) compare(o cell) int {
	return cmp.Or(cmp.Compare(c.Booking, o.Booking), cmp.Compare(c.Quarter, o.Quarter), cmp.Compare(c.Ad, o.Ad), cmp.Compare(c.Place, o.Place),
		cmp.Compare(c.Section, o.Section), cmp.Compare(c.Measure, o.Measure), cmp.Compare(c.Reason, o.Reason))
}

func (e Event) cell() cell {
	return cell{e.Booking, quarterOf(e.At), e.Ad, e.Place, e.Section, e.Measure, e.Reason}
}

// total is what was billed of a booking.
type total struct {
	Booking int64
	Measure Measure
}

// record writes events and their sums in one transaction; what counts is then known to whoever sets the pace.
func (s *Store) record(ctx context.Context, events []Event) error {
	var judged []Event
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		have, err := billedOf(ctx, q, events)
		if err != nil {
			return err
		}
		judged = judge(events, have)
		if err := addEvents(ctx, q, judged); err != nil {
			return err
		}
		sums, totals := map[cell]int64{}, map[total]int64{}
		for _, e := range judged {
			sums[e.cell()]++
			if e.Reason == "" {
				totals[total{e.Booking, e.Measure}]++
			}
		}
		if err := addCounts(ctx, q, sums); err != nil {
			return err
		}
		return addTotals(ctx, q, totals)
	})
	if err != nil {
		return err
	}
	for _, e := range judged {
		if e.Reason == "" {
			s.Seen(e.Offer, e.Measure)
		}
	}
	return nil
}

// judge gives what counts already, or cannot count, its reason; have is what of these offers counts.
func judge(events []Event, have map[once]bool) []Event {
	judged := slices.Clone(events)
	for i := range judged {
		e := &judged[i]
		if e.Reason != "" {
			continue
		}
		this, rendered := once{e.ID, e.Measure}, have[once{e.ID, Rendered}]
		switch {
		case have[this]:
			e.Reason = Repeat
		case e.Measure == Clicked && !rendered:
			e.Reason = Unrendered
		case e.Measure == Viewed && !rendered:
			e.Reason = Impossible
		default:
			have[this] = true
		}
	}
	return judged
}

// billedOf reads what of the offers of these events counts already.
func billedOf(ctx context.Context, q db.Q, events []Event) (map[once]bool, error) {
	var offers []any
	asked := map[string]bool{}
	for _, e := range events {
		if e.Reason == "" && !asked[e.ID] {
			asked[e.ID] = true
			offers = append(offers, e.ID)
		}
	}
	have := map[once]bool{}
	err := inLots(offers, 1, func(n int, args []any) error {
		rows, err := q.QueryContext(ctx, `select offer, measure from ad_event where reason = '' and offer in (`+db.Places(1, n)+`)`, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var o once
			if err := rows.Scan(&o.offer, &o.measure); err != nil {
				return err
			}
			have[o] = true
		}
		return rows.Err()
	})
	return have, err
}

func addEvents(ctx context.Context, q db.Q, events []Event) error {
	const columns = 14
	args := make([]any, 0, columns*len(events))
	for _, e := range events {
		args = append(args, db.NewID(), e.ID, string(e.Measure), db.Micros(e.At), e.Booking, e.Ad, e.AdVersion, string(e.Place),
			string(e.Kind), e.Page, e.Section, e.Lang, string(e.Device), e.Reason)
	}
	return inLots(args, columns, func(n int, args []any) error {
		done, err := q.ExecContext(ctx, `insert into ad_event (id, offer, measure, at, booking_id, ad_id, ad_version, place, page_kind, page_id, section_id, lang, device, reason)
			values `+tuples(n, columns)+` on conflict (offer, measure) where reason = '' do nothing`, args...)
		if err != nil {
			return err
		}
		if wrote, err := done.RowsAffected(); err != nil || wrote != int64(n) {
			return errors.Join(err, fmt.Errorf("%d of %d events were written", wrote, n))
		}
		return nil
	})
}

func addCounts(ctx context.Context, q db.Q, sums map[cell]int64) error {
	const columns = 8
	cells := make([]cell, 0, len(sums))
	for c := range sums {
		cells = append(cells, c)
	}
	slices.SortFunc(cells, cell.compare) // whoever writes at the same time takes the rows in the same order
	var args []any
	for _, c := range cells {
		args = append(args, c.Booking, c.Quarter, c.Ad, string(c.Place), c.Section, string(c.Measure), c.Reason, sums[c])
	}
	return inLots(args, columns, func(n int, args []any) error {
		_, err := q.ExecContext(ctx, `insert into ad_count (booking_id, quarter, ad_id, place, section_id, measure, reason, n) values `+tuples(n, columns)+`
			on conflict (booking_id, quarter, ad_id, place, section_id, measure, reason) do update set n = ad_count.n + excluded.n`, args...)
		return err
	})
}

func addTotals(ctx context.Context, q db.Q, totals map[total]int64) error {
	const columns = 3
	of := make([]total, 0, len(totals))
	for t := range totals {
		of = append(of, t)
	}
	slices.SortFunc(of, func(a, b total) int {
		return cmp.Or(cmp.Compare(a.Booking, b.Booking), cmp.Compare(a.Measure, b.Measure))
	})
	var args []any
	for _, t := range of {
		args = append(args, t.Booking, string(t.Measure), totals[t])
	}
	return inLots(args, columns, func(n int, args []any) error {
		_, err := q.ExecContext(ctx, `insert into ad_total (booking_id, measure, n) values `+tuples(n, columns)+`
			on conflict (booking_id, measure) do update set n = ad_total.n + excluded.n`, args...)
		return err
	})
}

// inLots hands rows of so many columns to fn in lots of a few sizes, so that few statements are prepared; large ones are slow to bind.
func inLots(args []any, columns int, fn func(n int, args []any) error) error {
	for len(args) > 0 {
		n := 1
		for _, size := range []int{25, 5} {
			if len(args) >= size*columns {
				n = size
				break
			}
		}
		if err := fn(n, args[:n*columns]); err != nil {
			return err
		}
		args = args[n*columns:]
	}
	return nil
}

// tuples are n rows of placeholders: tuples(2, 2) is "($1,$2),($3,$4)".
func tuples(n, columns int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("(" + db.Places(1+i*columns, columns) + ")")
	}
	return b.String()
}

// Delivered is what was billed of bookings so far. A booking of which nothing was is not in it.
func (s *Store) Delivered(ctx context.Context, bookings ...int64) (map[int64]map[Measure]int64, error) {
	given := map[int64]map[Measure]int64{}
	err := inLots(db.Args(bookings), 1, func(n int, args []any) error {
		rows, err := s.db.Read().QueryContext(ctx, `select booking_id, measure, n from ad_total where booking_id in (`+db.Places(1, n)+`)`, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var t total
			var n int64
			if err := rows.Scan(&t.Booking, &t.Measure, &n); err != nil {
				return err
			}
			if given[t.Booking] == nil {
				given[t.Booking] = map[Measure]int64{}
			}
			given[t.Booking][t.Measure] = n
		}
		return rows.Err()
	})
	return given, err
}

// Difference is a sum that is not what the ledger says.
type Difference struct {
	Booking     int64
	Quarter     time.Time // zero for the total of a booking
	Ad          int64
	Place       Place
	Section     int64
	Measure     Measure
	Reason      string
	Ledger, Sum int64
}

func (d Difference) String() string {
	when := "ever"
	if !d.Quarter.IsZero() {
		when = d.Quarter.Format(time.RFC3339)
	}
	return fmt.Sprintf("booking %d, %s, ad %d, %s, section %d, %s, %q: the ledger has %d, the sum is %d", d.Booking, when, d.Ad, d.Place, d.Section, d.Measure, d.Reason, d.Ledger, d.Sum)
}

// Differences are the sums that are not what the ledger says, of these bookings or, where none is named, of all. The ledger and the
// sums are read in one statement, also while others write.
func (s *Store) Differences(ctx context.Context, bookings ...int64) ([]Difference, error) {
	return differences(ctx, s.db.Read(), bookings)
}

func differences(ctx context.Context, q db.Q, bookings []int64) ([]Difference, error) {
	only, args := "", db.Args(bookings)
	if len(bookings) > 0 {
		only = ` where booking_id in (` + db.Places(1, len(bookings)) + `)`
	}
	and := cmp.Or(strings.Replace(only, "where", "and", 1), "")
	quarter := strconv.FormatInt(Quarter.Microseconds(), 10)
	rows, err := q.QueryContext(ctx, `select booking_id, quarter, ad_id, place, section_id, measure, reason, cast(sum(ledger) as bigint), cast(sum(n) as bigint) from (
		select booking_id, at / `+quarter+` * `+quarter+` as quarter, ad_id, place, section_id, measure, reason, count(*) as ledger, 0 as n from ad_event`+only+`
			group by booking_id, at / `+quarter+` * `+quarter+`, ad_id, place, section_id, measure, reason
		union all select booking_id, quarter, ad_id, place, section_id, measure, reason, 0, n from ad_count`+only+`
		union all select booking_id, -1, 0, '', 0, measure, '', count(*), 0 from ad_event where reason = ''`+and+` group by booking_id, measure
		union all select booking_id, -1, 0, '', 0, measure, '', 0, n from ad_total`+only+`
		) as both_sides group by booking_id, quarter, ad_id, place, section_id, measure, reason having sum(ledger) <> sum(n)
		order by booking_id, quarter, ad_id, place, section_id, measure, reason`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Difference
	for rows.Next() {
		var d Difference
		var us int64
		if err := rows.Scan(&d.Booking, &us, &d.Ad, &d.Place, &d.Section, &d.Measure, &d.Reason, &d.Ledger, &d.Sum); err != nil {
			return nil, err
		}
		if us >= 0 {
			d.Quarter = db.Time(us)
		}
		all = append(all, d)
	}
	return all, rows.Err()
}

// Rebuild makes every sum what the ledger says, and tells which were not. Others may write meanwhile.
func (s *Store) Rebuild(ctx context.Context) ([]Difference, error) {
	all, err := s.Differences(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		if err := s.db.Tx(ctx, d.mend); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// mend counts again what a sum is about, and sets it.
func (d Difference) mend(ctx context.Context, q db.Q) error {
	var n int64
	if d.Quarter.IsZero() {
		err := q.QueryRowContext(ctx, `select count(*) from ad_event where booking_id = $1 and measure = $2 and reason = ''`, d.Booking, string(d.Measure)).Scan(&n)
		return set(ctx, q, err, n, `delete from ad_total where booking_id = $1 and measure = $2`, `insert into ad_total (booking_id, measure, n) values ($1, $2, $3)`, d.Booking, string(d.Measure))
	}
	of := []any{d.Booking, db.Micros(d.Quarter), d.Ad, string(d.Place), d.Section, string(d.Measure), d.Reason}
	err := q.QueryRowContext(ctx, `select count(*) from ad_event where booking_id = $1 and at >= $2 and at < $8 and ad_id = $3 and place = $4 and section_id = $5 and measure = $6 and reason = $7`,
		append(of, db.Micros(d.Quarter.Add(Quarter)))...).Scan(&n)
	return set(ctx, q, err, n, `delete from ad_count where booking_id = $1 and quarter = $2 and ad_id = $3 and place = $4 and section_id = $5 and measure = $6 and reason = $7`,
		`insert into ad_count (booking_id, quarter, ad_id, place, section_id, measure, reason, n) values ($1, $2, $3, $4, $5, $6, $7, $8)`, of...)
}

// set puts a sum in the place of the one that stands; nothing stands where it is 0.
func set(ctx context.Context, q db.Q, err error, n int64, remove, insert string, of ...any) error {
	if err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, remove, of...); err != nil || n == 0 {
		return err
	}
	_, err = q.ExecContext(ctx, insert, append(slices.Clone(of), n)...)
	return err
}

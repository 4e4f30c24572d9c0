package comment

import (
	"cmp"
	"context"
	"slices"
	"time"

	"lede/internal/db"
)

// Month is what moderation came to in one month, for the report that article 24 of Regulation (EU) 2022/2065 asks for.
type Month struct {
	Month     time.Time // its first day, in the paper's zone
	Comments  int       // that readers wrote
	Guard     int       // of those the guard held or refused by itself
	Reports   int
	Unlawful  int // of those, notices of illegal content
	Upheld    int // reports, by when they came
	Dismissed int
	Median    time.Duration // between a report and its decision
	Refused   int           // by moderators, and not undone; removed ones too
	Spam      int
	Appeals   int
	Restored  int // appeals of writers that were upheld
	Gone      int // appeals of those who reported that were upheld
}

// Months are the figures of the last twelve months, the newest first. Months without anything are among them.
func (s *Store) Months(ctx context.Context, now time.Time) ([]Month, error) {
	p, err := s.papers.Get(ctx)
	if err != nil {
		return nil, err
	}
	now = now.In(p.Clock())
	first := time.Date(now.Year(), now.Month()-11, 1, 0, 0, 0, 0, now.Location())
	b := book{zone: now.Location(), months: map[time.Time]*Month{}, took: map[time.Time][]time.Duration{}}
	for n := range 12 {
		at := first.AddDate(0, n, 0)
		b.months[at] = &Month{Month: at}
	}
	for _, read := range []func(context.Context, db.Q, int64) error{b.comments, b.notices, b.verdicts, b.appeals} {
		if err := read(ctx, s.db.Read(), db.Micros(first)); err != nil {
			return nil, err
		}
	}
	var all []Month
	for at, m := range b.months {
		if took := b.took[at]; len(took) > 0 {
			slices.Sort(took)
			m.Median = took[len(took)/2]
		}
		all = append(all, *m)
	}
	slices.SortFunc(all, func(a, b Month) int { return cmp.Compare(b.Month.Unix(), a.Month.Unix()) })
	return all, nil
}

// book gathers figures by month.
type book struct {
	zone   *time.Location
	months map[time.Time]*Month
	took   map[time.Time][]time.Duration
}

// of is the month of a moment.
func (b book) of(us int64) (*Month, time.Time) {
	t := db.Time(us).In(b.zone)
	at := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, b.zone)
	if b.months[at] == nil {
		return &Month{}, at
	}
	return b.months[at], at
}

// eachRow runs through the rows of a statement.
func eachRow(ctx context.Context, q db.Q, statement string, since int64, fn func(scan func(...any) error) error) error {
	rows, err := q.QueryContext(ctx, statement, since)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// comments counts by day in the database, for there may be very many.
func (b book) comments(ctx context.Context, q db.Q, since int64) error {
	const hour = "3600000000"
	return eachRow(ctx, q, `select at / `+hour+` * `+hour+`, count(*), sum(case when replace(reasons, '"decided":true', '') <> reasons then 1 else 0 end) from comment
		where at >= $1 and staff_id = 0 and import_key is null group by at / `+hour, since, func(scan func(...any) error) error {
		var at int64
		var n, guard int
		if err := scan(&at, &n, &guard); err != nil {
			return err
		}
		m, _ := b.of(at)
		m.Comments, m.Guard = m.Comments+n, m.Guard+guard
		return nil
	})
}

func (b book) notices(ctx context.Context, q db.Q, since int64) error {
	return eachRow(ctx, q, `select at, reason, state, coalesce(decided_at, 0) from notice where at >= $1`, since, func(scan func(...any) error) error {
		var at, decided int64
		var reason, state string
		if err := scan(&at, &reason, &state, &decided); err != nil {
			return err
		}
		m, month := b.of(at)
		m.Reports++
		if reason == Unlawful {
			m.Unlawful++
		}
		switch state {
		case Upheld:
			m.Upheld++
		case Dismissed:
			m.Dismissed++
		}
		if decided != 0 {
			b.took[month] = append(b.took[month], time.Duration(decided-at)*time.Microsecond)
		}
		return nil
	})
}

func (b book) verdicts(ctx context.Context, q db.Q, since int64) error {
	return eachRow(ctx, q, `select at, before, after from verdict where at >= $1 and undone = 0`, since, func(scan func(...any) error) error {
		var at int64
		var before, after State
		if err := scan(&at, &before, &after); err != nil {
			return err
		}
		m, _ := b.of(at)
		switch {
		case after == Spam && before != Spam:
			m.Spam++
		case restricts(before, after):
			m.Refused++
		}
		return nil
	})
}

func (b book) appeals(ctx context.Context, q db.Q, since int64) error {
	return eachRow(ctx, q, `select at, state, notice_id from appeal where at >= $1`, since, func(scan func(...any) error) error {
		var at, notice int64
		var state string
		if err := scan(&at, &state, &notice); err != nil {
			return err
		}
		m, _ := b.of(at)
		m.Appeals++
		switch {
		case state == Upheld && notice == 0:
			m.Restored++
		case state == Upheld:
			m.Gone++
		}
		return nil
	})
}

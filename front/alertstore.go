package front

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/job"
)

// AlertChanged says that an alert was set, changed or ended; its id is the alert's.
const AlertChanged = job.Event("front.alert")

const alertColumns = `select id, version, lang, text, link, begins_at, ends_at, added_at from alert`

func scanAlert(r interface{ Scan(...any) error }) (a Alert, err error) {
	var begins, ends, added int64
	err = r.Scan(&a.ID, &a.Version, &a.Lang, &a.Text, &a.Link, &begins, &ends, &added)
	a.Begins, a.Ends, a.Added = db.Time(begins), db.Time(ends), db.Time(added)
	return a, err
}

// Alert is the alert that stands on the pages in lang at now, the last that was set where there are several; and until when this
// answer holds, zero for as long as nobody sets one.
func (s *Store) Alert(ctx context.Context, lang string, now time.Time) (on Alert, until time.Time, err error) {
	list, err := s.alerts(ctx, alertColumns+` where lang = $1 and ends_at > $2 order by added_at desc, id desc`, lang, db.Micros(now))
	soon := func(at time.Time) {
		if at.After(now) && (until.IsZero() || at.Before(until)) {
			until = at
		}
	}
	for _, a := range list {
		soon(a.Begins)
		soon(a.Ends)
		if on.ID == 0 && a.On(now) {
			on = a
		}
	}
	return on, until, err
}

// Alerts are the alerts of the paper, the last first, those that are over among them.
func (s *Store) Alerts(ctx context.Context) ([]Alert, error) {
	return s.alerts(ctx, alertColumns+` order by added_at desc, id desc limit 50`)
}

func (s *Store) alerts(ctx context.Context, statement string, args ...any) ([]Alert, error) {
	rows, err := s.db.Read().QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Alert
	for rows.Next() {
		a, err := scanAlert(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, rows.Err()
}

// SetAlert sets a new alert. What is to be mended comes back as a fault.Form.
func (s *Store) SetAlert(ctx context.Context, a Alert, now time.Time) (Alert, error) {
	a = a.clean(now)
	if err := a.check(now); err != nil {
		return a, err
	}
	a.ID, a.Version, a.Added = db.NewID(), 1, now
	return a, s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `insert into alert (id, version, lang, text, link, begins_at, ends_at, added_at, changed_at) values ($1, 1, $2, $3, $4, $5, $6, $7, $7)`,
			a.ID, a.Lang, a.Text, a.Link, db.Micros(a.Begins), db.Micros(a.Ends), db.Micros(now))
		if err != nil {
			return err
		}
		return s.note(ctx, q, now, a, "set")
	})
}

// ChangeAlert changes an alert that is not over. a.Version is the one it was changed from; another is a fault.Conflict.
func (s *Store) ChangeAlert(ctx context.Context, a Alert, now time.Time) error {
	a = a.clean(now)
	if err := a.check(now); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		was, err := standing(ctx, q, a.ID, a.Version, now)
		if err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `update alert set version = version + 1, lang = $2, text = $3, link = $4, begins_at = $5, ends_at = $6, changed_at = $7 where id = $1`,
			was.ID, a.Lang, a.Text, a.Link, db.Micros(a.Begins), db.Micros(a.Ends), db.Micros(now))
		if err != nil {
			return err
		}
		return s.note(ctx, q, now, a, "changed")
	})
}

// EndAlert takes an alert off the pages now, or, where it is still to come, for good.
func (s *Store) EndAlert(ctx context.Context, id, version int64, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		a, err := standing(ctx, q, id, version, now)
		if err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `update alert set version = version + 1, ends_at = $2, changed_at = $2 where id = $1`, id, db.Micros(now))
		if err != nil {
			return err
		}
		return s.note(ctx, q, now, a, "ended")
	})
}

// standing is an alert at a version that is not over.
func standing(ctx context.Context, q db.Q, id, version int64, now time.Time) (Alert, error) {
	a, err := scanAlert(q.QueryRowContext(ctx, alertColumns+` where id = $1`, id))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return a, fault.NotFound
	case err != nil:
		return a, err
	case a.Version != version:
		return a, fault.Conflict
	case !a.Ends.After(now):
		return a, fault.Invalid("This alert is over; set a new one.")
	}
	return a, nil
}

// note tells the pages, and the audit log, what was done to an alert.
func (s *Store) note(ctx context.Context, q db.Q, now time.Time, a Alert, done string) error {
	detail := fmt.Sprintf("%s, %s to %s: %s %s", a.Lang, a.Begins.UTC().Format(time.DateTime), a.Ends.UTC().Format(time.DateTime), a.Text, a.Link)
	if err := audit.Add(ctx, q, now, "alert."+done, "alert", a.ID, strings.TrimSpace(detail)); err != nil {
		return err
	}
	return AlertChanged.Add(ctx, q, a.ID)
}

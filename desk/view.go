package desk

import (
	"context"
	"encoding/json"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
	"lede/paper"
)

// View is a filter somebody saved for themselves under a name.
type View struct {
	ID     int64
	Person int64
	Name   string
	Filter Filter
}

// mostViews is how many views one person keeps.
const mostViews = 20

// SaveView keeps a view; one of the same name takes its place.
func (s *Store) SaveView(ctx context.Context, v View, now time.Time) (View, error) {
	v.Name = cutRunes(paper.Line(v.Name), 40)
	if v.Name == "" {
		return v, fault.Form{"name": "Give the view a name."}
	}
	filter, err := json.Marshal(v.Filter)
	if err != nil {
		return v, err
	}
	v.ID = db.NewID()
	return v, s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if _, err := q.ExecContext(ctx, `delete from list_view where person_id = $1 and name = $2`, v.Person, v.Name); err != nil {
			return err
		}
		var n int
		if err := q.QueryRowContext(ctx, `select count(*) from list_view where person_id = $1`, v.Person).Scan(&n); err != nil {
			return err
		}
		if n >= mostViews {
			return fault.Form{"name": "You have 20 views. Remove one first."}
		}
		_, err := q.ExecContext(ctx, `insert into list_view (id, person_id, name, filter, at) values ($1, $2, $3, $4, $5)`, v.ID, v.Person, v.Name, string(filter), db.Micros(now))
		return err
	})
}

// DropView removes a view of the person.
func (s *Store) DropView(ctx context.Context, person, id int64) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `delete from list_view where id = $1 and person_id = $2`, id, person)
		return err
	})
}

// Views are the views of a person, the oldest first.
func (s *Store) Views(ctx context.Context, person int64) ([]View, error) {
	rows, err := s.db.Read().QueryContext(ctx, `select id, person_id, name, filter from list_view where person_id = $1 order by at, id`, person)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []View
	for rows.Next() {
		var v View
		var filter string
		if err := rows.Scan(&v.ID, &v.Person, &v.Name, &filter); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(filter), &v.Filter); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

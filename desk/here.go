package desk

import (
	"context"
	"time"

	"lede/internal/db"
)

// Visitor is somebody with the article open, in one window.
type Visitor struct {
	Tab    string
	Person int64
	Part   string // the part they are in, "" for none
	At     time.Time
}

// Scene is who is at an article, and what stands there.
type Scene struct {
	Visitors []Visitor // those heard of lately
	Holds    []Hold
	Seqs     map[string]int64
	Stage    string
	Version  int64
	Notes    int // that are not done
}

// See tells who is at the article, and that this tab is, in that part.
func (s *Store) See(ctx context.Context, article int64, tab, part string, person int64, now time.Time) (Scene, error) {
	if err := s.enter(ctx, article, tab, part, person, now); err != nil {
		return Scene{}, err
	}
	sc, err := s.Scene(ctx, article, now)
	if err != nil || len(sc.Seqs) == len(Parts()) {
		return sc, err
	}
	if err := s.align(ctx, article, now); err != nil {
		return sc, err
	}
	sc.Seqs, err = seqs(ctx, s.db.Read(), article)
	return sc, err
}

// enter notes that the tab is there. So that a heartbeat is no write each time, what is fresh is left.
func (s *Store) enter(ctx context.Context, article int64, tab, part string, person int64, now time.Time) error {
	w := Writing{Part: Headline, Tab: tab, Value: []byte(`null`)}
	if part != "" {
		w.Part = part
	}
	if err := w.check(); err != nil {
		return err
	}
	const fresh = 8 * time.Second
	var n int
	err := s.db.Read().QueryRowContext(ctx, `select count(*) from presence where tab = $1 and article_id = $2 and person_id = $3 and part = $4 and at > $5`,
		tab, article, person, part, db.Micros(now.Add(-fresh))).Scan(&n)
	if err != nil || n > 0 {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `insert into presence (tab, article_id, person_id, part, at) values ($1, $2, $3, $4, $5)
			on conflict (tab) do update set article_id = excluded.article_id, person_id = excluded.person_id, part = excluded.part, at = excluded.at`,
			tab, article, person, part, db.Micros(now))
		return err
	})
}

// Leave notes that the tab is gone, lets go of all it holds, and cuts a version.
func (s *Store) Leave(ctx context.Context, article int64, tab string, by int64, now time.Time) error {
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `delete from presence where tab = $1 and person_id = $2`, tab, by)
		return err
	})
	if err != nil {
		return err
	}
	return s.Release(ctx, article, "", tab, by, now)
}

// Scene is who is at an article.
func (s *Store) Scene(ctx context.Context, article int64, now time.Time) (sc Scene, err error) {
	q := s.db.Read()
	err = q.QueryRowContext(ctx, `select a.stage, a.version, (select count(*) from note n where n.article_id = a.id and n.under = 0 and n.done_at is null)
		from article a where a.id = $1`, article).Scan(&sc.Stage, &sc.Version, &sc.Notes)
	if err != nil {
		return sc, missing(err)
	}
	if sc.Visitors, err = visitors(ctx, q, article, now); err != nil {
		return sc, err
	}
	if sc.Holds, err = holds(ctx, q, article, now, sc.Visitors); err != nil {
		return sc, err
	}
	sc.Seqs, err = seqs(ctx, q, article)
	return sc, err
}

func visitors(ctx context.Context, q db.Q, article int64, now time.Time) ([]Visitor, error) {
	rows, err := q.QueryContext(ctx, `select tab, person_id, part, at from presence where article_id = $1 and at > $2 order by tab`,
		article, db.Micros(now.Add(-Here)))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Visitor
	for rows.Next() {
		var v Visitor
		var at int64
		if err := rows.Scan(&v.Tab, &v.Person, &v.Part, &at); err != nil {
			return nil, err
		}
		v.At = db.Time(at)
		list = append(list, v)
	}
	return list, rows.Err()
}

func holds(ctx context.Context, q db.Q, article int64, now time.Time, here []Visitor) ([]Hold, error) {
	rows, err := q.QueryContext(ctx, `select `+holdColumns+` from hold where article_id = $1 and at > $2 order by part`, article, db.Micros(now.Add(-24*time.Hour)))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Hold
	for rows.Next() {
		h, err := scanHold(rows)
		if err != nil {
			return nil, err
		}
		for _, v := range here {
			h.Present = h.Present || v.Tab == h.Tab
		}
		list = append(list, h)
	}
	return list, rows.Err()
}

func seqs(ctx context.Context, q db.Q, article int64) (map[string]int64, error) {
	rows, err := q.QueryContext(ctx, `select part, seq from working where article_id = $1`, article)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	of := map[string]int64{}
	for rows.Next() {
		var part string
		var seq int64
		if err := rows.Scan(&part, &seq); err != nil {
			return nil, err
		}
		of[part] = seq
	}
	return of, rows.Err()
}

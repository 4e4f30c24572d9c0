package desk

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"lede/internal/db"
)

const holdColumns = `part, tab, by_id, since, at, asked_tab, asked_by, asked_at, asked_no, from_tab, from_by`

func scanHold(from interface{ Scan(...any) error }) (h Hold, err error) {
	var since, at, asked, no int64
	err = from.Scan(&h.Part, &h.Tab, &h.By, &since, &at, &h.Asked.Tab, &h.Asked.By, &asked, &no, &h.From, &h.FromBy)
	h.Since, h.At, h.Asked.At, h.Asked.No = db.Time(since), db.Time(at), db.Time(asked), no != 0
	return h, err
}

func holdOf(ctx context.Context, q db.Q, article int64, part string) (Hold, error) {
	h, err := scanHold(q.QueryRowContext(ctx, `select `+holdColumns+` from hold where article_id = $1 and part = $2`, article, part))
	if errors.Is(err, sql.ErrNoRows) {
		return Hold{Part: part}, nil
	}
	return h, err
}

// hold gives tab the hold of a part for a write at now, if it may have it.
func hold(ctx context.Context, q db.Q, article int64, part, tab string, by int64, r row, now time.Time) error {
	h, err := holdOf(ctx, q, article, part)
	if err != nil {
		return err
	}
	if h.Tab == tab {
		_, err := q.ExecContext(ctx, `update hold set at = $3 where article_id = $1 and part = $2`, article, part, db.Micros(now))
		return err
	}
	if !h.free(tab, now) {
		return Held{h, now}
	}
	return pass(ctx, q, article, h, tab, by, r, now)
}

// pass hands the hold on. What the former holder wrote is to stand in a version first.
func pass(ctx context.Context, q db.Q, article int64, h Hold, tab string, by int64, r row, now time.Time) error {
	if h.Tab != "" && r.tab != tab && r.lost() {
		return errUncut
	}
	_, err := q.ExecContext(ctx, `insert into hold (article_id, part, tab, by_id, since, at, from_tab, from_by) values ($1, $2, $3, $4, $5, $5, $6, $7)
		on conflict (article_id, part) do update set tab = excluded.tab, by_id = excluded.by_id, since = excluded.since, at = excluded.at,
		asked_tab = '', asked_by = 0, asked_at = 0, asked_no = 0, from_tab = excluded.from_tab, from_by = excluded.from_by`,
		article, h.Part, tab, by, db.Micros(now), h.Tab, h.By)
	return err
}

// moment is what every change of a hold is made from.
type moment struct {
	article   int64
	part, tab string
	by        int64
	now       time.Time
}

// atHold lets do change a hold that stands, with the row of its part.
func (s *Store) atHold(ctx context.Context, m moment, do func(ctx context.Context, q db.Q, h Hold, r row) error) (h Hold, err error) {
	w := Writing{Part: m.part, Tab: m.tab, Value: []byte(`null`)}
	if err := w.check(); err != nil {
		return h, err
	}
	err = s.settled(ctx, m.article, m.now, func() error {
		return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
			r, err := current(ctx, q, m.article, m.part)
			if err != nil {
				return err
			}
			if h, err = holdOf(ctx, q, m.article, m.part); err != nil {
				return err
			}
			if err := do(ctx, q, h, r); err != nil {
				return err
			}
			h, err = holdOf(ctx, q, m.article, m.part)
			return err
		})
	})
	return h, err
}

// Take gives a tab the hold of a part: if nobody has it, if the holder is idle, or if the tab's ask went unanswered. Else it is Held.
func (s *Store) Take(ctx context.Context, article int64, part, tab string, by int64, now time.Time) (Hold, error) {
	m := moment{article, part, tab, by, now}
	return s.atHold(ctx, m, func(ctx context.Context, q db.Q, h Hold, r row) error {
		return m.take(ctx, q, h, r)
	})
}

func (m moment) take(ctx context.Context, q db.Q, h Hold, r row) error {
	switch {
	case h.Tab == m.tab:
		return nil
	case !h.free(m.tab, m.now):
		return Held{h, m.now}
	}
	return pass(ctx, q, m.article, h, m.tab, m.by, r, m.now)
}

// Ask asks the holder for a part. A hold that is free, or the person's own in another window, is taken at once; while somebody
// else's ask waits it is Held.
func (s *Store) Ask(ctx context.Context, article int64, part, tab string, by int64, now time.Time) (Hold, error) {
	m := moment{article, part, tab, by, now}
	return s.atHold(ctx, m, func(ctx context.Context, q db.Q, h Hold, r row) error {
		switch {
		case h.free(tab, now):
			return m.take(ctx, q, h, r)
		case h.By == by && by != 0:
			return pass(ctx, q, article, h, tab, by, r, now)
		case h.asks(tab, now):
			return Held{h, now}
		case h.Asked.Tab == tab && (!h.Asked.No || now.Sub(h.Asked.At) < Answer):
			return nil // it waits already, or was just refused
		}
		return askOf(ctx, q, article, part, Ask{Tab: tab, By: by, At: now})
	})
}

// Give hands the hold to whoever asks for it. What a window holds is its person's alone to give, keep and let go: everybody at the
// article is told the ids of windows.
func (s *Store) Give(ctx context.Context, article int64, part, tab string, by int64, now time.Time) (Hold, error) {
	return s.atHold(ctx, moment{article, part, tab, by, now}, func(ctx context.Context, q db.Q, h Hold, r row) error {
		if !h.of(tab, by) || h.Asked.Tab == "" {
			return nil
		}
		return pass(ctx, q, article, h, h.Asked.Tab, h.Asked.By, r, now)
	})
}

// Keep refuses whoever asks. The refusal stands for a while, so that they hear of it.
func (s *Store) Keep(ctx context.Context, article int64, part, tab string, by int64, now time.Time) (Hold, error) {
	return s.atHold(ctx, moment{article, part, tab, by, now}, func(ctx context.Context, q db.Q, h Hold, _ row) error {
		if !h.of(tab, by) || h.Asked.Tab == "" {
			return nil
		}
		return askOf(ctx, q, article, part, Ask{Tab: h.Asked.Tab, By: h.Asked.By, At: now, No: true})
	})
}

// Unask takes back an ask.
func (s *Store) Unask(ctx context.Context, article int64, part, tab string, now time.Time) (Hold, error) {
	return s.atHold(ctx, moment{article, part, tab, 0, now}, func(ctx context.Context, q db.Q, h Hold, _ row) error {
		if h.Asked.Tab != tab {
			return nil
		}
		return askOf(ctx, q, article, part, Ask{})
	})
}

func askOf(ctx context.Context, q db.Q, article int64, part string, a Ask) error {
	at, no := int64(0), 0
	if a.Tab != "" {
		at = db.Micros(a.At)
	}
	if a.No {
		no = 1
	}
	_, err := q.ExecContext(ctx, `update hold set asked_tab = $3, asked_by = $4, asked_at = $5, asked_no = $6 where article_id = $1 and part = $2`,
		article, part, a.Tab, a.By, at, no)
	return err
}

// Release lets go of a part, or with part "" of all the tab holds, and cuts a version of what stands: whoever leaves leaves it whole.
// Who asked for the part has it then.
func (s *Store) Release(ctx context.Context, article int64, part, tab string, by int64, now time.Time) error {
	parts := []string{part}
	if part == "" {
		parts = Parts()
	}
	held := false
	for _, part := range parts {
		_, err := s.atHold(ctx, moment{article, part, tab, by, now}, func(ctx context.Context, q db.Q, h Hold, r row) error {
			if !h.of(tab, by) {
				return nil
			}
			held = true
			if h.Asked.Tab != "" && !h.Asked.No {
				return pass(ctx, q, article, h, h.Asked.Tab, h.Asked.By, r, now)
			}
			_, err := q.ExecContext(ctx, `delete from hold where article_id = $1 and part = $2`, article, part)
			return err
		})
		if err != nil {
			return err
		}
	}
	if !held {
		return nil
	}
	_, err := s.Cut(ctx, article, now)
	return err
}

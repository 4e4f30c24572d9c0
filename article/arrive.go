package article

import (
	"context"
	"errors"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
	"lede/paper"
)

// atOnce is how many articles come or go in one transaction.
const atOnce = 200

// Arrive lets what is due happen to the article of id, and to all that are due as well: a scheduled one becomes a published
// one, and one that was to be withdrawn goes. It looks how things stand now, so that what was called off or put off does
// not happen; it may run as often as anybody likes, and each thing happens once.
func (s *Store) Arrive(ctx context.Context, id int64, now time.Time) error {
	const due = ` and (stage = 'scheduled' and published_at <= $1 or stage = 'published' and withdrawn_at is not null and withdrawn_at <= $1)`
	for {
		still, err := db.Column[int64](ctx, s.db.Read(), `select id from article where id = $2`+due, db.Micros(now), id)
		if err != nil || len(still) == 0 {
			return err
		}
		if err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error { return arriveAll(byClock(ctx), q, id, now) }); err != nil {
			return err
		}
	}
}

// arriveAll lets one article come or go, and others beside it that are due.
func arriveAll(ctx context.Context, q db.Q, id int64, now time.Time) error {
	ids, err := db.Column[int64](ctx, q, `select id from (
		select id, 0 as place from article where id = $2
		union select id, 1 as place from (select id from article where stage = 'scheduled' and published_at <= $1 and id <> $2 order by published_at limit $3) as comes
		union select id, 1 as place from (select id from article where stage = 'published' and withdrawn_at is not null and withdrawn_at <= $1 and id <> $2
			order by withdrawn_at limit $3) as goes) as due order by place, id`, db.Micros(now), id, atOnce)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := arrive(ctx, q, id, now); err != nil {
			return err
		}
	}
	return nil
}

// arrive lets one article come, and go if it should be gone by now too.
func arrive(ctx context.Context, q db.Q, id int64, now time.Time) error {
	a, err := one(ctx, q, id)
	if err != nil {
		return err
	}
	if a.Stage == Scheduled && a.out(now) {
		a.Stage, a.Wall.Publication = Published, paper.Wall{}
		if err := update(ctx, q, a); err != nil {
			return err
		}
		if err := noted(ctx, q, now, a, kept{Kind: First, By: clock, At: a.Published}); err != nil {
			return err
		}
		if err := Shown.Add(ctx, q, id); err != nil {
			return err
		}
	}
	if a.Stage != Published || a.Standing(now) != Withdrawn {
		return nil
	}
	at := a.Withdrawn
	return turn(ctx, q, a, now, func(_ context.Context, _ db.Q, a *Article) (kept, error) {
		k := a.withdrawn(a.Gone, at)
		k.Said = "as it was set"
		return k, nil
	})
}

// Rederive looks whether what lies ahead still lies where it was put on the wall: when a zone's rules changed since, its moment is another.
// Call it when the paper is opened. What is due by now stays, so that it happens.
func (s *Store) Rederive(ctx context.Context, now time.Time) error {
	ids, err := db.Column[int64](ctx, s.db.Read(), `select id from article where ahead <> ''`)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.rederive(ctx, id, now); err != nil && !errors.Is(err, fault.Conflict) {
			return err
		}
	}
	return nil
}

func (s *Store) rederive(ctx context.Context, id int64, now time.Time) error {
	a, err := s.Get(ctx, id)
	if err != nil || !a.drifted(now) {
		return err
	}
	return s.change(byClock(ctx), id, a.Version, now, func(ctx context.Context, q db.Q, a *Article) (kept, error) {
		k := kept{Kind: Leaving, By: clock, At: now, Quiet: true, Said: "the zone's rules changed"}
		wall := a.Wall
		if at := moved(wall.Embargo, a.Embargo, now); !at.IsZero() {
			a.Embargo = at
		}
		if at := moved(wall.Withdrawal, a.Withdrawn, now); !at.IsZero() {
			a.Withdrawn, k.Due = at, at
		}
		at := moved(wall.Publication, a.Published, now)
		if at.IsZero() && a.Stage == Scheduled && a.Published.Before(a.Embargo) {
			at = a.Embargo
		}
		if at.IsZero() {
			return k, nil
		}
		if k.Due.After(now) {
			if err := Due.AddAt(ctx, q, a.ID, k.Due); err != nil {
				return k, err
			}
		}
		a.Published = at
		return kept{Kind: First, By: clock, At: at, Public: true, Stood: true, Due: at, Said: k.Said}, nil
	})
}

// drifted tells whether a moment ahead is not what its wall means any more.
func (a Article) drifted(now time.Time) bool {
	return !moved(a.Wall.Publication, a.Published, now).IsZero() || !moved(a.Wall.Embargo, a.Embargo, now).IsZero() ||
		!moved(a.Wall.Withdrawal, a.Withdrawn, now).IsZero()
}

// moved is the moment a wall means, if that is another than was derived from it and that still lies ahead; else zero.
func moved(w paper.Wall, at, now time.Time) time.Time {
	if w.IsZero() || !at.After(now) {
		return time.Time{}
	}
	if means := w.Near(); !means.IsZero() && !means.Truncate(time.Microsecond).Equal(at.Truncate(time.Microsecond)) {
		return means
	}
	return time.Time{}
}

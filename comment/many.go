package comment

import (
	"context"
	"errors"
	"slices"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
)

// Pick is a comment that was chosen, in the version that was seen.
type Pick struct{ ID, Version int64 }

// Tally is what became of a verdict on many comments, or of its undoing.
type Tally struct {
	Batch  int64 // by which it is undone
	Done   int
	Others int // that others had decided, or changed, meanwhile
}

// together are how many verdicts share a transaction, so that nobody waits long behind many.
const together = 25

// JudgeAll carries out one verdict on many comments, each as Judge does; what others decided meanwhile it leaves as it is.
func (s *Store) JudgeAll(ctx context.Context, picks []Pick, v Verdict, now time.Time) (Tally, error) {
	t := Tally{Batch: db.NewID()}
	v.batch = t.Batch
	if err := v.check(Held); err != nil {
		return t, err
	}
	err := s.inParts(ctx, &t, picks, func(ctx context.Context, q db.Q, p Pick) error {
		_, err := s.judgeIn(ctx, q, p.ID, p.Version, v, now)
		return err
	})
	return t, err
}

// UndoAll takes back a verdict on many comments; what was decided since stays.
func (s *Store) UndoAll(ctx context.Context, batch int64, now time.Time) (Tally, error) {
	t := Tally{Batch: batch}
	rows, err := s.db.Read().QueryContext(ctx, `select comment_id, id from verdict where batch = $1 and batch <> 0 and undone = 0 order by id`, batch)
	if err != nil {
		return t, err
	}
	defer rows.Close()
	var picks []Pick // with the verdict in the place of the version
	for rows.Next() {
		var p Pick
		if err := rows.Scan(&p.ID, &p.Version); err != nil {
			return t, err
		}
		picks = append(picks, p)
	}
	if err := rows.Err(); err != nil {
		return t, err
	}
	return t, s.inParts(ctx, &t, picks, func(ctx context.Context, q db.Q, p Pick) error {
		var last int64
		var before State
		if err := q.QueryRowContext(ctx, lastVerdict+` limit 1`, p.ID).Scan(&last, &before); err != nil {
			return err
		}
		c, err := one(ctx, q, `id = $1`, p.ID)
		if err == nil && last != p.Version {
			err = Decided{c}
		}
		if err != nil {
			return err
		}
		return s.undoIn(ctx, q, &c, now)
	})
}

// inParts does the same to many comments, some in each transaction, and counts.
func (s *Store) inParts(ctx context.Context, t *Tally, picks []Pick, do func(context.Context, db.Q, Pick) error) error {
	for some := range slices.Chunk(picks, together) {
		var done, others int
		err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
			done, others = 0, 0
			for _, p := range some {
				err := do(ctx, q, p)
				switch {
				case errors.Is(err, fault.Conflict), errors.Is(err, fault.NotFound), err != nil && fault.IsInvalid(err) && !isForm(err):
					others++
				case err != nil:
					return err
				default:
					done++
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		t.Done, t.Others = t.Done+done, t.Others+others
	}
	return nil
}

func isForm(err error) bool {
	var f fault.Form
	return errors.As(err, &f)
}

package desk

import (
	"context"
	"errors"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
)

// Merge puts a merged text where w.Base stands, and does away with the aside of the tab `of`. Both texts that went into it stay: what
// stood there as a version, what stood beside as a scrap, and as a version before that one where it can be one.
// When something else stands there than w.Base, it is Stands; while another window holds the part, Held.
func (s *Store) Merge(ctx context.Context, w Writing, of string, now time.Time) (k Kept, err error) {
	if err := w.check(); err != nil {
		return k, err
	}
	if w.Value == nil {
		return k, fault.Invalid("A merged text is sent whole.")
	}
	beside, err := asides(ctx, s.db.Read(), `where article_id = $1 and part = $2 and tab = $3`, w.Article, w.Part, of)
	if err != nil {
		return k, err
	}
	st, err := s.State(ctx, w.Article, now)
	if err != nil {
		return k, err
	}
	stands := st.Parts[w.Part]
	if len(beside) == 0 && stands.Tab == w.Tab && string(stands.Value) == string(w.Value) {
		return Kept{stands.Seq, stands.At}, nil // this merge again
	}
	if err := s.mayMerge(ctx, w, stands, now); err != nil {
		return k, err
	}
	for _, a := range beside {
		if err := s.showAside(ctx, a, now); err != nil {
			return k, err
		}
	}
	err = s.settled(ctx, w.Article, now, func() error {
		return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
			k, err = merge(ctx, q, w, beside, now)
			return err
		})
	})
	return k, err
}

func (s *Store) mayMerge(ctx context.Context, w Writing, stands Part, now time.Time) error {
	h, err := holdOf(ctx, s.db.Read(), w.Article, w.Part)
	switch {
	case err != nil:
		return err
	case !h.free(w.Tab, now):
		return Held{h, now}
	case stands.Seq != w.Base:
		return Stands{stands}
	}
	return nil
}

// merge writes the merged text, and makes scraps of the asides that went into it. One that was written to since stays.
func merge(ctx context.Context, q db.Q, w Writing, beside []Aside, now time.Time) (Kept, error) {
	r, err := current(ctx, q, w.Article, w.Part)
	if err != nil {
		return Kept{}, err
	}
	if r.seq == w.Base && r.lost() {
		return Kept{}, errUncut // also one's own words: both sides stay
	}
	k, _, err := write(ctx, q, w, now)
	if err != nil {
		return k, err
	}
	for _, a := range beside {
		if a, err = a.asIs(ctx, q); err != nil {
			return k, err
		}
		if a.Value == nil {
			continue
		}
		if err := addScrap(ctx, q, a.Article, a.Part, a.By, string(a.Value), "It stood beside, and was merged.", true, a.At); err != nil {
			return k, err
		}
		_, err := q.ExecContext(ctx, `delete from aside where article_id = $1 and part = $2 and tab = $3 and at = $4`, a.Article, a.Part, a.Tab, db.Micros(a.At))
		if err != nil {
			return k, err
		}
	}
	return k, nil
}

// asIs is the aside as it stands now, when the law may have taken something out of it; without a value if it is gone, or was written
// to since.
func (a Aside) asIs(ctx context.Context, q db.Q) (Aside, error) {
	list, err := asides(ctx, q, `where article_id = $1 and part = $2 and tab = $3 and at = $4`, a.Article, a.Part, a.Tab, db.Micros(a.At))
	a.Value = nil
	if len(list) > 0 {
		a = list[0]
	}
	return a, err
}

// showAside makes a version of the article with the aside in its place, so that it can be compared, and again one of what stands.
func (s *Store) showAside(ctx context.Context, a Aside, now time.Time) error {
	for range 8 {
		version, t, err := s.latest(ctx, a.Article)
		if err != nil {
			return err
		}
		stood := t
		a, err := a.asIs(ctx, s.db.Read()) // after the version, which a redaction makes another
		if err != nil {
			return err
		}
		if a.Value == nil || join(&t, a.Part, a.Value) != nil {
			return nil
		}
		err = s.articles.Save(ctx, a.Article, version, t, a.By, now)
		if fault.IsInvalid(err) {
			return nil
		}
		if err == nil {
			err = s.articles.Save(ctx, a.Article, version+1, stood, 0, now)
		}
		if !errors.Is(err, fault.Conflict) {
			return err
		}
	}
	return nil
}

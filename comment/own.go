package comment

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/tongue"
)

// owns tells whether a hand wrote the comment: it holds the owner's cookie, or the account.
func (c Comment) owns(w writer) bool {
	browser := c.owner != "" && subtle.ConstantTimeCompare([]byte(c.owner), []byte(w.owner)) == 1
	return browser || c.Reader != 0 && c.Reader == w.Reader || c.Staff != 0 && c.Staff == w.Staff
}

// sentAgain is the comment that was kept when a post came the first time. Whoever never got that answer has no cookie of it: such a
// hand owns the comment from now on, while only its writer can know what it says.
func (s *Store) sentAgain(ctx context.Context, d Draft, w writer, idems []string) (Comment, error) {
	c, err := posted(ctx, s.db.Read(), w, idems)
	if err != nil || !w.Fresh || c.State != Held && d.Key == "" {
		return c, err
	}
	before := c.owner
	c.owner = w.owner
	return c, s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `update comment set owner = $1 where id = $2 and owner = $3`, c.owner, c.ID, before)
		return err
	})
}

// ByOwner tells whether the comment was withdrawn by whoever wrote it.
func (c Comment) ByOwner() bool { return c.State == Removed && c.Why == OwnWish }

// EditableUntil is until when its writer may edit and withdraw the comment.
func (c Comment) EditableUntil() time.Time { return c.At.Add(Editable) }

// Own is the comment of id for whoever wrote it, in any state; to others it is fault.NotFound.
func (s *Store) Own(ctx context.Context, id int64, by Hand) (Comment, error) {
	c, err := one(ctx, s.db.Read(), `id = $1`, id)
	if err != nil {
		return c, err
	}
	if !c.owns(s.writer(by, "")) {
		return Comment{}, fault.NotFound
	}
	return c, nil
}

// OwnUnder are the comments under an article that a hand wrote and that others do not see yet, or may still be edited; the oldest
// first, at most a hundred.
func (s *Store) OwnUnder(ctx context.Context, article int64, by Hand, now time.Time) ([]Comment, error) {
	w := s.writer(by, "")
	if w.owner == "" && w.Reader == 0 {
		return nil, nil
	}
	return list(ctx, s.db.Read(), `select `+columns+` from comment where article_id = $1 and (owner = $2 and owner <> '' or reader_id = $3 and reader_id <> 0)
		and (state = 'held' or state = 'spam' or at > $4) and state <> 'removed' order by at, id limit 100`, article, w.owner, w.Reader, db.Micros(now.Add(-Editable)))
}

// Edit puts another text in the place of one's own, within Editable. The guard judges it anew: it may be held where it was shown.
func (s *Store) Edit(ctx context.Context, id int64, text string, by Hand, now time.Time) (Comment, error) {
	c, err := s.Own(ctx, id, by)
	if err != nil {
		return c, err
	}
	if c.State != Held && c.State != Shown || !now.Before(c.EditableUntil()) {
		return c, fault.Invalid("%s", tongue.Word("A comment can be edited for ten minutes."))
	}
	on, err := s.articles.Card(ctx, c.Article, now)
	if err != nil {
		return c, err
	}
	d := Draft{Article: c.Article, Parent: c.Parent, Text: text, Name: c.Name, Site: c.Site, Trap: c.trap()}.tidy()
	if d.Text == c.Text {
		return c, nil
	}
	w := s.writer(by, "")
	w.mail = c.mail
	a, score, err := s.guard(ctx, ByEdit, on, d, w, now)
	if err != nil {
		return c, err
	}
	if a.state == Refused {
		return c, refusedWords()
	}
	if a.state == Shown && c.State == Held && !c.Judged.IsZero() {
		a.state = Held // a moderator held it: no edit shows it
	}
	old, was := c, c.State
	c.Text, c.State, c.Reasons, c.Score, c.Edited, c.Version = d.Text, a.state, a.reasons, score.Percent, now, c.Version+1
	return c, s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if err := s.unteach(ctx, q, old); err != nil {
			return err
		}
		reasons, err := json.Marshal(c.Reasons)
		if err != nil {
			return err
		}
		err = changed(q.ExecContext(ctx, `update comment set version = $1, text = $2, said = $3, state = $4, reasons = $5, score = $6, edited_at = $7,
			shown_at = case when $4 = 'shown' then coalesce(shown_at, $7) else null end where id = $8 and version = $9`,
			c.Version, c.Text, saidOf(c.Text), c.State, string(reasons), c.Score, db.Micros(now), c.ID, c.Version-1))
		if err != nil {
			return err
		}
		return restate(ctx, q, c, was, now)
	})
}

// Withdraw takes one's own comment away, within Editable or as long as nobody has shown it.
func (s *Store) Withdraw(ctx context.Context, id int64, by Hand, now time.Time) (Comment, error) {
	c, err := s.Own(ctx, id, by)
	if err != nil || c.ByOwner() {
		return c, err
	}
	if c.State != Held && c.State != Spam && !now.Before(c.EditableUntil()) {
		return c, fault.Invalid("%s", tongue.Word("A comment can be withdrawn for ten minutes."))
	}
	was := c.State
	c.State, c.Why, c.Version = Removed, OwnWish, c.Version+1
	return c, s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		err := changed(q.ExecContext(ctx, `update comment set version = $1, state = $2, why = $3, shown_at = null where id = $4 and version = $5`,
			c.Version, c.State, c.Why, c.ID, c.Version-1))
		if err != nil {
			return err
		}
		if err := settle(ctx, q, &c, 0, OwnWish, now); err != nil {
			return err
		}
		return restate(ctx, q, c, was, now)
	})
}

// restate counts what changes when a comment leaves one state for another; a shown comment whose text changed is told of too.
func restate(ctx context.Context, q db.Q, c Comment, was State, now time.Time) error {
	switch {
	case was != Shown && c.State == Shown:
		return shift(ctx, q, c, 1)
	case was == Shown && c.State != Shown:
		if err := shift(ctx, q, c, -1); err != nil {
			return err
		}
		return hide(ctx, q, c.Article, now)
	case c.State == Shown:
		return Threaded.Add(ctx, q, c.Article)
	}
	return nil
}

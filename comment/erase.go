package comment

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/job"
)

// perErasure is how many comments go in one transaction.
const perErasure = 50

// Erase takes away what somebody wrote and what is known of them: text, name, website, addresses and marks are blanked, and so is what
// moderators and the audit log say of it. A comment with replies leaves its place in the thread; one that was reported or appealed
// leaves a row without a word for the figures, one that came by an import so that the same file does not bring it again; others go. What
// holds against somebody holds on, as a digest. It gives how many comments it was; a second time it is none. Somebody nobody knows is nobody.
func (s *Store) Erase(ctx context.Context, w Whom, now time.Time) (n int, err error) {
	if w.Nobody() {
		return 0, nil
	}
	if err := s.eraseBeside(ctx, w); err != nil {
		return 0, err
	}
	for {
		some, err := s.eraseSome(ctx, w, now)
		n += some
		if err != nil || some < perErasure {
			return n, s.recordErasure(ctx, w, n, now, err)
		}
	}
}

// Pseudonym names somebody in the audit log: whoever knows the address or the account can tell it again with the paper's key, nobody else.
func (s *Store) Pseudonym(w Whom) string {
	return hex.EncodeToString(s.key.MAC("pseudonym", []byte(strconv.FormatInt(w.Reader, 10)), []byte(w.mail), []byte(w.owner))[:6])
}

// Vanished says that somebody was erased; it has no id. The files of the database must be emptied of what they hold still.
const Vanished = job.Event("comment.vanished")

// recordErasure notes that somebody was erased.
func (s *Store) recordErasure(ctx context.Context, w Whom, n int, now time.Time, failed error) error {
	if failed != nil {
		return failed
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if err := Vanished.Add(ctx, q, 0); err != nil {
			return err
		}
		return audit.Add(ctx, q, now, "reader.erase", "reader", 0, fmt.Sprintf("%s: %d comments", s.Pseudonym(w), n))
	})
}

// eraseBeside takes away what stands beside the comments.
func (s *Store) eraseBeside(ctx context.Context, w Whom) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if w.mail != "" {
			if err := unfollow(ctx, q, `mail = $1`, w.mail); err != nil {
				return err
			}
		}
		if err := eraseNotices(ctx, q, w); err != nil {
			return err
		}
		var args arguments
		_, err := q.ExecContext(ctx, `update measure set note = '', comment_id = 0 where `+w.measured(args.add), args...)
		return err
	})
}

func (s *Store) eraseSome(ctx context.Context, w Whom, now time.Time) (n int, err error) {
	err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		var args arguments
		some, err := list(ctx, q, `select `+columns+` from comment where `+w.condition(args.add)+` order by id limit `+itoa(perErasure), args...)
		if err != nil {
			return err
		}
		n = len(some)
		for _, c := range some {
			if err := erase(ctx, q, c, now); err != nil {
				return err
			}
		}
		for _, c := range some {
			if err := vanish(ctx, q, c.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// erase blanks a comment and all that is said of it.
func erase(ctx context.Context, q db.Q, c Comment, now time.Time) error {
	was := c.State
	c.State, c.Why = Removed, Erasure
	if err := settle(ctx, q, &c, 0, Erasure, now); err != nil {
		return err
	}
	if err := eraseSaid(ctx, q, c.ID); err != nil {
		return err
	}
	_, err := q.ExecContext(ctx, `update comment set version = version + 1, state = $2, why = $3, name = '', text = '', site = '', owner = '', prefix = '', mail = '', mail_sealed = '',
		reader_id = 0, said = '', idem = null, reasons = '[]', score = 0, reports = 0, pinned = 0, featured = 0, edited_at = null, shown_at = null where id = $1`,
		c.ID, c.State, c.Why)
	if err != nil {
		return err
	}
	for _, of := range []string{`update verdict set reason = '', note = '' where comment_id = $1`, `update measure set note = '', comment_id = 0 where comment_id = $1`} {
		if _, err := q.ExecContext(ctx, of, c.ID); err != nil {
			return err
		}
	}
	if err := unfollow(ctx, q, `comment_id = $1`, c.ID); err != nil {
		return err
	}
	if err := audit.Blank(ctx, q, now, "comment", c.ID); err != nil {
		return err
	}
	return restate(ctx, q, c, was, now)
}

// vanish takes an erased comment away that nothing stands below, and then the erased one above it that this leaves with nothing.
func vanish(ctx context.Context, q db.Q, id int64) error {
	for id != 0 {
		var parent int64
		var why string
		var below, kept int
		err := q.QueryRowContext(ctx, `select parent_id, why, (select count(*) from comment k where k.parent_id = comment.id and k.parent_id <> 0),
			(select count(*) from notice n where n.comment_id = comment.id) + (select count(*) from appeal a where a.comment_id = comment.id)
			+ case when import_key is null then 0 else 1 end from comment where id = $1`, id).Scan(&parent, &why, &below, &kept)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil || why != Erasure || below > 0 || kept > 0 {
			return err
		}
		for _, of := range []string{`delete from verdict where comment_id = $1`, `delete from comment where id = $1`} {
			if _, err := q.ExecContext(ctx, of, id); err != nil {
				return err
			}
		}
		id = parent
	}
	return nil
}

// Leave takes the account off what it wrote: the comments stand on under their names, as those of a guest who gave no address.
func (s *Store) Leave(ctx context.Context, reader int64) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if err := unfollow(ctx, q, `comment_id in (select id from comment where reader_id = $1 and reader_id <> 0)`, reader); err != nil {
			return err
		}
		for _, of := range []string{
			`update comment set reader_id = 0, mail = '', mail_sealed = '' where reader_id = $1 and reader_id <> 0`,
			`update notice set mark = 'left ' || cast(id as text), reader_id = 0, mail = '', mail_sealed = '' where reader_id = $1 and reader_id <> 0`,
		} {
			if _, err := q.ExecContext(ctx, of, reader); err != nil {
				return err
			}
		}
		return nil
	})
}

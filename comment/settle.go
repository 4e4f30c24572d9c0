package comment

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/job"
)

// Ruled comes some minutes after a verdict, when it is time to tell the writer; its id is the verdict's.
const Ruled = job.Event("comment.ruled")

// thinkTwice is how long a decision can be undone before anybody is told of it.
const thinkTwice = 5 * time.Minute

// settle decides the open reports of a comment as the verdict on it does: dismissed where it is shown, upheld where it is not, and
// left open where it is held. Those concerned hear of it later.
func settle(ctx context.Context, q db.Q, c *Comment, verdict int64, why string, now time.Time) error {
	state := Upheld
	switch {
	case c.State == Held || c.Reports == 0:
		return nil
	case c.State == Shown:
		state = Dismissed
	}
	open, err := notices(ctx, q, `comment_id = $1 and state = 'open'`, c.ID)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `update notice set state = $1, decided_at = $2, decided_by = $3, verdict_id = $4, why = $5, told = 0 where comment_id = $6 and state = 'open'`,
		state, db.Micros(now), audit.Who(ctx).ID, verdict, why, c.ID)
	if err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, `update comment set reports = 0 where id = $1`, c.ID); err != nil {
		return err
	}
	c.Reports = 0
	for _, n := range open {
		if err := NoticeDecided.AddAt(ctx, q, n.ID, now.Add(thinkTwice)); err != nil {
			return err
		}
		if err := audit.Add(ctx, q, now, "comment.notice", "comment", c.ID, "report "+n.Number()+" "+state); err != nil {
			return err
		}
	}
	return nil
}

// reopen has the reports that a verdict decided wait again.
func reopen(ctx context.Context, q db.Q, c *Comment, verdict int64) error {
	_, err := q.ExecContext(ctx, `update notice set state = 'open', decided_at = null, decided_by = 0, verdict_id = 0, why = '' where verdict_id = $1`, verdict)
	if err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, `update comment set reports = (select count(*) from notice where comment_id = $1 and state = 'open') where id = $1`, c.ID); err != nil {
		return err
	}
	return q.QueryRowContext(ctx, `select reports from comment where id = $1`, c.ID).Scan(&c.Reports)
}

// restricts tells whether a verdict takes a comment from the public, or keeps it from there.
func restricts(before, after State) bool {
	return after != before && (after == Refused || after == Removed)
}

// TellWriter sends the statement of reasons to the writer of a comment, if an address is known and the verdict still stands.
func (s *Store) TellWriter(ctx context.Context, verdict int64, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		var id int64
		var before, after State
		err := q.QueryRowContext(ctx, `update verdict set told = 1 where id = $1 and told = 0 and undone = 0 returning comment_id, before, after`, verdict).Scan(&id, &before, &after)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil || !restricts(before, after) {
			return err
		}
		c, err := one(ctx, q, `id = $1`, id)
		if err != nil || c.State != after || c.ByOwner() {
			return ignoreNoRow(err)
		}
		st, err := s.statement(ctx, q, c, now)
		if err != nil {
			return ignoreNoRow(err)
		}
		to, err := s.addressOf(ctx, q, c)
		if err != nil {
			return err
		}
		return s.mailTo(ctx, q, to, c.Lang, now, func(l letterhead) (string, string) {
			return l.reasons(st, c, s.appealPath(c.ID, 0, s.appealKey(st.About)))
		})
	})
}

// TellReporter says to whoever reported what was decided, if an address was given and the decision still stands.
func (s *Store) TellReporter(ctx context.Context, id int64, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		n, err := scanNotice(q.QueryRowContext(ctx, `update notice set told = 1 where id = $1 and told = 0 and state <> 'open' returning `+noticeColumns, id))
		if err != nil {
			return ignoreNoRow(err)
		}
		c, err := one(ctx, q, `id = $1`, n.Comment)
		if err != nil {
			return ignoreNoRow(err)
		}
		return s.mailTo(ctx, q, s.noticeMail(n), n.Lang, now, func(l letterhead) (string, string) {
			return l.decided(n, s.appealPath(c.ID, n.ID, s.appealKey(aboutNotice(n.ID))))
		})
	})
}

// ignoreNoRow makes nothing of what is not there any more.
func ignoreNoRow(err error) error {
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

func (s *Store) appealPath(comment, notice int64, key string) string {
	path := fmt.Sprintf("/comment/%d/appeal?key=%s", comment, key)
	if notice != 0 {
		path = fmt.Sprintf("/comment/%d/appeal?notice=%d&key=%s", comment, notice, key)
	}
	return path
}

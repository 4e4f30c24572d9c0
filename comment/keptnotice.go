package comment

import (
	"context"
	"strings"

	"lede/internal/db"
)

// noticed is the condition under which a report is by them.
func (w Whom) noticed(arg func(any) string) string {
	parts := []string{`1 = 0`}
	if w.Reader != 0 {
		parts = append(parts, `reader_id = `+arg(w.Reader)+` and reader_id <> 0`)
	}
	if w.mail != "" {
		parts = append(parts, `mail = `+arg(w.mail)+` and mail <> ''`)
	}
	if w.owner != "" {
		parts = append(parts, `owner = `+arg(w.owner)+` and owner <> ''`)
	}
	return `(` + strings.Join(parts, ` or `) + `)`
}

// appealed is the condition under which an appeal is by them: against what was decided about their comments or reports.
func (w Whom) appealed(arg func(any) string) string {
	return `(notice_id = 0 and comment_id in (select id from comment where ` + w.condition(arg) + `) or notice_id in (select id from notice where ` + w.noticed(arg) + `))`
}

// noticesBy are the reports that somebody made, and appealsBy the appeals; the oldest first.
func (s *Store) noticesBy(ctx context.Context, w Whom) ([]Notice, error) {
	var args arguments
	where := w.noticed(args.add)
	all, err := notices(ctx, s.db.Read(), where+` order by at, id`, args...)
	return s.addressed(all), err
}

func (s *Store) appealsBy(ctx context.Context, w Whom) ([]Appeal, error) {
	var args arguments
	where := w.appealed(args.add)
	return appeals(ctx, s.db.Read(), where+` order by at, id`, args...)
}

// eraseNotices blanks what somebody reported and appealed. That there was a report, and for which reason, stays for moderators to decide.
func eraseNotices(ctx context.Context, q db.Q, w Whom) error {
	var args arguments
	where := w.appealed(args.add)
	if _, err := q.ExecContext(ctx, `update appeal set text = '', note = '' where `+where, args...); err != nil {
		return err
	}
	args = nil
	where = w.noticed(args.add)
	_, err := q.ExecContext(ctx, `update notice set mark = 'erased ' || cast(id as text), text = '', name = '', mail = '', mail_sealed = '', owner = '', prefix = '', reader_id = 0 where `+where, args...)
	return err
}

// eraseSaid blanks what others reported and appealed about a comment that is erased; nothing of it waits any more.
func eraseSaid(ctx context.Context, q db.Q, id int64) error {
	for _, of := range []string{`update notice set text = '' where comment_id = $1`,
		`update appeal set text = '', note = '', state = case when state = 'open' then 'dismissed' else state end where comment_id = $1`} {
		if _, err := q.ExecContext(ctx, of, id); err != nil {
			return err
		}
	}
	return nil
}

// sweepNotices takes the networks off reports made before a moment.
func sweepNotices(ctx context.Context, q db.Q, before int64) error {
	_, err := q.ExecContext(ctx, `update notice set prefix = '', mark = case when substr(mark, 1, 8) = 'network ' then 'network ' || cast(id as text) else mark end
		where prefix <> '' and at < $1`, before)
	return err
}

package desk

import (
	"context"
	"slices"
	"time"

	"lede/article"
	"lede/internal/db"
)

// What is to come in the calendar.
const (
	ComesDue        = "due"
	ComesOut        = "out"
	ComesEmbargo    = "embargo"
	ComesWithdrawal = "withdrawal"
)

// Coming is one entry of the calendar.
type Coming struct {
	At       time.Time
	Kind     string
	Article  int64
	Headline string
	Stage    string
	Section  int64
}

// Calendar is what comes from a moment on until before another: deadlines of what is still work, publications, ends of embargoes,
// withdrawals. ask narrows it to somebody's own.
func (s *Store) Calendar(ctx context.Context, ask Asked, from, until time.Time) ([]Coming, error) {
	where, args := Asked{Mine: ask.Mine, MineAs: ask.MineAs}.where([]any{db.Micros(from), db.Micros(until)})
	const columns = `, a.id, a.headline, a.stage, a.section_id`
	rows, err := s.db.Read().QueryContext(ctx, `select w.due, 'due'`+columns+` from work w join article a on a.id = w.article_id
			where w.over = 0 and w.due is not null and w.due >= $1 and w.due < $2 and `+isOpen+where+`
		union all select a.published_at, 'out'`+columns+` from article a where a.stage = 'scheduled' and a.published_at >= $1 and a.published_at < $2`+where+`
		union all select a.embargo_until, 'embargo'`+columns+` from article a where a.embargo_until is not null and a.embargo_until >= $1 and a.embargo_until < $2`+where+`
		union all select a.withdrawn_at, 'withdrawal'`+columns+` from article a where a.withdrawn_at is not null and a.withdrawn_at >= $1 and a.withdrawn_at < $2 and a.stage <> '`+article.Withdrawn+`'`+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Coming
	for rows.Next() {
		var c Coming
		var at int64
		if err := rows.Scan(&at, &c.Kind, &c.Article, &c.Headline, &c.Stage, &c.Section); err != nil {
			return nil, err
		}
		c.At = db.Time(at)
		list = append(list, c)
	}
	slices.SortStableFunc(list, func(a, b Coming) int { return a.At.Compare(b.At) })
	return list, rows.Err()
}

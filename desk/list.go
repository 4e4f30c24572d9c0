package desk

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"lede/article"
	"lede/internal/db"
	"lede/paper"
)

// isOpen is the condition under which article a is still work, and pictured whether it has a lead picture, 1 or 0. The index
// article_work says the same words, so that both databases find it.
const (
	isOpen   = `(case a.stage when 'published' then 0 when 'withdrawn' then 0 else 1 end) = 1`
	pictured = `(case a.lead when '{"media":0}' then 0 else 1 end)`
)

// Filter says which work is meant. The zero Filter is all of it.
type Filter struct {
	Sections []int64 `json:"sections,omitempty"` // any of these
	Stage    string  `json:"stage,omitempty"`
	Person   int64   `json:"person,omitempty"`
	Byline   int64   `json:"-"`                 // of Person
	Due      string  `json:"due,omitempty"`     // "late", "today", "week", "none"
	Picture  string  `json:"picture,omitempty"` // "no" or "yes"
	Length   string  `json:"length,omitempty"`  // "over" or "under" what was ordered
	Held     bool    `json:"held,omitempty"`    // somebody writes in it now
}

// Row is one line of the list of work.
type Row struct {
	ID        int64
	Stage     string
	Kicker    string
	Headline  string
	Section   int64
	Sensitive bool
	Words     int
	Lead      article.Picture
	Owner     int64
	Saved     time.Time
	SavedBy   int64
	Published time.Time // when it is scheduled for
	Embargo   time.Time
	Work
	TKs    int
	Notes  int // not done
	Writes []Hold
}

// At is by when the row is sorted: its deadline, or when it goes out; zero for neither.
func (r Row) At() time.Time {
	if r.Due.IsZero() && r.Stage == article.Scheduled {
		return r.Published
	}
	return r.Due
}

// Asked is one question for the list of work.
type Asked struct {
	Filter
	Mine   int64     // only what is this person's own, whose byline is MineAs; 0 for everybody's
	MineAs int64     //
	Limit  int       // rows with a time, and as many without
	Now    time.Time // in the paper's zone
}

const rowSelect = `select a.id, a.stage, a.kicker, a.headline, a.section_id, a.sensitive, a.words, a.lead, a.owner_id, a.saved_at,
	coalesce((select v.by_id from article_version v where v.article_id = a.id and v.n = a.version), 0), a.published_at, a.embargo_until,
	w.due, coalesce(w.wall, ''), coalesce(w.zone, ''), coalesce(w.target, 0), coalesce(w.tks, 0) `

// The three kinds of work, each in the order of an index: with a deadline, scheduled without one, with neither.
const (
	withDue   = ` from work w join article a on a.id = w.article_id where w.over = 0 and w.due is not null and ` + isOpen + `%s order by w.due, w.article_id limit %d`
	scheduled = ` from article a left join work w on w.article_id = a.id where a.stage = 'scheduled' and w.due is null%s order by a.published_at, a.id limit %d`
	withNone  = ` from article a left join work w on w.article_id = a.id where ` + isOpen + ` and a.stage <> 'scheduled' and w.due is null%s order by a.saved_at desc limit %d`
)

// Today is the list of work: what has a deadline or goes out by itself, by that time, then what has neither, the latest saved first.
// more tells that there is more than ask.Limit of one of the three.
func (s *Store) Today(ctx context.Context, ask Asked) (rows []Row, more bool, err error) {
	kinds := []string{withDue, scheduled, withNone}
	switch ask.Due {
	case "":
	case "none":
		kinds = kinds[2:]
	default:
		kinds = kinds[:2]
	}
	for _, kind := range kinds {
		where, args := ask.where(nil)
		found, err := s.rows(ctx, rowSelect+fmt.Sprintf(kind, where, ask.Limit+1), args)
		if err != nil {
			return nil, false, err
		}
		if len(found) > ask.Limit {
			found, more = found[:ask.Limit], true
		}
		rows = append(rows, found...)
	}
	slices.SortStableFunc(rows, func(a, b Row) int {
		if a.At().IsZero() || b.At().IsZero() {
			return cmp.Compare(flag(a.At().IsZero()), flag(b.At().IsZero()))
		}
		return a.At().Compare(b.At())
	})
	return rows, more, s.furnish(ctx, rows, ask.Now)
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// where are the conditions of the question, each preceded by "and", and args with theirs behind them.
func (ask Asked) where(args []any) (string, []any) {
	var b strings.Builder
	and := func(condition string, more ...any) {
		places := make([]any, len(more))
		for i := range more {
			places[i] = len(args) + i + 1
		}
		args = append(args, more...)
		b.WriteString(" and " + fmt.Sprintf(condition, places...))
	}
	if len(ask.Sections) > 0 {
		and(`exists (select 1 from article_section i where i.article_id = a.id and i.section_id in (`+strings.TrimSuffix(strings.Repeat("$%d, ", len(ask.Sections)), ", ")+`))`, anys(ask.Sections)...)
	}
	if ask.Stage != "" {
		and(`a.stage = $%d`, ask.Stage)
	}
	const theirs = `(a.owner_id = $%[1]d or a.id in (select s.article_id from assigned s where s.person_id = $%[1]d)
		or a.id in (select y.article_id from article_byline y where y.byline_id = $%[2]d and y.byline_id <> 0))`
	if ask.Person != 0 {
		and(theirs, ask.Person, ask.Byline)
	}
	if ask.Mine != 0 {
		and(theirs, ask.Mine, ask.MineAs)
	}
	switch ask.Picture {
	case "no":
		and(pictured + ` = 0`)
	case "yes":
		and(pictured + ` = 1`)
	}
	switch ask.Length {
	case "over":
		and(`w.target > 0 and a.words > w.target`)
	case "under":
		and(`w.target > 0 and a.words < w.target`)
	}
	const at = `coalesce(w.due, a.published_at)`
	switch ask.Due {
	case "late":
		and(at+` < $%d`, db.Micros(ask.Now))
	case "today":
		and(at+` < $%d`, db.Micros(midnight(ask.Now, 1)))
	case "week":
		and(at+` < $%d`, db.Micros(midnight(ask.Now, 7)))
	case "none":
		and(`w.due is null and a.stage <> 'scheduled'`)
	}
	if ask.Held {
		and(`exists (select 1 from hold h where h.article_id = a.id and h.at > $%d)`, db.Micros(ask.Now.Add(-Idle)))
	}
	return b.String(), args
}

func anys(list []int64) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// midnight is the beginning of the day that is so many days after now's.
func midnight(now time.Time, days int) time.Time {
	return paper.Midnight(now.Year(), now.Month(), now.Day()+days, now.Location())
}

func (s *Store) rows(ctx context.Context, statement string, args []any) ([]Row, error) {
	rows, err := s.db.Read().QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Row
	for rows.Next() {
		r, err := scanLine(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

func scanLine(from interface{ Scan(...any) error }) (r Row, err error) {
	var sensitive, saved int64
	var lead string
	var published, embargo, due sql.NullInt64
	err = from.Scan(&r.ID, &r.Stage, &r.Kicker, &r.Headline, &r.Section, &sensitive, &r.Words, &lead, &r.Owner, &saved, &r.SavedBy,
		&published, &embargo, &due, &r.Wall.Says, &r.Wall.Zone, &r.Target, &r.TKs)
	if err != nil {
		return r, err
	}
	r.Article, r.Sensitive, r.Saved = r.ID, sensitive != 0, db.Time(saved)
	r.Published, r.Embargo, r.Due = timeOf(published), timeOf(embargo), timeOf(due)
	return r, json.Unmarshal([]byte(lead), &r.Lead)
}

func timeOf(us sql.NullInt64) time.Time {
	if !us.Valid {
		return time.Time{}
	}
	return db.Time(us.Int64)
}

// furnish adds to the rows who does them, who writes in them now, and their notes, in one question each.
func (s *Store) furnish(ctx context.Context, rows []Row, now time.Time) error {
	if len(rows) == 0 {
		return nil
	}
	q := s.db.Read()
	list := make([]int64, len(rows))
	at := map[int64]*Row{}
	for i := range rows {
		list[i], at[rows[i].ID] = rows[i].ID, &rows[i]
	}
	people, err := assigned(ctx, q, list...)
	if err != nil {
		return err
	}
	for id, of := range people {
		at[id].People = of
	}
	counts, err := q.QueryContext(ctx, `select article_id, count(*) from note where under = 0 and done_at is null and article_id in (`+db.Places(1, len(list))+`) group by article_id`, db.Args(list)...)
	if err != nil {
		return err
	}
	defer counts.Close()
	for counts.Next() {
		var id int64
		var n int
		if err := counts.Scan(&id, &n); err != nil {
			return err
		}
		at[id].Notes = n
	}
	if err := counts.Err(); err != nil {
		return err
	}
	return writing(ctx, q, list, at, now)
}

// writing adds who wrote in the rows within the last two minutes.
func writing(ctx context.Context, q db.Q, list []int64, at map[int64]*Row, now time.Time) error {
	rows, err := q.QueryContext(ctx, `select article_id, part, tab, by_id, since, at from hold where at > $1 and article_id in (`+db.Places(2, len(list))+`) order by at desc`,
		db.Args(list, db.Micros(now.Add(-Idle)))...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var h Hold
		var id, since, last int64
		if err := rows.Scan(&id, &h.Part, &h.Tab, &h.By, &since, &last); err != nil {
			return err
		}
		h.Since, h.At = db.Time(since), db.Time(last)
		at[id].Writes = append(at[id].Writes, h)
	}
	return rows.Err()
}

// Counts are how much work each of the questions means; up to MostCounted, which stands for more. It is one look at all of the work.
func (s *Store) Counts(ctx context.Context, asks ...Asked) ([]int, error) {
	var columns []string
	var args []any
	for _, ask := range asks {
		var where string
		where, args = ask.where(args)
		where = strings.ReplaceAll(where, pictured, "a.pictured")
		columns = append(columns, `coalesce(sum(case when 1 = 1`+where+` then 1 else 0 end), 0)`)
	}
	counts := make([]int, len(asks))
	into := make([]any, len(asks))
	for i := range counts {
		into[i] = &counts[i]
	}
	err := s.db.Read().QueryRowContext(ctx, `select `+strings.Join(columns, ", ")+` from
		(select a.id, a.stage, `+pictured+` as pictured, a.words, a.owner_id, a.published_at from article a where `+isOpen+` order by a.saved_at desc limit `+fmt.Sprint(MostCounted)+`) a
		left join work w on w.article_id = a.id`, args...).Scan(into...)
	return counts, err
}

// MostCounted is how much work is counted.
const MostCounted = 5000

// Out are the articles that went out since a moment, the latest first, and when.
func (s *Store) Out(ctx context.Context, ask Asked, since time.Time) ([]Row, error) {
	where, args := Asked{Mine: ask.Mine, MineAs: ask.MineAs}.where([]any{db.Micros(since), db.Micros(ask.Now)})
	rows, err := s.rows(ctx, rowSelect+` from article a left join work w on w.article_id = a.id
		where a.published_at is not null and a.published_at >= $1 and a.published_at <= $2 and coalesce(a.stage, '') = 'published'`+where+` order by a.published_at desc, a.id limit `+fmt.Sprint(ask.Limit), args)
	if err != nil {
		return nil, err
	}
	return rows, s.furnish(ctx, rows, ask.Now)
}

// CountOut is how many articles went out since a moment.
func (s *Store) CountOut(ctx context.Context, ask Asked, since time.Time) (n int, err error) {
	where, args := Asked{Mine: ask.Mine, MineAs: ask.MineAs}.where([]any{db.Micros(since), db.Micros(ask.Now)})
	err = s.db.Read().QueryRowContext(ctx, `select count(*) from article a where a.published_at is not null and a.published_at >= $1 and a.published_at <= $2 and coalesce(a.stage, '') = 'published'`+where, args...).Scan(&n)
	return n, err
}

// OutTimes are the moments at which articles went out since a moment, the latest first.
func (s *Store) OutTimes(ctx context.Context, ask Asked, since time.Time) ([]time.Time, error) {
	where, args := Asked{Mine: ask.Mine, MineAs: ask.MineAs}.where([]any{db.Micros(since), db.Micros(ask.Now)})
	rows, err := s.db.Read().QueryContext(ctx, `select a.published_at from article a where a.published_at is not null and a.published_at >= $1 and a.published_at <= $2 and coalesce(a.stage, '') = 'published'`+where+
		` order by a.published_at desc limit `+fmt.Sprint(max(1, ask.Limit)), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []time.Time
	for rows.Next() {
		var at int64
		if err := rows.Scan(&at); err != nil {
			return nil, err
		}
		list = append(list, db.Time(at))
	}
	return list, rows.Err()
}

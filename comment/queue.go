package comment

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
)

// Filter chooses comments for moderators; what is zero chooses nothing out.
type Filter struct {
	State    State
	Reported bool // with reports that nobody has decided
	Article  int64
	Sections []int64   // of articles in any of these
	Like     int64     // of whoever wrote this comment: the same account, address, browser or network
	Find     string    // words in text, name or headline, in any order; of the first Reach that the rest chooses
	Until    time.Time // none that came later
	After    Place     // those that come after this one
	Limit    int       // at most so many; 50 for 0
}

// Reach is through how many comments a search for words looks.
const Reach = 20_000

// Place is a place in a list of comments.
type Place struct {
	At time.Time
	ID int64
}

// Place is where a comment stands in a list.
func (c Comment) Place() Place { return Place{c.At, c.ID} }

// OldestFirst tells whether the list begins with the oldest: what waits is served in turn, what is done is looked at from its end.
func (f Filter) OldestFirst() bool { return f.State == Held || f.Reported }

// Queue is the list that a filter chooses.
func (s *Store) Queue(ctx context.Context, f Filter) ([]Comment, error) {
	q := s.db.Read()
	where, args, err := f.where(ctx, q)
	if err != nil {
		return nil, err
	}
	f.Limit = cmp.Or(f.Limit, 50)
	if f.Find == "" {
		return list(ctx, q, `select `+columns+` from comment c where `+where+f.order()+` limit `+itoa(f.Limit), args...)
	}
	ids, err := f.holding(ctx, q, where, args)
	if err != nil {
		return nil, err
	}
	return these(ctx, q, ids)
}

// Count is how many comments a filter chooses, up to its Limit.
func (s *Store) Count(ctx context.Context, f Filter) (n int, err error) {
	q := s.db.Read()
	where, args, err := f.where(ctx, q)
	if err != nil {
		return 0, err
	}
	if f.Find != "" {
		ids, err := f.holding(ctx, q, where, args)
		return len(ids), err
	}
	err = q.QueryRowContext(ctx, `select count(*) from (select 1 from comment c where `+where+` limit `+itoa(f.Limit)+`) x`, args...).Scan(&n)
	return n, err
}

func (f Filter) order() string {
	if f.OldestFirst() {
		return ` order by c.at, c.id`
	}
	return ` order by c.at desc, c.id desc`
}

// where is the condition of a filter. A plus before a column keeps it from being the way into the table, where another is shorter.
func (f Filter) where(ctx context.Context, q db.Q) (string, []any, error) {
	where, args := []string{`1 = 1`}, []any(nil)
	arg := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	if f.Like != 0 {
		c, err := one(ctx, q, `id = $1`, f.Like)
		if err != nil {
			return "", nil, err
		}
		where = append(where, `id in (`+likeness(c, arg)+`)`)
	}
	if f.State != "" && f.Like != 0 {
		where = append(where, `state || '' = `+arg(f.State))
	} else if f.State != "" {
		where = append(where, `state = `+arg(f.State))
	}
	if f.Reported {
		where = append(where, `reports > 0`)
	}
	if f.Article != 0 {
		where = append(where, `article_id = `+arg(f.Article))
	}
	if len(f.Sections) > 0 {
		in := make([]string, len(f.Sections))
		for i, id := range f.Sections {
			in[i] = arg(id)
		}
		where = append(where, `+article_id in (select article_id from article_section where section_id in (`+strings.Join(in, ",")+`))`)
	}
	if !f.Until.IsZero() {
		where = append(where, `at <= `+arg(db.Micros(f.Until)))
	}
	if f.After.ID != 0 {
		than := "<"
		if f.OldestFirst() {
			than = ">"
		}
		where = append(where, `(at, id) `+than+` (`+arg(db.Micros(f.After.At))+`, `+arg(f.After.ID)+`)`)
	}
	return strings.Join(where, " and "), args, nil
}

// holding are the ids, up to the limit, of what a condition chooses and all words of the filter stand in: in name, text or headline.
func (f Filter) holding(ctx context.Context, q db.Q, where string, args []any) ([]int64, error) {
	words := strings.Fields(strings.ToLower(f.Find))
	rows, err := q.QueryContext(ctx, `select id, article_id, name, text from comment c where `+where+f.order()+` limit `+itoa(Reach), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []int64
	headlines := map[int64]string{}
	for rows.Next() && len(ids) < f.Limit {
		var id, article int64
		var name, text string
		if err := rows.Scan(&id, &article, &name, &text); err != nil {
			return nil, err
		}
		headline, known := headlines[article]
		if !known {
			if err := q.QueryRowContext(ctx, `select coalesce(max(headline), '') from article where id = $1`, article).Scan(&headline); err != nil {
				return nil, err
			}
			headlines[article] = strings.ToLower(headline)
			headline = headlines[article]
		}
		all := strings.ToLower(name + "\n" + text)
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(all, w) && !strings.Contains(headline, w) }) {
			ids = append(ids, id)
		}
	}
	return ids, rows.Err()
}

// these are the comments of ids, in that order.
func these(ctx context.Context, q db.Q, ids []int64) ([]Comment, error) {
	found := map[int64]Comment{}
	for some := range slices.Chunk(ids, 500) {
		all, err := list(ctx, q, `select `+columns+` from comment where id in (`+db.Places(1, len(some))+`)`, db.Args(some)...)
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			found[c.ID] = c
		}
	}
	return db.InOrder(ids, found), nil
}

// farBack is how many comments of one person are looked at, by each mark that is known of them.
const farBack = 500

// likeness asks for the ids of what the same person wrote as c, as far as is known, the newest of each mark.
func likeness(c Comment, arg func(any) string) string {
	parts := []string{`select id from comment where id = ` + arg(c.ID)}
	for i, m := range c.marks() {
		parts = append(parts, `select id from (select id from comment where `+m.column+` = `+arg(m.value)+` and `+m.column+` <> `+m.none+
			` order by at desc limit `+itoa(farBack)+`) m`+itoa(i))
	}
	return strings.Join(parts, ` union `)
}

// mark is one thing that is known of a person: its kind as measures have it, and the column of comments in which it stands.
type mark struct {
	kind, column, none string
	value              any
	digest             string // as measures keep it
}

// marks are what is known of whoever wrote a comment, the surest first.
func (c Comment) marks() []mark {
	all := []mark{
		{OfReader, "reader_id", "0", c.Reader, writer{Hand: Hand{Reader: c.Reader}}.readerMark()},
		{OfBrowser, "owner", "''", c.owner, c.owner}, {OfMail, "mail", "''", c.mail, c.mail}, {OfPrefix, "prefix", "''", c.prefix, c.prefix},
	}
	return slices.DeleteFunc(all, func(m mark) bool { return m.digest == "" })
}

// Waiting are how many comments there are of each state that waits, how many are reported, and since when the oldest is held. None
// is counted beyond MostWaiting.
type Waiting struct {
	Held, Reported, Spam int
	Since                time.Time // zero if none is held
}

// MostWaiting is how far Waiting counts.
const MostWaiting = 10_000

// Waiting counts what waits for a moderator.
func (s *Store) Waiting(ctx context.Context) (Waiting, error) {
	var w Waiting
	var since int64
	counted := func(where string) string {
		return `(select count(*) from (select 1 from comment where ` + where + ` limit ` + itoa(MostWaiting) + `) x)`
	}
	err := s.db.Read().QueryRowContext(ctx, `select `+counted(`state = 'held'`)+`, `+counted(`reports > 0`)+`, `+counted(`state = 'spam'`)+`,
		(select coalesce(min(at), 0) from comment where state = 'held')`).Scan(&w.Held, &w.Reported, &w.Spam, &since)
	if since != 0 {
		w.Since = db.Time(since)
	}
	return w, err
}

// Held counts the comments that are held, up to MostWaiting.
func (s *Store) Held(ctx context.Context) (n int, err error) {
	err = s.db.Read().QueryRowContext(ctx, `select count(*) from (select 1 from comment where state = 'held' limit `+itoa(MostWaiting)+`) x`).Scan(&n)
	return n, err
}

// Get is the comment of id in any state, for staff.
func (s *Store) Get(ctx context.Context, id int64) (Comment, error) {
	return one(ctx, s.db.Read(), `id = $1`, id)
}

// LastJudged is the comment that a moderator decided about last; the zero Comment if none ever did.
func (s *Store) LastJudged(ctx context.Context) (Comment, error) {
	c, err := one(ctx, s.db.Read(), `id = (select comment_id from verdict order by id desc limit 1)`)
	if errors.Is(err, fault.NotFound) {
		err = nil
	}
	return c, err
}

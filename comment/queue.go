package comment

import (
	"context"
	"strconv"
	"strings"
	"time"

	"lede/internal/db"
)

// Filter chooses comments for moderators; what is zero chooses nothing out.
type Filter struct {
	State    State
	Reported bool // with reports that nobody has decided
	Article  int64
	Sections []int64 // of articles in any of these
	Like     int64   // of whoever wrote this comment: the same account, address, browser or network
	Find     string  // words in text or name, in any order
	After    Place   // those that come after this one
	Limit    int     // at most so many; 50 for 0
}

// Place is a place in a list of comments.
type Place struct {
	At time.Time
	ID int64
}

// Oldest tells whether the list begins with the oldest: what waits is served in turn, what is done is looked at from its end.
func (f Filter) oldest() bool { return f.State == Held || f.Reported }

// Queue is the list that a filter chooses.
func (s *Store) Queue(ctx context.Context, f Filter) ([]Comment, error) {
	q := s.db.Read()
	var where []string
	var args []any
	arg := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	if f.State != "" {
		where = append(where, `state = `+arg(f.State))
	}
	if f.Reported {
		where = append(where, `reports > 0`)
	}
	if f.Article != 0 {
		where = append(where, `article_id = `+arg(f.Article))
	}
	if len(f.Sections) > 0 {
		var in []string
		for _, id := range f.Sections {
			in = append(in, arg(id))
		}
		where = append(where, `article_id in (select article_id from article_section where section_id in (`+strings.Join(in, ",")+`))`)
	}
	if f.Like != 0 {
		c, err := one(ctx, q, `id = $1`, f.Like)
		if err != nil {
			return nil, err
		}
		where = append(where, likeness(c, arg))
	}
	way, than := "desc", "<"
	if f.oldest() {
		way, than = "asc", ">"
	}
	if f.After.ID != 0 {
		at, id := arg(db.Micros(f.After.At)), arg(f.After.ID)
		where = append(where, `(at `+than+` `+at+` or at = `+at+` and id `+than+` `+id+`)`)
	}
	if f.Limit == 0 {
		f.Limit = 50
	}
	if len(where) == 0 {
		where = []string{"1 = 1"}
	}
	ask := `select ` + columns + ` from comment where ` + strings.Join(where, " and ") + ` order by at ` + way + `, id ` + way
	return found(ctx, q, ask, args, strings.Fields(strings.ToLower(f.Find)), f.Limit)
}

// found reads a list until there are enough that hold all words.
func found(ctx context.Context, q db.Q, ask string, args []any, words []string, limit int) ([]Comment, error) {
	if len(words) == 0 {
		return list(ctx, q, ask+` limit `+itoa(limit), args...)
	}
	rows, err := q.QueryContext(ctx, ask, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Comment
	for rows.Next() && len(all) < limit {
		c, err := scan(rows)
		if err != nil {
			return nil, err
		}
		text := strings.ToLower(c.Name + "\n" + c.Text)
		has := true
		for _, w := range words {
			has = has && strings.Contains(text, w)
		}
		if has {
			all = append(all, c)
		}
	}
	return all, rows.Err()
}

// likeness is the condition under which another comment is by the same person as c, as far as is known.
func likeness(c Comment, arg func(any) string) string {
	parts := []string{`id = ` + arg(c.ID)}
	if c.Reader != 0 {
		parts = append(parts, `reader_id = `+arg(c.Reader))
	}
	for column, mark := range map[string]string{"owner": c.owner, "mail": c.mail, "prefix": c.prefix} {
		if mark != "" {
			parts = append(parts, column+` = `+arg(mark)+` and `+column+` <> ''`)
		}
	}
	return `(` + strings.Join(parts, ` or `) + `)`
}

// Waiting are how many comments there are of each state that waits, how many are reported, and since when the oldest is held.
type Waiting struct {
	Held, Reported, Spam int
	Since                time.Time // zero if none is held
}

// Waiting counts what waits for a moderator.
func (s *Store) Waiting(ctx context.Context) (Waiting, error) {
	var w Waiting
	var since int64
	err := s.db.Read().QueryRowContext(ctx, `select (select count(*) from comment where state = 'held'), (select count(*) from comment where reports > 0),
		(select count(*) from comment where state = 'spam'), (select coalesce(min(at), 0) from comment where state = 'held')`).Scan(&w.Held, &w.Reported, &w.Spam, &since)
	if since != 0 {
		w.Since = db.Time(since)
	}
	return w, err
}

// Get is the comment of id in any state, for staff.
func (s *Store) Get(ctx context.Context, id int64) (Comment, error) {
	return one(ctx, s.db.Read(), `id = $1`, id)
}

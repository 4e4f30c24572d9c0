package desk

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
)

// State is all that is being written of an article.
type State struct {
	Version int64
	Stage   string
	Parts   map[string]Part
	Asides  []Aside
}

// State is the article as its writers have it: each part as it was last typed. It changes nothing. fault.NotFound without the article.
func (s *Store) State(ctx context.Context, article int64, now time.Time) (st State, err error) {
	a, err := s.articles.Newest(ctx, article)
	if err != nil {
		return st, err
	}
	st = State{Version: a.Version, Stage: a.Standing(now), Parts: map[string]Part{}}
	rows, err := rowsOf(ctx, s.db.Read(), article)
	if err != nil {
		return st, err
	}
	there := map[string]row{}
	for _, r := range rows {
		there[r.part] = r
	}
	for _, part := range Parts() {
		r := there[part]
		if r.version != a.Version {
			if r, err = r.aligned(a.Version, a.Text, part, a.Saved); err != nil {
				return st, err
			}
		}
		st.Parts[part] = r.stands().Part
	}
	st.Asides, err = s.Asides(ctx, article)
	return st, err
}

// missing makes fault.NotFound of a row that is not there.
func missing(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.NotFound
	}
	return err
}

// Aside is what somebody wrote while another's text stood in its place.
type Aside struct {
	Article int64
	Part    string
	Tab     string
	By      int64
	Base    int64
	Value   json.RawMessage
	At      time.Time
}

// mostBeside is how much may stand beside one article: whoever opens it is given all of that.
const mostBeside = 8 * MaxValue

const asideColumns = `article_id, part, tab, by_id, base, value, at`

func asides(ctx context.Context, q db.Q, where string, args ...any) ([]Aside, error) {
	return asidesOf(ctx, q, asideColumns, where, args...)
}

func asidesOf(ctx context.Context, q db.Q, columns, where string, args ...any) ([]Aside, error) {
	rows, err := q.QueryContext(ctx, `select `+columns+` from aside `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Aside
	for rows.Next() {
		var a Aside
		var value string
		var at int64
		if err := rows.Scan(&a.Article, &a.Part, &a.Tab, &a.By, &a.Base, &value, &at); err != nil {
			return nil, err
		}
		a.Value, a.At = json.RawMessage(value), db.Time(at)
		list = append(list, a)
	}
	return list, rows.Err()
}

// Asides are what waits beside an article's parts to be merged, oldest first.
func (s *Store) Asides(ctx context.Context, article int64) ([]Aside, error) {
	return asides(ctx, s.db.Read(), `where article_id = $1 order by at, tab`, article)
}

// PutAside keeps beside what a tab wrote while somebody else's text stands in its place. Again from the same tab, the later one stands.
func (s *Store) PutAside(ctx context.Context, w Writing, now time.Time) (Kept, error) {
	if err := w.check(); err != nil {
		return Kept{}, err
	}
	if w.Value == nil {
		return Kept{}, fault.Invalid("What is kept beside is sent whole.")
	}
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		var id int64
		if err := q.QueryRowContext(ctx, `select id from article where id = $1`, w.Article).Scan(&id); err != nil {
			return missing(err)
		}
		var beside int64
		if err := q.QueryRowContext(ctx, `select coalesce(sum(length(value)), 0) from aside where article_id = $1 and (part <> $2 or tab <> $3)`, w.Article, w.Part, w.Tab).Scan(&beside); err != nil {
			return err
		}
		if beside+int64(len(w.Value)) > mostBeside {
			return fault.Invalid("Too much stands beside this article. Merge some of it first; your words stay in this window meanwhile.")
		}
		_, err := q.ExecContext(ctx, `insert into aside (article_id, part, tab, by_id, base, n, value, at) values ($1, $2, $3, $4, $5, $6, $7, $8)
			on conflict (article_id, part, tab) do update set by_id = excluded.by_id, base = excluded.base, n = excluded.n, value = excluded.value, at = excluded.at
			where excluded.n = 0 or excluded.n > aside.n`, w.Article, w.Part, w.Tab, w.By, w.Base, w.N, string(w.Value), db.Micros(now))
		return err
	})
	return Kept{w.Base, now}, err
}

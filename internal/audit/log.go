package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"lede/internal/db"
)

// Log reads what was recorded.
type Log struct{ db *db.DB }

// New reads the log in d.
func New(d *db.DB) *Log { return &Log{d} }

// Filter chooses entries; what is zero chooses nothing out.
type Filter struct {
	Actor  int64  // by this person of the staff
	Act    string // of this act, "article.publish", or of all its kind, "article."
	Kind   string // done to things of this kind …
	Of     int64  // … and to this one
	Before int64  // entries before this one
	Limit  int    // at most so many; 100 for 0
}

const columns = `n, at, act, kind, of_id, actor_id, actor, detail, salt, body_digest, digest`

// List gives the entries that f chooses, the newest first.
func (l *Log) List(ctx context.Context, f Filter) ([]Entry, error) {
	if f.Limit == 0 {
		f.Limit = 100
	}
	rows, err := l.db.Read().QueryContext(ctx, `select `+columns+` from audit
		where (cast($1 as bigint) = 0 or actor_id = $1) and (cast($2 as text) = '' or act = $2 or substr(act, 1, length($2)) = $2 and substr($2, length($2), 1) = '.')
		and (cast($3 as text) = '' or kind = $3) and (cast($4 as bigint) = 0 or of_id = $4) and (cast($5 as bigint) = 0 or n < $5) order by n desc limit $6`,
		f.Actor, f.Act, f.Kind, f.Of, f.Before, f.Limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Entry
	for rows.Next() {
		e, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, rows.Err()
}

// Acts are the kinds of act that were recorded, in alphabetical order.
func (l *Log) Acts(ctx context.Context) ([]string, error) {
	rows, err := l.db.Read().QueryContext(ctx, `select distinct act from audit order by act`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var acts []string
	for rows.Next() {
		var act string
		if err := rows.Scan(&act); err != nil {
			return nil, err
		}
		acts = append(acts, act)
	}
	return acts, rows.Err()
}

func scan(rows *sql.Rows, more ...any) (Entry, error) {
	var e Entry
	var at int64
	into := []any{&e.N, &at, &e.Act, &e.Kind, &e.Of, &e.Who.ID, &e.Who.Name, &e.Detail, &e.salt, &e.bodyDigest, &e.Digest}
	err := rows.Scan(append(into, more...)...)
	e.At = db.Time(at)
	return e, err
}

// Head is how many entries there are, and the digest of the last: whoever wrote it down can tell later that nothing before it
// was changed.
func (l *Log) Head(ctx context.Context) (n int64, head string, err error) {
	err = l.db.Read().QueryRowContext(ctx, `select n, digest from audit_head where id = 1`).Scan(&n, &head)
	return n, head, err
}

// ErrBroken says that the log is not what was recorded.
var ErrBroken = errors.New("the audit log is not what was recorded")

// Verify reads the whole log. It gives the number of entries and the head, or ErrBroken saying where the chain does not hold:
// an entry that was changed, one that is missing, one that was slipped in, one taken out by nobody.
func (l *Log) Verify(ctx context.Context) (n int64, head string, err error) {
	// One statement, so that what is added meanwhile is seen neither in the entries nor in the head.
	rows, err := l.db.Read().QueryContext(ctx, `select a.n, at, act, kind, of_id, actor_id, actor, detail, salt, body_digest, a.digest, h.n, h.digest
		from audit a cross join audit_head h where h.id = 1 order by a.n`)
	if err != nil {
		return 0, "", err
	}
	defer rows.Close()
	var last Entry
	blanked := map[thing]int64{} // where something was taken out, and nothing has said so yet
	for rows.Next() {
		e, err := scan(rows, &n, &head)
		if err != nil {
			return 0, "", err
		}
		if err := e.follows(last); err != nil {
			return 0, "", err
		}
		if e.Act == Blanking {
			delete(blanked, thing{e.Kind, e.Of})
		} else if e.blank() {
			blanked[thing{e.Kind, e.Of}] = e.N
		}
		last = e
	}
	if err := rows.Err(); err != nil {
		return 0, "", err
	}
	if last.N == 0 {
		return l.verifyEmpty(ctx)
	}
	for _, n := range blanked {
		return 0, "", fmt.Errorf("%w: what entry %d says was taken out, and no later one says so", ErrBroken, n)
	}
	if last.N != n || last.Digest != head {
		return 0, "", fmt.Errorf("%w: it ends with entry %d, and should with %d", ErrBroken, last.N, n)
	}
	return n, head, nil
}

// thing is what entries are about.
type thing struct {
	kind string
	of   int64
}

// follows tells whether e stands after last as it was added.
func (e Entry) follows(last Entry) error {
	if e.N != last.N+1 {
		return fmt.Errorf("%w: entry %d is missing", ErrBroken, last.N+1)
	}
	if e.bodyDigest != e.body() && !e.blank() || e.Digest != e.link(last.Digest) {
		return fmt.Errorf("%w: entry %d was changed", ErrBroken, e.N)
	}
	return nil
}

func (l *Log) verifyEmpty(ctx context.Context) (n int64, head string, err error) {
	var rows int64
	err = l.db.Read().QueryRowContext(ctx, `select n, digest, (select count(*) from audit) from audit_head where id = 1`).Scan(&n, &head, &rows)
	if errors.Is(err, sql.ErrNoRows) || err == nil && n > 0 && rows == 0 {
		return 0, "", fmt.Errorf("%w: its entries are missing", ErrBroken)
	}
	return n, head, err
}

package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"lede/article"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/paper"
)

// Cut makes a version of the article of all that was written since the last one, and gives the number of the version that then is
// the article's; without anything new that is the last one. It is kept under the name of whoever wrote last.
//
// A part that cannot be part of an article stays as it was written, and what it says, with the reason, is kept as a Scrap.
func (s *Store) Cut(ctx context.Context, article int64, now time.Time) (version int64, err error) {
	for range 8 {
		version, err = s.cut(ctx, article, now)
		if !errors.Is(err, fault.Conflict) {
			return version, err
		}
	}
	return version, err
}

func (s *Store) cut(ctx context.Context, id int64, now time.Time) (int64, error) {
	version, t, err := s.latest(ctx, id)
	if err != nil {
		return 0, err
	}
	rows, err := rowsOf(ctx, s.db.Read(), id)
	if err != nil {
		return 0, err
	}
	var written, torn []row
	by, at := int64(0), int64(0)
	why := map[string]string{}
	for _, r := range rows {
		if !r.open() {
			continue
		}
		if err := join(&t, r.part, json.RawMessage(r.value)); err != nil {
			torn, why[r.part] = append(torn, r), err.Error()
			continue
		}
		written = append(written, r)
		if r.at > at {
			by, at = r.by, r.at
		}
	}
	if len(written) > 0 {
		err = s.articles.Save(ctx, id, version, t, by, now)
		if fault.IsInvalid(err) {
			torn, why[""] = append(torn, written...), said(err)
			written, err = nil, nil
		}
		if err != nil {
			return 0, err
		}
	}
	if len(written) > 0 {
		version++
	}
	return version, s.cutDone(ctx, id, version, written, torn, why, now)
}

// said is what is wrong, as a person reads it.
func said(err error) string {
	var form fault.Form
	if !errors.As(err, &form) {
		return err.Error()
	}
	var all []string
	for _, says := range form {
		all = append(all, says)
	}
	return strings.Join(all, " ")
}

// cutDone notes what stands in a version now, and keeps what could not as scraps.
func (s *Store) cutDone(ctx context.Context, id, version int64, written, torn []row, why map[string]string, now time.Time) error {
	if len(written)+len(torn) == 0 {
		return nil
	}
	canons, tks := map[string]string{}, 0
	if len(written) > 0 {
		is, t, err := s.latest(ctx, id)
		if err != nil {
			return err
		}
		tks = t.TKs()
		for _, r := range written {
			canons[r.part] = "?"
			if is != version {
				continue // changed again meanwhile: whoever comes next compares
			}
			if canons[r.part], err = canon(t, r.part); err != nil {
				return err
			}
		}
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if len(written) > 0 {
			_, err := q.ExecContext(ctx, `insert into work (article_id, tks) values ($1, $2) on conflict (article_id) do update set tks = excluded.tks`, id, tks)
			if err != nil {
				return err
			}
		}
		for _, r := range written {
			_, err := q.ExecContext(ctx, `update working set cut = $3, cut_at = $4, version = $5, canon = $6 where article_id = $1 and part = $2`,
				id, r.part, r.seq, db.Micros(now), version, canons[r.part])
			if err != nil {
				return err
			}
		}
		for _, r := range torn {
			says := why[r.part]
			if says == "" {
				says = why[""]
			}
			if err := keepScrap(ctx, q, id, r, says, now); err != nil {
				return err
			}
		}
		// The parts that were not written are as the version before had them.
		_, err := q.ExecContext(ctx, `update working set version = $2 where article_id = $1 and version = $3`, id, version, version-1)
		return err
	})
}

// keepScrap keeps what a row says that could not become a version. One that was kept already is not kept again, and one that is
// another by now waits for the next cut: the law may have taken something out of it.
func keepScrap(ctx context.Context, q db.Q, id int64, r row, why string, now time.Time) error {
	is, err := scanRow(q.QueryRowContext(ctx, `select `+rowColumns+` from working where article_id = $1 and part = $2`, id, r.part))
	if err != nil || is.seq != r.seq || is.value != r.value {
		return err
	}
	if r.kept < r.seq {
		// Only the newest scrap of one run of writing is new to people.
		if _, err := q.ExecContext(ctx, `update scrap set seen = 1 where article_id = $1 and part = $2 and seen = 0 and beside = 0`, id, r.part); err != nil {
			return err
		}
		if err := addScrap(ctx, q, id, r.part, r.by, r.value, why, false, now); err != nil {
			return err
		}
	}
	_, err = q.ExecContext(ctx, `update working set kept = $3, cut_at = $4 where article_id = $1 and part = $2`, id, r.part, r.seq, db.Micros(now))
	return err
}

func addScrap(ctx context.Context, q db.Q, id int64, part string, by int64, value, why string, beside bool, now time.Time) error {
	aside := 0
	if beside {
		aside = 1
	}
	_, err := q.ExecContext(ctx, `insert into scrap (id, article_id, part, by_id, at, value, why, beside, seen) values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
		db.NewID(), id, part, by, db.Micros(now), value, paper.Line(why), aside)
	return err
}

func rowsOf(ctx context.Context, q db.Q, article int64) ([]row, error) {
	rows, err := q.QueryContext(ctx, `select `+rowColumns+` from working where article_id = $1 order by part`, article)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []row
	for rows.Next() {
		r, err := scanRow(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

// canon is a digest of what the text says in this part.
func canon(t article.Text, part string) (string, error) {
	value, err := split(t, part)
	if err != nil {
		return "", fmt.Errorf("the %s of an article: %w", part, err)
	}
	sum := sha256.Sum256(value)
	return hex.EncodeToString(sum[:16]), nil
}

// latest is the newest state of an article, whether the public sees it or not.
func (s *Store) latest(ctx context.Context, id int64) (version int64, t article.Text, err error) {
	a, err := s.articles.Newest(ctx, id)
	return a.Version, a.Text, err
}

// align compares the working parts with the article's present version, and makes them where there are none. A part of which all
// words stand in a version follows a change that came from elsewhere; one with words of its own stays.
func (s *Store) align(ctx context.Context, id int64, now time.Time) error {
	version, t, err := s.latest(ctx, id)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		var is int64
		if err := q.QueryRowContext(ctx, `select version from article where id = $1`, id).Scan(&is); err != nil || is != version {
			return err // changed again: whoever asked will find out
		}
		rows, err := rowsOf(ctx, q, id)
		if err != nil {
			return err
		}
		there := map[string]row{}
		for _, r := range rows {
			there[r.part] = r
		}
		for _, part := range Parts() {
			r, ok := there[part]
			if err := alignPart(ctx, q, id, version, t, part, r, ok, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// alignPart keeps the row as it is once compared with the text of the version.
func alignPart(ctx context.Context, q db.Q, id, version int64, t article.Text, part string, r row, there bool, now time.Time) error {
	if there && r.version == version {
		return nil
	}
	is, err := r.aligned(version, t, part, now)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `insert into working (article_id, part, seq, value, tab, by_id, at, base, n, sent, cut, cut_at, kept, version, canon)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		on conflict (article_id, part) do update set seq = excluded.seq, value = excluded.value, tab = excluded.tab, by_id = excluded.by_id, at = excluded.at,
		base = excluded.base, n = excluded.n, sent = excluded.sent, cut = excluded.cut, cut_at = excluded.cut_at, version = excluded.version, canon = excluded.canon`,
		id, part, is.seq, is.value, is.tab, is.by, is.at, is.base, is.n, is.sent, is.cut, is.cutAt, is.kept, is.version, is.canon)
	return err
}

// aligned is the row compared with the text of a version. A row that is not there yet, and one whose words all stand in a version
// other than this one, is as that text has it. Its seq counts versions then, so that two comparisons of different versions never
// give the same.
func (r row) aligned(version int64, t article.Text, part string, now time.Time) (row, error) {
	is, err := canon(t, part)
	if err != nil {
		return r, err
	}
	if r.seq > 0 && (r.open() || r.canon == is) {
		r.version = version
		return r, nil
	}
	value, err := split(t, part)
	if err != nil {
		return r, err
	}
	seq := r.seq + version - r.version
	return row{part: part, seq: seq, value: string(value), at: db.Micros(now), base: seq - 1, cut: seq, cutAt: db.Micros(now), version: version, canon: is}, nil
}

// CutNamed is Cut by somebody who wants a version now; what they call it is kept with its number.
func (s *Store) CutNamed(ctx context.Context, id int64, name string, by int64, now time.Time) (version int64, err error) {
	version, err = s.Cut(ctx, id, now)
	name = cutRunes(paper.Line(name), 200)
	if err != nil || name == "" {
		return version, err
	}
	return version, s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `insert into version_name (article_id, n, name, by_id, at) values ($1, $2, $3, $4, $5)
			on conflict (article_id, n) do update set name = excluded.name, by_id = excluded.by_id, at = excluded.at`, id, version, name, by, db.Micros(now))
		return err
	})
}

// Names are what versions of an article were called, by their numbers.
func (s *Store) Names(ctx context.Context, id int64) (map[int64]string, error) {
	rows, err := s.db.Read().QueryContext(ctx, `select n, name from version_name where article_id = $1`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	of := map[int64]string{}
	for rows.Next() {
		var n int64
		var name string
		if err := rows.Scan(&n, &name); err != nil {
			return nil, err
		}
		of[n] = name
	}
	return of, rows.Err()
}

// Torn says why some of what was written is in no version; "" when all is.
func (s *Store) Torn(ctx context.Context, id int64) (string, error) {
	list, err := scraps(ctx, s.db.Read(), `where article_id = $1 and seen = 0 and exists (select 1 from working w
		where w.article_id = scrap.article_id and w.part = scrap.part and w.seq > w.cut) order by at desc`, id)
	if err != nil || len(list) == 0 {
		return "", err
	}
	return list[0].Why, nil
}

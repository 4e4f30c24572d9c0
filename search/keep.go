package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"lede/article"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/section"
	"lede/staff"
)

// errAgain: an article changed while it was read.
var errAgain = errors.New("the article changed meanwhile")

// Take keeps by which words the article of id is found, or takes it out if the public does not see it at now.
func (s *Store) Take(ctx context.Context, id int64, now time.Time) error {
	for {
		version, err := s.articles.Version(ctx, id)
		if err != nil {
			return fmt.Errorf("article %d: %w", id, err)
		}
		e, err := s.entry(ctx, id, now)
		if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Gone) || isMoved(err) {
			e, err = nil, nil
		}
		if err != nil {
			return err
		}
		var m made
		if e != nil {
			version, m = e.version, e.make()
		}
		err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
			if is, err := article.VersionIn(ctx, q, id); err != nil || is != version {
				return errors.Join(err, when(is != version, errAgain))
			}
			if err := Drop(ctx, q, id); err != nil || e == nil {
				return err
			}
			return put(ctx, q, *e, m)
		})
		if !errors.Is(err, errAgain) {
			return err
		}
	}
}

func when(wrong bool, err error) error {
	if wrong {
		return err
	}
	return nil
}

func isMoved(err error) bool {
	var moved fault.Moved
	return errors.As(err, &moved)
}

// entry reads an article as the public sees it.
func (s *Store) entry(ctx context.Context, id int64, now time.Time) (*entry, error) {
	a, err := s.articles.Public(ctx, id, now)
	if err != nil {
		return nil, err
	}
	p, err := s.papers.Get(ctx)
	if err != nil {
		return nil, err
	}
	e := entry{article: a.ID, version: a.Version, at: a.Published, lang: p.Edition(a.Lang), sections: a.Sections, headline: a.Kicker + "\n" + a.Headline,
		summary: a.Summary, rest: a.Body.Text() + "\n" + a.Lead.Caption + "\n" + a.Lead.Alt + "\n" + a.Dateline}
	if err := s.name(ctx, &e, a.Bylines, a.Topics); err != nil {
		return nil, err
	}
	return &e, nil
}

// name gives an entry the names of who wrote it and what it is about.
func (s *Store) name(ctx context.Context, e *entry, bylines, topics []int64) error {
	var who []staff.Byline
	var what []section.Topic
	var err error
	if len(bylines) > 0 {
		if who, err = s.staff.Bylines(ctx, bylines...); err != nil {
			return err
		}
	}
	if len(topics) > 0 {
		if what, err = s.sections.Topics(ctx, topics...); err != nil {
			return err
		}
	}
	for _, b := range who {
		e.bylines = append(e.bylines, b.ID)
		e.names = append(e.names, b.Name)
		e.names = append(e.names, inOrder(b.Names)...)
	}
	for _, t := range what {
		e.names = append(e.names, inOrder(t.Names)...)
		e.names = append(e.names, t.OtherNames...)
	}
	return nil
}

// put keeps what was made of an entry, behind all that was published in the same millisecond.
func put(ctx context.Context, q db.Q, e entry, m made) error {
	first := place(e.at)
	last, err := db.Column[int64](ctx, q, `select place from search_doc where place >= $1 and place < $2 order by place desc limit 1`, first, first+places)
	if err != nil {
		return err
	}
	at := first
	if len(last) > 0 {
		at = last[0] + 1
	}
	said, err := json.Marshal(m.said)
	if err != nil {
		return err
	}
	if db.KindOf(q) == db.Postgres {
		_, err = q.ExecContext(ctx, `insert into search_doc (place, article_id, make, lang, head, said, words, vector) values ($1, $2, $3, $4, $5, $6, '', cast($7 as tsvector))`,
			at, e.article, Make, e.lang, m.head, string(said), vector(m.words))
	} else {
		if _, err = q.ExecContext(ctx, `insert into search_doc (place, article_id, make, lang, head, said, words) values ($1, $2, $3, $4, $5, $6, $7)`,
			at, e.article, Make, e.lang, m.head, string(said), m.words); err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `insert into search_index (rowid, words) values ($1, $2)`, at, m.words)
	}
	if err != nil {
		return err
	}
	return lend(ctx, q, e.lang, m.said, 1)
}

// Drop takes an article out of the index, within the transaction that makes it so.
func Drop(ctx context.Context, q db.Q, id int64) error {
	var at int64
	var lang, text, words string
	rows, err := q.QueryContext(ctx, `select place, lang, said, words from search_doc where article_id = $1`, id)
	if err != nil {
		return err
	}
	found := rows.Next()
	if found {
		err = rows.Scan(&at, &lang, &text, &words)
	}
	if err = errors.Join(err, rows.Err(), rows.Close()); err != nil || !found {
		return err
	}
	if db.KindOf(q) == db.SQLite {
		if _, err := q.ExecContext(ctx, `insert into search_index (search_index, rowid, words) values ('delete', $1, $2)`, at, words); err != nil {
			return err
		}
	}
	if _, err := q.ExecContext(ctx, `delete from search_doc where place = $1`, at); err != nil {
		return err
	}
	var said [][2]string
	if err := json.Unmarshal([]byte(text), &said); err != nil {
		return err
	}
	return lend(ctx, q, lang, said, -1)
}

// rebuiltOnce is how many articles are taken in one go while the index is made anew.
const rebuiltOnce = 50

// Rebuild makes the index anew if it is empty or of an older make, from where it was left, and says in the log how far it is. It does
// nothing once that is done.
func (s *Store) Rebuild(ctx context.Context, clock func() time.Time, log *slog.Logger) error {
	if err := s.lost(ctx, clock()); err != nil {
		return err
	}
	began, told, n := clock(), clock(), 0
	for {
		upto, done, err := s.rebuilt(ctx)
		if err != nil || done {
			return err
		}
		ids, err := s.articles.PublicFrom(ctx, upto, rebuiltOnce, clock())
		if err != nil {
			return err
		}
		if err := s.takeMany(ctx, ids, clock()); err != nil {
			return err
		}
		if n += len(ids); len(ids) > 0 {
			upto = ids[len(ids)-1]
		}
		err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
			_, err := q.ExecContext(ctx, `update search_make set make = $1, upto = $2, done = $3 where id = 1`, Make, upto, oneIf(len(ids) == 0))
			return err
		})
		if err != nil {
			return err
		}
		if len(ids) == 0 && n > 0 {
			log.Info("the search index is made", "articles", n, "took", clock().Sub(began).Round(time.Millisecond))
		} else if clock().Sub(told) > 10*time.Second {
			told = clock()
			log.Info("the search index is being made", "articles", n)
		}
	}
}

// lost begins anew where an index that was whole holds nothing, though there is something to find.
func (s *Store) lost(ctx context.Context, now time.Time) error {
	some, err := db.Column[int64](ctx, s.db.Read(), `select place from search_doc limit 1`)
	if err != nil || len(some) > 0 {
		return err
	}
	ids, err := s.articles.PublicFrom(ctx, 0, 1, now)
	if err != nil || len(ids) == 0 {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `update search_make set upto = 0, done = 0 where id = 1`)
		return err
	})
}

// Renamed takes anew all that is signed with a byline or about a topic, of which id is one, or with or about what it became part of.
func (s *Store) Renamed(ctx context.Context, id int64, now time.Time) error {
	names := []int64{id}
	bylines, err := s.staff.Bylines(ctx, id)
	if err != nil {
		return err
	}
	for _, b := range bylines {
		names = append(names, b.ID)
	}
	topics, err := s.sections.Topics(ctx, id)
	if err != nil {
		return err
	}
	for _, t := range topics {
		names = append(names, t.ID)
	}
	list, err := s.articles.Naming(ctx, names...)
	if err != nil {
		return err
	}
	for _, article := range list {
		if err := s.Take(ctx, article, now); err != nil {
			return err
		}
	}
	return nil
}

func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}

// rebuilt tells up to which article the index is of this make, and whether that is all.
func (s *Store) rebuilt(ctx context.Context) (upto int64, done bool, err error) {
	var which, all int64
	err = s.db.Read().QueryRowContext(ctx, `select make, upto, done from search_make where id = 1`).Scan(&which, &upto, &all)
	if err != nil || which != Make {
		return 0, false, err
	}
	return upto, all == 1, nil
}

// takeMany is Take for many at once: those that change meanwhile are taken one by one.
func (s *Store) takeMany(ctx context.Context, ids []int64, now time.Time) error {
	var list []*entry
	var makes []made
	for _, id := range ids {
		e, err := s.entry(ctx, id, now)
		if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Gone) || isMoved(err) {
			continue
		}
		if err != nil {
			return err
		}
		list, makes = append(list, e), append(makes, e.make())
	}
	var again []int64
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		again = nil
		for i, e := range list {
			is, err := article.VersionIn(ctx, q, e.article)
			if err != nil {
				return err
			}
			if is != e.version {
				again = append(again, e.article)
				continue
			}
			if err := errors.Join(Drop(ctx, q, e.article), put(ctx, q, *e, makes[i])); err != nil {
				return err
			}
		}
		return nil
	})
	for _, id := range again {
		err = errors.Join(err, s.Take(ctx, id, now))
	}
	return err
}

package desk

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/mail"
	"lede/paper"
)

// Work is what is arranged about an article.
type Work struct {
	Article  int64
	Due      time.Time  // zero without a deadline
	Wall     paper.Wall // the deadline as it was said
	DueBy    int64      // who said so last
	Target   int        // words; 0 without one
	TargetBy int64
	People   []int64 // to whom it is assigned
	PeopleBy int64
}

// Differs says that somebody else arranged it otherwise since the page was drawn; it is a fault.Conflict.
type Differs struct {
	What string // "due", "target" or "people"
	By   int64
	Is   Work
}

func (d Differs) Error() string { return "the " + d.What + " was changed meanwhile" }

// Unwrap makes it a fault.Conflict.
func (Differs) Unwrap() error { return fault.Conflict }

// most words an article can be ordered at.
const longestTarget = 100_000

// WorkOf is what is arranged about an article; nothing, if nothing was.
func (s *Store) WorkOf(ctx context.Context, article int64) (Work, error) {
	return workOf(ctx, s.db.Read(), article)
}

func workOf(ctx context.Context, q db.Q, article int64) (Work, error) {
	w := Work{Article: article}
	var due sql.NullInt64
	err := q.QueryRowContext(ctx, `select due, wall, zone, due_by, target, target_by, people_by from work where article_id = $1`, article).
		Scan(&due, &w.Wall.Says, &w.Wall.Zone, &w.DueBy, &w.Target, &w.TargetBy, &w.PeopleBy)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return w, err
	}
	if due.Valid {
		w.Due = db.Time(due.Int64)
	}
	people, err := assigned(ctx, q, article)
	w.People = people[article]
	return w, err
}

// assigned are the people of articles, each list in the order of their ids.
func assigned(ctx context.Context, q db.Q, articles ...int64) (map[int64][]int64, error) {
	of := map[int64][]int64{}
	if len(articles) == 0 {
		return of, nil
	}
	rows, err := q.QueryContext(ctx, `select article_id, person_id from assigned where article_id in (`+db.Places(1, len(articles))+`) order by article_id, person_id`, db.Args(articles)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var article, person int64
		if err := rows.Scan(&article, &person); err != nil {
			return nil, err
		}
		of[article] = append(of[article], person)
	}
	return of, rows.Err()
}

// SetDue says until when an article is to be done; the zero Wall takes the deadline away. was is what the person saw: when somebody
// else said otherwise since, it is Differs. A time that does not exist is a fault.Form.
func (s *Store) SetDue(ctx context.Context, article int64, was string, wall paper.Wall, by int64, now time.Time) error {
	var due time.Time
	if !wall.IsZero() {
		var err error
		if due, err = wall.At(); err != nil {
			return fault.Form{"due": err.Error()}
		}
	} else {
		wall = paper.Wall{}
	}
	return s.arrange(ctx, article, func(ctx context.Context, q db.Q, w Work) error {
		if w.Wall == wall {
			return nil
		}
		if w.Wall.Says != was {
			return Differs{"due", w.DueBy, w}
		}
		_, err := q.ExecContext(ctx, `update work set due = $2, wall = $3, zone = $4, due_by = $5 where article_id = $1`,
			article, db.MicrosOrNil(due), wall.Says, wall.Zone, by)
		return err
	})
}

// SetTarget says how many words are wanted, 0 for no number. was is as for SetDue.
func (s *Store) SetTarget(ctx context.Context, article int64, was, target int, by int64) error {
	if target < 0 || target > longestTarget {
		return fault.Form{"target": "Words are a number up to 100,000; leave it empty for none."}
	}
	return s.arrange(ctx, article, func(ctx context.Context, q db.Q, w Work) error {
		if w.Target == target {
			return nil
		}
		if w.Target != was {
			return Differs{"target", w.TargetBy, w}
		}
		_, err := q.ExecContext(ctx, `update work set target = $2, target_by = $3 where article_id = $1`, article, target, by)
		return err
	})
}

// Assign says who is to do it. was are the people the person saw; see SetDue. letters gives what those
// who did not have it before are written.
func (s *Store) Assign(ctx context.Context, article int64, was, people []int64, by int64, letters func(fresh []int64) []mail.Message, now time.Time) error {
	was, people = inOrder(was), inOrder(people)
	return s.arrange(ctx, article, func(ctx context.Context, q db.Q, w Work) error {
		if slices.Equal(w.People, people) {
			return nil
		}
		if !slices.Equal(w.People, was) {
			return Differs{"people", w.PeopleBy, w}
		}
		if _, err := q.ExecContext(ctx, `delete from assigned where article_id = $1`, article); err != nil {
			return err
		}
		for _, p := range people {
			if _, err := q.ExecContext(ctx, `insert into assigned (article_id, person_id) values ($1, $2)`, article, p); err != nil {
				return err
			}
		}
		if _, err := q.ExecContext(ctx, `update work set people_by = $2 where article_id = $1`, article, by); err != nil || letters == nil {
			return err
		}
		fresh := slices.DeleteFunc(slices.Clone(people), func(p int64) bool { return slices.Contains(w.People, p) || p == by })
		return s.send(ctx, q, letters(fresh), now)
	})
}

func inOrder(list []int64) []int64 {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

// arrange lets do change what is arranged about an article that is there.
func (s *Store) arrange(ctx context.Context, article int64, do func(ctx context.Context, q db.Q, w Work) error) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		var stage string
		if err := q.QueryRowContext(ctx, `select stage from article where id = $1`, article).Scan(&stage); err != nil {
			return missing(err)
		}
		w, err := workOf(ctx, q, article)
		if err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, `insert into work (article_id) values ($1) on conflict do nothing`, article); err != nil {
			return err
		}
		return do(ctx, q, w)
	})
}

// Over notes whether an article is still work: it is not once it is published or withdrawn. It may run twice.
func (s *Store) Over(ctx context.Context, article int64) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `update work set over = (select case when `+isOpen+` then 0 else 1 end from article a where a.id = work.article_id)
			where article_id = $1 and exists (select 1 from article a where a.id = work.article_id)`, article)
		return err
	})
}

// Own tells whether an article is a person's own: begun by them, assigned to them, or with their byline (0 for none).
func (s *Store) Own(ctx context.Context, article, person, byline int64) (bool, error) {
	var n int
	err := s.db.Read().QueryRowContext(ctx, `select count(*) from article a where a.id = $1 and `+own(2, 3), article, person, byline).Scan(&n)
	return n > 0, err
}

// own is the condition under which article a is the person's of argument p, whose byline is argument b.
func own(p, b int) string {
	return fmt.Sprintf(`(a.owner_id = $%d or exists (select 1 from assigned s where s.article_id = a.id and s.person_id = $%d)
		or exists (select 1 from article_byline y where y.article_id = a.id and y.byline_id = $%d and y.byline_id <> 0))`, p, p, b)
}

// People written as a field of a form: "12,34".
func People(list []int64) string {
	var out []string
	for _, p := range inOrder(list) {
		out = append(out, strconv.FormatInt(p, 10))
	}
	return strings.Join(out, ",")
}

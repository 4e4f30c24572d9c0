package comment

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/internal/db"
)

// Person is what is known of whoever wrote a comment. Others may share their network and the address they typed.
type Person struct {
	Marks    []Mark
	Names    []string // others under which the same person wrote, by the same marks
	All      int      // comments by any of the marks, with the one in hand; at most a few hundred are looked at
	Counts   map[State]int
	Past     []Comment // the last of them, the newest first; at most 14
	Measures []Measure // in force
}

// Mark is one thing by which a person is known: OfReader, OfBrowser, OfMail or OfPrefix.
type Mark struct {
	Kind     string
	Comments int
}

// Knows tells whether something of that kind is known of the person.
func (p Person) Knows(kind string) bool {
	return slices.ContainsFunc(p.Marks, func(m Mark) bool { return m.Kind == kind })
}

// lastOnes are how many comments of a person are shown beside one of theirs.
const lastOnes = 14

// Person tells what is known at now of whoever wrote a comment.
func (s *Store) Person(ctx context.Context, c Comment, now time.Time) (Person, error) {
	q := s.db.Read()
	p := Person{Counts: map[State]int{}}
	for _, m := range c.marks() {
		n := 0
		err := q.QueryRowContext(ctx, `select count(*) from (select 1 from comment where `+m.column+` = $1 and `+m.column+` <> `+m.none+` limit `+itoa(farBack)+`) x`, m.value).Scan(&n)
		if err != nil {
			return p, err
		}
		p.Marks = append(p.Marks, Mark{m.kind, n})
	}
	ids, err := p.count(ctx, q, c)
	if err != nil {
		return p, err
	}
	if p.Past, err = these(ctx, q, ids[:min(len(ids), lastOnes)]); err != nil {
		return p, err
	}
	p.Measures, err = s.MeasuresOf(ctx, c, now)
	return p, err
}

// count reads what became of the comments of a person, and gives their ids, the newest first.
func (p *Person) count(ctx context.Context, q db.Q, c Comment) ([]int64, error) {
	var args []any
	arg := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	rows, err := q.QueryContext(ctx, `select id, state, name from comment where id in (`+likeness(c, arg)+`) order by at desc, id desc`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []int64
	for rows.Next() {
		var id int64
		var state State
		var name string
		if err := rows.Scan(&id, &state, &name); err != nil {
			return nil, err
		}
		ids = append(ids, id)
		p.Counts[state]++
		if !strings.EqualFold(name, c.Name) && !slices.Contains(p.Names, name) {
			p.Names = append(p.Names, name)
		}
	}
	p.All = len(ids)
	return ids, rows.Err()
}

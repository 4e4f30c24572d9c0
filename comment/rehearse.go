package comment

import (
	"context"

	"lede/internal/db"
)

// Rehearsal is what rules would have done with the comments that came last.
type Rehearsal struct {
	Of      int // so many comments
	Held    int
	Refused int
	Was     int // so many of them the guard held or refused when they came
}

// rehearsed is how many comments a rehearsal goes through.
const rehearsed = 200

// Rehearse tells what rules would have done with the last comments of readers, as far as those comments still tell: not who was
// banned, nor how fast they came.
func (s *Store) Rehearse(ctx context.Context, r Rules) (Rehearsal, error) {
	k, err := s.rules(ctx)
	if err != nil {
		return Rehearsal{}, err
	}
	last, err := list(ctx, s.db.Read(), `select `+columns+` from comment where staff_id = 0 order by at desc, id desc limit `+itoa(rehearsed))
	if err != nil {
		return Rehearsal{}, err
	}
	sections, err := s.sectionsOf(ctx, last)
	if err != nil {
		return Rehearsal{}, err
	}
	all := Rehearsal{Of: len(last)}
	for _, c := range last {
		a := judge(matter{way: ByPost, rules: r, mode: r.In(k.tree, sections[c.Article]), opening: Opening{Open: true},
			draft: Draft{Text: c.Text, Name: c.Name, Site: c.Site, Trap: c.trap()}, known: !c.noticed("first"), same: same(c), hits: k.words.Find(c.Text + "\n" + c.Name), score: Score{Percent: c.Score}})
		switch {
		case a.deny != nil || a.state == Refused:
			all.Refused++
		case a.state == Held:
			all.Held++
		}
		if c.stopped() {
			all.Was++
		}
	}
	return all, nil
}

// noticed tells whether the guard noted something under that name.
func (c Comment) noticed(check string) bool {
	for _, r := range c.Reasons {
		if r.Check == check {
			return true
		}
	}
	return false
}

// stopped tells whether the guard did not let the comment be shown at once.
func (c Comment) stopped() bool {
	for _, r := range c.Reasons {
		if r.Decided {
			return true
		}
	}
	return false
}

func same(c Comment) int {
	if c.noticed("repeat") {
		return 1
	}
	return 0
}

// sectionsOf are the first sections of the articles that the comments stand under.
func (s *Store) sectionsOf(ctx context.Context, list []Comment) (map[int64]int64, error) {
	ids := map[int64]bool{}
	for _, c := range list {
		ids[c.Article] = true
	}
	of := map[int64]int64{}
	if len(ids) == 0 {
		return of, nil
	}
	var args []int64
	for id := range ids {
		args = append(args, id)
	}
	rows, err := s.db.Read().QueryContext(ctx, `select article_id, section_id from article_section where place = 0 and article_id in (`+db.Places(1, len(args))+`)`, db.Args(args)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id, section int64
		if err := rows.Scan(&id, &section); err != nil {
			return nil, err
		}
		of[id] = section
	}
	return of, rows.Err()
}

// Tried is what the word lists say of a text.
func (s *Store) Tried(ctx context.Context, text string) ([]Hit, error) {
	k, err := s.rules(ctx)
	if err != nil {
		return nil, err
	}
	return k.words.Find(text), nil
}

package comment

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
)

// same tells whether nothing was changed in a list.
func (l WordList) same(as WordList) bool { return l.ID == as.ID && l.Version == as.Version }

// tidy makes a list of what was typed: a term each line, each once however it is spelt.
func (l WordList) tidy() WordList {
	l.Name = TidyName(l.Name)
	seen := map[string]bool{}
	var terms []string
	for _, t := range l.Terms {
		t = TidyName(t)
		if p := patternOf(t); p != "" && !seen[p] {
			seen[p] = true
			terms = append(terms, t)
		}
	}
	l.Terms = terms
	return l
}

func (l WordList) check() error {
	f := fault.Form{}
	switch {
	case l.Name == "":
		f["name"] = "A word list needs a name."
	case Length(l.Name) > longestName:
		f["name"] = "A name has up to 60 characters."
	}
	if l.Act != Hold && l.Act != Refuse {
		f["act"] = "Say whether the list holds or refuses."
	}
	switch {
	case len(l.Terms) == 0:
		f["terms"] = "Give a word or several words on each line."
	case len(l.Terms) > mostTerms:
		f["terms"] = "A list has up to 10,000 terms."
	}
	if i := slices.IndexFunc(l.Terms, func(t string) bool { return len(t) > longestTerm }); i >= 0 {
		f["terms"] = fmt.Sprintf("Line %d is too long for a term.", i+1)
	}
	return f.Err()
}

// WordLists are the paper's word lists, by name.
func (s *Store) WordLists(ctx context.Context) ([]WordList, error) {
	rows, err := s.db.Read().QueryContext(ctx, `select id, version, name, act, terms from word_list order by name, id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []WordList
	for rows.Next() {
		var l WordList
		var terms string
		if err := rows.Scan(&l.ID, &l.Version, &l.Name, &l.Act, &terms); err != nil {
			return nil, err
		}
		l.Terms = strings.Split(terms, "\n")
		all = append(all, l)
	}
	return all, rows.Err()
}

// SetWordList keeps a list, a new one where it has no id, and gives it as it is kept. It must be made from the version that stands,
// else it is fault.Conflict; what is to be mended is a fault.Form for "name", "act" or "terms".
func (s *Store) SetWordList(ctx context.Context, l WordList, now time.Time) (WordList, error) {
	l = l.tidy()
	if err := l.check(); err != nil {
		return l, err
	}
	fresh := l.ID == 0
	if fresh {
		l.ID, l.Version = db.NewID(), 0
	}
	l.Version++
	terms := strings.Join(l.Terms, "\n")
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) (err error) {
		if fresh {
			_, err = q.ExecContext(ctx, `insert into word_list (id, version, name, act, terms) values ($1, $2, $3, $4, $5)`, l.ID, l.Version, l.Name, l.Act, terms)
		} else {
			err = changed(q.ExecContext(ctx, `update word_list set version = $1, name = $2, act = $3, terms = $4 where id = $5 and version = $6`,
				l.Version, l.Name, l.Act, terms, l.ID, l.Version-1))
		}
		if err != nil {
			return err
		}
		return listChanged(ctx, q, now, "comment.words", l.ID, fmt.Sprintf("%s: %d terms, %s", l.Name, len(l.Terms), l.Act))
	})
	s.Forget()
	return l, err
}

// RemoveWordList takes a list away, as long as it is as it was seen; else it is fault.Conflict.
func (s *Store) RemoveWordList(ctx context.Context, id, version int64, now time.Time) error {
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		var name string
		err := q.QueryRowContext(ctx, `delete from word_list where id = $1 and version = $2 returning name`, id, version).Scan(&name)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.Conflict
		}
		if err != nil {
			return err
		}
		return listChanged(ctx, q, now, "comment.words.remove", id, name)
	})
	s.Forget()
	return err
}

func listChanged(ctx context.Context, q db.Q, now time.Time, act string, id int64, what string) error {
	if err := audit.Add(ctx, q, now, act, "word list", id, what); err != nil {
		return err
	}
	return RulesChanged.Add(ctx, q, 0)
}

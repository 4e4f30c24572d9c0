package paper

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"lede/internal/db"
	"lede/internal/fault"
)

// What stands at an address.
const (
	KindArticle = "article"
	KindSection = "section"
	KindTopic   = "topic"
	KindByline  = "byline"
	KindPage    = "page"
)

// Address is what stands at a path. One that moved comes back from At as fault.Moved.
type Address struct {
	Path string
	Kind string
	ID   int64 // of the article, section, topic or byline; 0 for a page, which goes by its slug
}

// reserved are the first parts of addresses that the program itself answers, now or by design.
var reserved = []string{"ad", "ads", "api", "archive", "assets", "by", "comment", "corrections", "face", "feed", "frame", "healthz", "history", "icon", "lang", "latest",
	"media", "metrics", "newsletter", "newsroom", "reader", "readyz", "search", "sitemap", "story", "tag", "weather"}

var (
	slug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	year = regexp.MustCompile(`^[0-9]{4}$`)
)

// IsSlug tells whether s can be the last part of an address: small letters, figures, hyphens, at most 100.
func IsSlug(s string) bool { return len(s) <= 100 && slug.MatchString(s) }

// checkFree refuses what would hide an address of the program: its own words, years, languages.
func checkFree(path string) error {
	first, rest, deeper := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	hides := slices.Contains(reserved, first) && !(first == "by" && deeper && rest != "")
	if hides || (!deeper && (year.MatchString(first) || isLanguage(first))) || strings.Contains(first, ".") {
		return fault.Form{"slug": fmt.Sprintf("The address %s is kept for the program; choose another.", path)}
	}
	return nil
}

// isLanguage tells whether a first part of an address could be an edition: two letters that ISO 639-1 knows, perhaps with a region.
// Languages of three letters are left to sections such as Art.
func isLanguage(first string) bool {
	base, _, _ := strings.Cut(first, "-")
	_, err := language.Parse(first)
	return len(base) == 2 && err == nil
}

// Claim gives path to a thing, for ever. What already has it keeps it: then it is a fault.Form for "slug".
func Claim(ctx context.Context, q db.Q, path, kind string, id int64, now time.Time) error {
	if err := checkFree(path); err != nil {
		return err
	}
	_, err := q.ExecContext(ctx, `insert into address (path, kind, of_id, since) values ($1, $2, $3, $4) on conflict (path) do nothing`,
		path, kind, id, db.Micros(now))
	if err != nil {
		return err
	}
	has, err := at(ctx, q, path)
	if err != nil && !isMoved(err) {
		return err
	}
	if err != nil || has.Kind != kind || has.ID != id {
		return fault.Form{"slug": fmt.Sprintf("The address %s stands for something else already.", path)}
	}
	return nil
}

// ClaimNear gives the first free path of path, path-2, path-3 … to a thing, and returns it.
func ClaimNear(ctx context.Context, q db.Q, path, kind string, id int64, now time.Time) (string, error) {
	for n := 1; n < 10_000; n++ {
		try := path
		if n > 1 {
			try = fmt.Sprintf("%s-%d", path, n)
		}
		err := Claim(ctx, q, try, kind, id, now)
		if err == nil {
			return try, nil
		}
		if !errors.As(err, new(fault.Form)) {
			return "", err
		}
	}
	return "", fault.Form{"slug": fmt.Sprintf("Every address near %s is taken.", path)}
}

// Move leads path to another address from now on.
func Move(ctx context.Context, q db.Q, path, to string, now time.Time) error {
	_, err := q.ExecContext(ctx, `insert into address (path, kind, of_id, moved_to, since) values ($1, 'moved', 0, $2, $3)
		on conflict (path) do update set kind = 'moved', of_id = 0, moved_to = excluded.moved_to`, path, to, db.Micros(now))
	return err
}

// At is what stands at path: fault.NotFound if nothing ever did, fault.Moved if it stands elsewhere now.
func (s *Store) At(ctx context.Context, path string) (Address, error) {
	return at(ctx, s.db.Read(), path)
}

func at(ctx context.Context, q db.Q, path string) (Address, error) {
	a := Address{Path: path}
	var to string
	err := q.QueryRowContext(ctx, `select kind, of_id, moved_to from address where path = $1`, path).Scan(&a.Kind, &a.ID, &to)
	if errors.Is(err, sql.ErrNoRows) {
		return a, fault.NotFound
	}
	if err != nil {
		return a, err
	}
	if to != "" {
		return a, fault.Moved{To: to}
	}
	return a, nil
}

func isMoved(err error) bool { return errors.As(err, new(fault.Moved)) }

// Paths are the addresses at which things of the kinds stand now, in alphabetical order.
func (s *Store) Paths(ctx context.Context, kinds ...string) ([]string, error) {
	var paths []string
	for _, kind := range kinds {
		rows, err := s.db.Read().QueryContext(ctx, `select path from address where kind = $1 order by path`, kind)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		for rows.Next() {
			var path string
			if err := rows.Scan(&path); err != nil {
				return nil, err
			}
			paths = append(paths, path)
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return paths, nil
}

// Forget frees a path that the law forbids: nothing stands there, and nothing leads from there.
func Forget(ctx context.Context, q db.Q, path string) error {
	_, err := q.ExecContext(ctx, `delete from address where path = $1`, path)
	return err
}

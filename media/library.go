package media

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lede/internal/db"
)

// Filter says which pictures and files of the library are wanted. The zero Filter wants all.
type Filter struct {
	Search  string // words that begin words of the caption, credit, alternative text, rights, name or date, in any order
	Kind    string // Picture, Audio or Video
	Use     string // Used or Unused
	Credit  string // this credit and no other
	EndsBy  string // rights end on this day or before, YYYY-MM-DD
	Article int64  // that stand in this article
	AddedBy int64  // added by this person
	Trash   bool   // those that lie in the trash, instead of those that do not
}

// Used and Unused are where something stands: somewhere, or nowhere.
const (
	Used   = "used"
	Unused = "unused"
)

// where is the condition of a filter, with its arguments; those already there are counted.
func (f Filter) where(args []any) (string, []any) {
	var all []string
	add := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(args)), 1)
		}
		all = append(all, condition)
	}
	if add(`redacted_at is null and trashed_at is null`); f.Trash {
		all = []string{`redacted_at is null and trashed_at is not null`}
	}
	for _, term := range terms(f.Search) {
		add(`id in (select media_id from media_word where word >= ? and word < ?)`, term, term+"\U0010ffff")
	}
	if f.Kind != "" {
		add(`kind = ?`, f.Kind)
	}
	if f.Credit != "" {
		add(`credit = ?`, f.Credit)
	}
	if f.EndsBy != "" {
		add(`rights_end <> '' and rights_end <= ?`, f.EndsBy)
	}
	if f.Article != 0 {
		add(`id in (select media_id from media_use where of_id = ?)`, f.Article)
	}
	if f.AddedBy != 0 {
		add(`added_by = ?`, f.AddedBy)
	}
	if f.Use != "" {
		add(map[string]string{Used: `exists`, Unused: `not exists`}[f.Use] + ` (select 1 from media_use u where u.media_id = media.id)`)
	}
	return strings.Join(all, " and "), args
}

// valid refuses what no page of ours asks for.
func (f Filter) valid() bool { return f.Use == "" || f.Use == Used || f.Use == Unused }

// List gives at most limit of what f wants, the newest first; before is the id of the last one already seen, or 0.
func (s *Store) List(ctx context.Context, f Filter, before int64, limit int) ([]Media, error) {
	if !f.valid() {
		return nil, nil
	}
	condition, args := f.where(nil)
	if before > 0 {
		args = append(args, before)
		condition += fmt.Sprintf(" and id < $%d", len(args))
	}
	args = append(args, limit)
	rows, err := s.db.Read().QueryContext(ctx, `select `+columns+` from media where `+condition+fmt.Sprintf(" order by id desc limit $%d", len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("library: %w", err)
	}
	defer rows.Close()
	var found []Media
	for rows.Next() {
		m, err := scan(rows)
		if err != nil {
			return nil, err
		}
		found = append(found, m)
	}
	return found, rows.Err()
}

// Count tells how many f wants; it stops at most.
func (s *Store) Count(ctx context.Context, f Filter, most int) (n int, err error) {
	if !f.valid() {
		return 0, nil
	}
	condition, args := f.where([]any{most})
	err = s.db.Read().QueryRowContext(ctx, `select count(*) from (select 1 from media where `+condition+` limit $1) c`, args...).Scan(&n)
	return n, err
}

// Credits are the most frequent credits, in alphabetical order, at most limit.
func (s *Store) Credits(ctx context.Context, limit int) ([]string, error) {
	rows, err := s.db.Read().QueryContext(ctx, `select credit from media where credit <> '' and redacted_at is null and trashed_at is null
		group by credit order by count(*) desc, credit limit $1`, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var credit string
		if err := rows.Scan(&credit); err != nil {
			return nil, err
		}
		all = append(all, credit)
	}
	slices.Sort(all)
	return all, rows.Err()
}

// Uses counts for each of ids the articles and bylines that it stands in. Those of none are missing in the answer.
func (s *Store) Uses(ctx context.Context, ids ...int64) (map[int64]int, error) {
	uses := map[int64]int{}
	for some := range slices.Chunk(ids, many) {
		rows, err := s.db.Read().QueryContext(ctx, `select media_id, count(*) from media_use where media_id in (`+db.Places(1, len(some))+`) group by media_id`,
			db.Args(some)...)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var id int64
			var n int
			if err := rows.Scan(&id, &n); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			uses[id] = n
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
	}
	return uses, nil
}

// UsedIn are the ids of the articles and bylines that it stands in, the newest first.
func (s *Store) UsedIn(ctx context.Context, id int64) ([]int64, error) {
	return db.Column[int64](ctx, s.db.Read(), `select of_id from media_use where media_id = $1 order by of_id desc`, id)
}

package article

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"lede/internal/db"
	"lede/internal/doc"
	"lede/internal/fault"
)

// sight is the condition under which the public sees an article at the moment $1; every public read joins it.
const sight = `a.published_at <= $1 and (a.withdrawn_at is null or a.withdrawn_at > $1)`

const columns = `a.id, a.version, a.stage, a.path, a.lang, a.group_id, a.kicker, a.headline, a.summary, a.dateline, a.seen, a.sensitive, a.words,
	a.sources, a.lead, a.slug, a.published_at, a.updated_at, a.corrected_at, a.withdrawn_at, a.changed_at, a.body,
	a.search, a.social, a.related, a.owner_id, a.stands, a.saved_at, a.embargo_until, a.withdrawn_note, a.withdrawn_to, a.withdrawn_by, a.ahead, a.sponsor, a.quiet`

type row interface{ Scan(...any) error }

func scan(r row) (Article, error) {
	var a Article
	var sources, lead, body, search, social, related, ahead string
	var published, updated, corrected, withdrawn, embargo sql.NullInt64
	var sensitive, quiet, changed, saved int64
	err := r.Scan(&a.ID, &a.Version, &a.Stage, &a.Path, &a.Lang, &a.Group, &a.Kicker, &a.Headline, &a.Summary, &a.Dateline, &a.Seen, &sensitive, &a.Words,
		&sources, &lead, &a.Slug, &published, &updated, &corrected, &withdrawn, &changed, &body,
		&search, &social, &related, &a.Owner, &a.Stands, &saved, &embargo, &a.Gone.Note, &a.Gone.To, &a.Gone.By, &ahead, &a.Sponsor, &quiet)
	if errors.Is(err, sql.ErrNoRows) {
		return a, fault.NotFound
	}
	if err != nil {
		return a, err
	}
	a.Sensitive, a.Quiet = sensitive != 0, quiet != 0
	a.Published, a.Updated, a.Corrected, a.Withdrawn = when(published), when(updated), when(corrected), when(withdrawn)
	a.Changed, a.Saved, a.Embargo, a.Gone.At = db.Time(changed), db.Time(saved), when(embargo), a.Withdrawn
	for text, into := range map[*string]any{&sources: &a.Sources, &lead: &a.Lead, &search: &a.Search, &social: &a.Social, &related: &a.Related, &ahead: &a.Wall} {
		if *text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(*text), into); err != nil {
			return a, fmt.Errorf("article %d: %w", a.ID, err)
		}
	}
	if a.Body, err = doc.Parse([]byte(body)); err != nil {
		return a, fmt.Errorf("the text of article %d: %w", a.ID, err)
	}
	return a, nil
}

func when(us sql.NullInt64) time.Time {
	if !us.Valid {
		return time.Time{}
	}
	return db.Time(us.Int64)
}

// one is the article of id in any stage, with its parts.
func one(ctx context.Context, q db.Q, id int64) (Article, error) {
	a, err := scan(q.QueryRowContext(ctx, `select `+columns+` from article a where a.id = $1`, id))
	if err != nil {
		return a, err
	}
	return a, readParts(ctx, q, &a)
}

// readParts reads what articles are filed under and by whom they are, in one question for all.
func readParts(ctx context.Context, q db.Q, list ...*Article) error {
	if len(list) == 0 {
		return nil
	}
	ids := make([]int64, len(list))
	of := map[int64]*Article{}
	for i, a := range list {
		ids[i], of[a.ID] = a.ID, a
	}
	in := ` where article_id in (` + db.Places(1, len(ids)) + `)`
	rows, err := q.QueryContext(ctx, `select 1, article_id, place, byline_id from article_byline`+in+`
		union all select 2, article_id, place, section_id from article_section`+in+`
		union all select 3, article_id, place, topic_id from article_topic`+in+` order by 1, 2, 3`, db.Args(ids)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var kind, place, article, part int64
		if err := rows.Scan(&kind, &article, &place, &part); err != nil {
			return err
		}
		a := of[article]
		into := map[int64]*[]int64{1: &a.Bylines, 2: &a.Sections, 3: &a.Topics}[kind]
		*into = append(*into, part)
	}
	return rows.Err()
}

// Get is the article of id in whatever stage it is, for staff; fault.NotFound without one.
func (s *Store) Get(ctx context.Context, id int64) (Article, error) { return one(ctx, s.db.Read(), id) }

// ByKey is the article that was kept under an import's key, in whatever stage; fault.NotFound without one.
func (s *Store) ByKey(ctx context.Context, key string) (Article, error) {
	ids, err := db.Column[int64](ctx, s.db.Read(), `select id from article where import_key = $1`, key)
	if err != nil || len(ids) == 0 {
		return Article{}, errors.Join(err, fault.NotFound)
	}
	return s.Get(ctx, ids[0])
}

// Public is the article of id as the public sees it at now: fault.NotFound if it does not,
// Taken if it stood there once and was withdrawn, or fault.Moved if readers are sent elsewhere since.
func (s *Store) Public(ctx context.Context, id int64, now time.Time) (Article, error) {
	q := s.db.Read()
	a, err := scan(q.QueryRowContext(ctx, `select `+columns+` from article a where a.id = $2 and `+sight, db.Micros(now), id))
	if errors.Is(err, fault.NotFound) {
		return a, s.taken(ctx, id, now)
	}
	if err != nil {
		return a, err
	}
	return a, readParts(ctx, q, &a)
}

// Version is the number of the article's present version.
func (s *Store) Version(ctx context.Context, id int64) (version int64, err error) {
	err = s.db.Read().QueryRowContext(ctx, `select version from article where id = $1`, id).Scan(&version)
	return version, err
}

// Taken is why a published article is not there any more; it is a fault.Gone.
type Taken struct {
	At   time.Time
	Note string
	Lang string
}

func (t Taken) Error() string { return "withdrawn on " + t.At.Format(time.DateOnly) }

// Unwrap makes it a fault.Gone.
func (t Taken) Unwrap() error { return fault.Gone }

func (s *Store) taken(ctx context.Context, id int64, now time.Time) error {
	var t Taken
	var at int64
	var to string
	err := s.db.Read().QueryRowContext(ctx, `select withdrawn_at, withdrawn_note, withdrawn_to, lang from article
		where id = $2 and published_at <= withdrawn_at and withdrawn_at <= $1`, db.Micros(now), id).Scan(&at, &t.Note, &to, &t.Lang)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.NotFound
	}
	if err != nil {
		return err
	}
	if to != "" {
		return fault.Moved{To: to}
	}
	t.At = db.Time(at)
	return t
}

// Translation is the same article in another language.
type Translation struct {
	Lang string
	Path string
}

// Translations are the articles of a group that the public sees at now, itself among them, by language.
func (s *Store) Translations(ctx context.Context, group int64, now time.Time) ([]Translation, error) {
	if group == 0 {
		return nil, nil
	}
	rows, err := s.db.Read().QueryContext(ctx, `select a.lang, a.path from article a where a.group_id = $2 and `+sight+` order by a.lang, a.id`, db.Micros(now), group)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Translation
	for rows.Next() {
		var t Translation
		if err := rows.Scan(&t.Lang, &t.Path); err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, rows.Err()
}

// Shows tells whether the public sees the medium in some article at now.
func (s *Store) Shows(ctx context.Context, media int64, now time.Time) (bool, error) {
	ids, err := db.Column[int64](ctx, s.db.Read(), `select a.id from article_media m join article a on a.id = m.article_id where m.media_id = $2 and `+sight+` limit 1`,
		db.Micros(now), media)
	return len(ids) > 0, err
}

// InSight tells which of ids the public sees at now.
func (s *Store) InSight(ctx context.Context, ids []int64, now time.Time) (map[int64]bool, error) {
	sees := make(map[int64]bool, len(ids))
	if len(ids) == 0 {
		return sees, nil
	}
	list, err := db.Column[int64](ctx, s.db.Read(), `select a.id from article a where a.id in (`+db.Places(2, len(ids))+`) and `+sight, db.Args(ids, db.Micros(now))...)
	for _, id := range list {
		sees[id] = true
	}
	return sees, err
}

// Bodies are the texts of those of ids that the public sees at now.
func (s *Store) Bodies(ctx context.Context, ids []int64, now time.Time) (map[int64]doc.Doc, error) {
	bodies := make(map[int64]doc.Doc, len(ids))
	if len(ids) == 0 {
		return bodies, nil
	}
	rows, err := s.db.Read().QueryContext(ctx, `select a.id, a.body from article a where a.id in (`+db.Places(2, len(ids))+`) and `+sight, db.Args(ids, db.Micros(now))...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var body string
		if err := rows.Scan(&id, &body); err != nil {
			return nil, err
		}
		if bodies[id], err = doc.Parse([]byte(body)); err != nil {
			return nil, fmt.Errorf("the text of article %d: %w", id, err)
		}
	}
	return bodies, rows.Err()
}

// PublicFrom are up to limit articles that the public sees at now, those whose id comes after one, in the order of their ids.
func (s *Store) PublicFrom(ctx context.Context, after int64, limit int, now time.Time) ([]int64, error) {
	return db.Column[int64](ctx, s.db.Read(), `select a.id from article a where a.id > $2 and `+sight+` order by a.id limit $3`, db.Micros(now), after, limit)
}

// VersionIn is the article's version within a transaction: what was read outside it holds if that is still the same.
func VersionIn(ctx context.Context, q db.Q, id int64) (version int64, err error) {
	err = q.QueryRowContext(ctx, `select version from article where id = $1`, id).Scan(&version)
	return version, err
}

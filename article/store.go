package article

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/job"
	"lede/paper"
	"lede/section"
)

// What happens to articles. Shown comes when an article, or a change to a published one, is there for the
// public to see; Hidden when it is to be seen no more, or when the law took something out of it.
const (
	Shown  = job.Event("article.shown")
	Hidden = job.Event("article.hidden")
)

// Store keeps articles.
type Store struct{ db *db.DB }

// NewStore keeps articles in d.
func NewStore(d *db.DB) *Store { return &Store{d} }

// Keep keeps a new draft. With a key, the same draft kept again is the first one: added is then false.
func (s *Store) Keep(ctx context.Context, t Text, key string, now time.Time) (a Article, added bool, err error) {
	t = t.clean()
	if err := t.check(); err != nil {
		return a, false, err
	}
	a = Article{ID: db.NewID(), Version: 1, Stage: Draft, Changed: now, Text: t, Words: t.Body.Words()}
	err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if added, err = insert(ctx, q, a, key); err != nil || !added {
			return err
		}
		if err := keepParts(ctx, q, a); err != nil {
			return err
		}
		return keepVersion(ctx, q, a, kept{Kind: Draft, At: now})
	})
	if err == nil && !added {
		a, err = s.byKey(ctx, key)
	}
	return a, added, err
}

func insert(ctx context.Context, q db.Q, a Article, key string) (added bool, err error) {
	sources, lead, err := parts(a.Text)
	if err != nil {
		return false, err
	}
	done, err := q.ExecContext(ctx, `insert into article (id, version, stage, path, lang, group_id, section_id, kicker, headline, summary, dateline,
		seen, sensitive, words, sources, lead, changed_at, import_key, body)
		values ($1, 1, $2, '', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) on conflict (import_key) do nothing`,
		a.ID, a.Stage, a.Lang, a.Group, a.first(), a.Kicker, a.Headline, a.Summary, a.Dateline,
		a.Seen, flag(a.Sensitive), a.Words, sources, lead, db.Micros(a.Changed), sql.NullString{String: key, Valid: key != ""}, string(a.Body.JSON()))
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

func parts(t Text) (sources, lead string, err error) {
	src, err := json.Marshal(t.Sources)
	if err != nil {
		return "", "", err
	}
	pic, err := json.Marshal(t.Lead)
	return string(src), string(pic), err
}

func (t Text) first() int64 {
	if len(t.Sections) == 0 {
		return 0
	}
	return t.Sections[0]
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Save keeps a new state of an article the public does not see yet. version must be the one it was made
// from, else it is a fault.Conflict and nothing is kept.
func (s *Store) Save(ctx context.Context, id, version int64, t Text, by int64, now time.Time) error {
	return s.change(ctx, id, version, now, func(a *Article) (kept, error) {
		if a.Path != "" {
			return kept{}, fault.Invalid("This article is published: say what kind of change this is, and why.")
		}
		a.Text = t
		return kept{Kind: Draft, By: by, At: now}, nil
	})
}

// Publish puts an article before the public at the given moment, which may lie ahead. The first
// publication gives it its address for ever: /year/month/slug in the paper's zone. Publishing what is published
// changes nothing. It is a fault.Form if something is missing, a fault.Conflict if version is not the present one.
func (s *Store) Publish(ctx context.Context, id, version int64, at, now time.Time, by int64) error {
	return s.change(ctx, id, version, now, func(a *Article) (kept, error) {
		if err := a.readiness(); err != nil {
			return kept{}, err
		}
		if a.Stage == Published {
			return kept{}, errUnchanged
		}
		a.Stage, a.Published, a.Withdrawn = Published, at, time.Time{}
		if at.After(now) {
			a.Stage = Scheduled
		}
		return kept{Kind: First, By: by, At: at, Public: true}, nil
	})
}

// Amend changes a published article: kind is Update, Clarification, Correction or Minor, and all but Minor
// need a note that says why, for readers. The former text stays on record.
func (s *Store) Amend(ctx context.Context, id, version int64, t Text, kind, note string, by int64, now time.Time) error {
	if err := checkAmendment(kind, note); err != nil {
		return err
	}
	return s.change(ctx, id, version, now, func(a *Article) (kept, error) {
		if a.Path == "" {
			return kept{}, fault.Invalid("This article was never published: save it instead.")
		}
		a.Text = t
		switch kind {
		case Update:
			a.Updated = now
		case Correction, Clarification:
			a.Corrected = now
		}
		return kept{Kind: kind, Note: note, By: by, At: now, Public: true}, a.readiness()
	})
}

func checkAmendment(kind, note string) error {
	f := fault.Form{}
	switch kind {
	case Update, Clarification, Correction:
		if note == "" {
			f["note"] = "Tell readers in a sentence what changed, and why."
		}
	case Minor:
	default:
		f["kind"] = "A change is an update, a clarification, a correction, or minor."
	}
	return f.Err()
}

// Withdraw takes a published article away from the public: its address answers 410 with the note from now on.
func (s *Store) Withdraw(ctx context.Context, id, version int64, note string, by int64, now time.Time) error {
	return s.change(ctx, id, version, now, func(a *Article) (kept, error) {
		if a.Path == "" {
			return kept{}, fault.Invalid("This article is not published.")
		}
		a.Stage, a.Withdrawn = Withdrawn, now
		return kept{Kind: Withdrawal, Note: note, By: by, At: now, Public: true}, nil
	})
}

// errUnchanged ends a change that has nothing to do, without an error for the caller.
var errUnchanged = errors.New("nothing to change")

// change reads an article, lets decide change it, and keeps the result with its version and event, all at once.
func (s *Store) change(ctx context.Context, id, version int64, now time.Time, decide func(*Article) (kept, error)) error {
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		a, err := one(ctx, q, id)
		if err != nil {
			return err
		}
		if a.Version != version {
			return fmt.Errorf("article %d is at version %d, not %d: %w", id, a.Version, version, fault.Conflict)
		}
		k, err := decide(&a)
		if err != nil {
			return err
		}
		a.Text = a.Text.clean()
		if err := a.check(); err != nil {
			return err
		}
		a.Version, a.Changed, a.Words = version+1, now, a.Body.Words()
		return write(ctx, q, a, k)
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

func write(ctx context.Context, q db.Q, a Article, k kept) error {
	if k.Public && a.Path == "" {
		path, err := address(ctx, q, a)
		if err != nil {
			return err
		}
		a.Path = path
	}
	if err := update(ctx, q, a, k); err != nil {
		return err
	}
	if err := keepParts(ctx, q, a); err != nil {
		return err
	}
	if err := keepVersion(ctx, q, a, k); err != nil {
		return err
	}
	if a.Path == "" {
		return nil
	}
	if err := list(ctx, q, a); err != nil {
		return err
	}
	return tell(ctx, q, a, k)
}

// tell says what happened, when it is so: a publication that lies ahead is told when its time comes.
func tell(ctx context.Context, q db.Q, a Article, k kept) error {
	if k.Kind == Withdrawal || k.Kind == Redaction {
		return Hidden.Add(ctx, q, a.ID)
	}
	if a.Published.After(a.Changed) {
		return Shown.AddAt(ctx, q, a.ID, a.Published)
	}
	return Shown.Add(ctx, q, a.ID)
}

// address claims the article's address from the day of its publication in the paper's zone.
func address(ctx context.Context, q db.Q, a Article) (string, error) {
	p, err := paper.Within(ctx, q)
	if err != nil {
		return "", err
	}
	slug := a.Slug
	if slug == "" {
		slug = Slug(a.Headline)
	}
	if slug == "" {
		slug = fmt.Sprint(a.ID)
	}
	day := a.Published.In(p.Clock())
	return paper.ClaimNear(ctx, q, day.Format("/2006/01/")+slug, paper.KindArticle, a.ID, a.Changed)
}

func update(ctx context.Context, q db.Q, a Article, k kept) error {
	sources, lead, err := parts(a.Text)
	if err != nil {
		return err
	}
	note := ""
	if a.Stage == Withdrawn {
		note = k.Note
	}
	_, err = q.ExecContext(ctx, `update article set version = $2, stage = $3, path = $4, lang = $5, group_id = $6, section_id = $7, kicker = $8,
		headline = $9, summary = $10, dateline = $11, seen = $12, sensitive = $13, words = $14, sources = $15, lead = $16,
		published_at = $17, updated_at = $18, corrected_at = $19, withdrawn_at = $20, withdrawn_note = $21, changed_at = $22, body = $23 where id = $1`,
		a.ID, a.Version, a.Stage, a.Path, a.Lang, a.Group, a.first(), a.Kicker,
		a.Headline, a.Summary, a.Dateline, a.Seen, flag(a.Sensitive), a.Words, sources, lead,
		db.MicrosOrNil(a.Published), db.MicrosOrNil(a.Updated), db.MicrosOrNil(a.Corrected), db.MicrosOrNil(a.Withdrawn), note, db.Micros(a.Changed), string(a.Body.JSON()))
	return err
}

// keepParts keeps what the article consists of and is filed under, in order.
func keepParts(ctx context.Context, q db.Q, a Article) error {
	for _, part := range []struct {
		clear, add string
		ids        []int64
	}{
		{`delete from article_byline where article_id = $1`, `insert into article_byline (article_id, place, byline_id) values ($1, $2, $3)`, a.Bylines},
		{`delete from article_section where article_id = $1`, `insert into article_section (article_id, place, section_id) values ($1, $2, $3)`, a.Sections},
		{`delete from article_topic where article_id = $1`, `insert into article_topic (article_id, place, topic_id) values ($1, $2, $3)`, a.Topics},
	} {
		if _, err := q.ExecContext(ctx, part.clear, a.ID); err != nil {
			return err
		}
		for place, id := range part.ids {
			if _, err := q.ExecContext(ctx, part.add, a.ID, place, id); err != nil {
				return err
			}
		}
	}
	return keepMedia(ctx, q, a)
}

func keepMedia(ctx context.Context, q db.Q, a Article) error {
	if _, err := q.ExecContext(ctx, `delete from article_media where article_id = $1`, a.ID); err != nil {
		return err
	}
	used := a.Body.Media()
	if a.Lead.Media != 0 {
		used = append(used, a.Lead.Media)
	}
	for _, id := range used {
		_, err := q.ExecContext(ctx, `insert into article_media (media_id, article_id) values ($1, $2) on conflict do nothing`, id, a.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

// list files the article under the paper, its sections and those above them, its topics and its bylines.
func list(ctx context.Context, q db.Q, a Article) error {
	p, err := paper.Within(ctx, q)
	if err != nil {
		return err
	}
	tree, err := section.Within(ctx, q)
	if err != nil {
		return err
	}
	under := map[int64]bool{0: true}
	for _, id := range a.Sections {
		for _, s := range tree.Line(id) {
			under[s.ID] = true
		}
	}
	for _, id := range append(append([]int64{}, a.Topics...), a.Bylines...) {
		under[id] = true
	}
	if _, err := q.ExecContext(ctx, `delete from listed where article_id = $1`, a.ID); err != nil {
		return err
	}
	if a.Stage == Withdrawn {
		return nil
	}
	for of := range under {
		_, err := q.ExecContext(ctx, `insert into listed (of_id, lang, at, article_id) values ($1, $2, $3, $4)`,
			of, p.Edition(a.Lang), db.Micros(a.Published), a.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

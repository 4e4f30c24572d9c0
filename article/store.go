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
)

// What happens to articles. Shown comes when an article, or a change to a published one, is there for the
// public to see; Hidden when it is to be seen no more, or when the law took something out of it.
const (
	Shown  = job.Event("article.shown")
	Hidden = job.Event("article.hidden")
	// Due comes beside Shown when the time of a scheduled article has come.
	Due = job.Event("article.due")
	// Unlisted comes when an article no longer stands in a list in which it stood, so that those behind it move up.
	Unlisted = job.Event("article.unlisted")
	// Parted comes when an article leaves the group of its translations; its id is the group's.
	Parted = job.Event("article.parted")
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
		a, err = s.ByKey(ctx, key)
	}
	return a, added, err
}

func insert(ctx context.Context, q db.Q, a Article, key string) (added bool, err error) {
	sources, lead, err := parts(a.Text)
	if err != nil {
		return false, err
	}
	done, err := q.ExecContext(ctx, `insert into article (id, version, stage, path, lang, group_id, section_id, kicker, headline, summary, dateline,
		seen, sensitive, words, sources, lead, changed_at, import_key, body, slug)
		values ($1, 1, $2, '', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) on conflict (import_key) do nothing`,
		a.ID, a.Stage, a.Lang, a.Group, a.first(), a.Kicker, a.Headline, a.Summary, a.Dateline,
		a.Seen, flag(a.Sensitive), a.Words, sources, lead, db.Micros(a.Changed), sql.NullString{String: key, Valid: key != ""}, string(a.Body.JSON()), a.Slug)
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

// Save keeps a new state of an article the public did not see yet; one that is scheduled will be published as it then is.
// version must be the one it was made from, else it is a fault.Conflict and nothing is kept.
func (s *Store) Save(ctx context.Context, id, version int64, t Text, by int64, now time.Time) error {
	return s.change(ctx, id, version, now, func(a *Article) (kept, error) {
		if a.out(now) {
			return kept{}, fault.Invalid("This article is published: say what kind of change this is, and why.")
		}
		a.Text = t
		if a.Stage == Scheduled {
			return a.unseen(by, now), a.readiness()
		}
		return a.unseen(by, now), nil
	})
}

// unseen is how a change before publication is kept: no reader is told of it, and what is scheduled is chained as it will come.
func (a Article) unseen(by int64, now time.Time) kept {
	if a.Stage == Scheduled {
		return kept{Kind: First, By: by, At: a.Published, Public: true}
	}
	return kept{Kind: Draft, By: by, At: now}
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
		if !a.out(now) {
			return kept{}, fault.Invalid("This article was not published yet: save it instead.")
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
// One that is only scheduled becomes a draft again, of which the public never hears.
func (s *Store) Withdraw(ctx context.Context, id, version int64, note string, by int64, now time.Time) error {
	return s.change(ctx, id, version, now, func(a *Article) (kept, error) {
		if a.Stage == Scheduled && !a.out(now) {
			a.Stage, a.Published = Draft, time.Time{}
			return a.unseen(by, now), nil
		}
		if !a.out(now) {
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
		group := a.Group
		k, err := decide(&a)
		if err != nil {
			return err
		}
		k.Note = paper.Line(k.Note)
		a.Text = a.Text.clean()
		if err := a.check(); err != nil {
			return err
		}
		a.Version, a.Changed, a.Words = version+1, now, a.Body.Words()
		if group != 0 && group != a.Group {
			if err := Parted.Add(ctx, q, group); err != nil {
				return err
			}
		}
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
	if err := update(ctx, q, a); err != nil {
		return err
	}
	if err := noteWithdrawal(ctx, q, a, k); err != nil {
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
		if err := Due.AddAt(ctx, q, a.ID, a.Published); err != nil {
			return err
		}
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

// noteWithdrawal keeps the reason the public is given for a withdrawal, until the article is published again.
func noteWithdrawal(ctx context.Context, q db.Q, a Article, k kept) error {
	note := ""
	switch k.Kind {
	case Withdrawal:
		note = k.Note
	case First:
	default:
		return nil
	}
	_, err := q.ExecContext(ctx, `update article set withdrawn_note = $2 where id = $1`, a.ID, note)
	return err
}

func update(ctx context.Context, q db.Q, a Article) error {
	sources, lead, err := parts(a.Text)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `update article set version = $2, stage = $3, path = $4, lang = $5, group_id = $6, section_id = $7, kicker = $8,
		headline = $9, summary = $10, dateline = $11, seen = $12, sensitive = $13, words = $14, sources = $15, lead = $16,
		published_at = $17, updated_at = $18, corrected_at = $19, withdrawn_at = $20, changed_at = $21, body = $22, slug = $23 where id = $1`,
		a.ID, a.Version, a.Stage, a.Path, a.Lang, a.Group, a.first(), a.Kicker,
		a.Headline, a.Summary, a.Dateline, a.Seen, flag(a.Sensitive), a.Words, sources, lead,
		db.MicrosOrNil(a.Published), db.MicrosOrNil(a.Updated), db.MicrosOrNil(a.Corrected), db.MicrosOrNil(a.Withdrawn), db.Micros(a.Changed), string(a.Body.JSON()), a.Slug)
	return err
}

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
	// Due comes when something that was to happen to an article at a moment may be due: see Arrive.
	Due = job.Event("article.due")
	// Unlisted comes when an article no longer stands in a list in which it stood, so that those behind it move up.
	Unlisted = job.Event("article.unlisted")
	// Parted comes when an article leaves the group of its translations; its id is the group's.
	Parted = job.Event("article.parted")
	// Blanked comes when the law took a picture; its id is the picture's.
	Blanked = job.Event("article.blanked")
)

// Store keeps articles.
type Store struct {
	db    *db.DB
	blank []Blanker
}

// NewStore keeps articles in d.
func NewStore(d *db.DB) *Store { return &Store{db: d} }

// Keep keeps a new draft that nobody of the staff began: it was brought in. With a key, the same draft kept again is the first
// one: added is then false.
func (s *Store) Keep(ctx context.Context, t Text, key string, now time.Time) (a Article, added bool, err error) {
	return s.Begin(ctx, t, key, 0, now)
}

// Begin keeps a new draft of somebody of the staff, as Keep does.
func (s *Store) Begin(ctx context.Context, t Text, key string, by int64, now time.Time) (a Article, added bool, err error) {
	t = t.clean()
	if err := t.check(); err != nil {
		return a, false, err
	}
	a = Article{ID: db.NewID(), Version: 1, Stands: 1, Stage: Draft, Changed: now, Saved: now, Owner: by, Text: t, Words: t.Body.Words()}
	err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if added, err = insert(ctx, q, a, key); err != nil || !added {
			return err
		}
		if err := keepParts(ctx, q, a); err != nil {
			return err
		}
		if err := keepWords(ctx, q, a.ID, a.Text); err != nil {
			return err
		}
		return keepVersion(ctx, q, a, kept{Kind: Draft, By: by, At: now})
	})
	if err == nil && !added {
		a, err = s.ByKey(ctx, key)
	}
	return a, added, err
}

func insert(ctx context.Context, q db.Q, a Article, key string) (added bool, err error) {
	p, err := bags(a)
	if err != nil {
		return false, err
	}
	done, err := q.ExecContext(ctx, `insert into article (id, version, stage, path, lang, group_id, section_id, kicker, headline, summary, dateline,
		seen, sensitive, words, sources, lead, changed_at, import_key, body, slug, search, social, related, owner_id, stands, saved_at, worded, sponsor, quiet)
		values ($1, 1, $2, '', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, 1, $15, 1, $23, $24) on conflict (import_key) do nothing`,
		a.ID, a.Stage, a.Lang, a.Group, a.first(), a.Kicker, a.Headline, a.Summary, a.Dateline,
		a.Seen, flag(a.Sensitive), a.Words, p.sources, p.lead, db.Micros(a.Changed), sql.NullString{String: key, Valid: key != ""}, string(a.Body.JSON()), a.Slug,
		p.search, p.social, p.related, a.Owner, a.Sponsor, flag(a.Quiet))
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

// bag are the parts of an article that only Go opens, as JSON.
type bag struct{ sources, lead, search, social, related, ahead string }

func bags(a Article) (b bag, err error) {
	for into, v := range map[*string]any{&b.sources: a.Sources, &b.lead: a.Lead, &b.search: a.Search, &b.social: a.Social, &b.related: a.Related} {
		text, err := json.Marshal(v)
		if err != nil {
			return b, err
		}
		*into = string(text)
	}
	if a.Wall != (Ahead{}) {
		text, err := json.Marshal(a.Wall)
		if err != nil {
			return b, err
		}
		b.ahead = string(text)
	}
	return b, nil
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

// Save keeps a new state of an article, however incomplete. Of one that is published or scheduled it is kept beside what stands,
// which is what was judged fit to print: the public sees no change until it is amended or published anew.
// version must be the one it was made from, else it is a fault.Conflict and nothing is kept.
func (s *Store) Save(ctx context.Context, id, version int64, t Text, by int64, now time.Time) error {
	return s.change(ctx, id, version, now, func(_ context.Context, _ db.Q, a *Article) (kept, error) {
		if t.Lang == "" {
			t.Lang = a.Lang
		}
		if a.Stage == Scheduled || a.Stage == Published {
			return kept{Kind: Draft, By: by, At: now, Beside: &t, Quiet: true}, nil
		}
		a.Text = t
		return kept{Kind: Draft, By: by, At: now}, nil
	})
}

// errUnchanged ends a change that has nothing to do, without an error for the caller.
var errUnchanged = errors.New("nothing to change")

// decision changes an article and says how that is kept.
type decision func(context.Context, db.Q, *Article) (kept, error)

// change reads an article, lets decide change it, and keeps the result with its version and event, all at once.
func (s *Store) change(ctx context.Context, id, version int64, now time.Time, decide decision) error {
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		a, err := one(ctx, q, id)
		if err != nil {
			return err
		}
		if a.Version != version || a.Stage != Withdrawn && a.Standing(now) == Withdrawn {
			return fmt.Errorf("article %d is at version %d, not %d: %w", id, a.Version, version, fault.Conflict)
		}
		if a.Standing(now) == Published {
			a.Stage, a.Wall.Publication = Published, paper.Wall{}
		}
		return turn(ctx, q, a, now, decide)
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

// turn lets decide change the article a and keeps what comes of it as the next version.
func turn(ctx context.Context, q db.Q, a Article, now time.Time, decide decision) error {
	waits, err := waiting(ctx, q, a)
	if err != nil {
		return err
	}
	group, said := a.Group, a.searched()
	k, err := decide(ctx, q, &a)
	if err != nil {
		return err
	}
	if k.Quiet && k.Beside == nil {
		k.Beside = waits
	}
	if a, k, err = settle(a, k, now); err != nil {
		return err
	}
	if group != 0 && group != a.Group {
		if err := Parted.Add(ctx, q, group); err != nil {
			return err
		}
	}
	if err := write(ctx, q, a, k, now); err != nil {
		return err
	}
	if a.searched() != said {
		if err := keepWords(ctx, q, a.ID, a.Text); err != nil {
			return err
		}
	}
	if err := noted(ctx, q, now, a, k); err != nil || waits == nil || !k.Stood {
		return err
	}
	return waitOn(ctx, q, a, *waits, k)
}

// settle makes the next version of the article: clean, checked, numbered.
func settle(a Article, k kept, now time.Time) (Article, kept, error) {
	k.Note = paper.Line(k.Note)
	a.Version, a.Saved = a.Version+1, now
	if k.Beside != nil {
		clean := k.Beside.clean()
		k.Beside = &clean
		return a, k, clean.check()
	}
	a.Text = a.Text.clean()
	a.Stands = a.Version
	if !k.Quiet {
		a.Changed, a.Words = now, a.Body.Words()
	}
	return a, k, a.check()
}

// waiting is the newest text of an article where it waits beside the one that stands, else nil.
func waiting(ctx context.Context, q db.Q, a Article) (*Text, error) {
	if a.Stands == a.Version {
		return nil, nil
	}
	t, err := textOf(ctx, q, a.ID, a.Version)
	return &t, err
}

// newest is the newest text of an article, be it the one that stands or one that waits beside it.
func newest(ctx context.Context, q db.Q, a Article) (Text, error) {
	waits, err := waiting(ctx, q, a)
	if err != nil || waits == nil {
		return a.Text, err
	}
	return *waits, nil
}

// waitOn keeps what waits beside the article as its newest version once more, since another text was just made the standing one.
func waitOn(ctx context.Context, q db.Q, a Article, waits Text, k kept) error {
	a.Version++
	if _, err := q.ExecContext(ctx, `update article set version = $2 where id = $1`, a.ID, a.Version); err != nil {
		return err
	}
	if err := keepBeside(ctx, q, a.ID, waits); err != nil {
		return err
	}
	return keepVersion(ctx, q, a, kept{Kind: Draft, By: k.By, At: a.Saved, Beside: &waits})
}

func write(ctx context.Context, q db.Q, a Article, k kept, now time.Time) error {
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
	if err := keepVersion(ctx, q, a, k); err != nil {
		return err
	}
	if k.Beside != nil {
		err := keepBeside(ctx, q, a.ID, *k.Beside)
		return errors.Join(err, tell(ctx, q, a, k, now))
	}
	if err := keepParts(ctx, q, a); err != nil {
		return err
	}
	if a.Path != "" && !k.Quiet {
		if err := list(ctx, q, a); err != nil {
			return err
		}
	}
	return tell(ctx, q, a, k, now)
}

// tell says what happened, when it is so: what lies ahead is looked at when its time comes.
func tell(ctx context.Context, q db.Q, a Article, k kept, now time.Time) error {
	if k.Due.After(now) {
		if err := Due.AddAt(ctx, q, a.ID, k.Due); err != nil {
			return err
		}
	}
	switch {
	case !k.Public || a.Published.After(now):
		return nil
	case k.Kind == Withdrew:
		return Hidden.Add(ctx, q, a.ID)
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

func update(ctx context.Context, q db.Q, a Article) error {
	p, err := bags(a)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `update article set version = $2, stage = $3, path = $4, lang = $5, group_id = $6, section_id = $7, kicker = $8,
		headline = $9, summary = $10, dateline = $11, seen = $12, sensitive = $13, words = $14, sources = $15, lead = $16,
		published_at = $17, updated_at = $18, corrected_at = $19, withdrawn_at = $20, changed_at = $21, body = $22, slug = $23,
		search = $24, social = $25, related = $26, stands = $27, saved_at = $28, embargo_until = $29,
		withdrawn_note = $30, withdrawn_to = $31, withdrawn_by = $32, ahead = $33, sponsor = $34, quiet = $35 where id = $1`,
		a.ID, a.Version, a.Stage, a.Path, a.Lang, a.Group, a.first(), a.Kicker,
		a.Headline, a.Summary, a.Dateline, a.Seen, flag(a.Sensitive), a.Words, p.sources, p.lead,
		db.MicrosOrNil(a.Published), db.MicrosOrNil(a.Updated), db.MicrosOrNil(a.Corrected), db.MicrosOrNil(a.Withdrawn), db.Micros(a.Changed), string(a.Body.JSON()), a.Slug,
		p.search, p.social, p.related, a.Stands, db.Micros(a.Saved), db.MicrosOrNil(a.Embargo),
		a.Gone.Note, a.Gone.To, a.Gone.By, p.ahead, a.Sponsor, flag(a.Quiet))
	return err
}

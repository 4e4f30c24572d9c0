package article

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
	"lede/paper"
)

// before are the stages of an article on its way, between which it is moved.
var before = []string{Draft, Filed, Ready}

// Move takes an article that is on its way to another of the stages before publication: Draft, Filed or Ready.
func (s *Store) Move(ctx context.Context, id, version int64, to string, by int64, now time.Time) error {
	if !slices.Contains(before, to) {
		return fault.Form{"to": "An article on its way is a draft, filed, or ready."}
	}
	return s.change(ctx, id, version, now, func(_ context.Context, _ db.Q, a *Article) (kept, error) {
		if !slices.Contains(before, a.Stage) {
			return kept{}, fault.Invalid("This article is %s: it is not on its way any more.", a.Stage)
		}
		if a.Stage == to {
			return kept{}, errUnchanged
		}
		a.Stage = to
		return kept{Kind: to, By: by, At: now, Quiet: true}, nil
	})
}

// Publish puts the newest text of an article before the public at the given moment, which may lie ahead; then at's zone is kept
// with it (the paper's, if at has none of a place). The first publication gives it its address for ever: /year/month/slug in the
// paper's zone. Publishing what is scheduled schedules it anew; publishing what is published changes nothing. passed are the
// checks whose warnings were passed over. It is a fault.Form if something is missing or at is before the embargo,
// a fault.Conflict if version is not the present one.
func (s *Store) Publish(ctx context.Context, id, version int64, at, now time.Time, by int64, passed ...string) error {
	return s.change(ctx, id, version, now, func(ctx context.Context, q db.Q, a *Article) (kept, error) {
		if a.Stage == Published {
			return kept{}, errUnchanged
		}
		var err error
		if a.Text, err = newest(ctx, q, *a); err != nil {
			return kept{}, err
		}
		if err := a.readiness(); err != nil {
			return kept{}, err
		}
		if at.Before(a.Embargo) {
			return kept{}, fault.Form{"at": "It is under embargo until " + a.Wall.Embargo.Long() + ": publish it then, or lift the embargo."}
		}
		return a.goOut(ctx, q, at, now, kept{By: by, Passed: passed})
	})
}

// goOut lets the article be published at a moment.
func (a *Article) goOut(ctx context.Context, q db.Q, at, now time.Time, k kept) (kept, error) {
	if a.Stage == Withdrawn || !a.Withdrawn.After(at) {
		a.Withdrawn, a.Gone, a.Wall.Withdrawal = time.Time{}, Withdrawal{}, paper.Wall{}
	}
	a.Stage, a.Published, a.Wall.Publication = Published, at, paper.Wall{}
	k.Kind, k.At, k.Public = First, at, true
	if !at.After(now) {
		return k, nil
	}
	wall, err := wallOf(ctx, q, at)
	a.Stage, a.Wall.Publication, k.Due = Scheduled, wall, at
	return k, err
}

// wallOf is a moment as it is kept: on the wall of at's own zone, or of the paper's.
func wallOf(ctx context.Context, q db.Q, at time.Time) (paper.Wall, error) {
	if at.IsZero() {
		return paper.Wall{}, nil
	}
	p, err := paper.Within(ctx, q)
	return paper.WallOf(at, p.Clock()), err
}

// Embargo keeps an article from being published before a moment; a zero one lifts the embargo. One that was scheduled for earlier
// is scheduled for then. It is refused once the public has had the article.
func (s *Store) Embargo(ctx context.Context, id, version int64, until time.Time, by int64, now time.Time) error {
	return s.change(ctx, id, version, now, func(ctx context.Context, q db.Q, a *Article) (kept, error) {
		if a.out(now) {
			return kept{}, fault.Invalid("The public has this article already: it is too late for an embargo.")
		}
		if !until.IsZero() && !until.After(now) {
			return kept{}, fault.Form{"until": "An embargo ends at a moment ahead."}
		}
		wall, err := wallOf(ctx, q, until)
		if err != nil || until.Equal(a.Embargo) {
			return kept{}, cmp.Or(err, errUnchanged)
		}
		a.Embargo, a.Wall.Embargo = until, wall
		if a.Stage == Scheduled && a.Published.Before(until) {
			return a.goOut(ctx, q, until, now, kept{By: by, Stood: true, Said: "moved to the end of its embargo"})
		}
		return kept{Kind: Embargoed, By: by, At: now, Quiet: true}, nil
	})
}

// Withdrawal takes an article from the public: at once where At is zero, else at that moment.
type Withdrawal struct {
	At   time.Time
	Note string // why, for readers
	To   string // where they are sent: a path of the paper or an address on the web; "" for nowhere, then it is gone
	By   int64  // of the staff; Withdraw sets it
}

// Withdraw takes a published article away from the public, now or at a moment ahead: its address answers 410 with the note, or
// leads elsewhere. A scheduled one is taken off the schedule, or will be withdrawn after it was published if that moment lies behind.
func (s *Store) Withdraw(ctx context.Context, id, version int64, w Withdrawal, by int64, now time.Time) error {
	w.Note, w.To, w.By = paper.Line(w.Note), strings.TrimSpace(w.To), by
	if err := w.check(); err != nil {
		return err
	}
	return s.change(ctx, id, version, now, func(ctx context.Context, q db.Q, a *Article) (kept, error) {
		if a.Stage != Published && a.Stage != Scheduled {
			return kept{}, fault.Invalid("This article is not published.")
		}
		if err := noRing(ctx, q, *a, w.To); err != nil {
			return kept{}, err
		}
		if a.Stage == Scheduled && !w.At.After(a.Published) {
			return a.stayIn(ctx, q, by, now)
		}
		if w.At.After(now) {
			return a.leave(ctx, q, w, now)
		}
		return a.withdrawn(w, now), nil
	})
}

func (w Withdrawal) check() error {
	f := fault.Form{}
	if w.To != "" && !paper.IsPathOrWeb(w.To) {
		f["to"] = "Readers are sent to a path such as /2026/11/ferries, or to an address with https://."
	}
	return f.Err()
}

// noRing refuses to send readers where they are sent back from.
func noRing(ctx context.Context, q db.Q, a Article, to string) error {
	for range 10 {
		if to == "" {
			return nil
		}
		if to == a.Path {
			return fault.Form{"to": "From there readers would be sent back here."}
		}
		next, err := db.Column[string](ctx, q, `select withdrawn_to from article where path = $1`, to)
		if err != nil || len(next) == 0 {
			return err
		}
		to = next[0]
	}
	return fault.Form{"to": "From there readers would be sent on and on."}
}

// withdrawn is the article taken from the public at now.
func (a *Article) withdrawn(w Withdrawal, now time.Time) kept {
	a.Stage, a.Withdrawn, a.Gone, a.Wall = Withdrawn, now, w, Ahead{}
	return kept{Kind: Withdrew, Note: w.Note, To: w.To, By: w.By, At: now, Public: true, Stood: true}
}

// leave has the article withdrawn at a moment ahead.
func (a *Article) leave(ctx context.Context, q db.Q, w Withdrawal, now time.Time) (kept, error) {
	wall, err := wallOf(ctx, q, w.At)
	a.Withdrawn, a.Gone, a.Wall.Withdrawal = w.At, w, wall
	return kept{Kind: Leaving, By: w.By, At: now, Quiet: true, Due: w.At}, err
}

// Stay lets an article stand that was to be withdrawn at a moment ahead.
func (s *Store) Stay(ctx context.Context, id, version, by int64, now time.Time) error {
	return s.change(ctx, id, version, now, func(_ context.Context, _ db.Q, a *Article) (kept, error) {
		if !a.Withdrawn.After(now) {
			return kept{}, fault.Invalid("No moment is set at which this article is withdrawn.")
		}
		a.Withdrawn, a.Gone, a.Wall.Withdrawal = time.Time{}, Withdrawal{}, paper.Wall{}
		return kept{Kind: Leaving, By: by, At: now, Quiet: true, Said: "it stays"}, nil
	})
}

// stayIn takes the article off the schedule: it is ready again, or withdrawn if that is what it was.
func (a *Article) stayIn(ctx context.Context, q db.Q, by int64, now time.Time) (kept, error) {
	text, err := newest(ctx, q, *a)
	if err != nil {
		return kept{}, err
	}
	a.Text, a.Stage, a.Published, a.Withdrawn, a.Gone = text, Ready, time.Time{}, time.Time{}, Withdrawal{}
	a.Wall.Publication, a.Wall.Withdrawal = paper.Wall{}, paper.Wall{}
	list, err := versions(ctx, q, a.ID)
	if err != nil {
		return kept{}, err
	}
	for _, v := range list {
		switch {
		case v.digest == "" || v.at.After(now):
		case v.kind == First:
			a.Published = v.at
		case v.kind == Withdrew:
			a.Stage, a.Withdrawn, a.Gone = Withdrawn, v.at, Withdrawal{Note: v.note, To: v.record.To, By: by}
		}
	}
	if a.Stage != Withdrawn {
		a.Published = time.Time{}
	}
	return kept{Kind: a.Stage, By: by, At: now, Unscheduled: true}, nil
}

// Amendment is what follows the publication of an article, and why.
type Amendment struct {
	Kind       string // Update, Clarification, Correction or Minor
	Note       string // for readers: what changed, and why; Minor needs none
	Supersedes int64  // the number of the earlier change that this one takes the place of, if any
	Passed     []string
}

// Amend changes a published article. The former text stays on record, and so does a change that this one supersedes: it is
// shown as superseded.
func (s *Store) Amend(ctx context.Context, id, version int64, t Text, m Amendment, by int64, now time.Time) error {
	m.Note = paper.Line(m.Note)
	if err := m.check(); err != nil {
		return err
	}
	return s.change(ctx, id, version, now, func(ctx context.Context, q db.Q, a *Article) (kept, error) {
		if !a.out(now) {
			return kept{}, fault.Invalid("This article was not published yet: save it instead.")
		}
		if err := supersedes(ctx, q, *a, m, now); err != nil {
			return kept{}, err
		}
		a.Text = t
		switch m.Kind {
		case Update:
			a.Updated = now
		case Correction, Clarification:
			a.Corrected = now
		}
		return kept{Kind: m.Kind, Note: m.Note, By: by, At: now, Public: true, Supersedes: m.Supersedes, Passed: m.Passed}, a.readiness()
	})
}

func (m Amendment) check() error {
	f := fault.Form{}
	switch m.Kind {
	case Update, Clarification, Correction:
		if m.Note == "" {
			f["note"] = "Tell readers in a sentence what changed, and why."
		}
	case Minor:
	default:
		f["kind"] = "A change is an update, a clarification, a correction, or minor."
	}
	return f.Err()
}

// supersedes refuses to take the place of what is no earlier change of the article, or was superseded before.
func supersedes(ctx context.Context, q db.Q, a Article, m Amendment, now time.Time) error {
	if m.Supersedes == 0 {
		return nil
	}
	found, err := db.Column[int64](ctx, q, `select v.n from article_version v where v.article_id = $1 and v.n = $2 and v.digest <> '' and v.at <= $3
		and v.kind in ('update', 'clarification', 'correction')
		and not exists (select 1 from article_version l where l.article_id = $1 and l.supersedes = v.n)`, a.ID, m.Supersedes, db.Micros(now))
	if err != nil {
		return err
	}
	if len(found) == 0 || m.Kind == Minor {
		return fault.Form{"supersedes": "Only an update, a clarification or a correction that still stands can be superseded, by another."}
	}
	return nil
}

package comment

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/tongue"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Why is a reason for which a comment is refused or removed.
type Why struct {
	Code string
	Says string // in English, for moderators, and translated for whoever wrote it
}

// OwnWish is the reason of a comment that its writer withdrew, Erasure that of one erased with its writer's data.
const (
	OwnWish = "own"
	Erasure = "erased"
)

// Whys are the reasons a moderator chooses from, in the order of the keys 1 to 6.
func Whys() []Why {
	return []Why{
		{"accuses", tongue.Word("accuses a named person")},
		{"insults", tongue.Word("insults or threatens")},
		{"hateful", tongue.Word("attacks people for what they are")},
		{"astray", tongue.Word("is not about the article")},
		{"private", tongue.Word("tells what is private")},
		{"unlawful", tongue.Word("is against the law")},
	}
}

// Verdict is what a moderator decides about a comment.
type Verdict struct {
	To   State
	Why  string // a code of Whys, where it is refused or removed
	Note string // for whoever wrote it

	id, batch int64 // of the verdict as it is kept; 0 for a new one, and for none
}

func (v Verdict) check(from State) error {
	switch {
	case !slices.Contains(States(), v.To):
		return fault.Invalid("A comment is shown, held, refused, spam or removed.")
	case (v.To == Refused || v.To == Removed) && !slices.ContainsFunc(Whys(), func(w Why) bool { return w.Code == v.Why }):
		return fault.Form{"why": "Say why: choose one of the reasons."}
	}
	return nil
}

// WhySays is a reason in English, for moderators; what is no code of a reason says itself.
func WhySays(code string) string {
	for _, w := range ReportReasons() {
		if w.Code == code {
			return w.Says
		}
	}
	switch code {
	case OwnWish:
		return "its writer withdrew it"
	case Erasure:
		return "erased with the data of its writer"
	}
	return code
}

// Decided says that another moderator was first.
type Decided struct {
	Comment Comment // as it stands now
}

func (d Decided) Error() string { return "another moderator was first: " + string(d.Comment.State) }

// Unwrap makes it a fault.Conflict.
func (d Decided) Unwrap() error { return fault.Conflict }

// Judge carries out a moderator's verdict on the version of a comment that they saw. Where somebody decided it meanwhile it is
// Decided. It decides the comment's open reports too, unless the comment is held; the writer and those who reported are told some minutes
// later, as long as it stands. A shown comment that is refused is removed.
func (s *Store) Judge(ctx context.Context, id, version int64, v Verdict, now time.Time) (Comment, error) {
	var c Comment
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) (err error) {
		c, err = s.judgeIn(ctx, q, id, version, v, now)
		return err
	})
	return c, err
}

func (s *Store) judgeIn(ctx context.Context, q db.Q, id, version int64, v Verdict, now time.Time) (Comment, error) {
	c, err := one(ctx, q, `id = $1`, id)
	if err != nil {
		return c, err
	}
	if c.Version != version {
		return c, Decided{c}
	}
	if c.ByOwner() || c.Why == Erasure {
		return c, fault.Invalid("Its writer took it away. Nobody shows it again.")
	}
	if c.State == Shown && v.To == Refused {
		v.To = Removed
	}
	if err := v.check(c.State); err != nil {
		return c, err
	}
	was := c
	c.State, c.Why = v.To, ""
	if v.To == Refused || v.To == Removed {
		c.Why = v.Why
	}
	if err := set(ctx, q, &c, was.State, now); err != nil {
		return c, err
	}
	verdict := cmp.Or(v.id, db.NewID())
	_, err = q.ExecContext(ctx, `insert into verdict (id, comment_id, at, by_id, before, after, reason, note, batch) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		verdict, c.ID, db.Micros(now), audit.Who(ctx).ID, was.State, c.State, c.Why, v.Note, v.batch)
	if err != nil {
		return c, err
	}
	if err := s.learn(ctx, q, c); err != nil {
		return c, err
	}
	if err := settle(ctx, q, &c, verdict, c.Why, now); err != nil {
		return c, err
	}
	if restricts(was.State, c.State) {
		if err := Ruled.AddAt(ctx, q, verdict, now.Add(thinkTwice)); err != nil {
			return c, err
		}
	}
	return c, audit.Add(ctx, q, now, "comment."+string(c.State), "comment", c.ID, fmt.Sprintf("%s: %.80s", c.Name, c.Text))
}

// set writes the new state of a comment, and what follows.
func set(ctx context.Context, q db.Q, c *Comment, was State, now time.Time) error {
	c.Version++
	c.Judged, c.JudgedBy = now, audit.Who(ctx).ID
	if c.State == Shown && was != Shown {
		c.Shown = now
	}
	if c.State != Shown {
		c.Shown = time.Time{}
	}
	err := changed(q.ExecContext(ctx, `update comment set version = $1, state = $2, why = $3, shown_at = $4, judged_at = $5, judged_by = $6 where id = $7`,
		c.Version, c.State, c.Why, db.MicrosOrNil(c.Shown), db.Micros(now), c.JudgedBy, c.ID))
	if err != nil || was == c.State {
		return err
	}
	return restate(ctx, q, *c, was, now)
}

// Undo takes back the last verdict on a comment that still stands, as long as nothing was decided since version. Measures that came
// with the verdict are lifted.
func (s *Store) Undo(ctx context.Context, id, version int64, now time.Time) (Comment, error) {
	var c Comment
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) (err error) {
		if c, err = one(ctx, q, `id = $1`, id); err != nil {
			return err
		}
		if c.Version != version {
			return Decided{c}
		}
		return s.undoIn(ctx, q, &c, now)
	})
	return c, err
}

func (s *Store) undoIn(ctx context.Context, q db.Q, c *Comment, now time.Time) error {
	var verdict int64
	var before State
	err := q.QueryRowContext(ctx, lastVerdict+` limit 1`, c.ID).Scan(&verdict, &before)
	if errors.Is(err, sql.ErrNoRows) || err == nil && (c.ByOwner() || c.Why == Erasure) {
		return fault.Invalid("There is nothing to undo.")
	}
	if err != nil {
		return err
	}
	was := *c
	c.State, c.Why = before, ""
	err = q.QueryRowContext(ctx, `select reason from verdict where comment_id = $1 and undone = 0 and id <> $2 order by at desc, id desc limit 1`, c.ID, verdict).Scan(&c.Why)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if err := set(ctx, q, c, was.State, now); err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, `update verdict set undone = 1 where id = $1`, verdict); err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, `update measure set lifted_at = $1, lifted_by = $2 where verdict_id = $3 and lifted_at is null`, db.Micros(now), audit.Who(ctx).ID, verdict); err != nil {
		return err
	}
	if err := s.learn(ctx, q, *c); err != nil {
		return err
	}
	if err := reopen(ctx, q, c, verdict); err != nil {
		return err
	}
	return audit.Add(ctx, q, now, "comment.undo", "comment", c.ID, fmt.Sprintf("%s again: %s: %.80s", c.State, c.Name, c.Text))
}

const lastVerdict = `select id, before from verdict where comment_id = $1 and undone = 0 order by at desc, id desc`

// Mark pins a shown comment or features it, or ends that.
func (s *Store) Mark(ctx context.Context, id int64, pinned, featured bool, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		c, err := one(ctx, q, `id = $1 and state = 'shown'`, id)
		if err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, `update comment set pinned = $1, featured = $2 where id = $3`, flag(pinned), flag(featured), id); err != nil {
			return err
		}
		if err := audit.Add(ctx, q, now, "comment.mark", "comment", id, fmt.Sprintf("pinned %t, featured %t: %s: %.80s", pinned, featured, c.Name, c.Text)); err != nil {
			return err
		}
		return Threaded.Add(ctx, q, c.Article)
	})
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Decision is one verdict as it was given.
type Decision struct {
	At     time.Time
	By     int64
	Before State
	After  State
	Why    string
	Note   string
	Undone bool
}

// Decisions are the verdicts on a comment, the newest first.
func (s *Store) Decisions(ctx context.Context, id int64) ([]Decision, error) {
	rows, err := s.db.Read().QueryContext(ctx, `select at, by_id, before, after, reason, note, undone from verdict where comment_id = $1 order by at desc, id desc`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Decision
	for rows.Next() {
		var d Decision
		var at int64
		if err := rows.Scan(&at, &d.By, &d.Before, &d.After, &d.Why, &d.Note, &d.Undone); err != nil {
			return nil, err
		}
		d.At = db.Time(at)
		all = append(all, d)
	}
	return all, rows.Err()
}

package comment

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"slices"
	"strconv"
	"time"

	"lede/internal/db"
)

const (
	lookAnew    = 30 * time.Second // so often a node looks whether there is more to know
	lookSoon    = 5 * time.Second  // and so often where somebody has just decided
	mostKnown   = 50_000           // traits that a model holds, those that stood in most comments
	mostKept    = 200_000          // traits in the database, from which on those that stood in one comment go
	forgetEvery = 500              // decisions
)

// learned is a model as it was read, and when it was looked at last.
type learned struct {
	model  *Model
	turn   int64
	looked time.Time
}

// due tells whether it is time to look whether there is more to know. What was decided may not be on the disk yet: it looks again.
func (s *Store) due(l *learned, now time.Time) bool {
	ago := now.Sub(l.looked).Abs()
	return ago >= lookAnew || ago >= lookSoon && s.taught.Load() > db.Micros(l.looked.Add(-lookSoon))
}

// model is what is known of spam, at most half a minute old, and seconds where it was decided here. While one reads what is new,
// others go by what they have.
func (s *Store) model(ctx context.Context, now time.Time) (*Model, error) {
	l := s.learned.Load()
	if l != nil && !s.due(l, now) {
		return l.model, nil
	}
	if l != nil && !s.learning.TryLock() {
		return l.model, nil
	}
	if l == nil {
		s.learning.Lock()
	}
	defer s.learning.Unlock()
	if again := s.learned.Load(); again != l && again != nil {
		return again.model, nil
	}
	q := s.db.Read()
	next := &learned{looked: now}
	var seen tallied
	err := q.QueryRowContext(ctx, `select turn, spam, ham from spam_total where id = 1`).Scan(&next.turn, &seen.spam, &seen.ham)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	if l != nil && l.turn == next.turn {
		next.model = l.model
	} else if next.model, err = s.readModel(ctx, q, seen); err != nil {
		return nil, err
	}
	s.learned.Store(next)
	return next.model, nil
}

// unlearned has the model looked at anew when it is next asked for.
func (s *Store) unlearned() {
	if l := s.learned.Load(); l != nil {
		s.learned.CompareAndSwap(l, &learned{model: l.model, turn: l.turn})
	}
}

func (s *Store) readModel(ctx context.Context, q db.Q, seen tallied) (*Model, error) {
	m := &Model{digest: s.traitDigest(), traits: map[uint64]tallied{}, seen: seen}
	rows, err := q.QueryContext(ctx, `select trait, spam, ham from spam_trait order by spam + ham desc limit `+strconv.Itoa(mostKnown))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var mark int64
		var t tallied
		if err := rows.Scan(&mark, &t.spam, &t.ham); err != nil {
			return nil, err
		}
		m.traits[uint64(mark)] = tallied{max(0, t.spam), max(0, t.ham)}
	}
	return m, rows.Err()
}

// traitDigest digests traits under the paper's key: 64 bits of SHA-256, whose length is no secret.
func (s *Store) traitDigest() func(string) uint64 {
	key := s.key.MAC("comment spam")[:16]
	return func(trait string) uint64 {
		var room [96]byte
		sum := sha256.Sum256(append(append(room[:0], key...), trait...))
		return binary.LittleEndian.Uint64(sum[:])
	}
}

// learn brings what a comment teaches of spam into line with the last verdict on it that stands: spam or shown; what was refused or
// removed for another reason teaches nothing, nor does what the guard decided.
func (s *Store) learn(ctx context.Context, q db.Q, c Comment) error {
	if c.Staff != 0 {
		return nil
	}
	var says State
	err := q.QueryRowContext(ctx, `select after from verdict where comment_id = $1 and undone = 0 order by at desc, id desc limit 1`, c.ID).Scan(&says)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	taught, had, err := lessonOf(ctx, q, c.ID)
	if err != nil {
		return err
	}
	teaches := says == Spam || says == Shown
	if had == teaches && (!had || taught == (says == Spam)) {
		return nil
	}
	s.taught.Store(db.Micros(c.Judged))
	if had {
		if err := s.teach(ctx, q, c, taught, -1); err != nil {
			return err
		}
	}
	if teaches {
		return s.teach(ctx, q, c, says == Spam, 1)
	}
	return nil
}

// unteach takes back what a comment taught: its text is going to be another.
func (s *Store) unteach(ctx context.Context, q db.Q, c Comment) error {
	taught, had, err := lessonOf(ctx, q, c.ID)
	if err != nil || !had {
		return err
	}
	return s.teach(ctx, q, c, taught, -1)
}

func lessonOf(ctx context.Context, q db.Q, comment int64) (spam, had bool, err error) {
	err = q.QueryRowContext(ctx, `select spam from spam_lesson where comment_id = $1`, comment).Scan(&spam)
	if errors.Is(err, sql.ErrNoRows) {
		return false, false, nil
	}
	return spam, err == nil, err
}

// teach counts a comment in what is known (by 1), or takes it out (by -1). The row of totals comes first: whoever else teaches waits.
func (s *Store) teach(ctx context.Context, q db.Q, c Comment, spam bool, by int) error {
	l := lesson(spam)
	var turn int64
	err := q.QueryRowContext(ctx, `insert into spam_total (id, turn, spam, ham) values (1, 1, $1, $2)
		on conflict (id) do update set turn = spam_total.turn + 1, spam = spam_total.spam + excluded.spam, ham = spam_total.ham + excluded.ham returning turn`,
		int(l.spam)*by, int(l.ham)*by).Scan(&turn)
	if err != nil {
		return err
	}
	if by > 0 {
		_, err = q.ExecContext(ctx, `insert into spam_lesson (comment_id, spam) values ($1, $2)`, c.ID, flag(spam))
	} else {
		_, err = q.ExecContext(ctx, `delete from spam_lesson where comment_id = $1`, c.ID)
	}
	if err != nil {
		return err
	}
	if err := s.count(ctx, q, traitsOf(c.evidence(), s.traitDigest()), l, by); err != nil || turn%forgetEvery != 0 {
		return err
	}
	_, err = q.ExecContext(ctx, `delete from spam_trait where spam + ham < 2 and (select count(*) from spam_trait) > `+strconv.Itoa(mostKept))
	return err
}

// count counts the traits of a comment.
func (s *Store) count(ctx context.Context, q db.Q, traits []trait, l tallied, by int) error {
	for some := range slices.Chunk(traits, 200) {
		values, args := "", []any{}
		for _, t := range some {
			if values != "" {
				values += ", "
			}
			values += `(` + db.Places(len(args)+1, 3) + `)`
			args = append(args, int64(t.mark), int(l.spam)*by, int(l.ham)*by)
		}
		_, err := q.ExecContext(ctx, `insert into spam_trait (trait, spam, ham) values `+values+`
			on conflict (trait) do update set spam = spam_trait.spam + excluded.spam, ham = spam_trait.ham + excluded.ham`, args...)
		if err != nil {
			return err
		}
		if by > 0 {
			continue
		}
		if err := clearEmpty(ctx, q, some); err != nil {
			return err
		}
	}
	return nil
}

func clearEmpty(ctx context.Context, q db.Q, some []trait) error {
	args := make([]any, len(some))
	for i, t := range some {
		args[i] = int64(t.mark)
	}
	_, err := q.ExecContext(ctx, `delete from spam_trait where spam <= 0 and ham <= 0 and trait in (`+db.Places(1, len(args))+`)`, args...)
	return err
}

// evidence is what the guard saw of a kept comment.
func (c Comment) evidence() Evidence {
	return Evidence{Text: c.Text, Name: c.Name, Site: c.Site, Known: !c.noticed("first"), Same: same(c), Trapped: c.noticed("trap")}
}

// trap stands for what the guard found in the field that nobody sees: an edit does not take it back.
func (c Comment) trap() string {
	if c.noticed("trap") {
		return "filled"
	}
	return ""
}

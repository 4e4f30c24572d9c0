package comment

import (
	"context"
	"crypto/hmac"
	"database/sql"
	"encoding/hex"
	"errors"
	"strconv"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/staff"
)

// appealable is for how many months a decision can be appealed (Regulation (EU) 2022/2065, article 20).
const appealable = 6

// Statement says why a comment is not shown, or what became of a report: article 17 of the regulation.
type Statement struct {
	Comment Comment
	About   string // names the decision
	At      time.Time
	Why     string  // a code of Whys; "" where a word list refused it, or it is spam
	Note    string  // of the moderator
	Guard   bool    // the guard decided by itself
	Found   bool    // the guard had held it before a moderator decided
	Notice  *Notice // of whoever reported it, where the statement is for them
	Noticed bool    // somebody had reported it
	Until   time.Time
	Appeal  *Appeal // that was made
	Open    bool    // an appeal can be made now

	by int64
}

// Law tells whether the ground is the law; else it is the rules of the paper.
func (s Statement) Law() bool { return s.Why == Unlawful }

// Appeal is what a writer, or whoever reported, has against a decision.
type Appeal struct {
	ID      int64
	Comment int64
	Notice  int64 // of whoever reported; 0 where the writer appeals
	At      time.Time
	Text    string
	Against int64  // who decided, of the staff; 0 for the guard
	State   string // Open, Upheld or Dismissed
	Decided time.Time
	By      int64
	Same    bool // for want of another the same person decided again
	Note    string

	about string
}

// Number is what a person can quote.
func (a Appeal) Number() string { return numberOf(a.ID) }

// Plea is an appeal as it is sent. Key is of the link in the paper's mail; a writer who holds the cookie needs none.
type Plea struct {
	Comment int64
	Notice  int64
	Key     string
	Text    string
}

func aboutNotice(id int64) string { return "notice " + strconv.FormatInt(id, 10) }

// appealKey lets whoever got the paper's mail appeal.
func (s *Store) appealKey(about string) string {
	return hex.EncodeToString(s.key.MAC("comment appeal", []byte(about))[:16])
}

// Statement is the decision that a plea is about, with the appeal if one was made; to anybody else than its writer, or whoever holds
// the key of the paper's mail, it is fault.NotFound.
func (s *Store) Statement(ctx context.Context, p Plea, by Hand, now time.Time) (Statement, error) {
	q := s.db.Read()
	c, err := one(ctx, q, `id = $1`, p.Comment)
	if err != nil {
		return Statement{}, err
	}
	if p.Notice != 0 {
		return s.noticeStatement(ctx, q, c, p, now)
	}
	st, err := s.statement(ctx, q, c, now)
	if err == nil && !c.owns(s.writer(by, "")) && !s.fitsAppeal(p.Key, st.About) {
		err = fault.NotFound
	}
	return st, err
}

func (s *Store) fitsAppeal(key, about string) bool {
	return hmac.Equal([]byte(key), []byte(s.appealKey(about)))
}

// statement is the one for the writer of a comment that is refused, removed or spam; of others there is none.
func (s *Store) statement(ctx context.Context, q db.Q, c Comment, now time.Time) (Statement, error) {
	st := Statement{Comment: c, About: "guard " + strconv.FormatInt(c.ID, 10), At: c.At, Why: c.Why, Guard: true, Found: c.stopped()}
	if c.State == Held || c.State == Shown || c.ByOwner() || c.Why == Erasure {
		return st, fault.NotFound
	}
	var id, at int64
	err := q.QueryRowContext(ctx, `select id, at, by_id, note, (select count(*) from notice where verdict_id = v.id) > 0 from verdict v
		where comment_id = $1 and undone = 0 and after = $2 order by at desc, id desc limit 1`, c.ID, c.State).Scan(&id, &at, &st.by, &st.Note, &st.Noticed)
	switch {
	case err == nil:
		st.About, st.At, st.Guard = "verdict "+strconv.FormatInt(id, 10), db.Time(at), false
	case !errors.Is(err, sql.ErrNoRows):
		return st, err
	}
	return st, s.withAppeal(ctx, q, &st, now)
}

// noticeStatement is the one for whoever reported a comment.
func (s *Store) noticeStatement(ctx context.Context, q db.Q, c Comment, p Plea, now time.Time) (Statement, error) {
	n, err := oneNotice(ctx, q, `id = $1 and comment_id = $2`, p.Notice, c.ID)
	if err == nil && !s.fitsAppeal(p.Key, aboutNotice(n.ID)) {
		err = fault.NotFound
	}
	if err != nil {
		return Statement{}, err
	}
	st := Statement{Comment: c, About: aboutNotice(n.ID), At: n.Decided, Why: n.Why, Notice: &n, by: n.By}
	if n.State == Open {
		return st, nil
	}
	return st, s.withAppeal(ctx, q, &st, now)
}

func (s *Store) withAppeal(ctx context.Context, q db.Q, st *Statement, now time.Time) error {
	st.Until = st.At.AddDate(0, appealable, 0)
	a, err := oneAppeal(ctx, q, `about = $1`, st.About)
	if err == nil {
		st.Appeal = &a
	}
	st.Open = st.Appeal == nil && now.Before(st.Until) && (st.Notice == nil || st.Notice.State == Dismissed)
	return ignoreNoRow(err)
}

// Appeal keeps what a writer or whoever reported has against a decision, for another moderator. Each decision can be appealed once,
// within six months; an appeal sent again is the first one. A banned person may appeal.
func (s *Store) Appeal(ctx context.Context, p Plea, by Hand, now time.Time) (Appeal, error) {
	st, err := s.Statement(ctx, p, by, now)
	if err != nil {
		return Appeal{}, err
	}
	if st.Appeal != nil {
		return *st.Appeal, nil
	}
	if !st.Open {
		return Appeal{}, fault.Invalid("This decision cannot be appealed any more.")
	}
	a := Appeal{ID: db.NewID(), Comment: p.Comment, Notice: p.Notice, At: now, Text: Tidy(p.Text), Against: st.by, State: Open, about: st.About}
	f := fault.Form{}
	switch {
	case a.Text == "":
		f["text"] = tongue.Word("Please say why the decision is wrong.")
	case Length(a.Text) > longestNotice:
		f["text"] = tongue.Word("This is too long; please shorten it.")
	}
	if err := f.Err(); err != nil {
		return Appeal{}, err
	}
	err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		err := changed(q.ExecContext(ctx, `insert into appeal (id, comment_id, notice_id, about, at, text, against, state) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
			a.ID, a.Comment, a.Notice, a.about, db.Micros(now), a.Text, a.Against, a.State))
		if err != nil {
			return err
		}
		who := "the writer"
		if a.Notice != 0 {
			who = "a reader"
		}
		return audit.Add(audit.As(ctx, audit.Actor{Name: who}), q, now, "comment.appeal", "comment", a.Comment, "appeal "+a.Number())
	})
	if errors.Is(err, fault.Conflict) { // sent twice at once
		return oneAppeal(ctx, s.db.Read(), `about = $1`, st.About)
	}
	return a, err
}

const appealColumns = `id, comment_id, notice_id, about, at, text, against, state, decided_at, decided_by, same, note`

func scanAppeal(r row) (Appeal, error) {
	var a Appeal
	var at int64
	var decided sql.NullInt64
	err := r.Scan(&a.ID, &a.Comment, &a.Notice, &a.about, &at, &a.Text, &a.Against, &a.State, &decided, &a.By, &a.Same, &a.Note)
	if errors.Is(err, sql.ErrNoRows) {
		return a, fault.NotFound
	}
	a.At, a.Decided = db.Time(at), when(decided)
	return a, err
}

func oneAppeal(ctx context.Context, q db.Q, where string, args ...any) (Appeal, error) {
	return scanAppeal(q.QueryRowContext(ctx, `select `+appealColumns+` from appeal where `+where, args...))
}

// OpenAppeals are the appeals that nobody has decided, the oldest first.
func (s *Store) OpenAppeals(ctx context.Context) ([]Appeal, error) {
	return appeals(ctx, s.db.Read(), `state = 'open' order by at, id limit `+itoa(noticesAtOnce))
}

func appeals(ctx context.Context, q db.Q, rest string, args ...any) ([]Appeal, error) {
	rows, err := q.QueryContext(ctx, `select `+appealColumns+` from appeal where `+rest, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Appeal
	for rows.Next() {
		a, err := scanAppeal(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, rows.Err()
}

// Ruling is what a moderator decides about an appeal.
type Ruling struct {
	Upheld bool
	Why    string // a code of Whys, where the appeal of whoever reported removes the comment
	Note   string // for whoever appealed
}

// DecideAppeal carries out what a moderator decides about an appeal: an upheld one of a writer shows the comment again, one of whoever
// reported removes it. Whoever made the decision does not decide about the appeal, as long as there is another moderator; where there
// is none that is told. An appeal that was decided meanwhile is fault.Conflict.
func (s *Store) DecideAppeal(ctx context.Context, id int64, r Ruling, now time.Time) (Appeal, error) {
	a, err := oneAppeal(ctx, s.db.Read(), `id = $1`, id)
	if err != nil {
		return a, err
	}
	if a.By = audit.Who(ctx).ID; a.Against == a.By && a.By != 0 {
		other, err := s.otherThan(ctx, a.By)
		if err != nil {
			return a, err
		}
		if other != "" {
			return a, fault.Invalid("This was your own decision: %s or another moderator decides about the appeal.", other)
		}
		a.Same = true
	}
	a.State, a.Decided, a.Note = Dismissed, now, r.Note
	if r.Upheld {
		a.State = Upheld
	}
	return a, s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		err := changed(q.ExecContext(ctx, `update appeal set state = $1, decided_at = $2, decided_by = $3, same = $4, note = $5 where id = $6 and state = 'open'`,
			a.State, db.Micros(now), a.By, flag(a.Same), a.Note, a.ID))
		if err != nil {
			return err
		}
		c, err := one(ctx, q, `id = $1`, a.Comment)
		if err != nil {
			return err
		}
		if r.Upheld {
			if c, err = s.reverse(ctx, q, a, c, r, now); err != nil {
				return err
			}
		}
		if err := audit.Add(ctx, q, now, "comment.appeal", "comment", a.Comment, "appeal "+a.Number()+" "+a.State); err != nil {
			return err
		}
		return s.tellAppellant(ctx, q, a, c, now)
	})
}

// reverse does the contrary of what was decided, unless somebody did so already.
func (s *Store) reverse(ctx context.Context, q db.Q, a Appeal, c Comment, r Ruling, now time.Time) (Comment, error) {
	switch {
	case a.Notice != 0 && c.State == Shown:
		return s.judgeIn(ctx, q, c.ID, c.Version, Verdict{To: Removed, Why: r.Why}, now)
	case a.Notice == 0 && c.State != Shown && !c.ByOwner() && c.Why != Erasure:
		return s.judgeIn(ctx, q, c.ID, c.Version, Verdict{To: Shown}, now)
	}
	return c, nil
}

func (s *Store) tellAppellant(ctx context.Context, q db.Q, a Appeal, c Comment, now time.Time) error {
	to, lang := "", c.Lang
	if a.Notice != 0 {
		n, err := oneNotice(ctx, q, `id = $1`, a.Notice)
		if err != nil {
			return ignoreNoRow(err)
		}
		to, lang = s.noticeMail(n), n.Lang
	} else {
		var err error
		if to, err = s.addressOf(ctx, q, c); err != nil {
			return err
		}
	}
	return s.mailTo(ctx, q, to, lang, now, func(l letterhead) (string, string) { return l.appealed(a, c) })
}

// otherThan is the name of somebody else who may judge comments; "" if there is nobody.
func (s *Store) otherThan(ctx context.Context, id int64) (string, error) {
	people, err := s.staff.People(ctx)
	for _, p := range people {
		if p.ID != id && p.Here() && p.May(staff.Judge, staff.Comments, true) {
			return p.Name, err
		}
	}
	return "", err
}

// Mine tells whether an appeal is against a decision of that person, which another moderator should look at.
func (a Appeal) Mine(person int64) bool { return a.Against != 0 && a.Against == person }

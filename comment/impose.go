package comment

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/mail"
	"lede/internal/tongue"
)

// PrefixDays is how long a network is kept, of comments and in measures.
const PrefixDays = 30

// Impose takes the measure m against whoever wrote a comment, by each of kinds that is known of them. A measure against a network
// only holds, and for PrefixDays at most; nobody is warned by their network. A warning is sent to the address that is known, too.
// What should be mended is a fault.Form.
func (s *Store) Impose(ctx context.Context, id int64, kinds []string, m Measure, now time.Time) ([]Measure, error) {
	var all []Measure
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		c, err := one(ctx, q, `id = $1`, id)
		if err != nil {
			return err
		}
		all, err = s.imposeIn(ctx, q, c, kinds, m, 0, now)
		return err
	})
	return all, err
}

// Sentence carries out a verdict on a comment, as Judge does, and takes a measure against its writer with it: both or neither.
// Undoing the verdict lifts the measure.
func (s *Store) Sentence(ctx context.Context, id, version int64, v Verdict, kinds []string, m Measure, now time.Time) (Comment, []Measure, error) {
	var c Comment
	var all []Measure
	v.id = db.NewID()
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) (err error) {
		if c, err = s.judgeIn(ctx, q, id, version, v, now); err != nil {
			return err
		}
		all, err = s.imposeIn(ctx, q, c, kinds, m, v.id, now)
		return err
	})
	return c, all, err
}

func (m Measure) check(now time.Time) error {
	f := fault.Form{}
	if !slices.Contains([]string{Ban, Suspend, Warn, HoldAlways}, m.Act) {
		f["act"] = "Choose a measure."
	}
	if m.Act == Suspend && m.Until.IsZero() {
		f["until"] = "Say until when."
	}
	if !m.Until.IsZero() && !m.Until.After(now) {
		f["until"] = "This day is over."
	}
	if m.Act == Warn && strings.TrimSpace(m.Note) == "" {
		f["note"] = "Say what the warning is about; they read it."
	}
	if Length(m.Note) > longestNote {
		f["note"] = fmt.Sprintf("At most %d characters.", longestNote)
	}
	return f.Err()
}

const longestNote = 2000

func (s *Store) imposeIn(ctx context.Context, q db.Q, c Comment, kinds []string, m Measure, verdict int64, now time.Time) ([]Measure, error) {
	if err := m.check(now); err != nil {
		return nil, err
	}
	var all []Measure
	for _, k := range c.marks() {
		if !slices.Contains(kinds, k.kind) || k.kind == OfPrefix && m.Act == Warn {
			continue
		}
		one := m.against(k, c.ID, audit.Who(ctx).ID, now)
		if err := one.insert(ctx, q, verdict); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	if len(all) == 0 {
		return nil, fault.Form{"kinds": "Choose by what the measure goes: nothing of that is known of this person."}
	}
	if err := audit.Add(ctx, q, now, "comment."+m.Act, "comment", c.ID, c.Name+": "+all[0].Says()); err != nil {
		return nil, err
	}
	if m.Act != Warn {
		return all, nil
	}
	_, err := s.letter(ctx, q, c, func(t *tongue.Tongue, headline string) string {
		return t.T("This is a warning about your comment under “{0}”:", headline)
	}, m.Note, now)
	return all, err
}

// against is the measure as it is kept about one mark of a person.
func (m Measure) against(k mark, comment, by int64, now time.Time) Measure {
	m.ID, m.Kind, m.Mark, m.At, m.By, m.Comment, m.Note = db.NewID(), k.kind, k.digest, now, by, comment, Tidy(m.Note)
	if k.kind == OfPrefix {
		m.Act = HoldAlways
		if most := now.AddDate(0, 0, PrefixDays); m.Until.IsZero() || m.Until.After(most) {
			m.Until = most
		}
	}
	return m
}

func (m Measure) insert(ctx context.Context, q db.Q, verdict int64) error {
	_, err := q.ExecContext(ctx, `insert into measure (id, kind, mark, act, at, until, by_id, comment_id, reason, note, verdict_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		m.ID, m.Kind, m.Mark, m.Act, db.Micros(m.At), db.MicrosOrNil(m.Until), m.By, m.Comment, m.Reason, m.Note, verdict)
	return err
}

// Lift ends a measure; fault.NotFound where none of id is in force.
func (s *Store) Lift(ctx context.Context, id int64, now time.Time) (Measure, error) {
	return s.lifted(ctx, id, `lifted_at is null`, now, now)
}

// Renew takes the lifting of a measure back.
func (s *Store) Renew(ctx context.Context, id int64, now time.Time) (Measure, error) {
	return s.lifted(ctx, id, `lifted_at is not null`, time.Time{}, now)
}

func (s *Store) lifted(ctx context.Context, id int64, standing string, at, now time.Time) (Measure, error) {
	var m Measure
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		all, err := measures(ctx, q, `id = $1 and mark <> '' and `+standing, id)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return fault.NotFound
		}
		m = all[0]
		if _, err := q.ExecContext(ctx, `update measure set lifted_at = $1, lifted_by = $2 where id = $3`, db.MicrosOrNil(at), audit.Who(ctx).ID, id); err != nil {
			return err
		}
		act, says := "comment.lift", "no more: "
		if at.IsZero() {
			act, says = "comment.renew", "again: "
		}
		return audit.Add(ctx, q, now, act, "comment", m.Comment, says+m.Says())
	})
	return m, err
}

// MeasuresOf are the measures in force at now against whoever wrote a comment; the newest first, warnings among them.
func (s *Store) MeasuresOf(ctx context.Context, c Comment, now time.Time) ([]Measure, error) {
	return inForce(ctx, s.db.Read(), writer{Hand{Reader: c.Reader}, c.owner, c.prefix, c.mail}, now)
}

// Imposed is a measure with the name under which the comment was written on account of which it was taken.
type Imposed struct {
	Measure
	Name string
}

// Measures are the measures in force at now, the newest first, at most a thousand.
func (s *Store) Measures(ctx context.Context, now time.Time) ([]Imposed, error) {
	q := s.db.Read()
	all, err := measures(ctx, q, `lifted_at is null and mark <> '' and (until is null or until > $1) order by at desc, id desc limit 1000`, db.Micros(now))
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, m := range all {
		ids = append(ids, m.Comment)
	}
	about, err := these(ctx, q, ids)
	names := map[int64]string{}
	for _, c := range about {
		names[c.ID] = c.Name
	}
	list := make([]Imposed, len(all))
	for i, m := range all {
		list[i] = Imposed{m, names[m.Comment]}
	}
	return list, err
}

// Sweep forgets what is kept for a time only: the networks of comments and measures, and wishes to follow that nobody confirmed.
func (s *Store) Sweep(ctx context.Context, now time.Time) error {
	before := db.Micros(now.AddDate(0, 0, -PrefixDays))
	for {
		var n int64
		err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
			done, err := q.ExecContext(ctx, `update comment set prefix = '' where id in (select id from comment where prefix <> '' and at < $1 limit 1000)`, before)
			if err == nil {
				n, err = done.RowsAffected()
			}
			return err
		})
		if err != nil {
			return err
		}
		if n < 1000 {
			break
		}
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `update measure set mark = '' where kind = 'prefix' and mark <> '' and (until <= $1 or at < $2)`, db.Micros(now), before)
		if err != nil {
			return err
		}
		if err := sweepNotices(ctx, q, before); err != nil {
			return err
		}
		return unfollow(ctx, q, `confirmed_at is null and at < $1`, db.Micros(now.Add(-unconfirmed)))
	})
}

const measureColumns = `id, kind, mark, act, at, until, by_id, comment_id, reason, note, lifted_at`

// measures reads those for which a condition holds.
func measures(ctx context.Context, q db.Q, where string, args ...any) ([]Measure, error) {
	rows, err := q.QueryContext(ctx, `select `+measureColumns+` from measure where `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Measure
	for rows.Next() {
		var m Measure
		var at int64
		var until, lifted sql.NullInt64
		if err := rows.Scan(&m.ID, &m.Kind, &m.Mark, &m.Act, &at, &until, &m.By, &m.Comment, &m.Reason, &m.Note, &lifted); err != nil {
			return nil, err
		}
		m.At, m.Until, m.Lifted = db.Time(at), when(until), when(lifted)
		list = append(list, m)
	}
	return list, rows.Err()
}

// Write sends a letter to whoever wrote a comment, about it; a fault.Form where it says nothing or no address is known.
func (s *Store) Write(ctx context.Context, id int64, text string, now time.Time) error {
	text = Tidy(text)
	if text == "" || Length(text) > longestNote {
		return fault.Form{"text": fmt.Sprintf("Write something, in %d characters at most.", longestNote)}
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		c, err := one(ctx, q, `id = $1`, id)
		if err != nil {
			return err
		}
		sent, err := s.letter(ctx, q, c, func(t *tongue.Tongue, headline string) string {
			return t.T("This is about your comment under “{0}”:", headline)
		}, text, now)
		if err != nil {
			return err
		}
		if !sent {
			return fault.Form{"text": "No address is known of this person."}
		}
		return audit.Add(ctx, q, now, "comment.write", "comment", c.ID, "a letter to "+c.Name)
	})
}

// letter sends text with a first sentence to the writer of a comment, in the language of the article, if an address is known.
func (s *Store) letter(ctx context.Context, q db.Q, c Comment, first func(*tongue.Tongue, string) string, text string, now time.Time) (bool, error) {
	to, err := s.addressOf(ctx, q, c)
	if err != nil || to == "" {
		return false, err
	}
	p, err := s.papers.Get(ctx)
	if err != nil {
		return false, err
	}
	headline := ""
	if err := q.QueryRowContext(ctx, `select coalesce(max(headline), '') from article where id = $1`, c.Article).Scan(&headline); err != nil {
		return false, err
	}
	t := tongue.For(c.Lang)
	m := mail.Message{To: to, Subject: t.T("{0}: about your comment", p.NameIn(c.Lang)), Text: first(t, headline) + "\n\n" + Tidy(text) + "\n\n– " + p.NameIn(c.Lang) + "\n"}
	return true, s.mail.Add(ctx, q, m, now)
}

// Accounts says where the addresses of accounts are asked for; "" for one that has none.
func (s *Store) Accounts(address func(ctx context.Context, q db.Q, reader int64) (string, error)) {
	s.accounts = address
}

// addressOf is where to write to whoever wrote a comment: what the account confirmed, else what was typed, else "".
func (s *Store) addressOf(ctx context.Context, q db.Q, c Comment) (string, error) {
	if c.Reader != 0 && s.accounts != nil {
		if to, err := s.accounts(ctx, q, c.Reader); err != nil || to != "" {
			return to, err
		}
	}
	var sealed string
	if err := q.QueryRowContext(ctx, `select mail_sealed from comment where id = $1`, c.ID).Scan(&sealed); err != nil || sealed == "" {
		return "", err
	}
	plain, err := s.key.Unseal(sealed, mailPlace(c.ID))
	return string(plain), err
}

// Reachable tells whether whoever wrote a comment can be written to.
func (s *Store) Reachable(ctx context.Context, c Comment) (bool, error) {
	to, err := s.addressOf(ctx, s.db.Read(), c)
	return to != "", err
}

package comment

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/job"
	"lede/internal/tongue"
)

// Reasons and states of what readers report.
const (
	Unlawful = "unlawful" // the reason with which a report is a notice of illegal content
	Other    = "other"

	Open      = "open"
	Upheld    = "upheld"
	Dismissed = "dismissed"
)

// NoticeDecided comes some minutes after a report was decided, when it is time to tell whoever reported; its id is the report's.
const NoticeDecided = job.Event("comment.notice")

// ReportReasons are the reasons for which a comment can be reported: those for which it can be refused, and another.
func ReportReasons() []Why {
	return append(Whys(), Why{Other, tongue.Word("something else")})
}

func isReason(code string, among []Why) bool {
	return slices.ContainsFunc(among, func(w Why) bool { return w.Code == code })
}

// Report is what somebody says against a comment.
type Report struct {
	Comment int64
	Reason  string // a code of ReportReasons
	Text    string
	Name    string
	Mail    string // never shown but to moderators
	Lang    string // in which the paper answers
}

// Notice is a report as it is kept.
type Notice struct {
	Report
	ID      int64
	At      time.Time
	State   string // Open, Upheld or Dismissed
	Decided time.Time
	By      int64 // who decided, of the staff
	Why     string
	Verdict int64

	sealed string
}

// Number is what a person can quote.
func (n Notice) Number() string { return numberOf(n.ID) }

func numberOf(id int64) string { return strings.ToUpper(strconv.FormatInt(id, 36)) }

// longestNotice is how long a report or appeal may be, in characters.
const longestNotice = 3000

func (r Report) tidy() Report {
	r.Text, r.Name, r.Mail = Tidy(r.Text), TidyName(r.Name), strings.TrimSpace(r.Mail)
	return r
}

func (r Report) check() error {
	f := fault.Form{}
	switch {
	case !isReason(r.Reason, ReportReasons()):
		f["reason"] = tongue.Word("Please say what is wrong with the comment.")
	case r.Text == "" && (r.Reason == Other || r.Reason == Unlawful):
		f["text"] = tongue.Word("Please explain in a few words.")
	}
	if Length(r.Text) > longestNotice {
		f["text"] = tongue.Word("This is too long; please shorten it.")
	}
	if Length(r.Name) > longestName {
		f["name"] = tongue.Word("A name has up to 60 characters.")
	}
	if r.Mail != "" && !isMail(r.Mail) {
		f["mail"] = tongue.Word("This is no e-mail address; mend it or leave the field empty.")
	}
	return f.Err()
}

// Report keeps what a reader says against a comment that is shown, for moderators to decide. The same person reporting the same comment
// again gets the report that is kept. Who gave an address is told that it came. What is to be mended is a fault.Form, Banned and TooFast
// say why it was not taken; a comment that is not shown is fault.NotFound.
func (s *Store) Report(ctx context.Context, r Report, by Hand, now time.Time) (Notice, error) {
	r = r.tidy()
	if err := r.check(); err != nil {
		return Notice{}, err
	}
	c, err := s.Shown(ctx, r.Comment)
	if err != nil {
		return Notice{}, err
	}
	w := s.writer(by, r.Mail)
	mark := noticeMark(w, r.Reason)
	if n, err := oneNotice(ctx, s.db.Read(), `comment_id = $1 and mark = $2`, c.ID, mark); !errors.Is(err, fault.NotFound) {
		return n, err
	}
	if err := s.guardReport(ctx, c, w, now); err != nil {
		return Notice{}, err
	}
	n := Notice{Report: r, ID: db.NewID(), At: now, State: Open}
	address := r.Mail
	if by.Mail != "" {
		address = by.Mail
	}
	if address != "" {
		n.sealed = s.key.Seal([]byte(address), noticePlace(n.ID))
	}
	err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		res, err := q.ExecContext(ctx, `insert into notice (id, comment_id, mark, at, reason, text, name, lang, owner, prefix, mail, mail_sealed, reader_id, state)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict do nothing`,
			n.ID, c.ID, mark, db.Micros(now), n.Reason, n.Text, n.Name, n.Lang, w.owner, w.prefix, w.mail, n.sealed, w.Reader, n.State)
		if err := changed(res, err); err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, `update comment set reports = reports + 1 where id = $1`, c.ID); err != nil {
			return err
		}
		said := audit.As(ctx, audit.Actor{Name: "a reader"})
		if err := audit.Add(said, q, now, "comment.report", "comment", c.ID, "report "+n.Number()+": "+n.Reason); err != nil {
			return err
		}
		return s.mailTo(ctx, q, address, r.Lang, now, func(l letterhead) (string, string) { return l.received(n) })
	})
	if errors.Is(err, fault.Conflict) { // sent twice at once
		return oneNotice(ctx, s.db.Read(), `comment_id = $1 and mark = $2`, c.ID, mark)
	}
	return n, err
}

func noticePlace(id int64) string { return fmt.Sprintf("notice mail %d", id) }

// noticeMark tells one person who reports from another. Of whom nothing is known but the network, one report for each reason counts.
func noticeMark(w writer, reason string) string {
	switch {
	case w.Reader != 0:
		return "reader " + w.readerMark()
	case w.mail != "":
		return "mail " + w.mail
	case w.owner != "":
		return "browser " + w.owner
	}
	return "network " + w.prefix + " " + reason
}

// guardReport asks the guard, which counts the reports here in place of comments.
func (s *Store) guardReport(ctx context.Context, c Comment, w writer, now time.Time) error {
	k, err := s.rules(ctx)
	if err != nil {
		return err
	}
	m := matter{way: ByReport, now: now, rules: k.rules, staff: w.Staff != 0}
	if m.measures, err = inForce(ctx, s.db.Read(), w, now); err != nil {
		return err
	}
	err = s.db.Read().QueryRowContext(ctx, `select
		(select count(*) from (select 1 from notice where prefix = $1 and prefix <> '' and at > $4 limit `+most+`) x),
		(select count(*) from (select 1 from notice where owner = $2 and owner <> '' and at > $4 or reader_id = $3 and reader_id <> 0 and at > $4 limit `+most+`) y)`,
		w.prefix, w.owner, w.Reader, db.Micros(now.Add(-window))).Scan(&m.near, &m.own)
	if err != nil {
		return err
	}
	return judge(m).deny
}

const noticeColumns = `id, comment_id, at, reason, text, name, lang, mail_sealed, state, decided_at, decided_by, why, verdict_id`

func scanNotice(r row) (Notice, error) {
	var n Notice
	var at int64
	var decided sql.NullInt64
	err := r.Scan(&n.ID, &n.Comment, &at, &n.Reason, &n.Text, &n.Name, &n.Lang, &n.sealed, &n.State, &decided, &n.By, &n.Why, &n.Verdict)
	if errors.Is(err, sql.ErrNoRows) {
		return n, fault.NotFound
	}
	n.At, n.Decided = db.Time(at), when(decided)
	return n, err
}

func oneNotice(ctx context.Context, q db.Q, where string, args ...any) (Notice, error) {
	return scanNotice(q.QueryRowContext(ctx, `select `+noticeColumns+` from notice where `+where, args...))
}

func notices(ctx context.Context, q db.Q, rest string, args ...any) ([]Notice, error) {
	rows, err := q.QueryContext(ctx, `select `+noticeColumns+` from notice where `+rest, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Notice
	for rows.Next() {
		n, err := scanNotice(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

// noticesAtOnce is how many reports are looked at together.
const noticesAtOnce = 200

// OpenNotices are the reports that nobody has decided, the oldest first, at most noticesAtOnce. Addresses are with them.
func (s *Store) OpenNotices(ctx context.Context) ([]Notice, error) {
	all, err := notices(ctx, s.db.Read(), `state = 'open' order by at, id limit `+itoa(noticesAtOnce))
	return s.addressed(all), err
}

// NoticesOf are all reports of a comment, the newest first.
func (s *Store) NoticesOf(ctx context.Context, comment int64) ([]Notice, error) {
	all, err := notices(ctx, s.db.Read(), `comment_id = $1 order by at desc, id desc limit `+itoa(noticesAtOnce), comment)
	return s.addressed(all), err
}

func (s *Store) addressed(all []Notice) []Notice {
	for i, n := range all {
		all[i].Mail = s.noticeMail(n)
	}
	return all
}

// noticeMail is the address given with a report; "" where there is none, or it can be read no longer.
func (s *Store) noticeMail(n Notice) string {
	if n.sealed == "" {
		return ""
	}
	plain, err := s.key.Unseal(n.sealed, noticePlace(n.ID))
	if err != nil {
		return ""
	}
	return string(plain)
}

package comment

import (
	"context"
	"crypto/hmac"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/mail"
	"lede/internal/tongue"
)

// Following is somebody's wish to be mailed when a comment of theirs is replied to.
type Following struct {
	ID        int64
	Comment   int64
	Mail      string
	Lang      string
	At        time.Time
	Confirmed bool // whoever reads the mailbox said yes

	owner, mark, origin string
}

const (
	unconfirmed = 48 * time.Hour // how long a following waits for its yes
	askedDaily  = 3              // how many mails a day ask one address for it
)

// The keys of a following's links are made anew each time and kept nowhere.
const (
	toConfirm = "follow confirm"
	toEnd     = "follow end"
)

func (s *Store) followKey(what string, id int64) string {
	return base64.RawURLEncoding.EncodeToString(s.key.MAC(what, []byte(strconv.FormatInt(id, 10)))[:16])
}

func (s *Store) fits(what string, id int64, key string) bool {
	return hmac.Equal([]byte(s.followKey(what, id)), []byte(key))
}

func followPlace(id int64) string { return fmt.Sprintf("follow %d", id) }

// follow keeps the wish, and mails a question to an address that neither an account nor this browser has confirmed before.
func (s *Store) follow(ctx context.Context, q db.Q, c Comment, d Draft, by Hand, now time.Time) error {
	address, confirmed := by.Mail, by.Mail != ""
	if !confirmed {
		address = d.Mail
	}
	f := Following{ID: db.NewID(), Comment: c.ID, Mail: address, Lang: c.Lang, At: now, owner: c.owner, mark: c.mail, origin: d.Origin}
	var before, asked int
	err := q.QueryRowContext(ctx, `select (select count(*) from follow where mail = $1 and owner = $2 and owner <> '' and confirmed_at is not null),
		(select count(*) from follow where mail = $1 and at > $3 and confirmed_at is null)`, f.mark, f.owner, db.Micros(now.Add(-24*time.Hour))).Scan(&before, &asked)
	if err != nil {
		return err
	}
	if f.Confirmed = confirmed || before > 0; !f.Confirmed && asked >= askedDaily {
		return nil
	}
	var at any
	if f.Confirmed {
		at = db.Micros(now)
	}
	_, err = q.ExecContext(ctx, `insert into follow (id, comment_id, owner, mail, sealed, lang, origin, at, confirmed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		f.ID, f.Comment, f.owner, f.mark, s.key.Seal([]byte(address), followPlace(f.ID)), f.Lang, f.origin, db.Micros(now), at)
	if err != nil || f.Confirmed {
		return err
	}
	return s.askWhether(ctx, q, f, c, now)
}

// askWhether mails the question whether one wants to be mailed. It holds nothing of what was written: anybody could have typed the address.
func (s *Store) askWhether(ctx context.Context, q db.Q, f Following, c Comment, now time.Time) error {
	base, paper, err := s.letterhead(ctx, f)
	if err != nil || base == "" {
		return err
	}
	on, err := s.articles.Card(ctx, c.Article, now)
	if err != nil {
		return err
	}
	t := tongue.For(f.Lang)
	text := t.T("Somebody, you we hope, commented on “{0}” and wants to be told by mail of every reply.", oneLine(on.Headline)) + "\n\n" +
		t.T("If you want that, open") + "\n" + base + "/reader/follow/" + strconv.FormatInt(f.ID, 10) + "/yes/" + s.followKey(toConfirm, f.ID) + "\n\n" +
		t.T("If it was not you, do nothing: no more mail comes.") + "\n"
	return s.mail.Add(ctx, q, mail.Message{To: f.Mail, Subject: t.T("Replies to your comment at {0}?", paper), Text: text}, now)
}

// letterhead is where the paper is, "" while nobody knows, and its name.
func (s *Store) letterhead(ctx context.Context, f Following) (base, name string, err error) {
	p, err := s.papers.Get(ctx)
	base = f.origin
	if p.Address != "" {
		base = strings.TrimSuffix(p.Address, "/")
	}
	return base, oneLine(p.NameIn(f.Lang)), err
}

const followColumns = `id, comment_id, owner, mail, sealed, lang, origin, at, confirmed_at`

func (s *Store) scanFollowing(r row) (Following, error) {
	var f Following
	var sealed string
	var at int64
	var confirmed sql.NullInt64
	err := r.Scan(&f.ID, &f.Comment, &f.owner, &f.mark, &sealed, &f.Lang, &f.origin, &at, &confirmed)
	if errors.Is(err, sql.ErrNoRows) {
		return f, fmt.Errorf("following: %w", fault.NotFound)
	}
	if err != nil {
		return f, err
	}
	address, err := s.key.Unseal(sealed, followPlace(f.ID))
	f.Mail, f.At, f.Confirmed = string(address), db.Time(at), confirmed.Valid
	return f, err
}

func (s *Store) followings(ctx context.Context, q db.Q, where string, args ...any) ([]Following, error) {
	rows, err := q.QueryContext(ctx, `select `+followColumns+` from follow where `+where+` order by at, id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Following
	for rows.Next() {
		f, err := s.scanFollowing(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, rows.Err()
}

// Following is the one of id, for whoever holds the key of a link to it; else fault.NotFound.
func (s *Store) Following(ctx context.Context, id int64, key string) (Following, error) {
	if !s.fits(toConfirm, id, key) && !s.fits(toEnd, id, key) {
		return Following{}, fmt.Errorf("following: %w", fault.NotFound)
	}
	return s.scanFollowing(s.db.Read().QueryRowContext(ctx, `select `+followColumns+` from follow where id = $1`, id))
}

// Confirm says yes to a following, and to all others that wait for the same address from the same browser.
func (s *Store) Confirm(ctx context.Context, id int64, key string, now time.Time) error {
	f, err := s.Following(ctx, id, key)
	if err != nil {
		return err
	}
	if !s.fits(toConfirm, id, key) || !f.Confirmed && !now.Before(f.At.Add(unconfirmed)) {
		return fmt.Errorf("following: %w", fault.NotFound)
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `update follow set confirmed_at = $3 where (id = $1 or mail = $2 and owner = $4 and owner <> '') and confirmed_at is null`,
			id, f.mark, db.Micros(now), f.owner)
		return err
	})
}

// Unfollow ends a following, or with all every one of its address. One that is not there has ended already.
func (s *Store) Unfollow(ctx context.Context, id int64, key string, all bool) error {
	f, err := s.Following(ctx, id, key)
	if errors.Is(err, fault.NotFound) && s.fits(toEnd, id, key) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if all {
			return unfollow(ctx, q, `mail = $1`, f.mark)
		}
		return unfollow(ctx, q, `id = $1`, f.ID)
	})
}

func unfollow(ctx context.Context, q db.Q, where string, args ...any) error {
	if _, err := q.ExecContext(ctx, `delete from follow_told where follow_id in (select id from follow where `+where+`)`, args...); err != nil {
		return err
	}
	_, err := q.ExecContext(ctx, `delete from follow where `+where, args...)
	return err
}

// Tell mails those who follow the comment that this one replies to, each once; not its own writer, and nobody who is banned.
func (s *Store) Tell(ctx context.Context, reply int64, now time.Time) error {
	c, err := s.Shown(ctx, reply)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	parent, err := one(ctx, s.db.Read(), `id = $1`, c.Parent)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	all, err := s.followings(ctx, s.db.Read(), `comment_id = $1 and confirmed_at is not null`, c.Parent)
	for _, f := range all {
		if err == nil && !samePerson(c, parent) && c.mail != f.mark {
			err = s.tell(ctx, f, parent, c, now)
		}
	}
	return err
}

func samePerson(a, b Comment) bool {
	return a.owner != "" && a.owner == b.owner || a.Reader != 0 && a.Reader == b.Reader
}

func (s *Store) tell(ctx context.Context, f Following, parent, c Comment, now time.Time) error {
	about := writer{Hand: Hand{Reader: parent.Reader}, owner: parent.owner, mail: f.mark}
	measures, err := inForce(ctx, s.db.Read(), about, now)
	if err != nil || slices.ContainsFunc(measures, func(m Measure) bool { return m.Act == Ban || m.Act == Suspend }) {
		return err
	}
	on, err := s.articles.Card(ctx, c.Article, now)
	if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Gone) {
		return nil
	}
	if err != nil {
		return err
	}
	base, paper, err := s.letterhead(ctx, f)
	if err != nil || base == "" {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		res, err := q.ExecContext(ctx, `insert into follow_told (follow_id, reply_id) values ($1, $2) on conflict do nothing`, f.ID, c.ID)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.mail.Add(ctx, q, s.replied(f, c, on.Headline, base, paper), now)
	})
}

// replied is the mail about a reply.
func (s *Store) replied(f Following, c Comment, headline, base, paper string) mail.Message {
	t, headline := tongue.For(f.Lang), oneLine(headline)
	end := base + "/reader/follow/" + strconv.FormatInt(f.ID, 10) + "/end/" + s.followKey(toEnd, f.ID)
	text := t.T("{0} replied to what you wrote under “{1}”:", isolated(oneLine(c.Name)), headline) + "\n\n" + quoted(c.Text) + "\n\n" +
		t.T("Read it and answer:") + "\n" + base + "/comment/" + strconv.FormatInt(c.ID, 10) + "\n\n" +
		t.T("No more mail about replies to this comment:") + "\n" + end + "\n"
	return mail.Message{To: f.Mail, Subject: t.T("A reply to your comment at {0}", paper), Text: text, Off: end}
}

// turning are the characters that turn the direction of what follows them.
var turning = regexp.MustCompile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

// isolated keeps the direction of what somebody wrote from turning what stands around it.
func isolated(s string) string { return "\u2068" + turning.ReplaceAllString(s, "") + "\u2069" }

// longestQuote is how much of a reply stands in a mail, in characters.
const longestQuote = 140

// linkable is what mail programs make a link of, or of which they may: also a name with a dot in it.
var linkable = regexp.MustCompile(`(?i)://|www\.|@|[\pL\pN-]\.\pL{2}`)

// quoted is the beginning of a text on one line, as a quotation; what would become a link is left out.
func quoted(text string) string {
	words := strings.Fields(text)
	for i, w := range words {
		if linkable.MatchString(w) {
			words[i] = "…"
		}
	}
	line := []rune(strings.Join(words, " "))
	if len(line) > longestQuote {
		line = append(line[:longestQuote], '…')
	}
	return "> " + isolated(string(line))
}

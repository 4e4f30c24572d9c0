package comment

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"lede/internal/db"
	"lede/internal/fault"
)

// Whom says about whom something is kept: whoever fits any of what is known of them. The network does not count: others are in it too.
type Whom struct {
	Reader      int64
	mail, owner string
}

// Whom is whoever holds the pen: by account, by confirmed address, by the owner's cookie.
func (s *Store) Whom(h Hand) Whom { return Whom{h.Reader, s.MailMark(h.Mail), ownerOf(h.Owner)} }

// WhoWrote is whoever wrote a comment. What the staff wrote nobody outside wrote: that is fault.NotFound.
func (s *Store) WhoWrote(ctx context.Context, id int64) (Whom, error) {
	c, err := one(ctx, s.db.Read(), `id = $1`, id)
	if err == nil && c.Staff != 0 {
		err = fmt.Errorf("reader: %w", fault.NotFound)
	}
	return Whom{c.Reader, c.mail, c.owner}, err
}

// Nobody tells that nothing is known.
func (w Whom) Nobody() bool { return w == Whom{} }

// condition is the condition under which a comment is by them.
func (w Whom) condition(arg func(any) string) string {
	var parts []string
	if w.Reader != 0 {
		parts = append(parts, `select id from comment where reader_id = `+arg(w.Reader)+` and reader_id <> 0`)
	}
	if w.mail != "" {
		parts = append(parts, `select id from comment where mail = `+arg(w.mail)+` and mail <> ''`)
	}
	if w.owner != "" {
		parts = append(parts, `select id from comment where owner = `+arg(w.owner)+` and owner <> ''`)
	}
	if parts == nil {
		return `1 = 0`
	}
	return `staff_id = 0 and id in (` + strings.Join(parts, ` union `) + `)`
}

// arguments collects the arguments of a statement.
type arguments []any

func (a *arguments) add(v any) string {
	*a = append(*a, v)
	return "$" + strconv.Itoa(len(*a))
}

// About is what is kept about somebody beside an account.
type About struct {
	Comments []Written // the oldest first
	Follows  []Following
	Measures []Measure // lifted ones too
	Notices  []Notice  // what they reported
	Appeals  []Appeal
}

// Written is a comment with the address that was given and what moderators decided about it.
type Written struct {
	Comment
	Mail      string
	Decisions []Decision
}

// About is all that is kept about somebody.
func (s *Store) About(ctx context.Context, w Whom) (About, error) {
	var k About
	var args arguments
	where := w.condition(args.add)
	comments, err := list(ctx, s.db.Read(), `select `+columns+` from comment where `+where+` order by at, id`, args...)
	if err != nil {
		return k, err
	}
	for _, c := range comments {
		one := Written{Comment: c}
		if one.Mail, err = s.addressOf(ctx, s.db.Read(), c); err != nil {
			return k, err
		}
		if one.Decisions, err = s.Decisions(ctx, c.ID); err != nil {
			return k, err
		}
		k.Comments = append(k.Comments, one)
	}
	if k.Follows, err = s.Follows(ctx, w); err != nil {
		return k, err
	}
	if k.Measures, err = s.measuresAbout(ctx, w); err != nil {
		return k, err
	}
	if k.Notices, err = s.noticesBy(ctx, w); err != nil {
		return k, err
	}
	k.Appeals, err = s.appealsBy(ctx, w)
	return k, err
}

// WroteLast are the comments of somebody, the newest first, at most limit.
func (s *Store) WroteLast(ctx context.Context, w Whom, limit int) ([]Comment, error) {
	var args arguments
	where := w.condition(args.add)
	return list(ctx, s.db.Read(), `select `+columns+` from comment where `+where+` order by at desc, id desc limit `+itoa(limit), args...)
}

// Follows are the followings of somebody: of their comments, and of their address; the oldest first.
func (s *Store) Follows(ctx context.Context, w Whom) ([]Following, error) {
	var args arguments
	where := `comment_id in (select id from comment where ` + w.condition(args.add) + `)`
	if w.mail != "" {
		where += ` or mail = ` + args.add(w.mail)
	}
	return s.followings(ctx, s.db.Read(), where, args...)
}

// EndFollow ends a following of somebody.
func (s *Store) EndFollow(ctx context.Context, w Whom, id int64) error {
	follows, err := s.Follows(ctx, w)
	if err != nil {
		return err
	}
	for _, f := range follows {
		if f.ID == id {
			return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error { return unfollow(ctx, q, `id = $1`, id) })
		}
	}
	return nil
}

// measuresAbout are the measures about somebody, by their marks or on account of their comments.
func (s *Store) measuresAbout(ctx context.Context, w Whom) ([]Measure, error) {
	var args arguments
	where := w.measured(args.add) + ` or comment_id in (select id from comment where ` + w.condition(args.add) + `)`
	return measures(ctx, s.db.Read(), where+` order by at, id`, args...)
}

// measured is the condition under which a measure is about them.
func (w Whom) measured(arg func(any) string) string {
	parts := []string{`1 = 0`}
	for kind, mark := range map[string]string{OfReader: writer{Hand: Hand{Reader: w.Reader}}.readerMark(), OfMail: w.mail, OfBrowser: w.owner} {
		if mark != "" {
			parts = append(parts, `kind = `+arg(kind)+` and mark = `+arg(mark))
		}
	}
	return `(` + strings.Join(parts, ` or `) + `)`
}

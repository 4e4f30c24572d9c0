package comment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/mail"
)

const (
	digested   = 50                 // so many comments stand in one digest
	digestOpen = 7 * 24 * time.Hour // so long its links serve
	digestLink = "comment digest"   // what a link is sealed as
)

// Slip is what a link of the digest lets its holder decide: one comment, at the version that the digest told of.
type Slip struct {
	Comment int64     `json:"c"`
	Version int64     `json:"v"`
	To      string    `json:"t"` // the address it was sent to
	Until   time.Time `json:"u"`
}

// SendDigest mails what is held to the moderators that the rules name: once a day, at the hour of the paper's clock that they say or as
// soon after as something runs, on one node alone. Where nothing came to be held since the last one, nothing is sent.
func (s *Store) SendDigest(ctx context.Context, now time.Time) error {
	r, err := s.Rules(ctx)
	if err != nil || len(r.Digest.To) == 0 {
		return err
	}
	p, err := s.papers.Get(ctx)
	if err != nil {
		return err
	}
	today := now.In(p.Clock())
	if today.Format("15:04") < r.Digest.At {
		return nil
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		var last int64
		if err := q.QueryRowContext(ctx, `select coalesce(max(at), 0) from digest`).Scan(&last); err != nil {
			return err
		}
		held, err := list(ctx, q, `select `+columns+` from comment where state = 'held' and at > $1 order by at, id limit `+itoa(digested+1), last)
		if err != nil {
			return err
		}
		var waiting int
		if err := q.QueryRowContext(ctx, `select count(*) from comment where state = 'held'`).Scan(&waiting); err != nil {
			return err
		}
		err = changed(q.ExecContext(ctx, `insert into digest (day, at, comments) values ($1, $2, $3) on conflict do nothing`, today.Format(time.DateOnly), db.Micros(now), len(held)))
		if errors.Is(err, fault.Conflict) {
			return nil // it went out today
		}
		if err != nil || len(held) == 0 {
			return err
		}
		held = held[:min(len(held), digested)]
		for _, to := range r.Digest.To {
			subject := fmt.Sprintf("%s at %s", counted(waiting, "1 comment waits", "%d comments wait"), onOneLine(p.NameIn("en")))
			text := s.digestText(held, waiting, to, strings.TrimSuffix(p.Address, "/"), now)
			if err := s.mail.Add(ctx, q, mail.Message{To: to, Subject: subject, Text: text}, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// digestText tells of what is held. What readers wrote is quoted without its links, so that no mail program makes them work.
func (s *Store) digestText(held []Comment, waiting int, to, base string, now time.Time) string {
	var b strings.Builder
	for _, c := range held {
		fmt.Fprintf(&b, "%s wrote:\n%s\n", onOneLine(c.Name), quotation(c.Text))
		for _, r := range c.Reasons {
			if r.Decided {
				fmt.Fprintf(&b, "Held: %s\n", onOneLine(strings.TrimSpace(r.Says+" "+r.Rule)))
			}
		}
		fmt.Fprintf(&b, "Decide: %s\n\n", base+DigestPath+s.slip(Slip{c.ID, c.Version, to, now.Add(digestOpen)}))
	}
	if more := waiting - len(held); more > 0 {
		fmt.Fprintf(&b, "%s besides: %s/newsroom/comments\n\n", counted(more, "1 comment waits", "%d comments wait"), base)
	}
	b.WriteString("Each link serves for seven days and for its comment alone. Whoever holds it can decide: do not pass this mail on.\n")
	return b.String()
}

// DigestPath is where the links of the digest lead.
const DigestPath = "/newsroom/digest/"

// longestQuotation is how much of a comment stands in a digest, in characters.
const longestQuotation = 600

// quotation is the beginning of a comment as a mail quotes it.
func quotation(text string) string {
	for _, at := range slices.Backward(Links(text)) {
		text = text[:at[0]] + "(link)" + text[at[1]:]
	}
	if runes := []rune(text); len(runes) > longestQuotation {
		text = string(runes[:longestQuotation]) + " …"
	}
	return "> " + strings.ReplaceAll(text, "\n", "\n> ")
}

// slip seals what a link lets its holder do.
func (s *Store) slip(of Slip) string {
	text, err := json.Marshal(of)
	if err != nil {
		panic(err) // numbers, a text and a time are always JSON
	}
	return s.key.Seal(text, digestLink)
}

// Slip is what a link of the digest lets its holder decide, and the comment as it stands. One that ended, whose address gets no digest
// any more, or that the paper never made is fault.NotFound.
func (s *Store) Slip(ctx context.Context, link string, now time.Time) (Slip, Comment, error) {
	var of Slip
	plain, err := s.key.Unseal(link, digestLink)
	if err != nil || json.Unmarshal(plain, &of) != nil || !now.Before(of.Until) {
		return of, Comment{}, fault.NotFound
	}
	r, err := s.Rules(ctx)
	if err != nil {
		return of, Comment{}, err
	}
	if !slices.Contains(r.Digest.To, of.To) {
		return of, Comment{}, fault.NotFound
	}
	c, err := s.Get(ctx, of.Comment)
	return of, c, err
}

// JudgeBySlip carries out the verdict of whoever holds a link of the digest; it serves once, for each verdict makes another version.
func (s *Store) JudgeBySlip(ctx context.Context, link string, v Verdict, now time.Time) (Comment, error) {
	of, c, err := s.Slip(ctx, link, now)
	if err != nil {
		return c, err
	}
	return s.Judge(audit.As(ctx, audit.Actor{Name: "by the mail digest to " + of.To}), of.Comment, of.Version, v, now)
}

package press

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"lede/comment"
	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/reader"
)

// Person is somebody outside about whom something is kept: with an account or without.
type Person struct {
	Account reader.Reader // zero for whoever has none
	Mail    string        // "" where it is not known
	Whom    comment.Whom
}

// PersonByMail is whoever reads the mail at an address.
func (p *Press) PersonByMail(ctx context.Context, address string) (Person, error) {
	account, err := p.Readers.ByMail(ctx, address)
	if errors.Is(err, fault.NotFound) {
		return Person{Mail: address, Whom: p.Comments.Whom(comment.Hand{Mail: address})}, nil
	}
	return p.PersonOf(account), err
}

// PersonOf is whoever has an account.
func (p *Press) PersonOf(account reader.Reader) Person {
	return Person{Account: account, Mail: account.Mail, Whom: p.Comments.Whom(comment.Hand{Reader: account.ID, Mail: account.Mail})}
}

// PersonWhoWrote is whoever wrote a comment.
func (p *Press) PersonWhoWrote(ctx context.Context, id int64) (Person, error) {
	whom, err := p.Comments.WhoWrote(ctx, id)
	who := Person{Whom: whom}
	if err != nil || whom.Reader == 0 {
		return who, err
	}
	who.Account, err = p.Readers.Get(ctx, whom.Reader)
	if errors.Is(err, fault.NotFound) {
		return who, nil
	}
	who.Mail = who.Account.Mail
	return who, err
}

// PersonWith is whoever holds an owner's cookie.
func (p *Press) PersonWith(owner string) Person {
	return Person{Whom: p.Comments.Whom(comment.Hand{Owner: owner})}
}

// ErasePerson takes away all that is kept about somebody, and gives how many comments it was. Begun again after a failure it goes on.
func (p *Press) ErasePerson(ctx context.Context, who Person, now time.Time) (int, error) {
	n, err := p.Comments.Erase(ctx, who.Whom, now)
	if err != nil {
		return n, err
	}
	if who.Mail != "" {
		if err := errors.Join(p.Readers.Forget(ctx, who.Mail), p.Mail.Forget(ctx, who.Mail)); err != nil {
			return n, err
		}
	}
	if who.Account.ID == 0 {
		return n, nil
	}
	return n, p.Readers.Delete(ctx, who.Account.ID, now)
}

// LookedUp records that somebody of the staff looked at what is kept about a person, or took it along; by a pseudonym, as erasing does.
func (p *Press) LookedUp(ctx context.Context, who Person, act string, now time.Time) error {
	return p.DB.Tx(ctx, func(ctx context.Context, q db.Q) error {
		return audit.Add(ctx, q, now, act, "reader", who.Account.ID, p.Comments.Pseudonym(who.Whom))
	})
}

// The shapes of an export, as they are written to data.json.
type (
	keptPerson struct {
		Paper    string        `json:"paper"`
		Made     time.Time     `json:"made"`
		Mail     string        `json:"mail,omitempty"`
		Account  *keptAccount  `json:"account,omitempty"`
		Comments []keptComment `json:"comments"`
		Follows  []keptFollow  `json:"follows"`
		Measures []keptMeasure `json:"measures"`
		Reports  []keptReport  `json:"reports"`
		Appeals  []keptAppeal  `json:"appeals"`
	}
	keptReport struct {
		Number  string    `json:"number"`
		Comment int64     `json:"comment,string"`
		At      time.Time `json:"at"`
		Reason  string    `json:"reason"`
		Text    string    `json:"text,omitempty"`
		Name    string    `json:"name,omitempty"`
		Mail    string    `json:"mail,omitempty"`
		State   string    `json:"state"`
	}
	keptAppeal struct {
		Number  string    `json:"number"`
		Comment int64     `json:"comment,string"`
		At      time.Time `json:"at"`
		Text    string    `json:"text"`
		State   string    `json:"state"`
		Note    string    `json:"note,omitempty"`
	}
	keptAccount struct {
		Name     string        `json:"name"`
		Mail     string        `json:"mail"`
		Language string        `json:"language"`
		Joined   time.Time     `json:"joined"`
		Sessions []keptSession `json:"sessions"`
	}
	keptSession struct {
		Device string    `json:"device"`
		Began  time.Time `json:"began"`
		Seen   time.Time `json:"seen"`
	}
	keptComment struct {
		ID        int64          `json:"id,string"`
		Article   string         `json:"article,omitempty"` // its headline, while the public sees it
		Address   string         `json:"address,omitempty"`
		At        time.Time      `json:"at"`
		State     string         `json:"state"`
		Name      string         `json:"name"`
		Text      string         `json:"text"`
		Site      string         `json:"site,omitempty"`
		Mail      string         `json:"mail,omitempty"`
		Noticed   []string       `json:"noticed,omitempty"` // by the guard
		Decisions []keptDecision `json:"decisions,omitempty"`
	}
	keptDecision struct {
		At     time.Time `json:"at"`
		Before string    `json:"before"`
		After  string    `json:"after"`
		Why    string    `json:"why,omitempty"`
		Note   string    `json:"note,omitempty"`
		Undone bool      `json:"undone,omitempty"`
	}
	keptFollow struct {
		Comment   int64     `json:"comment,string"`
		Mail      string    `json:"mail"`
		Since     time.Time `json:"since"`
		Confirmed bool      `json:"confirmed"`
	}
	keptMeasure struct {
		Act    string     `json:"act"`
		At     time.Time  `json:"at"`
		Until  *time.Time `json:"until,omitempty"`
		Lifted *time.Time `json:"lifted,omitempty"`
		Reason string     `json:"reason,omitempty"`
		Note   string     `json:"note,omitempty"`
	}
)

// ExportPerson writes all that is kept about somebody as a ZIP: data.json for programs, data.txt to read.
func (p *Press) ExportPerson(ctx context.Context, w io.Writer, who Person, now time.Time) error {
	k, err := p.keptAbout(ctx, who, now)
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(k, "", "\t")
	if err != nil {
		return err
	}
	z := zip.NewWriter(w)
	for _, file := range []struct{ name, text string }{{"data.json", string(data) + "\n"}, {"data.txt", k.text()}} {
		f, err := z.CreateHeader(&zip.FileHeader{Name: file.name, Method: zip.Deflate, Modified: now})
		if err != nil {
			return err
		}
		if _, err := io.WriteString(f, file.text); err != nil {
			return err
		}
	}
	return z.Close()
}

func (p *Press) keptAbout(ctx context.Context, who Person, now time.Time) (keptPerson, error) {
	paper, err := p.Papers.Get(ctx)
	if err != nil {
		return keptPerson{}, err
	}
	k := keptPerson{Paper: paper.Name, Made: now, Mail: who.Mail, Comments: []keptComment{}, Follows: []keptFollow{}, Measures: []keptMeasure{}, Reports: []keptReport{}, Appeals: []keptAppeal{}}
	if a := who.Account; a.ID != 0 {
		k.Account = &keptAccount{Name: a.Name, Mail: a.Mail, Language: a.Lang, Joined: a.Joined, Sessions: []keptSession{}}
		sessions, err := p.Readers.Sessions(ctx, a.ID, now)
		if err != nil {
			return k, err
		}
		for _, s := range sessions {
			k.Account.Sessions = append(k.Account.Sessions, keptSession{s.Device, s.Began, s.Seen})
		}
	}
	about, err := p.Comments.About(ctx, who.Whom)
	if err != nil {
		return k, err
	}
	for _, f := range about.Follows {
		k.Follows = append(k.Follows, keptFollow{f.Comment, f.Mail, f.At, f.Confirmed})
	}
	for _, m := range about.Measures {
		k.Measures = append(k.Measures, keptMeasure{m.Act, m.At, known(m.Until), known(m.Lifted), m.Reason, m.Note})
	}
	for _, n := range about.Notices {
		k.Reports = append(k.Reports, keptReport{n.Number(), n.Comment, n.At, n.Reason, n.Text, n.Name, n.Mail, n.State})
	}
	for _, a := range about.Appeals {
		k.Appeals = append(k.Appeals, keptAppeal{a.Number(), a.Comment, a.At, a.Text, a.State, a.Note})
	}
	for _, c := range about.Comments {
		one, err := p.keptComment(ctx, c, now)
		if err != nil {
			return k, err
		}
		k.Comments = append(k.Comments, one)
	}
	return k, nil
}

// known is a time, or nil for none.
func known(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

func (p *Press) keptComment(ctx context.Context, c comment.Written, now time.Time) (keptComment, error) {
	k := keptComment{ID: c.ID, At: c.At, State: string(c.State), Name: c.Name, Text: c.Text, Site: c.Site, Mail: c.Mail}
	for _, r := range c.Reasons {
		k.Noticed = append(k.Noticed, r.Says)
	}
	for _, d := range c.Decisions {
		k.Decisions = append(k.Decisions, keptDecision{d.At, string(d.Before), string(d.After), d.Why, d.Note, d.Undone})
	}
	on, err := p.Articles.Card(ctx, c.Article, now)
	if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Gone) {
		return k, nil
	}
	k.Article, k.Address = on.Headline, on.Path
	return k, err
}

// text is the export for people.
func (k keptPerson) text() string {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	say("What %s keeps about %s, as of %s", k.Paper, orYou(k.Mail), k.Made.UTC().Format(time.RFC1123))
	if a := k.Account; a != nil {
		say("\nACCOUNT\n%s <%s>, since %s", a.Name, a.Mail, a.Joined.UTC().Format(time.RFC1123))
		for _, s := range a.Sessions {
			say("Signed in on %s, last on %s", s.Device, s.Seen.UTC().Format(time.DateOnly))
		}
	}
	say("\nCOMMENTS: %d", len(k.Comments))
	for _, c := range k.Comments {
		say("\n%s, %s, as %s %s%s\nUnder: %s %s\n%s", c.At.UTC().Format(time.RFC1123), c.State, c.Name, c.Mail, c.Site, c.Article, c.Address, indented(c.Text))
		for _, n := range c.Noticed {
			say("Noticed: %s", n)
		}
		for _, d := range c.Decisions {
			say("Decided on %s: %s, then %s. %s %s", d.At.UTC().Format(time.RFC1123), d.Before, d.After, d.Why, d.Note)
		}
	}
	say("\nREPLIES BY MAIL: %d", len(k.Follows))
	for _, f := range k.Follows {
		say("To %s since %s, confirmed: %t", f.Mail, f.Since.UTC().Format(time.DateOnly), f.Confirmed)
	}
	say("\nMEASURES: %d", len(k.Measures))
	for _, m := range k.Measures {
		say("%s since %s. %s %s", m.Act, m.At.UTC().Format(time.DateOnly), m.Reason, m.Note)
	}
	say("\nREPORTS: %d", len(k.Reports))
	for _, r := range k.Reports {
		say("%s on %s, %s: %s %s %s\n%s", r.Number, r.At.UTC().Format(time.DateOnly), r.State, r.Reason, r.Name, r.Mail, indented(r.Text))
	}
	say("\nAPPEALS: %d", len(k.Appeals))
	for _, a := range k.Appeals {
		say("%s on %s, %s. %s\n%s", a.Number, a.At.UTC().Format(time.DateOnly), a.State, a.Note, indented(a.Text))
	}
	return b.String()
}

func orYou(mail string) string {
	if mail == "" {
		return "you"
	}
	return mail
}

func indented(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }

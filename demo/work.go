package demo

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"lede/article"
	"lede/desk"
	"lede/front"
	"lede/paper"
	"lede/staff"
)

// staffOf is somebody of the newsroom as paper.json tells of them.
type staffOf struct {
	Slug   string       `json:"slug"`
	Name   string       `json:"name"`
	Email  string       `json:"email"`
	Roles  []staff.Role `json:"roles"`
	Byline string       `json:"byline"`
}

// newsroom invites the people who work there. Nobody is handed the invitations, so that nobody can come in by one.
func (f *filler) newsroom(ctx context.Context, s settings) error {
	for _, one := range s.Staff {
		p, err := f.Staff.PersonBy(ctx, one.Email)
		if isNew(err) {
			p, _, err = f.Staff.Invite(ctx, staff.Person{Email: one.Email, Name: one.Name, Roles: one.Roles, Byline: f.bylines[one.Byline]}, f.now)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", one.Slug, err)
		}
		f.staff[one.Slug] = p.ID
	}
	return nil
}

// work brings in what is on its way: drafts, what is filed, ready and scheduled, what is arranged about it, and what is said of it.
func (f *filler) work(ctx context.Context, _ settings) error {
	names, err := fs.Glob(files, "work/*.md")
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		a, err := readArticle(string(text))
		if err == nil {
			err = f.begin(ctx, a)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	f.progress("work", len(names), len(names))
	return nil
}

// begin makes of a draft what its file says; what of that was done before stands.
func (f *filler) begin(ctx context.Context, w written) error {
	text, err := f.text(ctx, w)
	if err != nil {
		return err
	}
	by := f.staff[w.head["owner"]]
	if by == 0 {
		return fmt.Errorf("%q is not of the staff", w.head["owner"])
	}
	a, _, err := f.Articles.Begin(ctx, text, "demo:work:"+w.slug, by, f.now)
	if err != nil {
		return err
	}
	if err := f.arrange(ctx, a.ID, by, w); err != nil {
		return err
	}
	if err := f.discuss(ctx, a.ID, w.notes); err != nil {
		return err
	}
	return f.further(ctx, a, by, w)
}

// arrange says by whom it is done, until when, at what length.
func (f *filler) arrange(ctx context.Context, id, by int64, w written) error {
	now, err := f.Desk.WorkOf(ctx, id)
	if err != nil {
		return err
	}
	if len(now.People) == 0 {
		if err := f.Desk.Assign(ctx, id, nil, []int64{by}, by, nil, f.now); err != nil {
			return err
		}
	}
	if due := w.head["due"]; due != "" && now.Due.IsZero() {
		in, err := readAge(due)
		if err != nil {
			return err
		}
		if err := f.Desk.SetDue(ctx, id, "", f.wall(in), by, f.now); err != nil {
			return err
		}
	}
	if w.length == 0 || now.Target != 0 {
		return nil
	}
	return f.Desk.SetTarget(ctx, id, 0, w.length, by)
}

// wall is what the paper's clock says in a while, to the minute.
func (f *filler) wall(in time.Duration) paper.Wall {
	return paper.WallOf(f.now.Add(in).Truncate(time.Minute).In(f.zone), f.zone)
}

// discuss adds the notes that are not there yet.
func (f *filler) discuss(ctx context.Context, id int64, notes []note) error {
	had, err := f.Desk.Notes(ctx, id)
	if err != nil {
		return err
	}
	for _, n := range notes[min(len(had), len(notes)):] {
		by := f.staff[n.by]
		if by == 0 {
			return fmt.Errorf("%q is not of the staff", n.by)
		}
		if _, err := f.Desk.AddNote(ctx, desk.Note{Article: id, Text: n.text, By: by}, nil, f.now.Add(-n.age)); err != nil {
			return err
		}
	}
	return nil
}

// further moves a draft to the stage at which its file says it is.
func (f *filler) further(ctx context.Context, a article.Article, by int64, w written) error {
	order := []string{article.Draft, article.Filed, article.Ready, article.Scheduled}
	from, to := slices.Index(order, a.Stage), slices.Index(order, w.head["stage"])
	version := a.Version
	for _, stage := range order[min(from, to)+1 : to+1] {
		var err error
		if stage == article.Scheduled {
			err = f.schedule(ctx, a.ID, version, by, w)
		} else {
			err = f.Articles.Move(ctx, a.ID, version, stage, by, f.now)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", stage, err)
		}
		version++
	}
	return nil
}

func (f *filler) schedule(ctx context.Context, id, version, by int64, w written) error {
	in, err := readAge(w.head["at"])
	if err != nil {
		return err
	}
	at := f.now.Add(in).Truncate(time.Minute).In(f.zone)
	if w.head["embargo"] != "" {
		if err := f.Articles.Embargo(ctx, id, version, at, by, f.now); err != nil {
			return err
		}
		version++
	}
	return f.Articles.Publish(ctx, id, version, at, f.now, by)
}

// alert puts up a line that has ended since, so that the list of them is not empty.
func (f *filler) alert(ctx context.Context, _ settings) error {
	had, err := f.Fronts.Alerts(ctx)
	if err != nil || len(had) > 0 {
		return err
	}
	began := f.now.Add(-5 * time.Hour)
	_, err = f.Fronts.SetAlert(ctx, front.Alert{Lang: "en", Text: "Fog on the harbor: no boats from Pier 9 until further notice.", Begins: began, Ends: began.Add(2 * time.Hour)}, began)
	return err
}

// note is what somebody says of an article on its way: "who | how long ago | what".
type note struct {
	by, text string
	age      time.Duration
}

func readNote(text string) (note, error) {
	parts := strings.SplitN(text, "|", 3)
	if len(parts) != 3 {
		return note{}, fmt.Errorf("%q is not a note", text)
	}
	age, err := readAge(strings.TrimSpace(parts[1]))
	return note{by: strings.TrimSpace(parts[0]), text: strings.TrimSpace(parts[2]), age: age}, err
}

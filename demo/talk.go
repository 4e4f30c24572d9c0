package demo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"path"
	"strings"
	"time"

	"lede/comment"
	"lede/internal/audit"
	"lede/internal/fault"
)

// story is an article that was made, and since when it is public.
type story struct {
	id int64
	at time.Time
}

// remark is a comment as a file tells it: "@ who | when", with one more @ for a reply to what stands above it, then the text.
type remark struct {
	deep  int
	parts []string // of the line, as they stand between the bars
	text  string
}

// readRemarks reads a file of comments.
func readRemarks(text string) []remark {
	var all []remark
	for _, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		head := strings.TrimLeft(line, "@")
		if deep := len(line) - len(head); deep > 0 && strings.HasPrefix(head, " ") {
			r := remark{deep: deep - 1}
			for _, part := range strings.Split(head, "|") {
				r.parts = append(r.parts, strings.TrimSpace(part))
			}
			all = append(all, r)
		} else if last := len(all) - 1; last >= 0 {
			all[last].text += line + "\n"
		}
	}
	return all
}

// at is the part of that number; "" where there is none.
func (r remark) at(n int) string {
	if n < len(r.parts) {
		return r.parts[n]
	}
	return ""
}

// talk lets readers speak: what was said under the articles long enough ago, then what moderators have before them.
func (f *filler) talk(ctx context.Context) error {
	names, err := fs.Glob(files, "comments/*.txt")
	if err != nil {
		return err
	}
	in, err := f.Comments.Intake(ctx, f.now)
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		of := strings.TrimSuffix(path.Base(name), ".txt")
		if of == "waiting" {
			continue
		}
		if err := f.converse(ctx, in, of, readRemarks(string(text))); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if _, err := in.Close(ctx, "the demo"); err != nil {
		return err
	}
	if err := f.mark(ctx, names); err != nil {
		return err
	}
	return f.wait(ctx)
}

// converse brings in what was said under one article; times count from its publication.
func (f *filler) converse(ctx context.Context, in *comment.Intake, of string, said []remark) error {
	on, ok := f.stories[of]
	if !ok {
		return fmt.Errorf("there is no such article")
	}
	var above []string // keys of those that the next may reply to
	for n, r := range said {
		after, err := readAge(r.at(1))
		if err != nil {
			return err
		}
		a := comment.Arrival{Key: fmt.Sprintf("demo:%s:%d", of, n), Article: on.id, State: comment.Shown, At: on.at.Add(after), Name: r.at(0), Text: r.text}
		if a.At.After(f.now) || r.deep > len(above) {
			return fmt.Errorf("%s, %s: it lies ahead, or replies to nothing", r.at(0), r.at(1))
		}
		if r.deep > 0 {
			a.Parent = above[r.deep-1]
		}
		if who, staff := strings.CutPrefix(r.at(2), "staff "); staff {
			if a.Staff = f.staff[who]; a.Staff == 0 {
				return fmt.Errorf("%q is not of the staff", who)
			}
		}
		above = append(above[:r.deep], a.Key)
		if err := in.Take(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// mark pins and features what the files say, and has a reader report one.
func (f *filler) mark(ctx context.Context, names []string) error {
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		for _, r := range readRemarks(string(text)) {
			if kind := r.at(2); kind != "pinned" && kind != "featured" {
				continue
			}
			on := f.stories[strings.TrimSuffix(path.Base(name), ".txt")]
			err := f.Comments.Under(ctx, on.id, func(k comment.Kept) error {
				if k.Text != comment.Tidy(r.text) || k.Pinned || k.Featured {
					return nil
				}
				return f.Comments.Mark(ctx, k.ID, r.at(2) == "pinned", r.at(2) == "featured", f.now)
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// wait posts what moderators have before them, each through the guard at its own time, and has an editor decide some of it.
func (f *filler) wait(ctx context.Context) error {
	if err := f.words(ctx); err != nil {
		return err
	}
	text, err := files.ReadFile("comments/waiting.txt")
	if err != nil {
		return err
	}
	for n, r := range readRemarks(string(text)) {
		if err := f.post(ctx, n, r); err != nil {
			return fmt.Errorf("waiting.txt, %s: %w", r.at(1), err)
		}
	}
	return f.complain(ctx)
}

// words is a word list, so that something is held for a word.
func (f *filler) words(ctx context.Context) error {
	lists, err := f.Comments.WordLists(ctx)
	if err != nil || len(lists) > 0 {
		return err
	}
	_, err = f.Comments.SetWordList(ctx, comment.WordList{Name: "Insults", Act: comment.Hold, Terms: []string{"blockhead", "nincompoop", "windbag"}}, f.now)
	return err
}

// post sends one comment: "article | who | how long ago | network | what was decided".
func (f *filler) post(ctx context.Context, n int, r remark) error {
	on, ok := f.stories[r.at(0)]
	if !ok {
		return fmt.Errorf("there is no article %q", r.at(0))
	}
	ago, err := readAge(r.at(2))
	if err != nil {
		return err
	}
	addr, err := netip.ParseAddr(r.at(3))
	if err != nil {
		return err
	}
	at := f.now.Add(-ago)
	d := comment.Draft{Article: on.id, Name: r.at(1), Text: r.text, Key: fmt.Sprintf("demo:waiting:%d", n)}
	c, err := f.Comments.Post(ctx, d, comment.Hand{Addr: addr}, at)
	if err != nil || c.State != comment.Held || r.at(4) == "" {
		return err
	}
	ctx = audit.As(ctx, audit.Actor{ID: f.staff["mei-castellane"], Name: "Mei Castellane"})
	to, why, _ := strings.Cut(r.at(4), " ")
	if comment.State(to) == comment.Removed { // it was shown first
		if c, err = f.Comments.Judge(ctx, c.ID, c.Version, comment.Verdict{To: comment.Shown}, at.Add(5*time.Minute)); err != nil {
			return err
		}
	}
	_, err = f.Comments.Judge(ctx, c.ID, c.Version, comment.Verdict{To: comment.State(to), Why: why}, at.Add(8*time.Minute))
	return err
}

// complain has a reader report what was said in reply to another.
func (f *filler) complain(ctx context.Context) error {
	on := f.stories["mud-and-hydrogen-sulfide"]
	return f.Comments.Under(ctx, on.id, func(k comment.Kept) error {
		if k.Name != "Kofi A." {
			return nil
		}
		r := comment.Report{Comment: k.ID, Reason: "insults", Text: "We read this aloud at the dock and nobody laughed. Some of us smell of soap.", Name: "The Fish Dock", Lang: "en"}
		_, err := f.Comments.Report(ctx, r, comment.Hand{Addr: netip.AddrFrom4([4]byte{198, 51, 100, 3})}, f.now.Add(-50*time.Minute))
		if errors.Is(err, fault.NotFound) { // it is not shown any more
			return nil
		}
		return err
	})
}

package article

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"lede/internal/db"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/paper"
)

// Blank stands where the law took a passage out.
const Blank = "█████"

// Blanking is what the law takes out of every version of an article, and on what ground.
type Blanking struct {
	Passages []string // wherever they stand, as they are written
	Pictures []int64  // taken out of the article; their files are destroyed, so that they go everywhere
	Bylines  []int64  // not named any more
	Address  bool     // the article's address is made anew; nothing stands at the old one
	Note     string   // the ground, for readers
}

// Blanker takes the same out of what somebody else keeps of the article, within the same transaction. The passages are kept nowhere.
type Blanker func(ctx context.Context, q db.Q, id int64, b Blanking) error

// OnRedact has fn reach what the store does not know of: working copies, notes. Call it before the first Redact.
func (s *Store) OnRedact(fn Blanker) { s.blank = append(s.blank, fn) }

// Redact takes passages, pictures, bylines and the address out of every version of an article, for good: their texts and salts are
// destroyed, a dated public record with the ground stays, and the chain still verifies. What stands in no version is a
// fault.Form, so that nobody believes it gone. Files of pictures are destroyed by whoever listens to Blanked.
func (s *Store) Redact(ctx context.Context, id, version int64, b Blanking, by int64, now time.Time) error {
	b = b.Clean()
	if err := b.Check(); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		a, err := one(ctx, q, id)
		if err != nil {
			return err
		}
		if a.Version != version {
			return fmt.Errorf("article %d is at version %d, not %d: %w", id, a.Version, version, fault.Conflict)
		}
		waits, err := waiting(ctx, q, a)
		if err != nil {
			return err
		}
		reached, err := b.versions(ctx, q, id)
		if err != nil {
			return err
		}
		a.Gone.Note = blank(a.Gone.Note, b.Passages)
		a.Text = b.from(a.Text)
		k := kept{Kind: Redaction, Note: b.Note, By: by, At: now, Public: true, Stood: true}
		if !a.out(now) {
			k = kept{Kind: a.Stage, By: by, At: now, Stood: true}
			if a.Stage == Scheduled {
				k.Kind, k.At, k.Public = First, a.Published, true
			}
		}
		if a, k, err = settle(a, k, now); err != nil {
			return err
		}
		return s.redacted(ctx, q, a, k, b, reached, waits, now)
	})
}

// redacted keeps an article from which b was taken, and tells everybody.
func (s *Store) redacted(ctx context.Context, q db.Q, a Article, k kept, b Blanking, reached []int64, waits *Text, now time.Time) (err error) {
	if b.Address && a.Path != "" {
		if err := paper.Forget(ctx, q, a.Path); err != nil {
			return err
		}
		if a.Path, err = address(ctx, q, a); err != nil {
			return err
		}
	}
	if err := update(ctx, q, a); err != nil {
		return err
	}
	if err := keepParts(ctx, q, a); err != nil {
		return err
	}
	if a.Path != "" {
		if err := list(ctx, q, a); err != nil {
			return err
		}
	}
	if err := keepWords(ctx, q, a.ID, a.Text); err != nil {
		return err
	}
	if err := addVersion(ctx, q, a.ID, a.Version, k, record{Text: a.Text, Note: k.Note, Versions: reached}); err != nil {
		return err
	}
	if waits != nil {
		if err := waitOn(ctx, q, a, b.from(*waits), k); err != nil {
			return err
		}
	}
	for _, blank := range s.blank {
		if err := blank(ctx, q, a.ID, b); err != nil {
			return err
		}
	}
	if err := b.tell(ctx, q, a.ID); err != nil {
		return err
	}
	return noted(ctx, q, now, a, kept{Kind: Redaction, By: k.By, Note: b.Note})
}

func (b Blanking) tell(ctx context.Context, q db.Q, id int64) error {
	for _, picture := range b.Pictures {
		if err := Blanked.Add(ctx, q, picture); err != nil {
			return err
		}
	}
	if err := Hidden.Add(ctx, q, id); err != nil {
		return err
	}
	return Shown.Add(ctx, q, id)
}

// Clean makes one passage of each line that was given, composed as texts are, the longest first so that none hides in another.
func (b Blanking) Clean() Blanking {
	var passages []string
	for _, p := range b.Passages {
		for line := range strings.Lines(norm.NFC.String(strings.ToValidUTF8(p, ""))) {
			if line = strings.TrimSpace(line); line != "" && !slices.Contains(passages, line) {
				passages = append(passages, line)
			}
		}
	}
	slices.SortStableFunc(passages, func(x, y string) int { return len(y) - len(x) })
	b.Passages, b.Note = passages, paper.Line(b.Note)
	return b
}

// Check says field by field what is wrong with it: "passages", "note".
func (b Blanking) Check() error {
	b = b.Clean()
	f := fault.Form{}
	if len(b.Passages) == 0 && len(b.Pictures) == 0 && len(b.Bylines) == 0 && !b.Address {
		f["passages"] = "Say which passages or pictures go."
	}
	for _, p := range b.Passages {
		if len([]rune(p)) < 2 {
			f["passages"] = fmt.Sprintf("“%s” is too short: it stands everywhere.", p)
		}
		if strings.Contains(b.Note, p) {
			f["note"] = "The ground is public: it must not say what is taken out."
		}
	}
	if b.Note == "" {
		f["note"] = "Say on what ground, for readers: “By order of a court.”"
	}
	return f.Err()
}

// versions takes b out of every version of an article, and tells which it reached.
func (b Blanking) versions(ctx context.Context, q db.Q, id int64) (reached []int64, err error) {
	list, err := versions(ctx, q, id)
	if err != nil {
		return nil, err
	}
	missing := slices.Clone(b.Passages)
	for _, v := range list {
		missing = slices.DeleteFunc(missing, func(p string) bool { return v.says(p) })
		body, changed, err := b.record(v)
		if err != nil {
			return nil, err
		}
		if !changed {
			continue
		}
		reached = append(reached, v.n)
		_, err = q.ExecContext(ctx, `update article_version set body = $1, note = $2, salt = '' where article_id = $3 and n = $4`,
			body, blank(v.note, b.Passages), id, v.n)
		if err != nil {
			return nil, err
		}
	}
	if len(missing) > 0 {
		return nil, fault.Form{"passages": fmt.Sprintf("“%s” stands in no version of this article. Write it exactly as it is printed.", missing[0])}
	}
	return reached, nil
}

// says tells whether a passage stands in the version, in any of its parts.
func (v version) says(passage string) bool {
	alone := Blanking{Passages: []string{passage}}
	_, changed, err := alone.record(v)
	return err == nil && changed
}

// record is what the version keeps without b, and whether that is anything else.
func (b Blanking) record(v version) (body string, changed bool, err error) {
	r := v.record
	before, err := json.Marshal(r)
	if err != nil {
		return "", false, err
	}
	r.Text, r.Note = b.from(r.Text), blank(r.Note, b.Passages)
	after, err := json.Marshal(r)
	return string(after), string(after) != string(before), err
}

// from is the text without b, wherever it stands: in lines, paragraphs, captions, sources, cards.
func (b Blanking) from(t Text) Text {
	for _, line := range t.lines() {
		*line = blank(*line, b.Passages)
	}
	t.Sources = slices.Clone(t.Sources)
	for i := range t.Sources {
		t.Sources[i].Name = blank(t.Sources[i].Name, b.Passages)
		if blank(t.Sources[i].URL, b.Passages) != t.Sources[i].URL {
			t.Sources[i].URL = ""
		}
	}
	for _, p := range b.Passages {
		if said := Slug(p); said != "" && strings.Contains(t.Slug, said) {
			t.Slug = ""
		}
		t.Body = t.Body.Replace(p, Blank)
	}
	if b.Address {
		t.Slug = ""
	}
	t.Bylines = slices.DeleteFunc(slices.Clone(t.Bylines), func(id int64) bool { return slices.Contains(b.Bylines, id) })
	return b.fromPictures(t)
}

func (b Blanking) fromPictures(t Text) Text {
	gone := func(id int64) bool { return id != 0 && slices.Contains(b.Pictures, id) }
	if gone(t.Lead.Media) {
		t.Lead = Picture{}
	}
	for _, s := range []*Snippet{&t.Search, &t.Social} {
		if gone(s.Media) {
			s.Media = 0
		}
	}
	if slices.ContainsFunc(t.Body.Media(), gone) {
		t.Body = withoutPictures(t.Body, gone)
	}
	return t
}

// withoutPictures is the text without the blocks that show what is gone; what only showed it on its face keeps the rest.
func withoutPictures(d doc.Doc, gone func(int64) bool) doc.Doc {
	out := d.Clone()
	out.Walk(func(n *doc.Node) {
		if gone(n.Attrs.Poster) {
			n.Attrs.Poster = 0
		}
		if n.Type == "embed" && gone(n.Attrs.Media) {
			n.Attrs.Media = 0
		}
		if n.Type == "gallery" {
			n.Content = slices.DeleteFunc(n.Content, func(p doc.Node) bool { return gone(p.Attrs.Media) })
		}
	})
	out.Blocks = slices.DeleteFunc(out.Blocks, func(n doc.Node) bool {
		return gone(n.Attrs.Media) || n.Type == "gallery" && len(n.Content) == 0
	})
	return out
}

func blank(s string, passages []string) string {
	for _, p := range passages {
		s = strings.ReplaceAll(s, p, Blank)
	}
	return s
}

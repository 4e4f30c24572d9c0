package article

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lede/internal/db"
	"lede/internal/fault"
	"lede/paper"
)

// kept says how a version came to be.
type kept struct {
	Kind   string
	Note   string
	By     int64
	At     time.Time
	Public bool
}

// record is what a version keeps, and what its digest covers.
type record struct {
	Text     Text    `json:"text"`
	Note     string  `json:"note,omitempty"`
	Versions []int64 `json:"versions,omitempty"` // of a redaction: the versions it reached into
}

// keepVersion adds the article's present state to its versions. Public ones are chained: the digest of
// each covers the digest before it, and its text only through a salted digest, so that a text can be
// destroyed by law and the chain still verifies.
func keepVersion(ctx context.Context, q db.Q, a Article, k kept) error {
	return addVersion(ctx, q, a.ID, a.Version, k, record{Text: a.Text, Note: k.Note})
}

func addVersion(ctx context.Context, q db.Q, id, n int64, k kept, r record) error {
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	salt, bodyDigest, digest := "", "", ""
	if k.Public {
		former, err := lastDigest(ctx, q, id)
		if err != nil {
			return err
		}
		salt = rand.Text()
		bodyDigest = digestOf(salt, string(body))
		digest = link(former, id, n, k.At, k.Kind, bodyDigest)
	}
	_, err = q.ExecContext(ctx, `insert into article_version (article_id, n, at, kind, note, by_id, body, salt, body_digest, digest)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, id, n, db.Micros(k.At), k.Kind, k.Note, k.By, string(body), salt, bodyDigest, digest)
	return err
}

func lastDigest(ctx context.Context, q db.Q, id int64) (string, error) {
	var digest string
	err := q.QueryRowContext(ctx, `select digest from article_version where article_id = $1 and digest <> '' order by n desc limit 1`, id).Scan(&digest)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return digest, err
}

// link is the digest of one public version: SHA-256 over the one before it and all that is said of this one.
func link(former string, id, n int64, at time.Time, kind, bodyDigest string) string {
	return digestOf(former, fmt.Sprint(id), fmt.Sprint(n), fmt.Sprint(db.Micros(at)), kind, bodyDigest)
}

// digestOf is the hexadecimal SHA-256 of parts, each preceded by its length so that none runs into the next.
func digestOf(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Change is one entry of an article's public history.
type Change struct {
	N      int64
	At     time.Time
	Kind   string
	Note   string
	Before Text // as it stood before; empty for the first
	After  Text
}

// History is all that publicly happened to an article the public sees at now, newest first. A publication that was put off,
// or whose text was changed before its time came, is told once, as it came to be.
func (s *Store) History(ctx context.Context, id int64, now time.Time) ([]Change, error) {
	versions, err := s.versions(ctx, id)
	if err != nil {
		return nil, err
	}
	var history []Change
	var before Text
	for _, v := range versions {
		if v.digest == "" || v.at.After(now) {
			continue
		}
		if last := len(history) - 1; v.kind == First && last >= 0 && history[last].Kind == First {
			history, before = history[:last], history[last].Before
		}
		history = append(history, Change{N: v.n, At: v.at, Kind: v.kind, Note: v.note, Before: before, After: v.record.Text})
		before = v.record.Text
	}
	slices.Reverse(history)
	return history, nil
}

// Changes are what followed the publication of articles, newest first, without texts: the reasons readers were given, and minor changes.
func (s *Store) Changes(ctx context.Context, now time.Time, ids ...int64) (map[int64][]Change, error) {
	changes := map[int64][]Change{}
	if len(ids) == 0 {
		return changes, nil
	}
	rows, err := s.db.Read().QueryContext(ctx, `select article_id, n, at, kind, note from article_version
		where article_id in (`+db.Places(2, len(ids))+`) and digest <> '' and at <= $1
		and kind in ('update', 'clarification', 'correction', 'redaction', 'minor') order by article_id, n desc`, db.Args(ids, db.Micros(now))...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c Change
		var id, at int64
		if err := rows.Scan(&id, &c.N, &at, &c.Kind, &c.Note); err != nil {
			return nil, err
		}
		c.At = db.Time(at)
		changes[id] = append(changes[id], c)
	}
	return changes, rows.Err()
}

// HiddenSince are the articles of which something was withdrawn or redacted at or after at.
func (s *Store) HiddenSince(ctx context.Context, at time.Time) ([]int64, error) {
	return numbers(ctx, s.db.Read(), `select distinct article_id from article_version where at >= $1 and kind in ('withdrawal', 'redaction')`, db.Micros(at))
}

type version struct {
	n          int64
	at         time.Time
	kind, note string
	body, salt string
	bodyDigest string
	digest     string
	record     record
}

func (s *Store) versions(ctx context.Context, id int64) ([]version, error) {
	return versions(ctx, s.db.Read(), id)
}

func versions(ctx context.Context, q db.Q, id int64) ([]version, error) {
	rows, err := q.QueryContext(ctx, `select n, at, kind, note, body, salt, body_digest, digest from article_version where article_id = $1 order by n`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []version
	for rows.Next() {
		var v version
		var at int64
		if err := rows.Scan(&v.n, &at, &v.kind, &v.note, &v.body, &v.salt, &v.bodyDigest, &v.digest); err != nil {
			return nil, err
		}
		v.at = db.Time(at)
		if err := json.Unmarshal([]byte(v.body), &v.record); err != nil {
			return nil, fmt.Errorf("version %d of article %d: %w", v.n, id, err)
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// Verify checks the chain of an article's public versions. A version whose text the law took out passes
// only if a later redaction names it. The error says which version does not hold.
func (s *Store) Verify(ctx context.Context, id int64) error {
	list, err := s.versions(ctx, id)
	if err != nil {
		return err
	}
	redacted := map[int64]bool{}
	for _, v := range list {
		for _, n := range v.record.Versions {
			redacted[n] = true
		}
	}
	former := ""
	for _, v := range list {
		if v.digest == "" {
			continue
		}
		whole := v.salt != "" && v.bodyDigest == digestOf(v.salt, v.body)
		taken := v.salt == "" && redacted[v.n]
		if !(whole || taken) || v.digest != link(former, id, v.n, v.at, v.kind, v.bodyDigest) {
			return fmt.Errorf("version %d of article %d is not what was published", v.n, id)
		}
		former = v.digest
	}
	return nil
}

// Blank stands where the law took a passage out.
const Blank = "█████"

// Redact takes passages out of every version of an article, for good: their texts and salts are destroyed, a dated
// public record with the note stays, and the chain still verifies. Versions of drafts are blanked too.
func (s *Store) Redact(ctx context.Context, id, n int64, passages []string, note string, by int64, now time.Time) error {
	passages = slices.DeleteFunc(slices.Clone(passages), func(p string) bool { return strings.TrimSpace(p) == "" })
	note = paper.Line(note)
	if len(passages) == 0 || note == "" {
		return fault.Form{"note": "Say which passages go, and on what ground."}
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		a, err := one(ctx, q, id)
		if err != nil {
			return err
		}
		if a.Version != n {
			return fmt.Errorf("article %d is at version %d, not %d: %w", id, a.Version, n, fault.Conflict)
		}
		reached, err := blankVersions(ctx, q, id, passages)
		if err != nil {
			return err
		}
		if a.Text, err = a.Text.without(passages); err != nil {
			return err
		}
		a.Version, a.Changed, a.Words = n+1, now, a.Body.Words()
		k := kept{Kind: Redaction, Note: note, By: by, At: now, Public: true}
		if !a.out(now) {
			k = a.unseen(by, now)
		}
		if err := update(ctx, q, a); err != nil {
			return err
		}
		if err := blankNote(ctx, q, id, passages); err != nil {
			return err
		}
		if err := addVersion(ctx, q, id, a.Version, k, record{Text: a.Text, Note: note, Versions: reached}); err != nil {
			return err
		}
		return errors.Join(Hidden.Add(ctx, q, id), Shown.Add(ctx, q, id))
	})
}

// blankNote takes the passages out of what the public is told of the article's withdrawal.
func blankNote(ctx context.Context, q db.Q, id int64, passages []string) error {
	var note string
	if err := q.QueryRowContext(ctx, `select withdrawn_note from article where id = $1`, id).Scan(&note); err != nil {
		return err
	}
	_, err := q.ExecContext(ctx, `update article set withdrawn_note = $2 where id = $1`, id, blank(note, passages))
	return err
}

func blankVersions(ctx context.Context, q db.Q, id int64, passages []string) (reached []int64, err error) {
	list, err := versions(ctx, q, id)
	if err != nil {
		return nil, err
	}
	for _, v := range list {
		r := v.record
		if r.Text, err = r.Text.without(passages); err != nil {
			return nil, err
		}
		r.Note = blank(r.Note, passages)
		body, err := json.Marshal(r)
		if err != nil {
			return nil, err
		}
		if string(body) == v.body {
			continue
		}
		reached = append(reached, v.n)
		_, err = q.ExecContext(ctx, `update article_version set body = $1, note = $2, salt = '' where article_id = $3 and n = $4`,
			string(body), blank(v.note, passages), id, v.n)
		if err != nil {
			return nil, err
		}
	}
	return reached, nil
}

// without is the text with every passage blanked, wherever it stands: in lines, paragraphs, captions, sources.
func (t Text) without(passages []string) (Text, error) {
	for _, line := range []*string{&t.Kicker, &t.Headline, &t.Summary, &t.Dateline, &t.Lead.Alt, &t.Lead.Caption, &t.Lead.Credit} {
		*line = blank(*line, passages)
	}
	t.Sources = slices.Clone(t.Sources)
	for i := range t.Sources {
		t.Sources[i].Name = blank(t.Sources[i].Name, passages)
		if blank(t.Sources[i].URL, passages) != t.Sources[i].URL {
			t.Sources[i].URL = ""
		}
	}
	for _, p := range passages {
		if said := Slug(p); said != "" && strings.Contains(t.Slug, said) {
			t.Slug = ""
		}
	}
	for _, p := range passages {
		t.Body = t.Body.Replace(p, Blank)
	}
	return t, nil
}

func blank(s string, passages []string) string {
	for _, p := range passages {
		s = strings.ReplaceAll(s, p, Blank)
	}
	return s
}

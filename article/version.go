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
	"time"

	"lede/internal/db"
)

// What versions are kept of that no reader hears of, beside Draft and the other stages before publication.
const (
	Embargoed = "embargo"
	Leaving   = "leaving" // it shall be withdrawn at a moment ahead, or no longer shall
)

// kept says how a version came to be.
type kept struct {
	Kind       string
	Note       string // for readers
	By         int64
	At         time.Time
	Public     bool
	Supersedes int64    // the change that this one takes the place of
	Passed     []string // the warnings passed over
	To         string   // of a withdrawal: where readers are sent
	Said       string   // for the audit log, beside what the article says itself

	Unscheduled bool // it was to come, and comes no more

	Beside *Text     // the text of this version, where it is not to stand yet
	Quiet  bool      // nothing changes that the public could see
	Stood  bool      // the text stood already: one that waits beside it stays the newest
	Due    time.Time // when something will have to be done
}

// record is what a version keeps, and what its digest covers.
type record struct {
	Text       Text     `json:"text"`
	Note       string   `json:"note,omitempty"`
	Versions   []int64  `json:"versions,omitempty"` // of a redaction: the versions it reached into
	Supersedes int64    `json:"supersedes,omitempty"`
	Passed     []string `json:"passed,omitempty"`
	To         string   `json:"to,omitempty"`
}

// keepVersion adds the article's present state, or the one that waits beside it, to its versions. Public ones are chained: the
// digest of each covers the digest before it, and its text only through a salted digest, so that a text can be destroyed by law
// and the chain still verifies.
func keepVersion(ctx context.Context, q db.Q, a Article, k kept) error {
	r := record{Text: a.Text, Note: k.Note, Supersedes: k.Supersedes, Passed: k.Passed, To: k.To}
	if k.Beside != nil {
		r.Text = *k.Beside
	}
	return addVersion(ctx, q, a.ID, a.Version, k, r)
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
	_, err = q.ExecContext(ctx, `insert into article_version (article_id, n, at, kind, note, by_id, body, salt, body_digest, digest, words, supersedes)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, id, n, db.Micros(k.At), k.Kind, k.Note, k.By, string(body), salt, bodyDigest, digest,
		r.Text.Body.Words(), r.Supersedes)
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
	// Supersedes is the change that this one takes the place of; Superseded the one that took its own.
	Supersedes, Superseded int64
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
		history = append(history, Change{N: v.n, At: v.at, Kind: v.kind, Note: v.note, Before: before, After: v.record.Text, Supersedes: v.supersedes})
		before = v.record.Text
	}
	slices.Reverse(history)
	supersede(history)
	return history, nil
}

// supersede marks those of the changes of one article that a later one took the place of.
func supersede(changes []Change) {
	by := map[int64]int64{}
	for _, c := range changes {
		if c.Supersedes != 0 {
			by[c.Supersedes] = c.N
		}
	}
	for i := range changes {
		changes[i].Superseded = by[changes[i].N]
	}
}

// Changes are what followed the publication of articles, newest first, without texts: the reasons readers were given, and minor changes.
func (s *Store) Changes(ctx context.Context, now time.Time, ids ...int64) (map[int64][]Change, error) {
	changes := map[int64][]Change{}
	if len(ids) == 0 {
		return changes, nil
	}
	rows, err := s.db.Read().QueryContext(ctx, `select article_id, n, at, kind, note, supersedes from article_version
		where article_id in (`+db.Places(2, len(ids))+`) and digest <> '' and at <= $1
		and kind in ('update', 'clarification', 'correction', 'redaction', 'minor') order by article_id, n desc`, db.Args(ids, db.Micros(now))...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c Change
		var id, at int64
		if err := rows.Scan(&id, &c.N, &at, &c.Kind, &c.Note, &c.Supersedes); err != nil {
			return nil, err
		}
		c.At = db.Time(at)
		changes[id] = append(changes[id], c)
	}
	for _, of := range changes {
		supersede(of)
	}
	return changes, rows.Err()
}

// HiddenSince are the articles of which something was withdrawn or redacted between at and now, be it only that its time came.
func (s *Store) HiddenSince(ctx context.Context, at, now time.Time) ([]int64, error) {
	return db.Column[int64](ctx, s.db.Read(), `select article_id from article_version where at >= $1 and kind in ('withdrawal', 'redaction')
		union select id from article where withdrawn_at >= $1 and withdrawn_at <= $2`, db.Micros(at), db.Micros(now))
}

type version struct {
	n          int64
	at         time.Time
	kind, note string
	body, salt string
	bodyDigest string
	digest     string
	supersedes int64
	record     record
}

func (s *Store) versions(ctx context.Context, id int64) ([]version, error) {
	return versions(ctx, s.db.Read(), id)
}

func versions(ctx context.Context, q db.Q, id int64) ([]version, error) {
	rows, err := q.QueryContext(ctx, `select n, at, kind, note, body, salt, body_digest, digest, supersedes from article_version where article_id = $1 order by n`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []version
	for rows.Next() {
		var v version
		var at int64
		if err := rows.Scan(&v.n, &at, &v.kind, &v.note, &v.body, &v.salt, &v.bodyDigest, &v.digest, &v.supersedes); err != nil {
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
		asSaid := v.note == v.record.Note && v.supersedes == v.record.Supersedes
		if !(whole || taken) || !asSaid || v.digest != link(former, id, v.n, v.at, v.kind, v.bodyDigest) {
			return fmt.Errorf("version %d of article %d is not what was published", v.n, id)
		}
		former = v.digest
	}
	return nil
}

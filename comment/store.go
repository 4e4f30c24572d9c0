package comment

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"lede/article"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/mail"
	"lede/internal/secret"
	"lede/internal/tongue"
	"lede/paper"
	"lede/section"
	"lede/staff"
)

// Store keeps comments.
type Store struct {
	db       *db.DB
	key      *secret.Key
	mail     *mail.Box
	articles *article.Store
	sections *section.Store
	papers   *paper.Store
	staff    *staff.Store
	accounts func(ctx context.Context, q db.Q, reader int64) (string, error) // the address of an account
	memory
}

// NewStore keeps comments in d, what is not for everybody's eyes under key; letters go through box.
func NewStore(d *db.DB, key *secret.Key, box *mail.Box, articles *article.Store, sections *section.Store, papers *paper.Store, people *staff.Store) *Store {
	return &Store{db: d, key: key, mail: box, articles: articles, sections: sections, papers: papers, staff: people}
}

// writer is a Hand as it is kept and compared.
type writer struct {
	Hand
	owner, prefix, mail string
}

func (w writer) readerMark() string {
	if w.Reader == 0 {
		return ""
	}
	return strconv.FormatInt(w.Reader, 10)
}

// writer digests what tells one person from another; address is what was typed, where none is confirmed.
func (s *Store) writer(h Hand, address string) writer {
	if h.Mail != "" {
		address = h.Mail
	}
	return writer{h, ownerOf(h.Owner), s.prefixOf(h.Addr), s.MailMark(address)}
}

// ownerOf is the digest of an owner's cookie: 128 bits of SHA-256.
func ownerOf(value string) string {
	if value == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:16])
}

// prefixOf is a keyed digest of the network an address is in: /24 of IPv4, /64 of IPv6.
func (s *Store) prefixOf(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	a = a.Unmap()
	bits := 64
	if a.Is4() {
		bits = 24
	}
	p, _ := a.WithZone("").Prefix(bits) // the address is valid and has so many bits
	b, _ := p.MarshalBinary()           // never fails
	return hex.EncodeToString(s.key.MAC("comment prefix", b)[:16])
}

// MailMark is a keyed digest of an e-mail address, "" for none: what comments and measures are found by.
func (s *Store) MailMark(address string) string {
	if address = strings.ToLower(strings.TrimSpace(address)); address == "" {
		return ""
	}
	return hex.EncodeToString(s.key.MAC("comment mail", []byte(address))[:16])
}

// saidOf is a digest of what a text says, without regard to spaces and capitals.
func saidOf(text string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.Join(strings.Fields(text), " "))))
	return hex.EncodeToString(sum[:16])
}

// Post takes a comment through the guard and keeps it: shown, held, or refused by a word list, which comes back as a fault.Form
// for "text" with the comment. A post sent again, by its Key or within ten minutes by the same network on the same place with the
// same name and text, is the first one.
//
// What the writer should mend is a fault.Form; Closed, Banned and TooFast say why nothing was kept. An article that the public does
// not see is fault.NotFound, or article.Taken; a parent that is not shown under this article a fault.Invalid.
func (s *Store) Post(ctx context.Context, d Draft, by Hand, now time.Time) (Comment, error) {
	d = d.tidy()
	if by.Named != "" {
		d.Name = by.Named
	}
	if by.Mail != "" {
		d.Mail = by.Mail
	}
	on, err := s.articles.Card(ctx, d.Article, now)
	if err != nil {
		return Comment{}, err
	}
	w := s.writer(by, d.Mail)
	idems := idemsOf(d, w, now)
	m, err := s.matter(ctx, ByPost, on, d, w, now, idems...)
	if err != nil {
		return Comment{}, err
	}
	if m.posted != 0 {
		return s.sentAgain(ctx, d, w, idems)
	}
	c, err := s.placed(ctx, on, d)
	if err != nil {
		return c, err
	}
	a := judge(m)
	if a.deny != nil {
		return c, a.deny
	}
	c.ID, c.Version, c.Article, c.At, c.Lang = db.NewID(), 1, on.ID, now, on.Lang
	c.State, c.Reasons, c.Score = a.state, a.reasons, m.score.Percent
	c.Name, c.Text, c.Site, c.Reader, c.Staff, c.Mailed = d.Name, d.Text, d.Site, by.Reader, by.Staff, w.mail != ""
	c.owner, c.prefix, c.mail = w.owner, w.prefix, w.mail
	if c.Root == 0 {
		c.Root = c.ID
	}
	address := ""
	if d.Mail != "" {
		address = s.key.Seal([]byte(d.Mail), mailPlace(c.ID))
	}
	idem := idems[0]
	if c.State == Refused { // it can be sent again, mended
		idem = ""
	}
	made := c
	err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		c = made
		fresh, err := insert(ctx, q, c, address, idem, "")
		if err == nil && fresh && d.Follow && c.State != Refused {
			err = s.follow(ctx, q, c, d, by, now)
		}
		if err != nil || fresh {
			return err
		}
		c, err = posted(ctx, q, w, idems[:1])
		return err
	})
	if err == nil && c.State == Refused {
		err = refusedWords()
	}
	return c, err
}

func refusedWords() error {
	return fault.Form{"text": tongue.Word("Your comment holds words that this paper does not print. Please change it.")}
}

func mailPlace(id int64) string { return fmt.Sprintf("comment mail %d", id) }

// placed is where a comment will stand: below its parent, or as the first of a branch.
func (s *Store) placed(ctx context.Context, on article.Card, d Draft) (Comment, error) {
	if d.Parent == 0 {
		return Comment{}, nil
	}
	parent, err := one(ctx, s.db.Read(), `id = $1`, d.Parent)
	if errors.Is(err, fault.NotFound) || err == nil && (parent.Article != on.ID || parent.State != Shown) {
		return Comment{}, fault.Invalid("%s", tongue.Word("The comment you reply to is not there any more."))
	}
	return Comment{Root: parent.Root, Parent: parent.ID, Depth: parent.Depth + 1}, err
}

// idemsOf are the keys under which a post may be kept already: the browser's, or those of this window of time and the one before.
func idemsOf(d Draft, w writer, now time.Time) []string {
	if d.Key != "" {
		return []string{digest("key", d.Key)}
	}
	n := now.Unix() / int64(window/time.Second)
	at := func(n int64) string {
		return digest("post", w.prefix, strconv.FormatInt(d.Article, 10), strconv.FormatInt(d.Parent, 10), d.Name, d.Text, strconv.FormatInt(n, 10))
	}
	return []string{at(n), at(n - 1)}
}

func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// posted is the comment that is kept under one of the keys, if the same hand sent it.
func posted(ctx context.Context, q db.Q, w writer, idems []string) (Comment, error) {
	args := make([]any, len(idems))
	for i, k := range idems {
		args[i] = k
	}
	c, err := one(ctx, q, `idem in (`+db.Places(1, len(idems))+`)`, args...)
	if err == nil && c.owner != w.owner && c.prefix != w.prefix {
		return Comment{}, fault.Conflict
	}
	return c, err
}

// guard gathers what the guard looks at, and asks it.
func (s *Store) guard(ctx context.Context, way Way, on article.Card, d Draft, w writer, now time.Time) (answer, Score, error) {
	m, err := s.matter(ctx, way, on, d, w, now)
	if err != nil {
		return answer{}, Score{}, err
	}
	a := judge(m)
	return a, m.score, a.deny
}

// matter gathers what the guard looks at, and whether a comment is kept under one of the keys idems, of which there are two at most.
func (s *Store) matter(ctx context.Context, way Way, on article.Card, d Draft, w writer, now time.Time, idems ...string) (matter, error) {
	k, err := s.rules(ctx)
	if err != nil {
		return matter{}, err
	}
	m := matter{way: way, now: now, rules: k.rules, mode: k.rules.In(k.tree, on.Section), draft: d, staff: w.Staff != 0}
	if err := s.gather(ctx, &m, k, on, w, idems); err != nil || m.posted != 0 {
		return m, err
	}
	m.hits = k.words.Find(d.Text + "\n" + d.Name)
	model, err := s.model(ctx, now)
	if err != nil {
		return m, err
	}
	m.score = model.Score(Evidence{Text: d.Text, Name: d.Name, Site: d.Site, Known: m.known, Same: m.same, Trapped: d.Trap != ""})
	return m, nil
}

// gather asks the database what the guard must know: in one statement, since every post waits for it.
func (s *Store) gather(ctx context.Context, m *matter, k *known, on article.Card, w writer, idems []string) error {
	q := s.db.Read()
	args := []any{w.prefix, w.owner, saidOf(m.draft.Text), db.Micros(m.now.Add(-window)), w.Reader, on.ID, "", ""}
	for i, idem := range idems {
		args[len(args)-2+i] = idem
	}
	var own string
	var watched bool
	err := q.QueryRowContext(ctx, gathered, append(args, inForceArgs(w, m.now)...)...).Scan(&m.near, &m.own, &m.same, &m.known, &own, &m.posted, &watched)
	if err != nil {
		return err
	}
	m.opening = k.rules.opening(on, own, m.now.In(k.clock))
	if watched && !m.staff {
		m.measures, err = inForce(ctx, q, w, m.now)
	}
	return err
}

var gathered = `select
	(select count(*) from (select 1 from comment where prefix = $1 and prefix <> '' and at > $4 limit ` + most + `) x),
	(select count(*) from (select 1 from comment where owner = $2 and owner <> '' and at > $4 limit ` + most + `) y),
	(select count(*) from (select 1 from comment where said = $3 and at > $4 limit ` + most + `) z),
	exists (select 1 from comment where owner = $2 and owner <> '' and ` + notByState + `)
		or exists (select 1 from comment where reader_id = $5 and reader_id <> 0 and ` + notByState + `),
	coalesce((select opening from thread where article_id = $6), ''),
	coalesce((select id from comment where idem in ($7, $8) limit 1), 0),
	exists (select 1 from measure where ` + isInForce(9) + `)`

// notByState asks for the state of rows found by whose they are: the index by state would lead through all that is shown.
const notByState = `state || '' = 'shown'`

// most is how far the guard counts.
const most = "100001"

const columns = `id, version, article_id, root_id, parent_id, depth, state, at, edited_at, shown_at, judged_at, judged_by, name, text, site, lang,
	owner, prefix, mail, reader_id, staff_id, reasons, why, score, reports, below, pinned, featured`

type row interface{ Scan(...any) error }

func scan(r row) (Comment, error) {
	var c Comment
	var at int64
	var edited, shown, judged sql.NullInt64
	var reasons string
	err := r.Scan(&c.ID, &c.Version, &c.Article, &c.Root, &c.Parent, &c.Depth, &c.State, &at, &edited, &shown, &judged, &c.JudgedBy, &c.Name, &c.Text, &c.Site, &c.Lang,
		&c.owner, &c.prefix, &c.mail, &c.Reader, &c.Staff, &reasons, &c.Why, &c.Score, &c.Reports, &c.Below, &c.Pinned, &c.Featured)
	if errors.Is(err, sql.ErrNoRows) {
		return c, fault.NotFound
	}
	if err != nil {
		return c, err
	}
	c.At, c.Edited, c.Shown, c.Judged, c.Mailed = db.Time(at), when(edited), when(shown), when(judged), c.mail != ""
	if reasons != "" {
		err = json.Unmarshal([]byte(reasons), &c.Reasons)
	}
	return c, err
}

func when(us sql.NullInt64) time.Time {
	if !us.Valid {
		return time.Time{}
	}
	return db.Time(us.Int64)
}

func one(ctx context.Context, q db.Q, where string, args ...any) (Comment, error) {
	return scan(q.QueryRowContext(ctx, `select `+columns+` from comment where `+where, args...))
}

func list(ctx context.Context, q db.Q, statement string, args ...any) ([]Comment, error) {
	rows, err := q.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Comment
	for rows.Next() {
		c, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

// insert keeps a new comment and what follows from it; fresh is false where one is kept under idem already.
func insert(ctx context.Context, q db.Q, c Comment, address, idem, importKey string) (fresh bool, err error) {
	standing := 0
	if c.State == Shown {
		standing = 1
	}
	fresh, err = write(ctx, q, c, address, idem, importKey, standing)
	switch {
	case err != nil || !fresh || c.State != Shown:
		return fresh, err
	case c.ID == c.Root:
		return true, tally(ctx, q, c.Article, 1, 1)
	}
	return true, shift(ctx, q, c, 1)
}

// write keeps a new comment, and nothing beside it; fresh is false where one is kept under idem already.
func write(ctx context.Context, q db.Q, c Comment, address, idem, importKey string, standing int) (fresh bool, err error) {
	reasons, err := json.Marshal(c.Reasons)
	if err != nil {
		return false, err
	}
	if c.State == Shown {
		c.Shown = c.At
	}
	done, err := q.ExecContext(ctx, `insert into comment (id, version, article_id, root_id, parent_id, depth, state, at, edited_at, shown_at, name, text, site, lang,
		owner, prefix, mail, mail_sealed, reader_id, staff_id, said, idem, import_key, reasons, why, score, standing)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)
		on conflict (idem) do nothing`,
		c.ID, c.Version, c.Article, c.Root, c.Parent, c.Depth, c.State, db.Micros(c.At), db.MicrosOrNil(c.Edited), db.MicrosOrNil(c.Shown), c.Name, c.Text, c.Site, c.Lang,
		c.owner, c.prefix, c.mail, address, c.Reader, c.Staff, saidOf(c.Text), orNull(idem), orNull(importKey), string(reasons), c.Why, c.Score, standing)
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// shift counts a comment that begins (by 1) or ceases (by -1) to be shown, and says so to whoever shows it. The row of the comment
// has its new state already. A first comment that is gone still stands, as a gap, while replies below it are shown.
func shift(ctx context.Context, q db.Q, c Comment, by int) error {
	var state State
	var stood, below int
	if err := q.QueryRowContext(ctx, `select state, standing, below from comment where id = $1`, c.Root).Scan(&state, &stood, &below); err != nil {
		return err
	}
	if c.ID != c.Root {
		below += by
		if _, err := q.ExecContext(ctx, `update comment set standing = $1 where id = $2`, max(by, 0), c.ID); err != nil {
			return err
		}
	}
	stands := 0
	if state == Shown || below > 0 {
		stands = 1
	}
	if _, err := q.ExecContext(ctx, `update comment set below = $1, standing = $2 where id = $3`, below, stands, c.Root); err != nil {
		return err
	}
	if by > 0 && c.Parent != 0 {
		if err := Answered.Add(ctx, q, c.ID); err != nil {
			return err
		}
	}
	return tally(ctx, q, c.Article, by, stands-stood)
}

// tally counts what a thread shows, and says so to whoever shows it.
func tally(ctx context.Context, q db.Q, article int64, shown, roots int) error {
	if err := tallyOnly(ctx, q, article, shown, roots); err != nil {
		return err
	}
	return Threaded.Add(ctx, q, article)
}

func tallyOnly(ctx context.Context, q db.Q, article int64, shown, roots int) error {
	_, err := q.ExecContext(ctx, `insert into thread (article_id, shown, roots) values ($1, $2, $3)
		on conflict (article_id) do update set shown = thread.shown + excluded.shown, roots = thread.roots + excluded.roots`, article, shown, roots)
	return err
}

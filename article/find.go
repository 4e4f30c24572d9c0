package article

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"lede/internal/db"
)

// Search asks for articles as staff look for them, whatever their stage, those saved last first.
type Search struct {
	Words   string // of kicker, headline and summary; each may be the beginning of a word
	Stage   string
	Section int64 // where it belongs
	Owner   int64 // who began it, or signs it with Byline
	Byline  int64
	From    time.Time // last saved at or after; zero for no bound
	Until   time.Time // last saved before; zero for no bound
	Before  Place     // what stands behind this one
	Limit   int
}

// Place is where an article stands among those found.
type Place struct {
	At time.Time
	ID int64
}

// Found is an article as a list for staff shows it.
type Found struct {
	ID        int64
	Stage     string
	Path      string
	Lang      string
	Kicker    string
	Headline  string
	Section   int64
	Owner     int64
	Words     int
	Lead      int64 // its picture
	Published time.Time
	Withdrawn time.Time
	Embargo   time.Time
	Saved     time.Time
}

// Place is where it stands, for the page behind it.
func (f Found) Place() Place { return Place{f.Saved, f.ID} }

// Search finds articles. It reads as many as it is asked for and few more, however many there are.
func (s *Store) Search(ctx context.Context, ask Search) ([]Found, error) {
	common, err := s.common(ctx, ask)
	if err != nil {
		return nil, err
	}
	where, args := ask.where(common)
	rows, err := s.db.Read().QueryContext(ctx, fmt.Sprintf(`select a.id, a.stage, a.path, a.lang, a.kicker, a.headline, a.section_id, a.owner_id, a.words,
		coalesce(a.published_at, 0), coalesce(a.withdrawn_at, 0), coalesce(a.embargo_until, 0), a.saved_at
		from article a where %s order by a.saved_at desc, a.id desc limit %d`, where, ask.Limit), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Found
	for rows.Next() {
		var f Found
		var published, withdrawn, embargo, saved int64
		if err := rows.Scan(&f.ID, &f.Stage, &f.Path, &f.Lang, &f.Kicker, &f.Headline, &f.Section, &f.Owner, &f.Words, &published, &withdrawn, &embargo, &saved); err != nil {
			return nil, err
		}
		f.Published, f.Withdrawn, f.Embargo, f.Saved = since(published), since(withdrawn), since(embargo), db.Time(saved)
		list = append(list, f)
	}
	return list, rows.Err()
}

func since(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return db.Time(us)
}

// commonFrom is how many articles have a word that is looked up article by article, those saved last first, since they are soon
// enough for a page; a rarer one is looked up by itself.
const commonFrom = 2000

// common are those words of a search that many articles have.
func (s *Store) common(ctx context.Context, ask Search) (map[string]bool, error) {
	common := map[string]bool{}
	for _, word := range foldWords(ask.Words, searchMost) {
		n, err := db.Column[int64](ctx, s.db.Read(), fmt.Sprintf(`select count(*) from (select 1 from article_word where word >= $1 and word < $2 limit %d) as some`, commonFrom), word, word+lastRune)
		if err != nil {
			return nil, err
		}
		common[word] = n[0] == commonFrom
	}
	return common, nil
}

// lastRune stands behind every word that begins as one does.
const lastRune = "\U0010FFFF"

// where is the condition of a search; every part of it is one step into an index.
func (ask Search) where(common map[string]bool) (string, []any) {
	parts, args := []string{"a.saved_at > 0"}, []any{}
	add := func(part string, more ...any) {
		for i := range more {
			part = strings.ReplaceAll(part, fmt.Sprintf("$$%d", i+1), fmt.Sprintf("$%d", len(args)+i+1))
		}
		parts, args = append(parts, part), append(args, more...)
	}
	for _, word := range foldWords(ask.Words, searchMost) {
		if common[word] {
			add(`exists (select 1 from article_word w where w.article_id = a.id and w.word >= $$1 and w.word < $$2)`, word, word+lastRune)
			continue
		}
		add(`a.id in (select w.article_id from article_word w where w.word >= $$1 and w.word < $$2)`, word, word+lastRune)
	}
	if ask.Stage != "" {
		add(`a.stage = $$1`, ask.Stage)
	}
	if ask.Section != 0 {
		add(`a.section_id = $$1`, ask.Section)
	}
	if ask.Owner != 0 || ask.Byline != 0 {
		add(`(a.owner_id = $$1 and a.owner_id <> 0 or a.id in (select b.article_id from article_byline b where b.byline_id = $$2))`, ask.Owner, ask.Byline)
	}
	if !ask.From.IsZero() {
		add(`a.saved_at >= $$1`, db.Micros(ask.From))
	}
	if !ask.Until.IsZero() {
		add(`a.saved_at < $$1`, db.Micros(ask.Until))
	}
	if ask.Before.ID != 0 {
		add(`(a.saved_at < $$1 or a.saved_at = $$1 and a.id < $$2)`, db.Micros(ask.Before.At), ask.Before.ID)
	}
	return strings.Join(parts, " and "), args
}

// How many words of a search, and of an article, are looked at.
const (
	searchMost  = 8
	articleMost = 60
	wordMost    = 40 // bytes of a word
)

// foldWords are the words of s as they are searched: small, without accents, each once.
func foldWords(s string, most int) []string {
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(strings.ToLower(s)))
	var words []string
	for _, word := range strings.FieldsFunc(plain, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(word) > wordMost {
			word = strings.ToValidUTF8(word[:wordMost], "")
		}
		if !slices.Contains(words, word) && len(words) < most {
			words = append(words, word)
		}
	}
	return words
}

// searched are the words by which an article is found.
func (t Text) searched() string { return t.Headline + " " + t.Kicker + " " + t.Summary }

// keepWords keeps by which words the article of id is found.
func keepWords(ctx context.Context, q db.Q, id int64, t Text) error {
	if _, err := q.ExecContext(ctx, `delete from article_word where article_id = $1`, id); err != nil {
		return err
	}
	words := foldWords(t.searched(), articleMost)
	if len(words) == 0 {
		return nil
	}
	args := []any{id}
	var rows []string
	for i, word := range words {
		args = append(args, word)
		rows = append(rows, fmt.Sprintf("($%d, cast($1 as bigint))", i+2))
	}
	_, err := q.ExecContext(ctx, `insert into article_word (word, article_id) values `+strings.Join(rows, ", "), args...)
	return err
}

// indexOnce is how many articles are looked through in one go.
const indexOnce = 200

// Index finds words for articles of a time when nobody kept them.
func (s *Store) Index(ctx context.Context, _ time.Time) error {
	for {
		ids, err := db.Column[int64](ctx, s.db.Read(), fmt.Sprintf(`select id from article where worded = 0 limit %d`, indexOnce))
		if err != nil || len(ids) == 0 {
			return err
		}
		err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
			for _, id := range ids {
				a, err := one(ctx, q, id)
				if err != nil {
					return err
				}
				if err := keepWords(ctx, q, id, a.Text); err != nil {
					return err
				}
				if _, err := q.ExecContext(ctx, `update article set worded = 1 where id = $1`, id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

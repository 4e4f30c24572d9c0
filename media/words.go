package media

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"lede/internal/db"
)

// wordRules numbers the rules by which words are folded here; pictures indexed by older ones are indexed anew.
const wordRules = 1

const (
	wordRunes = 40  // of one word
	wordsMax  = 300 // of one picture
	termsMax  = 8   // of one search
)

var dates = regexp.MustCompile(`\b\d{4}-\d{2}(-\d{2})?\b`)

// fold cuts a text into words as the search compares them: compatibility forms made one, no accents, lower case; each sign of
// a script without blanks is a word. A date stays whole beside its parts.
func fold(text string) []string {
	words := dates.FindAllString(text, -1)
	var word []rune
	end := func() {
		if len(word) > 0 {
			words = append(words, string(word[:min(len(word), wordRunes)]))
		}
		word = word[:0]
	}
	for _, r := range norm.NFKD.String(strings.ToLower(text)) {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer):
			end()
			words = append(words, string(r))
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			word = append(word, r)
		case unicode.IsMark(r) || r == '\'' || r == '’':
		default:
			end()
		}
	}
	end()
	return words
}

// wordsOf are the words by which m is found, each once: what is said of it, its name, and the days it was taken and added, as
// dates and as months.
func (m Media) wordsOf() []string {
	words := fold(strings.Join([]string{m.Caption, m.Credit, m.Alt, m.Rights, m.Name, m.Taken, m.Added.Format(time.DateOnly)}, " "))
	days := []time.Time{m.Added}
	if taken, err := time.Parse(time.DateOnly, m.Taken[:min(len(m.Taken), len(time.DateOnly))]); err == nil {
		days = append(days, taken)
	}
	for _, day := range days {
		words = append(words, strings.ToLower(day.Month().String()))
	}
	slices.Sort(words)
	words = slices.Compact(words)
	return words[:min(len(words), wordsMax)]
}

// terms are the words of a search, each the beginning of a word that must be there. A date searches for the whole date alone.
func terms(search string) []string {
	found := dates.FindAllString(search, -1)
	found = append(found, fold(dates.ReplaceAllString(search, " "))...)
	slices.Sort(found)
	found = slices.Compact(found)
	return found[:min(len(found), termsMax)]
}

// index keeps the words of m in place of those it had.
func index(ctx context.Context, q db.Q, m Media) error {
	if _, err := q.ExecContext(ctx, `delete from media_word where media_id = $1`, m.ID); err != nil {
		return err
	}
	if words := m.wordsOf(); len(words) > 0 && m.Redacted.IsZero() {
		args, rows := []any{m.ID}, make([]string, len(words))
		for i, word := range words {
			args, rows[i] = append(args, word), fmt.Sprintf("($%d, $1)", i+2)
		}
		if _, err := q.ExecContext(ctx, `insert into media_word (word, media_id) values `+strings.Join(rows, ", "), args...); err != nil {
			return err
		}
	}
	_, err := q.ExecContext(ctx, `update media set indexed = $1 where id = $2`, wordRules, m.ID)
	return err
}

// IndexOlder indexes what came in before there was a search, or was indexed by older rules.
func (s *Store) IndexOlder(ctx context.Context) error {
	for {
		ids, err := db.Column[int64](ctx, s.db.Read(), `select id from media where indexed < $1 order by id desc limit $2`, wordRules, many)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if err := s.indexOne(ctx, id); err != nil {
				return err
			}
		}
	}
}

func (s *Store) indexOne(ctx context.Context, id int64) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		m, err := s.one(ctx, q, `id = $1`, id)
		if err != nil {
			return err
		}
		return index(ctx, q, m)
	})
}

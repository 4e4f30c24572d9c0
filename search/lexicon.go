package search

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"lede/internal/db"
)

// lexicon is the paper's own words in memory, by language. It is read when it is first asked for, and anew when it is asked for a
// while after something was published, or at once after something went.
type lexicon struct {
	mu    sync.Mutex
	langs map[string]*words
	read  time.Time
	stale bool
}

// words are those of one language, in their order.
type words struct {
	list []printed
}

// printed is a word of the paper: folded, as it was first printed, and in how many articles it stands.
type printed struct {
	fold, shape string
	n           int

	letters int    // how many it has
	set     uint64 // which, as far as 64 kinds tell
}

// setOf are the letters of a word, in 64 kinds.
func setOf(fold string) (letters int, set uint64) {
	for _, r := range fold {
		letters++
		set |= 1 << (uint32(r) % 64)
	}
	return letters, set
}

const (
	wordsMost    = 200_000 // of all languages, those that stand in most articles
	wordsFor     = 30 * time.Second
	correctsFrom = 4 // letters from which a word may be misspelt
)

// Stale has the paper's own words read anew some time after an article was shown.
func (s *Store) Stale() {
	s.lexicon.mu.Lock()
	defer s.lexicon.mu.Unlock()
	s.lexicon.stale = true
}

// Forget has the paper's own words read anew before they are used again: one of them may have had to go.
func (s *Store) Forget() {
	s.lexicon.mu.Lock()
	defer s.lexicon.mu.Unlock()
	s.lexicon.langs = nil
}

// know sees to it that the lexicon is there.
func (s *Store) know(ctx context.Context, now time.Time) error {
	l := &s.lexicon
	l.mu.Lock()
	defer l.mu.Unlock()
	age := now.Sub(l.read)
	if l.langs != nil && (!l.stale || age >= 0 && age < wordsFor) {
		return nil
	}
	l.stale = false
	rows, err := s.db.Read().QueryContext(ctx, `select lang, word, shape, n from search_word order by n desc limit $1`, wordsMost)
	if err != nil {
		return err
	}
	defer rows.Close()
	langs := map[string]*words{}
	for rows.Next() {
		var lang string
		var w printed
		if err := rows.Scan(&lang, &w.fold, &w.shape, &w.n); err != nil {
			return err
		}
		if langs[lang] == nil {
			langs[lang] = &words{}
		}
		w.letters, w.set = setOf(w.fold)
		langs[lang].list = append(langs[lang].list, w)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, w := range langs {
		slices.SortFunc(w.list, func(a, b printed) int { return strings.Compare(a.fold, b.fold) })
	}
	l.langs, l.read = langs, now
	return nil
}

// of are the words of a language as they were last read.
func (l *lexicon) of(lang string) *words {
	l.mu.Lock()
	defer l.mu.Unlock()
	if w := l.langs[lang]; w != nil {
		return w
	}
	return &words{}
}

// times is in how many articles a word stands.
func (w *words) times(fold string) int {
	at, ok := slices.BinarySearchFunc(w.list, fold, func(p printed, f string) int { return strings.Compare(p.fold, f) })
	if !ok {
		return 0
	}
	return w.list[at].n
}

// begins are the words that begin with head, those that stand in most articles first.
func (w *words) begins(head string, most int) []printed {
	at, _ := slices.BinarySearchFunc(w.list, head, func(p printed, f string) int { return strings.Compare(p.fold, f) })
	end := at
	for end < len(w.list) && strings.HasPrefix(w.list[end].fold, head) {
		end++
	}
	list := slices.Clone(w.list[at:end])
	slices.SortStableFunc(list, func(a, b printed) int { return cmp.Compare(b.n, a.n) })
	return list[:min(len(list), most)]
}

// nearest is the word most nearly written as fold, of several that which stands in most articles. Hardly anybody mistakes the first
// letter, so that counts as one slip more. Only words that stand in least articles or more are looked at.
func (w *words) nearest(fold string, least int) (best printed, ok bool) {
	most, nearest := slips(fold), 0
	letters, set := setOf(fold)
	runes := []rune(fold)
	for _, p := range w.list {
		if p.n < least || p.letters < letters-most || p.letters > letters+most || bits.OnesCount64(p.set^set) > 2*most || p.fold == fold {
			continue
		}
		d := distance(runes, []rune(p.fold), most)
		if first(p.fold) != runes[0] {
			d++
		}
		if d <= most && (!ok || d < nearest || d == nearest && p.n > best.n) {
			best, nearest, ok = p, d, true
		}
	}
	return best, ok
}

func first(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// slips is how many letters of a word may be wrong.
func slips(fold string) int {
	switch n := utf8.RuneCountInString(fold); {
	case n < correctsFrom:
		return 0
	case n < 8:
		return 1
	}
	return 2
}

// nearly tells whether have is want but for a slip.
func nearly(want, have string) bool {
	return want == have || distance([]rune(want), []rune(have), slips(want)) <= slips(want)
}

// distance is how many letters must be put in, taken out, changed or swapped with their neighbour to make b of a (the optimal string
// alignment of Damerau and Levenshtein), or more than most.
func distance(a, b []rune, most int) int {
	if d := len(a) - len(b); d > most || -d > most {
		return most + 1
	}
	var space [3][wordMost + 2]int
	before, last, row := space[0][:], space[1][:], space[2][:]
	if len(a) > wordMost || len(b) > wordMost {
		return most + 1
	}
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > most {
			return most + 1
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// lend adds what an article lends to the paper's own words; by is 1, or -1 to take it back.
func lend(ctx context.Context, q db.Q, lang string, said [][2]string, by int) error {
	for part := range slices.Chunk(said, 50) {
		args := []any{lang, by}
		var rows strings.Builder
		for i, w := range part {
			if i > 0 {
				rows.WriteByte(',')
			}
			rows.WriteString(`(cast($1 as text),` + db.Places(3+2*i, 2) + `,cast($2 as bigint))`)
			args = append(args, w[0], w[1])
		}
		_, err := q.ExecContext(ctx, `insert into search_word (lang, word, shape, n) values `+rows.String()+`
			on conflict (lang, word) do update set n = search_word.n + excluded.n`, args...)
		if err != nil {
			return err
		}
		if by > 0 {
			continue
		}
		gone := []any{lang}
		for _, w := range part {
			gone = append(gone, w[0])
		}
		if _, err := q.ExecContext(ctx, `delete from search_word where lang = $1 and n <= 0 and word in (`+db.Places(2, len(part))+`)`, gone...); err != nil {
			return err
		}
	}
	return nil
}

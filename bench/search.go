package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lede/internal/db"
	"lede/press"
	"lede/search"
)

// searches is how many searches of each kind are measured, none with the words of another.
const searches = 400

// search measures how long a search takes over the generated papers, SQLite, each for words nobody asked for before; and how long the index
// takes to make.
func (b *bench) search(ctx context.Context, dirs map[int]string) error {
	for _, n := range b.sizes {
		if err := b.searchOver(ctx, n, dirs[n]); err != nil {
			return fmt.Errorf("%d articles: %w", n, err)
		}
	}
	return nil
}

func (b *bench) searchOver(ctx context.Context, n int, from string) (err error) {
	dir := filepath.Join(b.work, fmt.Sprintf("search-%d", n))
	if err := copyPaper(from, dir); err != nil {
		return err
	}
	p, done, err := open(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	if err := p.DB.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `update search_make set make = 0`)
		return err
	}); err != nil {
		return err
	}
	began := time.Now()
	if err := p.Finder.Rebuild(ctx, time.Now, p.Log); err != nil {
		return err
	}
	b.say(figure{fmt.Sprintf("The search index made anew, %d articles", n), "", fmt.Sprintf("%s, %s an article", time.Since(began).Round(time.Second), ms(time.Since(began)/time.Duration(n))), forNotice})
	asked, err := questions(ctx, p)
	if err != nil {
		return err
	}
	bounds := map[bool]time.Duration{false: 5 * time.Millisecond, true: 2 * time.Millisecond}
	if n > 10_000 {
		bounds[false] = 25 * time.Millisecond
	}
	for _, byDate := range []bool{false, true} {
		took, most, err := looked(ctx, p, asked, byDate)
		if err != nil {
			return err
		}
		order := "by relevance"
		if byDate {
			order = "by date"
		}
		b.say(figure{fmt.Sprintf("Search %s, %d articles, distinct words", order, n), "p99 ≤ " + ms(bounds[byDate]),
			fmt.Sprintf("median %s, p99 %s, most %s", ms(median(took)), ms(quantile(took, .99)), ms(most)), holds(quantile(took, .99) <= bounds[byDate])})
	}
	return nil
}

// questions are what is searched for: one word, two, three or a phrase, as they stand together in an article, each word once.
func questions(ctx context.Context, p *press.Press) ([]string, error) {
	ids, err := db.Column[int64](ctx, p.DB.Read(), `select article_id from search_doc`)
	if err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(3, 1))
	known, asked := map[string]bool{}, []string{}
	for tries := 0; len(asked) < searches && tries < 50*searches; tries++ {
		a, err := p.Articles.Get(ctx, ids[r.IntN(len(ids))])
		if err != nil {
			return nil, err
		}
		words := strings.FieldsFunc(a.Headline+" "+a.Body.Text(), func(r rune) bool { return strings.ContainsRune(" .,:;\n“”\"", r) })
		if len(words) < 10 {
			continue
		}
		kind, at := len(asked)%4, r.IntN(len(words)-4)
		said := words[at : at+1+min(kind, 2)]
		if slices.ContainsFunc(said, func(w string) bool { return known[strings.ToLower(w)] || len(w) < 3 }) {
			continue
		}
		for _, w := range said {
			known[strings.ToLower(w)] = true
		}
		text := strings.Join(said, " ")
		if kind == 3 {
			text = `"` + text + `"`
		}
		asked = append(asked, text)
	}
	return asked, nil
}

// looked searches for everything once, in an order of its own.
func looked(ctx context.Context, p *press.Press, asked []string, byDate bool) (took []time.Duration, most time.Duration, err error) {
	now := time.Now()
	if _, err := p.Finder.Find(ctx, search.Ask{Text: "warm", Lang: "en"}, now); err != nil {
		return nil, 0, err
	}
	for _, text := range asked {
		began := time.Now()
		f, err := p.Finder.Find(ctx, search.Ask{Text: text, Lang: "en", ByDate: byDate}, now)
		if err != nil {
			return nil, 0, err
		}
		if len(f.Hits) == 0 {
			return nil, 0, fmt.Errorf("%s finds nothing, though it stands in an article", text)
		}
		took = append(took, time.Since(began))
	}
	return took, slices.Max(took), nil
}

// Package search finds articles by their words. It keeps an index of what the public has, and asks the one sight of package article
// whatever it finds, so that what is withdrawn or redacted is gone at once.
package search

import (
	"context"
	"time"

	"lede/article"
	"lede/internal/db"
	"lede/paper"
	"lede/section"
	"lede/staff"
)

// Ask is a search.
type Ask struct {
	Text    string
	Lang    string // edition
	Section int64  // with those below it; 0 for all
	From    time.Time
	Until   time.Time // before; both zero for no bound
	ByDate  bool      // newest first, else the most relevant
	Page    int       // from 1
}

// PerPage is how many articles stand on a page of a search, MostPages how many pages it has at most.
const (
	PerPage   = 10
	MostPages = 20
)

// Found is what a search found.
type Found struct {
	Hits []Hit
	More bool // another page follows
	// Total is how many articles were found, and Over whether there are more than that; 0 where nobody counted.
	Total int
	Over  bool
	// Some tells that no article has all the words: these have most of them.
	Some bool
	// Instead is the query with the paper's own spelling that found these, since the one that was asked found nothing; Maybe is one
	// that might have been meant. "" for none.
	Instead, Maybe string
	// Strange are the section: and by: that the paper does not know.
	Strange []string
	// Nothing tells that nothing was looked for.
	Nothing bool
}

// Hit is an article that was found.
type Hit struct {
	article.Card
	Snippet []Piece // of its text; none where the words stand elsewhere
}

// Piece is a part of a snippet; Match says that it is what was looked for.
type Piece struct {
	Text  string
	Match bool
}

// Store finds, and keeps by what.
type Store struct {
	db       *db.DB
	articles *article.Store
	papers   *paper.Store
	sections *section.Store
	staff    *staff.Store
	lexicon  lexicon
}

// NewStore searches d.
func NewStore(d *db.DB, articles *article.Store, papers *paper.Store, sections *section.Store, people *staff.Store) *Store {
	return &Store{db: d, articles: articles, papers: papers, sections: sections, staff: people}
}

// Find searches as of now, whose zone says when days begin.
func (s *Store) Find(ctx context.Context, ask Ask, now time.Time) (Found, error) {
	if err := s.know(ctx, now); err != nil {
		return Found{}, err
	}
	q := read(ask.Text, ask.Lang, now.Location())
	f, err := s.find(ctx, q, ask, now)
	if err != nil || f.Nothing || len(f.Hits) > little || ask.Page > 1 {
		return f, err
	}
	if len(f.Hits) > 0 {
		f.Maybe, err = s.maybe(ctx, q, ask, now)
		return f, err
	}
	if said, mended, err := s.mend(ctx, q, ask.Text); err != nil {
		return f, err
	} else if said != "" {
		other, err := s.find(ctx, mended, ask, now)
		if err != nil {
			return f, err
		}
		if len(other.Hits) > 0 {
			other.Instead, other.Strange = said, f.Strange
			return other, nil
		}
	}
	return s.some(ctx, q, ask, f, now)
}

// little is so few articles that another spelling may have been meant.
const little = 2

// find finds what has all that q asks for.
func (s *Store) find(ctx context.Context, q query, ask Ask, now time.Time) (Found, error) {
	var f Found
	if q.empty() && ask.Section == 0 && ask.From.IsZero() && ask.Until.IsZero() {
		f.Nothing = true
		return f, nil
	}
	b, err := s.bounds(ctx, q, ask)
	if err != nil || b.none {
		f.Strange = b.strange
		return f, err
	}
	if ask.ByDate || len(q.units) == 0 {
		f, err = s.byDate(ctx, q, b, ask, now)
	} else {
		f, err = s.byRelevance(ctx, q, b, ask, now)
	}
	f.Strange = b.strange
	return f, err
}

// byDate reads the page it is asked for and one more.
func (s *Store) byDate(ctx context.Context, q query, b bounds, ask Ask, now time.Time) (Found, error) {
	list, err := s.candidates(ctx, b.of(q.anywhere()), b, PerPage+1, (max(ask.Page, 1)-1)*PerPage)
	if err != nil {
		return Found{}, err
	}
	ids := idsOf(list)
	f := Found{More: len(ids) > PerPage && ask.Page < MostPages}
	f.Hits, err = s.hits(ctx, ids[:min(len(ids), PerPage)], q, now)
	if ask.Page <= 1 && !f.More {
		f.Total = len(f.Hits)
	}
	return f, err
}

// hits are articles as they are shown, in the order of ids; what the public does not see is left out.
func (s *Store) hits(ctx context.Context, ids []int64, q query, now time.Time) ([]Hit, error) {
	cards, err := s.articles.CardsOf(ctx, ids, now)
	if err != nil {
		return nil, err
	}
	bodies, err := s.articles.Bodies(ctx, ids, now)
	if err != nil {
		return nil, err
	}
	hits := make([]Hit, len(cards))
	for i, c := range cards {
		hits[i] = Hit{c, q.snippet(bodies[c.ID].Text())}
	}
	return hits, nil
}

// candidate is an article that matches.
type candidate struct {
	place, article int64
	head           string
}

// candidates are the articles that match m within b, newest first.
func (s *Store) candidates(ctx context.Context, m match, b bounds, limit, skip int) ([]candidate, error) {
	if len(m.all) == 0 {
		return nil, nil
	}
	statement := `select d.place, d.article_id, d.head from search_index i join search_doc d on d.place = i.rowid
		where search_index match $1 and i.rowid >= $2 and i.rowid < $3 order by i.rowid desc limit $4 offset $5`
	if s.db.Kind() == db.Postgres {
		statement = `select d.place, d.article_id, d.head from search_doc d where d.vector @@ cast($1 as tsquery)
			and d.place >= $2 and d.place < $3 order by d.place desc limit $4 offset $5`
	}
	rows, err := s.db.Read().QueryContext(ctx, statement, m.says(s.db.Kind()), b.from, b.until, limit, skip)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []candidate
	for rows.Next() {
		var c candidate
		if err := rows.Scan(&c.place, &c.article, &c.head); err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

package front

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"lede/article"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/job"
	"lede/section"
)

// Changed says that editors picked anew; its id is always 0.
const Changed = job.Event("front.changed")

// Store keeps what editors picked.
type Store struct {
	db       *db.DB
	articles *article.Store
	sections *section.Store
}

// NewStore keeps the picks in d.
func NewStore(d *db.DB, articles *article.Store, sections *section.Store) *Store {
	return &Store{d, articles, sections}
}

// Picks are what editors picked for the front in lang, the lead first, and the version to save with.
func (s *Store) Picks(ctx context.Context, lang string) (picks []Pick, version int64, err error) {
	var kept string
	err = s.db.Read().QueryRowContext(ctx, `select picks, version from front where lang = $1`, lang).Scan(&kept, &version)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	return picks, version, json.Unmarshal([]byte(kept), &picks)
}

// Pick keeps what editors chose. version is the one their choice was made from, 0 for the first; another is a fault.Conflict.
func (s *Store) Pick(ctx context.Context, lang string, picks []Pick, version int64, now time.Time) error {
	if len(picks) > MaxPicks {
		return fault.Form{"picks": "A front has one lead and six cards."}
	}
	kept, err := json.Marshal(picks)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		done, err := q.ExecContext(ctx, `insert into front (lang, version, picks, changed_at) values ($1, $2 + 1, $3, $4)
			on conflict (lang) do update set version = excluded.version, picks = excluded.picks, changed_at = excluded.changed_at where front.version = $2`,
			lang, version, string(kept), db.Micros(now))
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, fault.Conflict)
		}
		return Changed.Add(ctx, q, 0)
	})
}

// Unname takes away the headlines that editors gave an article on any front: it was withdrawn, or the law took something out of
// it, and nobody knows whether they say it still. The article stays picked.
func (s *Store) Unname(ctx context.Context, id int64, now time.Time) error {
	langs, err := s.named(ctx, id)
	if err != nil {
		return err
	}
	for _, lang := range langs {
		picks, version, err := s.Picks(ctx, lang)
		if err != nil {
			return err
		}
		for i := range picks {
			if picks[i].Article == id {
				picks[i].Headline = ""
			}
		}
		if err := s.Pick(ctx, lang, picks, version, now); err != nil {
			return err
		}
	}
	return nil
}

// named are the languages of the fronts on which editors gave the article a headline.
func (s *Store) named(ctx context.Context, id int64) ([]string, error) {
	rows, err := s.db.Read().QueryContext(ctx, `select lang, picks from front`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var langs []string
	for rows.Next() {
		var lang, kept string
		var picks []Pick
		if err := rows.Scan(&lang, &kept); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(kept), &picks); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(picks, func(p Pick) bool { return p.Article == id && p.Headline != "" }) {
			langs = append(langs, lang)
		}
	}
	return langs, rows.Err()
}

// Now is the front in lang as the public sees it at now.
func (s *Store) Now(ctx context.Context, lang string, now time.Time) (Front, error) {
	picks, _, err := s.Picks(ctx, lang)
	if err != nil {
		return Front{}, err
	}
	picked, err := s.picked(ctx, picks, now)
	if err != nil {
		return Front{}, err
	}
	tree, err := s.sections.Tree(ctx)
	if err != nil {
		return Front{}, err
	}
	tops := tree.Below(0)
	lists := []article.List{{Lang: lang, Limit: 12}}
	for _, top := range tops {
		// Enough even when all of the picks and the latest were of this section.
		lists = append(lists, article.List{Of: top.ID, Lang: lang, Limit: perSection + MaxPicks})
	}
	found, err := s.articles.CardLists(ctx, now, lists...)
	if err != nil {
		return Front{}, err
	}
	of := map[int64][]article.Card{}
	for i, top := range tops {
		of[top.ID] = found[i+1]
	}
	return compose(picked, found[0], tops, of), nil
}

func (s *Store) picked(ctx context.Context, picks []Pick, now time.Time) ([]article.Card, error) {
	ids := make([]int64, len(picks))
	headline := map[int64]string{}
	for i, p := range picks {
		ids[i], headline[p.Article] = p.Article, p.Headline
	}
	cards, err := s.articles.CardsOf(ctx, ids, now)
	for i := range cards {
		if h := headline[cards[i].ID]; h != "" {
			cards[i].Headline = h
		}
	}
	return cards, err
}

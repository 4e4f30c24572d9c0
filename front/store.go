package front

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"lede/article"
	"lede/internal/audit"
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
	picks, err := clean(picks)
	if err != nil {
		return err
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
		_, err = q.ExecContext(ctx, `insert into front_version (lang, version, picks, at) values ($1, $2, $3, $4)`, lang, version+1, string(kept), db.Micros(now))
		if err != nil {
			return err
		}
		if err := audit.Add(ctx, q, now, "front.picked", "front", 0, picked(lang, version+1, picks)); err != nil {
			return err
		}
		return Changed.Add(ctx, q, 0)
	})
}

// picked says for the audit log what was picked, by id: a headline may have to go by law.
func picked(lang string, version int64, picks []Pick) string {
	said := fmt.Sprintf("%s, version %d:", lang, version)
	for _, p := range picks {
		said += fmt.Sprintf(" %d", p.Article)
		if !p.Until.IsZero() {
			said += " until " + p.Until.UTC().Format(time.DateTime)
		}
	}
	return said
}

// PicksAt are what editors picked with that version; fault.NotFound if it is none, or was made before choices were kept.
func (s *Store) PicksAt(ctx context.Context, lang string, version int64) (picks []Pick, at time.Time, err error) {
	var kept string
	var micros int64
	err = s.db.Read().QueryRowContext(ctx, `select picks, at from front_version where lang = $1 and version = $2`, lang, version).Scan(&kept, &micros)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, at, fault.NotFound
	}
	if err != nil {
		return nil, at, err
	}
	return picks, db.Time(micros), json.Unmarshal([]byte(kept), &picks)
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
	return s.unnameFormer(ctx, id)
}

// unnameFormer takes the headlines of an article out of former choices too.
func (s *Store) unnameFormer(ctx context.Context, id int64) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		former, err := formerNaming(ctx, q, id)
		if err != nil {
			return err
		}
		for _, c := range former {
			kept, err := json.Marshal(c.picks)
			if err != nil {
				return err
			}
			if _, err := q.ExecContext(ctx, `update front_version set picks = $3 where lang = $1 and version = $2`, c.lang, c.version, string(kept)); err != nil {
				return err
			}
		}
		return nil
	})
}

// choice is one saved choice for a front.
type choice struct {
	lang    string
	version int64
	picks   []Pick
}

// formerNaming are the choices in which the article has a headline of its own, without it.
func formerNaming(ctx context.Context, q db.Q, id int64) ([]choice, error) {
	rows, err := q.QueryContext(ctx, `select lang, version, picks from front_version`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []choice
	for rows.Next() {
		var c choice
		var kept string
		if err := rows.Scan(&c.lang, &c.version, &kept); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(kept), &c.picks); err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(c.picks, func(p Pick) bool { return p.Article == id && p.Headline != "" }); i >= 0 {
			c.picks[i].Headline = ""
			list = append(list, c)
		}
	}
	return list, rows.Err()
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
	return s.With(ctx, lang, picks, now)
}

// With is the front in lang as it would be at now if these were picked, and if the public saw the articles of extra as they are there.
func (s *Store) With(ctx context.Context, lang string, picks []Pick, now time.Time, extra ...article.Card) (Front, error) {
	picks = slices.DeleteFunc(slices.Clone(picks), func(p Pick) bool { return p.Over(now) })
	picked, err := s.picked(ctx, picks, extra, now)
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
		of[top.ID] = Overlay(found[i+1], below(tree, top.ID, extra))
	}
	f := compose(picked, Overlay(found[0], extra), tops, of)
	for _, p := range picks {
		if !p.Until.IsZero() && (f.Until.IsZero() || p.Until.Before(f.Until)) {
			f.Until = p.Until
		}
	}
	return f, nil
}

func (s *Store) picked(ctx context.Context, picks []Pick, extra []article.Card, now time.Time) ([]article.Card, error) {
	ids := make([]int64, len(picks))
	for i, p := range picks {
		ids[i] = p.Article
	}
	found, err := s.articles.CardsOf(ctx, ids, now)
	if err != nil {
		return nil, err
	}
	of := map[int64]article.Card{}
	for _, c := range append(found, extra...) {
		of[c.ID] = c
	}
	var cards []article.Card
	for _, p := range picks {
		if c, seen := of[p.Article]; seen {
			c.Headline = cmp.Or(p.Headline, c.Headline)
			cards = append(cards, c)
		}
	}
	return cards, nil
}

// Overlay is a list of cards, newest first, in which those of extra stand as they are there.
func Overlay(cards, extra []article.Card) []article.Card {
	if len(extra) == 0 {
		return cards
	}
	all := slices.DeleteFunc(slices.Clone(cards), func(c article.Card) bool {
		return slices.ContainsFunc(extra, func(e article.Card) bool { return e.ID == c.ID })
	})
	all = append(all, extra...)
	slices.SortStableFunc(all, func(a, b article.Card) int { return b.Published.Compare(a.Published) })
	return all
}

// below are those of the cards that belong into a section or one below it.
func below(tree section.Tree, id int64, cards []article.Card) []article.Card {
	var list []article.Card
	for _, c := range cards {
		if slices.ContainsFunc(tree.Line(c.Section), func(s section.Section) bool { return s.ID == id }) {
			list = append(list, c)
		}
	}
	return list
}

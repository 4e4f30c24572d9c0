package ad

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/section"
)

// Rules are what the publisher has decided about positions and selling.
type Rules struct {
	Version  int64           `json:"-"`
	Off      bool            `json:"off,omitempty"`      // no positions anywhere
	Closed   []Place         `json:"closed,omitempty"`   // places that are not used
	Sections []int64         `json:"sections,omitempty"` // sections without positions, and those below them
	Text     TextRules       `json:"text"`
	Approve  bool            `json:"approve,omitempty"` // another person than the one who made it approves an ad
	Currency string          `json:"currency"`          // ISO 4217
	Rates    map[Place]int64 `json:"rates,omitempty"`   // what a thousand viewed cost, for a first price
	Exclude  []netip.Prefix  `json:"exclude,omitempty"` // networks whose views are not billed: the office, monitoring
	Counted  string          `json:"counted,omitempty"` // what a confirmation says beside how it is counted
}

// TextRules say where positions may stand in a text.
type TextRules struct {
	First int `json:"first"` // not before so many words
	Apart int `json:"apart"` // so many words between two
	Most  int `json:"most"`  // so many in an article
	Part  int `json:"part"`  // at most so many percent of the height of the article, at most 30 (Better Ads Standards, mobile ad density)
}

// NewRules are the rules of a new paper.
func NewRules() Rules {
	return Rules{Text: TextRules{First: 150, Apart: 250, Most: 3, Part: 30}, Currency: "EUR"}
}

// mostExcluded bounds the networks that are listed.
const mostExcluded = 1000

// Check says field by field what is to be mended.
func (r Rules) Check() error {
	f := fault.Form{}
	for field, in := range map[string]struct{ n, least, most int }{
		"first": {r.Text.First, 30, 5000}, "apart": {r.Text.Apart, 50, 5000}, "most": {r.Text.Most, 0, 20}, "part": {r.Text.Part, 1, 30},
	} {
		if in.n < in.least || in.n > in.most {
			f[field] = fault.Invalid("Give a number from %d to %d.", in.least, in.most).Error()
		}
	}
	if len(r.Currency) != 3 || strings.Trim(r.Currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		f["currency"] = "A currency is three capital letters, as EUR."
	}
	if len(r.Exclude) > mostExcluded {
		f["exclude"] = "Up to 1,000 networks can be listed."
	}
	for p, price := range r.Rates {
		if price < 0 {
			f["rate-"+string(p)] = "A price is 0 or more."
		}
	}
	return f.Err()
}

// Bars tells whether a page in these sections has no positions.
func (r Rules) Bars(p Page) bool {
	return r.Off || len(r.Sections) > 0 && meets(r.Sections, p.Sections)
}

// In are the sections of a page that stands in these, each followed by those above it: the first is the one it is counted under.
func In(tree section.Tree, sections ...int64) []int64 {
	var ids []int64
	for _, id := range sections {
		for _, s := range tree.Line(id) {
			if !slices.Contains(ids, s.ID) {
				ids = append(ids, s.ID)
			}
		}
	}
	return ids
}

// Rules are the paper's rules; until somebody sets others, NewRules.
func (s *Store) Rules(ctx context.Context) (Rules, error) {
	r := NewRules()
	var text string
	err := s.db.Read().QueryRowContext(ctx, `select version, rules from ad_rules where id = 1`).Scan(&r.Version, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal([]byte(text), &r)
}

// SetRules keeps other rules; they must be made from the version that stands, else it is fault.Conflict. What is to be mended is a
// fault.Form.
func (s *Store) SetRules(ctx context.Context, r Rules, now time.Time) error {
	if err := r.Check(); err != nil {
		return err
	}
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		done, err := q.ExecContext(ctx, `insert into ad_rules (id, version, at, rules) values (1, $1 + 1, $2, $3)
			on conflict (id) do update set version = ad_rules.version + 1, at = excluded.at, rules = excluded.rules where ad_rules.version = $1`, r.Version, db.Micros(now), string(text))
		if err := changed(done, err); err != nil {
			return err
		}
		if err := audit.Add(ctx, q, now, "ad.rules", "paper", 0, "the rules for positions and selling"); err != nil {
			return err
		}
		return Changed.Add(ctx, q, 0)
	})
}

// changed is fault.Conflict where a statement found no row of the version it wanted.
func changed(done sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := done.RowsAffected()
	if err == nil && n == 0 {
		return fault.Conflict
	}
	return err
}

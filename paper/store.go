package paper

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/internal/job"
)

// Changed says that the paper's settings, a standing page or the addresses changed; its id is always 1.
const Changed = job.Event("paper.changed")

// Store keeps the paper.
type Store struct {
	db    *db.DB
	zones sync.Map // name to *time.Location: reading one reads a file
}

// NewStore keeps the paper in d.
func NewStore(d *db.DB) *Store { return &Store{db: d} }

// Found makes the paper of an empty database; one that is there stays as it is.
func (s *Store) Found(ctx context.Context, now time.Time) error {
	if _, err := s.Get(ctx); err == nil {
		return nil
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		settings, err := json.Marshal(New())
		if err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `insert into paper (id, version, settings, changed_at) values (1, 1, $1, $2) on conflict (id) do nothing`,
			string(settings), db.Micros(now))
		return err
	})
}

// Get is the paper as it is now set.
func (s *Store) Get(ctx context.Context) (Paper, error) {
	p, err := get(ctx, s.db.Read())
	if err != nil {
		return p, err
	}
	zone, known := s.zones.Load(p.Zone)
	if !known {
		zone, _ = s.zones.LoadOrStore(p.Zone, p.Clock())
	}
	p.clock = zone.(*time.Location)
	return p, nil
}

// Within is the paper as a transaction sees it.
func Within(ctx context.Context, q db.Q) (Paper, error) { return get(ctx, q) }

func get(ctx context.Context, q db.Q) (Paper, error) {
	var p Paper
	var settings string
	err := q.QueryRowContext(ctx, `select version, settings from paper where id = 1`).Scan(&p.Version, &settings)
	if err != nil {
		return p, fmt.Errorf("the paper's settings: %w", err)
	}
	if err := json.Unmarshal([]byte(settings), &p); err != nil {
		return p, fmt.Errorf("the paper's settings: %w", err)
	}
	return p, nil
}

// Set keeps new settings. p.Version must be the version they were made from, else it is a fault.Conflict.
func (s *Store) Set(ctx context.Context, p Paper, now time.Time) error {
	p = p.lines()
	if err := p.Check(); err != nil {
		return err
	}
	settings, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		former, err := get(ctx, q)
		if err != nil {
			return err
		}
		done, err := q.ExecContext(ctx, `update paper set version = version + 1, settings = $1, changed_at = $2 where id = 1 and version = $3`,
			string(settings), db.Micros(now), p.Version)
		if err := one(done, err); err != nil {
			return err
		}
		if err := audit.Add(ctx, q, now, "paper.set", "paper", 1, strings.Join(differing(former, p), ", ")); err != nil {
			return err
		}
		return Changed.Add(ctx, q, 1)
	})
}

// differing names the settings in which a and b differ, as they are called in JSON.
func differing(a, b Paper) []string {
	one, two := fields(a), fields(b)
	var names []string
	for name := range one {
		if _, ok := two[name]; !ok {
			names = append(names, name)
		}
	}
	for name, value := range two {
		if !bytes.Equal(one[name], value) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func fields(p Paper) map[string]json.RawMessage {
	var all map[string]json.RawMessage
	text, err := json.Marshal(p)
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		panic(err) // a paper is always JSON, and JSON always opens
	}
	return all
}

// one wants exactly one row to have changed; none means that somebody else saved first.
func one(done sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := done.RowsAffected()
	if err == nil && n != 1 {
		return fault.Conflict
	}
	return err
}

// Page is a standing page in one language: imprint, contact, privacy, advertise.
type Page struct {
	ID      int64
	Version int64
	Slug    string
	Lang    string
	Place   int // its order in the footer
	Title   string
	Body    doc.Doc
	Changed time.Time
}

// SetPage keeps a standing page and its address. A page of that slug and language is replaced if its
// version is p.Version, else it is a fault.Conflict; a slug that stands for something else is a fault.Form.
func (s *Store) SetPage(ctx context.Context, p Page, now time.Time) error {
	p.Title = Line(p.Title)
	if err := checkPage(p); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		settings, err := get(ctx, q)
		if err != nil {
			return err
		}
		if err := keepPage(ctx, q, p, now); err != nil {
			return err
		}
		if p.Lang == settings.Main() {
			if err := Claim(ctx, q, "/"+p.Slug, KindPage, 0, now); err != nil {
				return err
			}
		}
		return Changed.Add(ctx, q, 1)
	})
}

func checkPage(p Page) error {
	f := fault.Form{}
	if p.Title == "" {
		f["title"] = "The page needs a title."
	}
	if !IsSlug(p.Slug) {
		f["slug"] = "An address is made of small letters, figures and hyphens."
	}
	if err := p.Body.Check(); err != nil {
		f["body"] = "The text cannot be kept as it is: " + err.Error() + "."
	}
	return f.Err()
}

func keepPage(ctx context.Context, q db.Q, p Page, now time.Time) error {
	body := string(p.Body.JSON())
	if p.Version == 0 {
		_, err := q.ExecContext(ctx, `insert into page (id, version, slug, lang, place, title, body, changed_at) values ($1, 1, $2, $3, $4, $5, $6, $7)`,
			db.NewID(), p.Slug, p.Lang, p.Place, p.Title, body, db.Micros(now))
		return err
	}
	return one(q.ExecContext(ctx, `update page set version = version + 1, place = $1, title = $2, body = $3, changed_at = $4
		where slug = $5 and lang = $6 and version = $7`, p.Place, p.Title, body, db.Micros(now), p.Slug, p.Lang, p.Version))
}

// Page is the standing page of slug in lang, or in the first of the other languages that has it.
func (s *Store) Page(ctx context.Context, slug, lang string) (Page, error) {
	var p Page
	var body string
	var changed int64
	err := s.db.Read().QueryRowContext(ctx, `select id, version, slug, lang, place, title, body, changed_at from page
		where slug = $1 order by case when lang = $2 then 0 else 1 end, id limit 1`, slug, lang).
		Scan(&p.ID, &p.Version, &p.Slug, &p.Lang, &p.Place, &p.Title, &body, &changed)
	if errors.Is(err, sql.ErrNoRows) {
		return p, fault.NotFound
	}
	if err != nil {
		return p, err
	}
	p.Changed = db.Time(changed)
	p.Body, err = doc.Parse([]byte(body))
	return p, err
}

// Shows tells whether the medium stands in a standing page.
func (s *Store) Shows(ctx context.Context, media int64) (bool, error) {
	rows, err := s.db.Read().QueryContext(ctx, `select body from page`)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			return false, err
		}
		text, err := doc.Parse([]byte(body))
		if err != nil {
			return false, err
		}
		if slices.Contains(text.Media(), media) {
			return true, nil
		}
	}
	return false, rows.Err()
}

// Pages are the titles of the standing pages in lang, in their order; Body is left out.
func (s *Store) Pages(ctx context.Context, lang string) ([]Page, error) {
	rows, err := s.db.Read().QueryContext(ctx, `select slug, lang, title from page where lang = $1 order by place, slug`, lang)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var pages []Page
	for rows.Next() {
		var p Page
		if err := rows.Scan(&p.Slug, &p.Lang, &p.Title); err != nil {
			return nil, err
		}
		pages = append(pages, p)
	}
	return pages, rows.Err()
}

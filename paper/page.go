package paper

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/doc"
	"lede/internal/fault"
)

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
		if err := audit.Add(ctx, q, now, "page.set", "page", 0, p.Title+" (/"+p.Slug+", "+p.Lang+")"); err != nil {
			return err
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

// keepPage keeps the page and its version; one that was never versioned keeps what it replaces too.
func keepPage(ctx context.Context, q db.Q, p Page, now time.Time) error {
	if p.Version == 0 {
		p.ID, p.Version = db.NewID(), 1
		done, err := q.ExecContext(ctx, `insert into page (id, version, slug, lang, place, title, body, changed_at) values ($1, 1, $2, $3, $4, $5, $6, $7)
			on conflict (slug, lang) do nothing`, p.ID, p.Slug, p.Lang, p.Place, p.Title, string(p.Body.JSON()), db.Micros(now))
		if err := one(done, err); errors.Is(err, fault.Conflict) {
			return fault.Form{"slug": "There is a page at /" + p.Slug + " in this language already."}
		} else if err != nil {
			return err
		}
		return keepPageVersion(ctx, q, p, now)
	}
	former, err := scanPage(q.QueryRowContext(ctx, pageColumns+` where slug = $1 and lang = $2`, p.Slug, p.Lang))
	if err != nil {
		return err
	}
	if err := keepPageVersion(audit.As(ctx, audit.Actor{}), q, former, former.Changed); err != nil {
		return err
	}
	done, err := q.ExecContext(ctx, `update page set version = version + 1, place = $1, title = $2, body = $3, changed_at = $4
		where slug = $5 and lang = $6 and version = $7`, p.Place, p.Title, string(p.Body.JSON()), db.Micros(now), p.Slug, p.Lang, p.Version)
	if err := one(done, err); err != nil {
		return err
	}
	p.ID, p.Version = former.ID, p.Version+1
	return keepPageVersion(ctx, q, p, now)
}

// RemovePage takes away a standing page in one language, saved last as version. Its address leads to the front once no language has it.
func (s *Store) RemovePage(ctx context.Context, slug, lang string, version int64, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		p, err := scanPage(q.QueryRowContext(ctx, pageColumns+` where slug = $1 and lang = $2`, slug, lang))
		if err != nil {
			return err
		}
		if err := keepPageVersion(audit.As(ctx, audit.Actor{}), q, p, p.Changed); err != nil {
			return err
		}
		if err := one(q.ExecContext(ctx, `delete from page where id = $1 and version = $2`, p.ID, version)); err != nil {
			return err
		}
		if err := leaveAddress(ctx, q, slug, now); err != nil {
			return err
		}
		if err := audit.Add(ctx, q, now, "page.remove", "page", 0, p.Title+" (/"+slug+", "+lang+")"); err != nil {
			return err
		}
		return Changed.Add(ctx, q, 1)
	})
}

func leaveAddress(ctx context.Context, q db.Q, slug string, now time.Time) error {
	var left int
	if err := q.QueryRowContext(ctx, `select count(*) from page where slug = $1`, slug).Scan(&left); err != nil || left > 0 {
		return err
	}
	if _, err := at(ctx, q, "/"+slug); err != nil {
		if errors.Is(err, fault.NotFound) { // it never stood in the paper's first language
			return nil
		}
		return err
	}
	return Merge(ctx, q, "/"+slug, "/", now)
}

const pageColumns = `select id, version, slug, lang, place, title, body, changed_at from page`

func scanPage(row interface{ Scan(...any) error }) (Page, error) {
	var p Page
	var body string
	var changed int64
	err := row.Scan(&p.ID, &p.Version, &p.Slug, &p.Lang, &p.Place, &p.Title, &body, &changed)
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

// AllPages are the standing pages in every language, in their order, with their texts.
func (s *Store) AllPages(ctx context.Context) ([]Page, error) {
	rows, err := s.db.Read().QueryContext(ctx, pageColumns+` order by place, slug, lang`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Page
	for rows.Next() {
		p, err := scanPage(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, rows.Err()
}

// Page is the standing page of slug in lang, or in the first of the other languages that has it.
func (s *Store) Page(ctx context.Context, slug, lang string) (Page, error) {
	return scanPage(s.db.Read().QueryRowContext(ctx, pageColumns+` where slug = $1 order by case when lang = $2 then 0 else 1 end, id limit 1`, slug, lang))
}

// PageOf is the standing page of an id; fault.NotFound where there is none.
func (s *Store) PageOf(ctx context.Context, id int64) (Page, error) {
	return scanPage(s.db.Read().QueryRowContext(ctx, pageColumns+` where id = $1`, id))
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

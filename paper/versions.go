package paper

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/doc"
	"lede/internal/fault"
)

// Version is one saved state of the settings.
type Version struct {
	N       int64
	At      time.Time
	By      string
	Changed []string // the settings in which it differs from the one before, as they are called in JSON
}

// keepVersion keeps the settings that were just saved, and those before them if nothing did yet.
func keepVersion(ctx context.Context, q db.Q, former, p Paper, now time.Time) error {
	if err := addVersion(ctx, q, former, "", 0, now); err != nil {
		return err
	}
	who := audit.Who(ctx)
	p.Version = former.Version + 1
	return addVersion(ctx, q, p, who.Name, who.ID, now)
}

func addVersion(ctx context.Context, q db.Q, p Paper, by string, id int64, now time.Time) error {
	settings, err := json.Marshal(p)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `insert into paper_version (n, at, by_id, by_name, settings) values ($1, $2, $3, $4, $5) on conflict (n) do nothing`,
		p.Version, db.Micros(now), id, by, string(settings))
	return err
}

// Versions are the saved states of the settings, the newest first: at most limit, of those before the given one (0 for all).
func (s *Store) Versions(ctx context.Context, before int64, limit int) ([]Version, error) {
	rows, err := s.db.Read().QueryContext(ctx, `select n, at, by_name, settings from paper_version
		where cast($1 as bigint) = 0 or n < $1 order by n desc limit $2`, before, limit+1)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Version
	var states []Paper
	for rows.Next() {
		var v Version
		var at int64
		var settings string
		if err := rows.Scan(&v.N, &at, &v.By, &settings); err != nil {
			return nil, err
		}
		p, err := opened(v.N, settings)
		if err != nil {
			return nil, err
		}
		v.At = db.Time(at)
		list, states = append(list, v), append(states, p)
	}
	for i := range len(list) - 1 {
		list[i].Changed = Differing(states[i+1], states[i])
	}
	return list[:min(len(list), limit)], rows.Err()
}

func opened(n int64, settings string) (Paper, error) {
	p := Paper{Version: n}
	if err := json.Unmarshal([]byte(settings), &p); err != nil {
		return p, fmt.Errorf("version %d of the paper's settings: %w", n, err)
	}
	return p, nil
}

// Version is the paper as it was set in version n; fault.NotFound if that is not kept.
func (s *Store) Version(ctx context.Context, n int64) (Paper, Version, error) {
	v := Version{N: n}
	var at int64
	var settings string
	err := s.db.Read().QueryRowContext(ctx, `select at, by_name, settings from paper_version where n = $1`, n).Scan(&at, &v.By, &settings)
	if errors.Is(err, sql.ErrNoRows) {
		return Paper{}, v, fault.NotFound
	}
	if err != nil {
		return Paper{}, v, err
	}
	v.At = db.Time(at)
	p, err := opened(n, settings)
	return p, v, err
}

// PageVersion is one saved state of a standing page.
type PageVersion struct {
	N     int64
	At    time.Time
	By    string
	Title string
	Body  doc.Doc
}

func keepPageVersion(ctx context.Context, q db.Q, p Page, now time.Time) error {
	who := audit.Who(ctx)
	_, err := q.ExecContext(ctx, `insert into page_version (page_id, n, at, by_id, by_name, title, body) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (page_id, n) do nothing`, p.ID, p.Version, db.Micros(now), who.ID, who.Name, p.Title, string(p.Body.JSON()))
	return err
}

// PageVersions are the saved states of the page of id, the newest first.
func (s *Store) PageVersions(ctx context.Context, id int64) ([]PageVersion, error) {
	rows, err := s.db.Read().QueryContext(ctx, `select n, at, by_name, title, body from page_version where page_id = $1 order by n desc`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []PageVersion
	for rows.Next() {
		var v PageVersion
		var at int64
		var body string
		if err := rows.Scan(&v.N, &at, &v.By, &v.Title, &body); err != nil {
			return nil, err
		}
		v.At = db.Time(at)
		if v.Body, err = doc.Parse([]byte(body)); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

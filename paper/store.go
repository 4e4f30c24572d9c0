package paper

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
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
		if err := keepVersion(ctx, q, former, p, now); err != nil {
			return err
		}
		if err := audit.Add(ctx, q, now, "paper.set", "paper", 1, strings.Join(Differing(former, p), ", ")); err != nil {
			return err
		}
		return Changed.Add(ctx, q, 1)
	})
}

// Differing names the settings in which a and b differ, as they are called in JSON.
func Differing(a, b Paper) []string {
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

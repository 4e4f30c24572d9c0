package media

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/singleflight"

	"lede/internal/blob"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/job"
)

// What happens to pictures and files.
const (
	Added    = job.Event("media.added")    // it came in and wants its renditions (Render)
	Rendered = job.Event("media.rendered") // its JPEGs are made, and it wants the other formats (Enrich)
	Changed  = job.Event("media.changed")  // what is shown of it, or said of it, is another
	Redacted = job.Event("media.redacted") // its bytes must be gone (Destroy), and what showed it
)

// Store keeps pictures and files.
type Store struct {
	db      *db.DB
	blobs   blob.Store
	readers readers
	tools   Tools
	renders singleflight.Group
	besides func(ctx context.Context, id int64) (bool, error)
}

// New keeps what is said of media in d and their bytes in b.
func New(d *db.DB, b blob.Store) *Store {
	return &Store{db: d, blobs: b, readers: newReaders(), besides: func(context.Context, int64) (bool, error) { return false, nil }}
}

// Equip lets the store run programs of others. It must be called before the jobs start.
func (s *Store) Equip(t Tools) { s.tools = t }

// Besides has fn asked, before a picture is deleted, whether it is used where no article and no byline is. It must be called
// before the jobs start.
func (s *Store) Besides(fn func(ctx context.Context, id int64) (bool, error)) { s.besides = fn }

const columns = `id, version, token, vault, rev, name, kind, type, bytes, width, height, seconds,
	alt, caption, credit, rights, rights_end, taken, focus_x, focus_y, widths, formats, ready_at, added_at, changed_at, added_by, changed_by,
	trashed_at, redacted_at`

func scan(row interface{ Scan(...any) error }) (m Media, err error) {
	var widths, formats string
	var ready, trashed, redacted sql.NullInt64
	var added, changed int64
	err = row.Scan(&m.ID, &m.Version, &m.Token, &m.vault, &m.Rev, &m.Name, &m.Kind, &m.Type, &m.Bytes, &m.Width, &m.Height, &m.Seconds,
		&m.Alt, &m.Caption, &m.Credit, &m.Rights, &m.RightsEnd, &m.Taken, &m.FocusX, &m.FocusY, &widths, &formats, &ready, &added, &changed,
		&m.AddedBy, &m.ChangedBy, &trashed, &redacted)
	if err != nil {
		return Media{}, err
	}
	m.Ready, m.Added, m.Changed = ready.Valid, db.Time(added), db.Time(changed)
	m.Formats, m.Trashed, m.Redacted = strings.Fields(formats), timeOf(trashed), timeOf(redacted)
	return m, json.Unmarshal([]byte(widths), &m.Widths)
}

func timeOf(at sql.NullInt64) time.Time {
	if !at.Valid {
		return time.Time{}
	}
	return db.Time(at.Int64)
}

// one reads the one row that meets the condition, a constant of this package. None: fault.NotFound.
func (s *Store) one(ctx context.Context, q db.Q, condition string, args ...any) (Media, error) {
	m, err := scan(q.QueryRowContext(ctx, `select `+columns+` from media where `+condition, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return Media{}, fmt.Errorf("media: %w", fault.NotFound)
	}
	return m, err
}

// ByToken finds media by the random part of its address, or gives fault.NotFound.
func (s *Store) ByToken(ctx context.Context, token string) (Media, error) {
	return s.one(ctx, s.db.Read(), `token = $1`, token)
}

// many is how many ids go into one statement.
const many = 500

// Get finds media by their ids. Those that do not exist are missing in the answer.
func (s *Store) Get(ctx context.Context, ids ...int64) (map[int64]Media, error) {
	found := make(map[int64]Media, len(ids))
	for some := range slices.Chunk(ids, many) {
		rows, err := s.db.Read().QueryContext(ctx,
			`select `+columns+` from media where id in (`+db.Places(1, len(some))+`)`, db.Args(some)...)
		if err != nil {
			return nil, fmt.Errorf("media: %w", err)
		}
		for rows.Next() {
			m, err := scan(rows)
			if err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			found[m.ID] = m
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, fmt.Errorf("media: %w", err)
		}
	}
	return found, nil
}

// Describe changes what is said of media, and its focal point. version is the one the person saw: when another has
// been saved since, nothing changes and the answer is that newer one with fault.Conflict. about.Key does not count.
func (s *Store) Describe(ctx context.Context, id, version int64, about About, now time.Time) (Media, error) {
	if err := about.check(); err != nil {
		return Media{}, err
	}
	var m Media
	x, y := about.focused()
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		done, err := q.ExecContext(ctx, `update media set version = version + 1, alt = $1, caption = $2, credit = $3, rights = $4, rights_end = $5,
			focus_x = $6, focus_y = $7, changed_at = $8, changed_by = $9 where id = $10 and version = $11 and redacted_at is null`,
			about.Alt, about.Caption, about.Credit, about.Rights, about.RightsEnd, x, y, db.Micros(now), about.By, id, version)
		if err != nil {
			return err
		}
		if m, err = s.one(ctx, q, `id = $1`, id); err != nil {
			return err
		}
		n, err := done.RowsAffected()
		switch {
		case err != nil:
			return err
		case n == 1:
			return errors.Join(index(ctx, q, m), Changed.Add(ctx, q, id))
		case !m.Redacted.IsZero():
			return fmt.Errorf("media %d: %w", id, fault.Gone)
		}
		return fmt.Errorf("media %d: %w", id, fault.Conflict)
	})
	return m, err
}

// Credited puts one credit on all of ids, whatever they had: on a whole batch that came in together. Those that are not there
// are passed over.
func (s *Store) Credited(ctx context.Context, ids []int64, credit string, by int64, now time.Time) error {
	if err := (About{Credit: credit}).check(); err != nil {
		return err
	}
	for _, id := range ids {
		err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
			done, err := q.ExecContext(ctx, `update media set version = version + 1, credit = $1, changed_at = $2, changed_by = $3
				where id = $4 and credit <> $1 and redacted_at is null`, credit, db.Micros(now), by, id)
			if err != nil {
				return err
			}
			if n, err := done.RowsAffected(); err != nil || n == 0 {
				return err
			}
			m, err := s.one(ctx, q, `id = $1`, id)
			return errors.Join(err, index(ctx, q, m), Changed.Add(ctx, q, id))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Open opens a picture's JPEG of that width, or with width 0 a file of sound or film. What does not exist, or not yet, is
// fault.NotFound; a picture's original is never given.
func (s *Store) Open(ctx context.Context, m Media, width int) (io.ReadSeekCloser, blob.Info, error) {
	return s.OpenAs(ctx, m, width, m.ServedType())
}

// OpenAs opens what readers get in the format of that MIME type, one of those that m has.
func (s *Store) OpenAs(ctx context.Context, m Media, width int, mime string) (io.ReadSeekCloser, blob.Info, error) {
	if m.Kind != Picture {
		if m.Ready && width == 0 && mime == m.Type {
			return s.blobs.Open(ctx, m.originalKey())
		}
	} else if slices.Contains(m.Widths, width) {
		for _, ext := range append([]string{jpegFormat.ext}, m.Formats...) {
			if servedTypes[ext] == mime {
				return s.blobs.Open(ctx, m.renditionKey(width, ext))
			}
		}
	}
	return nil, blob.Info{}, fmt.Errorf("media %s at width %d: %w", m.Token, width, fault.NotFound)
}

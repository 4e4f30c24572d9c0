package media

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io"
	"slices"
	"time"

	"lede/internal/blob"
	"lede/internal/db"
	"lede/internal/fault"
	"lede/internal/job"
)

// Added says that a picture or file came in and wants its renditions (Render); Changed that what is shown of it, or
// said of it, is another.
const (
	Added   = job.Event("media.added")
	Changed = job.Event("media.changed")
)

// Store keeps pictures and files.
type Store struct {
	db      *db.DB
	blobs   blob.Store
	readers readers
}

// New keeps what is said of media in d and their bytes in b.
func New(d *db.DB, b blob.Store) *Store { return &Store{d, b, newReaders()} }

const columns = `id, version, token, vault, rev, name, kind, type, bytes, width, height, seconds,
	alt, caption, credit, rights, taken, focus_x, focus_y, widths, ready_at, added_at, changed_at`

func scan(row interface{ Scan(...any) error }) (m Media, err error) {
	var widths string
	var ready sql.NullInt64
	var added, changed int64
	err = row.Scan(&m.ID, &m.Version, &m.Token, &m.vault, &m.Rev, &m.Name, &m.Kind, &m.Type, &m.Bytes, &m.Width, &m.Height, &m.Seconds,
		&m.Alt, &m.Caption, &m.Credit, &m.Rights, &m.Taken, &m.FocusX, &m.FocusY, &widths, &ready, &added, &changed)
	if err != nil {
		return Media{}, err
	}
	m.Ready, m.Added, m.Changed = ready.Valid, db.Time(added), db.Time(changed)
	return m, json.Unmarshal([]byte(widths), &m.Widths)
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
		done, err := q.ExecContext(ctx, `update media set version = version + 1, alt = $1, caption = $2, credit = $3, rights = $4,
			focus_x = $5, focus_y = $6, changed_at = $7 where id = $8 and version = $9`,
			about.Alt, about.Caption, about.Credit, about.Rights, x, y, db.Micros(now), id, version)
		if err != nil {
			return err
		}
		if m, err = s.one(ctx, q, `id = $1`, id); err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 1 {
			return errors.Join(err, Changed.Add(ctx, q, id))
		}
		return fmt.Errorf("media %d: %w", id, fault.Conflict)
	})
	return m, err
}

// Render makes the renditions of a picture, marks it ready and adds Changed. It listens to Added; again, or on what
// needs none or is no longer there, it does nothing.
func (s *Store) Render(ctx context.Context, id int64) error {
	m, err := s.one(ctx, s.db.Read(), `id = $1`, id)
	if errors.Is(err, fault.NotFound) || err == nil && m.Ready {
		return nil
	}
	if err == nil {
		err = s.render(ctx, m)
	}
	if err != nil {
		return fmt.Errorf("picture %d: %w", id, err)
	}
	widths, err := json.Marshal(widthsOf(m.Width))
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		done, err := q.ExecContext(ctx, `update media set widths = $1, ready_at = added_at where id = $2 and ready_at is null`, string(widths), id)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return Changed.Add(ctx, q, id)
	})
}

func (s *Store) render(ctx context.Context, m Media) (err error) {
	file, _, err := s.blobs.Open(ctx, m.originalKey())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	f := formats[m.Type]
	t := read(f, file).turn
	size := t.upright(image.Pt(m.Width, m.Height)) // as stored: turning is its own reverse
	return s.readers.with(ctx, size, func(ctx context.Context) error {
		im, err := decode(ctx, f, file, size)
		if err != nil {
			return err
		}
		page := base(im, t)
		convert(profileOf(f, file)).apply(page)
		return renditions(page, widthsOf(m.Width), func(width int, im *image.RGBA) error {
			var b bytes.Buffer
			if err := encode(&b, im); err != nil {
				return err
			}
			return s.blobs.Put(ctx, m.renditionKey(width), &b)
		})
	})
}

// Open opens what readers get: of a picture the rendition of that width, of sound and film the file itself, with
// width 0. What does not exist, or not yet, is fault.NotFound; a picture's original is never given.
func (s *Store) Open(ctx context.Context, m Media, width int) (io.ReadSeekCloser, blob.Info, error) {
	switch {
	case m.Kind == Picture && slices.Contains(m.Widths, width):
		return s.blobs.Open(ctx, m.renditionKey(width))
	case m.Kind != Picture && m.Ready && width == 0:
		return s.blobs.Open(ctx, m.originalKey())
	}
	return nil, blob.Info{}, fmt.Errorf("media %s at width %d: %w", m.Token, width, fault.NotFound)
}

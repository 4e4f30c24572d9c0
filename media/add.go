package media

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"path"
	"strings"
	"time"
	"unicode"

	"lede/internal/db"
	"lede/internal/fault"
)

// Add takes in a file: name is what its sender called it, r its bytes. What about leaves empty is filled from what
// the file says of itself. The same file, or the same about.Key, again gives what was added first, unchanged. What
// cannot be taken is a fault.Invalid that says in one sentence what can, and leaves nothing behind.
//
// A picture is read whole, to be sure that it can be, but its renditions are made by Render.
func (s *Store) Add(ctx context.Context, name string, r io.Reader, about About, now time.Time) (Media, error) {
	if err := about.check(); err != nil {
		return Media{}, err
	}
	if about.Key != "" {
		m, err := s.one(ctx, s.db.Read(), `upload_key = $1`, about.Key)
		if !errors.Is(err, fault.NotFound) {
			m.Already = true
			return m, errors.Join(err, m.barred())
		}
	}
	now = db.Time(db.Micros(now))
	m := Media{ID: db.NewID(), Version: 1, Token: random(), Rev: 1, Name: plain(name), Added: now, Changed: now, vault: random()}
	sum, err := s.take(ctx, r, &m)
	if err == nil {
		err = s.inspect(ctx, &m, &about)
	}
	if err != nil {
		return Media{}, errors.Join(err, s.discard(ctx, m))
	}
	return s.keep(ctx, m, about, sum)
}

// random is 130 random bits in lower-case base32.
func random() string { return strings.ToLower(rand.Text()) }

// plain is the last part of a file's name, as text that can be shown.
func plain(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, name)
	if runes := []rune(name); len(runes) > nameMax {
		name = string(runes[:nameMax])
	}
	return name
}

// take recognises what is coming and keeps it under m's key. It returns the SHA-256 of all of it in hex.
func (s *Store) take(ctx context.Context, r io.Reader, m *Media) (string, error) {
	in := bufio.NewReaderSize(r, sniffed)
	head, err := in.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("upload: %w", err)
	}
	f, err := sniff(head)
	if err != nil {
		return "", err
	}
	m.Kind, m.Type = f.kind, f.mime
	body := &counted{r: in, sum: sha256.New(), max: f.max}
	if err := s.blobs.Put(ctx, m.originalKey(), body); err != nil {
		return "", err
	}
	m.Bytes = body.n
	return hex.EncodeToString(body.sum.Sum(nil)), nil
}

// counted counts and sums what passes, and stops at max bytes.
type counted struct {
	r      io.Reader
	sum    hash.Hash
	n, max int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	c.sum.Write(p[:n])
	if c.n > c.max {
		return 0, fault.Invalid("The file is larger than %d MB, which is the most that can be taken.", c.max>>20)
	}
	return n, err
}

// inspect looks into the file: its size, what it says of itself, and whether it can be read to its end.
func (s *Store) inspect(ctx context.Context, m *Media, about *About) (err error) {
	file, _, err := s.blobs.Open(ctx, m.originalKey())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if m.Kind != Picture {
		m.Ready = true
		m.play(file)
		return s.quieten(ctx, *m, file)
	}
	said := read(formats[m.Type], file)
	about.fill(said)
	m.Taken = said.taken
	return s.pixels(ctx, formats[m.Type], file, func(p pixels) error {
		shown := p.turn.upright(p.size)
		m.Width, m.Height = shown.X, shown.Y
		return nil
	})
}

// quieten empties what sound or film says of itself, since it is served as it is kept.
func (s *Store) quieten(ctx context.Context, m Media, file io.ReadSeeker) error {
	parts := telling(formats[m.Type], file, m.Bytes)
	if len(parts) == 0 {
		return nil
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return s.blobs.Put(ctx, m.originalKey(), &emptier{r: file, parts: parts})
}

// fill takes from the file what the person left empty.
func (a *About) fill(said tags) {
	if runes := []rune(said.alt); len(runes) > altMax {
		said.alt = string(runes[:altMax])
	}
	for _, x := range []struct {
		to   *string
		from string
	}{{&a.Alt, said.alt}, {&a.Caption, said.caption}, {&a.Credit, said.credit}, {&a.Rights, said.rights}} {
		if *x.to == "" {
			*x.to = x.from
		}
	}
}

// discard removes a file that is not wanted, even when the request that brought it has ended.
func (s *Store) discard(ctx context.Context, m Media) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), budget)
	defer cancel()
	return s.blobs.Delete(ctx, m.originalKey())
}

// keep writes the row, unless the same file or key is there: then that stands, out of the trash if it lay there, and the new
// file goes. After an error the file stays, since the row may have been written all the same.
func (s *Store) keep(ctx context.Context, m Media, about About, sum string) (Media, error) {
	m.Alt, m.Caption, m.Credit, m.Rights, m.RightsEnd = about.Alt, about.Caption, about.Credit, about.Rights, about.RightsEnd
	m.AddedBy, m.ChangedBy = about.By, about.By
	m.FocusX, m.FocusY = about.focused()
	var kept Media
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		kept = m
		inserted, err := insert(ctx, q, m, about.Key, sum)
		if err != nil {
			return err
		}
		if inserted {
			return errors.Join(index(ctx, q, m), Added.Add(ctx, q, m.ID))
		}
		if _, err := q.ExecContext(ctx, `update media set trashed_at = null where sha256 = $1 or upload_key = $2`, sum, about.Key); err != nil {
			return err
		}
		kept, err = s.one(ctx, q, `sha256 = $1 or upload_key = $2 order by added_at limit 1`, sum, about.Key)
		kept.Already = true
		return err
	})
	if err != nil {
		return Media{}, fmt.Errorf("media %s: %w", m.Name, err)
	}
	if kept.ID == m.ID {
		return kept, nil
	}
	if err := s.discard(ctx, m); err != nil {
		return kept, err
	}
	return kept, kept.barred()
}

// barred refuses a file that was destroyed by law: it must not come back by being added again.
func (m Media) barred() error {
	if m.Redacted.IsZero() {
		return nil
	}
	return fault.Invalid("This very file was removed by law on %s. It cannot be added again.", m.Redacted.Format("2 January 2006"))
}

func insert(ctx context.Context, q db.Q, m Media, key, sum string) (bool, error) {
	var ready any
	if m.Ready {
		ready = db.Micros(m.Added)
	}
	done, err := q.ExecContext(ctx, `insert into media (id, version, token, vault, rev, sha256, upload_key, name, kind, type, bytes, width, height,
			seconds, alt, caption, credit, rights, rights_end, taken, focus_x, focus_y, widths, ready_at, added_at, changed_at, added_by, changed_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, '[]', $23, $24, $24, $25, $25)
		on conflict do nothing`,
		m.ID, m.Version, m.Token, m.vault, m.Rev, sum, sql.NullString{String: key, Valid: key != ""}, m.Name, m.Kind, m.Type, m.Bytes, m.Width, m.Height,
		m.Seconds, m.Alt, m.Caption, m.Credit, m.Rights, m.RightsEnd, m.Taken, m.FocusX, m.FocusY, ready, db.Micros(m.Added), m.AddedBy)
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

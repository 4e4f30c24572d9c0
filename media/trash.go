package media

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"lede/internal/audit"
	"lede/internal/blob"
	"lede/internal/db"
	"lede/internal/fault"
)

// InTrash is how long what was deleted can be brought back.
const InTrash = 7 * 24 * time.Hour

// Delete puts a picture or file that stands nowhere into the trash, from which Restore brings it back. One that is used is a
// fault.Invalid that says how often.
func (s *Store) Delete(ctx context.Context, id int64, now time.Time) error {
	other, err := s.besides(ctx, id)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		m, err := s.one(ctx, q, `id = $1 and redacted_at is null`, id)
		if err != nil || !m.Trashed.IsZero() {
			return err
		}
		if err := unused(ctx, q, id, other); err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `update media set trashed_at = $1 where id = $2`, db.Micros(now), id)
		return errors.Join(err, Changed.Add(ctx, q, id), audit.Add(ctx, q, now, "picture.delete", "picture", id, m.Name))
	})
}

// unused refuses what is used; other tells that it is, where no article and no byline is.
func unused(ctx context.Context, q db.Q, id int64, other bool) error {
	var n int
	if err := q.QueryRowContext(ctx, `select count(*) from media_use where media_id = $1`, id).Scan(&n); err != nil {
		return err
	}
	if other {
		n++
	}
	switch n {
	case 0:
		return nil
	case 1:
		return fault.Invalid("It is used. Take it out of this one first.")
	}
	return fault.Invalid("It is used. Take it out of these %s first.", inWords(n))
}

func inWords(n int) string {
	words := []string{"", "", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}
	if n < len(words) {
		return words[n]
	}
	return fmt.Sprint(n)
}

// Restore brings back from the trash. What is not in it stays as it is.
func (s *Store) Restore(ctx context.Context, id int64, now time.Time) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		m, err := s.one(ctx, q, `id = $1 and redacted_at is null`, id)
		if err != nil || m.Trashed.IsZero() {
			return err
		}
		_, err = q.ExecContext(ctx, `update media set trashed_at = null where id = $1`, id)
		return errors.Join(err, Changed.Add(ctx, q, id), audit.Add(ctx, q, now, "picture.restore", "picture", id, m.Name))
	})
}

// Empty destroys what has lain in the trash for InTrash. What has come into use meanwhile comes back instead.
func (s *Store) Empty(ctx context.Context, now time.Time) error {
	ids, err := db.Column[int64](ctx, s.db.Read(), `select id from media where trashed_at <= $1`, db.Micros(now.Add(-InTrash)))
	for _, id := range ids {
		err = errors.Join(err, s.empty(ctx, id, now))
	}
	return err
}

func (s *Store) empty(ctx context.Context, id int64, now time.Time) error {
	other, err := s.besides(ctx, id)
	if err != nil {
		return err
	}
	var m Media
	err = s.db.Tx(ctx, func(ctx context.Context, q db.Q) (err error) {
		if m, err = s.one(ctx, q, `id = $1 and trashed_at is not null`, id); err != nil {
			return err
		}
		if err := unused(ctx, q, id, other); err != nil {
			m = Media{}
			_, err := q.ExecContext(ctx, `update media set trashed_at = null where id = $1`, id)
			return err
		}
		if _, err := q.ExecContext(ctx, `delete from media_word where media_id = $1`, id); err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `delete from media where id = $1`, id)
		return errors.Join(err, audit.Add(ctx, q, now, "picture.destroy", "picture", id, m.Name))
	})
	if errors.Is(err, fault.NotFound) || err == nil && m.ID == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	return s.destroy(ctx, m)
}

// Redact destroys a picture or file by law, wherever it is used, at once and for good: its bytes, all that was made of them, and
// all that was said of it. What stays is that there was one, when it went, and the digest of its file, so that it cannot be added
// again. Its addresses are gone (410). Twice is as good as once.
func (s *Store) Redact(ctx context.Context, id, by int64, now time.Time) error {
	var m Media
	err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) (err error) {
		if m, err = s.one(ctx, q, `id = $1`, id); err != nil || !m.Redacted.IsZero() {
			return err
		}
		_, err = q.ExecContext(ctx, `update media set version = version + 1, name = '', alt = '', caption = '', credit = '', rights = '', rights_end = '',
			taken = '', bytes = 0, width = 0, height = 0, seconds = 0, formats = '', ready_at = null, upload_key = null,
			changed_at = $1, changed_by = $2, redacted_at = $1 where id = $3`, db.Micros(now), by, id)
		if err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, `delete from media_word where media_id = $1`, id); err != nil {
			return err
		}
		return errors.Join(Changed.Add(ctx, q, id), Redacted.Add(ctx, q, id), audit.Add(ctx, q, now, "picture.redact", "picture", id, ""))
	})
	if err != nil {
		return err
	}
	return s.destroy(ctx, m)
}

// Destroy takes away the bytes of what was redacted, should they still be there. It listens to Redacted.
func (s *Store) Destroy(ctx context.Context, id int64) error {
	m, err := s.one(ctx, s.db.Read(), `id = $1 and redacted_at is not null`, id)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.destroy(ctx, m)
}

// destroy deletes what was sent and all that was made of it, or was about to be.
func (s *Store) destroy(ctx context.Context, m Media) error {
	err := s.blobs.Delete(ctx, m.originalKey())
	for _, width := range append(m.Widths, ladder...) {
		for ext := range servedTypes {
			err = errors.Join(err, s.blobs.Delete(ctx, m.renditionKey(width, ext)))
		}
	}
	return err
}

// orphaned is how long a file may stand without its row: an upload that is still coming has none.
const orphaned = 24 * time.Hour

// Sweep deletes the files of which no row speaks: those of uploads that broke off, and what was being made of a picture while
// it was destroyed.
func (s *Store) Sweep(ctx context.Context, now time.Time) error {
	for _, prefix := range []string{"original/", "rendition/"} {
		keys := map[string][]string{}
		err := s.blobs.List(ctx, prefix, func(key string, info blob.Info) error {
			if now.Sub(info.Modified) > orphaned {
				vault, _, _ := strings.Cut(strings.TrimPrefix(key, prefix), "/")
				keys[vault] = append(keys[vault], key)
			}
			if len(keys) < many {
				return nil
			}
			defer clear(keys)
			return s.sweep(ctx, keys)
		})
		if err := errors.Join(err, s.sweep(ctx, keys)); err != nil {
			return fmt.Errorf("sweeping files: %w", err)
		}
	}
	return nil
}

// sweep deletes the keys of the vaults that no row knows.
func (s *Store) sweep(ctx context.Context, keys map[string][]string) error {
	known, err := s.known(ctx, keys)
	if err != nil {
		return err
	}
	for vault, all := range keys {
		for _, key := range all {
			if !known[vault] {
				err = errors.Join(err, s.blobs.Delete(ctx, key))
			}
		}
	}
	return err
}

func (s *Store) known(ctx context.Context, keys map[string][]string) (map[string]bool, error) {
	known := map[string]bool{}
	if len(keys) == 0 {
		return known, nil
	}
	var vaults []any
	for vault := range keys {
		vaults = append(vaults, vault)
	}
	rows, err := s.db.Read().QueryContext(ctx, `select vault from media where redacted_at is null and vault in (`+db.Places(1, len(vaults))+`)`, vaults...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var vault string
		if err := rows.Scan(&vault); err != nil {
			return nil, err
		}
		known[vault] = true
	}
	return known, rows.Err()
}

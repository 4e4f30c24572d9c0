package media

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"slices"
	"strings"

	"lede/internal/db"
	"lede/internal/fault"
)

// Render makes the JPEGs of a picture, marks it ready and adds Changed and Rendered. It listens to Added; again, or on what
// needs none or is no longer there, it does nothing. Who asks for it while it is being done waits for that.
func (s *Store) Render(ctx context.Context, id int64) error {
	_, err, _ := s.renders.Do(fmt.Sprint(id), func() (any, error) { return nil, s.renderOnce(ctx, id) })
	return err
}

func (s *Store) renderOnce(ctx context.Context, id int64) error {
	m, err := s.one(ctx, s.db.Read(), `id = $1`, id)
	if errors.Is(err, fault.NotFound) || err == nil && (m.Ready || !m.Redacted.IsZero()) {
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
		done, err := q.ExecContext(ctx, `update media set widths = $1, ready_at = added_at where id = $2 and ready_at is null and redacted_at is null`,
			string(widths), id)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return errors.Join(Changed.Add(ctx, q, id), Rendered.Add(ctx, q, id))
	})
}

func (s *Store) render(ctx context.Context, m Media) error {
	return s.original(ctx, m, func(p pixels) error {
		return renditions(p.page(), widthsOf(m.Width), func(width int, im *image.RGBA) error {
			var b bytes.Buffer
			if err := encode(&b, im); err != nil {
				return err
			}
			return s.blobs.Put(ctx, m.renditionKey(width, jpegFormat.ext), &b)
		})
	})
}

// original reads a picture as it was sent.
func (s *Store) original(ctx context.Context, m Media, fn func(pixels) error) (err error) {
	file, _, err := s.blobs.Open(ctx, m.originalKey())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return s.pixels(ctx, formats[m.Type], file, fn)
}

// Enrich makes the renditions of a picture in the formats that smaller files come in, as far as there are programs for them,
// and adds Changed when it has gained one. A format that would save nothing is left out. It listens to Rendered; again, or on
// what is not there or not ready, it does nothing.
func (s *Store) Enrich(ctx context.Context, id int64) error {
	m, tried, err := s.triedOf(ctx, id)
	if errors.Is(err, fault.NotFound) || err == nil && (!m.Ready || m.Kind != Picture) {
		return nil
	}
	if err != nil {
		return err
	}
	var left []encoder
	for _, e := range s.tools.encoders {
		if !slices.Contains(tried, e.ext()) {
			left = append(left, e)
		}
	}
	if len(left) > 0 {
		if m.Formats, err = s.enrich(ctx, m, left); err != nil {
			return fmt.Errorf("picture %d: %w", id, err)
		}
	}
	return s.enriched(ctx, m)
}

func (s *Store) triedOf(ctx context.Context, id int64) (Media, []string, error) {
	m, err := s.one(ctx, s.db.Read(), `id = $1 and redacted_at is null`, id)
	if err != nil {
		return m, nil, err
	}
	var tried string
	err = s.db.Read().QueryRowContext(ctx, `select tried from media where id = $1`, id).Scan(&tried)
	return m, strings.Fields(tried), err
}

// enriched notes what was made and what was tried.
func (s *Store) enriched(ctx context.Context, m Media) error {
	formats, tried := strings.Join(m.Formats, " "), strings.Join(s.tools.Formats(), " ")
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		if _, err := q.ExecContext(ctx, `update media set tried = $1 where id = $2`, tried, m.ID); err != nil {
			return err
		}
		done, err := q.ExecContext(ctx, `update media set formats = $1 where id = $2 and formats <> $1 and redacted_at is null`, formats, m.ID)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return Changed.Add(ctx, q, m.ID)
	})
}

// enrich returns all formats of the picture, the smaller first.
func (s *Store) enrich(ctx context.Context, m Media, left []encoder) ([]string, error) {
	var page *image.RGBA
	if err := s.original(ctx, m, func(p pixels) error { page = p.page(); return nil }); err != nil {
		return nil, err
	}
	made := map[string]int64{}
	err := renditions(page, m.Widths, func(width int, im *image.RGBA) error {
		for _, e := range left {
			b, err := e.encode(ctx, im)
			if err != nil {
				return err
			}
			if err := s.blobs.Put(ctx, m.renditionKey(width, e.ext()), bytes.NewReader(b)); err != nil {
				return err
			}
			made[e.ext()] += int64(len(b))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.worth(ctx, m, made)
}

// worth keeps of what was made the formats in which the picture is smaller than as JPEG.
func (s *Store) worth(ctx context.Context, m Media, made map[string]int64) ([]string, error) {
	plain := int64(0)
	for _, width := range m.Widths {
		f, info, err := s.blobs.Open(ctx, m.renditionKey(width, jpegFormat.ext))
		if err != nil {
			return nil, err
		}
		plain += info.Size
		if err := f.Close(); err != nil {
			return nil, err
		}
	}
	var all []string
	for _, ext := range s.tools.Formats() {
		if bytes, now := made[ext]; now && bytes < plain || slices.Contains(m.Formats, ext) {
			all = append(all, ext)
		}
	}
	for _, ext := range m.Formats { // made when there was a program for it
		if !slices.Contains(all, ext) {
			all = append(all, ext)
		}
	}
	return all, nil
}

// enrichAtOnce is how many pictures are made anew in one go.
const enrichAtOnce = 100

// EnrichOlder makes what Enrich makes for pictures that came before there was a program for it, the newest first and some at a
// time. A picture that cannot be made is passed over until the programs change.
func (s *Store) EnrichOlder(ctx context.Context) error {
	if len(s.tools.encoders) == 0 {
		return nil
	}
	ids, err := db.Column[int64](ctx, s.db.Read(), `select id from media where kind = 'picture' and ready_at is not null and redacted_at is null and tried <> $1
		order by id desc limit $2`, strings.Join(s.tools.Formats(), " "), enrichAtOnce)
	if err != nil {
		return err
	}
	var failed error
	for _, id := range ids {
		err := s.Enrich(ctx, id)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			failed = errors.Join(failed, err, s.passOver(ctx, id))
		}
	}
	return failed
}

func (s *Store) passOver(ctx context.Context, id int64) error {
	return s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `update media set tried = $1 where id = $2`, strings.Join(s.tools.Formats(), " "), id)
		return err
	})
}

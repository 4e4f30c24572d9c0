package media_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lede/internal/fault"
	"lede/media"
)

func TestSoundAndFilmAreServedAsTheyCame(t *testing.T) {
	each(t, func(t *testing.T, l library) {
		for _, c := range []struct {
			file, kind, mime       string
			seconds, width, height int
		}{
			{"tone.mp3", media.Audio, "audio/mpeg", 3, 0, 0}, {"tone.m4a", media.Audio, "audio/mp4", 3, 0, 0},
			{"tone.ogg", media.Audio, "audio/ogg", 3, 0, 0}, {"tone.wav", media.Audio, "audio/wav", 1, 0, 0},
			{"film.mp4", media.Video, "video/mp4", 2, 64, 36}, {"film.webm", media.Video, "video/webm", 2, 64, 36},
		} {
			b, err := os.ReadFile(filepath.Join("testdata", c.file))
			if err != nil {
				t.Fatal(err)
			}
			m := l.add(b, media.About{})
			if m.Kind != c.kind || m.Type != c.mime || m.ServedType() != c.mime || m.Seconds != c.seconds || m.Width != c.width || m.Height != c.height || !m.Ready {
				t.Errorf("%s: %+v, want %+v", c.file, m, c)
			}
			if want := "/media/" + m.Token + "/1" + filepath.Ext(c.file); m.File() != want {
				t.Errorf("%s: address %s, want %s", c.file, m.File(), want)
			}
			if err := l.Render(t.Context(), m.ID); err != nil {
				t.Errorf("%s: render: %v, want nothing to do", c.file, err)
			}
			f, info, err := l.Open(t.Context(), l.get(m.ID), 0)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(f)
			if err := errors.Join(err, f.Close()); err != nil || len(got) != len(b) || !bytes.Equal(got[len(got)/2:len(got)/2+100], b[len(b)/2:len(b)/2+100]) || info.Size != int64(len(b)) {
				t.Errorf("%s: what is to be heard and seen is served otherwise than sent (%v)", c.file, err)
			}
			if again := l.add(b, media.About{}); again.ID != m.ID {
				t.Errorf("%s: kept twice", c.file)
			}
		}
	})
}

func TestWhatCannotBeTakenLeavesNothingBehind(t *testing.T) {
	each(t, func(t *testing.T, l library) {
		lost := errors.New("connection lost")
		whole := photo(t, 400, 300, 45)
		for name, c := range map[string]struct {
			r    io.Reader
			want string
		}{
			"empty":     {strings.NewReader(""), "empty"},
			"svg":       {strings.NewReader(`<?xml version="1.0"?><svg onload="alert(1)"/>`), "SVG"},
			"html":      {strings.NewReader(`<html><script>`), "JPEG, PNG"},
			"heic":      {strings.NewReader("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), "HEIC"},
			"quicktime": {strings.NewReader("\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00"), "MP4"},
			"matroska":  {strings.NewReader("\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska"), "WebM"},
			"cut":       {bytes.NewReader(whole[:len(whole)/2]), "cut off"},
		} {
			if _, err := l.Add(t.Context(), name, c.r, media.About{}, now); !fault.IsInvalid(err) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want a refusal that says %q", name, err, c.want)
			}
		}
		broken := io.MultiReader(bytes.NewReader(whole), failing{lost})
		if _, err := l.Add(t.Context(), "broken", broken, media.About{}, now); !errors.Is(err, lost) {
			t.Errorf("broken: %v, want the reader's error", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := l.Add(ctx, "cancelled", bytes.NewReader(whole), media.About{}, now); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		if keys := l.keys(); len(keys) != 0 {
			t.Errorf("left behind: %v", keys)
		}
	})
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

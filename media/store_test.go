package media_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lede/internal/blob"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/media"
)

var now = time.Date(2025, 6, 17, 9, 30, 0, 0, time.UTC)

// library is a store of media over a folder, and the folder.
type library struct {
	*media.Store
	files *blob.DiskStore
	t     *testing.T
}

func each(t *testing.T, fn func(t *testing.T, l library)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		files, err := blob.Disk(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { files.Close() })
		fn(t, library{media.New(d, files), files, t})
	})
}

func (l library) add(b []byte, about media.About) media.Media {
	l.t.Helper()
	m, err := l.Add(l.t.Context(), `C:\Photos\ferry.jpg`, bytes.NewReader(b), about, now)
	if err != nil {
		l.t.Fatal(err)
	}
	return m
}

func (l library) get(id int64) media.Media {
	l.t.Helper()
	found, err := l.Get(l.t.Context(), id)
	if err != nil || len(found) != 1 {
		l.t.Fatalf("found %v, %v, want media %d", found, err, id)
	}
	return found[id]
}

func (l library) keys() (keys []string) {
	l.t.Helper()
	err := l.files.List(l.t.Context(), "", func(key string, _ blob.Info) error {
		keys = append(keys, key)
		return nil
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return keys
}

// photo is a JPEG of one colour; another shade makes another file.
func photo(t *testing.T, width, height int, shade uint8) []byte {
	t.Helper()
	im := image.NewGray(image.Rect(0, 0, width, height))
	for i := range im.Pix {
		im.Pix[i] = shade
	}
	im.SetGray(width/2, height/2, color.Gray{255})
	var b bytes.Buffer
	if err := jpeg.Encode(&b, im, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tagged is photo with an EXIF segment: turned by 90 degrees, a description, an artist and a day.
func tagged(t *testing.T) []byte {
	t.Helper()
	values := []string{"Ferry at the pier\x00", "A. Marlowe\x00", "2025:06:16 18:00:00\x00"}
	tiff := []byte("MM\x00*\x00\x00\x00\x08\x00\x05")
	entry := func(tag, kind uint16, count, value uint32) {
		tiff = append(tiff, byte(tag>>8), byte(tag), byte(kind>>8), byte(kind), byte(count>>24), byte(count>>16), byte(count>>8), byte(count),
			byte(value>>24), byte(value>>16), byte(value>>8), byte(value))
	}
	at := uint32(8 + 2 + 5*12 + 4)
	entry(0x010e, 2, uint32(len(values[0])), at)
	entry(0x0112, 3, 1, 6<<16)
	entry(0x013b, 2, uint32(len(values[1])), at+uint32(len(values[0])))
	below := at + uint32(len(values[0])+len(values[1]))
	entry(0x8298, 2, 2, uint32('C')<<24)
	entry(0x8769, 4, 1, below)
	tiff = append(tiff, 0, 0, 0, 0)
	tiff = append(tiff, values[0]+values[1]...)
	tiff = append(tiff, 0, 1)
	entry(0x9003, 2, uint32(len(values[2])), below+2+12+4)
	tiff = append(append(tiff, 0, 0, 0, 0), values[2]...)
	segment := append([]byte("Exif\x00\x00"), tiff...)
	b := photo(t, 800, 600, 90)
	n := len(segment) + 2
	return slices.Concat(b[:2], []byte{0xff, 0xe1, byte(n >> 8), byte(n)}, segment, b[2:])
}

func TestAPictureIsTakenInAndShown(t *testing.T) {
	each(t, func(t *testing.T, l library) {
		about := media.About{Alt: "A ferry", Caption: "The Ondine at pier 4", Credit: "A. Marlowe", Rights: "ours", FocusX: 30, FocusY: 60}
		m := l.add(photo(t, 1000, 500, 40), about)
		if m.Ready || m.Kind != media.Picture || m.Width != 1000 || m.Height != 500 || m.Name != "ferry.jpg" || m.Rev != 1 {
			t.Errorf("after Add: %+v", m)
		}
		if _, _, err := l.Open(t.Context(), m, 320); !errors.Is(err, fault.NotFound) {
			t.Errorf("a rendition not yet made: %v, want not found", err)
		}
		for range 2 { // a listener may run twice
			if err := l.Render(t.Context(), m.ID); err != nil {
				t.Fatal(err)
			}
		}
		m = l.get(m.ID)
		if !m.Ready || !slices.Equal(m.Widths, []int{320, 480, 640, 960}) || !m.Added.Equal(now) || m.FocusX != 30 || m.FocusY != 60 ||
			m.Alt != about.Alt || m.Caption != about.Caption || m.Credit != about.Credit || m.Rights != about.Rights {
			t.Errorf("after Render: %+v", m)
		}
		for _, width := range m.Widths {
			l.shows(m, width)
		}
		for _, width := range []int{0, 321, 1000, 1280, -1} {
			if _, _, err := l.Open(t.Context(), m, width); !errors.Is(err, fault.NotFound) {
				t.Errorf("width %d: %v, want not found: the original is never given", width, err)
			}
		}
	})
}

func (l library) shows(m media.Media, width int) {
	l.t.Helper()
	f, info, err := l.Open(l.t.Context(), m, width)
	if err != nil {
		l.t.Fatal(err)
	}
	defer f.Close()
	c, err := jpeg.DecodeConfig(f)
	if err != nil || c.Width != width || c.Height != m.HeightAt(width) || info.Size == 0 {
		l.t.Errorf("at %d: %+v, %v, info %+v", width, c, err, info)
	}
}

func TestAddressesDoNotTellWhereAFileStands(t *testing.T) {
	each(t, func(t *testing.T, l library) {
		m := l.add(photo(t, 640, 480, 41), media.About{})
		if err := l.Render(t.Context(), m.ID); err != nil {
			t.Fatal(err)
		}
		m = l.get(m.ID)
		if len(m.Token) < 20 || strings.ToLower(m.Token) != m.Token {
			t.Errorf("token %q, want at least 96 bits in lower-case base32", m.Token)
		}
		if want := "/media/" + m.Token + "/1-320.jpg 320w, /media/" + m.Token + "/1-480.jpg 480w, /media/" + m.Token + "/1-640.jpg 640w"; m.Srcset() != want {
			t.Errorf("srcset %q, want %q", m.Srcset(), want)
		}
		if m.Largest(500) != 480 || m.Largest(10) != 320 || m.Largest(5000) != 640 || m.File() != "" {
			t.Errorf("largest of %v: %d, %d, %d", m.Widths, m.Largest(500), m.Largest(10), m.Largest(5000))
		}
		keys := l.keys()
		for _, key := range keys {
			if strings.Contains(key, m.Token) {
				t.Errorf("the key %s holds the address's token", key)
			}
		}
		if len(keys) != 4 || !strings.HasPrefix(keys[0], "original/") {
			t.Errorf("kept are %v, want the original and three renditions", keys)
		}
		if got, err := l.ByToken(t.Context(), m.Token); err != nil || got.ID != m.ID {
			t.Errorf("by token: %v, %v", got, err)
		}
		if _, err := l.ByToken(t.Context(), m.Token+"x"); !errors.Is(err, fault.NotFound) {
			t.Errorf("by a wrong token: %v, want not found", err)
		}
	})
}

func TestTheSameFileIsKeptOnce(t *testing.T) {
	each(t, func(t *testing.T, l library) {
		b := photo(t, 400, 300, 42)
		first := l.add(b, media.About{Alt: "First", Key: "k1"})
		again := l.add(b, media.About{Alt: "Second"})
		keyed := l.add(photo(t, 400, 300, 43), media.About{Alt: "Third", Key: "k1"})
		for _, m := range []media.Media{again, keyed} {
			if m.ID != first.ID || m.Alt != "First" {
				t.Errorf("added again: %+v, want what was added first", m)
			}
		}
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				m, err := l.Add(t.Context(), "x", bytes.NewReader(b), media.About{Key: fmt.Sprint("race", i)}, now)
				if err != nil || m.ID != first.ID {
					t.Errorf("added at once: %d, %v, want %d", m.ID, err, first.ID)
				}
			})
		}
		wg.Wait()
		if keys := l.keys(); len(keys) != 1 {
			t.Errorf("kept are %v, want one original", keys)
		}
	})
}

func TestWhatTheFileSaysIsOfferedAndNeverServed(t *testing.T) {
	each(t, func(t *testing.T, l library) {
		m := l.add(tagged(t), media.About{Credit: "The Narrows"})
		if m.Caption != "Ferry at the pier" || m.Credit != "The Narrows" || m.Taken != "2025-06-16 18:00" {
			t.Errorf("taken from the file: %+v", m)
		}
		if m.Width != 600 || m.Height != 800 {
			t.Errorf("a picture lying on its side is %d by %d, want 600 by 800", m.Width, m.Height)
		}
		if err := l.Render(t.Context(), m.ID); err != nil {
			t.Fatal(err)
		}
		m = l.get(m.ID)
		l.shows(m, 480)
		f, _, err := l.Open(t.Context(), m, 480)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if b, err := io.ReadAll(f); err != nil || bytes.Contains(b, []byte("Exif")) || bytes.Contains(b, []byte("Ferry")) {
			t.Errorf("what is served holds metadata (%v)", err)
		}
	})
}

func TestTwoPeopleDescribeAPicture(t *testing.T) {
	each(t, func(t *testing.T, l library) {
		m := l.add(photo(t, 400, 300, 44), media.About{})
		if m.FocusX != 50 || m.FocusY != 50 {
			t.Errorf("focal point %d, %d, want the middle", m.FocusX, m.FocusY)
		}
		later := now.Add(time.Hour)
		won, err := l.Describe(t.Context(), m.ID, m.Version, media.About{Alt: "Pier", Caption: "Pier 4", FocusX: 10, FocusY: 90}, later)
		if err != nil || won.Version != m.Version+1 || won.Alt != "Pier" || won.FocusX != 10 || won.FocusY != 90 || !won.Changed.Equal(later) {
			t.Errorf("the first: %+v, %v", won, err)
		}
		seen, err := l.Describe(t.Context(), m.ID, m.Version, media.About{Alt: "Boat"}, later)
		if !errors.Is(err, fault.Conflict) || seen.Alt != "Pier" {
			t.Errorf("the second: %+v, %v, want a conflict and what the first saved", seen, err)
		}
		if got := l.get(m.ID); got.Alt != "Pier" {
			t.Errorf("kept is %q, want what the first saved", got.Alt)
		}
		if _, err := l.Describe(t.Context(), 1, 1, media.About{}, later); !errors.Is(err, fault.NotFound) {
			t.Errorf("of nothing: %v, want not found", err)
		}
		_, err = l.Describe(t.Context(), m.ID, won.Version, media.About{Alt: strings.Repeat("x", 1001), FocusX: 101}, later)
		var form fault.Form
		if !errors.As(err, &form) || form["alt"] == "" || form["focus"] == "" {
			t.Errorf("too long, and out of the picture: %v, want both said", err)
		}
	})
}

func TestManyAreFoundAtOnce(t *testing.T) {
	each(t, func(t *testing.T, l library) {
		ids := []int64{1, 2, 3}
		for shade := range 3 {
			ids = append(ids, l.add(photo(t, 10, 10, uint8(shade*40)), media.About{}).ID)
		}
		for id := range int64(1200) {
			ids = append(ids, 10+id)
		}
		found, err := l.Get(t.Context(), ids...)
		if err != nil || len(found) != 3 {
			t.Errorf("found %d, %v, want the 3 that exist", len(found), err)
		}
		if found, err := l.Get(t.Context()); err != nil || len(found) != 0 {
			t.Errorf("of none: %v, %v", found, err)
		}
	})
}

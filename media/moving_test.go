package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"lede/internal/fault"
)

var (
	red   = color.RGBA{255, 0, 0, 255}
	green = color.RGBA{0, 255, 0, 255}
	blue  = color.RGBA{0, 0, 255, 255}
	white = color.RGBA{255, 255, 255, 255}
)

// plane is a picture of one colour.
func plane(at image.Rectangle, c color.RGBA) *image.Paletted {
	im := image.NewPaletted(at, color.Palette{color.RGBA{}, red, green, blue, white})
	for i := range im.Pix {
		im.Pix[i] = uint8(im.Palette.Index(c))
	}
	return im
}

// movingGIF is 40 × 30: red; then a green square for a moment, after which all is as it was; then a blue one that is cleared; then green below.
func movingGIF(t testing.TB) []byte {
	g := &gif.GIF{
		Image: []*image.Paletted{plane(image.Rect(0, 0, 40, 30), red), plane(image.Rect(10, 10, 20, 20), green), plane(image.Rect(0, 0, 10, 10), blue), plane(image.Rect(0, 25, 40, 30), green)},
		Delay: []int{12, 8, 0, 20}, Disposal: []byte{gif.DisposalNone, gif.DisposalPrevious, gif.DisposalBackground, gif.DisposalNone},
		LoopCount: 2, Config: image.Config{Width: 40, Height: 30},
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// movingPNG is the same as an animated PNG.
func movingPNG(t testing.TB) []byte {
	frames := []struct {
		im    *image.Paletted
		after byte
		ms    uint16
	}{{plane(image.Rect(0, 0, 40, 30), red), 0, 120}, {plane(image.Rect(10, 10, 20, 20), green), 2, 80}, {plane(image.Rect(0, 0, 10, 10), blue), 1, 0}, {plane(image.Rect(0, 25, 40, 30), green), 0, 200}}
	var out bytes.Buffer
	u32 := func(all ...uint32) (b []byte) {
		for _, v := range all {
			b = binary.BigEndian.AppendUint32(b, v)
		}
		return b
	}
	n := uint32(0)
	for i, f := range frames {
		var one bytes.Buffer
		if err := png.Encode(&one, f.im); err != nil {
			t.Fatal(err)
		}
		b := one.Bytes()
		data := bytes.Index(b, []byte("IDAT"))
		size := binary.BigEndian.Uint32(b[data-4:])
		if i == 0 {
			out.Write(b[:33])
			pngChunk(&out, "acTL", u32(4, 3))
			out.Write(b[33 : data-4])
		}
		control := u32(n, uint32(f.im.Rect.Dx()), uint32(f.im.Rect.Dy()), uint32(f.im.Rect.Min.X), uint32(f.im.Rect.Min.Y))
		control = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(control, f.ms), 1000)
		pngChunk(&out, "fcTL", append(control, f.after, 1))
		n++
		pixels := b[data+4 : data+4+int(size)]
		if i == 0 {
			pngChunk(&out, "IDAT", pixels)
			continue
		}
		pngChunk(&out, "fdAT", append(u32(n), pixels...))
		n++
	}
	pngChunk(&out, "IEND", nil)
	return out.Bytes()
}

func movingWebP(t testing.TB) []byte {
	b, err := os.ReadFile("testdata/moving.webp")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEveryFrameOfWhatMovesIsSeenAsABrowserShowsIt(t *testing.T) {
	ms := time.Millisecond
	for name, c := range map[string]struct {
		b    []byte
		film Film
		at   []string // of each frame how long it stands and its colours at 5,5; 15,15; 5,27
	}{
		"gif":  {movingGIF(t), Film{40, 30, 4, 3, 500 * ms}, []string{"120ms r r r", "80ms r g r", "100ms b r r", "200ms w r g"}},
		"png":  {movingPNG(t), Film{40, 30, 4, 3, 500 * ms}, []string{"120ms r r r", "80ms r g r", "100ms b r r", "200ms w r g"}},
		"webp": {movingWebP(t), Film{40, 30, 3, 3, 400 * ms}, []string{"120ms r r r", "80ms g g g", "200ms b b b"}},
	} {
		var got []string
		err := New(nil, nil).Frames(t.Context(), bytes.NewReader(c.b), func(film Film, f Frame) error {
			if film != c.film {
				t.Errorf("%s: %+v, want %+v", name, film, c.film)
			}
			says := f.Long.String()
			for _, p := range []image.Point{{5, 5}, {15, 15}, {5, 27}} {
				says += " " + called(f.RGBAAt(p.X, p.Y))
			}
			got = append(got, says)
			return nil
		})
		if err != nil || strings.Join(got, "; ") != strings.Join(c.at, "; ") {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func called(c color.RGBA) string {
	for name, is := range map[string]color.RGBA{"r": red, "g": green, "b": blue, "w": white} {
		if near := func(a, b uint8) bool { return max(a, b)-min(a, b) < 12 }; near(c.R, is.R) && near(c.G, is.G) && near(c.B, is.B) {
			return name
		}
	}
	return fmt.Sprint(c)
}

func TestAStillIsOneFrame(t *testing.T) {
	for name, b := range sent(t) {
		n := 0
		err := New(nil, nil).Frames(t.Context(), bytes.NewReader(b), func(film Film, f Frame) error {
			n++
			if film.Moves() || f.Rect.Dx() != film.Width || f.Long != 0 {
				t.Errorf("%s: %+v", name, film)
			}
			return nil
		})
		if err != nil || n != 1 {
			t.Errorf("%s: %d frames, %v", name, n, err)
		}
	}
}

func TestMovingBombsDoNotGoOff(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	all := map[string][]byte{}
	whole := map[string][]byte{"gif": movingGIF(t), "png": movingPNG(t), "webp": movingWebP(t)}
	for name, b := range whole {
		for i := range 100 {
			b := bytes.Clone(b)
			for range 1 + r.IntN(8) {
				b[6+r.IntN(len(b)-6)] = byte(r.Uint32())
			}
			all[fmt.Sprintf("%s broken %d", name, i)] = b
			all[fmt.Sprintf("%s cut %d", name, i)] = b[:r.IntN(len(b))]
		}
	}
	frame := bytes.Index(whole["gif"], []byte{0x21, 0xf9})
	one := whole["gif"][frame : len(whole["gif"])-1]
	all["many frames"] = append(append(bytes.Clone(whole["gif"][:frame]), bytes.Repeat(one, 2000)...), 0x3b)
	large := bytes.Clone(whole["gif"])
	copy(large[6:], []byte{0xff, 0xff, 0xff, 0xff})
	all["large page"] = large
	wide := bytes.Clone(whole["webp"])
	copy(wide[24:], []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	all["large canvas"] = wide
	s := New(nil, nil)
	var before, after runtime.MemStats
	for name, b := range all {
		runtime.ReadMemStats(&before)
		err := s.Frames(t.Context(), bytes.NewReader(b), func(Film, Frame) error { return nil })
		if err != nil && !fault.IsInvalid(err) {
			t.Errorf("%s: %v, want frames or a refusal", name, err)
		}
		if strings.HasPrefix(name, "large") || name == "many frames" {
			if !fault.IsInvalid(err) {
				t.Errorf("%s is taken", name)
			}
		}
		if runtime.ReadMemStats(&after); after.TotalAlloc-before.TotalAlloc > 64<<20 {
			t.Errorf("%s took %d MiB", name, (after.TotalAlloc-before.TotalAlloc)>>20)
		}
	}
	stop := errors.New("enough")
	if err := s.Frames(t.Context(), bytes.NewReader(whole["gif"]), func(Film, Frame) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("%v, want what the one who looked said", err)
	}
}

package media

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/image/draw"

	"lede/internal/fault"
)

// shown brings a picture from its bytes to its renditions, by the steps Add and Render take.
func shown(t *testing.T, name string, b []byte) (map[int]image.Image, error) {
	t.Helper()
	f, err := sniff(b[:min(len(b), sniffed)])
	if err != nil {
		return nil, err
	}
	if f.kind != Picture {
		return nil, errors.New("is no picture but " + f.mime)
	}
	made := map[int]image.Image{}
	err = New(nil, nil).pixels(t.Context(), f, bytes.NewReader(b), func(p pixels) error {
		return renditions(p.page(), widthsOf(p.turn.upright(p.size).X), func(width int, im *image.RGBA) error {
			made[width] = served(t, name, im)
			return nil
		})
	})
	return made, err
}

// served encodes a rendition, checks what readers would get, and decodes it.
func served(t *testing.T, name string, im *image.RGBA) image.Image {
	t.Helper()
	if !im.Opaque() {
		t.Errorf("%s: a rendition is not opaque", name)
	}
	var b bytes.Buffer
	if err := encode(&b, im); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for marker := byte(0xe0); marker < 0xf0; marker++ {
		if bytes.Contains(b.Bytes()[:min(b.Len(), 600)], []byte{0xff, marker}) {
			t.Errorf("%s: a rendition holds metadata (marker %x)", name, marker)
		}
	}
	got, err := jpeg.Decode(&b)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if got.Bounds() != im.Rect {
		t.Errorf("%s: a rendition is %v, want %v", name, got.Bounds(), im.Rect)
	}
	return got
}

func pictures(t *testing.T) string {
	t.Helper()
	dir := filepath.Join("..", "..", "shared", "data", "pictures")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("SKIPPED: the collection of odd pictures is not at %s: %v", dir, err)
	}
	return dir
}

// What of the collection is refused, and what the refusal says.
var refused = map[string]string{
	"65536-uint32-limit.png":               "megapixels. The limit is 50. Save it smaller and add it again.",
	"giant-image.jpg":                      "megapixels. The limit is 50. Save it smaller and add it again.",
	"truncated.png":                        "cut off",
	"animated-loop-3.webp":                 "Animated WebP",
	"cielab-dagams.tiff":                   "cannot be read",
	"pitm.avif":                            "AVIF pictures cannot be taken here, since no program",
	"Channel_digital_image_CMYK_color.jpg": "colours of print (CMYK)",
	"relax.jp2":                            "JPEG 2000 pictures cannot be taken. Save it as JPEG",
	"struct-image-04-t.svg":                "SVG drawings cannot be taken. Save it as PNG",
	"sdr_cosmos12920_cicp1-13-6_yuv444_full_qp10.avif": "AVIF pictures cannot be taken here",
}

func TestEveryOddPictureIsShownOrRefusedClearly(t *testing.T) {
	dir := pictures(t)
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(filepath.Join(dir, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		made, err := shown(t, file.Name(), b)
		why, bad := refused[file.Name()]
		switch {
		case bad && (!fault.IsInvalid(err) || !strings.Contains(err.Error(), why)):
			t.Errorf("%s: %v, want a refusal that says %q", file.Name(), err, why)
		case !bad && (err != nil || len(made) == 0):
			t.Errorf("%s: %d renditions, %v, want it shown", file.Name(), len(made), err)
		}
		if dir := os.Getenv("LEDE_SHOW"); dir != "" && len(made) > 0 {
			show(t, filepath.Join(dir, file.Name()+".jpg"), made)
		}
	}
}

// show writes a rendition out, to be looked at.
func show(t *testing.T, file string, made map[int]image.Image) {
	t.Helper()
	var b bytes.Buffer
	for _, width := range []int{320, 480} {
		if im := made[width]; im != nil {
			if err := errors.Join(jpeg.Encode(&b, im, nil), os.WriteFile(file, b.Bytes(), 0o600)); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
}

func TestPicturesStandUpright(t *testing.T) {
	dir := pictures(t)
	for _, shape := range []string{"Landscape", "Portrait"} {
		files, err := filepath.Glob(filepath.Join(dir, shape+"_?.jpg"))
		if err != nil || len(files) < 5 {
			t.Fatalf("%v, %v, want five %ss at least", files, err, shape)
		}
		var one image.Image
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			made, err := shown(t, file, b)
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			im := made[320]
			if wide := im.Bounds().Dx() > im.Bounds().Dy(); wide != (shape == "Landscape") {
				t.Errorf("%s came out as %v", file, im.Bounds())
			}
			if one == nil {
				one = im
			}
			isUpright(t, file, one, im)
		}
	}
}

// isUpright compares a picture with one that stands upright: they are alike, and less so after any turn. Since some of
// the collection have a colour profile and some have none, this also shows that profiles are followed.
func isUpright(t *testing.T, file string, one, im image.Image) {
	t.Helper()
	d := apart(one, im)
	page := blank(im.Bounds().Size())
	draw.Draw(page, page.Rect, im, image.Point{}, draw.Src)
	for _, o := range []turn{2, 3, 4} {
		if turned := apart(one, o.apply(page)); d > 6 || turned < 2*d {
			t.Errorf("%s differs from the upright one by %.1f of 255, turned as %d by %.1f", file, d, o, turned)
		}
	}
}

// apart compares two pictures coarsely: the mean difference of the means of a grid of 12 by 12.
func apart(a, b image.Image) float64 {
	if a.Bounds() != b.Bounds() {
		return 255
	}
	const n = 12
	sum, size := 0.0, a.Bounds().Size()
	for i := range n * n {
		cell := image.Rect(i%n*size.X/n, i/n*size.Y/n, (i%n+1)*size.X/n, (i/n+1)*size.Y/n)
		x, y := mean(a, cell), mean(b, cell)
		for c := range x {
			sum += max(x[c]-y[c], y[c]-x[c])
		}
	}
	return sum / (n * n * 3)
}

func mean(im image.Image, cell image.Rectangle) (m [3]float64) {
	for y := cell.Min.Y; y < cell.Max.Y; y++ {
		for x := cell.Min.X; x < cell.Max.X; x++ {
			r, g, b, _ := im.At(x, y).RGBA()
			m[0], m[1], m[2] = m[0]+float64(r>>8), m[1]+float64(g>>8), m[2]+float64(b>>8)
		}
	}
	for c := range m {
		m[c] /= float64(cell.Dx() * cell.Dy())
	}
	return m
}

func TestTurningFollowsEXIF(t *testing.T) {
	// The corners of a picture two wide and three high, told apart by their red, as stored for each orientation.
	upright := image.NewRGBA(image.Rect(0, 0, 2, 3))
	for i := range 6 {
		upright.Set(i%2, i/2, color.RGBA{uint8(i + 1), 0, 0, 255})
	}
	stored := map[turn]string{1: "12/34/56", 2: "21/43/65", 3: "65/43/21", 4: "56/34/12", 5: "135/246", 6: "246/135", 7: "642/531", 8: "531/642"}
	for o, rows := range stored {
		lines := strings.Split(rows, "/")
		im := image.NewRGBA(image.Rect(0, 0, len(lines[0]), len(lines)))
		for y, line := range lines {
			for x, c := range line {
				im.Set(x, y, color.RGBA{uint8(c - '0'), 0, 0, 255})
			}
		}
		if got := o.apply(im); got.Rect != upright.Rect || !bytes.Equal(got.Pix, upright.Pix) {
			t.Errorf("orientation %d is not turned upright", o)
		}
	}
}

func TestWhatIsSeenThroughIsLaidOnWhite(t *testing.T) {
	im := image.NewNRGBA(image.Rect(0, 0, 400, 200))
	for y := range 200 {
		for x := range 400 {
			if x >= 200 {
				im.Set(x, y, color.NRGBA{200, 0, 0, 255})
			} else if y >= 100 {
				im.Set(x, y, color.NRGBA{200, 0, 0, 128})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, im); err != nil {
		t.Fatal(err)
	}
	made, err := shown(t, "alpha", b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []struct {
		x, y int
		want [3]float64
	}{{40, 40, [3]float64{255, 255, 255}}, {250, 80, [3]float64{200, 0, 0}}, {40, 120, [3]float64{227, 127, 127}}} {
		got := mean(made[320], image.Rect(at.x, at.y, at.x+4, at.y+4))
		for c := range got {
			if d := got[c] - at.want[c]; d > 4 || d < -4 {
				t.Errorf("at %d, %d stands %v, want %v", at.x, at.y, got, at.want)
				break
			}
		}
	}
}

func TestWidthsNeverPassTheOriginal(t *testing.T) {
	for width, want := range map[int]int{1: 1, 319: 1, 320: 1, 479: 1, 1000: 4, 1920: 6, 9000: 6} {
		got := widthsOf(width)
		if len(got) != want || got[len(got)-1] > width {
			t.Errorf("a picture %d wide has renditions %v, want %d of them", width, got, want)
		}
	}
	for _, size := range []image.Point{{1, 1}, {40_000, 1}, {1, 40_000}, {7000, 3}, {641, 5000}} {
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewGray(image.Rectangle{Max: size})); err != nil {
			t.Fatal(err)
		}
		made, err := shown(t, size.String(), b.Bytes())
		if err != nil || len(made) != len(widthsOf(size.X)) {
			t.Errorf("%v: %d renditions, %v", size, len(made), err)
		}
	}
}

package drawing

import (
	"image"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func picture(body string) []byte {
	return []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50" width="100" height="50">` + body + `</svg>`)
}

func near(a, b color.Color) bool {
	x, y := color.RGBAModel.Convert(a).(color.RGBA), color.RGBAModel.Convert(b).(color.RGBA)
	d := func(m, n uint8) bool { return max(m, n)-min(m, n) < 12 }
	return d(x.R, y.R) && d(x.G, y.G) && d(x.B, y.B)
}

func TestDrawingIsPaintedAsWritten(t *testing.T) {
	red, white, blue := color.RGBA{255, 0, 0, 255}, color.White, color.RGBA{0, 0, 255, 255}
	cases := []struct {
		name, body string
		at         image.Point // in a picture 400 pixels wide, four to the unit
		want       color.Color
	}{
		{"paper is white", ``, image.Pt(1, 1), white},
		{"rectangle", `<rect x="10" y="10" width="20" height="20" fill="#f00"/>`, image.Pt(80, 80), red},
		{"rounded corner by rx alone", `<rect x="0" y="0" width="40" height="40" rx="20" fill="#f00"/>`, image.Pt(6, 6), white},
		{"stroke grows with the picture", `<path d="M0 25h100" stroke="#f00" stroke-width="10" fill="none"/>`, image.Pt(200, 118), red},
		{"stroke is one wide unless said", `<path d="M0 25h100" stroke="#f00" fill="none"/>`, image.Pt(200, 103), white},
		{"corners are mitred unless said", `<path d="M20 40V10H60" stroke="#f00" stroke-width="8" fill="none"/>`, image.Pt(66, 26), red},
		{"dashes grow with the picture", `<path d="M0 25h100" stroke="#f00" stroke-width="10" stroke-dasharray="10 10"/>`, image.Pt(60, 100), white},
		{"scale by one number", `<g transform="scale(2)"><rect x="0" y="0" width="20" height="20" fill="#00f"/></g>`, image.Pt(150, 150), blue},
		{"fill nonzero lets an inner contour turned round be a hole",
			`<path fill="#f00" d="M0 0h40v40h-40zM10 10v20h20v-20z"/>`, image.Pt(80, 80), white},
		{"gradient", `<linearGradient id="a"><stop stop-color="#f00"/><stop offset="1" stop-color="#00f"/></linearGradient><rect width="100" height="50" fill="url(#a)"/>`, image.Pt(399, 50), blue},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := Raster(picture(c.body), 400)
			if err != nil {
				t.Fatal(err)
			}
			if got.Bounds() != image.Rect(0, 0, 400, 200) {
				t.Errorf("bounds %v, want 400 by 200", got.Bounds())
			}
			if p := got.At(c.at.X, c.at.Y); !near(p, c.want) {
				t.Errorf("at %v stands %v, want %v", c.at, p, c.want)
			}
		})
	}
}

func TestDrawingMayBeginAnywhere(t *testing.T) {
	got, err := Raster([]byte(`<svg viewBox="-10 20 100 50"><rect x="-10" y="20" width="10" height="10" fill="#f00"/></svg>`), 400)
	if err != nil {
		t.Fatal(err)
	}
	if red := (color.RGBA{255, 0, 0, 255}); !near(got.At(2, 2), red) || !near(got.At(38, 38), red) || near(got.At(44, 44), red) {
		t.Error("the square at the viewBox's corner is not at the picture's corner")
	}
}

func TestDrawingRefusesWhatItWouldDrawWrongly(t *testing.T) {
	for name, body := range map[string]string{
		"text":                   `<text x="1" y="2">War</text>`,
		"not drawn":              `<path d="M0 0h9" fill-rule="evenodd"/>`,
		"style":                  `<path style="fill:red" d="M0 0h9"/>`,
		"stroke under a scale":   `<g transform="scale(2)" stroke="red"><path d="M0 0h9"/></g>`,
		"gradient on a turned":   `<linearGradient id="a"/><rect width="9" height="9" transform="rotate(9)" fill="url(#a)"/>`,
		"before its gradient":    `<rect width="9" height="9" fill="url(#b)"/>`,
		"seven numbers":          `<path d="M0 0a5 5 0 0 1 9 0 5 5 0 0 1 9 0"/>`,
		"no plain colour":        `<path d="M0 0h9" fill="rgba(1,2,3,.5)"/>`,
		"no plain number":        `<rect width="50%" height="9"/>`,
		"cannot be drawn":        `<path d="M0 0 L 1 2 3"/>`,
		"entities":               `<!DOCTYPE x>`,
		"<image>":                `<image href="https://example.org/x.png"/>`,
		"element <g> closed by":  `<g></svg>`,
		"gradientUnits":          `<linearGradient id="a" gradientUnits="userSpaceOnUse"/>`,
		"stroke=\"transparent()": `<path d="M0 0h9" stroke="transparent()"/>`,
	} {
		_, err := Raster(picture(body), 100)
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v, want a refusal that says %q", body, err, name)
		}
	}
	if _, err := Raster(picture(""), 1_000_000); err == nil {
		t.Error("a drawing of 500 gigapixels was painted")
	}
	if _, err := Raster([]byte(`<svg/>`), 100); err == nil {
		t.Error("a drawing without a size was painted")
	}
}

// Every drawing the demo brings must be one that Raster draws.
func TestDemoDrawingsArePainted(t *testing.T) {
	files, err := filepath.Glob("../../demo/pictures/*.svg")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		svg, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Raster(svg, 320); err != nil {
			t.Errorf("%s: %v", filepath.Base(file), err)
		}
	}
}

func FuzzDrawing(f *testing.F) {
	f.Add(picture(`<rect width="9" height="9" rx="3"/><path d="M0 0a5 5 0 0 1 9 0C1 2 3 4 5 6zm1 1h4" stroke="red"/>`))
	f.Add([]byte(`<svg viewBox="0 0 1e9 1"/>`))
	f.Add([]byte(`<svg viewBox="0 0 10 10"><polygon points="1"/><linearGradient id="a"/><g fill="url(#a)"><circle r="2"/></g></svg>`))
	f.Fuzz(func(t *testing.T, svg []byte) {
		if len(svg) < 4096 {
			_, _ = Raster(svg, 32)
		}
	})
}

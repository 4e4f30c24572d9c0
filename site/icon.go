package site

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/image/vector"

	"lede/internal/fault"
)

// brand is the green of the house, as in tokens.css.
var brand = color.RGBA{0x0b, 0x5d, 0x4b, 0xff}

// drawIcon draws the sign of the house: a block that narrows in the middle, as its rule does. A touch icon
// gets paper around it, since phones cut its corners.
func drawIcon(size int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, size, size))
	paper := color.RGBA{0xfc, 0xfd, 0xfb, 0xff}
	for i := range img.Pix {
		img.Pix[i] = []byte{paper.R, paper.G, paper.B, paper.A}[i%4]
	}
	s := float32(size)
	edge, waist := s*.16, s*.34
	v := vector.NewRasterizer(size, size)
	v.MoveTo(edge, edge)
	v.LineTo(s-edge, edge)
	v.QuadTo(s-waist, s/2, s-edge, s-edge)
	v.LineTo(edge, s-edge)
	v.QuadTo(waist, s/2, edge, edge)
	v.ClosePath()
	v.Draw(img, img.Bounds(), image.NewUniform(brand), image.Point{})
	return img
}

// icon serves the sign of the paper in the sizes the manifest names.
func (s *Site) icon(w http.ResponseWriter, r *http.Request) error {
	name, ok := strings.CutSuffix(r.PathValue("size"), ".png")
	size, err := strconv.Atoi(name)
	if !ok || err != nil || !slices.Contains(iconSizes, size) {
		return fault.NotFound
	}
	return s.sendIcon(w, r, size)
}

func (s *Site) favicon(w http.ResponseWriter, r *http.Request) error { return s.sendIcon(w, r, 32) }

func (s *Site) sendIcon(w http.ResponseWriter, r *http.Request, size int) error {
	png, err := s.iconOf(size)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(png))
	return nil
}

// iconOf draws each size once.
func (s *Site) iconOf(size int) ([]byte, error) {
	if kept, ok := s.icons.Load(size); ok {
		return kept.([]byte), nil
	}
	var b bytes.Buffer
	if err := png.Encode(&b, drawIcon(size)); err != nil {
		return nil, err
	}
	s.icons.Store(size, b.Bytes())
	return b.Bytes(), nil
}

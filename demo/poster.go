package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"math"
	"slices"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// posterOf is a picture of an ad as sales.json tells of it: words on a ground, with a sun over waves. It moves where it has frames.
type posterOf struct {
	Width  int      `json:"width"`
	Height int      `json:"height"`
	Frames int      `json:"frames"`
	Ground string   `json:"ground"`
	Ink    string   `json:"ink"`
	Accent string   `json:"accent"`
	Words  []string `json:"words"`
	Small  string   `json:"small"`
}

// file is the poster as somebody would send it, with its name.
func (p posterOf) file() (string, []byte, error) {
	var b bytes.Buffer
	if p.Frames < 2 {
		im, err := p.paint(0)
		if err != nil {
			return "", nil, err
		}
		err = png.Encode(&b, im)
		return "poster.png", b.Bytes(), err
	}
	g := &gif.GIF{}
	for i := range p.Frames {
		im, err := p.paint(float64(i) / float64(p.Frames))
		if err != nil {
			return "", nil, err
		}
		flat := image.NewPaletted(im.Rect, p.palette())
		draw.Draw(flat, flat.Rect, im, image.Point{}, draw.Src)
		g.Image, g.Delay = append(g.Image, flat), append(g.Delay, 25)
	}
	err := gif.EncodeAll(&b, g)
	return "poster.gif", b.Bytes(), err
}

// palette are the colours of the poster, and what lies between its ink and the others.
func (p posterOf) palette() color.Palette {
	ground, accent, ink := tone(p.Ground), tone(p.Accent), tone(p.Ink)
	var all color.Palette
	for _, under := range []color.RGBA{ground, accent, mixed(ground, accent, .28)} {
		for i := range 16 {
			all = append(all, mixed(under, ink, float64(i)/15))
		}
	}
	return all
}

// paint draws the poster at a time from 0 to 1.
func (p posterOf) paint(at float64) (*image.RGBA, error) {
	im := image.NewRGBA(image.Rect(0, 0, p.Width, p.Height))
	w, h := float64(p.Width), float64(p.Height)
	ground, accent, ink := tone(p.Ground), tone(p.Accent), tone(p.Ink)
	r := min(h*.3, w*.16)
	cx, cy := w-r*1.5, h*(.66-.12*math.Sin(at*2*math.Pi))
	for y := range p.Height {
		sea := h*.78 + h*.02*math.Sin(at*2*math.Pi)
		for x := range p.Width {
			fx, fy := float64(x), float64(y)
			c := ground
			switch {
			case fy > sea+h*.035*math.Sin(fx/h*9+at*2*math.Pi):
				c = mixed(ground, accent, .28)
			case math.Hypot(fx-cx, fy-cy) < r:
				c = accent
			}
			im.SetRGBA(x, y, c)
		}
	}
	size := min(h/(float64(len(p.Words))*1.25+1.2), w/float64(longestOf(p.Words))*1.5)
	y := size * 1.45
	for _, line := range p.Words {
		if err := write(im, gobold.TTF, size, h*.12, y, ink, line); err != nil {
			return nil, err
		}
		y += size * 1.15
	}
	return im, write(im, goregular.TTF, max(size*.42, h*.07), h*.12, h*.93, ink, p.Small)
}

func longestOf(lines []string) int {
	return len(slices.MaxFunc(lines, func(a, b string) int { return len(a) - len(b) })) + 5
}

func tone(hex string) (c color.RGBA) {
	c.A = 255
	_, _ = fmt.Sscanf(hex, "#%02x%02x%02x", &c.R, &c.G, &c.B) // they stand in our own file
	return c
}

func mixed(a, b color.RGBA, part float64) color.RGBA {
	mix := func(x, y uint8) uint8 { return uint8(float64(x)*(1-part) + float64(y)*part) }
	return color.RGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 255}
}

// write sets a line with its baseline at y.
func write(im *image.RGBA, ttf []byte, size, x, y float64, c color.RGBA, line string) error {
	face, err := opentype.Parse(ttf)
	if err != nil {
		return err
	}
	set, err := opentype.NewFace(face, &opentype.FaceOptions{Size: size, DPI: 72})
	if err != nil {
		return err
	}
	d := font.Drawer{Dst: im, Src: image.NewUniform(c), Face: set, Dot: fixed.P(int(x), int(y))}
	d.DrawString(line)
	return set.Close()
}

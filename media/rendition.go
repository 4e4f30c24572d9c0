package media

import (
	"image"
	"image/jpeg"
	"io"
	"math"

	"golang.org/x/image/draw"
)

// quality is the JPEG quality of a rendition, of 100. The wide ones are fetched by dense screens, which shrink what the
// coarser grain would show: more pixels of less quality look better there than fewer of more, at the same bytes.
func quality(width int) int {
	switch {
	case width <= 320:
		return 80
	case width <= 480:
		return 75
	case width <= 640:
		return 68
	}
	return 62
}

// ladder are the widths a picture is made in, as far as the original reaches.
var ladder = []int{320, 480, 640, 960, 1280, 1920}

// widthsOf are the widths of a picture's renditions; one smaller than the ladder keeps its own.
func widthsOf(width int) []int {
	var widths []int
	for _, w := range ladder {
		if w <= width {
			widths = append(widths, w)
		}
	}
	if widths == nil {
		widths = []int{width}
	}
	return widths
}

// turn is an orientation as EXIF numbers it, 1 to 8 (CIPA DC-008, tag 0x0112).
type turn int

func (t turn) sideways() bool { return t >= 5 && t <= 8 }

// upright is the size of a picture once it has been turned.
func (t turn) upright(size image.Point) image.Point {
	if t.sideways() {
		return image.Pt(size.Y, size.X)
	}
	return size
}

// from says which point of the picture as stored, of the given size, is shown at x, y.
func (t turn) from(x, y int, size image.Point) (int, int) {
	right, bottom := size.X-1, size.Y-1
	switch t {
	case 2:
		return right - x, y
	case 3:
		return right - x, bottom - y
	case 4:
		return x, bottom - y
	case 5:
		return y, x
	case 6:
		return y, bottom - x
	case 7:
		return right - y, bottom - x
	case 8:
		return right - y, x
	}
	return x, y
}

// apply turns a picture upright.
func (t turn) apply(stored *image.RGBA) *image.RGBA {
	if t < 2 || t > 8 {
		return stored
	}
	size := stored.Rect.Size()
	shown := t.upright(size)
	out := image.NewRGBA(image.Rect(0, 0, shown.X, shown.Y))
	for y := range shown.Y {
		for x := range shown.X {
			sx, sy := t.from(x, y, size)
			from, to := stored.PixOffset(sx, sy), out.PixOffset(x, y)
			copy(out.Pix[to:to+4:to+4], stored.Pix[from:from+4:from+4])
		}
	}
	return out
}

// page is the picture as renditions are made from it: in sRGB, flat on white, upright.
func (p pixels) page() *image.RGBA {
	page := base(p.Image, p.turn)
	convert(p.profile).apply(page)
	return page
}

// base is the picture flat on white, upright, and at most twice as wide as its widest rendition.
func base(im image.Image, t turn) *image.RGBA {
	size := im.Bounds().Size()
	scale := 1.0
	if w := t.upright(size).X; w > 2*ladder[len(ladder)-1] {
		scale = float64(2*ladder[len(ladder)-1]) / float64(w)
	}
	if scale == 1 {
		page := blank(size)
		draw.Draw(page, page.Rect, im, im.Bounds().Min, draw.Over)
		return t.apply(page)
	}
	page := blank(image.Pt(scaled(size.X, scale), scaled(size.Y, scale)))
	draw.ApproxBiLinear.Scale(page, page.Rect, im, im.Bounds(), draw.Over, nil)
	return t.apply(page)
}

func scaled(n int, by float64) int { return max(1, int(math.Round(float64(n)*by))) }

// renditions makes the widths from the widest down, each from the smallest already made that is still twice as wide,
// and hands each to keep.
func renditions(from *image.RGBA, widths []int, keep func(width int, im *image.RGBA) error) error {
	made := []*image.RGBA{from}
	size := from.Rect.Size()
	for i := len(widths) - 1; i >= 0; i-- {
		width := widths[i]
		near := from
		for _, m := range made {
			if m.Rect.Dx() >= 2*width && m.Rect.Dx() < near.Rect.Dx() {
				near = m
			}
		}
		im := narrow(near, image.Pt(width, scaled(size.Y, float64(width)/float64(size.X))))
		if err := keep(width, im); err != nil {
			return err
		}
		made = append(made, im)
	}
	return nil
}

func narrow(from *image.RGBA, size image.Point) *image.RGBA {
	if from.Rect.Size() == size {
		return from
	}
	to := image.NewRGBA(image.Rect(0, 0, size.X, size.Y))
	draw.CatmullRom.Scale(to, to.Rect, from, from.Rect, draw.Src, nil)
	return to
}

// encode writes a rendition: a plain JPEG without metadata of any kind.
func encode(w io.Writer, im *image.RGBA) error {
	return jpeg.Encode(w, im, &jpeg.Options{Quality: quality(im.Rect.Dx())})
}

package ad

import (
	"image"
	"image/color"
	"slices"
)

// tally counts colours, six bits of each channel.
type tally struct {
	n    [1 << 18]uint32
	seen int
}

func bin(r, g, b uint8) int { return int(r>>2)<<12 | int(g>>2)<<6 | int(b>>2) }

// sampled is about how many pixels of a film are counted.
const sampled = 4_000_000

// count adds one frame of so many.
func (t *tally) count(im *image.RGBA, frames int) {
	step := max(1, im.Rect.Dx()*im.Rect.Dy()/(sampled/frames+1))
	for i := t.seen % step; i*4+3 < len(im.Pix); i += step {
		p := im.Pix[i*4 : i*4+4 : i*4+4]
		t.n[bin(p[0], p[1], p[2])]++
	}
	t.seen++
}

// tint is a colour and how often it is.
type tint struct {
	c [3]uint8
	n uint64
}

// palette are at most n colours that stand for all that were counted.
func (t *tally) palette(n int) []tint {
	var all []tint
	for i, count := range t.n {
		if count > 0 {
			all = append(all, tint{[3]uint8{wide(i >> 12), wide(i >> 6), wide(i)}, uint64(count)})
		}
	}
	return fewer(all, n)
}

// wide makes eight bits of six.
func wide(six int) uint8 { return uint8(six&63<<2 | six&63>>4) }

// fewer are at most n colours that stand for all, found by median cut (Heckbert, Color image quantization for frame buffer display, 1982).
func fewer(all []tint, n int) []tint {
	if len(all) == 0 {
		return nil
	}
	boxes := [][]tint{all}
	for len(boxes) < n {
		at, channel, most := -1, 0, uint64(0)
		for i, b := range boxes {
			if ch, spread := widest(b); spread > most {
				at, channel, most = i, ch, spread
			}
		}
		if at < 0 {
			break
		}
		low, high := halves(boxes[at], channel)
		boxes[at] = low
		boxes = append(boxes, high)
	}
	means := make([]tint, len(boxes))
	for i, b := range boxes {
		means[i] = mean(b)
	}
	return means
}

// widest is the channel in which a box of colours is widest, and how much that matters: the width by the root of how many there are.
func widest(b []tint) (channel int, spread uint64) {
	if len(b) < 2 {
		return 0, 0
	}
	count := uint64(0)
	low, high := [3]uint8{255, 255, 255}, [3]uint8{}
	for _, t := range b {
		count += t.n
		for i, v := range t.c {
			low[i], high[i] = min(low[i], v), max(high[i], v)
		}
	}
	width := uint64(0)
	for i := range 3 {
		if w := uint64(high[i] - low[i]); w > width {
			channel, width = i, w
		}
	}
	return channel, width * width * width * min(count, 1<<40)
}

// halves cuts a box of colours in two of which each has half of the pixels, as far as it can.
func halves(b []tint, channel int) (low, high []tint) {
	slices.SortFunc(b, func(x, y tint) int { return int(x.c[channel]) - int(y.c[channel]) })
	total, half := uint64(0), uint64(0)
	for _, t := range b {
		total += t.n
	}
	for i, t := range b {
		if half += t.n; half*2 >= total {
			at := min(max(i, 1), len(b)-1)
			return b[:at], b[at:]
		}
	}
	return b[:1], b[1:]
}

func mean(b []tint) tint {
	var sum [3]uint64
	var m tint
	for _, t := range b {
		m.n += t.n
		for i, v := range t.c {
			sum[i] += uint64(v) * t.n
		}
	}
	for i := range sum {
		m.c[i] = uint8(sum[i] / m.n)
	}
	return m
}

// apart is how far two colours are apart, squared, weighed as the eye does.
func apart(a, b [3]uint8) int {
	r, g, u := int(a[0])-int(b[0]), int(a[1])-int(b[1]), int(a[2])-int(b[2])
	return 2*r*r + 4*g*g + 3*u*u
}

// nearest finds the colour of a palette that stands for another, and remembers.
type nearest struct {
	tints []tint
	known []int16 // by bin, -1 where it was not asked
}

func newNearest(tints []tint) *nearest {
	return &nearest{tints, slices.Repeat([]int16{-1}, 1<<18)}
}

func (n *nearest) of(r, g, b uint8) uint8 {
	i := bin(r, g, b)
	if n.known[i] < 0 {
		n.known[i] = int16(closest(n.tints, [3]uint8{r, g, b}))
	}
	return uint8(n.known[i])
}

func closest(tints []tint, c [3]uint8) int {
	best, least := 0, 1<<30
	for i, t := range tints {
		if d := apart(t.c, c); d < least {
			best, least = i, d
		}
	}
	return best
}

// colours are the palette as pictures have it.
func colours(tints []tint) color.Palette {
	p := make(color.Palette, len(tints))
	for i, t := range tints {
		p[i] = color.RGBA{t.c[0], t.c[1], t.c[2], 255}
	}
	return p
}

// paletted is a picture of at most 256 colours as such, nil for one with more.
func paletted(im *image.RGBA) *image.Paletted {
	at := map[[3]uint8]uint8{}
	var p color.Palette
	flat := image.NewPaletted(im.Rect, nil)
	for i := range flat.Pix {
		px := im.Pix[i*4 : i*4+4 : i*4+4]
		c := [3]uint8{px[0], px[1], px[2]}
		k, ok := at[c]
		if !ok {
			if len(p) == 256 {
				return nil
			}
			k = uint8(len(p))
			at[c] = k
			p = append(p, color.RGBA{c[0], c[1], c[2], 255})
		}
		flat.Pix[i] = k
	}
	flat.Palette = p
	return flat
}

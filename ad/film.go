package ad

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"time"

	"golang.org/x/image/draw"

	"lede/internal/fault"
	"lede/media"
)

// reel is a moving picture in one size, in the colours of one palette.
type reel struct {
	width, height int
	loops         int
	tints         []tint
	frames        [][]uint8 // of each pixel its colour in the palette
	long          []time.Duration
}

const (
	reelFrames  = 120 // so many frames of a film are kept at most, evenly
	reelColours = 255 // and one that is clear
)

// effort is what is given up of a film to make it lighter.
type effort struct {
	colours int
	alike   int // colours this far apart count as one between two frames, as apart measures
	every   int // one frame of so many
	scale   float64
}

var efforts = []effort{
	{255, 0, 1, 1}, {255, 200, 1, 1}, {128, 600, 1, 1}, {64, 1200, 1, 1}, {64, 1200, 2, 1}, {32, 2500, 2, 1}, {32, 2500, 3, 1},
	{64, 1200, 2, 0.66}, {32, 2500, 3, 0.66}, {32, 2500, 4, 0.5}, {16, 5000, 6, 0.5}, {16, 5000, 12, 0.4}, {8, 8000, 24, 0.34},
}

// putFilm makes the moving pictures of a shot.
func (s *Store) putFilm(ctx context.Context, put *putter, one *shot) error {
	tints := one.tally.palette(reelColours)
	one.tally = nil
	reels := make([]*reel, len(one.boxes))
	for i, box := range one.boxes {
		size := shrunk(one.film, box)
		reels[i] = &reel{width: size.Width, height: size.Height, loops: one.film.Loops, tints: tints}
	}
	if err := s.shoot(ctx, one, reels, newNearest(tints)); err != nil {
		return err
	}
	for i, r := range reels {
		b, err := r.light()
		if err != nil {
			return err
		}
		f := File{Name: one.boxes[i].named() + ".gif", Type: "image/gif", Box: Box{r.width, r.height}, Bytes: int64(len(b))}
		if err := put.put(ctx, f, bytes.NewReader(b)); err != nil {
			return err
		}
		reels[i] = nil
	}
	return nil
}

// shoot reads the film once more and keeps its frames in the sizes of the reels.
func (s *Store) shoot(ctx context.Context, one *shot, reels []*reel, near *nearest) error {
	every := (one.film.Frames + reelFrames - 1) / reelFrames
	n := 0
	return s.pictures.Frames(ctx, one.File, func(_ media.Film, frame media.Frame) error {
		keep := n%every == 0
		n++
		for _, r := range reels {
			if !keep {
				r.long[len(r.long)-1] += frame.Long
				continue
			}
			r.frames = append(r.frames, indexed(frame.RGBA, r.width, r.height, near))
			r.long = append(r.long, frame.Long)
		}
		return nil
	})
}

// indexed is a picture in that size, in the colours of a palette.
func indexed(from *image.RGBA, width, height int, near *nearest) []uint8 {
	im := from
	if from.Rect.Dx() != width || from.Rect.Dy() != height {
		im = image.NewRGBA(image.Rect(0, 0, width, height))
		draw.BiLinear.Scale(im, im.Rect, from, from.Rect, draw.Src, nil)
	}
	to := make([]uint8, width*height)
	for i := range to {
		p := im.Pix[i*4 : i*4+4 : i*4+4]
		to[i] = near.of(p[0], p[1], p[2])
	}
	return to
}

// light is the reel as a GIF that weighs no more than Weight, with as little given up as need be.
func (r *reel) light() ([]byte, error) {
	least := 0
	for _, e := range efforts {
		b, err := r.with(e).encode(e.alike)
		if err != nil {
			return nil, err
		}
		if len(b) <= Weight {
			return b, nil
		}
		least = len(b)
	}
	return nil, fault.Invalid("%d × %d, it moves for %.0f seconds and cannot be made lighter than %d KB; %d KB are the most. Make it shorter, or with less that moves.",
		r.width, r.height, r.total().Seconds(), least>>10, Weight>>10)
}

func (r *reel) total() (all time.Duration) {
	for _, long := range r.long {
		all += long
	}
	return all
}

// with is the reel after the effort.
func (r *reel) with(e effort) *reel {
	to := &reel{width: r.width, height: r.height, loops: r.loops, tints: r.tints}
	to.width, to.height = max(1, int(float64(r.width)*e.scale)), max(1, int(float64(r.height)*e.scale))
	swap := make([]uint8, len(r.tints))
	for i := range swap {
		swap[i] = uint8(i)
	}
	if len(r.tints) > e.colours {
		to.tints = fewer(append([]tint(nil), r.tints...), e.colours)
		for i, t := range r.tints {
			swap[i] = uint8(closest(to.tints, t.c))
		}
	}
	for i, frame := range r.frames {
		if i%e.every != 0 {
			to.long[len(to.long)-1] += r.long[i]
			continue
		}
		to.frames = append(to.frames, r.scaled(frame, to.width, to.height, swap))
		to.long = append(to.long, r.long[i])
	}
	return to
}

// scaled takes of each spot the pixel nearest to its middle, and swaps its colour.
func (r *reel) scaled(frame []uint8, width, height int, swap []uint8) []uint8 {
	to := make([]uint8, width*height)
	for y := range height {
		row := (2*y + 1) * r.height / (2 * height) * r.width
		for x := range width {
			to[y*width+x] = swap[frame[row+(2*x+1)*r.width/(2*width)]]
		}
	}
	return to
}

// encode writes a GIF in which each frame holds only what differs from what is seen before it; colours alike count as the same.
func (r *reel) encode(alike int) ([]byte, error) {
	gap := uint8(len(r.tints))
	palette := append(colours(r.tints), color.RGBA{})
	g := &gif.GIF{Config: image.Config{ColorModel: palette, Width: r.width, Height: r.height}, LoopCount: gifLoops(r.loops)}
	same := r.sameness(alike)
	var seen []uint8
	for i, frame := range r.frames {
		hundredths := max(2, int(r.long[i]/(10*time.Millisecond)))
		im := image.NewPaletted(image.Rect(0, 0, r.width, r.height), palette)
		if seen == nil {
			seen = append(seen, frame...)
			copy(im.Pix, frame)
		} else if im = differing(im, seen, frame, same, gap); im == nil {
			last := len(g.Delay) - 1
			g.Delay[last] = min(g.Delay[last]+hundredths, 65535)
			continue
		}
		g.Image = append(g.Image, im)
		g.Delay = append(g.Delay, min(hundredths, 65535))
		g.Disposal = append(g.Disposal, gif.DisposalNone)
	}
	var out bytes.Buffer
	if err := gif.EncodeAll(&out, g); err != nil {
		return nil, fmt.Errorf("moving picture: %w", err)
	}
	return out.Bytes(), nil
}

// gifLoops is how often a film runs as a GIF says it: -1 once, 0 for ever, else how often it begins anew.
func gifLoops(loops int) int {
	switch loops {
	case 0:
		return 0
	case 1:
		return -1
	}
	return loops - 1
}

// sameness tells for each two colours whether they count as the same.
func (r *reel) sameness(alike int) [][]bool {
	same := make([][]bool, len(r.tints))
	for i, a := range r.tints {
		same[i] = make([]bool, len(r.tints))
		for j, b := range r.tints {
			same[i][j] = apart(a.c, b.c) <= alike
		}
	}
	return same
}

// differing is the part of a frame that differs from what is seen, clear where it does not, and makes seen what is then seen; nil if
// nothing differs.
func differing(im *image.Paletted, seen, frame []uint8, same [][]bool, gap uint8) *image.Paletted {
	var changed image.Rectangle
	width := im.Rect.Dx()
	for i, c := range frame {
		if same[seen[i]][c] {
			im.Pix[i] = gap
			continue
		}
		im.Pix[i], seen[i] = c, c
		at := image.Pt(i%width, i/width)
		changed = changed.Union(image.Rectangle{at, at.Add(image.Pt(1, 1))})
	}
	if changed.Empty() {
		return nil
	}
	return im.SubImage(changed).(*image.Paletted)
}

package media

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"io"
	"time"

	"golang.org/x/image/draw"

	"lede/internal/fault"
)

// Film is what a picture is as a whole. A still has one frame.
type Film struct {
	Width, Height int
	Frames        int
	Loops         int // how often it runs; 0 for ever
	Long          time.Duration
}

// Moves tells whether there is more than one frame.
func (f Film) Moves() bool { return f.Frames > 1 }

// Frame is one frame of a picture, whole, on white, upright, in sRGB. The image holds only as long as whoever is given it looks.
type Frame struct {
	*image.RGBA
	Long time.Duration // how long it stands; 0 for a still
}

// Bounds of what moves.
const (
	movingBytes  = 40 << 20
	movingPixels = 8_300_000 // 3840 × 2160
	movingFrames = 1_000
	movingBudget = 60 * time.Second // for all frames, and what is made of them
)

// Frames reads a picture and hands on frame by frame, within the same bounds of size, memory and time as every other. A moving GIF,
// WebP or PNG has all its frames, any other picture one. What cannot be read is a fault.Invalid, fn's error its own.
func (s *Store) Frames(ctx context.Context, r io.ReadSeeker, fn func(Film, Frame) error) error {
	f, moving, err := parted(r)
	if err != nil {
		return err
	}
	if moving == nil {
		return s.pixels(ctx, f, r, func(p pixels) error {
			page := p.page()
			return fn(Film{Width: page.Rect.Dx(), Height: page.Rect.Dy(), Frames: 1}, Frame{RGBA: page})
		})
	}
	if err := moving.check(); err != nil {
		return err
	}
	held := image.Pt(2*moving.size.X, moving.size.Y) // the page, and one frame
	return s.readers.with(ctx, held, movingBudget, func(ctx context.Context) error { return moving.play(ctx, fn) })
}

// parted recognises a picture and, if it moves, takes it apart into its frames.
func parted(r io.ReadSeeker) (format, *strip, error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return format{}, nil, err
	}
	in := bufio.NewReaderSize(r, sniffed)
	head, err := in.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return format{}, nil, err
	}
	f, err := sniff(head)
	if err != nil {
		return f, nil, err
	}
	if f.kind != Picture {
		return f, nil, fault.Invalid("This is no picture. Take %s.", goodPictures)
	}
	take := map[format]func([]byte) (*strip, error){gifFormat: gifStrip, pngFormat: pngStrip, webpFormat: webpStrip}[f]
	if take == nil || f == pngFormat && !bytes.Contains(head, []byte("acTL")) || f == webpFormat && !bytes.Contains(head, []byte("ANIM")) {
		return f, nil, nil
	}
	b, err := io.ReadAll(io.LimitReader(in, movingBytes+1))
	if err != nil {
		return f, nil, err
	}
	if len(b) > movingBytes {
		return f, nil, fault.Invalid("The moving picture is larger than %d MB, which is the most that can be taken.", movingBytes>>20)
	}
	moving, err := take(b)
	if err != nil || moving == nil || len(moving.cels) < 2 {
		return f, nil, err
	}
	return f, moving, nil
}

// strip is a moving picture, taken apart: each of its cels is a still picture of its own.
type strip struct {
	format
	size  image.Point
	loops int
	cels  []cel
}

// cel is one frame as it is stored: what it changes, and what becomes of that afterwards.
type cel struct {
	still []byte // a whole file
	at    image.Rectangle
	long  time.Duration
	bare  bool // it replaces what is below it, also where it is clear
	after afterwards
}

type afterwards byte

const (
	stays afterwards = iota
	cleared
	undone
)

func (m *strip) check() error {
	if len(m.cels) > movingFrames {
		return fault.Invalid("The moving picture has %d frames. The limit is %d. Make it shorter and add it again.", len(m.cels), movingFrames)
	}
	if err := within(m.size, movingPixels, "8, since it moves", "Save it smaller and add it again."); err != nil {
		return err
	}
	for _, c := range m.cels {
		if !c.at.In(image.Rectangle{Max: m.size}) || c.at.Empty() {
			return fault.Invalid("The moving picture is damaged and cannot be read (a frame lies outside of it).")
		}
	}
	return nil
}

// slowest is how long a frame stands that says it stands for no time: what browsers make of it.
const slowest = 100 * time.Millisecond

func (m *strip) film() Film {
	film := Film{Width: m.size.X, Height: m.size.Y, Frames: len(m.cels), Loops: m.loops}
	for i, c := range m.cels {
		if c.long < 20*time.Millisecond {
			m.cels[i].long = slowest
		}
		film.Long += m.cels[i].long
	}
	return film
}

// play lays the cels one on another.
func (m *strip) play(ctx context.Context, fn func(Film, Frame) error) error {
	film := m.film()
	page := image.NewRGBA(image.Rectangle{Max: m.size})
	var under *image.RGBA
	shown := image.NewRGBA(page.Rect)
	for _, c := range m.cels {
		im, err := m.decode(ctx, c)
		if err != nil {
			return err
		}
		if c.after == undone {
			under = cut(page, c.at)
		}
		how := draw.Over
		if c.bare {
			how = draw.Src
		}
		draw.Draw(page, c.at, im, im.Bounds().Min, how)
		draw.Draw(shown, shown.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(shown, shown.Rect, page, image.Point{}, draw.Over)
		if err := fn(film, Frame{shown, c.long}); err != nil {
			return err
		}
		switch c.after {
		case cleared:
			draw.Draw(page, c.at, image.Transparent, image.Point{}, draw.Src)
		case undone:
			draw.Draw(page, c.at, under, under.Rect.Min, draw.Src)
		}
	}
	return nil
}

// cut is a copy of a part.
func cut(from *image.RGBA, at image.Rectangle) *image.RGBA {
	to := image.NewRGBA(at)
	draw.Draw(to, at, from, at.Min, draw.Src)
	return to
}

// decode reads one cel, which must be as large as its place.
func (m *strip) decode(ctx context.Context, c cel) (image.Image, error) {
	r := bytes.NewReader(c.still)
	config, err := configOf(m.format, r)
	if err != nil {
		return nil, damaged(m.format, err)
	}
	size := image.Pt(config.Width, config.Height)
	if m.format == webpFormat {
		if size, err = webpSize(r, size); err != nil {
			return nil, err
		}
	}
	if size != c.at.Size() {
		return nil, fault.Invalid("The moving picture is damaged and cannot be read (a frame is not as large as it says).")
	}
	return decode(ctx, m.format, r, size)
}

// gifStrip takes a GIF apart (GIF89a specification): each image with the tables and the control block that are its own.
func gifStrip(b []byte) (*strip, error) {
	if len(b) < 13 {
		return nil, damaged(gifFormat, io.ErrUnexpectedEOF)
	}
	m := &strip{format: gifFormat, size: image.Pt(int(binary.LittleEndian.Uint16(b[6:])), int(binary.LittleEndian.Uint16(b[8:]))), loops: 1}
	at := 13
	if b[10]&0x80 != 0 {
		at += 3 << (b[10]&7 + 1)
	}
	if at > len(b) {
		return nil, damaged(gifFormat, io.ErrUnexpectedEOF)
	}
	tables := b[13:at]
	var control []byte
	for at < len(b) && b[at] != 0x3b {
		var end int
		switch {
		case b[at] == 0x21 && at+1 < len(b):
			end = gifBlocks(b, at+2)
			if end < 0 {
				return m.whole(io.ErrUnexpectedEOF)
			}
			switch {
			case b[at+1] == 0xf9 && end-at == 8:
				control = b[at:end]
			case b[at+1] == 0xff && end-at >= 19 && string(b[at+3:at+14]) == "NETSCAPE2.0" && b[at+15] == 1:
				if m.loops = int(binary.LittleEndian.Uint16(b[at+16:])); m.loops > 0 {
					m.loops++ // it says how often it begins anew
				}
			}
		case b[at] == 0x2c && at+10 < len(b):
			pixels := at + 10
			if b[at+9]&0x80 != 0 {
				pixels += 3 << (b[at+9]&7 + 1)
			}
			end = gifBlocks(b, pixels+1)
			if end < 0 {
				return m.whole(io.ErrUnexpectedEOF)
			}
			m.cels = append(m.cels, gifCel(b[:13], tables, control, b[at:end]))
			control = nil
		default:
			return m.whole(errors.New("unknown block"))
		}
		if at = end; len(m.cels) > movingFrames {
			break
		}
	}
	return m, nil
}

// whole is what was there of a picture that breaks off; nothing of one is an error.
func (m *strip) whole(err error) (*strip, error) {
	if len(m.cels) == 0 {
		return nil, damaged(m.format, err)
	}
	return m, nil
}

// gifBlocks is where the blocks of data end that begin at at; -1 if they do not.
func gifBlocks(b []byte, at int) int {
	for at < len(b) {
		n := int(b[at])
		at += 1 + n
		if n == 0 {
			return at
		}
	}
	return -1
}

func gifCel(head, tables, control, picture []byte) cel {
	place := image.Pt(int(binary.LittleEndian.Uint16(picture[1:])), int(binary.LittleEndian.Uint16(picture[3:])))
	size := image.Pt(int(binary.LittleEndian.Uint16(picture[5:])), int(binary.LittleEndian.Uint16(picture[7:])))
	c := cel{at: image.Rectangle{place, place.Add(size)}}
	still := bytes.Clone(head)
	copy(still[6:10], picture[5:9])
	still = append(still, tables...)
	if control != nil {
		still = append(still, control...)
		c.long = time.Duration(binary.LittleEndian.Uint16(control[4:])) * 10 * time.Millisecond
		c.after = [8]afterwards{2: cleared, 3: undone}[control[3]>>2&7]
	}
	from := len(still)
	still = append(append(still, picture...), 0x3b)
	copy(still[from+1:from+5], []byte{0, 0, 0, 0})
	c.still = still
	return c
}

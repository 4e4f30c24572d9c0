package media

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"time"

	"golang.org/x/image/bmp"
	"golang.org/x/image/draw"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"
	"golang.org/x/sync/semaphore"

	"lede/internal/fault"
)

// budget is the time that a picture may take to be read.
const budget = 10 * time.Second

// readers limits the pixels being decoded at one time, so that memory is bounded whatever is sent at once: the worst
// picture (16 bit, 50 megapixels) takes 8 bytes a pixel.
type readers struct{ pixels *semaphore.Weighted }

func newReaders() readers { return readers{semaphore.NewWeighted(maxPixels)} }

// with runs fn when so many pixels may be decoded, within a time budget that begins then.
func (r readers) with(ctx context.Context, size image.Point, budget time.Duration, fn func(context.Context) error) error {
	pixels := int64(size.X) * int64(size.Y)
	if err := r.pixels.Acquire(ctx, pixels); err != nil {
		return err
	}
	defer r.pixels.Release(pixels)
	ctx, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	return fn(ctx)
}

func configOf(f format, r io.ReadSeeker) (c image.Config, err error) {
	defer rescue(&err)
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return c, err
	}
	switch f {
	case jpegFormat:
		return jpeg.DecodeConfig(r)
	case pngFormat:
		return png.DecodeConfig(r)
	case gifFormat:
		return gif.DecodeConfig(r)
	case webpFormat:
		return webp.DecodeConfig(r)
	case tiffFormat:
		return tiff.DecodeConfig(r)
	case bmpFormat:
		return bmp.DecodeConfig(r)
	}
	return c, fmt.Errorf("%s is no picture", f.mime)
}

// pixels is a picture read.
type pixels struct {
	image.Image
	size    image.Point // as stored
	turn    turn
	profile []byte
}

// pixels reads a picture within the bounds of size, memory and time, and has fn make of it what is wanted. What cannot be
// read is a fault.Invalid.
func (s *Store) pixels(ctx context.Context, f format, file io.ReadSeeker, fn func(pixels) error) error {
	plain, r, err := s.tools.plainOf(ctx, f, file)
	if err != nil {
		return err
	}
	size, err := measure(plain, r)
	if err != nil {
		return err
	}
	p := pixels{size: size, profile: profileOf(plain, r)}
	if !f.foreign() {
		p.turn = read(f, file).turn
	}
	return s.readers.with(ctx, size, budget, func(ctx context.Context) error {
		if p.Image, err = decode(ctx, plain, r, size); err != nil {
			return err
		}
		return fn(p)
	})
}

// decode reads the picture; of an animation the first frame. The result has the size that measure gave.
func decode(ctx context.Context, f format, r io.ReadSeeker, size image.Point) (im image.Image, err error) {
	defer rescue(&err)
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	in := patient{ctx, r}
	switch f {
	case jpegFormat:
		im, err = jpeg.Decode(in)
	case pngFormat:
		im, err = png.Decode(in)
	case gifFormat:
		im, err = gif.Decode(in)
	case webpFormat:
		if im, err = webp.Decode(in); err == nil {
			fullRange(im)
		}
	case tiffFormat:
		im, err = tiff.Decode(in)
	case bmpFormat:
		im, err = bmp.Decode(in)
	default:
		err = fmt.Errorf("%s is no picture", f.mime)
	}
	if err != nil && ctx.Err() != nil {
		err = ctx.Err() // some decoders keep only the words of an error
	}
	if err != nil {
		return nil, damaged(f, err)
	}
	return filled(im, size), nil
}

// fullRange gives a lossy WebP the colours it has: VP8 keeps luma from 16 to 235 and chroma from 16 to 240 (ITU-R BT.601; RFC 6386,
// 9.2), where image.YCbCr means all 256 as JPEG does.
func fullRange(im image.Image) {
	var p *image.YCbCr
	switch im := im.(type) {
	case *image.YCbCr:
		p = im
	case *image.NYCbCrA:
		p = &im.YCbCr
	default:
		return
	}
	var luma, chroma [256]uint8
	for v := range 256 {
		luma[v] = uint8(min(255, max(0, ((v-16)*255+109)/219)))
		chroma[v] = uint8(min(255, max(0, ((v-16)*255+112)/224)))
	}
	for i, v := range p.Y {
		p.Y[i] = luma[v]
	}
	for i := range p.Cb {
		p.Cb[i], p.Cr[i] = chroma[p.Cb[i]], chroma[p.Cr[i]]
	}
}

// filled lays a frame that is smaller than its picture, as GIF allows, on white.
func filled(im image.Image, size image.Point) image.Image {
	if im.Bounds() == image.Rect(0, 0, size.X, size.Y) {
		return im
	}
	page := blank(size)
	draw.Draw(page, im.Bounds(), im, im.Bounds().Min, draw.Over)
	return page
}

func blank(size image.Point) *image.RGBA {
	page := image.NewRGBA(image.Rect(0, 0, size.X, size.Y))
	draw.Draw(page, page.Rect, image.White, image.Point{}, draw.Src)
	return page
}

// rescue turns a decoder's panic over a malformed file into an error.
func rescue(err *error) {
	if p := recover(); p != nil {
		*err = fault.Invalid("The picture is damaged and cannot be read (%v).", p)
	}
}

// damaged says in one sentence why a picture cannot be read.
func damaged(f format, err error) error {
	var tiffNot tiff.UnsupportedError
	var jpegNot jpeg.UnsupportedError
	var pngNot png.UnsupportedError
	switch {
	case fault.IsInvalid(err), errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, context.DeadlineExceeded):
		return fault.Invalid("The picture takes too long to read. Save it anew, or smaller, and add it again.")
	case errors.Is(err, io.EOF), strings.Contains(err.Error(), "EOF"), strings.Contains(err.Error(), "not enough"), strings.Contains(err.Error(), "short Huffman"):
		return fault.Invalid("The picture ends too early; it was cut off on its way. Add it again.")
	case errors.As(err, &tiffNot), errors.As(err, &jpegNot), errors.As(err, &pngNot), errors.Is(err, bmp.ErrUnsupported):
		return fault.Invalid("This kind of %s cannot be read (%v). Save it as a plain JPEG or PNG and add it again.", f.mime, err)
	}
	return fault.Invalid("The picture is damaged and cannot be read (%v).", err)
}

// patient gives up reading when its time is over: the decoders themselves know no context.
type patient struct {
	ctx context.Context
	r   io.ReadSeeker
}

func (p patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}

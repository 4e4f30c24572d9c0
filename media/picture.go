package media

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
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

const (
	maxPixels = 50_000_000
	maxSide   = 60_000 // a JPEG has at most 65,535 rows
	budget    = 10 * time.Second
)

// readers limits the pixels being decoded at one time, so that memory is bounded whatever is sent at once: the worst
// picture (16 bit, 50 megapixels) takes 8 bytes a pixel.
type readers struct{ pixels *semaphore.Weighted }

func newReaders() readers { return readers{semaphore.NewWeighted(maxPixels)} }

// with runs fn when so many pixels may be decoded, within a time budget that begins then.
func (r readers) with(ctx context.Context, size image.Point, fn func(context.Context) error) error {
	pixels := int64(size.X) * int64(size.Y)
	if err := r.pixels.Acquire(ctx, pixels); err != nil {
		return err
	}
	defer r.pixels.Release(pixels)
	ctx, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	return fn(ctx)
}

// measure reads how large a picture says it is, before anything is decoded, and refuses what is too large.
func measure(f format, r io.ReadSeeker) (image.Point, error) {
	c, err := configOf(f, r)
	if err != nil {
		return image.Point{}, damaged(f, err)
	}
	if c.ColorModel == color.CMYKModel {
		return image.Point{}, fault.Invalid("The picture is in the colours of print (CMYK); save it in RGB and send it again.")
	}
	size := image.Pt(c.Width, c.Height)
	if f == webpFormat {
		if size, err = webpSize(r, size); err != nil {
			return size, err
		}
	}
	switch {
	case size.X < 1 || size.Y < 1:
		return size, fault.Invalid("The picture has no size; it may be damaged.")
	case int64(size.X)*int64(size.Y) > maxPixels:
		return size, fault.Invalid("The picture has %d by %d pixels; more than 50 megapixels cannot be taken, send it smaller.", size.X, size.Y)
	case size.X > maxSide || size.Y > maxSide:
		return size, fault.Invalid("The picture has %d by %d pixels; a side may have %d at most, send it smaller.", size.X, size.Y, maxSide)
	}
	return size, nil
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
		im, err = webp.Decode(in)
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
		return fault.Invalid("The picture takes too long to read; send it smaller, or saved anew.")
	case errors.Is(err, io.EOF), strings.Contains(err.Error(), "EOF"), strings.Contains(err.Error(), "not enough"), strings.Contains(err.Error(), "short Huffman"):
		return fault.Invalid("The picture ends too early; it was cut off on its way. Send it again.")
	case errors.As(err, &tiffNot), errors.As(err, &jpegNot), errors.As(err, &pngNot), errors.Is(err, bmp.ErrUnsupported):
		return fault.Invalid("This kind of %s cannot be read (%v); save it as a plain JPEG or PNG.", f.mime, err)
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

// webpSize checks the size of the frame itself: a WebP file's header may give a smaller one. It reads the chunks of
// the container as RFC 9649 has them, and refuses animations, of which the decoder reads no frame.
func webpSize(r io.ReadSeeker, canvas image.Point) (image.Point, error) {
	at := int64(12)
	for range 1000 {
		var head [18]byte
		if _, err := r.Seek(at, io.SeekStart); err != nil {
			return canvas, err
		}
		n, err := io.ReadFull(r, head[:])
		if n < 8 {
			return canvas, damaged(webpFormat, err)
		}
		b := head[8:n]
		switch tag := string(head[:4]); {
		case tag == "ANIM" || tag == "ANMF":
			return canvas, fault.Invalid("Animated WebP pictures cannot be taken; send a single picture as %s.", goodPictures)
		case tag == "VP8 " && len(b) == 10:
			return image.Pt(int(b[6])|int(b[7]&0x3f)<<8, int(b[8])|int(b[9]&0x3f)<<8), nil
		case tag == "VP8L" && len(b) >= 5:
			bits := binary.LittleEndian.Uint32(b[1:])
			return image.Pt(int(bits&0x3fff)+1, int(bits>>14&0x3fff)+1), nil
		}
		size := int64(binary.LittleEndian.Uint32(head[4:8]))
		at += 8 + size + size&1
	}
	return canvas, fault.Invalid("The picture is damaged and cannot be read (it has too many parts).")
}

package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"io"
	"os"
	"path/filepath"
	"slices"

	"lede/internal/fault"
)

// decoder is a program that makes a JPEG or PNG of a format we cannot read ourselves.
type decoder struct {
	at, ending string // of what it makes
	args       []string
}

func heifDecoder(at string) decoder {
	return decoder{at, "jpg", []string{"-q", "95", "in.bin", "out.jpg"}}
}

func avifdec(at string) decoder {
	return decoder{at, "png", []string{"-j", "1", "--png-compress", "1", "in.bin", "out.png"}}
}

// foreign tells whether a program of others must read the format first.
func (f format) foreign() bool { return f == heicFormat || f == avifFormat }

// plainOf gives a picture in a format we read: itself, or for HEIC and AVIF what a decoder makes of it, upright already.
// Without a decoder, or when it finds nothing to read, it is a fault.Invalid.
func (t Tools) plainOf(ctx context.Context, f format, r io.ReadSeeker) (format, io.ReadSeeker, error) {
	if !f.foreign() {
		return f, r, nil
	}
	d, ok := t.decoders[f]
	if !ok {
		return f, nil, fault.Invalid("%s pictures cannot be taken here, since no program that reads them is installed. Save it as %s and add it again%s.",
			f.name(), goodPictures, map[format]string{heicFormat: " (on an iPhone: Settings, Camera, Formats, Most Compatible)"}[f])
	}
	size := heifSize(r)
	if size == (image.Point{}) {
		return f, nil, fault.Invalid("The picture is damaged and cannot be read (it does not tell its size).")
	}
	if err := within(size, maxPixels, "50", "Save it smaller and add it again."); err != nil {
		return f, nil, err
	}
	made, err := d.decode(ctx, r)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return f, nil, fault.Invalid("The picture takes too long to read. Save it as JPEG and add it again.")
	case ctx.Err() != nil:
		return f, nil, ctx.Err()
	case err != nil:
		return f, nil, fault.Invalid("The picture is damaged, or of a kind of %s that cannot be read. Save it as JPEG and add it again.", f.name())
	}
	return map[string]format{"jpg": jpegFormat, "png": pngFormat}[d.ending], bytes.NewReader(made), nil
}

func (f format) name() string {
	return map[format]string{heicFormat: "HEIC", avifFormat: "AVIF"}[f]
}

func (d decoder) decode(ctx context.Context, r io.ReadSeeker) (made []byte, err error) {
	err = aside(func(folder string) error {
		if err := writeAll(filepath.Join(folder, "in.bin"), r); err != nil {
			return err
		}
		if err := run(ctx, folder, d.at, d.args...); err != nil {
			return err
		}
		names, err := filepath.Glob(filepath.Join(folder, "out*."+d.ending)) // of several pictures in one file, out-1 is the first
		if err != nil || len(names) == 0 {
			return errors.Join(err, errors.New("nothing was made"))
		}
		slices.Sort(names)
		made, err = os.ReadFile(names[0])
		return err
	})
	return made, err
}

func writeAll(name string, r io.ReadSeeker) (err error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = io.Copy(f, r)
	return err
}

// heifSize is the largest picture that a HEIF file says it holds (ISO/IEC 23008-12, 6.5.3: the ispe boxes in
// meta/iprp/ipco), or the zero point. Tiles and thumbnails are smaller.
func heifSize(r io.ReadSeeker) (most image.Point) {
	for offset, parts := int64(0), 0; parts < partsMax; parts++ {
		b := at(r, offset, 20)
		if len(b) < 8 {
			return most
		}
		long := int64(binary.BigEndian.Uint32(b))
		switch string(b[4:8]) {
		case "meta":
			offset += 12
			continue
		case "iprp", "ipco":
			offset += 8
			continue
		case "ispe":
			if len(b) == 20 {
				most = larger(most, image.Pt(int(binary.BigEndian.Uint32(b[12:])), int(binary.BigEndian.Uint32(b[16:]))))
			}
		}
		if long < 8 {
			return most
		}
		offset += long
	}
	return most
}

// larger is the one of more pixels. A side is cut at a billion, so that no product overflows.
func larger(a, b image.Point) image.Point {
	b = image.Pt(min(b.X, 1<<30), min(b.Y, 1<<30))
	if b.X*b.Y > a.X*a.Y {
		return b
	}
	return a
}

package media

import (
	"encoding/binary"
	"image"
	"image/color"
	"io"

	"lede/internal/fault"
)

const (
	maxPixels      = 50_000_000
	maxProgressive = 12_000_000
	maxSide        = 60_000 // a JPEG has at most 65,535 rows
)

// measure reads how large a picture says it is, before anything is decoded, and refuses what is too large.
func measure(f format, r io.ReadSeeker) (image.Point, error) {
	c, err := configOf(f, r)
	if err != nil {
		return image.Point{}, damaged(f, err)
	}
	if c.ColorModel == color.CMYKModel {
		return image.Point{}, fault.Invalid("The picture is in the colours of print (CMYK). Save it in RGB and add it again.")
	}
	size := image.Pt(c.Width, c.Height)
	if f == webpFormat {
		if size, err = webpSize(r, size); err != nil {
			return size, err
		}
	}
	if f == jpegFormat && progressive(r) {
		return size, within(size, maxProgressive, "12, since it is a progressive JPEG", "Save it as a plain JPEG, or smaller, and add it again.")
	}
	return size, within(size, maxPixels, "50", "Save it smaller and add it again.")
}

// within refuses a picture of more than most pixels: limit says it in megapixels, mend what to do.
func within(size image.Point, most int64, limit, mend string) error {
	pixels := int64(size.X) * int64(size.Y)
	switch {
	case size.X < 1 || size.Y < 1:
		return fault.Invalid("The picture has no size; it may be damaged.")
	case pixels > most:
		return fault.Invalid("%d megapixels. The limit is %s. %s", max(pixels+999_999, pixels)/1_000_000, limit, mend)
	case size.X > maxSide || size.Y > maxSide:
		return fault.Invalid("%d by %d pixels. A side may have %d. Save it smaller and add it again.", size.X, size.Y, maxSide)
	}
	return nil
}

// progressive tells whether a JPEG comes in several scans, which must all be held in memory until the last
// (ITU-T T.81, B.1.1.3: SOF2).
func progressive(r io.ReadSeeker) bool {
	offset := int64(2)
	for range partsMax {
		head := at(r, offset, 4)
		switch {
		case len(head) < 4:
			return false
		case head[0] != 0xff: // between segments, decoders look for the next mark
			offset++
		case head[1] == 0xff:
			offset++
		case head[1] == 0xc2:
			return true
		case head[1] == 0xda, head[1] >= 0xc0 && head[1] <= 0xcf && head[1] != 0xc4 && head[1] != 0xc8 && head[1] != 0xcc:
			return false
		case head[1] == 0x01 || head[1] >= 0xd0 && head[1] <= 0xd8:
			offset += 2
		default:
			offset += 2 + max(2, int64(binary.BigEndian.Uint16(head[2:])))
		}
	}
	return true // whatever hides behind so many segments
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
			return canvas, fault.Invalid("Animated WebP pictures cannot be taken. Save a single picture as %s and add it again.", goodPictures)
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

package media

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
	"slices"

	"github.com/bep/imagemeta"
)

const (
	pngTextMax = 1 << 20
	xmpKeyword = "XML:com.adobe.xmp"
)

// listenPNG reads the texts of a PNG (PNG, 11.3.3): its own keywords, and the XMP that stands in one of them.
func (h *heard) listenPNG(r io.ReadSeeker) {
	offset := int64(8)
	for range partsMax {
		head := at(r, offset, 8)
		if len(head) < 8 {
			return
		}
		size := int64(binary.BigEndian.Uint32(head))
		if kind := string(head[4:]); (kind == "tEXt" || kind == "iTXt") && size <= pngTextMax {
			keyword, text := pngText(kind, at(r, offset+8, int(size)))
			h.hearPNG(keyword, text)
		}
		offset += 12 + size
	}
}

func (h *heard) hearPNG(keyword string, text []byte) {
	if keyword != xmpKeyword {
		h.hear("PNG "+keyword, string(text))
		return
	}
	h.listen(bytes.NewReader(wrapped("XMP ", text)), imagemeta.WebP, imagemeta.XMP)
}

// pngText is the keyword and the text of a chunk. tEXt holds Latin-1, iTXt UTF-8, compressed or not.
func pngText(kind string, chunk []byte) (keyword string, text []byte) {
	name, rest, ok := bytes.Cut(chunk, []byte{0})
	if !ok {
		return "", nil
	}
	if kind == "tEXt" {
		return string(name), utf8Of(rest)
	}
	if len(rest) < 2 {
		return "", nil
	}
	compressed := rest[0] == 1
	rest = rest[2:]
	for range 2 { // over the language and the translated keyword
		if _, rest, ok = bytes.Cut(rest, []byte{0}); !ok {
			return "", nil
		}
	}
	if compressed {
		rest = unpacked(rest)
	}
	return string(name), rest
}

func utf8Of(latin1 []byte) []byte {
	runes := make([]rune, len(latin1))
	for i, c := range latin1 {
		runes[i] = rune(c)
	}
	return []byte(string(runes))
}

func unpacked(b []byte) []byte {
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(z, pngTextMax))
	if err != nil {
		return nil
	}
	return text
}

// listenWebP reads the EXIF and XMP of a WebP. The library misses what stands behind a chunk of odd length, so each is taken
// out and handed to it alone.
func (h *heard) listenWebP(r io.ReadSeeker) {
	for _, c := range []struct {
		name   string
		source imagemeta.Source
	}{{"EXIF", imagemeta.EXIF}, {"XMP ", imagemeta.XMP}} {
		if said := webpChunk(r, c.name, pngTextMax); len(said) > 0 {
			h.listen(bytes.NewReader(wrapped(c.name, said)), imagemeta.WebP, c.source)
		}
	}
}

// wrapped puts EXIF or XMP into the least WebP that holds it (RFC 9649, 2.7), where the library looks for it.
func wrapped(name string, said []byte) []byte {
	const both = 1<<2 | 1<<3 // it has XMP, it has EXIF
	head := append([]byte("VP8X\x0a\x00\x00\x00"), both, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	chunk := append(binary.LittleEndian.AppendUint32([]byte(name), uint32(len(said))), said...)
	riff := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(4+len(head)+len(chunk)))
	return slices.Concat(riff, []byte("WEBP"), head, chunk)
}

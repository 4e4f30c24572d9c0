package media

import (
	"encoding/binary"
	"io"
)

// Sound and film are served as they came, but for what they say of themselves: titles, names of devices, and, as telephones
// write it, the place. Those parts are emptied where they stand, so that nothing else moves. Ogg's comments stay: they are bound
// into its checksums, and no telephone writes a place there.

// emptied is a part of a file that is taken out: head stands in its place, and zeros behind it up to its end.
type emptied struct {
	at, end int64
	head    []byte
}

// telling are the parts of a file of that format that say something of it.
func telling(f format, r io.ReadSeeker, size int64) []emptied {
	switch f {
	case mp4Format, m4aFormat:
		return tellingMP4(r, 0, size, 0)
	case mp3Format:
		return tellingMP3(r, size)
	case wavFormat:
		return tellingWAV(r, size)
	case webmFormat:
		return tellingWebM(r, size)
	}
	return nil
}

const (
	boxesDeep = 3 // moov, trak, mdia
	metaTrack = "meta"
)

// tellingMP4 finds in boxes (ISO/IEC 14496-12) the user data, the metadata, and tracks of metadata, such as the places a film was
// taken at. A free box takes their place.
func tellingMP4(r io.ReadSeeker, offset, end int64, deep int) (all []emptied) {
	for parts := 0; offset+8 <= end && parts < partsMax; parts++ {
		b := at(r, offset, 16)
		if len(b) < 8 {
			return all
		}
		long, inside := int64(binary.BigEndian.Uint32(b)), int64(8)
		switch {
		case long == 1 && len(b) == 16:
			long, inside = int64(binary.BigEndian.Uint64(b[8:])), 16
		case long == 0: // to the end
			long = end - offset
		}
		if long < inside || long > end-offset {
			return all
		}
		whole := emptied{at: offset + 4, end: offset + long, head: append([]byte("free"), b[8:inside]...)}
		switch string(b[4:8]) {
		case "udta", "meta", "uuid":
			all = append(all, whole)
		case "trak":
			if handlerOf(r, offset+inside, offset+long, 0) == metaTrack {
				all = append(all, whole)
				break
			}
			fallthrough
		case "moov", "mdia":
			if deep < boxesDeep {
				all = append(all, tellingMP4(r, offset+inside, offset+long, deep+1)...)
			}
		}
		offset += long
	}
	return all
}

// handlerOf is what a track holds: "vide", "soun", "meta" (8.4.3).
func handlerOf(r io.ReadSeeker, offset, end int64, deep int) string {
	for parts := 0; offset+8 <= end && parts < partsMax; parts++ {
		b := at(r, offset, 20)
		if len(b) < 8 {
			return ""
		}
		long := int64(binary.BigEndian.Uint32(b))
		switch kind := string(b[4:8]); {
		case kind == "mdia" && deep == 0:
			return handlerOf(r, offset+8, min(offset+long, end), 1)
		case kind == "hdlr" && len(b) == 20:
			return string(b[16:20])
		}
		if long < 8 {
			return ""
		}
		offset += long
	}
	return ""
}

// tellingMP3 finds ID3v2 before the sound, which stays as padding, and ID3v1 behind it.
func tellingMP3(r io.ReadSeeker, size int64) (all []emptied) {
	if b := at(r, 0, 10); len(b) == 10 && string(b[:3]) == "ID3" {
		long := int64(b[6]&0x7f)<<21 + int64(b[7]&0x7f)<<14 + int64(b[8]&0x7f)<<7 + int64(b[9]&0x7f)
		all = append(all, emptied{at: 5, end: min(10+long, size), head: append([]byte{0}, b[6:10]...)})
	}
	if b := at(r, max(0, size-128), 3); string(b) == "TAG" {
		all = append(all, emptied{at: size - 128, end: size})
	}
	return all
}

// tellingWAV finds all chunks but those that sound is made of.
func tellingWAV(r io.ReadSeeker, size int64) (all []emptied) {
	for offset, parts := int64(12), 0; offset+8 <= size && parts < partsMax; parts++ {
		b := at(r, offset, 8)
		if len(b) < 8 {
			break
		}
		long := int64(binary.LittleEndian.Uint32(b[4:]))
		switch string(b[:4]) {
		case "fmt ", "data", "fact":
		default:
			all = append(all, emptied{at: offset, end: min(offset+8+long, size), head: append([]byte("JUNK"), b[4:]...)})
		}
		offset += 8 + long + long&1
	}
	return all
}

const (
	ebmlTags        = 0x1254C367
	ebmlAttachments = 0x1941A469
	ebmlTitle       = 0x7BA9
)

// tellingWebM finds the tags, the attachments and the title (RFC 9559). A void element takes their place.
func tellingWebM(r io.ReadSeeker, size int64) (all []emptied) {
	for offset, parts := int64(0), 0; offset < size && parts < partsMax; parts++ {
		b := at(r, offset, 12)
		id, n := ebmlNumber(b, true)
		long, m := ebmlNumber(b[min(n, len(b)):], false)
		if n == 0 || m == 0 {
			break
		}
		next := offset + int64(n+m)
		switch {
		case id == ebmlSegment || id == ebmlInfo:
			offset = next
			continue
		case long > uint64(size-next):
			return all
		case id == ebmlTags || id == ebmlAttachments || id == ebmlTitle:
			all = append(all, emptied{at: offset, end: next + int64(long), head: void(next + int64(long) - offset)})
		}
		offset = next + int64(long)
	}
	return all
}

// void is the head of a void element of that many bytes in all (RFC 8794, 11.3.2).
func void(size int64) []byte {
	if size < 9 {
		return []byte{0xec, byte(0x80 | size - 2)}
	}
	head := binary.BigEndian.AppendUint64(nil, uint64(size-9)|1<<56)
	return append([]byte{0xec}, head...)
}

// emptier reads a file with parts of it emptied.
type emptier struct {
	r     io.Reader
	at    int64
	parts []emptied
}

func (e *emptier) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	for _, part := range e.parts {
		for i := max(part.at, e.at); i < min(part.end, e.at+int64(n)); i++ {
			p[i-e.at] = 0
			if i-part.at < int64(len(part.head)) {
				p[i-e.at] = part.head[i-part.at]
			}
		}
	}
	e.at += int64(n)
	return n, err
}

package media

import (
	"encoding/binary"
	"io"
	"math"
	"math/bits"
)

// Elements of Matroska (RFC 9559) that playWebM reads.
const (
	ebmlSegment  = 0x18538067
	ebmlInfo     = 0x1549A966
	ebmlScale    = 0x2AD7B1
	ebmlDuration = 0x4489
	ebmlTracks   = 0x1654AE6B
	ebmlTrack    = 0xAE
	ebmlVideo    = 0xE0
	ebmlWidth    = 0xB0
	ebmlHeight   = 0xBA
	ebmlCluster  = 0x1F43B675
)

// playWebM reads the elements before the first cluster of film.
func playWebM(r io.ReadSeeker, size int64) (p played) {
	scale, time := 1e6, 0.0
	for offset, parts := int64(0), 0; offset < size && parts < partsMax; parts++ {
		b := at(r, offset, 20)
		id, n := ebmlNumber(b, true)
		long, m := ebmlNumber(b[min(n, len(b)):], false)
		if n == 0 || m == 0 || id == ebmlCluster {
			break
		}
		offset += int64(n + m)
		body := b[n+m:]
		body = body[:min(uint64(len(body)), long)]
		switch id {
		case ebmlSegment, ebmlInfo, ebmlTracks, ebmlTrack, ebmlVideo: // look inside
			continue
		case ebmlScale:
			scale = float64(ebmlInt(body))
		case ebmlDuration:
			time = ebmlFloat(body)
		case ebmlWidth:
			p.width = int(min(ebmlInt(body), maxSide+1))
		case ebmlHeight:
			p.height = int(min(ebmlInt(body), maxSide+1))
		}
		if long > uint64(size) {
			break
		}
		offset += int64(long)
	}
	p.seconds = time * scale / 1e9
	return p
}

// ebmlNumber reads a number of variable length (RFC 8794, 4) and how many bytes it took, 0 for none. An id keeps the
// bit that marks its length.
func ebmlNumber(b []byte, id bool) (value uint64, n int) {
	if len(b) == 0 || b[0] == 0 {
		return 0, 0
	}
	n = bits.LeadingZeros8(b[0]) + 1
	if len(b) < n {
		return 0, 0
	}
	value = ebmlInt(b[:n])
	if !id {
		value &^= 1 << (7 * n)
	}
	return value, n
}

func ebmlInt(b []byte) (value uint64) {
	for _, c := range b[:min(len(b), 8)] {
		value = value<<8 | uint64(c)
	}
	return value
}

func ebmlFloat(b []byte) float64 {
	switch len(b) {
	case 4:
		return float64(math.Float32frombits(binary.BigEndian.Uint32(b)))
	case 8:
		return math.Float64frombits(binary.BigEndian.Uint64(b))
	}
	return 0
}

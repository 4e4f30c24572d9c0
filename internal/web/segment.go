package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"io"
	"math/bits"
	"sync"

	"github.com/klauspost/compress/flate"
)

// segment is a piece of a page, compressed on its own so that it can be joined with others in any order.
type segment struct {
	deflate []byte   // deflate blocks, none of them final, ended by a sync flush: byte-aligned, so concatenation is a stream (RFC 1951, 3.2.4)
	raw     int      // bytes before compression
	crc     uint32   // CRC-32 of those bytes
	shift   uint32   // x^(8·raw) mod P: what joining this segment does to the checksum of all before it
	digest  [16]byte // of those bytes, for the ETag
}

// gzipHead is the header of RFC 1952 without name or time; gzipTail closes the deflate stream with an empty final block.
const (
	gzipHead  = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
	gzipTail  = "\x03\x00"
	gzipExtra = len(gzipHead) + len(gzipTail) + 8
)

var deflaters = sync.Pool{New: func() any {
	w, err := flate.NewWriter(io.Discard, flate.BestCompression)
	if err != nil {
		panic(err)
	}
	return w
}}

// compress appends text's deflate blocks to buf and returns the segment, whose deflate the caller slices when buf is done
// growing. The best ratio is affordable: it is paid on a miss.
func compress(buf *bytes.Buffer, text string) segment {
	w := deflaters.Get().(*flate.Writer)
	defer deflaters.Put(w)
	if text != "" {
		w.Reset(buf)
		_, _ = io.WriteString(w, text) // a bytes.Buffer takes everything
		_ = w.Flush()
		w.Reset(io.Discard)
	}
	sum := sha256.Sum256([]byte(text))
	s := segment{raw: len(text), crc: crc32.ChecksumIEEE([]byte(text)), shift: crcShift(len(text))}
	copy(s.digest[:], sum[:])
	return s
}

// The checksum of joined segments, by the method of zlib's crc32_combine_gen and crc32_combine_op (Mark Adler, zlib 1.2.12;
// mathematics in his answer "crc32_combine" and in RFC 1952, 8): a CRC is the text as a polynomial over GF(2) modulo P, so
// crc(AB) = crc(A)·x^(8·|B|) + crc(B). zlib's inversions before and after cancel out. x^(8·|B|) is computed once a segment.
// Polynomials stand reflected, as in crc32.IEEE: the highest bit is x^0.

const crcOne = uint32(1) << 31

// crcTimes multiplies two polynomials modulo P.
func crcTimes(a, b uint32) uint32 {
	var product uint32
	for ; a != 0; a <<= 1 {
		product ^= b & -(a >> 31)
		b = b>>1 ^ crc32.IEEE&-(b&1)
	}
	return product
}

// crcShift returns x^(8·n) modulo P by squaring.
func crcShift(n int) uint32 {
	result, square := crcOne, crcOne>>8 // x^8
	for k := uint64(n); k != 0; k >>= 1 {
		if k&1 != 0 {
			result = crcTimes(result, square)
		}
		square = crcTimes(square, square)
	}
	return result
}

// crcJoin is the checksum of a text with checksum crc followed by s.
func crcJoin(crc uint32, s *segment) uint32 { return crcTimes(crc, s.shift) ^ s.crc }

// trailer is a gzip stream's last eight bytes: CRC-32 and size modulo 2^32.
func trailer(crc uint32, raw int) (t [8]byte) {
	binary.LittleEndian.PutUint32(t[:4], crc)
	binary.LittleEndian.PutUint32(t[4:], uint32(raw))
	return t
}

// scratch lends buffers for one response. They are kept by size class, so that one long feed does not make every buffer long.
type scratch struct{ classes [24]sync.Pool }

func (s *scratch) get(size int) *[]byte {
	class := bits.Len(uint(size))
	if class >= len(s.classes) {
		b := make([]byte, 0, size)
		return &b
	}
	if b, ok := s.classes[class].Get().(*[]byte); ok {
		return b
	}
	b := make([]byte, 0, 1<<class)
	return &b
}

func (s *scratch) put(b *[]byte) {
	class := bits.Len(uint(cap(*b))) - 1
	if class < len(s.classes) && cap(*b) == 1<<class {
		*b = (*b)[:0]
		s.classes[class].Put(b)
	}
}

package media

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"image"
	"io"
	"math"
)

// Readers get pictures in sRGB. A picture with another RGB profile (Display P3 from a telephone, Adobe RGB) is converted
// when the profile is of the matrix kind (ICC.1:2010, F.3), as cameras' are; other profiles, and those in TIFF files,
// are left out of account.

const (
	profileMax    = 4 << 20
	profileChunks = 255
)

// profileOf takes the ICC profile out of a picture's file, or nil.
func profileOf(f format, r io.ReadSeeker) []byte {
	switch f {
	case jpegFormat:
		return jpegProfile(r)
	case pngFormat:
		return pngProfile(r)
	case webpFormat:
		return webpProfile(r)
	}
	return nil
}

// jpegProfile joins the profile's parts in the segments before the picture (ICC.1:2010, B.4).
func jpegProfile(r io.ReadSeeker) []byte {
	const mark = "ICC_PROFILE\x00"
	var parts [profileChunks + 1][]byte
	for offset, n := int64(2), 0; n < partsMax; n++ {
		head := at(r, offset, 4+len(mark)+2)
		if len(head) < 4 || head[0] != 0xff || head[1] == 0xda {
			break
		}
		size := int(binary.BigEndian.Uint16(head[2:]))
		if head[1] == 0xe2 && len(head) == 4+len(mark)+2 && string(head[4:4+len(mark)]) == mark && size > len(mark)+4 {
			parts[head[4+len(mark)]] = at(r, offset+int64(len(head)), size-len(mark)-4)
		}
		offset += int64(2 + max(size, 2))
	}
	return bytes.Join(parts[:], nil)
}

// pngProfile unpacks the iCCP chunk (PNG, 11.3.2.3).
func pngProfile(r io.ReadSeeker) []byte {
	for offset, n := int64(8), 0; n < partsMax; n++ {
		head := at(r, offset, 8)
		if len(head) < 8 || string(head[4:]) == "IDAT" {
			return nil
		}
		size := int64(binary.BigEndian.Uint32(head))
		if string(head[4:]) != "iCCP" {
			offset += 12 + size
			continue
		}
		chunk := at(r, offset+8, int(min(size, profileMax)))
		name := bytes.IndexByte(chunk, 0)
		if name < 0 || len(chunk) < name+2 {
			return nil
		}
		z, err := zlib.NewReader(bytes.NewReader(chunk[name+2:]))
		if err != nil {
			return nil
		}
		profile, err := io.ReadAll(io.LimitReader(z, profileMax))
		if err != nil {
			return nil
		}
		return profile
	}
	return nil
}

// webpProfile takes the ICCP chunk (RFC 9649, 2.7).
func webpProfile(r io.ReadSeeker) []byte { return webpChunk(r, "ICCP", profileMax) }

// webpChunk is the first chunk of that name, as much as most bytes of it, or nil.
func webpChunk(r io.ReadSeeker, name string, most int64) []byte {
	for offset, n := int64(12), 0; n < partsMax; n++ {
		head := at(r, offset, 8)
		if len(head) < 8 {
			return nil
		}
		size := int64(binary.LittleEndian.Uint32(head[4:]))
		if string(head[:4]) == name {
			return at(r, offset+8, int(min(size, most)))
		}
		offset += 8 + size + size&1
	}
	return nil
}

// conversion brings RGB values of 8 bits into sRGB.
type conversion struct {
	linear [3][256]float32  // by channel, the profile's curve
	matrix [3][3]float32    // from the profile's primaries to those of sRGB, linear
	curve  *[curveLen]uint8 // sRGB's own curve
}

const curveLen = 4097

// fromXYZ brings XYZ under D50, the space profiles speak in, to linear sRGB: the inverse of sRGB's matrix (IEC 61966-2-1)
// adapted by Bradford's method.
var fromXYZ = [3][3]float64{
	{3.1338561, -1.6168667, -0.4906146},
	{-0.9787684, 1.9161415, 0.0334540},
	{0.0719453, -0.2289914, 1.4052427},
}

// convert reads a profile. It returns nil for sRGB itself, or what is near enough, and for what it cannot read.
func convert(profile []byte) *conversion {
	if len(profile) < 132 || string(profile[16:20]) != "RGB " || string(profile[20:24]) != "XYZ " {
		return nil
	}
	c := &conversion{curve: new([curveLen]uint8)}
	for i := range c.curve {
		c.curve[i] = uint8(math.Round(255 * encodeSRGB(float64(i)/(curveLen-1))))
	}
	for channel, name := range []string{"r", "g", "b"} {
		primary, curve := tag(profile, name+"XYZ"), tag(profile, name+"TRC")
		if len(primary) < 20 || !c.trace(channel, curve) {
			return nil
		}
		for row := range 3 {
			for k := range 3 {
				c.matrix[row][channel] += float32(fromXYZ[row][k] * fixed16(primary[8+4*k:]))
			}
		}
	}
	if c.near() {
		return nil
	}
	return c
}

func encodeSRGB(v float64) float64 {
	if v <= 0.0031308 {
		return 12.92 * v
	}
	return 1.055*math.Pow(v, 1/2.4) - 0.055
}

// tag finds a tag's data in a profile (ICC.1:2010, 7.3).
func tag(profile []byte, name string) []byte {
	count := min(binary.BigEndian.Uint32(profile[128:]), 200)
	for i := range int(count) {
		entry := profile[min(len(profile), 132+12*i):]
		if len(entry) < 12 {
			return nil
		}
		from, size := uint64(binary.BigEndian.Uint32(entry[4:])), uint64(binary.BigEndian.Uint32(entry[8:]))
		if string(entry[:4]) == name && from+size <= uint64(len(profile)) {
			return profile[from : from+size]
		}
	}
	return nil
}

// fixed16 reads an s15Fixed16Number.
func fixed16(b []byte) float64 { return float64(int32(binary.BigEndian.Uint32(b))) / 65536 }

// trace fills a channel's curve from a tag of type curv or para (ICC.1:2010, 10.5 and 10.15).
func (c *conversion) trace(channel int, b []byte) bool {
	curve := curveOf(b)
	if curve == nil {
		return false
	}
	for i := range c.linear[channel] {
		v := curve(float64(i) / 255)
		if math.IsNaN(v) {
			return false
		}
		c.linear[channel][i] = float32(min(max(v, 0), 1))
	}
	return true
}

func curveOf(b []byte) func(float64) float64 {
	if len(b) < 12 {
		return nil
	}
	switch string(b[:4]) {
	case "curv":
		return tableCurve(b[12:], int(binary.BigEndian.Uint32(b[8:])))
	case "para":
		return formulaCurve(b[12:], int(binary.BigEndian.Uint16(b[8:])))
	}
	return nil
}

func tableCurve(b []byte, n int) func(float64) float64 {
	if n < 0 || n > profileMax || len(b) < 2*n {
		return nil
	}
	if n == 0 {
		return func(v float64) float64 { return v }
	}
	value := func(i int) float64 { return float64(binary.BigEndian.Uint16(b[2*i:])) }
	if n == 1 {
		return func(v float64) float64 { return math.Pow(v, value(0)/256) }
	}
	return func(v float64) float64 {
		i, part := math.Modf(v * float64(n-1))
		return (value(int(i))*(1-part) + value(min(int(i)+1, n-1))*part) / 65535
	}
}

// formulaCurve knows the five functions of parametricCurveType, all of them cases of
// (a·v+b)^g + e from d on and c·v + f below.
func formulaCurve(b []byte, kind int) func(float64) float64 {
	counts := []int{1, 3, 4, 5, 7}
	if kind >= len(counts) || len(b) < 4*counts[kind] {
		return nil
	}
	var p [7]float64
	for i := range counts[kind] {
		p[i] = fixed16(b[4*i:])
	}
	g, a, add, slope, from, e, f := p[0], p[1], p[2], p[3], p[4], p[5], p[6]
	switch kind {
	case 0:
		a, add = 1, 0
	case 1:
		from, slope = -add/a, 0
	case 2:
		from, e, f, slope = -add/a, slope, slope, 0
	}
	return func(v float64) float64 {
		if v >= from {
			return math.Pow(max(0, a*v+add), g) + e
		}
		return slope*v + f
	}
}

// near tells whether converting would change nothing that can be seen: at most 2 of 255 anywhere on a coarse cube.
func (c *conversion) near() bool {
	for i := range 125 {
		from := [3]uint8{uint8(i / 25 * 63), uint8(i / 5 % 5 * 63), uint8(i % 5 * 63)}
		for k, v := range c.colour(from) {
			if max(v, from[k])-min(v, from[k]) > 2 {
				return false
			}
		}
	}
	return true
}

func (c *conversion) colour(from [3]uint8) (to [3]uint8) {
	r, g, b := c.linear[0][from[0]], c.linear[1][from[1]], c.linear[2][from[2]]
	for k, row := range c.matrix {
		v := min(max(row[0]*r+row[1]*g+row[2]*b, 0), 1)
		to[k] = c.curve[int(v*(curveLen-1)+0.5)]
	}
	return to
}

// apply converts an opaque picture in place. A nil conversion changes nothing.
func (c *conversion) apply(im *image.RGBA) {
	if c == nil {
		return
	}
	for i := 0; i+3 < len(im.Pix); i += 4 {
		to := c.colour([3]uint8(im.Pix[i : i+3]))
		copy(im.Pix[i:i+3:i+3], to[:])
	}
}

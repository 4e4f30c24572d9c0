package media

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"testing"
)

// p3 is a profile of Display P3: its primaries under D50 and the curve of sRGB as a formula.
func p3() []byte {
	number := func(v float64) []byte { return binary.BigEndian.AppendUint32(nil, uint32(int32(v*65536))) }
	xyz := func(x, y, z float64) []byte {
		return slices.Concat([]byte("XYZ \x00\x00\x00\x00"), number(x), number(y), number(z))
	}
	curve := slices.Concat([]byte("para\x00\x00\x00\x00\x00\x03\x00\x00"), number(2.4), number(1/1.055), number(0.055/1.055), number(1/12.92), number(0.04045))
	data := [][]byte{xyz(0.5151, 0.2412, -0.0011), xyz(0.2920, 0.6922, 0.0419), xyz(0.1571, 0.0666, 0.7841), curve, curve, curve}
	head := make([]byte, 128)
	copy(head[12:], "mntrRGB XYZ ")
	profile := binary.BigEndian.AppendUint32(head, uint32(len(data)))
	offset := 132 + 12*len(data)
	for i, name := range []string{"rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC"} {
		profile = append(profile, name...)
		profile = binary.BigEndian.AppendUint32(profile, uint32(offset))
		profile = binary.BigEndian.AppendUint32(profile, uint32(len(data[i])))
		offset += len(data[i])
	}
	return append(profile, slices.Concat(data...)...)
}

// The red that sRGB calls 255 0 0 is 234 51 35 in Display P3.
var p3Red = color.RGBA{234, 51, 35, 255}

func TestAWidePictureIsConverted(t *testing.T) {
	im := image.NewRGBA(image.Rect(0, 0, 64, 64))
	for i := range 64 * 64 {
		im.Set(i%64, i/64, p3Red)
	}
	for name, b := range map[string][]byte{"jpeg": jpegWith(t, im, p3()), "png": pngWith(t, im, p3())} {
		made, err := shown(t, name, b)
		if err != nil {
			t.Fatal(err)
		}
		if got := mean(made[64], image.Rect(8, 8, 56, 56)); got[0] < 250 || got[1] > 8 || got[2] > 8 {
			t.Errorf("%s: Display P3's %v became %v, want sRGB's red", name, p3Red, got)
		}
	}
}

func jpegWith(t *testing.T, im image.Image, profile []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, im, &jpeg.Options{Quality: 98}); err != nil {
		t.Fatal(err)
	}
	segment := append([]byte("ICC_PROFILE\x00\x01\x01"), profile...)
	n := len(segment) + 2
	return slices.Concat(b.Bytes()[:2], []byte{0xff, 0xe2, byte(n >> 8), byte(n)}, segment, b.Bytes()[2:])
}

func pngWith(t *testing.T, im image.Image, profile []byte) []byte {
	t.Helper()
	var b, packed bytes.Buffer
	if err := png.Encode(&b, im); err != nil {
		t.Fatal(err)
	}
	packed.WriteString("iCCPP3\x00\x00")
	z := zlib.NewWriter(&packed)
	if _, err := z.Write(profile); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	const head = 33 // signature and IHDR
	return slices.Concat(b.Bytes()[:head], binary.BigEndian.AppendUint32(nil, uint32(packed.Len()-4)), packed.Bytes(),
		binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(packed.Bytes())), b.Bytes()[head:])
}

func TestGrayAndWhiteStayWhatTheyAre(t *testing.T) {
	c := convert(p3())
	if c == nil {
		t.Fatal("Display P3 was taken for sRGB")
	}
	for v := range 256 {
		for _, got := range c.colour([3]uint8{uint8(v), uint8(v), uint8(v)}) {
			if d := int(got) - v; d > 1 || d < -1 {
				t.Errorf("gray %d became %d", v, got)
			}
		}
	}
}

func FuzzProfile(f *testing.F) {
	f.Add(p3())
	f.Add(p3()[:150])
	f.Fuzz(func(t *testing.T, profile []byte) {
		convert(profile).apply(image.NewRGBA(image.Rect(0, 0, 2, 2)))
	})
}

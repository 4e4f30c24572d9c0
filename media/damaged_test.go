package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"lede/internal/fault"
)

func grid() *image.Paletted {
	im := image.NewPaletted(image.Rect(0, 0, 40, 30), palette.Plan9)
	for i := range im.Pix {
		im.Pix[i] = uint8(i * 7)
	}
	return im
}

// sent is the same small picture in every format there is an encoder for.
func sent(t testing.TB) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for name, write := range map[string]func(b *bytes.Buffer) error{
		"jpeg": func(b *bytes.Buffer) error { return jpeg.Encode(b, grid(), nil) },
		"png":  func(b *bytes.Buffer) error { return png.Encode(b, grid()) },
		"gif":  func(b *bytes.Buffer) error { return gif.Encode(b, grid(), nil) },
		"bmp":  func(b *bytes.Buffer) error { return bmp.Encode(b, grid()) },
		"tiff": func(b *bytes.Buffer) error { return tiff.Encode(b, grid(), &tiff.Options{Compression: tiff.Deflate}) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		all[name] = b.Bytes()
	}
	return all
}

func TestACutPictureIsRefused(t *testing.T) {
	for name, whole := range sent(t) {
		if _, err := shown(t, name, whole); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, part := range []int{30, 60, 90} {
			if _, err := shown(t, name, whole[:len(whole)*part/100]); !fault.IsInvalid(err) {
				t.Errorf("%s cut at %d%%: %v, want a refusal", name, part, err)
			}
		}
	}
}

// bomb is a PNG of a few hundred bytes that says it is that large.
func bomb(width, height uint32) []byte {
	var b bytes.Buffer
	b.WriteString("\x89PNG\r\n\x1a\n")
	head := binary.BigEndian.AppendUint32(nil, width)
	head = append(binary.BigEndian.AppendUint32(head, height), 16, 6, 0, 0, 0)
	for _, chunk := range []struct {
		name string
		data []byte
	}{{"IHDR", head}, {"IDAT", []byte{0x78, 0x9c, 0x63, 0, 0, 0, 1, 0, 1}}, {"IEND", nil}} {
		all := append([]byte(chunk.name), chunk.data...)
		b.Write(binary.BigEndian.AppendUint32(nil, uint32(len(chunk.data))))
		b.Write(all)
		b.Write(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(all)))
	}
	return b.Bytes()
}

func TestBombsAreRefusedBeforeTheyAreDecoded(t *testing.T) {
	huge := func(b []byte, at int, v ...byte) []byte {
		return append(append(bytes.Clone(b[:at]), v...), b[at+len(v):]...)
	}
	small := sent(t)
	sof := bytes.Index(small["jpeg"], []byte{0xff, 0xc0})
	webp := append([]byte("RIFF\x40\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x09\x00\x00\x09\x00\x00"),
		"VP8L\x0a\x00\x00\x00\x2f\xff\xff\xff\x0f\x00\x00\x00\x00\x00"...)
	for name, b := range map[string][]byte{
		"png":                            bomb(60_000, 60_000),
		"png that overflows":             bomb(1<<31-1, 1<<31-1),
		"png of no height":               bomb(10, 0),
		"jpeg":                           huge(small["jpeg"], sof+5, 0xff, 0xff, 0xff, 0xff),
		"gif":                            huge(small["gif"], 6, 0xff, 0xff, 0xff, 0xff),
		"bmp":                            huge(small["bmp"], 18, 0xff, 0xff, 0xff, 0x00),
		"webp with a larger frame in it": webp,
		"a side too long":                bomb(65_000, 1),
	} {
		f, err := sniff(b)
		if err == nil {
			_, err = measure(f, bytes.NewReader(b))
		}
		if !fault.IsInvalid(err) {
			t.Errorf("%s: %v, want a refusal", name, err)
		}
	}
}

func TestAFileThatIsTooLargeIsRefusedWhileItComes(t *testing.T) {
	in := &counted{r: strings.NewReader(strings.Repeat("x", 3<<20)), sum: sha256.New(), max: 2 << 20}
	n, err := io.Copy(io.Discard, in)
	if !fault.IsInvalid(err) || !strings.Contains(err.Error(), "2 MB") || n > 2<<20 {
		t.Errorf("read %d bytes, %v, want a refusal after 2 MB", n, err)
	}
}

func TestADecoderStopsWhenItsTimeIsOver(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, b := range sent(t) {
		f, err := sniff(b)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := decode(ctx, f, bytes.NewReader(b), image.Pt(40, 30)); !errors.Is(err, context.Canceled) {
			t.Errorf("%s was read on after its context had ended: %v", name, err)
		}
	}
}

func FuzzPicture(f *testing.F) {
	for _, b := range sent(f) {
		f.Add(b)
	}
	f.Add(bomb(3, 3))
	f.Add([]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		kind, err := sniff(b[:min(len(b), sniffed)])
		if err != nil {
			if !fault.IsInvalid(err) {
				t.Fatal(err)
			}
			return
		}
		r := bytes.NewReader(b)
		if kind.kind != Picture {
			m := Media{Kind: kind.kind, Type: kind.mime, Bytes: int64(len(b))}
			m.play(r)
			return
		}
		size, err := measure(kind, r)
		if err != nil || size.X*size.Y > 1<<18 {
			return
		}
		turned := read(kind, r).turn
		if im, err := decode(t.Context(), kind, r, size); err == nil {
			convert(profileOf(kind, r)).apply(base(im, turned))
		} else if !fault.IsInvalid(err) {
			t.Fatal(err)
		}
	})
}

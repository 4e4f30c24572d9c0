package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lede/internal/fault"
	"lede/ledetest/needs"
)

// tools are the programs of others, which `make deps` installs.
func tools(t *testing.T, names ...string) Tools {
	t.Helper()
	needs.Programs(t, names...)
	return FindTools()
}

// scene is a picture with soft and hard parts.
func scene(width, height int) *image.RGBA {
	im := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			im.SetRGBA(x, y, color.RGBA{uint8(x * 255 / width), uint8(y * 255 / height), uint8((x/16 + y/16) % 2 * 90), 255})
		}
	}
	return im
}

func TestProgramsMakeSmallerPictures(t *testing.T) {
	var plain bytes.Buffer
	im := scene(640, 420)
	if err := encode(&plain, im); err != nil {
		t.Fatal(err)
	}
	for _, e := range tools(t, "cwebp", "avifenc").encoders {
		made, err := e.encode(t.Context(), im)
		if err != nil {
			t.Fatal(err)
		}
		f, err := sniff(made[:min(len(made), sniffed)])
		if err != nil || f.ext != e.ext() || len(made) >= plain.Len() {
			t.Errorf("%s: %v, %d bytes of %s, want fewer than %d", e.ext(), err, len(made), f.mime, plain.Len())
		}
	}
}

// sentBy has a program make a file of a picture.
func sentBy(t *testing.T, im image.Image, ending string, program ...string) []byte {
	t.Helper()
	folder := t.TempDir()
	if err := writePNG(filepath.Join(folder, "in.png"), im); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), folder, program[0], program[1:]...); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(folder, "out."+ending))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestHEICAndAVIFAreTakenInWhereADecoderIs(t *testing.T) {
	all := tools(t, "heif-enc", "avifenc", "avifdec")
	for ending, b := range map[string][]byte{
		"heic": sentBy(t, scene(400, 300), "heic", "heif-enc", "-q", "80", "in.png", "-o", "out.heic"),
		"avif": sentBy(t, scene(400, 300), "avif", "avifenc", "-s", "8", "in.png", "out.avif"),
	} {
		f, err := sniff(b[:min(len(b), sniffed)])
		if err != nil || f.ext != ending {
			t.Fatalf("%s is taken for %v (%v)", ending, f, err)
		}
		s := New(nil, nil)
		none := func(pixels) error { return nil }
		if err := s.pixels(t.Context(), f, bytes.NewReader(b), none); !fault.IsInvalid(err) || !strings.Contains(err.Error(), "no program that reads them") {
			t.Errorf("%s without a decoder: %v, want to be told so", ending, err)
		}
		s.Equip(all)
		err = s.pixels(t.Context(), f, bytes.NewReader(b), func(p pixels) error {
			if got := p.page().Rect.Size(); got != image.Pt(400, 300) {
				t.Errorf("%s came out as %v", ending, got)
			}
			return nil
		})
		if err != nil {
			t.Errorf("%s: %v", ending, err)
		}
		for _, part := range []int{20, 60, 95} {
			if err := s.pixels(t.Context(), f, bytes.NewReader(b[:len(b)*part/100]), none); err != nil && !fault.IsInvalid(err) {
				t.Errorf("%s cut at %d%%: %v, want a picture or a refusal", ending, part, err)
			}
		}
	}
}

func TestAPictureThatSaysItIsHugeReachesNoProgram(t *testing.T) {
	b := []byte("\x00\x00\x00\x14ftypheic\x00\x00\x00\x00heic\x00\x00\x00\x30meta\x00\x00\x00\x00\x00\x00\x00\x24iprp\x00\x00\x00\x1cipco\x00\x00\x00\x14ispe\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff")
	all := Tools{decoders: map[format]decoder{heicFormat: {at: "/nonexistent", ending: "jpg"}}}
	_, _, err := all.plainOf(t.Context(), heicFormat, bytes.NewReader(b))
	if !fault.IsInvalid(err) || !strings.Contains(err.Error(), "megapixels. The limit is 50.") {
		t.Errorf("%v, want it refused by its size", err)
	}
}

func TestAProgramIsHeldToItsLimits(t *testing.T) {
	folder := t.TempDir()
	if err := run(t.Context(), folder, "/bin/sh", "-c", `head -c 3000000000 /dev/zero > big`); err == nil {
		t.Error("it wrote a file of 3 GB")
	}
	if info, err := os.Stat(filepath.Join(folder, "big")); err == nil && info.Size() > toolFile*1024 {
		t.Errorf("its file has %d bytes", info.Size())
	}
	if err := run(t.Context(), folder, "/bin/sh", "-c", `[ -z "$LEDE_SECRETS$PATH_OF_OURS" ] && [ "$(pwd)" = "$HOME" ]`); err != nil {
		t.Errorf("it sees more than its folder: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	if err := run(ctx, folder, "/bin/sh", "-c", `sleep 60 & sleep 60`); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want it ended with its time", err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it was waited for %s", took)
	}
}

func TestProgressiveJPEGsHaveABoundOfTheirOwn(t *testing.T) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, grid(), nil); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		marker        byte
		width, height uint16
		says          string
	}{
		{0xc2, 6000, 3000, "18 megapixels. The limit is 12, since it is a progressive JPEG. Save it as a plain JPEG, or smaller, and add it again."},
		{0xc2, 4000, 3000, ""},
		{0xc0, 6000, 3000, ""},
		{0xc0, 9000, 6778, "62 megapixels. The limit is 50. Save it smaller and add it again."},
	} {
		file := bytes.Clone(b.Bytes())
		sof := bytes.Index(file, []byte{0xff, 0xc0})
		copy(file[sof+1:], []byte{c.marker})
		copy(file[sof+5:], []byte{byte(c.height >> 8), byte(c.height), byte(c.width >> 8), byte(c.width)})
		_, err := measure(jpegFormat, bytes.NewReader(behind(file, segment(0xe5, "x"), []byte{0xff})))
		if said := fmt.Sprint(err); said != c.says && (err != nil || c.says != "") {
			t.Errorf("%x, %d by %d: %q, want %q", c.marker, c.width, c.height, said, c.says)
		}
	}
}

func TestTheOddPicturesInAVIFAreShownWhereADecoderIs(t *testing.T) {
	s := New(nil, nil)
	s.Equip(tools(t, "avifdec"))
	files, err := filepath.Glob(filepath.Join(pictures(t), "*.avif"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		err = s.pixels(t.Context(), avifFormat, bytes.NewReader(b), func(p pixels) error {
			if p.page().Rect.Empty() {
				t.Errorf("%s came out empty", file)
			}
			return nil
		})
		if err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

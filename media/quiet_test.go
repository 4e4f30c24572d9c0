package media

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// quiet is a file as it is served.
func quiet(t testing.TB, b []byte) ([]byte, Media) {
	t.Helper()
	f, err := sniff(b[:min(len(b), sniffed)])
	if err != nil {
		t.Fatal(err)
	}
	m := Media{Kind: f.kind, Type: f.mime, Bytes: int64(len(b))}
	m.play(bytes.NewReader(b))
	parts := telling(formats[m.Type], bytes.NewReader(b), m.Bytes)
	got, err := io.ReadAll(&emptier{r: bytes.NewReader(b), parts: parts})
	if err != nil || len(got) != len(b) {
		t.Fatalf("%d bytes of %d, %v", len(got), len(b), err)
	}
	return got, m
}

func TestSoundAndFilmSayNothingOfThemselves(t *testing.T) {
	for _, name := range []string{"film.mp4", "film.webm", "tone.m4a", "tone.mp3", "tone.wav"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		got, before := quiet(t, b)
		after := Media{Kind: before.Kind, Type: before.Type, Bytes: before.Bytes}
		after.play(bytes.NewReader(got))
		if after.Seconds != before.Seconds || after.Width != before.Width || after.Height != before.Height || before.Seconds == 0 {
			t.Errorf("%s plays %d s at %d by %d, then %d s at %d by %d", name, before.Seconds, before.Width, before.Height, after.Seconds, after.Width, after.Height)
		}
		said := []byte("Lavf")
		if name == "tone.mp3" || name == "film.webm" { // the sound itself and a part that must be there name the program
			said = []byte("ENCODER")
		}
		if bytes.Contains(got, said) {
			t.Errorf("%s still says what made it", name)
		}
		if again, _ := quiet(t, got); !bytes.Equal(again, got) {
			t.Errorf("%s is changed again", name)
		}
	}
}

// box is a box of MP4.
func box(kind string, parts ...string) string {
	body := strings.Join(parts, "")
	n := len(body) + 8
	return string([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}) + kind + body
}

func TestAFilmDoesNotTellWhereItWasTaken(t *testing.T) {
	const place = "+54.3400+010.1200/"
	handler := func(kind string) string {
		return box("hdlr", "\x00\x00\x00\x00\x00\x00\x00\x00", kind, "\x00\x00\x00\x00")
	}
	film := box("ftyp", "isom", "\x00\x00\x02\x00") + box("moov",
		box("trak", box("mdia", handler("vide"), box("udta", place))),
		box("trak", box("mdia", handler("meta"), place)),
		box("udta", box("\xa9xyz", "\x00\x12\x15\xc7", place)), box("meta", place)) + box("uuid", place) + box("mdat", "film")
	got, _ := quiet(t, []byte(film))
	if strings.Contains(string(got), place) {
		t.Errorf("it still tells: %q", got)
	}
	if !strings.Contains(string(got), "vide") || !strings.HasSuffix(string(got), box("mdat", "film")) {
		t.Errorf("too much went: %q", got)
	}
}

func FuzzQuiet(f *testing.F) {
	for _, name := range []string{"film.mp4", "film.webm", "tone.mp3", "tone.wav"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, kind := range formats {
			for _, part := range telling(kind, bytes.NewReader(b), int64(len(b))) {
				if part.at < 0 || part.at > part.end || part.end > int64(len(b)) || int64(len(part.head)) > part.end-part.at {
					t.Fatalf("%s: %+v in %d bytes", kind.mime, part, len(b))
				}
			}
		}
	})
}

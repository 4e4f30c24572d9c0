package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// However a page is cut into pieces of its own and shared ones, a reader who unpacks it sees the text that was rendered.
func TestJoinedPiecesReadAsOnePage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.StringMatching(`[a-zé<>/ \n]{0,200}`), 1, 8).Draw(t, "pieces")
		c := NewCache(CacheOptions{})
		c.Shared(func(_ context.Context, name string, _ time.Time) ([]byte, time.Time, error) {
			return []byte(strings.Repeat("shared "+name+" ", len(name)%5)), time.Time{}, nil
		})
		var body, want strings.Builder
		for i, p := range text {
			body.WriteString(p)
			want.WriteString(p)
			if i < len(text)-1 {
				name := strings.Repeat("n", i+1)
				body.WriteString(Slot(name))
				want.WriteString(strings.Repeat("shared "+name+" ", len(name)%5))
			}
		}
		render := func(context.Context) (Page, error) { return Page{Body: []byte(body.String())}, nil }
		packed := ask(c, "/", render, "Accept-Encoding", "gzip")
		if got := unpack(t, packed.Body.Bytes()); got != want.String() {
			t.Fatalf("packed: got %q, want %q", got, want.String())
		}
		plain := ask(c, "/", render)
		if plain.Body.String() != want.String() || plain.Header().Get("Content-Encoding") != "" {
			t.Fatalf("plain: got %q, want %q", plain.Body.String(), want.String())
		}
	})
}

func TestJoinedChecksumIsTheChecksumOfTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 3000), 0, 6).Draw(t, "pieces")
		var crc uint32
		var all []byte
		for _, p := range pieces {
			all = append(all, p...)
			crc = crcJoin(crc, &segment{crc: crc32.ChecksumIEEE(p), shift: crcShift(len(p))})
		}
		if want := crc32.ChecksumIEEE(all); crc != want {
			t.Fatalf("%08x, want %08x", crc, want)
		}
	})
}

func TestMarkLeftOpenIsText(t *testing.T) {
	texts, names := Cut([]byte("a\x00slot\x00b\x00rest"))
	if strings.Join(texts, "|") != "a|brest" || strings.Join(names, "|") != "slot" {
		t.Errorf("texts %q, names %q", texts, names)
	}
}

type fataler interface {
	Helper()
	Fatal(args ...any)
}

func unpack(t fataler, b []byte) string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	z.Multistream(false)
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// ask asks a cache for a page; an error becomes status 599 with the error as body.
func ask(c *Cache, key string, render func(context.Context) (Page, error), headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "http://paper.example/", nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	if err := c.Serve(w, r, key, render); err != nil {
		w = httptest.NewRecorder()
		w.Code = 599
		w.Body.WriteString(err.Error())
	}
	return w
}

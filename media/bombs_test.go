package media

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"lede/internal/fault"
)

// bombs are small files that say they are huge, or unpack to what is, or are no whole pictures: the same ones every time.
func bombs(t *testing.T) map[string][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	all := map[string][]byte{}
	for range 60 {
		w, h := 7100+r.Uint32N(1<<30), 7100+r.Uint32N(1<<30)
		b := bomb(w, h)
		packed := deflated(string(make([]byte, 1<<20)))
		chunk := append([]byte("IDAT"), packed...)
		end := bytes.Index(b, []byte("IEND")) - 4
		more := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(len(packed))), crc32.ChecksumIEEE(chunk))
		all[fmt.Sprintf("png %d by %d", w, h)] = slices.Concat(b[:end], more[:4], chunk, more[4:], b[end:])
	}
	small := sent(t)
	for name, at := range map[string]int{"jpeg": bytes.Index(small["jpeg"], []byte{0xff, 0xc0}) + 5, "gif": 6, "bmp": 18} {
		for i := range 30 {
			b := bytes.Clone(small[name])
			for k := range 4 {
				b[at+k] = byte(0x80 + r.Uint32N(0x7f))
			}
			all[fmt.Sprintf("%s %d", name, i)] = b
		}
	}
	for name, b := range small {
		for i := range 40 {
			b := bytes.Clone(b)
			for range 1 + r.IntN(12) {
				b[12+r.IntN(len(b)-12)] = byte(r.Uint32())
			}
			all[fmt.Sprintf("%s broken %d", name, i)] = b
		}
	}
	return all
}

func TestBombsDoNotGoOff(t *testing.T) {
	s, files := New(nil, nil), bombs(t)
	var before, after runtime.MemStats
	for name, b := range files {
		runtime.ReadMemStats(&before)
		f, err := sniff(b[:min(len(b), sniffed)])
		if err == nil {
			err = s.pixels(t.Context(), f, bytes.NewReader(b), func(p pixels) error { p.page(); return nil })
		}
		if err != nil && !fault.IsInvalid(err) {
			t.Errorf("%s: %v, want a picture or a refusal", name, err)
		}
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
			t.Errorf("%s took %d MiB", name, used>>20)
		}
	}
	if len(files) < 200 {
		t.Errorf("only %d bombs", len(files))
	}
}

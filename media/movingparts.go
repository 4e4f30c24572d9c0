package media

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"io"
	"time"
)

// pngStrip takes an animated PNG apart (PNG, third edition, 4.9 and 11.3.6): each frame becomes a PNG of its own.
func pngStrip(b []byte) (*strip, error) {
	m := &strip{format: pngFormat}
	var common, now []byte // the chunks all frames need; the pixels of the one that is read
	var head, control []byte
	done := func() {
		if control != nil && now != nil && len(head) == 13 {
			m.cels = append(m.cels, pngCel(head, common, control, now))
		}
		control, now = nil, nil
	}
	for at := 8; at+12 <= len(b); {
		n := int64(binary.BigEndian.Uint32(b[at:]))
		if n > int64(len(b)-at-12) {
			break
		}
		kind, data := string(b[at+4:at+8]), b[at+8:at+8+int(n)]
		switch kind {
		case "IHDR":
			if head = data; len(head) != 13 {
				return nil, damaged(pngFormat, io.ErrUnexpectedEOF)
			}
			m.size = image.Pt(int(min(binary.BigEndian.Uint32(head), 1<<30)), int(min(binary.BigEndian.Uint32(head[4:]), 1<<30)))
		case "PLTE", "tRNS", "gAMA", "sRGB", "iCCP", "cHRM":
			common = append(common, b[at:at+12+int(n)]...)
		case "acTL":
			if len(data) >= 8 {
				m.loops = int(min(binary.BigEndian.Uint32(data[4:]), 1<<15))
			}
		case "fcTL":
			done()
			if len(data) == 26 {
				control = data
			}
		case "IDAT":
			now = append(now, data...)
		case "fdAT":
			if len(data) > 4 {
				now = append(now, data[4:]...)
			}
		}
		if at += 12 + int(n); kind == "IEND" || len(m.cels) > movingFrames {
			break
		}
	}
	done()
	return m, nil
}

func pngCel(head, common, control, pixels []byte) cel {
	u := func(at int) int { return int(min(binary.BigEndian.Uint32(control[at:]), 1<<30)) }
	place := image.Pt(u(12), u(16))
	per := time.Duration(binary.BigEndian.Uint16(control[22:]))
	if per == 0 {
		per = 100
	}
	own := bytes.Clone(head)
	copy(own, control[4:12])
	still := bytes.NewBufferString("\x89PNG\r\n\x1a\n")
	pngChunk(still, "IHDR", own)
	still.Write(common)
	pngChunk(still, "IDAT", pixels)
	pngChunk(still, "IEND", nil)
	return cel{
		still: still.Bytes(), at: image.Rectangle{place, place.Add(image.Pt(u(4), u(8)))},
		long:  time.Duration(binary.BigEndian.Uint16(control[20:])) * time.Second / per,
		after: [256]afterwards{1: cleared, 2: undone}[control[24]], bare: control[25] == 0,
	}
}

func pngChunk(to *bytes.Buffer, kind string, data []byte) {
	chunk := append([]byte(kind), data...)
	to.Write(binary.BigEndian.AppendUint32(nil, uint32(len(data))))
	to.Write(chunk)
	to.Write(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(chunk)))
}

// webpStrip takes an animated WebP apart (RFC 9649, 2.7.1): each frame becomes a WebP of its own.
func webpStrip(b []byte) (*strip, error) {
	m := &strip{format: webpFormat}
	for at := 12; at+8 <= len(b); {
		n := int64(binary.LittleEndian.Uint32(b[at+4:]))
		if n > int64(len(b)-at-8) {
			break
		}
		data := b[at+8 : at+8+int(n)]
		switch kind := string(b[at : at+4]); {
		case kind == "VP8X" && n >= 10:
			m.size = image.Pt(u24(data[4:])+1, u24(data[7:])+1)
		case kind == "ANIM" && n >= 6:
			m.loops = int(binary.LittleEndian.Uint16(data[4:]))
		case kind == "ANMF" && n > 16:
			m.cels = append(m.cels, webpCel(data))
		}
		if at += 8 + int(n+n&1); len(m.cels) > movingFrames {
			break
		}
	}
	return m, nil
}

func u24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

func webpCel(data []byte) cel {
	place, size := image.Pt(2*u24(data), 2*u24(data[3:])), image.Pt(u24(data[6:])+1, u24(data[9:])+1)
	c := cel{at: image.Rectangle{place, place.Add(size)}, long: time.Duration(u24(data[12:])) * time.Millisecond, bare: data[15]&2 != 0}
	if data[15]&1 != 0 {
		c.after = cleared
	}
	parts := data[16:]
	still := []byte("RIFF\x00\x00\x00\x00WEBP")
	if string(parts[:min(4, len(parts))]) == "ALPH" {
		still = append(still, "VP8X\x0a\x00\x00\x00\x10\x00\x00\x00"...)
		for _, n := range []int{size.X - 1, size.Y - 1} {
			still = append(still, byte(n), byte(n>>8), byte(n>>16))
		}
	}
	still = append(still, parts...)
	binary.LittleEndian.PutUint32(still[4:], uint32(len(still)-8))
	c.still = still
	return c
}

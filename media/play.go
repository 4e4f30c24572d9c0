package media

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
)

// A file of sound or film is served as it came. What is read here is only how long it plays and how large its picture
// is; where that is not simple to read, it stays 0.

// played is what a file says of its playing.
type played struct {
	seconds       float64
	width, height int
}

// play fills in the playing time and, for film, the size. An MP4 without a picture becomes sound.
func (m *Media) play(r io.ReadSeeker) {
	var p played
	switch formats[m.Type] {
	case wavFormat:
		p = playWAV(r)
	case mp3Format:
		p = playMP3(r, m.Bytes)
	case oggFormat:
		p = playOgg(r, m.Bytes)
	case mp4Format, m4aFormat:
		p = playMP4(r, m.Bytes)
		if p.seconds > 0 && p.width == 0 {
			m.Kind, m.Type = m4aFormat.kind, m4aFormat.mime
		}
	case webmFormat:
		p = playWebM(r, m.Bytes)
	}
	if p.seconds > 0 && p.seconds < 1e6 {
		m.Seconds = int(math.Ceil(p.seconds))
	}
	if m.Kind == Video && p.width <= maxSide && p.height <= maxSide {
		m.Width, m.Height = p.width, p.height
	}
}

// at reads up to n bytes at an offset; fewer where the file ends.
func at(r io.ReadSeeker, offset int64, n int) []byte {
	if _, err := r.Seek(offset, io.SeekStart); err != nil || offset < 0 {
		return nil
	}
	b := make([]byte, n)
	got, err := io.ReadFull(r, b)
	if err != nil && got == 0 {
		return nil
	}
	return b[:got]
}

const partsMax = 2000 // chunks, boxes or elements looked at in one file

// playWAV divides the data by the byte rate of the format (RIFF WAVE, 1991).
func playWAV(r io.ReadSeeker) (p played) {
	offset, rate := int64(12), 0.0
	for range partsMax {
		b := at(r, offset, 20)
		if len(b) < 8 {
			return p
		}
		size := int64(binary.LittleEndian.Uint32(b[4:]))
		switch {
		case string(b[:4]) == "fmt " && len(b) == 20:
			rate = float64(binary.LittleEndian.Uint32(b[16:]))
		case string(b[:4]) == "data" && rate > 0:
			p.seconds = float64(size) / rate
			return p
		}
		offset += 8 + size + size&1
	}
	return p
}

// Bit rates of MPEG audio layer III in kbit/s and sample rates in Hz (ISO/IEC 11172-3, 13818-3), for MPEG 1; MPEG 2
// halves and MPEG 2.5 quarters the sample rates.
var (
	mpeg1Rates = [16]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0}
	mpeg2Rates = [16]int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0}
	mpegHertz  = [4]int{44100, 48000, 32000, 0}
)

// playMP3 takes the number of frames from a Xing or Info header, else goes by the bit rate of the first frame.
func playMP3(r io.ReadSeeker, size int64) (p played) {
	start := int64(0)
	if tag := at(r, 0, 10); len(tag) == 10 && string(tag[:3]) == "ID3" {
		start = 10 + int64(tag[6]&0x7f)<<21 + int64(tag[7]&0x7f)<<14 + int64(tag[8]&0x7f)<<7 + int64(tag[9]&0x7f)
	}
	b := at(r, start, 200)
	if !mp3Frame(b) {
		return p
	}
	first, rates, samples, hertz := b[1]&0x18 == 0x18, mpeg2Rates, 576.0, mpegHertz[b[2]>>2&3]/2
	if first {
		rates, samples, hertz = mpeg1Rates, 1152, hertz*2
	} else if b[1]&0x18 == 0 {
		hertz /= 2
	}
	for _, name := range []string{"Xing", "Info"} {
		if i := bytes.Index(b, []byte(name)); i > 0 && len(b) >= i+12 && b[i+7]&1 == 1 {
			p.seconds = float64(binary.BigEndian.Uint32(b[i+8:])) * samples / float64(hertz)
			return p
		}
	}
	if kbit := rates[b[2]>>4]; kbit > 0 {
		p.seconds = float64(size-start) * 8 / float64(kbit*1000)
	}
	return p
}

// playOgg takes the position of the last page (RFC 3533) over the sample rate that Vorbis or FLAC names; Opus has 48 kHz.
func playOgg(r io.ReadSeeker, size int64) (p played) {
	head, rate := at(r, 0, sniffed), 0.0
	if i := bytes.Index(head, []byte("\x01vorbis")); i >= 0 && len(head) >= i+16 {
		rate = float64(binary.LittleEndian.Uint32(head[i+12:]))
	} else if bytes.Contains(head, []byte("OpusHead")) {
		rate = 48000
	}
	const page = 65307 // the largest page
	tail := at(r, max(0, size-page), page)
	if i := bytes.LastIndex(tail, []byte("OggS")); i >= 0 && len(tail) >= i+14 && rate > 0 {
		p.seconds = float64(int64(binary.LittleEndian.Uint64(tail[i+6:]))) / rate
	}
	return p
}

// playMP4 walks the boxes (ISO/IEC 14496-12): the time is in mvhd, the size of the picture in the tkhd of its track.
func playMP4(r io.ReadSeeker, size int64) (p played) {
	for offset, parts := int64(0), 0; offset < size && parts < partsMax; parts++ {
		b := at(r, offset, 112)
		if len(b) < 16 {
			return p
		}
		long, inside := int64(binary.BigEndian.Uint32(b)), int64(8)
		if long == 1 {
			long, inside = int64(binary.BigEndian.Uint64(b[8:])), 16
		}
		body := b[inside:]
		switch string(b[4:8]) {
		case "moov", "trak": // look inside
			offset += inside
			continue
		case "mvhd":
			p.seconds = movieTime(body)
		case "tkhd":
			p.width, p.height = trackSize(body, p)
		}
		if long < inside {
			return p
		}
		offset += long
	}
	return p
}

func movieTime(b []byte) float64 {
	if len(b) < 32 {
		return 0
	}
	scale, time := binary.BigEndian.Uint32(b[12:]), uint64(binary.BigEndian.Uint32(b[16:]))
	if b[0] == 1 {
		scale, time = binary.BigEndian.Uint32(b[20:]), binary.BigEndian.Uint64(b[24:])
	}
	if scale == 0 {
		return 0
	}
	return float64(time) / float64(scale)
}

// trackSize keeps the first picture's size. A track turned by its matrix, as telephones write them, is measured upright.
func trackSize(b []byte, p played) (width, height int) {
	from := 76
	if len(b) > 0 && b[0] == 1 {
		from = 88
	}
	if p.width > 0 || len(b) < from+8 {
		return p.width, p.height
	}
	width, height = int(binary.BigEndian.Uint32(b[from:])>>16), int(binary.BigEndian.Uint32(b[from+4:])>>16)
	if matrix := b[from-36:]; binary.BigEndian.Uint32(matrix) == 0 && binary.BigEndian.Uint32(matrix[4:]) != 0 {
		return height, width
	}
	return width, height
}

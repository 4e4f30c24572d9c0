package media

import (
	"bytes"
	"strings"

	"lede/internal/fault"
)

// The kinds of media.
const (
	Picture = "picture"
	Audio   = "audio"
	Video   = "video"
)

// What a person may send, as the refusals say it.
const (
	goodPictures = "JPEG, PNG, GIF, WebP, TIFF or BMP"
	goodFiles    = "MP3, M4A, Ogg or WAV for sound, MP4 or WebM for film"
)

// format is what a file is by its own first bytes; its name and what the sender called it do not count.
type format struct {
	kind, mime, ext string
	max             int64 // bytes
}

const (
	pictureBytes = 100 << 20
	fileBytes    = 500 << 20
)

var (
	jpegFormat = format{Picture, "image/jpeg", "jpg", pictureBytes}
	pngFormat  = format{Picture, "image/png", "png", pictureBytes}
	gifFormat  = format{Picture, "image/gif", "gif", pictureBytes}
	webpFormat = format{Picture, "image/webp", "webp", pictureBytes}
	tiffFormat = format{Picture, "image/tiff", "tif", pictureBytes}
	bmpFormat  = format{Picture, "image/bmp", "bmp", pictureBytes}
	mp3Format  = format{Audio, "audio/mpeg", "mp3", fileBytes}
	m4aFormat  = format{Audio, "audio/mp4", "m4a", fileBytes}
	oggFormat  = format{Audio, "audio/ogg", "ogg", fileBytes}
	wavFormat  = format{Audio, "audio/wav", "wav", fileBytes}
	mp4Format  = format{Video, "video/mp4", "mp4", fileBytes}
	webmFormat = format{Video, "video/webm", "webm", fileBytes}

	// These are read by programs of others, where they are installed.
	heicFormat = format{Picture, "image/heic", "heic", pictureBytes}
	avifFormat = format{Picture, "image/avif", "avif", pictureBytes}
)

// sniffed is how many first bytes sniff wants to see.
const sniffed = 1024

// sniff recognises a file by its first bytes, or says in one sentence what to send instead (fault.Invalid).
func sniff(head []byte) (format, error) {
	starts := func(s string) bool { return bytes.HasPrefix(head, []byte(s)) }
	riff := func(s string) bool { return starts("RIFF") && len(head) >= 12 && string(head[8:12]) == s }
	switch {
	case len(head) == 0:
		return format{}, fault.Invalid("The file is empty.")
	case starts("\xff\xd8\xff"):
		return jpegFormat, nil
	case starts("\x89PNG\r\n\x1a\n"):
		return pngFormat, nil
	case starts("GIF87a"), starts("GIF89a"):
		return gifFormat, nil
	case riff("WEBP"):
		return webpFormat, nil
	case starts("II*\x00"), starts("MM\x00*"):
		return tiffFormat, nil
	case starts("BM") && len(head) > 26 && head[15]|head[16]|head[17] == 0:
		return bmpFormat, nil
	case riff("WAVE"):
		return wavFormat, nil
	case starts("OggS"):
		return sniffOgg(head)
	case starts("ID3"), mp3Frame(head):
		return mp3Format, nil
	case starts("\x1a\x45\xdf\xa3"):
		return sniffMatroska(head)
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		return sniffMP4(string(head[8:12]))
	}
	return format{}, refusal(head)
}

// refusal says what a file is that we cannot take, as far as its first bytes tell.
func refusal(head []byte) error {
	text := strings.ToLower(string(head))
	switch {
	case strings.Contains(text, "<svg"):
		return fault.Invalid("SVG drawings cannot be taken. Save it as PNG and add it again.")
	case bytes.HasPrefix(head, []byte("\xff\x4f\xff\x51")), bytes.HasPrefix(head, []byte("\x00\x00\x00\x0cjP  ")):
		return fault.Invalid("JPEG 2000 pictures cannot be taken. Save it as %s and add it again.", goodPictures)
	case bytes.HasPrefix(head, []byte("%PDF")):
		return fault.Invalid("PDF files cannot be taken here. Save the page as a picture (%s) and add that.", goodPictures)
	case bytes.HasPrefix(head, []byte("8BPS")):
		return fault.Invalid("Photoshop files cannot be taken. Save it as %s and add it again.", goodPictures)
	case bytes.HasPrefix(head, []byte("fLaC")):
		return fault.Invalid("FLAC sound cannot be taken. Take %s.", goodFiles)
	}
	return fault.Invalid("This is no file that can be taken. Take %s for pictures, %s.", goodPictures, goodFiles)
}

// sniffMP4 goes by the major brand of an ISO media file (ISO/IEC 14496-12, 4.3).
func sniffMP4(brand string) (format, error) {
	switch brand {
	case "heic", "heix", "heim", "heis", "mif1":
		return heicFormat, nil
	case "avif":
		return avifFormat, nil
	case "hevc", "hevx", "msf1", "avis":
		return format{}, fault.Invalid("Moving pictures of this kind (%s) cannot be taken. Save a single picture as %s and add it again.", brand, goodPictures)
	case "jp2 ", "jpx ", "crx ":
		return format{}, fault.Invalid("Pictures of this kind (%s) cannot be taken. Save it as %s and add it again.", strings.TrimSpace(brand), goodPictures)
	case "M4A ", "M4B ", "F4A ":
		return m4aFormat, nil
	case "isom", "iso2", "iso3", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V ", "dash", "f4v ", "MSNV":
		return mp4Format, nil
	}
	return format{}, fault.Invalid("Film of this kind (%s) cannot be taken. Save it as MP4 or WebM and add it again.", strings.ToValidUTF8(strings.TrimSpace(brand), "?"))
}

// sniffOgg lets sound pass and names film: the first page tells the codec.
func sniffOgg(head []byte) (format, error) {
	for _, codec := range []string{"\x01vorbis", "OpusHead", "\x7fFLAC", "Speex   "} {
		if bytes.Contains(head, []byte(codec)) {
			return oggFormat, nil
		}
	}
	return format{}, fault.Invalid("Ogg files that hold no sound cannot be taken. Take %s.", goodFiles)
}

func sniffMatroska(head []byte) (format, error) {
	if bytes.Contains(head[:min(len(head), 64)], []byte("webm")) {
		return webmFormat, nil
	}
	return format{}, fault.Invalid("Matroska films cannot be taken. Save it as MP4 or WebM and add it again.")
}

// mp3Frame tells whether head begins with an MPEG audio frame of layer III.
func mp3Frame(head []byte) bool {
	return len(head) >= 4 && head[0] == 0xff && head[1]&0xe6 == 0xe2 && head[1]&0x18 != 0x08 &&
		head[2]&0xf0 != 0xf0 && head[2]&0xf0 != 0 && head[2]&0x0c != 0x0c
}

// formats by MIME type.
var formats = func() map[string]format {
	byType := map[string]format{}
	for _, f := range []format{jpegFormat, pngFormat, gifFormat, webpFormat, tiffFormat, bmpFormat, heicFormat, avifFormat,
		mp3Format, m4aFormat, oggFormat, wavFormat, mp4Format, webmFormat} {
		byType[f.mime] = f
	}
	return byType
}()

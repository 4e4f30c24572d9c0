package media

import (
	"cmp"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/bep/imagemeta"
)

// tags are what a picture's file says about itself.
type tags struct {
	turn                                turn
	alt, caption, credit, rights, taken string
}

// tagged are the tags worth reading, the better first: IPTC (IIM 4.2) and XMP are written by people, EXIF mostly by
// cameras, PNG's own texts by programs. Names are those of the library. What is not here is not read: no place, no camera.
var tagged = struct{ alt, caption, byline, credit, rights, taken []string }{
	alt: []string{"XMP AltTextAccessibility"},
	caption: []string{"IPTC Caption-Abstract", "XMP Description", "EXIF ImageDescription", "IPTC Headline", "XMP Headline", "XMP Title",
		"PNG Description", "PNG Title"},
	byline: []string{"IPTC By-line", "XMP Creator", "EXIF Artist", "PNG Author"},
	credit: []string{"IPTC Credit", "XMP Credit"},
	rights: []string{"IPTC CopyrightNotice", "XMP Rights", "EXIF Copyright", "PNG Copyright", "XMP UsageTerms"},
	taken:  []string{"EXIF DateTimeOriginal", "IPTC DateCreated", "XMP DateCreated", "XMP DateTimeOriginal"},
}

// Descriptions that cameras write by themselves.
var chatter = []string{"OLYMPUS DIGITAL CAMERA", "SONY DSC", "DCIM", "DIGITAL CAMERA", "KONICA MINOLTA DIGITAL CAMERA",
	"MINOLTA DIGITAL CAMERA", "SAMSUNG", "untitled", "default"}

const (
	tagRunes = 2000
	tagCount = 2000
)

// read reads a picture's metadata. What of it is damaged tells nothing; that is no error, and the rest is still told.
func read(f format, r io.ReadSeeker) (t tags) {
	said := heard{words: map[string]string{}}
	if kind, ok := tellers[f]; ok {
		for _, source := range []imagemeta.Source{imagemeta.EXIF, imagemeta.IPTC, imagemeta.XMP} {
			said.listen(r, kind, source)
		}
	}
	switch f {
	case pngFormat:
		said.listenPNG(r)
	case webpFormat:
		said.listenWebP(r)
	}
	t.turn = said.turn
	t.alt, t.caption, t.rights = said.first(tagged.alt), said.first(tagged.caption), said.first(tagged.rights)
	t.credit = creditLine(said.first(tagged.byline), said.first(tagged.credit))
	t.taken = moment(said.first(tagged.taken), said.words["IPTC TimeCreated"])
	return t
}

// tellers are the formats that the library finds metadata in.
var tellers = map[format]imagemeta.ImageFormat{
	jpegFormat: imagemeta.JPEG, pngFormat: imagemeta.PNG, tiffFormat: imagemeta.TIFF,
	heicFormat: imagemeta.HEIF, avifFormat: imagemeta.AVIF,
}

// heard is what was read so far: the first word of each tag, and how the picture is turned.
type heard struct {
	words map[string]string
	turn  turn
}

// listen reads the tags of one source, so that a damaged one does not silence the others.
func (h *heard) listen(r io.ReadSeeker, kind imagemeta.ImageFormat, source imagemeta.Source) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return
	}
	defer func() { _ = recover() }() // the library promises none; a picture must not depend on it
	_, _ = imagemeta.Decode(imagemeta.Options{
		R: r, ImageFormat: kind, Sources: source, LimitNumTags: tagCount,
		ShouldHandleTag: wanted,
		HandleTag: func(tag imagemeta.TagInfo) error {
			if n, ok := tag.Value.(uint16); ok && tag.Tag == "Orientation" && tag.Source == imagemeta.EXIF && n <= 8 {
				h.turn = turn(n)
			}
			h.hear(tag.Source.String()+" "+tag.Tag, tag.Value)
			return nil
		},
	})
}

func (h *heard) hear(name string, value any) {
	if h.words[name] == "" {
		h.words[name] = textOf(name, value)
	}
}

// wanted keeps thumbnails, positions and makers' notes unread.
func wanted(tag imagemeta.TagInfo) bool {
	return tag.Source != imagemeta.EXIF || tag.Namespace == "IFD0" || strings.HasPrefix(tag.Namespace, "IFD0/Exif")
}

func (h *heard) first(names []string) string {
	for _, name := range names {
		if h.words[name] != "" {
			return h.words[name]
		}
	}
	return ""
}

// creditLine is the photographer and who lets print the picture, as papers print it: "Ana Ruiz/Reuters".
func creditLine(byline, credit string) string {
	if byline == "" || strings.Contains(strings.ToLower(credit), strings.ToLower(byline)) {
		return credit
	}
	if credit == "" || strings.Contains(strings.ToLower(byline), strings.ToLower(credit)) {
		return byline
	}
	return byline + "/" + credit
}

// textOf is a tag's value as clean text, or "" when it is not text a person wrote. Several creators are joined; of a text
// in several languages the first counts, which is the default one.
func textOf(name string, value any) string {
	var s string
	switch v := value.(type) {
	case string:
		s = v
	case []string:
		if slices.Contains(tagged.byline, name) {
			s = strings.Join(v, ", ")
		} else if len(v) > 0 {
			s = v[0]
		}
	}
	s = strings.TrimSpace(strings.Map(legible, strings.ToValidUTF8(s, "")))
	for _, c := range chatter {
		if strings.EqualFold(s, c) {
			return ""
		}
	}
	if runes := []rune(s); len(runes) > tagRunes {
		s = string(runes[:tagRunes])
	}
	return s
}

// legible keeps what can be read; lines end as here.
func legible(r rune) rune {
	switch {
	case r == '\r':
		return '\n'
	case r == '\n' || unicode.IsPrint(r):
		return r
	}
	return -1
}

// moment is a time as EXIF, IPTC and XMP write it ("2025:06:16 18:00:00", "2025:06:16" with "18:00:00" apart,
// "2025-06-16T18:00:00+02:00") as "2025-06-16 18:00", as "2025-06-16" where no hour is told, or "" when it is none.
// It is the camera's local time.
func moment(s, apart string) string {
	if len(s) < 10 {
		return ""
	}
	day := strings.ReplaceAll(s[:10], ":", "-")
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return ""
	}
	hour := cmp.Or(strings.TrimLeft(s[10:], " T"), apart)
	if len(hour) < 5 {
		return day
	}
	if _, err := time.Parse("15:04", hour[:5]); err != nil {
		return day
	}
	return day + " " + hour[:5]
}

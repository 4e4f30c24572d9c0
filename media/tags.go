package media

import (
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/bep/imagemeta"
)

// tags are what a picture's file says about itself.
type tags struct {
	turn                           turn
	caption, credit, rights, taken string
}

// tagged are the tags worth reading, the better first: IPTC (IIM 4.2) and XMP are written by people, EXIF mostly by
// cameras. Names are those of the library.
var tagged = struct{ caption, credit, rights, taken []string }{
	caption: []string{"IPTC Caption-Abstract", "XMP Description", "EXIF ImageDescription"},
	credit:  []string{"IPTC Credit", "XMP Credit", "IPTC By-line", "XMP Creator", "EXIF Artist"},
	rights:  []string{"IPTC CopyrightNotice", "XMP Rights", "EXIF Copyright"},
	taken:   []string{"EXIF DateTimeOriginal", "IPTC DateCreated", "XMP DateCreated", "XMP DateTimeOriginal"},
}

// Descriptions that cameras write by themselves.
var chatter = []string{"OLYMPUS DIGITAL CAMERA", "SONY DSC", "DCIM", "DIGITAL CAMERA", "KONICA MINOLTA DIGITAL CAMERA",
	"MINOLTA DIGITAL CAMERA", "SAMSUNG", "untitled", "default"}

const (
	tagRunes = 2000
	tagCount = 2000
)

// read reads a picture's metadata. A file whose metadata is damaged tells nothing; that is no error.
func read(f format, r io.ReadSeeker) (t tags) {
	kind, ok := map[format]imagemeta.ImageFormat{
		jpegFormat: imagemeta.JPEG, pngFormat: imagemeta.PNG, webpFormat: imagemeta.WebP, tiffFormat: imagemeta.TIFF,
	}[f]
	if _, err := r.Seek(0, io.SeekStart); err != nil || !ok {
		return t
	}
	defer func() { _ = recover() }() // the library promises none; a picture must not depend on it
	said := map[string]string{}
	_, _ = imagemeta.Decode(imagemeta.Options{
		R: r, ImageFormat: kind, Sources: imagemeta.EXIF | imagemeta.IPTC | imagemeta.XMP, LimitNumTags: tagCount,
		ShouldHandleTag: wanted,
		HandleTag: func(tag imagemeta.TagInfo) error {
			if n, ok := tag.Value.(uint16); ok && tag.Tag == "Orientation" && tag.Source == imagemeta.EXIF && n <= 8 {
				t.turn = turn(n)
			}
			if name := tag.Source.String() + " " + tag.Tag; said[name] == "" {
				said[name] = textOf(tag.Value)
			}
			return nil
		},
	})
	t.caption, t.credit = first(said, tagged.caption), first(said, tagged.credit)
	t.rights, t.taken = first(said, tagged.rights), date(first(said, tagged.taken))
	return t
}

// wanted keeps thumbnails, positions and makers' notes unread.
func wanted(tag imagemeta.TagInfo) bool {
	return tag.Source != imagemeta.EXIF || tag.Namespace == "IFD0" || strings.HasPrefix(tag.Namespace, "IFD0/Exif")
}

func first(said map[string]string, names []string) string {
	for _, name := range names {
		if said[name] != "" {
			return said[name]
		}
	}
	return ""
}

// textOf is a tag's value as one clean line or paragraph, or "" when it is not text a person wrote.
func textOf(value any) string {
	var s string
	switch v := value.(type) {
	case string:
		s = v
	case []string:
		s = strings.Join(v, ", ")
	}
	s = strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, ""))
	s = strings.TrimSpace(s)
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

// date is the day of a time as EXIF, IPTC and XMP write it, as YYYY-MM-DD, or "" when it is none.
func date(s string) string {
	if len(s) < 10 {
		return ""
	}
	day := strings.ReplaceAll(s[:10], ":", "-")
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return ""
	}
	return day
}

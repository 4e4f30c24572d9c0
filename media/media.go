// Package media keeps a paper's pictures, sound and film: takes them in, makes the sizes that readers get, and holds
// what is said of them. Pictures as sent are kept as they came and never shown; readers get pictures made anew from them. Sound and
// film are served as sent, without what they say of themselves.
package media

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"lede/internal/fault"
)

// Media is one picture or file.
type Media struct {
	ID      int64
	Version int64  // compared on save
	Token   string // the random part of its address
	Rev     int    // the making of its renditions; part of their addresses
	Kind    string // Picture, Audio or Video
	Type    string // MIME type of what was sent
	Name    string // the file's name as sent, for staff only
	Width   int    // pixels, upright; 0 where unknown (sound, some film)
	Height  int
	Alt     string // what a reader who cannot see it is told
	Caption string
	Credit  string
	Rights  string // terms of use, for staff
	// RightsEnd is the last day on which it may be published newly, YYYY-MM-DD in the paper's zone; "" for no end. See Lapsed.
	RightsEnd string
	Taken     string   // when it was taken as its file says, "2006-01-02" or "2006-01-02 15:04", or ""
	FocusX    int      // what must stay in sight when it is cut, percent from the left
	FocusY    int      // and from the top
	Widths    []int    // renditions made, in pixels, narrow to wide
	Formats   []string // what each of them is served in beside JPEG, the smaller first: "avif", "webp"
	Seconds   int      // playing time, rounded up; 0 where unknown
	Bytes     int64    // size of what was sent
	Added     time.Time
	Changed   time.Time
	Ready     bool // it can be shown: its renditions are made, or it needs none

	AddedBy, ChangedBy int64     // staff; 0 where nobody's name is known
	Trashed            time.Time // put into the trash; zero unless it lies there
	Redacted           time.Time // destroyed by law; zero unless it was
	Already            bool      // told by Add alone: it was there before

	vault string // the part of its storage keys that nobody can guess
}

// About is what a person says of a picture or file.
type About struct {
	Alt, Caption, Credit, Rights string
	RightsEnd                    string // YYYY-MM-DD, or "" for no end
	FocusX, FocusY               int    // percent; both 0 means the middle
	Key                          string // idempotency: adding again under the same key gives what was added first
	By                           int64  // who of the staff says so; 0 where nobody's name is known
}

const (
	altMax  = 1_000
	textMax = 5_000
	keyMax  = 200
	nameMax = 200
)

func (a About) check() error {
	f := fault.Form{}
	for field, text := range map[string]string{"alt": a.Alt, "caption": a.Caption, "credit": a.Credit, "rights": a.Rights} {
		most := textMax
		if field == "alt" {
			most = altMax
		}
		if utf8.RuneCountInString(text) > most {
			f[field] = fmt.Sprintf("At most %d characters, please.", most)
		}
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			f[field] = "This holds characters that are no text."
		}
	}
	if _, err := time.Parse(time.DateOnly, a.RightsEnd); err != nil && a.RightsEnd != "" {
		f["rights-end"] = "This is no day. Write it as 2026-11-30, or leave it empty."
	}
	if a.FocusX < 0 || a.FocusX > 100 || a.FocusY < 0 || a.FocusY > 100 {
		f["focus"] = "The focal point lies outside the picture."
	}
	if len(a.Key) > keyMax || !utf8.ValidString(a.Key) || strings.ContainsRune(a.Key, 0) {
		f["key"] = fmt.Sprintf("The key has more than %d characters, or some that are no text.", keyMax)
	}
	return f.Err()
}

// focused gives the middle to who named no focal point.
func (a About) focused() (x, y int) {
	if a.FocusX == 0 && a.FocusY == 0 {
		return 50, 50
	}
	return a.FocusX, a.FocusY
}

// Lapsed tells whether the rights have ended by the day of now, which is in the paper's zone: it may not be published newly.
func (m Media) Lapsed(now time.Time) bool {
	return m.RightsEnd != "" && now.Format(time.DateOnly) > m.RightsEnd
}

// Until is the last moment of the rights in a paper's zone; zero for no end.
func (m Media) Until(zone *time.Location) time.Time {
	day, err := time.ParseInLocation(time.DateOnly, m.RightsEnd, zone)
	if err != nil {
		return time.Time{}
	}
	return day.AddDate(0, 0, 1).Add(-time.Microsecond)
}

// URL is the address of the JPEG of that width, which must be one of Widths.
func (m Media) URL(width int) string { return m.address(width, jpegFormat.ext) }

func (m Media) address(width int, ext string) string {
	return fmt.Sprintf("/media/%s/%d-%d.%s", m.Token, m.Rev, width, ext)
}

// Srcset lists all JPEGs for an img element: "/media/…/1-320.jpg 320w, …"; "" while there are none.
func (m Media) Srcset() string { return m.srcset(jpegFormat.ext) }

func (m Media) srcset(ext string) string {
	sizes := make([]string, len(m.Widths))
	for i, w := range m.Widths {
		sizes[i] = m.address(w, ext) + " " + strconv.Itoa(w) + "w"
	}
	return strings.Join(sizes, ", ")
}

// Source is a picture in one format, for a source element.
type Source struct{ Type, Srcset string }

// Sources are the formats that a browser may take instead of JPEG, the smallest first.
func (m Media) Sources() []Source {
	var all []Source
	for _, ext := range m.Formats {
		all = append(all, Source{servedTypes[ext], m.srcset(ext)})
	}
	return all
}

// Served reads the last part of an address of m, "1-640.avif" or "1.mp3": the width (0 for a whole file), and the MIME type.
// What no address of m ends in is not ok.
func (m Media) Served(file string) (width int, mime string, ok bool) {
	if file == path.Base(m.File()) && m.Kind != Picture {
		return 0, m.Type, true
	}
	for _, ext := range append([]string{jpegFormat.ext}, m.Formats...) {
		for _, w := range m.Widths {
			if file == path.Base(m.address(w, ext)) {
				return w, servedTypes[ext], true
			}
		}
	}
	return 0, "", false
}

// servedTypes are the MIME types of renditions by their ending.
var servedTypes = map[string]string{"jpg": "image/jpeg", "webp": "image/webp", "avif": "image/avif"}

// Largest is the widest rendition of at most that many pixels, else the narrowest; 0 while there are none.
func (m Media) Largest(most int) int {
	largest := 0
	for _, w := range m.Widths {
		if w <= most || largest == 0 {
			largest = w
		}
	}
	return largest
}

// HeightAt is the height of the rendition of that width, in pixels.
func (m Media) HeightAt(width int) int {
	if m.Width == 0 {
		return 0
	}
	return scaled(m.Height, float64(width)/float64(m.Width))
}

// File is the address of sound or film; "" for a picture, whose original is never served.
func (m Media) File() string {
	if m.Kind == Picture {
		return ""
	}
	return fmt.Sprintf("/media/%s/%d.%s", m.Token, m.Rev, m.Ext())
}

// Ext is the ending of the file that readers get, without the dot.
func (m Media) Ext() string {
	if f, ok := formats[m.Type]; ok && m.Kind != Picture {
		return f.ext
	}
	return "jpg"
}

// ServedType is the MIME type of sound and film, and of a picture's JPEGs.
func (m Media) ServedType() string {
	if m.Kind == Picture {
		return jpegFormat.mime
	}
	return m.Type
}

// Storage keys. They hold the vault, which stands in no address, so that a store left open by mistake lists but does
// not betray; what was sent stands apart from what is served.

func (m Media) originalKey() string { return "original/" + m.vault }

func (m Media) renditionKey(width int, ext string) string {
	return fmt.Sprintf("%s%d-%d.%s", m.renditionsKey(), m.Rev, width, ext)
}

// renditionsKey begins the keys of all that was made of m.
func (m Media) renditionsKey() string { return "rendition/" + m.vault + "/" }

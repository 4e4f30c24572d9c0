package paper

import (
	"fmt"
	"regexp"
	"strings"
)

// Face is a typeface of the paper's own choice, in place of the reader's. It costs a first visit one file and some
// 300 ms before the largest text stands in it; without it nothing is fetched.
type Face struct {
	Family string     `json:"family,omitempty"`
	Files  []FaceFile `json:"files,omitempty"`
}

// FaceFile is one font file in the paper's store.
type FaceFile struct {
	Name   string `json:"name"` // the hexadecimal digest of its bytes, and ".woff2"
	Italic bool   `json:"italic,omitempty"`
}

var (
	family   = regexp.MustCompile(`^[\p{L}0-9][\p{L}0-9 -]{0,60}$`)
	faceName = regexp.MustCompile(`^[0-9a-f]{32}\.woff2$`)
)

// FaceKey is the key of a font file in the store of files; "" for a name that no font of ours has.
func FaceKey(name string) string {
	if !faceName.MatchString(name) {
		return ""
	}
	return "face/" + name
}

func (f Face) check() string {
	if f.Family == "" && len(f.Files) == 0 {
		return ""
	}
	if !family.MatchString(f.Family) {
		return "A typeface's name is made of letters, figures and spaces."
	}
	for _, file := range f.Files {
		if FaceKey(file.Name) == "" {
			return "A font is added with lede paper face."
		}
	}
	return ""
}

// Sheet is the style sheet that sets the paper in its typeface; at is where the font files stand, "/face/". A reader on a
// slow line keeps the stand-in, so that nothing moves.
func (f Face) Sheet(at string) string {
	if f.Family == "" {
		return ""
	}
	var b strings.Builder
	for _, file := range f.Files {
		style := "normal"
		if file.Italic {
			style = "italic"
		}
		fmt.Fprintf(&b, `@font-face{font-family:"%s";src:url(%s%s) format("woff2");font-weight:400 800;font-style:%s;font-display:optional}`, f.Family, at, file.Name, style)
	}
	fmt.Fprintf(&b, `@layer tokens{:root{--serif:"%s",Georgia,"Noto Serif",serif}}`, f.Family)
	return b.String()
}

package move

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	utf16 "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"lede/internal/fault"
)

// refuse says which page cannot be taken and why.
func refuse(name, why string, args ...any) error {
	return fault.Invalid("%s: %s", name, fmt.Sprintf(why, args...))
}

// slurp reads at most maxBytes of a page, unpacking it when it is gzipped.
func slurp(ctx context.Context, name string, r io.Reader) ([]byte, error) {
	raw, err := limited(ctx, name, r)
	if err != nil || !bytes.HasPrefix(raw, []byte{0x1f, 0x8b}) {
		return raw, err
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, refuse(name, "the gzip file is damaged")
	}
	raw, err = limited(ctx, name, z)
	if err != nil && ctx.Err() == nil && !fault.IsInvalid(err) {
		return nil, refuse(name, "the gzip file is damaged or cut short")
	}
	return raw, err
}

// limited reads all of r, but not more than maxBytes and not beyond the deadline.
func limited(ctx context.Context, name string, r io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(patient{ctx, r}, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(raw) > maxBytes {
		return nil, refuse(name, "larger than %d MB; save the page as HTML only, without its pictures", maxBytes>>20)
	}
	return raw, nil
}

// patient reads until its context ends, and in small pieces, so that whoever reads from it is stopped soon after.
type patient struct {
	ctx context.Context
	r   io.Reader
}

func (p patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b[:min(len(b), 16<<10)])
}

// decode makes clean UTF-8 of a page's bytes: no byte order mark, no NUL, line feeds only.
func decode(name string, raw []byte) (string, error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return "", refuse(name, "the page is empty")
	}
	if kind := foreign(raw); kind != "" {
		return "", refuse(name, "this is %s, not an HTML page or plain text", kind)
	}
	text, err := encodingOf(raw).NewDecoder().Bytes(raw)
	if err != nil {
		return "", refuse(name, "its letters cannot be decoded; save it as UTF-8")
	}
	s := clean(string(text))
	if strings.TrimSpace(s) == "" {
		return "", refuse(name, "the page is empty")
	}
	return s, nil
}

// foreign names what a file is when it plainly is no text, by its first bytes.
func foreign(raw []byte) string {
	head := raw[:min(len(raw), 2048)]
	switch {
	case bytes.HasPrefix(raw, []byte(`{\rtf`)):
		return "RTF"
	case bytes.Contains(head, []byte("MIME-Version:")) && bytes.Contains(head, []byte("multipart/related")):
		return "a web archive (MHTML)"
	}
	kind, _, _ := strings.Cut(http.DetectContentType(raw), ";")
	if strings.HasPrefix(kind, "text/") || kind == "application/octet-stream" {
		return ""
	}
	return kind
}

// encodingOf tells how the bytes are written: by their mark, by where their zeros stand, by being valid UTF-8,
// by what the page declares, and last as Windows-1252, as browsers do.
// What is mostly valid UTF-8 is UTF-8 whatever it declares: text in another encoding hardly ever looks so by chance.
func encodingOf(raw []byte) encoding.Encoding {
	if e := marked(raw); e != nil {
		return e
	}
	good, bad := multibyte(raw)
	if good > 4*bad && !bytes.ContainsRune(raw, 0x1b) {
		return utf16.UTF8
	}
	if e, label := charset.Lookup(declared(raw)); e != nil && (label != "utf-8" || bad == 0) && !strings.HasPrefix(label, "utf-16") {
		return e
	}
	if bad == 0 {
		return utf16.UTF8
	}
	return charmap.Windows1252
}

// marked is the encoding told by a byte order mark, or for unmarked UTF-16 by its many zeros on one side.
func marked(raw []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(raw, []byte{0xff, 0xfe, 0, 0}):
		return utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)
	case bytes.HasPrefix(raw, []byte{0xff, 0xfe}):
		return utf16.UTF16(utf16.LittleEndian, utf16.UseBOM)
	case bytes.HasPrefix(raw, []byte{0xfe, 0xff}):
		return utf16.UTF16(utf16.BigEndian, utf16.UseBOM)
	case bytes.HasPrefix(raw, []byte{0xef, 0xbb, 0xbf}):
		return utf16.UTF8BOM
	}
	head := raw[:min(len(raw), 4096)]
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	switch half := len(head) / 2; {
	case zeros[1] > half/3 && zeros[0] <= zeros[1]/10:
		return utf16.UTF16(utf16.LittleEndian, utf16.IgnoreBOM)
	case zeros[0] > half/3 && zeros[1] <= zeros[0]/10:
		return utf16.UTF16(utf16.BigEndian, utf16.IgnoreBOM)
	}
	return nil
}

// multibyte counts the letters beyond ASCII that are valid UTF-8, and the bytes that are not.
func multibyte(raw []byte) (good, bad int) {
	for len(raw) > 0 {
		r, n := utf8.DecodeRune(raw)
		switch {
		case r == utf8.RuneError && n <= 1:
			bad++
		case n > 1:
			good++
		}
		raw = raw[max(n, 1):]
	}
	return good, bad
}

var metaCharset = regexp.MustCompile(`(?i)<meta[^>]{0,200}charset\s*=\s*["']?\s*([a-z0-9_:.-]{2,40})`)

// declared is the encoding an HTML page names in its head, or "".
func declared(raw []byte) string {
	if m := metaCharset.FindSubmatch(raw[:min(len(raw), 64<<10)]); m != nil {
		return string(m[1])
	}
	return ""
}

// clean drops NULs, other control characters and marks of replacement at the start, and makes every line end a line feed.
func clean(s string) string {
	s = strings.TrimPrefix(strings.ToValidUTF8(s, "\uFFFD"), "\uFEFF")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r' || r == '\u2028' || r == '\u2029' || r == '\f' || r == '\v':
			return '\n'
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
}

var (
	htmlName = regexp.MustCompile(`(?i)\.(html?|xhtml|shtml)(\.gz)?$`)
	htmlTag  = regexp.MustCompile(`(?i)<(!doctype html|html|head|body|article|main|div|p|meta|title)[\s>]`)
)

// looksHTML tells a saved page from copied text: by the name, else by its beginning with a tag.
func looksHTML(name, src string) bool {
	if htmlName.MatchString(path.Base(name)) {
		return true
	}
	head := strings.TrimSpace(src[:min(len(src), 8<<10)])
	return strings.HasPrefix(head, "<") && htmlTag.MatchString(head)
}

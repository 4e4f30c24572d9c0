package ad

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"lede/internal/fault"
)

// Bounds of an ad that is HTML.
const (
	BundleWeight = 500 << 10 // of all files together, unpacked (IAB New Ad Portfolio, subload of 970 × 250)
	BundleFiles  = 60
	bundleSent   = 5 << 20 // a zip
	bundleRatio  = 100     // so many times larger than packed a file may be
	nameMost     = 100
)

// bundleTypes are the files that a page of an ad may have beside it, by their ending. Sound and film are none: nobody asked to hear them.
var bundleTypes = map[string]string{
	"html": "text/html; charset=utf-8", "htm": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
	"js": "text/javascript; charset=utf-8", "mjs": "text/javascript; charset=utf-8", "json": "application/json", "txt": "text/plain; charset=utf-8",
	"svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp", "avif": "image/avif",
	"woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf", "otf": "font/otf",
}

// bundled is one file of an ad, unpacked.
type bundled struct {
	name  string
	bytes []byte
}

func (b bundled) kind() string {
	return bundleTypes[strings.ToLower(strings.TrimPrefix(path.Ext(b.name), "."))]
}

func (b bundled) page() bool { return strings.HasPrefix(b.kind(), "text/html") }

// putBundle keeps an ad that is HTML: one zip, or one page without files of its own. The page is the first of its files. size is what
// somebody said of it; the page's own word, <meta name="ad.size" content="width=300,height=250">, goes before.
func (s *Store) putBundle(ctx context.Context, put *putter, sent []Sent, size Box) error {
	files, err := unpackSent(sent)
	if err != nil {
		return err
	}
	if files, err = ordered(files); err != nil {
		return err
	}
	if err := wholesome(files); err != nil {
		return err
	}
	if size, err = sizeOf(files[0], size); err != nil {
		return err
	}
	for i, f := range files {
		made := File{Name: f.name, Type: f.kind(), Bytes: int64(len(f.bytes))}
		if i == 0 {
			made.Box = size
		}
		if err := put.put(ctx, made, bytes.NewReader(f.bytes)); err != nil {
			return err
		}
	}
	return nil
}

// wrongFiles is one sentence about what was sent, in its field.
func wrongFiles(format string, args ...any) error {
	return fault.Form{"files": fmt.Sprintf(format, args...)}
}

func unpackSent(sent []Sent) ([]bundled, error) {
	if len(sent) != 1 {
		return nil, wrongFiles("Send one zip with all files in it, or one HTML file; these are %d.", len(sent))
	}
	if _, err := sent[0].File.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(sent[0].File, bundleSent+1))
	if err != nil {
		return nil, err
	}
	if len(b) > bundleSent {
		return nil, wrongFiles("The file is larger than %d MB, which is the most that can be taken.", bundleSent>>20)
	}
	if bytes.HasPrefix(b, []byte("PK\x03\x04")) || bytes.HasPrefix(b, []byte("PK\x05\x06")) {
		return unzip(b)
	}
	if ending := strings.ToLower(path.Ext(sent[0].Name)); ending != ".html" && ending != ".htm" {
		return nil, wrongFiles("This is neither a zip nor an HTML file.")
	}
	if len(b) > BundleWeight {
		return nil, wrongFiles("The page has %d KB. An ad of HTML may have %d.", len(b)>>10, BundleWeight>>10)
	}
	return []bundled{{"index.html", b}}, nil
}

// unzip unpacks a zip within all bounds. What a zip says of itself is not believed: what comes out of it is counted.
func unzip(b []byte) ([]bundled, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, wrongFiles("The zip is damaged and cannot be read.")
	}
	if len(z.File) > 4*BundleFiles {
		return nil, wrongFiles("The zip holds %d files. The limit is %d.", len(z.File), BundleFiles)
	}
	var files []bundled
	total := int64(0)
	for _, f := range z.File {
		if f.FileInfo().IsDir() || clutter(f.Name) {
			continue
		}
		if err := sound(f); err != nil {
			return nil, err
		}
		one, err := inflate(f, BundleWeight-total)
		if err != nil {
			return nil, err
		}
		total += int64(len(one))
		files = append(files, bundled{f.Name, one})
	}
	if len(files) > BundleFiles {
		return nil, wrongFiles("The zip holds %d files. The limit is %d.", len(files), BundleFiles)
	}
	return files, nil
}

// clutter tells of files that computers put into zips for themselves.
func clutter(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(name, "__MACOSX/") || base == ".DS_Store" || base == "Thumbs.db" || base == "desktop.ini"
}

// nameOK is what the files of an ad are called, folder by folder.
var nameOK = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._@-]*$`)

// sound looks at what a zip says of a file before anything of it is unpacked.
func sound(f *zip.File) error {
	if len(f.Name) > nameMost || !utf8.ValidString(f.Name) {
		return wrongFiles("A file in the zip has a name of more than %d letters, or one that is no text.", nameMost)
	}
	for part := range strings.SplitSeq(f.Name, "/") {
		if !nameOK.MatchString(part) {
			return wrongFiles("%q in the zip: name files with letters, digits, dots, hyphens and underscores alone, without spaces.", f.Name)
		}
	}
	switch {
	case f.Mode()&fs.ModeType != 0:
		return wrongFiles("%s in the zip is no file but a link.", f.Name)
	case f.Flags&1 != 0:
		return wrongFiles("%s in the zip is locked with a password.", f.Name)
	case bundled{name: f.Name}.kind() == "":
		return wrongFiles("%s in the zip: an ad is made of HTML, CSS, JavaScript, pictures and typefaces.", f.Name)
	case f.UncompressedSize64 > BundleWeight:
		return wrongFiles("%s in the zip has %d KB. All files together may have %d.", f.Name, f.UncompressedSize64>>10, BundleWeight>>10)
	case f.UncompressedSize64 > bundleRatio*(f.CompressedSize64+100):
		return wrongFiles("%s in the zip is more than %d times as large as it is packed.", f.Name, bundleRatio)
	}
	return nil
}

// inflate unpacks a file of which room is left.
func inflate(f *zip.File, room int64) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, wrongFiles("%s in the zip is packed in a way that cannot be read.", f.Name)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, room+1))
	switch {
	case int64(len(b)) > room:
		return nil, wrongFiles("The files have more than %d KB together, unpacked. Make them lighter.", BundleWeight>>10)
	case err != nil:
		return nil, wrongFiles("%s in the zip is damaged.", f.Name)
	}
	return b, nil
}

// ordered puts the page first, names all from its folder, and refuses two of one name.
func ordered(files []bundled) ([]bundled, error) {
	page, err := pageAmong(files)
	if err != nil {
		return nil, err
	}
	folder := ""
	if at := strings.LastIndexByte(page, '/'); at >= 0 {
		folder = page[:at+1]
	}
	seen := map[string]bool{}
	for i, f := range files {
		name, ok := strings.CutPrefix(f.name, folder)
		if !ok {
			return nil, wrongFiles("%s in the zip lies outside of the folder of %s.", f.name, page)
		}
		if low := strings.ToLower(name); seen[low] {
			return nil, wrongFiles("The zip holds %s twice.", name)
		} else {
			seen[low] = true
		}
		files[i].name = name
	}
	slices.SortStableFunc(files, func(a, b bundled) int {
		return cmp.Or(cmp.Compare(b2i(b.name == page[len(folder):]), b2i(a.name == page[len(folder):])), strings.Compare(a.name, b.name))
	})
	return files, nil
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// pageAmong is the name of the page: index.html nearest to the top, or the only page there is.
func pageAmong(files []bundled) (string, error) {
	var pages []string
	best := ""
	for _, f := range files {
		if !f.page() {
			continue
		}
		pages = append(pages, f.name)
		base := strings.ToLower(path.Base(f.name))
		if (base == "index.html" || base == "index.htm") && (best == "" || strings.Count(f.name, "/") < strings.Count(best, "/")) {
			best = f.name
		}
	}
	switch {
	case best != "":
		return best, nil
	case len(pages) == 1:
		return pages[0], nil
	case len(pages) == 0:
		return "", wrongFiles("There is no page in it. It needs an index.html.")
	}
	return "", wrongFiles("There are %d pages in it. Call the one that is shown index.html.", len(pages))
}

// wholesome looks into the files: each is what its ending says, and asks for nothing but the others.
func wholesome(files []bundled) error {
	names := map[string]bool{}
	for _, f := range files {
		names[f.name] = true
	}
	for _, f := range files {
		if err := f.honest(); err != nil {
			return err
		}
		if err := f.selfContained(names); err != nil {
			return err
		}
	}
	return nil
}

// honest refuses what is not what its ending says.
func (b bundled) honest() error {
	kind, found := b.kind(), http.DetectContentType(b.bytes)
	switch {
	case len(b.bytes) == 0:
		return wrongFiles("%s is empty.", b.name)
	case strings.HasPrefix(kind, "text/"), kind == "application/json", kind == "image/svg+xml":
		if !utf8.Valid(b.bytes) || bytes.IndexByte(b.bytes, 0) >= 0 {
			return wrongFiles("%s is no text in UTF-8.", b.name)
		}
	case kind == "image/avif":
		if len(b.bytes) < 12 || string(b.bytes[4:8]) != "ftyp" {
			return wrongFiles("%s is no AVIF picture.", b.name)
		}
	case strings.HasPrefix(kind, "font/"):
		if !strings.HasPrefix(found, "font/") {
			return wrongFiles("%s is no typeface.", b.name)
		}
	case found != kind:
		return wrongFiles("%s is not what its ending says, but %s.", b.name, found)
	}
	return nil
}

var metaSize = regexp.MustCompile(`(?i)^\s*width\s*=\s*(\d{1,4})\s*[,;]\s*height\s*=\s*(\d{1,4})\s*$`)

// sizeOf is the size of a page: what it says itself, else what somebody said of it. One that stands in no position is refused.
func sizeOf(page bundled, said Box) (Box, error) {
	size := said
	if own := metaOf(page.bytes, "ad.size"); own != "" {
		m := metaSize.FindStringSubmatch(own)
		if m == nil {
			return size, wrongFiles("%s says its size as %q. Write width=300,height=250.", page.name, own)
		}
		size.Width, _ = strconv.Atoi(m[1])
		size.Height, _ = strconv.Atoi(m[2])
	}
	if size == (Box{}) {
		return size, fault.Form{"size": "Choose its size; the page does not say it."}
	}
	if size.Width < 1 || size.Height < 1 || !slices.ContainsFunc(Boxes(), func(b Box) bool { return size.Width <= b.Width && size.Height <= b.Height }) {
		return size, fault.Form{"size": fmt.Sprintf("%d × %d stands in no position. Positions have %s.", size.Width, size.Height, BoxNames())}
	}
	return size, nil
}

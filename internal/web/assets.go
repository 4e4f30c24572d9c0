package web

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// AssetsPrefix is where assets stand.
const AssetsPrefix = "/assets/"

// Assets are the files of a face that never change under their name, for the name holds a hash of the content: the browser
// asks once. Make one with NewAssets.
type Assets struct {
	byName map[string]*asset // "lede.css"
	byPath map[string]*asset // "lede.1f0c….css"
	asked  sync.Once
	ready  chan struct{}
}

type asset struct {
	path  string
	typ   []string
	open  bool // other sites may show it: pictures
	etag  string
	plain form
	gzip  atomic.Pointer[form]
	br    atomic.Pointer[form]
}

// form is a body in one coding with the headers that go with it.
type form struct {
	body         []byte
	etag, length []string
}

func newForm(body []byte, etag string) *form {
	return &form{body, shared(etag), shared(strconv.Itoa(len(body)))}
}

// NewAssets reads all files of fsys, but for hidden ones. They are compressed when the first is asked for, off the hot path: until
// that is done they are served as they are. It panics when a file cannot be read, which in an embedded folder does not happen.
func NewAssets(fsys fs.FS) *Assets {
	a := &Assets{byName: map[string]*asset{}, byPath: map[string]*asset{}, ready: make(chan struct{})}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		body, err := fs.ReadFile(fsys, name)
		if err == nil {
			a.add(name, body)
		}
		return err
	})
	if err != nil {
		panic(fmt.Sprintf("assets: %v", err))
	}
	return a
}

func (a *Assets) add(name string, body []byte) {
	sum := sha256.Sum256(body)
	hash, ext := hex.EncodeToString(sum[:4]), path.Ext(name)
	as := &asset{path: strings.TrimSuffix(name, ext) + "." + hash + ext, etag: hash}
	as.typ = shared(typeOf(name))
	as.open = strings.HasPrefix(as.typ[0], "image/") || strings.HasPrefix(as.typ[0], "font/")
	as.plain = *newForm(body, `"`+hash+`"`)
	a.byName[name], a.byPath[as.path] = as, as
}

// typeOf is the type of an asset by its name; machines differ in what they know, so ours are listed.
func typeOf(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".webp":
		return "image/webp"
	case ".ico":
		return "image/x-icon"
	case ".woff2":
		return "font/woff2"
	case ".json", ".map":
		return "application/json"
	case ".webmanifest":
		return "application/manifest+json"
	case ".xsl":
		return "text/xsl; charset=utf-8"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// Path is the address of the asset of that name ("lede.css"). It panics on a name there is none of: a template is wrong.
func (a *Assets) Path(name string) string {
	as := a.byName[name]
	if as == nil {
		panic("no asset " + name)
	}
	return AssetsPrefix + as.path
}

// compress makes the compressed forms, gzip of all before brotli of all, which takes longer.
func (a *Assets) compress() {
	defer close(a.ready)
	for _, as := range a.byName {
		as.gzip.Store(as.smaller(gzipped(as.plain.body), "-gz"))
	}
	for _, as := range a.byName {
		as.br.Store(as.smaller(brotlied(as.plain.body), "-br"))
	}
}

// smaller is the compressed form, nil when it does not save a twentieth: pictures, fonts.
func (as *asset) smaller(body []byte, mark string) *form {
	if len(body) > len(as.plain.body)*19/20 {
		return nil
	}
	return newForm(body, `"`+as.etag+mark+`"`)
}

func gzipped(b []byte) []byte {
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		panic(err)
	}
	_, _ = w.Write(b) // a bytes.Buffer takes everything
	_ = w.Close()
	return bytes.Clone(buf.Bytes())
}

func brotlied(b []byte) []byte {
	var buf bytes.Buffer
	w := brotli.NewWriterLevel(&buf, brotli.BestCompression)
	_, _ = w.Write(b)
	_ = w.Close()
	return bytes.Clone(buf.Bytes())
}

// Serve answers for every path below AssetsPrefix; a wrong hash is not found, for its content would be another.
func (a *Assets) Serve(w http.ResponseWriter, r *http.Request) error {
	a.asked.Do(func() { go a.compress() })
	as := a.byPath[strings.TrimPrefix(r.URL.Path, AssetsPrefix)]
	if as == nil {
		return statusError(http.StatusNotFound)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header()["Allow"] = allowRead
		return statusError(http.StatusMethodNotAllowed)
	}
	as.write(w, r)
	return nil
}

func (as *asset) write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	accept, f := r.Header["Accept-Encoding"], &as.plain
	if br := as.br.Load(); br != nil && acceptsBrotli(accept) {
		f, h["Content-Encoding"] = br, encBrotli
	} else if gz := as.gzip.Load(); gz != nil && acceptsGzip(accept) {
		f, h["Content-Encoding"] = gz, encGzip
	}
	h["Vary"], h["Cache-Control"], h["Etag"] = varyCoding, immutable, f.etag
	if as.open {
		h["Cross-Origin-Resource-Policy"] = crossOrigin
	}
	if noneMatch(r.Header["If-None-Match"], f.etag[0]) {
		delete(h, "Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h["Content-Type"], h["Content-Length"] = as.typ, f.length
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(f.body)
	}
}

// InMemory is a read-only file system of a few files, for NewAssets: an unpacked zip, which the standard library reads as one.
func InMemory(files map[string][]byte) (fs.FS, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(text); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
}

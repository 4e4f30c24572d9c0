package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func TestAssetsAreForEverUnderTheirName(t *testing.T) {
	css := strings.Repeat("body { color: black }\n", 100)
	a := NewAssets(fstest.MapFS{"lede.css": {Data: []byte(css)}, "icons/a.png": {Data: []byte("\x89PNG")}, ".hidden": {}})
	a.asked.Do(func() { go a.compress() })
	<-a.ready
	get := func(path string, headers ...string) *httptest.ResponseRecorder {
		r, w := httptest.NewRequest(http.MethodGet, path, nil), httptest.NewRecorder()
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		wb := New(Options{Log: quiet()})
		wb.Door(wb.Route("asset", a.Serve)).ServeHTTP(w, r)
		return w
	}
	path := a.Path("lede.css")
	for accept, coding := range map[string]string{"gzip, br": "br", "gzip": "gzip", "": ""} {
		w := get(path, "Accept-Encoding", accept)
		if w.Code != 200 || w.Header().Get("Content-Encoding") != coding || w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: %d %v", accept, w.Code, w.Header())
		}
		if got := w.Header(); got.Get("Cache-Control") != "public, max-age=31536000, immutable" || got.Get("Content-Type") != "text/css; charset=utf-8" {
			t.Errorf("%q: %v", accept, got)
		}
		if again := get(path, "Accept-Encoding", accept, "If-None-Match", w.Header().Get("Etag")); again.Code != 304 {
			t.Errorf("%q again: %d", accept, again.Code)
		}
	}
	if got := get(path).Body.String(); got != css {
		t.Errorf("plain: %d bytes", len(got))
	}
	if got := unpack(t, get(path, "Accept-Encoding", "gzip").Body.Bytes()); got != css {
		t.Errorf("packed: %d bytes", len(got))
	}
	if w := get(a.Path("icons/a.png"), "Accept-Encoding", "br"); w.Code != 200 || w.Header().Get("Content-Encoding") != "" || w.Header().Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("picture: %d %v", w.Code, w.Header())
	}
	for _, wrong := range []string{"/assets/lede.0000000000000000.css", "/assets/lede.css", "/assets/", "/assets/.hidden"} {
		if w := get(wrong); w.Code != 404 || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d", wrong, w.Code)
		}
	}
}

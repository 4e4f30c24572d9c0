package site

import (
	"bytes"
	"crypto/hmac"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"lede/ad"
	"lede/internal/fault"
	"lede/internal/web"
)

// panelFile serves a file of an ad: one that was approved to everybody, another to whoever was given its address. A file is what
// somebody outside sent: whatever it is, it runs in a sandbox and reaches the files beside it alone.
func (s *Site) panelFile(w http.ResponseWriter, r *http.Request) error {
	a, at, err := s.panelFilesAsked(r)
	if err != nil {
		return err
	}
	f, file, err := s.Ads.OpenFile(r.Context(), a.ID, a.Version, r.PathValue("name"))
	if err != nil {
		return err
	}
	defer f.Close()
	h := w.Header()
	maps.Copy(h, web.PanelHeader(nil, true)) // a drawing that is opened as a page runs nothing
	h.Set("Content-Type", file.Type)
	h.Set("Access-Control-Allow-Origin", "*") // a sandbox has no origin; files are nobody's secret
	h.Set("Cache-Control", "public, max-age=86400, immutable")
	if !strings.HasPrefix(file.Type, "text/html") {
		http.ServeContent(w, r, "", time.Time{}, f)
		return nil
	}
	maps.Copy(h, web.PanelHeader(ownFiles(s.web.Origin(r)+at), true))
	if !ourClick(r.URL.Query()) {
		return fault.NotFound
	}
	page, err := io.ReadAll(f)
	if err != nil {
		return err
	}
	_, _ = w.Write(prefaced(page, s.panels.before)) // whoever asked may be gone
	return nil
}

// panelFilesAsked is the version of an ad whose file is asked for, and where its files stand.
func (s *Site) panelFilesAsked(r *http.Request) (ad.Ad, string, error) {
	version, key, keyed := strings.Cut(r.PathValue("version"), ".")
	id, err := strconv.ParseInt(r.PathValue("ad"), 10, 64)
	n, err2 := strconv.ParseInt(version, 10, 64)
	if errors.Join(err, err2) != nil || keyed && !hmac.Equal([]byte(key), []byte(s.panelKey(id, n))) {
		return ad.Ad{}, "", fault.NotFound
	}
	a, err := s.Ads.AdVersion(r.Context(), id, n)
	if err == nil && !keyed && a.Judgement != ad.Approved {
		err = fault.NotFound
	}
	return a, "/panel/file/" + r.PathValue("ad") + "/" + r.PathValue("version") + "/", err
}

// ownFiles is what a page of an ad may load: the files below an address, and what stands in itself.
func ownFiles(below string) map[string][]string {
	return map[string][]string{
		"script-src": {below, "'unsafe-inline'"}, "style-src": {below, "'unsafe-inline'"},
		"img-src": {below, "data:", "blob:"}, "font-src": {below, "data:"}, "media-src": {below, "data:", "blob:"}, "connect-src": {below},
	}
}

// clickAddress is where a click on an ad leads, as its page is told.
var clickAddress = regexp.MustCompile(`^/panel/go/[A-Za-z0-9_-]{1,200}$`)

// ourClick refuses an address by which a page of ours would lead wherever whoever made it likes.
func ourClick(q url.Values) bool {
	for name, values := range q {
		if name != "clickTag" || len(values) != 1 || !clickAddress.MatchString(values[0]) {
			return false
		}
	}
	return true
}

var doctype = regexp.MustCompile(`(?is)^(\x{FEFF})?\s*<!doctype[^>]*>`)

// prefaced is a page with something put before all that it does.
func prefaced(page []byte, with string) []byte {
	end := 0
	if at := doctype.FindIndex(page); at != nil {
		end = at[1]
	}
	return bytes.Join([][]byte{page[:end], []byte(with), page[end:]}, nil)
}

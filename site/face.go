package site

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"lede/internal/fault"
	"lede/internal/web"
	"lede/paper"
)

// faceAt is where the paper's own typeface stands.
const faceAt = "/face/"

// sheetOfFace is the address of the style sheet that sets the paper in its own colours and type; "" when all are ours.
func (sh *sheet) sheetOfFace() string {
	css := sh.paper.Sheet(faceAt)
	if css == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(css))
	return faceAt + hex.EncodeToString(sum[:8]) + ".css"
}

// face serves the paper's own look: its style sheet under the name that its content gives it, and its font files.
func (s *Site) face(w http.ResponseWriter, r *http.Request) error {
	file := r.PathValue("file")
	key := paper.FaceKey(file)
	if key == "" {
		return s.serve(w, r, func(sh *sheet) (web.Page, error) {
			if sh.sheetOfFace() != faceAt+file {
				return web.Page{}, fault.NotFound
			}
			return web.Page{Type: "text/css; charset=utf-8", Body: []byte(sh.paper.Sheet(faceAt)), Tags: sh.tags, Keep: true}, nil
		})
	}
	f, info, err := s.Files.Open(r.Context(), key)
	if err != nil {
		return err
	}
	defer f.Close()
	w.Header().Set("Content-Type", "font/woff2")
	w.Header().Set("Access-Control-Allow-Origin", "*") // the frame of a position has no origin, and cards in it have the paper's type
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, r, "", info.Modified, f)
	return nil
}

package site

import (
	"net/http"

	"lede/internal/fault"
	"lede/internal/web"
	"lede/media"
)

// media serves a rendition of a picture, or an audio or video file, to whoever may see an article that shows it.
func (s *Site) media(w http.ResponseWriter, r *http.Request) error {
	m, err := s.Media.ByToken(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	if !m.Redacted.IsZero() {
		return fault.Gone
	}
	width, mime, ok := m.Served(r.PathValue("file"))
	if !ok {
		return fault.NotFound
	}
	seen, err := s.seen(r, m)
	if err != nil || !seen {
		return orNotFound(err)
	}
	f, info, err := s.Media.OpenAs(r.Context(), m, width, mime)
	if err != nil {
		return err
	}
	defer f.Close()
	web.OpenToOthers(w) // readers of feeds fetch pictures too
	w.Header().Set("Content-Type", mime)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, r, "", info.Modified, f)
	return nil
}

// seen tells whether the public may see the medium now: in an article, as a byline's face, or in a standing page.
func (s *Site) seen(r *http.Request, m media.Media) (bool, error) {
	now := s.Clock()
	shown, err := s.Articles.Shows(r.Context(), m.ID, now)
	if err != nil || shown {
		return shown, err
	}
	shown, err = s.Staff.Faces(r.Context(), m.ID)
	if err != nil || shown {
		return shown, err
	}
	return s.Papers.Shows(r.Context(), m.ID)
}

package site

import (
	"net/http"
	"strconv"
	"strings"

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
	width, err := asked(m, r.PathValue("file"))
	if err != nil {
		return err
	}
	seen, err := s.seen(r, m)
	if err != nil || !seen {
		return orNotFound(err)
	}
	f, info, err := s.Media.Open(r.Context(), m, width)
	if err != nil {
		return err
	}
	defer f.Close()
	web.OpenToOthers(w) // readers of feeds fetch pictures too
	w.Header().Set("Content-Type", m.ServedType())
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

// asked reads the last part of a medium's address, "3-640.jpg" or "3.mp3": its width, or 0 for a whole file.
func asked(m media.Media, file string) (width int, err error) {
	name, _, _ := strings.Cut(file, ".")
	_, wide, isPicture := strings.Cut(name, "-")
	if !isPicture {
		if m.Kind == media.Picture || m.File() != "/media/"+m.Token+"/"+file {
			return 0, fault.NotFound
		}
		return 0, nil
	}
	width, err = strconv.Atoi(wide)
	if err != nil || m.URL(width) != "/media/"+m.Token+"/"+file {
		return 0, fault.NotFound
	}
	return width, nil
}

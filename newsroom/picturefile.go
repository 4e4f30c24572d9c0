package newsroom

import (
	"errors"
	"net/http"
	"strconv"

	"lede/internal/fault"
	"lede/internal/web"
	"lede/media"
	"lede/staff"
)

// pictureFile gives staff a picture that readers may not see yet: the JPEG of the width asked for or the next narrower one, or
// with width 0 a file of sound or film.
func pictureFile(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	width, err := strconv.Atoi(v.r.PathValue("width"))
	if err != nil {
		return fault.NotFound
	}
	m, err := v.seenMedium(id)
	if err != nil {
		return err
	}
	if m.Kind == media.Picture {
		if width = m.Largest(width); width == 0 {
			return v.notYet()
		}
	}
	f, info, err := v.Media.Open(v.ctx(), m, width)
	if err != nil {
		return err
	}
	defer f.Close()
	web.OpenToOthers(v.w) // it acts as no document of ours
	v.w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
	v.w.Header().Set("Content-Type", m.ServedType())
	v.w.Header().Set("Cache-Control", "private, max-age=300")
	http.ServeContent(v.w, v.r, "", info.Modified, f)
	return nil
}

// notYet says that the sizes of a picture are still being made.
func (v *visit) notYet() error {
	v.w.Header().Set("Retry-After", "1")
	v.w.WriteHeader(http.StatusServiceUnavailable)
	return nil
}

// seenMedium is a medium that the person may look at.
func (v *visit) seenMedium(id int64) (media.Media, error) {
	m, err := v.medium(id, staff.Read)
	if !errors.Is(err, fault.Forbidden) {
		return m, err
	}
	may, err := v.sees(m)
	if err == nil && !may {
		err = fault.Forbidden
	}
	return m, err
}

// sees tells whether the person may look at a medium: who may see only their own sees also what the public sees, and what stands
// in their own articles.
func (v *visit) sees(m media.Media) (bool, error) {
	if v.person.May(staff.Read, staff.Pictures, m.AddedBy == v.person.ID) {
		return true, nil
	}
	public, err := v.Articles.Shows(v.ctx(), m.ID, v.now)
	if err != nil || public {
		return public, err
	}
	articles, err := v.Articles.Uses(v.ctx(), m.ID)
	if err != nil {
		return false, err
	}
	for _, id := range articles {
		mine, err := v.Desk.Own(v.ctx(), id, v.person.ID, v.person.Byline)
		if err != nil || mine {
			return mine, err
		}
	}
	return false, nil
}

package newsroom

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"

	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/media"
	"lede/staff"
)

// bylinePage is how one person is printed.
type bylinePage struct {
	frame
	Byline  staff.Byline
	Names   []nameIn
	Others  []staff.Byline
	Picture string // its token
	Wrong   fault.Form
}

// nameIn is a name as it is printed in another language of the paper.
type nameIn struct{ Tag, Language, Dir, Name string }

func (v *visit) bylineAt() (staff.Byline, error) {
	id, err := v.id("id")
	if err != nil {
		return staff.Byline{}, err
	}
	found, err := v.Staff.Bylines(v.ctx(), id)
	if err != nil || len(found) == 0 {
		return staff.Byline{}, errors.Join(err, fmt.Errorf("byline %d: %w", id, fault.NotFound))
	}
	return found[0], nil
}

func bylineNow(v *visit) error {
	b, err := v.bylineAt()
	if err != nil {
		return err
	}
	return v.showByline(http.StatusOK, b, nil)
}

func (v *visit) showByline(status int, b staff.Byline, wrong fault.Form) error {
	p := bylinePage{frame: v.frame(b.Name, "staff"), Byline: b, Wrong: wrong}
	for _, tag := range v.paper.Langs[1:] {
		p.Names = append(p.Names, nameIn{tag, tongue.Endonym(tag), tongue.Dir(tag), b.Names[tag]})
	}
	all, err := v.Staff.All(v.ctx())
	if err != nil {
		return err
	}
	p.Others = slices.DeleteFunc(all, func(o staff.Byline) bool { return o.ID == b.ID })
	if p.Picture, err = v.tokenOf(b.Picture); err != nil {
		return err
	}
	return v.showAs(status, "byline", p)
}

// tokenOf is the token of a picture, "" of none.
func (v *visit) tokenOf(picture int64) (string, error) {
	if picture == 0 {
		return "", nil
	}
	found, err := v.Media.Get(v.ctx(), picture)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[picture].Token, nil
}

// inAddress finds the token in the address of a picture.
var inAddress = regexp.MustCompile(`/media/([^/]+)/`)

// pictureOf is the picture that a form names by its address or its token; 0 for none.
func (v *visit) pictureOf(token string) (int64, error) {
	if token == "" {
		return 0, nil
	}
	if found := inAddress.FindStringSubmatch(token); found != nil {
		token = found[1]
	}
	m, err := v.Media.ByToken(v.ctx(), token)
	if errors.Is(err, fault.NotFound) || err == nil && m.Kind != media.Picture {
		return 0, fault.Form{"picture": "There is no such picture in the library."}
	}
	return m.ID, err
}

func bylineEdit(v *visit) error {
	b, err := v.bylineAt()
	if err != nil {
		return err
	}
	b.Name, b.Slug, b.About = v.r.PostFormValue("name"), v.r.PostFormValue("slug"), v.r.PostFormValue("about")
	b.Version, _ = strconv.ParseInt(v.r.PostFormValue("version"), 10, 64) // none is an old one
	names := map[string]string{}
	for _, tag := range v.paper.Langs[1:] {
		if name := v.r.PostFormValue("name-" + tag); name != "" {
			names[tag] = name
		}
	}
	b.Names = names
	if b.Picture, err = v.pictureOf(v.r.PostFormValue("picture")); err == nil {
		err = v.Staff.Edit(v.ctx(), b, v.now)
	}
	return v.bylineDone(b, "/newsroom/bylines", err)
}

func (v *visit) bylineDone(b staff.Byline, to string, err error) error {
	var f fault.Form
	if errors.As(err, &f) {
		return v.showByline(http.StatusUnprocessableEntity, b, f)
	}
	if err != nil {
		return err
	}
	return v.seeOther(to)
}

func bylineMerge(v *visit) error {
	b, err := v.bylineAt()
	if err != nil {
		return err
	}
	into, _ := strconv.ParseInt(v.r.PostFormValue("into"), 10, 64) // none is refused
	return v.bylineDone(b, "/newsroom/bylines", v.Staff.Merge(v.ctx(), b.ID, into, v.now))
}

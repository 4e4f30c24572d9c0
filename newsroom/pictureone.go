package newsroom

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lede/article"
	"lede/internal/fault"
	"lede/media"
	"lede/staff"
)

// onePicture is the picture that is looked at, with what is typed about it.
type onePicture struct {
	media.Media
	Src     string
	Form    pictureForm
	Wrong   fault.Form
	Differs []pictureDifference // what somebody else saved meanwhile and the person typed otherwise
	By      string              // who that was
	Taken   string
	Came    string // the day it was added
	Size    string
	Uses    []pictureUse
	Used    string // why it cannot be deleted; "" when it can
	Tag     string
	TagKind string
	Until   string // until when it can be brought back from the trash
	Asked   picturesWanted

	MayWrite, MayDelete, MayRedact bool
}

// pictureForm is what is said of a picture, as typed.
type pictureForm struct{ Caption, Credit, Alt, Rights, RightsEnd, X, Y string }

func formOf(m media.Media) pictureForm {
	return pictureForm{m.Caption, m.Credit, m.Alt, m.Rights, m.RightsEnd, strconv.Itoa(m.FocusX), strconv.Itoa(m.FocusY)}
}

// pictureDifference is one thing said twice.
type pictureDifference struct{ What, Theirs, Mine string }

// differences are where the form says something else than m does now.
func (f pictureForm) differences(m media.Media) []pictureDifference {
	now := formOf(m)
	var all []pictureDifference
	for _, d := range []pictureDifference{
		{"Caption", now.Caption, f.Caption}, {"Credit", now.Credit, f.Credit}, {"Alt text", now.Alt, f.Alt},
		{"Rights until", now.RightsEnd, f.RightsEnd}, {"Terms of use", now.Rights, f.Rights},
		{"Focal point", now.X + " %, " + now.Y + " %", f.X + " %, " + f.Y + " %"},
	} {
		if d.Theirs != d.Mine {
			all = append(all, d)
		}
	}
	return all
}

// pictureUse is one place where a picture stands.
type pictureUse struct{ Name, Href, As, Stage string }

func picture(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	m, err := v.medium(id, staff.Read)
	if err != nil {
		return err
	}
	return v.showPicture(http.StatusOK, m, func(*onePicture) {})
}

// showPicture answers with the library and the picture beside it; change fills in what is particular.
func (v *visit) showPicture(status int, m media.Media, change func(*onePicture)) error {
	page, err := v.library()
	if err != nil {
		return err
	}
	one, err := v.onePicture(m)
	if err != nil {
		return err
	}
	change(&one)
	one.Asked = page.Asked
	page.One, page.Title = &one, pictureName(m)
	for i := range page.Tiles {
		page.Tiles[i].Here = page.Tiles[i].ID == m.ID
	}
	return v.showAs(status, "pictures", page)
}

func (v *visit) onePicture(m media.Media) (onePicture, error) {
	one := onePicture{Media: m, Src: staffURL(m, 640), Form: formOf(m), Wrong: fault.Form{}, Taken: takenWords(m.Taken), Came: day(m.Added.In(v.now.Location())), Size: sizeWords(m)}
	one.Tag, one.TagKind = v.rightsTag(m)
	if !m.Trashed.IsZero() {
		one.Until = day(m.Trashed.Add(media.InTrash).In(v.now.Location()))
	}
	mine := m.AddedBy == v.person.ID
	one.MayWrite = v.person.May(staff.Write, staff.Pictures, mine)
	one.MayDelete = v.person.May(staff.Delete, staff.Pictures, mine)
	one.MayRedact = v.person.May(staff.Redact, staff.Pictures, mine)
	var err error
	if one.Uses, err = v.usesOf(m); err == nil && len(one.Uses) > 0 {
		one.Used = fmt.Sprintf("It is used. Take it out of %s first.", theseWords(len(one.Uses)))
	}
	return one, err
}

func theseWords(n int) string {
	words := []string{"", "this one", "these two", "these three", "these four", "these five", "these six", "these seven", "these eight", "these nine"}
	if n < len(words) {
		return words[n]
	}
	return fmt.Sprintf("these %d", n)
}

// usesOf are all places where a picture stands: articles, those first, the newest first; then names, then standing pages.
func (v *visit) usesOf(m media.Media) ([]pictureUse, error) {
	ids, err := v.Articles.Uses(v.ctx(), m.ID)
	if err != nil {
		return nil, err
	}
	var all []pictureUse
	for _, id := range ids {
		a, err := v.Articles.Get(v.ctx(), id)
		if errors.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		may, err := v.reads(a)
		if err != nil {
			return nil, err
		}
		if !may {
			a.Headline, a.Stage, a.ID = "An article of somebody else", "", 0
		}
		all = append(all, useIn(a, m.ID))
	}
	named, err := v.usedAsFace(m.ID)
	if err != nil {
		return nil, err
	}
	all = append(all, named...)
	stands, err := v.Papers.Shows(v.ctx(), m.ID)
	if err == nil && stands {
		all = append(all, pictureUse{Name: "A standing page", Href: "/newsroom/pages"})
	}
	return all, err
}

func useIn(a article.Article, id int64) pictureUse {
	u := pictureUse{Name: a.Headline, Stage: a.Stage}
	if a.ID != 0 {
		u.Href = fmt.Sprintf("/newsroom/article/%d", a.ID)
	}
	if u.Name == "" {
		u.Name = "An article without a headline"
	}
	if a.Lead.Media == id {
		u.As = "lead"
	}
	return u
}

// usedAsFace are the bylines whose face it is.
func (v *visit) usedAsFace(id int64) ([]pictureUse, error) {
	ids, err := v.Media.UsedIn(v.ctx(), id)
	if err != nil {
		return nil, err
	}
	found, err := v.Staff.Bylines(v.ctx(), ids...)
	var all []pictureUse
	for _, b := range found {
		all = append(all, pictureUse{Name: b.Name, Href: b.Path(), As: "face of the byline"})
	}
	return all, err
}

// takenWords is when a picture was taken, as staff read it.
func takenWords(taken string) string {
	if at, err := time.Parse("2006-01-02 15:04", taken); err == nil {
		return at.Format("2 Jan 2006, 15:04") + ", from the file"
	}
	if at, err := time.Parse(time.DateOnly, taken); err == nil {
		return at.Format("2 Jan 2006") + ", from the file"
	}
	return ""
}

// sizeWords is how large it is, and in what readers get it.
func sizeWords(m media.Media) string {
	size := bytesWords(m.Bytes)
	if m.Kind != media.Picture {
		if m.Seconds > 0 {
			size += fmt.Sprintf(", %d:%02d", m.Seconds/60, m.Seconds%60)
		}
		return size
	}
	size = fmt.Sprintf("%s × %s, %s", thousands(m.Width), thousands(m.Height), size)
	switch n := len(m.Widths); {
	case n == 0:
		return size + "; its sizes are being made"
	case n == 1:
		size += fmt.Sprintf("; served at %s", thousands(m.Widths[0]))
	default:
		size += fmt.Sprintf("; served from %s to %s", thousands(m.Widths[0]), thousands(m.Widths[n-1]))
	}
	return size + " as " + strings.ToUpper(strings.Join(append([]string{"JPEG"}, m.Formats...), ", "))
}

func bytesWords(n int64) string {
	if n < 1_000_000 {
		return fmt.Sprintf("%d KB", (n+999)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// describePicture keeps what was typed. What is wrong is said beside it, and what somebody else saved meanwhile is shown against it.
func describePicture(v *visit) error {
	id, err := v.id("id")
	if err != nil {
		return err
	}
	m, err := v.medium(id, staff.Write)
	if err != nil {
		return err
	}
	if err := v.r.ParseForm(); err != nil {
		return fault.Invalid("This is no form: %v.", err)
	}
	form, version := v.typedOfPicture()
	about, wrong := form.about()
	about.By = v.person.ID
	now, err := m, wrong.Err()
	if err == nil {
		now, err = v.Media.Describe(v.ctx(), id, version, about, v.now)
	}
	switch {
	case err == nil:
		return v.seeOther(v.picturesWanted().Path(id) + saidSaved(v.picturesWanted()))
	case errors.As(err, &wrong):
		return v.showPicture(http.StatusUnprocessableEntity, m, func(one *onePicture) { one.Form, one.Wrong = form, wrong })
	case errors.Is(err, fault.Conflict):
		by, err := v.nameOf(now.ChangedBy)
		if err != nil {
			return err
		}
		return v.showPicture(http.StatusConflict, now, func(one *onePicture) { one.Form, one.Differs, one.By = form, form.differences(now), by })
	}
	return err
}

// saidSaved has the page say that it was saved.
func saidSaved(a picturesWanted) string {
	if a.query() == "" {
		return "?saved=1"
	}
	return "&saved=1"
}

func (v *visit) typedOfPicture() (pictureForm, int64) {
	get := func(name string) string {
		return strings.TrimSpace(strings.ReplaceAll(v.r.PostForm.Get(name), "\r\n", "\n"))
	}
	version, _ := strconv.ParseInt(get("version"), 10, 64) // what is no number is no version of now
	return pictureForm{get("caption"), get("credit"), get("alt"), get("rights"), get("rights-end"), get("x"), get("y")}, version
}

// about reads the form; the focal point alone can be what no picture can keep.
func (f pictureForm) about() (media.About, fault.Form) {
	wrong := fault.Form{}
	x, errX := strconv.Atoi(f.X)
	y, errY := strconv.Atoi(f.Y)
	if errX != nil || errY != nil {
		wrong["focus"] = "Two whole numbers from 0 to 100, please."
	}
	if x == 0 && y == 0 {
		x = 1 // the corner itself means that nobody chose
	}
	return media.About{Caption: f.Caption, Credit: f.Credit, Alt: f.Alt, Rights: f.Rights, RightsEnd: f.RightsEnd, FocusX: x, FocusY: y}, wrong
}

// nameOf is who of the staff that is, for this person.
func (v *visit) nameOf(id int64) (string, error) {
	if id == v.person.ID {
		return "You, in another window,", nil
	}
	people, err := v.Staff.People(v.ctx())
	for _, p := range people {
		if p.ID == id {
			return p.Name, err
		}
	}
	return "Somebody", err
}

func deletePicture(v *visit) error {
	m, err := v.aboutTo(staff.Delete)
	if err != nil {
		return err
	}
	if err := v.Media.Delete(v.ctx(), m.ID, v.now); err != nil {
		return err
	}
	return v.done("/newsroom/pictures?deleted=" + strconv.FormatInt(m.ID, 10))
}

func restorePicture(v *visit) error {
	m, err := v.aboutTo(staff.Delete)
	if err != nil {
		return err
	}
	if err := v.Media.Restore(v.ctx(), m.ID, v.now); err != nil {
		return err
	}
	return v.done(picturesWanted{}.Path(m.ID))
}

// redactPicture destroys a picture by law, after it was said that this cannot be called back.
func redactPicture(v *visit) error {
	m, err := v.aboutTo(staff.Redact)
	if err != nil {
		return err
	}
	if v.r.FormValue("sure") == "" {
		return v.showPicture(http.StatusUnprocessableEntity, m, func(one *onePicture) {
			one.Wrong = fault.Form{"sure": "Say that you know: nothing and nobody can bring it back."}
		})
	}
	if err := v.Media.Redact(v.ctx(), m.ID, v.person.ID, v.now); err != nil {
		return err
	}
	return v.done("/newsroom/pictures")
}

func (v *visit) aboutTo(act staff.Act) (media.Media, error) {
	id, err := v.id("id")
	if err != nil {
		return media.Media{}, err
	}
	return v.medium(id, act)
}

// done sends a browser on, and tells a script.
func (v *visit) done(to string) error {
	if v.wantsJSON() {
		return v.answer(http.StatusOK, struct {
			To string `json:"to"`
		}{to})
	}
	return v.seeOther(to)
}

package newsroom

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"lede/internal/fault"
	"lede/media"
	"lede/staff"
)

// pictureSaid is a picture or file as scripts are told of it, or why it was not taken.
type pictureSaid struct {
	ID      string `json:"id,omitempty"`
	Token   string `json:"token,omitempty"`
	Kind    string `json:"kind,omitempty"`
	Name    string `json:"name"`
	URL     string `json:"url,omitempty"`
	Width   int    `json:"width,omitempty"`
	Height  int    `json:"height,omitempty"`
	Seconds int    `json:"seconds,omitempty"`
	Alt     string `json:"alt,omitempty"`
	Caption string `json:"caption,omitempty"`
	Credit  string `json:"credit,omitempty"`
	Rights  string `json:"rightsEnd,omitempty"`
	Lapsed  bool   `json:"lapsed,omitempty"`
	Taken   string `json:"taken,omitempty"`
	Says    string `json:"says,omitempty"` // what is to be known: that it was there already
	Error   string `json:"error,omitempty"`

	Strong string `json:"-"` // the beginning of Error, where it is a sentence of its own
}

// mostAsked is the width at which scripts are shown a picture.
const mostAsked = 640

func (v *visit) pictureSaid(m media.Media) pictureSaid {
	said := pictureSaid{ID: strconv.FormatInt(m.ID, 10), Token: m.Token, Kind: m.Kind, Name: m.Name, URL: staffURL(m, mostAsked), Width: m.Width,
		Height: m.Height, Seconds: m.Seconds, Alt: m.Alt, Caption: m.Caption, Credit: m.Credit, Rights: m.RightsEnd, Lapsed: m.Lapsed(v.now), Taken: m.Taken}
	if m.Already {
		said.Says = "already here since " + m.Added.In(v.now.Location()).Format("2 Jan 2006") + "; not stored twice"
	}
	return said
}

// addPictures takes files in: several in a form, or one as the body, with its name in the address. A script is told of each; a form
// comes back to the library.
func addPictures(v *visit) error {
	said, err := v.takeFiles()
	if err != nil {
		return err
	}
	if v.wantsJSON() {
		return v.answer(statusOf(said), said)
	}
	page, err := v.library()
	if err != nil {
		return err
	}
	page.Added = said
	return v.showAs(statusOf(said), "pictures", page)
}

// statusOf is 422 when nothing was taken.
func statusOf(said []pictureSaid) int {
	for _, s := range said {
		if s.Error == "" {
			return http.StatusOK
		}
	}
	return http.StatusUnprocessableEntity
}

func (v *visit) takeFiles() ([]pictureSaid, error) {
	q := v.r.URL.Query()
	about := media.About{Credit: strings.TrimSpace(q.Get("credit")), By: v.person.ID}
	if key := q.Get("key"); key != "" {
		about.Key = fmt.Sprintf("%d %s", v.person.ID, key)
	}
	if kind, _, _ := mime.ParseMediaType(v.r.Header.Get("Content-Type")); kind != "multipart/form-data" {
		said, err := v.takeFile(q.Get("name"), v.r.Body, about)
		return []pictureSaid{said}, err
	}
	return v.takeForm(about)
}

// takeForm reads a form as it comes; its credit stands before its files.
func (v *visit) takeForm(about media.About) (all []pictureSaid, err error) {
	form, err := v.r.MultipartReader()
	if err != nil {
		return nil, fault.Invalid("This is no form with files: %v.", err)
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, brokenUpload(err)
		}
		if part.FileName() == "" {
			if about.Credit, err = creditOf(part, about.Credit); err != nil {
				return nil, err
			}
			continue
		}
		said, err := v.takeFile(part.FileName(), part, about)
		if err != nil {
			return nil, err
		}
		all = append(all, said)
	}
	if len(all) == 0 {
		return nil, fault.Invalid("No file came. Choose one or several, and send them again.")
	}
	return all, nil
}

// creditOf reads the credit of a form; of other fields nothing is wanted.
func creditOf(part interface {
	io.Reader
	FormName() string
}, credit string) (string, error) {
	if part.FormName() != "credit" {
		return credit, nil
	}
	text, err := io.ReadAll(io.LimitReader(part, 4<<10))
	return strings.TrimSpace(string(text)), err
}

// brokenUpload says that what was sent ended before it should.
func brokenUpload(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return fault.Invalid("What was sent broke off on its way. Add it again.")
}

// takeFile keeps one file. Why one was not taken is said of it, and is no error: the others may be.
func (v *visit) takeFile(name string, r io.Reader, about media.About) (pictureSaid, error) {
	m, err := v.Media.Add(v.ctx(), name, r, about, v.now)
	if fault.IsInvalid(err) {
		strong, _, _ := strings.Cut(err.Error(), ". ")
		return pictureSaid{Name: name, Error: err.Error(), Strong: strong}, nil
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return pictureSaid{Name: name, Error: "The file is larger than 500 MB, which is the most that can be taken."}, nil
	}
	if err != nil {
		return pictureSaid{}, err
	}
	return v.pictureSaid(v.shown(m)), nil
}

// shown is a picture that just came in with its sizes made, so that it can be looked at. Should that fail it is kept all the same,
// and made later.
func (v *visit) shown(m media.Media) media.Media {
	ctx := context.WithoutCancel(v.ctx())
	if err := v.Media.Render(ctx, m.ID); err != nil {
		v.Log.Warn("a picture is not rendered yet", "picture", m.ID, "error", err)
		return m
	}
	found, err := v.Media.Get(ctx, m.ID)
	if now, ok := found[m.ID]; ok && err == nil {
		now.Already = m.Already
		return now
	}
	return m
}

// creditPictures puts one credit on a batch.
func creditPictures(v *visit) error {
	var sent struct {
		IDs    []string `json:"ids"`
		Credit string   `json:"credit"`
	}
	if err := v.take(&sent); err != nil {
		return err
	}
	var ids []int64
	for _, s := range sent.IDs {
		id, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return fault.Invalid("%q is no picture.", s)
		}
		if _, err := v.medium(id, staff.Write); err != nil {
			return err
		}
		ids = append(ids, id)
	}
	if err := v.Media.Credited(v.ctx(), ids, strings.TrimSpace(sent.Credit), v.person.ID, v.now); err != nil {
		return err
	}
	return v.answer(http.StatusOK, struct {
		Credit string `json:"credit"`
	}{strings.TrimSpace(sent.Credit)})
}

// pictureList is the library for the picker: what is asked for, the newest first.
func pictureList(v *visit) error {
	before, _ := strconv.ParseInt(v.r.URL.Query().Get("before"), 10, 64)
	a := v.picturesWanted()
	if a.Kind == "" {
		a.Kind = media.Picture
	}
	found, err := v.Media.List(v.ctx(), v.pictureFilter(a), before, tilesMost)
	if err != nil {
		return err
	}
	said := struct {
		Pictures []pictureSaid `json:"pictures"`
		Before   string        `json:"before"`
	}{Pictures: []pictureSaid{}}
	for _, m := range found {
		said.Pictures = append(said.Pictures, v.pictureSaid(m))
		said.Before = strconv.FormatInt(m.ID, 10)
	}
	if len(found) < tilesMost {
		said.Before = ""
	}
	return v.answer(http.StatusOK, said)
}

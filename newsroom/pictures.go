package newsroom

import (
	"cmp"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"lede/internal/fault"
	"lede/internal/web"
	"lede/media"
	"lede/staff"
)

const (
	uploadMost = 501 << 20        // a file and the words around it
	uploadTime = 30 * time.Minute // 500 MB over a slow line
	tilesMost  = 60
	creditsMax = 60
)

func (n *Newsroom) picturesRoutes() []route {
	large := []web.RouteOption{web.MaxBody(uploadMost), web.Deadline(uploadTime)}
	return []route{
		{pattern: "GET /newsroom/pictures", act: staff.Read, on: staff.Pictures, handle: pictures},
		{pattern: "GET /newsroom/pictures.json", act: staff.Read, on: staff.Pictures, handle: pictureList},
		{pattern: "POST /newsroom/pictures", act: staff.Write, on: staff.Pictures, handle: addPictures, options: large},
		{pattern: "POST /newsroom/pictures/credit", act: staff.Write, on: staff.Pictures, handle: creditPictures},
		{pattern: "GET /newsroom/pictures/{id}", act: staff.Read, on: staff.Pictures, handle: picture},
		{pattern: "POST /newsroom/pictures/{id}", act: staff.Write, on: staff.Pictures, handle: describePicture},
		{pattern: "POST /newsroom/pictures/{id}/deletion", act: staff.Delete, on: staff.Pictures, handle: deletePicture},
		{pattern: "POST /newsroom/pictures/{id}/restoration", act: staff.Delete, on: staff.Pictures, handle: restorePicture},
		proved(route{pattern: "POST /newsroom/pictures/{id}/redaction", act: staff.Redact, on: staff.Pictures, handle: redactPicture}),
		{pattern: "GET /newsroom/picture/{id}/{width}", act: staff.Read, on: staff.Pictures, handle: pictureFile},
	}
}

// picturesPage is the library, and the one picture that is looked at.
type picturesPage struct {
	frame
	Asked   picturesWanted
	Count   string
	Tiles   []pictureTile
	Older   string // address of what follows
	Credits []string
	One     *onePicture
	Added   []pictureSaid // what came of files sent without a script
	Gone    *media.Media  // just put into the trash
	May     bool          // add pictures
	Known   bool          // there is something in the library
}

// picturesWanted is what of the library is asked for, as it stands in the address.
type picturesWanted struct{ Q, Use, Rights, Credit, Kind, Article, Trash string }

func (v *visit) picturesWanted() picturesWanted {
	q := v.r.URL.Query()
	return picturesWanted{q.Get("q"), q.Get("use"), q.Get("rights"), q.Get("credit"), q.Get("kind"), q.Get("article"), q.Get("trash")}
}

// query is the part of an address that asks for the same, with more names and values in turn; "" for all.
func (a picturesWanted) query(more ...string) string {
	q := url.Values{}
	all := []string{"q", a.Q, "use", a.Use, "rights", a.Rights, "credit", a.Credit, "kind", a.Kind, "article", a.Article, "trash", a.Trash}
	all = append(all, more...)
	for i := 0; i+1 < len(all); i += 2 {
		if all[i+1] != "" {
			q.Set(all[i], all[i+1])
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// Narrow tells whether not all of the library is asked for.
func (a picturesWanted) Narrow() bool { return a != picturesWanted{} }

// Path is the address of the picture of that id among what is asked for.
func (a picturesWanted) Path(id int64) string {
	return fmt.Sprintf("/newsroom/pictures/%d%s", id, a.query())
}

// All is the address of what is asked for.
func (a picturesWanted) All() string { return "/newsroom/pictures" + a.query() }

// endsSoon is how far ahead rights are said to end soon.
const endsSoon = 30

// pictureFilter is what is wanted; whoever may see only their own gets only those.
func (v *visit) pictureFilter(a picturesWanted) media.Filter {
	article, _ := strconv.ParseInt(a.Article, 10, 64) // what is no number asks for nothing
	f := media.Filter{Search: a.Q, Use: a.Use, Credit: a.Credit, Kind: a.Kind, Article: article, Trash: a.Trash != ""}
	switch a.Rights {
	case "soon":
		f.EndsBy = v.now.AddDate(0, 0, endsSoon).Format(time.DateOnly)
	case "ended":
		f.EndsBy = v.now.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	if !v.person.May(staff.Read, staff.Pictures, false) {
		f.AddedBy = v.person.ID
	}
	return f
}

func pictures(v *visit) error {
	page, err := v.library()
	if err != nil {
		return err
	}
	if id, err := strconv.ParseInt(v.r.URL.Query().Get("deleted"), 10, 64); err == nil {
		if m, err := v.medium(id, staff.Delete); err == nil && !m.Trashed.IsZero() {
			page.Gone = &m
		}
	}
	return v.show("pictures", page)
}

// library is the page with what is asked for.
func (v *visit) library() (picturesPage, error) {
	a := v.picturesWanted()
	page := picturesPage{frame: v.frame("Pictures", "pictures"), Asked: a, May: v.person.May(staff.Write, staff.Pictures, true)}
	before, _ := strconv.ParseInt(v.r.URL.Query().Get("before"), 10, 64)
	found, err := v.Media.List(v.ctx(), v.pictureFilter(a), before, tilesMost+1)
	if err != nil {
		return page, err
	}
	if len(found) > tilesMost {
		found = found[:tilesMost]
		page.Older = "/newsroom/pictures" + a.query("before", strconv.FormatInt(found[tilesMost-1].ID, 10))
	}
	if page.Tiles, err = v.tiles(a, found); err != nil {
		return page, err
	}
	if page.Credits, err = v.Media.Credits(v.ctx(), creditsMax); err != nil {
		return page, err
	}
	page.Count, page.Known, err = v.picturesCounted(a)
	return page, err
}

// countMost is as far as pictures are counted that were searched for.
const countMost = 1000

// picturesCounted says how many there are; known is whether there is any picture at all.
func (v *visit) picturesCounted(a picturesWanted) (says string, known bool, err error) {
	all := v.pictureFilter(picturesWanted{})
	if !a.Narrow() {
		n, err := v.Media.Count(v.ctx(), all, 10_000_000)
		return thousands(n) + ", newest first", n > 0, err
	}
	n, err := v.Media.Count(v.ctx(), v.pictureFilter(a), countMost+1)
	if n > countMost {
		return "more than " + thousands(countMost), true, err
	}
	return thousands(n) + " found", true, err
}

// thousands writes a number as staff read it: "4,118".
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// pictureTile is one picture of the grid.
type pictureTile struct {
	ID           int64
	Href, Src    string
	Title, Small string
	Tag, TagKind string
	Kind         string
	Here         bool // it is the one that is looked at
}

func (v *visit) tiles(a picturesWanted, found []media.Media) ([]pictureTile, error) {
	ids := make([]int64, len(found))
	for i, m := range found {
		ids[i] = m.ID
	}
	uses, err := v.Media.Uses(v.ctx(), ids...)
	tiles := make([]pictureTile, len(found))
	for i, m := range found {
		t := pictureTile{ID: m.ID, Href: a.Path(m.ID), Src: staffURL(m, 320), Title: pictureName(m), Kind: m.Kind}
		t.Small = strings.TrimPrefix(m.Credit+" · "+usedWords(uses[m.ID]), " · ")
		t.Tag, t.TagKind = v.rightsTag(m)
		tiles[i] = t
	}
	return tiles, err
}

// pictureName is what a picture is called where there is room for a line.
func pictureName(m media.Media) string {
	return cmp.Or(m.Caption, m.Alt, m.Name, "Without a name")
}

func usedWords(n int) string {
	if n == 0 {
		return "not used"
	}
	return fmt.Sprintf("used in %d", n)
}

// rightsTag says that the rights have ended or end soon.
func (v *visit) rightsTag(m media.Media) (says, kind string) {
	end, err := time.Parse(time.DateOnly, m.RightsEnd)
	switch {
	case err != nil || m.RightsEnd > v.now.AddDate(0, 0, endsSoon).Format(time.DateOnly):
		return "", ""
	case m.Lapsed(v.now):
		return "Rights ended " + end.Format("2 Jan 2006"), "stop"
	}
	return "Rights end " + end.Format("2 Jan"), "warn"
}

// staffURL is where staff see a picture, whether readers may see it or not; "" for what is not to be seen.
func staffURL(m media.Media, width int) string {
	if m.Kind != media.Picture {
		width = 0
	}
	return fmt.Sprintf("/newsroom/picture/%d/%d", m.ID, width)
}

// medium is the picture of that id, if the person may do the act to it: fault.Forbidden if not, fault.Gone for one that the law
// took.
func (v *visit) medium(id int64, act staff.Act) (media.Media, error) {
	found, err := v.Media.Get(v.ctx(), id)
	if err != nil {
		return media.Media{}, err
	}
	m, ok := found[id]
	if !ok || !m.Redacted.IsZero() {
		return m, fault.NotFound
	}
	return m, v.must(act, staff.Pictures, m.AddedBy == v.person.ID)
}

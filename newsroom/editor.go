package newsroom

import (
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lede/article"
	"lede/internal/fault"
	"lede/internal/web"
	"lede/staff"
)

// editorBundle is the editor's script, which `make build` makes of newsroom/editor.
const editorBundle = "newsroom/built/editor.js"

func (n *Newsroom) editorRoutes() []route {
	const at = "/newsroom/article/{id}"
	slow := web.Deadline(15 * time.Second)
	return []route{
		{pattern: "GET " + at, act: staff.Read, on: staff.Articles, handle: (*visit).editor},
		{pattern: "GET " + at + "/state.json", act: staff.Read, on: staff.Articles, handle: (*visit).editorState},
		{pattern: "GET " + at + "/media.json", act: staff.Read, on: staff.Articles, handle: (*visit).editorMedia},
		{pattern: "POST " + at + "/byline", act: staff.Write, on: staff.Articles, handle: (*visit).addByline},
		{pattern: "POST /newsroom/embed", act: staff.Write, on: staff.Articles, handle: (*visit).embed, options: []web.RouteOption{slow}},
	}
}

// editorPage is the page in which an article is written. All that changes on it comes of State, by the script.
type editorPage struct {
	frame
	ID        int64
	Stage     string
	StageWord string
	Due       string
	Words     int
	State     editorState
}

// editor opens an article, for writing or, where the person may only read it, for reading along.
func (v *visit) editor() error {
	id, err := v.worksOn(staff.Read, staff.Articles)
	if err != nil {
		return err
	}
	st, err := v.stateOf(id)
	if err != nil {
		return err
	}
	headline := st.headline
	if headline == "" {
		headline = "No headline yet"
	}
	page := editorPage{frame: v.frame(headline, "today"), ID: id, Stage: st.Stage, StageWord: stageWord(st.Stage), Due: st.Due, Words: st.Words, State: st}
	page.Bare = true
	if _, err := fs.Stat(built, "built/editor.js"); err != nil {
		return v.show("editor-missing", page)
	}
	page.Scripts = []string{editorBundle}
	return v.show("editor", page)
}

func (v *visit) editorState() error {
	id, err := v.worksOn(staff.Read, staff.Articles)
	if err != nil {
		return err
	}
	st, err := v.stateOf(id)
	if err != nil {
		return err
	}
	return v.answer(http.StatusOK, st)
}

// stageWord is a stage with a capital, as it stands in the bar.
func stageWord(stage string) string {
	if stage == "" {
		return ""
	}
	return strings.ToUpper(stage[:1]) + stage[1:]
}

// editorMedia tells what is known of pictures and files by their ids, for blocks that came in while the page was open.
func (v *visit) editorMedia() error {
	if _, err := v.worksOn(staff.Read, staff.Articles); err != nil {
		return err
	}
	var ids []int64
	for part := range strings.SplitSeq(v.r.URL.Query().Get("ids"), ",") {
		if id, err := strconv.ParseInt(part, 10, 64); err == nil && id > 0 && len(ids) < 100 {
			ids = append(ids, id)
		}
	}
	media, err := v.mediaOf(ids)
	if err != nil {
		return err
	}
	return v.answer(http.StatusOK, media)
}

// addByline finds the byline of a name, or makes one without an account.
func (v *visit) addByline() error {
	if _, err := v.worksOn(staff.Write, staff.Articles); err != nil {
		return err
	}
	var s struct {
		Name string `json:"name"`
	}
	if err := v.take(&s); err != nil {
		return err
	}
	b, err := v.bylineOf(strings.Join(strings.Fields(s.Name), " "))
	if err != nil {
		return err
	}
	return v.answer(http.StatusOK, editorName{ID: strconv.FormatInt(b.ID, 10), Name: b.Name})
}

// bylineOf is the byline of a name; a new one gets an address of its own.
func (v *visit) bylineOf(name string) (staff.Byline, error) {
	if name == "" || len([]rune(name)) > 200 {
		return staff.Byline{}, fault.Invalid("A byline is a name of up to 200 characters.")
	}
	b, there, err := v.Staff.ByName(v.ctx(), name)
	if err != nil || there {
		return b, err
	}
	slug := article.Slug(name)
	if slug == "" {
		slug = "name"
	}
	for try := 1; ; try++ {
		b = staff.Byline{Name: name, Slug: slug}
		if try > 1 {
			b.Slug = slug + "-" + strconv.Itoa(try)
		}
		b, err = v.Staff.Add(v.ctx(), b, v.now)
		if err == nil || try > 50 || !taken(err) {
			return b, err
		}
	}
}

// taken tells whether an address was refused because something stands there.
func taken(err error) bool { return fault.IsInvalid(err) }

package newsroom

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"lede/article"
	"lede/desk"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/media"
	"lede/section"
	"lede/staff"
)

// editorState is an article as the editor's script gets it: what is written, by whom, what the person may, and what can be chosen.
type editorState struct {
	ID        string                 `json:"id"`
	Stage     string                 `json:"stage"`
	Version   int64                  `json:"version"`
	Path      string                 `json:"path"`
	Words     int                    `json:"words"`
	Length    int                    `json:"length,omitempty"` // words asked for
	Due       string                 `json:"due,omitempty"`
	Zone      string                 `json:"zone"`
	Parts     map[string]editorPart  `json:"parts"`
	Asides    []editorAside          `json:"asides"`
	Person    editorPerson           `json:"person"`
	May       map[staff.Act]bool     `json:"may"`
	Lists     editorLists            `json:"lists"`
	Media     map[string]editorMedia `json:"media"`
	Headlines map[string]string      `json:"headlines"` // of related articles
	Notes     []note                 `json:"notes"`
	Paper     editorPaper            `json:"paper"`

	headline string
}

type editorPart struct {
	Seq   int64           `json:"seq"`
	Value json.RawMessage `json:"value"`
	By    *face           `json:"by"`
	At    time.Time       `json:"at"`
}

type editorAside struct {
	Part  string          `json:"part"`
	Tab   string          `json:"tab"`
	By    *face           `json:"by"`
	Base  int64           `json:"base"`
	Value json.RawMessage `json:"value"`
	At    time.Time       `json:"at"`
}

type editorPerson struct {
	face
	Email string `json:"email"`
}

type editorPaper struct {
	Name string `json:"name"`
	Host string `json:"host"`
}

// editorName is something that can be chosen.
type editorName struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Staff bool   `json:"staff,omitempty"` // a byline of somebody with an account
	Dir   string `json:"dir,omitempty"`   // of a language
}

type editorLists struct {
	Sections []editorName `json:"sections"`
	Bylines  []editorName `json:"bylines"`
	Langs    []editorName `json:"langs"`
	Topics   []editorName `json:"topics"`
	People   []editorName `json:"people"`
}

// editorMedia is a picture or file as it stands in the text.
type editorMedia struct {
	ID      string `json:"id"`
	Kind    string `json:"kind"`
	URL     string `json:"url"`
	Width   int    `json:"width,omitempty"`
	Height  int    `json:"height,omitempty"`
	Alt     string `json:"alt,omitempty"`
	Caption string `json:"caption,omitempty"`
	Credit  string `json:"credit,omitempty"`
}

// stateOf gathers what the editor needs of an article.
func (v *visit) stateOf(id int64) (st editorState, err error) {
	a, err := v.Articles.Newest(v.ctx(), id)
	if err != nil {
		return st, err
	}
	st = editorState{ID: strconv.FormatInt(id, 10), Path: a.Path, Words: a.Words, Zone: v.now.Location().String(), headline: a.Headline,
		Person: editorPerson{face{v.person.ID, v.person.Name, v.person.Initials()}, v.person.Email},
		Paper:  editorPaper{v.paper.NameIn("en"), v.r.Host}}
	f, err := v.faces()
	if err != nil {
		return st, err
	}
	value, err := v.writtenOf(id, f, &st)
	if err != nil {
		return st, err
	}
	work, err := v.Desk.WorkOf(v.ctx(), id)
	if err != nil {
		return st, err
	}
	st.Length = work.Target
	if !work.Due.IsZero() {
		st.Due = moment(work.Due.In(v.now.Location()), v.now)
	}
	if st.May, err = v.acts(id); err != nil {
		return st, err
	}
	return st, errors.Join(v.choices(a.Text, value, f, &st), v.pieces(value, &st))
}

// writtenOf puts the parts, the asides and the notes into st, and gives the parts' values.
func (v *visit) writtenOf(id int64, f faces, st *editorState) (map[string]json.RawMessage, error) {
	written, err := v.Desk.State(v.ctx(), id, v.now)
	if err != nil {
		return nil, err
	}
	zone := v.now.Location()
	st.Stage, st.Version, st.Parts, st.Asides = written.Stage, written.Version, map[string]editorPart{}, []editorAside{}
	values := map[string]json.RawMessage{}
	for name, p := range written.Parts {
		st.Parts[name], values[name] = editorPart{p.Seq, p.Value, f.maybe(p.By), p.At.In(zone)}, p.Value
	}
	for _, a := range written.Asides {
		st.Asides = append(st.Asides, editorAside{a.Part, a.Tab, f.maybe(a.By), a.Base, a.Value, a.At.In(zone)})
	}
	if _, err := v.worksOn(staff.Read, staff.Notes); err != nil {
		st.Notes = []note{}
		return values, nil
	}
	st.Notes, err = v.noteList(id)
	return values, err
}

// acts are what the person may do with the article.
func (v *visit) acts(id int64) (map[staff.Act]bool, error) {
	mine, err := v.Desk.Own(v.ctx(), id, v.person.ID, v.person.Byline)
	if err != nil {
		return nil, err
	}
	may := map[staff.Act]bool{}
	for _, act := range []staff.Act{staff.Write, staff.File, staff.Ready, staff.Publish, staff.Code} {
		may[act] = v.person.May(act, staff.Articles, mine)
	}
	return may, nil
}

// filed is what of the filing names other things.
type filed struct {
	Lang    string   `json:"lang"`
	Topics  []string `json:"topics"`
	Related []string `json:"related"`
}

// choices are the lists from which the person chooses, and the names of what is chosen.
func (v *visit) choices(t article.Text, value map[string]json.RawMessage, f faces, st *editorState) error {
	var chosen filed
	_ = json.Unmarshal(value[desk.Filing], &chosen) // what is typed may be anything; then nothing is chosen
	tree, err := v.Sections.Tree(v.ctx())
	if err != nil {
		return err
	}
	st.Lists = editorLists{Sections: sectionNames(tree), Langs: v.langNames(t.Lang, chosen.Lang), Bylines: []editorName{}, Topics: []editorName{}, People: []editorName{}}
	bylines, err := v.Staff.All(v.ctx())
	if err != nil {
		return err
	}
	for _, b := range bylines {
		has := slices.ContainsFunc(f.here, func(p staff.Person) bool { return p.Byline == b.ID })
		st.Lists.Bylines = append(st.Lists.Bylines, editorName{ID: strconv.FormatInt(b.ID, 10), Name: b.Name, Staff: has})
	}
	for _, p := range f.here {
		st.Lists.People = append(st.Lists.People, editorName{ID: strconv.FormatInt(p.ID, 10), Name: p.Name})
	}
	if st.Lists.Topics, err = v.topicNames(chosen); err != nil {
		return err
	}
	st.Headlines, err = v.headlinesOf(chosen.Related)
	return err
}

// sectionNames are the sections in their order, those below another behind its name.
func sectionNames(tree section.Tree) []editorName {
	list := []editorName{}
	for _, s := range tree {
		name := ""
		for _, up := range tree.Line(s.ID) {
			if name != "" {
				name = " › " + name
			}
			name = up.NameIn("en") + name
		}
		list = append(list, editorName{ID: strconv.FormatInt(s.ID, 10), Name: name})
	}
	return list
}

// langNames are the languages of the paper, and those in which the article is.
func (v *visit) langNames(more ...string) []editorName {
	var list []editorName
	for _, lang := range slices.Concat(v.paper.Langs, more) {
		if lang == "" || slices.ContainsFunc(list, func(l editorName) bool { return l.ID == lang }) {
			continue
		}
		list = append(list, editorName{ID: lang, Name: tongue.For("en").Language(lang), Dir: tongue.Dir(lang)})
	}
	return list
}

// topicsOffered bounds how many topics are offered while typing.
const topicsOffered = 2000

func (v *visit) topicNames(chosen filed) ([]editorName, error) {
	offered, _, err := v.Sections.FindTopics(v.ctx(), section.Search{Limit: topicsOffered})
	if err != nil {
		return nil, err
	}
	list := []editorName{}
	have := map[int64]bool{}
	for _, t := range offered {
		have[t.ID] = true
		list = append(list, editorName{ID: strconv.FormatInt(t.ID, 10), Name: t.NameIn("en")})
	}
	missing := slices.DeleteFunc(idsOf(chosen.Topics), func(id int64) bool { return have[id] })
	rest, err := v.Sections.Topics(v.ctx(), missing...)
	for _, t := range rest {
		list = append(list, editorName{ID: strconv.FormatInt(t.ID, 10), Name: t.NameIn("en")})
	}
	return list, err
}

// idsMost is of how many things one list of a text is asked for: a list that is typed may be of any length.
const idsMost = 200

// idsOf are the ids among texts, the first idsMost of them.
func idsOf(texts []string) []int64 {
	ids := []int64{}
	for _, s := range texts {
		if len(ids) == idsMost {
			break
		}
		if id, err := strconv.ParseInt(s, 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

func (v *visit) headlinesOf(related []string) (map[string]string, error) {
	names := map[string]string{}
	for _, id := range idsOf(related) {
		a, err := v.Articles.Get(v.ctx(), id)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return nil, err
		}
		may, err := v.reads(a)
		if err != nil {
			return nil, err
		}
		if !may {
			a.Headline = "" // an id that was typed opens nothing
		}
		names[strconv.FormatInt(id, 10)] = a.Headline
	}
	return names, nil
}

// reads tells whether the person may read an article as it stands: what is published everybody may.
func (v *visit) reads(a article.Article) (bool, error) {
	if a.Standing(v.now) == article.Published || v.person.May(staff.Read, staff.Articles, false) {
		return true, nil
	}
	mine, err := v.Desk.Own(v.ctx(), a.ID, v.person.ID, v.person.Byline)
	return v.person.May(staff.Read, staff.Articles, mine), err
}

// pieces are the pictures and files of the text, so that it stands at once.
func (v *visit) pieces(value map[string]json.RawMessage, st *editorState) error {
	var lead struct{ Media string }
	var headline struct{ Social struct{ Media string } }
	_ = json.Unmarshal(value[desk.Pictures], &lead) // what is typed may be anything; what is missing is asked for later
	_ = json.Unmarshal(value[desk.Headline], &headline)
	ids := idsOf([]string{lead.Media, headline.Social.Media})
	if body, err := doc.Parse(value[desk.Body]); err == nil {
		ids = append(ids, body.Media()...)
	}
	var err error
	st.Media, err = v.mediaOf(ids)
	return err
}

// mediaOf tells of pictures and files by their ids; those that are not there are left out.
func (v *visit) mediaOf(ids []int64) (map[string]editorMedia, error) {
	list := map[string]editorMedia{}
	if len(ids) == 0 {
		return list, nil
	}
	found, err := v.Media.Get(v.ctx(), ids...)
	if err != nil {
		return nil, err
	}
	for id, m := range found {
		may, err := v.sees(m)
		if err != nil {
			return nil, err
		}
		if may {
			list[strconv.FormatInt(id, 10)] = mediumOf(m)
		}
	}
	return list, nil
}

// mediumOf is shown in the width of the column; sound and film as they are.
func mediumOf(m media.Media) editorMedia {
	id, width := strconv.FormatInt(m.ID, 10), "640"
	if m.Kind != media.Picture {
		width = "0"
	}
	return editorMedia{ID: id, Kind: m.Kind, URL: "/newsroom/picture/" + id + "/" + width, Width: m.Width, Height: m.Height, Alt: m.Alt, Caption: m.Caption, Credit: m.Credit}
}

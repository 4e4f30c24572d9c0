package newsroom

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"lede/desk"
	"lede/internal/doc"
	"lede/staff"
)

func (n *Newsroom) notesRoutes() []route {
	const at = "/newsroom/article/{id}/notes"
	return []route{
		{pattern: "GET " + at, act: staff.Read, on: staff.Notes, handle: (*visit).notes},
		{pattern: "POST " + at, act: staff.Write, on: staff.Notes, handle: (*visit).addNote},
		{pattern: "POST " + at + "/{note}/done", act: staff.Write, on: staff.Notes, handle: (*visit).settleNote},
	}
}

// note is a note with its replies as the editor gets it.
type note struct {
	ID      int64     `json:"id,string"`
	By      face      `json:"by"`
	At      time.Time `json:"at"`
	Text    string    `json:"text"`
	Block   string    `json:"block,omitempty"`
	Quote   string    `json:"quote,omitempty"`
	Stray   bool      `json:"stray,omitempty"` // the passage is not in the text any more
	Done    bool      `json:"done"`
	DoneBy  *face     `json:"doneBy,omitempty"`
	Replies []note    `json:"replies,omitempty"`
}

// notesPage lists the notes of an article for whoever has no editor.
type notesPage struct {
	frame
	ID       int64
	Headline string
	Notes    []note
	May      bool
	Typed    string
	Under    int64
	Wrong    string
}

func (v *visit) notes() error {
	id, err := v.worksOn(staff.Read, staff.Notes)
	if err != nil {
		return err
	}
	if v.wantsJSON() {
		list, err := v.noteList(id)
		if err != nil {
			return err
		}
		return v.answer(http.StatusOK, struct {
			Notes []note `json:"notes"`
		}{list})
	}
	return v.showNotes(http.StatusOK, id, notesPage{})
}

func (v *visit) showNotes(status int, id int64, p notesPage) error {
	a, err := v.Articles.Get(v.ctx(), id)
	if err != nil {
		return err
	}
	if p.Notes, err = v.noteList(id); err != nil {
		return err
	}
	_, may := v.worksOn(staff.Write, staff.Notes)
	p.frame, p.ID, p.Headline, p.May = v.frame("Notes", "today"), id, a.Headline, may == nil
	return v.showAs(status, "notes", p)
}

// noteList are the notes that are not done, then those that are, each with its replies.
func (v *visit) noteList(id int64) ([]note, error) {
	all, err := v.Desk.Notes(v.ctx(), id)
	if err != nil {
		return nil, err
	}
	f, err := v.faces()
	if err != nil {
		return nil, err
	}
	blocks, err := v.blockTexts(id)
	if err != nil {
		return nil, err
	}
	list := []note{}
	at := map[int64]int{}
	for _, n := range all {
		out := note{ID: n.ID, By: f.who(n.By), At: n.At.In(v.now.Location()), Text: n.Text, Block: n.Block, Quote: n.Quote, Stray: n.Stray(blocks),
			Done: !n.Done.IsZero(), DoneBy: f.maybe(n.DoneBy)}
		if i, reply := at[n.Under]; reply && n.Under != 0 {
			list[i].Replies = append(list[i].Replies, out)
			continue
		}
		at[n.ID], list = len(list), append(list, out)
	}
	slices.SortStableFunc(list, func(a, b note) int { return flag(a.Done) - flag(b.Done) })
	return list, nil
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// blockTexts are the texts of the blocks as they are being written, by id. Of a body that is none nothing is known: every passage is
// taken to be there.
func (v *visit) blockTexts(id int64) (map[string]string, error) {
	st, err := v.Desk.State(v.ctx(), id, v.now)
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	d, err := doc.Parse(st.Parts[desk.Body].Value)
	if err != nil {
		return texts, nil
	}
	for n := range d.All() {
		if n.ID != "" {
			texts[n.ID] = n.PlainText()
		}
	}
	return texts, nil
}

func (v *visit) addNote() error {
	id, err := v.worksOn(staff.Write, staff.Notes)
	if err != nil {
		return err
	}
	var s struct {
		Text  string `json:"text"`
		Block string `json:"block"`
		Quote string `json:"quote"`
		Reply string `json:"reply"`
	}
	if err := v.takeEither(&s, func() { s.Text, s.Reply = v.r.PostFormValue("text"), v.r.PostFormValue("reply") }); err != nil {
		return err
	}
	n := desk.Note{Article: id, Under: number(s.Reply), Block: s.Block, Quote: s.Quote, Text: s.Text, By: v.person.ID}
	f, err := v.faces()
	if err != nil {
		return err
	}
	a, err := v.Articles.Get(v.ctx(), id)
	if err != nil {
		return err
	}
	to := slices.DeleteFunc(mentioned(s.Text, f.here), func(p int64) bool { return p == v.person.ID })
	subject := "About “" + cut(a.Headline, 60) + "”"
	text := fmt.Sprintf("%s wrote a note on “%s”:\n\n%s\n\n%s/notes\n", v.person.Name, a.Headline, quoted(s.Quote)+strings.TrimSpace(s.Text), v.address(id))
	n, err = v.Desk.AddNote(v.ctx(), n, v.letters(f, to, subject, text), v.now)
	if says, wrong := wrongField(err, "text"); wrong && !v.wantsJSON() {
		return v.showNotes(http.StatusUnprocessableEntity, id, notesPage{Typed: s.Text, Under: number(s.Reply), Wrong: says})
	}
	if err != nil {
		return err
	}
	if v.wantsJSON() {
		return v.answer(http.StatusOK, note{ID: n.ID, By: f.who(n.By), At: n.At.In(v.now.Location()), Text: n.Text, Block: n.Block, Quote: n.Quote})
	}
	return v.seeOther("/newsroom/article/" + strconv.FormatInt(id, 10) + "/notes#n" + strconv.FormatInt(n.ID, 10))
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	return "“" + s + "”\n\n"
}

// mentioned are those who are named in a text as @Ana or @Ana Ruiz, in letters large or small. A first name that several have
// means all of them, unless the whole name follows.
func mentioned(text string, people []staff.Person) []int64 {
	var list []int64
	text = strings.ToLower(text)
	for at := strings.IndexByte(text, '@'); at >= 0; {
		rest := text[at+1:]
		found := named(rest, people, func(p staff.Person) string { return p.Name })
		if len(found) == 0 {
			found = named(rest, people, func(p staff.Person) string { first, _, _ := strings.Cut(p.Name, " "); return first })
		}
		for _, id := range found {
			if !slices.Contains(list, id) {
				list = append(list, id)
			}
		}
		next := strings.IndexByte(rest, '@')
		if next < 0 {
			break
		}
		at += 1 + next
	}
	return list
}

// named are the people with whose name the text begins, as a whole word.
func named(text string, people []staff.Person, name func(staff.Person) string) []int64 {
	var list []int64
	for _, p := range people {
		rest, ok := strings.CutPrefix(text, strings.ToLower(name(p)))
		after, _ := utf8.DecodeRuneInString(rest)
		if name(p) != "" && ok && (rest == "" || !unicode.IsLetter(after) && !unicode.IsDigit(after)) {
			list = append(list, p.ID)
		}
	}
	return list
}

func (v *visit) settleNote() error {
	id, err := v.worksOn(staff.Write, staff.Notes)
	if err != nil {
		return err
	}
	n, err := v.id("note")
	if err != nil {
		return err
	}
	s := struct {
		Done *bool `json:"done"`
	}{}
	if v.r.ContentLength != 0 {
		if err := v.takeEither(&s, func() { undone := v.r.PostFormValue("done") != "no"; s.Done = &undone }); err != nil {
			return err
		}
	}
	done, err := v.Desk.Settle(v.ctx(), id, n, s.Done == nil || *s.Done, v.person.ID, v.now)
	if err != nil {
		return err
	}
	if v.wantsJSON() {
		return v.answer(http.StatusOK, struct {
			Done bool `json:"done"`
		}{!done.Done.IsZero()})
	}
	return v.seeOther("/newsroom/article/" + strconv.FormatInt(id, 10) + "/notes")
}

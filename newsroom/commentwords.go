package newsroom

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"lede/comment"
	"lede/internal/fault"
	"lede/internal/web"
	"lede/staff"
)

func (n *Newsroom) commentWordsRoutes() []route {
	large := []web.RouteOption{web.MaxBody(2 << 20)} // ten thousand terms
	return []route{
		{pattern: "GET /newsroom/comments/words", act: staff.Read, on: staff.Comments, handle: commentWordsPage},
		{pattern: "POST /newsroom/comments/words", act: staff.Manage, on: staff.Comments, handle: setWordList, options: large},
		{pattern: "POST /newsroom/comments/words/trial", act: staff.Read, on: staff.Comments, handle: tryWords},
		{pattern: "GET /newsroom/comments/words/{list}", act: staff.Read, on: staff.Comments, handle: wordListPage},
		{pattern: "POST /newsroom/comments/words/{list}/removal", act: staff.Manage, on: staff.Comments, handle: removeWordList},
	}
}

const commentWordsPath = "/newsroom/comments/words"

// commentWordsView is the page of the word lists: all of them, and one to be changed or added.
type commentWordsView struct {
	frame
	Tabs   []tab
	Rows   []wordListRow
	Saved  string
	May    bool
	Form   wordListForm
	Gone   *wordListForm // the list that was just removed
	Trial  string        // a text to be tried
	Trials []string      // what the lists say of it
}

type wordListRow struct {
	ID    int64
	Name  string
	Act   string
	Terms int
	First string // some of the terms
}

// Refuses tells whether the list refuses.
func (r wordListRow) Refuses() bool { return r.Act == comment.Refuse }

// wordListForm is one list, as a form has it.
type wordListForm struct {
	ID, Version int64
	Name, Act   string
	Terms       string
	Wrong       fault.Form
	Theirs      *wordListRow // what somebody else made of it meanwhile
	May         bool
}

// Holds tells whether the list holds, as a new one does.
func (f wordListForm) Holds() bool { return f.Act != comment.Refuse }

// Lines is how many terms were typed.
func (f wordListForm) Lines() int { return len(termsOf(f.Terms)) }

func formOfList(l comment.WordList) wordListForm {
	return wordListForm{ID: l.ID, Version: l.Version, Name: l.Name, Act: l.Act, Terms: strings.Join(l.Terms, "\n")}
}

func termsOf(typed string) []string {
	lines := strings.Split(strings.ReplaceAll(typed, "\r\n", "\n"), "\n")
	return slices.DeleteFunc(lines, func(l string) bool { return strings.TrimSpace(l) == "" })
}

func commentWordsPage(v *visit) error { return v.showWords(http.StatusOK, wordListForm{}, nil) }

func wordListPage(v *visit) error {
	l, err := v.wordList()
	if err != nil {
		return err
	}
	return v.showWords(http.StatusOK, formOfList(l), nil)
}

// wordList is the one in the address.
func (v *visit) wordList() (comment.WordList, error) {
	id, err := v.id("list")
	if err != nil {
		return comment.WordList{}, err
	}
	return v.wordListOf(id)
}

func (v *visit) wordListOf(id int64) (comment.WordList, error) {
	lists, err := v.Comments.WordLists(v.ctx())
	if err != nil {
		return comment.WordList{}, err
	}
	for _, l := range lists {
		if l.ID == id {
			return l, nil
		}
	}
	return comment.WordList{}, fault.NotFound
}

func (v *visit) showWords(status int, form wordListForm, more func(*commentWordsView)) error {
	lists, err := v.Comments.WordLists(v.ctx())
	if err != nil {
		return err
	}
	form.May = v.mayRule()
	form.Act = cmp.Or(form.Act, comment.Hold)
	page := commentWordsView{frame: v.frame("Word lists", "comments"), Tabs: v.commentTabs(commentWordsPath), Saved: v.told(), May: form.May, Form: form}
	for _, l := range lists {
		page.Rows = append(page.Rows, wordListRowOf(l))
	}
	if more != nil {
		more(&page)
	}
	return v.showAs(status, "commentwords", page)
}

func wordListRowOf(l comment.WordList) wordListRow {
	some := strings.Join(l.Terms[:min(3, len(l.Terms))], ", ")
	if len(l.Terms) > 3 {
		some += " …"
	}
	return wordListRow{ID: l.ID, Name: l.Name, Act: l.Act, Terms: len(l.Terms), First: some}
}

func setWordList(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	form := wordListForm{ID: number(sent.Get("id")), Version: number(sent.Get("version")), Name: strings.TrimSpace(sent.Get("name")), Act: sent.Get("act"), Terms: sent.Get("terms")}
	l, err := v.Comments.SetWordList(v.ctx(), comment.WordList{ID: form.ID, Version: form.Version, Name: form.Name, Act: form.Act, Terms: termsOf(form.Terms)}, v.now)
	switch {
	case errors.As(err, &form.Wrong):
		return v.showWords(http.StatusUnprocessableEntity, form, nil)
	case errors.Is(err, fault.Conflict) || errors.Is(err, fault.NotFound):
		return v.wordListTaken(form)
	case err != nil:
		return err
	}
	return v.tell(commentWordsPath, nil, fmt.Sprintf("“%s” is saved: %s in it. In force for the next comment.", l.Name, termsIn(len(l.Terms), "term", "terms")))
}

// wordListTaken shows what was typed beside what somebody else made of the list meanwhile; where it was removed, as a new one.
func (v *visit) wordListTaken(form wordListForm) error {
	now, err := v.wordListOf(form.ID)
	if errors.Is(err, fault.NotFound) {
		form.ID, form.Version = 0, 0
		form.Wrong = fault.Form{"name": "Somebody removed this list while you looked. Save it to have it again."}
		return v.showWords(http.StatusConflict, form, nil)
	}
	if err != nil {
		return err
	}
	theirs := wordListRowOf(now)
	form.Version, form.Theirs = now.Version, &theirs
	return v.showWords(http.StatusConflict, form, nil)
}

// termsIn is a number with its noun.
func termsIn(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}

// removeWordList shows the page at once, with the list in it, so that it can be put back.
func removeWordList(v *visit) error {
	l, err := v.wordList()
	if err != nil {
		return err
	}
	sent, err := v.form()
	if err != nil {
		return err
	}
	if err := v.Comments.RemoveWordList(v.ctx(), l.ID, number(sent.Get("version")), v.now); err != nil {
		return err
	}
	gone := formOfList(l)
	gone.ID, gone.Version = 0, 0
	return v.showWords(http.StatusOK, wordListForm{}, func(page *commentWordsView) { page.Gone = &gone })
}

func tryWords(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	text := sent.Get("text")
	says, err := v.tried(text)
	if err != nil {
		return err
	}
	return v.showWords(http.StatusOK, wordListForm{}, func(page *commentWordsView) { page.Trial, page.Trials = text, says })
}

// tried is what all word lists together say of a text.
func (v *visit) tried(text string) ([]string, error) {
	hits, err := v.Comments.Tried(v.ctx(), text)
	if err != nil {
		return nil, err
	}
	if len(hits) == 0 {
		return []string{"No word list has anything against this."}, nil
	}
	does := "This would be held."
	var says []string
	for _, h := range hits {
		if h.Act == comment.Refuse {
			does = "This would be refused."
		}
		if one := fmt.Sprintf("Word list “%s”: %s.", h.List, h.Term); !slices.Contains(says, one) {
			says = append(says, one)
		}
	}
	return append([]string{does}, says...), nil
}

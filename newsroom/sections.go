package newsroom

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/paper"
	"lede/section"
	"lede/staff"
)

func (n *Newsroom) sectionsRoutes() []route {
	return []route{
		{pattern: "GET /newsroom/sections", act: staff.Read, on: staff.Sections, handle: sectionsPage},
		{pattern: "POST /newsroom/sections", act: staff.Write, on: staff.Sections, handle: addSection},
		{pattern: "GET /newsroom/sections/{id}", act: staff.Read, on: staff.Sections, handle: sectionPage},
		{pattern: "POST /newsroom/sections/{id}", act: staff.Write, on: staff.Sections, handle: setSection},
		{pattern: "POST /newsroom/sections/{id}/place", act: staff.Write, on: staff.Sections, handle: placeSection},
		{pattern: "POST /newsroom/sections/{id}/removal", act: staff.Write, on: staff.Sections, handle: removeSection},
	}
}

const sectionsPath = "/newsroom/sections"

// sectionsView is the tree of sections.
type sectionsView struct {
	frame
	Tabs  []tab
	Rows  []sectionRow
	New   sectionForm
	Saved string
	May   bool
}

type sectionRow struct {
	section.Section
	Depth       int
	Name        string
	Articles    int
	Above       int64 // the neighbours, 0 for none
	AfterNext   int64 // before which it stands once it is one further down
	First, Last bool
	Opinion     bool
}

// sectionForm is one section as it is typed.
type sectionForm struct {
	ID, Version int64
	Slug, Kind  string
	Sponsor     string
	Parent      int64
	Names       []inLang
	Wrong       fault.Form
	Parents     []parentItem
	Empty       bool // nothing stands in it
}

// inLang is a text in one of the paper's languages.
type inLang struct{ Lang, Language, Dir, Value string }

type parentItem struct {
	ID   int64
	Name string
}

// inEvery is a text in every language of the paper, and in those others that it has.
func (v *visit) inEvery(names map[string]string) []inLang {
	langs := slices.Clone(v.paper.Langs)
	for lang := range names {
		if !slices.Contains(langs, lang) {
			langs = append(langs, lang)
		}
	}
	slices.Sort(langs[len(v.paper.Langs):])
	list := make([]inLang, len(langs))
	for i, lang := range langs {
		list[i] = inLang{lang, tongue.For("en").Language(lang), tongue.Dir(lang), names[lang]}
	}
	return list
}

// typedNames are the names by language that a form holds under "name-LANG".
func typedNames(f url.Values) map[string]string {
	names := map[string]string{}
	for key := range f {
		if len(key) > 5 && key[:5] == "name-" {
			if said := paper.Line(f.Get(key)); said != "" {
				names[key[5:]] = said
			}
		}
	}
	return names
}

func sectionsPage(v *visit) error {
	return v.showSections(http.StatusOK, section.Section{Kind: section.News}, nil)
}

func (v *visit) showSections(status int, typed section.Section, wrong fault.Form) error {
	tree, err := v.Sections.Tree(v.ctx())
	if err != nil {
		return err
	}
	filled, err := v.Sections.Filled(v.ctx())
	if err != nil {
		return err
	}
	page := sectionsView{frame: v.frame("Sections", "paper"), Tabs: v.tabs(sectionsPath), May: v.person.May(staff.Write, staff.Sections, true), Saved: v.told()}
	page.Rows = sectionRows(tree, filled, 0, 0)
	page.New = v.sectionForm(tree, typed, wrong)
	return v.showAs(status, "sections", page)
}

// sectionRows are the sections below parent, each followed by those below it.
func sectionRows(tree section.Tree, filled map[int64]int, parent int64, depth int) []sectionRow {
	below := tree.Below(parent)
	var rows []sectionRow
	for i, s := range below {
		row := sectionRow{Section: s, Depth: depth, Name: s.NameIn("en"), Articles: filled[s.ID], First: i == 0, Last: i == len(below)-1, Opinion: s.Kind == section.Opinion}
		if i > 0 {
			row.Above = below[i-1].ID
		}
		if i+2 < len(below) {
			row.AfterNext = below[i+2].ID
		}
		rows = append(rows, row)
		if depth < 8 {
			rows = append(rows, sectionRows(tree, filled, s.ID, depth+1)...)
		}
	}
	return rows
}

func (v *visit) sectionForm(tree section.Tree, s section.Section, wrong fault.Form) sectionForm {
	f := sectionForm{ID: s.ID, Version: s.Version, Slug: s.Slug, Kind: s.Kind, Sponsor: s.Sponsor, Parent: s.Parent, Names: v.inEvery(s.Names), Wrong: wrong}
	for _, row := range sectionRows(tree, nil, 0, 0) {
		under := slices.ContainsFunc(tree.Line(row.ID), func(up section.Section) bool { return up.ID == s.ID })
		if s.ID == 0 || !under {
			f.Parents = append(f.Parents, parentItem{row.ID, row.Name})
		}
	}
	return f
}

// typedSection is a section as the form has it.
func (v *visit) typedSection() (section.Section, error) {
	sent, err := v.form()
	if err != nil {
		return section.Section{}, err
	}
	return section.Section{Version: number(sent.Get("version")), Slug: paper.Line(sent.Get("slug")), Kind: sent.Get("kind"), Sponsor: paper.Line(sent.Get("sponsor")), Parent: number(sent.Get("parent")), Names: typedNames(sent)}, nil
}

func addSection(v *visit) error {
	s, err := v.typedSection()
	if err != nil {
		return err
	}
	tree, err := v.Sections.Tree(v.ctx())
	if err != nil {
		return err
	}
	if _, ok := tree.Get(s.Parent); s.Parent != 0 && !ok {
		return v.showSections(http.StatusUnprocessableEntity, s, fault.Form{"parent": "The section above it is no longer there."})
	}
	s.Place = len(tree)
	made, err := v.Sections.Add(v.ctx(), s, v.now)
	var wrong fault.Form
	if errors.As(err, &wrong) {
		return v.showSections(http.StatusUnprocessableEntity, s, wrong)
	}
	if err != nil {
		return err
	}
	return v.tell(sectionsPath, nil, made.NameIn("en")+" stands in the paper.")
}

// sectionView is the page of one section.
type sectionView struct {
	frame
	Tabs    []tab
	Form    sectionForm
	Name    string
	Path    string
	Clashes []clash
	Below   int
	May     bool
	Count   int
}

func sectionPage(v *visit) error {
	tree, s, err := v.section()
	if err != nil {
		return err
	}
	return v.showSection(http.StatusOK, tree, s, s, nil, nil)
}

func (v *visit) section() (section.Tree, section.Section, error) {
	id, err := v.id("id")
	if err != nil {
		return nil, section.Section{}, err
	}
	tree, err := v.Sections.Tree(v.ctx())
	if err != nil {
		return nil, section.Section{}, err
	}
	s, ok := tree.Get(id)
	if !ok {
		return nil, s, fault.NotFound
	}
	return tree, s, nil
}

func (v *visit) showSection(status int, tree section.Tree, now, typed section.Section, wrong fault.Form, clashes []clash) error {
	filled, err := v.Sections.Filled(v.ctx())
	if err != nil {
		return err
	}
	typed.ID, typed.Version = now.ID, now.Version
	page := sectionView{frame: v.frame(now.NameIn("en"), "paper"), Tabs: v.tabs(sectionsPath), Form: v.sectionForm(tree, typed, wrong), Name: now.NameIn("en"), Path: now.Path(),
		Clashes: clashes, Below: len(tree.Below(now.ID)), May: v.person.May(staff.Write, staff.Sections, true), Count: filled[now.ID]}
	page.Form.Empty = page.Below == 0 && page.Count == 0
	return v.showAs(status, "section", page)
}

func setSection(v *visit) error {
	tree, now, err := v.section()
	if err != nil {
		return err
	}
	typed, err := v.typedSection()
	if err != nil {
		return err
	}
	typed.ID = now.ID
	err = v.Sections.Change(v.ctx(), typed, v.now)
	if err == nil && typed.Parent != now.Parent {
		err = v.Sections.Arrange(v.ctx(), now.ID, typed.Version+1, typed.Parent, 0, v.now)
	}
	var wrong fault.Form
	if errors.As(err, &wrong) {
		return v.showSection(http.StatusUnprocessableEntity, tree, now, typed, wrong, nil)
	}
	if errors.Is(err, fault.Conflict) {
		return v.showSection(http.StatusConflict, tree, now, typed, nil, sectionClashes(now, typed))
	}
	if err != nil {
		return err
	}
	return v.tell(sectionsPath, nil, typed.NameIn("en")+" is changed.")
}

// sectionClashes are what stands now against what was typed.
func sectionClashes(now, typed section.Section) []clash {
	list := nameClashes(now.Names, typed.Names)
	if now.Slug != typed.Slug {
		list = append(list, clash{Label: "Address", Theirs: now.Slug, Mine: typed.Slug})
	}
	if now.Sponsor != typed.Sponsor {
		list = append(list, clash{Label: "Sponsored by", Theirs: now.Sponsor, Mine: typed.Sponsor})
	}
	if now.Kind != typed.Kind {
		list = append(list, clash{Label: "Kind", Theirs: now.Kind, Mine: typed.Kind})
	}
	return list
}

func nameClashes(now, typed map[string]string) []clash {
	var list []clash
	langs := map[string]bool{}
	for lang := range now {
		langs[lang] = true
	}
	for lang := range typed {
		langs[lang] = true
	}
	for lang := range langs {
		if now[lang] != typed[lang] {
			list = append(list, clash{Label: "Name in " + tongue.For("en").Language(lang), Theirs: (setting{}).said(now[lang]), Mine: (setting{}).said(typed[lang])})
		}
	}
	slices.SortFunc(list, func(a, b clash) int { return compare(a.Label, b.Label) })
	return list
}

func compare(a, b string) int {
	if a < b {
		return -1
	}
	return 1
}

// placeSection puts a section elsewhere among its neighbours.
func placeSection(v *visit) error {
	_, now, err := v.section()
	if err != nil {
		return err
	}
	sent, err := v.form()
	if err != nil {
		return err
	}
	err = v.Sections.Arrange(v.ctx(), now.ID, number(sent.Get("version")), now.Parent, number(sent.Get("before")), v.now)
	if err != nil {
		return err
	}
	return v.tell(sectionsPath, nil, now.NameIn("en")+" has moved.")
}

func removeSection(v *visit) error {
	tree, now, err := v.section()
	if err != nil {
		return err
	}
	err = v.Sections.Remove(v.ctx(), now.ID, v.now)
	if fault.IsInvalid(err) {
		return v.showSection(http.StatusUnprocessableEntity, tree, now, now, fault.Form{"removal": err.Error()}, nil)
	}
	if err != nil {
		return err
	}
	return v.tell(sectionsPath, nil, now.NameIn("en")+" is removed; its address leads to the front.")
}

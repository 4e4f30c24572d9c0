package newsroom

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"lede/internal/fault"
	"lede/internal/tongue"
	"lede/paper"
	"lede/staff"
)

// setting is one of the paper's settings, as a form has it: a text.
type setting struct {
	Name  string // in the form, and in what must be mended
	Label string
	Hint  string
	Kind  string // "" a line, "text", "choice", "tick", "rows" or "tone"
	Lang  string // of what is written there, where that is not English
	Dir   string
	Items []item // of a choice

	get  func(p paper.Paper) string
	put  func(p *paper.Paper, typed string) (wrong string)
	read func(form url.Values) string // nil: what stands in the field of its name
}

// item is one of a choice.
type item struct{ Key, Says string }

// field is a setting in a form.
type field struct {
	setting
	Value string
	Wrong string
}

// Chosen tells whether that item of a choice is the one that stands.
func (f field) Chosen(key string) bool { return f.Value == key }

// clash is a setting that two people changed.
type clash struct{ Label, Was, Theirs, Mine string }

// settingsPage is a page of settings.
type settingsPage struct {
	frame
	Tabs    []tab
	Action  string
	Version int64
	fields  []field
	Clashes []clash
	ByWhom  string
	Saved   *saved
	May     bool // change it
	Wrong   fault.Form
}

// saved is what was just done, and how to take it back.
type saved struct {
	At   string
	N    int64
	Back int64 // the version before
}

// Field is the field of that name.
func (f settingsPage) Field(name string) field {
	for _, one := range f.fields {
		if one.Name == name {
			return one
		}
	}
	return field{}
}

// Fields are those whose names begin so, in their order.
func (f settingsPage) Fields(prefix string) []field {
	var some []field
	for _, one := range f.fields {
		if one.Name == prefix || strings.HasPrefix(one.Name, prefix+"-") {
			some = append(some, one)
		}
	}
	return some
}

// line is a setting that is one line of text.
func line(name, label, hint string, of func(*paper.Paper) *string) setting {
	return setting{Name: name, Label: label, Hint: hint,
		get: func(p paper.Paper) string { return *of(&p) },
		put: func(p *paper.Paper, typed string) string { *of(p) = typed; return "" }}
}

// chosen is a setting that is one of a few.
func chosen(name, label, hint string, of func(*paper.Paper) *string, items ...item) setting {
	s := line(name, label, hint, of)
	s.Kind, s.Items = "choice", items
	return s
}

// ticked is a setting that is on or off.
func ticked(name, label, hint string, of func(*paper.Paper) *bool) setting {
	return setting{Name: name, Label: label, Hint: hint, Kind: "tick",
		get: func(p paper.Paper) string { return map[bool]string{true: "yes"}[*of(&p)] },
		put: func(p *paper.Paper, typed string) string { *of(p) = typed == "yes"; return "" }}
}

// inLangs are settings for a text in each of the paper's other languages.
func inLangs(p paper.Paper, name, label string, of func(*paper.Paper) *map[string]string) []setting {
	var all []setting
	for _, lang := range p.Langs[1:] {
		all = append(all, setting{Name: name + "-" + lang, Label: label + " in " + tongue.For("en").Language(lang), Lang: lang, Dir: tongue.Dir(lang),
			get: func(p paper.Paper) string { return (*of(&p))[lang] },
			put: func(p *paper.Paper, typed string) string { *of(p) = with(*of(p), lang, paper.Line(typed)); return "" }})
	}
	return all
}

// with is a copy of names in which that of lang is another; "" takes it out.
func with(names map[string]string, lang, name string) map[string]string {
	out := map[string]string{}
	for l, n := range names {
		out[l] = n
	}
	out[lang] = name
	if name == "" {
		delete(out, lang)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// typed is what the form holds for the settings.
func typed(settings []setting, f url.Values) map[string]string {
	all := map[string]string{}
	for _, s := range settings {
		if s.read != nil {
			all[s.Name] = s.read(f)
			continue
		}
		all[s.Name] = strings.ReplaceAll(f.Get(s.Name), "\r\n", "\n")
		if s.Kind != "text" {
			all[s.Name] = paper.Line(all[s.Name])
		}
	}
	return all
}

// drawn are the settings with what stands in them.
func drawn(settings []setting, value func(setting) string, wrong fault.Form) []field {
	list := make([]field, len(settings))
	for i, s := range settings {
		list[i] = field{setting: s, Value: value(s), Wrong: wrong[s.Name]}
	}
	return list
}

// settingsForm is the page of these settings as they are.
func (v *visit) settingsForm(title, here string, settings []setting) (settingsPage, error) {
	f := settingsPage{frame: v.frame(title, "paper"), Action: here, Version: v.paper.Version, May: v.mayWrite()}
	f.Tabs = v.tabs(here)
	f.fields = drawn(settings, func(s setting) string { return s.get(v.paper) }, nil)
	if v.r.URL.Query().Get("saved") == "" {
		return f, nil
	}
	list, err := v.Papers.Versions(v.ctx(), 0, 2)
	if err == nil && len(list) == 2 {
		f.Saved = &saved{At: list[0].At.In(v.paper.Clock()).Format("15:04:05"), N: list[0].N, Back: list[1].N}
	}
	return f, err
}

// save keeps what was typed. What somebody else changed meanwhile stays, unless it is the same setting: then show gets the form with
// both. It gets it too where something must be mended.
func (v *visit) save(title, here string, settings []setting, values map[string]string, base int64, show func(int, settingsPage) error) error {
	f, err := v.settingsForm(title, here, settings)
	if err != nil {
		return err
	}
	for range 5 {
		var p paper.Paper
		if p, f.Clashes, f.Wrong, err = v.merged(settings, values, base); err != nil {
			return err
		}
		f.Version = p.Version
		if len(f.Clashes) > 0 {
			f.ByWhom = v.lastToSave()
			break
		}
		var more fault.Form
		if len(f.Wrong) > 0 && errors.As(p.Check(), &more) { // all that is to be mended is said at once
			maps.Copy(more, f.Wrong)
			f.Wrong = more
		}
		if len(f.Wrong) == 0 {
			err = v.Papers.Set(v.ctx(), p, v.now)
			if err == nil {
				return v.seeOther(here + "?saved=yes")
			}
			if errors.Is(err, fault.Conflict) {
				continue // somebody was quicker: look again
			}
			if !errors.As(err, &f.Wrong) {
				return err
			}
		}
		break
	}
	f.fields = drawn(settings, func(s setting) string { return values[s.Name] }, f.Wrong)
	if len(f.Clashes) > 0 {
		return show(http.StatusConflict, f)
	}
	return show(http.StatusUnprocessableEntity, f)
}

// merged is the paper as it is now with what was changed since version base put in, and what clashes with changes of others.
func (v *visit) merged(settings []setting, values map[string]string, base int64) (paper.Paper, []clash, fault.Form, error) {
	now, err := v.Papers.Get(v.ctx())
	if err != nil {
		return now, nil, nil, err
	}
	was := now
	if base != now.Version {
		if was, _, err = v.Papers.Version(v.ctx(), base); err != nil {
			was = now // a version nobody kept: all that was typed counts
		}
	}
	var clashes []clash
	wrong, kept := fault.Form{}, now
	for _, s := range settings {
		mine, theirs, former := values[s.Name], s.get(now), s.get(was)
		switch {
		case mine == former || mine == theirs:
		case theirs != former:
			clashes = append(clashes, clash{s.Label, s.said(former), s.said(theirs), s.said(mine)})
		default:
			if says := s.put(&kept, mine); says != "" {
				wrong[s.Name] = says
			}
		}
	}
	return kept, clashes, wrong, nil
}

// said is a value of the setting as people read it.
func (s setting) said(value string) string {
	for _, i := range s.Items {
		if i.Key == value {
			return i.Says
		}
	}
	if s.Kind == "rows" {
		return saidRows(value)
	}
	if value == "" {
		return "nothing"
	}
	return value
}

func (v *visit) lastToSave() string {
	list, err := v.Papers.Versions(v.ctx(), 0, 1)
	if err != nil || len(list) == 0 || list[0].By == "" {
		return "Somebody"
	}
	return list[0].By
}

// form reads what was sent with the request as a form.
func (v *visit) form() (url.Values, error) {
	if err := v.r.ParseForm(); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, err
		}
		return nil, fault.Invalid("The form did not arrive whole; send it again.")
	}
	return v.r.PostForm, nil
}

// tab is one page of the paper's settings.
type tab struct {
	Name, Href string
	Here       bool
	Tag        string
}

// tabs are the pages of the paper's settings.
func (v *visit) tabs(here string) []tab {
	list := []tab{
		{Name: "Name & place", Href: "/newsroom/paper"}, {Name: "Look", Href: "/newsroom/paper/look"}, {Name: "Sections", Href: "/newsroom/sections"},
		{Name: "Menu & footer", Href: "/newsroom/paper/menu"}, {Name: "Pages", Href: "/newsroom/pages"}, {Name: "Weather", Href: weatherPath}, {Name: "Mail", Href: "/newsroom/mail"},
		{Name: "Checklist", Href: "/newsroom/paper/checklist"}, {Name: "Redirects", Href: "/newsroom/redirects"}, {Name: "Backups", Href: "/newsroom/backups"},
		{Name: "Versions", Href: "/newsroom/paper/versions"},
	}
	if !v.person.May(staff.Read, staff.Backups, true) {
		list = slices.DeleteFunc(list, func(t tab) bool { return t.Href == backupsPath })
	}
	for i := range list {
		list[i].Here = list[i].Href == here
	}
	return list
}

// mayWrite tells whether the person may change the settings.
func (v *visit) mayWrite() bool { return v.person.May(staff.Write, staff.Paper, true) }

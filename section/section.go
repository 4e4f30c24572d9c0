// Package section keeps where articles belong: sections, a tree, and topics, the people, organisations,
// places, events and subjects that articles are about.
package section

import (
	"slices"

	"lede/internal/fault"
	"lede/paper"
)

// The kinds of section. Opinion looks different before it is read.
const (
	News    = "news"
	Opinion = "opinion"
)

// Section is a part of the paper, such as World or Sport. It may stand under another.
type Section struct {
	ID      int64
	Version int64
	Parent  int64 // 0 at the top
	Place   int   // its order among its neighbours
	Slug    string
	Kind    string
	Names   map[string]string
	Sponsor string // who pays for what stands in it; "" for nobody
}

// NameIn is the section's name in lang, else any it has.
func (s Section) NameIn(lang string) string { return nameIn(s.Names, lang, s.Slug) }

// Path is the section's address.
func (s Section) Path() string { return "/" + s.Slug }

// Topic is what articles are about.
type Topic struct {
	ID         int64
	Version    int64
	Slug       string
	Kind       string // person, organisation, place, event, subject
	Names      map[string]string
	OtherNames []string
}

// NameIn is the topic's name in lang, else any it has.
func (t Topic) NameIn(lang string) string { return nameIn(t.Names, lang, t.Slug) }

// Path is the topic's address.
func (t Topic) Path() string { return "/" + t.Slug }

// nameIn prefers lang, then English, then the name that comes first by language.
func nameIn(names map[string]string, lang, otherwise string) string {
	if name := paper.In(names, lang, ""); name != "" {
		return name
	}
	if name := paper.In(names, "en", ""); name != "" {
		return name
	}
	langs := make([]string, 0, len(names))
	for l := range names {
		langs = append(langs, l)
	}
	if len(langs) == 0 {
		return otherwise
	}
	return names[slices.Min(langs)]
}

// Kinds of topic.
var kinds = []string{"person", "organisation", "place", "event", "subject"}

func (s Section) check() error {
	f := fault.Form{}
	if !paper.IsSlug(s.Slug) {
		f["slug"] = "An address is made of small letters, figures and hyphens."
	}
	if s.Kind != News && s.Kind != Opinion {
		f["kind"] = "A section is news or opinion."
	}
	if len(s.Names) == 0 {
		f["name"] = "A section needs a name."
	}
	return f.Err()
}

func (t Topic) check() error {
	f := fault.Form{}
	if !paper.IsSlug(t.Slug) {
		f["slug"] = "An address is made of small letters, figures and hyphens."
	}
	if !slices.Contains(kinds, t.Kind) {
		f["kind"] = "A topic is a person, organisation, place, event or subject."
	}
	if len(t.Names) == 0 {
		f["name"] = "A topic needs a name."
	}
	return f.Err()
}

// Tree is all sections, in the order of the paper.
type Tree []Section

// Get is the section of id.
func (t Tree) Get(id int64) (Section, bool) {
	i := slices.IndexFunc(t, func(s Section) bool { return s.ID == id })
	if i < 0 {
		return Section{}, false
	}
	return t[i], true
}

// Below are the sections directly under id; those at the top for 0.
func (t Tree) Below(id int64) Tree {
	var below Tree
	for _, s := range t {
		if s.Parent == id {
			below = append(below, s)
		}
	}
	return below
}

// Line is the section of id and those above it, itself first. A ring in the tree ends it.
func (t Tree) Line(id int64) Tree {
	var line Tree
	for id != 0 && len(line) <= len(t) {
		s, ok := t.Get(id)
		if !ok {
			break
		}
		line = append(line, s)
		id = s.Parent
	}
	return line
}

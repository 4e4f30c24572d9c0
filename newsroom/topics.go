package newsroom

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lede/internal/fault"
	"lede/paper"
	"lede/section"
	"lede/staff"
)

func (n *Newsroom) topicsRoutes() []route {
	return []route{
		{pattern: "GET /newsroom/topics", act: staff.Read, on: staff.Topics, handle: topicsPage},
		{pattern: "POST /newsroom/topics", act: staff.Write, on: staff.Topics, handle: addTopic},
		{pattern: "GET /newsroom/topics/{id}", act: staff.Read, on: staff.Topics, handle: topicPage},
		{pattern: "POST /newsroom/topics/{id}", act: staff.Write, on: staff.Topics, handle: setTopic},
		{pattern: "POST /newsroom/topics/{id}/merger", act: staff.Write, on: staff.Topics, handle: mergeTopic},
		{pattern: "POST /newsroom/topics/{id}/removal", act: staff.Write, on: staff.Topics, handle: removeTopic},
	}
}

const (
	topicsPath   = "/newsroom/topics"
	topicsAtOnce = 100
)

// topicKinds are what a topic can be, as people say it.
var topicKinds = []item{{"person", "Person"}, {"organisation", "Organization"}, {"place", "Place"}, {"event", "Event"}, {"subject", "Subject"}}

// topicsView lists topics.
type topicsView struct {
	frame
	Find, Kind string
	Kinds      []item
	Rows       []topicRow
	Next       string
	From       int
	New        topicForm
	Saved      string
	May        bool
}

type topicRow struct {
	section.Topic
	Name     string
	KindName string
	Others   string
	Articles int
}

// topicForm is one topic as it is typed.
type topicForm struct {
	ID, Version int64
	Slug, Kind  string
	Kinds       []item
	Names       []inLang
	Others      string
	Wrong       fault.Form
}

func (v *visit) topicForm(t section.Topic, wrong fault.Form) topicForm {
	return topicForm{ID: t.ID, Version: t.Version, Slug: t.Slug, Kind: t.Kind, Kinds: topicKinds, Names: v.inEvery(t.Names), Others: strings.Join(t.OtherNames, "\n"), Wrong: wrong}
}

func topicsPage(v *visit) error {
	return v.showTopics(http.StatusOK, section.Topic{Kind: "person"}, nil)
}

func (v *visit) showTopics(status int, typed section.Topic, wrong fault.Form) error {
	q := v.r.URL.Query()
	by := section.Search{Find: q.Get("q"), Kind: q.Get("kind"), After: max(0, int(min(number(q.Get("after")), 1e6))), Limit: topicsAtOnce}
	list, more, err := v.Sections.FindTopics(v.ctx(), by)
	if err != nil {
		return err
	}
	covered, err := v.Sections.Covered(v.ctx())
	if err != nil {
		return err
	}
	page := topicsView{frame: v.frame("People, places & subjects", "topics"), Find: by.Find, Kind: by.Kind, Kinds: topicKinds, From: by.After,
		New: v.topicForm(typed, wrong), Saved: v.told(), May: v.person.May(staff.Write, staff.Topics, true)}
	for _, t := range list {
		page.Rows = append(page.Rows, topicRow{Topic: t, Name: t.NameIn("en"), KindName: kindName(t.Kind), Others: strings.Join(t.OtherNames, ", "), Articles: covered[t.ID]})
	}
	if more {
		page.Next = topicsPath + "?" + url.Values{"q": {by.Find}, "kind": {by.Kind}, "after": {strconv.Itoa(by.After + topicsAtOnce)}}.Encode()
	}
	return v.showAs(status, "topics", page)
}

func kindName(kind string) string {
	for _, k := range topicKinds {
		if k.Key == kind {
			return k.Says
		}
	}
	return kind
}

// typedTopic is a topic as the form has it.
func (v *visit) typedTopic() (section.Topic, error) {
	sent, err := v.form()
	if err != nil {
		return section.Topic{}, err
	}
	return section.Topic{Version: number(sent.Get("version")), Slug: paper.Line(sent.Get("slug")), Kind: sent.Get("kind"), Names: typedNames(sent),
		OtherNames: strings.Split(sent.Get("others"), "\n")}, nil
}

func addTopic(v *visit) error {
	t, err := v.typedTopic()
	if err != nil {
		return err
	}
	made, err := v.Sections.AddTopic(v.ctx(), t, v.now)
	var wrong fault.Form
	if errors.As(err, &wrong) {
		return v.showTopics(http.StatusUnprocessableEntity, t, wrong)
	}
	if err != nil {
		return err
	}
	return v.tell(topicsPath, url.Values{"q": {made.NameIn("en")}}, made.NameIn("en")+" is added.")
}

// topicView is the page of one topic.
type topicView struct {
	frame
	Form    topicForm
	Name    string
	Path    string
	Count   int
	Clashes []clash
	May     bool
	Find    string // others to merge it with
	Others  []topicRow
	Saved   string
	Into    string
}

func topicPage(v *visit) error {
	t, err := v.topic()
	if err != nil {
		return err
	}
	return v.showTopic(http.StatusOK, t, t, nil, nil)
}

func (v *visit) topic() (section.Topic, error) {
	id, err := v.id("id")
	if err != nil {
		return section.Topic{}, err
	}
	return v.Sections.Topic(v.ctx(), id)
}

func (v *visit) showTopic(status int, now, typed section.Topic, wrong fault.Form, clashes []clash) error {
	covered, err := v.Sections.Covered(v.ctx())
	if err != nil {
		return err
	}
	typed.ID, typed.Version = now.ID, now.Version
	q := v.r.URL.Query()
	page := topicView{frame: v.frame(now.NameIn("en"), "topics"), Form: v.topicForm(typed, wrong), Name: now.NameIn("en"), Path: now.Path(), Count: covered[now.ID],
		Clashes: clashes, May: v.person.May(staff.Write, staff.Topics, true), Find: q.Get("q"), Saved: v.told()}
	if page.Find != "" {
		list, _, err := v.Sections.FindTopics(v.ctx(), section.Search{Find: page.Find, Limit: 20})
		if err != nil {
			return err
		}
		for _, t := range list {
			if t.ID != now.ID {
				page.Others = append(page.Others, topicRow{Topic: t, Name: t.NameIn("en"), KindName: kindName(t.Kind), Articles: covered[t.ID]})
			}
		}
	}
	return v.showAs(status, "topic", page)
}

func setTopic(v *visit) error {
	now, err := v.topic()
	if err != nil {
		return err
	}
	typed, err := v.typedTopic()
	if err != nil {
		return err
	}
	typed.ID = now.ID
	err = v.Sections.ChangeTopic(v.ctx(), typed, v.now)
	var wrong fault.Form
	if errors.As(err, &wrong) {
		return v.showTopic(http.StatusUnprocessableEntity, now, typed, wrong, nil)
	}
	if errors.Is(err, fault.Conflict) {
		return v.showTopic(http.StatusConflict, now, typed, nil, topicClashes(now, typed))
	}
	if err != nil {
		return err
	}
	return v.tell(topicAt(now.ID), nil, "Saved, and in force.")
}

func topicAt(id int64) string { return topicsPath + "/" + strconv.FormatInt(id, 10) }

func topicClashes(now, typed section.Topic) []clash {
	list := nameClashes(now.Names, typed.Names)
	if now.Slug != typed.Slug {
		list = append(list, clash{Label: "Address", Theirs: now.Slug, Mine: typed.Slug})
	}
	if now.Kind != typed.Kind {
		list = append(list, clash{Label: "Kind", Theirs: kindName(now.Kind), Mine: kindName(typed.Kind)})
	}
	if !slices.Equal(now.OtherNames, typed.OtherNames) {
		list = append(list, clash{Label: "Other names", Theirs: (setting{}).said(strings.Join(now.OtherNames, ", ")), Mine: (setting{}).said(strings.Join(typed.OtherNames, ", "))})
	}
	return list
}

// mergeTopic makes this topic part of another.
func mergeTopic(v *visit) error {
	now, err := v.topic()
	if err != nil {
		return err
	}
	sent, err := v.form()
	if err != nil {
		return err
	}
	into := number(sent.Get("into"))
	err = v.Sections.MergeTopics(v.ctx(), now.ID, into, v.now)
	if errors.Is(err, fault.NotFound) {
		err = fault.Form{"into": "Choose the topic that it becomes part of."}
	}
	var wrong fault.Form
	if errors.As(err, &wrong) {
		return v.showTopic(http.StatusUnprocessableEntity, now, now, wrong, nil)
	}
	if err != nil {
		return err
	}
	return v.tell(topicAt(into), nil, now.NameIn("en")+" is part of this now: its address leads here, and its articles follow.")
}

func removeTopic(v *visit) error {
	now, err := v.topic()
	if err != nil {
		return err
	}
	err = v.Sections.RemoveTopic(v.ctx(), now.ID, v.now)
	if fault.IsInvalid(err) {
		return v.showTopic(http.StatusUnprocessableEntity, now, now, fault.Form{"removal": err.Error()}, nil)
	}
	if err != nil {
		return err
	}
	return v.tell(topicsPath, nil, now.NameIn("en")+" is removed; its address leads to the front.")
}

package newsroom

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"lede/internal/doc"
	"lede/staff"
)

// frame is what stands around every page of the newsroom.
type frame struct {
	Title  string
	Paper  string
	Here   string // the place in the rail that is marked
	Person staff.Person
	Rail   []place
	Key    string // makes of two clicks on "New article" one; "" for who may not write
	Strips []strip
	Bare   bool // no rail: the pages of strangers, and the editor
	// Scripts are asked for beside the newsroom's own: the editor's bundle.
	Scripts []string
	Sheets  []string
}

// place is one entry of the rail. Icon is a path in a box of 20; Thumb says that it stands at a phone's foot too.
type place struct {
	Key, Name, Href string
	Icon            string
	Count           int
	Thumb, Gap      bool
	act             staff.Act
	on              staff.Object
}

// strip says something about the paper as a whole. Kind is "", "stop", "info" or "good".
type strip struct {
	Kind, Strong, Says string
	Href, Link         string
}

// places are the rail, in order.
var places = []place{
	{Key: "today", Name: "Today", Href: "/newsroom/", Icon: "M3 4.5h14M3 8.5h14M3 12.5h9M3 16.5h6", Thumb: true, act: staff.Read, on: staff.Articles},
	{Key: "articles", Name: "Articles", Href: "/newsroom/articles", Icon: "M4 3h9l3 3v11H4zM12.500 3v4H16M7 10h6M7 13h6", Thumb: true, act: staff.Read, on: staff.Articles},
	{Key: "calendar", Name: "Calendar", Href: "/newsroom/calendar", act: staff.Read, on: staff.Articles},
	{Key: "front", Name: "Front", Href: "/newsroom/front", act: staff.Read, on: staff.Front},
	{Key: "pictures", Name: "Pictures", Href: "/newsroom/pictures", Icon: "M3 4h14v12H3zM3 13l4-4 3.500 3.500L13 10l4 4", Thumb: true, act: staff.Read, on: staff.Pictures},
	{Key: "topics", Name: "People, places & subjects", Href: "/newsroom/topics", act: staff.Read, on: staff.Topics},
	{Key: "comments", Name: "Comments", Href: commentsPath, Icon: "M3 4h14v9.500H9L5.500 17v-3.500H3z", Thumb: true, Gap: true, act: staff.Read, on: staff.Comments},
	{Key: "sales", Name: "Ads", Href: salesPath, Icon: "M3 5h14v7H3zM6 15h8M10 12v3", act: staff.Read, on: staff.Ads},
	{Key: "paper", Name: "Paper", Href: "/newsroom/paper", Gap: true, act: staff.Read, on: staff.Paper},
	{Key: "staff", Name: "Staff", Href: "/newsroom/staff", act: staff.Read, on: staff.People},
	{Key: "audit", Name: "Audit log", Href: "/newsroom/audit", act: staff.Read, on: staff.Audit},
}

// frame is the frame of the page of that title; here is its place in the rail.
func (v *visit) frame(title, here string) frame {
	f := frame{Title: title, Paper: v.paper.NameIn("en"), Here: here, Person: v.person, Bare: v.person.ID == 0}
	for _, p := range places {
		if v.person.May(p.act, p.on, true) {
			f.Rail = append(f.Rail, p)
		}
	}
	v.countHeld(f.Rail)
	if v.person.May(staff.Write, staff.Articles, true) {
		f.Key = doc.NewID()
	}
	if here == "paper" {
		f.Strips = v.backupStrips()
	}
	return f
}

// countHeld puts the number of held comments into the rail, and gives the thumb's place of the articles to the comments.
func (v *visit) countHeld(rail []place) {
	at := func(key string) int { return slices.IndexFunc(rail, func(p place) bool { return p.Key == key }) }
	i := at("comments")
	if i < 0 {
		return
	}
	if n, err := v.Comments.Held(v.ctx()); err == nil { // a page does not fail for want of a number
		rail[i].Count = n
	}
	if a := at("articles"); a >= 0 {
		rail[a].Thumb = false
	}
}

// whoMay says whom to ask for more rights.
func (v *visit) whoMay() string {
	names, err := v.publishers()
	if err != nil || len(names) == 0 {
		return "Ask a publisher of the paper."
	}
	if len(names) == 1 {
		return fmt.Sprintf("Ask %s.", names[0])
	}
	return fmt.Sprintf("Ask %s or another publisher.", names[0])
}

// show answers with a page.
func (v *visit) show(view string, page any) error { return v.showAs(200, view, page) }

func (v *visit) showAs(status int, view string, page any) error {
	var b strings.Builder
	if err := v.views.ExecuteTemplate(&b, view, page); err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.WriteHeader(status)
	_, _ = v.w.Write([]byte(b.String())) // whoever asked may be gone
	return nil
}

type views = template.Template

// publishers are the names of those who may give rights.
func (v *visit) publishers() ([]string, error) {
	people, err := v.Staff.Publishers(v.ctx())
	var names []string
	for _, p := range people {
		names = append(names, p.Name)
	}
	return names, err
}

package feed

import (
	"encoding/xml"
	"time"
)

type atom struct {
	XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang     string      `xml:"xml:lang,attr,omitempty"`
	ID       string      `xml:"id"`
	Title    string      `xml:"title"`
	Subtitle string      `xml:"subtitle,omitempty"`
	Updated  string      `xml:"updated"`
	Icon     string      `xml:"icon,omitempty"`
	Links    []atomLink  `xml:"link"`
	Authors  []atomName  `xml:"author"`
	Entries  []atomEntry `xml:"entry"`
}

type atomName struct {
	Name string `xml:"name"`
}

type atomEntry struct {
	Lang       string         `xml:"xml:lang,attr,omitempty"`
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Link       atomLink       `xml:"link"`
	Published  string         `xml:"published,omitempty"`
	Updated    string         `xml:"updated"`
	Authors    []atomName     `xml:"author"`
	Categories []atomCategory `xml:"category"`
	Summary    string         `xml:"summary,omitempty"`
	Content    atomContent    `xml:"content"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomContent struct {
	Type string `xml:"type,attr"`
	HTML string `xml:",chardata"`
}

// Atom is the feed as Atom (RFC 4287). The paper itself stands as author of the feed, so that entries whose author is not known need none.
func Atom(f Feed) ([]byte, error) {
	a := atom{
		Lang: f.Lang, ID: f.Self, Title: clean(f.Title), Subtitle: clean(f.Subtitle), Icon: f.Icon, Updated: rfc3339(f.Updated),
		Links:   []atomLink{{Rel: "self", Type: "application/atom+xml", Href: f.Self}, {Rel: "alternate", Type: "text/html", Href: f.Home}},
		Authors: []atomName{{clean(f.Title)}},
	}
	for _, i := range f.Items {
		a.Entries = append(a.Entries, atomOf(i, f.Lang))
	}
	return document(a)
}

func atomOf(i Item, around string) atomEntry {
	e := atomEntry{
		ID: i.ID, Title: clean(i.Title), Link: atomLink{Rel: "alternate", Type: "text/html", Href: i.Link}, Updated: rfc3339(i.Updated),
		Summary: clean(i.Summary), Content: atomContent{"html", clean(i.whole())},
	}
	if i.Lang != around {
		e.Lang = i.Lang
	}
	if !i.Published.IsZero() {
		e.Published = rfc3339(i.Published)
	}
	for _, name := range i.Authors {
		e.Authors = append(e.Authors, atomName{clean(name)})
	}
	for _, t := range i.Topics {
		e.Categories = append(e.Categories, atomCategory{clean(t)})
	}
	return e
}

// rfc3339 is a moment to the second; the zero time is the beginning of 1970, since Atom wants one.
func rfc3339(at time.Time) string {
	if at.IsZero() {
		at = time.Unix(0, 0).UTC()
	}
	return at.Format(time.RFC3339)
}

// Package feed writes the paper for machines that read it: RSS, Atom and JSON Feed with full texts, and sitemaps.
package feed

import (
	"encoding/xml"
	"time"
)

// Feed is a list of articles for feed readers, newest first. All addresses are absolute.
type Feed struct {
	Title    string
	Subtitle string
	Self     string // where this feed itself stands
	Home     string // the page it belongs to
	Lang     string
	Icon     string
	Updated  time.Time // when any of it last changed
	Items    []Item
}

// Item is one article. A zero Published is left out: it is not known.
type Item struct {
	ID        string // permanent, the same in every format and after every change
	Link      string
	Title     string
	Summary   string // plain text
	HTML      string // the whole text, with absolute addresses
	Lang      string
	Authors   []string
	Topics    []string
	Published time.Time
	Updated   time.Time // never zero
	Picture   *Picture
	Changes   []Change
}

// Picture goes with an item.
type Picture struct {
	URL, Type     string
	Bytes         int64
	Width, Height int
	Alt, Credit   string
}

// Change is a correction or update of an item, told to its readers.
type Change struct {
	Kind string // in words: "Correction"
	At   time.Time
	Note string
}

// whole is the item's text with what was changed told above it.
func (i Item) whole() string {
	html := ""
	for _, c := range i.Changes {
		html += "<p><strong>" + escape(c.Kind) + ":</strong> " + escape(c.Note) + "</p>\n"
	}
	if i.Picture != nil {
		html += `<p><img src="` + escape(i.Picture.URL) + `" alt="` + escape(i.Picture.Alt) + `"></p>` + "\n"
	}
	return html + i.HTML
}

// document is XML with its declaration.
func document(v any) ([]byte, error) {
	body, err := xml.Marshal(v)
	if err != nil {
		return nil, err
	}
	return append([]byte(xml.Header), body...), nil
}

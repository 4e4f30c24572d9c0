package feed

import (
	"cmp"
	"encoding/xml"
	"html"
	"strings"
	"time"
	"unicode/utf8"
)

type rss struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	Content string     `xml:"xmlns:content,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	Media   string     `xml:"xmlns:media,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	Description string    `xml:"description"`
	Language    string    `xml:"language,omitempty"`
	Built       string    `xml:"lastBuildDate,omitempty"`
	Self        atomLink  `xml:"atom:link"`
	Items       []rssItem `xml:"item"`
}

type rssItem struct {
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	GUID        rssGUID   `xml:"guid"`
	Published   string    `xml:"pubDate,omitempty"`
	Creators    []string  `xml:"dc:creator"`
	Categories  []string  `xml:"category"`
	Description string    `xml:"description,omitempty"`
	Content     cdata     `xml:"content:encoded"`
	Media       *rssMedia `xml:"media:content"`
}

type rssGUID struct {
	Permalink bool   `xml:"isPermaLink,attr"`
	ID        string `xml:",chardata"`
}

type rssMedia struct {
	URL    string   `xml:"url,attr"`
	Type   string   `xml:"type,attr"`
	Medium string   `xml:"medium,attr"`
	Size   int64    `xml:"fileSize,attr,omitempty"`
	Width  int      `xml:"width,attr,omitempty"`
	Height int      `xml:"height,attr,omitempty"`
	Alt    string   `xml:"media:description,omitempty"`
	Credit *rssSaid `xml:"media:credit"`
}

type rssSaid struct {
	Text string `xml:",chardata"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
	Lang string `xml:"hreflang,attr,omitempty"`
}

type cdata struct {
	Text string `xml:",cdata"`
}

// RSS is the feed as RSS 2.0 with content:encoded, dc:creator and Media RSS (https://www.rssboard.org/rss-specification).
func RSS(f Feed) ([]byte, error) {
	channel := rssChannel{
		Title: clean(f.Title), Link: f.Home, Description: clean(cmp.Or(f.Subtitle, f.Title)), Language: f.Lang,
		Self: atomLink{Rel: "self", Type: "application/rss+xml", Href: f.Self},
	}
	if !f.Updated.IsZero() {
		channel.Built = rfc822(f.Updated)
	}
	for _, i := range f.Items {
		channel.Items = append(channel.Items, rssOf(i))
	}
	return document(rss{
		Version: "2.0", Atom: "http://www.w3.org/2005/Atom", Content: "http://purl.org/rss/1.0/modules/content/",
		DC: "http://purl.org/dc/elements/1.1/", Media: "http://search.yahoo.com/mrss/", Channel: channel,
	})
}

func rssOf(i Item) rssItem {
	item := rssItem{
		Title: clean(i.Title), Link: i.Link, GUID: rssGUID{ID: i.ID}, Creators: cleanAll(i.Authors), Categories: cleanAll(i.Topics),
		Description: clean(i.Summary), Content: cdata{clean(i.whole())},
	}
	if !i.Published.IsZero() {
		item.Published = rfc822(i.Published)
	}
	if p := i.Picture; p != nil {
		item.Media = &rssMedia{URL: p.URL, Type: p.Type, Medium: "image", Size: p.Bytes, Width: p.Width, Height: p.Height, Alt: clean(p.Alt)}
		if p.Credit != "" {
			item.Media.Credit = &rssSaid{clean(p.Credit)}
		}
	}
	return item
}

// rfc822 is a date as RSS wants it: RFC 822 with four figures of the year.
func rfc822(at time.Time) string { return at.Format(time.RFC1123Z) }

func escape(s string) string { return html.EscapeString(s) }

// clean takes out what XML 1.0 cannot hold.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
}

func cleanAll(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = clean(s)
	}
	return out
}

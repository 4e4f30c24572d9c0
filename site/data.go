package site

import (
	"cmp"
	"encoding/json"
	"html/template"
	"time"

	"lede/article"
	"lede/media"
)

// The types of schema.org that pages carry as JSON-LD. Only what is known is said: an article whose author
// or date is not known has none here either.

type ldPaper struct {
	Context string `json:"@context,omitempty"`
	Type    string `json:"@type"`
	Name    string `json:"name"`
	URL     string `json:"url,omitempty"`
}

type ldPerson struct {
	Type string `json:"@type"`
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

type ldCorrection struct {
	Type string `json:"@type"`
	Text string `json:"text"`
	Date string `json:"datePublished"`
	// Status says so where a later one took its place.
	Status string `json:"creativeWorkStatus,omitempty"`
}

type ldArticle struct {
	Context     string         `json:"@context"`
	Type        string         `json:"@type"`
	Headline    string         `json:"headline"`
	Description string         `json:"description,omitempty"`
	Page        any            `json:"mainEntityOfPage"` // its address, or an ldPage
	Lang        string         `json:"inLanguage"`
	Section     string         `json:"articleSection,omitempty"`
	Published   string         `json:"datePublished,omitempty"`
	Modified    string         `json:"dateModified,omitempty"`
	Image       []string       `json:"image,omitempty"`
	Authors     []ldPerson     `json:"author,omitempty"`
	Publisher   ldPaper        `json:"publisher"`
	Corrections []ldCorrection `json:"correction,omitempty"`
	Comments    int            `json:"commentCount,omitempty"`
}

type ldPage struct {
	Type    string   `json:"@type"`
	ID      string   `json:"@id"`
	Related []string `json:"relatedLink,omitempty"`
}

const schemaOrg = "https://schema.org"

// ld writes JSON-LD; json.Marshal escapes <, > and &, so that it can end no script.
func ld(v any) template.JS {
	data, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return template.JS(data)
}

func (sh *sheet) dataOfPaper() template.JS {
	return ld(ldPaper{Context: schemaOrg, Type: "NewsMediaOrganization", Name: sh.paper.NameIn(sh.lang), URL: sh.base + "/"})
}

func (sh *sheet) dataOf(x told, page ArticlePage) template.JS {
	a := ldArticle{
		Context: schemaOrg, Type: "NewsArticle", Headline: x.Headline, Description: x.Summary, Lang: x.Lang,
		Page:      page.Canonical,
		Publisher: ldPaper{Type: "NewsMediaOrganization", Name: page.Paper, URL: sh.base + "/"},
		Published: page.Published.Machine,
	}
	if changed := lastChange(x); !changed.IsZero() {
		a.Modified = changed.In(sh.now.Location()).Format(time.RFC3339)
	}
	if len(page.Kicker) > 0 {
		a.Section = page.Kicker[0].Name
	}
	if page.Lead != nil {
		a.Image = []string{sh.base + largeOf(sh.shelf[x.Lead.Media])}
	}
	if len(page.Related) > 0 {
		about := ldPage{Type: "WebPage", ID: page.Canonical}
		for _, c := range page.Related {
			about.Related = append(about.Related, sh.base+c.Href)
		}
		a.Page = about
	}
	for _, b := range page.Bylines {
		a.Authors = append(a.Authors, ldPerson{Type: "Person", Name: b.Name, URL: sh.base + b.Href})
	}
	for _, c := range x.changes {
		if c.Kind == article.Correction {
			said := ldCorrection{Type: "CorrectionComment", Text: c.Note, Date: c.At.In(sh.now.Location()).Format(time.RFC3339)}
			if c.Superseded != 0 {
				said.Status = "Superseded"
			}
			a.Corrections = append(a.Corrections, said)
		}
	}
	if page.Thread != nil {
		a.Comments = page.Thread.Count
	}
	return ld(a)
}

// large is the width of the picture that stands for an article elsewhere.
const large = 1280

func largeOf(m media.Media) string { return m.URL(m.Largest(large)) }

// lastChange is when readers were last given something new.
func lastChange(x told) time.Time {
	if x.Corrected.After(x.Updated) {
		return x.Corrected
	}
	return x.Updated
}

func (sh *sheet) social(x told, page ArticlePage) Social {
	s := Social{Type: "article", Title: cmp.Or(x.Social.Title, x.Headline), Description: cmp.Or(x.Social.Description, x.Summary, opening(x.Body)), URL: page.Canonical, Published: page.Published.Machine, Locale: locale(sh.lang)}
	if changed := lastChange(x); !changed.IsZero() {
		s.Updated = changed.In(sh.now.Location()).Format(time.RFC3339)
	}
	if len(page.Kicker) > 0 {
		s.Section = page.Kicker[0].Name
	}
	for _, b := range page.Bylines {
		s.Authors = append(s.Authors, sh.base+b.Href)
	}
	lead := page.Lead
	shown := x.Lead.Media
	if own := sh.picture(article.Picture{Media: x.Social.Media}); own != nil {
		lead, shown = own, x.Social.Media
	}
	if lead != nil {
		m := sh.shelf[shown]
		s.Image, s.Alt = sh.base+largeOf(m), lead.Alt
		s.Width = m.Largest(large)
		s.Height = m.HeightAt(s.Width)
	}
	return s
}

// locale is a language with the region Open Graph wants beside it, where one is said.
func locale(lang string) string {
	if len(lang) == 5 && lang[2] == '-' {
		return lang[:2] + "_" + lang[3:]
	}
	return ""
}

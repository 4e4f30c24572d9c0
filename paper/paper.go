// Package paper says who the paper is: its name, place, clock, languages and look, its menu, footer and
// standing pages, and every address it ever gave out.
package paper

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"lede/internal/fault"
)

// Paper is the publication as its editors set it. Names are by language tag.
type Paper struct {
	Version int64             `json:"-"`
	Name    string            `json:"name"`
	Names   map[string]string `json:"names,omitempty"`
	Place   string            `json:"place,omitempty"`
	Places  map[string]string `json:"places,omitempty"`
	Motto   string            `json:"motto,omitempty"`
	Mottos  map[string]string `json:"mottos,omitempty"`
	// Zone is an IANA name; every date the paper prints is in it.
	Zone string `json:"zone"`
	// Langs are the languages the paper appears in, the main one first.
	Langs []string `json:"langs"`
	// Address is where readers find the paper, "https://example.org"; until it is set any host answers.
	Address string `json:"address,omitempty"`
	// Hours24 prints 14:05 where the language's habit would be 2:05 PM.
	Hours24 bool   `json:"hours24,omitempty"`
	Menu    []Link `json:"menu,omitempty"`
	Footer  []Link `json:"footer,omitempty"`
	Plate   Plate  `json:"plate,omitzero"`
	Face    Face   `json:"face,omitzero"`
	// Contact is who is told of security problems: a mailto: or https: address, for security.txt.
	Contact string `json:"contact,omitempty"`
	Mail    Mail   `json:"mail,omitzero"`
	// Lat and Lon are where the paper is, in degrees; both zero when nobody has said.
	Lat float64 `json:"lat,omitempty"`
	Lon float64 `json:"lon,omitempty"`
	// Units are "metric" or "us", Degrees "C" or "F": how the paper measures. "" is metric, and C.
	Units   string  `json:"units,omitempty"`
	Degrees string  `json:"degrees,omitempty"`
	Tokens  Tokens  `json:"tokens,omitzero"`
	Weather Weather `json:"weather,omitzero"`
	// Checks says what the checks before publication do, by their ids, where that is not what CheckLevels says.
	Checks map[string]string `json:"checks,omitempty"`

	clock *time.Location // of Zone, where it was looked up already
}

// Link is one entry of the menu or the footer.
type Link struct {
	To    string            `json:"to"`
	Name  string            `json:"name"`
	Names map[string]string `json:"names,omitempty"`
}

// Plate is a drawn nameplate: one SVG path, so that nothing but a shape can be in it.
// Without one the name is set in type.
type Plate struct {
	Box  string `json:"box,omitempty"`  // the viewBox: four numbers
	Path string `json:"path,omitempty"` // the data of one path
}

// New is the paper of an empty folder: it has a name to be changed, and reads at once.
func New() Paper {
	return Paper{Name: "A New Paper", Zone: "UTC", Langs: []string{"en"}}
}

// NameIn is the paper's name in lang.
func (p Paper) NameIn(lang string) string { return In(p.Names, lang, p.Name) }

// PlaceIn is the paper's place in lang; "" when it has none.
func (p Paper) PlaceIn(lang string) string { return In(p.Places, lang, p.Place) }

// MottoIn is the paper's motto in lang; "" when it has none.
func (p Paper) MottoIn(lang string) string { return In(p.Mottos, lang, p.Motto) }

// NameIn is the link's words in lang.
func (l Link) NameIn(lang string) string { return In(l.Names, lang, l.Name) }

// In is the entry of names for lang or for its base language ("pt" for "pt-BR"), else the given name.
func In(names map[string]string, lang, otherwise string) string {
	if name, ok := names[lang]; ok {
		return name
	}
	base, _, _ := strings.Cut(lang, "-")
	if name, ok := names[base]; ok {
		return name
	}
	return otherwise
}

// Main is the paper's first language.
func (p Paper) Main() string { return p.Langs[0] }

// Edition is the language in which an article of lang is listed: its own, or the main one if the
// paper does not appear in it.
func (p Paper) Edition(lang string) string {
	if slices.Contains(p.Langs, lang) {
		return lang
	}
	base, _, _ := strings.Cut(lang, "-")
	if slices.Contains(p.Langs, base) {
		return base
	}
	return p.Main()
}

// Clock is the paper's zone; UTC if its name is not known here.
func (p Paper) Clock() *time.Location {
	if p.clock != nil && p.clock.String() == p.Zone {
		return p.clock
	}
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

var (
	langTag  = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
	pathData = regexp.MustCompile(`^[MmZzLlHhVvCcSsQqTtAa0-9eE+\-., ]*$`)
	viewBox  = regexp.MustCompile(`^-?[0-9.]+ -?[0-9.]+ [0-9.]+ [0-9.]+$`)
)

// lines makes lines of all that a person typed as one.
func (p Paper) lines() Paper {
	for _, line := range []*string{&p.Name, &p.Place, &p.Motto, &p.Contact, &p.Mail.Host, &p.Mail.User, &p.Mail.From} {
		*line = Line(*line)
	}
	p.Names, p.Places, p.Mottos = Lines(p.Names), Lines(p.Places), Lines(p.Mottos)
	p.Menu, p.Footer = tidyLinks(p.Menu), tidyLinks(p.Footer)
	return p
}

func tidyLinks(links []Link) []Link {
	out := slices.Clone(links)
	for i, l := range out {
		out[i] = Link{To: Line(l.To), Name: Line(l.Name), Names: Lines(l.Names)}
	}
	return out
}

// Check says field by field what must be mended before the settings can be kept.
func (p Paper) Check() error {
	f := fault.Form{}
	if strings.TrimSpace(p.Name) == "" {
		f["name"] = "The paper needs a name."
	}
	if _, err := time.LoadLocation(p.Zone); err != nil || p.Zone == "" {
		f["zone"] = "This is not the name of a time zone, such as Europe/Madrid."
	}
	if len(p.Langs) == 0 {
		f["langs"] = "The paper needs at least one language."
	}
	for _, lang := range p.Langs {
		if !langTag.MatchString(lang) {
			f["langs"] = "A language is written as en, es, pt-BR."
		}
	}
	if p.Address != "" && !isOrigin(p.Address) {
		f["address"] = "The address is written as https://example.org, without a path."
	}
	if p.Plate.Path != "" && (!pathData.MatchString(p.Plate.Path) || !viewBox.MatchString(p.Plate.Box)) {
		f["plate"] = "The nameplate must be the data of one SVG path, with its view box."
	}
	if wrong := p.Face.check(); wrong != "" {
		f["face"] = wrong
	}
	p.Mail.check(f)
	p.Tokens.check(f)
	p.checkPlace(f)
	p.Weather.check(f)
	checkLevels(p.Checks, f)
	for _, l := range slices.Concat(p.Menu, p.Footer) {
		if !IsPathOrWeb(l.To) {
			f["menu"] = "A link leads to a path such as /contact, or to an address with https://."
		}
	}
	return f.Err()
}

// checkPlace adds to f what must be mended in where the paper is and how it measures.
func (p Paper) checkPlace(f fault.Form) {
	if !(p.Lat >= -90 && p.Lat <= 90) {
		f["lat"] = "The latitude is a number from -90 to 90, such as 40.71."
	}
	if !(p.Lon >= -180 && p.Lon <= 180) {
		f["lon"] = "The longitude is a number from -180 to 180, such as -74.01."
	}
	if p.Contact != "" && !strings.HasPrefix(p.Contact, "mailto:") && !strings.HasPrefix(p.Contact, "https://") {
		f["contact"] = "It begins with mailto: or https://."
	}
	if !slices.Contains([]string{"", "metric", "us"}, p.Units) {
		f["units"] = "The paper measures in metric units or in those of the US."
	}
	if !slices.Contains([]string{"", "C", "F"}, p.Degrees) {
		f["degrees"] = "Degrees are C or F."
	}
}

func isOrigin(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.Path == "" && u.RawQuery == "" && u.User == nil
}

// IsPathOrWeb tells whether s is a path of the paper, or an address on the web.
func IsPathOrWeb(s string) bool {
	if strings.HasPrefix(s, "/") {
		return !strings.HasPrefix(s, "//") && !strings.Contains(s, `\`)
	}
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
}

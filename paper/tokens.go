package paper

import (
	"fmt"
	"slices"
	"strings"

	"lede/internal/fault"
)

// Tokens are the colours and the type of the readers' pages, where they are the paper's own. What is not set is as Lede has it.
type Tokens struct {
	Tones     map[string]Tone `json:"tones,omitempty"`     // by the name of their Use
	Reading   string          `json:"reading,omitempty"`   // one of Readings
	Size      int             `json:"size,omitempty"`      // of reading text on a wide screen, in pixels
	Headlines string          `json:"headlines,omitempty"` // one of HeadlineSizes
}

// Use is one named colour of the readers' pages: what it is for, what stands behind it, and how far it must stand from that.
type Use struct {
	Name    string
	Says    string
	For     string
	Own     Tone     // as Lede has it
	As      string   // or the colour that it follows
	Against []string // the colours behind it
	Ratio   float64  // 4.5 for text, 3 for edges, 0 for decoration
}

// Uses are all colours of the readers' pages, as site/tokens.css has them.
func Uses() []Use {
	behind := []string{"paper", "tint"}
	return []Use{
		{Name: "paper", Says: "Page", For: "What everything stands on", Own: Tone{"#fcfdfb", "#101715"}},
		{Name: "tint", Says: "Wash", For: "Bands, boxes and tables behind text", Own: Tone{"#ebf1ed", "#19221f"}},
		{Name: "ink", Says: "Text", For: "Headlines and reading text", Own: Tone{"#15211d", "#e4eae6"}, Against: behind, Ratio: 4.5},
		{Name: "soft", Says: "Second text", For: "Summaries, captions, dates", Own: Tone{"#55625c", "#9daaa4"}, Against: behind, Ratio: 4.5},
		{Name: "brand", Says: "Brand", For: "Marks, the line below the section one is in, buttons", Own: Tone{"#0b5d4b", "#7fceb4"}, Against: behind, Ratio: 4.5},
		{Name: "kick", Says: "Kicker", For: "The word above a headline", As: "brand", Against: behind, Ratio: 4.5},
		{Name: "link", Says: "Links", For: "The line below a link in text", As: "brand", Against: behind, Ratio: 3},
		{Name: "on", Says: "Text on brand", For: "The words on a button", As: "paper", Against: []string{"brand"}, Ratio: 4.5},
		{Name: "alarm", Says: "Alarm", For: "Corrections and what went", Own: Tone{"#ab2118", "#ff9384"}, Against: behind, Ratio: 4.5},
		{Name: "edge", Says: "Edges", For: "Edges of fields and buttons", Own: Tone{"#6f7d76", "#76857e"}, Against: []string{"paper"}, Ratio: 3},
		{Name: "rule", Says: "Lines", For: "Lines between things; they need no contrast", Own: Tone{"#c8d1cc", "#33403b"}},
	}
}

// Reading is a choice of type that readers' devices have.
type Reading struct{ Key, Says, Stack string }

// Readings are the choices of type for headlines and reading; the first is Lede's own.
func Readings() []Reading {
	return []Reading{
		{"", "The device's own book type", ""},
		{"old", "Old style, as Palatino", `"Iowan Old Style","Palatino Linotype",Palatino,"URW Palladio L",P052,serif`},
		{"sharp", "Sharp, as Didot", `Didot,"Bodoni MT","Noto Serif Display","URW Bookman",serif`},
		{"slab", "Slab, as Rockwell", `Rockwell,"Rockwell Nova","Roboto Slab","DejaVu Serif",serif`},
		{"sans", "Without serifs", `-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif`},
	}
}

// HeadlineSize is how large headlines are beside Lede's own.
type HeadlineSize struct {
	Key, Says string
	factor    float64
}

// HeadlineSizes are the choices; the first is Lede's own.
func HeadlineSizes() []HeadlineSize {
	return []HeadlineSize{{"", "As Lede has them", 1}, {"quiet", "Quieter", 0.85}, {"loud", "Louder", 1.15}}
}

// The sizes of reading text that can be chosen, in pixels on a wide screen; ownSize is Lede's.
const (
	leastSize = 17
	ownSize   = 20
	mostSize  = 24
)

// Sizes are the choices.
func Sizes() []int {
	var all []int
	for n := leastSize; n <= mostSize; n++ {
		all = append(all, n)
	}
	return all
}

// Tone is the colour of that name, as the pages have it.
func (t Tokens) Tone(name string) Tone {
	if tone, ok := t.Tones[name]; ok {
		return tone
	}
	for _, u := range Uses() {
		if u.Name == name && u.As != "" {
			return t.Tone(u.As)
		} else if u.Name == name {
			return u.Own
		}
	}
	return Tone{}
}

// Judged is how one colour stands before what is behind it.
type Judged struct {
	Ratio   float64 // the least of all; 0 where none is wanted
	Passes  bool
	Nearest string // the colour that would pass, where this one does not; "" if none would
}

// Judge tells how the colour of use stands by day, or, if dark, by night.
func (t Tokens) Judge(u Use, dark bool) Judged {
	mine, against := t.Tone(u.Name).at(dark), []string{}
	least := 21.0
	for _, name := range u.Against {
		other := t.Tone(name).at(dark)
		against, least = append(against, other), min(least, Contrast(mine, other))
	}
	if u.Ratio == 0 {
		return Judged{Passes: true}
	}
	if least >= u.Ratio {
		return Judged{Ratio: least, Passes: true}
	}
	return Judged{Ratio: least, Nearest: Nearest(mine, against, u.Ratio)}
}

func (t Tone) at(dark bool) string {
	if dark {
		return t.Dark
	}
	return t.Light
}

// check adds to f what must be mended: a colour that is none, one that cannot be read.
func (t Tokens) check(f fault.Form) {
	for name, tone := range t.Tones {
		known := slices.ContainsFunc(Uses(), func(u Use) bool { return u.Name == name })
		if !known || !hexColour.MatchString(tone.Light) || !hexColour.MatchString(tone.Dark) {
			f["tone-"+name] = "A colour is written as #1a2b3c."
			return
		}
	}
	for _, u := range Uses() {
		for night, suffix := range map[bool]string{false: "-light", true: "-dark"} {
			if j := t.Judge(u, night); !j.Passes && len(t.Tones) > 0 {
				f["tone-"+u.Name+suffix] = fmt.Sprintf("Too faint: it needs %.1f to 1, and has %s.", u.Ratio, Rounded(j.Ratio))
			}
		}
	}
	if !slices.ContainsFunc(Readings(), func(r Reading) bool { return r.Key == t.Reading }) {
		f["reading"] = "Choose one of the kinds of type."
	}
	if t.Size != 0 && (t.Size < leastSize || t.Size > mostSize) {
		f["size"] = fmt.Sprintf("Reading text is %d to %d pixels.", leastSize, mostSize)
	}
	if !slices.ContainsFunc(HeadlineSizes(), func(h HeadlineSize) bool { return h.Key == t.Headlines }) {
		f["headlines"] = "Choose one of the sizes."
	}
}

// Rounded is a ratio rounded down, so that none that fails looks as if it passed: "4.4".
func Rounded(ratio float64) string {
	return fmt.Sprintf("%d.%d", int(ratio), int(ratio*10)%10)
}

// Sheet is the style sheet that sets the readers' pages in these tokens; "" when all are Lede's own.
func (t Tokens) Sheet() string {
	var root, latin strings.Builder
	for _, u := range Uses() {
		if tone, ok := t.Tones[u.Name]; ok {
			fmt.Fprintf(&root, "--%s:light-dark(%s,%s);", u.Name, tone.Light, tone.Dark)
		}
	}
	if t.Size != 0 && t.Size != ownSize {
		fmt.Fprintf(&root, "--t-text:clamp(%.4frem,%.4frem + .217vw,%.4frem);", float64(t.Size-2)/16, float64(t.Size-2)/16-0.049, float64(t.Size)/16)
	}
	for _, h := range HeadlineSizes() {
		if h.Key == t.Headlines && h.factor != 1 {
			root.WriteString(headlines(h.factor))
		}
	}
	for _, r := range Readings() {
		if r.Key == t.Reading && r.Stack != "" {
			fmt.Fprintf(&latin, ":root:not(:lang(ar)){--serif:%s}", r.Stack) // Arabic has its own type
		}
	}
	if root.Len() == 0 && latin.Len() == 0 {
		return ""
	}
	return "@layer tokens{:root{" + strings.TrimSuffix(root.String(), ";") + "}" + latin.String() + "}"
}

// headlines are the sizes of headlines as site/tokens.css has them, times factor.
func headlines(factor float64) string {
	var b strings.Builder
	for _, s := range []struct {
		name                 string
		least, at, per, most float64 // rem, rem, vw, rem
	}{{"t-3", 1.1875, 1.139, 0.217, 1.3125}, {"t-2", 1.375, 1.277, 0.435, 1.625}, {"t-1", 2, 1.609, 1.739, 3}, {"t-lead", 2.125, 1.587, 2.391, 3.5}} {
		fmt.Fprintf(&b, "--%s:clamp(%.4frem,%.4frem + %.4fvw,%.4frem);", s.name, s.least*factor, s.at*factor, s.per*factor, s.most*factor)
	}
	return b.String()
}

// Sheet is the style sheet of all that is the paper's own look; "" when there is nothing. at is where the font files stand, "/face/".
func (p Paper) Sheet(at string) string { return p.Tokens.Sheet() + p.Face.Sheet(at) }

package site

import "unicode/utf8"

// Shown is a picture at one place of a page.
type Shown struct {
	Picture
	Sizes string // how wide it stands there, so that the browser fetches the smallest file that will do
	First bool   // it is seen at once and fetched first
}

// At puts the picture at a place: "lead", "first" (of an article), "side", "small", "face", "person". Where many stand on a page
// each is offered in the smallest format alone, which nearly all browsers take.
func (p Picture) At(place string) Shown {
	if place != "lead" && place != "first" {
		p.Sources = p.Sources[:min(len(p.Sources), 1)]
	}
	switch place {
	case "lead":
		return Shown{p, "(width>=64rem) 42rem,(width>=48rem) 60vw,88vw", true}
	case "first":
		return Shown{p, "(width>=48rem) 40rem,88vw", true}
	case "side":
		return Shown{p, "(width>=64rem) 19rem,(width>=48rem) 45vw,88vw", false}
	case "small":
		return Shown{p, "(width>=64rem) 19rem,(width>=48rem) 30vw,6rem", false}
	}
	p.Alt = ""
	return Shown{p, "6rem", false}
}

// Shown is the card's picture, of the size its level has.
func (c Card) Shown() Shown {
	if c.Level == 0 || c.Level == 3 {
		return c.Picture.At("side")
	}
	return c.Picture.At("small")
}

// Class says how the card is set.
func (c Card) Class() string {
	class := map[int]string{0: "item", 1: "lead", 2: "mute", 3: "big", 4: "mute", 5: "line"}[c.Level]
	if c.Picture != nil && (c.Level == 2 || c.Level == 4) {
		class = "small"
	}
	if c.Picture != nil && (c.Level == 0 || c.Level == 3) {
		class += " side"
	}
	return class + c.manner()
}

// LeadClass says how the card is set at the head of its page; only a front's lead has level 1.
func (c Card) LeadClass() string {
	if c.Level == 1 {
		return "lead" + c.manner()
	}
	return "lead sub" + c.manner()
}

func (c Card) manner() string {
	s := ""
	if c.Opinion {
		s = " view"
	}
	if c.Picture != nil && c.Picture.Tall() {
		s += " tall"
	}
	return s
}

// Facts lists what the line below a card tells, in order: "by", "label", "when", "talk".
func (c Card) Facts() []string {
	var f []string
	if len(c.By) > 0 && !c.Opinion {
		f = append(f, "by")
	}
	if c.Label != "" {
		f = append(f, "label")
	}
	if c.When.Known() {
		f = append(f, "when")
	}
	if c.Comments > 0 {
		f = append(f, "talk")
	}
	return f
}

// Class says how many columns the strip has.
func (b Band) Class() string {
	if b.Kind == bandLists {
		return "one " + countWord(len(b.Lists)+2)
	}
	return countWord(len(b.Cards) + len(b.Lists))
}

// countWord is the class of a row of so many columns.
func countWord(n int) string {
	return []string{"c1", "c1", "c2", "c3", "c4"}[min(max(n, 0), 4)]
}

// Recent are the changes that stand above the text; the history tells the others.
func (f Facts) Recent() []Change { return f.Changes[:min(2, len(f.Changes))] }

// Faces are the pictures of the bylines that have one.
func (f Facts) Faces() []Picture {
	var faces []Picture
	for _, b := range f.Bylines {
		if b.Face != nil {
			faces = append(faces, *b.Face)
		}
	}
	return faces
}

// long is the number of characters from which a headline takes smaller type.
const long = 80

// Long tells whether the headline takes smaller type.
func (c Card) Long() bool { return utf8.RuneCountInString(c.Headline) > long }

// Long tells whether the headline takes smaller type.
func (p ArticlePage) Long() bool { return utf8.RuneCountInString(p.Headline) > long }

// Wide names the class of a nameplate set in type, by how long the name is.
func (f Frame) Wide() string {
	switch n := utf8.RuneCountInString(f.Paper); {
	case n <= 11:
		return "n1"
	case n <= 18:
		return "n2"
	case n <= 28:
		return "n3"
	}
	return "n4"
}

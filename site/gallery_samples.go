package site

import (
	"html/template"
	"strings"

	"lede/internal/doc"
	"lede/internal/tongue"
)

var sampleLangs = []string{"en", "es", "ar"}

// town is the samples' paper in one language.
type town struct {
	lang, paper, place, motto, today, long string
	times                                  [2]string // of today; a date before
	sections                               []string  // the last is opinion
	headlines                              []string
	summaries                              []string
	writers                                []string
	pages                                  []string
	text                                   []string
	said                                   string
}

const longHeadline = 7 // which headline of a town has about 110 characters

func sampleFrame(w town) Frame {
	f := Frame{
		Lang: w.lang, Dir: tongue.Dir(w.lang), Title: w.paper, Description: w.motto, Canonical: "https://narrows.example/",
		Paper: w.paper, Home: "/_gallery/" + w.lang + "/front", Today: "today", Motto: w.motto, Place: w.place,
		Icon: "data:,", Find: "/_gallery/" + w.lang + "/search",
		Feeds: []Feed{{"application/rss+xml", "/feed.xml", "RSS"}, {"application/atom+xml", "/feed.atom", "Atom"}, {"application/feed+json", "/feed.json", "JSON Feed"}},
	}
	for i, s := range w.sections {
		f.Sections = append(f.Sections, Link{Href: "/_gallery/" + w.lang + "/section", Name: s, Current: i == 1})
	}
	for _, p := range w.pages {
		f.Pages = append(f.Pages, Link{Href: "/_gallery/" + w.lang + "/standing", Name: p})
	}
	for _, lang := range sampleLangs {
		if lang != w.lang {
			f.Editions = append(f.Editions, Link{Href: "/_gallery/" + lang + "/front", Name: tongue.Endonym(lang), Lang: lang, Dir: turned(lang, w.lang)})
		}
	}
	if w.lang == "en" {
		svg, err := sketches.ReadFile("testdata/nameplate.svg")
		if err != nil {
			panic(err)
		}
		if f.Plate, err = PlateOf(string(svg)); err != nil {
			panic(err)
		}
	}
	return f
}

func turned(lang, around string) string {
	if d := tongue.Dir(lang); d != tongue.Dir(around) {
		return d
	}
	return ""
}

// stills are the samples' pictures; light stands upright.
var stills = []string{"ferry", "market", "library", "stage", "rowing", "bridge", "light"}

func still(name, alt string) *Picture {
	p := &Picture{Src: "/_gallery/pics/" + name + ".svg", Width: 600, Height: 400, Alt: alt}
	switch name {
	case "ferry":
		p.Width = 640
	case "light":
		p.Width, p.Height = 600, 900
	case "p1", "p2", "p3", "p4":
		p.Width, p.Height = 96, 96
	}
	p.Srcset = p.Src + " 600w, " + p.Src + "?2 1200w"
	return p
}

// sampleCard is the i-th article of a town; every other one has a picture.
func sampleCard(w town, i int) Card {
	c := Card{
		Kicker: w.sections[i%(len(w.sections)-1)], Href: "/_gallery/" + w.lang + "/article?" + string(rune('a'+i%26)) + strings.Repeat("a", i/26),
		Headline: w.headlines[i%len(w.headlines)], Summary: w.summaries[i%len(w.summaries)],
		When: Stamp{"2025-06-17T14:02:00-04:00", w.times[0]},
	}
	if i >= 14 {
		c.When = Stamp{"2025-06-16T09:00:00-04:00", w.times[1]}
	}
	if i%5 == 2 {
		c.Comments = 1 + 7*i
	}
	if i%3 == 0 {
		c.By = w.writers[:1+i%2]
	}
	if i%2 == 0 {
		c.Picture = still(stills[(i/2+i/7)%len(stills)], w.said)
	}
	return c
}

func sampleCards(w town, from, n int) []Card {
	var cards []Card
	for i := from; i < from+n; i++ {
		cards = append(cards, sampleCard(w, i))
	}
	return cards
}

// sampleViews are opinion.
func sampleViews(w town, from, n int) []Card {
	cards := sampleCards(w, from, n)
	for i := range cards {
		cards[i].By, cards[i].Face = w.writers[i%len(w.writers):][:1], still("p"+string(rune('1'+i%4)), "")
		cards[i].Picture, cards[i].Summary, cards[i].Opinion = nil, "", true
	}
	return cards
}

// sampleFront is a front of n articles, four of them picked.
func sampleFront(w town, n int, change func(*Card)) FrontPage {
	picks := sampleCards(w, 0, min(n, 4))
	left := n - len(picks)
	var groups []Group
	for i, s := range w.sections {
		share := (left + i) / len(w.sections)
		g := Group{Name: s, Href: "/_gallery/" + w.lang + "/section", Opinion: i == len(w.sections)-1}
		if g.Opinion {
			g.Cards = sampleViews(w, 4+i*7, share)
		} else {
			g.Cards = sampleCards(w, 4+i*7, share)
		}
		groups = append(groups, g)
	}
	for _, g := range groups {
		for i := range g.Cards {
			if i%3 != 1 {
				g.Cards[i].Kicker = g.Name
			}
		}
	}
	if change != nil {
		for i := range picks {
			change(&picks[i])
		}
		for _, g := range groups {
			for i := range g.Cards {
				change(&g.Cards[i])
			}
		}
	}
	p := FrontPage{Frame: sampleFrame(w), Latest: "latest"}
	p.Lead, p.Second, p.Bands = Compose(picks, groups)
	if n < 3 {
		p.Latest = ""
	}
	for i := range p.Sections {
		p.Sections[i].Current = false
	}
	return p
}

func sampleToday(lang string) TodayLine {
	w := townOf(lang)
	return TodayLine{Place: w.place, Date: Stamp{"2025-06-17", w.today}}
}

func sampleAlert(lang string) AlertLine {
	w := townOf(lang)
	return AlertLine{Text: w.headlines[3], Href: "/_gallery/" + lang + "/article"}
}

func sampleLatest(lang string) LatestList { return LatestList{Cards: sampleCards(townOf(lang), 8, 8)} }

func sampleArticle(w town) ArticlePage {
	lead := still("ferry", w.said)
	lead.Caption, lead.Credit = w.summaries[1], w.paper
	p := ArticlePage{
		Frame: sampleFrame(w), Kicker: []Link{{Href: "/_gallery/" + w.lang + "/section", Name: w.sections[1]}, {Name: w.sections[0]}},
		Headline: w.headlines[0], Summary: w.summaries[0],
		Facts: Facts{
			Bylines:   []Byline{{Name: w.writers[0], Href: "/_gallery/" + w.lang + "/byline"}, {Name: w.writers[1]}},
			Dateline:  w.place,
			Published: Stamp{"2025-06-17T06:40:00-04:00", w.long},
			Versions:  sampleFrame(w).Editions,
		},
		Lead: lead, Body: sampleText(w),
		Sources: []Link{{Href: "https://harbor.example/vote", Name: w.headlines[3]}, {Name: w.writers[2]}},
		Topics:  []Link{{Href: "/_gallery/" + w.lang + "/topic", Name: w.sections[0]}, {Href: "/_gallery/" + w.lang + "/topic", Name: w.place}},
		Latest:  "latest",
	}
	p.Related = level(sampleCards(w, 1, 2), 4)
	p.Title = p.Headline
	return p
}

// sampleText is four paragraphs and a pull quote.
func sampleText(w town) template.HTML {
	return doc.New(doc.P(w.text[0]), doc.P(w.text[1]), doc.Pull(w.writers[2], w.said), doc.P(w.text[2]),
		doc.Fact(w.sections[0], doc.List(w.headlines[3], w.headlines[4])), doc.P(w.text[3])).HTML(doc.Show{T: tongue.For(w.lang).T})
}

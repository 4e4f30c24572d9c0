package site

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"lede/internal/doc"
	"lede/internal/tongue"
)

// samples are all pages in all states, in one language.
func samples(lang string) []sample {
	w := townOf(lang)
	var all []sample
	all = append(all, sampleFronts(w)...)
	all = append(all, sampleLists(w)...)
	all = append(all, sampleArticles(w)...)
	all = append(all, sampleTalk(w)...)
	all = append(all, sampleReplies(w)...)
	all = append(all, sampleReports(w)...)
	all = append(all, samplePositions(w)...)
	all = append(all, sampleSearches(w)...)
	all = append(all, sampleWeather(w)...)
	return append(all, sampleOthers(w)...)
}

func sampleFronts(w town) []sample {
	all := []sample{{"front", viewFront, sampleFront(w, 36, nil)}}
	for _, n := range []int{0, 1, 2, 3, 12, 40} {
		all = append(all, sample{fmt.Sprintf("front/%d", n), viewFront, sampleFront(w, n, nil)})
	}
	bare := sampleFront(w, 36, func(c *Card) { c.Picture = nil })
	upright := sampleFront(w, 36, func(c *Card) {
		if c.Picture != nil {
			c.Picture = still("light", w.said)
		}
	})
	long := sampleFront(w, 36, func(c *Card) { c.Headline = w.headlines[longHeadline] })
	named := sampleFront(w, 12, nil)
	named.Plate, named.Paper = nil, "The Gull Basin and Water Street Weekly Intelligencer"
	alert := sampleFront(w, 36, nil)
	alert.Alert = "alert"
	opinion := sampleFront(w, 12, nil)
	lead := sampleViews(w, 36, 1)[0]
	lead.Level, lead.Summary, lead.Picture = 1, w.summaries[0], still("bridge", w.said)
	opinion.Lead = &lead
	foreign := sampleFront(w, 12, nil)
	other := sampleCard(townOf(otherThan(w.lang)), 1)
	other.Lang, other.Dir, other.Level = otherThan(w.lang), turned(otherThan(w.lang), w.lang), 2
	foreign.Second[0] = other
	return append(all, sample{"front/no-pictures", viewFront, bare}, sample{"front/upright", viewFront, upright},
		sample{"front/long", viewFront, long}, sample{"front/name-in-type", viewFront, named},
		sample{"front/opinion-leads", viewFront, opinion}, sample{"front/alert", viewFront, alert}, sample{"front/foreign-card", viewFront, foreign})
}

func otherThan(lang string) string {
	if lang == "ar" {
		return "en"
	}
	return "ar"
}

func sampleLists(w town) []sample {
	home := "/_gallery/" + w.lang + "/"
	cards := sampleCards(w, 0, 9)
	lead := cards[0]
	list := List{Lead: &lead, Cards: cards[1:], Page: 1, Older: &Link{Href: home + "section/2"}, Latest: "latest"}
	later := List{Cards: sampleCards(w, 9, 8), Page: 2, Older: &Link{Href: home + "section"}, Newer: &Link{Href: home + "section"}, Latest: "latest"}
	plain := List{Cards: cards[1:6], Page: 1, Latest: "latest"}
	f := sampleFrame(w)
	section := SectionPage{Frame: f, Name: w.sections[1], List: list, Children: []Link{{Href: home + "section/child", Name: w.headlines[11]}, {Href: home + "section/child", Name: w.place}}}
	child := SectionPage{Frame: f, Name: w.place, List: plain, Parents: []Link{{Href: home + "section", Name: w.sections[1]}},
		Topics: []Link{{Href: home + "topic", Name: w.writers[2]}}}
	opinion := SectionPage{Frame: f, Name: w.sections[5], Opinion: true, List: List{Cards: sampleViews(w, 36, 5), Page: 1, Latest: "latest"}}
	day := list
	day.Lead, day.Newer, day.Older = nil, &Link{Href: home + "day", Name: w.times[0]}, &Link{Href: home + "day", Name: w.times[1]}
	return []sample{
		{"section", viewSection, section},
		{"section/child", viewSection, child},
		{"section/2", viewSection, SectionPage{Frame: f, Name: w.sections[1], List: later}},
		{"section/opinion", viewSection, opinion},
		{"section/empty", viewSection, SectionPage{Frame: f, Name: w.sections[3], List: List{Page: 1}}},
		{"topic", viewTopic, TopicPage{Frame: f, Name: w.writers[2], Kind: "person", OtherNames: w.writers[3:], List: plain}},
		{"byline", viewByline, BylinePage{Frame: f, Name: w.writers[0], About: w.summaries[4], Face: still("p1", ""), List: plain}},
		{"day", viewDay, DayPage{Frame: f, Day: Stamp{"2025-06-17", w.today}, List: day}},
	}
}

func sampleArticles(w town) []sample {
	changed, old, seen, bare, upright, long, view, foreign, every := sampleArticle(w), sampleArticle(w), sampleArticle(w), sampleArticle(w),
		sampleArticle(w), sampleArticle(w), sampleArticle(w), sampleArticle(w), sampleArticle(w)
	changed.Changes = []Change{{"correction", Stamp{"2025-06-18T09:12:00-04:00", w.long}, w.summaries[3], false}, {"correction", Stamp{"2025-06-17T14:05:00-04:00", w.long}, w.summaries[5%len(w.summaries)], true}}
	changed.History = "/_gallery/" + w.lang + "/history"
	old.Age = tongue.For(w.lang).Ago(noon(2022, 6, 17), noon(2025, 6, 17))
	seen.Facts = Facts{Seen: Stamp{"2025-06-17", w.today}, Age: tongue.For(w.lang).Ago(noon(2024, 6, 17), noon(2025, 6, 17))}
	seen.Lead, seen.Sources, seen.Topics, seen.Summary = nil, nil, nil, ""
	bare.Lead = nil
	upright.Lead = still("light", w.said)
	upright.Lead.Caption, upright.Lead.Credit = w.summaries[1], w.paper
	long.Headline = w.headlines[longHeadline]
	view.Opinion, view.Lead, view.Headline = true, nil, w.headlines[len(w.headlines)-3]
	view.Bylines = []Byline{{Name: w.writers[2], Href: "/_gallery/" + w.lang + "/byline", Face: still("p2", "")}}
	view.Kicker = []Link{{Href: "/_gallery/" + w.lang + "/section/opinion", Name: w.sections[5]}}
	other := townOf(otherThan(w.lang))
	foreign.TextLang, foreign.TextDir = other.lang, turned(other.lang, w.lang)
	foreign.Headline, foreign.Summary, foreign.Body, foreign.Lead.Caption = other.headlines[0], other.summaries[0], sampleText(other), other.summaries[1]
	every.Body, every.Embeds = everyBlock(w), true
	return []sample{
		{"article", viewArticle, sampleArticle(w)}, {"article/changed", viewArticle, changed}, {"article/old", viewArticle, old},
		{"article/seen", viewArticle, seen}, {"article/no-picture", viewArticle, bare}, {"article/upright", viewArticle, upright},
		{"article/long", viewArticle, long}, {"article/opinion", viewArticle, view}, {"article/foreign", viewArticle, foreign},
		{"article/every-block", viewArticle, every},
	}
}

// everyBlock is a text with every kind of block in it.
func everyBlock(w town) template.HTML {
	show := doc.Show{T: tongue.For(w.lang).T, Frame: func(string) string { return "/_gallery/frame" }, Picture: samplePicture(w), File: func(int64) (doc.File, bool) {
		return doc.File{URL: "/_gallery/pics/none", Type: "audio/mpeg", Width: 640, Height: 360, Title: w.headlines[21%len(w.headlines)], Credit: w.paper}, true
	}}
	wide := doc.PictureOf(1, "", "", "")
	wide.Attrs.Wide = true
	embed := doc.Embed("https://www.youtube.com/watch?v=aqz-KE-bpKQ", w.headlines[20%len(w.headlines)], "YouTube")
	embed.Attrs.Description = w.summaries[4]
	return doc.New(
		doc.P(w.text[0]+" **"+w.writers[0]+"** *"+w.place+"* ~~"+w.times[1]+"~~ H~2~O, 9^th^, [harbor.example](https://harbor.example/)."),
		doc.H2(w.headlines[1]), doc.P(w.text[1]), wide, doc.P(w.text[2]), doc.Pull(w.writers[2], w.said), doc.P(w.text[3]), doc.P(w.text[0]),
		doc.Quote(w.writers[1], w.text[1]), doc.H3(w.headlines[2]),
		doc.List(w.headlines[3], doc.List(w.headlines[4], w.headlines[5]), w.headlines[6]), doc.Ordered(w.headlines[8], w.headlines[9], w.headlines[10]),
		doc.PictureOf(2, "", "", ""), doc.PictureOf(3, "", "", ""),
		doc.Gallery(w.summaries[1], doc.PictureOf(4, "", "", ""), doc.PictureOf(5, "", "", ""), doc.PictureOf(3, "", "", ""), doc.PictureOf(1, "", "", "")),
		doc.Table(w.headlines[5], true, []string{w.sections[0], w.sections[1], w.sections[2]}, []string{w.place, "2.60", "43,000"}, []string{w.writers[0], "3.00", "41,200"}),
		embed, doc.Embed("https://harbor.example/tides", w.headlines[12], w.paper),
		doc.Audio(1, "", w.summaries[2], ""), doc.Video(1, 1, "", w.summaries[3], ""),
		doc.Fact(w.sections[0], doc.P(w.text[3]), doc.H3(w.sections[1]), doc.List(w.headlines[3], w.headlines[4])),
		doc.Frame(w.headlines[5], "<p>"+w.said, 120), doc.Divider(), doc.Code("go", "package main\n\nfunc main() {\n\tprintln(\"high water 06:40, low water 12:58, and then high water again at 19:04, all of them in local time\")\n}\n"),
		doc.P(w.text[2]),
	).HTML(show)
}

func samplePicture(w town) func(int64) (doc.Picture, bool) {
	return func(id int64) (doc.Picture, bool) {
		p := still([]string{"ferry", "bridge", "market", "light", "stage", "rowing"}[id%6], w.said)
		d := doc.Picture{Src: p.Src, Width: p.Width, Height: p.Height, Alt: p.Alt, Caption: w.summaries[1], Credit: w.paper}
		if p.Tall() {
			d.Focus = "tall"
		}
		return d, true
	}
}

func sampleOthers(w town) []sample {
	home := "/_gallery/" + w.lang + "/"
	a := sampleArticle(w)
	at := Stamp{"2025-06-18T09:12:00-04:00", w.long}
	diff := template.HTML("<p>" + strings.Replace(template.HTMLEscapeString(w.text[3]), " ", " <del>"+w.times[0]+"</del> <ins>"+w.times[1]+"</ins> ", 1))
	history := HistoryPage{Frame: a.Frame, Headline: a.Headline, Href: home + "article", Entries: []Entry{
		{Kind: "update", When: at, Note: w.summaries[5%len(w.summaries)]}, {Kind: "correction", When: at, Note: w.summaries[3], Diff: diff},
		{Kind: "minor", When: at}, {Kind: "published", When: at},
	}}
	standing := StandingPage{Frame: a.Frame, Name: w.pages[0], Updated: Stamp{"2025-06-01", w.times[1]},
		Body: doc.New(doc.P(w.text[0]), doc.H2(w.pages[1]), doc.P(w.text[1]), doc.List(w.writers[0], w.writers[1])).HTML(doc.Show{})}
	all := []sample{{"history", viewHistory, history}, {"standing", viewStanding, standing}}
	for _, status := range []int{400, 403, 404, 405, 410, 413, 421, 429, 500, 503} {
		all = append(all, sample{fmt.Sprintf("error/%d", status), viewError, ErrorPage{Frame: a.Frame, Status: status, Latest: "latest"}})
	}
	return all
}

func noon(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 12, 0, 0, 0, time.UTC) }

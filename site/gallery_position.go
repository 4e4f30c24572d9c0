package site

import (
	"lede/ad"
	"lede/internal/doc"
	"lede/internal/tongue"
)

// samplePositions are pages with all their positions: with the paper's own card, with a house ad's, and with an ad over it.
func samplePositions(w town) []sample {
	house := HouseCard{Head: w.headlines[4], Line: w.summaries[2], Verb: w.sections[0], Href: "/_gallery/" + w.lang + "/standing"}
	own, filled := sampleArticle(w), sampleArticle(w)
	own.Related, filled.Related = nil, nil
	placeSample(w, &own, HouseCard{}, "")
	placeSample(w, &filled, house, "/_gallery/frame")
	front := sampleFront(w, 36, nil)
	front.Positions = samplePlaces(house, "")
	list := sampleLists(w)[0]
	page := list.page.(SectionPage)
	page.Positions = samplePlaces(HouseCard{}, "")
	return []sample{{"position", viewArticle, own}, {"position/filled", viewArticle, filled}, {"position/front", viewFront, front}, {"position/list", list.view, page}}
}

func samplePlaces(card HouseCard, frame string) Positions {
	at := func(p ad.Place, n int) *Position { return &Position{Place: p, N: n, Card: card, Frame: frame} }
	return Positions{Above: at(ad.Top, 0), Beside: at(ad.Beside, 1), Between: at(ad.Between, 2), Below: at(ad.Foot, 3), Boxes: true}
}

func placeSample(w town, page *ArticlePage, card HouseCard, frame string) {
	page.Positions = samplePlaces(card, frame)
	page.Paid = tongue.For(w.lang).T("Sponsored by {0}", w.writers[2])
	views, err := parse(func(name string) string { return "/_gallery/asset/" + name }, sampleSlot)
	if err != nil {
		panic(err)
	}
	sh := &sheet{Site: &Site{views: views}, lang: w.lang}
	text := doc.New(doc.P(w.text[0]), doc.P(w.text[1]), doc.P(w.text[2]), doc.P(w.text[3]))
	page.Body = text.HTML(doc.Show{T: tongue.For(w.lang).T, After: sh.within(page.Frame, map[int]*Position{1: {Place: ad.Text, N: 4, Card: card, Frame: frame}}, "")})
}

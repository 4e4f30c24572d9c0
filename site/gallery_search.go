package site

import (
	"lede/internal/tongue"
	"lede/search"
)

// sampleSearches are the search in its states: before anything was asked, with what it found, with what was found instead or of which
// only some words were found, with nothing, and with what cannot be searched.
func sampleSearches(w town) []sample {
	t := tongue.For(w.lang)
	home := "/_gallery/" + w.lang + "/search"
	empty := SearchPage{Frame: sampleFrame(w), Action: home + "/found", Suggest: home + "/suggest", Page: 1}
	empty.Robots = "noindex"
	for i, name := range w.sections {
		empty.Within = append(empty.Within, SearchSection{Slug: "s", Name: name, Chosen: i < 0})
	}
	found := empty
	found.Asked, found.Query, found.Count, found.Older, found.Newest = true, w.place, t.N(100, "More than {n} articles"), &Link{Href: home + "/found"}, &Link{Href: home + "/found"}
	for i, c := range sampleCards(w, 0, 6) {
		hit := SearchHit{Card: c}
		if i%3 < 2 {
			hit.Snippet = []search.Piece{{Text: "… " + w.text[0] + " "}, {Text: w.place, Match: true}, {Text: " " + w.text[1] + " …"}}
		}
		found.Hits = append(found.Hits, hit)
	}
	later := found
	later.Page, later.Newer, later.Newest, later.Relevant, later.ByDate, later.Section = 2, later.Older, nil, later.Older, true, "s"
	instead, some, maybe := found, found, found
	instead.Instead, instead.Query, instead.Hits, instead.Older = w.writers[0], w.writers[0]+"x", found.Hits[:2], nil
	some.Some, some.Newest, some.Count, some.Older = true, nil, "", nil
	maybe.Maybe, maybe.Count = &Link{Href: home + "/found", Name: w.writers[1]}, t.N(2, "{n} articles")
	nothing := empty
	nothing.Asked, nothing.Query, nothing.Strange, nothing.Latest = true, w.headlines[longHeadline], []string{w.writers[2]}, "latest"
	wrong := empty
	wrong.Asked, wrong.From, wrong.Wrong, wrong.Says = true, "1.6.2025", "from", t.T("“{0}” is no day. A day is written as {1}.", "1.6.2025", "2025-06-17")
	return []sample{{"search", viewSearch, empty}, {"search/found", viewSearch, found}, {"search/2", viewSearch, later}, {"search/instead", viewSearch, instead},
		{"search/some", viewSearch, some}, {"search/maybe", viewSearch, maybe}, {"search/nothing", viewSearch, nothing}, {"search/wrong", viewSearch, wrong}}
}

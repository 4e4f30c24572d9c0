package section_test

import (
	"errors"
	"testing"

	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/fault"
	"lede/ledetest"
	"lede/section"
)

func each(t *testing.T, story func(t *testing.T, p *ledetest.Paper)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { story(t, ledetest.Open(t, d)) })
}

func TestSectionKnowsWhatStandsAboveAndBelowIt(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		tree, err := p.Sections.Tree(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if line := tree.Line(p.Ferries.ID); len(line) != 2 || line[0].ID != p.Ferries.ID || line[1].ID != p.Harbor.ID {
			t.Errorf("the line of Ferries is %v", line)
		}
		if below := tree.Below(p.Harbor.ID); len(below) != 1 || below[0].ID != p.Ferries.ID {
			t.Errorf("below Harbor stand %v", below)
		}
	})
}

func TestRingOfSectionsEnds(t *testing.T) {
	tree := section.Tree{{ID: 1, Parent: 2}, {ID: 2, Parent: 1}}
	if line := tree.Line(1); len(line) > 3 {
		t.Errorf("a ring of two has a line of %d", len(line))
	}
}

func TestOneAddressIsOneThing(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		for _, slug := range []string{"world", "api", "media", "by", "2025", "ar", "de", "history", "World", "a b", "", "../x", "a--b"} {
			_, err := p.Sections.Add(t.Context(), section.Section{Slug: slug, Kind: section.News, Names: map[string]string{"en": "X"}}, p.Now())
			if !errors.As(err, new(fault.Form)) {
				t.Errorf("a section at /%s gives %v, wanted what to mend", slug, err)
			}
		}
		topic := section.Topic{Slug: "world", Kind: "place", Names: map[string]string{"en": "World"}}
		if _, err := p.Sections.AddTopic(t.Context(), topic, p.Now()); !errors.As(err, new(fault.Form)) {
			t.Errorf("a topic at a section's address gives %v", err)
		}
	})
}

func TestOnlyAnEmptySectionIsTakenAway(t *testing.T) {
	each(t, func(t *testing.T, p *ledetest.Paper) {
		p.Publish(p.Text("Here"))
		for name, id := range map[string]int64{"World, which has articles": p.World.ID, "Harbor, which has one below": p.Harbor.ID} {
			if err := p.Sections.Remove(t.Context(), id, p.Now()); !fault.IsInvalid(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := p.Sections.Remove(t.Context(), p.Ferries.ID, p.Now()); err != nil {
			t.Fatal(err)
		}
		var moved fault.Moved
		if _, err := p.Papers.At(t.Context(), "/ferries"); !errors.As(err, &moved) || moved.To != "/" {
			t.Errorf("where it stood: %v, wanted to be led to the front", err)
		}
		if _, err := p.Sections.Add(t.Context(), section.Section{Slug: "ferries", Kind: section.News, Names: map[string]string{"en": "X"}}, p.Now()); !errors.As(err, new(fault.Form)) {
			t.Errorf("an address that was given out is given to another: %v", err)
		}
	})
}

func TestNameIsTheNearestThereIs(t *testing.T) {
	s := section.Section{Slug: "s", Names: map[string]string{"pt": "Mundo", "en": "World", "de": "Welt"}}
	for lang, want := range map[string]string{"pt-BR": "Mundo", "de": "Welt", "ar": "World"} {
		if got := s.NameIn(lang); got != want {
			t.Errorf("in %s it is called %s, wanted %s", lang, got, want)
		}
	}
	if got := (section.Section{Slug: "s", Names: map[string]string{"fr": "Monde", "es": "Mundo"}}).NameIn("ar"); got != "Mundo" {
		t.Errorf("without English it is called %s, wanted always the same", got)
	}
}

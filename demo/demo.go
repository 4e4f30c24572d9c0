// Package demo fills an empty paper with The Narrows, the daily of a harbor town that does not exist, so that
// everything a paper can show has something to be seen on.
package demo

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"lede/article"
	"lede/paper"
	"lede/press"
	"lede/section"
	"lede/staff"
)

//go:embed paper.json sales.json ads articles comments pages pictures work
var files embed.FS

// settings is paper.json.
type settings struct {
	Name      string            `json:"name"`
	Names     map[string]string `json:"names"`
	Place     string            `json:"place"`
	Places    map[string]string `json:"places"`
	Motto     string            `json:"motto"`
	Mottos    map[string]string `json:"mottos"`
	Zone      string            `json:"zone"`
	Languages []string          `json:"languages"`
	Menu      []string          `json:"menu"`
	Sections  []sectionOf       `json:"sections"`
	Topics    []topicOf         `json:"topics"`
	Bylines   []bylineOf        `json:"bylines"`
	Staff     []staffOf         `json:"staff"`
	Footer    []footerOf        `json:"footer"`
	Nameplate paper.Plate       `json:"nameplate"`
}

type footerOf struct {
	Page  string            `json:"page"`
	Names map[string]string `json:"names"`
}

type sectionOf struct {
	Slug     string            `json:"slug"`
	Kind     string            `json:"kind"`
	Names    map[string]string `json:"names"`
	Sections []sectionOf       `json:"sections"`
}

type topicOf struct {
	Slug  string            `json:"slug"`
	Kind  string            `json:"kind"`
	Names map[string]string `json:"names"`
	Other []string          `json:"other"`
}

type bylineOf struct {
	Slug    string            `json:"slug"`
	Name    string            `json:"name"`
	Names   map[string]string `json:"names"`
	About   string            `json:"about"`
	Picture string            `json:"picture"`
}

// Fill puts The Narrows into an empty paper, with times counted back from now, and tells of its progress. What it began
// and did not finish it finishes when it is called again. Any other paper that has articles is refused and stays as it is.
func Fill(ctx context.Context, p *press.Press, now time.Time, say func(string)) error {
	return newFiller(p, now, say).fill(ctx)
}

// filler remembers what it has made, by the names the files use.
type filler struct {
	*press.Press
	now      time.Time
	say      func(string)
	width    int // of the drawings, in pixels
	zone     *time.Location
	sections map[string]int64
	topics   map[string]int64
	bylines  map[string]int64
	staff    map[string]int64
	groups   map[string]int64
	stories  map[string]story // by the names of their files
	pictures map[string]int64
	sounds   map[string]int64
	shop     shop
	mu       sync.Mutex // held by draw for pictures and say
}

func newFiller(p *press.Press, now time.Time, say func(string)) *filler {
	return &filler{Press: p, now: now, say: say, width: width, sections: map[string]int64{}, topics: map[string]int64{}, bylines: map[string]int64{}, staff: map[string]int64{},
		groups: map[string]int64{}, stories: map[string]story{}, pictures: map[string]int64{}, sounds: map[string]int64{}}
}

func (f *filler) fill(ctx context.Context) error {
	if err := mayFill(ctx, f.Press); err != nil {
		return err
	}
	text, err := files.ReadFile("paper.json")
	if err != nil {
		return err
	}
	var s settings
	if err := json.Unmarshal(text, &s); err != nil {
		return fmt.Errorf("paper.json: %w", err)
	}
	for _, step := range []func(context.Context, settings) error{f.paper, f.draw, f.tree, f.people, f.pages, f.newsroom, f.work, f.alert, f.sell, f.articles} {
		if err := step(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func (f *filler) paper(ctx context.Context, s settings) error {
	p, err := f.Papers.Get(ctx)
	if err != nil {
		return err
	}
	p.Name, p.Names, p.Place, p.Places, p.Motto, p.Mottos = s.Name, s.Names, s.Place, s.Places, s.Motto, s.Mottos
	p.Zone, p.Langs, p.Plate, p.Hours24 = s.Zone, s.Languages, s.Nameplate, true
	p.Contact = contact
	p.Menu, p.Footer = s.menu(), s.footer()
	f.zone = p.Clock()
	return f.Papers.Set(ctx, p, f.now)
}

func (s settings) menu() []paper.Link {
	var links []paper.Link
	for _, slug := range s.Menu {
		for _, sec := range s.Sections {
			if sec.Slug == slug {
				links = append(links, paper.Link{To: "/" + slug, Name: sec.Names["en"], Names: sec.Names})
			}
		}
	}
	return links
}

func (s settings) footer() []paper.Link {
	var links []paper.Link
	for _, f := range s.Footer {
		links = append(links, paper.Link{To: "/" + f.Page, Name: f.Names["en"], Names: f.Names})
	}
	return links
}

func (f *filler) tree(ctx context.Context, s settings) error {
	old, err := f.Sections.Tree(ctx)
	if err != nil {
		return err
	}
	if err := f.grow(ctx, s.Sections, 0); err != nil {
		return err
	}
	for _, sec := range old {
		if _, kept := f.sections[sec.Slug]; !kept {
			if err := f.Sections.Remove(ctx, sec.ID, f.now); err != nil {
				return err
			}
		}
	}
	for _, t := range s.Topics {
		topic := section.Topic{Slug: t.Slug, Kind: t.Kind, Names: t.Names, OtherNames: t.Other}
		id, err := f.once(ctx, topic.Path(), func() (int64, error) {
			made, err := f.Sections.AddTopic(ctx, topic, f.now)
			return made.ID, err
		})
		if err != nil {
			return fmt.Errorf("topic %s: %w", t.Slug, err)
		}
		f.topics[t.Slug] = id
	}
	return nil
}

func (f *filler) grow(ctx context.Context, sections []sectionOf, parent int64) error {
	for place, s := range sections {
		sec := section.Section{Parent: parent, Place: place, Slug: s.Slug, Kind: s.Kind, Names: s.Names}
		id, err := f.once(ctx, sec.Path(), func() (int64, error) {
			made, err := f.Sections.Add(ctx, sec, f.now)
			return made.ID, err
		})
		if err != nil {
			return fmt.Errorf("section %s: %w", s.Slug, err)
		}
		f.sections[s.Slug] = id
		if err := f.grow(ctx, s.Sections, id); err != nil {
			return err
		}
	}
	return nil
}

func (f *filler) people(ctx context.Context, s settings) error {
	for _, b := range s.Bylines {
		face, err := f.picture(b.Picture)
		if err != nil {
			return err
		}
		byline := staff.Byline{Slug: b.Slug, Name: b.Name, Names: b.Names, About: b.About, Picture: face}
		id, err := f.once(ctx, byline.Path(), func() (int64, error) {
			made, err := f.Staff.Add(ctx, byline, f.now)
			return made.ID, err
		})
		if err != nil {
			return fmt.Errorf("byline %s: %w", b.Slug, err)
		}
		f.bylines[b.Slug] = id
	}
	return nil
}

func (f *filler) articles(ctx context.Context, s settings) error {
	names, err := files.ReadDir("articles")
	if err != nil {
		return err
	}
	picks := map[string]map[int]int64{}
	for i, name := range names {
		text, err := files.ReadFile("articles/" + name.Name())
		if err != nil {
			return err
		}
		a, err := readArticle(string(text))
		if err != nil {
			return fmt.Errorf("%s: %w", name.Name(), err)
		}
		told, err := f.publish(ctx, a)
		if err != nil {
			return fmt.Errorf("%s: %w", name.Name(), err)
		}
		f.stories[strings.TrimSuffix(name.Name(), ".md")] = told
		if a.front > 0 {
			if picks[a.lang] == nil {
				picks[a.lang] = map[int]int64{}
			}
			picks[a.lang][a.front] = told.id
		}
		if (i+1)%16 == 0 || i+1 == len(names) {
			f.progress("articles", i+1, len(names))
		}
	}
	if err := f.talk(ctx); err != nil {
		return fmt.Errorf("comments: %w", err)
	}
	if err := f.readAds(ctx); err != nil {
		return fmt.Errorf("ads: %w", err)
	}
	return f.fronts(ctx, s.Languages, picks)
}

// publish keeps an article as it was first published, and then changes it as it was changed; what of that was done before
// stands.
func (f *filler) publish(ctx context.Context, a written) (story, error) {
	final, err := f.text(ctx, a)
	if err != nil {
		return story{}, err
	}
	texts := f.history(final, a.changes)
	at := f.now.Add(-a.age)
	made, _, err := f.Articles.Keep(ctx, texts[0], "demo:"+a.slug+":"+a.lang, at)
	if err != nil {
		return story{}, err
	}
	if group := a.head["group"]; group != "" {
		f.groups[group] = made.Group
	}
	if !made.Published.IsZero() { // at another time, before it was interrupted
		at = made.Published
	}
	if made.Version == 1 {
		if err := f.Articles.Publish(ctx, made.ID, 1, at, at, 0); err != nil {
			return story{}, err
		}
	}
	for i, c := range a.changes {
		if int64(i+2) < made.Version {
			continue
		}
		if err := f.Articles.Amend(ctx, made.ID, int64(i+2), texts[i+1], article.Amendment{Kind: c.kind, Note: c.note}, 0, f.now.Add(-c.age)); err != nil {
			return story{}, err
		}
	}
	return story{made.ID, at}, nil
}

// history is the text before each of the changes, the first first, and last the text as it is.
func (f *filler) history(final article.Text, changes []change) []article.Text {
	texts := make([]article.Text, len(changes)+1)
	texts[len(changes)] = final
	for i := len(changes) - 1; i >= 0; i-- {
		before := texts[i+1]
		before.Body = before.Body.Replace(changes[i].after, changes[i].before)
		before.Summary = strings.ReplaceAll(before.Summary, changes[i].after, changes[i].before)
		texts[i] = before
	}
	return texts
}

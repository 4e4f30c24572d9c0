package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"lede/article"
	"lede/internal/doc"
	"lede/press"
	"lede/section"
	"lede/staff"
)

// desk is who writes the generated articles, and of what.
type desk struct {
	sections, topics, bylines []int64
}

// found gives an empty paper its name, eight sections (two below others), forty bylines and sixty topics.
func found(ctx context.Context, p *press.Press, now time.Time) (*desk, error) {
	settings, err := p.Papers.Get(ctx)
	if err != nil {
		return nil, err
	}
	settings.Name, settings.Place, settings.Zone, settings.Motto = "The Narrows", "Port Ellery", "America/New_York", "What the harbor knows by noon"
	if err := p.Papers.Set(ctx, settings, now); err != nil {
		return nil, err
	}
	d := &desk{}
	made := map[string]int64{}
	for place, line := range []string{"harbor", "city", "business", "science", "culture", "opinion", "harbor/ferries", "city/schools"} {
		above, slug, below := strings.Cut(line, "/")
		if !below {
			above, slug = "", line
		}
		s := section.Section{Parent: made[above], Place: place, Slug: slug, Kind: section.News, Names: map[string]string{"en": title(slug)}}
		if slug == "opinion" {
			s.Kind = section.Opinion
		}
		if s, err = p.Sections.Add(ctx, s, now); err != nil {
			return nil, err
		}
		made[line] = s.ID
		d.sections = append(d.sections, s.ID)
	}
	return d, d.people(ctx, p, now)
}

func (d *desk) people(ctx context.Context, p *press.Press, now time.Time) error {
	r := rand.New(rand.NewPCG(7, 7))
	for i := range 40 {
		name := title(word(r)) + " " + title(word(r)+word(r))
		b, err := p.Staff.Add(ctx, staff.Byline{Slug: fmt.Sprintf("writer-%d", i), Name: name, About: sentence(r)}, now)
		if err != nil {
			return err
		}
		d.bylines = append(d.bylines, b.ID)
	}
	for i := range 60 {
		name := title(word(r) + " " + word(r))
		t, err := p.Sections.AddTopic(ctx, section.Topic{Slug: fmt.Sprintf("topic-%d", i), Kind: "subject", Names: map[string]string{"en": name}}, now)
		if err != nil {
			return err
		}
		d.topics = append(d.topics, t.ID)
	}
	return nil
}

// text is article i: the same in every run. Three to eleven paragraphs, 120 to 700 words.
func (d *desk) text(i int) article.Text {
	r := rand.New(rand.NewPCG(uint64(i), 11))
	headline := title(phrase(r, 6+r.IntN(6)))
	t := article.Text{
		Lang: "en", Headline: headline, Summary: sentence(r), Dateline: "PORT ELLERY",
		Sections: []int64{pick(r, d.sections)}, Bylines: []int64{pick(r, d.bylines)}, Topics: []int64{pick(r, d.topics)},
	}
	if i%5 == 0 {
		t.Bylines = append(t.Bylines, d.other(r, d.bylines, t.Bylines[0]))
		t.Topics = append(t.Topics, d.other(r, d.topics, t.Topics[0]))
	}
	var blocks []doc.Node
	for n := range 3 + r.IntN(9) {
		if n > 0 && n%4 == 0 {
			blocks = append(blocks, doc.H2(title(phrase(r, 4))))
		}
		blocks = append(blocks, doc.P(paragraph(r)))
	}
	t.Body = doc.New(blocks...)
	return t
}

func (d *desk) other(r *rand.Rand, of []int64, than int64) int64 {
	for {
		if id := pick(r, of); id != than {
			return id
		}
	}
}

func pick(r *rand.Rand, of []int64) int64 { return of[r.IntN(len(of))] }

// syllables make words that compress about as English does, since common words come often.
var syllables = strings.Fields("har bor fer ry coun cil mar ket tide wa ter bridge light stone sal vage mill quay north south ward en der ly ing son ton ley est ish able tion al er in on at or an")

var common = strings.Fields("the of and to in a is that for it was on are as with his they at be this from have or by one had not but what all were when we there can an your which their said if do will each about how up out them then she many some so these would other into has more two her like him see time could no make than first been its who now people my made over did down only way find use may water long little very after words called just where most know")

func word(r *rand.Rand) string {
	var b strings.Builder
	for range 1 + r.IntN(3) {
		b.WriteString(syllables[r.IntN(len(syllables))])
	}
	return b.String()
}

func phrase(r *rand.Rand, n int) string {
	words := make([]string, n)
	for i := range words {
		if r.IntN(5) < 3 {
			words[i] = common[min(r.IntN(len(common)), r.IntN(len(common)))]
		} else {
			words[i] = word(r)
		}
	}
	return strings.Join(words, " ")
}

func sentence(r *rand.Rand) string { return title(phrase(r, 8+r.IntN(14))) + "." }

func paragraph(r *rand.Rand) string {
	sentences := make([]string, 2+r.IntN(4))
	for i := range sentences {
		sentences[i] = sentence(r)
	}
	return strings.Join(sentences, " ")
}

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

package desk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"lede/article"
	"lede/internal/doc"
	"lede/paper"
)

// ids are ids as JSON has them: texts, since a script cannot hold 63 bits. Numbers are read too.
type ids []int64

func (l ids) MarshalJSON() ([]byte, error) {
	out := make([]string, len(l))
	for i, id := range l {
		out[i] = strconv.FormatInt(id, 10)
	}
	return json.Marshal(out)
}

func (l *ids) UnmarshalJSON(b []byte) error {
	var list []id
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	*l = nil
	for _, one := range list {
		if one != 0 {
			*l = append(*l, int64(one))
		}
	}
	return nil
}

// id is one id as JSON has it; "" and null are 0.
type id int64

func (i id) MarshalJSON() ([]byte, error) {
	if i == 0 {
		return []byte(`""`), nil
	}
	return json.Marshal(strconv.FormatInt(int64(i), 10))
}

func (i *id) UnmarshalJSON(b []byte) error {
	s := string(bytes.Trim(b, `"`))
	if s == "" || s == "null" {
		*i = 0
		return nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	*i = id(n)
	return err
}

type headlinePart struct {
	Kicker   string      `json:"kicker"`
	Headline string      `json:"headline"`
	Summary  string      `json:"summary"`
	Slug     string      `json:"slug"`
	Search   snippetPart `json:"search"`
	Social   snippetPart `json:"social"`
}

type snippetPart struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	Media       id     `json:"media,omitzero"`
}

func snippet(s article.Snippet) snippetPart {
	return snippetPart{Title: s.Title, Description: s.Description, Media: id(s.Media)}
}

func (p snippetPart) text() article.Snippet {
	return article.Snippet{Title: p.Title, Description: p.Description, Media: int64(p.Media)}
}

type picturesPart struct {
	Media   id     `json:"media"`
	Alt     string `json:"alt"`
	Caption string `json:"caption"`
	Credit  string `json:"credit"`
}

type filingPart struct {
	Lang      string       `json:"lang"`
	Dateline  string       `json:"dateline"`
	Bylines   ids          `json:"bylines"`
	Sections  ids          `json:"sections"`
	Topics    ids          `json:"topics"`
	Related   ids          `json:"related"`
	Sources   []sourcePart `json:"sources"`
	Sensitive bool         `json:"sensitive"`
	Sponsor   string       `json:"sponsor"`
	Quiet     bool         `json:"quiet"`
	Seen      string       `json:"seen"`
}

type sourcePart struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// split is a part of a text as the editor gets it.
func split(t article.Text, part string) (json.RawMessage, error) {
	switch part {
	case Headline:
		return json.Marshal(headlinePart{Kicker: t.Kicker, Headline: t.Headline, Summary: t.Summary, Slug: t.Slug, Search: snippet(t.Search), Social: snippet(t.Social)})
	case Pictures:
		return json.Marshal(picturesPart{Media: id(t.Lead.Media), Alt: t.Lead.Alt, Caption: t.Lead.Caption, Credit: t.Lead.Credit})
	case Filing:
		p := filingPart{Lang: t.Lang, Dateline: t.Dateline, Bylines: t.Bylines, Sections: t.Sections, Topics: t.Topics, Related: t.Related,
			Sources: []sourcePart{}, Sensitive: t.Sensitive, Sponsor: t.Sponsor, Quiet: t.Quiet, Seen: t.Seen}
		for _, s := range t.Sources {
			p.Sources = append(p.Sources, sourcePart(s))
		}
		return json.Marshal(p)
	}
	if t.Body.Schema == 0 {
		t.Body = doc.New()
	}
	return json.RawMessage(t.Body.JSON()), nil
}

// join puts a part into a text. The error says, for a person, why it cannot be a text.
func join(t *article.Text, part string, value json.RawMessage) (err error) {
	switch part {
	case Headline:
		err = joinHeadline(t, value)
	case Pictures:
		var p picturesPart
		if err = json.Unmarshal(value, &p); err == nil {
			t.Lead = article.Picture{Media: int64(p.Media), Alt: p.Alt, Caption: p.Caption, Credit: p.Credit}
		}
	case Filing:
		err = joinFiling(t, value)
	case Body:
		var body doc.Doc
		if body, err = doc.Parse(value); err == nil {
			t.Body = body
		}
	}
	if err != nil {
		return fmt.Errorf("the %s cannot be read as part of an article: %w", part, err)
	}
	return nil
}

func joinHeadline(t *article.Text, value json.RawMessage) error {
	var p headlinePart
	if err := json.Unmarshal(value, &p); err != nil {
		return err
	}
	t.Kicker, t.Headline, t.Summary, t.Slug = p.Kicker, p.Headline, p.Summary, article.Slug(p.Slug)
	t.Search, t.Social = p.Search.text(), p.Social.text()
	return nil
}

// joinFiling mends what a person could not: an article is in some language.
func joinFiling(t *article.Text, value json.RawMessage) error {
	var p filingPart
	if err := json.Unmarshal(value, &p); err != nil {
		return err
	}
	if p.Lang != "" {
		t.Lang = p.Lang
	}
	t.Dateline, t.Sensitive, t.Seen = p.Dateline, p.Sensitive, paper.Line(p.Seen)
	t.Sponsor, t.Quiet = paper.Line(p.Sponsor), p.Quiet
	t.Bylines, t.Sections, t.Topics = distinct(p.Bylines), distinct(p.Sections), distinct(p.Topics)
	t.Related = distinct(p.Related)
	t.Sources = nil
	for _, s := range p.Sources {
		if s.Name+s.URL != "" {
			t.Sources = append(t.Sources, article.Source(s))
		}
	}
	return nil
}

func distinct(list []int64) []int64 {
	var out []int64
	seen := map[int64]bool{}
	for _, n := range list {
		if !seen[n] {
			seen[n], out = true, append(out, n)
		}
	}
	return out
}

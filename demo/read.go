package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"lede/article"
	"lede/internal/db"
	"lede/internal/doc"
	"lede/paper"
)

// written is an article as its file tells it: a header of "key: value" lines, an empty line, Markdown.
type written struct {
	head    map[string]string
	slug    string
	lang    string
	age     time.Duration
	front   int
	changes []change // oldest first
	notes   []note
	length  int // in words, as ordered
	body    string
}

// change is what followed publication: "correction | 1h20m | why | old words => new words".
type change struct {
	kind, note    string
	age           time.Duration
	before, after string
}

func readArticle(text string) (a written, err error) {
	head, body, ok := strings.Cut(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n")
	if !ok {
		return a, fmt.Errorf("there is no empty line after the header")
	}
	a = written{head: map[string]string{}, body: body, lang: "en"}
	for _, line := range strings.Split(head, "\n") {
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			return a, fmt.Errorf("%q is not a line of a header", line)
		}
		if err := a.take(key, strings.TrimSpace(value)); err != nil {
			return a, err
		}
	}
	slices.SortFunc(a.changes, func(x, y change) int { return int(y.age - x.age) })
	a.slug = a.head["slug"]
	if a.head["lang"] != "" {
		a.lang = a.head["lang"]
	}
	if a.head["age"] != "" {
		if a.age, err = readAge(a.head["age"]); err != nil {
			return a, err
		}
	}
	if a.head["length"] != "" {
		if a.length, err = strconv.Atoi(a.head["length"]); err != nil {
			return a, err
		}
	}
	a.front, err = readFront(a.head["front"])
	return a, err
}

// take takes one line of the header; changes and notes may stand there several times.
func (a *written) take(key, value string) error {
	switch key {
	case "change":
		c, err := readChange(value)
		a.changes = append(a.changes, c)
		return err
	case "note":
		n, err := readNote(value)
		a.notes = append(a.notes, n)
		return err
	}
	a.head[key] = value
	return nil
}

func readFront(place string) (int, error) {
	switch place {
	case "":
		return 0, nil
	case "lead":
		return 1, nil
	}
	n, err := strconv.Atoi(place)
	return n + 1, err
}

func readChange(text string) (change, error) {
	parts := strings.SplitN(text, "|", 4)
	if len(parts) != 4 {
		return change{}, fmt.Errorf("%q is not a change", text)
	}
	age, err := readAge(strings.TrimSpace(parts[1]))
	if err != nil {
		return change{}, err
	}
	before, after, ok := strings.Cut(parts[3], "=>")
	if !ok {
		return change{}, fmt.Errorf("%q does not say what became of what", parts[3])
	}
	return change{kind: strings.TrimSpace(parts[0]), note: strings.TrimSpace(parts[2]), age: age,
		before: strings.TrimSpace(before), after: strings.TrimSpace(after)}, nil
}

// readAge reads "3d4h10m".
func readAge(text string) (time.Duration, error) {
	days, rest, ok := strings.Cut(text, "d")
	if !ok {
		return time.ParseDuration(text)
	}
	n, err := strconv.Atoi(days)
	if err != nil {
		return 0, err
	}
	age := time.Duration(n) * 24 * time.Hour
	if rest == "" {
		return age, nil
	}
	more, err := time.ParseDuration(rest)
	return age + more, err
}

func (f *filler) text(ctx context.Context, a written) (t article.Text, err error) {
	t = article.Text{
		Lang: a.lang, Slug: a.slug, Kicker: a.head["kicker"], Headline: a.head["headline"], Summary: a.head["summary"],
		Dateline: a.head["dateline"], Sensitive: a.head["sensitive"] == "yes", Sources: readSources(a.head["sources"]),
	}
	if t.Sections, err = known(f.sections, a.head["section"]+","+a.head["also"]); err != nil {
		return t, err
	}
	if t.Topics, err = known(f.topics, a.head["topics"]); err != nil {
		return t, err
	}
	if t.Bylines, err = known(f.bylines, a.head["bylines"]); err != nil {
		return t, err
	}
	if group := a.head["group"]; group != "" {
		if f.groups[group] == 0 {
			f.groups[group] = db.NewID()
		}
		t.Group = f.groups[group]
	}
	if t.Lead.Media, err = f.picture(a.head["picture"]); err != nil {
		return t, err
	}
	t.Lead.Alt, t.Lead.Caption, t.Lead.Credit = a.head["alt"], a.head["caption"], a.head["credit"]
	t.Body, err = f.body(ctx, a.body)
	return t, err
}

func known(made map[string]int64, names string) ([]int64, error) {
	var ids []int64
	for _, name := range strings.Split(names, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		id, ok := made[name]
		if !ok {
			return nil, fmt.Errorf("%q is not in paper.json", name)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// readSources reads "Name <address>; Name <address>".
func readSources(text string) []article.Source {
	var list []article.Source
	for _, one := range strings.Split(text, ";") {
		name, rest, _ := strings.Cut(one, "<")
		if name = strings.TrimSpace(name); name != "" {
			list = append(list, article.Source{Name: name, URL: strings.TrimSuffix(strings.TrimSpace(rest), ">")})
		}
	}
	return list
}

var fence = regexp.MustCompile("(?ms)^```lede:([a-z]+)\n(.*?)\n```$")

// body reads Markdown in which the blocks that Markdown lacks are fences of ours.
func (f *filler) body(ctx context.Context, text string) (doc.Doc, error) {
	var blocks []doc.Node
	rest := 0
	plain := func(md string) error {
		d, err := doc.FromMarkdown(md)
		blocks = append(blocks, d.Blocks...)
		return err
	}
	for _, at := range fence.FindAllStringSubmatchIndex(text, -1) {
		if err := plain(text[rest:at[0]]); err != nil {
			return doc.Doc{}, err
		}
		n, err := f.block(ctx, text[at[2]:at[3]], text[at[4]:at[5]])
		if err != nil {
			return doc.Doc{}, fmt.Errorf("block %s: %w", text[at[2]:at[3]], err)
		}
		blocks = append(blocks, n)
		rest = at[1]
	}
	if err := plain(text[rest:]); err != nil {
		return doc.Doc{}, err
	}
	d := doc.New(blocks...)
	return d, d.Check()
}

// block is what a fence holds, whatever its kind.
type block struct {
	Text, Cite, Title, Caption, Credit, Alt string
	Picture, File, Poster, Transcript       string
	URL, Description, Site, Author          string
	Wide                                    bool
	Items                                   []struct{ Term, Text string }
	Pictures                                []block
}

func (f *filler) block(ctx context.Context, kind, text string) (doc.Node, error) {
	var b block
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		return doc.Node{}, err
	}
	switch kind {
	case "picture":
		return f.pictureBlock(ctx, b)
	case "gallery":
		var shown []doc.Node
		for _, one := range b.Pictures {
			n, err := f.pictureBlock(ctx, one)
			if err != nil {
				return n, err
			}
			shown = append(shown, n)
		}
		return doc.Gallery(b.Caption, shown...), nil
	case "pull":
		return doc.Pull(b.Cite, b.Text), nil
	case "fact":
		var facts []doc.Node
		for _, i := range b.Items {
			facts = append(facts, doc.P("**"+i.Term+"** "+i.Text))
		}
		return doc.Fact(b.Title, facts...), nil
	case "embed":
		n := doc.Embed(b.URL, b.Title, b.Site)
		n.Attrs.Description, n.Attrs.Author = b.Description, b.Author
		return n, nil
	case "audio":
		id, err := f.sound(ctx, b.File)
		n := doc.Audio(id, b.Title, b.Caption, b.Credit)
		n.Attrs.Transcript = b.Transcript
		return n, err
	case "video":
		id, err := f.film(ctx, b.File)
		if err != nil {
			return doc.Node{}, err
		}
		poster, err := f.picture(b.Poster)
		return doc.Video(id, poster, b.Title, b.Caption, b.Credit), err
	}
	return doc.Node{}, fmt.Errorf("there is no such block")
}

func (f *filler) pictureBlock(ctx context.Context, b block) (doc.Node, error) {
	id, err := f.picture(b.Picture)
	n := doc.PictureOf(id, b.Alt, b.Caption, b.Credit)
	n.Attrs.Wide = b.Wide
	return n, err
}

// pages keeps the standing pages: "imprint.md", and "imprint.ar.md" for Arabic.
func (f *filler) pages(ctx context.Context, s settings) error {
	names, err := fs.Glob(files, "pages/*.md")
	if err != nil {
		return err
	}
	order := []string{"imprint", "contact", "advertise", "corrections-policy", "privacy"}
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		slug, lang, foreign := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(name, "pages/"), ".md"), ".")
		if !foreign {
			lang = s.Languages[0]
		}
		title, body := readPage(string(text))
		d, err := f.body(ctx, body)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		version, err := f.version(ctx, slug, lang)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		p := paper.Page{Version: version, Slug: slug, Lang: lang, Place: slices.Index(order, slug), Title: title, Body: d}
		if err := f.Papers.SetPage(ctx, p, f.now); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// readPage takes the title off a standing page: "title: …" or "# …" on its first line.
func readPage(text string) (title, body string) {
	first, rest, _ := strings.Cut(text, "\n")
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(first, "title:"), "#")), rest
}

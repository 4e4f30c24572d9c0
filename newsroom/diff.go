package newsroom

import (
	"html/template"
	"strings"

	"lede/article"
	"lede/internal/doc"
)

// differing is one passage that differs between two texts of an article, both sides as HTML of ours.
type differing struct {
	Name          string // of the field or the kind of block
	What          string // "changed", "added", "removed", "moved"
	Before, After template.HTML
}

// differences are what differs between two texts, fields first.
func differences(before, after article.Text) []differing {
	var list []differing
	for _, f := range []struct{ name, was, is string }{
		{"Kicker", before.Kicker, after.Kicker}, {"Headline", before.Headline, after.Headline}, {"Summary", before.Summary, after.Summary},
		{"Dateline", before.Dateline, after.Dateline}, {"Address", before.Slug, after.Slug}, {"Language", before.Lang, after.Lang},
		{"Caption", before.Lead.Caption, after.Lead.Caption}, {"Alternative text", before.Lead.Alt, after.Lead.Alt}, {"Credit", before.Lead.Credit, after.Lead.Credit},
		{"Search title", before.Search.Title, after.Search.Title}, {"Search description", before.Search.Description, after.Search.Description},
		{"Social title", before.Social.Title, after.Social.Title}, {"Social description", before.Social.Description, after.Social.Description},
		{"Sources", sourcesOf(before), sourcesOf(after)},
	} {
		if f.was != f.is {
			list = append(list, lineDifference(f.name, f.was, f.is))
		}
	}
	for _, f := range []struct {
		name   string
		differ bool
	}{
		{"Picture", before.Lead.Media != after.Lead.Media}, {"Bylines", !sameIDs(before.Bylines, after.Bylines)}, {"Sections", !sameIDs(before.Sections, after.Sections)},
		{"People, places and subjects", !sameIDs(before.Topics, after.Topics)}, {"Related articles", !sameIDs(before.Related, after.Related)}, {"Mark as sensitive", before.Sensitive != after.Sensitive},
		{"Sponsor", before.Sponsor != after.Sponsor}, {"Positions for ads", before.Quiet != after.Quiet},
	} {
		if f.differ {
			list = append(list, differing{Name: f.name, What: "changed"})
		}
	}
	for _, c := range doc.Diff(before.Body, after.Body) {
		list = append(list, differing{Name: blockName(c.Type), What: string(c.Kind), Before: side(c.Before, doc.Deleted), After: side(c.After, doc.Inserted)})
	}
	return list
}

func sameIDs(a, b []int64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func sourcesOf(t article.Text) string {
	var names []string
	for _, s := range t.Sources {
		names = append(names, strings.TrimSpace(s.Name+" "+s.URL))
	}
	return strings.Join(names, " · ")
}

// lineDifference compares a line of two texts word by word.
func lineDifference(name, was, is string) differing {
	block := func(s string) doc.Doc {
		d := doc.Doc{Schema: doc.Version, Blocks: []doc.Node{{Type: "paragraph", ID: "aaaaaaaa"}}}
		if s != "" {
			d.Blocks[0].Content = []doc.Node{{Type: "text", Text: s}}
		}
		return d
	}
	d := differing{Name: name, What: "changed"}
	for _, c := range doc.Diff(block(was), block(is)) {
		d.Before, d.After = side(c.Before, doc.Deleted), side(c.After, doc.Inserted)
	}
	return d
}

// side is one side of a differing: of what changed only what stands on that side.
func side(list []doc.Piece, mine doc.Op) template.HTML {
	var b strings.Builder
	for _, p := range list {
		text := template.HTMLEscapeString(p.Text)
		switch {
		case p.Op == doc.Same:
			b.WriteString(text)
		case p.Op == mine:
			b.WriteString("<" + string(mine) + ">" + text + "</" + string(mine) + ">")
		}
	}
	return template.HTML(b.String()) // escaped text within ins and del
}

// blockName is a kind of block as staff call it.
func blockName(kind string) string {
	names := map[string]string{"paragraph": "Paragraph", "heading": "Heading", "list": "List", "quote": "Quotation", "pull": "Pull quote", "picture": "Picture",
		"gallery": "Gallery", "table": "Table", "embed": "Embed", "audio": "Sound", "video": "Film", "fact": "Fact box", "divider": "Divider", "code": "Code", "island": "Free code"}
	if name := names[kind]; name != "" {
		return name
	}
	return kind
}

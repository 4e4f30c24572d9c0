package doc

import (
	"slices"
	"strings"
)

// Replace is d with every occurrence of a passage replaced, in texts and in what blocks say of themselves (captions,
// alternative texts, credits, titles). A passage that runs across marks or lines of one block is found too; that
// block's texts are then joined and lose their marks. An embed or a link whose address holds it goes. d stays as it is.
func (d Doc) Replace(passage, with string) Doc {
	if passage == "" {
		return d
	}
	out := d.Clone()
	out.Blocks = slices.DeleteFunc(out.Blocks, func(n Node) bool { return strings.Contains(n.Attrs.URL, passage) })
	out.Walk(func(n *Node) { n.replace(passage, with) })
	return New(out.Blocks...)
}

func (n *Node) replace(passage, with string) {
	for _, said := range n.Attrs.texts() {
		*said = strings.ReplaceAll(*said, passage, with)
	}
	if strings.Contains(n.Attrs.Transcript, passage) {
		n.Attrs.Transcript = ""
	}
	n.Text = strings.ReplaceAll(n.Text, passage, with)
	for i := range n.Marks {
		if strings.Contains(n.Marks[i].Href, passage) {
			n.Marks = slices.Delete(slices.Clone(n.Marks), i, i+1)
			break
		}
	}
	n.join(passage, with)
}

// texts are the attributes that hold words of people.
func (a *Attrs) texts() []*string {
	return []*string{&a.Cite, &a.Alt, &a.Caption, &a.Credit, &a.Title, &a.Description, &a.Author, &a.Site, &a.Code}
}

// join makes one text of a block's texts if the passage runs across them.
func (n *Node) join(passage, with string) {
	if len(n.Content) < 2 || n.Content[0].Type != "text" && n.Content[0].Type != "hardBreak" {
		return
	}
	var whole strings.Builder
	within := 0
	for _, c := range n.Content {
		if c.Type == "hardBreak" {
			whole.WriteByte(' ')
		}
		whole.WriteString(c.Text)
		within += strings.Count(c.Text, passage)
	}
	if text := whole.String(); strings.Count(text, passage) > within {
		n.Content = []Node{{Type: "text", Text: strings.ReplaceAll(text, passage, with)}}
	}
}

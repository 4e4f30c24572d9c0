package doc

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// ErrNewer is what Parse says of a document written by a later schema than this program knows.
var ErrNewer = errors.New("the document was written by a newer version of Lede")

// Check tells what is wrong with a document made in Go, with the path of the node, or nil.
// A document that Check accepts is the same after Parse(d.JSON()).
func (d Doc) Check() error { return d.check(false) }

// check is Check; unsaved allows pictures that are not fetched yet.
func (d Doc) check(unsaved bool) error {
	if d.Schema != Version {
		return fmt.Errorf("schema %d: want %d", d.Schema, Version)
	}
	c := checker{ids: map[string]bool{}, unsaved: unsaved}
	return c.children("content", d.Blocks, blocks, 1)
}

type checker struct {
	ids     map[string]bool
	nodes   int
	unsaved bool
}

func (c *checker) children(path string, nodes []Node, allowed []string, depth int) error {
	for i := range nodes {
		at := fmt.Sprintf("%s[%d]", path, i)
		if !slices.Contains(allowed, nodes[i].Type) {
			return fmt.Errorf("%s: %q may not stand here", at, nodes[i].Type)
		}
		if err := c.node(at, &nodes[i], depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) node(path string, n *Node, depth int) error {
	c.nodes++
	if c.nodes > MaxNodes {
		return fmt.Errorf("%s: more than %d nodes", path, MaxNodes)
	}
	if depth > MaxDepth {
		return fmt.Errorf("%s: deeper than %d", path, MaxDepth)
	}
	k := kinds[n.Type]
	if err := c.id(n, k); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := n.checkAttrs(k, c.unsaved); err != nil {
		return fmt.Errorf("%s (%s): %w", path, n.Type, err)
	}
	if err := n.checkText(k); err != nil {
		return fmt.Errorf("%s (%s): %w", path, n.Type, err)
	}
	if err := n.checkContent(k); err != nil {
		return fmt.Errorf("%s (%s): %w", path, n.Type, err)
	}
	return c.children(path+".content", n.Content, k.holds, depth)
}

func (c *checker) id(n *Node, k kind) error {
	if !k.block {
		if n.ID != "" {
			return fmt.Errorf("%q has no id", n.Type)
		}
		return nil
	}
	if !goodID(n.ID) {
		return fmt.Errorf("attrs.id: %q is not 8 to 32 of a-z and 0-9", n.ID)
	}
	if c.ids[n.ID] {
		return fmt.Errorf("attrs.id: %q stands twice", n.ID)
	}
	c.ids[n.ID] = true
	return nil
}

func goodID(id string) bool {
	if len(id) < 8 || len(id) > 32 {
		return false
	}
	for _, c := range []byte(id) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

func (n *Node) checkAttrs(k kind, unsaved bool) error {
	left := n.Attrs // what no attribute of the table accounts for
	for i := range k.attrs {
		at := &k.attrs[i]
		if err := at.check(&n.Attrs, unsaved); err != nil {
			return fmt.Errorf("attrs.%s: %w", at.name, err)
		}
		at.clear(&left)
	}
	if left != (Attrs{}) {
		return errors.New("an attribute that it does not have is set")
	}
	return nil
}

func (at *attr) clear(a *Attrs) {
	switch at.is {
	case number:
		*at.num(a) = 0
	case flag:
		*at.flag(a) = false
	case media:
		*at.media(a) = 0
	default:
		*at.str(a) = ""
	}
}

func (at *attr) check(a *Attrs, unsaved bool) error {
	if at.name == "src" && a.Src != "" && !unsaved {
		return errors.New("the picture is not fetched yet")
	}
	if at.isZero(a) {
		if at.need && !(unsaved && a.Src != "") {
			return errors.New("is missing")
		}
		return nil
	}
	switch at.is {
	case number:
		if v := *at.num(a); v < at.min || v > at.max {
			return fmt.Errorf("%d is not within %d and %d", v, at.min, at.max)
		}
	case media:
		if *at.media(a) < 0 {
			return errors.New("is negative")
		}
	case line:
		return checkLine(*at.str(a))
	case source:
		return checkSource(*at.str(a))
	case link:
		if s := *at.str(a); !goodURL(s) {
			return fmt.Errorf("%q is no address that may stand here", shorten(s))
		}
	case name:
		if s := *at.str(a); !goodName(s) {
			return fmt.Errorf("%q is not a name", shorten(s))
		}
	case word:
		if s := *at.str(a); !slices.Contains(at.among, s) {
			return fmt.Errorf("%q is none of %s", shorten(s), strings.Join(at.among, ", "))
		}
	}
	return nil
}

func checkLine(s string) error {
	if utf8.RuneCountInString(s) > lineMax {
		return fmt.Errorf("longer than %d characters", lineMax)
	}
	if !cleanLine(s) || s != strings.TrimSpace(s) {
		return errors.New("has a control character, a line break, an outer space, or is not in normal form (NFC)")
	}
	return nil
}

func checkSource(s string) error {
	if len(s) > sourceMax {
		return fmt.Errorf("more than %d bytes", sourceMax)
	}
	if s != cleanSource(s) {
		return errors.New("has a control character or is not UTF-8")
	}
	return nil
}

// cleanLine tells whether s is valid UTF-8 in NFC without control characters.
func cleanLine(s string) bool {
	for _, r := range s {
		if control(r) {
			return false
		}
	}
	return utf8.ValidString(s) && norm.NFC.IsNormalString(s)
}

func goodName(s string) bool {
	if len(s) > 40 {
		return false
	}
	for _, c := range []byte(s) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && !strings.ContainsRune("+#._-", rune(c)) {
			return false
		}
	}
	return true
}

func (n *Node) checkText(k kind) error {
	if n.Type != "text" {
		if n.Text != "" || n.Marks != nil {
			return errors.New("has text or marks of its own")
		}
		return nil
	}
	if n.Text == "" {
		return errors.New("is empty")
	}
	if !utf8.ValidString(n.Text) || !norm.NFC.IsNormalString(n.Text) {
		return errors.New("is not in normal form (NFC)")
	}
	return checkMarks(n.Marks)
}

func checkMarks(ms []Mark) error {
	before := -1
	for _, m := range ms {
		at := slices.Index(marks, m.Type)
		switch {
		case at < 0:
			return fmt.Errorf("mark %q is unknown", shorten(m.Type))
		case at <= before:
			return fmt.Errorf("mark %q stands twice or out of order", m.Type)
		case m.Type == "sup" && before >= 0 && marks[before] == "sub":
			return errors.New("marks sub and sup exclude each other")
		case m.Type == "link" && !goodURL(m.Href):
			return fmt.Errorf("link to %q may not stand here", shorten(m.Href))
		case m.Type != "link" && m.Href != "":
			return fmt.Errorf("mark %q has no href", m.Type)
		}
		before = at
	}
	return nil
}

func (n *Node) checkContent(k kind) error {
	if len(n.Content) < k.least {
		return fmt.Errorf("holds too little: at least %d %s", k.least, strings.Join(k.holds, " or "))
	}
	if k.most > 0 && len(n.Content) > k.most {
		return fmt.Errorf("holds more than %d", k.most)
	}
	if k.first != "" && n.Content[0].Type != k.first {
		return fmt.Errorf("begins with %q, not with a %s", n.Content[0].Type, k.first)
	}
	for i, in := range n.Content {
		if in.Type == "text" && !k.allows(in) {
			return fmt.Errorf("content[%d]: the text has marks, line breaks or control characters that it may not have", i)
		}
		if i > 0 && in.Type == "text" && n.Content[i-1].Type == "text" && slices.Equal(in.Marks, n.Content[i-1].Marks) {
			return fmt.Errorf("content[%d]: two texts with the same marks are one", i)
		}
		if n.Type == "table" && len(in.Content) != len(n.Content[0].Content) {
			return fmt.Errorf("content[%d]: every row has as many cells as the first", i)
		}
		if n.Type == "fact" && in.Type == "heading" && in.Attrs.Level != 3 {
			return fmt.Errorf("content[%d]: a heading in a fact box has level 3", i)
		}
	}
	return nil
}

// allows tells whether a text may stand in a node of kind k: code keeps tabs and line breaks and has no marks.
func (k kind) allows(text Node) bool {
	if k.plain && len(text.Marks) > 0 {
		return false
	}
	for _, r := range text.Text {
		if control(r) && !(k.plain && (r == '\n' || r == '\t')) {
			return false
		}
	}
	return true
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

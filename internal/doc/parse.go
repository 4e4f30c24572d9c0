package doc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// migrations bring a document of one schema to the next: migrations[1] makes a tree of version 2 out of one of
// version 1. A tree is what encoding/json makes of the document, numbers as json.Number.
var migrations = map[int]func(tree map[string]any) error{}

// Parse reads a document in ProseMirror's JSON and refuses, with the path of the node, whatever the schema does not
// name. Blocks without an id get one, texts are brought into NFC, marks into order. Pictures not yet fetched are refused.
func Parse(b []byte) (Doc, error) {
	tree, err := decode(b)
	if err != nil {
		return Doc{}, err
	}
	if err := migrate(tree); err != nil {
		return Doc{}, err
	}
	content, err := parseRoot(tree)
	if err != nil {
		return Doc{}, err
	}
	p := treeReader{}
	blocks, err := p.nodes("content", content, 1)
	if err != nil {
		return Doc{}, err
	}
	d := New(blocks...)
	return d, d.Check()
}

func decode(b []byte) (map[string]any, error) {
	if len(b) > MaxBytes {
		return nil, fmt.Errorf("the document is larger than %d bytes", MaxBytes)
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var tree map[string]any
	if err := dec.Decode(&tree); err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("something follows the document")
	}
	return tree, nil
}

// migrate brings the tree to this schema, step by step.
func migrate(tree map[string]any) error {
	attrs, _ := tree["attrs"].(map[string]any)
	n, _ := attrs["schema"].(json.Number)
	from, err := strconv.Atoi(string(n))
	if err != nil || from < 1 {
		return errors.New("attrs.schema: is missing or not a number above 0")
	}
	if from > Version {
		return fmt.Errorf("attrs.schema: %d: %w", from, ErrNewer)
	}
	for ; from < Version; from++ {
		if err := migrations[from](tree); err != nil {
			return fmt.Errorf("from schema %d to %d: %w", from, from+1, err)
		}
	}
	attrs["schema"] = json.Number(strconv.Itoa(Version))
	return nil
}

func parseRoot(tree map[string]any) ([]any, error) {
	if err := onlyKeys("document", tree, "type", "attrs", "content"); err != nil {
		return nil, err
	}
	if tree["type"] != "doc" {
		return nil, errors.New(`type: a document is a "doc"`)
	}
	if err := onlyKeys("attrs", tree["attrs"].(map[string]any), "schema"); err != nil {
		return nil, err
	}
	content, ok := tree["content"].([]any)
	if !ok && tree["content"] != nil {
		return nil, errors.New("content: is not a list")
	}
	return content, nil
}

// treeReader turns decoded JSON into nodes; what may stand where is left to Check.
type treeReader struct{ count int }

func (p *treeReader) nodes(path string, list []any, depth int) ([]Node, error) {
	if p.count += len(list); p.count > MaxNodes {
		return nil, fmt.Errorf("%s: more than %d nodes", path, MaxNodes)
	}
	if depth >= MaxDepth && len(list) > 0 {
		return nil, fmt.Errorf("%s: deeper than %d", path, MaxDepth)
	}
	out := make([]Node, len(list))
	for i, v := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		m, ok := v.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("%s: is not a node", at)
		}
		n, err := p.node(at, m, depth)
		if err != nil {
			return nil, err
		}
		out[i] = n
	}
	return out, nil
}

func (p *treeReader) node(path string, m map[string]any, depth int) (n Node, err error) {
	if err := onlyKeys(path, m, "type", "attrs", "content", "marks", "text"); err != nil {
		return n, err
	}
	n.Type, _ = m["type"].(string)
	k, known := kinds[n.Type]
	if !known {
		return n, fmt.Errorf("%s: type %q is unknown", path, shorten(n.Type))
	}
	if n.ID, n.Attrs, err = parseAttrs(path+".attrs", k, m["attrs"]); err != nil {
		return n, err
	}
	if n.Text, err = parseText(path+".text", m["text"]); err != nil {
		return n, err
	}
	if n.Type == "text" && n.Text == "" {
		return n, fmt.Errorf("%s: a text is not empty", path)
	}
	if n.Marks, err = parseMarks(path+".marks", m["marks"]); err != nil {
		return n, err
	}
	list, ok := m["content"].([]any)
	if !ok && m["content"] != nil {
		return n, fmt.Errorf("%s.content: is not a list", path)
	}
	n.Content, err = p.nodes(path+".content", list, depth+1)
	return n, err
}

func parseText(path string, v any) (string, error) {
	s, ok := v.(string)
	if !ok && v != nil {
		return "", fmt.Errorf("%s: is not a text", path)
	}
	if strings.IndexFunc(s, func(r rune) bool { return control(r) && r != '\n' && r != '\t' && r != '\r' }) >= 0 {
		return "", fmt.Errorf("%s: has a control character", path)
	}
	return s, nil
}

func parseAttrs(path string, k kind, v any) (id string, a Attrs, err error) {
	m, ok := v.(map[string]any)
	if !ok && v != nil {
		return "", a, fmt.Errorf("%s: is not an object", path)
	}
	for key, v := range m {
		if v == nil {
			continue // ProseMirror writes null for what is not set
		}
		if key == "id" && k.block {
			if id, ok = v.(string); !ok {
				return "", a, fmt.Errorf("%s.id: is not a text", path)
			}
			continue
		}
		i := slices.IndexFunc(k.attrs, func(at attr) bool { return at.name == key })
		if i < 0 {
			return "", a, fmt.Errorf("%s.%s: is unknown here", path, shorten(key))
		}
		if err := k.attrs[i].set(&a, v); err != nil {
			return "", a, fmt.Errorf("%s.%s: %w", path, key, err)
		}
	}
	return id, a, nil
}

// set puts a JSON value into its place.
func (at *attr) set(a *Attrs, v any) error {
	var ok bool
	switch at.is {
	case number:
		n, _ := v.(json.Number)
		i, err := strconv.Atoi(string(n))
		*at.num(a), ok = i, err == nil
	case flag:
		*at.flag(a), ok = v.(bool)
	case media:
		s, _ := v.(string)
		i, err := strconv.ParseInt(s, 10, 64)
		*at.media(a), ok = i, err == nil && i > 0
	default:
		s, isText := v.(string)
		if _, err := parseText("", v); err != nil {
			return errors.New("has a control character")
		}
		*at.str(a), ok = s, isText
	}
	if !ok {
		return fmt.Errorf("%v is not what may stand here", shorten(fmt.Sprint(v)))
	}
	return nil
}

func parseMarks(path string, v any) ([]Mark, error) {
	list, ok := v.([]any)
	if !ok && v != nil {
		return nil, fmt.Errorf("%s: is not a list", path)
	}
	if len(list) > len(marks) {
		return nil, fmt.Errorf("%s: has too many", path)
	}
	var out []Mark
	for i, v := range list {
		m, err := parseMark(v)
		if err != nil {
			return nil, fmt.Errorf("%s[%d]: %w", path, i, err)
		}
		if slices.ContainsFunc(out, func(o Mark) bool { return o.Type == m.Type }) {
			return nil, fmt.Errorf("%s[%d]: %q stands twice", path, i, m.Type)
		}
		out = append(out, m)
	}
	return out, nil
}

func parseMark(v any) (m Mark, err error) {
	o, ok := v.(map[string]any)
	if !ok {
		return m, errors.New("is not a mark")
	}
	if err := onlyKeys("mark", o, "type", "attrs"); err != nil {
		return m, err
	}
	m.Type, _ = o["type"].(string)
	if !slices.Contains(marks, m.Type) {
		return m, fmt.Errorf("type %q is unknown", shorten(m.Type))
	}
	attrs, ok := o["attrs"].(map[string]any)
	if !ok && o["attrs"] != nil {
		return m, errors.New("attrs: is not an object")
	}
	if m.Type != "link" {
		return m, onlyKeys("attrs", attrs)
	}
	m.Href, _ = attrs["href"].(string)
	return m, onlyKeys("attrs", attrs, "href")
}

// onlyKeys refuses an object with a key that is not known, naming the first by alphabet.
func onlyKeys(path string, m map[string]any, known ...string) error {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if !slices.Contains(known, key) {
			return fmt.Errorf("%s.%s: is unknown", path, shorten(key))
		}
	}
	return nil
}

package doc

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// JSON is the canonical form: ProseMirror's shape, no white space, attributes in the order of the schema table,
// nothing said that is false, zero or empty. Parse(d.JSON()) is d for every document that Check accepts.
func (d Doc) JSON() []byte {
	b := make([]byte, 0, 1024)
	b = append(b, `{"type":"doc","attrs":{"schema":`...)
	b = strconv.AppendInt(b, int64(d.Schema), 10)
	b = append(b, `},"content":`...)
	b = appendNodes(b, d.Blocks)
	return append(b, '}')
}

func (d Doc) MarshalJSON() ([]byte, error) { return d.JSON(), nil }

func (d *Doc) UnmarshalJSON(b []byte) (err error) {
	*d, err = Parse(b)
	return err
}

func appendNodes(b []byte, nodes []Node) []byte {
	b = append(b, '[')
	for i := range nodes {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendNode(b, &nodes[i])
	}
	return append(b, ']')
}

func appendNode(b []byte, n *Node) []byte {
	b = append(b, `{"type":`...)
	b = appendString(b, n.Type)
	if attrs := appendAttrs(nil, n); len(attrs) > 2 {
		b = append(append(b, `,"attrs":`...), attrs...)
	}
	if len(n.Content) > 0 {
		b = appendNodes(append(b, `,"content":`...), n.Content)
	}
	for i, m := range n.Marks {
		if i == 0 {
			b = append(b, `,"marks":[`...)
		} else {
			b = append(b, ',')
		}
		b = appendMark(b, m)
		if i == len(n.Marks)-1 {
			b = append(b, ']')
		}
	}
	if n.Type == "text" {
		b = appendString(append(b, `,"text":`...), n.Text)
	}
	return append(b, '}')
}

func appendMark(b []byte, m Mark) []byte {
	b = appendString(append(b, `{"type":`...), m.Type)
	if m.Type == "link" {
		b = append(appendString(append(b, `,"attrs":{"href":`...), m.Href), '}')
	}
	return append(b, '}')
}

// appendAttrs writes the attributes as an object, the id first.
func appendAttrs(b []byte, n *Node) []byte {
	b = append(b, '{')
	if n.ID != "" {
		b = appendString(append(b, `"id":`...), n.ID)
	}
	k := kinds[n.Type]
	for i := range k.attrs {
		at := &k.attrs[i]
		if at.isZero(&n.Attrs) {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(appendString(b, at.name), ':')
		switch at.is {
		case number:
			b = strconv.AppendInt(b, int64(*at.num(&n.Attrs)), 10)
		case flag:
			b = append(b, "true"...)
		case media:
			b = append(strconv.AppendInt(append(b, '"'), *at.media(&n.Attrs), 10), '"')
		default:
			b = appendString(b, *at.str(&n.Attrs))
		}
	}
	return append(b, '}')
}

// appendString writes a JSON string; what needs escaping is left to encoding/json.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c >= utf8.RuneSelf {
			return appendEscaped(b, s)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

func appendEscaped(b []byte, s string) []byte {
	q, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always has a JSON form
	}
	return append(b, q...)
}

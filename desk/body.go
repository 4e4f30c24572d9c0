package desk

import (
	"bytes"
	"encoding/json"
)

// Patch changes a body block by block: Changed are blocks that are new or other than before, Order the ids of all blocks of the
// text as it then is, nil when the order is as it was.
type Patch struct {
	Order   []string          `json:"order,omitempty"`
	Changed []json.RawMessage `json:"changed,omitempty"`
}

// apply is the body after the patch. What does not fit together is ErrWhole.
func (p Patch) apply(body json.RawMessage) (json.RawMessage, error) {
	root, blocks, err := taken(body)
	if err != nil {
		return nil, err
	}
	order := p.Order
	if order == nil {
		order = blocks.order
	}
	known := len(blocks.byID)
	for _, b := range p.Changed {
		id := blockID(b)
		if id == "" {
			return nil, ErrWhole
		}
		blocks.byID[id] = b
	}
	if p.Order == nil && len(blocks.byID) != known {
		return nil, ErrWhole // a new block that stands nowhere
	}
	content := make([]json.RawMessage, 0, len(order))
	for _, id := range order {
		b, ok := blocks.byID[id]
		if !ok {
			return nil, ErrWhole // unknown, or twice
		}
		delete(blocks.byID, id)
		content = append(content, b)
	}
	for _, b := range p.Changed {
		if _, left := blocks.byID[blockID(b)]; left {
			return nil, ErrWhole
		}
	}
	return put(root, content)
}

// blocks are the top blocks of a body.
type blocks struct {
	order []string
	byID  map[string]json.RawMessage
}

// taken is a body taken apart. One that is no text, or a block of which has no id of its own, is ErrWhole.
func taken(body json.RawMessage) (root map[string]json.RawMessage, b blocks, err error) {
	var content []json.RawMessage
	if json.Unmarshal(body, &root) != nil || root == nil {
		return nil, b, ErrWhole
	}
	if raw, ok := root["content"]; ok && json.Unmarshal(raw, &content) != nil {
		return nil, b, ErrWhole
	}
	b.byID = make(map[string]json.RawMessage, len(content))
	for _, block := range content {
		id := blockID(block)
		if _, twice := b.byID[id]; id == "" || twice {
			return nil, b, ErrWhole
		}
		b.order, b.byID[id] = append(b.order, id), block
	}
	return root, b, nil
}

func put(root map[string]json.RawMessage, content []json.RawMessage) (json.RawMessage, error) {
	var b bytes.Buffer
	b.WriteByte('[')
	b.Write(bytes.Join(asBytes(content), []byte{','}))
	b.WriteByte(']')
	root["content"] = b.Bytes()
	return json.Marshal(root)
}

func asBytes(list []json.RawMessage) [][]byte {
	out := make([][]byte, len(list))
	for i, raw := range list {
		out[i] = raw
	}
	return out
}

// blockID is the id of a block, "" without one.
func blockID(block json.RawMessage) string {
	var n struct {
		Attrs struct {
			ID string `json:"id"`
		} `json:"attrs"`
	}
	if json.Unmarshal(block, &n) != nil {
		return ""
	}
	return n.Attrs.ID
}

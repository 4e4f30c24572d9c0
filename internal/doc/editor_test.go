package doc

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// editorSchema is the table as the newsroom's editor reads it: schema.js builds ProseMirror's schema of it.
const editorSchema = "../../newsroom/editor/schema.json"

type editorKind struct {
	Block bool         `json:"block,omitempty"`
	Leaf  bool         `json:"leaf,omitempty"`
	Holds []string     `json:"holds,omitempty"`
	Least int          `json:"least,omitempty"`
	Most  int          `json:"most,omitempty"`
	First string       `json:"first,omitempty"`
	Plain bool         `json:"plain,omitempty"`
	Attrs []editorAttr `json:"attrs,omitempty"`
}

type editorAttr struct {
	Name  string   `json:"name"`
	Is    string   `json:"is"`
	Need  bool     `json:"need,omitempty"`
	Among []string `json:"among,omitempty"`
	Min   int      `json:"min,omitempty"`
	Max   int      `json:"max,omitempty"`
}

var editorWords = map[what]string{line: "line", word: "word", name: "name", link: "link", number: "number", flag: "flag", media: "media", source: "source"}

// TestEditorWritesWhatThisTableAllows holds the editor's schema to this one.
func TestEditorWritesWhatThisTableAllows(t *testing.T) {
	nodes := map[string]editorKind{}
	for name, k := range kinds {
		e := editorKind{Block: k.block, Leaf: k.leaf, Holds: k.holds, Least: k.least, Most: k.most, First: k.first, Plain: k.plain}
		for _, at := range k.attrs {
			if editorWords[at.is] == "" {
				t.Errorf("%s.%s: give its kind a word in editorWords", name, at.name)
			}
			e.Attrs = append(e.Attrs, editorAttr{at.name, editorWords[at.is], at.need, at.among, at.min, at.max})
		}
		nodes[name] = e
	}
	got, err := json.MarshalIndent(map[string]any{
		"version": Version, "lineMax": lineMax, "blocks": blocks, "inline": inline, "nodes": nodes, "marks": marks,
	}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if os.Getenv("LEDE_UPDATE") != "" {
		if err := os.WriteFile(editorSchema, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(editorSchema)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is not this table (LEDE_UPDATE=1 go test ./internal/doc writes it anew):\n%s", editorSchema, diff)
	}
}

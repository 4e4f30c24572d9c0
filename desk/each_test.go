package desk_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"lede/article"
	"lede/desk"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/internal/doc"
	"lede/ledetest"
)

// room is a test paper with its desk.
type room struct {
	*ledetest.Paper
	desk *desk.Store
	id   int64 // of the article being written
	n    int64
}

func each(t *testing.T, story func(t *testing.T, r *room)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := ledetest.Open(t, d)
		r := &room{Paper: p, desk: p.Desk}
		r.id = p.Write(p.Text("Ferry")).ID
		story(t, r)
	})
}

const (
	ana   = int64(11)
	jonas = int64(12)
)

func (r *room) part(t *testing.T, part string) desk.Part {
	t.Helper()
	st, err := r.desk.State(t.Context(), r.id, r.Now())
	if err != nil {
		t.Fatal(err)
	}
	return st.Parts[part]
}

func (r *room) write(t *testing.T, tab string, by, base int64, value string) (desk.Kept, error) {
	t.Helper()
	r.n++
	return r.desk.Write(t.Context(), desk.Writing{Article: r.id, Part: desk.Headline, Tab: tab, By: by, Base: base, N: r.n, Value: headline(value)}, r.Now())
}

// types writes the headline as the tab that has what stands.
func (r *room) types(t *testing.T, tab string, by int64, value string) desk.Kept {
	t.Helper()
	k, err := r.write(t, tab, by, r.part(t, desk.Headline).Seq, value)
	if err != nil {
		t.Fatalf("%s types %q: %v", tab, value, err)
	}
	return k
}

func headline(s string) json.RawMessage {
	b, err := json.Marshal(map[string]any{"headline": s})
	if err != nil {
		panic(err)
	}
	return b
}

// versions are the headlines of the article's versions, the first first.
func (r *room) versions(t *testing.T) []string {
	t.Helper()
	rows, err := r.DB.Read().QueryContext(t.Context(), `select body from article_version where article_id = $1 order by n`, r.id)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			t.Fatal(err)
		}
		var v article.Text
		if err := json.Unmarshal([]byte(body), &struct {
			Text *article.Text `json:"text"`
		}{&v}); err != nil {
			t.Fatal(err)
		}
		if v.Headline == "" {
			_ = json.Unmarshal([]byte(body), &v)
		}
		all = append(all, v.Headline)
	}
	return all
}

func (r *room) hasVersion(t *testing.T, headline string) {
	t.Helper()
	if all := strings.Join(r.versions(t), " | "); !strings.Contains(all, headline) {
		t.Errorf("no version says %q: there are %s", headline, all)
	}
}

func body(paragraphs ...string) json.RawMessage {
	var blocks []doc.Node
	for i, p := range paragraphs {
		n := doc.P(p)
		n.ID = fmt.Sprintf("block%04d", i)
		blocks = append(blocks, n)
	}
	return json.RawMessage(doc.New(blocks...).JSON())
}

func block(id, text string) json.RawMessage {
	b, err := json.Marshal(map[string]any{"type": "paragraph", "attrs": map[string]any{"id": id}, "content": []any{map[string]any{"type": "text", "text": text}}})
	if err != nil {
		panic(err)
	}
	return b
}

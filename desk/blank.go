package desk

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"lede/article"
	"lede/internal/db"
	"lede/internal/doc"
	"lede/paper"
)

// Blank takes what the law takes out of an article out of all that the desk keeps of it: working parts, asides, scraps and notes. It
// belongs into the transaction that redacts the article. A window that still has a passage finds another text standing.
func Blank(ctx context.Context, q db.Q, id int64, b article.Blanking) error {
	for _, of := range []struct{ read, write string }{
		{`select part, tab, value from working where article_id = $1`,
			`update working set value = $4, seq = seq + 1, cut = case when seq = cut then cut + 1 else cut end, kept = 0, tab = '', base = seq, n = 0, sent = '', canon = '?'
				where article_id = $1 and part = $2 and tab = $3`},
		{`select part, tab, value from aside where article_id = $1`, `update aside set value = $4 where article_id = $1 and part = $2 and tab = $3`},
		{`select part, cast(id as text), value from scrap where article_id = $1`,
			`update scrap set value = $4 where article_id = $1 and part = $2 and cast(id as text) = $3`},
	} {
		if err := blankAll(ctx, q, of.read, of.write, id, b); err != nil {
			return err
		}
	}
	for _, p := range b.Passages {
		if strings.TrimSpace(p) == "" {
			continue
		}
		if _, err := q.ExecContext(ctx, `update version_name set name = replace(name, $2, $3) where article_id = $1`, id, p, article.Blank); err != nil {
			return err
		}
	}
	return blankNotes(ctx, q, id, b.Passages)
}

func blankAll(ctx context.Context, q db.Q, read, write string, id int64, b article.Blanking) error {
	rows, err := q.QueryContext(ctx, read, id)
	if err != nil {
		return err
	}
	type kept struct{ part, key, value string }
	var list []kept
	for rows.Next() {
		var k kept
		if err := rows.Scan(&k.part, &k.key, &k.value); err != nil {
			rows.Close()
			return err
		}
		list = append(list, k)
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		return err
	}
	for _, k := range list {
		value := blankValue(k.value, b)
		if value == k.value {
			continue
		}
		if _, err := q.ExecContext(ctx, write, id, k.part, k.key, value); err != nil {
			return err
		}
	}
	return nil
}

// blankValue is a part without what goes: in a text passages may run over marks; everywhere else they stand in one string.
func blankValue(value string, b article.Blanking) string {
	if d, err := doc.Parse([]byte(value)); err == nil {
		was := string(d.JSON())
		for _, p := range b.Passages {
			d = d.Replace(p, article.Blank)
		}
		if is := string(d.JSON()); is != was {
			value = is
		}
	}
	dec := json.NewDecoder(strings.NewReader(value))
	dec.UseNumber()
	var tree any
	if dec.Decode(&tree) != nil {
		return `"` + article.Blank + `"`
	}
	e := eraser{b, false}
	tree = e.erase("", tree)
	if !e.changed {
		return value
	}
	out, err := json.Marshal(tree)
	if err != nil {
		return `""`
	}
	return string(out)
}

// eraser takes out of a tree of JSON what goes.
type eraser struct {
	article.Blanking
	changed bool
}

func (e *eraser) erase(key string, v any) any {
	switch v := v.(type) {
	case string:
		is := blankText(v, e.Passages)
		if (key == "media" || key == "poster") && among(e.Pictures, v) {
			is = ""
		}
		e.changed = e.changed || is != v
		return is
	case []any:
		kept := slices.DeleteFunc(v, func(in any) bool { return e.gone(key, in) })
		e.changed = e.changed || len(kept) < len(v)
		for i := range kept {
			kept[i] = e.erase(key, kept[i])
		}
		return kept
	case map[string]any:
		for key := range v {
			v[key] = e.erase(key, v[key])
		}
	}
	return v
}

// gone tells whether one of a list goes altogether: a block that shows a picture, a byline.
func (e *eraser) gone(key string, in any) bool {
	if s, ok := in.(string); ok {
		return key == "bylines" && among(e.Bylines, s)
	}
	block, _ := in.(map[string]any)
	attrs, _ := block["attrs"].(map[string]any)
	media, _ := attrs["media"].(string)
	return block["type"] != "embed" && among(e.Pictures, media)
}

func among(list []int64, s string) bool {
	n, err := strconv.ParseInt(s, 10, 64)
	return err == nil && slices.Contains(list, n)
}

// blankText is a text without the passages, also where it was typed in other code points or with other spaces than a version has it.
func blankText(s string, passages []string) string {
	s = blankIn(s, passages)
	for _, as := range []string{norm.NFC.String(s), paper.Line(s)} {
		if is := blankIn(as, passages); is != as {
			s = is
		}
	}
	return s
}

func blankIn(s string, passages []string) string {
	for _, p := range passages {
		if strings.TrimSpace(p) != "" {
			s = strings.ReplaceAll(s, p, article.Blank)
		}
	}
	return s
}

func blankNotes(ctx context.Context, q db.Q, id int64, passages []string) error {
	notes, err := notesOf(ctx, q, id)
	if err != nil {
		return err
	}
	for _, n := range notes {
		quote, text := blankText(n.Quote, passages), blankText(n.Text, passages)
		if quote == n.Quote && text == n.Text {
			continue
		}
		if _, err := q.ExecContext(ctx, `update note set quote = $2, text = $3 where id = $1`, n.ID, quote, text); err != nil {
			return err
		}
	}
	return nil
}

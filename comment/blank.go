package comment

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"lede/article"
	"lede/internal/audit"
	"lede/internal/db"
)

// Blank takes the passages that the law takes out of an article out of all that was written under it, and of what was said about that:
// who quotes them has them quoted no longer. It belongs into the transaction that redacts the article.
func Blank(ctx context.Context, q db.Q, id int64, b article.Blanking, now time.Time) error {
	if len(b.Passages) == 0 {
		return nil
	}
	quoting, err := quotes(ctx, q, id, b.Passages)
	if err != nil {
		return err
	}
	for _, c := range quoting {
		reasons, err := json.Marshal(c.Reasons)
		if err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `update comment set version = version + 1, name = $1, text = $2, site = $3, said = $4, reasons = $5 where id = $6`,
			c.Name, c.Text, c.Site, saidOf(c.Text), string(reasons), c.ID)
		if err != nil {
			return err
		}
		if err := audit.Blank(ctx, q, now, "comment", c.ID); err != nil {
			return err
		}
	}
	if err := blankBeside(ctx, q, id, b.Passages); err != nil || len(quoting) == 0 {
		return err
	}
	return Erased.Add(ctx, q, id)
}

// quotes are the comments under an article that hold one of the passages, without it.
func quotes(ctx context.Context, q db.Q, id int64, passages []string) ([]Comment, error) {
	rows, err := q.QueryContext(ctx, `select `+columns+` from comment where article_id = $1`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []Comment
	for rows.Next() {
		c, err := scan(rows)
		if err != nil {
			return nil, err
		}
		was := c.Name + "\n" + c.Text + "\n" + c.Site
		c.Name, c.Text = blanked(c.Name, passages), blanked(c.Text, passages)
		if plain := Tree(c.Text).Text(); blanked(plain, passages) != plain { // it runs over marks
			c.Text = blanked(plain, passages)
		}
		if blanked(c.Site, passages) != c.Site {
			c.Site = ""
		}
		if c.Name+"\n"+c.Text+"\n"+c.Site == was {
			continue
		}
		for i := range c.Reasons {
			c.Reasons[i].Says, c.Reasons[i].Marks = blanked(c.Reasons[i].Says, passages), nil
		}
		found = append(found, c)
	}
	return found, rows.Err()
}

func blanked(text string, passages []string) string {
	for _, p := range passages {
		text = strings.ReplaceAll(text, p, article.Blank)
	}
	return text
}

// blankBeside takes the passages out of reports, appeals and notes about what was written under an article.
func blankBeside(ctx context.Context, q db.Q, id int64, passages []string) error {
	const of = ` where comment_id in (select id from comment where article_id = $1)`
	for _, p := range passages {
		for _, set := range []string{
			`update notice set text = replace(text, $2, $3), name = replace(name, $2, $3)`,
			`update appeal set text = replace(text, $2, $3), note = replace(note, $2, $3)`,
			`update verdict set note = replace(note, $2, $3)`,
			`update measure set note = replace(note, $2, $3)`,
		} {
			if _, err := q.ExecContext(ctx, set+of, id, p, article.Blank); err != nil {
				return err
			}
		}
	}
	return nil
}

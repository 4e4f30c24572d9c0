package article

import (
	"context"
	"slices"

	"lede/internal/db"
	"lede/paper"
	"lede/section"
	"lede/staff"
)

// keepParts keeps what the article consists of and is filed under, in order.
func keepParts(ctx context.Context, q db.Q, a Article) error {
	topics, err := section.Current(ctx, q, a.Topics)
	if err != nil {
		return err
	}
	bylines, err := staff.Current(ctx, q, a.Bylines)
	if err != nil {
		return err
	}
	for _, part := range []struct {
		clear, add string
		ids        []int64
	}{
		{`delete from article_byline where article_id = $1`, `insert into article_byline (article_id, place, byline_id) values ($1, $2, $3)`, bylines},
		{`delete from article_section where article_id = $1`, `insert into article_section (article_id, place, section_id) values ($1, $2, $3)`, a.Sections},
		{`delete from article_topic where article_id = $1`, `insert into article_topic (article_id, place, topic_id) values ($1, $2, $3)`, topics},
	} {
		if _, err := q.ExecContext(ctx, part.clear, a.ID); err != nil {
			return err
		}
		for place, id := range part.ids {
			if _, err := q.ExecContext(ctx, part.add, a.ID, place, id); err != nil {
				return err
			}
		}
	}
	return keepMedia(ctx, q, a)
}

func keepMedia(ctx context.Context, q db.Q, a Article) error {
	if _, err := q.ExecContext(ctx, `delete from article_media where article_id = $1`, a.ID); err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, `delete from article_beside where article_id = $1`, a.ID); err != nil {
		return err
	}
	for _, id := range a.Media() {
		_, err := q.ExecContext(ctx, `insert into article_media (media_id, article_id) values ($1, $2) on conflict do nothing`, id, a.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

// keepBeside keeps which pictures the text uses that waits beside the one that stands.
func keepBeside(ctx context.Context, q db.Q, id int64, t Text) error {
	if _, err := q.ExecContext(ctx, `delete from article_beside where article_id = $1`, id); err != nil {
		return err
	}
	for _, m := range t.Media() {
		_, err := q.ExecContext(ctx, `insert into article_beside (media_id, article_id) values ($1, $2) on conflict do nothing`, m, id)
		if err != nil {
			return err
		}
	}
	return nil
}

// Media are the pictures and files the text shows, in its body, as its lead and on its cards elsewhere, each once.
func (t Text) Media() []int64 {
	used := t.Body.Media()
	for _, id := range []int64{t.Lead.Media, t.Search.Media, t.Social.Media} {
		if id != 0 && !slices.Contains(used, id) {
			used = append(used, id)
		}
	}
	return used
}

// list files the article under the paper, its sections and those above them, its topics and its bylines.
func list(ctx context.Context, q db.Q, a Article) error {
	p, err := paper.Within(ctx, q)
	if err != nil {
		return err
	}
	tree, err := section.Within(ctx, q)
	if err != nil {
		return err
	}
	topics, err := section.Current(ctx, q, a.Topics)
	if err != nil {
		return err
	}
	bylines, err := staff.Current(ctx, q, a.Bylines)
	if err != nil {
		return err
	}
	under := map[int64]bool{0: true}
	for _, id := range a.Sections {
		for _, s := range tree.Line(id) {
			under[s.ID] = true
		}
	}
	for _, id := range append(topics, bylines...) {
		under[id] = true
	}
	if a.Stage == Withdrawn || a.Published.IsZero() {
		clear(under)
	}
	if err := unlist(ctx, q, a, p.Edition(a.Lang), under); err != nil {
		return err
	}
	for of := range under {
		_, err := q.ExecContext(ctx, `insert into listed (of_id, lang, at, article_id) values ($1, $2, $3, $4)`,
			of, p.Edition(a.Lang), db.Micros(a.Published), a.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

// unlist takes the article out of every list, and says so if one of them is not among those it will stand under.
func unlist(ctx context.Context, q db.Q, a Article, lang string, under map[int64]bool) error {
	stood, err := db.Column[int64](ctx, q, `select case when lang = $2 then of_id else -1 end from listed where article_id = $1`, a.ID, lang)
	if err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, `delete from listed where article_id = $1`, a.ID); err != nil {
		return err
	}
	if slices.ContainsFunc(stood, func(of int64) bool { return !under[of] }) {
		return Unlisted.Add(ctx, q, a.ID)
	}
	return nil
}

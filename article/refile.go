package article

import (
	"context"

	"lede/internal/db"
	"lede/section"
)

// refiledAtOnce is how many articles are filed anew in one transaction.
const refiledAtOnce = 50

// MoveSection files anew what stands in a section that was moved, and in those below it: other lists hold it now.
func (s *Store) MoveSection(ctx context.Context, id int64) error {
	tree, err := section.Within(ctx, s.db.Read())
	if err != nil {
		return err
	}
	for _, sec := range tree {
		for _, above := range tree.Line(sec.ID) {
			if above.ID != id {
				continue
			}
			if err := s.refile(ctx, `select article_id from article_section where section_id = $1`, sec.ID, func(context.Context, db.Q, Article) error { return nil }); err != nil {
				return err
			}
		}
	}
	return nil
}

// MergeTopic files under its new topic what was about one that became part of another.
func (s *Store) MergeTopic(ctx context.Context, id int64) error {
	return s.refile(ctx, `select article_id from article_topic where topic_id = $1`, id, keepParts) // which knows what became of it
}

// MergeByline files under its new byline what was signed with one that became part of another.
func (s *Store) MergeByline(ctx context.Context, id int64) error {
	return s.refile(ctx, `select article_id from article_byline where byline_id = $1`, id, keepParts)
}

// refile lists anew the articles that the query finds for id, after change.
func (s *Store) refile(ctx context.Context, query string, id int64, change func(context.Context, db.Q, Article) error) error {
	ids, err := db.Column[int64](ctx, s.db.Read(), query, id)
	if err != nil {
		return err
	}
	for len(ids) > 0 {
		some := ids[:min(refiledAtOnce, len(ids))]
		ids = ids[len(some):]
		err := s.db.Tx(ctx, func(ctx context.Context, q db.Q) error {
			for _, article := range some {
				a, err := one(ctx, q, article)
				if err != nil {
					return err
				}
				if err := change(ctx, q, a); err != nil {
					return err
				}
				if err := list(ctx, q, a); err != nil {
					return err
				}
			}
			return Unlisted.Add(ctx, q, some[0])
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Naming are the articles, in whatever stage, that are signed with or about one of ids, bylines or topics.
func (s *Store) Naming(ctx context.Context, ids ...int64) ([]int64, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	in := ` in (` + db.Places(1, len(ids)) + `)`
	return db.Column[int64](ctx, s.db.Read(), `select article_id from article_byline where byline_id`+in+` union select article_id from article_topic where topic_id`+in+` order by 1`, db.Args(ids)...)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lede/article"
	"lede/internal/db"
	"lede/paper"
	"lede/press"
)

// with opens the paper, lets look at it, and closes it.
func with(ctx context.Context, dir string, clock func() time.Time, look func(*press.Press) error) (err error) {
	p, done, err := open(ctx, dir, clock)
	if err != nil {
		return fmt.Errorf("the folder does not open any more: %w", err)
	}
	defer func() { err = errors.Join(err, done()) }()
	return look(p)
}

// inspect opens the folder that a killed server left and fails if anything acknowledged is missing, or anything is half done.
func inspect(ctx context.Context, dir string, clock func() time.Time, lists ...[]entry) error {
	return with(ctx, dir, clock, func(p *press.Press) error {
		var said string
		if err := p.DB.Read().QueryRowContext(ctx, `pragma integrity_check(1)`).Scan(&said); err != nil || said != "ok" {
			return errors.Join(fmt.Errorf("the database is damaged: %s", said), err)
		}
		if err := none(ctx, p, claims); err != nil {
			return err
		}
		for _, list := range lists {
			for _, e := range list {
				if err := whole(ctx, p, e); err != nil {
					return fmt.Errorf("%s (acknowledged at version %d): %w", e.Path, e.Version, err)
				}
			}
		}
		return nil
	})
}

// whole looks that an acknowledged article is there as it was acknowledged, or as a later version, and once.
func whole(ctx context.Context, p *press.Press, e entry) error {
	at, err := p.Papers.At(ctx, e.Path)
	if err != nil {
		return fmt.Errorf("its address: %w", err)
	}
	if at.Kind != paper.KindArticle || at.ID != e.ID {
		return fmt.Errorf("its address leads to %s %d", at.Kind, at.ID)
	}
	a, err := p.Articles.Public(ctx, e.ID, p.Clock())
	if err != nil {
		return fmt.Errorf("readers do not see it: %w", err)
	}
	if a.Version < e.Version || a.Stage != article.Published || a.Path != e.Path {
		return fmt.Errorf("it is %s at version %d, at %q", a.Stage, a.Version, a.Path)
	}
	e.Version = max(e.Version, a.Version)
	if got, want := a.Body.Text(), e.now(); a.Headline != e.headline() || got != want {
		return fmt.Errorf("it reads %q and %q, not %q and %q", a.Headline, got, e.headline(), want)
	}
	return p.Articles.Verify(ctx, e.ID)
}

// claim is a count that must be nought.
type claim struct{ wrong, count string }

// claims hold for the whole database at any moment, however its last process ended. (+of_id: to be looked up by article.)
var claims = []claim{
	{"an article is published without its address", `select count(*) from article a where stage = 'published'
		and not exists (select 1 from address d where d.path = a.path and d.kind = 'article' and d.of_id = a.id)`},
	{"an address leads to an article that is not there", `select count(*) from address d where kind = 'article'
		and not exists (select 1 from article a where a.id = d.of_id and a.path = d.path)`},
	{"an article is not listed once in the paper", `select count(*) from article a where stage = 'published'
		and (select count(*) from listed l where l.article_id = a.id and +l.of_id = 0 and l.at = a.published_at) <> 1`},
	{"an article is not listed once in its section", `select count(*) from article a join article_section s on s.article_id = a.id where stage = 'published'
		and (select count(*) from listed l where l.article_id = a.id and +l.of_id = s.section_id) <> 1`},
	{"an article that is not published is listed, or one that is not there", `select count(*) from listed l
		where not exists (select 1 from article a where a.id = l.article_id and a.stage = 'published')`},
	{"an article does not have all its versions", `select count(*) from article a
		where (select count(*) from article_version v where v.article_id = a.id) <> a.version or (select max(n) from article_version v where v.article_id = a.id) <> a.version`},
	{"an article is published without a version that says so", `select count(*) from article a where stage = 'published'
		and not exists (select 1 from article_version v where v.article_id = a.id and v.kind = 'published' and v.digest <> '')`},
	{"a version is of an article that is not there", `select count(*) from article_version v where not exists (select 1 from article a where a.id = v.article_id)`},
	{"a change was not told, or told twice", `select count(*) from article a
		where (select count(*) from article_version v where v.article_id = a.id and v.digest <> '')
			<> (select count(*) from event e where e.about = a.id and e.name = 'article.shown')`},
	{"an event is of an article that is not there", `select count(*) from event e where name = 'article.shown' and not exists (select 1 from article a where a.id = e.about)`},
	{"a task is for an event that did not happen, or was not yet spread", `select count(*) from task t where t.name <> 'every'
		and not exists (select 1 from event e where e.id = t.event and e.open = 0)`},
	{"an article is there twice", `select count(*) from (select headline from article group by headline having count(*) > 1) twice`},
}

// none fails with the first claim that does not hold. To ask whom an event is about quickly it needs an index, which it takes away again.
func none(ctx context.Context, p *press.Press, claims []claim) error {
	index := func(statement string) error {
		return p.DB.Tx(ctx, func(ctx context.Context, q db.Q) error {
			_, err := q.ExecContext(ctx, statement)
			return err
		})
	}
	if err := index(`create index if not exists torture_about on event (about)`); err != nil {
		return err
	}
	for _, c := range claims {
		var n int
		if err := p.DB.Read().QueryRowContext(ctx, c.count).Scan(&n); err != nil {
			return fmt.Errorf("asking whether %s: %w", c.wrong, err)
		}
		if n > 0 {
			return fmt.Errorf("%s: %d times", c.wrong, n)
		}
	}
	return index(`drop index torture_about`)
}

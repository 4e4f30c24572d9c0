package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"time"

	"lede/internal/db"
	"lede/internal/web"
	"lede/newsroom"
	"lede/press"
	"lede/staff"
)

// looks is how often Today is asked for.
const looks = 40

// today measures the newsroom's list of work over the largest paper, of which every twentieth article is made work still to be done:
// the whole page, for an editor, in this process.
func (b *bench) today(ctx context.Context, dirs map[int]string) (err error) {
	n := b.sizes[len(b.sizes)-1]
	dir := filepath.Join(b.work, "today")
	if err := copyPaper(dirs[n], dir); err != nil {
		return err
	}
	p, done, err := open(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	if err := unfinish(ctx, p); err != nil {
		return err
	}
	editor := staff.Person{ID: 7, Name: "Ana Ruiz", Roles: []staff.Role{staff.Editor}}
	news, err := newsroom.New(p, newsroom.Options{Guest: func(context.Context, *http.Request, time.Time) (staff.Person, staff.Session, error) {
		return editor, staff.Session{ID: 1}, nil
	}})
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	news.Routes(mux, web.New(web.Options{Log: slog.New(slog.DiscardHandler)}))
	var took []time.Duration
	for i := range looks + 5 {
		answer := httptest.NewRecorder()
		began := time.Now()
		mux.ServeHTTP(answer, httptest.NewRequestWithContext(ctx, http.MethodGet, "/newsroom/", nil))
		if answer.Code != http.StatusOK {
			return fmt.Errorf("the list of work answers %d: %.300s", answer.Code, answer.Body)
		}
		if i >= 5 {
			took = append(took, time.Since(began))
		}
	}
	b.say(figure{fmt.Sprintf("Today, %d articles, %d of them still work", n, n/20), "p95 ≤ 100 ms",
		fmt.Sprintf("median %s, p95 %s", ms(median(took)), ms(quantile(took, .95))), holds(quantile(took, .95) <= 100*time.Millisecond)})
	return nil
}

// unfinish makes drafts with deadlines of every twentieth article.
func unfinish(ctx context.Context, p *press.Press) error {
	return p.DB.Tx(ctx, func(ctx context.Context, q db.Q) error {
		for _, statement := range []string{
			`update article set stage = case when id % 3 = 0 then 'ready' else 'draft' end, published_at = null where rowid % 20 = 0`,
			`insert into work (article_id, due, wall, zone, target) select id, $1 + (rowid % 9999) * 60000000, '2026-11-24T15:00', 'America/New_York', 500 from article
				where stage in ('draft', 'ready') and rowid % 3 <> 0`,
		} {
			var args []any
			if statement[:6] == "insert" {
				args = append(args, db.Micros(p.Clock()))
			}
			if _, err := q.ExecContext(ctx, statement, args...); err != nil {
				return err
			}
		}
		return nil
	})
}

package desk_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"lede/desk"
	"lede/internal/db"
	"lede/internal/db/dbtest"
	"lede/ledetest"
)

// fill makes n articles, one in twenty of them still work, two thirds of those with a deadline.
func fill(tb testing.TB, p *ledetest.Paper, n int) {
	tb.Helper()
	now := db.Micros(p.Now())
	const series = `with recursive n(i) as (select 1 union all select i + 1 from n where i < MANY) `
	text := ""
	for range 25 {
		text += "The ferry that came home in the evening was late, and those who waited on the quay said so. "
	}
	body := `{"type":"doc","attrs":{"schema":1},"content":[{"type":"paragraph","attrs":{"id":"abcdefgh"},"content":[{"type":"text","text":"` + text + `"}]}]}`
	for _, statement := range []string{
		`insert into article (id, version, stage, path, lang, group_id, section_id, kicker, headline, summary, dateline, slug, seen, sensitive, words, sources, lead,
			published_at, changed_at, saved_at, owner_id, body) ` + series + `select i, 1, case when i % 20 <> 0 then 'published' when i % 3 = 0 then 'ready' else 'draft' end, '', 'en', 0, ` + fmt.Sprint(p.World.ID) + `,
			'', 'Ferry comes home again and again', 'In short.', '', '', '', 0, 400, '[]', case when i % 4 = 0 then '{"media":0}' else '{"media":5}' end,
			case when i % 20 <> 0 then cast($1 as bigint) - cast(i as bigint) * 60000000 end, cast($1 as bigint) - cast(i as bigint) * 60000000, cast($1 as bigint) - cast(i as bigint) * 60000000, i % 50, '` + body + `' from n`,
		`insert into article_version (article_id, n, at, kind, note, by_id, body, salt, body_digest, digest) ` + series + `select i, 1, cast($1 as bigint), 'draft', '', i % 50, '{}', '', '', '' from n`,
		`insert into article_section (article_id, place, section_id) ` + series + `select i, 0, ` + fmt.Sprint(p.World.ID) + ` from n where cast($1 as bigint) > 0`,
		`insert into work (article_id, due, wall, zone, target, over) ` + series + `select i, cast($1 as bigint) + cast(i % 9999 as bigint) * 60000000 - 3600000000, '2025-06-17T15:00', 'America/New_York', 500,
			case when i % 20 <> 0 then 1 else 0 end from n where i % 3 <> 0`,
		`insert into assigned (article_id, person_id) ` + series + `select i, i % 50 from n where i % 2 = 0 and cast($1 as bigint) > 0`,
		`insert into note (id, article_id, under, block, quote, text, by_id, at) ` + series + `select i, i, 0, '', '', 'Look', 1, cast($1 as bigint) from n where i % 5 = 0`,
	} {
		err := p.DB.Tx(tb.Context(), func(ctx context.Context, q db.Q) error {
			_, err := q.ExecContext(ctx, strings.ReplaceAll(statement, "MANY", fmt.Sprint(n)), now)
			return err
		})
		if err != nil {
			tb.Fatalf("%v in %.200s", err, statement)
		}
	}
}

// BenchmarkToday asks for the whole page's facts over a paper of 100,000 articles.
func BenchmarkToday(b *testing.B) {
	for name, where := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			p := ledetest.Open(b, dbtest.Open(b, where(b)))
			fill(b, p, 100_000)
			_, _ = p.DB.Read().QueryContext(b.Context(), `analyze`)
			ask := desk.Asked{Limit: 60, Now: p.Now()}
			for what, do := range map[string]func() error{
				"list": func() error { _, _, err := p.Desk.Today(b.Context(), ask); return err },
				"mine": func() error { a := ask; a.Mine = 7; _, _, err := p.Desk.Today(b.Context(), a); return err },
				"nopic": func() error {
					a := ask
					a.Picture = "no"
					a.Stage = "ready"
					_, _, err := p.Desk.Today(b.Context(), a)
					return err
				},
				"counts": func() error {
					mine, ready, nopic := ask, ask, ask
					mine.Mine, ready.Stage, nopic.Picture = 7, "ready", "no"
					_, err := p.Desk.Counts(b.Context(), ask, mine, ready, nopic)
					return err
				},
				"out":   func() error { _, err := p.Desk.CountOut(b.Context(), ask, p.Now().Add(-12*time.Hour)); return err },
				"times": func() error { _, err := p.Desk.OutTimes(b.Context(), ask, p.Now().Add(-12*time.Hour)); return err },
				"calendar": func() error {
					_, err := p.Desk.Calendar(b.Context(), ask, p.Now(), p.Now().Add(6*24*time.Hour))
					return err
				},
			} {
				b.Run(what, func(b *testing.B) {
					for b.Loop() {
						if err := do(); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}

func TestListOfWorkFindsWhatItIsAskedFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := ledetest.Open(t, d)
		fill(t, p, 400)
		ask := desk.Asked{Limit: 100, Now: p.Now()}
		rows, more, err := p.Desk.Today(t.Context(), ask)
		if err != nil || len(rows) != 20 || more {
			t.Fatalf("there are %d rows, more %v (%v), wanted the 20 that are not out", len(rows), more, err)
		}
		for i, r := range rows {
			if i > 0 && rows[i-1].At().IsZero() && !r.At().IsZero() || i > 0 && !r.At().IsZero() && r.At().Before(rows[i-1].At()) {
				t.Errorf("row %d is out of order", i)
			}
		}
		if rows[0].Notes != 1 || rows[0].SavedBy == 0 && rows[1].SavedBy == 0 {
			t.Errorf("the first row is %+v", rows[0])
		}
		for name, c := range map[string]struct {
			desk.Filter
			want int
		}{
			"all": {desk.Filter{}, 20}, "ready": {desk.Filter{Stage: "ready"}, 6}, "no picture": {desk.Filter{Picture: "no"}, 20}, "with one": {desk.Filter{Picture: "yes"}, 0},
			"of a section": {desk.Filter{Sections: []int64{p.World.ID, p.Ferries.ID}}, 20}, "of another": {desk.Filter{Sections: []int64{p.Opinion.ID}}, 0},
			"short": {desk.Filter{Length: "under"}, 14}, "long": {desk.Filter{Length: "over"}, 0}, "without a deadline": {desk.Filter{Due: "none"}, 6},
			"late": {desk.Filter{Due: "late"}, 2}, "today": {desk.Filter{Due: "today"}, 14}, "this week": {desk.Filter{Due: "week"}, 14},
			"of a person": {desk.Filter{Person: 20}, 4}, "held": {desk.Filter{Held: true}, 0},
		} {
			ask.Filter = c.Filter
			rows, _, err := p.Desk.Today(t.Context(), ask)
			counts, errs := p.Desk.Counts(t.Context(), ask, desk.Asked{Now: p.Now()})
			if err != nil || errs != nil || len(rows) != c.want || counts[0] != c.want || counts[1] != 20 {
				t.Errorf("%s: %d rows, counted %v (%v, %v), wanted %d", name, len(rows), counts, err, errs, c.want)
			}
		}
		few, more, err := p.Desk.Today(t.Context(), desk.Asked{Limit: 3, Now: p.Now()})
		if err != nil || len(few) != 6 || !more {
			t.Errorf("of few there are %d, more %v (%v)", len(few), more, err)
		}
		if n, err := p.Desk.CountOut(t.Context(), ask, p.Now().Add(-100*time.Minute)); err != nil || n != 95 {
			t.Errorf("out are %d (%v)", n, err)
		}
	})
}

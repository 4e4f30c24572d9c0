package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"lede/article"
	"lede/internal/doc"
	"lede/internal/job"
	"lede/paper"
	"lede/press"
)

// What a change of an article ahead is, and what becomes of it.
const (
	comes  = "scheduled"
	waits  = "embargoed"
	leaves = "to be withdrawn"
)

// plan is one article and the moment at which it changes, as the clock on the wall says it.
type plan struct {
	id   int64
	what string
	wall paper.Wall
	at   time.Time
	off  bool // called off before its moment: nothing may happen
}

// night is one night in which clocks change, and the ten minutes of it in which nothing runs.
type night struct {
	zone, day string
	plans     int
	down      paper.Wall
}

const (
	outage  = 10 * time.Minute
	allowed = 2 * time.Second
)

// schedules lets a thousand moments pass across a night in which clocks are put back, and some in one in which they are put
// forward, with ten minutes in which the server is down: each must happen once, at its moment or on recovery.
func (t *torture) schedules(ctx context.Context) error {
	for _, n := range []night{
		{"America/New_York", "2026-11-01", 1000, paper.Wall{Says: "2026-11-01T01:25", Zone: "America/New_York", Second: true}},
		{"Europe/Madrid", "2026-03-29", 200, paper.Wall{Says: "2026-03-29T03:10", Zone: "Europe/Madrid"}},
	} {
		if err := t.night(ctx, n); err != nil {
			return fmt.Errorf("the night of %s in %s: %w", n.day, n.zone, err)
		}
	}
	return t.scheduledForReal(ctx)
}

// stage is a paper with a clock of its own, and what its public was told, once for each event.
type stage struct {
	press *press.Press
	shut  func() error
	clock *atomic.Int64
	heard map[string]map[int64][]time.Time
}

func (t *torture) stage(ctx context.Context, dir string, clock *atomic.Int64, heard map[string]map[int64][]time.Time) (*stage, error) {
	now := func() time.Time { return time.UnixMicro(clock.Load()).UTC() }
	p, shut, err := open(ctx, dir, now)
	if err != nil {
		return nil, err
	}
	for name, e := range map[string]job.Event{"shown": article.Shown, "hidden": article.Hidden} {
		job.On(p.Jobs, e, "torture", func(_ context.Context, id int64) error {
			heard[name][id] = append(heard[name][id], now())
			return nil
		})
	}
	return &stage{p, shut, clock, heard}, nil
}

func (t *torture) night(ctx context.Context, n night) error {
	dir := filepath.Join(t.dir, "night-"+n.day)
	zone, err := time.LoadLocation(n.zone)
	if err != nil {
		return err
	}
	day, err := time.ParseInLocation(time.DateOnly, n.day, zone)
	if err != nil {
		return err
	}
	clock := &atomic.Int64{}
	clock.Store(day.Add(-time.Hour).UnixMicro())
	heard := map[string]map[int64][]time.Time{"shown": {}, "hidden": {}}
	s, err := t.stage(ctx, dir, clock, heard)
	if err != nil {
		return err
	}
	plans, err := s.make(ctx, n, day, zone)
	if err != nil {
		return err
	}
	for _, of := range heard { // what happened while the night was set up
		clear(of)
	}
	s, longest, err := t.through(ctx, s, n, dir, plans)
	if err != nil {
		return err
	}
	worst, err := s.judge(ctx, n, plans)
	if err != nil {
		return err
	}
	fmt.Printf("%d articles scheduled, embargoed, to be withdrawn and called off through the night of %s in %s, with %s down: each changed exactly once, the latest %s after its moment or recovery\n",
		len(plans), n.day, n.zone, outage, (worst + longest).Round(time.Millisecond))
	return s.shut()
}

// make writes the articles of a night and sets their moments, by what the clock on the wall will say.
func (s *stage) make(ctx context.Context, n night, day time.Time, zone *time.Location) ([]plan, error) {
	now := time.UnixMicro(s.clock.Load()).UTC()
	settings, err := s.press.Papers.Get(ctx)
	if err != nil {
		return nil, err
	}
	settings.Zone = n.zone
	if err := s.press.Papers.Set(ctx, settings, now); err != nil {
		return nil, err
	}
	tree, err := s.press.Sections.Tree(ctx)
	if err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(2026, uint64(n.plans)))
	var plans []plan
	for len(plans) < n.plans {
		p := plan{what: []string{comes, comes, waits, leaves}[len(plans)%4], off: len(plans)%10 == 9}
		says := time.Date(day.Year(), day.Month(), day.Day(), 0, random.IntN(4*60), random.IntN(60), 0, time.UTC)
		p.wall = paper.Wall{Says: says.Format("2006-01-02T15:04:05"), Zone: n.zone, Second: random.IntN(2) == 1}
		if p.at, err = p.wall.At(); err != nil {
			continue // a time that does not exist is refused at the desk
		}
		if err := s.plan(ctx, &p, tree[0].ID, len(plans), now); err != nil {
			return nil, err
		}
		plans = append(plans, p)
	}
	return plans, s.press.Jobs.Drain(ctx)
}

// plan writes one article and sets its moment; one that is called off is at once.
func (s *stage) plan(ctx context.Context, p *plan, section int64, n int, now time.Time) error {
	a, _, err := s.press.Articles.Keep(ctx, article.Text{Lang: "en", Headline: fmt.Sprintf("Night piece %d", n), Sections: []int64{section}, Body: doc.New(doc.P("Of the night."))}, "", now)
	if err != nil {
		return err
	}
	p.id = a.ID
	keeps, version := s.press.Articles, a.Version
	step := func(err error) error { version++; return err }
	switch p.what {
	case comes:
		err = step(keeps.Publish(ctx, p.id, version, p.at, now, 1))
	case waits:
		err = errors.Join(step(keeps.Embargo(ctx, p.id, version, p.at, 1, now)), step(keeps.Publish(ctx, p.id, version, p.at, now, 1)))
	case leaves:
		err = errors.Join(step(keeps.Publish(ctx, p.id, version, now, now, 1)), step(keeps.Withdraw(ctx, p.id, version, article.Withdrawal{At: p.at, Note: "Over."}, 1, now)))
	}
	if err != nil || !p.off {
		return err
	}
	if p.what == leaves {
		return keeps.Stay(ctx, p.id, version, 1, now)
	}
	return keeps.Withdraw(ctx, p.id, version, article.Withdrawal{}, 1, now)
}

// through lets the night pass, second by second where something is to happen. In the outage the paper is left as a killed server leaves it.
// It tells how long it took at most, by a real clock, until all that was due was done.
func (t *torture) through(ctx context.Context, s *stage, n night, dir string, plans []plan) (after *stage, longest time.Duration, err error) {
	from, err := n.down.At()
	if err != nil {
		return nil, 0, err
	}
	until := from.Add(outage)
	var moments []time.Time
	for _, p := range plans {
		for _, at := range []time.Time{p.at.Add(-time.Second), p.at} {
			if at.Before(from) || at.After(until) {
				moments = append(moments, at)
			}
		}
	}
	moments = append(moments, until)
	slices.SortFunc(moments, time.Time.Compare)
	for _, at := range slices.CompactFunc(moments, time.Time.Equal) {
		s.clock.Store(at.UnixMicro())
		if at.Equal(until) {
			if err := s.shut(); err != nil {
				return nil, longest, err
			}
			if s, err = t.stage(ctx, dir, s.clock, s.heard); err != nil {
				return nil, longest, err
			}
		}
		began := time.Now()
		if err := s.press.Jobs.Drain(ctx); err != nil {
			return nil, longest, err
		}
		longest = max(longest, time.Since(began))
		if longest > allowed {
			return nil, longest, fmt.Errorf("at %s it took %s until all was done", at, longest)
		}
	}
	s.clock.Add(time.Hour.Microseconds())
	return s, longest, s.press.Jobs.Drain(ctx)
}

// judge looks whether each article changed once, at its moment or on recovery, and not at all if that was called off.
func (s *stage) judge(ctx context.Context, n night, plans []plan) (worst time.Duration, err error) {
	down, err := n.down.At()
	if err != nil {
		return 0, err
	}
	for _, p := range plans {
		due := p.at
		if !due.Before(down) && due.Before(down.Add(outage)) {
			due = down.Add(outage)
		}
		told := s.heard["shown"][p.id]
		want := article.Published
		if p.what == leaves {
			told, want = s.heard["hidden"][p.id], article.Withdrawn
		}
		if p.off {
			want = map[string]string{comes: article.Ready, waits: article.Ready, leaves: article.Published}[p.what]
		}
		a, err := s.press.Articles.Get(ctx, p.id)
		if err != nil {
			return worst, err
		}
		if p.off && len(told) == 0 && a.Stage == want {
			continue
		}
		if p.off || len(told) != 1 || a.Stage != want {
			return worst, fmt.Errorf("the article %s for %s (called off: %v) is %s, and the public was told %d times", p.what, p.at, p.off, a.Stage, len(told))
		}
		late := told[0].Sub(due)
		if late < 0 || late > allowed {
			return worst, fmt.Errorf("the article %s for %s changed at %s", p.what, p.at, told[0])
		}
		worst = max(worst, late)
		if err := s.press.Articles.Verify(ctx, p.id); err != nil {
			return worst, err
		}
	}
	return worst, nil
}

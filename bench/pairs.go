package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// sides are the two servers of a comparison, on the same cores, only one of them at work.
type sides struct{ bare, lede *process }

const connections = 32

// pairs measures the paper against the bare handler, turn by turn.
func (b *bench) pairs(ctx context.Context, dir string) (err error) {
	pages, err := readPages(b.pages())
	if err != nil {
		return err
	}
	s, err := b.both(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.bare.stop(), s.lede.stop()) }()
	var articles []string
	for path := range pages {
		if strings.Count(path, "/") > 1 {
			articles = append(articles, path)
		}
	}
	slices.Sort(articles)
	if _, err := readAll(s.lede.addr, append(articles, frontPath, sectionPath, feedPath)); err != nil {
		return err
	}
	for _, kind := range []struct {
		name   string
		target float64
		paths  []string
	}{
		{"article", .85, articles[:1]},
		{"front", .85, []string{frontPath}},
		{"section", .85, []string{sectionPath}},
		{"feed", .85, []string{feedPath}},
		{fmt.Sprintf("%d different articles at random", len(articles)), .7, articles},
	} {
		r, err := b.compare(ctx, s, kind.paths)
		if err != nil {
			return fmt.Errorf("%s: %w", kind.name, err)
		}
		b.tell(kind.name, kind.target, r)
	}
	r, err := b.publishing(ctx, s, dir, articles)
	if err != nil {
		return fmt.Errorf("while publishing: %w", err)
	}
	b.tell("the same while an article is published every second", .7, r)
	return nil
}

func (b *bench) both(ctx context.Context, dir string) (s sides, err error) {
	if s.lede, err = b.serve(ctx, dir, b.cores.server); err != nil {
		return s, err
	}
	addr, err := freeAddr()
	if err != nil {
		return s, err
	}
	if s.bare, err = b.run(ctx, addr, b.cores.server, b.self, "bare", addr, b.pages()); err != nil {
		return s, err
	}
	return s, errors.Join(s.lede.ready(ctx, frontPath), s.bare.ready(ctx, frontPath))
}

// turn is one measurement of one side.
type turn struct {
	rate float64       // requests a second
	cpu  time.Duration // of the server, for one request
}

// result is all turns of a comparison and the ratios of the pairs.
type result struct {
	bare, lede []turn
	rate, cpu  []float64 // lede by bare
}

func (b *bench) compare(ctx context.Context, s sides, paths []string) (r result, err error) {
	for n := range b.rounds + 1 {
		bare, err := b.turn(s.bare, paths)
		if err != nil {
			return r, err
		}
		lede, err := b.turn(s.lede, paths)
		if err != nil {
			return r, err
		}
		if n == 0 {
			continue // to warm both up
		}
		r.bare, r.lede = append(r.bare, bare), append(r.lede, lede)
		r.rate = append(r.rate, lede.rate/bare.rate)
		r.cpu = append(r.cpu, float64(lede.cpu)/float64(bare.cpu))
		if ctx.Err() != nil {
			return r, ctx.Err()
		}
	}
	return r, nil
}

func (b *bench) turn(p *process, paths []string) (turn, error) {
	requests := make([][]byte, len(paths))
	for i, path := range paths {
		requests[i] = request(path, p.addr)
	}
	before, err := p.cpu()
	if err != nil {
		return turn{}, err
	}
	threads := len(b.cores.load)
	random := make([]*rand.Rand, threads)
	for i := range random {
		random[i] = rand.New(rand.NewPCG(uint64(i), 3))
	}
	t, err := load(p.addr, connections, threads, b.each, func(thread int) []byte {
		if len(requests) == 1 {
			return requests[0]
		}
		return requests[random[thread].IntN(len(requests))]
	})
	if err != nil {
		return turn{}, err
	}
	after, err := p.cpu()
	return turn{float64(t.requests) / t.took.Seconds(), (after - before) / time.Duration(max(1, t.requests))}, err
}

// tell says the rate, for which there is always a target, and the work, for which there is one where pages are the same.
func (b *bench) tell(name string, target float64, r result) {
	b.say(figure{name + ": requests/s, of the bare handler's", fmt.Sprintf("≥ %.2f", target),
		fmt.Sprintf("%s: %.0f of %.0f /s", spread(r.rate), median(rates(r.lede)), median(rates(r.bare))), holds(median(r.rate) >= target)})
	f := figure{name + ": CPU per request, of the bare handler's", "≤ 1.20",
		fmt.Sprintf("%s: %.1f of %.1f µs", spread(r.cpu), micros(median(work(r.lede))), micros(median(work(r.bare)))), holds(median(r.cpu) <= 1.2)}
	if target < .85 {
		f.target, f.verdict = "", forNotice
	}
	b.say(f)
}

func rates(turns []turn) (list []float64) {
	for _, t := range turns {
		list = append(list, t.rate)
	}
	return list
}

func work(turns []turn) (list []time.Duration) {
	for _, t := range turns {
		list = append(list, t.cpu)
	}
	return list
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// publishing compares while the running paper is given an article every second, through the socket in its folder, as
// `lede import page --publish` does.
func (b *bench) publishing(ctx context.Context, s sides, dir string, articles []string) (result, error) {
	ctx, stop := context.WithCancel(ctx)
	publish := imports(filepath.Join(dir, "lede.sock"))
	if b.inProcess {
		publish = ordered(s.lede)
	}
	ended := make(chan error, 1)
	go func() { ended <- everySecond(ctx, publish) }()
	r, err := b.compare(ctx, s, articles)
	stop()
	return r, errors.Join(err, <-ended)
}

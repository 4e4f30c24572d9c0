package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"lede/article"
	"lede/comment"
	"lede/press"
)

// What is posted, and read meanwhile.
const (
	alone     = 600    // comments over one connection
	elsewhere = 200    // comments a second while others read
	longest   = 10_000 // comments of the longest thread
	asked     = 200    // requests a second for its first page
	until     = 60     // comments whose way to the page is timed
)

// comments measures how fast comments are taken, each on the disk before its 303, and what a long thread and much talk cost readers.
func (b *bench) comments(ctx context.Context, dirs map[int]string) error {
	for _, part := range []func(context.Context, string, talked) error{b.posted, b.thread, b.beside, b.soon} {
		dir := filepath.Join(b.work, fmt.Sprintf("talk-%d", time.Now().UnixNano()))
		if err := copyPaper(dirs[b.sizes[0]], dir); err != nil {
			return err
		}
		t, err := prepare(ctx, dir)
		if err == nil {
			err = part(ctx, dir, t)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// talked is what is written about.
type talked struct {
	articles []article.Card
}

func (t talked) ids() (ids []int64) {
	for _, c := range t.articles {
		ids = append(ids, c.ID)
	}
	return ids
}

// prepare sets the paper's rules: every comment is shown, however old the article.
func prepare(ctx context.Context, dir string) (t talked, err error) {
	err = with(ctx, dir, func(p *press.Press) error {
		if t.articles, err = p.Articles.Cards(ctx, article.List{Lang: "en", Limit: 200}, p.Clock()); err != nil {
			return err
		}
		return setMode(ctx, p, comment.ShowAll)
	})
	return t, err
}

func setMode(ctx context.Context, p *press.Press, m comment.Mode) error {
	r, err := p.Comments.Rules(ctx)
	if err != nil {
		return err
	}
	r.Mode, r.Days = m, 0
	return p.Comments.SetRules(ctx, r, p.Clock())
}

// with opens the paper in dir for a moment.
func with(ctx context.Context, dir string, do func(*press.Press) error) (err error) {
	p, done, err := open(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	return do(p)
}

// posted keeps 32 connections busy with comments, in a paper that shows all and in one that holds the first of each; then one connection.
// The server is killed, and what it had answered is counted in its folder.
func (b *bench) posted(ctx context.Context, dir string, t talked) error {
	kept := 0
	for _, mode := range []comment.Mode{comment.ShowAll, comment.HoldFirst} {
		if err := with(ctx, dir, func(p *press.Press) error { return setMode(ctx, p, mode) }); err != nil {
			return err
		}
		r, err := b.postedTo(ctx, dir, &crowd{articles: t.ids(), from: int64(kept)})
		if err != nil {
			return fmt.Errorf("%s: %w", mode, err)
		}
		kept += r.answered
		found := 0
		err = with(ctx, dir, func(p *press.Press) error {
			return p.DB.Read().QueryRowContext(ctx, `select count(*) from comment`).Scan(&found)
		})
		if err != nil {
			return err
		}
		name := fmt.Sprintf("comments, %s: ", mode)
		b.say(figure{name + fmt.Sprintf("posts/s over %d connections, median of %d (least–most)", connections, len(r.rates)), "≥ 4,000",
			fmt.Sprintf("%.0f (%.0f–%.0f)", median(r.rates), quantile(r.rates, 0), quantile(r.rates, 1)), holds(median(r.rates) >= 4000)})
		b.say(figure{name + "CPU of the server per post", "", fmt.Sprintf("%.0f µs", micros(median(r.cpu))), forNotice})
		b.say(figure{name + "answered with 303, and on disk after kill -9", "all", fmt.Sprintf("%d of %d", found, kept), holds(found == kept)})
		b.say(figure{name + fmt.Sprintf("one connection, p50 and p99 of %d", len(r.alone)), "p50 ≤ 2 ms",
			ms(quantile(r.alone, .5)) + ", " + ms(quantile(r.alone, .99)), holds(quantile(r.alone, .5) <= 2*time.Millisecond)})
	}
	return nil
}

// postings is what came of a run of posting.
type postings struct {
	answered int
	rates    []float64
	cpu      []time.Duration // of the server, for one comment
	alone    []time.Duration // how long each took over one connection
}

func (b *bench) postedTo(ctx context.Context, dir string, c *crowd) (r postings, err error) {
	p, err := b.serve(ctx, dir, b.cores.all)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, b.kill(p)) }()
	if err := p.ready(ctx, frontPath); err != nil {
		return r, err
	}
	c.to = p.addr
	for n := range b.rounds + 1 {
		before, err := p.cpu()
		if err != nil {
			return r, err
		}
		done, err := c.posts(connections, b.each)
		if err != nil {
			return r, err
		}
		after, err := p.cpu()
		if err != nil {
			return r, err
		}
		r.answered += done.requests
		if n > 0 { // the first warms up
			r.rates, r.cpu = append(r.rates, float64(done.requests)/done.took.Seconds()), append(r.cpu, (after-before)/time.Duration(done.requests))
		}
	}
	l := &line{crowd: c}
	defer l.close()
	for range alone {
		_, request := c.request()
		_, took, err := l.send(request)
		if err != nil {
			return r, err
		}
		r.alone = append(r.alone, took)
	}
	r.answered += alone
	return r, nil
}

// kill ends a server with SIGKILL; a copy inside this program is let write its profile.
func (b *bench) kill(p *process) error {
	if b.inProcess {
		return p.stop()
	}
	err := p.cmd.Process.Kill()
	_ = p.cmd.Wait() // it was killed
	return err
}

// thread reads the first page of a thread of ten thousand comments: in the article's page, and the thread's own pages, each made anew.
func (b *bench) thread(ctx context.Context, dir string, t talked) (err error) {
	on := t.articles[0]
	err = with(ctx, dir, func(p *press.Press) error { return converse(ctx, p, on.ID) })
	if err != nil {
		return err
	}
	p, err := b.serve(ctx, dir, b.cores.all)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if err := p.ready(ctx, frontPath); err != nil {
		return err
	}
	for name, path := range map[string]string{"the article's page": on.Path, "the thread's second page": on.Path + "/comments?page=2", "page 300 from the oldest on": on.Path + "/comments?order=oldest&page=300"} {
		c := newClient(p.addr)
		got, err := c.good(path, "weighed.example")
		c.close()
		if err != nil {
			return err
		}
		took, err := steady(p.addr, asked, 8*b.each, func(n int) (string, string) { return path, fmt.Sprintf("h%d.example", n) })
		if err != nil {
			return err
		}
		b.say(figure{fmt.Sprintf("a thread of %d comments, %s: compressed (gzip)", longest, name), "≤ 60 KB", kb(len(got.body)), holds(len(got.body) <= 60<<10)})
		b.say(figure{fmt.Sprintf("a thread of %d comments, %s: made anew %d times a second, p50 and p99 of %d", longest, name, asked, len(took)), "p99 ≤ 50 ms",
			ms(quantile(took, .5)) + ", " + ms(quantile(took, .99)), holds(quantile(took, .99) <= 50*time.Millisecond)})
	}
	return nil
}

// steady asks so many times a second, and gives how long each answer took since it should have been asked for.
func steady(addr string, perSecond int, d time.Duration, next func(n int) (path, host string)) ([]time.Duration, error) {
	const readers = 32
	type order struct {
		n  int
		at time.Time
	}
	work := make(chan order, perSecond)
	took := make([][]time.Duration, readers)
	errs := make([]error, readers)
	var all sync.WaitGroup
	for i := range readers {
		all.Go(func() {
			c := newClient(addr)
			defer c.close()
			for o := range work {
				path, host := next(o.n)
				if _, err := c.good(path, host); err != nil {
					errs[i] = err
					continue
				}
				took[i] = append(took[i], time.Since(o.at))
			}
		})
	}
	began := time.Now()
	for n := 0; time.Since(began) < d; n++ {
		at := began.Add(time.Duration(n) * time.Second / time.Duration(perSecond))
		time.Sleep(time.Until(at))
		work <- order{n, at}
	}
	close(work)
	all.Wait()
	var list []time.Duration
	for _, t := range took {
		list = append(list, t...)
	}
	return list, errors.Join(errs...)
}

// converse writes the longest thread through the store as readers would: a third of it replies, most of them to what is new.
func converse(ctx context.Context, p *press.Press, article int64) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var n, last atomic.Int64
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for ctx.Err() == nil {
				i := n.Add(1)
				if i > longest {
					return
				}
				d := comment.Draft{Article: article, Name: fmt.Sprintf("Reader %d", i), Text: text(i)}
				if i%3 == 0 {
					d.Parent = last.Load()
				}
				by := comment.Hand{Owner: fmt.Sprint("browser ", i), Addr: netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 1})}
				c, err := p.Comments.Post(ctx, d, by, p.Clock())
				if err != nil {
					cancel(fmt.Errorf("comment %d: %w", i, err))
					return
				}
				if rand.N(5) == 0 {
					last.Store(c.ID)
				}
			}
		})
	}
	all.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return p.Jobs.Drain(ctx)
}

// beside measures what reading costs while others talk elsewhere, turn by turn with reading alone. All the server computes is counted,
// the comments too.
func (b *bench) beside(ctx context.Context, dir string, t talked) (err error) {
	p, err := b.serve(ctx, dir, b.cores.server)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if err := p.ready(ctx, frontPath); err != nil {
		return err
	}
	read, others := []string{t.articles[0].Path}, talked{t.articles[1:]}
	var quiet, loud []turn
	var ratios []float64
	for n := range b.rounds + 1 {
		one, err := b.turn(p, read)
		if err != nil {
			return err
		}
		c := &crowd{to: p.addr, articles: others.ids()}
		c.from, c.near = int64(n)*1_000_000, int64(n)*4000
		stop := c.steadily(elsewhere)
		two, err := b.turn(p, read)
		posted, failed := stop()
		if err := errors.Join(err, failed); err != nil {
			return err
		}
		if least := int(b.each.Seconds() * elsewhere * .9); posted < least {
			return fmt.Errorf("only %d comments were posted beside, of %d", posted, least)
		}
		if n > 0 { // the first warms up
			quiet, loud = append(quiet, one), append(loud, two)
			ratios = append(ratios, float64(two.cpu)/float64(one.cpu))
		}
	}
	b.say(figure{fmt.Sprintf("CPU per article read, while %d comments/s are posted and shown elsewhere", elsewhere), "≤ 1.20",
		fmt.Sprintf("%s: %.1f of %.1f µs", spread(ratios), micros(median(work(loud))), micros(median(work(quiet)))), holds(median(ratios) <= 1.2)})
	return nil
}

// soon measures from the 303 of a comment that is shown until the article's page, asked for all the time, holds it: in a quiet paper, and in
// one that shows 200 others a second under other articles.
func (b *bench) soon(ctx context.Context, dir string, t talked) (err error) {
	p, err := b.serve(ctx, dir, b.cores.all)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if err := p.ready(ctx, frontPath); err != nil {
		return err
	}
	on := t.articles[0]
	c, others := &crowd{to: p.addr, articles: t.ids()[:1]}, &crowd{to: p.addr, articles: t.ids()[1:]}
	others.from, others.near = 1_000_000, 30_000
	for _, kind := range []struct {
		name      string
		perSecond int
		pause     time.Duration
	}{{"one comment at a time", 0, 400 * time.Millisecond}, {fmt.Sprintf("while %d a second are posted elsewhere", elsewhere), elsewhere, 50 * time.Millisecond}} {
		stop := func() (int, error) { return 0, nil }
		if kind.perSecond > 0 {
			stop = others.steadily(kind.perSecond)
		}
		took, err := c.seen(on, kind.pause)
		_, failed := stop()
		if err := errors.Join(err, failed); err != nil {
			return err
		}
		b.say(figure{fmt.Sprintf("a comment posted is on the article's page, %s: p50 and longest of %d", kind.name, len(took)), "≤ 1 s",
			ms(quantile(took, .5)) + ", " + ms(quantile(took, 1)), holds(quantile(took, 1) <= time.Second)})
	}
	return nil
}

// seen posts comments under an article and times each until the page holds it.
func (c *crowd) seen(on article.Card, pause time.Duration) (took []time.Duration, err error) {
	l, reader := &line{crowd: c}, newClient(c.to)
	defer l.close()
	defer reader.close()
	for range until {
		n, _ := c.request()
		mark := fmt.Sprintf("Number %d:", n)
		if _, _, err := l.send(c.post(on.ID, fmt.Sprintf("Reader %d", n), text(n))); err != nil {
			return nil, err
		}
		began := time.Now()
		for known := ""; ; {
			if time.Since(began) > 10*time.Second {
				return nil, fmt.Errorf("after ten seconds %s is not on the page", mark)
			}
			got, err := reader.good(on.Path, "")
			if err != nil {
				return nil, err
			}
			if tag := got.header.Get("Etag"); tag == known {
				continue
			} else {
				known = tag
			}
			page, err := got.text()
			if err != nil {
				return nil, err
			}
			if strings.Contains(page, mark) {
				break
			}
		}
		took = append(took, time.Since(began))
		time.Sleep(pause)
	}
	return took, nil
}

package site

import (
	"context"
	"maps"
	"strconv"
	"sync"
	"time"

	"lede/article"
	"lede/comment"
	"lede/internal/job"
)

// How often pages are made anew for what is written under one article: those that show it, and those that count it.
const (
	threadPause = 300 * time.Millisecond
	countPause  = 20 * time.Second
)

func tagCount(id int64) string { return "count:" + strconv.FormatInt(id, 10) }

// watchThreads has pages made anew when other comments are shown under an article: its own at once, at most every threadPause; those
// that only count them at most every countPause.
func (s *Site) watchThreads() {
	s.threads = newPacer(threadPause, func(id int64) { s.cache.Purge(tagThread(id)) })
	s.counts = newPacer(countPause, func(id int64) { s.cache.Purge(tagCount(id)) })
	job.Watch(s.Jobs, comment.Threaded, func(_ context.Context, id int64, _ time.Time) {
		s.threads.ask(id)
		s.counts.ask(id)
	})
	job.Watch(s.Jobs, comment.Erased, func(_ context.Context, id int64, _ time.Time) {
		if err := s.cache.Forget(tagThread(id)); err != nil {
			s.Log.Error("what was taken away may still stand in the last good pages", "article", id, "error", err)
		}
	})
}

// count asks how many comments are shown under the articles of cards, all at once.
func (sh *sheet) count(cards []article.Card) error {
	if sh.glance != nil {
		return nil
	}
	var ids []int64
	for _, c := range cards {
		ids = append(ids, c.ID)
		sh.tags = append(sh.tags, tagCount(c.ID))
	}
	counts, err := sh.Comments.Counts(sh.ctx, ids...)
	if sh.talked == nil {
		sh.talked = counts
	}
	maps.Copy(sh.talked, counts)
	return err
}

// pacer does something about ids, about each at most once in a while: at once when it is first asked, and once more when the while is
// over if it was asked again meanwhile.
type pacer struct {
	every time.Duration
	do    func(id int64)
	after func(time.Duration, func())

	mu   sync.Mutex
	rest map[int64]bool // ids about which something was done within the while; whether it was asked for again
}

// mostResting bounds what a pacer remembers; beyond, it does at once what it is asked.
const mostResting = 10_000

func newPacer(every time.Duration, do func(id int64)) *pacer {
	return &pacer{every: every, do: do, rest: map[int64]bool{}, after: func(d time.Duration, f func()) { time.AfterFunc(d, f) }}
}

func (p *pacer) ask(id int64) {
	p.mu.Lock()
	_, rests := p.rest[id]
	known := rests || len(p.rest) < mostResting && p.every > 0
	if known {
		p.rest[id] = rests
	}
	p.mu.Unlock()
	if rests {
		return
	}
	p.do(id)
	if known {
		p.after(p.every, func() { p.over(id) })
	}
}

// over ends the while of an id, and begins another where it was asked for again.
func (p *pacer) over(id int64) {
	p.mu.Lock()
	again := p.rest[id]
	if p.rest[id] = false; !again {
		delete(p.rest, id)
	}
	p.mu.Unlock()
	if again {
		p.do(id)
		p.after(p.every, func() { p.over(id) })
	}
}

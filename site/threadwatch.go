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

// How often pages are made anew for what is written under one article: those that show it, and those that count it. The few comments of
// an ordinary minute are on the page when their writers are led to it; what a crowd writes waits its turn.
const (
	threadPause = 300 * time.Millisecond
	threadBurst = 6
	countPause  = 20 * time.Second
)

func tagCount(id int64) string { return "count:" + strconv.FormatInt(id, 10) }

// watchThreads has pages made anew when other comments are shown under an article: its own at once, or every threadPause if there are
// many; those that only count them at most every countPause.
func (s *Site) watchThreads() {
	s.threads = newPacer(threadPause, threadBurst, func(id int64) { s.cache.Purge(tagThread(id)) })
	s.counts = newPacer(countPause, 1, func(id int64) { s.cache.Purge(tagCount(id)) })
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

// pacer does something about ids: at once when it is asked, for a burst; who asks more often waits for the next of the whiles, at the end
// of which it does once what was asked for meanwhile, however often.
type pacer struct {
	every time.Duration
	burst int
	do    func(id int64)
	after func(time.Duration, func())

	mu  sync.Mutex
	ids map[int64]*paced
}

// paced is what a pacer remembers of an id: how often something was done of late, less one for each while, and whether it is asked for.
type paced struct {
	done  int
	asked bool
}

// mostPaced bounds what a pacer remembers; beyond, it does at once what it is asked.
const mostPaced = 10_000

func newPacer(every time.Duration, burst int, do func(id int64)) *pacer {
	return &pacer{every: every, burst: burst, do: do, ids: map[int64]*paced{}, after: func(d time.Duration, f func()) { time.AfterFunc(d, f) }}
}

func (p *pacer) ask(id int64) {
	if !p.may(id) {
		return
	}
	p.do(id)
}

// may tells whether it is to be done at once; if not, it is at the end of the while.
func (p *pacer) may(id int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, known := p.ids[id]
	switch {
	case !known && (len(p.ids) >= mostPaced || p.every == 0):
		return true
	case !known:
		p.ids[id] = &paced{done: 1}
		p.after(p.every, func() { p.over(id) })
		return true
	case at.done < p.burst:
		at.done++
		return true
	}
	at.asked = true
	return false
}

// over ends a while of an id, and begins another as long as there is something to remember.
func (p *pacer) over(id int64) {
	p.mu.Lock()
	at := p.ids[id]
	again := at.asked
	if at.asked = false; !again {
		at.done--
	}
	if at.done == 0 {
		delete(p.ids, id)
	} else {
		p.after(p.every, func() { p.over(id) })
	}
	p.mu.Unlock()
	if again {
		p.do(id)
	}
}

package web

import (
	"strconv"
	"sync"

	"github.com/VictoriaMetrics/metrics"
)

// requestMeter counts answers by kind of route and class of status.
type requestMeter struct {
	set   *metrics.Set
	mu    sync.Mutex
	kinds map[string]*kindMeter
	other *kindMeter
}

// kindMeter holds one counter for each class: 0 other, 1 1xx … 5 5xx.
type kindMeter struct{ class [6]*metrics.Counter }

func newRequestMeter(set *metrics.Set) *requestMeter {
	m := &requestMeter{set: set, kinds: map[string]*kindMeter{}}
	m.other = m.kind("other")
	return m
}

func (m *requestMeter) kind(name string) *kindMeter {
	m.mu.Lock()
	defer m.mu.Unlock()
	if k := m.kinds[name]; k != nil {
		return k
	}
	k := new(kindMeter)
	for i := range k.class {
		k.class[i] = m.set.GetOrCreateCounter(`lede_requests_total{kind=` + strconv.Quote(name) + `,class="` + strconv.Itoa(i) + `xx"}`)
	}
	m.kinds[name] = k
	return k
}

func (k *kindMeter) count(status int) {
	if k == nil {
		return
	}
	if status == 0 {
		status = 200
	}
	if class := status / 100; class < len(k.class) {
		k.class[class].Inc()
		return
	}
	k.class[0].Inc()
}

// cacheMeter counts what the page cache does.
type cacheMeter struct {
	hits, misses, joins, evictions, lastGood, absent, dropped *metrics.Counter
	render                                                    *metrics.Histogram
}

func newCacheMeter(set *metrics.Set) *cacheMeter {
	c := func(name string) *metrics.Counter { return set.GetOrCreateCounter("lede_cache_" + name + "_total") }
	return &cacheMeter{hits: c("hits"), misses: c("misses"), joins: c("joins"), evictions: c("evictions"),
		lastGood: c("last_good"), absent: c("absent_hits"), dropped: c("kept_dropped"),
		render: set.GetOrCreateHistogram("lede_render_seconds")}
}

package web

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/VictoriaMetrics/metrics"
)

// CacheOptions says how a Cache behaves. Every field has a working zero value.
type CacheOptions struct {
	Bytes         int64            // pages in memory; 0: 64 MiB
	Dir           string           // folder of the last good pages; "": none on disk
	DiskBytes     int64            // bound of that folder; 0: 256 MiB
	DiskFiles     int              // bound of its number of pages; 0: 50,000
	RenderTimeout time.Duration    // for one render; 0: 10 s
	Clock         func() time.Time // nil: time.Now
	Log           *slog.Logger     // nil: slog.Default()
	Metrics       *metrics.Set     // nil: a set of its own
}

// Cache keeps public pages ready to be sent. A page is the same bytes for everybody; it is compressed in segments once and
// joined with the segments that many pages share. Make one with NewCache; all methods may be called at any time.
type Cache struct {
	o      CacheOptions
	meas   *cacheMeter
	pages  *store // under mu, but for get
	absent *store // what was not there a moment ago, so that asking again costs nothing; emptied by every purge
	kept   *kept  // nil without a folder
	shared *sharedSegments
	lend   scratch

	mu      sync.Mutex
	epoch   uint64            // counts purges
	purged  map[string]uint64 // tag -> epoch of its last purge, as far back as a render in flight may need
	floor   uint64            // renders begun before this epoch are taken as purged
	flights map[string]*flight
	forgets atomic.Uint64 // the last Forget's number
}

const (
	retryAfter  = time.Second      // after a failed render the last good page is handed out for so long before the next try
	absentFor   = 10 * time.Second // how long an absence is believed without a purge
	absentBytes = 2 << 20
	purgedMax   = 10_000
)

// NewCache returns a cache. A folder that cannot be used is logged, and the cache does without: reading must go on.
func NewCache(o CacheOptions) *Cache {
	if o.Bytes == 0 {
		o.Bytes = 64 << 20
	}
	if o.DiskBytes == 0 {
		o.DiskBytes = 256 << 20
	}
	if o.DiskFiles == 0 {
		o.DiskFiles = 50_000
	}
	if o.RenderTimeout == 0 {
		o.RenderTimeout = 10 * time.Second
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Metrics == nil {
		o.Metrics = metrics.NewSet()
	}
	c := &Cache{o: o, meas: newCacheMeter(o.Metrics), purged: map[string]uint64{}, flights: map[string]*flight{}}
	c.pages = newStore(o.Bytes, c.meas.evictions.Inc)
	c.absent = newStore(absentBytes, func() {})
	c.shared = newSharedSegments(c)
	if o.Dir != "" {
		k, err := openKept(o.Dir, o.DiskBytes, o.DiskFiles, o.Log, c.meas.dropped.Inc)
		if err != nil {
			o.Log.Error("last good pages cannot be kept", "folder", o.Dir, "error", err)
		}
		c.kept = k
	}
	if c.kept != nil {
		c.forgets.Store(c.kept.lastForget())
	}
	return c
}

// Close writes what waits for the disk and stops writing. The cache goes on serving from memory.
func (c *Cache) Close() {
	if c.kept != nil {
		c.kept.close()
	}
}

// Serve answers with the page of key, which render makes when there is none or it is no longer fresh. Under a herd it is made
// once, in a context of its own that ends with no request. When render fails with anything but a fault, the last good page is
// served instead, from memory or disk, and the failure is logged; without one, the error comes back, as every fault does.
func (c *Cache) Serve(w http.ResponseWriter, r *http.Request, key string, render func(ctx context.Context) (Page, error)) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header()["Allow"] = allowRead
		return statusError(http.StatusMethodNotAllowed)
	}
	now := c.o.Clock().UnixNano()
	if e := c.pages.get(key); e != nil && e.fresh(now) {
		c.meas.hits.Inc()
		return c.write(w, r, e, now)
	}
	if e := c.absent.get(key); e != nil && now < e.until {
		c.meas.absent.Inc()
		return e.err
	}
	e, err := c.miss(r.Context(), key, render)
	if err != nil {
		return err
	}
	return c.write(w, r, e, now)
}

// Purge makes pages that carry any of the tags be rendered anew, and forgets what was not found. A render that began before
// is not kept. The time it takes goes by the number of pages with these tags, not by the number of pages.
func (c *Cache) Purge(tags ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advance(tags)
	for _, tag := range tags {
		c.pages.purge(tag)
	}
}

// advance begins a new epoch in which the tags are purged.
func (c *Cache) advance(tags []string) {
	c.epoch++
	c.absent.clear()
	if len(c.flights) == 0 {
		clear(c.purged)
		return
	}
	if len(c.purged)+len(tags) > purgedMax {
		clear(c.purged)
		c.floor = c.epoch
	}
	for _, tag := range tags {
		c.purged[tag] = c.epoch
	}
}

// Forget is Purge for what must never be seen again: withdrawn, redacted, erased. When it returns nil, no page with such a tag
// that was made before can come back, from memory or from disk, also after a restart or a power cut. When it returns an error
// the disk did not take the note: this process will not serve them, but Forget must be called again.
func (c *Cache) Forget(tags ...string) error {
	var err error
	if c.kept != nil {
		err = c.kept.forget(append([]string{sharedTag}, tags...))
	}
	c.mu.Lock()
	if c.kept != nil {
		c.forgets.Store(c.kept.lastForget())
	} else {
		c.forgets.Add(1)
	}
	c.advance(tags)
	for _, tag := range tags {
		c.pages.forget(tag)
	}
	c.mu.Unlock()
	c.shared.forget()
	return err
}

// Shared says how the bytes of a slot are made: fn returns the body for name as of now and until when it holds (zero: until
// RefreshShared). When fn fails the last good body stays, and it is asked again a second later. Call it once, before serving.
func (c *Cache) Shared(fn func(ctx context.Context, name string, now time.Time) (body []byte, until time.Time, err error)) {
	c.shared.make = fn
}

// SharedAs says which slot's segment serves for a slot too, so that many pages with slots of their own ("latest/en/17") can share
// one segment ("latest/en") where theirs would be the same. fn is asked whenever a page is joined, and must be fast. Call it once,
// before serving.
func (c *Cache) SharedAs(fn func(name string) string) { c.shared.same = fn }

// RefreshShared makes the shared segments whose name begins with prefix be made anew before they are served again.
func (c *Cache) RefreshShared(prefix string) { c.shared.refresh(prefix) }

// Size is the number of pages in memory and the bytes they take.
func (c *Cache) Size() (pages int, bytes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pages.count, c.pages.bytes
}

package web

import (
	"hash/maphash"
	"sync"
)

// store holds entries by key, bounded by bytes. It is ours and not otter: pages must be found by tag and go at the same moment
// from the index and the map, a purged page must stay at hand as last good, and a hit must not even touch a shared queue.
//
// What is dropped is chosen by SIEVE (Zhang et al., "SIEVE is Simpler than LRU", NSDI 2024): a queue in order of arrival with
// a bit "visited" on each entry; a hand moves from old to new, forgives the visited once and drops the first that is not. A hit
// sets one bit and takes no lock but its shard's for reading; pages asked for once (crawlers) go early.
//
// get may be called at any time. All else is called with the cache's mutex held.
type store struct {
	seed       maphash.Seed
	shards     [64]shard
	max, bytes int64
	count      int
	head, tail *entry // newest, oldest
	hand       *entry
	tags       map[string]*tagged
	evicted    func()
}

type shard struct {
	sync.RWMutex
	m map[string]*entry
	_ [32]byte
}

// tagged are the entries with one tag; each knows its place here, so that it leaves in O(1).
type tagged struct{ at []tagPlace }

type tagPlace struct {
	e *entry
	i int // index in e.refs
}

type tagRef struct {
	set   *tagged
	place int // index in set.at
}

func newStore(max int64, evicted func()) *store {
	s := &store{seed: maphash.MakeSeed(), max: max, tags: map[string]*tagged{}, evicted: evicted}
	for i := range s.shards {
		s.shards[i].m = map[string]*entry{}
	}
	return s
}

func (s *store) shard(key string) *shard {
	return &s.shards[maphash.String(s.seed, key)%uint64(len(s.shards))]
}

// get returns the entry of key, stale or not, or nil.
func (s *store) get(key string) *entry {
	sh := s.shard(key)
	sh.RLock()
	e := sh.m[key]
	sh.RUnlock()
	if e != nil && !e.visited.Load() {
		e.visited.Store(true)
	}
	return e
}

// put takes e in place of whatever had its key, and drops others first until it fits. An entry of more than a quarter of the store
// is not taken.
func (s *store) put(e *entry) {
	s.drop(e.key)
	if e.bytes > s.max/4 {
		return
	}
	for s.bytes+e.bytes > s.max {
		s.evict()
	}
	sh := s.shard(e.key)
	sh.Lock()
	sh.m[e.key] = e
	sh.Unlock()
	e.next = s.head
	if s.head != nil {
		s.head.prev = e
	}
	s.head = e
	if s.tail == nil {
		s.tail = e
	}
	s.bytes += e.bytes
	s.count++
	s.index(e)
}

func (s *store) evict() {
	e := s.hand
	if e == nil {
		e = s.tail
	}
	for e.visited.Load() {
		e.visited.Store(false)
		if e = e.prev; e == nil {
			e = s.tail
		}
	}
	s.hand = e
	s.remove(e)
	s.evicted()
}

// drop removes the entry of key, if there is one.
func (s *store) drop(key string) {
	sh := s.shard(key)
	sh.RLock()
	e := sh.m[key]
	sh.RUnlock()
	if e != nil {
		s.remove(e)
	}
}

func (s *store) remove(e *entry) {
	sh := s.shard(e.key)
	sh.Lock()
	delete(sh.m, e.key)
	sh.Unlock()
	if s.hand == e {
		s.hand = e.prev
	}
	if e.prev != nil {
		e.prev.next = e.next
	} else {
		s.head = e.next
	}
	if e.next != nil {
		e.next.prev = e.prev
	} else {
		s.tail = e.prev
	}
	e.next, e.prev = nil, nil
	s.bytes -= e.bytes
	s.count--
	s.unindex(e)
}

func (s *store) index(e *entry) {
	if len(e.tags) == 0 {
		return
	}
	e.refs = make([]tagRef, len(e.tags))
	for i, tag := range e.tags {
		set := s.tags[tag]
		if set == nil {
			set = new(tagged)
			s.tags[tag] = set
		}
		e.refs[i] = tagRef{set, len(set.at)}
		set.at = append(set.at, tagPlace{e, i})
	}
}

func (s *store) unindex(e *entry) {
	for i, ref := range e.refs {
		at := ref.set.at
		last := at[len(at)-1]
		at[ref.place] = last
		last.e.refs[last.i].place = ref.place
		at[len(at)-1] = tagPlace{}
		if ref.set.at = at[:len(at)-1]; len(ref.set.at) == 0 {
			delete(s.tags, e.tags[i])
		}
	}
	e.refs = nil
}

// purge marks all entries with the tag as stale.
func (s *store) purge(tag string) {
	if set := s.tags[tag]; set != nil {
		for _, p := range set.at {
			p.e.stale.Store(true)
			p.e.retry.Store(0)
			p.e.visited.Store(false)
		}
	}
}

// forget removes all entries with the tag.
func (s *store) forget(tag string) {
	for set := s.tags[tag]; set != nil && len(set.at) > 0; {
		s.remove(set.at[len(set.at)-1].e)
	}
}

// clear removes everything.
func (s *store) clear() {
	for s.tail != nil {
		s.remove(s.tail)
	}
}

package site

import (
	"sync"

	"lede/ad"
	"lede/internal/crowd"
)

// panels is what the documents of positions are made of, and what was lately asked of them.
type panels struct {
	panelParts
	*crowd.Crowd
	ads   shelf[[2]int64, ad.Ad]
	pages shelf[string, knownPage]
}

// shelf remembers what was put there lately; never more than twice mostPanels.
type shelf[K comparable, V any] struct {
	mu            sync.Mutex
	recent, older map[K]V
}

func (s *shelf[K, V]) get(k K) (V, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, ok := s.recent[k]; ok {
		return v, true
	}
	v, ok := s.older[k]
	return v, ok
}

func (s *shelf[K, V]) put(k K, v V) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.recent == nil || len(s.recent) >= mostPanels {
		s.older, s.recent = s.recent, map[K]V{}
	}
	s.recent[k] = v
}

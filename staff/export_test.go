package staff

import "lede/internal/crowd"

// Cheapen makes passwords quick to try, for tests of what stands around them.
func (s *Store) Cheapen() { s.cost = cost{memory: 8, times: 1} }

// Dear sets the cost that readers of passwords are protected with.
func (s *Store) Dear() { s.cost = standard }

// Unbounded lets a test try as often as it likes from everywhere.
func (s *Store) Unbounded() { s.crowd = crowd.Boundless() }

var CheckPassword = checkPassword

// Fill has as many passwords worked on as may be at a time.
func (s *Store) Fill() {
	for range atOnce {
		s.working <- struct{}{}
	}
}

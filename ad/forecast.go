package ad

import (
	"context"
	"time"

	"lede/paper"
)

// DayRoom is how free a position is on one day: Taken of its Parts are sold, by these bookings.
type DayRoom struct {
	Day          string
	Views        int64
	Parts, Taken int
	By           []int64
	Mine         bool // the booking in hand is for this day
}

// Foresee is what a booking will get, and who misses what was promised because of it.
func (s *Store) Foresee(ctx context.Context, b Booking, now time.Time) (Forecast, error) {
	f := Forecast{Thin: true}
	all, err := s.rivals(ctx, b, now)
	if err != nil {
		return f, err
	}
	for day := range eachDay(b.First, b.Last) {
		sum, others := partOf(b), []int64(nil)
		for _, o := range all {
			if o.First <= day && day <= o.Last {
				sum, others = sum+partOf(o), append(others, o.ID)
			}
		}
		if sum > 1.0001 && len(f.Displace) == 0 {
			f.Displace = others
		}
	}
	return f, nil
}

// Month is how free the position of a booking is on each day of a month.
func (s *Store) Month(ctx context.Context, b Booking, month time.Time, now time.Time) ([]DayRoom, error) {
	all, err := s.rivals(ctx, b, now)
	if err != nil {
		return nil, err
	}
	parts := 3
	if b.Promise == Share && b.Share > 0 {
		parts = b.Share
	}
	var rooms []DayRoom
	for day := range eachDay(month.Format(time.DateOnly), paper.Midnight(month.Year(), month.Month()+1, 0, month.Location()).Format(time.DateOnly)) {
		room := DayRoom{Day: day, Parts: parts, Mine: b.First <= day && day <= b.Last}
		sum := 0.0
		for _, o := range all {
			if o.First <= day && day <= o.Last && partOf(o) > 0 {
				sum, room.By = sum+partOf(o), append(room.By, o.ID)
			}
		}
		room.Taken = min(int(sum*float64(parts)+0.999), parts)
		rooms = append(rooms, room)
	}
	return rooms, nil
}

// rivals are the other bookings in the same place that somebody may see on the same pages.
func (s *Store) rivals(ctx context.Context, b Booking, now time.Time) ([]Booking, error) {
	all, err := s.Running(ctx, now)
	var others []Booking
	for _, o := range all {
		if o.ID != b.ID && o.Place == b.Place && (len(o.Aim.Sections) == 0 || len(b.Aim.Sections) == 0 || meets(o.Aim.Sections, b.Aim.Sections)) {
			others = append(others, o)
		}
	}
	return others, err
}

// partOf is how much of all views a booking is promised.
func partOf(b Booking) float64 {
	switch {
	case b.Promise == Flat:
		return 1
	case b.Promise == Share && b.Share > 0:
		return 1 / float64(b.Share)
	}
	return 0
}

// eachDay are the days from one to another, both included.
func eachDay(first, last string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for day, err := time.Parse(time.DateOnly, first); err == nil && day.Format(time.DateOnly) <= last && yield(day.Format(time.DateOnly)); day = day.AddDate(0, 0, 1) {
		}
	}
}

// Command simulate lets a paper's month go by in minutes: readers come along a curve of their own, with a breaking story in the middle, and
// thirty bookings are shown to them by the very code that decides for real ones. It prints what became of each booking, and fails if one
// missed what was promised without having been told so when it was booked.
//
//	go run ./simulate
package main

import (
	"flag"
	"fmt"
	"os"
	"time"
	_ "time/tzdata" // the paper has a zone
)

func main() {
	views := flag.Int("views", 250_000, "page views on a usual day")
	seed := flag.Uint64("seed", 1, "of chance")
	every := flag.Int("every", 0, "days after which to print the table meanwhile; 0 for at the end alone")
	flag.Parse()
	began := time.Now()
	w := newWorld(*views, *seed)
	w.every = *every
	w.remember()
	w.book()
	w.live()
	wrong := w.report()
	fmt.Printf("\n%d page views in %s; decided in %.1f µs on the average.\n", w.seen, time.Since(began).Round(time.Second), float64(w.deciding.Microseconds())/float64(max(1, w.timed)))
	if wrong > 0 {
		fmt.Printf("%d figures were missed.\n", wrong)
		os.Exit(1)
	}
}

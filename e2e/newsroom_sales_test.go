package e2e_test

import (
	"testing"
	"time"
)

// TestAnOrderIsBookedEndToEnd sells a position as an ad manager does on the telephone with a customer: for whom, which days, what price,
// booked, paused and taken back, printed. With scripts off each step is a page of its own.
func TestAnOrderIsBookedEndToEnd(t *testing.T) {
	for name, scripts := range map[string]bool{"scripts": true, "no scripts": false} {
		t.Run(name, func(t *testing.T) {
			r := openRoom(t)
			tab := r.tab(t, r.publisher)
			if !scripts {
				must(t, tab.NoScripts())
			}
			must(t, tab.Open(r.URL+"/newsroom/sales"))
			see(t, tab, "Nothing is sold yet.")
			must(t, tab.Fill("#buyer", "Bellamy’s Hardware"))
			must(t, tab.Go("Begin the order"))
			see(t, tab, "being made")
			month := ask[string](t, tab, `document.querySelector("#month .turn b").textContent`)
			must(t, tab.Click("#month .turn button:last-child"))
			must(t, tab.Wait(5*time.Second, `document.querySelector("#month .turn b").textContent !== `+"`"+month+"`"))
			must(t, tab.Click(".free tr:nth-child(2) td:nth-child(3) button"))
			must(t, tab.Wait(5*time.Second, `document.querySelectorAll(".free .mine").length === 1`))
			must(t, tab.Click(".free tr:nth-child(3) td:nth-child(3) button"))
			must(t, tab.Wait(5*time.Second, `document.querySelectorAll(".free .mine").length === 8`))
			see(t, tab, "What they will get")
			must(t, tab.Fill("#price", "cheap"))
			must(t, tab.Go("Book it"))
			see(t, tab, "This is no sum.")
			must(t, tab.Fill("#price", "400"))
			must(t, tab.Go("Book it"))
			see(t, tab, "is booked.")
			see(t, tab, "400.00")
			must(t, tab.Go("Pause"))
			see(t, tab, "Paused.")
			must(t, tab.Go("Undo"))
			see(t, tab, "Taken back.")
			must(t, tab.Follow(`a[href$="/confirmation"]`))
			see(t, tab, "Confirmation of order")
			see(t, tab, "1 in 3 views.")
			must(t, tab.Follow(`nav a`))
			must(t, tab.Follow(`.steps2 a[href*="/bookings/"]`))
			see(t, tab, "It was paused.")
		})
	}
}

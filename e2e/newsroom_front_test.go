package e2e_test

import (
	"strings"
	"testing"
	"time"

	"lede/e2e/staff"
)

func TestTheLeadIsPickedByHandAndStandsFirst(t *testing.T) {
	r := openRoom(t)
	var made []*staff.Article
	for _, headline := range []string{"Boats go early", "Tide comes late", "Gulls stay home"} {
		a := r.begin(t, r.publisher, headline)
		r.publish(t, a.ID)
		made = append(made, a)
	}
	tab := r.tab(t, r.publisher)
	must(t, tab.Open(r.URL+"/newsroom/front"))
	must(t, tab.Push("Pick: Tide comes late"))
	must(t, tab.Push("Pick: Boats go early"))
	must(t, tab.Wait(5*time.Second, `document.querySelectorAll("#picks .choice").length === 2`))
	must(t, tab.Fill(`#picks .choice[data-id="`+made[1].ID+`"] input[name=headline]`, "The tide is late again"))
	must(t, tab.Go("Put on the front"))
	see(t, tab, "On the front.")
	soon(t, 5*time.Second, "the lead on the front", func() bool { return r.lead(t) == "The tide is late again" })

	must(t, tab.Push("Up: Boats go early"))
	must(t, tab.Go("Put on the front"))
	soon(t, 5*time.Second, "another lead", func() bool { return r.lead(t) == "Boats go early" })
	must(t, tab.Go("Undo"))
	soon(t, 5*time.Second, "the first lead again", func() bool { return r.lead(t) == "The tide is late again" })
}

// lead is the first headline on the readers' front.
func (r *newsroom) lead(t *testing.T) string {
	t.Helper()
	_, body := get(t, r.URL+"/")
	page := string(body[strings.Index(string(body), "<main"):])
	_, rest, _ := strings.Cut(page, "<h3")
	_, rest, _ = strings.Cut(rest, "<a ")
	_, rest, _ = strings.Cut(rest, ">")
	text, _, _ := strings.Cut(rest, "</a>")
	return strings.TrimSpace(text)
}

func TestAnAlertStandsOnEveryPageWithinFiveSecondsAndGoes(t *testing.T) {
	r := openRoom(t)
	a := r.begin(t, r.publisher, "Boats go early")
	r.publish(t, a.ID)
	pages := []string{"/", r.address(t, a.ID), "/no-such-page"}
	on := func(want bool) func() bool {
		return func() bool {
			for _, p := range pages {
				if _, body := get(t, r.URL+p); strings.Contains(string(body), "Fog: no boats") != want {
					return false
				}
			}
			return true
		}
	}
	if !on(false)() {
		t.Fatal("the alert is there before it is set")
	}
	tab := r.tab(t, r.publisher)
	must(t, tab.Open(r.URL+"/newsroom/front/alert"))
	must(t, tab.Fill("#alert-text", "Fog: no boats until noon"))
	must(t, tab.Go("Put it on the pages"))
	soon(t, 5*time.Second, "the alert on every page", on(true))
	must(t, tab.Go("End it now"))
	soon(t, 5*time.Second, "no alert any more", on(false))
}

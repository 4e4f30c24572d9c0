package e2e_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lede/e2e/chrome"
	"lede/e2e/staff"
)

// heard has a page note what it says of its positions, and when, in milliseconds since it was opened.
const heard = `window.said = [];
const noted = (o, m, n) => said.push({m, n, o, at: performance.now()});
for (const [of, name] of [[window, "fetch"], [Navigator.prototype, "sendBeacon"]]) {
	const own = of[name];
	of[name] = function (to, o) {
		if (to === "/panel/seen") Promise.resolve(o.body ?? o).then((b) => new Response(b).json()).then((b) => b.seen.forEach((s) => noted(s.o, s.m, s.n)));
		return own.apply(this, arguments);
	};
}`

// told is one of what a page said.
type told struct {
	M  string  `json:"m"`
	N  int     `json:"n"`
	At float64 `json:"at"`
}

// ofSpot is what the page said of its nth position.
func ofSpot(t *testing.T, tab *chrome.Tab, n int) (all []told) {
	t.Helper()
	for _, one := range ask[[]told](t, tab, `said`) {
		if one.N == n {
			all = append(all, one)
		}
	}
	return all
}

// seeHalf scrolls until as much of the nth box is seen as part says, from the top, and gives the time by the page's clock.
func seeHalf(t *testing.T, tab *chrome.Tab, n int, part float64) float64 {
	t.Helper()
	return ask[float64](t, tab, fmt.Sprintf(`(() => {
		const box = document.querySelectorAll(".pos .box")[%d].getBoundingClientRect();
		scrollTo({top: scrollY + box.top - innerHeight + box.height * %g, behavior: "instant"});
		return performance.now();
	})()`, n, part))
}

// writeLong publishes an article with room for one position in its text and gives its address.
func (r *newsroom) writeLong(t *testing.T, headline string) (path string) {
	t.Helper()
	a := r.begin(t, r.publisher, headline)
	a, err := r.publisher.Article(a.ID)
	must(t, err)
	var body []any
	for i := range 7 {
		words := strings.Repeat("The ferry runs again, and those who wait for it are content. ", 6)
		body = append(body, map[string]any{"type": "paragraph", "attrs": map[string]any{"id": fmt.Sprintf("para%04d", i)}, "content": []any{map[string]any{"type": "text", "text": strings.TrimSpace(words)}}})
	}
	must(t, a.Write("body", map[string]any{"type": "doc", "attrs": map[string]any{"schema": 1}, "content": body}))
	must(t, a.LetGo())
	r.publish(t, a.ID)
	return r.address(t, a.ID)
}

// refuseAd tries to add a picture ad to the booking that is open in the tab, which leads to a page of this machine.
func refuseAd(t *testing.T, tab *chrome.Tab, picture string) {
	t.Helper()
	must(t, tab.Go("Add an ad"))
	must(t, tab.Fill("#name", "Boats"))
	must(t, tab.Fill("#link", "http://127.0.0.1/boats"))
	must(t, tab.Fill("#alt", "Boats for hire, all winter"))
	must(t, tab.Choose("#files", picture))
	must(t, tab.Go("Make it"))
	see(t, tab, "readers cannot reach it")
}

// drawAds makes picture ads that lead to a page of theirs, past the newsroom's look at that page, which no machine without a net can have.
func (r *newsroom) drawAds(t *testing.T, buyer, link string, pictures map[string][2]int) (made []placed) {
	t.Helper()
	dir := t.TempDir()
	for name, size := range pictures {
		must(t, os.WriteFile(filepath.Join(dir, name+".jpg"), sketch(t, size[0], size[1]), 0o600))
	}
	must(t, r.Stop())
	runAds(t, &made, "-data", r.Data, "-from", dir, "-buyer", buyer, "-link", link)
	must(t, r.Again())
	return made
}

// show ticks an ad in the booking that is open in the tab and keeps it.
func show(t *testing.T, tab *chrome.Tab, name string) {
	t.Helper()
	must(t, tab.Wait(5*time.Second, fmt.Sprintf(`[...document.querySelectorAll(".adticks label")].some(l => l.textContent.includes(%q) && (l.control.click(), l.control.checked))`, name)))
	must(t, tab.Follow(`#booking button.btn[value=save]`))
}

// bookToday fills in a booking from today for three weeks and puts it into the order. It is filled in at one go: the free dates are
// drawn anew while somebody types.
func bookToday(t *testing.T, tab *chrome.Tab, place, promise, price, pricing string) {
	t.Helper()
	today := time.Now().UTC()
	fields := map[string]string{"place": place, "promise": promise, "price": price, "pricing": pricing,
		"first": today.Format(time.DateOnly), "last": today.AddDate(0, 0, 20).Format(time.DateOnly)}
	for name, value := range fields {
		ask[string](t, tab, fmt.Sprintf(`document.querySelector("#booking [name=%s]").value = %q`, name, value))
	}
	must(t, tab.Go("Put it into the order"))
	if wrong := ask[[]string](t, tab, `[...document.querySelectorAll(".wrong")].map(e => e.textContent)`); len(wrong) > 0 {
		t.Fatalf("the booking of %s is refused: %q", place, wrong)
	}
}

// counts are the figures of a report, by "position measure": what was billed, and of all that came what was rejected.
func counts(t *testing.T, who *staff.Person, order string, by string) map[string][3]int {
	t.Helper()
	got, err := who.Get("/newsroom/sales/report.csv?order=" + order + "&by=" + by + "&check=yes")
	must(t, err)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(got.Body), "\ufeff"))).ReadAll()
	must(t, err)
	all := map[string][3]int{}
	for _, row := range rows[1:] {
		var n [3]int
		for i := range n {
			n[i], err = strconv.Atoi(row[3+i])
			must(t, err)
		}
		if n[0] != n[1]+n[2] {
			t.Errorf("by %s: %s %s: %d billed and %d rejected are not %d received", by, row[0], row[2], n[1], n[2], n[0])
		}
		sum := all[row[2]]
		for i := range n {
			sum[i] += n[i]
		}
		all[row[2]] = sum
		if n[0] > 0 {
			all[row[0]+" "+row[2]] = n
		}
	}
	return all
}

// billedSoon waits until the report of an order has counted so much, position by position.
func billedSoon(t *testing.T, who *staff.Person, order string, want map[string]int) {
	t.Helper()
	var is map[string][3]int
	soon(t, 10*time.Second, "what the reader did stands in the report", func() bool {
		is = counts(t, who, order, "position")
		return !slices.ContainsFunc([]string{"rendered", "viewed", "clicked"}, func(m string) bool {
			return slices.ContainsFunc([]string{"top", "text"}, func(place string) bool { return is[place+" "+m][1] != want[place+" "+m] })
		})
	})
	for what, n := range want {
		if is[what][1] != n {
			t.Errorf("%s: %d are billed, wanted %d; all of it: %v", what, is[what][1], n, is)
		}
	}
}

// boats is the page to which ads lead here. Nothing answers there.
const boats = "https://boats.example/winter"

var orderNumber = regexp.MustCompile(`/orders/([0-9]+)`)

// TestAnAdIsSoldSeenClickedAndProved books the top of the pages for a time and what is free in texts by the thousand viewed, opens an article
// as readers do, with JavaScript and without, and reads what was counted.
func TestAnAdIsSoldSeenClickedAndProved(t *testing.T) {
	t.Parallel()
	r := openRoom(t)
	article := r.writeLong(t, "The ferry runs again")
	desk := r.tab(t, r.publisher)
	must(t, desk.Open(r.URL+"/newsroom/sales"))
	must(t, desk.Fill("#buyer", "Alder Boats"))
	must(t, desk.Go("Begin the order"))
	order := orderNumber.FindStringSubmatch(desk.Address())[1]
	bookToday(t, desk, "top", "flat", "400", "time")
	refuseAd(t, desk, sketchFile(t, "box.jpg", 300, 250))
	must(t, desk.Open(r.URL+"/newsroom/sales/orders/"+order+"?booking=new"))
	bookToday(t, desk, "text", "bulk", "12", "thousand")
	r.drawAds(t, "Alder Boats", boats, map[string][2]int{"wide": {970, 250}, "box": {300, 250}})
	for i, name := range []string{"wide", "box"} {
		must(t, desk.Open(r.URL+"/newsroom/sales/orders/"+order))
		must(t, desk.Follow(fmt.Sprintf(`.books tbody tr:nth-child(%d) a`, i+1)))
		show(t, desk, name)
	}
	must(t, desk.Go("Book it"))
	if ask[bool](t, desk, `document.body.innerText.includes("Book it all the same")`) {
		must(t, desk.Go("Book it all the same"))
	}
	see(t, desk, "is booked.")

	tab := newTab(t)
	must(t, tab.Ordinary())
	must(t, tab.Size(1280, 800))
	must(t, tab.Before(heard))
	readsAdOnce(t, tab, r.URL+article)
	billedSoon(t, r.publisher, order, map[string]int{"top rendered": 1, "top viewed": 1, "text rendered": 1, "text viewed": 1})
	clicksAd(t, tab, r.URL+"/about-nothing")
	want := map[string]int{"top rendered": 1, "top viewed": 1, "text rendered": 1, "text viewed": 1, "text clicked": 1}
	billedSoon(t, r.publisher, order, want)

	plain := newTab(t)
	must(t, plain.Ordinary())
	must(t, plain.NoScripts())
	must(t, plain.Size(1280, 800))
	must(t, plain.Open(r.URL+article))
	if n := ask[int](t, plain, `document.querySelectorAll(".at-top iframe").length`); n != 1 {
		t.Errorf("without JavaScript %d frames stand on top, wanted 1", n)
	}
	want["top rendered"]++
	billedSoon(t, r.publisher, order, want)

	provesAd(t, desk, r, order)
}

// readsAdOnce looks at an article whose second position stands in its text: nothing of that is viewed before half of it was seen for a second.
func readsAdOnce(t *testing.T, tab *chrome.Tab, at string) {
	t.Helper()
	must(t, tab.Open(at))
	must(t, tab.Wait(10*time.Second, `document.querySelector(".at-top iframe:not(.wait)") && said.some(s => s.n == 0 && s.m == "viewed")`))
	top := ofSpot(t, tab, 0)
	if len(top) != 2 || top[0].M != "rendered" || top[1].At-top[0].At < 990 {
		t.Errorf("the page said of its top %+v, wanted rendered, and viewed a second later", top)
	}
	if ask[bool](t, tab, `document.querySelectorAll(".at-text").length < 1`) {
		t.Fatal("no position stands in the text")
	}
	seeHalf(t, tab, 1, .4)
	must(t, tab.Wait(10*time.Second, `document.querySelector(".at-text iframe:not(.wait)") && said.some(s => s.n == 1 && s.m == "rendered")`))
	less := ask[float64](t, tab, `new Promise(done => setTimeout(() => done(performance.now()), 1300))`)
	half := seeHalf(t, tab, 1, .6)
	must(t, tab.Wait(10*time.Second, `said.some(s => s.n == 1 && s.m == "viewed")`))
	text := ofSpot(t, tab, 1)
	if len(text) != 2 || text[0].M != "rendered" || text[0].At > less || text[1].At-half < 990 || text[1].At-half > 2500 {
		t.Errorf("less than half was seen until %.0f, more than half from %.0f ms; the page said %+v, wanted rendered, and viewed a second after that", less, half, text)
	}
}

// clicksAd clicks the ad in the text: its page opens in a window of its own. That window does not say of itself what a reader's does, as the
// tab does; so its click is received and not billed. The reader goes there in the tab too, and again.
func clicksAd(t *testing.T, tab *chrome.Tab, article string) {
	t.Helper()
	must(t, tab.Click(".at-text .box"))
	soon(t, 10*time.Second, "a click opens the ad's own page", func() bool {
		open, err := tab.Windows()
		must(t, err)
		return slices.Contains(open, boats)
	})
	offer := ask[string](t, tab, `said.find(s => s.n === 1).o`)
	for range 2 {
		must(t, tab.Open(article))
		ask[bool](t, tab, fmt.Sprintf(`location.href = "/panel/go/" + %q, true`, offer))
		soon(t, 10*time.Second, "the link leads to the ad's own page", func() bool {
			open, err := tab.Windows()
			must(t, err)
			return len(slices.DeleteFunc(open, func(at string) bool { return at != boats })) == 2
		})
	}
	must(t, tab.Open("about:blank"))
}

// provesAd reads the report of an order, in every grouping, and the proof of its first booking.
func provesAd(t *testing.T, desk *chrome.Tab, r *newsroom, order string) {
	t.Helper()
	whole := counts(t, r.publisher, order, "day")
	for _, by := range []string{"advertiser", "order", "booking", "ad", "position", "section", "day", "hour"} {
		is := counts(t, r.publisher, order, by)
		for _, m := range []string{"rendered", "viewed", "clicked"} {
			if is[m] != whole[m] {
				t.Errorf("by %s %v are %s, by day %v", by, is[m], m, whole[m])
			}
		}
	}
	if whole["clicked"] != [3]int{3, 1, 2} {
		t.Errorf("of three clicks received, billed, rejected are %v, wanted 3, 1, 2", whole["clicked"])
	}
	must(t, desk.Open(r.URL+"/newsroom/sales/report?order="+order))
	see(t, desk, "Adds up in every day, hour, position, section, ad and booking.")
	must(t, desk.Open(r.URL+"/newsroom/sales/orders/"+order))
	must(t, desk.Follow(`.books tbody a`))
	must(t, desk.Go("Proof of delivery"))
	see(t, desk, "As it stood on the page")
	must(t, desk.Wait(10*time.Second, `document.querySelector(".stoodon iframe").contentDocument?.querySelector(".at-top iframe")`))
	must(t, desk.Media("print", "light"))
	if shown := ask[bool](t, desk, `[...document.querySelectorAll(".noprint, .rail, body > nav, body > header")].some(e => e.getClientRects().length)`); shown {
		t.Error("what is no part of the proof is printed with it")
	}
	if wide := ask[bool](t, desk, `document.querySelector(".stoodon").getClientRects().length === 1`); !wide {
		t.Error("the page is not printed with the proof")
	}
}

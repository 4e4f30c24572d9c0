package e2e_test

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"testing"
	"time"

	"lede/e2e/chrome"
	"lede/e2e/house"
)

// robot is a program that reads pages, asks for all that stands in them, says that it saw it, and clicks.
type robot struct {
	t      *testing.T
	paper  string
	header http.Header
}

var (
	panelOf = regexp.MustCompile(`data-panel="([^"]+)"`)
	offerOf = regexp.MustCompile(`data-offer="([^"]+)"`)
)

func (r robot) get(path string) string {
	req, err := http.NewRequest(http.MethodGet, r.paper+path, nil)
	must(r.t, err)
	req.Header = r.header.Clone()
	res, err := client.Do(req)
	must(r.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(r.t, err)
	return string(body)
}

// reads is one visit: six requests and more.
func (r robot) reads(page string, view int, wait time.Duration) {
	at := panelOf.FindStringSubmatch(r.get(page))
	if at == nil {
		r.t.Fatalf("%s has no position", page)
	}
	offer := offerOf.FindStringSubmatch(r.get(fmt.Sprintf("%s?v=%d&d=tablet", at[1], view)))
	if offer == nil {
		return
	}
	says := func(measure string) {
		if status := postSeen(r.t, r.paper, fmt.Sprintf(`{"v":"%d","seen":[{"o":%q,"m":%q,"n":0}],"w":false}`, view, offer[1], measure), r.header); status != http.StatusNoContent {
			r.t.Errorf("it is answered %d", status)
		}
	}
	says("rendered")
	time.Sleep(wait)
	says("viewed")
	r.get("/panel/go/" + offer[1])
}

// TestNothingOfThreeKindsOfRobotsIsBilled has a declared crawler, a Chromium without a window and a program with a stolen user agent read a
// page with an ad, the last ten requests a second; then a reader, whose look is billed.
func TestNothingOfThreeKindsOfRobotsIsBilled(t *testing.T) {
	t.Parallel()
	plain := `<!doctype html><title>ad</title><p>Boats</p>`
	data, ads := shop(t, []string{plain, plain, plain, plain})
	s, err := house.Serve(bin, data)
	must(t, err)
	const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
	crawler := robot{t, s.URL, http.Header{"User-Agent": {"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}, "Accept-Language": {"en"}}}
	for i := range 3 {
		crawler.reads(ads[0].Path, 100+i, 1100*time.Millisecond)
	}
	seesAd(t, s.URL+ads[1].Path, false)
	thief := robot{t, s.URL, http.Header{"User-Agent": {agent}, "Accept-Language": {"en-US,en"}, "Accept": {"text/html"}}}
	for begun, i := time.Now(), 0; time.Since(begun) < 5*time.Second; i++ {
		next := time.Now().Add(500 * time.Millisecond)
		thief.reads(ads[2].Path, 200+i, 0) // five requests
		time.Sleep(time.Until(next))
	}
	seesAd(t, s.URL+ads[3].Path, true)
	must(t, s.Stop())
	var counted []tallied
	runAds(t, &counted, "-data", data)
	billed, rejected := map[int64]int64{}, map[int64]int64{}
	for _, one := range counted {
		if one.Reason == "" {
			billed[one.Booking] += one.N
		} else {
			rejected[one.Booking] += one.N
		}
	}
	for i, kind := range []string{"a declared crawler", "a Chromium without a window", "a program with a stolen user agent"} {
		if billed[ads[i].Booking] != 0 || rejected[ads[i].Booking] == 0 {
			t.Errorf("of %s %d are billed and %d rejected, wanted none and some: %+v", kind, billed[ads[i].Booking], rejected[ads[i].Booking], counted)
		}
	}
	if billed[ads[3].Booking] != 2 {
		t.Errorf("of a reader %d are billed, wanted rendered and viewed: %+v", billed[ads[3].Booking], counted)
	}
}

// seesAd looks at a page until its ad was seen for more than a second.
func seesAd(t *testing.T, at string, ordinary bool) {
	t.Helper()
	tab := newTab(t)
	if ordinary {
		must(t, tab.Ordinary())
	}
	must(t, tab.Before(`window.sent = []; for (const [of, name] of [[window, "fetch"], [Navigator.prototype, "sendBeacon"]]) {
		const own = of[name];
		of[name] = function (to, o) { const at = sent.length; sent.push(false); const done = own.apply(this, arguments); Promise.resolve(done).then(() => { sent[at] = true }); return done };
	}`))
	must(t, tab.Open(at))
	if err := tab.Wait(20*time.Second, `sent.length > 1 && sent.every(Boolean)`); err != nil {
		said, _ := chrome.Eval[string](tab, `JSON.stringify(sent) + document.querySelector(".pos")?.outerHTML`)
		t.Errorf("the page did not say what it saw: %v %s %q", err, said, tab.Trouble())
	}
}

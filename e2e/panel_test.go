package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lede/e2e/chrome"
	"lede/e2e/house"
)

// placed is an ad and the article on top of which it stands.
type placed struct {
	Name, Path             string
	Article, Booking, Made int64
}

// tallied is how often something was counted of a booking, or why not.
type tallied struct {
	Booking         int64
	Measure, Reason string
	N               int64
}

// adsProgram is what puts ads into a paper past the newsroom's own looking at them.
var adsProgram = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "lede-ads-")
	if err != nil {
		return "", err
	}
	folders = append(folders, dir)
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "ads"), "./tools/ads")
	build.Dir = ".."
	if said, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, said)
	}
	return filepath.Join(dir, "ads"), nil
})

func runAds(t *testing.T, into any, args ...string) {
	t.Helper()
	program, err := adsProgram()
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stderr = os.Stderr
	said, err := cmd.Output()
	must(t, err)
	must(t, json.Unmarshal(said, into))
}

// shop is a paper with an article for each of these pages of ads, on top of which it stands.
func shop(t *testing.T, pages []string) (data string, ads []placed) {
	t.Helper()
	dir := t.TempDir()
	data = filepath.Join(dir, "data")
	must(t, os.Mkdir(data, 0o700))
	from := filepath.Join(dir, "ads")
	must(t, os.Mkdir(from, 0o700))
	for i, page := range pages {
		must(t, os.WriteFile(filepath.Join(from, fmt.Sprintf("%03d.html", i)), []byte(page), 0o600))
	}
	runAds(t, &ads, "-data", data, "-from", from)
	return data, ads
}

// connected is a connection over which nothing was asked: Chromium opens some before it looks whether a frame may go there.
const connected = ": a connection"

// evil is another site: it notes all that comes to it.
type evil struct {
	mu   sync.Mutex
	came []string
}

// open gives the addresses at which an ad finds it, for HTTP and for STUN.
func (e *evil) open(t *testing.T, name string) (web, stun string) {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { e.note(name + ": " + r.Method + " " + r.URL.String()) }))
	server.Config.ConnState = func(c net.Conn, state http.ConnState) {
		if state == http.StateNew {
			e.note(name + connected)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = udp.Close() })
	go func() {
		for {
			if _, _, err := udp.ReadFrom(make([]byte, 2000)); err != nil {
				return
			}
			e.note(name + ": STUN")
		}
	}()
	return server.Listener.Addr().String(), udp.LocalAddr().String()
}

func (e *evil) note(what string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.came = append(e.came, what)
}

// watched is what a page with a hostile ad tells of itself: what reached it, and whether it went on.
const watched = `window.told = []; window.ran = false; window.beats = [];
addEventListener("message", (e) => { if (e.data?.hit) told.push(e.data.hit); if (e.data?.ran !== undefined) ran = true });
setInterval(() => beats.push(performance.now()), 50);`

// suffered is what is left of a page after an ad did its worst.
type suffered struct {
	Ran, Focus          bool
	Told                []string
	Title, Stored, Text string
	Scroll, Gap         float64
	Reached             bool
}

const stateOf = `(async () => ({
	Ran: ran, Told: told, Title: document.title, Focus: document.activeElement === document.body, Scroll: scrollY, Reached: "reached" in window,
	Text: document.querySelector("h1")?.textContent ?? "", Gap: Math.max(0, ...beats.slice(1).map((b, i) => b - beats[i])),
	Stored: JSON.stringify([Object.keys(localStorage), Object.keys(sessionStorage), document.cookie, (await indexedDB.databases()).length, await caches.keys(), (await navigator.serviceWorker?.getRegistrations() ?? []).length]),
}))()`

const nothingStored = `[[],[],"",0,[],0]`

// TestNoHostileAdReachesMoreThanItsFrame opens real pages with ads that try what is known, in a browser that guards frames as readers' do.
func TestNoHostileAdReachesMoreThanItsFrame(t *testing.T) {
	t.Parallel()
	if len(hostileAds) < 50 {
		t.Fatalf("%d hostile ads, wanted 50", len(hostileAds))
	}
	e := &evil{}
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(hostileAds)), func(name string) bool { return !strings.Contains(name, os.Getenv("LEDE_HOSTILE")) })
	var pages []string
	for i, name := range names {
		web, stun := e.open(t, name)
		pages = append(pages, fmt.Sprintf(hostilePage, web, i, stun, i, hostileAds[name]))
	}
	data, ads := shop(t, pages)
	s, err := house.Serve(bin, data)
	must(t, err)
	c, err := chrome.StartGuarded()
	must(t, err)
	t.Cleanup(c.Stop)
	next := make(chan int)
	var working sync.WaitGroup
	for range 4 {
		working.Go(func() {
			tab, err := reader(c)
			for i := range next {
				if err == nil {
					err = suffers(tab, s.URL, ads[i])
				}
				if err != nil {
					t.Errorf("%s: %v", names[i], err)
					tab, err = reader(c) // what it did may last
				}
			}
		})
	}
	for i := range names {
		next <- i
	}
	close(next)
	working.Wait()
	for _, what := range e.came {
		if strings.HasSuffix(what, connected) {
			t.Logf("the browser got ready for what it then refused: %s", what)
			continue
		}
		t.Errorf("an ad reached another site: %s", what)
	}
	must(t, s.Stop())
	var counted []tallied
	runAds(t, &counted, "-data", data)
	for _, one := range counted {
		if one.Measure == "clicked" || one.Measure == "viewed" && one.Reason == "" && one.N > 1 {
			t.Errorf("nobody clicked, and the ledger has %+v", one)
		}
	}
	t.Logf("%d hostile ads", len(names))
}

// reader is a tab of a reader, with a page to go back to.
func reader(c *chrome.Chrome) (*chrome.Tab, error) {
	tab, err := c.Tab()
	if err == nil {
		err = tab.Ordinary()
	}
	if err == nil {
		err = tab.Before(watched)
	}
	return tab, err
}

// suffers opens the page of an ad and says what the ad reached.
func suffers(tab *chrome.Tab, paper string, a placed) error {
	at := paper + a.Path
	if err := tab.Open(at); err != nil {
		return err
	}
	title, err := chrome.Eval[string](tab, `document.title`)
	if err != nil {
		return err
	}
	if err := tab.Wait(15*time.Second, `window.ran`); err != nil {
		return fmt.Errorf("it never ran: %w", err)
	}
	time.Sleep(700 * time.Millisecond) // what it does it does at once, or soon
	if now := tab.Address(); now != at {
		return fmt.Errorf("the page was left for %s", now)
	}
	after, err := chrome.Eval[suffered](tab, stateOf)
	if err != nil {
		return err
	}
	windows, err := tab.Windows()
	if err != nil {
		return err
	}
	switch {
	case len(after.Told) > 0:
		return fmt.Errorf("it reached %q", after.Told)
	case after.Title != title || after.Text == "" || after.Reached:
		return fmt.Errorf("the page is another: %+v", after)
	case after.Stored != nothingStored:
		return fmt.Errorf("something is stored: %s", after.Stored)
	case !after.Focus || after.Scroll != 0:
		return fmt.Errorf("the keyboard or the page moved: %+v", after)
	case len(windows) != 1:
		return fmt.Errorf("windows opened: %q", windows)
	case len(tab.Dialogs()) > 0:
		return fmt.Errorf("it asked %q", tab.Dialogs())
	case after.Gap > 7000: // an ad that loops does so for eight seconds
		return fmt.Errorf("the page stood still for %.0f ms", after.Gap)
	}
	return nil
}

// say posts as a page's script does.
func postSeen(t *testing.T, to string, body string, header http.Header) int {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, to+"/panel/seen", strings.NewReader(body))
	must(t, err)
	r.Header = header.Clone()
	res, err := client.Do(r)
	must(t, err)
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

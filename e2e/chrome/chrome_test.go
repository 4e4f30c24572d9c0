package chrome_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"lede/e2e/chrome"
)

// A page that does all that a paper's page must not do. What the journeys look for must be found here.
const bad = `<!doctype html><html lang="en"><title>bad</title><body>
<h1>One</h1><p id="late"></p>
<p id="text">Text that is pushed down by what comes late.</p>
<p><a href="/next">on</a></p>
<button onclick="const f = document.createElement('iframe'); f.src = 'https://video.example.org/1'; document.body.append(f)">load</button>
<img src="http://elsewhere.example.org/pixel.gif" alt="">
<script>
console.error("angry");
localStorage.x = 1;
setTimeout(() => { document.getElementById("late").style.height = "300px"; }, 200);
throw new Error("thrown");
</script>`

func TestWhatAPageMustNotDoIsSeen(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/" {
			fmt.Fprint(w, bad)
			return
		}
		fmt.Fprintf(w, "<!doctype html><title>next</title><p>%s", r.URL.Path)
	}))
	defer site.Close()
	c, err := chrome.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Stop()
	tab, err := c.Tab()
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	asked, err := tab.Answer("<!doctype html><title>film</title><p>film")
	if err != nil {
		t.Fatal(err)
	}
	if err := tab.Open(site.URL + "/"); err != nil {
		t.Fatal(err)
	}
	soon(t, "a shift of the layout", func() bool {
		shifted, err := chrome.Eval[float64](tab, "window.shifted")
		return err == nil && shifted > 0
	})
	if foreign := tab.Foreign(site.URL); !slices.Contains(foreign, "http://elsewhere.example.org/pixel.gif") {
		t.Errorf("foreign requests seen: %q", foreign)
	}
	trouble := strings.Join(tab.Trouble(), "\n")
	for _, want := range []string{"console error", "exception", "ERR_NAME_NOT_RESOLVED"} {
		if !strings.Contains(trouble, want) {
			t.Errorf("trouble has no %q:\n%s", want, trouble)
		}
	}
	if len(asked()) != 0 {
		t.Errorf("asked before the click: %q", asked())
	}
	if err := tab.Click("button"); err != nil {
		t.Fatal(err)
	}
	soon(t, "the frame's request", func() bool { return slices.Contains(asked(), "https://video.example.org/1") })

	if err := tab.Follow("a"); err != nil {
		t.Fatal(err)
	}
	if at := tab.Address(); at != site.URL+"/next" {
		t.Errorf("the link led to %s", at)
	}
	if err := tab.NoScripts(); err != nil {
		t.Fatal(err)
	}
	if err := tab.Open(site.URL + "/"); err != nil {
		t.Fatal(err)
	}
	if heading, err := chrome.Eval[string](tab, `document.querySelector("h1").textContent`); err != nil || heading != "One" {
		t.Errorf("without scripts the heading is %q, %v", heading, err)
	}
	if trouble := strings.Join(tab.Trouble(), "\n"); strings.Contains(trouble, "console error") || strings.Contains(trouble, "exception") {
		t.Errorf("a script ran although scripts are off:\n%s", trouble)
	}
}

func soon(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Errorf("never seen: %s", what)
}

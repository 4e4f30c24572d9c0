package e2e_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lede/e2e/chrome"
)

// standBetween stands between readers and a paper, as what blocks or breaks does: does answers for panels, unless it is nil.
func standBetween(t *testing.T, paper string, does http.HandlerFunc) (url string) {
	t.Helper()
	to := paperURL(t, paper)
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to); r.Out.Host = r.In.Host }, ErrorLog: log.New(io.Discard, "", 0)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if does != nil && strings.HasPrefix(r.URL.Path, "/panel/") {
			does(w, r)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	return server.URL
}

func paperURL(t *testing.T, at string) *url.URL {
	t.Helper()
	u, err := url.Parse(at)
	must(t, err)
	return u
}

// panelTroubles are what may become of a panel, beside that it comes.
func panelTroubles() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"ad": nil,
		"blocked": func(w http.ResponseWriter, _ *http.Request) {
			if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
				conn.Close()
			}
		},
		"failed": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, "<!doctype html><p>It broke.")
		},
		"hanging": func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
		},
		"nothing": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Content-Security-Policy", "sandbox allow-scripts")
			_, _ = io.WriteString(w, `<!doctype html><script>parent.postMessage({lede: ""}, "*")</script>`)
		},
	}
}

// TestNothingJumpsWhateverBecomesOfAnAd reads an article down to its end and back, with an ad in each of its positions, with none, with
// panels that are blocked, broken or never come.
func TestNothingJumpsWhateverBecomesOfAnAd(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	must(t, os.Mkdir(data, 0o700))
	var filled []placed
	runAds(t, &filled, "-data", data, "-fill")
	paper := serve(t, data).URL
	for name, does := range panelTroubles() {
		t.Run(name, func(t *testing.T) {
			at := standBetween(t, paper, does) + filled[0].Path
			for _, width := range []int{360, 768, 1088, 1280} {
				readsStill(t, at, width, name == "ad")
			}
		})
	}
}

// readsStill reads a page in a window of its own and looks whether anything jumped.
func readsStill(t *testing.T, at string, width int, ads bool) {
	t.Helper()
	tab, err := browser.Tab()
	must(t, err)
	defer tab.Close()
	must(t, tab.Ordinary())
	must(t, tab.Size(width, 800))
	must(t, openHalf(tab, at))
	readThrough(t, tab)
	if ads {
		must(t, tab.Wait(10*time.Second, `document.querySelectorAll(".pos iframe:not(.wait)").length === 5`))
		readThrough(t, tab)
	}
	if far := ask[float64](t, tab, `shifted`); far > 0 {
		t.Errorf("at %d px things jumped by %.4f: %s", width, far, ask[[]string](t, tab, `shifts`))
	}
	standsWell(t, tab, fmt.Sprintf("at %d px", width), ads)
}

// openHalf opens a page some of whose frames may never come.
func openHalf(tab *chrome.Tab, at string) error {
	if _, err := chrome.Eval[bool](tab, fmt.Sprintf(`window.before = true, location.href = %q, true`, at)); err != nil {
		return err
	}
	return tab.Wait(10*time.Second, `!window.before && document.readyState !== "loading" && document.fonts.status === "loaded"`)
}

// readThrough goes down the page and back, and lets what comes near come.
func readThrough(t *testing.T, tab *chrome.Tab) {
	t.Helper()
	ask[bool](t, tab, `(async () => {
		const frames = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
		for (let y = 0; y < document.body.scrollHeight; y += 600) { scrollTo({top: y, behavior: "instant"}); await frames(); await new Promise(done => setTimeout(done, 20)); }
		await new Promise(done => setTimeout(done, 150));
		scrollTo({top: 0, behavior: "instant"});
		await frames();
		return true;
	})()`)
}

// standsWell looks at the boxes of a page: each has its room, and where no ad came the paper's own card is seen in it, whole.
func standsWell(t *testing.T, tab *chrome.Tab, where string, ads bool) {
	t.Helper()
	wrong := ask[[]string](t, tab, fmt.Sprintf(`[...document.querySelectorAll(".pos .box")].filter(b => b.getClientRects().length).flatMap(b => {
		const r = b.getBoundingClientRect(), house = b.querySelector(".house"), frame = b.querySelector("iframe:not(.wait)"), says = [];
		if (r.left < 0 || r.right > innerWidth || r.height < 90) says.push("its box is " + r.width + " by " + r.height + " from " + r.left);
		if (!%t && frame) says.push("a frame is seen that told nothing");
		const h = house.getBoundingClientRect(), end = Math.max(...[...house.children].map(e => e.getBoundingClientRect().bottom)), begin = Math.min(...[...house.children].map(e => e.getBoundingClientRect().top));
		if (end > h.bottom || begin < h.top) says.push("the card is cut: " + house.textContent);
		return says.map(s => b.parentElement.className + ": " + s);
	})`, ads))
	for _, what := range wrong {
		t.Errorf("%s: %s", where, what)
	}
	if n := ask[int](t, tab, `document.querySelectorAll(".pos").length`); n < 5 {
		t.Errorf("%s: the page has %d positions, wanted 5 or more", where, n)
	}
}

package chrome_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lede/e2e/chrome"
)

// TestAnOrdinaryTabIsTakenForAReaders looks at what a page and its frame learn of the browser; guarded or not, nothing tells that a program
// drives it.
func TestAnOrdinaryTabIsTakenForAReaders(t *testing.T) {
	heard := make(chan string, 20)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/favicon.ico" {
			return
		}
		heard <- r.UserAgent() + r.Header.Get("Sec-Ch-Ua") + "|" + r.Header.Get("Sec-Fetch-Dest")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/" {
			_, _ = w.Write([]byte(`<!doctype html><title>x</title><iframe sandbox="allow-scripts" src="/frame"></iframe>`))
		}
	}))
	defer site.Close()
	for name, start := range map[string]func() (*chrome.Chrome, error){"open": chrome.Start, "guarded": chrome.StartGuarded} {
		t.Run(name, func(t *testing.T) {
			c, err := start()
			ok(t, err)
			defer c.Stop()
			tab, err := c.Tab()
			ok(t, err)
			ok(t, tab.Ordinary())
			ok(t, tab.Open(site.URL))
			if said := eval[string](t, tab, `navigator.userAgent + navigator.webdriver`); strings.Contains(said, "Headless") || strings.Contains(said, "true") {
				t.Errorf("the page learns %s", said)
			}
			for _, dest := range []string{"document", "iframe"} {
				if said := <-heard; strings.Contains(said, "Headless") || !strings.Contains(said, "Chrome/") || !strings.HasSuffix(said, dest) {
					t.Errorf("the server learns %s of a %s", said, dest)
				}
			}
		})
	}
}

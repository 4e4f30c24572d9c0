// Journeys of readers through the built binary, in a real browser.
package e2e_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"lede/e2e/chrome"
	"lede/e2e/house"
)

// What all journeys share: the binary, one browser, and one server with the demo paper, which no journey changes.
var (
	bin     string
	browser *chrome.Chrome
	demo    = sync.OnceValues(openDemo)
	opened  []*house.Server
	folders []string
)

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) (code int) {
	var err error
	if bin, err = house.Bin(); err == nil {
		browser, err = chrome.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer browser.Stop()
	code = m.Run()
	for _, s := range opened {
		err = errors.Join(err, s.Stop())
	}
	for _, dir := range folders {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func openDemo() (*house.Server, error) {
	dir, err := os.MkdirTemp("", "lede-e2e-")
	if err != nil {
		return nil, err
	}
	folders = append(folders, dir)
	data := filepath.Join(dir, "data")
	if _, err := house.Run(bin, "demo", "--data", data); err != nil {
		return nil, err
	}
	s, err := house.Serve(bin, data)
	if err != nil {
		return nil, err
	}
	opened = append(opened, s)
	return s, nil
}

// demoPaper is the address of the demo paper.
func demoPaper(t *testing.T) string {
	t.Helper()
	s, err := demo()
	if err != nil {
		t.Fatal(err)
	}
	return s.URL
}

// serve opens the folder for readers until the test is over.
func serve(t *testing.T, data string) *house.Server {
	t.Helper()
	s, err := house.Serve(bin, data)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func lede(t *testing.T, args ...string) string {
	t.Helper()
	said, err := house.Run(bin, args...)
	if err != nil {
		t.Fatal(err)
	}
	return said
}

func newTab(t *testing.T) *chrome.Tab {
	t.Helper()
	tab, err := browser.Tab()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.Close)
	return tab
}

// must stops a journey that cannot go on.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ask is chrome.Eval in a journey that cannot go on without an answer.
func ask[T any](t *testing.T, tab *chrome.Tab, script string) T {
	t.Helper()
	v, err := chrome.Eval[T](tab, script)
	must(t, err)
	return v
}

// soon waits for what may take a moment, at most for limit.
func soon(t *testing.T, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); ; time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
		if time.Now().After(end) {
			t.Errorf("not within %v: %s", limit, what)
			return
		}
	}
}

var client = &http.Client{
	Timeout:       20 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// get fetches an address without following redirects.
func get(t *testing.T, address string) (*http.Response, []byte) {
	t.Helper()
	res, err := client.Get(address)
	must(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(t, err)
	return res, body
}

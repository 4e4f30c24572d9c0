// Package chrome opens pages in Debian's Chromium as a reader does, and notes what a page did beside showing itself.
package chrome

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

const patience = 20 * time.Second // for a page

// Chrome is one running browser.
type Chrome struct {
	ctx  context.Context
	stop context.CancelFunc
}

// Start starts a browser that reaches this machine and nothing else.
func Start() (*Chrome, error) {
	return start(
		// One process for a page and its frames, so that a frame's requests are seen where the page's are.
		chromedp.Flag("disable-site-isolation-trials", true),
		chromedp.Flag("disable-features", "Translate,IsolateOrigins,site-per-process"),
	)
}

// StartGuarded starts a browser that keeps frames and windows apart as readers' own do: a frame in a sandbox has a process of its own,
// and no window opens that nobody clicked for. It reaches this machine and nothing else.
func StartGuarded() (*Chrome, error) {
	return start(
		chromedp.Flag("disable-features", "Translate"),
		chromedp.Flag("disable-popup-blocking", false),
		chromedp.Flag("disable-ipc-flooding-protection", false),
	)
}

func start(more ...chromedp.ExecAllocatorOption) (*Chrome, error) {
	path, err := find()
	if err != nil {
		return nil, err
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"),
	)
	opts = append(opts, more...)
	if os.Getuid() == 0 {
		opts = append(opts, chromedp.NoSandbox) // Chromium's sandbox refuses to be root's
	}
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, stop := chromedp.NewContext(allocator)
	c := &Chrome{ctx, func() { stop(); stopAllocator() }}
	if err := chromedp.Do(ctx); err != nil {
		c.Stop()
		return nil, fmt.Errorf("starting %s: %w", path, err)
	}
	return c, nil
}

// Stop ends the browser.
func (c *Chrome) Stop() { c.stop() }

func find() (string, error) {
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no Chromium here: apt-get install chromium, or name one in CHROMIUM")
}

// Tab opens an empty page with cookies and storage of its own.
func (c *Chrome) Tab() (*Tab, error) {
	ctx, stop := chromedp.NewContext(c.ctx, chromedp.WithNewBrowserContext())
	t := &Tab{ctx: ctx, Close: stop}
	if err := t.start(); err != nil {
		stop()
		return nil, err
	}
	return t, nil
}

func (t *Tab) start() error {
	if err := chromedp.Do(t.ctx); err != nil {
		return err
	}
	if _, err := chromedp.Call(t.ctx, network.Enable, network.EnableParams{}); err != nil {
		return err
	}
	if _, err := chromedp.Call(t.ctx, log.Enable, cdp.Empty{}); err != nil {
		return err
	}
	if _, err := chromedp.Call(t.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watchShifts}); err != nil {
		return err
	}
	return chromedp.Listen(t.ctx, t.hear)
}

// watchShifts adds up how far things jumped without the reader's doing (https://wicg.github.io/layout-instability/).
const watchShifts = `window.shifted = 0; window.shifts = [];
new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) {
	window.shifted += e.value;
	window.shifts.push(e.value.toFixed(4) + " " + e.sources.map(s => (s.node && s.node.nodeType === 1 ? s.node.outerHTML.slice(0, 80) : String(s.node)) +
		[s.previousRect, s.currentRect].map(r => [" at", r.x, r.y, r.width, r.height].join(" ")).join(" then")).join(" | "));
} }).observe({type: "layout-shift", buffered: true});`

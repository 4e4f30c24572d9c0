package chrome

import (
	"sync"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"
)

// Answer stands in for the world outside: every https request of the tab is answered with a small page of HTML, and noted.
// It returns what was asked so far.
func (t *Tab) Answer(html string) (asked func() []string, err error) {
	var mu sync.Mutex
	var seen []string
	paused := make(chan *fetch.EventRequestPaused, 64)
	err = chromedp.Listen(t.ctx, func(event any) {
		if e, ok := event.(*fetch.EventRequestPaused); ok {
			mu.Lock()
			seen = append(seen, e.Request.URL)
			mu.Unlock()
			paused <- e
		}
	})
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			select {
			case <-t.ctx.Done():
				return
			case e := <-paused:
				// A request whose page has gone cannot be answered, and need not be.
				_, _ = chromedp.Call(t.ctx, fetch.FulfillRequest, fetch.FulfillRequestParams{
					RequestID: e.RequestID, ResponseCode: 200, Body: []byte(html),
					ResponseHeaders: []*fetch.HeaderEntry{{Name: "Content-Type", Value: "text/html; charset=utf-8"}},
				})
			}
		}
	}()
	_, err = chromedp.Call(t.ctx, fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: "https://*"}}})
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return append([]string(nil), seen...)
	}, err
}

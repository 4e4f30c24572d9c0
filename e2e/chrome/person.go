package chrome

import (
	"context"
	"fmt"
	"net/http"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// Person is somebody at a browser of their own: cookies and storage that nobody else sees, and as many tabs as they open.
// What is stored stays when a tab is closed, until Leave.
type Person struct {
	Leave   func()
	browser context.Context
	ctx     context.Context
}

// Person sits somebody down.
func (c *Chrome) Person() (*Person, error) {
	ctx, stop := chromedp.NewContext(c.ctx, chromedp.WithNewBrowserContext())
	if err := chromedp.Do(ctx); err != nil {
		stop()
		return nil, err
	}
	return &Person{Leave: stop, browser: c.ctx, ctx: ctx}, nil
}

// Tab opens an empty page.
func (p *Person) Tab() (*Tab, error) {
	ctx, stop := chromedp.NewContext(p.browser, chromedp.WithExistingBrowserContext(chromedp.FromContext(p.ctx).BrowserContextID))
	t := &Tab{ctx: ctx, Close: stop}
	if err := t.start(); err != nil {
		stop()
		return nil, err
	}
	return t, nil
}

// Forget takes all cookies away, as a browser does at the end of a session.
func (p *Person) Forget() error {
	_, err := chromedp.CallBrowser(p.ctx, storage.ClearCookies, storage.ClearCookiesParams{BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID})
	return err
}

// Cookies are all that the browser holds for this person.
func (p *Person) Cookies() ([]*http.Cookie, error) {
	got, err := chromedp.CallBrowser(p.ctx, storage.GetCookies, storage.GetCookiesParams{BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID})
	if err != nil {
		return nil, err
	}
	var cookies []*http.Cookie
	for _, c := range got.Cookies {
		cookies = append(cookies, &http.Cookie{Name: c.Name, Value: c.Value})
	}
	return cookies, nil
}

// Keep puts a cookie into the browser, for the paper at address.
func (p *Person) Keep(address string, c *http.Cookie) error {
	_, err := chromedp.CallBrowser(p.ctx, storage.SetCookies, storage.SetCookiesParams{
		Cookies:          []*network.CookieParam{{Name: c.Name, Value: c.Value, URL: address, HTTPOnly: true, SameSite: network.CookieSameSiteStrict}},
		BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID,
	})
	return err
}

// Authenticator gives the tab a device that holds passkeys and always says that the right person is there.
func (t *Tab) Authenticator() error {
	if _, err := chromedp.Call(t.ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		return err
	}
	_, err := chromedp.Call(t.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: "ctap2", Transport: "internal", HasResidentKey: true, HasUserVerification: true, AutomaticPresenceSimulation: true, IsUserVerified: true,
	}})
	return err
}

// Network cuts the tab off, or lets it back.
func (t *Tab) Network(on bool) error {
	if _, err := chromedp.Call(t.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: !on, DownloadThroughput: -1, UploadThroughput: -1}); err != nil {
		return err
	}
	conditions := network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{}}
	if !on {
		conditions.MatchedNetworkConditions = []*network.Conditions{{Offline: true, DownloadThroughput: -1, UploadThroughput: -1}}
	}
	if _, err := chromedp.Call(t.ctx, network.EmulateNetworkConditionsByRule, conditions); err != nil {
		return fmt.Errorf("the network: %w", err)
	}
	return nil
}

package chrome

import (
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// Ordinary has the tab say of itself what a reader's own browser says: not that it has no window, nor that a program drives it. Whoever
// counts readers leaves it out otherwise.
func (t *Tab) Ordinary() error {
	v, err := chromedp.CallBrowser(t.ctx, browser.GetVersion, cdp.Empty{})
	if err != nil {
		return err
	}
	_, after, _ := strings.Cut(v.UserAgent, "Chrome/")
	major, _, _ := strings.Cut(after, ".")
	said := emulation.SetUserAgentOverrideParams{
		UserAgent: strings.ReplaceAll(v.UserAgent, "HeadlessChrome", "Chrome"), AcceptLanguage: "en-US,en", Platform: "Linux x86_64",
		UserAgentMetadata: &emulation.UserAgentMetadata{Platform: "Linux", Architecture: "x86",
			Brands: []*emulation.UserAgentBrandVersion{{Brand: "Chromium", Version: major}, {Brand: "Not.A/Brand", Version: "24"}}},
	}
	if _, err := chromedp.Call(t.ctx, emulation.SetUserAgentOverride, said); err != nil {
		return fmt.Errorf("another user agent: %w", err)
	}
	_, err = chromedp.Call(t.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `Object.defineProperty(Navigator.prototype, "webdriver", {get: () => false})`})
	return err
}

// Before has every page opened next in the tab begin with a script; its frames do not.
func (t *Tab) Before(script string) error {
	_, err := chromedp.Call(t.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: "if (self === top) {" + script + "}"})
	return err
}

// Windows are the addresses of all that is open in the tab's browser, the tab itself among them.
func (t *Tab) Windows() ([]string, error) {
	got, err := chromedp.CallBrowser(t.ctx, target.GetTargets, target.GetTargetsParams{})
	if err != nil {
		return nil, err
	}
	var open []string
	for _, one := range got.TargetInfos {
		if one.Type == "page" && one.BrowserContextID == chromedp.FromContext(t.ctx).BrowserContextID {
			open = append(open, one.URL)
		}
	}
	return open, nil
}

package chrome

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// unknownFeature is what Chromium says of a Permissions-Policy that turns off more than this version of it can do. That is no
// trouble: other browsers know the feature, and features come and go.
const unknownFeature = "Permissions-Policy header: Unrecognized feature"

// Tab is one page in the browser.
type Tab struct {
	Close func()
	ctx   context.Context

	mu      sync.Mutex
	asked   []string
	trouble []string
	dialogs []string
}

func (t *Tab) hear(event any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		t.asked = append(t.asked, e.Request.URL)
	case *runtime.EventExceptionThrown:
		t.trouble = append(t.trouble, "exception: "+e.ExceptionDetails.Text+" "+thrown(e.ExceptionDetails.Exception))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			t.trouble = append(t.trouble, fmt.Sprintf("console %s: %s", e.Type, said(e.Args)))
		}
	case *page.EventJavascriptDialogOpening:
		t.dialogs = append(t.dialogs, e.Message)
		go t.accept()
	case *log.EventEntryAdded:
		if (e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning) && !strings.Contains(e.Entry.Text, unknownFeature) {
			t.trouble = append(t.trouble, fmt.Sprintf("%s: %s %s", e.Entry.Level, e.Entry.Text, e.Entry.URL))
		}
	}
}

func thrown(what *runtime.RemoteObject) string {
	if what == nil {
		return ""
	}
	return what.Description
}

// said is what a page wrote to the console.
func said(args []*runtime.RemoteObject) string {
	var words []string
	for _, a := range args {
		words = append(words, cmp.Or(strings.Trim(string(a.Value), `"`), a.Description))
	}
	return strings.Join(words, " ")
}

// accept says yes to a dialog: to leaving a page as well.
func (t *Tab) accept() {
	// A dialog whose page has gone cannot be answered, and need not be.
	_, _ = chromedp.Call(t.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
}

// do runs steps with patience.
func (t *Tab) do(steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

// Open goes to an address and waits until the page with all it shows has come. What was noted of the page before is forgotten.
func (t *Tab) Open(address string) error {
	t.mu.Lock()
	t.asked, t.trouble = nil, nil
	t.mu.Unlock()
	if err := t.do(chromedp.Navigate(address)); err != nil {
		return fmt.Errorf("opening %s: %w", address, err)
	}
	return nil
}

// Follow clicks the first thing that matches selector, with the mouse where it is seen, and waits for the page it leads to.
func (t *Tab) Follow(selector string) error {
	spot, err := t.spot(selector)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	_, err = chromedp.Run(ctx, chromedp.WaitEvent(page.LoadEventFired, nil, chromedp.MouseClickXY(spot[0], spot[1])))
	if err != nil {
		return fmt.Errorf("following %s: %w", selector, err)
	}
	return nil
}

// Click clicks what matches selector, where it leads nowhere.
func (t *Tab) Click(selector string) error {
	spot, err := t.spot(selector)
	if err != nil {
		return err
	}
	return t.do(chromedp.MouseClickXY(spot[0], spot[1]))
}

// spot scrolls to what matches selector, and finds a point of it that nothing else covers.
func (t *Tab) spot(selector string) ([]float64, error) {
	spot, err := Eval[[]float64](t, fmt.Sprintf(`(() => {
		const e = document.querySelector(%q);
		if (!e) return [];
		e.scrollIntoView({block: "center", behavior: "instant"});
		for (const r of e.getClientRects()) {
			const x = r.x + r.width / 2, y = r.y + r.height / 2, top = document.elementFromPoint(x, y);
			if (top && (top === e || e.contains(top))) return [x, y];
		}
		return [];
	})()`, selector))
	if err == nil && len(spot) != 2 {
		err = fmt.Errorf("nothing to click for %s at %s", selector, t.Address())
	}
	return spot, err
}

// Press presses keys, one after the other.
func (t *Tab) Press(keys string) error { return t.do(chromedp.KeyEvent(keys)) }

// Eval asks the page.
func Eval[T any](t *Tab, script string) (T, error) {
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		return v, fmt.Errorf("asking %s: %w", t.Address(), err)
	}
	return v, nil
}

// Address is where the tab is.
func (t *Tab) Address() string {
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	where, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return "(" + err.Error() + ")"
	}
	return where
}

// Size sets the window, in CSS pixels. Below 768 it is a telephone's.
func (t *Tab) Size(width, height int) error {
	_, err := chromedp.Call(t.ctx, emulation.SetDeviceMetricsOverride,
		emulation.SetDeviceMetricsOverrideParams{Width: int64(width), Height: int64(height), DeviceScaleFactor: 1, Mobile: width < 768})
	return err
}

// TextSize sets the reader's own size of text; 16 is the browser's default.
func (t *Tab) TextSize(pixels int) error {
	_, err := chromedp.Call(t.ctx, page.SetFontSizes, page.SetFontSizesParams{FontSizes: &page.FontSizes{Standard: int64(pixels), Fixed: int64(pixels * 13 / 16)}})
	return err
}

// Media shows the page as on "screen" or "print", in the "light" or the "dark".
func (t *Tab) Media(media, scheme string) error {
	_, err := chromedp.Call(t.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	return err
}

// Defenceless has the pages opened next go without the protection of their Content-Security-Policy, and begins each with a script.
func (t *Tab) Defenceless(script string) error {
	if _, err := chromedp.Call(t.ctx, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true}); err != nil {
		return err
	}
	_, err := chromedp.Call(t.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	return err
}

// NoScripts turns JavaScript off for the pages opened next.
func (t *Tab) NoScripts() error {
	_, err := chromedp.Call(t.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	return err
}

// ScrollThrough goes down the page a screen at a time, lets every picture come, and goes back up.
func (t *Tab) ScrollThrough() error {
	_, err := Eval[bool](t, `(async () => {
		const settled = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
		for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
			scrollTo({top: y, behavior: "instant"});
			await settled();
		}
		await Promise.all([...document.images].map(i => i.decode().catch(() => {})));
		scrollTo({top: 0, behavior: "instant"});
		await settled();
		await new Promise(done => setTimeout(done, 100));
		return true;
	})()`)
	return err
}

// Screenshot is the window as it is seen, or the whole page, as PNG.
func (t *Tab) Screenshot(whole bool) ([]byte, error) {
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	if whole {
		return chromedp.Run(ctx, chromedp.FullScreenshot(100))
	}
	return chromedp.Run(ctx, chromedp.CaptureScreenshot())
}

// Dialogs are what alert, confirm, prompt or the leaving of a page asked, ever. All were answered with yes.
func (t *Tab) Dialogs() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string(nil), t.dialogs...)
}

// Asked are the addresses asked for since Open.
func (t *Tab) Asked() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string(nil), t.asked...)
}

// Trouble is what the console said in anger since Open.
func (t *Tab) Trouble() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string(nil), t.trouble...)
}

// Foreign lists the requests since Open that went to another place than the paper's.
func (t *Tab) Foreign(paper string) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var foreign []string
	for _, address := range t.asked {
		u, err := url.Parse(address)
		if err == nil && (u.Scheme == "data" || u.Scheme == "about") {
			continue
		}
		if address != paper && !strings.HasPrefix(address, paper+"/") {
			foreign = append(foreign, address)
		}
	}
	return foreign
}

package e2e_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"lede/e2e/chrome"
	"lede/e2e/post"
	"lede/e2e/room"
)

// TestThePrintedLinkLeadsToAPublishedArticle is the first five minutes of a paper: nothing is touched but what must be.
func TestThePrintedLinkLeadsToAPublishedArticle(t *testing.T) {
	r, err := room.Fresh(bin)
	must(t, err)
	t.Cleanup(func() { must(t, r.Close()) })
	began := time.Now()
	mara, err := browser.Person()
	must(t, err)
	t.Cleanup(mara.Leave)
	tab := open(t, mara)
	must(t, tab.Open(r.URL+r.Setup))
	must(t, tab.Fill("main [name=paper]", "The Alder Bay Post"))
	must(t, tab.Fill("main [name=name]", "Mara Lindqvist"))
	must(t, tab.Fill("main [name=email]", "mara@paper.example"))
	choosePassword(t, tab, password)
	must(t, tab.Wait(20*time.Second, `location.pathname.startsWith("/newsroom/") && !location.pathname.startsWith("/newsroom/setup")`))

	must(t, tab.Go("Write it"))
	toBody(t, tab)
	must(t, tab.Fill("#headline", "The first boat is on time"))
	toBody(t, tab)
	must(t, tab.Type("It left at ten past six."))
	chooseSection(t, tab)
	saved(t, tab)
	publishPanel(t, tab)
	must(t, tab.Push("Publish now"))
	see(t, tab, "Published")
	soon(t, 5*time.Second, "the article on the front", func() bool {
		_, body := get(t, r.URL+"/")
		return strings.Contains(string(body), "The first boat is on time")
	})
	if took := time.Since(began); took > time.Minute {
		t.Errorf("a machine took %v from the link to the front", took)
	}
	// The link served once.
	if res, _ := get(t, r.URL+r.Setup); res.StatusCode == 200 {
		t.Errorf("the setup link still answers %d", res.StatusCode)
	}
}

// choosePassword gives a password on the page by which one comes in.
func choosePassword(t *testing.T, tab *chrome.Tab, password string) {
	t.Helper()
	if ask[bool](t, tab, `!document.querySelector("main [name=password]")?.checkVisibility()`) {
		ask[bool](t, tab, `(document.querySelector("main [name=password]").closest("details").open = true)`)
	}
	must(t, tab.Fill("main [name=password]", password))
	must(t, tab.Chord("Enter"))
}

func TestSomebodyInvitedComesWithAPasskeyAndSignsInWithIt(t *testing.T) {
	r := openRoom(t)
	link, err := r.Invited("ana@paper.example", "Ana Ruiz", "reporter")
	must(t, err)
	ana, err := browser.Person()
	must(t, err)
	t.Cleanup(ana.Leave)
	tab := open(t, ana)
	must(t, tab.Authenticator())
	must(t, tab.Open(r.URL+link))
	must(t, tab.Push("Make a passkey"))
	must(t, tab.Wait(20*time.Second, `location.pathname === "/newsroom/"`))
	see(t, tab, "Ana Ruiz")

	must(t, ana.Forget())
	must(t, tab.Open(r.URL+"/newsroom/"))
	must(t, tab.Push("Sign in with a passkey"))
	must(t, tab.Wait(20*time.Second, `location.pathname === "/newsroom/"`))
	see(t, tab, "Ana Ruiz")
	if said := tab.Trouble(); len(said) > 0 {
		t.Errorf("the console complains: %q", said)
	}
}

func TestAPasswordNeedsItsCodeOnceThereIsAnApp(t *testing.T) {
	r := openRoom(t)
	tab := r.tab(t, r.publisher)
	must(t, tab.Open(r.URL+"/newsroom/account"))
	codes := addApp(t, tab)

	other, err := browser.Person()
	must(t, err)
	t.Cleanup(other.Leave)
	tab = open(t, other)
	must(t, tab.Open(r.URL+"/newsroom/sign-in"))
	signInWith(t, tab, "mara@paper.example", password)
	must(t, tab.Wait(20*time.Second, `document.querySelector("main [name=code]")?.checkVisibility()`))
	must(t, tab.Fill("#sign-in [name=password]", password))
	must(t, tab.Fill("#sign-in [name=code]", codes[0]))
	must(t, tab.Chord("Enter"))
	must(t, tab.Wait(20*time.Second, `location.pathname === "/newsroom/"`))
}

// signInWith gives address and password on the page on which one signs in.
func signInWith(t *testing.T, tab *chrome.Tab, email, password string) {
	t.Helper()
	ask[bool](t, tab, `[...document.querySelectorAll("main details")].every(d => d.open = true)`)
	must(t, tab.Fill("#sign-in [name=email]", email))
	must(t, tab.Fill("main [name=password]", password))
	must(t, tab.Chord("Enter"))
}

// addApp adds an app that makes codes, and gives the recovery codes.
func addApp(t *testing.T, tab *chrome.Tab) (codes []string) {
	t.Helper()
	must(t, tab.Go("Set up an app"))
	secret := ask[string](t, tab, `document.querySelector("code.seed").textContent`)
	must(t, tab.Fill("main [name=code]", totp(t, strings.ReplaceAll(secret, " ", ""), time.Now())))
	must(t, tab.Chord("Enter"))
	must(t, tab.Wait(20*time.Second, `document.querySelector("#codes li")`))
	return ask[[]string](t, tab, `[...document.querySelectorAll("#codes li")].map(e => e.textContent.trim())`)
}

// totp is the code of an app at a moment (RFC 6238, SHA-1, 30 seconds, 6 figures).
func totp(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	must(t, err)
	mac := hmac.New(sha1.New, key)
	must(t, binary.Write(mac, binary.BigEndian, at.Unix()/30))
	sum := mac.Sum(nil)
	from := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[from:])&0x7fffffff%1_000_000)
}

// TestALinkByMailSignsIn sends it through a real mail server; opening the link does nothing, confirming it does, once, in the browser
// that asked.
func TestALinkByMailSignsIn(t *testing.T) {
	r := openRoom(t)
	office, err := post.Open()
	must(t, err)
	t.Cleanup(func() { must(t, office.Close()) })
	host, port, err := net.SplitHostPort(office.Addr)
	must(t, err)
	settings := r.tab(t, r.publisher)
	must(t, settings.Open(r.URL+"/newsroom/mail"))
	must(t, settings.Fill("main [name=mail-host]", host))
	must(t, settings.Fill("main [name=mail-port]", port))
	must(t, settings.Set("main [name=mail-security]", "none"))
	must(t, settings.Fill("main [name=mail-from]", "desk@paper.example"))
	must(t, settings.Go("Save"))

	mara, err := browser.Person()
	must(t, err)
	t.Cleanup(mara.Leave)
	tab := open(t, mara)
	for _, who := range []string{"nobody@paper.example", "mara@paper.example"} {
		must(t, tab.Open(r.URL+"/newsroom/sign-in"))
		ask[bool](t, tab, `[...document.querySelectorAll("main details")].every(d => d.open = true)`)
		must(t, tab.Fill("#mail-email", who))
		must(t, tab.Chord("Enter"))
		see(t, tab, "If this address belongs to somebody here")
	}
	soon(t, 20*time.Second, "a letter to Mara", func() bool { return len(office.Letters("mara@paper.example")) == 1 })
	if n := len(office.Letters("nobody@paper.example")); n != 0 {
		t.Errorf("%d letters to nobody", n)
	}
	link := office.Letters("mara@paper.example")[0].Link()
	stranger := newTab(t)
	must(t, stranger.Open(link))
	if ask[bool](t, stranger, `!!document.querySelector("nav[aria-label=Newsroom]")`) {
		t.Error("the link opened the newsroom to another browser")
	}
	must(t, tab.Open(link))
	must(t, tab.Push("Sign in here"))
	must(t, tab.Wait(20*time.Second, `document.querySelector("nav[aria-label=Newsroom]")`))
	see(t, tab, "Mara Lindqvist")
}

// publishPanel opens the panel by which an article goes out.
func publishPanel(t *testing.T, tab *chrome.Tab) {
	t.Helper()
	must(t, tab.Chord("Alt+Shift+P"))
	panelThere(t, tab)
}

// panelPage opens the panel as a page of its own, as it is without scripts.
func panelPage(t *testing.T, tab *chrome.Tab, address string) {
	t.Helper()
	must(t, tab.Open(address))
	panelThere(t, tab)
}

// panelThere waits until the panel is there, with all that was typed in it.
func panelThere(t *testing.T, tab *chrome.Tab) {
	t.Helper()
	must(t, tab.Wait(20*time.Second, `document.readyState === "complete" && document.querySelector("#panel-form") && !document.querySelector("#panel-cut")`))
}

// chooseSection chooses the first section in the editor's own panel.
func chooseSection(t *testing.T, tab *chrome.Tab) {
	t.Helper()
	first := ask[string](t, tab, `[...document.querySelectorAll("#f-filing-sections option")].find(o => o.value).value`)
	must(t, tab.Set("#f-filing-sections", first))
}

package chrome_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lede/e2e/chrome"
)

// desk is a page on which staff could work: it notes what hands do to it.
const desk = `<!doctype html><html lang="en"><title>desk</title><body>
<h1>Desk</h1>
<label>Name <input id="name"></label>
<label><input type="checkbox" id="tick"> I agree</label>
<div id="text" contenteditable>old</div>
<button id="publish">Publish now</button><button>Publish</button><button hidden>Gone</button>
<input type="file" id="file">
<p id="noted"></p>
<script>
const note = (s) => { document.getElementById("noted").textContent += s + ";"; };
document.addEventListener("keydown", (e) => note((e.ctrlKey ? "Ctrl+" : "") + (e.altKey ? "Alt+" : "") + (e.shiftKey ? "Shift+" : "") + e.key));
document.addEventListener("paste", (e) => { e.preventDefault(); note("pasted " + e.clipboardData.getData("text/html")); });
document.addEventListener("dragover", (e) => e.preventDefault());
document.addEventListener("drop", async (e) => { e.preventDefault(); const f = e.dataTransfer.files[0]; note("dropped " + f.name + " " + await f.text()); });
document.getElementById("publish").onclick = () => note(confirm("Really?") ? "yes" : "no");
document.getElementById("file").onchange = (e) => note("chose " + e.target.files[0].name);
document.getElementById("tick").onchange = (e) => note("tick " + e.target.checked);
window.onoffline = () => note("offline");
window.ononline = () => note("online");
const about = {challenge: new Uint8Array(16), rpId: "localhost", userVerification: "required", allowCredentials: []};
window.register = async () => (await navigator.credentials.create({publicKey: {challenge: about.challenge, rp: {name: "x", id: "localhost"},
	user: {id: new Uint8Array(8), name: "a", displayName: "a"}, pubKeyCredParams: [{type: "public-key", alg: -7}], authenticatorSelection: {residentKey: "required"}}})).id;
window.signIn = async () => (await navigator.credentials.get({publicKey: about})).id;
</script>`

func TestHandsDoWhatStaffDo(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/cookie" {
			http.SetCookie(w, &http.Cookie{Name: "who", Value: "mara"})
		}
		if c, err := r.Cookie("who"); err == nil {
			fmt.Fprintf(w, "<!doctype html><title>x</title><p id=who>%s", c.Value)
		}
		fmt.Fprint(w, desk)
	}))
	defer site.Close()
	at := strings.Replace(site.URL, "127.0.0.1", "localhost", 1)
	c, err := chrome.Start()
	ok(t, err)
	defer c.Stop()
	mara, err := c.Person()
	ok(t, err)
	defer mara.Leave()
	tab, err := mara.Tab()
	ok(t, err)
	ok(t, tab.Open(at+"/"))
	noted := func(what string) {
		t.Helper()
		ok(t, tab.Wait(5*time.Second, fmt.Sprintf("document.getElementById('noted').textContent.includes(%q)", what)))
	}

	ok(t, tab.Fill("#name", "Mara Å"))
	ok(t, tab.Chord("Ctrl+S"))
	noted("Ctrl+s;")
	ok(t, tab.Chord("Alt+Shift+P"))
	noted("Alt+Shift+P;")
	ok(t, tab.Fill("#text", "new"))
	ok(t, tab.Type(" text, ünd"))
	if is := eval[string](t, tab, `document.getElementById("name").value + "|" + document.getElementById("text").textContent`); is != "Mara Å|new text, ünd" {
		t.Errorf("typed: %q", is)
	}
	ok(t, tab.Paste("<b>bold</b>", "bold"))
	noted("pasted <b>bold</b>;")
	ok(t, tab.Push("Publish"))
	if d := tab.Dialogs(); len(d) != 0 {
		t.Errorf("the exact name was not preferred: %q", d)
	}
	ok(t, tab.Push("Publish n"))
	noted("yes;")
	if d := tab.Dialogs(); !slices.Equal(d, []string{"Really?"}) {
		t.Errorf("dialogs %q", d)
	}
	ok(t, tab.Push("I agree"))
	noted("tick true;")

	file := filepath.Join(t.TempDir(), "harbor.txt")
	ok(t, os.WriteFile(file, []byte("water"), 0o600))
	ok(t, tab.Choose("#file", file))
	noted("chose harbor.txt;")
	ok(t, tab.Drop("h1", file))
	noted("dropped harbor.txt water;")

	ok(t, tab.Network(false))
	noted("offline;")
	if eval[string](t, tab, `fetch("/").then(() => "came", () => "cut")`) != "cut" {
		t.Error("the network is cut, and a request came through")
	}
	ok(t, tab.Network(true))
	noted("online;")
	if eval[string](t, tab, `fetch("/").then(() => "came", () => "cut")`) != "came" {
		t.Error("the network is back, and no request comes through")
	}

	ok(t, tab.Authenticator())
	if made, used := eval[string](t, tab, "register()"), eval[string](t, tab, "signIn()"); made == "" || made != used {
		t.Errorf("registered %q, signed in with %q", made, used)
	}
}

func TestPeopleHaveTheirOwnCookiesAndSeveralTabs(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, err := r.Cookie("who"); err == nil {
			fmt.Fprint(w, c.Value)
		}
	}))
	defer site.Close()
	c, err := chrome.Start()
	ok(t, err)
	defer c.Stop()
	mara, err := c.Person()
	ok(t, err)
	defer mara.Leave()
	jonas, err := c.Person()
	ok(t, err)
	defer jonas.Leave()
	ok(t, mara.Keep(site.URL, &http.Cookie{Name: "who", Value: "mara"}))
	is := func(p *chrome.Person, want string) {
		t.Helper()
		tab, err := p.Tab()
		ok(t, err)
		ok(t, tab.Open(site.URL))
		if got := eval[string](t, tab, "document.body.textContent"); got != want {
			t.Errorf("there is %q, want %q", got, want)
		}
		tab.Close()
	}
	is(mara, "mara")
	is(mara, "mara") // also when the first tab is closed
	is(jonas, "")
	if cookies, err := mara.Cookies(); err != nil || len(cookies) != 1 || cookies[0].Value != "mara" {
		t.Errorf("cookies %v, %v", cookies, err)
	}
	ok(t, mara.Forget())
	is(mara, "")
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func eval[T any](t *testing.T, tab *chrome.Tab, script string) T {
	t.Helper()
	v, err := chrome.Eval[T](tab, script)
	ok(t, err)
	return v
}

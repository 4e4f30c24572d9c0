package newsroom

import (
	"crypto/tls"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"lede/internal/db/dbtest"
	"lede/internal/mail"
	"lede/internal/web"
	"lede/ledetest"
	"lede/staff"
)

// browser is somebody's, at the address of the paper, with the cookies it was given.
type browser struct {
	t       *testing.T
	paper   *ledetest.Paper
	handler http.Handler
	base    string
	cookies map[string]*http.Cookie
	agent   string
}

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

// visitor comes to an empty paper at base, where people are known by their cookies.
func visitor(t *testing.T, base string) *browser {
	t.Helper()
	p := ledetest.Open(t, dbtest.Open(t, dbtest.SQLite(t)))
	n, err := New(p.Press, Options{})
	if err != nil {
		t.Fatal(err)
	}
	wb := web.New(web.Options{Log: slog.New(slog.DiscardHandler), Clock: p.Now})
	mux := http.NewServeMux()
	n.Routes(mux, wb)
	return &browser{t, p, wb.Door(mux), base, map[string]*http.Cookie{}, firefox}
}

// other is another browser at the same paper.
func (b *browser) other() *browser {
	o := *b
	o.cookies = map[string]*http.Cookie{}
	return &o
}

func (b *browser) do(method, path, kind string, body io.Reader) answer {
	b.t.Helper()
	req := httptest.NewRequest(method, b.base+path, body)
	if !strings.HasPrefix(b.base, "https:") {
		req.TLS = nil
	} else if req.TLS == nil {
		req.TLS = &tls.ConnectionState{}
	}
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("User-Agent", b.agent)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if kind == "application/json" {
		req.Header.Set("X-Lede", "1")
	}
	for _, c := range b.cookies {
		req.AddCookie(c)
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, req)
	got := answer{w.Result(), w.Body.String()}
	for _, c := range got.Cookies() {
		if b.cookies[c.Name] = c; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return got
}

func (b *browser) page(path string) answer { b.t.Helper(); return b.do("GET", path, "", nil) }

func (b *browser) send(path string, form url.Values) answer {
	b.t.Helper()
	return b.do("POST", path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

func (b *browser) ask(path string, body any) answer {
	b.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do("POST", path, "application/json", strings.NewReader(string(text)))
}

// want fails unless the answer is of that status and says all this.
func (a answer) want(t *testing.T, what string, status int, says ...string) answer {
	t.Helper()
	if a.StatusCode != status {
		t.Errorf("%s: %d %s, want %d; %.600s", what, a.StatusCode, a.Header.Get("Location"), status, a.body)
	}
	for _, s := range says {
		if !strings.Contains(a.body, s) {
			t.Errorf("%s: %q is not said in %.1500s", what, s, a.body)
		}
	}
	return a
}

const good = "seven herons cross the weir"

// found sets the paper up.
func (b *browser) found() {
	b.t.Helper()
	token, err := b.paper.Staff.SetUp(b.t.Context(), b.paper.Now())
	if err != nil {
		b.t.Fatal(err)
	}
	form := url.Values{"paper": {"The Alder Bay Post"}, "name": {"Mara Lindqvist"}, "email": {"mara@alder.example"}, "password": {good}, "zone": {"Europe/Stockholm"}}
	b.send("/newsroom/setup/"+token, form).want(b.t, "setup", http.StatusSeeOther)
}

func (b *browser) signIn(form url.Values) answer {
	b.t.Helper()
	return b.send("/newsroom/sign-in", form)
}

var maras = url.Values{"email": {"mara@alder.example"}, "password": {good}}

func TestPaperIsSetUpOnOnePageAndTheFirstArticleIsNext(t *testing.T) {
	b := visitor(t, "http://localhost:8080")
	token, err := b.paper.Staff.SetUp(t.Context(), b.paper.Now())
	if err != nil {
		t.Fatal(err)
	}
	at := "/newsroom/setup/" + token
	b.page(at).want(t, "the page", http.StatusOK, "Publish in five minutes", `name="paper"`, `name="name"`, `name="email"`, `name="password"`)
	form := url.Values{"paper": {"The Alder Bay Post"}, "name": {"Mara <i>"}, "email": {"mara"}, "password": {"password1234"}}
	b.send(at, form).want(t, "what is wrong", http.StatusUnprocessableEntity, "An address looks like", "one of the first that would be tried", `value="The Alder Bay Post"`, "Mara &lt;i&gt;", `aria-invalid="true"`)
	form.Set("email", "mara@alder.example")
	form.Set("password", good)
	form.Set("name", "Mara Lindqvist")
	form.Set("zone", "Europe/Stockholm")
	got := b.send(at, form).want(t, "setup", http.StatusSeeOther)
	if to := got.Header.Get("Location"); to != "/newsroom/first" {
		t.Errorf("sent to %s", to)
	}
	b.page("/newsroom/first").want(t, "the first article", http.StatusOK, `action="/newsroom/articles"`, `name="key"`)
	p, err := b.paper.Papers.Get(t.Context())
	if err != nil || p.Name != "The Alder Bay Post" || p.Zone != "Europe/Stockholm" {
		t.Errorf("the paper is %s in %s (%v)", p.Name, p.Zone, err)
	}
	if by, known, err := b.paper.Staff.ByName(t.Context(), "Mara Lindqvist"); err != nil || !known || by.Slug != "mara-lindqvist" {
		t.Errorf("the byline: %+v %v %v", by, known, err)
	}
	b.other().page(at).want(t, "the link again", http.StatusNotFound, "serves no longer")
}

func TestCookieIsForThisHostAndNotForScripts(t *testing.T) {
	for base, name := range map[string]string{"https://alder.example": "__Host-lede", "http://localhost:8080": "lede-staff", "http://127.0.0.1:8080": "lede-staff", "http://[::1]:8080": "lede-staff"} {
		b := visitor(t, base)
		b.found()
		c := b.cookies[name]
		if c == nil || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || c.Secure != strings.HasPrefix(base, "https:") {
			t.Errorf("at %s the cookies are %v", base, b.cookies)
		}
		b.page("/newsroom/account").want(t, base, http.StatusOK, "mara@alder.example", "Firefox on Linux")
	}
}

func TestNobodySignsInOverANetworkInTheClear(t *testing.T) {
	b := visitor(t, "http://localhost:8080")
	b.found()
	far := b.other()
	far.base = "http://192.0.2.7:8080"
	far.page("/newsroom/sign-in").want(t, "the page", http.StatusOK, "can be read by others", "--tls", "ssh -L")
	far.signIn(maras).want(t, "the form", http.StatusForbidden, "can be read by others")
	far.ask("/newsroom/session", map[string]string{"email": "mara@alder.example", "password": good}).want(t, "the script", http.StatusUnprocessableEntity, "can be read by others")
	if len(far.cookies) != 0 {
		t.Errorf("cookies %v", far.cookies)
	}
	far.cookies = b.cookies
	far.page("/newsroom/account").want(t, "a cookie that came along", http.StatusSeeOther)
}

func TestSignInSaysTheSameOfSomebodyAndNobody(t *testing.T) {
	b := visitor(t, "https://alder.example")
	b.found()
	same := func(path string, form func(email string) url.Values) {
		a, n := b.other().send(path, form("mara@alder.example")), b.other().send(path, form("nora@alder.example"))
		strip := func(s string) string { return strings.NewReplacer("mara", "x", "nora", "x").Replace(s) }
		if a.StatusCode != n.StatusCode || strip(a.body) != strip(n.body) || a.Header.Get("Location") != n.Header.Get("Location") {
			t.Errorf("%s: %d and %d\n%s\n%s", path, a.StatusCode, n.StatusCode, a.body, n.body)
		}
	}
	for range 9 { // beyond the free tries too
		same("/newsroom/sign-in", func(email string) url.Values { return url.Values{"email": {email}, "password": {"wrong wrong wrong"}} })
		same("/newsroom/sign-in/mail", func(email string) url.Values { return url.Values{"email": {email}} })
	}
	got := b.other().signIn(maras).want(t, "too many", http.StatusTooManyRequests, "There were too many tries")
	if got.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

func TestSignInLeadsBackAndNowhereElse(t *testing.T) {
	b := visitor(t, "https://alder.example")
	b.found()
	for to, want := range map[string]string{
		"/newsroom/articles?q=a%20b": "/newsroom/articles?q=a%20b", "": "/newsroom/", "//evil.example/newsroom/": "/newsroom/", "https://evil.example/newsroom/": "/newsroom/",
		"/newsroom/../\\evil.example": "/newsroom/", "/elsewhere": "/newsroom/", "/newsroom/sign-in": "/newsroom/", "javascript:alert(1)": "/newsroom/",
	} {
		form := url.Values{"email": maras["email"], "password": maras["password"], "to": {to}}
		if got := b.other().signIn(form); got.Header.Get("Location") != want {
			t.Errorf("to %q leads to %q, want %q", to, got.Header.Get("Location"), want)
		}
		b.paper.Pass(time.Minute)
	}
}

func TestCookieLeftBehindComesAlongFromOurOwnPage(t *testing.T) {
	b := visitor(t, "https://alder.example")
	req := httptest.NewRequest("GET", "https://alder.example/newsroom/sign-in?to=/newsroom/articles", nil)
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, req)
	if !strings.Contains(w.Body.String(), `id="go-on" href="/newsroom/articles"`) {
		t.Errorf("%s", w.Body)
	}
}

func TestScriptSignsInInPlace(t *testing.T) {
	b := visitor(t, "https://alder.example")
	b.found()
	e := b.other()
	e.ask("/newsroom/account/passkeys/question", nil).want(t, "signed out", http.StatusUnauthorized, `"signIn":true`)
	e.ask("/newsroom/session", map[string]string{"email": "mara@alder.example", "password": "wrong wrong wrong"}).want(t, "wrong", http.StatusUnprocessableEntity, "do not belong together")
	e.ask("/newsroom/session", map[string]string{"email": "mara@alder.example", "password": good}).want(t, "right", http.StatusOK, `"name":"Mara Lindqvist"`, `"initials":"ML"`)
	e.page("/newsroom/account").want(t, "in", http.StatusOK)
	e.send("/newsroom/sign-out", nil).want(t, "out", http.StatusSeeOther)
	e.page("/newsroom/account").want(t, "out", http.StatusSeeOther)
}

var codesShown = regexp.MustCompile(`<code>([a-z0-9]{5}-[a-z0-9]{5})</code>`)

func TestAppIsSetUpAskedForAndRecoveredFrom(t *testing.T) {
	b := visitor(t, "https://alder.example")
	b.found()
	page := b.page("/newsroom/account/app").want(t, "the app", http.StatusOK, `class="qr"`, `role="img"`)
	state := regexp.MustCompile(`name="state" value="([^"]+)"`).FindStringSubmatch(page.body)[1]
	seed := strings.ReplaceAll(regexp.MustCompile(`class="seed">([^<]+)<`).FindStringSubmatch(page.body)[1], " ", "")
	b.send("/newsroom/account/app", url.Values{"state": {state}, "code": {"000000"}}).want(t, "a wrong code", http.StatusUnprocessableEntity, "not the code", `class="qr"`, strings.TrimSpace(seed[:4]))
	code, err := totp.GenerateCode(seed, b.paper.Now())
	if err != nil {
		t.Fatal(err)
	}
	shown := b.send("/newsroom/account/app", url.Values{"state": {state}, "code": {code}}).want(t, "set up", http.StatusOK, "not shown again")
	codes := codesShown.FindAllStringSubmatch(shown.body, -1)
	if len(codes) != 10 {
		t.Fatalf("%d codes are shown", len(codes))
	}
	o := b.other()
	o.signIn(maras).want(t, "without a code", http.StatusUnprocessableEntity, "Now the code from your app", `name="code"`, `value="mara@alder.example"`)
	o.ask("/newsroom/session", map[string]string{"email": "mara@alder.example", "password": good}).want(t, "by script", http.StatusUnprocessableEntity, `"needs":"code"`)
	o.signIn(url.Values{"email": maras["email"], "password": maras["password"], "code": {codes[0][1]}}).want(t, "with a recovery code", http.StatusSeeOther)
	o.page("/newsroom/account").want(t, "account", http.StatusOK, "9 left.")
}

func TestDangerousActAsksOnceMoreAndGoesOnByItself(t *testing.T) {
	b := visitor(t, "https://alder.example")
	b.found()
	b.paper.Pass(11 * time.Minute)
	form := url.Values{"email": {"jonas@alder.example"}, "name": {"Jonas"}, "role": {"editor", "moderator"}}
	b.send("/newsroom/staff/invitation", form).want(t, "asked", http.StatusOK, "Is it you, Mara Lindqvist?", `name="role" value="editor"`, `name="role" value="moderator"`, `value="jonas@alder.example"`)
	form.Set("prove-to", "/newsroom/staff/invitation")
	form.Set("prove-password", "wrong wrong wrong")
	b.send("/newsroom/prove", form).want(t, "wrong", http.StatusUnprocessableEntity, "do not belong together", `value="jonas@alder.example"`)
	form.Set("prove-password", good)
	before := *b.cookies["__Host-lede"]
	got := b.send("/newsroom/prove", form).want(t, "proved", http.StatusTemporaryRedirect)
	if to := got.Header.Get("Location"); to != "/newsroom/staff/invitation" || b.cookies["__Host-lede"].Value == before.Value {
		t.Errorf("on to %s, with the token of before: %v", to, b.cookies["__Host-lede"].Value == before.Value)
	}
	b.send("/newsroom/staff/invitation", form).want(t, "invited", http.StatusOK, "https://alder.example/newsroom/welcome/")
	b.paper.Pass(11 * time.Minute)
	b.ask("/newsroom/account/passkeys/question", nil).want(t, "a script", http.StatusUnauthorized, `"signIn":true`)
	form = url.Values{"prove-to": {"/newsroom/account/app"}, "prove-get": {"yes"}, "prove-password": {good}}
	b.page("/newsroom/account/app").want(t, "a page", http.StatusOK, "Is it you")
	if got := b.send("/newsroom/prove", form).want(t, "to a page", http.StatusSeeOther); got.Header.Get("Location") != "/newsroom/account/app" {
		t.Error(got.Header)
	}
}

var linkShown = regexp.MustCompile(`/newsroom/welcome/[A-Za-z0-9_-]{22}`)

// invite asks somebody in and returns the link.
func (b *browser) invite(email, name string, roles ...string) string {
	b.t.Helper()
	got := b.send("/newsroom/staff/invitation", url.Values{"email": {email}, "name": {name}, "role": roles}).want(b.t, "invite", http.StatusOK, "Mail is not set up")
	return linkShown.FindString(got.body)
}

func TestInvitedPersonComesWritesAndLeaves(t *testing.T) {
	b := visitor(t, "https://alder.example")
	b.found()
	b.send("/newsroom/staff/invitation", url.Values{"email": {"jonas"}, "name": {""}}).want(t, "an empty form", http.StatusUnprocessableEntity, "An address looks like", "A name is needed", "Choose at least one role", `value="jonas"`)
	link := b.invite("jonas@alder.example", "Jonas Weber", "contributor")
	jonas := b.other()
	jonas.page(link).want(t, "the invitation", http.StatusOK, "Welcome, Jonas Weber", "writes and files own articles")
	jonas.send(link, url.Values{"name": {"Jonas Weber"}, "password": {"short"}}).want(t, "a short password", http.StatusUnprocessableEntity, "at least 12 characters")
	jonas.send(link, url.Values{"name": {"Jonas Weber"}, "password": {good}}).want(t, "come", http.StatusSeeOther)
	jonas.page("/newsroom/staff").want(t, "no access", http.StatusForbidden, "You have no access to this.", "Ask Mara Lindqvist.")
	people := b.page("/newsroom/staff").want(t, "the staff", http.StatusOK, "Jonas Weber", "contributor", "password only")
	at := regexp.MustCompile(`/newsroom/staff/(\d+)"><i aria-hidden="true">JW`).FindStringSubmatch(people.body)[1]
	page := b.page("/newsroom/staff/"+at).want(t, "the person", http.StatusOK, `value="contributor" checked`, "Make a way back in")
	version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(page.body)[1]
	b.send("/newsroom/staff/"+at+"/roles", url.Values{"version": {"1"}, "role": {"editor"}}).want(t, "an old version", http.StatusConflict, "Somebody changed this")
	b.send("/newsroom/staff/"+at+"/roles", url.Values{"version": {version}, "role": {"editor"}}).want(t, "roles", http.StatusSeeOther)
	jonas.page("/newsroom/account").want(t, "signed out by other roles", http.StatusSeeOther)
	jonas.signIn(url.Values{"email": {"jonas@alder.example"}, "password": {good}}).want(t, "in again", http.StatusSeeOther)
	jonas.page("/newsroom/staff").want(t, "as an editor", http.StatusOK, "Mara Lindqvist")
	back := linkShown.FindString(b.send("/newsroom/staff/"+at+"/link", nil).want(t, "a way back", http.StatusOK, "Way back in").body)
	again := jonas.other()
	again.page(back).want(t, "the way back", http.StatusOK, "Welcome back, Jonas Weber")
	again.send(back, nil).want(t, "back", http.StatusSeeOther)
	jonas.page("/newsroom/account").want(t, "ended by the way back", http.StatusSeeOther)
	page = b.page("/newsroom/staff/" + at)
	version = regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(page.body)[1]
	b.send("/newsroom/staff/"+at+"/leave", url.Values{"version": {version}}).want(t, "leaves", http.StatusSeeOther)
	again.page("/newsroom/account").want(t, "left", http.StatusSeeOther)
	if _, known, err := b.paper.Staff.ByName(t.Context(), "Jonas Weber"); err != nil || !known {
		t.Errorf("the byline went too (%v)", err)
	}
}

func TestLastPublisherStays(t *testing.T) {
	b := visitor(t, "https://alder.example")
	b.found()
	all, err := b.paper.Staff.People(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at, version := "/newsroom/staff/"+itoa(all[0].ID), itoa(all[0].Version)
	b.send(at+"/roles", url.Values{"version": {version}, "role": {"editor"}}).want(t, "roles", http.StatusUnprocessableEntity, "Nobody would be publisher")
	b.send(at+"/leave", url.Values{"version": {version}}).want(t, "leave", http.StatusUnprocessableEntity, "Nobody would be publisher")
}

func itoa(n int64) string { b, _ := json.Marshal(n); return string(b) }

func TestMailedLinkIsConfirmedByAButtonInTheBrowserThatAsked(t *testing.T) {
	b := visitor(t, "https://alder.example")
	b.found()
	p, err := b.paper.Papers.Get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.Address = "https://alder.example"
	if err := b.paper.Papers.Set(t.Context(), p, b.paper.Now()); err != nil {
		t.Fatal(err)
	}
	o := b.other()
	o.send("/newsroom/sign-in/mail", url.Values{"email": {"mara@alder.example"}, "to": {"/newsroom/articles"}}).want(t, "asked", http.StatusSeeOther)
	if c := o.cookies["__Host-lede-asked"]; c == nil || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode {
		t.Errorf("cookies %v", o.cookies)
	}
	o.page("/newsroom/sign-in/sent").want(t, "sent", http.StatusOK, "If this address belongs to somebody here, a link is on its way.", `name="mailed"`)
	text := b.mailed()
	link := regexp.MustCompile(`https://alder.example(/newsroom/sign-in/\S+)`).FindStringSubmatch(text)[1]
	b.other().page(link).want(t, "elsewhere", http.StatusOK, "This link belongs elsewhere")
	o.page(link).want(t, "here", http.StatusOK, "Sign in here")
	o.page("/newsroom/account").want(t, "not yet in", http.StatusSeeOther)
	o.send(link, nil).want(t, "confirmed", http.StatusSeeOther)
	o.page("/newsroom/account").want(t, "in", http.StatusOK)
	o.send(link, nil).want(t, "again", http.StatusUnprocessableEntity, "works once")
}

// mailed is the text of the mail that was asked for.
func (b *browser) mailed() string {
	b.t.Helper()
	ids := func(query string) (all []int64) {
		rows, err := b.paper.DB.Read().QueryContext(b.t.Context(), query)
		if err != nil {
			b.t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				b.t.Fatal(err)
			}
			all = append(all, id)
		}
		return all
	}
	for _, id := range ids(`select id from asking where link is null`) {
		if err := b.paper.Staff.Answer(b.t.Context(), id, b.paper.Now()); err != nil {
			b.t.Fatal(err)
		}
	}
	all := ids(`select id from mail order by id`)
	var sealed string
	if err := b.paper.DB.Read().QueryRowContext(b.t.Context(), `select sealed from mail where id = $1`, all[len(all)-1]).Scan(&sealed); err != nil {
		b.t.Fatal(err)
	}
	plain, err := b.paper.Secret.Unseal(sealed, "mail "+itoa(all[len(all)-1]))
	if err != nil {
		b.t.Fatal(err)
	}
	var m mail.Message
	if err := json.Unmarshal(plain, &m); err != nil {
		b.t.Fatal(err)
	}
	return m.Text
}

// questioned is a question for a passkey, as the browser's script gets it.
type questioned struct {
	Options json.RawMessage
	State   string
}

func TestPasskeyIsMadeAtTheSetupAndSignsInWithoutAName(t *testing.T) {
	b := visitor(t, "http://localhost:8080")
	token, err := b.paper.Staff.SetUp(t.Context(), b.paper.Now())
	if err != nil {
		t.Fatal(err)
	}
	phone := ledetest.NewDevice(t, "http://localhost:8080", "localhost")
	about := map[string]any{"name": "Mara Lindqvist", "email": "mara@alder.example", "paper": "The Alder Bay Post"}
	var q questioned
	b.ask("/newsroom/setup/"+token+"/passkey", map[string]any{"name": "Mara", "email": "mara", "paper": "x"}).want(t, "a wrong address", http.StatusUnprocessableEntity, `"email"`)
	b.ask("/newsroom/setup/"+token+"/passkey", about).want(t, "question", http.StatusOK).read(t, &q)
	about["state"], about["answer"] = q.State, json.RawMessage(phone.Make(q.Options))
	b.ask("/newsroom/setup/"+token, about).want(t, "come", http.StatusOK, `"to":"/newsroom/first"`)
	b.page("/newsroom/account").want(t, "account", http.StatusOK, "Firefox on Linux")

	o := b.other()
	o.ask("/newsroom/session/passkey/question", map[string]any{}).want(t, "question", http.StatusOK).read(t, &q)
	in := map[string]any{"state": q.State, "answer": json.RawMessage(phone.Open(q.Options))}
	o.ask("/newsroom/session/passkey", in).want(t, "in", http.StatusOK, `"name":"Mara Lindqvist"`)
	b.other().ask("/newsroom/session/passkey", in).want(t, "replayed", http.StatusUnprocessableEntity)

	o.paper.Pass(11 * time.Minute)
	o.ask("/newsroom/session/passkey/question", map[string]any{}).read(t, &q)
	o.ask("/newsroom/prove/passkey", map[string]any{"state": q.State, "answer": json.RawMessage(phone.Open(q.Options))}).want(t, "proved", http.StatusOK)
	second := ledetest.NewDevice(t, "http://localhost:8080", "localhost")
	o.ask("/newsroom/account/passkeys/question", map[string]any{}).want(t, "one more", http.StatusOK).read(t, &q)
	o.ask("/newsroom/account/passkeys", map[string]any{"state": q.State, "answer": json.RawMessage(second.Make(q.Options)), "name": "The office"}).want(t, "added", http.StatusOK, `"codes":["`)
	w, err := o.paper.Staff.Ways(t.Context(), o.me())
	if err != nil || len(w.Keys) != 2 || w.Keys[1].Name != "The office" || w.Codes != 10 {
		t.Fatalf("%+v %v", w, err)
	}
	o.send("/newsroom/account/passkeys/"+itoa(w.Keys[1].ID)+"/name", url.Values{"name": {"The desk"}}).want(t, "named", http.StatusSeeOther)
	o.send("/newsroom/account/passkeys/"+itoa(w.Keys[1].ID)+"/removal", nil).want(t, "removed", http.StatusSeeOther)
	o.send("/newsroom/account/passkeys/"+itoa(w.Keys[0].ID)+"/removal", nil).want(t, "the last way in", http.StatusUnprocessableEntity, "only way in")
}

func (b *browser) me() staff.Person {
	b.t.Helper()
	all, err := b.paper.Staff.People(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return all[0]
}

func TestAccountIsChangedAndOtherDevicesAreSignedOut(t *testing.T) {
	b := visitor(t, "https://alder.example")
	b.found()
	o := b.other()
	o.agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"
	o.signIn(maras)
	b.page("/newsroom/account").want(t, "sessions", http.StatusOK, "Safari on iPhone", "this one", "Your password alone opens")
	b.send("/newsroom/account", url.Values{"name": {""}, "byline": {""}}).want(t, "no name", http.StatusUnprocessableEntity, "A name is needed")
	b.send("/newsroom/account", url.Values{"name": {"M. Lindqvist"}, "byline": {"new"}, "lang": {"ar"}}).want(t, "described", http.StatusSeeOther)
	if me := b.me(); me.Name != "M. Lindqvist" || me.Lang != "ar" || me.Byline == 0 {
		t.Errorf("%+v", me)
	}
	b.send("/newsroom/account/password", url.Values{"password": {"password12345"}}).want(t, "a common password", http.StatusUnprocessableEntity, "one of the first")
	b.send("/newsroom/account/password", url.Values{"password": {"eleven herons sleep below the weir"}}).want(t, "password", http.StatusSeeOther)
	o.page("/newsroom/account").want(t, "signed out by it", http.StatusSeeOther)
	b.page("/newsroom/account").want(t, "still in", http.StatusOK)
	b.send("/newsroom/account/password/removal", nil).want(t, "without a passkey", http.StatusUnprocessableEntity, "Add a passkey first")
}

func TestBylinesAreAddedEditedAndMerged(t *testing.T) {
	b := visitor(t, "https://alder.example")
	b.found()
	to := b.send("/newsroom/bylines", url.Values{"name": {"I. Calloway"}}).want(t, "added", http.StatusSeeOther).Header.Get("Location")
	b.page(to).want(t, "the byline", http.StatusOK, `value="i-calloway"`, `name="name-ar"`)
	edit := url.Values{"version": {"1"}, "name": {"I. Calloway"}, "slug": {"not a slug"}, "about": {"harbor"}, "picture": {"none-such"}}
	b.send(to, edit).want(t, "a wrong picture", http.StatusUnprocessableEntity, "no such picture")
	edit.Del("picture")
	b.send(to, edit).want(t, "a wrong address", http.StatusUnprocessableEntity, "An address is made of", "harbor")
	edit.Set("slug", "calloway-i")
	edit.Set("name-ar", "كالواي")
	b.send(to, edit).want(t, "edited", http.StatusSeeOther)
	b.send(to, edit).want(t, "from an old version", http.StatusConflict)
	b.send(to+"/merger", url.Values{"into": {""}}).want(t, "into nothing", http.StatusUnprocessableEntity, "Choose another byline")
	b.send(to+"/merger", url.Values{"into": {itoa(b.paper.Writer.ID)}}).want(t, "merged", http.StatusSeeOther)
	if all, err := b.paper.Staff.All(t.Context()); err != nil || slices.ContainsFunc(all, func(x staff.Byline) bool { return x.Name == "I. Calloway" }) {
		t.Errorf("%+v %v", all, err)
	}
}

// What a byline signs is its person's own, so a byline is not for the taking.
func TestNobodySignsAsSomebodyElseToReadTheirDrafts(t *testing.T) {
	b := visitor(t, "https://alder.example")
	b.found()
	secret := b.paper.Write(b.paper.Text("Secret harbor plans"))
	at := "/newsroom/article/" + itoa(secret.ID) + "/state.json"
	name := b.paper.Writer.Name
	come := func(email, asked, called string) *browser {
		o := b.other()
		o.send(b.invite(email, asked, "contributor"), url.Values{"name": {called}, "password": {good}}).want(t, "come", http.StatusSeeOther)
		return o
	}
	eve := come("eve@alder.example", "Eve Adler", name)
	eve.page(at).want(t, "called like the writer", http.StatusNotFound)
	eve.send("/newsroom/account", url.Values{"name": {"Eve"}, "byline": {itoa(b.paper.Writer.ID)}}).want(t, "the writer's byline", http.StatusUnprocessableEntity, "not a byline that you can take")
	eve.page(at).want(t, "signing like the writer", http.StatusNotFound)
	if page := eve.page("/newsroom/account"); strings.Contains(page.body, `value="`+itoa(b.paper.Writer.ID)+`"`) {
		t.Error("the writer's byline is offered")
	}
	writer := come("w@alder.example", name, name)
	writer.page(at).want(t, "the writer, asked in by name", http.StatusOK)
	come("w2@alder.example", name, name).page(at).want(t, "another of that name", http.StatusNotFound)
	b.send("/newsroom/account", url.Values{"name": {"Mara"}, "byline": {itoa(b.paper.Writer.ID)}}).want(t, "a publisher takes it", http.StatusSeeOther)
}

// TestWhatOurPeopleLookAtIsNotCounted: whoever signs in keeps a cookie that goes to what stands in positions alone, and gives it back at the end.
func TestWhatOurPeopleLookAtIsNotCounted(t *testing.T) {
	for base, name := range map[string]string{"https://alder.example": "__Secure-lede-panel", "http://localhost:8080": "lede-panel"} {
		b := visitor(t, base)
		b.found()
		c := b.cookies[name]
		if c == nil || c.Path != "/panel" || c.Value != "1" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure != strings.HasPrefix(base, "https:") {
			t.Fatalf("at %s the cookies are %v", base, b.cookies)
		}
		b.send("/newsroom/sign-out", url.Values{})
		if b.cookies[name] != nil {
			t.Errorf("at %s the cookie stays after signing out", base)
		}
	}
}

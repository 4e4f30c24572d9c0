package newsroom

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"lede/internal/audit"
	"lede/internal/db"
	"lede/internal/web"
	"lede/paper"
	"lede/section"
	"lede/site"
	"lede/staff"
)

var inputs = regexp.MustCompile(`(?s)<(input|textarea|select)[^>]*\bname="([^"]+)"[^>]*>(.*?)(</textarea>|</select>|\n|<)`)

// filled is the form that a page shows, as a browser would send it.
func (r *room) filled(path, action string) url.Values {
	r.t.Helper()
	body := r.page(path).body
	at := strings.Index(body, `action="`+action+`"`)
	if at < 0 {
		r.t.Fatalf("%s has no form for %s:\n%s", path, action, body)
	}
	body = body[at:]
	body = body[:strings.Index(body, "</form>")]
	form := url.Values{}
	attr := func(tag, name string) string {
		if m := regexp.MustCompile(` ` + name + `="([^"]*)"`).FindStringSubmatch(tag); m != nil {
			return html.UnescapeString(m[1])
		}
		return ""
	}
	for _, m := range inputs.FindAllStringSubmatch(body, -1) {
		tag := m[0][:strings.Index(m[0], ">")]
		switch {
		case m[1] == "textarea":
			form.Set(m[2], html.UnescapeString(m[3]))
		case m[1] == "select":
			from := body[strings.Index(body, tag):]
			from = from[:strings.Index(from, "</select>")]
			if chosen := regexp.MustCompile(`value="([^"]*)" selected`).FindStringSubmatch(from); chosen != nil {
				form.Set(m[2], html.UnescapeString(chosen[1]))
			} else {
				form.Set(m[2], attr(from[strings.Index(from, "<option"):], "value"))
			}
		case strings.Contains(tag, `type="checkbox"`) && !strings.Contains(tag, " checked"):
		default:
			form.Set(m[2], attr(tag, "value"))
		}
	}
	return form
}

func (r *room) settings() paper.Paper {
	r.t.Helper()
	p, err := r.Papers.Get(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return p
}

// changed sends the form of a page with some fields changed.
func (r *room) changed(path string, change map[string]string) answer {
	r.t.Helper()
	form := r.filled(path, path)
	for name, value := range change {
		form.Set(name, value)
	}
	return r.send(path, form)
}

func (a answer) says(t *testing.T, status int, words ...string) {
	t.Helper()
	if a.StatusCode != status {
		t.Errorf("%d, wanted %d: %.3000s", a.StatusCode, status, a.body[max(0, strings.Index(a.body, "<main")):])
	}
	for _, w := range words {
		if !strings.Contains(a.body, w) {
			t.Errorf("it does not say %q: %.3000s", w, a.body[max(0, strings.Index(a.body, "<main")):])
		}
	}
}

func TestSettingsAreChangedAndUndone(t *testing.T) {
	r := open(t)
	was := r.settings()
	r.changed("/newsroom/paper", map[string]string{"name": "The Post", "name-ar": "البريد", "lat": "40.71", "lon": "-74,01", "degrees": "F", "zone": "Europe/Madrid"}).says(t, http.StatusSeeOther)
	now := r.settings()
	if now.Name != "The Post" || now.Names["ar"] != "البريد" || now.Lat != 40.71 || now.Lon != -74.01 || now.Degrees != "F" || now.Zone != "Europe/Madrid" || now.Version != was.Version+1 {
		t.Errorf("it is %+v", now)
	}
	if now.Place != was.Place || now.Hours24 != was.Hours24 || len(now.Langs) != len(was.Langs) {
		t.Errorf("what was not touched changed: %+v", now)
	}
	saved := r.page("/newsroom/paper?saved=yes")
	saved.says(t, 200, "in force since", "Undo")
	undo := fmt.Sprintf("/newsroom/paper/versions/%d/restoration", was.Version)
	r.send(undo, r.filled("/newsroom/paper?saved=yes", undo)).says(t, http.StatusSeeOther)
	if now := r.settings(); now.Name != was.Name || now.Zone != was.Zone {
		t.Errorf("undone it is %+v", now)
	}
	r.page("/newsroom/paper/versions").says(t, 200, "Mara Lindqvist", "name, names")
	r.page(fmt.Sprintf("/newsroom/paper/versions/%d", was.Version+1)).says(t, 200, "<del>The Narrows</del> <ins>The Post</ins>", "Restore version")
	if list, err := r.Audit.List(t.Context(), audit.Filter{Actor: 7, Act: "paper.set"}); err != nil || len(list) != 2 {
		t.Errorf("recorded are %v, %v", list, err)
	}
}

func TestWrongSettingsSayWhatToMendAndKeepWhatWasTyped(t *testing.T) {
	r := open(t)
	version := r.settings().Version
	got := r.changed("/newsroom/paper", map[string]string{"name": "", "zone": "Atlantis", "lat": "north", "langs": "english", "plate": "<svg onload=x>", "motto": `"Kept" <b>`})
	got.says(t, http.StatusUnprocessableEntity, "Not saved yet", `value="Atlantis"`, `value="north"`, "not a number of degrees", "&#34;Kept&#34; &lt;b&gt;", `aria-invalid="true" aria-describedby="zone-wrong"`)
	if r.settings().Version != version {
		t.Error("it was saved all the same")
	}
}

func TestTwoPeopleChangeDifferentSettings(t *testing.T) {
	r := open(t)
	mine := r.filled("/newsroom/paper", "/newsroom/paper")
	r.changed("/newsroom/paper", map[string]string{"motto": "Theirs"})
	mine.Set("place", "Alder Bay")
	r.send("/newsroom/paper", mine).says(t, http.StatusSeeOther)
	if now := r.settings(); now.Motto != "Theirs" || now.Place != "Alder Bay" {
		t.Errorf("it is %q in %q", now.Motto, now.Place)
	}
}

func TestTwoPeopleChangeTheSameSetting(t *testing.T) {
	r := open(t)
	mine := r.filled("/newsroom/paper", "/newsroom/paper")
	r.changed("/newsroom/paper", map[string]string{"motto": "Theirs"})
	mine.Set("motto", "Mine")
	got := r.send("/newsroom/paper", mine)
	got.says(t, http.StatusConflict, "Mara Lindqvist changed this while you looked", "<q>Theirs</q>", "<q>Mine</q>", "Keep mine", `value="Mine"`)
	mine.Set("version", fmt.Sprint(r.settings().Version))
	r.send("/newsroom/paper", mine).says(t, http.StatusSeeOther)
	if now := r.settings(); now.Motto != "Mine" {
		t.Errorf("kept is %q", now.Motto)
	}
}

func TestAddressThatLeadsAwayIsConfirmed(t *testing.T) {
	r := open(t)
	got := r.changed("/newsroom/paper", map[string]string{"address": "https://post.example"})
	got.says(t, http.StatusUnprocessableEntity, "only post.example answers", `name="confirm" value="https://post.example"`)
	r.changed("/newsroom/paper", map[string]string{"address": "https://post.example", "confirm": "https://post.example"}).says(t, http.StatusSeeOther)
	if r.settings().Address != "https://post.example" {
		t.Error("confirmed, it is not set")
	}
}

func TestNameplateIsAShapeAlone(t *testing.T) {
	r := open(t)
	r.changed("/newsroom/paper", map[string]string{"plate": `<?xml version="1.0"?><svg viewBox="0,0,10 4.5" onload="x()"><script>x()</script><g><path d="M0 0h10
	v4z" style="fill:red"/></g></svg>`}).says(t, http.StatusSeeOther)
	if p := r.settings().Plate; p.Box != "0 0 10 4.5" || p.Path != "M0 0h10 v4z" {
		t.Errorf("it is %+v", p)
	}
	r.page("/newsroom/paper").says(t, 200, `viewBox="0 0 10 4.5"`)
	r.changed("/newsroom/paper", map[string]string{"motto": "Other"}).says(t, http.StatusSeeOther)
	if r.settings().Plate.Path == "" {
		t.Error("saving something else took it away")
	}
	for _, wrong := range []string{"<svg><path d='M0 0'/></svg>", "<svg viewBox='0 0 1 1'><path d='M0 0;x'/></svg>", "no drawing", "<svg viewBox='0 0 1 1'><path d='" + strings.Repeat("M0 0", 4000) + "'/></svg>"} {
		if got := r.changed("/newsroom/paper", map[string]string{"plate": wrong}); got.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%.40s gives %d", wrong, got.StatusCode)
		}
	}
}

func TestMenuIsFilledOrderedAndEmptied(t *testing.T) {
	r := open(t)
	const at = "/newsroom/paper/menu"
	r.changed(at, map[string]string{"menu-0-name": "World", "menu-0-to": "/world", "menu-0-ar": "العالم"}).says(t, http.StatusSeeOther)
	r.changed(at, map[string]string{"menu-1-name": "Archive", "menu-1-to": "https://archive.example/"}).says(t, http.StatusSeeOther)
	r.changed(at, map[string]string{"do": "menu up 1", "footer-0-name": "Contact", "footer-0-to": "/contact"}).says(t, http.StatusSeeOther)
	p := r.settings()
	if saidRows(rowsText(p.Menu)) != "Archive (https://archive.example/), World (/world)" || p.Menu[1].Names["ar"] != "العالم" || len(p.Footer) != 1 {
		t.Errorf("the menu is %+v, the footer %+v", p.Menu, p.Footer)
	}
	r.changed(at, map[string]string{"menu-2-name": "Bad", "menu-2-to": "javascript:x"}).says(t, http.StatusUnprocessableEntity, `value="javascript:x"`, "Each link needs a name")
	r.changed(at, map[string]string{"do": "menu remove 0"}).says(t, http.StatusSeeOther)
	r.changed(at, map[string]string{"do": "menu remove 0"}).says(t, http.StatusSeeOther)
	if p := r.settings(); len(p.Menu) != 0 {
		t.Errorf("emptied it is %+v", p.Menu)
	}
}

func TestChecklistLevelsAreSet(t *testing.T) {
	r := open(t)
	r.changed("/newsroom/paper/checklist", map[string]string{"check-alt": "block", "check-links": "off"}).says(t, http.StatusSeeOther)
	if p := r.settings(); len(p.Checks) != 2 || p.Checks["alt"] != "block" || p.Checks["links"] != "off" {
		t.Errorf("they are %v", p.Checks)
	}
	r.changed("/newsroom/paper/checklist", map[string]string{"check-alt": "warn"}).says(t, http.StatusSeeOther)
	if p := r.settings(); len(p.Checks) != 1 {
		t.Errorf("set back they are %v", p.Checks)
	}
	r.changed("/newsroom/paper/checklist", map[string]string{"check-alt": "explode"}).says(t, http.StatusUnprocessableEntity)
}

// seen puts the readers' pages before the same paper.
func (r *room) seen() func(path string) *httptest.ResponseRecorder {
	r.t.Helper()
	cache := web.NewCache(web.CacheOptions{Bytes: 8 << 20, Dir: r.t.TempDir()})
	r.t.Cleanup(func() { cache.Close() })
	readers, err := site.New(r.t.Context(), r.Press, cache)
	if err != nil {
		r.t.Fatal(err)
	}
	wb := web.New(web.Options{Address: readers.Address, Draw: readers.Wrong, Clock: r.Now})
	mux := http.NewServeMux()
	readers.Routes(mux, wb)
	door := wb.Door(mux)
	return func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		door.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w
	}
}

func TestLookIsInForceForReadersAtOnce(t *testing.T) {
	r := open(t)
	read := r.seen()
	r.Publish(r.Text("Fares Rise"))
	r.Settle()
	if page := read("/").Body.String(); strings.Contains(page, "/face/") || !strings.Contains(page, "The Narrows") {
		t.Fatalf("before: %s", page)
	}
	const at = "/newsroom/paper/look"
	r.changed(at, map[string]string{"tone-kick-light": "#e07a1f"}).says(t, http.StatusUnprocessableEntity, "too faint: it needs 4.5", "use tone-kick-light #", `value="#e07a1f"`)
	use := regexp.MustCompile(`value="(use tone-kick-light #[0-9a-f]{6})"`).FindStringSubmatch(r.changed(at, map[string]string{"tone-kick-light": "#e07a1f"}).body)
	r.changed(at, map[string]string{"tone-kick-light": "#e07a1f", "do": use[1], "reading": "old", "size": "22"}).says(t, http.StatusSeeOther)
	if p := r.settings(); len(p.Tokens.Tones) != 1 || p.Tokens.Size != 22 {
		t.Errorf("the tokens are %+v", p.Tokens)
	}
	r.changed("/newsroom/paper", map[string]string{"name": "The Post"}).says(t, http.StatusSeeOther)
	r.Settle()
	page := read("/").Body.String()
	sheet := regexp.MustCompile(`/face/[0-9a-f]+\.css`).FindString(page)
	if sheet == "" || !strings.Contains(page, "The Post") {
		t.Fatalf("after: %s", page)
	}
	if css := read(sheet).Body.String(); !strings.Contains(css, "--kick:light-dark("+strings.Fields(use[1])[2]+",") || !strings.Contains(css, "Palatino") {
		t.Errorf("the sheet is %s", css)
	}
	r.changed(at, map[string]string{"do": "own"}).says(t, http.StatusSeeOther)
	if p := r.settings(); p.Tokens.Sheet() != "" {
		t.Errorf("as Lede has it: %+v", p.Tokens)
	}
}

func TestTypefaceIsSetFromFiles(t *testing.T) {
	r := open(t)
	send := func(fields map[string]string, font string) answer {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		for name, value := range fields {
			w.WriteField(name, value)
		}
		if font != "" {
			f, _ := w.CreateFormFile("regular", "x.woff2")
			f.Write([]byte(font))
		}
		w.Close()
		req := httptest.NewRequest("POST", "/newsroom/paper/typeface", &b)
		req.Header.Set("Content-Type", w.FormDataContentType())
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		return r.do(req)
	}
	version := fmt.Sprint(r.settings().Version)
	send(map[string]string{"family": "Piazzolla", "version": version}, "").says(t, http.StatusUnprocessableEntity, "Choose at least the regular font", `value="Piazzolla"`)
	send(map[string]string{"family": "Piazzolla", "version": version}, "MZ no font").says(t, http.StatusUnprocessableEntity, "no WOFF2 font")
	send(map[string]string{"family": `x";}`, "version": version}, "wOF2font").says(t, http.StatusUnprocessableEntity, "letters, figures and spaces")
	send(map[string]string{"family": "Piazzolla", "version": version}, "wOF2font").says(t, http.StatusSeeOther)
	if f := r.settings().Face; f.Family != "Piazzolla" || len(f.Files) != 1 {
		t.Errorf("it is %+v", f)
	}
	send(map[string]string{"do": "none", "version": fmt.Sprint(r.settings().Version)}, "").says(t, http.StatusSeeOther)
	if f := r.settings().Face; f.Family != "" {
		t.Errorf("set back it is %+v", f)
	}
}

func TestOnlyPublishersChangeThePaper(t *testing.T) {
	r := open(t)
	r.be(staff.Editor)
	for _, path := range []string{"/newsroom/paper", "/newsroom/paper/look", "/newsroom/paper/menu", "/newsroom/paper/checklist", "/newsroom/mail", "/newsroom/pages", "/newsroom/redirects", "/newsroom/sections"} {
		got := r.page(path)
		got.says(t, 200)
		if strings.Contains(got.body, `href="/newsroom/backups"`) {
			t.Errorf("%s leads an editor to where they may not go", path)
		}
		if strings.Contains(got.body, "btn go") {
			t.Errorf("%s offers an editor to save", path)
		}
	}
	r.send("/newsroom/paper", url.Values{"name": {"Mine"}}).says(t, http.StatusForbidden)
}

func TestSectionsAreKeptInTheNewsroom(t *testing.T) {
	r := open(t)
	add := r.filled("/newsroom/sections", "/newsroom/sections")
	add.Set("name-en", "Town")
	add.Set("slug", "world")
	r.send("/newsroom/sections", add).says(t, http.StatusUnprocessableEntity, `value="Town"`, "stands for something else already")
	add.Set("slug", "town")
	add.Set("parent", fmt.Sprint(r.Harbor.ID))
	r.send("/newsroom/sections", add).says(t, http.StatusSeeOther)
	tree, _ := r.Sections.Tree(t.Context())
	var town section.Section
	for _, s := range tree {
		if s.Slug == "town" {
			town = s
		}
	}
	if town.Parent != r.Harbor.ID {
		t.Fatalf("it is %+v", town)
	}
	at := fmt.Sprintf("/newsroom/sections/%d", town.ID)
	stale := r.filled(at, at)
	r.changed(at, map[string]string{"name-en": "Our Town", "slug": "our-town", "parent": "0"}).says(t, http.StatusSeeOther)
	stale.Set("name-en", "My Town")
	r.send(at, stale).says(t, http.StatusConflict, "<q>Our Town</q>", "<q>My Town</q>", "Keep mine")
	r.page("/newsroom/redirects?q=town").says(t, 200, "<code>/town</code> leads to <code>/our-town</code>", "as something moved")
	r.send(fmt.Sprintf("/newsroom/sections/%d/place", r.Opinion.ID), url.Values{"version": {"1"}, "before": {fmt.Sprint(r.World.ID)}}).says(t, http.StatusSeeOther)
	r.send(at+"/removal", nil).says(t, http.StatusSeeOther)
	r.page(at).says(t, http.StatusNotFound)
	r.send(fmt.Sprintf("/newsroom/sections/%d/removal", r.Harbor.ID), nil).says(t, http.StatusUnprocessableEntity, "not empty")
}

func TestTopicsAreKeptInTheNewsroom(t *testing.T) {
	r := open(t)
	r.page("/newsroom/topics").says(t, 200, "No topics yet")
	for name, slug := range map[string]string{"Ana Souza": "ana-souza", "A. de Souza": "a-de-souza"} {
		form := r.filled("/newsroom/topics", "/newsroom/topics")
		if form.Get("slug") != "" {
			t.Fatalf("the empty form holds %v", form)
		}
		form = url.Values{"name-en": {name}, "slug": {slug}, "kind": {"person"}, "others": {name + " of the Bay\r\n\r\n"}}
		r.send("/newsroom/topics", form).says(t, http.StatusSeeOther)
	}
	r.send("/newsroom/topics", url.Values{"name-en": {""}, "slug": {"Bad Slug"}, "kind": {"person"}}).says(t, http.StatusUnprocessableEntity, "A topic needs a name", `value="Bad Slug"`)
	list, _, err := r.Sections.FindTopics(t.Context(), section.Search{Find: "souza", Limit: 9})
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	r.page("/newsroom/topics?q=SOUZA&kind=person").says(t, 200, "Ana Souza", "A. de Souza of the Bay")
	r.page("/newsroom/topics?q=nobody").says(t, 200, "None is called that")
	from, into := topicAt(list[0].ID), list[1].ID
	stale := r.filled(from, from)
	r.changed(from, map[string]string{"kind": "subject"}).says(t, http.StatusSeeOther)
	stale.Set("kind", "event")
	r.send(from, stale).says(t, http.StatusConflict, "<q>Subject</q>", "<q>Event</q>")
	r.send(from+"/merger", url.Values{}).says(t, http.StatusUnprocessableEntity, "Choose the topic")
	r.send(from+"/merger", url.Values{"into": {fmt.Sprint(into)}}).says(t, http.StatusSeeOther)
	r.page("/newsroom/redirects?q=souza").says(t, 200, "leads to <code>"+list[1].Path())
	r.send(topicAt(into)+"/removal", nil).says(t, http.StatusSeeOther)
	r.page(topicAt(into)).says(t, http.StatusNotFound)
}

func TestStandingPagesAreWrittenInMarkdown(t *testing.T) {
	r := open(t)
	read := r.seen()
	const fresh = "/newsroom/pages/new/en"
	r.page("/newsroom/pages").says(t, 200, "No standing pages yet", fresh)
	form := url.Values{"title": {"Contact"}, "slug": {"contact"}, "text": {"Call **us**.\r\n\r\n- by day\r\n- by night"}, "version": {"0"}, "do": {"preview"}}
	r.send(fresh, form).says(t, 200, "<strong>us</strong>", "by night", `value="contact"`)
	form.Del("do")
	form.Set("slug", "world")
	r.send(fresh, form).says(t, http.StatusUnprocessableEntity, "stands for something else", "Call **us**.")
	form.Set("slug", "contact")
	r.send(fresh, form).says(t, http.StatusSeeOther)
	r.Settle()
	if got := read("/contact"); got.Code != 200 || !strings.Contains(got.Body.String(), "<strong>us</strong>") {
		t.Errorf("readers get %d %s", got.Code, got.Body)
	}
	const at = "/newsroom/pages/contact/en"
	stale := r.filled(at, at)
	r.changed(at, map[string]string{"text": "Call **them**."}).says(t, http.StatusSeeOther)
	r.Settle()
	if got := read("/contact").Body.String(); !strings.Contains(got, "them") {
		t.Errorf("changed, readers get %s", got)
	}
	stale.Set("text", "Write to us.")
	r.send(at, stale).says(t, http.StatusConflict, "Mara Lindqvist changed this", "<del>", "<ins>", "Keep mine", "Write to us.")
	r.page(at+"/versions").says(t, 200, "Version 2", "Restore version 1", "Mara Lindqvist")
	r.send(at+"/restoration", url.Values{"n": {"1"}, "version": {"2"}}).says(t, http.StatusSeeOther)
	r.page(at).says(t, 200, "Call **us**.")
	r.page("/newsroom/pages/contact/ar").says(t, 200, `dir="rtl"`)
	r.send("/newsroom/pages/contact/ar", url.Values{"title": {"اتصل"}, "text": {"نص"}, "version": {"0"}}).says(t, http.StatusSeeOther)
	r.send(at+"/removal", url.Values{"version": {"1"}}).says(t, http.StatusConflict)
	r.send(at+"/removal", url.Values{"version": {"3"}}).says(t, http.StatusSeeOther)
}

func TestRedirectsAreMadeAndTakenAway(t *testing.T) {
	r := open(t)
	r.page("/newsroom/redirects").says(t, 200, "Nothing has moved yet")
	r.send("/newsroom/redirects", url.Values{"from": {"/world"}, "to": {"nowhere"}}).says(t, http.StatusUnprocessableEntity, `value="nowhere"`, "The new address is a path")
	r.send("/newsroom/redirects", url.Values{"from": {"/old"}, "to": {"/world"}}).says(t, http.StatusSeeOther)
	r.page("/newsroom/redirects?q=old").says(t, 200, "<code>/old</code> leads to <code>/world</code>", "by hand", "Remove")
	gone := r.send("/newsroom/redirects/removal", url.Values{"from": {"/old"}, "to": {"/world"}})
	gone.says(t, http.StatusSeeOther)
	r.page(gone.Header.Get("Location")).says(t, 200, "Undo", "leads nowhere now")
	r.send("/newsroom/redirects/removal", url.Values{"from": {"/old"}}).says(t, http.StatusNotFound)
	planted := strings.Replace(gone.Header.Get("Location"), "to=%2Fworld", "to=https%3A%2F%2Feve.example", 1)
	if got := r.page(planted); strings.Contains(got.body, "eve.example") || strings.Contains(got.body, "Undo") {
		t.Errorf("a link from elsewhere puts words there: %s", got.body)
	}
}

func TestMailIsSetWithoutShowingItsPassword(t *testing.T) {
	r := open(t)
	const at = "/newsroom/mail"
	r.page(at).says(t, 200, "No server is set")
	r.send(at+"/test", nil).says(t, http.StatusUnprocessableEntity, "No server is set")
	bad := r.changed(at, map[string]string{"mail-host": "127.0.0.1", "mail-port": "1", "mail-security": "none", "mail-user": "desk", "mail-password": "sesame", "mail-from": "desk"})
	bad.says(t, http.StatusUnprocessableEntity, "not sent over an open line", "The sender is written as")
	if strings.Contains(bad.body, "sesame") {
		t.Error("the password is sent back")
	}
	r.changed(at, map[string]string{"mail-host": "127.0.0.1", "mail-port": "1", "mail-security": "starttls", "mail-user": "desk", "mail-password": "sesame", "mail-from": "desk@paper.example"}).says(t, http.StatusSeeOther)
	r.changed(at, map[string]string{"mail-from": "news@paper.example"}).says(t, http.StatusSeeOther)
	s, err := r.settings().Mail.Settings(r.Secret)
	if err != nil || s.Password != "sesame" || s.From != "news@paper.example" {
		t.Errorf("it is %v %v", s, err)
	}
	if got := r.page(at); strings.Contains(got.body, "sesame") || strings.Contains(got.body, r.settings().Mail.Sealed) {
		t.Error("the page shows the password")
	}
	got := r.send(at+"/test", nil)
	got.says(t, http.StatusUnprocessableEntity, "did not take it", "connection refused")
	r.changed(at, map[string]string{"mail-forget": "yes", "mail-user": ""}).says(t, http.StatusSeeOther)
	if r.settings().Mail.Sealed != "" {
		t.Error("it is not forgotten")
	}
	r.changed(at, map[string]string{"mail-host": ""}).says(t, http.StatusSeeOther)
	if r.settings().Mail != (paper.Mail{}) {
		t.Errorf("emptied it is %+v", r.settings().Mail)
	}
}

func TestBackupsAreMadeOnDemand(t *testing.T) {
	r := open(t)
	r.page("/newsroom/backups").says(t, 200, "no folder for backups", "The paper is not backed up.")
	r.send("/newsroom/backups", nil).says(t, http.StatusUnprocessableEntity, "start it with lede serve --backups")
	dir := t.TempDir()
	if err := r.Nightly(dir); err != nil {
		t.Fatal(err)
	}
	r.page("/newsroom/backups").says(t, 200, "There is no backup yet.", dir)
	r.send("/newsroom/backups", nil).says(t, http.StatusSeeOther)
	r.page("/newsroom/backups").says(t, 200, "waiting its turn")
	r.Settle()
	r.page("/newsroom/backups").says(t, 200, "is made, read back and verified", ".tar")
	var work workView
	r.ask("GET", "/newsroom/backups", nil).read(t, &work)
	if work.Running || work.Failed {
		t.Errorf("it is %+v", work)
	}
	r.Pass(30 * 24 * time.Hour)
	r.be(staff.Auditor)
	if got := r.page("/newsroom/backups"); strings.Contains(got.body, "Back up now") || strings.Contains(got.body, "class=\"strip") {
		t.Errorf("an auditor gets %s", got.body)
	}
}

func TestAuditLogIsReadAndVerified(t *testing.T) {
	r := open(t)
	r.changed("/newsroom/paper", map[string]string{"motto": "All of it"})
	_, head, err := r.Audit.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r.page("/newsroom/audit").says(t, 200, head, "paper.set", "Mara Lindqvist", "motto")
	r.page("/newsroom/audit?who=7&act=paper.").says(t, 200, "Not only Mara Lindqvist")
	if got := r.page("/newsroom/audit?who=7"); strings.Contains(got.body, ">section.add</code>") {
		t.Error("it shows what others did")
	}
	r.page("/newsroom/audit?verify=yes").says(t, 200, "entries are as they were written")
	r.be(staff.Auditor)
	r.page("/newsroom/audit").says(t, 200, head)
	r.be(staff.Editor)
	r.page("/newsroom/audit").says(t, http.StatusForbidden)
	r.be(staff.Publisher)
	err = r.DB.Tx(t.Context(), func(ctx context.Context, q db.Q) error {
		_, err := q.ExecContext(ctx, `update audit set actor = 'Eve' where n = 2`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	r.page("/newsroom/audit?verify=yes").says(t, 200, "not as it was written: entry 2 was changed")
}

// TestNothingTypedInTheSettingsBecomesMarkup puts what would run, were it HTML, into every field, and looks at every page.
func TestNothingTypedInTheSettingsBecomesMarkup(t *testing.T) {
	r := open(t)
	hostile := []string{`"><script>canary()</script>`, `</textarea><script>canary()</script>`, `<img src=x onerror=canary()>`, `'-canary()-'`, `<svg/onload=canary()>`, `{{canary}}`,
		`[x](javascript:canary())`, `<iframe srcdoc="<script>canary()</script>">`}
	for i, h := range hostile {
		slug := fmt.Sprintf("s-%d", i)
		r.changed("/newsroom/paper", map[string]string{"name": h, "name-ar": h, "motto": h, "place": h, "place-ar": h, "plate": h})
		r.changed("/newsroom/paper", map[string]string{"name": h, "name-ar": h, "motto": h, "place": h, "place-ar": h})
		r.changed("/newsroom/paper/menu", map[string]string{"menu-0-name": h, "menu-0-to": "/world", "menu-0-ar": h, "footer-0-name": h, "footer-0-to": "/" + h})
		r.changed("/newsroom/mail", map[string]string{"mail-host": h, "mail-port": h, "mail-user": h, "mail-from": h})
		r.send("/newsroom/sections", url.Values{"name-en": {h}, "name-ar": {h}, "slug": {slug + "-section"}, "kind": {"news"}}).says(t, http.StatusSeeOther)
		r.send("/newsroom/sections", url.Values{"name-en": {h}, "slug": {h}, "kind": {h}}).says(t, http.StatusUnprocessableEntity)
		r.send("/newsroom/topics", url.Values{"name-en": {h}, "others": {h}, "slug": {slug}, "kind": {"person"}}).says(t, http.StatusSeeOther)
		r.send("/newsroom/redirects", url.Values{"from": {"/old/" + slug}, "to": {"/" + h}})
		r.send("/newsroom/pages/new/en", url.Values{"title": {h}, "slug": {slug + "-page"}, "text": {h + "\n\n" + h}, "version": {"0"}}).says(t, http.StatusSeeOther)
	}
	list, _, err := r.Sections.FindTopics(t.Context(), section.Search{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	pages := []string{"/newsroom/paper", "/newsroom/paper/menu", "/newsroom/mail", "/newsroom/sections", "/newsroom/topics", topicAt(list[0].ID) + "?q=canary", "/newsroom/redirects", "/newsroom/pages",
		"/newsroom/pages/s-0-page/en", "/newsroom/pages/s-6-page/en", "/newsroom/pages/s-2-page/en/versions", "/newsroom/paper/versions", "/newsroom/audit", "/newsroom/topics?q=%22%3E%3Cscript%3Ecanary()"}
	for v := range r.settings().Version {
		pages = append(pages, fmt.Sprintf("/newsroom/paper/versions/%d", v+1))
	}
	for _, page := range pages {
		body := r.page(page).body
		for _, live := range []string{"<script>canary", "<img src=x", "<svg/onload", "<iframe srcdoc", `href="javascript:`} {
			if at := strings.Index(body, live); at >= 0 {
				t.Errorf("%s holds %s: …%s…", page, live, body[max(0, at-80):at+60])
			}
		}
	}
}

func TestWhatOpensDoorsWantsAFreshProof(t *testing.T) {
	r := open(t)
	if err := r.Nightly(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	picture := r.pictured("ferry.png", 7)
	server := url.Values{"version": {"1"}, "mail-host": {"smtp.other.example"}, "mail-port": {"465"}, "mail-security": {"tls"}, "mail-from": {"desk@paper.example"}}
	name := r.filled("/newsroom/paper", "/newsroom/paper")
	name.Set("address", "http://example.com")
	r.changed("/newsroom/mail", map[string]string{"mail-host": "smtp.paper.example", "mail-port": "465", "mail-security": "tls", "mail-from": "desk@paper.example"}).says(t, http.StatusSeeOther)
	stood := r.settings()
	r.session.Proved = r.Now().Add(-time.Hour)
	for path, form := range map[string]url.Values{
		"/newsroom/mail": server, "/newsroom/paper": name, "/newsroom/backups": nil, fmt.Sprintf("/newsroom/pictures/%d/redaction", picture.ID): {"sure": {"1"}},
		"/newsroom/paper/versions/1/restoration": {"version": {fmt.Sprint(stood.Version)}},
	} {
		r.send(path, form).says(t, 200, "Who is it?")
	}
	if is := r.settings(); is.Version != stood.Version || !r.medium(picture.ID).Redacted.IsZero() {
		t.Errorf("something was done: %+v", is)
	}
	r.changed("/newsroom/paper", map[string]string{"motto": "All of it"}).says(t, http.StatusSeeOther)
}

func TestKeptPasswordGoesToNoOtherServer(t *testing.T) {
	r := open(t)
	const at = "/newsroom/mail"
	r.changed(at, map[string]string{"mail-host": "smtp.paper.example", "mail-port": "465", "mail-security": "tls", "mail-user": "desk", "mail-password": "sesame", "mail-from": "desk@paper.example"}).says(t, http.StatusSeeOther)
	r.changed(at, map[string]string{"mail-host": "eve.example"}).says(t, http.StatusUnprocessableEntity, "The password that is kept is for smtp.paper.example.", `value="eve.example"`)
	if s := r.settings().Mail; s.Host != "smtp.paper.example" {
		t.Errorf("the server is %s", s.Host)
	}
	r.changed(at, map[string]string{"mail-host": "smtp.other.example", "mail-password": "open"}).says(t, http.StatusSeeOther)
	r.changed(at, map[string]string{"mail-host": "smtp.third.example", "mail-forget": "yes"}).says(t, http.StatusSeeOther)
}

package site

import (
	"archive/zip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"lede/article"
	"lede/comment"
	"lede/ledetest"
)

// window is a browser on this machine that keeps cookies.
type window struct {
	*stand
	jar map[string]*http.Cookie
}

func (s *stand) window() *window { return &window{s, map[string]*http.Cookie{}} }

// do asks as that browser does; a form makes it a POST.
func (b *window) do(path string, form url.Values, more ...string) answer {
	b.t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil)
	if form != nil {
		r = httptest.NewRequest(http.MethodPost, "http://localhost"+path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i+1 < len(more); i += 2 {
		r.Header.Set(more[i], more[i+1])
	}
	for _, c := range b.jar {
		if strings.HasPrefix(r.URL.Path, c.Path) {
			r.AddCookie(c)
		}
	}
	w := httptest.NewRecorder()
	b.door.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if b.jar[c.Name] = c; c.MaxAge < 0 {
			delete(b.jar, c.Name)
		}
	}
	return answer{w.Code, w.Header(), w.Body.String()}
}

// goes wants a form to lead to an address.
func (b *window) goes(path, to string, form ...string) {
	b.t.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(form); i += 2 {
		values.Set(form[i], form[i+1])
	}
	got := b.do(path, values)
	if got.status != http.StatusSeeOther || got.header.Get("Location") != to {
		b.t.Fatalf("POST %s: %d to %q, wanted %q: %s", path, got.status, got.header.Get("Location"), to, got.body)
	}
	b.Settle()
}

var anyLink = regexp.MustCompile(`http://localhost(/reader/\S+)`)

// mailed is the first link in the last letter to an address.
func (b *window) mailed(box *ledetest.Mailbox, to string) string {
	b.t.Helper()
	b.Settle()
	mails := box.To(to)
	if len(mails) == 0 {
		b.t.Fatalf("%s got no mail", to)
	}
	found := anyLink.FindStringSubmatch(mails[len(mails)-1])
	if found == nil {
		b.t.Fatalf("no link in %q", mails[len(mails)-1])
	}
	return found[1]
}

// enters signs in by mail.
func (b *window) enters(box *ledetest.Mailbox, mail string) {
	b.t.Helper()
	b.goes("/reader/link", "/reader/sent", "for", "sign-in", "mail", mail)
	b.goes(b.mailed(box, mail), "/reader")
}

func talking(t *testing.T) (*stand, article.Article, *ledetest.Mailbox) {
	s, a := written(t, comment.ShowAll)
	return s, a, s.Mailbox()
}

func TestAReaderSignsInByMailChoosesANameAndFindsTheirComments(t *testing.T) {
	s, a, box := talking(t)
	b := s.window()
	if got := b.do("/reader", nil); got.status != 200 || !strings.Contains(got.body, `name="mail"`) || got.header.Get("Cache-Control") != "no-store" || len(b.jar) != 0 {
		t.Fatalf("a stranger sees %d, %s, with %d cookies", got.status, got.header, len(b.jar))
	}
	if got := b.do("/reader/link", url.Values{"for": {"sign-in"}, "mail": {"nora"}}); got.status != 422 || !strings.Contains(got.body, "This is no e-mail address.") || !strings.Contains(got.body, `value="nora"`) {
		t.Errorf("what is no address: %d", got.status)
	}
	b.goes("/reader/link", "/reader/sent", "for", "sign-in", "mail", "nora@example.org")
	link := b.mailed(box, "nora@example.org")
	if got := s.window().do(link, nil); got.status != 404 || !strings.Contains(got.body, "does not serve here") {
		t.Errorf("in another browser the link gives %d", got.status)
	}
	if got := b.do(link, nil); got.status != 200 || !strings.Contains(got.body, "nora@example.org") {
		t.Errorf("the link shows %d: %s", got.status, got.body)
	}
	b.goes(link, "/reader")
	if got := b.do(link, url.Values{}); got.status != 404 {
		t.Errorf("the link serves twice: %d", got.status)
	}
	if got := b.do("/reader/name", url.Values{"name": {"Inês Calloway"}, "version": {"1"}}); got.status != 200 && got.status != 303 && got.status != 422 {
		t.Errorf("a name: %d", got.status)
	}
	if got := b.do("/reader/name", url.Values{"name": {"THE NARROWS"}, "version": {"1"}}); got.status != 422 || !strings.Contains(got.body, "kept for the paper") {
		t.Errorf("the paper's own name: %d", got.status)
	}
	me := b.do("/reader", nil).body
	version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(me)[1]
	b.goes("/reader/name", "/reader?done=name", "name", "Nora B.", "version", version)
	if got := b.do("/comment", saying(a, "As an account.", "Somebody else", "follow", "on")); got.status != 303 {
		t.Fatalf("an account posts: %d %s", got.status, got.body)
	}
	if got := b.do("/reader", nil).body; !strings.Contains(got, "As an account.") || !strings.Contains(got, a.Path) {
		t.Errorf("the account does not list its comment")
	}
	all, err := s.Comments.Queue(t.Context(), comment.Filter{})
	if err != nil || len(all) != 1 || all[0].Name != "Nora B." || all[0].Reader == 0 {
		t.Errorf("it was kept as %+v, %v", all, err)
	}
	if got := b.do("/reader", nil).body; !strings.Contains(got, "followed since") {
		t.Errorf("an account that ticked the box does not follow at once")
	}
	b.goes("/reader/sign-out", "/reader")
	if got := b.do("/reader", nil).body; strings.Contains(got, "Nora") {
		t.Errorf("signed out, the name is still there")
	}
}

func TestNobodySignsInOverTheOpenNetOrWhereThereAreNoAccounts(t *testing.T) {
	s, _, box := talking(t)
	if got := s.send("/reader/link", url.Values{"for": {"sign-in"}, "mail": {"nora@example.org"}}); got.status != 403 || got.header.Get("Set-Cookie") != "" {
		t.Errorf("over the open net: %d", got.status)
	}
	b := s.window()
	b.enters(box, "nora@example.org")
	s.rules(func(r *comment.Rules) { r.Accounts = false })
	if got := b.do("/reader", nil); !strings.Contains(got.body, "no accounts") {
		t.Errorf("a session serves where the paper has no accounts")
	}
	if got := b.do("/reader/link", url.Values{"for": {"sign-in"}, "mail": {"nora@example.org"}}); got.status != 403 {
		t.Errorf("an account where there are none: %d", got.status)
	}
	if got := b.do("/reader/sign-out", url.Values{}, "Sec-Fetch-Site", "cross-site"); got.status != 403 {
		t.Errorf("another site signs a reader out: %d", got.status)
	}
	for _, path := range []string{"/reader/name", "/reader/export", "/reader/follow", "/reader/deletion", "/reader/data/export", "/reader/data/erasure", "/comment/data/erasure"} {
		if got := s.window().do(path, url.Values{"what": {"all"}, "sure": {"yes"}}); got.status != 404 {
			t.Errorf("a stranger at %s: %d", path, got.status)
		}
	}
}

// unzipped are the files of an export.
func unzipped(t *testing.T, a answer) map[string]string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(a.body), int64(len(a.body)))
	if err != nil {
		t.Fatalf("%d is no ZIP: %v", a.status, err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(r)
		files[f.Name] = string(text)
	}
	return files
}

func TestAGuestTakesAlongAndErasesWhatIsKeptOfAnAddress(t *testing.T) {
	s, a, box := talking(t)
	if got := s.window().do("/comment", saying(a, "I was a guest.", "Guest", "mail", "guest@example.org")); got.status != 303 {
		t.Fatalf("%d", got.status)
	}
	if got := s.window().do("/comment", saying(a, "Somebody else.", "Other", "mail", "other@example.org")); got.status != 303 {
		t.Fatalf("%d", got.status)
	}
	b := s.window()
	b.goes("/reader/link", "/reader/sent", "for", "data", "mail", "Guest@example.org")
	b.goes(b.mailed(box, "guest@example.org"), "/reader/data")
	if got := b.do("/reader/data", nil); got.status != 200 || !strings.Contains(got.body, "<dd>1") {
		t.Fatalf("the page of what is kept: %d %s", got.status, got.body)
	}
	files := unzipped(t, b.do("/reader/data/export", url.Values{}))
	for _, name := range []string{"data.json", "data.txt"} {
		if !strings.Contains(files[name], "I was a guest.") || !strings.Contains(files[name], "guest@example.org") || strings.Contains(files[name], "Somebody else") {
			t.Errorf("%s says %q", name, files[name])
		}
	}
	b.goes("/reader/data/erasure", "/reader/data")
	b.goes("/reader/data/erasure", "/reader/data?done=erased", "sure", "yes")
	if got := b.do("/reader/data?done=erased", nil); got.status != 200 || !strings.Contains(got.body, "All of it is erased") {
		t.Errorf("afterwards: %d", got.status)
	}
	all, err := s.Comments.Queue(t.Context(), comment.Filter{})
	if err != nil || len(all) != 1 || all[0].Name != "Other" {
		t.Errorf("left is %+v, %v", all, err)
	}
}

func TestABrowserTakesAlongAndErasesWhatWasWrittenInIt(t *testing.T) {
	s, a, _ := talking(t)
	b := s.window()
	if got := b.do("/comment", saying(a, "Only a cookie knows me.", "Guest")); got.status != 303 {
		t.Fatalf("%d", got.status)
	}
	if got := unzipped(t, b.do("/comment/data/export", url.Values{})); !strings.Contains(got["data.txt"], "Only a cookie") {
		t.Errorf("the export says %q", got["data.txt"])
	}
	b.goes("/comment/data/erasure", "/comment/data?done=erased", "sure", "yes")
	if all, err := s.Comments.Queue(t.Context(), comment.Filter{}); err != nil || len(all) != 0 {
		t.Errorf("left is %+v, %v", all, err)
	}
}

func TestAnAccountGoesWithItsWordsOrWithoutThem(t *testing.T) {
	for what, left := range map[string]int{"account": 1, "all": 0} {
		t.Run(what, func(t *testing.T) {
			s, a, box := talking(t)
			b := s.window()
			b.enters(box, "nora@example.org")
			if got := b.do("/comment", saying(a, "As an account.", "Nora")); got.status != 303 {
				t.Fatalf("%d", got.status)
			}
			b.goes("/reader/deletion", "/reader/deletion", "what", "nothing")
			b.goes("/reader/deletion", "/reader/deletion?done=gone", "what", what)
			if got := b.do("/reader/deletion?done=gone", nil); got.status != 200 {
				t.Errorf("afterwards: %d", got.status)
			}
			if all, err := s.Comments.Queue(t.Context(), comment.Filter{}); err != nil || len(all) != left {
				t.Errorf("%d comments are left, %v", len(all), err)
			}
			if _, err := s.Readers.ByMail(t.Context(), "nora@example.org"); err == nil {
				t.Error("the account is still there")
			}
		})
	}
}

func TestMailAboutRepliesBeginsAndEndsByAPost(t *testing.T) {
	s, a, box := talking(t)
	b := s.window()
	got := b.do("/comment", saying(a, "Tell me.", "Guest", "follow", "on"))
	if got.status != 422 || !strings.Contains(got.body, "replies shall be mailed") || !strings.Contains(got.body, `name="follow" checked`) {
		t.Fatalf("without an address: %d", got.status)
	}
	if got := b.do("/comment", saying(a, "Tell me.", "Guest", "follow", "on", "mail", "guest@example.org")); got.status != 303 {
		t.Fatalf("%d", got.status)
	}
	yes := b.mailed(box, "guest@example.org")
	if got := b.do(yes, nil); got.status != 200 || !strings.Contains(got.body, "Yes, tell me") {
		t.Fatalf("the question: %d %s", got.status, got.body)
	}
	b.goes(yes, yes+"?done=yes")
	all, err := s.Comments.Queue(t.Context(), comment.Filter{})
	s.must(err)
	reply := saying(a, "An answer.", "Ada")
	reply.Set("parent", commentPath(all[0].ID)[len("/comment/"):])
	if got := s.window().do("/comment", reply); got.status != 303 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	end := b.mailed(box, "guest@example.org")
	if got := b.do(end, nil); got.status != 200 || !strings.Contains(got.body, "No more about this comment") {
		t.Fatalf("the end: %d", got.status)
	}
	if got := s.window().do(end, url.Values{"List-Unsubscribe": {"One-Click"}}, "Sec-Fetch-Site", ""); got.status != 200 || got.body != "" {
		t.Errorf("a mail program ends it: %d %q", got.status, got.body)
	}
	if got := b.do(end, nil); got.status != 404 {
		t.Errorf("after the end its page is %d", got.status)
	}
	if got := b.do(end[:len(end)-1], url.Values{}); got.status != 404 {
		t.Errorf("a forged key: %d", got.status)
	}
	if p := LoggedPath(end); strings.Contains(p, end[len(end)-8:]) {
		t.Errorf("the log shows the key: %s", p)
	}
}

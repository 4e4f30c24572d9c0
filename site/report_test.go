package site

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"lede/comment"
)

// commented is a comment that stands under an article, and the owner's cookie of whoever wrote it.
func commented(t *testing.T) (*stand, comment.Comment, string) {
	t.Helper()
	s, a := written(t, comment.ShowAll)
	owner := comment.NewOwner()
	c, err := s.Comments.Post(t.Context(), comment.Draft{Article: a.ID, Name: "Harold P.", Text: "He is a <b>thief</b>."}, comment.Hand{Owner: owner, Addr: netip.MustParseAddr("203.0.113.7")}, s.Now())
	s.must(err)
	s.Settle()
	return s, c, plainOwner + "=" + owner
}

func TestAReaderReportsACommentWithoutJavaScript(t *testing.T) {
	s, c, _ := commented(t)
	at := commentPath(c.ID) + "/report"
	page := s.read(at)
	for _, says := range []string{"<h1>Report a comment</h1>", "He is a &lt;b&gt;thief&lt;/b&gt;.", "Harold P.", "Ferry late again", "Is against the law", "Something else", "state in good faith"} {
		if !strings.Contains(page, says) {
			t.Errorf("the form lacks %q", says)
		}
	}
	bad := s.send(at, url.Values{"text": {"A <i>long</i> story"}, "mail": {"ana"}})
	if bad.status != http.StatusUnprocessableEntity || bad.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d, %q", bad.status, bad.header.Get("Cache-Control"))
	}
	for _, says := range []string{"Please say what is wrong with the comment.", `id="reason-bad"`, "A &lt;i&gt;long&lt;/i&gt; story</textarea>", `value="ana"`, "This is no e-mail address"} {
		if !strings.Contains(bad.body, says) {
			t.Errorf("what is to be mended: the page lacks %q", says)
		}
	}
	if strings.Count(bad.body, " autofocus") != 1 {
		t.Error("not one field takes the focus")
	}
	good := s.send(at, url.Values{"reason": {"unlawful"}, "text": {"Libel."}, "name": {"Ana"}, "mail": {"ana@example.org"}})
	if good.status != http.StatusSeeOther {
		t.Fatalf("%d %s", good.status, good.body)
	}
	open, err := s.Comments.OpenNotices(t.Context())
	s.must(err)
	if len(open) != 1 || open[0].Reason != "unlawful" || open[0].Text != "Libel." || open[0].Name != "Ana" || open[0].Lang != "en" {
		t.Fatalf("kept %+v", open)
	}
	s.shows(good.header.Get("Location"), "Thank you for your report")
	s.shows(good.header.Get("Location"), open[0].Number())
	if good.header.Get("Set-Cookie") != "" {
		t.Error("who reports gets a cookie")
	}
}

func TestWhatIsNotShownCannotBeReported(t *testing.T) {
	s, c, _ := commented(t)
	_, err := s.Comments.Judge(t.Context(), c.ID, c.Version, comment.Verdict{To: comment.Removed, Why: "insults"}, s.Now())
	s.must(err)
	at := commentPath(c.ID) + "/report"
	if a := s.get(at); a.status != http.StatusNotFound || strings.Contains(a.body, "thief") {
		t.Errorf("the form: %d", a.status)
	}
	if a := s.send(at, url.Values{"reason": {"insults"}}); a.status != http.StatusNotFound {
		t.Errorf("the report: %d", a.status)
	}
	if a := s.send(at, url.Values{"reason": {"insults"}}, "Sec-Fetch-Site", "cross-site"); a.status != http.StatusForbidden {
		t.Errorf("from another site: %d", a.status)
	}
}

func TestAWriterReadsWhyAndAppeals(t *testing.T) {
	s, c, cookie := commented(t)
	at := commentPath(c.ID) + "/appeal"
	if a := s.get(at, "Cookie", cookie); a.status != http.StatusNotFound {
		t.Errorf("nothing was decided, yet there is a page: %d", a.status)
	}
	_, err := s.Comments.Judge(t.Context(), c.ID, c.Version, comment.Verdict{To: comment.Removed, Why: "accuses", Note: "No <names>."}, s.Now())
	s.must(err)
	if a := s.get(at); a.status != http.StatusNotFound || strings.Contains(a.body, "thief") {
		t.Errorf("a stranger reads it: %d", a.status)
	}
	page := s.get(at, "Cookie", cookie)
	for _, says := range []string{"<h1>Why your comment is not shown</h1>", "He is a &lt;b&gt;thief", "The ground is the rules of the paper: it accuses a named person.", "No &lt;names&gt;.", "A moderator decided this, no program.", "You can appeal once until", "Send appeal"} {
		if !strings.Contains(page.body, says) {
			t.Errorf("the page lacks %q", says)
		}
	}
	if page.header.Get("Cache-Control") != "no-store" {
		t.Error("it may be kept")
	}
	if a := s.send(at, url.Values{"text": {" "}}, "Cookie", cookie); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Please say why the decision is wrong.") {
		t.Errorf("empty: %d", a.status)
	}
	if a := s.send(at, url.Values{"text": {"It is a quotation."}}, "Cookie", cookie); a.status != http.StatusSeeOther {
		t.Fatalf("%d", a.status)
	}
	if a := s.get(at, "Cookie", cookie); !strings.Contains(a.body, "Your appeal waits for a moderator.") || strings.Contains(a.body, "<textarea") {
		t.Error("that it was appealed is not told")
	}
	if a := s.send(at, url.Values{"text": {"x"}}); a.status != http.StatusNotFound {
		t.Errorf("a stranger appeals: %d", a.status)
	}
}

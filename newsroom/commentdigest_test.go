package newsroom

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"lede/comment"
)

// slip is the link of a digest about one held comment.
func (r *room) slip() (link string, c comment.Comment) {
	r.t.Helper()
	box := r.Mailbox()
	rules := r.commentRules()
	rules.Digest = comment.Digest{To: []string{"ana@example.org"}, At: "12:00"}
	if err := r.Comments.SetRules(r.t.Context(), rules, r.Now()); err != nil {
		r.t.Fatal(err)
	}
	on := r.Publish(r.Text("Ferry late again"))
	r.Pass(time.Minute)
	c, err := r.Comments.Post(r.t.Context(), comment.Draft{Article: on.ID, Name: "Harold <P.>", Text: "A <b>bold</b> word."}, comment.Hand{Owner: "harold"}, r.Now())
	if err == nil {
		err = r.Comments.SendDigest(r.t.Context(), r.Now())
	}
	if err != nil {
		r.t.Fatal(err)
	}
	r.Settle()
	_, link, _ = strings.Cut(box.To("ana@example.org")[0], comment.DigestPath)
	link, _, _ = strings.Cut(link, "\n")
	return comment.DigestPath + link, c
}

func TestWhoeverGotTheDigestDecidesWithoutSigningIn(t *testing.T) {
	r := open(t)
	link, c := r.slip()
	r.be()
	before := r.rows()
	page := r.page(link)
	for _, says := range []string{"A &lt;b&gt;bold&lt;/b&gt; word.", "Harold &lt;P.&gt;", "First comment under this name.", "accuses a named person", `value="shown">Show`} {
		if !strings.Contains(page.body, says) {
			t.Errorf("the page lacks %q", says)
		}
	}
	if !slices.Equal(before, r.rows()) {
		t.Error("to look at it changed something: a mail program would do that")
	}
	if a := r.send(link, url.Values{"do": {"refused"}}); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Say why") {
		t.Errorf("refused without a reason: %d", a.StatusCode)
	}
	if a := r.send(link, url.Values{"do": {"removed"}}); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("something else: %d", a.StatusCode)
	}
	if a := r.send(link, url.Values{"do": {"refused"}, "why": {"insults"}}); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "It is refused. Recorded as decided by the mail digest to ana@example.org.") {
		t.Errorf("%d", a.StatusCode)
	}
	if got := r.stateOf(c); got.State != comment.Refused || got.Why != "insults" {
		t.Errorf("it is %s", got.State)
	}
	if a := r.send(link, url.Values{"do": {"shown"}}); a.StatusCode != http.StatusConflict || r.stateOf(c).State != comment.Refused || !strings.Contains(a.body, "it is refused now") {
		t.Errorf("used twice: %d", a.StatusCode)
	}
	if a := r.page(comment.DigestPath + "forged"); a.StatusCode != http.StatusNotFound || !strings.Contains(a.body, "This link serves no longer.") {
		t.Errorf("a forged link: %d", a.StatusCode)
	}
}

func TestLinksOfTheDigestAreNotLogged(t *testing.T) {
	if got := Logged(comment.DigestPath + "secret"); got != comment.DigestPath+"…" {
		t.Errorf("logged as %s", got)
	}
}

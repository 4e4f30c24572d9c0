package newsroom

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lede/comment"
	"lede/staff"
)

// reported is a comment that is shown and was reported.
func (r *room) reported() comment.Comment {
	r.t.Helper()
	on := r.Publish(r.Text("Ferry late again"))
	c, err := r.Comments.Post(r.t.Context(), comment.Draft{Article: on.ID, Name: "Harold <P.>", Text: "He is a <b>thief</b>."}, comment.Hand{Owner: "harold"}, r.Now())
	if err == nil {
		c, err = r.Comments.Judge(r.t.Context(), c.ID, c.Version, comment.Verdict{To: comment.Shown}, r.Now())
	}
	if err == nil {
		_, err = r.Comments.Report(r.t.Context(), comment.Report{Comment: c.ID, Reason: "unlawful", Text: "=Libel <i>.", Name: "Ana", Mail: "ana@example.org", Lang: "en"}, comment.Hand{Owner: "ana"}, r.Now())
	}
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

func (r *room) stateOf(c comment.Comment) comment.Comment {
	r.t.Helper()
	c, err := r.Comments.Get(r.t.Context(), c.ID)
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

func TestModeratorDecidesWhatReadersReport(t *testing.T) {
	r := open(t)
	c := r.reported()
	r.be(staff.Moderator)
	page := r.page(noticesPath).body
	for _, says := range []string{"He is a &lt;b&gt;thief&lt;/b&gt;.", "Harold &lt;P.&gt;", "is against the law", "=Libel &lt;i&gt;.", "Ana &lt;ana@example.org&gt;", `value="unlawful" checked`, "Ferry late again"} {
		if !strings.Contains(page, says) {
			t.Errorf("the page lacks %q", says)
		}
	}
	form := url.Values{"comment": {numeral(c.ID)}, "version": {numeral(c.Version)}, "do": {"remove"}}
	if a := r.send(noticesPath+"/decision", form); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Say why: choose one of the reasons.") {
		t.Errorf("removed without a reason: %d", a.StatusCode)
	}
	form.Set("why", "unlawful")
	a := r.send(noticesPath+"/decision", form)
	if a.StatusCode != http.StatusSeeOther || r.stateOf(c).State != comment.Removed || r.stateOf(c).Reports != 0 {
		t.Fatalf("%d: %+v", a.StatusCode, r.stateOf(c))
	}
	if page := r.page(a.Header.Get("Location")).body; !strings.Contains(page, "The comment is removed; its writer") || !strings.Contains(page, "No report and no appeal waits.") {
		t.Error("it is not told")
	}
	if a := r.send(noticesPath+"/decision", form); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "Somebody was first") {
		t.Errorf("decided twice: %d", a.StatusCode)
	}
	if page := r.page(noticesPath + "?comment=" + numeral(c.ID)).body; !strings.Contains(page, "upheld Tue 17 Jun 2025") {
		t.Error("what was decided is not shown beside the comment")
	}
}

func TestAReportIsDismissedByKeepingTheComment(t *testing.T) {
	r := open(t)
	c := r.reported()
	if a := r.send(noticesPath+"/decision", url.Values{"comment": {numeral(c.ID)}, "version": {numeral(c.Version)}, "do": {"keep"}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d", a.StatusCode)
	}
	if got := r.stateOf(c); got.State != comment.Shown || got.Reports != 0 {
		t.Errorf("%+v", got)
	}
}

func TestAppealIsDecidedOnItsPage(t *testing.T) {
	r := open(t)
	c := r.reported()
	if _, err := r.Comments.Judge(t.Context(), c.ID, c.Version, comment.Verdict{To: comment.Removed, Why: "insults"}, r.Now()); err != nil {
		t.Fatal(err)
	}
	a, err := r.Comments.Appeal(t.Context(), comment.Plea{Comment: c.ID, Text: "It is a <quotation>."}, comment.Hand{Owner: "harold"}, r.Now())
	if err != nil {
		t.Fatal(err)
	}
	r.be(staff.Moderator)
	if page := r.page(noticesPath).body; !strings.Contains(page, "It is a &lt;quotation&gt;.") || !strings.Contains(page, "removed: it insults or threatens") || !strings.Contains(page, "Show it again") {
		t.Error("the appeal is not shown")
	}
	if a := r.send(noticesPath+"/appeal", url.Values{"appeal": {numeral(a.ID)}, "do": {"uphold"}}); a.StatusCode != http.StatusSeeOther || r.stateOf(c).State != comment.Shown {
		t.Fatalf("%d: %s", a.StatusCode, r.stateOf(c).State)
	}
	if a := r.send(noticesPath+"/appeal", url.Values{"appeal": {numeral(a.ID)}, "do": {"dismiss"}}); a.StatusCode != http.StatusConflict {
		t.Errorf("decided twice: %d", a.StatusCode)
	}
}

func TestFiguresOfModerationByMonth(t *testing.T) {
	r := open(t)
	c := r.reported()
	r.send(noticesPath+"/decision", url.Values{"comment": {numeral(c.ID)}, "version": {numeral(c.Version)}, "do": {"remove"}, "why": {"unlawful"}})
	if page := r.page(figuresPath); page.StatusCode != http.StatusOK || !strings.Contains(page.body, `<th scope="row">2025-06</th>`) {
		t.Errorf("%d", page.StatusCode)
	}
	file := r.page(figuresPath + ".csv")
	rows, err := csv.NewReader(strings.NewReader(file.body)).ReadAll()
	if err != nil || len(rows) != 13 || !strings.HasPrefix(file.Header.Get("Content-Type"), "text/csv") {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if got, want := strings.Join(rows[1], ","), "2025-06,1,1,1,1,1,0,,1,0,0,0,0"; got != want {
		t.Errorf("this month is %s, want %s", got, want)
	}
}

package newsroom

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"lede/article"
	"lede/internal/audit"
	"lede/internal/doc"
	"lede/internal/fault"
	"lede/staff"
)

func (r *room) panel(a article.Article, what string) string {
	return fmt.Sprintf("/newsroom/article/%d/%s", a.ID, what)
}

// panelForm is what the panel of the article's version sends, with more.
func panelForm(version int64, more ...string) url.Values {
	f := url.Values{"version": {strconv.FormatInt(version, 10)}}
	for i := 0; i < len(more); i += 2 {
		f.Add(more[i], more[i+1])
	}
	return f
}

func TestPanelSpeaksOfTypingOnlyWhenSomethingWasTyped(t *testing.T) {
	r := open(t)
	a := r.Write(r.Text("Budget"))
	r.Pass(time.Minute)
	if got := r.page(r.panel(a, "publish")); strings.Contains(got.body, "Something was typed") {
		t.Error("nobody typed, and the panel says so all the same")
	}
	if got := r.ask("PUT", r.panel(a, "text/headline"), map[string]any{"tab": "abcdefgh", "base": 1, "value": map[string]string{"headline": "Budget passed"}}); got.StatusCode != 200 {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	if got := r.page(r.panel(a, "publish")); !strings.Contains(got.body, "Something was typed") {
		t.Error("the panel does not say that something was typed")
	}
}

func TestPanelSaysWhatStopsAndWhere(t *testing.T) {
	r := open(t)
	text := r.Text("Budget")
	text.Body = doc.New(doc.P("It costs TK million."))
	a := r.Write(text)
	r.wants(r.page(r.panel(a, "publish")), 200, "One place is still marked TK.", `href="/newsroom/article/`+strconv.FormatInt(a.ID, 10)+"#"+text.Body.Blocks[0].ID+`"`,
		"1 thing stops it.", `aria-disabled="true"`, "/2025/06/budget", "frozen when it is first published", "It is 12:00 in New York.")
	r.wants(r.send(r.panel(a, "publication"), panelForm(1, "when", "now")), 422, "Nothing was done: 1 thing stops it.")
	if got := r.Article(a.ID).Stage; got != article.Draft {
		t.Errorf("it is %s", got)
	}
}

func TestEditorPublishesUnderTheirName(t *testing.T) {
	r := open(t)
	r.be(staff.Editor)
	a := r.Write(r.Text("Boats"))
	got := r.send(r.panel(a, "publication"), panelForm(1, "when", "now"))
	if to := got.Header.Get("Location"); got.StatusCode != 303 || to != r.panel(a, "publish?done=published") {
		t.Fatalf("%d to %q: %s", got.StatusCode, to, got.body)
	}
	r.wants(r.page(r.panel(a, "publish?done=published")), 200, "Published 12:00.", "Change what is published", "Withdraw…")
	entries, err := r.Audit.List(t.Context(), audit.Filter{Act: "article.publish"})
	if err != nil || len(entries) != 1 || entries[0].Who.Name != "Mara Lindqvist" || !strings.Contains(entries[0].Detail, "passed over: picture") {
		t.Errorf("the log says %+v, %v", entries, err)
	}
}

func TestPanelKnowsTheClock(t *testing.T) {
	r := open(t)
	a := r.Write(r.Text("Clock"))
	at := func(day, clock string, more ...string) url.Values {
		return panelForm(1, append([]string{"when", "at", "day", day, "time", clock}, more...)...)
	}
	for _, c := range []struct {
		form url.Values
		says string
	}{
		{at("2026-03-08", "02:30"), "02:30 does not exist that night: clocks go from 02:00 to 03:00. Take 01:59 or 03:00."},
		{at("2025-11-02", "01:30"), "01:30 comes twice that night: clocks are put back. Say which one you mean."},
		{at("2025-06-17", "11:59"), "This time is over. It is 12:00 now."},
		{at("", ""), "Say on which day and at what time."},
		{at("tomorrow", "7"), "A day and a time are written as"},
	} {
		r.wants(r.send(r.panel(a, "publication"), c.form), 422, c.says, `value="`+c.form.Get("day")+`"`)
	}
	if got := r.send(r.panel(a, "publication"), at("2025-11-02", "01:30", "which", "second")); got.StatusCode != 303 {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	if got := r.Article(a.ID); got.Published.UTC().Format(time.RFC3339) != "2025-11-02T06:30:00Z" || !got.Wall.Publication.Second {
		t.Errorf("it is for %v, %+v", got.Published, got.Wall)
	}
	r.wants(r.page(r.panel(a, "publish")), 200, "It goes out at 01:30 EST on Sunday 2 November 2025.", "Take it off the schedule")
	r.send(r.panel(a, "unscheduling"), panelForm(2))
	if got := r.Article(a.ID).Stage; got != article.Ready {
		t.Errorf("off the schedule it is %s", got)
	}
}

func TestFormOfAnOlderVersionDoesNothing(t *testing.T) {
	r := open(t)
	a := r.Write(r.Text("Old form"))
	must(t, r.Articles.Save(t.Context(), a.ID, 1, r.Text("New headline"), 7, r.Now()))
	for _, what := range []string{"publication", "embargo", "unscheduling", "amendment"} {
		r.wants(r.send(r.panel(a, what), panelForm(1, "when", "now")), 409, "changed this at 12:00:00, while you looked", "New headline", `name="version" value="2"`)
	}
	if got := r.Article(a.ID); got.Stage != article.Draft || got.Version != 2 {
		t.Errorf("it is %s in version %d", got.Stage, got.Version)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestEmbargoFromThePanel(t *testing.T) {
	r := open(t)
	a := r.Write(r.Text("Later"))
	if got := r.send(r.panel(a, "publication"), panelForm(1, "when", "embargo", "day", "2025-06-18", "time", "09:00")); got.StatusCode != 303 {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	r.wants(r.page(r.panel(a, "publish")), 200, "Under embargo until 09:00 on Wednesday 18 June 2025.", "Lift the embargo")
	r.wants(r.send(r.panel(a, "publication"), panelForm(2, "when", "now")), 422, "It is under embargo until 09:00 on Wednesday 18 June 2025: publish it then, or lift the embargo.")
	r.send(r.panel(a, "embargo"), panelForm(2))
	if got := r.send(r.panel(a, "publication"), panelForm(3, "when", "embargo", "day", "2025-06-18", "time", "10:00", "then", "yes")); got.StatusCode != 303 {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	if got := r.Article(a.ID); got.Stage != article.Scheduled || !got.Published.Equal(got.Embargo) {
		t.Errorf("it is %s for %v, embargo %v", got.Stage, got.Published, got.Embargo)
	}
}

func TestCorrectionFromThePanel(t *testing.T) {
	r := open(t)
	a := r.Publish(r.Text("Lanes"))
	changed := a.Text
	changed.Body = changed.Body.Replace("second", "third")
	must(t, r.Articles.Save(t.Context(), a.ID, 2, changed, 7, r.Now()))
	r.wants(r.page(r.panel(a, "publish")), 200, "Written since readers have it", "<del>second</del>", "<ins>third</ins>")
	r.wants(r.send(r.panel(a, "amendment"), panelForm(3, "kind", "correction")), 422, "Tell readers in a sentence what changed, and why.", `value="correction" checked`)
	if got := r.send(r.panel(a, "amendment"), panelForm(3, "kind", "correction", "note", "It was the third.")); got.StatusCode != 303 {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	r.wants(r.page(r.panel(a, "publish")), 200, "Takes the place of", "correction: It was the third.")
	if got := r.send(r.panel(a, "amendment"), panelForm(4, "kind", "correction", "note", "The fourth.", "supersedes", "4")); got.StatusCode != 303 {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	changes, _ := r.Articles.Changes(t.Context(), r.Now(), a.ID)
	if list := changes[a.ID]; len(list) != 2 || list[1].Superseded != 5 {
		t.Errorf("readers are told %+v", list)
	}
}

func TestWithdrawalFromThePage(t *testing.T) {
	r := open(t)
	a := r.Publish(r.Text("Gone"))
	r.wants(r.send(r.panel(a, "withdrawal"), panelForm(2, "when", "now", "after", "to", "to", "javascript:alert(1)")), 422, "Readers are sent to a path", "javascript:alert(1)")
	r.wants(r.send(r.panel(a, "withdrawal"), panelForm(2, "when", "now", "after", "to")), 422, "Say where readers are sent.")
	if got := r.send(r.panel(a, "withdrawal"), panelForm(2, "when", "at", "day", "2025-06-20", "time", "08:00", "note", "Over.")); got.StatusCode != 303 {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	r.wants(r.page(r.panel(a, "withdraw")), 200, "It is withdrawn at 08:00 on Friday 20 June 2025.")
	r.send(r.panel(a, "stay"), panelForm(3))
	if got := r.send(r.panel(a, "withdrawal"), panelForm(4, "when", "now", "note", "Wrong.")); got.StatusCode != 303 {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	if got := r.Article(a.ID); got.Stage != article.Withdrawn || got.Gone.Note != "Wrong." {
		t.Errorf("it is %s: %+v", got.Stage, got.Gone)
	}
	r.wants(r.page(r.panel(a, "withdraw")), 200, "There is nothing to withdraw.")
}

func TestLawAsksFirstAndWantsAFreshProof(t *testing.T) {
	r := open(t)
	a := r.Publish(r.Text("Trial"))
	r.wants(r.page(r.panel(a, "redact")), 200, "The second paragraph says more.", "/2025/06/trial")
	r.wants(r.send(r.panel(a, "redaction"), panelForm(2, "passages", "nothing of that", "note", "By order of a court.", "confirm", "yes")), 422, "stands in no version")
	r.wants(r.send(r.panel(a, "redaction"), panelForm(2, "passages", "second", "note", "")), 422, "Say on what ground")
	order := panelForm(2, "passages", "second", "note", "By order of a court.", "address", "yes")
	r.wants(r.send(r.panel(a, "redaction"), order), 200, "This cannot be called back", "One passage is blanked", "Its address /2025/06/trial is given up", "Take it out for good")
	if !strings.Contains(r.Article(a.ID).Body.Text(), "second") {
		t.Fatal("it went before it was confirmed")
	}
	order.Set("confirm", "yes")
	r.session.Proved = r.Now().Add(-time.Hour)
	if got := r.send(r.panel(a, "redaction"), order); got.StatusCode == 303 || !strings.Contains(r.Article(a.ID).Body.Text(), "second") {
		t.Errorf("it went without a fresh proof: %d", got.StatusCode)
	}
	r.session.Proved = r.Now()
	if got := r.send(r.panel(a, "redaction"), order); got.StatusCode != 303 {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	if got := r.Article(a.ID); strings.Contains(got.Body.Text(), "second") {
		t.Error("it still stands")
	}
	r.be(staff.Editor)
	r.wants(r.page(r.panel(a, "redact")), 403)
}

func TestVersionsStandSideBySide(t *testing.T) {
	r := open(t)
	a := r.Write(r.Text("First words"))
	second := a.Text
	second.Headline = `Other <script>alert("x")</script> words`
	must(t, r.Articles.Save(t.Context(), a.ID, 1, second, 7, r.Now()))
	r.wants(r.page(r.panel(a, "versions")), 200, "12:00:00", "Mara Lindqvist", "newest", "/versions/1")
	page := r.page(r.panel(a, "versions/1"))
	r.wants(page, 200, "<del>First</del>", "&lt;", "Restore version 1")
	if strings.Contains(page.body, "<script>alert") {
		t.Error("what staff write is run")
	}
	r.wants(r.page(r.panel(a, "versions/1?with=1")), 200, "They say the same.")
	r.wants(r.page(r.panel(a, "versions/9")), 404)
	if got := r.send(r.panel(a, "versions/1/restoration"), url.Values{"tab": {"abcdefgh"}}); got.StatusCode != 303 {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	newest, err := r.Articles.Newest(t.Context(), a.ID)
	must(t, err)
	if newest.Headline != "First words" || newest.Version < 3 {
		t.Errorf("there stands %q in version %d", newest.Headline, newest.Version)
	}
}

func TestArticlesAreFound(t *testing.T) {
	r := open(t)
	boats := r.Publish(r.Text("Boats in the straße"))
	text := r.Text("Élection night")
	text.Sections = []int64{r.Ferries.ID}
	vote, _, err := r.Articles.Begin(t.Context(), text, "", 7, r.Now().Add(time.Second))
	must(t, err)
	for _, c := range []struct{ query, finds, not string }{
		{"", "Boats", "nobody"}, {"?q=boat", "Boats", "Élection"}, {"?q=ELECTION+ni", "Élection", "Boats"}, {"?q=zebra", "No article is like that.", "Boats"},
		{"?stage=published", "Boats", "Élection"}, {"?section=" + strconv.FormatInt(r.Ferries.ID, 10), "Élection", "Boats"}, {"?mine=yes", "Élection", "Boats"},
		{"?from=2025-06-18", "No article", "Boats"}, {"?until=2025-06-17&q=b", "Boats", "Élection"},
	} {
		got := r.page("/newsroom/articles" + c.query)
		r.wants(got, 200, c.finds)
		if strings.Contains(got.body, c.not) {
			t.Errorf("%s finds %s", c.query, c.not)
		}
	}
	r.wants(r.page("/newsroom/articles?from=yesterday"), 422, "A day is written as")
	var found []foundArticle
	r.ask("GET", "/newsroom/find.json?q=boats", nil).read(t, &found)
	if len(found) != 1 || found[0].ID != boats.ID || found[0].Path != boats.Path || found[0].Says != "published 12:00" {
		t.Errorf("found %+v", found)
	}
	r.be(staff.Contributor)
	got := r.page("/newsroom/articles")
	r.wants(got, 200, "Élection")
	if strings.Contains(got.body, "Boats") {
		t.Error("a contributor finds what is not theirs")
	}
	r.wants(r.page(r.panel(vote, "versions")), 200)
	r.wants(r.page(r.panel(boats, "versions")), 404)
}

func TestListOfArticlesGoesOn(t *testing.T) {
	r := open(t)
	for i := range articlesShown + 7 {
		r.Write(r.Text(fmt.Sprintf("Number %03d", i)))
	}
	first := r.page("/newsroom/articles?q=number")
	older := first.body[strings.Index(first.body, `href="/newsroom/articles?before=`)+len(`href="`):]
	older = strings.ReplaceAll(older[:strings.Index(older, `"`)], "&amp;", "&")
	second := r.page(older)
	if a, b := strings.Count(first.body, `class="t"`), strings.Count(second.body, `class="t"`); a != articlesShown || b != 7 {
		t.Errorf("%d and %d, want %d and 7", a, b, articlesShown)
	}
}

func TestCodeGoesOutOnlyByWhoMayPutItThere(t *testing.T) {
	r := open(t)
	text := r.Text("Tides")
	text.Body = doc.New(doc.P("High water at seven."), doc.Frame("Tide table", "<script>1</script>", 0))
	a := r.Write(text)
	r.wants(r.page(r.panel(a, "publish")), 200, "It brings code of its own to readers: “Tide table”.")
	reporter, editor := &visit{person: staff.Person{Roles: []staff.Role{staff.Reporter}}}, &visit{person: staff.Person{Roles: []staff.Role{staff.Editor}}}
	brings := panel{Code: newCode(doc.Doc{}, text.Body)}
	var wrong fault.Form
	if err := reporter.mayGoOut(brings); !errors.As(err, &wrong) || !strings.Contains(wrong["code"], "Tide table. You may not put code before readers") {
		t.Errorf("a reporter is told %v", err)
	}
	if err := editor.mayGoOut(brings); err != nil {
		t.Errorf("an editor is told %v", err)
	}
	r.be(staff.Editor)
	if got := r.send(r.panel(a, "publication"), panelForm(1, "when", "now")); got.StatusCode != 303 {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	moved := doc.New(doc.Frame("Tides", "<script>1</script>", 300), doc.P("High water at eight."))
	if code := newCode(text.Body, moved); len(code) != 0 {
		t.Errorf("code that readers have counts as new: %v", code)
	}
	if got := r.page(r.panel(a, "publish")).body; strings.Contains(got, "It brings code") {
		t.Error("what readers have is warned of")
	}
}

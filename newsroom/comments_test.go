package newsroom

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"lede/article"
	"lede/comment"
	"lede/staff"
)

// talk is a newsroom whose paper has an article with comments.
type talk struct {
	*room
	on article.Article
}

func openTalk(t *testing.T) talk {
	r := open(t)
	return talk{r, r.Publish(r.Text("Ferry will not run on weekday mornings"))}
}

// posts has somebody write; n tells people apart.
func (k talk) posts(n byte, text string) comment.Comment {
	k.t.Helper()
	c, err := k.Comments.Post(k.t.Context(), comment.Draft{Article: k.on.ID, Name: "Harold P.", Mail: "harold@example.org", Text: text},
		comment.Hand{Owner: string('a' + rune(n)), Addr: netip.AddrFrom4([4]byte{203, 0, n, 7})}, k.Now())
	if err != nil {
		k.t.Fatal(err)
	}
	k.Pass(time.Second)
	return c
}

func (k talk) comment(id int64) comment.Comment {
	k.t.Helper()
	c, err := k.Comments.Get(k.t.Context(), id)
	if err != nil {
		k.t.Fatal(err)
	}
	return c
}

func onComment(c comment.Comment, do string) string {
	return strings.TrimSuffix(fmt.Sprintf("%s/%d/%s", commentsPath, c.ID, do), "/")
}

func seen(c comment.Comment, to string) url.Values {
	return url.Values{"version": {fmt.Sprint(c.Version)}, "to": {to}}
}

func (k talk) has(got answer, status int, texts ...string) {
	k.t.Helper()
	k.wants(got, status)
	for _, text := range texts {
		if !strings.Contains(got.body, text) {
			k.t.Errorf("%q is not in\n%s", text, got.body)
		}
	}
}

func TestAModeratorWithoutJavaScriptGoesFromOneToTheNext(t *testing.T) {
	k := openTalk(t)
	first, second := k.posts(1, "The county never asked us. See https://ferry.example/2019 please."), k.posts(2, "Cheap <b>boat</b> covers")
	k.be(staff.Moderator)
	k.has(k.page(commentsPath), 200, "2 held, the oldest since", `<h2 id="judge-name" tabindex="-1"><bdi>Harold P.</bdi>`, "The county never asked us.", "Why it is held", "First comment under this name.",
		"Ferry will not run on weekday mornings", "This network wrote 1 comment", `name="to" value="refused:accuses"`, `>Ban… <kbd>B</kbd>`)
	done := k.send(onComment(first, "verdict")+"?state=held", seen(first, "shown"))
	k.wants(done, http.StatusSeeOther)
	if to := done.Header.Get("Location"); !strings.HasPrefix(to, onComment(second, "")+"?") {
		t.Errorf("after a verdict the way leads to %s, want to the next", to)
	}
	if c := k.comment(first.ID); c.State != comment.Shown || c.JudgedBy != 7 {
		t.Errorf("it is %s by %d", c.State, c.JudgedBy)
	}
	next := k.page(done.Header.Get("Location"))
	k.has(next, 200, "Shown: “The county never asked us.", "Cheap &lt;b&gt;boat&lt;/b&gt; covers", `action="/newsroom/comments/`+fmt.Sprint(first.ID)+`/undo"`)
	k.wants(k.send(onComment(first, "undo"), url.Values{"version": {fmt.Sprint(k.comment(first.ID).Version)}}), http.StatusSeeOther)
	if c := k.comment(first.ID); c.State != comment.Held {
		t.Errorf("undone it is %s", c.State)
	}
	if again := k.page(strings.ReplaceAll(done.Header.Get("Location"), "Shown", "Free+money")); strings.Contains(again.body, "Free money") {
		t.Error("an address puts words into the newsroom's mouth")
	}
}

func TestTwoModeratorsNeverActOnOneComment(t *testing.T) {
	k := openTalk(t)
	c := k.posts(1, "They are all crooks.")
	k.be(staff.Moderator)
	k.wants(k.send(onComment(c, "verdict"), seen(c, "shown")), http.StatusSeeOther)
	late := k.askForm(onComment(c, "verdict"), seen(c, "spam"))
	var said commentSaid
	late.read(t, &said)
	if late.StatusCode != http.StatusConflict || !strings.HasPrefix(said.Says, "You showed this at 12:00") || said.Again {
		t.Errorf("the second one is told %d %+v", late.StatusCode, said)
	}
	k.has(k.send(onComment(c, "verdict"), seen(c, "spam")), http.StatusConflict, "You showed this at 12:00", "Ferry will not run")
	if now := k.comment(c.ID); now.State != comment.Shown {
		t.Errorf("it is %s", now.State)
	}
}

// askForm sends a form as our script does.
func (k talk) askForm(path string, form url.Values) answer {
	req := newForm(path, form)
	req.Header.Set("X-Lede", "1")
	return k.do(req)
}

func TestARefusalNeedsAReasonAndKeepsTheNote(t *testing.T) {
	k := openTalk(t)
	c := k.posts(1, "Dray never set foot on it.")
	form := seen(c, "refused")
	form.Set("note", "Please name your source.")
	k.has(k.send(onComment(c, "verdict"), form), http.StatusUnprocessableEntity, "Say why: choose one of the reasons.", "Please name your source.</textarea>")
	form.Set("to", "refused:accuses")
	k.wants(k.send(onComment(c, "verdict"), form), http.StatusSeeOther)
	k.has(k.page(onComment(c, "")), 200, "accuses a named person", "Please name your source.", "Mara Lindqvist refused it at 12:00")
}

func TestABanIsOneActWithItsVerdict(t *testing.T) {
	k := openTalk(t)
	c := k.posts(1, "They are all crooks.")
	form := seen(c, "refused:insults")
	k.has(k.send(onComment(c, "ban"), form), http.StatusUnprocessableEntity, "Choose by what the measure goes")
	if now := k.comment(c.ID); now.State != comment.Held {
		t.Fatalf("the ban failed, yet it is %s", now.State)
	}
	form["kinds"] = []string{comment.OfBrowser, comment.OfPrefix}
	k.wants(k.send(onComment(c, "ban"), form), http.StatusSeeOther)
	list := k.page(commentsPath + "/measures")
	k.has(list, 200, "<b>Banned</b> by this browser", "<b>Always held</b> by this network", "2 in force", "Harold P.")
	lift := between(t, list.body, `action="`, `"`)
	k.wants(k.send(lift, nil), http.StatusSeeOther)
	k.has(k.page(commentsPath+"/measures"), 200, "1 in force")
	k.be(staff.Editor) // judges, but takes no measures
	k.wants(k.send(onComment(c, "ban"), form), http.StatusForbidden)
	if body := k.page(onComment(k.posts(2, "Hm."), "")).body; strings.Contains(body, "do-ban") || strings.Contains(body, "Hold always") || !strings.Contains(body, "do-show") {
		t.Error("an editor is offered measures, or no verdict")
	}
	k.be(staff.Auditor) // looks only
	if body := k.page(onComment(k.posts(3, "Hm, hm."), "")).body; strings.Contains(body, "do-show") || strings.Contains(body, "Choose several") {
		t.Error("an auditor is offered a verdict")
	}
}

func between(t *testing.T, s, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s[strings.Index(s, `class="plain stacked inforce"`):], from)
	found, _, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		t.Fatalf("no %q … %q", from, to)
	}
	return found
}

func TestManyAreJudgedAtOnceAndUndone(t *testing.T) {
	k := openTalk(t)
	var form = url.Values{"to": {"spam"}}
	for i := range 5 {
		c := k.posts(byte(i), fmt.Sprintf("Cheap covers %d", i))
		form.Add("pick", fmt.Sprintf("%d.%d", c.ID, c.Version))
	}
	c := k.comment(number(strings.Split(form["pick"][0], ".")[0]))
	k.wants(k.send(onComment(c, "verdict"), seen(c, "shown")), http.StatusSeeOther)
	var said commentSaid
	k.askForm(commentsPath+"/many", form).read(t, &said)
	if said.Says != "4 spam. 1 was decided by others." {
		t.Errorf("it says %q", said.Says)
	}
	k.askForm(said.Undo, url.Values{"version": {said.Version}}).read(t, &said)
	if said.Says != "4 as they were." {
		t.Errorf("undone it says %q", said.Says)
	}
	now := k.Now().UnixMicro()
	k.Pass(time.Minute)
	k.posts(9, "Came later about covers")
	all := url.Values{"to": {"refused"}, "why": {"astray"}, "all": {"1"}, "now": {fmt.Sprint(now)}}
	k.askForm(commentsPath+"/many?state=held&q=covers", all).read(t, &said)
	if said.Says != "4 refused: is not about the article." {
		t.Errorf("all of a search: %q", said.Says)
	}
}

func TestStaffRepliesPinsAndCloses(t *testing.T) {
	k := openTalk(t)
	c := k.posts(1, "Is the pier lit?")
	k.has(k.send(onComment(c, "reply"), url.Values{"text": {" "}}), http.StatusUnprocessableEntity, "Write something.")
	k.wants(k.send(onComment(c, "reply"), url.Values{"text": {"It is, until ten."}, "version": {fmt.Sprint(c.Version)}, "key": {"a"}}), http.StatusSeeOther)
	if now := k.comment(c.ID); now.State != comment.Shown || now.Below != 1 {
		t.Errorf("it is %s with %d replies", now.State, now.Below)
	}
	k.wants(k.send(onComment(c, "mark"), url.Values{"do": {"pin"}}), http.StatusSeeOther)
	k.wants(k.send(onComment(c, "thread"), url.Values{"opening": {"closed"}}), http.StatusSeeOther)
	k.has(k.page(onComment(c, "")), 200, "Pinned", "Closed by hand.", "Go by the rules", "2 comments")
	k.wants(k.send(onComment(c, "letter"), url.Values{"text": {"Thank you for asking."}}), http.StatusSeeOther)
	if n, err := k.Mail.Waiting(t.Context()); err != nil || n != 1 {
		t.Errorf("%d letters wait (%v)", n, err)
	}
}

func TestAListAsAFileHoldsNoFormula(t *testing.T) {
	k := openTalk(t)
	k.posts(1, `=HYPERLINK("https://evil.example")`)
	got := k.page(commentsPath + "/list.csv?state=held")
	k.has(got, 200, `'=HYPERLINK(`)
	if strings.Contains(got.body, "harold@example.org") {
		t.Error("an address is in the file")
	}
}

func TestEveryStateOfCommentsHasItsWords(t *testing.T) {
	k := openTalk(t)
	for address, want := range map[string]string{"": "Nothing is held.", "?state=reported": "Nothing is reported.", "?state=spam": "There is no spam.", "?state=removed": "No comment is removed.", "?q=ferry": "Nothing here.", "/measures": "Nobody is kept from writing."} {
		k.has(k.page(commentsPath+address), 200, want)
	}
	k.posts(1, "One.")
	k.has(k.page("/newsroom/"), 200, `Comments <b>1<span class="vh"> waiting</span>`)
	k.wants(k.page(commentsPath+"/12345"), 404)
}

func TestPassagesThatHeldAreMarked(t *testing.T) {
	text := "See www.a.example now.\n\nOr ÄÖ."
	c := comment.Comment{Text: text, Reasons: []comment.Reason{{Marks: [][]int{{4, 17}, {30, 99}, {31, 99}, {5, 6}, {-3}, {1, 2, 3}}}}}
	got, name := heldPassages(c)
	want := `[[{See  false} {www.a.example true} { now. false}] [{Or ÄÖ false} {. true}]]`
	if fmt.Sprint(got) != want || !name {
		t.Errorf("%v, %v, want %s", got, name, want)
	}
}

func TestATextWithSignsIsDrawnBesideAsReadersSeeIt(t *testing.T) {
	for text, want := range map[string]string{"Plain, see https://a.example": "", "It is *not* so": "<em>not</em>", "> He said it": "<blockquote"} {
		got := string(drawnComment(comment.Comment{Text: text}))
		if (want == "") != (got == "") || !strings.Contains(got, want) || strings.Contains(got, "href") {
			t.Errorf("%q is drawn %q, want %q", text, got, want)
		}
	}
}

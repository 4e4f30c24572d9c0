package newsroom

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"

	"lede/article"
	"lede/desk"
	"lede/staff"
)

// another signs a second editor in; back signs the first in again.
func (r *room) another() (back func()) {
	was := r.who
	r.who = staff.Person{ID: 8, Version: 1, Email: "jonas@paper.example", Name: "Jonas Weil", Roles: []staff.Role{staff.Editor}}
	return func() { r.who = was }
}

func pathAt(id int64, what string) string { return fmt.Sprintf("/newsroom/article/%d/%s", id, what) }

func (r *room) seq(id int64, part string) int64 {
	r.t.Helper()
	st, err := r.Desk.State(r.t.Context(), id, r.Now())
	if err != nil {
		r.t.Fatal(err)
	}
	return st.Parts[part].Seq
}

func TestEditorWritesHoldsAndMerges(t *testing.T) {
	r := open(t)
	r.be(staff.Editor)
	id := r.Write(r.Text("Ferry")).ID
	base := r.seq(id, desk.Headline)
	put := func(tab string, base int64, says string) answer {
		return r.ask("PUT", pathAt(id, "text/headline"), map[string]any{"tab": tab, "base": base, "value": map[string]any{"headline": says}})
	}
	a := put("one", base, "Mara's")
	var k kept
	if a.read(t, &k); a.StatusCode != http.StatusOK || k.Seq != base+1 || k.At.IsZero() {
		t.Fatalf("a write is answered %d %s", a.StatusCode, a.body)
	}
	back := r.another()
	a = put("two", base, "Jonas'")
	var h held
	if a.read(t, &h); a.StatusCode != http.StatusLocked || h.By.Name != "Mara Lindqvist" && h.By.ID != 7 || h.Tab != "one" {
		t.Fatalf("while she holds it he gets %d %s", a.StatusCode, a.body)
	}
	if a = r.ask("POST", pathAt(id, "hold/headline"), map[string]any{"tab": "two", "ask": true}); a.StatusCode != http.StatusOK || !strings.Contains(a.body, `"asked"`) {
		t.Fatalf("he asks and gets %d %s", a.StatusCode, a.body)
	}
	back()
	a = r.ask("POST", pathAt(id, "presence"), map[string]any{"tab": "one", "part": "headline"})
	var sc scene
	if a.read(t, &sc); sc.Holds["headline"].Asked == nil || sc.Holds["headline"].Asked.By.ID != 8 || len(sc.People) != 1 || sc.Seqs["headline"] != k.Seq {
		t.Fatalf("she hears %s", a.body)
	}
	r.Pass(desk.Idle)
	r.another()
	a = put("two", base, "Jonas'")
	var s standing
	if a.read(t, &s); a.StatusCode != http.StatusConflict || s.Seq != k.Seq || !strings.Contains(string(s.Value), "Mara's") {
		t.Fatalf("once she is idle he gets %d %s", a.StatusCode, a.body)
	}
	if a = r.ask("PUT", pathAt(id, "aside/headline"), map[string]any{"tab": "two", "base": base, "value": map[string]any{"headline": "Jonas'"}}); a.StatusCode != http.StatusOK {
		t.Fatalf("his goes beside: %d %s", a.StatusCode, a.body)
	}
	if page := r.page("/newsroom/"); !strings.Contains(page.body, "both wrote the headline") {
		t.Error("Today does not show that it waits")
	}
	if a = r.ask("POST", pathAt(id, "merge/headline"), map[string]any{"tab": "two", "base": s.Seq, "value": map[string]any{"headline": "Both's"}}); a.StatusCode != http.StatusOK {
		t.Fatalf("the merge is answered %d %s", a.StatusCode, a.body)
	}
	if a = r.ask("POST", pathAt(id, "version"), map[string]any{"tab": "two", "note": "Before the desk"}); a.StatusCode != http.StatusOK || r.Article(id).Headline != "Both's" {
		t.Errorf("a version is answered %d %s, and the headline is %q", a.StatusCode, a.body, r.Article(id).Headline)
	}
	if names, err := r.Desk.Names(t.Context(), id); err != nil || names[r.Article(id).Version] != "Before the desk" {
		t.Errorf("versions are called %v (%v)", names, err)
	}
}

func TestPatchThatDoesNotFitIsAskedForWhole(t *testing.T) {
	r := open(t)
	id := r.Write(r.Text("Ferry")).ID
	a := r.ask("PUT", pathAt(id, "text/body"), map[string]any{"tab": "one", "base": r.seq(id, desk.Body), "order": []string{"nowhere12"}})
	if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `"whole":true`) {
		t.Errorf("it is answered %d %s", a.StatusCode, a.body)
	}
}

func TestRestoringOverHTTP(t *testing.T) {
	r := open(t)
	id := r.Write(r.Text("Ferry")).ID
	r.ask("PUT", pathAt(id, "text/headline"), map[string]any{"tab": "one", "base": r.seq(id, desk.Headline), "value": map[string]any{"headline": "Worse"}})
	a := r.ask("POST", pathAt(id, "versions/1/restoration"), map[string]any{"tab": "one"})
	if a.StatusCode != http.StatusOK || r.Article(id).Headline != "Ferry" || r.Article(id).Version != 3 {
		t.Errorf("it is answered %d %s; now %q at version %d", a.StatusCode, a.body, r.Article(id).Headline, r.Article(id).Version)
	}
}

func TestReporterFilesAndEditorReads(t *testing.T) {
	r := open(t)
	r.be(staff.Reporter)
	a := r.send("/newsroom/articles", url.Values{"key": {"k1"}})
	again := r.send("/newsroom/articles", url.Values{"key": {"k1"}})
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != again.Header.Get("Location") {
		t.Fatalf("two clicks lead to %q and %q", a.Header.Get("Location"), again.Header.Get("Location"))
	}
	var id int64
	if _, err := fmt.Sscanf(a.Header.Get("Location"), "/newsroom/article/%d", &id); err != nil {
		t.Fatal(err)
	}
	r.ask("PUT", pathAt(id, "text/headline"), map[string]any{"tab": "one", "base": r.seq(id, desk.Headline), "value": map[string]any{"headline": "Gulls"}})
	if a := r.ask("POST", pathAt(id, "stage"), map[string]any{"to": "filed"}); a.StatusCode != http.StatusOK {
		t.Fatalf("filing is answered %d %s", a.StatusCode, a.body)
	}
	if is := r.Article(id); is.Stage != article.Filed || is.Headline != "Gulls" {
		t.Errorf("it is %s and says %q: what was typed is to be in it", is.Stage, is.Headline)
	}
	if a := r.ask("POST", pathAt(id, "stage"), map[string]any{"to": "ready"}); a.StatusCode != http.StatusForbidden {
		t.Errorf("a reporter who says it is ready gets %d", a.StatusCode)
	}
	r.another()
	if a := r.ask("POST", pathAt(id, "stage"), map[string]any{"to": "ready", "version": 1}); a.StatusCode != http.StatusConflict {
		t.Errorf("an editor who saw an old version gets %d", a.StatusCode)
	}
	if a := r.ask("POST", pathAt(id, "stage"), map[string]any{"to": "ready"}); a.StatusCode != http.StatusOK {
		t.Errorf("an editor gets %d %s", a.StatusCode, a.body)
	}
}

func TestContributorSeesOnlyTheirOwn(t *testing.T) {
	r := open(t)
	text := r.Text("Secret harbour plans")
	text.Bylines = nil
	id := r.Write(text).ID
	r.be(staff.Contributor)
	for _, page := range []string{"/newsroom/", "/newsroom/?view=out", "/newsroom/calendar"} {
		if a := r.page(page); a.StatusCode != http.StatusOK || strings.Contains(a.body, "Secret") {
			t.Errorf("%s is %d and shows what is not theirs", page, a.StatusCode)
		}
	}
	for _, path := range []string{"notes", "work"} {
		if a := r.page(pathAt(id, path)); a.StatusCode != http.StatusNotFound && a.StatusCode != http.StatusForbidden {
			t.Errorf("%s of somebody else's is %d", path, a.StatusCode)
		}
	}
	if a := r.ask("PUT", pathAt(id, "text/body"), map[string]any{"tab": "one", "base": 1, "value": map[string]any{}}); a.StatusCode != http.StatusNotFound {
		t.Errorf("writing there is %d", a.StatusCode)
	}
	if a := r.ask("POST", pathAt(id, "presence"), map[string]any{"tab": "one"}); a.StatusCode != http.StatusNotFound {
		t.Errorf("being there is %d", a.StatusCode)
	}
	if err := r.Desk.Assign(t.Context(), id, nil, []int64{r.who.ID}, 1, nil, r.Now()); err != nil {
		t.Fatal(err)
	}
	if a := r.page("/newsroom/"); !strings.Contains(a.body, "Secret") {
		t.Error("what is assigned to them is not shown")
	}
}

func TestStrangerIsToldToSignIn(t *testing.T) {
	r := open(t)
	id := r.Write(r.Text("Ferry")).ID
	r.be()
	if a := r.ask("PUT", pathAt(id, "text/body"), map[string]any{}); a.StatusCode != http.StatusUnauthorized || !strings.Contains(a.body, `"signIn":true`) {
		t.Errorf("it is answered %d %s", a.StatusCode, a.body)
	}
}

func TestTodayHasItsGroups(t *testing.T) {
	r := open(t)
	for hours, headline := range map[int]string{-1: "Late ferry", 1: "Next gulls", 4: "Later budget", 30: "Tomorrow’s weather", 100: "Far away"} {
		id := r.Write(r.Text(headline)).ID
		due := r.Now().Add(time.Duration(hours) * time.Hour).In(zoneOf(t)).Format("2006-01-02T15:04")
		a := r.send(pathAt(id, "work"), url.Values{"was_due": {""}, "due": {due}})
		if a.StatusCode != http.StatusSeeOther {
			t.Fatalf("the deadline is answered %d %s", a.StatusCode, a.body)
		}
	}
	r.Write(r.Text("Some day"))
	body := r.page("/newsroom/").body
	last := 0
	for _, says := range []string{">Late</span>", "Late ferry", "In the next hour", "Next gulls", "This afternoon", "Later budget", "Tonight and tomorrow", "Tomorrow’s weather", ">Later</span>", "Far away", "No deadline", "Some day"} {
		i := strings.Index(body[last:], says)
		if i < 0 {
			t.Fatalf("%q does not stand where it should", says)
		}
		last += i
	}
	if body := r.page("/newsroom/?due=late").body; !strings.Contains(body, "Late ferry") || strings.Contains(body, "Next gulls") || strings.Contains(body, "Some day") {
		t.Error("the filter does not show what is late alone")
	}
	if body := r.page("/newsroom/calendar").body; !strings.Contains(body, "Late ferry") || !strings.Contains(body, "June 2025") {
		t.Error("the calendar does not show the deadline")
	}
}

func zoneOf(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestTwoWhoArrangeAtOnceAreTold(t *testing.T) {
	r := open(t)
	id := r.Write(r.Text("Ferry")).ID
	form := func(was, due string) url.Values { return url.Values{"was_due": {was}, "due": {due}} }
	if a := r.send(pathAt(id, "work"), form("", "2025-06-17T15:00")); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("the first is answered %d %s", a.StatusCode, a.body)
	}
	r.another()
	a := r.send(pathAt(id, "work"), form("", "2025-06-17T14:30"))
	if a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "put the due time at 15:00 on 17 Jun. Yours was 14:30 on 17 Jun.") || !strings.Contains(a.body, `value="2025-06-17T14:30"`) {
		t.Fatalf("the second is answered %d %s", a.StatusCode, a.body)
	}
	if a := r.send(pathAt(id, "work"), form("2025-06-17T15:00", "2025-06-17T14:30")); a.StatusCode != http.StatusSeeOther {
		t.Errorf("keeping one's own is answered %d", a.StatusCode)
	}
	if w, err := r.Desk.WorkOf(t.Context(), id); err != nil || w.Wall.Says != "2025-06-17T14:30" || w.DueBy != 8 {
		t.Errorf("it is due at %+v (%v)", w, err)
	}
	a = r.send(pathAt(id, "work"), form("2025-06-17T14:30", "2025-03-09T02:30"))
	if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "does not exist") {
		t.Errorf("a time that does not exist is answered %d", a.StatusCode)
	}
}

func TestViewsAreKept(t *testing.T) {
	r := open(t)
	r.Write(r.Text("Ferry"))
	a := r.send("/newsroom/views", url.Values{"name": {"World desk"}, "section": {fmt.Sprint(r.World.ID)}})
	if a.StatusCode != http.StatusSeeOther {
		t.Fatalf("it is answered %d %s", a.StatusCode, a.body)
	}
	body := r.page(a.Header.Get("Location")).body
	if !strings.Contains(body, "World desk <span>1</span>") || !strings.Contains(body, "Ferry") {
		t.Error("the view is not shown with its count")
	}
	if a := r.send("/newsroom/views", url.Values{"name": {" "}, "stage": {"draft"}}); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Give the view a name.") {
		t.Errorf("a view without a name is answered %d", a.StatusCode)
	}
	views, _ := r.Desk.Views(t.Context(), r.who.ID)
	if a := r.send(fmt.Sprintf("/newsroom/views/%d/removal", views[0].ID), nil); a.StatusCode != http.StatusSeeOther {
		t.Errorf("removing it is answered %d", a.StatusCode)
	}
}

func TestNotesAreAnsweredAndDone(t *testing.T) {
	r := open(t)
	id := r.Write(r.Text("Ferry")).ID
	block := r.Article(id).Body.Blocks[0].ID
	a := r.ask("POST", pathAt(id, "notes"), map[string]any{"text": "Who says so, <b>@Mara</b>?", "block": block, "quote": "The first paragraph"})
	var n note
	if a.read(t, &n); a.StatusCode != http.StatusOK || n.ID == 0 {
		t.Fatalf("a note is answered %d %s", a.StatusCode, a.body)
	}
	r.send(pathAt(id, "notes"), url.Values{"text": {"The harbour master."}, "reply": {fmt.Sprint(n.ID)}})
	body := r.page(pathAt(id, "notes")).body
	if !strings.Contains(body, "&lt;b&gt;@Mara") || !strings.Contains(body, "The harbour master.") || strings.Contains(body, "not in the text any more") {
		t.Errorf("the page is %s", body)
	}
	r.ask("PUT", pathAt(id, "text/body"), map[string]any{"tab": "one", "base": r.seq(id, desk.Body), "value": map[string]any{"type": "doc", "attrs": map[string]any{"schema": 1}, "content": []any{}}})
	if body := r.page(pathAt(id, "notes")).body; !strings.Contains(body, "not in the text any more") {
		t.Error("a note on a passage that is gone does not say so")
	}
	if a := r.ask("POST", fmt.Sprintf("%s/%d/done", pathAt(id, "notes"), n.ID), nil); a.StatusCode != http.StatusOK || !strings.Contains(a.body, `"done":true`) {
		t.Errorf("done is answered %d %s", a.StatusCode, a.body)
	}
	if a := r.ask("POST", fmt.Sprintf("%s/%d/done", pathAt(id, "notes"), n.ID), map[string]any{"done": false}); !strings.Contains(a.body, `"done":false`) {
		t.Errorf("not done after all is answered %s", a.body)
	}
	if a := r.send(pathAt(id, "notes"), url.Values{"text": {"  "}}); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Write what the note says.") {
		t.Errorf("an empty note is answered %d", a.StatusCode)
	}
}

func TestMentionsAreFound(t *testing.T) {
	people := []staff.Person{{ID: 1, Name: "Ana Ruiz"}, {ID: 2, Name: "Ana Sol"}, {ID: 3, Name: "Jonas Weil"}, {ID: 4, Name: "An"}}
	for text, want := range map[string]string{
		"@Jonas, look":                "[3]",
		"@ana ruiz and @JONAS WEIL":   "[1 3]",
		"@Ana?":                       "[1 2]",
		"mail jonas@paper.example":    "[]",
		"@Jonason":                    "[]",
		"@":                           "[]",
		"@@Jonas":                     "[3]",
		"@An: @An":                    "[4]",
		"nobody is named at all here": "[]",
	} {
		if got := fmt.Sprint(mentioned(text, people)); got != want {
			t.Errorf("%q names %s, wanted %s", text, got, want)
		}
	}
}

// Whoever comes by a host that just anybody named does not send colleagues there.
func TestMailToColleaguesLeadsToNoHostThatWasOnlyNamed(t *testing.T) {
	r := open(t)
	jonas, _, err := r.Staff.Invite(t.Context(), staff.Person{Email: "jonas@paper.example", Name: "Jonas Weber", Roles: []staff.Role{staff.Editor}}, r.Now())
	if err != nil {
		t.Fatal(err)
	}
	a := r.Write(r.Text("Boats"))
	req := httptest.NewRequest(http.MethodPost, "http://eve.example"+pathAt(a.ID, "work"), strings.NewReader(url.Values{"was_people": {""}, "people": {itoa(jonas.ID)}}.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if got := r.do(req); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	var sealed string
	var id int64
	if err := r.DB.Read().QueryRowContext(t.Context(), `select id, sealed from mail`).Scan(&id, &sealed); err != nil {
		t.Fatal(err)
	}
	text, err := r.Secret.Unseal(sealed, fmt.Sprint("mail ", id))
	if err != nil || strings.Contains(string(text), "eve.example") || !strings.Contains(string(text), "/newsroom/article/"+itoa(a.ID)) {
		t.Errorf("it says %s (%v)", text, err)
	}
}

func TestANewArticleIsUnderOnesNameInTheOneSection(t *testing.T) {
	r := open(t)
	r.who.Byline, r.who.Lang = r.Writer.ID, "ar"
	begun := func() article.Article {
		t.Helper()
		to := r.send("/newsroom/articles", url.Values{"key": {"k" + fmt.Sprint(r.Now().UnixNano())}}).Header.Get("Location")
		id, err := strconv.ParseInt(path.Base(to), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return r.Article(id)
	}
	if a := begun(); len(a.Bylines) != 1 || a.Bylines[0] != r.Writer.ID || a.Lang != "ar" || len(a.Sections) != 0 {
		t.Errorf("it begins with bylines %v in %s in sections %v", a.Bylines, a.Lang, a.Sections)
	}
}

// An id that a contributor types into their own article opens nothing of others.
func TestContributorLearnsNothingByTypingIDs(t *testing.T) {
	r := open(t)
	text := r.Text("Secret harbor plans")
	text.Bylines = nil
	own, other := r.pictured("own.png", 7), r.pictured("other.png", 8)
	text.Lead = article.Picture{Media: own.ID}
	secret := r.Write(text)
	out := r.Publish(r.Text("Ferries are back"))
	mine := r.Text("Mine")
	mine.Bylines = nil
	a, _, err := r.Articles.Begin(t.Context(), mine, "", 7, r.Now())
	if err != nil {
		t.Fatal(err)
	}
	r.be(staff.Contributor)
	related := []string{itoa(secret.ID), itoa(out.ID)}
	for n := range 40_000 {
		related = append(related, itoa(int64(n+1)))
	}
	filing := map[string]any{"lang": "en", "related": related, "topics": related}
	if got := r.ask("PUT", pathAt(a.ID, "text/filing"), map[string]any{"tab": "one", "base": r.seq(a.ID, desk.Filing), "value": filing}); got.StatusCode != 200 {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	got := r.ask("GET", pathAt(a.ID, "state.json"), nil)
	if got.StatusCode != 200 || strings.Contains(got.body, "Secret") || !strings.Contains(got.body, "Ferries are back") {
		t.Errorf("%d: the state tells the headline of somebody else's draft, or not that of what is out", got.StatusCode)
	}
	got = r.ask("GET", pathAt(a.ID, "media.json?ids="+itoa(own.ID)+","+itoa(other.ID)), nil)
	if strings.Contains(got.body, "other.png") || !strings.Contains(got.body, "own.png") {
		t.Errorf("of pictures it is told %s", got.body)
	}
	page := r.page(fmt.Sprintf("/newsroom/pictures/%d", own.ID))
	if strings.Contains(page.body, "Secret") || !strings.Contains(page.body, "An article of somebody else") {
		t.Errorf("where the picture stands says %s", page.body)
	}
	if got := r.page(pathAt(secret.ID, "preview")); got.StatusCode != 404 {
		t.Errorf("the preview of somebody else's draft is %d", got.StatusCode)
	}
}

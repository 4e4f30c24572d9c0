package newsroom

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"lede/staff"
)

// picked is the form of a front of these articles.
func picked(version int64, do string, ids ...int64) url.Values {
	form := url.Values{"lang": {"en"}, "version": {fmt.Sprint(version)}, "do": {do}}
	for _, id := range ids {
		form.Add("article", fmt.Sprint(id))
		form.Add("headline", "")
		form.Add("until", "")
	}
	return form
}

func (r *room) wants(a answer, status int, texts ...string) {
	r.t.Helper()
	if a.StatusCode != status {
		r.t.Errorf("%d, wanted %d: %.300s", a.StatusCode, status, a.body)
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			r.t.Errorf("it does not say %q", text)
		}
	}
}

func TestEditorPutsArticlesOnTheFront(t *testing.T) {
	r := open(t)
	a, b := r.Publish(r.Text("Ferry fares")), r.Publish(r.Text("Night market"))
	draft := r.Write(r.Text("Not out"))
	r.be(staff.Editor)
	r.wants(r.page("/newsroom/front"), 200, "Nothing is picked", "Filled in", "Ferry fares", `value="add:`+fmt.Sprint(a.ID))
	shown := r.send("/newsroom/front", picked(0, fmt.Sprintf("add:%d", b.ID), a.ID, draft.ID))
	r.wants(shown, 200, "Not published: it is not shown until then.", `value="up:2"`)
	shown = r.send("/newsroom/front", picked(0, "up:2", a.ID, draft.ID, b.ID))
	if strings.Index(shown.body, `data-id="`+fmt.Sprint(b.ID)) > strings.Index(shown.body, `data-id="`+fmt.Sprint(draft.ID)) {
		t.Error("what went up stands where it stood")
	}
	form := picked(0, "save", b.ID, a.ID)
	form["headline"], form["until"] = []string{"The market, by night", ""}, []string{wall(r.Now().Add(time.Hour).In(zone(t))), ""}
	saved := r.send("/newsroom/front", form)
	if saved.StatusCode != 303 || saved.Header.Get("Location") != "/newsroom/front?lang=en&saved=1" {
		t.Fatalf("saving gives %d to %s: %s", saved.StatusCode, saved.Header.Get("Location"), saved.body)
	}
	picks, version, err := r.Fronts.Picks(t.Context(), "en")
	if err != nil || version != 1 || len(picks) != 2 || picks[0].Article != b.ID || picks[0].Headline != "The market, by night" || !picks[0].Until.Equal(r.Now().Add(time.Hour)) {
		t.Errorf("kept is %v at %d (%v)", picks, version, err)
	}
	r.wants(r.page("/newsroom/front?lang=en&saved=1"), 200, "On the front.", "Undo", "The market, by night", "saved by Mara Lindqvist")
	r.send("/newsroom/front/undo", url.Values{"lang": {"en"}, "version": {"1"}})
	if picks, version, _ := r.Fronts.Picks(t.Context(), "en"); len(picks) != 0 || version != 2 {
		t.Errorf("after undoing there is %v at %d", picks, version)
	}
	r.send("/newsroom/front/undo", url.Values{"lang": {"en"}, "version": {"2"}})
	if picks, version, _ := r.Fronts.Picks(t.Context(), "en"); len(picks) != 2 || version != 3 {
		t.Errorf("after undoing the undoing there is %v at %d", picks, version)
	}
}

func zone(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestSecondEditorSeesWhatTheFirstSaved(t *testing.T) {
	r := open(t)
	a, b := r.Publish(r.Text("Ferry fares")), r.Publish(r.Text("Night market"))
	r.send("/newsroom/front", picked(0, "save", a.ID))
	lost := r.send("/newsroom/front", picked(0, "save", b.ID))
	r.wants(lost, 409, "Somebody changed this while you looked.", "Mara Lindqvist put these on the front", "Ferry fares", "Night market", `name="version" value="1"`)
	if again := r.send("/newsroom/front", picked(1, "save", b.ID)); again.StatusCode != 303 {
		t.Errorf("keeping mine gives %d", again.StatusCode)
	}
}

func TestFrontSaysWhatIsWrong(t *testing.T) {
	r := open(t)
	a := r.Publish(r.Text("Ferry fares"))
	late := picked(0, "save", a.ID)
	late["until"] = []string{"2020-01-01T07:00"}
	r.wants(r.send("/newsroom/front", late), 422, "This time is over.", `value="2020-01-01T07:00"`)
	gap := picked(0, "save", a.ID)
	gap["until"] = []string{"2026-03-08T02:30"}
	r.wants(r.send("/newsroom/front", gap), 422, "does not exist that night")
	r.wants(r.send("/newsroom/front", picked(0, "save", a.ID, a.ID)), 422, "stands twice")
	for _, bad := range []url.Values{{"lang": {"en"}, "do": {"save"}}, {"lang": {"en"}, "version": {"0"}, "article": {"x"}, "headline": {""}, "until": {""}},
		{"lang": {"en"}, "version": {"0"}, "article": {"1"}}, picked(0, "up:x", a.ID)} {
		r.wants(r.send("/newsroom/front", bad), 422)
	}
	r.wants(r.send("/newsroom/front", url.Values{"lang": {"tlh"}, "version": {"0"}}), 404)
	r.be(staff.Reporter)
	if page := r.page("/newsroom/front"); page.StatusCode != 200 || strings.Contains(page.body, `value="save"`) {
		t.Error("a reporter cannot look at the front, or may change it")
	}
	r.wants(r.send("/newsroom/front", picked(0, "save", a.ID)), 403)
}

func TestAlertIsSetChangedAndEnded(t *testing.T) {
	r := open(t)
	at := func(d time.Duration) string { return wall(r.Now().Add(d).In(zone(t))) }
	r.wants(r.page("/newsroom/front/alert"), 200, "There is no alert.")
	r.wants(r.send("/newsroom/front/alert", url.Values{"lang": {"en"}, "text": {"<b>Flood</b>"}, "link": {"javascript:x"}, "ends": {""}}), 422,
		"Say until when it stands.", "A link is an address", "&lt;b&gt;Flood&lt;/b&gt;", `aria-invalid="true"`)
	set := r.send("/newsroom/front/alert", url.Values{"lang": {"en"}, "text": {"Flood"}, "link": {"/world"}, "ends": {at(time.Hour)}})
	if set.StatusCode != 303 {
		t.Fatalf("setting gives %d: %s", set.StatusCode, set.body)
	}
	list, err := r.Fronts.Alerts(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	path := fmt.Sprintf("/newsroom/front/alert/%d", list[0].ID)
	r.wants(r.page("/newsroom/front/alert?done=set"), 200, "It is set.", "On the pages in English", "Set by Mara Lindqvist.", path+"/end")
	r.wants(r.page(path), 200, "Change the alert", "Flood</textarea>")
	change := url.Values{"lang": {"en"}, "version": {"1"}, "text": {"The flood is here"}, "begins": {at(0)}, "ends": {at(2 * time.Hour)}}
	r.send(path, change)
	r.wants(r.send(path, change), 409, "Somebody changed this while you looked.")
	if on, _, err := r.Fronts.Alert(t.Context(), "en", r.Now()); err != nil || on.Text != "The flood is here" {
		t.Errorf("on the pages is %q (%v)", on.Text, err)
	}
	r.send(path+"/end", url.Values{"version": {"2"}})
	if on, _, _ := r.Fronts.Alert(t.Context(), "en", r.Now()); on.ID != 0 {
		t.Error("what was ended stands on the pages")
	}
	r.wants(r.page("/newsroom/front/alert"), 200, "Over", "The flood is here")
	r.wants(r.page(path), 404)
}

func TestPreviewIsOfAnyMinute(t *testing.T) {
	r := open(t)
	a := r.Write(r.Text("Not out"))
	r.wants(r.page("/newsroom/preview"), 200, `src="/newsroom/preview/now/"`, `value="2025-06-18T07:00"`)
	r.wants(r.page("/newsroom/preview?at=2025-06-18T07:00&look=dark&path=/world%3Fpage%3D2&with="+fmt.Sprint(a.ID)), 200,
		fmt.Sprintf(`src="/newsroom/preview/2025-06-18T07:00~dark~%d/world?page=2"`, a.ID), "Wed 18 Jun 2025, 07:00", "With “Not out” as if it were out.")
	r.wants(r.page("/newsroom/preview?at=2026-03-08T02:30"), 200, "does not exist that night", `src="/newsroom/preview/now/"`)
	r.wants(r.page("/newsroom/preview?path=https://evil.example//x"), 200, `src="/newsroom/preview/now/x"`)
	r.wants(r.page(fmt.Sprintf("/newsroom/article/%d/preview", a.ID)), 200, fmt.Sprintf(`src="/newsroom/article/%d/preview/now/2025/06/not-out"`, a.ID))
	for _, bad := range []string{"/newsroom/preview/then/", "/newsroom/preview/now~x/", "/newsroom/preview/9999-01-01T00:00/", "/newsroom/preview?with=x",
		fmt.Sprintf("/newsroom/article/%d/preview/2025-06-18T07:00/", a.ID), fmt.Sprintf("/newsroom/article/%d/preview/now~5/", a.ID)} {
		r.wants(r.page(bad), 404)
	}
	r.be(staff.Contributor)
	r.wants(r.page("/newsroom/preview"), 403)
	r.wants(r.page(fmt.Sprintf("/newsroom/article/%d/preview", a.ID)), 404)
	r.be()
	if got := r.page("/newsroom/preview/now/"); got.StatusCode != 303 {
		t.Errorf("a stranger gets %d", got.StatusCode)
	}
}

package newsroom

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"lede/comment"
	"lede/staff"
)

// commentRules are the rules that hold.
func (r *room) commentRules() comment.Rules {
	r.t.Helper()
	rules, err := r.Comments.Rules(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return rules
}

// rulesForm is what the form of the page holds as it is.
func (r *room) rulesForm() url.Values {
	r.t.Helper()
	tree, err := r.Sections.Tree(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	rules := r.commentRules()
	form := url.Values{"version": {numeral(rules.Version)}}
	for _, s := range ruleSettings(tree) {
		form.Set(s.Name, s.get(rules))
	}
	return form
}

func numeral(n int64) string { return strconv.FormatInt(n, 10) }

func TestPublisherSetsTheRulesForComments(t *testing.T) {
	r := open(t)
	section := "section-" + numeral(r.World.ID)
	form := r.rulesForm()
	for name, value := range map[string]string{"mode": "show all", section: "hold all", "night": "23:00", "until": "06:30", "accounts": "", "sites": "yes", "delicate": "yes",
		"reserved": "The Editor\r\nFire Brigade\r\n", "days": "0", "to": "ana@paper.example", "at": "08:00", "order": "oldest", "links": "5"} {
		form.Set(name, value)
	}
	a := r.send(commentRulesPath, form)
	if a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	got := r.commentRules()
	if got.Mode != comment.ShowAll || got.Sections[r.World.ID] != comment.HoldAll || got.Night != (comment.Hours{From: "23:00", Until: "06:30"}) || got.Accounts || !got.Sites || !got.Delicate ||
		len(got.Reserved) != 2 || got.Days != 0 || got.Digest.At != "08:00" || got.Order != comment.Oldest || got.Links != 5 {
		t.Errorf("kept %+v", got)
	}
	page := r.page(a.Header.Get("Location")).body
	for _, says := range []string{"Saved, and in force", "Threads close at 23:00 and open at 06:30, paper’s time (America/New_York)."} {
		if !strings.Contains(page, says) {
			t.Errorf("the page lacks %q", says)
		}
	}
}

func TestRulesThatCannotBeComeBackAsTyped(t *testing.T) {
	r := open(t)
	form := r.rulesForm()
	form.Set("links", "many")
	form.Set("night", "25:00")
	form.Set("reserved", "The Mayor")
	a := r.send(commentRulesPath, form)
	if a.StatusCode != http.StatusUnprocessableEntity {
		t.Fatalf("%d", a.StatusCode)
	}
	for _, says := range []string{"2 things are to mend", `value="many"`, `value="25:00"`, "The Mayor", "Give a number from 1 on.", "An hour is written as 23:00"} {
		if !strings.Contains(a.body, says) {
			t.Errorf("the page lacks %q", says)
		}
	}
}

func TestTwoWhoSetTheRulesAtOnceSeeBoth(t *testing.T) {
	r := open(t)
	mine := r.rulesForm()
	theirs := r.rulesForm()
	theirs.Set("days", "14")
	r.send(commentRulesPath, theirs)
	mine.Set("days", "7")
	a := r.send(commentRulesPath, mine)
	if a.StatusCode != http.StatusConflict {
		t.Fatalf("%d", a.StatusCode)
	}
	for _, says := range []string{"Mara Lindqvist changed this while you looked", "theirs is <q>14</q>, yours is <q>7</q>", "Keep mine"} {
		if !strings.Contains(a.body, says) {
			t.Errorf("the page lacks %q", says)
		}
	}
	mine.Set("version", numeral(r.commentRules().Version))
	if a := r.send(commentRulesPath, mine); a.StatusCode != http.StatusSeeOther || r.commentRules().Days != 7 {
		t.Errorf("keeping mine: %d, %d days", a.StatusCode, r.commentRules().Days)
	}
}

func TestModeratorReadsRulesThatOnlyAPublisherSets(t *testing.T) {
	r := open(t)
	r.be(staff.Moderator)
	if page := r.page(commentRulesPath); page.StatusCode != http.StatusOK || !strings.Contains(page.body, "Only a publisher changes this.") {
		t.Errorf("%d", page.StatusCode)
	}
	if a := r.send(commentRulesPath, r.rulesForm()); a.StatusCode != http.StatusForbidden {
		t.Errorf("a moderator sets them: %d", a.StatusCode)
	}
}

func TestRulesSayWhatTheyWouldHaveDone(t *testing.T) {
	r := open(t)
	on := r.Publish(r.Text("Ferry late again"))
	for _, said := range []string{"One.", "Two.", "Three."} {
		if _, err := r.Comments.Post(t.Context(), comment.Draft{Article: on.ID, Name: "Harold P.", Text: said}, comment.Hand{Owner: said}, r.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if page := r.page(commentRulesPath).body; !strings.Contains(page, "Of the last 3 comments 3 would have been held; as they came, 3 did not get through at once.") {
		t.Error("the rules that hold are not rehearsed")
	}
	form := r.rulesForm()
	form.Set("mode", "show all")
	form.Set("do", "try")
	before := r.commentRules().Version
	if page := r.send(commentRulesPath, form); page.StatusCode != http.StatusOK || !strings.Contains(page.body, "Of the last 3 comments none would have been held") || !strings.Contains(page.body, "Not saved yet") {
		t.Errorf("the rules that were typed are not rehearsed: %d", page.StatusCode)
	}
	if r.commentRules().Version != before {
		t.Error("asking what they would have done saved them")
	}
}

func TestWordListIsAddedChangedAndPutBack(t *testing.T) {
	r := open(t)
	lists := func() []comment.WordList {
		all, err := r.Comments.WordLists(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	list := url.Values{"name": {"insults"}, "act": {"hold"}, "terms": {"blockhead\r\n\r\nnincompoop\r\n"}}
	if a := r.send(commentWordsPath, list); a.StatusCode != http.StatusSeeOther || len(lists()) != 1 || len(lists()[0].Terms) != 2 {
		t.Fatalf("%d: %+v", a.StatusCode, lists())
	}
	one := lists()[0]
	href := commentWordsPath + "/" + numeral(one.ID)
	if page := r.page(href).body; !strings.Contains(page, "blockhead\nnincompoop") || !strings.Contains(page, "Remove insults") {
		t.Error("its page does not show it")
	}
	list.Set("id", numeral(one.ID))
	list.Set("version", numeral(one.Version))
	list.Set("act", "refuse")
	if a := r.send(commentWordsPath, list); a.StatusCode != http.StatusSeeOther || lists()[0].Act != comment.Refuse {
		t.Fatalf("%d: %+v", a.StatusCode, lists())
	}
	if a := r.send(commentWordsPath, list); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "Somebody changed this list while you looked.") || !strings.Contains(a.body, "nincompoop") {
		t.Errorf("saved from an older version: %d", a.StatusCode)
	}
	a := r.send(href+"/removal", url.Values{"version": {numeral(lists()[0].Version)}})
	if a.StatusCode != http.StatusOK || len(lists()) != 0 || !strings.Contains(a.body, "“insults” is removed.") || !strings.Contains(a.body, "nincompoop") {
		t.Fatalf("removed: %d, %+v", a.StatusCode, lists())
	}
	list.Del("id")
	list.Del("version")
	if r.send(commentWordsPath, list); len(lists()) != 1 {
		t.Error("it was not put back")
	}
}

func TestATextIsTriedAgainstAllLists(t *testing.T) {
	r := open(t)
	a := r.send(commentWordsPath+"/trial", url.Values{"text": {"Good morning <b>"}})
	if a.StatusCode != http.StatusOK || !strings.Contains(a.body, "No word list has anything against this.") || !strings.Contains(a.body, "Good morning &lt;b&gt;") {
		t.Errorf("%d", a.StatusCode)
	}
}

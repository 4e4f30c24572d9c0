package newsroom

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"lede/ad"
	"lede/internal/doc"
)

var rulesVersion = regexp.MustCompile(`name="version" value="(\d+)"`)

// ruled is the form of positions as it stands, with changes: name, value, name, value.
func (r *room) ruled(more ...string) url.Values {
	r.t.Helper()
	version := rulesVersion.FindStringSubmatch(r.page(salesRulesPath).body)
	if version == nil {
		r.t.Fatal("the page of positions has no form")
	}
	return with2(url.Values{"version": {version[1]}, "first": {"150"}, "apart": {"250"}, "most": {"3"}, "part": {"30"}, "currency": {"EUR"}}, more...)
}

func TestThePublisherSetsPositionsAndPrices(t *testing.T) {
	r := open(t)
	stale := r.ruled("off", "yes")
	if got := r.send(salesRulesPath, r.ruled("closed-top", "yes", "rate-text", "12.50", "first", "80", "exclude", "192.0.2.7\n2001:db8::/32")); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("saving answers %d: %s", got.StatusCode, got.body)
	}
	rules, err := r.Ads.Rules(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(rules.Closed) != 1 || rules.Closed[0] != ad.Top || rules.Rates[ad.Text] != 1250 || rules.Text.First != 80 || len(rules.Exclude) != 2 {
		t.Errorf("kept is %+v", rules)
	}
	if got := r.send(salesRulesPath, stale); got.StatusCode != http.StatusConflict || !strings.Contains(got.body, "changed this while you looked") {
		t.Errorf("an older form answers %d", got.StatusCode)
	}
	for field, form := range map[string]url.Values{"part": r.ruled("part", "31"), "rate-foot": r.ruled("rate-foot", "much"), "exclude": r.ruled("exclude", "the office"), "first": r.ruled("first", "x")} {
		if got := r.send(salesRulesPath, form); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.body, `id="`+field+`-wrong"`) {
			t.Errorf("a wrong %s answers %d, and does not say so beside it", field, got.StatusCode)
		}
	}
}

func TestStaffSeeWherePositionsStandAndWhyNot(t *testing.T) {
	r := open(t)
	text := r.Text("The long way")
	word := func(n int) doc.Node { return doc.P(strings.TrimSpace(strings.Repeat("ferry ", n))) }
	text.Body = doc.New(word(100), word(100), doc.H2("On"), word(100), word(100))
	a := r.Publish(text)
	page := r.page(salesRulesPath + "/where?path=" + url.QueryEscape(a.Path)).body
	for _, says := range []string{"The long way", "100 words before it, 150 are wanted.", "It would stand beside a heading.", "A position may stand here.", "Nothing is booked here now"} {
		if !strings.Contains(page, says) {
			t.Errorf("the page does not say %q", says)
		}
	}
	text = r.Text("A death")
	text.Sensitive = true
	if page := r.page(salesRulesPath + "/where?path=" + url.QueryEscape(r.Publish(text).Path)).body; !strings.Contains(page, "The article is sensitive.") {
		t.Error("of a sensitive article it does not say so")
	}
}

package newsroom

import (
	"strings"
	"testing"

	"lede/staff"
)

func TestFootOfAPhoneOffersWritingToWhoMayWrite(t *testing.T) {
	r := open(t)
	for role, may := range map[staff.Role]bool{staff.Publisher: true, staff.Contributor: true, staff.Auditor: false} {
		r.be(role)
		got := r.page("/newsroom/articles")
		r.wants(got, 200)
		if strings.Contains(got.body, `class="thumb write"`) != may {
			t.Errorf("%s is offered to write: %v, want %v", role, !may, may)
		}
	}
}

func TestOnlyTodayAndThePaperWarnOfBackups(t *testing.T) {
	r := open(t)
	for path, warns := range map[string]bool{"/newsroom/": true, "/newsroom/paper": true, "/newsroom/sections": true, "/newsroom/articles": false, "/newsroom/front": false, "/newsroom/audit": false} {
		got := r.page(path)
		r.wants(got, 200)
		if strings.Contains(got.body, "The paper is not backed up.") != warns {
			t.Errorf("%s warns: %v, want %v", path, !warns, warns)
		}
	}
}

func TestAuditLogSpeaksTheNewsroomsWords(t *testing.T) {
	for act, want := range map[string]string{"article.publish": "Published", "article.": "All about articles", "nobody.knows": "nobody.knows"} {
		if got := deed(act); got != want {
			t.Errorf("%s is %q, want %q", act, got, want)
		}
	}
	for detail, want := range map[string]string{"en, version 1: 41 42 until 2026-11-24 10:00:00": "en, version 1: 2 articles by hand, first of them|41", "en, version 2: 7": "en, version 2: one article by hand|7", "en, version 3:": "en, version 3: nothing by hand|"} {
		if says, first := chosenOf(detail); says+"|"+first != want {
			t.Errorf("%q is %q, %q, want %q", detail, says, first, want)
		}
	}
}

func TestFreeDaysOfAMonthAreNamedTogether(t *testing.T) {
	days := []calendarDay{{Says: "Sunday 1", Outside: true}, {Says: "Monday 2"}, {Says: "Tuesday 3"}, {Says: "Wednesday 4", Today: true}, {Says: "Thursday 5"}, {Says: "Friday 6", Items: []calendarItem{{}}}}
	freeRuns(days)
	var got []string
	for _, d := range days {
		got = append(got, d.Run)
	}
	if want := "|Monday 2 to Tuesday 3: nothing|||Thursday 5: nothing|"; strings.Join(got, "|") != want {
		t.Errorf("%q, want %q", got, want)
	}
}

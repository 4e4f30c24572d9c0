package newsroom

import (
	"fmt"
	"strconv"
	"strings"

	"lede/internal/audit"
	"lede/staff"
)

// deeds are the acts of the audit log in the newsroom's words.
var deeds = map[string]string{
	"article.publish": "published", "article.schedule": "scheduled", "article.unschedule": "taken off the schedule", "article.embargo": "put under embargo",
	"article.lift-embargo": "embargo lifted", "article.amend": "changed after publication", "article.withdraw": "withdrawn", "article.schedule-withdrawal": "to be withdrawn", "article.redact": "taken out by law",
	"front.picked": "front chosen", "alert.set": "alert set", "alert.changed": "alert changed", "alert.ended": "alert ended",
	"paper.set": "settings changed", "page.set": "page changed", "page.remove": "page removed", "redirect.set": "redirect set", "redirect.remove": "redirect removed",
	"section.add": "section added", "section.set": "section changed", "section.move": "section moved", "section.remove": "section removed",
	"topic.add": "topic added", "topic.set": "topic changed", "topic.merge": "topics merged", "topic.remove": "topic removed",
	"picture.delete": "picture to the trash", "picture.restore": "picture back from the trash", "picture.destroy": "picture deleted", "picture.redact": "picture taken out by law",
	"byline.add": "byline added", "byline.edit": "byline changed", "byline.merge": "bylines merged", "backup.ask": "backup asked for",
	"comment.shown": "comment shown", "comment.held": "comment held", "comment.refused": "comment refused", "comment.spam": "comment called spam", "comment.removed": "comment removed",
	"comment.undo": "verdict undone", "comment.mark": "comment pinned or featured", "comment.switch": "thread opened or closed", "comment.rules": "rules for comments changed", "comment.words": "word list changed", "comment.words.remove": "word list removed",
	"comment.import": "comments brought in", "comment.export": "comments taken out", "comment.report": "comment reported", "comment.notice": "report settled", "comment.appeal": "appeal settled",
	"comment.ban": "banned", "comment.suspend": "suspended", "comment.warn": "warned", "comment.hold": "always held", "comment.lift": "measure lifted", "comment.renew": "measure renewed", "comment.write": "letter to who commented",
	"ad.make": "ad made", "ad.change": "ad changed", "ad.approve": "ad approved", "ad.reject": "ad rejected", "ad.remove": "ad removed", "ad.rules": "rules for selling changed", "ad.sellers": "ads.txt changed",
	"ad.buyer.add": "advertiser added", "ad.buyer.set": "advertiser changed", "ad.order.add": "order begun", "ad.order.set": "order changed", "ad.order.book": "order booked",
	"ad.order.cancel": "order cancelled", "ad.order.revive": "cancelled order taken back", "ad.booking.add": "booking made", "ad.booking.set": "booking changed", "ad.booking.book": "booking booked", "ad.booking.pause": "booking paused",
	"ad.booking.resume": "booking goes on", "ad.booking.cancel": "booking cancelled", "ad.booking.undo": "change of a booking taken back",
	"staff.signin": "signed in", "staff.signout": "signed out", "staff.alarm": "sign-in alarm", "staff.come": "came in by invitation", "staff.invite": "invited", "staff.link": "link made",
	"staff.roles": "roles changed", "staff.leave": "left", "staff.describe": "name changed", "staff.password": "password", "staff.passkey": "passkey", "staff.app": "app with codes", "staff.recovery": "recovery codes",
}

// kinds are the beginnings of acts, of which the log can be asked as a whole.
var kinds = map[string]string{"article.": "All about articles", "front.": "All about the front", "alert.": "All about alerts", "paper.": "All about settings", "page.": "All about pages",
	"redirect.": "All about redirects", "section.": "All about sections", "topic.": "All about topics", "picture.": "All about pictures", "comment.": "All about comments", "byline.": "All about bylines", "ad.": "All about ads", "backup.": "All about backups", "staff.": "All about staff"}

// deed is an act in words; an act that nobody has words for says itself.
func deed(act string) string {
	for _, words := range []string{deeds[act], kinds[act]} {
		if words != "" {
			return strings.ToUpper(words[:1]) + words[1:]
		}
	}
	return act
}

// ofWhat puts the articles that entries are about beside them: by their headlines as they are now, which the log does not keep.
func (v *visit) ofWhat(list []audit.Entry, rows []auditRow) error {
	var ids []string
	for i, e := range list {
		switch {
		case e.Kind == "comment" && e.Of != 0 && v.person.May(staff.Read, staff.Comments, true):
			rows[i].Headline, rows[i].Href = "The comment", commentsPath+"/"+strconv.FormatInt(e.Of, 10)
		case e.Kind == "order" && e.Of != 0 && v.person.May(staff.Read, staff.Ads, true):
			rows[i].Headline, rows[i].Href = "The order", orderAt(e.Of)
		case e.Kind == "booking" && e.Of != 0 && v.person.May(staff.Read, staff.Ads, true):
			rows[i].Headline, rows[i].Href = "The booking", salesPath+"/bookings/"+strconv.FormatInt(e.Of, 10)
		case e.Kind == "advertiser" && e.Of != 0 && v.person.May(staff.Read, staff.Ads, true):
			rows[i].Headline, rows[i].Href = "The advertiser", buyerAt(e.Of)
		case e.Kind == "article" && e.Of != 0:
			rows[i].of = strconv.FormatInt(e.Of, 10)
		case e.Act == "front.picked":
			rows[i].Detail, rows[i].of = chosenOf(e.Detail)
		}
		if rows[i].of != "" {
			ids = append(ids, rows[i].of)
		}
	}
	names, err := v.headlinesOf(ids)
	for i, row := range rows {
		if name := names[row.of]; name != "" {
			rows[i].Headline, rows[i].Href = name, "/newsroom/article/"+row.of
		}
	}
	return err
}

// chosenOf says how many articles a front was given ("en, version 3: 41 42 until …"), and which leads it.
func chosenOf(detail string) (says, first string) {
	head, list, _ := strings.Cut(detail, ":")
	n := 0
	for _, word := range strings.Fields(list) {
		if _, err := strconv.ParseInt(word, 10, 64); err != nil {
			continue
		}
		if n++; n == 1 {
			first = word
		}
	}
	switch n {
	case 0:
		return head + ": nothing by hand", ""
	case 1:
		return head + ": one article by hand", first
	}
	return fmt.Sprintf("%s: %d articles by hand, first of them", head, n), first
}
